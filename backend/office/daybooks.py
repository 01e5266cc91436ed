"""Reading a folder of day books (formats: examples/README.md).

A file that cannot be read at all stops everything before a row is sent (`UnreadableDayBookError`); a row
that makes no sense by itself is kept with its problem, to be refused in its place.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from rules.calendar import parse_day, parse_month
from rules.receipts import journal_receipt, loan_receipt, payroll_receipt, slip_receipt
from rules.types import (
    Channel,
    LoanMethod,
    LoanNumber,
    MemberNumber,
    Month,
    Receipt,
    SlipKind,
    WibDay,
)

MALFORMED_ROW: Final = "MALFORMED_ROW"
"""A row whose date, kind, channel, method, account or number cannot be read."""
DUPLICATE_REF: Final = "DUPLICATE_REF"
"""A ref that stood in the file before."""
BANK_DAY: Final = 25
"""Payroll is paid into the bank on the 25th of its month."""
UINT32: Final = 2**32 - 1
REF_LENGTH: Final = 160
_TOO_MANY: Final = "too many cells"
_CHANNELS: Final = {"KAS": Channel.KAS, "BANK": Channel.BANK}

_MEMBERS = ("member_no", "nik", "full_name", "gender", "birth_date", "unit", "phone", "joined_on")
_LOANS = (
    "loan_no", "member_no", "disbursed_on", "principal", "annual_rate_bps", "method", "months", "channel",
    "purpose", "guarantor_no",
)  # fmt: skip
_TELLER = ("date", "ref", "member_no", "kind", "amount", "channel", "loan_no")
_PAYROLL = ("member_no", "wajib", "sukarela", "loan_no", "angsuran", "total")
_JOURNAL = ("date", "ref", "account", "side", "amount", "channel")


class UnreadableDayBookError(ValueError):
    """A file that cannot be read; nothing of the folder was sent. The text says which file and what to do."""

    def __init__(self, path: Path, reason_id: str, reason_en: str) -> None:
        super().__init__(
            f"{path.name}: {reason_id}. Perbaiki berkas lalu impor lagi; belum ada yang dikirim. / "
            f"{path.name}: {reason_en}. Mend the file and import again; nothing was sent."
        )


@dataclass(frozen=True, slots=True)
class Joining:
    """A member to register, on the day of joining."""

    source: str
    ref: str
    position: int
    day: WibDay
    member: MemberNumber
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class LoanRow:
    """A loan to pay out. Rupiah, basis points a year."""

    source: str
    ref: str
    position: int
    day: WibDay
    receipt: Receipt
    loan: LoanNumber
    member: MemberNumber
    guarantor: MemberNumber
    principal: int | None
    annual_rate_bps: int
    method: LoanMethod
    months: int
    channel: Channel
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class SlipRow:
    """A teller's slip; `amount` is None where the text is no whole number of rupiah from 0 up."""

    source: str
    ref: str
    position: int
    day: WibDay
    receipt: Receipt
    member: MemberNumber | None
    kind: SlipKind
    amount: int | None
    channel: Channel
    to_channel: Channel | None
    loan: LoanNumber | None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class PayrollRow:
    """A member's deduction; an amount is None where its text is no whole number of rupiah from 0 up."""

    source: str
    ref: str
    position: int
    day: WibDay
    receipt: Receipt
    month: Month
    member: MemberNumber | None
    wajib: int | None
    sukarela: int | None
    has_loan: bool
    loan: LoanNumber | None
    angsuran: int | None
    total: int | None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One account of a journal; the channel takes the other side."""

    account: int
    is_credit: bool
    amount: int | None
    channel: Channel


@dataclass(frozen=True, slots=True)
class JournalRow:
    """A journal of the office: all rows of one ref."""

    source: str
    ref: str
    position: int
    day: WibDay
    receipt: Receipt
    lines: tuple[JournalLine, ...]
    problem: str | None = None


BookRow = Joining | LoanRow | SlipRow | PayrollRow | JournalRow
PHASES: Final[tuple[type, ...]] = (Joining, LoanRow, SlipRow, PayrollRow, JournalRow)
"""The order in which the rows of one day are imported."""


@dataclass(frozen=True, slots=True)
class DayBooks:
    """A folder's rows in the order of import, those without a readable day apart, and what was noticed."""

    rows: tuple[BookRow, ...]
    undated: tuple[BookRow, ...]
    warnings: tuple[str, ...] = field(default=())


