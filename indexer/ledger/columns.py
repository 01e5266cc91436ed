"""What the ledger's tables are made of."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
)

metadata = MetaData()

COOPERATIVE: Final = "cooperative_id"


def table(name: str, key: tuple[str, ...], *items: Column[object] | Index | CheckConstraint) -> Table:
    """A table whose rows belong to a cooperative; `key` is its primary key after the cooperative."""
    return Table(
        name,
        metadata,
        Column(COOPERATIVE, Integer, nullable=False),
        *items,
        PrimaryKeyConstraint(COOPERATIVE, *key),
        sqlite_with_rowid=False,
    )


def number(name: str, nullable: bool = False, default: str | None = None) -> Column[object]:
    """A number of 64 bits, signed."""
    return Column(name, BigInteger, nullable=nullable, server_default=default)


def integer(name: str) -> Column[object]:
    """A number of 32 bits, signed."""
    return Column(name, Integer, nullable=False)


def small(name: str, nullable: bool = False) -> Column[object]:
    """A number of 16 bits, signed."""
    return Column(name, SmallInteger, nullable=nullable)


def binary(name: str, nullable: bool = False) -> Column[object]:
    """Bytes."""
    return Column(name, LargeBinary, nullable=nullable)


def text(name: str) -> Column[object]:
    """Text."""
    return Column(name, Text, nullable=False)


def log_table(name: str, *columns: Column[object]) -> Table:
    """What one log says, under the log's place in the chain."""
    return table(name, ("block_number", "log_index"), number("block_number"), number("log_index"), *columns)


def packed_table(name: str, *columns: Column[object]) -> Table:
    """The rows that are packed in one log, under its place in the chain and theirs in it, from 0."""
    place = (number("block_number"), number("log_index"), number("position"))
    return table(name, ("block_number", "log_index", "position"), *place, *columns)
