"""Perhitungan hasil usaha (PHU): what members' participation and other income left, and for what it went."""

from typing import Final

from indexer.reports.statements.amounts import BookAmounts
from indexer.reports.statements.layout import layouts, rows_of
from indexer.reports.statements.periods import checked, span_columns
from indexer.reports.statements.structs import Span, Statement, Words

TITLE: Final = Words("Perhitungan hasil usaha", "Statement of surplus")
NET: Final = "NetSurplus"


def surplus(books: BookAmounts, span: Span) -> Statement:
    """Income and expense of a span and of those it is compared with, without what closed a year.
    PeriodError."""
    columns = span_columns(checked(span))
    amounts = [surplus_amounts(books, column.span) for column in columns]
    rows = rows_of("surplus", amounts, books.chart.by_line())
    return Statement("surplus", TITLE, columns, tuple(rows), books.stand())


def surplus_amounts(books: BookAmounts, span: Span) -> dict[str, int]:
    """Rupiah by line of the PHU, on the side where the line stands."""
    layout = layouts()["surplus"]
    amounts: dict[str, int] = {}
    for code, sides in books.moved(span).items():
        account = books.chart.of(code)
        if account.earns:
            net = sides.net if layout[account.line].debit else -sides.net
            amounts[account.line] = amounts.get(account.line, 0) + net
    return amounts
