"""Fetch, prove, decode, append: the books follow the chain. Blocks are read while others are written."""

import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from indexer.chain.directory import Directory
from indexer.chain.events import Address, DecodedBlock
from indexer.chain.fetch import fetch_tagged
from indexer.chain.prove import Header
from indexer.chain.read import Mode, ParentMismatchError, Reader
from indexer.chain.rpc import Endpoint, Endpoints, NoEndpointError, StoppedError, WrongChainError
from indexer.chain.wire import HEADERS
from indexer.chain.words import both
from indexer.config import Network, Settings
from indexer.ledger.journal import Ledger
from indexer.reorg import ReorgError, common_ancestor

log = logging.getLogger(__name__)

_TURNS: Final = 16
"""How often the chain may change while it is read."""
_AHEAD: Final = 2
"""Parts that are read ahead of the one being written."""
_PATIENCE: Final = 5.0
"""Seconds that a failed sync waits for the reader, which may be in the middle of a request."""
_LOCK: Final = 7161013
"""First key of PostgreSQL's advisory lock; the second is the cooperative."""


class SecondWriterError(RuntimeError):
    """Somebody else writes to the ledger."""

    def __init__(self, where: str) -> None:
        super().__init__(
            both(
                f"Pengindeks lain sedang menulis ke buku ini ({where}). Hanya boleh satu: hentikan yang "
                "itu, atau "
                "biarkan dan pakai perintah yang hanya membaca.",
                f"Another indexer writes to this ledger ({where}). Only one may: stop it, or let it go on "
                "and "
                "use commands that read.",
            )
        )


class LedgerUnavailableError(RuntimeError):
    """The database refused to write; nothing of the batch was written."""

    def __init__(self, error: Exception) -> None:
        cause = getattr(error, "orig", None) or error
        super().__init__(
            both(
                f"Basis data buku besar menolak blok berikutnya: {cause}. Tidak ada yang tertulis dari "
                "blok itu. "
                "Periksa ruang disk, kunci dari program lain, dan apakah servernya berjalan; sinkronisasi "
                "berikutnya melanjutkan dari sana.",
                f"The ledger database did not take the next blocks: {cause}. Nothing of them was written. "
                "Check "
                "free space, locks of other programs, and that the server runs; the next sync goes on from "
                "there.",
            )
        )


@dataclass(frozen=True)
class Progress:
    """Last block written, head of the chain, finalized floor, and events written by this run."""

    block: int
    head: int
    floor: int
    events: int


