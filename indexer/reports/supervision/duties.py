"""The dated duties of a year, each done or not by what the ledger holds.

What no ledger can know (a report that was handed in, a notice to an authority) is said to be not known once
its day is past. Days without a source are settings, off by default.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from enum import StrEnum
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Row, Select, Table, select

from indexer.ledger import schema
from indexer.ledger.accounts import INTEREST_TAX
from indexer.ledger.schema import joined
from indexer.reports.annual_meetings import annual_meetings
from indexer.reports.closes import standing_closes
from indexer.reports.statements.amounts import BookAmounts
from indexer.reports.statements.options import options_on
from indexer.reports.statements.structs import Span, Stand, Words
from indexer.reports.supervision.cash_reports import CashDay, cash_days
from rules.annual_meeting import last_meeting_day
from rules.calendar import (
    add_months,
    day_of_timestamp,
    first_day,
    last_day,
    month_of,
    month_of_day,
    month_text,
    timestamp_of_day,
)
from rules.types import Month, Office, WibDay

TAX_DAY: Final = "tax-remittance-day"
CLOSE_DAY: Final = "month-close-day"
"""Options: the day of the next month (1 to 28) by which tax on interest is remitted, and a month is closed.
No source was found for either; not dated unless adopted."""
_LAST_SURE_DAY: Final = 28
_LABELS: Final = {
    "annual-report": Words("Laporan tahunan pengurus siap", "Annual report ready"),
    "annual-meeting": Words("RAT tahunan", "Annual members' meeting"),
    "month-end": Words("Akhir bulan dibukukan", "Month's end booked"),
    "month-close": Words("Tutup buku bulan", "Month closed"),
    "tax-remittance": Words("Setor pajak jasa simpanan", "Tax on interest remitted"),
    "term-of-office": Words("Masa jabatan berakhir", "Term of office ends"),
}


class DutyState(StrEnum):
    """Of a duty on a day. LATE: done after its day; OPEN: not done, and no day is set; NOT_KNOWN: its day is
    past, and no ledger says whether it was done."""

    DONE = "DONE"
    LATE = "LATE"
    DUE = "DUE"
    OVERDUE = "OVERDUE"
    OPEN = "OPEN"
    NOT_KNOWN = "NOT_KNOWN"


class Duty(msgspec.Struct, frozen=True):
    """A duty about `subject` (a year, a month, an office), by the end of `due`; what shows it was done."""

    kind: str
    label: Words
    subject: str
    due: WibDay | None
    state: DutyState
    done_on: WibDay | None = None
    reference: str = ""


class Calendar(msgspec.Struct, frozen=True):
    """The duties of a year as they stand on `as_of`. `cash` are days that call for an LTKT: for the office's
    eyes. `holidays`: whether a file of them was given."""

    year: int
    as_of: WibDay
    tax_day: int | None
    close_day: int | None
    holidays: bool
    duties: tuple[Duty, ...]
    cash: tuple[CashDay, ...]
    stand: Stand


class _Evidence(NamedTuple):
    done_on: WibDay | None = None
    reference: str = ""


_NONE: Final = _Evidence()


def calendar(
    books: BookAmounts, year: int, as_of: WibDay, holidays: AbstractSet[int] | None = None
) -> Calendar:
    """Duties about the months and meetings of a calendar year, terms that end in it, cash to be reported."""
    options = options_on(books.connection, as_of, books.cooperative_id)
    tax_day, close_day = (
        _day_of_month(options[key].value) if key in options else None for key in (TAX_DAY, CLOSE_DAY)
    )
    months = [month_of(year, number) for number in range(1, 13)]
    duties = [
        *_annual(books, year, as_of),
        *month_duties(books, months, as_of, close_day),
        *_taxes(books, months, as_of, tax_day),
        *_terms(books, year, as_of),
    ]
    span = Span(first_day(months[0]), min(last_day(months[-1]), as_of))
    cash = cash_days(books, span, holidays or frozenset()) if span.from_day <= span.to_day else []
    given = holidays is not None
    return Calendar(year, as_of, tax_day, close_day, given, tuple(duties), tuple(cash), books.stand())


def cash_state(cash: CashDay, as_of: WibDay) -> DutyState:
    """Whether a notice can still be made in time; whether it was, no ledger knows."""
    return DutyState.DUE if as_of <= cash.last_day else DutyState.NOT_KNOWN


def _day_of_month(value: bytes) -> int | None:
    day = int.from_bytes(value, "big")
    return day if 1 <= day <= _LAST_SURE_DAY else None


def _duty(
    kind: str, subject: str, due: WibDay | None, as_of: WibDay, done: _Evidence, knowable: bool = True
) -> Duty:
    if done.done_on is not None and done.done_on > as_of:
        done = _NONE
    if done.done_on is not None:
        state = DutyState.DONE if due is None or done.done_on <= due else DutyState.LATE
    elif due is None:
        state = DutyState.OPEN
    elif as_of <= due:
        state = DutyState.DUE
    else:
        state = DutyState.OVERDUE if knowable else DutyState.NOT_KNOWN
    return Duty(kind, _LABELS[kind], subject, due, state, done.done_on, done.reference)


def _annual(books: BookAmounts, year: int, as_of: WibDay) -> Iterator[Duty]:
    """Meeting and report on the book year before: within six months, and a month before the meeting."""
    now = timestamp_of_day(WibDay(as_of + 1)) - 1
    for each in annual_meetings(books.connection, now, books.cooperative_id):
        if each.book_year == year - 1:
            held = each.held_on or last_meeting_day(each.book_year)
            yield _duty(
                "annual-report", str(each.book_year), add_months(held, -1), as_of, _NONE, knowable=False
            )
            done = _NONE if each.held_on is None else _Evidence(each.held_on, f"meeting {each.meeting}")
            yield _duty("annual-meeting", str(each.book_year), each.last_day, as_of, done)


def month_duties(
    books: BookAmounts, months: list[Month], as_of: WibDay, close_day: int | None
) -> Iterator[Duty]:
    """Each month's end and close, by `close_day` of the next month where there is one."""
    setting = schema.setting
    ends = {
        row.effective_day: row
        for row in books.connection.execute(
            _with_days(books, setting, setting.c.effective_day).where(setting.c.name == "month_ended")
        )
    }
    closed = standing_closes(books.connection, as_of, books.cooperative_id)
    for month in months:
        end = last_day(month)
        due = None if close_day is None else _in_next_month(month, close_day)
        yield _duty("month-end", month_text(month), None, as_of, _at(ends.get(end)))
        yield _duty("month-close", month_text(month), due, as_of, _at(closed.get(end)))


