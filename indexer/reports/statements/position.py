"""Neraca: assets, liabilities and equity at the end of a day, beside the days it is compared with."""

from typing import Final

from indexer.reports.statements.amounts import BookAmounts
from indexer.reports.statements.layout import layouts, rows_of
from indexer.reports.statements.periods import checked, instant_columns, year_to
from indexer.reports.statements.structs import Span, Statement, Words
from rules.types import WibDay

TITLE: Final = Words("Neraca", "Balance sheet")
OF_THE_YEAR: Final = "SurplusOfTheYear"
EARLIER: Final = "SurplusNotDistributed"


def position(books: BookAmounts, span: Span) -> Statement:
    """Balances at the end of `span.to_day`, of the day before the span, and of a year before. PeriodError.

    The surplus that no year's close has brought to 3900 yet is equity: that of the book year apart from the
    rest.
    """
    columns = instant_columns(checked(span))
    amounts = [position_amounts(books, column.span.to_day) for column in columns]
    rows = rows_of("position", amounts, books.chart.by_line())
    return Statement("position", TITLE, columns, tuple(rows), books.stand())


def position_amounts(books: BookAmounts, day: WibDay) -> dict[str, int]:
    """Rupiah by line of the balance sheet at the end of `day`, on the side where the line stands."""
    layout = layouts()["position"]
    amounts: dict[str, int] = {}
    unclosed = 0
    for code, sides in books.turnovers(day).items():
        account = books.chart.of(code)
        if account.earns:
            unclosed -= sides.net
        else:
            net = sides.net if layout[account.line].debit else -sides.net
            amounts[account.line] = amounts.get(account.line, 0) + net
    of_the_year = books.surplus(year_to(day))
    amounts[OF_THE_YEAR] = of_the_year
    amounts[EARLIER] = amounts.get(EARLIER, 0) + unclosed - of_the_year
    return amounts
