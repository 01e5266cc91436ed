"""The rates of sukarela as an index: the sum of the rates of all days before a day.

A rate is set for a day to come, so the index of a day that has begun never changes.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, case, select
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from indexer.ledger import schema
from rules.calendar import WIB_OFFSET_SECONDS
from rules.interest import RateHistory
from rules.types import BasisPoints, WibDay

_SECONDS_PER_DAY: Final = 86_400
OPENING_RULE: Final = "savings-opening"
"""The rule of savings that come from paper books."""

Rates = Iterable[tuple[int, int]]
"""First WIB day and basis points a year of each rate, in the order of the chain."""


def rate_history(rates: Rates) -> RateHistory:
    """Of rates in the order of the chain; the later of two for one day holds."""
    held = {WibDay(day): BasisPoints(bps) for day, bps in rates}
    return RateHistory(tuple(sorted(held.items())))


def wib_day(time: ColumnElement[int]) -> ColumnElement[int]:
    """The WIB day of a block's time."""
    return (time + WIB_OFFSET_SECONDS) // _SECONDS_PER_DAY


def earns_on(rule: str, book_day: int, block_day: int) -> int:
    """The first WIB day of which a movement of sukarela earns, or earns no more: its block's, but an opening
    balance of an earlier day has stood since (SavingsToken.open is told the day after the opening day)."""
    return book_day + 1 if rule == OPENING_RULE and book_day < block_day else block_day


def earning_day(
    entry: ReadOnlyColumnCollection[str, Any], block: ReadOnlyColumnCollection[str, Any]
) -> ColumnElement[int]:
    """`earns_on` of the lines of an entry."""
    at = wib_day(block.time)
    stood = (entry.rule == OPENING_RULE) & (entry.book_day < at)
    return case((stood, entry.book_day + 1), else_=at)


def rates(connection: Connection, cooperative_id: int) -> list[tuple[int, int]]:
    """First WIB day and basis points a year of every rate of sukarela, in the order of the chain."""
    setting = schema.setting.c
    query = (
        select(setting.effective_day, setting.value)
        .where(setting.cooperative_id == cooperative_id, setting.name == "interest_rate")
        .order_by(setting.block_number, setting.log_index)
    )
    return [(day, int(json.loads(value)["rate_bps"])) for day, value in connection.execute(query)]


def index_of(connection: Connection, cooperative_id: int) -> Callable[[int], int]:
    """The sum of the rates of all days before a day, in basis points x days."""
    history = rate_history(rates(connection, cooperative_id))
    known: dict[int, int] = {}

    def index(day: int) -> int:
        if day not in known:
            known[day] = history.index(WibDay(day))
        return known[day]

    return index
