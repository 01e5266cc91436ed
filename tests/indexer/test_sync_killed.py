"""A sync killed with SIGKILL at seeded points, and taken up again, has the digest of a clean one.

The process is a fork that kills itself: before a write, between two of a batch, before or after a commit.
"""

import multiprocessing
import os
import signal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import event

from indexer.ledger import batch, journal
from tests.indexer.books import Books, clean_digest, working_chain
from tests.indexer.fake_chain import FakeChain
from tests.indexer.faults import FakeNode
from tests.nightly import DEEP

KILLS = 3


class Fuse:
    """Kills the process at the n-th point it passes."""

    def __init__(self, points: int) -> None:
        self._left = points

    def point(self, *_: object) -> None:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def sync_until_killed(url: str, chain: FakeChain, points: int, chunk: int) -> None:
    """Runs in the fork. Small parts make many transactions."""
    from indexer.chain import read

    read._EVENTS_AT_ONCE = chunk  # type: ignore[misc]
    fuse = Fuse(points)
    books = Books(url, [FakeNode(chain)])
    write = batch.insert_rows

    def insert_rows(*arguments: Any) -> None:
        fuse.point()
        write(*arguments)

    batch.insert_rows = insert_rows
    journal.insert_rows = insert_rows
    event.listen(books.engine, "commit", fuse.point)
    append = books.ledger.append

    def then(*arguments: Any) -> None:
        append(*arguments)
        fuse.point()

    books.ledger.append = then  # type: ignore[method-assign]
    books.sync.run()
    os._exit(0)


def run_in_fork(url: str, chain: FakeChain, points: int, chunk: int) -> int:
    """The exit code: 0, or the negative signal."""
    process = multiprocessing.get_context("fork").Process(
        target=sync_until_killed, args=(url, chain, points, chunk)
    )
    process.start()
    process.join(60)
    assert process.exitcode is not None
    return process.exitcode


@pytest.mark.parametrize("seed", range(100 if DEEP else 10))
def test_run__killed_and_taken_up_again__has_the_digest_of_a_clean_sync(
    database_url: str, seed: int, tmp_path: Path
) -> None:
    random = Random(seed)
    chain, office = working_chain(seed, 40, size=3)
    killed = 0
    while killed < KILLS:
        code = run_in_fork(database_url, chain, random.randrange(1, 60), random.choice((1, 20, 60)))
        assert code in (0, -signal.SIGKILL)
        killed += 1
        if random.random() < 0.3:
            chain.reorg(5, [office.block(2) for _ in range(6)])
        chain.mine(office.block(2))
    books = Books(database_url, [FakeNode(chain)])
    books.sync.run()
    assert books.ledger.digest() == clean_digest(chain, tmp_path)
    books.close()


def test_run_in_fork__a_short_fuse__really_kills(sqlite_url: str) -> None:
    chain, _ = working_chain(1, 10)
    assert run_in_fork(sqlite_url, chain, 3, 1) == -signal.SIGKILL
    assert run_in_fork(sqlite_url, chain, 1_000_000, 1) == 0
