"""Opening balances of a cooperative that comes from paper books: the day they are of, and what its loans had
earned by then.

The day is the option `opening-day` (a WIB day as a number), which the members' meeting adopts with the
opening. Without it an opening balance is of the day of its block, and 1220 and 1290 of a loan begin with the
next end of a month.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from indexer.chain import events as ev
from indexer.chain.events import LogRef
from indexer.ledger import accounts
from indexer.ledger.loans import KnownLoans, LoanState, Option, opened
from indexer.ledger.month_end import targets
from indexer.ledger.policy import policy_on
from indexer.ledger.rule import CREDIT, DEBIT, Amount, Entry, Leg, Line, Rule, day_of_block, fixed
from rules.accrual import Version
from rules.amortization import LoanTerms
from rules.types import WibDay

OPENING_DAY_KEY: Final = b"opening-day".ljust(32, b"\0")
DAY_NOTE: Final = (
    "Book day: that of the option `opening-day`; the WIB day of the block if none was adopted, or it is "
    "closed."
)


def opening_day(ref: LogRef, known: KnownLoans) -> WibDay | None:
    """The day that was adopted last for the opening; None without one, or if it is closed."""
    today = day_of_block(ref)
    days = [int.from_bytes(value, "big") for value in known.option(OPENING_DAY_KEY, today)]
    held = [day for day in days if known.books.closed_through < day <= today]
    return WibDay(held[-1]) if held else None


def opening(name: str, event_type: type[ev.Event], debit: Leg, credit: Leg) -> Rule:
    """The rule of an opening balance: two legs of the same amount, one of them 3990."""

    def post(ref: LogRef, event: Any, known: KnownLoans) -> tuple[Entry, ...]:
        lines: list[Line] = []
        for side, account, amount in (debit, credit):
            code, channel = account.of(ref, event)
            rupiah = side * amount.of(event)  # type: ignore[misc]
            member = None if channel else getattr(event, "member", None)
            lines.append((code, rupiah, member, None, channel))
        day = opening_day(ref, known) or day_of_block(ref)
        return (Entry(name, 0, day, None, tuple(lines)),) if lines[0][1] else ()

    return Rule(name, event_type, post, (debit, credit), DAY_NOTE)


def loan_opening(name: str) -> Rule:
    """The rule of a loan that is taken over: what is outstanding, and of what day, what it had earned."""

    def post(ref: LogRef, event: ev.LoanOpened, known: KnownLoans) -> tuple[Entry, ...]:
        state, day = known.take_over(opened(event)), opening_day(ref, known)
        interest = allowance = 0
        if day is not None:
            interest, allowance = targets(state, 0, day, policy_on(known, day))
        owner = (event.borrower, event.loan, None)
        outstanding = event.principal - event.principal_paid
        lines: list[Line] = [
            (accounts.LOANS, outstanding, *owner),
            (accounts.INTEREST_RECEIVABLE, interest, *owner),
            (accounts.ALLOWANCE, -allowance, *owner),
            (accounts.OPENING, allowance - interest - outstanding, *owner),
        ]
        kept = tuple(line for line in lines if line[1])
        return (Entry(name, 0, day or day_of_block(ref), None, kept),) if kept else ()

    return Rule(name, ev.LoanOpened, post, _LOAN_LEGS, _LOAN_NOTE)


def earned_by(
    day: WibDay,
    options: Iterable[tuple[int, bytes, bytes]],
    loans: Sequence[tuple[int, int, LoanTerms, int, int]],
) -> dict[int, tuple[int, int]]:
    """What 1220 and 1290 will hold of each loan on the opening day, in rupiah, by its number.

    options: effective day, key, value, as they were adopted. loans: number, borrower, terms, rupiah of
    principal and of interest paid.
    """
    known = KnownLoans()
    for option in options:
        known.adopt(Option(*option))
    policy = policy_on(known, day)
    found: dict[int, tuple[int, int]] = {}
    for loan, borrower, terms, principal, interest in loans:
        state = LoanState(loan, borrower, 1, Version(terms), 0, 0, principal, interest)
        interest, allowance = targets(state, 0, day, policy)
        found[loan] = (interest, allowance)
    return found


_LOAN_LEGS: Final = (
    Leg(DEBIT, fixed(accounts.LOANS), Amount("`principal - principal_paid`")),
    Leg(DEBIT, fixed(accounts.INTEREST_RECEIVABLE), Amount("target on the option's day")),
    Leg(CREDIT, fixed(accounts.ALLOWANCE), Amount("target on the option's day")),
    Leg(CREDIT, fixed(accounts.OPENING), Amount("the difference")),
)
_LOAN_NOTE: Final = f"1220 and 1290 as at MonthEnded, only if the option was adopted. {DAY_NOTE}"
