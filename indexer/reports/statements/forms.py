"""Statements as CSV, and as facts: JSON with stable element names, in the manner of XBRL."""

from typing import Any, Final

from indexer.reports.balances import csv_text
from indexer.reports.statements.layout import lines_hash
from indexer.reports.statements.structs import (
    PARTS,
    Cell,
    Column,
    Field,
    Listing,
    Note,
    Notes,
    Report,
    Row,
    Span,
    Statement,
)
from rules.calendar import day_text
from rules.types import WibDay

FACTS_VERSION: Final = 1
UNIT: Final = "IDR"
UNITS: Final = {**dict.fromkeys(PARTS, "bps"), "points": "points/100"}
"""Of cells that are no rupiah."""
_BEFORE: Final = "Before"


def report_csv(report: Report) -> str:
    """A row a line; of notes their tables, one below the other. Days as YYYY-MM-DD, whole rupiah."""
    if isinstance(report, Statement):
        return _statement_csv(report)
    if isinstance(report, Listing):
        return _listing_csv(report)
    return "\n".join(_listing_csv(table) for note in report.notes for table in note.tables)


def facts(report: Report, entity: str) -> dict[str, Any]:
    """A report's figures with their contexts. `entity` names the cooperative.

    A fact has an element, the label in both languages, a period (an instant or a duration, by days), a
    component where it is one of equity or a channel, and its value: a string of digits in rupiah (in
    its `unit` where it has one), or text.
    The elements of statements are those of data/lines.csv, of listings the names of their fields.
    """
    stand = report.stand
    return {
        "version": FACTS_VERSION,
        "report": report.name,
        "entity": entity,
        "unit": UNIT,
        "lines": lines_hash(),
        "chart": stand.chart_hash.hex(),
        "block": {"number": stand.block_number, "hash": stand.block_hash.hex(), "entries": stand.entries},
        "facts": _facts(report),
    }


def _facts(report: Report) -> list[dict[str, Any]]:
    if isinstance(report, Statement):
        return [fact for row in report.rows if row.kind != "heading" for fact in _row_facts(report, row)]
    if isinstance(report, Listing):
        return _listing_facts(report)
    return [fact for note in report.notes for fact in _note_facts(note, report)]


def _note_facts(note: Note, notes: Notes) -> list[dict[str, Any]]:
    about = {"note": note.number, **_period(notes.span, instant=False)}
    told = [
        {"element": "NoteText", "value": words.id, "value_en": words.en, **about} for words in note.paragraphs
    ]
    return told + [{"note": note.number, **fact} for table in note.tables for fact in _listing_facts(table)]


def _row_facts(statement: Statement, row: Row) -> list[dict[str, Any]]:
    found = []
    for column, amount in zip(statement.columns, row.amounts, strict=True):
        if amount is not None:
            label = {"label": row.label.id, "label_en": row.label.en}
            about = {"component": column.component} if column.component else {}
            period = _period(column.span, column.instant)
            fact = {"element": row.element, **label, **about, **period, "value": str(amount)}
            found.append(fact)
    return found


def _listing_facts(listing: Listing) -> list[dict[str, Any]]:
    keys = [field for field in listing.fields if field.kind in ("text", "number", "day")]
    found = []
    for record, row in enumerate(listing.rows, 1):
        cells = list(zip(listing.fields, row, strict=True))
        about = {
            field.name: _cell(field, cell) for field, cell in cells if field in keys and cell is not None
        }
        for field, cell in cells:
            if field not in keys and cell is not None:
                period = _period(listing.span, instant=False)
                fact = {"element": field.name, "table": listing.name, "record": record, "of": about}
                unit = {"unit": UNITS[field.kind]} if field.kind in UNITS else {}
                found.append({**fact, **unit, **period, "value": str(cell)})
    return found


def _period(span: Span, instant: bool) -> dict[str, str]:
    if instant:
        return {"instant": day_text(span.to_day)}
    return {"from": day_text(span.from_day), "to": day_text(span.to_day)}


def _statement_csv(statement: Statement) -> str:
    columns = [_heading(column) for column in statement.columns]
    heads = ("element", "level", "kind", "label", "label_en", "note", *columns)
    empty = ("",) * len(columns)
    lines = (
        (row.element, row.level, row.kind, row.label.id, row.label.en, row.note, *(row.amounts or empty))
        for row in statement.rows
    )
    return csv_text(heads, lines)


def _heading(column: Column) -> str:
    if column.component:
        return column.component
    if column.instant:
        return day_text(column.span.to_day)
    return f"{day_text(column.span.from_day)}/{day_text(column.span.to_day)}"


def _listing_csv(listing: Listing) -> str:
    heads = tuple(field.name for field in listing.fields)
    lines = (
        tuple(_cell(field, cell) for field, cell in zip(listing.fields, row, strict=True))
        for row in listing.rows
    )
    return csv_text(heads, lines)


def _cell(field: Field, cell: Cell) -> str | int:
    if cell is None:
        return ""
    return day_text(WibDay(int(cell))) if field.kind == "day" else cell
