"""Hot reads of the ledger's tables: entries with their lines and their place in the chain."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, Final

from sqlalchemy import BindParameter, Select, bindparam, select

from backend.ledger.reading import Books
from indexer.ledger import schema
from indexer.reports.prepared import Prepared, Row

SEARCHED: Final = 50_000
"""Entries that are searched for a page; one that ends before its limit goes on where the search ended."""

_entry, _block, _log, _line = schema.entry.c, schema.block.c, schema.raw_log.c, schema.line.c
_MINE: Final[BindParameter[int]] = bindparam("mine")
_ENTRY: Final = (
    select(
        *(_entry.number, _entry.rule, _entry.book_day, _entry.receipt, _entry.subject),
        *(_entry.block_number, _block.hash, _block.time, _log.tx_hash, _entry.log_index),
        *(_entry.prev_hash, _entry.hash),
    )
    .join(
        schema.block,
        (_block.cooperative_id == _entry.cooperative_id) & (_block.block_number == _entry.block_number),
    )
    .join(
        schema.raw_log,
        (_log.cooperative_id == _entry.cooperative_id)
        & (_log.block_number == _entry.block_number)
        & (_log.log_index == _entry.log_index),
    )
    .where(_entry.cooperative_id == _MINE)
)
_LINES: Final = (
    select(_line.entry, _line.account, _line.amount, _line.member, _line.loan, _line.channel)
    .where(_line.cooperative_id == _MINE)
    .order_by(_line.entry, _line.position)
)
_one_entry: Final = Prepared(_ENTRY.where(_entry.number == bindparam("number")))
_its_lines: Final = Prepared(_LINES.where(_line.entry == bindparam("number")))
_entries: Final = Prepared(
    _ENTRY.where(_entry.number >= bindparam("first"), _entry.number <= bindparam("last")).order_by(
        _entry.number
    )
)
_their_lines: Final = Prepared(
    _LINES.where(_line.entry >= bindparam("first"), _line.entry <= bindparam("last"))
)
_hash: Final = Prepared(
    select(_entry.hash).where(_entry.cooperative_id == _MINE, _entry.number == bindparam("number"))
)
_time: Final = Prepared(
    select(_block.time).where(_block.cooperative_id == _MINE, _block.block_number == bindparam("number"))
)

EntryRow = tuple[Row, Sequence[Row]]
"""(number, rule, book day, receipt, subject, block number, hash and time, transaction, log index, previous
hash, hash), and lines of (entry, account, amount, member, loan, channel)."""


def entry(books: Books, number: int) -> EntryRow:
    """The entry of a number that is in the books, with its lines."""
    (row,) = _one_entry.rows(books.connection, mine=books.cooperative_id, number=number)
    return row, _its_lines.rows(books.connection, mine=books.cooperative_id, number=number)


def entries(books: Books, first: int, last: int) -> Iterator[EntryRow]:
    """Entries from `first` to `last`, both included, in order."""
    span = {"mine": books.cooperative_id, "first": first, "last": last}
    lines = groupby(_their_lines.rows(books.connection, **span), key=lambda line: line[0])
    for row, (_, its) in zip(_entries.rows(books.connection, **span), lines, strict=True):
        yield row, list(its)


def matching(
    books: Books, top: int, limit: int, wanted: tuple[int | None, int | None, int | None]
) -> tuple[list[int], int]:
    """Numbers of entries up to `top`, highest first, with a line of this account, member, day (None: any).

    At most `limit`, and the number below which nothing was searched yet (1: all was).
    """
    columns = (_line.account, _line.member, _line.book_day)
    query: Select[Any] = select(_line.entry).where(_line.cooperative_id == books.cooperative_id)
    for column, value in zip(columns, wanted, strict=True):
        if value is not None:
            query = query.where(column == value)
    by_member = wanted[1] is not None
    floor = 1 if by_member else max(1, top - SEARCHED + 1)
    query = query.where(_line.entry <= top, _line.entry >= floor).distinct()
    found = books.connection.execute(query.order_by(_line.entry.desc()).limit(limit)).scalars()
    numbers = list(found)
    return numbers, numbers[-1] if len(numbers) == limit else floor


def block_time(books: Books, number: int) -> int:
    """Unix seconds of a stored block."""
    ((time,),) = _time.rows(books.connection, mine=books.cooperative_id, number=number)
    return int(time)


def entry_hash(books: Books, number: int) -> str:
    """An entry's hash in hex; empty if there is no such entry."""
    rows = _hash.rows(books.connection, mine=books.cooperative_id, number=number)
    return rows[0][0].hex() if rows else ""
