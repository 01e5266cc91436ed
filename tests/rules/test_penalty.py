import pytest

from rules.penalty import Overdue, Penalty, accrue, owed
from rules.types import BasisPoints, Rupiah, WibDay

RATE = BasisPoints(1_200)
START = Penalty(WibDay(100))
LATE = [Overdue(WibDay(100), Rupiah(1_000_000))]


@pytest.mark.parametrize(("day", "rupiah_days"), [(100, 0), (101, 0), (102, 1), (131, 30)])
def test_accrue__days_before_the_day__as_many_as_ended_after_the_due_day(day: int, rupiah_days: int) -> None:
    found = accrue(START, RATE, LATE, WibDay(day))
    assert found.numerator == rupiah_days * 1_000_000 * 1_200
    assert found.counted_to == max(day - 1, 100)


def test_accrue__in_steps__as_at_once() -> None:
    steps = START
    for day in (105, 101, 117, 131):
        steps = accrue(steps, RATE, LATE, WibDay(day))
    assert steps == accrue(START, RATE, LATE, WibDay(131))


def test_accrue__without_penalty__changes_nothing() -> None:
    assert accrue(START, BasisPoints(0), LATE, WibDay(500)) is START


def test_owed__a_million_for_thirty_days_at_twelve_percent__rounded_down() -> None:
    """1,000,000 x 1,200 x 30 / 3,650,000 = 9,863.01."""
    late = accrue(START, RATE, LATE, WibDay(131))
    assert owed(late, Rupiah(10**9)) == 9_863
    assert owed(late, Rupiah(9_000)) == 9_000
    paid = Penalty(late.counted_to, late.numerator, Rupiah(3_000), Rupiah(5_000))
    assert owed(paid, Rupiah(9_000)) == 1_000
