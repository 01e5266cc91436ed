"""Statements, listings and notes as the body of a document."""

from typing import Final

from backend.prints.content import SIGNING, Body, Cell, Column, Line, Section, Table
from backend.prints.figures import cell_text, figure, is_figure
from indexer.reports.statements.periods import long_day, words_of
from indexer.reports.statements.structs import (
    AMOUNTS,
    Field,
    Listing,
    Note,
    Notes,
    Report,
    Row,
    Span,
    Statement,
    Words,
)
from rules.types import Office, WibDay

ITEM: Final = Words("Pos", "Item")
NOTE: Final = Words("Catatan", "Note")
TOTAL: Final = Words("Jumlah", "Total")
OPENING: Final = Words("Saldo awal", "Opening balance")
_ENGLISH: Final = "_en"
"""What ends the name of a field that says another one in English: both are one column here."""
_PORTRAIT_FIGURES: Final = 4
"""More columns of figures than these need a page on its side."""
_PORTRAIT_FIELDS: Final = 7
_TELLING: Final = (Office.TELLER, Office.BENDAHARA, Office.PENGAWAS)


def body_of(report: Report) -> Body:
    """The body of any report of the catalogue."""
    if isinstance(report, Statement):
        return _statement(report)
    if isinstance(report, Listing):
        return _listing_body(report)
    return _notes(report)


def _statement(statement: Statement) -> Body:
    first = statement.columns[0]
    period = at_end_of(first.span.to_day) if first.instant else _over(first.span)
    with_notes = any(row.note for row in statement.rows)
    columns = [Column(ITEM, wide=True), *([Column(NOTE)] if with_notes else [])]
    columns += [Column(column.label, figures=True) for column in statement.columns]
    lines = tuple(_row(row, len(statement.columns), with_notes) for row in statement.rows)
    return Body(
        statement.name,
        statement.title,
        _unless_said(period, first.span.to_day, statement.title),
        first.span.to_day,
        (Section((Table(tuple(columns), lines),)),),
        remarks=statement.remarks,
        landscape=len(statement.columns) > _PORTRAIT_FIGURES,
        offices=_TELLING if statement.name == "teller-report" else SIGNING,
    )


def at_end_of(day: WibDay) -> Words:
    """A day as that of balances."""
    when = long_day(day)
    return Words(f"Per {when.id}", f"At {when.en}")


def _unless_said(period: Words, day: WibDay, title: Words) -> Words:
    """Nothing where the title names the day already."""
    return Words("", "") if long_day(day).id in title.id else period


def _over(span: Span) -> Words:
    return long_day(span.to_day) if span.from_day == span.to_day else words_of(span)


def _row(row: Row, columns: int, with_notes: bool) -> Line:
    amounts = tuple(figure(amount) for amount in row.amounts) or ("",) * columns
    note = ("" if row.kind == "total" else row.note,) if with_notes else ()
    return Line((row.label, *note, *amounts), row.kind, row.level)


def _listing_body(listing: Listing) -> Body:
    table = listing_table(listing, title=None)
    runs = any(field.kind == "balance" for field in listing.fields)
    period = _over(listing.span) if runs else at_end_of(listing.span.to_day)
    return Body(
        listing.name,
        listing.title,
        _unless_said(period, listing.span.to_day, listing.title),
        listing.span.to_day,
        (Section((table,)),),
        remarks=listing.remarks,
        landscape=len(table.columns) > _PORTRAIT_FIELDS,
    )


def listing_table(listing: Listing, title: Words | None) -> Table:
    """A listing as a table: opening balance, rows, totals. Columns in English join the Indonesian ones."""
    names = [field.name for field in listing.fields]
    shown = [at for at, name in enumerate(names) if not name.endswith(_ENGLISH)]
    english = {at: names.index(names[at] + _ENGLISH) for at in shown if names[at] + _ENGLISH in names}
    fields = [listing.fields[at] for at in shown]
    wide = next((at for at in english), shown[0])
    columns = tuple(_column(listing.fields[at], at == wide) for at in shown)
    lines = [_opening(listing, fields)] if any(field.kind == "balance" for field in fields) else []
    for row in listing.rows:
        told: list[Cell] = [cell_text(listing.fields[at].kind, row[at]) for at in shown]
        for place, at in enumerate(shown):
            if at in english:
                told[place] = Words(str(row[at]), str(row[english[at]]))
        lines.append(Line(tuple(told)))
    if any(total is not None for total in listing.totals):
        lines.append(_totals(listing, shown))
    return Table(columns, tuple(lines), title)


def _column(field: Field, wide: bool) -> Column:
    """A number that names the row stands to the left, as a text does."""
    named = wide and field.kind == "number"
    return Column(field.label, is_figure(field) and not named, wide)


def _opening(listing: Listing, fields: list[Field]) -> Line:
    cells: list[Cell] = [figure(listing.opening) if field.kind == "balance" else "" for field in fields]
    text = next(at for at, field in enumerate(fields) if field.kind == "text")
    cells[text] = OPENING
    return Line(tuple(cells))


def _totals(listing: Listing, shown: list[int]) -> Line:
    cells: list[Cell] = []
    for at in shown:
        total = listing.totals[at]
        kind = listing.fields[at].kind
        amount = kind in AMOUNTS or kind == "points"
        cells.append("" if total is None else cell_text(kind, total) if amount else str(total))
    cells[0] = TOTAL if not cells[0] else cells[0]
    return Line(tuple(cells), "total")


def _notes(notes: Notes) -> Body:
    return Body(
        notes.name,
        notes.title,
        _over(notes.span),
        notes.span.to_day,
        tuple(_note(note) for note in notes.notes),
    )


def _note(note: Note) -> Section:
    several = len(note.tables) > 1 or any(table.title != note.title for table in note.tables)
    title = Words(f"{note.number}. {note.title.id}", note.title.en)
    tables = tuple(listing_table(table, table.title if several else None) for table in note.tables)
    return Section(tables, title, note.paragraphs)
