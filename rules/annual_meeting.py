"""When the annual members' meeting must be held: within six months of the end of the book year."""

from datetime import date
from enum import StrEnum

from rules.calendar import date_of_day, day_of_date
from rules.types import WibDay


class AnnualState(StrEnum):
    """Of a book year's meeting. LATE: held, but after the six months; OVERDUE: they ran out."""

    HELD = "HELD"
    LATE = "LATE"
    DUE = "DUE"
    OVERDUE = "OVERDUE"


def last_meeting_day(book_year: int) -> WibDay:
    """The last day on which the meeting on a book year may be held: 30 June of the next year."""
    return day_of_date(date(book_year + 1, 6, 30))


def annual_state(book_year: int, held_on: WibDay | None, today: WibDay) -> AnnualState:
    """What is to be said of the meeting on a book year: `held_on` is when it was, if it was."""
    last = last_meeting_day(book_year)
    if held_on is not None:
        return AnnualState.HELD if held_on <= last else AnnualState.LATE
    return AnnualState.DUE if today <= last else AnnualState.OVERDUE


def ended_book_years(first: WibDay, today: WibDay) -> range:
    """Book years that ended before `today`, from that of the day `first` on."""
    return range(date_of_day(first).year, date_of_day(today).year)
