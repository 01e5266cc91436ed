"""Sukarela and its interest as the books hold them."""

from collections.abc import Collection, Iterator
from typing import Final

from sqlalchemy import Connection, select

from indexer.ledger import schema
from indexer.ledger.accounts import SAVINGS_INTEREST, SAVINGS_INTEREST_DUE, SUKARELA
from indexer.ledger.known_savings import NOTHING, Earning, SavingsBooks
from indexer.ledger.rate_index import earning_day, index_of
from indexer.ledger.schema import joined, kept_words, sum_words
from rules.calendar import timestamp_of_day
from rules.types import WibDay

_CHUNK: Final = 5_000


def interest_due(connection: Connection, cooperative_id: int, members: Collection[int]) -> dict[int, int]:
    """What 2120 owes of these members, in rupiah; who is not in it is owed nothing."""
    kept = schema.member_balance.c
    owed: dict[int, int] = {}
    wanted = sorted(members)
    for first in range(0, len(wanted), _CHUNK):
        query = (
            select(kept.member, *kept_words(schema.member_balance))
            .where(
                kept.cooperative_id == cooperative_id,
                kept.member.in_(wanted[first : first + _CHUNK]),
                kept.account == SAVINGS_INTEREST_DUE,
            )
            .group_by(kept.member)
        )
        owed |= {member: -joined(*words) for member, *words in connection.execute(query)}
    return owed


def savings(connection: Connection, cooperative_id: int, day: int) -> SavingsBooks:
    """Sukarela at the end of the WIB day `day` by the time of the blocks: what is kept, less what came later.

    The cost is that of the members and of what came later, whatever came before.
    """
    kept = schema.member_balance.c
    query = select(
        kept.member, kept.account, kept.debit_high, kept.debit_low, kept.credit_high, kept.credit_low
    ).where(kept.cooperative_id == cooperative_id, kept.account.in_((SUKARELA, SAVINGS_INTEREST)))
    balances: dict[int, int] = {}
    expensed: dict[int, int] = {}
    for member, account, *words in connection.execute(query):
        amount = joined(*words[:2]) - joined(*words[2:])
        if account == SUKARELA:
            balances[member] = -amount
        else:
            expensed[member] = amount
    weights = weights_of(connection, cooperative_id)
    earning = {member: Earning(held, weights.get(member, 0)) for member, held in balances.items()}
    later = list(_later(connection, cooperative_id, day))
    index = index_of(connection, cooperative_id)
    for at, member, amount in later:
        earning[member] = earning.get(member, NOTHING).with_movement(-amount, index(at))
    return SavingsBooks(earning, expensed, later)


def weights_of(connection: Connection, cooperative_id: int) -> dict[int, int]:
    """By member what `Earning.weight` is now; nought where nothing weighs."""
    table = schema.savings_weight
    weight = table.c
    query = select(
        weight.member, weight.debit_high, weight.debit_low, weight.credit_high, weight.credit_low
    ).where(weight.cooperative_id == cooperative_id, weight.account == SUKARELA)
    return {member: joined(*words[2:]) - joined(*words[:2]) for member, *words in connection.execute(query)}


def _later(connection: Connection, cooperative_id: int, day: int) -> Iterator[tuple[int, int, int]]:
    """Day, member and rupiah (what came in positive) of movements in blocks after the WIB day `day`."""
    block, entry, line = schema.block.c, schema.entry.c, schema.line.c
    by_then = (
        select(block.block_number)
        .where(block.cooperative_id == cooperative_id, block.time < timestamp_of_day(WibDay(day + 1)))
        .order_by(block.block_number.desc())
        .limit(1)
    )
    last = connection.execute(by_then).scalar_one_or_none()
    entries = (
        select(entry.number)
        .where(entry.cooperative_id == cooperative_id, entry.block_number <= (-1 if last is None else last))
        .order_by(entry.number.desc())
        .limit(1)
    )
    booked = connection.execute(entries).scalar_one_or_none() or 0
    at = earning_day(entry, block)
    query = (
        select(at, line.member, *sum_words(line.amount))
        .select_from(schema.line)
        .join(schema.entry, (entry.cooperative_id == line.cooperative_id) & (entry.number == line.entry))
        .join(
            schema.block,
            (block.cooperative_id == entry.cooperative_id) & (block.block_number == entry.block_number),
        )
        .where(line.cooperative_id == cooperative_id, line.entry > booked, line.account == SUKARELA)
        .group_by(at, line.member)
    )
    for moved_on, member, *words in connection.execute(query):
        yield moved_on, member, -joined(*words)
