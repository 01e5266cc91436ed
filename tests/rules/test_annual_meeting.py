"""The six months of the law at their edges."""

import pytest

from rules.annual_meeting import annual_state, ended_book_years, last_meeting_day
from rules.calendar import day_text, parse_day
from rules.types import WibDay


@pytest.mark.parametrize("year", [2023, 2024, 2025])
def test_last_day__is_30_june_also_after_a_leap_year(year: int) -> None:
    assert day_text(last_meeting_day(year)) == f"{year + 1}-06-30"


@pytest.mark.parametrize(
    ("held_on", "today", "state"),
    [
        (None, "2026-01-01", "DUE"),
        (None, "2026-06-30", "DUE"),
        (None, "2026-07-01", "OVERDUE"),
        ("2026-06-30", "2026-06-30", "HELD"),
        ("2026-06-30", "2027-01-01", "HELD"),
        ("2026-07-01", "2026-07-01", "LATE"),
    ],
)
def test_state__on_the_last_day_and_the_next(held_on: str | None, today: str, state: str) -> None:
    held = None if held_on is None else parse_day(held_on)
    assert annual_state(2025, held, parse_day(today)).value == state


def test_ended_book_years__begin_with_the_first_and_want_no_running_one() -> None:
    first = parse_day("2024-12-31")
    assert list(ended_book_years(first, first)) == []
    assert list(ended_book_years(first, WibDay(first + 1))) == [2024]
    assert list(ended_book_years(first, parse_day("2026-12-31"))) == [2024, 2025]
