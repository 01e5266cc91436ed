"""Events of LoanBook with what a case does not speak of left plain."""

from indexer.chain import events as ev

PLAIN = ev.Conditions(0, 0, 0, 0)


def started(
    loan: int,
    borrower: int,
    principal: int,
    day: int,
    *,
    rate_bps: int = 1200,
    months: int = 12,
    method: int = 1,
    grace: int = 0,
    channel: int = 1,
    fee: int = 0,
    offset: int = 0,
    refinances: int = 0,
    drawn: int | None = None,
    conditions: ev.Conditions = PLAIN,
    document: bytes = bytes(32),
) -> ev.LoanStarted:
    """Wholly drawn in cash unless said otherwise."""
    payout = ev.Payout(principal if drawn is None else drawn, offset, channel, day)  # type: ignore[arg-type]
    terms = (1, principal, fee, rate_bps, months, grace, method, refinances)
    return ev.LoanStarted(loan, borrower, *terms, payout, conditions, document)  # type: ignore[arg-type]


def opened(
    loan: int,
    borrower: int,
    principal: int,
    principal_paid: int,
    interest_paid: int,
    day: int,
    *,
    rate_bps: int = 1200,
    months: int = 12,
    method: int = 1,
) -> ev.LoanOpened:
    """In mid-life, from paper books."""
    terms = (rate_bps, months, 0, method)
    return ev.LoanOpened(loan, borrower, 1, principal, principal_paid, interest_paid, *terms, PLAIN, day)  # type: ignore[arg-type]


def paid(
    loan: int,
    borrower: int,
    receipt: int,
    principal: int,
    interest: int,
    channel: int,
    day: int,
    penalty: int = 0,
) -> ev.LoanPaid:
    """A payment without penalty unless said otherwise."""
    return ev.LoanPaid(loan, borrower, receipt, principal, interest, penalty, channel, day)  # type: ignore[arg-type]


def amended(
    loan: int,
    version: int,
    principal: int,
    day: int,
    *,
    kind: int = 0,
    rate_bps: int = 1200,
    months: int = 12,
    grace: int = 0,
    freeze: int = 0,
    method: int = 1,
    before: int = 0,
    carried: int = 0,
    waived: int = 0,
) -> ev.LoanAmended:
    """A new version on `principal`."""
    terms = (kind, rate_bps, months, grace, freeze, method, waived, bytes(32))
    agreed = ev.Amendment(loan, *terms)  # type: ignore[arg-type]
    return ev.LoanAmended(loan, version, agreed, principal, before, carried, day)  # type: ignore[arg-type]
