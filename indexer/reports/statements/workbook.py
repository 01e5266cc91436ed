"""Statements, ledgers and notes as XLSX whose totals are formulas. The same report, the same bytes."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any, Final
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.writer.excel import ExcelWriter

from indexer.reports.statements.structs import (
    AMOUNTS,
    PARTS,
    CellKind,
    Field,
    Listing,
    Notes,
    Report,
    Row,
    Stand,
    Statement,
    Words,
)
from rules.calendar import date_of_day
from rules.types import BPS, WibDay

AMOUNT_FORMAT: Final = "#,##0;(#,##0);-"
PERCENT_FORMAT: Final = "0.00%"
POINTS_FORMAT: Final = "0.00"
_DAY_FORMAT: Final = "yyyy-mm-dd"
_EXACT: Final = 1 << 53
"""A spreadsheet's numbers hold every whole number up to here."""
_MAX_ROWS: Final = 1_000_000
_ZIP_TIME: Final = (1980, 1, 1, 0, 0, 0)
_BOLD: Final = Font(bold=True)
_FIRST_AMOUNT: Final = 4
"""Column of a statement's first amounts: behind Indonesian, English and note."""
_WIDTHS: Final = (44, 44, 8)


class WorkbookError(ValueError):
    """A report that a workbook cannot hold exactly."""

    def __init__(self, indonesian: str, english: str) -> None:
        super().__init__(f"{indonesian} / {english}")
        self.indonesian = indonesian
        self.english = english


def workbook(report: Report, cooperative: str) -> bytes:
    """The workbook of a report, headed with the cooperative's name: one sheet, named as the report is.

    WorkbookError for amounts above 2^53 rupiah and for more than a million rows.
    """
    return workbook_of([report], cooperative)


def workbook_of(reports: Sequence[Report], cooperative: str) -> bytes:
    """Reports as the sheets of one workbook, each named as its report is. WorkbookError."""
    book = Workbook()
    for name in book.sheetnames:
        del book[name]
    for report in reports:
        writer = _Sheet(book.create_sheet(report.name[:31]))
        writer.head(cooperative, report)
        if isinstance(report, Statement):
            writer.statement(report)
        elif isinstance(report, Listing):
            writer.listing(report)
        else:
            writer.notes(report)
        writer.foot(report.stand)
    return _bytes(book, max(map(_last_day, reports)))


