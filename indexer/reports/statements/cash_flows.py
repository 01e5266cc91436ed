"""Arus kas: by what cash came for and went to (direct), and from the surplus to the cash (indirect).

The direct form is made from the lines that stand against cash in their entries. The indirect one starts from
the surplus and the changes of balances; what moved between operations and the rest without cash is a line of
its own, so that its operations are those of the direct form by another road.
"""

from collections import defaultdict
from typing import Final

from indexer.reports.statements.amounts import NOTHING, BookAmounts
from indexer.reports.statements.layout import layouts, leaves_under, rows_of
from indexer.reports.statements.periods import checked, span_columns
from indexer.reports.statements.structs import Span, Statement, Words
from rules.types import WibDay

DIRECT: Final = "cash-flows-direct"
INDIRECT: Final = "cash-flows-indirect"
_TITLES: Final = {
    DIRECT: Words("Laporan arus kas (metode langsung)", "Statement of cash flows (direct method)"),
    INDIRECT: Words("Laporan arus kas (metode tidak langsung)", "Statement of cash flows (indirect method)"),
}
_SECTIONS: Final = {"investing": "CashFromInvesting", "financing": "CashFromFinancing"}


def cash_flows_direct(books: BookAmounts, span: Span) -> Statement:
    """Receipts and payments of a span and of those it is compared with. PeriodError."""
    return _statement(DIRECT, books, span)


def cash_flows_indirect(books: BookAmounts, span: Span) -> Statement:
    """From the surplus to the cash. PeriodError."""
    return _statement(INDIRECT, books, span)


def _statement(name: str, books: BookAmounts, span: Span) -> Statement:
    columns = span_columns(checked(span))
    amounts_of = direct_amounts if name == DIRECT else indirect_amounts
    rows = rows_of(name, [amounts_of(books, column.span) for column in columns])
    return Statement(name, _TITLES[name], columns, tuple(rows), books.stand())


def direct_amounts(books: BookAmounts, span: Span) -> dict[str, int]:
    """Rupiah by line: received positive, paid negative; and the cash of the channels."""
    amounts: defaultdict[str, int] = defaultdict(int, _channels(books, span))
    for code, sides in books.cash(span).items():
        account = books.chart.of(code)
        amounts[account.received] += sides.credit
        amounts[account.paid] -= sides.debit
    return dict(amounts)


def indirect_amounts(books: BookAmounts, span: Span) -> dict[str, int]:
    """Rupiah by line: what raises cash positive."""
    amounts: defaultdict[str, int] = defaultdict(int, _channels(books, span))
    amounts["NetSurplus"] = books.surplus(span)
    cash = books.cash(span)
    for code, sides in books.moved(span).items():
        account = books.chart.of(code)
        if account.earns or account.activity == "cash":
            continue
        in_cash = 0 if account.activity == "operating" else cash.get(code, NOTHING).net
        amounts[account.indirect] -= sides.net - in_cash
    direct = direct_amounts(books, span)
    for section in _SECTIONS.values():
        leaves = leaves_under(layouts()[DIRECT], section)
        amounts[section] = sum(direct.get(line.element, 0) for line in leaves)
    amounts["CashTakenOver"] = direct.get("CashTakenOver", 0)
    return dict(amounts)


def _channels(books: BookAmounts, span: Span) -> dict[str, int]:
    """Cash at the beginning, and of each channel at the end."""
    amounts: defaultdict[str, int] = defaultdict(int)
    amounts["CashAtBeginning"] = books.held(WibDay(span.from_day - 1))
    for code, sides in books.turnovers(span.to_day).items():
        account = books.chart.of(code)
        if account.activity == "cash":
            amounts[account.line] += sides.net
    return amounts