class Sync:
    """One writer of one ledger. `run` once or follow; `stop` from a signal handler or another thread."""

    def __init__(
        self,
        ledger: Ledger,
        engine: Engine,
        endpoints: Endpoints,
        network: Network,
        authority: Address,
        authority_block: int,
        *,
        mode: Mode = Mode.RECEIPTS,
        sample: int = 64,
        poll_seconds: float = 1.0,
        on_progress: Callable[[Progress], None] | None = None,
    ) -> None:
        self._ledger = ledger
        self._engine = engine
        self._endpoints = endpoints
        self._network = network
        self._authority = authority
        self._first = authority_block
        self._mode = mode
        self._sample = sample
        self._poll = poll_seconds
        self._on_progress = on_progress
        self._events = 0

    @classmethod
    def of(
        cls, settings: Settings, engine: Engine, on_progress: Callable[[Progress], None] | None = None
    ) -> "Sync":
        """A sync of the ledger in `engine` as the settings say."""
        return cls(
            Ledger(engine, settings.cooperative_id),
            engine,
            Endpoints(settings.endpoints(), settings.network.chain_id),
            settings.network,
            settings.authority,
            settings.authority_block,
            mode=settings.mode,
            sample=settings.sample,
            poll_seconds=settings.poll_seconds,
            on_progress=on_progress,
        )

    def stop(self) -> None:
        """End soon and in order: the batch being written is finished."""
        self._endpoints.stop.set()

    def run(self, follow: bool = False) -> Progress:
        """Bring the books to the head of the chain; with `follow` keep them there until `stop`.

        Raises SecondWriterError, LedgerUnavailableError, LogError, ReorgError, RpcError and what the ledger
        does. Whatever is raised, the books are whole, and the next run goes on where this one ended.
        """
        with writer_lock(self._engine, self._ledger.cooperative_id):
            self._check_start()
            progress = self._progress(0, 0)
            while not self._endpoints.stop.is_set():
                try:
                    progress = self._to_head()
                except StoppedError:
                    break
                except NoEndpointError as error:
                    if not follow:
                        raise
                    log.warning("%s", error)
                if not follow:
                    break
                self._endpoints.stop.wait(self._poll)
            return progress

    def _check_start(self) -> None:
        """The endpoints are of one chain, the one the books are of."""
        cursor = self._ledger.cursor()
        if cursor is not None and cursor.floor >= 0:
            known = self._ledger.block_hash(cursor.floor)
            if known is not None:
                self._endpoints.anchor(cursor.floor, f"0x{known.hex()}")
        self._endpoints.check(self._network.revertible_depth)
        address = f"0x{self._authority.hex()}"
        code = self._endpoints.attempt(lambda endpoint: endpoint.text("eth_getCode", address, "latest"))
        if code == "0x":
            raise WrongChainError(
                both(
                    f"Tidak ada kontrak di alamat Authority {address} pada chain ini: pengaturan milik "
                    "deployment "
                    "lain, atau chain lokal dimulai baru. Deploy, atau betulkan pengaturan.",
                    f"There is no contract at Authority's address {address} on this chain: the settings "
                    "are of "
                    "another deployment, or a local chain was started anew. Deploy, or correct the settings.",
                )
            )

    def _to_head(self) -> Progress:
        """Write every block up to the present head, through reorganisations on the way."""
        for _ in range(_TURNS):
            head, floor = self._tips()
            try:
                self._check_cursor(head)
                return self._catch_up(head.number, floor)
            except ParentMismatchError as error:
                log.warning("%s", error)
                self._follow_reorg()
            except NoEndpointError:
                if not self._has_moved(head):
                    raise
        raise ReorgError(
            both(
                f"Chain berubah {_TURNS} kali selagi dibaca. Yang sudah tertulis benar; sinkronkan lagi "
                "setelah "
                "jaringan tenang, atau dengan endpoint lain.",
                f"The chain changed {_TURNS} times while it was read. What was written is right; sync "
                "again once "
                "the network is at rest, or with other endpoints.",
            )
        )

    def _has_moved(self, head: Header) -> bool:
        """Whether an endpoint no longer has the block that was the head."""
        call = ("eth_getBlockByNumber", [hex(head.number), False])
        found = self._endpoints.each(lambda endpoint: endpoint.ask([call], HEADERS)[0])
        return any(answer is None or answer.hash != f"0x{head.hash.hex()}" for _, answer in found)

    def _tips(self) -> tuple[Header, int]:
        """The head, and the number of the finalized floor (-1: nothing is final).

        Of three endpoints or more, a head that only the highest has does not count. The floor is the
        lowest that any endpoint tells, and the revertible depth or more below its head.
        """
        tips = [tip for _, tip in self._endpoints.each(self._tip)]
        if not tips:
            tips = [self._endpoints.attempt(self._tip)]
        heads = sorted((head for head, _ in tips), key=lambda head: head.number, reverse=True)
        return heads[len(heads) > 2], max(-1, min(floor for _, floor in tips))

    def _tip(self, endpoint: Endpoint) -> tuple[Header, int]:
        head = fetch_tagged(endpoint, "latest")
        floor = head.number - self._network.revertible_depth
        if self._network.confirmation == "finalized":
            floor = min(floor, fetch_tagged(endpoint, "finalized").number)
        return head, floor

    def _check_cursor(self, head: Header) -> None:
        """Raises ParentMismatchError if the chain does not reach beyond the books and is not theirs.

        Several endpoints that end below the books on a block of theirs are late; a single one was cut back.
        """
        cursor = self._ledger.cursor()
        if cursor is None or head.number > cursor.block_number or head.hash == cursor.block_hash:
            return
        is_late = len(self._endpoints) > 1 and self._ledger.block_hash(head.number) in (None, head.hash)
        if not is_late or head.number == cursor.block_number:
            raise ParentMismatchError(head.number + 1, cursor.block_hash, head.hash)

    def _follow_reorg(self) -> None:
        cursor = self._ledger.cursor()
        floor = cursor.floor if cursor is not None else -1
        ancestor = common_ancestor(
            self._endpoints,
            self._ledger,
            floor,
            trusts_one=self._endpoints.is_local or self._network.development,
            pause=self._poll,
        )
        if ancestor is None:
            self._endpoints.stop.wait(self._poll)
            return
        log.warning("Rolling back to block %s", ancestor)
        self._ledger.rollback(ancestor)

    def _catch_up(self, head: int, floor: int) -> Progress:
        cursor = self._ledger.cursor()
        first = self._first if cursor is None else cursor.block_number + 1
        parent = None if cursor is None else cursor.block_hash
        directory = Directory(self._authority, self._ledger.contracts())
        reader = Reader(self._endpoints, directory, mode=self._mode, sample=self._sample)
        parts = reader.read(first, head, floor, parent)
        for blocks in ahead(parts, self._endpoints.stop):
            self._append(blocks, floor)
            self._events += sum(len(block.events) for block in blocks)
            if self._on_progress is not None:
                self._on_progress(self._progress(head, floor))
        return self._progress(head, floor)

    def _append(self, blocks: list[DecodedBlock], floor: int) -> None:
        """Write a part. Empty blocks below the floor are left out: nobody will look for them."""
        kept = [block for block in blocks[:-1] if block.events or block.number >= floor]
        try:
            self._ledger.append([*kept, blocks[-1]], floor)
        except (sqlite3.OperationalError, psycopg.OperationalError, DBAPIError) as error:
            raise LedgerUnavailableError(error) from error

    def _progress(self, head: int, floor: int) -> Progress:
        cursor = self._ledger.cursor()
        return Progress(-1 if cursor is None else cursor.block_number, head, floor, self._events)


