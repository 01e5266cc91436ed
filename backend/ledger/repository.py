"""Hot reads of the ledger's tables: entries with their lines and their place in the chain."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from sqlalchemy import BindParameter, ColumnElement, bindparam, literal_column, select

from backend.ledger.reading import Books
from indexer.ledger import schema
from indexer.reports.prepared import Prepared, Row

MAX_ENTRIES: Final = 200
"""The most entries that are read at once."""
SEARCHED: Final = 50_000
"""Entries that are searched for a page; one that ends before its limit goes on where the search ended."""

_entry, _block, _log, _line = schema.entry.c, schema.block.c, schema.raw_log.c, schema.line.c
_COLUMNS: Final = {"account": _line.account, "member": _line.member, "day": _line.book_day}
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

_SIZES: Final = (20, MAX_ENTRIES)
"""For how many numbers there is a statement; fewer are filled up with their first."""


def _among(column: ColumnElement[int], size: int) -> ColumnElement[bool]:
    return column.in_([bindparam(f"n{place}") for place in range(size)])


_some_entries: Final = {
    size: Prepared(_ENTRY.where(_among(_entry.number, size)).order_by(_entry.number.desc()))
    for size in _SIZES
}
_some_lines: Final = {size: Prepared(_LINES.where(_among(_line.entry, size))) for size in _SIZES}

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
    lines = _their_lines.rows(books.connection, **span)
    return _with_lines(_entries.rows(books.connection, **span), lines)


def some_entries(books: Books, numbers: Sequence[int]) -> Iterator[EntryRow]:
    """The entries of up to MAX_ENTRIES numbers that are in the books, highest first."""
    if not numbers:
        return iter(())
    size = next(size for size in _SIZES if len(numbers) <= size)
    asked = {f"n{place}": number for place, number in enumerate(numbers)}
    asked |= {f"n{place}": numbers[0] for place in range(len(numbers), size)}
    asked["mine"] = books.cooperative_id
    lines = _some_lines[size].rows(books.connection, **asked)
    return _with_lines(_some_entries[size].rows(books.connection, **asked), lines)


def _with_lines(entries: Iterable[Row], lines: Iterable[Row]) -> Iterator[EntryRow]:
    of_entry: dict[int, list[Row]] = {}
    for line in lines:
        number = line[0]
        if number in of_entry:
            of_entry[number].append(line)
        else:
            of_entry[number] = [line]
    return ((row, of_entry[row[0]]) for row in entries)


@lru_cache(maxsize=8)
def _search(account: bool, member: bool, day: bool) -> Prepared:
    """Numbers of entries with a line that matches in the columns that are wanted."""
    span = (_line.entry <= bindparam("top"), _line.entry >= bindparam("floor"))
    wanted = zip(_COLUMNS.items(), (account, member, day), strict=True)
    given = (column == bindparam(name) for (name, column), is_wanted in wanted if is_wanted)
    query = select(_line.entry).where(_line.cooperative_id == _MINE, *given, *span)
    newest = query.distinct().order_by(_line.entry.desc()).limit(bindparam("most"))
    return Prepared(newest.offset(literal_column("0")))  # without it SQLite's dialect binds a nameless one


def matching(
    books: Books, top: int, limit: int, wanted: tuple[int | None, int | None, int | None]
) -> tuple[list[int], int]:
    """Numbers of entries up to `top`, highest first, with a line of this account, member, day (None: any).

    At most `limit`, and the number below which nothing was searched yet (1: all was).
    """
    account, member, day = wanted
    floor = max(1, top - SEARCHED + 1) if member is None else 1
    search = _search(account is not None, member is not None, day is not None)
    values = {"mine": books.cooperative_id, "top": top, "floor": floor, "most": limit}
    values |= {name: value for name, value in zip(_COLUMNS, wanted, strict=True) if value is not None}
    numbers = [row[0] for row in search.rows(books.connection, **values)]
    return numbers, numbers[-1] if len(numbers) == limit else floor


def block_time(books: Books, number: int) -> int:
    """Unix seconds of a stored block."""
    ((time,),) = _time.rows(books.connection, mine=books.cooperative_id, number=number)
    return int(time)


def entry_hash(books: Books, number: int) -> str:
    """An entry's hash in hex; empty if there is no such entry."""
    rows = _hash.rows(books.connection, mine=books.cooperative_id, number=number)
    return rows[0][0].hex() if rows else ""
