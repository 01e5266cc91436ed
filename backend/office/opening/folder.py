"""Reading a folder of opening balances (format: examples/README.md).

A file that cannot be read at all stops at once (UnreadableDayBookError); whatever else is wrong is told
together, each with its file and row (`Fault`), and nothing of the folder can be sent then.
"""

import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final, TypeVar

from eth_utils.address import is_checksum_address

from backend.cells import (
    TOO_MANY,
    UnreadableDayBookError,
    amount_of,
    day_of,
    number_of,
    small_number,
    table,
)
from rules.calendar import day_of_date, last_day, month_of_day
from rules.types import (
    MAX_RUPIAH,
    BasisPoints,
    Channel,
    LoanMethod,
    LoanNumber,
    MemberNumber,
    Rupiah,
    SavingsKind,
    WibDay,
)

MEMBERS, SAVINGS, LOANS, CASH, LEDGER, DAY = (
    "members.csv",
    "savings.csv",
    "loans.csv",
    "cash.csv",
    "general_ledger.csv",
    "opening.toml",
)
KINDS: Final = {"pokok": SavingsKind.POKOK, "wajib": SavingsKind.WAJIB, "sukarela": SavingsKind.SUKARELA}
SIGNER_KINDS: Final = {"ACCOUNT": 0, "PASSKEY": 1}
_CHANNELS: Final = {"KAS": Channel.KAS, "BANK": Channel.BANK}
_MEMBERS = ("member_no", "joined_on")
_MEMBERS_MORE = ("standing", "signer", "signer_kind")
_SAVINGS = ("member_no", *KINDS)
_LOANS = (
    "loan_no", "member_no", "disbursed_on", "principal", "annual_rate_bps", "method", "months",
    "principal_paid", "interest_paid",
)  # fmt: skip
_LOANS_MORE = ("product", "grace_months", "guarantor_no")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a file, at a row (from 1; 0: in the whole file)."""

    source: str
    row: int
    indonesian: str
    english: str

    def __str__(self) -> str:
        at = f"{self.source}:{self.row}" if self.row else self.source
        return f"{at}: {self.indonesian} / {self.english}"


class OpeningRefusedError(ValueError):
    """A folder that cannot be opened, with everything that is wrong with it; nothing was sent."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        listed = "\n".join(f"  {fault}" for fault in faults)
        self.indonesian = f"{len(faults)} kesalahan; belum ada yang dikirim. Perbaiki lalu periksa lagi."
        self.english = f"{len(faults)} faults; nothing was sent. Mend them and check again.\n{listed}"
        super().__init__(f"{self.indonesian} / {self.english}")


@dataclass(frozen=True, slots=True)
class OpeningMember:
    """A member: day of joining; signer (20 bytes in hex) and its kind, None where the file has none."""

    row: int
    member: MemberNumber
    joined_on: WibDay
    signer: str | None
    signer_kind: int


@dataclass(frozen=True, slots=True)
class OpeningSavings:
    """What a member has, in rupiah by kind."""

    row: int
    member: MemberNumber
    amounts: dict[SavingsKind, int]


@dataclass(frozen=True, slots=True)
class OpeningLoan:
    """A loan in mid-life: its terms as on paper, and rupiah of principal and interest paid to date."""

    row: int
    loan: LoanNumber
    member: MemberNumber
    disbursed_on: WibDay
    principal: Rupiah
    rate_bps: BasisPoints
    method: LoanMethod
    months: int
    grace_months: int
    product: int
    guarantor: MemberNumber | None
    principal_paid: Rupiah
    interest_paid: Rupiah

    @property
    def outstanding(self) -> int:
        """Rupiah of principal."""
        return self.principal - self.principal_paid


@dataclass(frozen=True, slots=True)
class OpeningAccount:
    """An account's balance in the trial balance, in rupiah; one side of it is nought."""

    row: int
    account: int
    debit: int
    credit: int


