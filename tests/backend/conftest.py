"""A served ledger: in SQLite everywhere, in PostgreSQL too where a test asks for `served_anywhere`."""

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.app import create_app
from backend.config import Settings
from tests.backend.books import Books, sqlite_url

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it would rather have httpx2
    from starlette.testclient import TestClient


def settings_for(url: str, **more: object) -> Settings:
    return Settings(ledger_url=url, watch_seconds=0.02, busy_seconds=0.2, **more)


@pytest.fixture(scope="session")
def books(tmp_path_factory: pytest.TempPathFactory) -> Books:
    """Books that no test changes."""
    return Books(sqlite_url(tmp_path_factory.mktemp("books")))


@pytest.fixture
def client(books: Books) -> Iterator[TestClient]:
    with TestClient(create_app(settings_for(books.url)), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def own_books(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Books]:
    """Books of the test's own, in both databases."""
    url = sqlite_url(tmp_path) if request.param == "sqlite" else request.getfixturevalue("postgres_database")
    books = Books(url, blocks=12, floor=8)
    yield books
    books.engine.dispose()


@pytest.fixture
def own_client(own_books: Books) -> Iterator[TestClient]:
    app = create_app(settings_for(own_books.url, ledger_readers=2))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client
