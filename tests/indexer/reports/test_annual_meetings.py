"""Which book years had their annual meeting, by meetings in the books of the example year 2025."""

import pytest
from sqlalchemy import Connection

from indexer.ledger.journal import Ledger
from indexer.reports.annual_meetings import annual_meetings
from rules.calendar import day_text, parse_day, timestamp_of_day
from tests.indexer import meeting_events as said
from tests.indexer.ledger.fake_chain import block
from tests.indexer.reports.conftest import Year

LAST = parse_day("2026-06-30")
HOUR = 3_600
Told = tuple[int, str, int | None, str | None]


def at(day: str, hour: int = 12) -> int:
    return timestamp_of_day(parse_day(day)) + hour * HOUR


def told(connection: Connection, day: str) -> list[Told]:
    return [
        (each.book_year, each.state.value, each.meeting, each.held_on and day_text(each.held_on))
        for each in annual_meetings(connection, at(day))
    ]


def hold(year: Year, meeting: int, first: str, second: str, present: int) -> None:
    """Convene on the day before; so many of ten check in to the first call; nobody to the second."""
    last = year.cooperative.blocks()[-1]
    head, parent = year.head if hasattr(year, "head") else (last.number, last.hash)
    begins = (at(first, 9), at(first, 13))
    logs = [said.convened(meeting, 10, begins, (at(second, 9), at(second, 13)))]
    logs += [said.resolution(meeting, 1), said.checked_in(meeting, 1, range(1, present + 1))]
    made = block(head + 1, parent, parse_day(first), logs)
    Ledger(year.engine).append([made], floor=0)
    year.head = (made.number, made.hash)
    year.connection.rollback()


@pytest.mark.parametrize(
    ("day", "state"), [("2026-01-01", "DUE"), ("2026-06-30", "DUE"), ("2026-07-01", "OVERDUE")]
)
def test_annual__nothing_convened__is_due_until_30_june(kecil: Year, day: str, state: str) -> None:
    assert told(kecil.connection, day) == [(2025, state, None, None)]


def test_annual__running_year__wants_none(kecil: Year) -> None:
    assert told(kecil.connection, "2025-12-31") == []


def test_annual__held_on_the_last_day__is_in_time(kecil: Year) -> None:
    hold(kecil, 1, "2026-06-30", "2026-07-10", present=8)
    assert told(kecil.connection, "2027-01-01")[1:] == [(2025, "HELD", 1, "2026-06-30")]


def test_annual__held_a_day_later__is_late(kecil: Year) -> None:
    hold(kecil, 1, "2026-07-01", "2026-07-10", present=8)
    assert told(kecil.connection, "2026-07-02") == [(2025, "LATE", 1, "2026-07-01")]


def test_annual__never_quorate__is_still_wanted(kecil: Year) -> None:
    """A meeting that had no quorum was not held: the next one counts."""
    hold(kecil, 1, "2026-03-01", "2026-03-15", present=2)
    assert told(kecil.connection, "2026-03-20") == [(2025, "DUE", 1, None)]
    hold(kecil, 2, "2026-05-01", "2026-05-15", present=9)
    assert told(kecil.connection, "2026-05-02") == [(2025, "HELD", 2, "2026-05-01")]
