"""The office's picture of the cooperative, read from the chain before an import."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from backend.chain import Call, Chain
from backend.office.accounts import LoanAccount, MemberAccount
from backend.office.daybooks import BookRow, Joining, JournalRow, LoanRow, PayrollRow, SlipRow
from backend.office.judge import OfficeState
from backend.office.loan_words import began_on, carried_since, conditions_of, penalty_of
from backend.office.products import Product
from backend.terms import Pledge
from rules.amortization import LoanState, LoanTerms
from rules.interest import InterestRules, RateHistory, SukarelaAccount
from rules.loans import Loan
from rules.types import (
    BasisPoints,
    Channel,
    LoanMethod,
    LoanNumber,
    MemberNumber,
    Rupiah,
    SavingsKind,
    WibDay,
)

_NONE, _REGISTERED = 0, 1
_ZERO_ADDRESS = "0x" + "0" * 40
_FIELDS: Final = (
    "method", "minRateBps", "maxRateBps", "minPrincipal", "maxPrincipal", "minMonths", "maxMonths",
    "maxGraceMonths", "maxFeeBps", "penaltyBps", "penaltyCapBps", "waterfall", "roundingExponent",
    "collateral", "offered",
)  # fmt: skip
"""Of ILoanPolicy.Product, in the order of `Product`."""


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
        products=products_of(chain, from_block),
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
        ("SavingsWajib", "availableOf"),
        ("SavingsSukarela", "availableOf"),
    )
    answers = iter(chain.call_many([Call(c, f, (number,)) for number, _ in known for c, f in functions]))
    members = {}
    for (number, member), (pokok, wajib, sukarela, accrued, free_wajib, free_sukarela) in zip(
        known, zip(*[answers] * len(functions), strict=True), strict=True
    ):
        account = SukarelaAccount(Rupiah(sukarela), accrued[0], WibDay(accrued[1]) if accrued[1] else None)
        held = {SavingsKind.WAJIB: wajib - free_wajib, SavingsKind.SUKARELA: sukarela - free_sukarela}
        members[number] = MemberAccount(member[2] > _REGISTERED, pokok, wajib, account, held)
    return members


def products_of(chain: Chain, from_block: int) -> dict[int, Product]:
    """Every product as it was set last."""
    return {
        log["product"]: Product(*(log["conditions"][name] for name in _FIELDS))
        for log in chain.logs("LoanPolicy", "ProductSet", from_block)
    }


def _loans(chain: Chain, numbers: Sequence[LoanNumber]) -> dict[LoanNumber, LoanAccount]:
    books = chain.call_many([Call("LoanBook", "bookOf", (n,)) for n in numbers])
    known = [number for number, book in zip(numbers, books, strict=True) if book != _ZERO_ADDRESS]
    functions = (
        ("LoanBook", "loanOf"),
        ("LoanBook", "drawnOf"),
        ("LoanBook", "pledgesOf"),
        ("LoanBook", "undrawnOf"),
    )
    answers = iter(chain.call_many([Call(c, f, (n,)) for n in known for c, f in functions]))
    words = (chain.stored("LoanBook", name, known) for name in ("_terms", "_penalties", "_histories"))
    loans = {}
    for number, (loan, drawn, agreed, undrawn), kept in zip(
        known, zip(*[answers] * len(functions), strict=True), zip(*words, strict=True), strict=True
    ):
        pledges = tuple(Pledge(MemberNumber(m), SavingsKind(kind), amount) for m, kind, amount in agreed)
        liens = liens_of(chain, number, pledges)
        account = LoanAccount(MemberNumber(loan[0]), _loan(loan, drawn, kept), liens, pledges, undrawn)
        loans[number] = account
    return loans


def liens_of(chain: Chain, loan: LoanNumber, pledges: Sequence[Pledge]) -> tuple[Pledge, ...]:
    """What liens hold now of what was pledged."""
    pledges = [pledge for pledge in pledges if pledge.amount]
    tokens = ["SavingsWajib" if each.kind is SavingsKind.WAJIB else "SavingsSukarela" for each in pledges]
    held = chain.call_many(
        [Call(token, "lienOf", (each.member, loan)) for token, each in zip(tokens, pledges, strict=True)]
    )
    return tuple(replace(each, amount=lien[0]) for each, lien in zip(pledges, held, strict=True) if lien[0])


def _loan(loan: Sequence[int], drawn: int, words: Sequence[int]) -> Loan:
    """From the fields of ILoanBook.Loan in their order, and the words of terms, penalty and history."""
    (_, _, version, principal, rate, months, grace, freeze, before, exponent, method, day, _, *progress) = (
        loan
    )
    (closed, written_off, carried, paid, interest, instalment, within_principal, within_interest) = progress
    terms_word, penalty, history = words
    disbursed_on = WibDay(day)
    terms = LoanTerms(
        Rupiah(principal),
        BasisPoints(rate),
        months,
        LoanMethod(method),
        disbursed_on,
        grace_months=grace,
        rounding_exponent=exponent,
        freeze_months=freeze,
        instalments_before=before,
    )
    state = LoanState(
        Rupiah(paid), Rupiah(interest), instalment, Rupiah(within_principal), Rupiah(within_interest)
    )
    return Loan(
        terms,
        conditions_of(terms_word, penalty),
        Rupiah(drawn),
        began_on=began_on(terms_word, history, disbursed_on),
        penalty=penalty_of(terms_word, penalty, disbursed_on),
        state=state,
        version=version,
        carried=Rupiah(carried),
        carried_since=carried_since(terms_word, history),
        written_off=bool(written_off),
        closed=bool(closed),
    )


def _member_numbers(rows: Iterable[BookRow]) -> set[MemberNumber]:
    numbers: set[MemberNumber] = set()
    for row in rows:
        if isinstance(row, Joining | LoanRow | SlipRow | PayrollRow) and row.member:
            numbers.add(row.member)
        if isinstance(row, LoanRow):
            numbers |= {pledge.member for pledge in row.pledges}
    return numbers


def _loan_numbers(rows: Iterable[BookRow]) -> set[LoanNumber]:
    numbers = {row.loan for row in rows if isinstance(row, LoanRow | SlipRow | PayrollRow) and row.loan}
    return numbers | {row.refinances for row in rows if isinstance(row, LoanRow) and row.refinances}
