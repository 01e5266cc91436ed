"""The entries that no event of its own makes: interest that is due on loans, the allowance by class, the
month of every schedule (`schedules.py`), and interest on sukarela (`savings_interest.py`).

All are derived at MonthEnded from what the logs before it say, with the month's last day as book day. A loan
that was closed or written off, or that is paid out after that day, has the target nought.
"""

from typing import Final, NamedTuple

from indexer.chain import events as ev
from indexer.chain.events import LogRef
from indexer.ledger import accounts, savings_interest
from indexer.ledger.loans import KnownLoans, LoanState
from indexer.ledger.policy import Policy, grade_of, policy_on
from indexer.ledger.rule import CREDIT, DEBIT, Amount, Entry, Leg, Line, Rule, fixed
from indexer.ledger.schedules import LEGS, NOTE, RULES, scheduled
from rules.accrual import accrued_interest
from rules.types import Collectibility, WibDay


class Targets(NamedTuple):
    """What 1220 and 1290 should hold of a loan, rupiah."""

    interest: int
    allowance: int


def targets(state: LoanState, liens: int, day: WibDay, policy: Policy) -> Targets:
    """What should be held of a loan on `day`."""
    if not state.is_running or state.version.terms.disbursed_on > day:
        return Targets(0, 0)
    paid = state.progress()
    grade = grade_of(state, paid, liens, day)
    accrues = policy.accrues and grade is not Collectibility.MACET
    interest = accrued_interest(state.version, paid, day) if accrues else 0
    return Targets(interest, policy.provision(state, paid, grade, liens, day))


def month_end(interest_rule: str, allowance_rule: str) -> Rule:
    """The rule of MonthEnded, of these entries of loans and of those of schedules; its names are theirs."""

    def post(_ref: LogRef, event: ev.MonthEnded, known: KnownLoans) -> tuple[Entry, ...]:
        day = event.last_day
        policy = policy_on(known, day)
        entries = []
        for state in known.accountable():
            target = targets(state, known.liens_of(state), day, policy)
            interest, allowed = target.interest - state.receivable, target.allowance - state.allowance
            if interest:
                lines = _lines(state, accounts.INTEREST_RECEIVABLE, accounts.LOAN_INTEREST, interest)
                entries.append(Entry(interest_rule, state.loan, day, None, lines))
            if allowed:
                lines = _lines(state, accounts.LOAN_LOSSES, accounts.ALLOWANCE, allowed)
                entries.append(Entry(allowance_rule, state.loan, day, None, lines))
        return (*entries, *scheduled(event, known), *savings_interest.accrued(event, known))

    note = (
        f"For each loan with number `subject`: {interest_rule} brings 1220 of the loan to its target, "
        f"{allowance_rule} 1290; a negative difference is posted the other way round. {NOTE} "
        f"{savings_interest.NOTE}"
    )
    names = ", ".join((interest_rule, allowance_rule, *RULES.values(), savings_interest.ACCRUAL_RULE))
    return Rule(names, ev.MonthEnded, post, (*_LEGS, *LEGS, *savings_interest.LEGS), note)


def _lines(state: LoanState, debit: int, credit: int, amount: int) -> tuple[Line, ...]:
    owner = (state.borrower, state.loan, None)
    return (debit, amount, *owner), (credit, -amount, *owner)


_DIFFERENCE: Final = Amount("target less what is held")
_LEGS: Final = (
    Leg(DEBIT, fixed(accounts.INTEREST_RECEIVABLE), _DIFFERENCE),
    Leg(CREDIT, fixed(accounts.LOAN_INTEREST), _DIFFERENCE),
    Leg(DEBIT, fixed(accounts.LOAN_LOSSES), _DIFFERENCE),
    Leg(CREDIT, fixed(accounts.ALLOWANCE), _DIFFERENCE),
)
