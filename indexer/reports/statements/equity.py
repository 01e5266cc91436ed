"""Perubahan ekuitas: each component of equity from the beginning of a span to its end."""

from collections import defaultdict
from typing import Final

from indexer.reports.statements.amounts import NOTHING, BookAmounts
from indexer.reports.statements.layout import layouts, leaves_under
from indexer.reports.statements.periods import checked, compared_with, long_day, words_of
from indexer.reports.statements.position import EARLIER, OF_THE_YEAR, position_amounts
from indexer.reports.statements.structs import Column, Row, RowKind, Span, Statement, Term, Words
from rules.types import WibDay

TITLE: Final = Words("Laporan perubahan ekuitas", "Statement of changes in equity")
TOTAL: Final = "Equity"
_SURPLUS: Final = Words("SHU", "Surplus")
_TOTAL: Final = Words("Jumlah", "Total")
_STEPS: Final = (
    ("EquityAtBeginning", Words("Saldo", "Balance")),
    ("EquityAdded", Words("Penambahan", "Added")),
    ("EquityTaken", Words("Pengurangan", "Taken")),
    ("SurplusOfThePeriod", Words("SHU periode", "Surplus of the period")),
    ("EquityAtEnd", Words("Saldo", "Balance")),
)


def equity(books: BookAmounts, span: Span) -> Statement:
    """Components in columns, their sum last; the steps of the spans it is compared with stand below, their
    elements ending in `Before1`, `Before2`. PeriodError."""
    checked(span)
    layout = layouts()["position"]
    components = [line for line in leaves_under(layout, "Equity") if line.element != OF_THE_YEAR]
    spans = (span, *compared_with(span))
    tables = [equity_amounts(books, each) for each in spans]
    shown = [
        line
        for line in components
        if line.kind != "optional" or any(step.get(line.element) for table in tables for step in table)
    ]
    columns = [
        Column(_SURPLUS if line.element == EARLIER else line.label, span, False, line.element)
        for line in shown
    ]
    columns.append(Column(_TOTAL, span, False, TOTAL, total=True))
    rows: list[Row] = []
    names = [line.element for line in shown]
    for at, (each, table) in enumerate(zip(spans, tables, strict=True)):
        rows += _block(each, table, names, f"Before{at}" if at else "")
    return Statement("equity", TITLE, tuple(columns), tuple(rows), books.stand())


Step = dict[str, int]


def equity_amounts(books: BookAmounts, span: Span) -> tuple[Step, ...]:
    """Beginning, added, taken, surplus and end by component, in rupiah; credits are added, debits taken."""
    before, after = (_components(books, day) for day in (WibDay(span.from_day - 1), span.to_day))
    added: Step = defaultdict(int)
    taken: Step = defaultdict(int)
    names = {line.element for line in leaves_under(layouts()["position"], "Equity")}
    for code, sides in books.moved(span).items():
        account = books.chart.of(code)
        if account.line in names and not account.earns and sides != NOTHING:
            added[account.line] += sides.credit
            taken[account.line] -= sides.debit
    return before, dict(added), dict(taken), {EARLIER: books.surplus(span)}, after


def _components(books: BookAmounts, day: WibDay) -> Step:
    """Rupiah by component at the end of a day, the surplus in one."""
    amounts = position_amounts(books, day)
    found = {
        line.element: amounts.get(line.element, 0) for line in leaves_under(layouts()["position"], "Equity")
    }
    found[EARLIER] += found.pop(OF_THE_YEAR)
    return found


def _block(span: Span, table: tuple[Step, ...], names: list[str], suffix: str) -> list[Row]:
    days = {0: long_day(WibDay(span.from_day - 1)), len(_STEPS) - 1: long_day(span.to_day)}
    rows = []
    if suffix:
        rows.append(Row(f"Period{suffix}", 0, "heading", words_of(span)))
    for at, ((element, label), step) in enumerate(zip(_STEPS, table, strict=True)):
        day = days.get(at)
        words = Words(f"{label.id} {day.id}", f"{label.en} {day.en}") if day else label
        amounts = tuple(step.get(name, 0) for name in names)
        ends = at == len(_STEPS) - 1
        terms = tuple(Term(1, f"{each}{suffix}") for each, _ in _STEPS[:-1]) if ends else ()
        kind: RowKind = "total" if ends else "line"
        level = 0 if day else 1
        rows.append(Row(f"{element}{suffix}", level, kind, words, (*amounts, sum(amounts)), "8", terms))
    return rows