@dataclass(frozen=True, slots=True)
class OpeningFolder:
    """All that a folder says. day: the last of the paper books, a month's last."""

    day: WibDay
    members: tuple[OpeningMember, ...]
    savings: tuple[OpeningSavings, ...]
    loans: tuple[OpeningLoan, ...]
    cash: dict[Channel, int]
    ledger: tuple[OpeningAccount, ...]


T = TypeVar("T")


class _Reader:
    """Collects rows and faults of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.faults: list[Fault] = []

    def rows(
        self, name: str, columns: Sequence[str], more: Sequence[str] = (), optional: bool = False
    ) -> Iterator[tuple[int, dict[str, str]]]:
        path = self._folder / name
        if not path.is_file():
            if not optional:
                raise UnreadableDayBookError(path, "berkas tidak ada", "the file is missing")
            return
        for n, row in table(path, columns, more):
            if TOO_MANY in row:
                self.fault(name, n, "terlalu banyak sel", "too many cells")
            else:
                yield n, row

    def fault(self, name: str, row: int, indonesian: str, english: str) -> None:
        self.faults.append(Fault(name, row, indonesian, english))

    def cell(self, name: str, row: int, column: str, text: str, read: Callable[[str], T | None]) -> T | None:
        """What a cell says; a fault if nothing."""
        value = read(text)
        if value is None:
            self.fault(name, row, f"{column} {text!r} salah", f"{column} {text!r} is wrong")
        return value


def read_opening(folder: Path) -> OpeningFolder:
    """The content. UnreadableDayBookError; OpeningRefusedError with every cell that makes no sense."""
    reader = _Reader(folder)
    found = OpeningFolder(
        _day(folder / DAY),
        tuple(_members(reader)),
        tuple(_savings(reader)),
        tuple(_loans(reader)),
        _cash(reader),
        tuple(_ledger(reader)),
    )
    if reader.faults:
        raise OpeningRefusedError(reader.faults)
    return found


def _day(path: Path) -> WibDay:
    """`day = 2025-12-31`, the last day of a month."""
    try:
        told = tomllib.loads(path.read_text("utf-8")).get("day")
    except FileNotFoundError as error:
        raise UnreadableDayBookError(path, "berkas tidak ada", "the file is missing") from error
    except (OSError, ValueError) as error:
        raise UnreadableDayBookError(path, f"bukan TOML ({error})", f"no TOML ({error})") from error
    if not isinstance(told, date) or isinstance(told, datetime):
        raise UnreadableDayBookError(path, "day = YYYY-MM-DD tidak ada", "day = YYYY-MM-DD is missing")
    day = day_of_date(told)
    if day != last_day(month_of_day(day)):
        raise UnreadableDayBookError(path, "day harus akhir bulan", "day must be a month's last day")
    return day


def _members(reader: _Reader) -> Iterator[OpeningMember]:
    for n, row in reader.rows(MEMBERS, _MEMBERS, _MEMBERS_MORE):
        number = reader.cell(MEMBERS, n, "member_no", row["member_no"], number_of)
        joined = reader.cell(MEMBERS, n, "joined_on", row["joined_on"], _read_day)
        kind = reader.cell(MEMBERS, n, "signer_kind", row["signer_kind"] or "ACCOUNT", SIGNER_KINDS.get)
        if row["standing"] not in ("", "ACTIVE"):
            reader.fault(
                MEMBERS,
                n,
                "standing harus ACTIVE: yang keluar tidak dicantumkan, yang diskors diputus rapat kemudian",
                "standing must be ACTIVE: who left is not listed, a suspension a meeting decides afterwards",
            )
        signer = row["signer"] or None
        if signer and not (is_checksum_address(signer) and int(signer, 16)):
            reader.fault(
                MEMBERS,
                n,
                f"signer {signer!r} bukan alamat dengan checksum EIP-55",
                f"signer {signer!r} is no address with its EIP-55 checksum",
            )
        if number is not None and joined is not None and kind is not None:
            yield OpeningMember(n, MemberNumber(number), joined, signer, kind)


def _savings(reader: _Reader) -> Iterator[OpeningSavings]:
    for n, row in reader.rows(SAVINGS, _SAVINGS):
        number = reader.cell(SAVINGS, n, "member_no", row["member_no"], number_of)
        amounts = {KINDS[name]: reader.cell(SAVINGS, n, name, row[name], _rupiah) for name in KINDS}
        known = {kind: amount for kind, amount in amounts.items() if amount is not None}
        if number is not None and len(known) == len(KINDS):
            yield OpeningSavings(n, MemberNumber(number), known)


def _loans(reader: _Reader) -> Iterator[OpeningLoan]:
    for n, row in reader.rows(LOANS, _LOANS, _LOANS_MORE, optional=True):
        method = reader.cell(LOANS, n, "method", row["method"], LoanMethod.__members__.get)
        loan = reader.cell(LOANS, n, "loan_no", row["loan_no"], number_of)
        member = reader.cell(LOANS, n, "member_no", row["member_no"], number_of)
        day = reader.cell(LOANS, n, "disbursed_on", row["disbursed_on"], _read_day)
        guarantor = (
            reader.cell(LOANS, n, "guarantor_no", row["guarantor_no"], number_of)
            if row["guarantor_no"]
            else 0
        )
        amounts = [
            reader.cell(LOANS, n, name, row[name], _rupiah)
            for name in ("principal", "principal_paid", "interest_paid")
        ]
        own = "" if method is None else str(method + 1)
        small = [
            reader.cell(LOANS, n, name, row[name] or default, small_number)
            for name, default in (
                ("annual_rate_bps", ""),
                ("months", ""),
                ("grace_months", "0"),
                ("product", own),
            )
        ]
        read = (method, loan, member, day, guarantor, *amounts, *small)
        if None in read:
            continue
        principal, principal_paid, interest_paid = (Rupiah(amount or 0) for amount in amounts)
        rate, months, grace, product = (number or 0 for number in small)
        yield OpeningLoan(
            row=n,
            loan=LoanNumber(loan or 0),
            member=MemberNumber(member or 0),
            disbursed_on=WibDay(day or 0),
            principal=principal,
            rate_bps=BasisPoints(rate),
            method=LoanMethod(method or 0),
            months=months,
            grace_months=grace,
            product=product,
            guarantor=MemberNumber(guarantor) if guarantor else None,
            principal_paid=principal_paid,
            interest_paid=interest_paid,
        )


def _cash(reader: _Reader) -> dict[Channel, int]:
    found: dict[Channel, int] = {}
    for n, row in reader.rows(CASH, ("channel", "total")):
        channel = reader.cell(CASH, n, "channel", row["channel"], _CHANNELS.get)
        total = reader.cell(CASH, n, "total", row["total"], _rupiah)
        if channel in found:
            reader.fault(CASH, n, f"{row['channel']} dua kali", f"{row['channel']} stands twice")
        elif channel is not None and total is not None:
            found[channel] = total
    return found


def _ledger(reader: _Reader) -> Iterator[OpeningAccount]:
    for n, row in reader.rows(LEDGER, ("account", "debit", "credit")):
        account = reader.cell(LEDGER, n, "account", row["account"], small_number)
        debit = reader.cell(LEDGER, n, "debit", row["debit"] or "0", _rupiah)
        credit = reader.cell(LEDGER, n, "credit", row["credit"] or "0", _rupiah)
        if account is not None and debit is not None and credit is not None:
            yield OpeningAccount(n, account, debit, credit)


def _rupiah(text: str) -> int | None:
    amount = amount_of(text)
    return amount if amount is not None and amount <= MAX_RUPIAH else None


def _read_day(text: str) -> WibDay | None:
    day = day_of(text)
    return day if day >= 0 else None
