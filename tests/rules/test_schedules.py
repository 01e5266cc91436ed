"""Schedules by hand, and that every one adds up to the rupiah."""

from itertools import pairwise
from random import Random

import pytest

from rules.schedules import Schedule, ScheduleMethod, charged_through
from rules.types import Month, Rupiah

JANUARY = 2025 * 12
LINE, DECLINING = ScheduleMethod


def parts(amount: int, residual: int, months: int, method: ScheduleMethod) -> list[int]:
    """What falls on each month."""
    terms = Schedule(Rupiah(amount), Rupiah(residual), months, Month(JANUARY), method)
    sums = [charged_through(terms, JANUARY + month) for month in range(-1, months)]
    return [after - before for before, after in pairwise(sums)]


@pytest.mark.parametrize(
    ("amount", "residual", "months", "expected"),
    [
        (1_200, 0, 12, [100] * 12),
        (1_000, 0, 3, [333, 333, 334]),
        (1_000, 1, 3, [333, 333, 333]),
        (5, 0, 6, [0, 0, 0, 0, 0, 5]),
        (7, 6, 1, [1]),
    ],
)
def test_charged__straight_line__by_hand(
    amount: int, residual: int, months: int, expected: list[int]
) -> None:
    assert parts(amount, residual, months, LINE) == expected


@pytest.mark.parametrize(
    ("amount", "residual", "months", "by_year"),
    [
        (12_000, 0, 48, [6_000, 3_000, 1_500, 1_500]),
        (10_000, 0, 60, [4_000, 2_400, 1_440, 864, 1_296]),
        (10_000, 3_000, 60, [4_000, 2_400, 600, 0, 0]),
        (1_001, 0, 48, [500, 250, 125, 126]),
        (10_000, 100, 24, [9_900, 0]),
        (10_000, 100, 12, [9_900]),
    ],
)
def test_charged__declining__by_hand(amount: int, residual: int, months: int, by_year: list[int]) -> None:
    """Twice the straight-line rate of what is left at each year's beginning; the last year takes the rest."""
    found = parts(amount, residual, months, DECLINING)
    years = [found[first : first + 12] for first in range(0, months, 12)]
    assert [sum(year) for year in years] == by_year
    for year, whole in zip(years, by_year, strict=True):
        assert year[:11] == [whole // 12] * 11


def test_charged__any__adds_up_and_never_falls() -> None:
    random = Random(11)
    for _ in range(400):
        amount = random.randrange(1, 10 ** random.randrange(1, 13))
        residual = random.randrange(amount)
        method = random.choice((LINE, DECLINING))
        months = random.randrange(1, 40) * (12 if method is DECLINING else 1)
        found = parts(amount, residual, months, method)
        assert sum(found) == amount - residual
        assert min(found) >= 0


def test_charged__before_and_after__nought_and_all() -> None:
    terms = Schedule(Rupiah(100), Rupiah(10), 3, Month(JANUARY))
    assert [charged_through(terms, JANUARY + at) for at in (-9, -1, 3, 99)] == [0, 0, 90, 90]
