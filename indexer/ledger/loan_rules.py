"""Posting rules of loans: docs/decisions/0011-loans.md, "The books"."""

from typing import Final

from indexer.chain import events as ev
from indexer.chain.events import LogRef
from indexer.ledger import accounts
from indexer.ledger.loans import KnownLoans, LoanState
from indexer.ledger.month_end import month_end
from indexer.ledger.opening import loan_opening
from indexer.ledger.rule import (
    AMOUNT,
    CHANNEL,
    CHANNEL_OR_CLEARING,
    CREDIT,
    DEBIT,
    Amount,
    Entry,
    Leg,
    Line,
    Rule,
    channel_account,
    day_of_block,
    field,
    fixed,
    simple,
)
from rules.receipts import Series

_PAID_OUT: Final = Amount(
    "`payout.drawn - fee - payout.offset`", lambda event: event.payout.drawn - event.fee - event.payout.offset
)
_PAID_IN: Final = Amount(
    "`principal + interest + penalty`", lambda event: event.principal + event.interest + event.penalty
)
_RECOGNISED: Final = Amount(
    "`interest`, as far as 1220 holds it", of_loan=lambda event, state: min(event.interest, state.receivable)
)
_NEW_INTEREST: Final = Amount(
    "the rest of `interest`",
    of_loan=lambda event, state: event.interest - min(event.interest, state.receivable),
)
_ALLOWED: Final = Amount(
    "`principal`, as far as 1290 holds it", of_loan=lambda event, state: min(event.principal, state.allowance)
)
_NOT_ALLOWED: Final = Amount(
    "the rest of `principal`",
    of_loan=lambda event, state: event.principal - min(event.principal, state.allowance),
)
_ACCRUED: Final = Amount("what 1220 holds", of_loan=lambda _event, state: state.receivable)


def _assumed(ref: LogRef, event: ev.LoanAssumed, known: KnownLoans) -> tuple[Entry, ...]:
    state = known.get(ref, event.loan)
    lines: list[Line] = []
    for account, amount in _held(state):
        if amount:
            lines.append((account, amount, event.to, event.loan, None))
            lines.append((account, -amount, event.from_, event.loan, None))
    return (Entry("loan-assumed", 0, day_of_block(ref), None, tuple(lines)),) if lines else ()


def _held(state: LoanState) -> tuple[tuple[int, int], ...]:
    """What the books hold of a running loan, a debit positive."""
    return (
        (accounts.LOANS, state.outstanding),
        (accounts.INTEREST_RECEIVABLE, state.receivable),
        (accounts.ALLOWANCE, -state.allowance),
    )


LOAN_RULES: Final = (
    simple(
        "loan",
        ev.LoanStarted,
        Leg(DEBIT, fixed(accounts.LOANS), field("payout.drawn")),
        Leg(CREDIT, channel_account("payout.channel"), _PAID_OUT),
        Leg(CREDIT, fixed(accounts.LOAN_FEES), field("fee")),
        Leg(CREDIT, fixed(accounts.CLEARING), field("payout.offset")),
        receipt=lambda event: Series.LOAN << 56 | event.loan,
        day=lambda event: event.payout.book_day,
        note="The receipt is the loan's, the book day that of the payout.",
    ),
    simple(
        "loan-draw",
        ev.LoanDrawn,
        Leg(DEBIT, fixed(accounts.LOANS), AMOUNT),
        Leg(CREDIT, CHANNEL, AMOUNT),
    ),
    simple(
        "loan-payment",
        ev.LoanPaid,
        Leg(DEBIT, CHANNEL_OR_CLEARING, _PAID_IN),
        Leg(CREDIT, fixed(accounts.LOANS), field("principal")),
        Leg(CREDIT, fixed(accounts.INTEREST_RECEIVABLE), _RECOGNISED),
        Leg(CREDIT, fixed(accounts.LOAN_INTEREST), _NEW_INTEREST),
        Leg(CREDIT, fixed(accounts.PENALTIES), field("penalty")),
        note="1220 is that of the loan.",
    ),
    simple(
        "loan-write-off",
        ev.LoanWrittenOff,
        Leg(DEBIT, fixed(accounts.ALLOWANCE), _ALLOWED),
        Leg(DEBIT, fixed(accounts.LOAN_LOSSES), _NOT_ALLOWED),
        Leg(DEBIT, fixed(accounts.LOAN_INTEREST), _ACCRUED),
        Leg(CREDIT, fixed(accounts.LOANS), field("principal")),
        Leg(CREDIT, fixed(accounts.INTEREST_RECEIVABLE), _ACCRUED),
        note="1220 and 1290 are those of the loan.",
    ),
    simple(
        "loan-recovery",
        ev.LoanRecovered,
        Leg(DEBIT, CHANNEL_OR_CLEARING, _PAID_IN),
        Leg(CREDIT, fixed(accounts.RECOVERIES), _PAID_IN),
    ),
    Rule(
        "loan-assumed",
        ev.LoanAssumed,
        _assumed,
        tuple(
            Leg(side, fixed(account), Amount(f"of `{whose}`"))
            for side, whose in ((DEBIT, "to"), (CREDIT, "from"))
            for account in (accounts.LOANS, accounts.INTEREST_RECEIVABLE)
        ),
        "All that the books hold of the loan, from one member to the other; 1290 the other way round. "
        "Book day: the WIB day of the block.",
    ),
    loan_opening("loan-opening"),
    month_end("interest-accrual", "loan-allowance"),
)