def read_day_books(folder: Path) -> DayBooks:
    """All rows of a folder, merged by day and in a day by `PHASES`, otherwise in their file's order.

    UnreadableDayBookError for a missing members.csv, a wrong encoding or a missing column. Other files may be
    absent.
    """
    members = folder / "members.csv"
    if not members.is_file():
        raise UnreadableDayBookError(members, "berkas tidak ada", "the file is missing")
    rows: list[BookRow] = [_joining(row, n) for n, row in _table(members, _MEMBERS)]
    for name, columns, parse in (
        ("loans.csv", _LOANS, _loan),
        ("teller.csv", _TELLER, _slip),
    ):
        if (folder / name).is_file():
            rows.extend(parse(row, n) for n, row in _table(folder / name, columns))
    for path in sorted((folder / "payroll").glob("[!.]*.csv")):
        rows.extend(_payroll_file(path))
    if (folder / "journal.csv").is_file():
        rows.extend(_journals(folder / "journal.csv"))
    rows = list(_without_repeats(rows))
    warnings = _disorder(rows)
    dated = [row for row in rows if row.day >= 0]
    dated.sort(key=lambda row: (row.day, PHASES.index(type(row))))
    return DayBooks(tuple(dated), tuple(row for row in rows if row.day < 0), tuple(warnings))


def _without_repeats(rows: Iterable[BookRow]) -> Iterator[BookRow]:
    """A ref that stands twice in a file: the later row is refused, under a ref of its own."""
    seen: set[tuple[str, str]] = set()
    for row in rows:
        if (row.source, row.ref) in seen:
            yield replace(row, ref=f"{row.ref} (row {row.position})", problem=DUPLICATE_REF)
        else:
            seen.add((row.source, row.ref))
            yield row


def _table(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a CSV file from 1, their cells stripped."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableDayBookError(
            path,
            f"bukan teks UTF-8 (byte ke-{error.start}); simpan sebagai CSV UTF-8",
            f"not UTF-8 text (byte {error.start}); save it as CSV UTF-8",
        ) from error
    if "\0" in text:
        raise UnreadableDayBookError(path, "berisi byte nol; bukan CSV", "holds a zero byte; no CSV")
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey=_TOO_MANY, strict=True)
    try:
        missing = [column for column in columns if column not in (reader.fieldnames or ())]
        if missing:
            names = ", ".join(missing)
            raise UnreadableDayBookError(path, f"kolom tidak ada: {names}", f"missing column: {names}")
        for number, row in enumerate(reader, start=1):
            cells = {column: (row[column] or "").strip() for column in columns}
            yield number, cells | ({_TOO_MANY: "1"} if _TOO_MANY in row else {})
    except csv.Error as error:
        line = reader.line_num
        raise UnreadableDayBookError(
            path, f"baris {line} bukan CSV ({error})", f"line {line} is no CSV ({error})"
        ) from error


def _joining(row: dict[str, str], n: int) -> Joining:
    day, number = _day(row["joined_on"]), _number(row["member_no"])
    problem = None if day >= 0 and number and _TOO_MANY not in row else MALFORMED_ROW
    ref = f"member {number}" if number else f"row {n}"
    return Joining("members.csv", ref, n, day, MemberNumber(number or 0), problem)


def _loan(row: dict[str, str], n: int) -> LoanRow:
    day, loan = _day(row["disbursed_on"]), _number(row["loan_no"])
    rate, months = _amount(row["annual_rate_bps"]), _amount(row["months"])
    method = LoanMethod.__members__.get(row["method"])
    channel = _CHANNELS.get(row["channel"])
    guarantor = _number(row["guarantor_no"]) if row["guarantor_no"] else 0
    known = None not in (rate, months, method, channel, guarantor) and _TOO_MANY not in row
    readable = known and day >= 0 and loan and max(rate or 0, months or 0) < 2**16 and months
    return LoanRow(
        source="loans.csv",
        ref=f"loan {loan}" if loan else f"row {n}",
        position=n,
        day=day,
        receipt=loan_receipt(LoanNumber(loan)) if loan else Receipt(0),
        loan=LoanNumber(loan or 0),
        member=MemberNumber(_number(row["member_no"]) or 0),
        guarantor=MemberNumber(guarantor or 0),
        principal=_amount(row["principal"]),
        annual_rate_bps=rate or 0,
        method=method or LoanMethod.FLAT,
        months=months or 0,
        channel=channel or Channel.KAS,
        problem=None if readable else MALFORMED_ROW,
    )