def _taxes(books: BookAmounts, months: list[Month], as_of: WibDay, tax_day: int | None) -> Iterator[Duty]:
    """Of each month with tax: remitted on the day by which as much was paid as was owed at its end."""
    kept = schema.account_day.c
    query = (
        select(kept.day, kept.debit_high, kept.debit_low, kept.credit_high, kept.credit_low)
        .where(kept.cooperative_id == books.cooperative_id, kept.account == INTEREST_TAX)
        .order_by(kept.day)
    )
    owed: dict[int, int] = {}
    paid: list[tuple[int, int]] = []
    total_owed = total_paid = 0
    for day, *words in books.connection.execute(query):
        total_paid += joined(*words[:2])
        total_owed += joined(*words[2:])
        paid.append((day, total_paid))
        owed[month_of_day(WibDay(day))] = total_owed
    before = 0
    for month, owed_then in sorted(owed.items()):
        if month in months and owed_then > before:
            on = next((WibDay(day) for day, sum_paid in paid if sum_paid >= owed_then), None)
            due = None if tax_day is None else _in_next_month(Month(month), tax_day)
            done = _NONE if on is None else _Evidence(on, f"account {INTEREST_TAX}")
            yield _duty("tax-remittance", month_text(Month(month)), due, as_of, done)
        before = owed_then


def _terms(books: BookAmounts, year: int, as_of: WibDay) -> Iterator[Duty]:
    """Terms that end in the year and were not ended before: a later grant of the office follows, or not."""
    change = schema.office_change
    columns = (change.c.office, change.c.account, change.c.holder, change.c.until)
    rows = list(books.connection.execute(_with_days(books, change, *columns)))
    for at, row in enumerate(rows):
        if row.until is None or row.office == Office.ADMIN:
            continue
        due = day_of_timestamp(row.until)
        if not first_day(month_of(year, 1)) <= due <= last_day(month_of(year, 12)):
            continue
        later = [each for each in rows[at + 1 :] if each.office == row.office]
        if any(
            each.account == row.account and each.until is None and each.time < row.until for each in later
        ):
            continue
        follows = next((each for each in later if each.until and each.until > row.until), None)
        subject = f"{Office(row.office).name}, {row.holder}"
        yield _duty("term-of-office", subject, due, as_of, _at(follows))


def _with_days(books: BookAmounts, table: Table, *columns: Any) -> Select[Any]:
    """Rows of a log table with their places and the time of their blocks, in the order of the chain."""
    own, block = table.c, schema.block.c
    return (
        select(*columns, own.block_number, own.log_index, block.time)
        .join(
            schema.block,
            (block.cooperative_id == own.cooperative_id) & (block.block_number == own.block_number),
        )
        .where(own.cooperative_id == books.cooperative_id)
        .order_by(own.block_number, own.log_index)
    )


def _at(row: Row[Any] | None) -> _Evidence:
    if row is None:
        return _NONE
    return _Evidence(day_of_timestamp(row.time), f"block {row.block_number}, log {row.log_index}")


def _in_next_month(month: Month, day: int) -> WibDay:
    return WibDay(first_day(Month(month + 1)) + day - 1)
