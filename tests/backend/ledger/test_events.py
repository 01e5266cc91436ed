"""News as they are streamed: in order, once each, after a reconnect, after a reorg, to many at once."""

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager

import httpx
import uvicorn

from backend.app import create_app
from backend.ledger import events
from backend.ledger.events import Watcher
from backend.ledger.reading import LedgerReader
from backend.ledger.repository import entry_hash
from koperasi.localchain import free_port
from tests.backend.books import Books
from tests.backend.conftest import settings_for

Told = tuple[str, str, dict]
"""Event, id, data."""


def run(books: Books, test: Callable[[Watcher], Awaitable[None]]) -> None:
    async def main() -> None:
        reader = LedgerReader(books.url, 1, readers=2, busy_seconds=1)
        watcher = Watcher(reader, 0.01)
        try:
            await asyncio.wait_for(test(watcher), 20)
        finally:
            await watcher.stop()
            reader.close()

    asyncio.run(main())


async def next_of(stream: AsyncIterator) -> Told:
    event = await asyncio.wait_for(anext(stream), 5)
    return event.event, event.id, json.loads(event.data)


async def entries_of(stream: AsyncIterator, count: int) -> list[Told]:
    """The next `count` entries, heads left out."""
    found: list[Told] = []
    while len(found) < count:
        told = await next_of(stream)
        assert told[0] in ("entry", "head")
        if told[0] == "entry":
            found.append(told)
    return found


def test_listener__new__hears_where_the_books_stand_and_then_what_comes(own_books: Books) -> None:
    async def test(watcher: Watcher) -> None:
        stream = await watcher.listen(None)
        kind, place, counts = await next_of(stream)
        cursor = own_books.ledger.cursor()
        assert kind == "head"
        assert counts == {"total": cursor.entries, "final": cursor.final_entries}
        assert place.startswith(f"{cursor.entries}-")
        for _ in range(3):
            own_books.deposit()
            ((_, _, entry),) = await entries_of(stream, 1)
            assert entry["number"] == own_books.ledger.cursor().entries
            assert entry["rule"] == "deposit"

    run(own_books, test)


def test_listener__back_with_last_event_id__gets_what_it_missed_once(own_books: Books) -> None:
    async def test(watcher: Watcher) -> None:
        stream = await watcher.listen(None)
        await next_of(stream)
        own_books.deposit()
        ((_, last, entry),) = await entries_of(stream, 1)
        await stream.aclose()
        other = await watcher.listen(None)
        own_books.deposit()
        own_books.deposit()
        again = await watcher.listen(last)
        own_books.deposit()
        numbers = [told[2]["number"] for told in await entries_of(again, 3)]
        assert numbers == [entry["number"] + 1, entry["number"] + 2, entry["number"] + 3]
        assert [told[2]["number"] for told in await entries_of(other, 3)] == numbers

    run(own_books, test)


def test_listener__whose_entries_went_away__is_told_to_read_again(own_books: Books) -> None:
    async def test(watcher: Watcher) -> None:
        stream = await watcher.listen(None)
        _, last, _ = await next_of(stream)
        own_books.reorganize(3, 6)
        assert (await next_of(stream))[0] == "reset"
        own_books.deposit()
        ((_, _, entry),) = await entries_of(stream, 1)
        assert entry["number"] == own_books.ledger.cursor().entries
        await stream.aclose()
        assert (await next_of(await watcher.listen(last)))[0] == "reset"

    run(own_books, test)


def test_listener__too_far_behind__is_told_to_read_again(own_books: Books) -> None:
    async def test(watcher: Watcher) -> None:
        first = own_books.blocks[0]
        assert first.number == 1
        digest = await watcher._reader.read(lambda books: entry_hash(books, 1))
        assert (await next_of(await watcher.listen("0-")))[0] == "entry"
        assert (await next_of(await watcher.listen(f"1-{digest}")))[2]["number"] == 2
        own_books.grow(120, 0)
        assert (await next_of(await watcher.listen(f"1-{digest}")))[0] == "reset"
        assert (await next_of(await watcher.listen("nonsense")))[0] == "head"

    run(own_books, test)


def test_listener__too_slow__is_ended_so_that_it_comes_back(own_books: Books, monkeypatch) -> None:
    monkeypatch.setattr(events, "_WAITING", 4)

    async def test(watcher: Watcher) -> None:
        slow, quick = await watcher.listen(None), await watcher.listen(None)
        for _ in range(5):
            own_books.deposit()
            await entries_of(quick, 1)
        told = [event async for event in slow]
        assert len(told) < 6

    run(own_books, test)


def test_watcher__however_many_listen__looks_once(own_books: Books) -> None:
    async def test(watcher: Watcher) -> None:
        streams = [await watcher.listen(None) for _ in range(50)]
        looks = 0
        look = watcher._look

        async def counted(*arguments):
            nonlocal looks
            looks += 1
            return await look(*arguments)

        watcher._look = counted
        own_books.deposit()
        for stream in streams:
            await entries_of(stream, 1)
        assert 0 < looks < 10
        for stream in streams:
            await stream.aclose()
        await asyncio.sleep(0.1)
        seen = looks
        await asyncio.sleep(0.1)
        assert looks == seen, "nobody listens, nobody looks"

    run(own_books, test)


@contextmanager
def serving(books: Books) -> Iterator[str]:
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(create_app(settings_for(books.url)), port=port, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


def told_over(lines: Iterator[str], kind: str) -> tuple[str, dict]:
    """Id and data of the next event of a kind."""
    fields: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(": ")
        if name:
            fields[name] = value
        elif fields.get("event") == kind:
            return fields["id"], json.loads(fields["data"])
        else:
            fields = {}
    raise AssertionError("the stream ended")


def test_stream__over_http__survives_a_reconnect(own_books: Books) -> None:
    with serving(own_books) as address, httpx.Client(base_url=address, timeout=10) as client:
        with client.stream("GET", "/api/v1/events") as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            assert answer.headers["x-content-type-options"] == "nosniff"
            lines = answer.iter_lines()
            told_over(lines, "head")
            own_books.deposit()
            last, first = told_over(lines, "entry")
        own_books.deposit()
        with client.stream("GET", "/api/v1/events", headers={"Last-Event-ID": last}) as answer:
            _, second = told_over(answer.iter_lines(), "entry")
    assert second["number"] == first["number"] + 1
    assert second["previous_hash"] == first["hash"]