def ahead(parts: Iterator[list[DecodedBlock]], stop: threading.Event) -> Iterator[list[DecodedBlock]]:
    """The parts, read in a thread of their own while the caller works on earlier ones."""
    ready: queue.Queue[list[DecodedBlock] | BaseException | None] = queue.Queue(_AHEAD)
    done = threading.Event()

    def put(item: list[DecodedBlock] | BaseException | None) -> None:
        while not done.is_set():
            with suppress(queue.Full):
                ready.put(item, timeout=0.1)
                break

    def produce() -> None:
        try:
            for part in parts:
                put(part)
                if done.is_set() or stop.is_set():
                    break
            put(None)
        except BaseException as error:
            put(error)

    reader = threading.Thread(target=produce, name="koperasi-reader", daemon=True)
    reader.start()
    try:
        while (item := ready.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
            if stop.is_set():
                break
    finally:
        done.set()
        reader.join(_PATIENCE)


@contextmanager
def writer_lock(engine: Engine, cooperative_id: int) -> Iterator[None]:
    """Nobody else writes to these books meanwhile; a killed process leaves no lock behind.

    PostgreSQL: a session's advisory lock. SQLite: a lock on a file beside the database.
    """
    if engine.dialect.name == "postgresql":
        with _advisory_lock(engine, int(cooperative_id)):
            yield
        return
    if not engine.url.database or engine.url.database == ":memory:":
        yield
        return
    with _file_lock(Path(f"{engine.url.database}.lock")):
        yield


@contextmanager
def _advisory_lock(engine: Engine, cooperative_id: int) -> Iterator[None]:
    """The server may need a moment to see that a killed process is gone."""
    keys = f"{_LOCK}, {cooperative_id}"
    with engine.connect() as connection:
        for pause in (0.0, 0.1, 0.3, 0.6, 1.0):
            time.sleep(pause)
            if connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({keys})").scalar_one():
                break
        else:
            raise SecondWriterError(engine.url.render_as_string(hide_password=True))
        connection.commit()
        try:
            yield
        finally:
            with suppress(DBAPIError):
                connection.exec_driver_sql(f"SELECT pg_advisory_unlock({keys})")


@contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    import fcntl

    with path.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise SecondWriterError(str(path)) from error
        yield
