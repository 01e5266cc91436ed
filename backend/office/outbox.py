"""Accepted rows become batches of transactions.

Each is sent by the office that may, and countersigned by another person.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Final, TypeVar

from eth_account.signers.local import LocalAccount

from backend.chain import Call, Chain, Sent
from backend.committee import Committee, Tier, choose
from backend.keyring import OFFICES, Keyring
from backend.office.agreements import Agreement, Agreements, terms_of
from backend.office.daybooks import BookRow, Joining, JournalRow, LoanRow, PayrollRow, SlipRow
from backend.office.orders import JOURNAL, REGISTRATION, SLIP, action_hash
from backend.office.products import Product
from backend.office.signing import Signatures
from rules.calendar import year_and_month
from rules.types import Channel, LoanNumber, MemberNumber, Month, SlipKind

BASE_GAS: Final = 1_500_000
REGISTRATION_GAS: Final = 120_000
SLIP_GAS: Final = 400_000
PAYROLL_GAS: Final = 110_000
JOURNAL_GAS: Final = 150_000
JOURNAL_LINE_GAS: Final = 40_000
CREDIT_GAS: Final = 60_000
LOAN_GAS: Final = 3_000_000
PLEDGE_GAS: Final = 300_000
MONTH_GAS: Final = 200_000
RELEASE_GAS: Final = 2_000_000
RELEASES_AT_ONCE: Final = 100
"""Gas limits a row, well above what each needs; what is not used is not paid."""

T = TypeVar("T")
CASH_ACCOUNTS: Final = {Channel.KAS: 1110, Channel.BANK: 1120}
"""The account of each channel."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A transaction to send: by whom, what, and the rows whose fate it decides."""

    sender: LocalAccount
    contract: str
    data: str
    gas: int
    rows: tuple[BookRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """A transaction that was sent: the rows it carried, and what became of it."""

    rows: tuple[BookRow, ...]
    sent: Sent


class Outbox:
    """Sends the rows of one day, phase by phase, in their order. `gas_cap`: most gas of one transaction."""

    def __init__(self, chain: Chain, keyring: Keyring, gas_cap: int, agreements: Agreements) -> None:
        self._chain = chain
        self._agreements = agreements
        self._keyring = keyring
        self._signatures = Signatures(chain, keyring)
        self._gas_cap = gas_cap

    @property
    def senders(self) -> list[str]:
        """The accounts that this office sends from."""
        everybody = {self._keyring.officer(office).address for office in OFFICES}
        return sorted(everybody | {officer.account.address for officer in self._keyring.officers()})

    def can_sign(self, row: BookRow) -> bool:
        """Whether every member's signature that the row needs can be made here; if not, the row waits."""
        return self._signatures.can_sign(row)

    def can_decide(self, row: LoanRow, earlier: Sequence[LoanRow]) -> bool:
        """Whether the officers whose keys are here can offer and approve the loan; if not, the row waits.

        `earlier`: loans of the day that are paid out before it. A related party's loan they never decide:
        pengurus and pengawas do so themselves.
        """
        return self._committee(row, earlier) is not None

    def foresee(self, rows: Sequence[LoanRow], products: Mapping[int, Product]) -> None:
        """Loans that will be sent in this order if they are accepted; `products` as they are now."""
        self._agreements.foresee(
            terms_of(row, products[row.product]) for row in rows if row.principal and row.product in products
        )

    def send(self, rows: Sequence[BookRow]) -> list[Result]:
        """Send accepted rows of one day.

        Rows of one kind go together, as many to a transaction as its gas allows; transactions of one office
        that follow one another go out together. After a failed transaction nothing more is sent.
        """
        results: list[Result] = []
        for _, group in groupby(self._plan(rows), key=lambda planned: planned.sender.address):
            planned = list(group)
            transactions = [(each.contract, each.data, each.gas) for each in planned]
            sent = self._chain.send(planned[0].sender, transactions)
            results += [Result(each.rows, done) for each, done in zip(planned, sent, strict=True)]
            if not all(done.succeeded for done in sent):
                break
        return results

    def fits(self, row: BookRow) -> bool:
        """Whether a transaction of the chain can hold the row (a journal may have too many lines)."""
        return BASE_GAS + gas_of(row) <= self._gas_cap

    def credit_interest(self, members: Sequence[MemberNumber]) -> list[Sent]:
        """Credit the interest of ended months to the members given."""
        planned = [
            self._planned("TELLER", "SavingsSukarela", "creditInterest", (chunk,), chunk)
            for chunk in self._slices(members)
        ]
        transactions = [(each.contract, each.data, each.gas) for each in planned]
        return self._chain.send(self._keyring.officer("TELLER"), transactions) if transactions else []

    def release_liens(self, loans: Sequence[LoanNumber]) -> list[Sent]:
        """Free of the liens of `loans` what they need no more. Anyone may; here the teller does."""
        teller, sent = self._keyring.officer("TELLER"), []
        gas = min(self._gas_cap, RELEASE_GAS)
        calls = [("LoanCare", self._chain.encode("LoanCare", "releaseLiens", (loan,)), gas) for loan in loans]
        for start in range(0, len(calls), RELEASES_AT_ONCE):
            sent += self._chain.send(teller, calls[start : start + RELEASES_AT_ONCE])
        return sent

    def end_month(self, month: Month) -> Sent:
        """End a month in the books. Anyone may; here the treasurer does."""
        data = self._chain.encode("Books", "endMonth", (int(month),))
        (sent,) = self._chain.send(self._keyring.officer("BENDAHARA"), [("Books", data, MONTH_GAS)])
        return sent

    def refusals(self, result: Result) -> dict[str, str]:
        """The rows of a transaction that the contracts refused, by ref, with the error's name or bytes."""
        if not result.sent.succeeded:
            return {row.ref: f"REVERTED {result.sent.hash}" for row in result.rows}
        reasons = {}
        by_receipt = {row.receipt: row.ref for row in result.rows if not isinstance(row, Joining)}
        by_position = {row.position: row.ref for row in result.rows if isinstance(row, PayrollRow)}
        for log in result.sent.logs:
            if log["topics"][0] == self._chain.topic("TellerDesk", "SlipRefused"):
                args = self._chain.decode_log("TellerDesk", "SlipRefused", log)
                reasons[by_receipt[args["receipt"]]] = self._chain.error_name(args["reason"])
            elif log["topics"][0] == self._chain.topic("TellerDesk", "PayrollRowRefused"):
                args = self._chain.decode_log("TellerDesk", "PayrollRowRefused", log)
                reasons[by_position[args["row"]]] = self._chain.error_name(args["reason"])
        return reasons

    def _plan(self, rows: Sequence[BookRow]) -> Iterator[Planned]:
        """The day's transactions: members, loans, slips, payroll, journals."""
        yield from self._batches([row for row in rows if isinstance(row, Joining)], self._register)
        yield from self._lend(self._agreed([row for row in rows if isinstance(row, LoanRow)]))
        yield from self._batches([row for row in rows if isinstance(row, SlipRow)], self._post)
        payroll = [row for row in rows if isinstance(row, PayrollRow)]
        for _, file in groupby(payroll, key=lambda row: row.source):
            yield from self._batches(list(file), self._payroll)
        yield from self._batches([row for row in rows if isinstance(row, JournalRow)], self._journals)

    def _lend(self, loans: Sequence[tuple[LoanRow, Agreement]]) -> Iterator[Planned]:
        """Offers, then disbursements, one loan a member at a time: each tier counts the loans before."""
        of_member: defaultdict[MemberNumber | None, list[LoanRow]] = defaultdict(list)
        rounds: defaultdict[int, list[tuple[Planned, LoanRow, Agreement]]] = defaultdict(list)
        for row, agreement in loans:
            earlier = of_member[row.member]
            rounds[len(earlier)].append((self._offer(row, earlier, agreement), row, agreement))
            earlier.append(row)
        for planned in rounds.values():
            yield from sorted((offer for offer, _, _ in planned), key=lambda offer: offer.sender.address)
            yield from (self._disbursement(row, agreement) for _, row, agreement in planned)

    def _batches(self, rows: Sequence[T], make: Callable[[Sequence[T]], Planned]) -> Iterator[Planned]:
        return (make(chunk) for chunk in self._slices(rows))

    def _slices(self, rows: Sequence[T]) -> list[list[T]]:
        """Runs of rows that fit one transaction each."""
        runs: list[list[T]] = []
        room = 0
        for row in rows:
            gas = gas_of(row)
            if gas > room:
                runs.append([])
                room = self._gas_cap - BASE_GAS
            runs[-1].append(row)
            room -= gas
        return runs

    def _register(self, rows: Sequence[Joining]) -> Planned:
        registrations = [
            (row.member, self._signatures.member(row.member).address, 0, row.day) for row in rows
        ]
        action = action_hash(("string", f"{REGISTRATION}[]"), ("register", registrations))
        countersignature = self._signatures.countersignature("KETUA", "MemberRegistry", action)
        arguments = (registrations, countersignature)
        return self._planned("REGISTRAR", "MemberRegistry", "register", arguments, rows)

    def _agreed(self, rows: Sequence[LoanRow]) -> list[tuple[LoanRow, Agreement]]:
        """Each loan with its terms, by its product as it is now, and their document."""
        products = self._chain.call_many([Call("LoanPolicy", "productOf", (row.product,)) for row in rows])
        terms = [terms_of(row, Product(*found)) for row, found in zip(rows, products, strict=True)]
        agreements = [Agreement(each, self._agreements.hash_of(each)) for each in terms]
        return list(zip(rows, agreements, strict=True))

    def _offer(self, row: LoanRow, earlier: Sequence[LoanRow], agreement: Agreement) -> Planned:
        """A loan's terms by one person of the board, with the signatures of those who approve."""
        committee = self._committee(row, earlier)
        if committee is None:
            raise ValueError(f"loan {row.loan} is decided elsewhere: the row must wait")
        action = action_hash(("string", "bytes32"), ("offer", agreement.terms_hash))
        approvals = [
            self._signatures.consent(approver.account, "LoanDesk", action) for approver in committee.approvers
        ]
        arguments = (agreement.fields, 0, approvals)
        planned = self._sent_by(committee.maker.account, "LoanDesk", "offer", arguments, (row,))
        return replace(planned, rows=())

    def _committee(self, row: LoanRow, earlier: Sequence[LoanRow]) -> Committee | None:
        tier, related = self._chain.call_many(
            [
                Call("LoanPolicy", "tierFor", (self._exposure(row, earlier),)),
                Call("LoanPolicy", "isRelated", (row.member,)),
            ]
        )
        if related:
            return None
        parties = (row.member, *(pledge.member for pledge in row.pledges))
        return choose(Tier(*tier[1:]), self._keyring.officers(), parties)

    def _exposure(self, row: LoanRow, earlier: Sequence[LoanRow]) -> int:
        """What the borrower would owe in all with this loan after `earlier` ones of the day, in rupiah."""
        loans = [*(each for each in earlier if each.member == row.member), row]
        paid_off = [each.refinances for each in loans if each.refinances is not None]
        owed, *rests = self._chain.call_many(
            [Call("LoanLens", "commitmentOf", (row.member, loan)) for loan in (0, *paid_off)]
        )
        lent = sum(each.principal or 0 for each in loans if each.loan not in paid_off)
        return int(owed - sum(owed - rest for rest in rests) + lent)

    def _disbursement(self, row: LoanRow, agreement: Agreement) -> Planned:
        acceptances = self._signatures.acceptances(row, agreement.terms_hash)
        arguments = (agreement.fields, (row.principal, row.channel, row.day), acceptances)
        return self._planned("TELLER", "LoanDesk", "disburse", arguments, (row,))

    def _post(self, rows: Sequence[SlipRow]) -> Planned:
        slips = [_slip(row) for row in rows]
        orders = [self._signatures.withdrawal(row) for row in rows if row.kind is SlipKind.TARIK_SUKARELA]
        action = action_hash(("string", f"{SLIP}[]"), ("post", slips))
        countersignature = self._signatures.countersignature("KETUA", "TellerDesk", action)
        arguments = (slips, orders, countersignature)
        return self._planned("TELLER", "TellerDesk", "post", arguments, rows)

    def _payroll(self, rows: Sequence[PayrollRow]) -> Planned:
        words = [payroll_word(row) for row in rows]
        year, month = year_and_month(rows[0].month)
        head = (year * 100 + month, int(Channel.BANK), rows[0].day)
        action = action_hash(("string", "uint32", "uint8", "uint32", "uint256[]"), ("payroll", *head, words))
        countersignature = self._signatures.countersignature("KETUA", "TellerDesk", action)
        arguments = (*head, words, countersignature)
        return self._planned("TELLER", "TellerDesk", "payroll", arguments, rows)

    def _journals(self, rows: Sequence[JournalRow]) -> Planned:
        journals = [(row.receipt, row.day, journal_words(row)) for row in rows]
        action = action_hash(("string", f"{JOURNAL}[]"), ("journal", journals))
        countersignature = self._signatures.countersignature("KETUA", "Books", action)
        return self._planned("BENDAHARA", "Books", "post", (journals, countersignature), rows)

    def _planned(
        self,
        office: str,
        contract: str,
        function: str,
        arguments: tuple[Any, ...],
        rows: Sequence[Any],
    ) -> Planned:
        return self._sent_by(self._keyring.officer(office), contract, function, arguments, rows)

    def _sent_by(
        self,
        sender: LocalAccount,
        contract: str,
        function: str,
        arguments: tuple[Any, ...],
        rows: Sequence[Any],
    ) -> Planned:
        limit = min(self._gas_cap, BASE_GAS + sum(map(gas_of, rows)))
        data = self._chain.encode(contract, function, arguments)
        return Planned(sender, contract, data, limit, tuple(rows))


def gas_of(row: object) -> int:
    """The gas to allow for a row (a member's number: for crediting their interest)."""
    match row:
        case JournalRow():
            return JOURNAL_GAS + JOURNAL_LINE_GAS * len(row.lines)
        case Joining():
            return REGISTRATION_GAS
        case LoanRow():
            return LOAN_GAS + PLEDGE_GAS * len(row.pledges)
        case SlipRow():
            return SLIP_GAS
        case PayrollRow():
            return PAYROLL_GAS
        case _:
            return CREDIT_GAS


def payroll_word(row: PayrollRow) -> int:
    """A payroll row as the TellerDesk takes it.

    From the top: member 32 | wajib 56 | sukarela 56 | loan 32 | angsuran 56 | row 24 bits.
    """
    loan = row.loan if row.angsuran else 0
    fields = ((row.wajib, 56), (row.sukarela, 56), (loan, 32), (row.angsuran, 56), (row.position, 24))
    word = row.member or 0
    for value, bits in fields:
        word = word << bits | (value or 0)
    return word


def journal_words(row: JournalRow) -> list[int]:
    """Lines as Books takes them, each with its cash leg: account 16 | side 8 | channel 8 | amount 64 bits."""
    words = []
    for line in row.lines:
        amount = line.amount or 0
        words.append(line_word(line.account, line.is_credit, amount))
        words.append(line_word(CASH_ACCOUNTS[line.channel], not line.is_credit, amount, line.channel))
    return words


def line_word(account: int, is_credit: bool, amount: int, channel: int = 0) -> int:
    """A journal's line as Books takes it (JournalLine); with a channel, its cash leg."""
    return account << 80 | is_credit << 72 | channel << 64 | amount


def _slip(row: SlipRow) -> tuple[int | None, ...]:
    """The fields of ITellerDesk.Slip in their order."""
    member, to_channel, loan = row.member or 0, row.to_channel or 0, row.loan or 0
    return (row.receipt, row.day, member, row.kind, row.channel, to_channel, row.amount, loan)
