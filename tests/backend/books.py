"""A small cooperative's books for the tests of what serves them."""

from pathlib import Path

from indexer.chain.events import DecodedBlock
from indexer.ledger.database import open_engine
from indexer.ledger.journal import Ledger
from tests.indexer.ledger.fake_chain import Cooperative

BLOCKS = 80
FLOOR = 70
SEED = 2025


class Books:
    """A ledger database that grows and shrinks as blocks come and go."""

    def __init__(self, url: str, blocks: int = BLOCKS, floor: int = FLOOR, seed: int = SEED) -> None:
        self.url = url
        self.engine = open_engine(url)
        self.ledger = Ledger(self.engine)
        self.cooperative = Cooperative(seed)
        self.blocks: list[DecodedBlock] = []
        self.grow(blocks, floor)

    def grow(self, count: int, floor: int) -> None:
        """Append `count` blocks; those up to `floor` are final."""
        parent = self.blocks[-1].hash if self.blocks else bytes(32)
        made = self.cooperative.blocks(count, len(self.blocks) + 1, parent)
        self.blocks += made
        self.ledger.append(made, floor)

    def deposit(self, floor: int = 0) -> None:
        """One more block with exactly one deposit."""
        from tests.indexer.ledger.fake_chain import block

        number, parent = self.blocks[-1].number + 1, self.blocks[-1].hash
        made = block(number, parent, self.cooperative.day, self.cooperative.deposit())
        self.blocks.append(made)
        self.ledger.append([made], floor)

    def reorganize(self, depth: int, count: int) -> None:
        """Other blocks in the place of the last `depth`."""
        self.ledger.rollback(self.blocks[-depth - 1].number)
        del self.blocks[-depth:]
        parent = self.blocks[-1].hash
        made = self.cooperative.blocks(count, len(self.blocks) + 1, parent, salt="reorganized")
        self.blocks += made
        self.ledger.append(made, 0)


def sqlite_url(folder: Path) -> str:
    """Where a test keeps its ledger."""
    return f"sqlite:///{folder / 'ledger.sqlite'}"
