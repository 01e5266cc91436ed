"""The package of a month for ministry and OJK: one workbook, and the same as facts with stable names.

No official form's layout is claimed: the elements are those of our own statements and definitions.
"""

from typing import Any, Final

import msgspec
from sqlalchemy import Connection

from indexer.reports.meetings import book_time
from indexer.reports.proofs import books_root
from indexer.reports.statements.amounts import BookAmounts
from indexer.reports.statements.cash_flows import cash_flows_direct
from indexer.reports.statements.chart import FindChart
from indexer.reports.statements.equity import equity
from indexer.reports.statements.forms import UNIT, facts
from indexer.reports.statements.layout import lines_hash
from indexer.reports.statements.loan_notes import allowance_table, classes_table, running_loans
from indexer.reports.statements.periods import words_of, year_to
from indexer.reports.statements.position import position
from indexer.reports.statements.structs import Field, Listing, Report, Span, Stand, Words
from indexer.reports.statements.surplus import surplus
from indexer.reports.statements.tables import NAME, NAME_EN
from indexer.reports.statements.workbook import workbook_of
from indexer.reports.supervision.duties import DutyState, month_duties
from indexer.reports.supervision.health import health_scores
from indexer.reports.supervision.health_tables import health_tables
from indexer.reports.supervision.limit_tables import limit_tables
from indexer.reports.supervision.limits import limits
from indexer.reports.supervision.ratio_tables import ratio_tables
from indexer.reports.supervision.ratios import definitions_hash, ratios
from rules.calendar import day_of_timestamp, first_day, last_day, month_text
from rules.types import Month, WibDay

PACKAGE_VERSION: Final = 1
TITLE: Final = Words("Paket laporan bulanan", "Monthly report package")
NO_FORM: Final = Words(
    "Tidak mengikuti formulir resmi mana pun: unsur dan susunannya milik laporan ini sendiri.",
    "It follows no official form: elements and layout are this report's own.",
)


class MonthNotBegunError(ValueError):
    """A package of a month that the books have not reached."""

    def __init__(self, month: Month) -> None:
        told = month_text(month)
        self.indonesian = f"Buku belum sampai bulan {told}: sinkronkan dulu, atau pilih bulan lain."
        self.english = f"The books have not reached the month {told}: sync them, or choose another."
        super().__init__(f"{self.indonesian} / {self.english}")


class Package(msgspec.Struct, frozen=True):
    """All reports of a month, from the same books. `ended`: the month's end is booked; `closed`: a close of
    it stands; `root`: RFC 9162 over all entries."""

    month: Month
    ended: bool
    closed: bool
    root: bytes
    reports: tuple[Report, ...]
    stand: Stand


def report_package(connection: Connection, month: Month, cooperative_id: int, find: FindChart) -> Package:
    """The package of a month, of its flows and of balances at its end. MonthNotBegunError, ChartError."""
    span = Span(first_day(month), last_day(month))
    today = day_of_timestamp(book_time(connection, cooperative_id))
    if today < span.from_day:
        raise MonthNotBegunError(month)
    books = BookAmounts.on(connection, span.to_day, cooperative_id, find)
    done = {each.kind: each.state is DutyState.DONE for each in month_duties(books, [month], today, None)}
    stand = books.stand()
    root = books_root(connection, stand.entries, cooperative_id)
    reports = (*_statements(books, span), *_supervision(books, span.to_day, find))
    return Package(month, done["month-end"], done["month-close"], root, reports, stand)


def package_workbook(package: Package, cooperative: str) -> bytes:
    """Every report as a sheet behind one that says what they are from; totals and ratios are formulas.
    WorkbookError."""
    return workbook_of([_cover(package), *package.reports], cooperative)


def package_facts(package: Package, cooperative: str) -> dict[str, Any]:
    """Every figure of the package as facts, by report."""
    stand = package.stand
    return {
        "version": PACKAGE_VERSION,
        "package": "report-package",
        "entity": cooperative,
        "month": month_text(package.month),
        "month_ended": package.ended,
        "month_closed": package.closed,
        "unit": UNIT,
        "form": {"id": NO_FORM.id, "en": NO_FORM.en},
        "block": {"number": stand.block_number, "hash": stand.block_hash.hex(), "entries": stand.entries},
        "ledger_root": package.root.hex(),
        "chart": stand.chart_hash.hex(),
        "lines": lines_hash(),
        "ratio_definitions": definitions_hash(),
        "reports": [facts(each, cooperative) for each in package.reports],
    }


def _statements(books: BookAmounts, span: Span) -> tuple[Report, ...]:
    """The month's statements, and the surplus of the book year so far, which ratios are of."""
    year = msgspec.structs.replace(surplus(books, year_to(span.to_day)), name="surplus-year")
    loans = running_loans(books, span.to_day)
    return (
        position(books, span),
        surplus(books, span),
        year,
        cash_flows_direct(books, span),
        equity(books, span),
        classes_table(books, loans, span),
        allowance_table(books, span),
    )


def _supervision(books: BookAmounts, day: WibDay, find: FindChart) -> tuple[Report, ...]:
    return (
        ratio_tables(ratios(books, day)),
        health_tables(health_scores(books, day, find)),
        limit_tables(limits(books, day)),
    )


def _cover(package: Package) -> Listing:
    """The sheet that says of which books, and how far, the others are."""
    span = Span(first_day(package.month), last_day(package.month))
    stand, yes, no = package.stand, Words("ya", "yes"), Words("belum", "not yet")
    ended, closed = (yes if each else no for each in (package.ended, package.closed))
    rows = (
        (Words("Periode", "Period"), words_of(span)),
        (Words("Akhir bulan dibukukan", "Month's end booked"), ended),
        (Words("Bulan ditutup", "Month closed"), closed),
        (Words("Nomor blok", "Block number"), _same(str(stand.block_number))),
        (Words("Hash blok", "Block hash"), _same(stand.block_hash.hex())),
        (Words("Jumlah jurnal", "Entries"), _same(str(stand.entries))),
        (Words("Akar jurnal", "Ledger root"), _same(package.root.hex())),
        (Words("Definisi rasio (sha256)", "Definitions of ratios (sha256)"), _same(definitions_hash())),
    )
    fields = (
        NAME,
        NAME_EN,
        Field("value", Words("Isi", "Value"), "text"),
        Field("value_en", Words("Isi (Inggris)", "Value (English)"), "text"),
    )
    cells = tuple((label.id, label.en, value.id, value.en) for label, value in rows)
    return Listing("package", TITLE, span, fields, cells, (None,) * 4, stand, remarks=(NO_FORM,))


def _same(text: str) -> Words:
    return Words(text, text)
