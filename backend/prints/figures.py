"""Figures of statements as Indonesian readers expect them: dots, brackets below nought, a dash for it."""

from typing import Final

from backend.documents.indonesian import decimal, number, percent, short_date
from indexer.reports.statements.structs import AMOUNTS, PARTS, CellKind, Field
from indexer.reports.statements.structs import Cell as Value
from rules.types import WibDay

UNKNOWN: Final = "n/a"
NOUGHT: Final = "–"


def figure(amount: int | None) -> str:
    """Whole rupiah without a sign: 1.234, (1.234), – for nought, n/a where it is not known."""
    if amount is None:
        return UNKNOWN
    if amount == 0:
        return NOUGHT
    return number(amount) if amount > 0 else f"({number(-amount)})"


def cell_text(kind: CellKind, value: Value) -> str:
    """A cell of a listing as text; empty where there is nothing."""
    if value is None:
        return UNKNOWN if kind == "share" else ""
    if kind == "points":
        return decimal(int(value))
    if kind in PARTS:
        return percent(int(value)) if int(value) >= 0 else f"({percent(-int(value))})"
    if kind in AMOUNTS:
        return figure(int(value))
    return short_date(WibDay(int(value))) if kind == "day" else str(value)


def is_figure(field: Field) -> bool:
    """Whether a field stands to the right."""
    return field.kind in AMOUNTS | PARTS or field.kind in ("number", "points")