class _Sheet:
    """Writes downwards; `at` is the next row."""

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet
        self.at = 1

    def head(self, cooperative: str, report: Report) -> None:
        self.text(1, cooperative, bold=True)
        self.at += 1
        self._words(report.title, bold=True)
        self.text(3, "rupiah")
        self.at += 2

    def foot(self, stand: Stand) -> None:
        self.at += 1
        place = (
            f"blok / block {stand.block_number} {stand.block_hash.hex()}, {stand.entries} jurnal / entries"
        )
        self.text(1, place)
        self.at += 1
        self.text(1, f"bagan akun / chart of accounts {stand.chart_hash.hex() or '-'}")

    def statement(self, statement: Statement) -> None:
        for column, width in enumerate(_WIDTHS, 1):
            self._sheet.column_dimensions[get_column_letter(column)].width = width
        for at, each in enumerate(statement.columns, _FIRST_AMOUNT):
            self._heading(at, each.label)
        self.at += 2
        self._sheet.freeze_panes = self._sheet.cell(self.at, _FIRST_AMOUNT)
        places = _places(statement.rows, self.at)
        for row in statement.rows:
            self._row(statement, row, places)
            self.at += 1
        self._remarks(statement.remarks)

    def _row(self, statement: Statement, row: Row, places: dict[str, int]) -> None:
        bold = row.kind != "line"
        for column, text in ((1, row.label.id), (2, row.label.en)):
            cell = self.text(column, text, bold=bold)
            cell.alignment = Alignment(indent=row.level, wrap_text=True, vertical="top")
        self.text(3, row.note)
        for at, amount in enumerate(row.amounts):
            column = _FIRST_AMOUNT + at
            letter = get_column_letter(column)
            formula = None
            if statement.columns[at].total:
                first, last = get_column_letter(_FIRST_AMOUNT), get_column_letter(column - 1)
                formula = f"=SUM({first}{self.at}:{last}{self.at})"
            elif row.kind == "total" and row.terms:
                formula = "=" + "".join(
                    f"{'+' if term.sign > 0 else '-'}{letter}{places[term.element]}" for term in row.terms
                )
            self.amount(column, amount, formula, bold)

    def listing(self, listing: Listing) -> None:
        """Fields as columns; debits, credits and amounts are summed, balances run along."""
        letters = {field.kind: get_column_letter(at) for at, field in enumerate(listing.fields, 1)}
        for at, field in enumerate(listing.fields, 1):
            self._heading(at, field.label)
        self.at += 2
        first = self.at
        runs = "balance" in letters
        if runs:
            self.text(1, "Saldo awal / Opening")
            self.amount(len(listing.fields), listing.opening)
            self.at += 1
        if len(listing.rows) > _MAX_ROWS:
            raise WorkbookError(
                f"{len(listing.rows)} baris tidak muat di lembar kerja: ambil CSV atau periode lebih pendek.",
                f"{len(listing.rows)} rows do not fit a sheet: take CSV, or a shorter period.",
            )
        for row in listing.rows:
            for at, (field, cell) in enumerate(zip(listing.fields, row, strict=True), 1):
                self._cell(at, field, cell, listing, letters)
            self.at += 1
        if any(total is not None for total in listing.totals):
            self._sums(listing, first)
        self._remarks(listing.remarks)

    def _sums(self, listing: Listing, first: int) -> None:
        """The line of totals below rows that begin at `first`."""
        self.text(1, "Jumlah / Total", bold=True)
        for at, (field, total) in enumerate(zip(listing.fields, listing.totals, strict=True), 1):
            if total is not None:
                letter = get_column_letter(at)
                summed = f"=SUM({letter}{first}:{letter}{self.at - 1})" if self.at > first else None
                self.amount(at, total, f"={letter}{self.at - 1}" if field.kind == "balance" else summed, True)
                if field.kind == "points":
                    self._sheet.cell(self.at, at).number_format = POINTS_FORMAT
        self.at += 1

    def _cell(
        self, at: int, field: Field, cell: str | int | None, listing: Listing, letters: Mapping[CellKind, str]
    ) -> None:
        if field.kind in PARTS:
            self._part(at, field, cell)
        if cell is None or field.kind in PARTS:
            return
        if field.kind == "points":
            self._sheet.cell(self.at, at, int(cell) / 100).number_format = POINTS_FORMAT
            return
        if field.kind == "balance":
            sides: tuple[CellKind, CellKind] = ("debit", "credit")
            more, less = sides if listing.debit else sides[::-1]
            row = self.at
            formula = f"={letters['balance']}{row - 1}+{letters[more]}{row}-{letters[less]}{row}"
            self.amount(at, int(cell), formula)
        elif field.kind in AMOUNTS:
            self.amount(at, int(cell))
        elif field.kind == "day":
            made = self._sheet.cell(self.at, at, date_of_day(WibDay(int(cell))))
            made.number_format = _DAY_FORMAT
        elif field.kind == "number":
            self._sheet.cell(self.at, at, cell)
        else:
            self.text(at, str(cell))

    def _part(self, at: int, field: Field, cell: str | int | None) -> None:
        """Basis points as per cent: a share divides the two amounts in front of it."""
        if field.kind == "share":
            above, below = (f"{get_column_letter(column)}{self.at}" for column in (at - 2, at - 1))
            made = self._sheet.cell(self.at, at, f'=IF({below}=0,"n/a",ROUND({above}/{below},4))')
        elif cell is None:
            return
        else:
            made = self._sheet.cell(self.at, at, int(cell) / BPS)
        made.number_format = PERCENT_FORMAT

    def notes(self, notes: Notes) -> None:
        for column, width in enumerate((44, 44, 20, 20, 20, 20), 1):
            self._sheet.column_dimensions[get_column_letter(column)].width = width
        for note in notes.notes:
            self.text(1, f"{note.number}. {note.title.id}", bold=True)
            self.text(2, note.title.en, bold=True)
            self.at += 1
            for words in note.paragraphs:
                self._words(words)
                self.at += 1
            for table in note.tables:
                self._words(table.title, bold=True)
                self.at += 1
                self.listing(table)
            self.at += 1

    def text(self, column: int, text: str, bold: bool = False) -> Any:
        """Text that stays text, whatever it begins with."""
        cell = self._sheet.cell(self.at, column, text)
        cell.data_type = "s"
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if bold:
            cell.font = _BOLD
        return cell

    def amount(self, column: int, amount: int | None, formula: str | None = None, bold: bool = False) -> None:
        """Rupiah, or the formula that gives them."""
        if amount is None:
            return
        if abs(amount) > _EXACT:
            raise WorkbookError(
                f"Rp {amount} terlalu besar untuk lembar kerja yang tepat: ambil CSV.",
                f"Rp {amount} is too large for an exact spreadsheet: take CSV.",
            )
        cell = self._sheet.cell(self.at, column, formula or amount)
        cell.number_format = AMOUNT_FORMAT
        if bold:
            cell.font = _BOLD

    def _words(self, words: Words, bold: bool = False) -> None:
        self.text(1, words.id, bold)
        self.text(2, words.en, bold)

    def _heading(self, column: int, label: Words) -> None:
        """In both languages, one below the other."""
        for down, text in enumerate((label.id, label.en)):
            cell = self._sheet.cell(self.at + down, column, text)
            cell.data_type = "s"
            cell.font = _BOLD
            cell.alignment = Alignment(horizontal="center", wrap_text=True)
        letter = get_column_letter(column)
        width = self._sheet.column_dimensions[letter].width
        self._sheet.column_dimensions[letter].width = max(width, 18)

    def _remarks(self, remarks: Sequence[Words]) -> None:
        for remark in remarks:
            self._words(remark)
            self.at += 1


def _places(rows: Sequence[Row], first: int) -> dict[str, int]:
    """The row of each element's amounts."""
    return {row.element: at for at, row in enumerate(rows, first) if row.kind != "heading"}


def _last_day(report: Report) -> WibDay:
    if isinstance(report, Statement):
        return max(column.span.to_day for column in report.columns)
    return report.span.to_day


def _bytes(book: Workbook, day: WibDay) -> bytes:
    """The file with the day as its time, and nothing in it that says when or by which zlib it was made."""
    made = datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None) + timedelta(days=day)
    book.properties.created = book.properties.modified = made
    book.properties.creator = "koperasi"
    assert book.calculation is not None
    book.calculation.fullCalcOnLoad = True
    raw, fixed = BytesIO(), BytesIO()
    with ZipFile(raw, "w") as archive:
        ExcelWriter(book, archive).write_data()
    with ZipFile(raw) as archive, ZipFile(fixed, "w", ZIP_STORED) as target:
        for name in sorted(archive.namelist()):
            target.writestr(ZipInfo(name, _ZIP_TIME), archive.read(name))
    return fixed.getvalue()
