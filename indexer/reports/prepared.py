"""Statements that are built and compiled once, and run by the driver itself: for hot reads."""

from typing import Any, Final

from sqlalchemy import Connection, Select
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Dialect

Row = tuple[Any, ...]
_SQLITE: Final = sqlite.dialect(paramstyle="named")


class Prepared:
    """A select with named parameters, for SQLite and PostgreSQL."""

    def __init__(self, statement: Select[Any]) -> None:
        self._statement = statement
        self._text: dict[str, str] = {}

    def rows(self, connection: Connection, **values: object) -> list[Row]:
        """Every row, in the transaction of the connection, begun if need be. Errors are the driver's own."""
        if not connection.in_transaction():
            connection.begin()
        dialect = connection.dialect
        text = self._text.get(dialect.name) or self._compile(dialect)
        driver: Any = connection.connection.driver_connection
        found: list[Row] = driver.execute(text, values).fetchall()
        return found

    def _compile(self, dialect: Dialect) -> str:
        chosen = _SQLITE if dialect.name == "sqlite" else dialect
        text = self._text[dialect.name] = str(self._statement.compile(dialect=chosen))
        return text
