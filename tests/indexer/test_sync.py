"""The books follow the chain, whatever the endpoints and the database do."""

import sqlite3
import threading
from pathlib import Path

import httpx
import pytest
from sqlalchemy import event

from indexer.chain.decode import UnknownLogError
from indexer.chain.read import Mode
from indexer.chain.rpc import NoEndpointError, WrongChainError
from indexer.ledger.journal import CursorMovedError
from indexer.sync import LedgerUnavailableError, Progress, SecondWriterError, writer_lock
from tests.indexer import faults
from tests.indexer.books import Books, clean_digest, working_chain
from tests.indexer.fake_chain import FakeChain, FakeLog, FakeTx
from tests.indexer.fake_office import AUTHORITY, address_of
from tests.indexer.faults import Answers, FakeNode


@pytest.mark.parametrize("mode", list(Mode))
def test_run__to_the_head__has_the_digest_of_any_other_way(
    database_url: str, mode: Mode, tmp_path: Path
) -> None:
    chain, _ = working_chain(1, 40)
    books = Books(database_url, [FakeNode(chain)], mode=mode)
    progress = books.sync.run()
    assert (progress.block, progress.head) == (chain.head, chain.head)
    assert books.ledger.digest() == clean_digest(chain, tmp_path)
    books.close()


def test_run__floor__is_where_finalized_is(sqlite_url: str) -> None:
    chain, _ = working_chain(1, 100, finality=70)
    books = Books(sqlite_url, [FakeNode(chain)])
    assert books.sync.run().floor == chain.head - 70
    cursor = books.ledger.cursor()
    assert cursor is not None
    assert cursor.floor == chain.head - 70


def test_run__finalized_tag_is_nearer_than_the_revertible_depth__the_depth_counts(sqlite_url: str) -> None:
    chain, _ = working_chain(1, 100, finality=2)
    assert Books(sqlite_url, [FakeNode(chain)]).sync.run().floor == chain.head - 64


def test_run__endpoints_differ_on_finality__the_lower_counts(sqlite_url: str) -> None:
    chain, _ = working_chain(1, 100, finality=70)
    careful, _ = working_chain(1, 100, finality=80)
    assert careful.blocks[-1].hash == chain.blocks[-1].hash
    books = Books(sqlite_url, [FakeNode(chain), FakeNode(careful)])
    assert books.sync.run().floor == chain.head - 80


def test_run__in_steps_as_the_chain_grows__has_the_same_digest(database_url: str, tmp_path: Path) -> None:
    chain, office = working_chain(2, 5)
    books = Books(database_url, [FakeNode(chain)])
    for _ in range(12):
        books.sync.run()
        for _ in range(7):
            chain.mine(office.block(3))
    books.sync.run()
    assert books.ledger.digest() == clean_digest(chain, tmp_path)
    books.close()


def test_run__nothing_new__changes_nothing(sqlite_url: str) -> None:
    chain, _ = working_chain(2, 5)
    books = Books(sqlite_url, [FakeNode(chain)])
    books.sync.run()
    before = books.ledger.digest()
    assert books.sync.run().events == books.sync.run().events
    assert books.ledger.digest() == before


@pytest.mark.parametrize("seed", range(6))
def test_run__every_third_answer_is_bad__recovers(sqlite_url: str, seed: int, tmp_path: Path) -> None:
    chain, _ = working_chain(seed, 30)
    mode = list(Mode)[seed % 2]
    nodes = [FakeNode(chain, rate=0.3, seed=seed), FakeNode(chain, rate=0.3, seed=seed + 100)]
    books = Books(sqlite_url, nodes, mode=mode, rounds=40)
    books.sync.run()
    assert books.ledger.digest() == clean_digest(chain, tmp_path)


@pytest.mark.parametrize("fault", faults.FAULTS, ids=lambda fault: fault.__name__)
def test_run__an_endpoint_goes_bad_for_good__says_so_and_the_next_run_goes_on(
    sqlite_url: str, fault: faults.Fault, tmp_path: Path
) -> None:
    """The node is bad from some block on; what was synced stays."""
    chain, office = working_chain(3, 20)
    node = FakeNode(chain)
    books = Books(sqlite_url, [node], rounds=2, mode=Mode.LOGS)
    books.sync.run()
    whole = books.ledger.digest()
    for _ in range(20):
        chain.mine(office.block(3))
    node.fault = fault
    with pytest.raises(NoEndpointError, match="the next sync goes on"):
        books.sync.run()
    assert books.ledger.digest() == whole
    node.fault = None
    books.sync.run()
    assert books.ledger.digest() == clean_digest(chain, tmp_path)


def test_run__unknown_log__keeps_what_came_before(sqlite_url: str) -> None:
    chain, _ = working_chain(3, 20)
    books = Books(sqlite_url, [FakeNode(chain)])
    books.sync.run()
    before = books.ledger.digest()
    chain.mine([FakeTx(9_000, (FakeLog(address_of("Books"), (b"\x99" * 32,), b""),))])
    with pytest.raises(UnknownLogError):
        books.sync.run()
    assert books.ledger.digest() == before


def test_run__wrong_chain__is_refused_at_the_start(sqlite_url: str) -> None:
    chain = FakeChain(chain_id=1)
    with pytest.raises(WrongChainError, match="chain 1"):
        Books(sqlite_url, [FakeNode(chain)]).sync.run()


