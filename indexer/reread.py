"""The chain read again: every row of the books that follows from a log, beside what the log says."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Column, Connection, Table, select

from indexer.chain.directory import Directory
from indexer.chain.events import Address, DecodedBlock
from indexer.chain.read import Mode, Reader
from indexer.chain.rpc import Endpoints
from indexer.ledger import meeting_schema, schema
from indexer.ledger.batch import Batch
from indexer.ledger.canonical import GENESIS_HASH
from indexer.ledger.loans import KnownLoans

_MANY: Final = 100
"""How many differences of a table are told one by one."""
_LEAST: Final = -(1 << 63)
_MOST: Final = (1 << 63) - 1
_BY_NUMBER: Final = (schema.member, schema.loan, meeting_schema.meeting)
"""Tables that are not in the order of the chain: compared as a whole."""
_BY_BLOCK: Final = tuple(table for table in schema.LOG_TABLES if table not in _BY_NUMBER)

Row = tuple[Any, ...]


class Difference(msgspec.Struct, frozen=True):
    """Something that the books and the chain say differently.

    `subject` is what: the table of a row or balance; account, view or books. `key` says which one.
    """

    subject: str
    key: str
    book: str
    chain: str


class Told(msgspec.Struct, frozen=True):
    """What the chain says: contracts as (block, name, address), blocks by member, block and LoanBook by loan,
    block and RAT by meeting, logs by block."""

    contracts: Sequence[tuple[int, str, Address]]
    members: Mapping[int, int]
    loans: Mapping[int, tuple[int, Address]]
    meetings: Mapping[int, tuple[int, Address]]
    logs: Mapping[int, int]


class Reread:
    """Reads the chain of one cooperative again from Authority's first block on, and compares row by row."""

    def __init__(
        self, connection: Connection, endpoints: Endpoints, cooperative_id: int, authority: Address
    ) -> None:
        self._connection = connection
        self._endpoints = endpoints
        self._mine = cooperative_id
        self._directory = Directory(authority)
        self._whole: defaultdict[Table, list[Row]] = defaultdict(list)
        self._logs: dict[int, int] = {}
        self._counts: Counter[str] = Counter()
        self._found: list[Difference] = []

    def run(
        self, first: int, last: int, *, is_head: bool, on_progress: Callable[[int, int], None]
    ) -> tuple[Told, list[Difference]]:
        """Blocks `first` to `last`; if that is the head of the books, no row may be above it.

        Raises what `Reader.read` and `Batch.add` do.
        """
        reader = Reader(self._endpoints, self._directory, mode=Mode.RECEIPTS, sample=0)
        entries, last_hash, low, line = 0, GENESIS_HASH, _LEAST, _LEAST
        known = KnownLoans()
        end = _MOST if is_head else last
        for blocks in reader.read(first, last, last, None):
            number = blocks[-1].number
            batch = Batch(self._mine, entries, last_hash, known)
            for block in blocks:
                batch.add(block)
                self._logs[block.number] = len(block.raw_logs)
            high = end if number == last else number
            self._compare_part(batch.rows, blocks, low, high)
            through = _MOST if high == _MOST else batch.entries
            lines = self._book(schema.line, schema.line.c.entry, line, through)
            self._compare(schema.line, lines, batch.rows[schema.line])
            entries, last_hash, low, line = batch.entries, batch.last_hash, number + 1, batch.entries + 1
            on_progress(number - first + 1, last - first + 1)
        for table in _BY_NUMBER:
            book = self._book(table, table.c.block_number, _LEAST, end)
            self._compare(table, book, sorted(self._whole[table], key=_key_of(table)))
        more = [
            Difference(name, "...", f"{count - _MANY} more", "")
            for name, count in self._counts.items()
            if count > _MANY
        ]
        return self._told(), [*self._found, *more]

    def _told(self) -> Told:
        contracts = [(block, name, address) for _, block, _, name, address, _ in self._whole[schema.contract]]
        members = {member: block for _, member, block, *_ in self._whole[schema.member]}
        loans = {loan: (block, book) for _, loan, block, _, book, *_ in self._whole[schema.loan]}
        held = self._whole[meeting_schema.meeting]
        meetings = {meeting: (block, rat) for _, meeting, block, _, rat, *_ in held}
        return Told(contracts, members, loans, meetings, self._logs)

    def _compare_part(
        self, rows: Mapping[Table, list[Row]], blocks: Sequence[DecodedBlock], low: int, high: int
    ) -> None:
        for table in (*_BY_NUMBER, schema.contract):
            self._whole[table] += rows[table]
        for table in _BY_BLOCK:
            book = self._book(table, table.c.block_number, low, high)
            chain = rows[table]
            if table is schema.block:
                chain = _needed(chain, blocks, book)
            self._compare(table, book, chain)

    def _book(self, table: Table, column: Column[int], low: int, high: int) -> list[Row]:
        """Rows in the order of the key whose `column` is from `low` to `high`."""
        mine = table.c.cooperative_id == self._mine
        query = select(table).where(mine, column >= low, column <= high).order_by(*table.primary_key.columns)
        return [tuple(row) for row in self._connection.execute(query)]

    def _compare(self, table: Table, book: list[Row], chain: list[Row]) -> None:
        """Both in the order of the key."""
        if book == chain:
            return
        key_of = _key_of(table)
        kept, told = ({key_of(row): row for row in rows} for rows in (book, chain))
        for key in sorted(kept.keys() | told.keys()):
            one, other = kept.get(key), told.get(key)
            if one != other:
                self._differ(table, key, one, other)

    def _differ(self, table: Table, key: tuple[int, ...], book: Row | None, chain: Row | None) -> None:
        self._counts[table.name] += 1
        if self._counts[table.name] > _MANY:
            return
        named = " ".join(f"{column} {value}" for column, value in zip(_keys(table), key, strict=True))
        columns = table.columns.keys()
        if book is not None and chain is not None:
            differs = [at for at, value in enumerate(book) if value != chain[at]]
        else:
            differs = list(range(len(columns)))
        texts = (_text(row, columns, differs) for row in (book, chain))
        self._found.append(Difference(table.name, named, *texts))


def _needed(chain: list[Row], blocks: Iterable[DecodedBlock], book: list[Row]) -> list[Row]:
    """The rows of blocks without those that the books may leave out: blocks without logs."""
    kept = {row[1] for row in book}
    logged = {block.number for block in blocks if block.raw_logs}
    return [row for row in chain if row[1] in kept or row[1] in logged]


def _keys(table: Table) -> list[str]:
    return [column.name for column in table.primary_key.columns if column.name != "cooperative_id"]


def _key_of(table: Table) -> Callable[[Row], tuple[int, ...]]:
    columns = table.columns.keys()
    places = [columns.index(name) for name in _keys(table)]
    return lambda row: tuple(row[place] for place in places)


def _text(row: Row | None, columns: Sequence[str], which: Iterable[int]) -> str:
    if row is None:
        return "missing"
    values = ((columns[at], row[at]) for at in which if columns[at] != "cooperative_id")
    return ", ".join(f"{name} {_value(value)}" for name, value in values)


def _value(value: object) -> object:
    return f"0x{value.hex()}" if isinstance(value, bytes) else value
