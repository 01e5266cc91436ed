"""Reading the ledger: never writing, one transaction a request, the head of the books with every answer."""

import os
from collections.abc import Callable
from typing import Any, Final, NamedTuple, TypeVar

import anyio
from anyio.to_thread import run_sync
from sqlalchemy import Connection, Engine, create_engine, event, select
from sqlalchemy.engine import URL, make_url

from backend.errors import LedgerUnavailableError
from indexer.ledger import schema

T = TypeVar("T")
_POOL_SECONDS: Final = 5
_CACHE_KIB: Final = 65_536


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


_HEAD: Final = select(
    schema.head.c.block_number,
    schema.head.c.block_hash,
    schema.head.c.entries,
    schema.head.c.floor,
    schema.head.c.final_entries,
)


class LedgerReader:
    """Connections that only read.

    SQLite is read in the event loop itself, by one connection: its reads take well under a millisecond, and a
    thread would cost more than they do. PostgreSQL is waited for in threads.
    """

    def __init__(self, url: str, cooperative_id: int, readers: int, busy_seconds: float) -> None:
        self.cooperative_id = cooperative_id
        parsed = make_url(url)
        self._file = parsed.database if parsed.drivername == "sqlite" else None
        self._inode: tuple[int, int] | None = None
        self._engine = (
            _sqlite(parsed, busy_seconds) if self._file else _postgresql(parsed, readers, busy_seconds)
        )
        self._threads = anyio.CapacityLimiter(readers)
        self._head_of_mine = _HEAD.where(schema.head.c.cooperative_id == cooperative_id)

    async def read(self, work: Callable[[Books], T]) -> T:
        """What `work` finds, in one transaction. LedgerUnavailableError if there are no books yet."""
        if self._file:
            self._follow_file(self._file)
            return self._work(work)
        return await run_sync(self._work, work, limiter=self._threads)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def _work(self, work: Callable[[Books], T]) -> T:
        with self._engine.connect() as connection:
            row = connection.execute(self._head_of_mine).one_or_none()
            if row is None or row.block_number < 0:
                raise LedgerUnavailableError
            return work(Books(connection, Head(*row), self.cooperative_id))

    def _follow_file(self, path: str) -> None:
        """A rebuild puts another file in the place of the one that is open."""
        try:
            found = os.stat(path)  # noqa: PTH116 (a hot path)
        except OSError:
            raise LedgerUnavailableError from None
        inode = (found.st_dev, found.st_ino)
        if inode != self._inode:
            self._engine.dispose()
            self._inode = inode


def _sqlite(url: URL, busy_seconds: float) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=f"file:{url.database}", query={"mode": "ro", "uri": "true"}),
        pool_size=1,
        max_overflow=0,
        pool_timeout=_POOL_SECONDS,
        connect_args={"check_same_thread": False, "cached_statements": 512, "timeout": busy_seconds},
    )

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in ("query_only = ON", f"cache_size = -{_CACHE_KIB}", "mmap_size = 1073741824"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

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
