"""Reads of the ledger's tables that no report has."""

from typing import Final

from sqlalchemy import ColumnElement, Connection, select

from indexer.ledger import schema

_WINDOW: Final = 50_000
"""Entries that are searched for a page; one that ends before its limit goes on where the search ended."""


def matching(
    connection: Connection,
    cooperative_id: int,
    top: int,
    limit: int,
    wanted: tuple[int | None, int | None, int | None],
) -> tuple[list[int], int]:
    """Numbers of entries up to `top`, highest first, with a line of this (account, member, day); None is any.

    At most `limit`, and the number below which nothing was searched yet (1: all was).
    """
    line = schema.line.c
    columns = (line.account, line.member, line.book_day)
    conditions: list[ColumnElement[bool]] = [line.cooperative_id == cooperative_id, line.entry <= top]
    conditions += [
        column == value for column, value in zip(columns, wanted, strict=True) if value is not None
    ]
    floor = 1 if wanted[1] is not None else max(1, top - _WINDOW + 1)
    query = select(line.entry).where(*conditions, line.entry >= floor)
    numbers = list(connection.execute(query.distinct().order_by(line.entry.desc()).limit(limit)).scalars())
    return numbers, numbers[-1] if len(numbers) == limit else floor


def block_time(connection: Connection, cooperative_id: int, number: int) -> int:
    """Unix seconds of a stored block."""
    block = schema.block.c
    query = select(block.time).where(block.cooperative_id == cooperative_id, block.block_number == number)
    time: int = connection.execute(query).scalar_one()
    return time


def entry_hash(connection: Connection, cooperative_id: int, number: int) -> str:
    """An entry's hash in hex; empty if there is no such entry."""
    entry = schema.entry.c
    query = select(entry.hash).where(entry.cooperative_id == cooperative_id, entry.number == number)
    found = connection.execute(query).scalar_one_or_none()
    return found.hex() if found else ""
