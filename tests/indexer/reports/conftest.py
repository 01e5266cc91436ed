"""The fixtures of the ledger's tests, and the example year in books."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import Connection, Engine

from indexer.ledger.journal import Ledger
from tests.indexer.ledger.conftest import another, engine
from tests.indexer.reports.day_books_on_chain import OnChain

__all__ = ["another", "engine"]


@dataclass
class Year:
    """A year of day books as events, in a ledger."""

    cooperative: OnChain
    engine: Engine
    connection: Connection


@pytest.fixture
def kecil(engine: Engine) -> Iterator[Year]:
    cooperative = OnChain("ksp-kecil")
    blocks = cooperative.blocks()
    Ledger(engine).append(blocks, floor=blocks[-30].number)
    with engine.connect() as connection:
        yield Year(cooperative, engine, connection)
