"""The periods of a statement: its own, and those it is compared with."""

from typing import Final

from indexer.reports.statements.structs import Column, Span, Words
from rules.calendar import (
    FIRST_ASKED,
    LAST_ASKED,
    add_months,
    date_of_day,
    day_text,
    first_day,
    last_day,
    month_of,
    month_of_day,
)
from rules.types import Month, WibDay

_YEAR: Final = 12
_MONTHS: Final = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli"),
    *("Agustus", "September", "Oktober", "November", "Desember"),
)
_MONTHS_EN: Final = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


class PeriodError(ValueError):
    """A period that ends before it begins, or of days that no cooperative keeps books of."""

    def __init__(self, span: Span) -> None:
        days = day_text(span.from_day), day_text(span.to_day)
        if span.to_day < span.from_day:
            self.indonesian = f"Periode {days[0]} sampai {days[1]} terbalik: hari pertama harus di depan."
            self.english = (
                f"The period {days[0]} to {days[1]} ends before it begins: put the first day first."
            )
        else:
            bounds = f"{day_text(FIRST_ASKED)} - {day_text(LAST_ASKED)}"
            self.indonesian = f"Periode {days[0]} sampai {days[1]} di luar {bounds}: pilih hari di dalamnya."
            self.english = f"The period {days[0]} to {days[1]} is outside {bounds}: choose days within."
        super().__init__(f"{self.indonesian} / {self.english}")


def checked(span: Span) -> Span:
    """The span itself. PeriodError."""
    if not FIRST_ASKED <= span.from_day <= span.to_day <= LAST_ASKED:
        raise PeriodError(span)
    return span


def year_to(day: WibDay) -> Span:
    """The book year up to `day`: from 1 January."""
    return Span(first_day(month_of(date_of_day(day).year, 1)), day)


def months_in(span: Span) -> int:
    """How many whole months a span is made of; 0 if it is not."""
    first, last = month_of_day(span.from_day), month_of_day(span.to_day)
    whole = span.from_day == first_day(first) and span.to_day == last_day(last)
    return last - first + 1 if whole else 0


def earlier(span: Span, months: int) -> Span:
    """The same span so many months before; the end of a month stays one."""
    last = month_of_day(span.to_day)
    ends = span.to_day == last_day(last)
    to_day = last_day(Month(last - months)) if ends else add_months(span.to_day, -months)
    return Span(add_months(span.from_day, -months), to_day)


def compared_with(span: Span) -> tuple[Span, ...]:
    """The span before, and the same a year before, each once.

    Before whole months are as many months; before a year up to a day the year before up to that day; before
    anything else as many days.
    """
    months = months_in(span)
    if months:
        before = earlier(span, months)
    elif span.from_day == year_to(span.to_day).from_day:
        before = earlier(span, _YEAR)
    else:
        before = Span(WibDay(2 * span.from_day - span.to_day - 1), WibDay(span.from_day - 1))
    return tuple(dict.fromkeys((before, earlier(span, _YEAR))))


def instants_compared_with(span: Span) -> tuple[Span, ...]:
    """The day before the span, and the day a year before its end, each once: for balances."""
    before = WibDay(span.from_day - 1)
    year_ago = earlier(span, _YEAR).to_day
    return tuple(Span(day, day) for day in dict.fromkeys((before, year_ago)))


def span_columns(span: Span) -> tuple[Column, ...]:
    """A column for a span and for each it is compared with."""
    return tuple(Column(words_of(each), each, False) for each in (span, *compared_with(span)))


def instant_columns(span: Span) -> tuple[Column, ...]:
    """A column for the end of a span and for each day it is compared with."""
    days = (Span(span.to_day, span.to_day), *instants_compared_with(span))
    return tuple(Column(long_day(each.to_day), each, True) for each in dict.fromkeys(days))


def long_day(day: WibDay) -> Words:
    """A day as `31 Desember 2025`."""
    date = date_of_day(day)
    months = (_MONTHS[date.month - 1], _MONTHS_EN[date.month - 1])
    return Words(*(f"{date.day} {month} {date.year}" for month in months))


def words_of(span: Span) -> Words:
    """A span as its year or month, or by both its days."""
    months, date = months_in(span), date_of_day(span.from_day)
    if months == _YEAR and date.month == 1:
        return Words(f"Tahun {date.year}", f"Year {date.year}")
    if months == 1:
        return Words(f"{_MONTHS[date.month - 1]} {date.year}", f"{_MONTHS_EN[date.month - 1]} {date.year}")
    first, last = long_day(span.from_day), long_day(span.to_day)
    return Words(f"{first.id} - {last.id}", f"{first.en} - {last.en}")
