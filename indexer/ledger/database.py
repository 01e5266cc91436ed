"""Opening the ledger database: SQLite or PostgreSQL, migrated on first use; rows in bulk."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import psycopg
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Dialect, Engine, Table, create_engine, event, make_url

from indexer.ledger.schema import LOW_WORD, SUM_WORDS

MIGRATIONS: Final = Path(__file__).parent / "migrations"
_DRIVERS: Final = ("sqlite", "sqlite+pysqlite", "postgresql+psycopg")
_WRITING: Final = "koperasi_writing"
_CACHE_KIB: Final = 65_536


def open_engine(url: str, migrated: bool = True) -> Engine:
    """An engine on `sqlite:///path` or `postgresql+psycopg://...`, its schema brought up to date.

    With `migrated` false the schema is left as it is: for readers, which never write.
    """
    driver = make_url(url).drivername
    if driver not in _DRIVERS:
        raise ValueError(
            f"{driver} is no ledger database: use sqlite:///path or postgresql+psycopg://user@host/name"
        )
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    if migrated:
        migrate(engine)
    return engine


def writing(engine: Engine) -> Engine:
    """The same engine with transactions that lock for writing from their start."""
    return engine.execution_options(**{_WRITING: True})


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection that reads one state of the books, whatever is written meanwhile."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection


def migrate(engine: Engine) -> None:
    """Bring the schema up to date; only reads if it is. Two processes may do it at once."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with engine.connect() as connection:
        newest = ScriptDirectory.from_config(config).get_current_head()
        if MigrationContext.configure(connection).get_current_revision() == newest:
            return
    with writing(engine).begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7161012)")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "busy_timeout = 10000",
        "wal_autocheckpoint = 10000",
        f"cache_size = -{_CACHE_KIB}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITING)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@lru_cache(maxsize=64)
def _columns(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns)


@lru_cache(maxsize=64)
def _types(table: Table, dialect: Dialect) -> tuple[str, ...]:
    """PostgreSQL's names of the columns' types."""
    return tuple(column.type.compile(dialect).lower() for column in table.columns)


def insert_rows(connection: Connection, table: Table, rows: Iterable[Sequence[object]]) -> None:
    """Write rows in the order of the table's columns: executemany in SQLite, COPY in PostgreSQL."""
    names = _columns(table)
    driver: Any = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        holders = ", ".join("?" * len(names))
        statement = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({holders})"  # noqa: S608
        driver.executemany(statement, rows)
        return
    assert isinstance(driver, psycopg.Connection)
    statement = f"COPY {table.name} ({', '.join(names)}) FROM STDIN (FORMAT BINARY)"
    with driver.cursor() as cursor, cursor.copy(statement.encode()) as copy:
        copy.set_types(_types(table, connection.dialect))
        for row in rows:
            copy.write_row(row)


def _added(table: str, side: str) -> str:
    low = f"({table}.{side}_low + excluded.{side}_low)"
    high = f"{table}.{side}_high + excluded.{side}_high + ({low} >> 32)"
    return f"{side}_high = {high}, {side}_low = {low} & {LOW_WORD}"


def add_to_kept(connection: Connection, table: Table, rows: Sequence[tuple[int, ...]]) -> None:
    """Add debits and credits, in words, to the kept sums of their keys; what a low word is over goes up."""
    if not rows:
        return
    names = _columns(table)
    key = names[: -len(SUM_WORDS)]
    added = ", ".join(_added(table.name, side) for side in ("debit", "credit"))
    conflict = f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {added}"
    insert = f"INSERT INTO {table.name} ({', '.join(names)})"
    driver: Any = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        holders = ", ".join("?" * len(names))
        driver.executemany(f"{insert} VALUES ({holders}) {conflict}", rows)
        return
    arrays = ", ".join(["%b::bigint[]"] * len(names))
    statement = f"{insert} SELECT * FROM unnest({arrays}) {conflict}"  # noqa: S608
    driver.execute(statement.encode(), [list(values) for values in zip(*rows, strict=True)])
