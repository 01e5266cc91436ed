"""The journal: blocks in, blocks out, each in one transaction with everything that follows from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Engine, Row, and_, delete, func, insert, select, update

from indexer.chain.events import DecodedBlock
from indexer.ledger import schema
from indexer.ledger.batch import Batch
from indexer.ledger.canonical import GENESIS_HASH
from indexer.ledger.database import add_to_kept, insert_rows, snapshot, writing
from indexer.ledger.digest import digest
from indexer.ledger.kept import removed_sums
from indexer.ledger.known_books import KnownBooks
from indexer.ledger.known_savings import KnownSavings
from indexer.ledger.loan_source import BooksSource
from indexer.ledger.loans import KnownLoans
from indexer.ledger.merkle import Builder
from indexer.ledger.nodes import fetcher

_NONE: Final = -1


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the books stand: last block, last final block (-1: none), and the entries up to each."""

    block_number: int
    block_hash: bytes
    entries: int
    floor: int
    final_entries: int


class CursorMovedError(RuntimeError):
    """Another writer moved the books since this one read them."""

    def __init__(self, expected: Cursor, found: Cursor) -> None:
        super().__init__(
            f"the books stand at block {found.block_number}, this writer left them at "
            f"{expected.block_number}: another indexer writes to the same database. "
            "Stop one of them and start again."
        )


class RollbackBelowFloorError(RuntimeError):
    """A rollback that would undo final blocks."""

    def __init__(self, to_block: int, floor: int) -> None:
        super().__init__(
            f"a rollback to block {to_block} would undo final blocks: the finalized floor is {floor}. "
            "The chain broke its own finality, or the RPC endpoints are of another chain: check them, "
            "and rebuild the books only when it is clear which chain holds."
        )
        self.to_block = to_block
        self.floor = floor


class BlockOrderError(ValueError):
    """Blocks that do not follow on the books or on one another."""


@dataclass(slots=True)
class _State:
    """What the next batch goes on from."""

    cursor: Cursor
    last_hash: bytes
    tree: Builder


