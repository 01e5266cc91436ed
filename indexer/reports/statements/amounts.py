"""Balances, movements and cash flows by account, from the kept sums: each asked for once a statement."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    Connection,
    Select,
    Table,
    bindparam,
    func,
    literal_column,
    select,
)

from indexer.ledger import schema
from indexer.ledger.schema import SUM_WORDS, joined
from indexer.reports.prepared import Prepared
from indexer.reports.statements.chart import Chart, FindChart, chart_on, house_chart_file
from indexer.reports.statements.structs import Span, Stand
from rules.calendar import first_day, last_day, month_of_day
from rules.types import Month, WibDay

CLOSING_RULE: Final = "year-closing"
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

    def plus(self, other: "Sides") -> "Sides":
        """Both together."""
        return Sides(self.debit + other.debit, self.credit + other.credit)


NOTHING: Final = Sides(0, 0)
ByAccount = Mapping[int, Sides]


class BookAmounts:
    """A cooperative's kept sums under one chart, provisional entries included."""

    def __init__(self, connection: Connection, cooperative_id: int, chart: Chart) -> None:
        self.connection = connection
        self.cooperative_id = cooperative_id
        self.chart = chart
        self._turnovers: dict[WibDay, ByAccount] = {}
        self._months: tuple[list[int], list[ByAccount]] | None = None
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
        """Everything up to the end of a day: from the sums of whole months, and of days in the last one."""
        if day not in self._turnovers:
            month = month_of_day(day)
            if day == last_day(month):
                self._turnovers[day] = self._months_before(Month(month + 1))
            else:
                found = dict(self._months_before(month))
                for account, *words in _DAYS.rows(
                    self.connection, mine=self.cooperative_id, first=first_day(month), last=day
                ):
                    found[account] = found.get(account, NOTHING).plus(_sides_of(words))
                self._turnovers[day] = found
        return self._turnovers[day]

    def _months_before(self, month: Month) -> ByAccount:
        if self._months is None:
            self._months = self._sums_of_months()
        months, sums = self._months
        at = bisect_left(months, month)
        return sums[at - 1] if at else {}

    def _sums_of_months(self) -> tuple[list[int], list[ByAccount]]:
        """The months with postings, and everything up to the end of each."""
        months: list[int] = []
        sums: list[ByAccount] = []
        total: dict[int, Sides] = {}
        for month, account, *words in _MONTHS.rows(self.connection, mine=self.cooperative_id):
            if not months or months[-1] != month:
                total = dict(total)
                months.append(month)
                sums.append(total)
            total[account] = total.get(account, NOTHING).plus(_sides_of(words))
        return months, sums

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
            found: dict[int, Sides] = {}
            for account, amount in _CLOSINGS.rows(
                self.connection, mine=self.cooperative_id, first=span.from_day, last=span.to_day
            ):
                sides = Sides(max(amount, 0), max(-amount, 0))
                found[account] = found.get(account, NOTHING).plus(sides)
            self._closings[span] = found
        return self._closings[span]

    def cash(self, span: Span) -> ByAccount:
        """Debits and credits against cash in a span: a credit is received, a debit paid."""
        if span not in self._cash:
            rows = _CASH.rows(
                self.connection, mine=self.cooperative_id, first=span.from_day, last=span.to_day
            )
            self._cash[span] = {account: _sides_of(words) for account, *words in rows}
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
        rows = _HEAD.rows(self.connection, mine=self.cooperative_id)
        number, block_hash, entries = rows[0] if rows else (-1, b"", 0)
        return Stand(number, block_hash, entries, self.chart.hash, self.chart.since)


def _sides_of(words: Sequence[Any]) -> Sides:
    """Of the words of a debit and of a credit."""
    return Sides(joined(*words[:2]), joined(*words[2:]))


def _summed_between(table: Table) -> Select[Any]:
    kept = table.c
    return (
        select(kept.account, *(func.sum(kept[word]) for word in SUM_WORDS))
        .where(
            kept.cooperative_id == bindparam("mine"),
            kept.day.between(bindparam("first"), bindparam("last")),
        )
        .group_by(kept.account)
    )


def _months_query() -> Select[Any]:
    kept = schema.account_month.c
    columns = (kept.month, kept.account, *(kept[word] for word in SUM_WORDS))
    return select(*columns).where(kept.cooperative_id == bindparam("mine")).order_by(kept.month)


def _closings_query() -> Select[Any]:
    entry, line = schema.entry.c, schema.line.c
    return (
        select(line.account, line.amount)
        .select_from(schema.entry)
        .join(schema.line, (line.cooperative_id == entry.cooperative_id) & (line.entry == entry.number))
        .where(
            entry.cooperative_id == bindparam("mine"),
            entry.rule == literal_column(f"'{CLOSING_RULE}'"),
            entry.book_day.between(bindparam("first"), bindparam("last")),
        )
    )


def _head_query() -> Select[Any]:
    head = schema.head.c
    columns = (head.block_number, head.block_hash, head.entries)
    return select(*columns).where(head.cooperative_id == bindparam("mine"))


_MONTHS: Final = Prepared(_months_query())
_DAYS: Final = Prepared(_summed_between(schema.account_day))
_CASH: Final = Prepared(_summed_between(schema.cash_flow_day))
_CLOSINGS: Final = Prepared(_closings_query())
_HEAD: Final = Prepared(_head_query())
