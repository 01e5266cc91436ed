"""The rates of sukarela as an index: the sum of the rates of all days before a day.

A rate is set for a day to come, so the index of a day that has begun never changes.
"""

import json
from collections.abc import Callable, Iterable
from typing import Final

from sqlalchemy import ColumnElement, Connection, select

from indexer.ledger import schema
from rules.calendar import WIB_OFFSET_SECONDS
from rules.interest import RateHistory
from rules.types import BasisPoints, WibDay

_SECONDS_PER_DAY: Final = 86_400

Rates = Iterable[tuple[int, int]]
"""First WIB day and basis points a year of each rate, in the order of the chain."""


def rate_history(rates: Rates) -> RateHistory:
    """Of rates in the order of the chain; the later of two for one day holds."""
    held = {WibDay(day): BasisPoints(bps) for day, bps in rates}
    return RateHistory(tuple(sorted(held.items())))


def wib_day(time: ColumnElement[int]) -> ColumnElement[int]:
    """The WIB day of a block's time."""
    return (time + WIB_OFFSET_SECONDS) // _SECONDS_PER_DAY


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
