"""Balances, movements and cash flows by account, from the kept sums: each asked for once a statement."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, case, func, literal_column, select

from indexer.ledger import schema
from indexer.ledger.schema import SUM_WORDS, joined, sum_words
from indexer.ledger.turnovers import turnovers
from indexer.reports.statements.chart import Chart, FindChart, chart_on, house_chart_file
from indexer.reports.statements.structs import Span, Stand
from rules.types import WibDay

CLOSING_RULE = "year-closing"
"""The posting rule that brings income and expense to 3900."""


class Sides(NamedTuple):
    """Debits and credits, in rupiah."""

    debit: int
    credit: int

    @property
    def net(self) -> int:
        """Debits less credits."""
        return self.debit - self.credit

    def less(self, other: "Sides") -> "Sides":
        """Without what `other` counts."""
        return Sides(self.debit - other.debit, self.credit - other.credit)


NOTHING = Sides(0, 0)
ByAccount = Mapping[int, Sides]


class BookAmounts:
    """A cooperative's kept sums under one chart, provisional entries included."""

    def __init__(self, connection: Connection, cooperative_id: int, chart: Chart) -> None:
        self.connection = connection
        self.cooperative_id = cooperative_id
        self.chart = chart
        self._turnovers: dict[WibDay, ByAccount] = {}
        self._cash: dict[Span, ByAccount] = {}
        self._closings: dict[Span, ByAccount] = {}

    @classmethod
    def on(
        cls,
        connection: Connection,
        day: WibDay,
        cooperative_id: int = 1,
        find: FindChart = house_chart_file,
    ) -> "BookAmounts":
        """Under the chart that is in force at the end of `day`. ChartError."""
        return cls(connection, cooperative_id, chart_on(connection, day, cooperative_id, find))

    def turnovers(self, day: WibDay) -> ByAccount:
        """Everything up to the end of a day."""
        if day not in self._turnovers:
            found = turnovers(self.connection, day, self.cooperative_id)
            self._turnovers[day] = {account: Sides(*sides) for account, sides in found.items()}
        return self._turnovers[day]

    def balance(self, day: WibDay, account: int) -> int:
        """Debits less credits at the end of a day."""
        return self.turnovers(day).get(account, NOTHING).net

    def moved(self, span: Span) -> ByAccount:
        """What was booked in a span, but for what closed a year."""
        before, after = self.turnovers(WibDay(span.from_day - 1)), self.turnovers(span.to_day)
        closed = self.closings(span)
        return {
            account: sides.less(before.get(account, NOTHING)).less(closed.get(account, NOTHING))
            for account, sides in after.items()
        }

    def closings(self, span: Span) -> ByAccount:
        """What closed years in a span: income and expense to 3900."""
        if span not in self._closings:
            entry, line = schema.entry.c, schema.line.c
            debit, credit = _sides(line.amount)
            query = (
                select(line.account, *sum_words(debit), *sum_words(credit))
                .select_from(schema.entry)
                .join(
                    schema.line, (line.cooperative_id == entry.cooperative_id) & (line.entry == entry.number)
                )
                .where(
                    entry.cooperative_id == self.cooperative_id,
                    entry.rule == literal_column(f"'{CLOSING_RULE}'"),
                    entry.book_day.between(span.from_day, span.to_day),
                )
                .group_by(line.account)
            )
            self._closings[span] = _by_account(self.connection.execute(query))
        return self._closings[span]

    def cash(self, span: Span) -> ByAccount:
        """Debits and credits against cash in a span: a credit is received, a debit paid."""
        if span not in self._cash:
            kept = schema.cash_flow_day.c
            query = (
                select(kept.account, *(func.sum(kept[word]) for word in SUM_WORDS))
                .where(
                    kept.cooperative_id == self.cooperative_id,
                    kept.day.between(span.from_day, span.to_day),
                )
                .group_by(kept.account)
            )
            self._cash[span] = _by_account(self.connection.execute(query))
        return self._cash[span]

    def surplus(self, span: Span) -> int:
        """Income less expense of a span."""
        return -sum(sides.net for code, sides in self.moved(span).items() if self.chart.of(code).earns)

    def held(self, day: WibDay) -> int:
        """Cash of all channels at the end of a day."""
        return sum(
            sides.net for code, sides in self.turnovers(day).items() if self.chart.of(code).activity == "cash"
        )

    def stand(self) -> Stand:
        """Where the books stand, and by which chart they are told."""
        head = schema.head.c
        query = select(head.block_number, head.block_hash, head.entries).where(
            head.cooperative_id == self.cooperative_id
        )
        row = self.connection.execute(query).one_or_none()
        number, block_hash, entries = (-1, b"", 0) if row is None else row
        return Stand(number, block_hash, entries, self.chart.hash, self.chart.since)


def _sides(amount: ColumnElement[int]) -> tuple[ColumnElement[int], ColumnElement[int]]:
    return case((amount > 0, amount), else_=0), case((amount < 0, -amount), else_=0)


def _by_account(rows: Iterable[tuple[int, ...]]) -> ByAccount:
    return {account: Sides(joined(*sums[:2]), joined(*sums[2:])) for account, *sums in rows}