class Ledger:
    """The one writer of a cooperative's books. Not for use by two threads at once."""

    def __init__(self, engine: Engine, cooperative_id: int = 1) -> None:
        """On an engine of `database.open_engine`."""
        self._engine = engine
        self._writer = writing(engine)
        self.cooperative_id = cooperative_id
        with self._writer.begin() as connection:
            if self._read_head(connection) is None:
                row = {"cooperative_id": cooperative_id, "block_hash": b""}
                connection.execute(insert(schema.head).values(row))
            self._state = self._load(connection)

    def cursor(self) -> Cursor | None:
        """Where this writer left the books; None while no block is in them."""
        cursor = self._state.cursor
        return None if cursor.block_number == _NONE else cursor

    def append(self, blocks: Sequence[DecodedBlock], floor: int) -> None:
        """Add blocks above the cursor, in order, all or none; `floor` is the number of the finalized block.

        Raises BlockOrderError, PostingError, TransferMismatchError, CursorMovedError; the books are then as
        before.
        """
        if not blocks:
            return
        self._check_order(blocks)
        state = self._state
        source = BooksSource(self._engine.connect, self.cooperative_id)
        known = KnownLoans(source, KnownBooks(source), KnownSavings(source))
        known.prefetch(blocks)
        batch = Batch(self.cooperative_id, state.cursor.entries, state.last_hash, known)
        for block in blocks:
            batch.add(block)
        tree = state.tree.copy()
        nodes = [(self.cooperative_id, *node) for node in tree.append(batch.hashes)]
        with self._writer.begin() as connection:
            self._expect_cursor(connection)
            batch.write(connection)
            insert_rows(connection, schema.tree_node, nodes)
            cursor = self._moved(connection, blocks[-1], batch.entries, floor)
            self._move(connection, cursor)
        self._state = _State(cursor, batch.last_hash, tree)

    def rollback(self, to_block: int) -> None:
        """Forget every block above `to_block`; RollbackBelowFloorError under the floor.

        Does nothing if the books stand at or below it.
        """
        old = self._state.cursor
        if to_block >= old.block_number:
            return
        if to_block < old.floor:
            raise RollbackBelowFloorError(to_block, old.floor)
        with self._writer.begin() as connection:
            self._expect_cursor(connection)
            entries = self._entries_through(connection, to_block)
            removed = removed_sums(connection, self.cooperative_id, entries)
            block_number, block_hash = self._last_block(connection, to_block)
            self._move(connection, Cursor(block_number, block_hash, entries, old.floor, old.final_entries))
            self._delete_above(connection, block_number, entries)
            for table, rows in removed.items():
                add_to_kept(connection, table, rows)
                empty = and_(*(table.c[word] == 0 for word in schema.SUM_WORDS))
                connection.execute(delete(table).where(table.c.cooperative_id == self.cooperative_id, empty))
        self._reload()

    def block_hash(self, number: int) -> bytes | None:
        """The hash of a block in the books; None if it is not there."""
        table = schema.block
        query = select(table.c.hash).where(
            table.c.cooperative_id == self.cooperative_id, table.c.block_number == number
        )
        with self._engine.connect() as connection:
            return connection.execute(query).scalar_one_or_none()

    def blocks_above(self, number: int) -> list[tuple[int, bytes]]:
        """Number and hash of the blocks in the books above `number`, highest first."""
        table = schema.block
        query = (
            select(table.c.block_number, table.c.hash)
            .where(table.c.cooperative_id == self.cooperative_id, table.c.block_number > number)
            .order_by(table.c.block_number.desc())
        )
        with self._engine.connect() as connection:
            return [(row.block_number, row.hash) for row in connection.execute(query)]

    def contracts(self) -> dict[bytes, str]:
        """Every address that was ever installed in Authority's directory, with its last name."""
        table = schema.contract
        query = (
            select(table.c.address, table.c.name)
            .where(table.c.cooperative_id == self.cooperative_id)
            .order_by(table.c.block_number, table.c.log_index)
        )
        with self._engine.connect() as connection:
            return {row.address: row.name for row in connection.execute(query)}

    def digest(self) -> str:
        """SHA-256 in hex over everything in the books that is a function of the chain."""
        with snapshot(self._engine) as connection:
            return digest(connection, self.cooperative_id)

    def _check_order(self, blocks: Sequence[DecodedBlock]) -> None:
        number, block_hash = self._state.cursor.block_number, self._state.cursor.block_hash
        for block in blocks:
            follows = block.number > number and (
                block.number != number + 1 or number == _NONE or block.parent_hash == block_hash
            )
            if not follows:
                raise BlockOrderError(
                    f"block {block.number} (parent 0x{block.parent_hash.hex()}) does not follow block "
                    f"{number} (0x{block_hash.hex()}): roll back to their common ancestor first"
                )
            number, block_hash = block.number, block.hash

    def _moved(self, connection: Connection, last: DecodedBlock, entries: int, floor: int) -> Cursor:
        old = self._state.cursor
        floor, _ = self._last_block(connection, floor)
        if floor <= old.floor:
            return Cursor(last.number, last.hash, entries, old.floor, old.final_entries)
        final = entries if floor == last.number else self._entries_through(connection, floor)
        return Cursor(last.number, last.hash, entries, floor, final)

    def _move(self, connection: Connection, cursor: Cursor) -> None:
        """Compare and swap."""
        old, table = self._state.cursor, schema.head
        statement = (
            update(table)
            .where(
                table.c.cooperative_id == self.cooperative_id,
                table.c.block_number == old.block_number,
                table.c.block_hash == old.block_hash,
                table.c.entries == old.entries,
            )
            .values(
                block_number=cursor.block_number,
                block_hash=cursor.block_hash,
                entries=cursor.entries,
                floor=cursor.floor,
                final_entries=cursor.final_entries,
            )
        )
        if connection.execute(statement).rowcount != 1:
            found = self._read_head(connection)
            assert found is not None
            raise CursorMovedError(old, found)

    def _expect_cursor(self, connection: Connection) -> None:
        found = self._read_head(connection, lock=True)
        assert found is not None
        if found != self._state.cursor:
            raise CursorMovedError(self._state.cursor, found)

    def _read_head(self, connection: Connection, lock: bool = False) -> Cursor | None:
        table = schema.head
        query = select(table).where(table.c.cooperative_id == self.cooperative_id)
        row = connection.execute(query.with_for_update() if lock else query).one_or_none()
        return None if row is None else _cursor_of(row)

    def _load(self, connection: Connection) -> _State:
        cursor = self._read_head(connection)
        assert cursor is not None
        table = schema.entry
        query = select(table.c.hash).where(
            table.c.cooperative_id == self.cooperative_id, table.c.number == cursor.entries
        )
        last = connection.execute(query).scalar_one_or_none() or GENESIS_HASH
        return _State(cursor, last, Builder(cursor.entries, fetcher(connection, self.cooperative_id)))

    def _reload(self) -> None:
        with self._engine.connect() as connection:
            self._state = self._load(connection)

    def _entries_through(self, connection: Connection, block_number: int) -> int:
        table = schema.entry
        query = select(func.max(table.c.number)).where(
            table.c.cooperative_id == self.cooperative_id, table.c.block_number <= block_number
        )
        return connection.execute(query).scalar_one() or 0

    def _last_block(self, connection: Connection, to_block: int) -> tuple[int, bytes]:
        table = schema.block
        query = (
            select(table.c.block_number, table.c.hash)
            .where(table.c.cooperative_id == self.cooperative_id, table.c.block_number <= to_block)
            .order_by(table.c.block_number.desc())
            .limit(1)
        )
        row = connection.execute(query).one_or_none()
        return (_NONE, b"") if row is None else (row.block_number, row.hash)

    def _delete_above(self, connection: Connection, block_number: int, entries: int) -> None:
        mine = self.cooperative_id
        line, node = schema.line, schema.tree_node
        connection.execute(delete(line).where(line.c.cooperative_id == mine, line.c.entry > entries))
        beyond = (node.c.position + 1).op("<<")(node.c.level) > entries
        connection.execute(delete(node).where(node.c.cooperative_id == mine, beyond))
        for table in schema.LOG_TABLES:
            above = table.c.block_number > block_number
            connection.execute(delete(table).where(table.c.cooperative_id == mine, above))


def _cursor_of(row: Row[tuple[object, ...]]) -> Cursor:
    return Cursor(row.block_number, row.block_hash, row.entries, row.floor, row.final_entries)
