"""Cash that must be reported (LTKT): members who paid in or took out enough of it in a day, by their numbers.

UU 8/2010 art. 23: cash of Rp 500,000,000 or more in a working day, single or summed, within 14 working days.
What is summed here is the house's reading: all that a member paid in and took out through KAS on a book day,
together. Cash moved between the cooperative's own channels, and what was taken over from older books, is
nobody's. These findings are for the office alone: no public address tells them.
"""

from collections import defaultdict
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Final

import msgspec
from sqlalchemy import bindparam, select

from indexer.ledger import schema
from indexer.ledger.accounts import CHANNEL_ACCOUNTS
from indexer.ledger.schema import joined
from indexer.reports.statements.amounts import BookAmounts
from indexer.reports.statements.structs import Span
from rules.types import Channel, WibDay
from rules.working_days import after_working_days

THRESHOLD: Final = 500_000_000
"""Rupiah (UU 8/2010 art. 23)."""
WORKING_DAYS: Final = 14
_OWN: Final = ("cash-move", "channel-opening")
"""Rules whose cash is not a member's."""
_TAKEN_BACK: Final = "storno"
"""The rule of what takes a deposit back: it was never paid in."""
_CHUNK: Final = 5_000
_Line = tuple[int, int, int, bool]


class CashDay(msgspec.Struct, frozen=True):
    """A member's cash of a day, in rupiah: paid in, taken out, the largest single amount; how many entries,
    and the first of them. `member` is None where the books name nobody: the paper does, of one entry. To be
    reported by the end of `last_day`."""

    day: WibDay
    member: int | None
    received: int
    paid: int
    largest: int
    entries: int
    first_entry: int
    last_day: WibDay


def cash_days(books: BookAmounts, span: Span, holidays: AbstractSet[int] = frozenset()) -> list[CashDay]:
    """Every member's day of a span that reaches the threshold, by day and member. It reads the lines of the
    span only if the till moved as much on a day."""
    days = _busy_days(books, span)
    if not days:
        return []
    sums: defaultdict[tuple[int, int | None, int], list[tuple[int, int, bool]]] = defaultdict(list)
    for chunk in _chunks(_cash_lines(books, days)):
        members = _members(books, [entry for entry, *_ in chunk])
        for entry, day, amount, back in chunk:
            member = members.get(entry)
            sums[day, member, entry if member is None else 0].append((entry, amount, back))
    found = []
    for (day, member, _), amounts in sums.items():
        received = sum(amount for _, amount, back in amounts if amount > 0 or back)
        paid = -sum(amount for _, amount, back in amounts if amount < 0 and not back)
        largest = max((abs(amount) for _, amount, back in amounts if not back), default=0)
        if received + paid >= THRESHOLD:
            last = after_working_days(WibDay(day), WORKING_DAYS, holidays)
            entries = {entry for entry, *_ in amounts}
            row = (WibDay(day), member, received, paid, largest, len(entries), min(entries), last)
            found.append(CashDay(*row))
    return sorted(found, key=lambda each: (each.day, each.member or 0, each.first_entry))


def _busy_days(books: BookAmounts, span: Span) -> list[int]:
    """Days on which the till moved as much as the threshold in all: no member can reach it on another."""
    kept = schema.account_day.c
    query = select(kept.day, kept.debit_high, kept.debit_low, kept.credit_high, kept.credit_low).where(
        kept.cooperative_id == books.cooperative_id,
        kept.account == CHANNEL_ACCOUNTS[Channel.KAS],
        kept.day.between(span.from_day, span.to_day),
    )
    rows = books.connection.execute(query)
    return sorted(day for day, *words in rows if joined(*words[:2]) + joined(*words[2:]) >= THRESHOLD)


def _cash_lines(books: BookAmounts, days: list[int]) -> Iterator[_Line]:
    """Entry, day and rupiah of the till's lines on these days, and whether it takes a deposit back."""
    line, entry = schema.line.c, schema.entry.c
    query = (
        select(line.entry, line.book_day, line.amount, entry.rule)
        .join(schema.entry, (entry.cooperative_id == line.cooperative_id) & (entry.number == line.entry))
        .where(line.cooperative_id == books.cooperative_id, line.account == CHANNEL_ACCOUNTS[Channel.KAS])
        .where(line.book_day == bindparam("day"), entry.rule.not_in(_OWN))
        .order_by(line.entry, line.position)
    )
    for each in days:
        for number, day, amount, rule in books.connection.execute(query, {"day": each}):
            yield number, day, amount, rule == _TAKEN_BACK


def _chunks(lines: Iterator[_Line]) -> Iterator[list[_Line]]:
    chunk: list[_Line] = []
    for line in lines:
        chunk.append(line)
        if len(chunk) == _CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _members(books: BookAmounts, entries: list[int]) -> dict[int, int]:
    """The member of each entry that names one."""
    line = schema.line.c
    query = (
        select(line.entry, line.member)
        .where(line.cooperative_id == books.cooperative_id, line.entry.in_(entries))
        .where(line.member.is_not(None))
    )
    return {row.entry: row.member for row in books.connection.execute(query)}
