"""Books of a FakeChain: what every test of sync, reorganisations and kills sets up."""

from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy import Engine

from indexer.chain.read import Mode
from indexer.chain.rpc import Endpoints
from indexer.config import Network, load_networks
from indexer.ledger.database import open_engine
from indexer.ledger.journal import Ledger
from indexer.sync import Progress, Sync
from tests.indexer.fake_chain import CHAIN_ID, FakeChain
from tests.indexer.fake_office import AUTHORITY, FakeOffice
from tests.indexer.faults import FakeNode

ANVIL: Network = load_networks()["anvil"]


class Books:
    """A ledger and the sync that writes it."""

    def __init__(
        self,
        url: str,
        nodes: Sequence[FakeNode],
        *,
        mode: Mode = Mode.RECEIPTS,
        network: Network = ANVIL,
        rounds: int = 6,
        on_progress: Callable[[Progress], None] | None = None,
    ) -> None:
        self.engine: Engine = open_engine(url)
        self.ledger = Ledger(self.engine)
        endpoints = Endpoints(
            [node.endpoint() for node in nodes], network.chain_id, rounds=rounds, pause=0.001
        )
        self.sync = Sync(
            self.ledger,
            self.engine,
            endpoints,
            network,
            AUTHORITY,
            1,
            mode=mode,
            sample=8,
            poll_seconds=0.001,
            on_progress=on_progress,
        )

    def close(self) -> None:
        self.engine.dispose()


def clean_digest(chain: FakeChain, folder: Path) -> str:
    """Digest of new books of the chain as it is now."""
    path = folder / f"clean-{chain.blocks[-1].hash}.sqlite"
    books = Books(f"sqlite:///{path}", [FakeNode(chain)])
    books.sync.run()
    digest = books.ledger.digest()
    books.close()
    path.unlink()
    return digest


def working_chain(seed: int, blocks: int, size: int = 4, finality: int = 64) -> tuple[FakeChain, FakeOffice]:
    """A chain with genesis and `blocks` blocks of work, some of them empty."""
    office = FakeOffice(seed)
    chain = FakeChain(chain_id=CHAIN_ID, authority=AUTHORITY, finality=finality)
    for txs in office.genesis():
        chain.mine(txs)
    for at in range(blocks):
        chain.mine([] if at % 5 == 4 else [office.noise(1), *office.block(size)])
    return chain, office
