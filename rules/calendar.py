"""The calendar of WIB (UTC+7): a day is a count from 1970-01-01, a month is year * 12 + (month - 1)."""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from typing import Final

from rules.types import Month, WibDay

WIB_OFFSET_SECONDS: Final = 25_200
_SECONDS_PER_DAY: Final = 86_400
_EPOCH: Final = date(1970, 1, 1).toordinal()
FIRST_ASKED: Final = WibDay(date(1900, 1, 1).toordinal() - _EPOCH)
LAST_ASKED: Final = WibDay(date(2999, 12, 31).toordinal() - _EPOCH)
"""Reports are of days between these two: what they are compared with has a date then."""


def day_of_timestamp(timestamp: int) -> WibDay:
    """The WIB day of a unix time in seconds."""
    return WibDay((timestamp + WIB_OFFSET_SECONDS) // _SECONDS_PER_DAY)


def timestamp_of_day(day: WibDay) -> int:
    """The unix time in seconds at which a WIB day begins."""
    return day * _SECONDS_PER_DAY - WIB_OFFSET_SECONDS


def day_of_date(value: date) -> WibDay:
    """The WIB day of a local date."""
    return WibDay(value.toordinal() - _EPOCH)


def date_of_day(day: WibDay) -> date:
    """The local date of a WIB day."""
    return date.fromordinal(day + _EPOCH)


def parse_day(text: str) -> WibDay:
    """The day written YYYY-MM-DD; ValueError on anything else."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError(f"{text!r} is not a date: write it as YYYY-MM-DD")
    return day_of_date(date.fromisoformat(text))


def day_text(day: WibDay) -> str:
    """A day as YYYY-MM-DD."""
    return date_of_day(day).isoformat()


def month_of(year: int, month: int) -> Month:
    """The month number `month` (1 to 12) of a year."""
    if not 1 <= month <= 12:
        raise ValueError(f"{month} is not a month: 1 to 12")
    return Month(year * 12 + month - 1)


def year_and_month(month: Month) -> tuple[int, int]:
    """Year and month number (1 to 12)."""
    return month // 12, month % 12 + 1


def month_of_day(day: WibDay) -> Month:
    """The month a day lies in."""
    value = date_of_day(day)
    return month_of(value.year, value.month)


def parse_month(text: str) -> Month:
    """The month written YYYY-MM; ValueError on anything else."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}", text):
        raise ValueError(f"{text!r} is not a month: write it as YYYY-MM")
    return month_of(int(text[:4]), int(text[5:]))


def month_text(month: Month) -> str:
    """A month as YYYY-MM."""
    year, number = year_and_month(month)
    return f"{year:04d}-{number:02d}"


def ends_year(day: WibDay) -> bool:
    """Whether the day is the last of a book year: 31 December."""
    date = date_of_day(day)
    return (date.month, date.day) == (12, 31)


def first_day(month: Month) -> WibDay:
    """The first day of a month."""
    year, number = year_and_month(month)
    return day_of_date(date(year, number, 1))


def last_day(month: Month) -> WibDay:
    """The last day of a month."""
    year, number = year_and_month(month)
    return day_of_date(date(year, number, monthrange(year, number)[1]))


def add_months(day: WibDay, count: int) -> WibDay:
    """The same day of the month `count` months later, or that month's last day where it has no such day.

    Add to the original day: chained additions would drift (31 January, 28 February, 28 March).
    """
    month = Month(month_of_day(day) + count)
    return WibDay(min(first_day(month) + date_of_day(day).day - 1, last_day(month)))


def months_from(first: Month, last: Month) -> Iterator[Month]:
    """Every month from `first` to `last`, both included; none if `last` is before `first`."""
    return (Month(month) for month in range(first, last + 1))
