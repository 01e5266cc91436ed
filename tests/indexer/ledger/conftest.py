"""An empty ledger database, once in SQLite and once in PostgreSQL."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from indexer.ledger.database import open_engine


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def another(tmp_path: Path) -> Iterator[Callable[[], Engine]]:
    """Makes further, empty SQLite databases."""
    engines: list[Engine] = []

    def make() -> Engine:
        engines.append(open_engine(f"sqlite:///{tmp_path / f'other-{len(engines)}.sqlite'}"))
        return engines[-1]

    yield make
    for engine in engines:
        engine.dispose()
