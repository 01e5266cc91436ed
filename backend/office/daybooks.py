"""Reading a folder of day books (formats: examples/README.md).

A file that cannot be read at all stops everything before a row is sent (`UnreadableDayBookError`); a row
that makes no sense by itself is kept with its problem, to be refused in its place.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from backend.cells import (
    TOO_MANY,
    UnreadableDayBookError,
    amount_of,
    day_of,
    loan_of,
    member_of,
    number_of,
    small_number,
    table,
)
from backend.terms import Pledge
from rules.calendar import parse_day, parse_month
from rules.receipts import journal_receipt, loan_receipt, payroll_receipt, slip_receipt
from rules.types import (
    MAX_RUPIAH,
    Channel,
    LoanMethod,
    LoanNumber,
    MemberNumber,
    Month,
    Receipt,
    SavingsKind,
    SlipKind,
    WibDay,
)

MALFORMED_ROW: Final = "MALFORMED_ROW"
"""A row whose date, kind, channel, method, account or number cannot be read."""
DUPLICATE_REF: Final = "DUPLICATE_REF"
"""A ref that stood in the file before."""
BANK_DAY: Final = 25
"""Payroll is paid into the bank on the 25th of its month."""
REF_LENGTH: Final = 160
MOST_PLEDGES: Final = 16
"""Who answers for one loan, at most: a payout carries a signature of each."""
_CHANNELS: Final = {"KAS": Channel.KAS, "BANK": Channel.BANK}

_MEMBERS = ("member_no", "nik", "full_name", "gender", "birth_date", "unit", "phone", "joined_on")
_LOANS = (
    "loan_no", "member_no", "disbursed_on", "principal", "annual_rate_bps", "method", "months", "channel",
    "purpose", "guarantor_no",
)  # fmt: skip
_LOANS_MORE = ("product", "grace_months", "fee", "pledges", "refinances")
"""Columns that a file may leave out."""
_TELLER = ("date", "ref", "member_no", "kind", "amount", "channel", "loan_no")
_PAYROLL = ("member_no", "wajib", "sukarela", "loan_no", "angsuran", "total")
_JOURNAL = ("date", "ref", "account", "side", "amount", "channel")


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
    """A loan to pay out. Rupiah, basis points a year.

    product: of ILoanPolicy. fee: kept back when it is paid out. pledges: the guarantor of `guarantor_no`
    first. refinances: an older loan that it pays off.
    """

    source: str
    ref: str
    position: int
    day: WibDay
    receipt: Receipt
    loan: LoanNumber
    member: MemberNumber
    principal: int | None
    annual_rate_bps: int
    method: LoanMethod
    months: int
    channel: Channel
    product: int
    grace_months: int = 0
    fee: int = 0
    pledges: tuple[Pledge, ...] = ()
    refinances: LoanNumber | None = None
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
    rows: list[BookRow] = [_joining(row, n) for n, row in table(members, _MEMBERS)]
    if (folder / "loans.csv").is_file():
        rows.extend(_loan(row, n) for n, row in table(folder / "loans.csv", _LOANS, _LOANS_MORE))
    if (folder / "teller.csv").is_file():
        rows.extend(_slip(row, n) for n, row in table(folder / "teller.csv", _TELLER))
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


def _joining(row: dict[str, str], n: int) -> Joining:
    day, number = day_of(row["joined_on"]), number_of(row["member_no"])
    problem = None if day >= 0 and number and TOO_MANY not in row else MALFORMED_ROW
    ref = f"member {number}" if number else f"row {n}"
    return Joining("members.csv", ref, n, day, MemberNumber(number or 0), problem)


def _loan(row: dict[str, str], n: int) -> LoanRow:
    day, loan = day_of(row["disbursed_on"]), number_of(row["loan_no"])
    rate, months = amount_of(row["annual_rate_bps"]), amount_of(row["months"])
    method = LoanMethod.__members__.get(row["method"])
    channel = _CHANNELS.get(row["channel"])
    pledges = _pledges(row)
    product = small_number(row["product"]) if row["product"] else (method or 0) + 1
    grace, fee = small_number(row["grace_months"] or "0"), amount_of(row["fee"] or "0")
    older = loan_of(row["refinances"])
    known = None not in (rate, months, method, channel, pledges, product, grace, fee)
    known = known and (older is not None or not row["refinances"])
    readable = known and day >= 0 and loan and max(rate or 0, months or 0) < 2**16 and months
    return LoanRow(
        source="loans.csv",
        ref=f"loan {loan}" if loan else f"row {n}",
        position=n,
        day=day,
        receipt=loan_receipt(LoanNumber(loan)) if loan else Receipt(0),
        loan=LoanNumber(loan or 0),
        member=MemberNumber(number_of(row["member_no"]) or 0),
        principal=amount_of(row["principal"]),
        annual_rate_bps=rate or 0,
        method=method or LoanMethod.FLAT,
        months=months or 0,
        channel=channel or Channel.KAS,
        product=product or 0,
        grace_months=grace or 0,
        fee=fee or 0,
        pledges=pledges or (),
        refinances=older,
        problem=None if readable and TOO_MANY not in row else MALFORMED_ROW,
    )


def _pledges(row: dict[str, str]) -> tuple[Pledge, ...] | None:
    """`member:KIND:amount` of the column, joined by `;`, after a guarantor who pledges nothing there."""
    guarantor = number_of(row["guarantor_no"]) if row["guarantor_no"] else 0
    texts = row["pledges"].split(";") if row["pledges"] else []
    found = [_pledge(text) for text in texts]
    pledges = tuple(pledge for pledge in found if pledge is not None)
    if guarantor is None or len(pledges) < len(found) or len(pledges) > MOST_PLEDGES:
        return None
    if not guarantor or any(pledge.member == guarantor for pledge in pledges):
        return pledges
    return (Pledge(MemberNumber(guarantor), SavingsKind.SUKARELA, 0), *pledges)


def _pledge(text: str) -> Pledge | None:
    """One pledge of WAJIB or SUKARELA, below 2^63 rupiah."""
    member, _, rest = text.strip().partition(":")
    kind, _, amount = rest.partition(":")
    number, rupiah = member_of(member), amount_of(amount)
    if number is None or rupiah is None or rupiah > MAX_RUPIAH or kind not in ("WAJIB", "SUKARELA"):
        return None
    return Pledge(number, SavingsKind[kind], rupiah)


def _slip(row: dict[str, str], n: int) -> SlipRow:
    day, kind = day_of(row["date"]), SlipKind.__members__.get(row["kind"])
    first, _, second = row["channel"].partition(">")
    channel, to_channel = _CHANNELS.get(first), _CHANNELS.get(second)
    moves = kind is SlipKind.PINDAH
    ref = _ref(row, n)
    known = ref == row["ref"] and kind is not None and channel is not None and TOO_MANY not in row
    readable = known and day >= 0 and moves == (to_channel is not None) and channel != to_channel
    return SlipRow(
        source="teller.csv",
        ref=ref,
        position=n,
        day=day,
        receipt=slip_receipt(row["ref"]),
        member=member_of(row["member_no"]),
        kind=SlipKind.PINDAH if kind is None else kind,
        amount=amount_of(row["amount"]),
        channel=channel or Channel.KAS,
        to_channel=to_channel,
        loan=loan_of(row["loan_no"]),
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
    for n, row in table(path, _PAYROLL):
        yield PayrollRow(
            source=f"payroll/{path.name}",
            ref=f"row {n}",
            position=n,
            day=day,
            receipt=payroll_receipt(month, n),
            month=month,
            member=member_of(row["member_no"]),
            wajib=amount_of(row["wajib"]),
            sukarela=amount_of(row["sukarela"]),
            has_loan=bool(row["loan_no"]),
            loan=loan_of(row["loan_no"]),
            angsuran=amount_of(row["angsuran"]),
            total=amount_of(row["total"]),
            problem=MALFORMED_ROW if TOO_MANY in row or day < 0 else None,
        )


def _journals(path: Path) -> Iterator[JournalRow]:
    groups: dict[str, list[dict[str, str]]] = {}
    for n, row in table(path, _JOURNAL):
        groups.setdefault(_ref(row, n), []).append(row)
    for position, (ref, rows) in enumerate(groups.items(), start=1):
        days = {day_of(row["date"]) for row in rows}
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
    account, channel = amount_of(row["account"]), _CHANNELS.get(row["channel"])
    if (
        TOO_MANY in row
        or account is None
        or channel is None
        or not 1 <= account < 2**16
        or row["side"] not in ("DR", "CR")
    ):
        return None
    return JournalLine(account, row["side"] == "CR", amount_of(row["amount"]), channel)


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
