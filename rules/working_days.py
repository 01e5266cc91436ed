"""Working days: Monday to Friday but for holidays, by the WIB calendar."""

from collections.abc import Set as AbstractSet
from typing import Final

from rules.calendar import date_of_day
from rules.types import WibDay

_SATURDAY: Final = 5


def is_working_day(day: WibDay, holidays: AbstractSet[int] = frozenset()) -> bool:
    """Whether a day is from Monday to Friday and no holiday."""
    return date_of_day(day).weekday() < _SATURDAY and day not in holidays


def after_working_days(day: WibDay, count: int, holidays: AbstractSet[int] = frozenset()) -> WibDay:
    """The day on which so many working days after `day` are over; `day` itself is not counted."""
    while count > 0:
        day = WibDay(day + 1)
        count -= is_working_day(day, holidays)
    return day
