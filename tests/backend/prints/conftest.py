"""The example's year in books, once for all documents."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from backend.prints.content import Body
from backend.prints.maker import Printer
from tests.backend.prints import papers


@pytest.fixture(scope="session")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    with papers.example_books(tmp_path_factory.mktemp("prints")) as connection:
        yield connection


@pytest.fixture(scope="session")
def bodies(year: Connection) -> dict[str, Body]:
    return papers.bodies(year)


@pytest.fixture(scope="session")
def printer() -> Printer:
    return Printer(papers.COOPERATIVE, papers.PUBLIC_URL)