def test_run__chain_started_anew__is_refused_at_the_start(sqlite_url: str) -> None:
    chain, _ = working_chain(3, 100)
    Books(sqlite_url, [FakeNode(chain)]).sync.run()
    other, _ = working_chain(4, 100)
    with pytest.raises(WrongChainError, match="ledger of another chain"):
        Books(sqlite_url, [FakeNode(other)]).sync.run()


def test_run__no_authority_on_the_chain__says_so(sqlite_url: str) -> None:
    with pytest.raises(WrongChainError, match="no contract at Authority's address"):
        Books(sqlite_url, [FakeNode(FakeChain())]).sync.run()


def test_run__two_writers__the_second_is_refused(database_url: str) -> None:
    chain, _ = working_chain(3, 5)
    first, second = Books(database_url, [FakeNode(chain)]), Books(database_url, [FakeNode(chain)])
    with (
        writer_lock(first.engine, 1),
        pytest.raises(SecondWriterError, match="Only one may"),
    ):
        second.sync.run()
    second.sync.run()
    with pytest.raises(CursorMovedError):
        first.sync.run()
    first.close()
    second.close()


def test_run__two_cooperatives_in_one_postgres__do_not_lock_each_other_out(postgres_database: str) -> None:
    chain, _ = working_chain(3, 5)
    books = Books(postgres_database, [FakeNode(chain)])
    with writer_lock(books.engine, 2):
        books.sync.run()
    books.close()


def test_run__stop__ends_in_order(sqlite_url: str, tmp_path: Path) -> None:
    chain, _ = working_chain(5, 600, size=1)
    books = Books(sqlite_url, [FakeNode(chain)], on_progress=lambda progress: books.sync.stop())
    assert 0 < books.sync.run().block < chain.head
    books.close()
    again = Books(sqlite_url, [FakeNode(chain)])
    again.sync.run()
    assert again.ledger.digest() == clean_digest(chain, tmp_path)


def test_run__follow__takes_new_blocks_until_stopped(sqlite_url: str, tmp_path: Path) -> None:
    chain, office = working_chain(5, 5)
    seen = threading.Event()

    def grow(progress: Progress) -> None:
        if chain.head < 40:
            chain.mine(office.block(2))
        elif progress.block == chain.head:
            seen.set()

    books = Books(sqlite_url, [FakeNode(chain)], on_progress=grow)
    follower = threading.Thread(target=books.sync.run, args=(True,))
    follower.start()
    assert seen.wait(20)
    books.sync.stop()
    follower.join(20)
    assert books.ledger.digest() == clean_digest(chain, tmp_path)


def test_run__follow__outlives_an_outage(sqlite_url: str) -> None:
    chain, office = working_chain(5, 5)
    node = FakeNode(chain)
    caught_up = threading.Event()

    def fail_then_recover(progress: Progress) -> None:
        if progress.block == 9:
            node.fault = outage
        if progress.block == 20:
            caught_up.set()

    down = 0

    def outage(request: httpx.Request, answers: Answers) -> httpx.Response:
        nonlocal down
        down += 1
        if down > 12:
            node.fault = None
            while chain.head < 20:
                chain.mine(office.block(2))
        return httpx.Response(503)

    books = Books(sqlite_url, [node], rounds=2, on_progress=fail_then_recover)
    follower = threading.Thread(target=books.sync.run, args=(True,))
    follower.start()
    assert caught_up.wait(20)
    books.sync.stop()
    follower.join(20)


def test_run__database_is_locked__says_so_and_goes_on_afterwards(sqlite_url: str, tmp_path: Path) -> None:
    chain, _ = working_chain(6, 10)
    books = Books(sqlite_url, [FakeNode(chain)])

    @event.listens_for(books.engine, "connect")
    def hurry(connection: sqlite3.Connection, record: object) -> None:
        connection.execute("PRAGMA busy_timeout = 50")

    books.engine.dispose()
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(LedgerUnavailableError, match=r"locked.*goes on from there"):
        books.sync.run()
    other.execute("ROLLBACK")
    other.close()
    books.sync.run()
    assert books.ledger.digest() == clean_digest(chain, tmp_path)


def test_run__disk_is_full__says_so_and_goes_on_afterwards(sqlite_url: str, tmp_path: Path) -> None:
    chain, office = working_chain(6, 10)
    books = Books(sqlite_url, [FakeNode(chain)])
    books.sync.run()
    before = books.ledger.digest()
    for _ in range(120):
        chain.mine(office.block(6))
    with books.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    limit = pages + 10

    @event.listens_for(books.engine, "connect")
    def small_disk(connection: sqlite3.Connection, record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {limit}")

    books.engine.dispose()
    with pytest.raises(LedgerUnavailableError, match=r"full.*Check free space"):
        books.sync.run()
    assert books.ledger.digest() == before
    limit = 1_000_000
    books.engine.dispose()
    books.sync.run()
    assert books.ledger.digest() == clean_digest(chain, tmp_path)


def test_run__nothing_installed_yet__no_events(sqlite_url: str) -> None:
    """A chain on which nothing was installed yet."""
    chain = FakeChain(authority=AUTHORITY)
    chain.mine([])
    books = Books(sqlite_url, [FakeNode(chain)])
    assert books.sync.run().events == 0