def _slip(row: dict[str, str], n: int) -> SlipRow:
    day, kind = _day(row["date"]), SlipKind.__members__.get(row["kind"])
    first, _, second = row["channel"].partition(">")
    channel, to_channel = _CHANNELS.get(first), _CHANNELS.get(second)
    moves = kind is SlipKind.PINDAH
    ref = _ref(row, n)
    known = ref == row["ref"] and kind is not None and channel is not None and _TOO_MANY not in row
    readable = known and day >= 0 and moves == (to_channel is not None) and channel != to_channel
    return SlipRow(
        source="teller.csv",
        ref=ref,
        position=n,
        day=day,
        receipt=slip_receipt(row["ref"]),
        member=_member(row["member_no"]),
        kind=SlipKind.PINDAH if kind is None else kind,
        amount=_amount(row["amount"]),
        channel=channel or Channel.KAS,
        to_channel=to_channel,
        loan=_loan_number(row["loan_no"]),
        problem=None if readable else MALFORMED_ROW,
    )


def _payroll_file(path: Path) -> Iterator[PayrollRow]:
    try:
        month = parse_month(path.stem)
        day = parse_day(f"{path.stem}-{BANK_DAY}")
    except ValueError as error:
        raise UnreadableDayBookError(
            path, "nama berkas bukan YYYY-MM.csv", "the file's name is not YYYY-MM.csv"
        ) from error
    for n, row in _table(path, _PAYROLL):
        yield PayrollRow(
            source=f"payroll/{path.name}",
            ref=f"row {n}",
            position=n,
            day=day,
            receipt=payroll_receipt(month, n),
            month=month,
            member=_member(row["member_no"]),
            wajib=_amount(row["wajib"]),
            sukarela=_amount(row["sukarela"]),
            has_loan=bool(row["loan_no"]),
            loan=_loan_number(row["loan_no"]),
            angsuran=_amount(row["angsuran"]),
            total=_amount(row["total"]),
            problem=MALFORMED_ROW if _TOO_MANY in row or day < 0 else None,
        )


def _journals(path: Path) -> Iterator[JournalRow]:
    groups: dict[str, list[dict[str, str]]] = {}
    for n, row in _table(path, _JOURNAL):
        groups.setdefault(_ref(row, n), []).append(row)
    for position, (ref, rows) in enumerate(groups.items(), start=1):
        days = {_day(row["date"]) for row in rows}
        lines = [_journal_line(row) for row in rows]
        readable = len(days) == 1 and min(days) >= 0 and None not in lines
        yield JournalRow(
            source="journal.csv",
            ref=ref,
            position=position,
            day=min(days),
            receipt=journal_receipt(ref),
            lines=tuple(line for line in lines if line is not None),
            problem=None if readable else MALFORMED_ROW,
        )


def _journal_line(row: dict[str, str]) -> JournalLine | None:
    account, channel = _amount(row["account"]), _CHANNELS.get(row["channel"])
    if (
        _TOO_MANY in row
        or account is None
        or channel is None
        or not 1 <= account < 2**16
        or row["side"] not in ("DR", "CR")
    ):
        return None
    return JournalLine(account, row["side"] == "CR", _amount(row["amount"]), channel)


def _disorder(rows: Sequence[BookRow]) -> Iterator[str]:
    """Files of dated rows whose dates go back: they are merged by day all the same."""
    last: dict[str, WibDay] = {}
    told: set[str] = set()
    for row in rows:
        if isinstance(row, SlipRow) and row.day >= 0:
            if row.day < last.get(row.source, row.day) and row.source not in told:
                told.add(row.source)
                yield (
                    f"{row.source}, {row.ref}: tanggal mundur; baris diurutkan menurut hari. / "
                    f"{row.source}, {row.ref}: the date goes back; rows are sorted by day."
                )
            last[row.source] = max(row.day, last.get(row.source, row.day))


def _ref(row: dict[str, str], n: int) -> str:
    """The row's ref; its number in the file where there is none, or one too long to keep."""
    return row["ref"] if 0 < len(row["ref"]) <= REF_LENGTH else f"row {n}"


def _day(text: str) -> WibDay:
    """The WIB day of YYYY-MM-DD, or -1."""
    try:
        return parse_day(text)
    except ValueError:
        return WibDay(-1)


def _amount(text: str) -> int | None:
    """Whole rupiah from 0 up, else None (a sign, a fraction, thousands separators, no number at all)."""
    return int(text) if re.fullmatch(r"[0-9]{1,40}", text) else None


def _number(text: str) -> int | None:
    """A number of a member or a loan, from 1 to 2^32 - 1, else None."""
    value = _amount(text)
    return value if value is not None and 1 <= value <= UINT32 else None


def _member(text: str) -> MemberNumber | None:
    value = _number(text)
    return None if value is None else MemberNumber(value)


def _loan_number(text: str) -> LoanNumber | None:
    value = _number(text)
    return None if value is None else LoanNumber(value)
