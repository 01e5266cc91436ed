"""Journal entries with their lines and their place in the chain."""

from collections.abc import Sequence
from itertools import groupby
from typing import Final

import msgspec
from sqlalchemy import Connection, Row, Select, select

from indexer.ledger import schema
from indexer.ledger.accounts import CHART
from indexer.ledger.schema import unsigned
from indexer.ledger.titles import TITLES
from rules.receipts import ref_of
from rules.types import Receipt

MAX_PAGE: Final = 500


class JournalLine(msgspec.Struct, frozen=True):
    """A line: rupiah on one side, and whom or what it concerns."""

    account: int
    name: str
    name_en: str
    debit: int
    credit: int
    member: int | None
    loan: int | None
    channel: int | None


class JournalEntry(msgspec.Struct, frozen=True):
    """An entry; `final` once its block is at or below the floor. Times in unix seconds, days in WIB days."""

    number: int
    rule: str
    title: str
    title_en: str
    book_day: int
    receipt: int | None
    subject: int
    block_number: int
    block_hash: bytes
    block_time: int
    tx_hash: bytes
    log_index: int
    prev_hash: bytes
    hash: bytes
    final: bool
    lines: tuple[JournalLine, ...]


class UnknownEntryError(LookupError):
    """No such entry in the books."""

    def __init__(self, number: int, entries: int) -> None:
        super().__init__(
            f"Jurnal {number} tidak ada dalam buku: nomornya 1 sampai {entries}. / "
            f"Entry {number} is not in the books: numbers go from 1 to {entries}."
        )
        self.number = number
        self.entries = entries


def entries(
    connection: Connection, *, before: int | None = None, limit: int = 50, cooperative_id: int = 1
) -> tuple[JournalEntry, ...]:
    """The newest entries first, those numbered below `before`; at most `limit` (1 to 500)."""
    if not 1 <= limit <= MAX_PAGE:
        raise ValueError(
            f"Batas {limit} bukan 1 sampai {MAX_PAGE}. / A limit of {limit} is not 1 to {MAX_PAGE}."
        )
    number = schema.entry.c.number
    query = _query(cooperative_id).order_by(number.desc()).limit(limit)
    if before is not None:
        query = query.where(number < before)
    return _with_lines(connection, cooperative_id, connection.execute(query).all())


def entries_after(
    connection: Connection, after: int, *, limit: int = MAX_PAGE, cooperative_id: int = 1
) -> tuple[JournalEntry, ...]:
    """The entries that follow number `after`, in order: for a stream of what is new."""
    number = schema.entry.c.number
    query = _query(cooperative_id).where(number > after).order_by(number).limit(limit)
    return _with_lines(connection, cooperative_id, connection.execute(query).all())


def entry(connection: Connection, number: int, cooperative_id: int = 1) -> JournalEntry:
    """One entry. UnknownEntryError."""
    query = _query(cooperative_id).where(schema.entry.c.number == number)
    found = _with_lines(connection, cooperative_id, connection.execute(query).all())
    if not found:
        head = schema.head.c
        known = select(head.entries).where(head.cooperative_id == cooperative_id)
        raise UnknownEntryError(number, connection.execute(known).scalar_one_or_none() or 0)
    return found[0]


def reference(receipt: int | None) -> str | None:
    """What is written on the paper; None where the number was hashed, or is of no series of ours."""
    try:
        return None if receipt is None else ref_of(Receipt(receipt))
    except ValueError:
        return None


def _query(cooperative_id: int) -> Select[tuple[object, ...]]:
    own, block, log, head = schema.entry.c, schema.block.c, schema.raw_log.c, schema.head.c
    return (
        select(
            schema.entry,
            block.hash.label("block_hash"),
            block.time.label("block_time"),
            log.tx_hash,
            head.final_entries,
        )
        .join(
            schema.block,
            (block.cooperative_id == own.cooperative_id) & (block.block_number == own.block_number),
        )
        .join(
            schema.raw_log,
            (log.cooperative_id == own.cooperative_id)
            & (log.block_number == own.block_number)
            & (log.log_index == own.log_index),
        )
        .join(schema.head, head.cooperative_id == own.cooperative_id)
        .where(own.cooperative_id == cooperative_id)
    )


def _with_lines(
    connection: Connection, cooperative_id: int, rows: Sequence[Row[tuple[object, ...]]]
) -> tuple[JournalEntry, ...]:
    if not rows:
        return ()
    line = schema.line.c
    numbers = [row.number for row in rows]
    query = (
        select(line.entry, line.account, line.amount, line.member, line.loan, line.channel)
        .where(line.cooperative_id == cooperative_id)
        .where(line.entry >= min(numbers), line.entry <= max(numbers))
        .order_by(line.entry, line.position)
    )
    lines = {
        number: tuple(_line(*row[1:]) for row in group)
        for number, group in groupby(connection.execute(query), key=lambda row: row.entry)
    }
    return tuple(_entry(row, lines.get(row.number, ())) for row in rows)


def _line(
    account: int, amount: int, member: int | None, loan: int | None, channel: int | None
) -> JournalLine:
    info = CHART.get(account)
    names = (info.name, info.name_en) if info else (f"Akun {account}", f"Account {account}")
    return JournalLine(account, *names, max(amount, 0), max(-amount, 0), member, loan, channel)


def _entry(row: Row[tuple[object, ...]], lines: tuple[JournalLine, ...]) -> JournalEntry:
    return JournalEntry(
        row.number,
        row.rule,
        *TITLES[row.rule],
        row.book_day,
        None if row.receipt is None else unsigned(row.receipt),
        unsigned(row.subject),
        row.block_number,
        row.block_hash,
        row.block_time,
        row.tx_hash,
        row.log_index,
        row.prev_hash,
        row.hash,
        row.number <= row.final_entries,
        lines,
    )
