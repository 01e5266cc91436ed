"""Accepted rows become batches of transactions.

Each is sent by the office that may, and countersigned by another person.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from eth_abi.abi import encode
from eth_account.signers.local import LocalAccount
from eth_utils.crypto import keccak

from backend.office.chain import Chain, Sent
from backend.office.daybooks import BookRow, Joining, JournalRow, LoanRow, PayrollRow, SlipRow
from backend.office.keyring import Keyring
from backend.office.orders import JOURNAL, REGISTRATION, SLIP, TERMS, action_hash, sign
from rules.calendar import year_and_month
from rules.types import Channel, MemberNumber, SlipKind

ORDER_LIFETIME: Final = 7 * 86_400
"""Seconds for which what the office has signed is good."""
BASE_GAS: Final = 1_500_000
REGISTRATION_GAS: Final = 120_000
SLIP_GAS: Final = 400_000
PAYROLL_GAS: Final = 110_000
JOURNAL_GAS: Final = 150_000
CREDIT_GAS: Final = 60_000
LOAN_GAS: Final = 3_000_000
"""Gas limits a row, well above what each needs; what is not used is not paid."""

T = TypeVar("T")
_ACCOUNTS: Final = {Channel.KAS: 1110, Channel.BANK: 1120}


@dataclass(frozen=True, slots=True)
class Result:
    """A transaction of the outbox: the rows it carried, and what became of it."""

    rows: tuple[BookRow, ...]
    sent: Sent


class Outbox:
    """Sends the rows of one day, phase by phase, in their order. `gas_cap`: most gas of one transaction."""

    def __init__(self, chain: Chain, keyring: Keyring, gas_cap: int) -> None:
        self._chain = chain
        self._keyring = keyring
        self._gas_cap = gas_cap

    def can_sign(self, row: BookRow) -> bool:
        """Whether the office has every signature of a member that the row needs; if not, the row waits."""
        signers: tuple[MemberNumber | None, ...] = ()
        if isinstance(row, Joining):
            signers = (row.member,)
        elif isinstance(row, LoanRow):
            signers = (row.member, row.guarantor) if row.guarantor else (row.member,)
        elif isinstance(row, SlipRow) and row.kind is SlipKind.TARIK_SUKARELA:
            signers = (row.member,)
        return all(number is not None and self._keyring.member(number) is not None for number in signers)

    def send(self, rows: Sequence[BookRow]) -> list[Result]:
        """Send accepted rows of one day.

        Rows of one kind go together, as many to a transaction as its gas allows.
        """
        results: list[Result] = []
        for kind, handler, gas in self._handlers():
            chosen = [row for row in rows if isinstance(row, kind)]
            size = max(1, (self._gas_cap - BASE_GAS) // gas)
            if kind is PayrollRow:
                for source in dict.fromkeys(row.source for row in chosen):
                    results += self._each([r for r in chosen if r.source == source], size, handler)
            elif chosen:
                results += self._each(chosen, size, handler)
        return results

    def credit_interest(self, members: Sequence[MemberNumber]) -> list[Sent]:
        """Credit the interest of ended months to the members given."""
        size = max(1, (self._gas_cap - BASE_GAS) // CREDIT_GAS)
        transactions = [
            self._transaction("SavingsSukarela", "creditInterest", (list(chunk),), CREDIT_GAS * len(chunk))
            for chunk in batched_rows(members, size)
        ]
        return self._chain.send(self._keyring.officer("TELLER"), transactions) if transactions else []

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

    def _handlers(self) -> tuple[tuple[type, Callable[[Sequence[Any]], list[Sent]], int], ...]:
        return (
            (Joining, self._register, REGISTRATION_GAS),
            (LoanRow, self._start_loans, self._gas_cap),
            (SlipRow, self._post_slips, SLIP_GAS),
            (PayrollRow, self._post_payroll, PAYROLL_GAS),
            (JournalRow, self._post_journals, JOURNAL_GAS),
        )

    def _each(
        self, rows: Sequence[BookRow], size: int, handler: Callable[[Sequence[Any]], list[Sent]]
    ) -> list[Result]:
        results = []
        for chunk in batched_rows(rows, size):
            results += [Result(tuple(chunk), sent) for sent in handler(chunk)]
        return results

    def _register(self, rows: Sequence[Joining]) -> list[Sent]:
        registrations = [(row.member, self._member(row.member).address, 0, row.day) for row in rows]
        action = action_hash(("string", f"{REGISTRATION}[]"), ("register", registrations))
        countersignature = self._countersign("KETUA", "MemberRegistry", action)
        return self._send(
            "REGISTRAR",
            "MemberRegistry",
            "register",
            (registrations, countersignature),
            len(rows) * REGISTRATION_GAS,
        )

    def _start_loans(self, rows: Sequence[LoanRow]) -> list[Sent]:
        """One loan: offered by one person of the board, approved by another, accepted, paid out.

        Neither of the two is the borrower.
        """
        (row,) = rows
        maker, approver = [
            office
            for office in ("BENDAHARA", "KETUA", "SEKRETARIS")
            if self._keyring.person(office) != row.member
        ][:2]
        terms = (
            row.loan,
            row.member,
            row.guarantor,
            row.principal,
            row.annual_rate_bps,
            row.months,
            row.method,
            document_hash(row),
        )
        terms_hash = keccak(encode([TERMS], [terms]))
        action = action_hash(("string", "bytes32"), ("offer", terms_hash))
        offered = self._send(
            maker, "LoanDesk", "offer", (terms, self._countersign(approver, "LoanDesk", action)), LOAN_GAS
        )
        if not offered[0].succeeded:
            return offered
        deadline = self._chain.time + ORDER_LIFETIME
        signatures = [
            self._accept(number, row, terms_hash, deadline) if number else b""
            for number in (row.member, row.guarantor)
        ]
        return self._send(
            "TELLER", "LoanDesk", "disburse", (terms, row.channel, row.day, deadline, *signatures), LOAN_GAS
        )

    def _post_slips(self, rows: Sequence[SlipRow]) -> list[Sent]:
        slips = [
            (
                row.receipt,
                row.day,
                row.member or 0,
                row.kind,
                row.channel,
                row.to_channel or 0,
                row.amount,
                row.loan or 0,
            )
            for row in rows
        ]
        orders = [self._withdrawal(row) for row in rows if row.kind is SlipKind.TARIK_SUKARELA]
        action = action_hash(("string", f"{SLIP}[]"), ("post", slips))
        countersignature = self._countersign("KETUA", "TellerDesk", action)
        return self._send(
            "TELLER", "TellerDesk", "post", (slips, orders, countersignature), len(rows) * SLIP_GAS
        )

    def _post_payroll(self, rows: Sequence[PayrollRow]) -> list[Sent]:
        words = [payroll_word(row) for row in rows]
        year, month = year_and_month(rows[0].month)
        head = (year * 100 + month, int(Channel.BANK), rows[0].day)
        action = action_hash(("string", "uint32", "uint8", "uint32", "uint256[]"), ("payroll", *head, words))
        countersignature = self._countersign("KETUA", "TellerDesk", action)
        return self._send(
            "TELLER", "TellerDesk", "payroll", (*head, words, countersignature), len(rows) * PAYROLL_GAS
        )

    def _post_journals(self, rows: Sequence[JournalRow]) -> list[Sent]:
        journals = [(row.receipt, row.day, journal_words(row)) for row in rows]
        action = action_hash(("string", f"{JOURNAL}[]"), ("journal", journals))
        countersignature = self._countersign("KETUA", "Books", action)
        return self._send("BENDAHARA", "Books", "post", (journals, countersignature), len(rows) * JOURNAL_GAS)

    def _send(self, office: str, contract: str, function: str, args: tuple[Any, ...], gas: int) -> list[Sent]:
        transaction = self._transaction(contract, function, args, gas)
        return self._chain.send(self._keyring.officer(office), [transaction])

    def _transaction(
        self, contract: str, function: str, args: tuple[Any, ...], gas: int
    ) -> tuple[str, str, int]:
        return contract, self._chain.encode(contract, function, args), min(self._gas_cap, BASE_GAS + gas)

    def _countersign(self, office: str, target: str, action: bytes) -> tuple[str, int, bytes]:
        signer = self._keyring.officer(office)
        deadline = self._chain.time + ORDER_LIFETIME
        message = {"target": self._chain.address(target), "action": action, "deadline": deadline}
        return (
            signer.address,
            deadline,
            self._sign(signer, "Countersignature", "Koperasi Authority", "Authority", message),
        )

    def _withdrawal(self, row: SlipRow) -> tuple[int, int, bytes]:
        """The member's order for a withdrawal slip; its nonce is the slip's receipt number."""
        deadline = self._chain.time + ORDER_LIFETIME
        message = {
            "member": row.member,
            "amount": row.amount,
            "channel": int(row.channel),
            "nonce": int(row.receipt),
            "deadline": deadline,
        }
        signer = self._member(row.member)
        return (
            int(row.receipt),
            deadline,
            self._sign(signer, "Withdrawal", "Simpanan Sukarela", "SavingsSukarela", message),
        )

    def _accept(self, member: MemberNumber, row: LoanRow, terms_hash: bytes, deadline: int) -> bytes:
        message = {"member": member, "loan": row.loan, "termsHash": terms_hash, "deadline": deadline}
        return self._sign(self._member(member), "Acceptance", "Koperasi LoanDesk", "LoanDesk", message)

    def _sign(
        self, signer: LocalAccount, struct: str, domain: str, contract: str, message: dict[str, Any]
    ) -> bytes:
        return sign(signer, struct, domain, self._chain.chain_id, self._chain.address(contract), message)

    def _member(self, number: MemberNumber | None) -> LocalAccount:
        signer = self._keyring.member(number) if number is not None else None
        if signer is None:
            raise ValueError(f"member {number} signs elsewhere: the row must wait")
        return signer


def batched_rows(rows: Sequence[T], size: int) -> list[Sequence[T]]:
    """Slices of at most `size`."""
    return [rows[start : start + size] for start in range(0, len(rows), size)]


def document_hash(row: LoanRow) -> bytes:
    """What stands for the agreement where a day book names no document: a hash of the loan's own figures."""
    figures = (row.loan, row.member, row.principal, row.annual_rate_bps, row.months, int(row.method), row.day)
    return keccak(text=",".join(map(str, figures)))


def payroll_word(row: PayrollRow) -> int:
    """A payroll row as the TellerDesk takes it.

    From the top: member 32 | wajib 56 | sukarela 56 | loan 32 | angsuran 56 | row 24 bits.
    """
    loan = row.loan if row.angsuran else 0
    word = row.member or 0
    for value, bits in (
        (row.wajib, 56),
        (row.sukarela, 56),
        (loan, 32),
        (row.angsuran, 56),
        (row.position, 24),
    ):
        word = word << bits | (value or 0)
    return word


def journal_words(row: JournalRow) -> list[int]:
    """Lines as Books takes them, each with its cash leg: account 16 | side 8 | channel 8 | amount 64 bits."""
    words = []
    for line in row.lines:
        amount = line.amount or 0
        words.append(line.account << 80 | line.is_credit << 72 | amount)
        words.append(_ACCOUNTS[line.channel] << 80 | (not line.is_credit) << 72 | line.channel << 64 | amount)
    return words
