"""Classes by months late, to the day, and the allowance that each asks for."""

import pytest

from rules.calendar import parse_day
from rules.collectibility import allowance, collectibility
from rules.types import Collectibility, WibDay

LANCAR, KURANG_LANCAR, DIRAGUKAN, MACET = Collectibility


@pytest.mark.parametrize(
    ("late_since", "day", "covered", "grade"),
    [
        (None, "2025-12-31", False, LANCAR),
        ("2025-01-15", "2025-04-14", False, LANCAR),
        ("2025-01-15", "2025-04-15", False, KURANG_LANCAR),
        ("2025-01-15", "2025-07-15", False, KURANG_LANCAR),
        ("2025-01-15", "2025-07-16", True, DIRAGUKAN),
        ("2025-01-15", "2025-07-16", False, MACET),
        ("2025-01-15", "2027-04-15", True, DIRAGUKAN),
        ("2025-01-15", "2027-04-16", True, MACET),
        # 30 November: three months later is the last day of February.
        ("2025-11-30", "2026-02-27", False, LANCAR),
        ("2025-11-30", "2026-02-28", False, KURANG_LANCAR),
        ("2023-11-30", "2024-02-28", False, LANCAR),
        ("2023-11-30", "2024-02-29", False, KURANG_LANCAR),
    ],
)
def test_collectibility__months_late__class(
    late_since: str | None, day: str, covered: bool, grade: Collectibility
) -> None:
    since: WibDay | None = parse_day(late_since) if late_since else None
    liens = 750 if covered else 749
    assert collectibility(since, parse_day(day), 1_000, liens) is grade


@pytest.mark.parametrize(
    ("outstanding", "grade", "rupiah"),
    [
        (12_000_000, LANCAR, 60_000),
        (12_000_000, KURANG_LANCAR, 1_200_000),
        (12_000_000, DIRAGUKAN, 6_000_000),
        (12_000_000, MACET, 12_000_000),
        (99, LANCAR, 0),
        (100, LANCAR, 1),
        (1, DIRAGUKAN, 1),
        (0, MACET, 0),
    ],
)
def test_allowance__class__rate_half_up(outstanding: int, grade: Collectibility, rupiah: int) -> None:
    assert allowance(outstanding, grade) == rupiah


def test_allowance__other_rates__are_used() -> None:
    assert allowance(1_000, MACET, (0, 0, 0, 9_000)) == 900
