from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import (
    add_months,
    date_of_day,
    day_of_date,
    day_of_timestamp,
    day_text,
    first_day,
    last_day,
    month_of,
    month_of_day,
    month_text,
    months_from,
    parse_day,
    parse_month,
    timestamp_of_day,
    year_and_month,
)

days = st.integers(0, 60_000)


def test_day_of_timestamp__midnight_in_jakarta__the_day_begins_at_17_utc() -> None:
    midnight = int(datetime(2025, 1, 1, 17, tzinfo=UTC).timestamp())
    assert day_text(day_of_timestamp(midnight)) == "2025-01-02"
    assert day_text(day_of_timestamp(midnight - 1)) == "2025-01-01"
    assert timestamp_of_day(parse_day("2025-01-02")) == midnight


def test_day_of_timestamp__epoch__day_zero() -> None:
    assert day_of_timestamp(0) == 0
    assert day_of_timestamp(-25_201) == -1


@given(days)
def test_date_of_day__any_day__round_trip_and_days_since_epoch(day: int) -> None:
    assert date_of_day(day) == date(1970, 1, 1) + timedelta(day)
    assert day_of_date(date_of_day(day)) == day
    assert parse_day(day_text(day)) == day


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        ("2025-01-31", 1, "2025-02-28"),
        ("2025-01-31", 2, "2025-03-31"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2025-12-31", 2, "2026-02-28"),
        ("2025-03-31", -1, "2025-02-28"),
        ("2100-01-31", 1, "2100-02-28"),
        ("2025-05-15", 0, "2025-05-15"),
    ],
)
def test_add_months__month_ends__clamped_to_the_last_day(day: str, count: int, expected: str) -> None:
    assert day_text(add_months(parse_day(day), count)) == expected


@given(days)
def test_month_of_day__any_day__lies_between_first_and_last(day: int) -> None:
    month = month_of_day(day)
    assert first_day(month) <= day <= last_day(month)
    assert last_day(month) + 1 == first_day(month + 1)
    assert year_and_month(month) == (date_of_day(day).year, date_of_day(day).month)
    assert month_text(month) == day_text(day)[:7]
    assert parse_month(month_text(month)) == month


def test_months_from__over_new_year__every_month_once() -> None:
    months = months_from(parse_month("2024-11"), parse_month("2025-02"))
    assert [month_text(month) for month in months] == ["2024-11", "2024-12", "2025-01", "2025-02"]
    assert list(months_from(parse_month("2025-02"), parse_month("2025-01"))) == []


@pytest.mark.parametrize(
    "text", ["20250102", "2025-1-2", "2025-02-29", "2025-W01-1", "02-01-2025", "", "2025-01-02 "]
)
def test_parse_day__another_form_or_no_day__refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_day(text)


@pytest.mark.parametrize("text", ["2025-13", "2025-00", "202501", "2025-1", "2025-01-01"])
def test_parse_month__another_form_or_no_month__refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_month(text)


def test_month_of__thirteenth__refused() -> None:
    with pytest.raises(ValueError, match="1 to 12"):
        month_of(2025, 13)
