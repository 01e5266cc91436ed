"""Sync and reorganisations against a real anvil: its headers, receipts, blooms, and `anvil_reorg`."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from indexer.chain.read import Mode
from indexer.chain.rpc import Endpoint, Endpoints
from indexer.ledger.database import open_engine
from indexer.ledger.journal import Ledger
from indexer.reorg import ReorgBelowFloorError
from indexer.sync import Sync
from koperasi.localchain import CHAIN_ID, LocalChain
from tests.indexer.anvil_office import AnvilOffice
from tests.indexer.books import ANVIL
from tests.indexer.fake_chain import FakeTx
from tests.indexer.fake_office import AUTHORITY, FakeOffice
from tests.nightly import DEEP

BLOCKS = 210


class Year:
    """An anvil with an office at work, and books in both databases that follow it."""

    def __init__(self, chain: LocalChain) -> None:
        self.office = FakeOffice(1)
        self.anvil = AnvilOffice(chain)
        for txs in self.office.genesis():
            self.anvil.mine(txs)
        for at in range(BLOCKS):
            self.anvil.mine(self.office.block(2) if at % 2 else [])

    def sync(self, url: str, mode: Mode = Mode.RECEIPTS) -> str:
        """The digest of books at `url` after a sync."""
        engine = open_engine(url)
        ledger = Ledger(engine)
        endpoints = Endpoints([Endpoint(self.anvil.chain.url)], CHAIN_ID)
        Sync(ledger, engine, endpoints, ANVIL, AUTHORITY, 1, mode=mode, sample=8, poll_seconds=0.01).run()
        cursor = ledger.cursor()
        assert cursor is not None
        assert cursor.block_number == self.anvil.chain.block_number
        assert cursor.entries >= self.office.members
        digest = ledger.digest()
        engine.dispose()
        return digest

    def reorg(self, random: Random, depth: int) -> None:
        """The last `depth` blocks again: transactions return shuffled, some of them never."""
        back = [tx for txs in self.anvil.mined[-depth:] for tx in txs if random.random() < 0.7]
        random.shuffle(back)
        blocks: list[list[FakeTx]] = [[] for _ in range(depth + random.randrange(3))]
        for tx in back:
            random.choice(blocks).append(tx)
        self.anvil.reorg(depth, blocks)


@pytest.fixture(scope="module")
def year() -> Iterator[Year]:
    with LocalChain.start(mining=False, slots_in_an_epoch=128, timestamp=1_735_664_400) as chain:
        yield Year(chain)


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Books that live through all the reorganisations of this module."""
    return f"sqlite:///{tmp_path_factory.mktemp('anvil') / 'ledger.sqlite'}"


def test_run__any_mode__same_digest(year: Year, tmp_path: Path) -> None:
    by_receipts = year.sync(f"sqlite:///{tmp_path / 'receipts.sqlite'}")
    assert by_receipts == year.sync(f"sqlite:///{tmp_path / 'logs.sqlite'}", Mode.LOGS)


@pytest.mark.postgres
@pytest.mark.parametrize("seed", range(100 if DEEP else 10))
def test_run__seeded_reorgs__end_in_the_digest_of_the_final_chain(
    year: Year, books: str, seed: int, postgres_database: str, tmp_path: Path
) -> None:
    """SQLite goes on with the books of all seeds before; PostgreSQL sees the old fork, then the new one."""
    random = Random(seed)
    assert year.sync(books) == year.sync(postgres_database)
    year.reorg(random, random.randrange(1, 201))
    for _ in range(random.randrange(3)):
        year.anvil.mine(year.office.block(2))
    digest = year.sync(f"sqlite:///{tmp_path / 'clean.sqlite'}")
    assert year.sync(books) == digest
    assert year.sync(postgres_database) == digest


def test_run__deeper_than_the_floor__halts(tmp_path: Path) -> None:
    with LocalChain.start(mining=False, slots_in_an_epoch=32, timestamp=1_735_664_400) as chain:
        anvil, office = AnvilOffice(chain), FakeOffice(2)
        for txs in office.genesis():
            anvil.mine(txs)
        chain.mine_empty(150)
        engine = open_engine(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
        ledger = Ledger(engine)
        endpoints = Endpoints([Endpoint(chain.url)], CHAIN_ID)
        sync = Sync(ledger, engine, endpoints, ANVIL, AUTHORITY, 1, poll_seconds=0.01)
        before = sync.run()
        assert before.floor == chain.block_number - 64
        chain.reorganize(100)
        with pytest.raises(ReorgBelowFloorError, match="Final blocks do not change"):
            sync._to_head()
        engine.dispose()
