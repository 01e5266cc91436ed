"""The entries of a year's close: income and expense of the book year go to its surplus (3900).

They are derived at BooksClosed if the period ends on 31 December, with that day as book day and the account
as subject. A year that was opened again and is closed again gives what came in between.
"""

from indexer.chain import events as ev
from indexer.chain.events import LogRef
from indexer.ledger import accounts
from indexer.ledger.accounts import is_income_or_expense
from indexer.ledger.loans import KnownLoans
from indexer.ledger.rule import CREDIT, DEBIT, Account, Amount, Entry, Leg, Line, Rule, fixed
from rules.calendar import ends_year


def year_closing(name: str) -> Rule:
    """The rule of BooksClosed."""

    def post(_ref: LogRef, event: ev.BooksClosed, known: KnownLoans) -> tuple[Entry, ...]:
        day = event.through
        if not ends_year(day):
            return ()
        return tuple(
            Entry(name, account, day, None, _lines(account, held))
            for account, held in sorted(known.books.balances(day).items())
            if held and is_income_or_expense(account)
        )

    return Rule(name, ev.BooksClosed, post, _LEGS, _NOTE)


def _lines(account: int, held: int) -> tuple[Line, ...]:
    return (account, -held, None, None, None), (accounts.SURPLUS, held, None, None, None)


_BALANCE = Amount("its balance")
_LEGS = (
    Leg(DEBIT, Account("`subject`", lambda _ref, _event: (0, None)), _BALANCE),
    Leg(CREDIT, fixed(accounts.SURPLUS), _BALANCE),
)
_NOTE = (
    "Only if `through` is a 31 December. For each account `subject` of income or expense; a debit balance is "
    "posted the other way round. Book day: `through`."
)
