"""The entries of interest on sukarela: docs/decisions/0021-savings-interest.md.

What a month earned is an expense of the month. It goes to 2120 at the month's end, or by the credit itself if
that comes before the month is ended; the credit pays it out of 2120.
"""

from collections.abc import Iterator
from typing import Final

from indexer.chain import events as ev
from indexer.chain.events import LogRef
from indexer.ledger import accounts
from indexer.ledger.loans import KnownLoans
from indexer.ledger.rule import CREDIT, DEBIT, TOKEN, Amount, Entry, Leg, Line, Rule, field, fixed
from rules.calendar import last_day

ACCRUAL_RULE: Final = "savings-interest-accrual"


def _accrual(member: int, day: int, amount: int) -> Entry:
    owner = (member, None, None)
    lines = ((accounts.SAVINGS_INTEREST, amount, *owner), (accounts.SAVINGS_INTEREST_DUE, -amount, *owner))
    return Entry(ACCRUAL_RULE, member, day, None, lines)


def accrued(event: ev.MonthEnded, known: KnownLoans) -> Iterator[Entry]:
    """What members earned by the month's end that is not booked yet, by number."""
    for member, amount in known.savings.unbooked(event.last_day):
        yield _accrual(member, event.last_day, amount)


def credited(name: str) -> Rule:
    """The rule of InterestCredited: names are that of the accrual and `name`."""

    def post(ref: LogRef, event: ev.InterestCredited, known: KnownLoans) -> tuple[Entry, ...]:
        member, gross, entries = event.member, event.gross, []
        due = min(gross, known.savings.due(member))
        day = last_day(event.month)
        if due < gross and known.books.closed_through < day < event.book_day:
            entries.append(_accrual(member, day, gross - due))
            due = gross
        owner = (member, None, None)
        token, _ = TOKEN.of(ref, event)
        lines: tuple[Line, ...] = (
            (accounts.SAVINGS_INTEREST_DUE, due, *owner),
            (accounts.SAVINGS_INTEREST, gross - due, *owner),
            (token, event.tax - gross, *owner),
            (accounts.INTEREST_TAX, -event.tax, *owner),
        )
        if gross:
            entries.append(Entry(name, 0, event.book_day, None, tuple(line for line in lines if line[1])))
        return tuple(entries)

    return Rule(f"{ACCRUAL_RULE}, {name}", ev.InterestCredited, post, _LEGS, _NOTE)


_REST: Final = Amount("the rest of `gross`")
_LEGS: Final = (
    Leg(DEBIT, fixed(accounts.SAVINGS_INTEREST), _REST),
    Leg(CREDIT, fixed(accounts.SAVINGS_INTEREST_DUE), _REST),
    Leg(DEBIT, fixed(accounts.SAVINGS_INTEREST_DUE), field("gross")),
    Leg(CREDIT, TOKEN, Amount("`gross - tax`")),
    Leg(CREDIT, fixed(accounts.INTEREST_TAX), field("tax")),
)
_NOTE: Final = (
    "The rest is what 2120 does not hold of the member: it is accrued on the last day of `month`, `subject` "
    "the member. If that day is closed or the credit is not after it, there is no accrual, and 5010 takes "
    "the rest in the credit."
)
UNBOOKED: Final = Amount("what the member `subject` earned and 5010 never had")
LEGS: Final = (
    Leg(DEBIT, fixed(accounts.SAVINGS_INTEREST), UNBOOKED),
    Leg(CREDIT, fixed(accounts.SAVINGS_INTEREST_DUE), UNBOOKED),
)
NOTE: Final = (
    "For each member `subject`: savings-interest-accrual posts the interest on sukarela that was earned by "
    "`last_day` and is not booked yet."
)
