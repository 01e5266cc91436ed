"""Amounts that fall on months: depreciation of fixed assets, prepayments and accruals.

Whole rupiah. A month takes the equal part rounded down, the last one the rest, so that the months add up to
the amount less the residual.
"""

from enum import IntEnum
from typing import Final, NamedTuple

from rules.types import Month, Rupiah

MONTHS_PER_YEAR: Final = 12


class ScheduleKind(IntEnum):
    """IBooks.ScheduleKind."""

    DEPRECIATION = 0
    SPREAD = 1


class ScheduleMethod(IntEnum):
    """IBooks.ScheduleMethod."""

    STRAIGHT_LINE = 0
    DECLINING = 1


class Schedule(NamedTuple):
    """`amount` less `residual`, rupiah, over `months` from `first_month` on; whole years if DECLINING."""

    amount: Rupiah
    residual: Rupiah
    months: int
    first_month: Month
    method: ScheduleMethod = ScheduleMethod.STRAIGHT_LINE


def charged_through(schedule: Schedule, month: int) -> Rupiah:
    """What has fallen on months up to the end of `month`, in rupiah; nought before the first, all after the
    last."""
    gone = min(max(month - schedule.first_month + 1, 0), schedule.months)
    whole = schedule.amount - schedule.residual
    if gone == schedule.months:
        return Rupiah(whole)
    if schedule.method is ScheduleMethod.STRAIGHT_LINE:
        return Rupiah(whole // schedule.months * gone)
    years, months = divmod(gone, MONTHS_PER_YEAR)
    before = _declined(schedule, years)
    this_year = _declined(schedule, years + 1) - before
    return Rupiah(before + this_year // MONTHS_PER_YEAR * months)


def _declined(schedule: Schedule, years: int) -> int:
    """What falls on the first `years` years: each takes twice the straight-line rate of what is left at its
    beginning, rounded down, the last one all (UU PPh, Pasal 11 (2) and (6)); never below the residual."""
    book, lives = int(schedule.amount), schedule.months // MONTHS_PER_YEAR
    for year in range(years):
        left = book - schedule.residual
        book -= left if year == lives - 1 else min(book * 2 // lives, left)
    return schedule.amount - book
