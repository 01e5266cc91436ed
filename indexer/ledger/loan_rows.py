"""Read models of loans: terms by version, payments, pledges, and what else a log changes."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from indexer.chain import events as ev
from indexer.chain.events import Event, LogRef
from indexer.ledger import schema
from indexer.ledger.loans import KnownLoans, LoanState, opened, started
from indexer.ledger.rule import Make, Row, Rows, day_of_block, place
from rules.types import AmendmentKind


def _loan_started(ref: LogRef, event: ev.LoanStarted, _known: KnownLoans) -> Rows:
    payout = event.payout
    agreed = (event.borrower, event.product, event.principal, event.fee, event.refinances or None)
    days = (payout.book_day, payout.book_day)
    row = (event.loan, *place(ref), ref.address, *agreed, *_kept(event), *days, 0, 0, event.document_hash)
    version = _version(ref, started(event), "STARTED", payout.drawn, 0, payout.book_day, event.document_hash)
    return (schema.loan, row), version


def _loan_opened(ref: LogRef, event: ev.LoanOpened, _known: KnownLoans) -> Rows:
    agreed = (event.borrower, event.product, event.principal, 0, None)
    paid = (event.principal_paid, event.interest_paid)
    days = (event.disbursed_on, day_of_block(ref))
    row = (event.loan, *place(ref), ref.address, *agreed, *_kept(event), *days, *paid, None)
    version = _version(ref, opened(event), "OPENED", event.principal, 0, event.disbursed_on, None)
    return (schema.loan, row), version


def _kept(event: Any) -> tuple[int, ...]:
    kept: ev.Conditions = event.conditions
    return kept.penalty_bps, kept.penalty_cap_bps, int(kept.waterfall), kept.rounding_exponent


def _drawn(ref: LogRef, event: ev.LoanDrawn, known: KnownLoans) -> Rows:
    return (_version(ref, known.next_version(ref, event), "DRAWN", event.amount, 0, event.book_day, None),)


def _amended(ref: LogRef, event: ev.LoanAmended, known: KnownLoans) -> Rows:
    state, agreed = known.next_version(ref, event), event.amendment
    cause = AmendmentKind(agreed.kind).name
    return (_version(ref, state, cause, 0, agreed.interest_waived, event.book_day, agreed.document_hash),)


def _version(
    ref: LogRef, state: LoanState, cause: str, drawn: int, waived: int, day: int, document: bytes | None
) -> tuple[Any, Row]:
    version, terms = state.version, state.version.terms
    row = (
        *place(ref),
        state.loan,
        state.number,
        cause,
        drawn,
        terms.principal,
        terms.annual_rate_bps,
        terms.months,
        terms.grace_months,
        terms.freeze_months,
        int(terms.method),
        terms.instalments_before,
        version.carried,
        waived,
        version.ahead,
        state.before_principal,
        state.before_interest,
        day,
        document,
    )
    return schema.loan_version, row


def _paid(recovered: int) -> Make:
    def rows(ref: LogRef, event: Any, _known: KnownLoans) -> Rows:
        split = (event.principal, event.interest, event.penalty)
        paper = schema.signed(event.receipt)
        how = (event.channel, event.book_day, recovered)
        return ((schema.loan_payment, (*place(ref), event.loan, event.borrower, paper, *split, *how)),)

    return rows


def _change(change: str, told: Callable[[LogRef, Any], tuple[int, int | None, int, bytes]]) -> Make:
    """`told`: amount, member, book day, document."""

    def rows(ref: LogRef, event: Any, _known: KnownLoans) -> Rows:
        return ((schema.loan_change, (*place(ref), event.loan, change, *told(ref, event))),)

    return rows


def _pledged(ref: LogRef, event: ev.LoanPledged, _known: KnownLoans) -> Rows:
    row = (*place(ref), event.loan, event.member, int(event.kind), event.amount)
    return ((schema.loan_pledge, row),)


def _closed(ref: LogRef, event: ev.LoanClosed, _known: KnownLoans) -> Rows:
    return ((schema.loan_closure, (*place(ref), event.loan, event.book_day)),)


LOAN_ROWS: Final[Mapping[type[Event], Make]] = {
    ev.LoanStarted: _loan_started,
    ev.LoanPledged: _pledged,
    ev.LoanOpened: _loan_opened,
    ev.LoanDrawn: _drawn,
    ev.LoanAmended: _amended,
    ev.LoanPaid: _paid(0),
    ev.LoanRecovered: _paid(1),
    ev.LoanPenaltyWaived: _change(
        "PENALTY_WAIVED", lambda _ref, event: (event.penalty, None, event.book_day, event.reason)
    ),
    ev.LoanAssumed: _change(
        "ASSUMED", lambda ref, event: (0, event.to, day_of_block(ref), event.document_hash)
    ),
    ev.LoanWrittenOff: _change(
        "WRITTEN_OFF", lambda _ref, event: (event.principal, None, event.book_day, event.document_hash)
    ),
    ev.LoanClosed: _closed,
}
