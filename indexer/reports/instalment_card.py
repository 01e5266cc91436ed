"""Kartu angsuran: a loan from its payout to its last rupiah: its terms by version, what is due when, what was
paid.
"""

from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Row, Select, Table, select

from indexer.ledger import schema
from indexer.ledger.loan_source import version_of
from indexer.ledger.loans import LoanState
from indexer.ledger.schema import unsigned
from indexer.reports.balances import csv_text
from indexer.reports.loans import loan_state
from rules.amortization import schedule, unpaid_parts
from rules.calendar import day_text
from rules.effective_rate import effective_rate_bps
from rules.types import LoanMethod, LoanNumber, Rupiah

COLUMNS: Final = (
    "version",
    "instalment",
    "due_on",
    "principal",
    "interest",
    "principal_unpaid",
    "interest_unpaid",
    "outstanding_after",
)


class CardVersion(msgspec.Struct, frozen=True):
    """Terms from `book_day` on, in rupiah. `cause`: STARTED, OPENED, DRAWN or the kind of the amendment.

    `effective_rate_bps` a year, all in: `principal`, less the fee if the loan begins with it, against the
    instalments, a month apart; None if no rate below 2^32 basis points makes them worth the same.
    """

    version: int
    cause: str
    book_day: int
    drawn: int
    principal: int
    rate_bps: int
    months: int
    grace_months: int
    freeze_months: int
    method: LoanMethod
    instalments_before: int
    interest_carried: int
    interest_waived: int
    effective_rate_bps: int | None


class CardInstalment(msgspec.Struct, frozen=True):
    """An instalment of the version in force; `number` counts from the payout, over all versions. Rupiah."""

    number: int
    due_on: int
    principal: int
    interest: int
    principal_unpaid: int
    interest_unpaid: int
    outstanding_after: int


class CardPayment(msgspec.Struct, frozen=True):
    """A payment, and what was outstanding of principal after it. Channel 0: no cash moved. Rupiah."""

    book_day: int
    receipt: int
    principal: int
    interest: int
    penalty: int
    channel: int
    recovered: bool
    outstanding: int


class InstalmentCard(msgspec.Struct, frozen=True):
    """A loan now. `state`: RUNNING, WRITTEN_OFF, CLOSED; `interest_carried` is due from earlier versions."""

    loan: int
    member: int
    state: str
    outstanding: int
    interest_carried: int
    interest_receivable: int
    allowance: int
    penalty_paid: int
    penalty_waived: int
    versions: tuple[CardVersion, ...]
    instalments: tuple[CardInstalment, ...]
    payments: tuple[CardPayment, ...]


def instalment_card(connection: Connection, loan: LoanNumber, cooperative_id: int = 1) -> InstalmentCard:
    """The card of a loan. UnknownLoanError."""
    state = loan_state(connection, loan, cooperative_id)
    versions = _rows(connection, schema.loan_version, loan, cooperative_id)
    paid = _rows(connection, schema.loan_payment, loan, cooperative_id)
    changes = _rows(connection, schema.loan_change, loan, cooperative_id)
    (agreed,) = connection.execute(_agreed(loan, cooperative_id))
    opened = state.paid_principal - sum(row.principal for row in paid)
    return InstalmentCard(
        loan,
        state.borrower,
        "CLOSED" if state.closed else "WRITTEN_OFF" if state.written_off else "RUNNING",
        state.outstanding,
        0 if state.closed else state.progress().carried,
        state.receivable,
        state.allowance,
        sum(row.penalty for row in paid),
        sum(row.amount for row in changes if row.change == "PENALTY_WAIVED"),
        tuple(_version(row, agreed) for row in versions),
        _instalments(state),
        _payments(versions, paid, opened),
    )


def card_csv(card: InstalmentCard) -> str:
    """The instalments, a line each."""
    version = card.versions[-1].version
    rows = (
        (
            version,
            each.number,
            day_text(each.due_on),  # type: ignore[arg-type]
            each.principal,
            each.interest,
            each.principal_unpaid,
            each.interest_unpaid,
            each.outstanding_after,
        )
        for each in card.instalments
    )
    return csv_text(COLUMNS, rows)


def _rows(connection: Connection, table: Table, loan: int, cooperative_id: int) -> list[Row[Any]]:
    """What was said of a loan, in the order of the chain."""
    query = select(table).where(table.c.cooperative_id == cooperative_id, table.c.loan == loan)
    return list(connection.execute(query.order_by(table.c.block_number, table.c.log_index)))


def _agreed(loan: int, cooperative_id: int) -> Select[Any]:
    own = schema.loan.c
    columns = (own.fee, own.disbursed_day, own.rounding_exponent)
    return select(*columns).where(own.cooperative_id == cooperative_id, own.loan == loan)


def _version(row: Row[Any], agreed: Row[Any]) -> CardVersion:
    terms = version_of(row, agreed.disbursed_day, agreed.rounding_exponent).terms
    try:
        effective = effective_rate_bps(terms, Rupiah(agreed.fee if row.cause == "STARTED" else 0))
    except ValueError:
        effective = None
    return CardVersion(
        row.version,
        row.cause,
        row.book_day,
        row.drawn,
        row.principal,
        row.rate_bps,
        row.months,
        row.grace_months,
        row.freeze_months,
        LoanMethod(row.method),
        row.instalments_before,
        row.interest_carried,
        row.interest_waived,
        effective,
    )


def _instalments(state: LoanState) -> tuple[CardInstalment, ...]:
    terms, paid = state.version.terms, state.progress()
    unpaid = {} if state.closed else {part.number: part for part in unpaid_parts(terms, paid.state)}
    outstanding: int = terms.principal
    rows = []
    for due in schedule(terms):
        outstanding -= due.principal
        left = unpaid.get(due.number)
        rows.append(
            CardInstalment(
                terms.instalments_before + due.number,
                due.due_on,
                due.principal,
                due.interest,
                left.principal if left else 0,
                left.interest if left else 0,
                outstanding,
            )
        )
    return tuple(rows)


def _payments(versions: list[Row[Any]], paid: list[Row[Any]], opened: int) -> tuple[CardPayment, ...]:
    """`opened` was paid before the loan came into these books."""
    outstanding = -opened
    rows: list[CardPayment] = []
    for row in sorted([*versions, *paid], key=lambda row: (row.block_number, row.log_index)):
        if hasattr(row, "drawn"):
            outstanding += row.drawn
        else:
            outstanding -= row.principal
            split = (row.principal, row.interest, row.penalty)
            receipt = unsigned(row.receipt)
            rows.append(
                CardPayment(row.book_day, receipt, *split, row.channel, bool(row.recovered), outstanding)
            )
    return tuple(rows)
