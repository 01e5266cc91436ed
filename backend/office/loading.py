"""The office's picture of the cooperative, read from the chain before an import."""

from collections.abc import Iterable, Sequence

from backend.office.chain import Call, Chain
from backend.office.daybooks import BookRow, Joining, JournalRow, LoanRow, PayrollRow, SlipRow
from backend.office.judge import LoanAccount, MemberAccount, OfficeState
from rules.amortization import LoanState, LoanTerms
from rules.interest import InterestRules, RateHistory, SukarelaAccount
from rules.types import (
    BasisPoints,
    Channel,
    LoanMethod,
    LoanNumber,
    MemberNumber,
    Rupiah,
    WibDay,
)

_NONE, _REGISTERED = 0, 1
_ZERO_ADDRESS = "0x" + "0" * 40


def load_state(chain: Chain, rows: Sequence[BookRow], from_block: int) -> OfficeState:
    """The state at the chain's head of all members, loans, accounts and channels that `rows` speak of.

    `from_block`: where the deployment begins. ChainError if the chain cannot be read.
    """
    accounts = sorted({line.account for row in rows if isinstance(row, JournalRow) for line in row.lines})
    postable = chain.call_many([Call("Books", "isPostable", (account,)) for account in accounts])
    (pokok_amount,) = chain.call_many([Call("TellerDesk", "pokokAmount", ())])
    state = OfficeState(
        interest=_interest_rules(chain, from_block),
        pokok_amount=pokok_amount,
        postable=frozenset(a for a, allowed in zip(accounts, postable, strict=True) if allowed),
    )
    totals = chain.call_many([Call("Treasury", "channelTotal", (int(channel),)) for channel in Channel])
    if chain.is_local:
        state.registered = set(registered(chain, from_block))
    state.joined = {row.member: row.day for row in rows if isinstance(row, Joining) and row.problem is None}
    state.cash = dict(zip(Channel, totals, strict=True))
    state.members = _members(chain, sorted(_member_numbers(rows)))
    state.loans = _loans(chain, sorted(_loan_numbers(rows)))
    return state


def registered(chain: Chain, from_block: int) -> list[MemberNumber]:
    """The numbers of all members in the register."""
    return [
        MemberNumber(log["member"]) for log in chain.logs("MemberRegistry", "MemberRegistered", from_block)
    ]


def is_posted(chain: Chain, rows: Sequence[BookRow], state: OfficeState) -> list[bool]:
    """Whether each row is on the chain already: a member registered, a receipt used."""
    papers = [row for row in rows if not isinstance(row, Joining)]
    used = iter(chain.call_many([Call("Treasury", "isReceiptUsed", (row.receipt,)) for row in papers]))
    return [row.member in state.members if isinstance(row, Joining) else next(used) for row in rows]


def _interest_rules(chain: Chain, from_block: int) -> InterestRules:
    rates = chain.logs("SavingsSukarela", "InterestRateSet", from_block)
    taxes = chain.logs("SavingsSukarela", "InterestTaxSet", from_block)
    history = RateHistory(tuple((WibDay(r["fromDay"]), BasisPoints(r["rateBps"])) for r in rates))
    if not taxes:
        return InterestRules(history)
    return InterestRules(history, BasisPoints(taxes[-1]["taxBps"]), Rupiah(taxes[-1]["threshold"]))


def _members(chain: Chain, numbers: Sequence[MemberNumber]) -> dict[MemberNumber, MemberAccount]:
    known = [
        (number, member)
        for number, member in zip(
            numbers, chain.call_many([Call("MemberRegistry", "memberOf", (n,)) for n in numbers]), strict=True
        )
        if member[2] != _NONE
    ]
    functions = (
        ("SavingsPokok", "balanceOfMember"),
        ("SavingsWajib", "balanceOfMember"),
        ("SavingsSukarela", "balanceOfMember"),
        ("SavingsSukarela", "accruedOf"),
    )
    answers = iter(chain.call_many([Call(c, f, (number,)) for number, _ in known for c, f in functions]))
    members = {}
    for (number, member), (pokok, wajib, sukarela, accrued) in zip(
        known, zip(answers, answers, answers, answers, strict=True), strict=True
    ):
        account = SukarelaAccount(Rupiah(sukarela), accrued[0], WibDay(accrued[1]) if accrued[1] else None)
        members[number] = MemberAccount(member[2] > _REGISTERED, pokok, wajib, account)
    return members


def _loans(chain: Chain, numbers: Sequence[LoanNumber]) -> dict[LoanNumber, LoanAccount]:
    books = chain.call_many([Call("LoanBook", "bookOf", (n,)) for n in numbers])
    known = [number for number, book in zip(numbers, books, strict=True) if book != _ZERO_ADDRESS]
    loans = chain.call_many([Call("LoanBook", "loanOf", (n,)) for n in known])
    return {number: _loan(loan) for number, loan in zip(known, loans, strict=True)}


def _loan(loan: Sequence[int]) -> LoanAccount:
    """From the fields of ILoanBook.Loan in their order."""
    (borrower, _, principal, rate, months, method, day, _, closed, *progress) = loan
    terms = LoanTerms(Rupiah(principal), BasisPoints(rate), months, LoanMethod(method), WibDay(day))
    paid, interest, instalment, within_principal, within_interest = progress
    state = LoanState(
        Rupiah(paid), Rupiah(interest), instalment, Rupiah(within_principal), Rupiah(within_interest)
    )
    return LoanAccount(MemberNumber(borrower), terms, state, bool(closed))


def _member_numbers(rows: Iterable[BookRow]) -> set[MemberNumber]:
    numbers: set[MemberNumber] = set()
    for row in rows:
        if isinstance(row, Joining | LoanRow | SlipRow | PayrollRow) and row.member:
            numbers.add(row.member)
        if isinstance(row, LoanRow) and row.guarantor:
            numbers.add(row.guarantor)
    return numbers


def _loan_numbers(rows: Iterable[BookRow]) -> set[LoanNumber]:
    return {row.loan for row in rows if isinstance(row, LoanRow | SlipRow | PayrollRow) and row.loan}
