"""Sums of debits and credits in two words, kept by account and month, account and day, member, loan, of cash
flows, and of what earns interest."""

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from sqlalchemy import ColumnElement, Connection, Table, case, exists, select

from indexer.ledger import schema
from indexer.ledger.accounts import SUKARELA
from indexer.ledger.rate_index import earning_day, index_of
from indexer.ledger.schema import joined, sum_words, words
from rules.calendar import month_of_day
from rules.types import WibDay

KEPT: Final = (
    schema.account_month,
    schema.account_day,
    schema.member_balance,
    schema.loan_balance,
    schema.cash_flow_day,
    schema.savings_weight,
)

Sums = dict[Table, list[tuple[int, ...]]]
"""Rows (cooperative, key, key, and the words of debit and credit) of each kept table."""

_month = lru_cache(maxsize=4096)(month_of_day)


class Pairs:
    """Debits and credits by a key of two."""

    __slots__ = ("credits", "debits")

    def __init__(self) -> None:
        self.debits: defaultdict[tuple[int, int], int] = defaultdict(int)
        self.credits: defaultdict[tuple[int, int], int] = defaultdict(int)

    def add(self, key: tuple[int, int], amount: int) -> None:
        """A debit if positive, a credit if negative."""
        if amount > 0:
            self.debits[key] += amount
        else:
            self.credits[key] -= amount

    def rows(self, cooperative_id: int) -> Iterator[tuple[int, ...]]:
        """Rows in the order of their keys."""
        for key in sorted(self.debits.keys() | self.credits.keys()):
            debit, credit = self.debits.get(key, 0), self.credits.get(key, 0)
            yield cooperative_id, *key, *words(debit), *words(credit)


def by_month(days: Pairs) -> Pairs:
    """(account, day) summed to (account, month)."""
    months = Pairs()
    for (account, day), amount in days.debits.items():
        months.debits[account, _month(WibDay(day))] += amount
    for (account, day), amount in days.credits.items():
        months.credits[account, _month(WibDay(day))] += amount
    return months


def kept_rows(
    cooperative_id: int, days: Pairs, members: Pairs, loans: Pairs, flows: Pairs, weights: Pairs
) -> Sums:
    """What to add to each kept table."""
    pairs = (by_month(days), days, members, loans, flows, weights)
    return {table: list(sums.rows(cooperative_id)) for table, sums in zip(KEPT, pairs, strict=True)}


def sums_of_lines(connection: Connection, cooperative_id: int, above: int = 0) -> Sums:
    """The sums of all lines of entries numbered above `above`, as the kept tables should have them."""
    line = schema.line.c
    cash = schema.line.alias("cash").c
    moves_cash = exists().where(
        cash.cooperative_id == line.cooperative_id, cash.entry == line.entry, cash.channel.is_not(None)
    )
    groups: tuple[tuple[ColumnElement[int], ColumnElement[int], tuple[ColumnElement[bool], ...]], ...] = (
        (line.account, line.book_day, ()),
        (line.member, line.account, ()),
        (line.loan, line.account, ()),
        (line.account, line.book_day, (line.channel.is_(None), moves_cash)),
    )
    pairs = []
    for first, second, where in groups:
        sums = Pairs()
        for one, two, debit, credit in _grouped(connection, cooperative_id, above, first, second, where):
            for amount in (debit, -credit):
                if amount:
                    sums.add((one, two), amount)
        pairs.append(sums)
    pairs.append(_weights(connection, cooperative_id, above))
    return kept_rows(cooperative_id, *pairs)


def _weights(connection: Connection, cooperative_id: int, above: int) -> Pairs:
    """Lines of sukarela by member, each x the index of its block's day."""
    line, entry, block = schema.line.c, schema.entry.c, schema.block.c
    day = earning_day(entry, block)
    debit = sum_words(case((line.amount > 0, line.amount), else_=0))
    credit = sum_words(case((line.amount < 0, -line.amount), else_=0))
    query = (
        select(line.member, day, *debit, *credit)
        .select_from(schema.line)
        .join(schema.entry, (entry.cooperative_id == line.cooperative_id) & (entry.number == line.entry))
        .join(
            schema.block,
            (block.cooperative_id == entry.cooperative_id) & (block.block_number == entry.block_number),
        )
        .where(line.cooperative_id == cooperative_id, line.entry > above)
        .where(line.account == SUKARELA, line.member.is_not(None))
        .group_by(line.member, day)
    )
    index, sums = index_of(connection, cooperative_id), Pairs()
    for member, at, *total in connection.execute(query):
        for amount in (joined(*total[:2]), -joined(*total[2:])):
            if weight := amount * index(at):
                sums.add((member, SUKARELA), weight)
    return sums


def removed_sums(connection: Connection, cooperative_id: int, above: int) -> Sums:
    """The sums of the lines of entries above `above`, negative: to be added when those go."""
    return {
        table: [
            (*key, *words(-joined(*debit)), *words(-joined(*credit)))
            for key, debit, credit in map(_parts, rows)
        ]
        for table, rows in sums_of_lines(connection, cooperative_id, above).items()
    }


def _parts(row: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """Cooperative and key, words of the debit, words of the credit."""
    return row[:-4], row[-4:-2], row[-2:]


def _grouped(
    connection: Connection,
    cooperative_id: int,
    above: int,
    first: ColumnElement[int],
    second: ColumnElement[int],
    where: tuple[ColumnElement[bool], ...],
) -> Iterator[tuple[int, int, int, int]]:
    line = schema.line.c
    debit = sum_words(case((line.amount > 0, line.amount), else_=0))
    credit = sum_words(case((line.amount < 0, -line.amount), else_=0))
    query = (
        select(first, second, *debit, *credit)
        .where(line.cooperative_id == cooperative_id, line.entry > above, first.is_not(None), *where)
        .group_by(first, second)
    )
    for one, two, *sums in connection.execute(query):
        yield one, two, joined(*sums[:2]), joined(*sums[2:])
