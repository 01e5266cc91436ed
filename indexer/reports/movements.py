"""What each paper moved through a channel on a day: what a bank statement is matched with."""

from collections.abc import Iterator
from typing import Final

import msgspec
from sqlalchemy import Connection, func, select

from indexer.ledger import schema
from indexer.ledger.accounts import CHANNEL_ACCOUNTS
from indexer.ledger.schema import joined, sum_words, unsigned
from indexer.ledger.titles import TITLES
from indexer.reports.entries import reference
from indexer.reports.statements.structs import Span, Words
from rules.bank_matching import Movement
from rules.calendar import day_text
from rules.receipts import Series
from rules.types import Channel, WibDay

_NAMED: Final = (Series.SLIP, Series.JOURNAL)
"""Papers that a payer or the office may name in a transfer's text."""
_SERIES: Final = 56


class ChannelMovement(msgspec.Struct, frozen=True):
    """A paper's lines of one day on a channel's account, together: how many `entries`, the first of them,
    and what it is (`title`, and `paper` as its receipt number reads)."""

    movement: Movement
    first_entry: int
    entries: int
    title: Words
    paper: str


def channel_movements(
    connection: Connection, channel: Channel, span: Span, cooperative_id: int = 1
) -> list[ChannelMovement]:
    """Movements of a span by book day, rupiah into the channel positive; a paper that moves nothing in sum is
    left out. A payroll's rows of a day are one movement.

    Keys come from the receipt number and the book day (a line without a receipt: from its posting rule), so
    that they stay what they are when a reorganisation puts entries in another order.
    """
    found: dict[str, ChannelMovement] = {}
    for each in _papers(connection, channel, span, cooperative_id):
        key = each.movement.key
        found[key] = _together(found[key], each) if key in found else each
    return sorted(
        (each for each in found.values() if each.movement.amount),
        key=lambda each: (each.movement.day, each.first_entry),
    )


def _papers(connection: Connection, channel: Channel, span: Span, mine: int) -> Iterator[ChannelMovement]:
    line, entry = schema.line.c, schema.entry.c
    query = (
        select(
            line.book_day, entry.receipt, entry.rule, func.min(entry.number), func.count(),
            *sum_words(line.amount),
        )
        .join(schema.entry, (entry.cooperative_id == line.cooperative_id) & (entry.number == line.entry))
        .where(line.cooperative_id == mine, line.account == CHANNEL_ACCOUNTS[channel])
        .where(line.book_day.between(span.from_day, span.to_day))
        .group_by(line.book_day, entry.receipt, entry.rule)
        .order_by(func.min(entry.number))
    )  # fmt: skip
    for day, number, rule, first, count, *amount in connection.execute(query):
        receipt = None if number is None else unsigned(number)
        known = reference(receipt)
        paper = "" if receipt is None else known or f"{receipt:016x}"
        series = None if receipt is None or known is None else Series(receipt >> _SERIES)
        batch = series is Series.PAYROLL
        if batch:
            paper = paper.split(" ")[0]
        kind = "payroll/" if batch else ""
        key = f"{kind}{paper or rule}/{day_text(WibDay(day))}"
        movement = Movement(key, WibDay(day), joined(*amount), paper if series in _NAMED else "", batch)
        yield ChannelMovement(movement, first, count, Words(*TITLES["payroll" if batch else rule]), paper)


def _together(one: ChannelMovement, other: ChannelMovement) -> ChannelMovement:
    first, second = one.movement, other.movement
    movement = Movement(first.key, first.day, first.amount + second.amount, first.reference, first.batch)
    entries = one.entries + other.entries
    return ChannelMovement(movement, min(one.first_entry, other.first_entry), entries, one.title, one.paper)
