"""Reading the ledger: never writing, one transaction a request, the head of the books with every answer."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final, NamedTuple, TypeVar

import anyio
from anyio.to_thread import run_sync
from sqlalchemy import Connection, Engine, bindparam, create_engine, event, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from backend.errors import LedgerUnavailableError
from backend.ledger.trees import FinalTree, Tiles
from indexer.ledger import schema
from indexer.reports.prepared import Prepared

T = TypeVar("T")
_POOL_SECONDS: Final = 5
_CACHE_KIB: Final = 65_536
_MAP_BYTES: Final = 1 << 30


class Head(NamedTuple):
    """Where the books stand when a transaction begins."""

    block_number: int
    block_hash: bytes
    entries: int
    floor: int
    final_entries: int


class Books(NamedTuple):
    """A cooperative's books, as one transaction sees them."""

    connection: Connection
    head: Head
    cooperative_id: int
    tiles: Tiles

    def tree(self) -> FinalTree:
        """The tree over the final entries."""
        size = self.head.final_entries
        self.tiles.follow(self.connection, self.cooperative_id, self.head, size)
        return FinalTree(self.connection, self.cooperative_id, size, self.tiles)


_head: Final = Prepared(
    select(
        schema.head.c.block_number,
        schema.head.c.block_hash,
        schema.head.c.entries,
        schema.head.c.floor,
        schema.head.c.final_entries,
    ).where(schema.head.c.cooperative_id == bindparam("mine"))
)


class LedgerReader:
    """Connections that only read.

    SQLite is read in the event loop itself, by one connection: its reads take well under a millisecond, and a
    thread would cost more than they do. PostgreSQL is waited for in threads. What takes long is read apart
    from the rest in either, one at a time.
    """

    def __init__(self, url: str, cooperative_id: int, readers: int, busy_seconds: float) -> None:
        self.cooperative_id = cooperative_id
        parsed = make_url(url)
        self._file = parsed.database if parsed.drivername == "sqlite" else None
        self._open: Connection | None = None
        self._inode: tuple[int, int] | None = None
        self._engine = (
            _sqlite(parsed, busy_seconds) if self._file else _postgresql(parsed, readers, busy_seconds)
        )
        self._tiles = Tiles()
        self._threads = anyio.CapacityLimiter(readers)
        self._apart = anyio.CapacityLimiter(1)

    async def read(self, work: Callable[[Books], T]) -> T:
        """What `work` finds, in one transaction. LedgerUnavailableError if there are no books yet."""
        if self._file:
            with self._transaction(self._file) as connection:
                return self._work(connection, work)
        return await run_sync(self._in_thread, work, limiter=self._threads)

    async def read_apart(self, work: Callable[[Books], T]) -> T:
        """As `read`, for what takes so long that nobody else should wait for it."""
        return await run_sync(self._in_thread, work, limiter=self._apart)

    def close(self) -> None:
        """Close every connection."""
        if self._open:
            with suppress(SQLAlchemyError, sqlite3.Error):
                self._open.close()
        self._open = self._inode = None
        self._engine.dispose()

    def _in_thread(self, work: Callable[[Books], T]) -> T:
        with self._engine.connect() as connection:
            if self._file:
                connection.exec_driver_sql("BEGIN")
            return self._work(connection, work)

    def _work(self, connection: Connection, work: Callable[[Books], T]) -> T:
        rows = _head.rows(connection, mine=self.cooperative_id)
        if not rows or rows[0][0] < 0:
            raise LedgerUnavailableError
        return work(Books(connection, Head(*rows[0]), self.cooperative_id, self._tiles))

    @contextmanager
    def _transaction(self, path: str) -> Iterator[Connection]:
        """The one connection to a file, in a transaction of its own; opened again after a failure."""
        connection = self._connection(path)
        driver: Any = connection.connection.driver_connection
        try:
            driver.execute("BEGIN")
            yield connection
        except (SQLAlchemyError, sqlite3.Error):
            self.close()
            raise
        finally:
            if self._open and driver.in_transaction:
                driver.execute("COMMIT")

    def _connection(self, path: str) -> Connection:
        """Open, and of the file that is there now: a rebuild puts another one in its place."""
        try:
            found = os.stat(path)  # noqa: PTH116 (for every request)
        except OSError:
            self.close()
            raise LedgerUnavailableError from None
        inode = (found.st_dev, found.st_ino)
        if self._open is None or inode != self._inode:
            self.close()
            self._open, self._inode = self._engine.connect(), inode
        return self._open


def _sqlite(url: URL, busy_seconds: float) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=f"file:{url.database}", query={"mode": "ro", "uri": "true"}),
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        connect_args={"check_same_thread": False, "cached_statements": 512, "timeout": busy_seconds},
    )

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: object) -> None:
        for pragma in ("query_only = ON", f"cache_size = -{_CACHE_KIB}", f"mmap_size = {_MAP_BYTES}"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def _postgresql(url: URL, readers: int, busy_seconds: float) -> Engine:
    milliseconds = int(busy_seconds * 1000)
    return create_engine(
        url,
        isolation_level="REPEATABLE READ",
        pool_size=readers,
        max_overflow=0,
        pool_timeout=_POOL_SECONDS,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": _POOL_SECONDS,
            "options": f"-c default_transaction_read_only=on -c lock_timeout={milliseconds}",
        },
    )
