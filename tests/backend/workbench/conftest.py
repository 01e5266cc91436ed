"""The example's year in books, once for all tests of the workbench."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from indexer.ledger.database import open_engine
from tests.backend.workbench.ground import Office, book_year, office_in


def _books(name: str, folder: Path) -> Iterator[Connection]:
    url = f"sqlite:///{folder / 'ledger.sqlite'}"
    book_year(name, url)
    engine = open_engine(url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture(scope="session")
def samosir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    yield from _books("ksp-samosir", tmp_path_factory.mktemp("samosir"))


@pytest.fixture(scope="session")
def kecil(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    yield from _books("ksp-kecil", tmp_path_factory.mktemp("kecil"))


@pytest.fixture
def office(kecil: Connection, tmp_path: Path) -> Office:
    """A workbench beside the small example's books."""
    return office_in(tmp_path, kecil)
