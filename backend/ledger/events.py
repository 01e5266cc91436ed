"""News of the ledger to every client that listens: one watcher a process looks, and feeds all streams.

Events: `entry` (a new entry), `head` (how many entries there are, and how many are final) and `reset`
(entries went away with their blocks, or there are too many to tell: read the books again). An event's id is
number and hash of the last entry it speaks of; a client that comes back with Last-Event-ID gets the rest.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Final

import msgspec
import structlog
from sqlalchemy.exc import SQLAlchemyError
from sse_starlette.event import ServerSentEvent

from backend.errors import ProblemError
from backend.ledger import repository, service
from backend.ledger.reading import Books, Head, LedgerReader
from backend.ledger.schemas import Entry, EntryCounts

_MOST: Final = 200
"""Entries that are told one by one; a client further behind is told to read again."""
_WAITING: Final = 1000
"""Events that may wait for a slow client before its stream is ended; it comes back and catches up."""
_log = structlog.get_logger("koperasi.backend")


class _Place(msgspec.Struct, frozen=True):
    """An entry that a stream has come to: number and hash, (0, "") before the first."""

    entry: int
    hash: str


_Queue = asyncio.Queue[ServerSentEvent | None]


class Watcher:
    """Looks for new entries while anybody listens."""

    def __init__(self, reader: LedgerReader, seconds: float) -> None:
        """Looks every `seconds`."""
        self._reader = reader
        self._seconds = seconds
        self._lock = asyncio.Lock()
        self._place = _Place(0, "")
        self._head: Head | None = None
        self._queues: set[_Queue] = set()
        self._task: asyncio.Task[None] | None = None

    async def listen(self, last_event_id: str | None) -> AsyncIterator[ServerSentEvent]:
        """Events from `last_event_id` on, or from now on. LedgerUnavailableError if there are no books."""
        queue: _Queue = asyncio.Queue(_WAITING)
        missed = await self._join(queue, _parse(last_event_id))
        return self._stream(queue, missed)

    async def stop(self) -> None:
        """End every stream and the task."""
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        self._end_all()

    async def _stream(self, queue: _Queue, missed: list[ServerSentEvent]) -> AsyncIterator[ServerSentEvent]:
        try:
            for event in missed:
                yield event
            while (news := await queue.get()) is not None:
                yield news
        finally:
            self._queues.discard(queue)

    async def _join(self, queue: _Queue, place: _Place | None) -> list[ServerSentEvent]:
        """Register a stream; returns what it missed up to the place from which the queue goes on."""
        async with self._lock:
            head, missed = await self._look(place)
            self._queues.add(queue)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._watch())
        return [*missed, _head_event(head, self._place)]

    async def _watch(self) -> None:
        try:
            while self._queues:
                await asyncio.sleep(self._seconds)
                try:
                    async with self._lock:
                        await self._look()
                except (ProblemError, SQLAlchemyError) as error:
                    _log.warning("watcher_cannot_read", error=type(error).__name__)
        finally:
            self._end_all()

    async def _look(self, joining: _Place | None = None) -> tuple[Head, list[ServerSentEvent]]:
        """Tell every stream what is new; returns what one that joins at a place of its own has missed."""
        old = self._place

        def since(books: Books) -> tuple[Head, _Place, list[ServerSentEvent], list[ServerSentEvent]]:
            entries = books.head.entries
            here = _Place(entries, repository.entry_hash(books, entries))
            news = _since(books, old, here) if self._queues else []
            return books.head, here, news, _since(books, joining, here)

        head, here, news, missed = await self._reader.read(since)
        moved = head != self._head
        self._place, self._head = here, head
        for event in [*news, *([_head_event(head, here)] if moved else [])]:
            self._tell(event)
        return head, missed

    def _tell(self, event: ServerSentEvent) -> None:
        for queue in list(self._queues):
            try:
                queue.put_nowait(event)
            except asyncio.QueueFull:
                self._queues.discard(queue)
                _end(queue)

    def _end_all(self) -> None:
        for queue in self._queues:
            _end(queue)
        self._queues.clear()


def _parse(last_event_id: str | None) -> _Place | None:
    number, _, digest = (last_event_id or "").partition("-")
    return _Place(int(number), digest) if number.isdecimal() and len(number) < 19 else None


def _since(books: Books, place: _Place | None, here: _Place) -> list[ServerSentEvent]:
    """Entries after `place`; a reset if they are too many or the place is not in these books."""
    if place is None or place == here:
        return []
    known = repository.entry_hash(books, place.entry) == place.hash
    if not known or not 0 < here.entry - place.entry <= _MOST:
        return [ServerSentEvent(event="reset", id=_id(here), data="{}")]
    return [_entry_event(entry) for entry in service.entries_between(books, place.entry + 1, here.entry)]


def _id(place: _Place) -> str:
    return f"{place.entry}-{place.hash}"


def _end(queue: _Queue) -> None:
    while queue.full():
        queue.get_nowait()
    queue.put_nowait(None)


def _entry_event(entry: Entry) -> ServerSentEvent:
    place = _Place(entry.number, entry.hash)
    return ServerSentEvent(event="entry", id=_id(place), data=msgspec.json.encode(entry).decode())


def _head_event(head: Head, here: _Place) -> ServerSentEvent:
    counts = msgspec.json.encode(EntryCounts(head.entries, head.final_entries)).decode()
    return ServerSentEvent(event="head", id=_id(here), data=counts)
