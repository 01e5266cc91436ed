"""The entries of schedules at a month's end: depreciation, and what is spread over months.

An entry is what the schedule has charged by the month's end less what the ends of months since its adoption
posted: a month that is ended twice, by a contract in another's place, posts once.
"""

from collections.abc import Iterator
from typing import Final

from indexer.chain import events as ev
from indexer.ledger.loans import KnownLoans
from indexer.ledger.rule import CREDIT, DEBIT, Account, Amount, Entry, Leg
from rules.schedules import ScheduleKind, charged_through

RULES: Final = {ScheduleKind.DEPRECIATION: "depreciation", ScheduleKind.SPREAD: "schedule"}


def scheduled(event: ev.MonthEnded, known: KnownLoans) -> Iterator[Entry]:
    """Entries of every schedule that runs, by its number."""
    for each in known.books.running_schedules():
        posted = charged_through(each.terms, each.posted_through)
        amount = charged_through(each.terms, max(event.month, each.posted_through)) - posted
        if amount:
            lines = ((each.debit, amount, None, None, None), (each.credit, -amount, None, None, None))
            yield Entry(RULES[each.kind], each.id, event.last_day, None, lines)


_CHARGE: Final = Amount("the month's part of schedule `subject`")
LEGS: Final = (
    Leg(DEBIT, Account("its `debit`", lambda _ref, _event: (0, None)), _CHARGE),
    Leg(CREDIT, Account("its `credit`", lambda _ref, _event: (0, None)), _CHARGE),
)
NOTE: Final = (
    "For each schedule `subject` that runs: depreciation or schedule, by its kind, post its month's part "
    "(`rules/schedules.py`)."
)
