"""Umur piutang: running loans by collectibility on a day, and the allowance that each asks for."""

from typing import Final

import msgspec
from sqlalchemy import Connection

from indexer.ledger.loans import LoanState
from indexer.reports.balances import csv_text
from indexer.reports.loans import loan_states
from rules.accrual import accrued_interest, late_since
from rules.amortization import unpaid_parts
from rules.calendar import day_text
from rules.collectibility import collectibility
from rules.types import Collectibility, WibDay

COLUMNS: Final = (
    "loan_no",
    "member_no",
    "class",
    "late_since",
    "outstanding",
    "overdue",
    "interest_due",
    "allowance",
)


class AgeingRow(msgspec.Struct, frozen=True):
    """A running loan on a day, in rupiah: `overdue` of principal and interest was due before it,
    `interest_due` is earned and unpaid, `allowance` is what the books hold."""

    loan: int
    member: int
    grade: Collectibility
    late_since: WibDay | None
    outstanding: int
    overdue: int
    interest_due: int
    allowance: int


class AgeingClass(msgspec.Struct, frozen=True):
    """Loans of a class together."""

    grade: Collectibility
    loans: int
    outstanding: int
    overdue: int


def ageing(connection: Connection, day: WibDay, cooperative_id: int = 1) -> list[AgeingRow]:
    """Every running loan that was paid out by `day`, by number, by what has been paid on it until now."""
    states = loan_states(connection, None, cooperative_id)
    return [_row(state, day) for state in states if state.is_running and _is_out(state, day)]


def by_class(rows: list[AgeingRow]) -> list[AgeingClass]:
    """The four classes, as `ILoanLens.ageing` has them."""
    classes = []
    for grade in Collectibility:
        mine = [row for row in rows if row.grade is grade]
        sums = (sum(row.outstanding for row in mine), sum(row.overdue for row in mine))
        classes.append(AgeingClass(grade, len(mine), *sums))
    return classes


def ageing_csv(rows: list[AgeingRow]) -> str:
    """A loan a line."""
    lines = (
        (
            row.loan,
            row.member,
            row.grade.name,
            "" if row.late_since is None else day_text(row.late_since),
            row.outstanding,
            row.overdue,
            row.interest_due,
            row.allowance,
        )
        for row in rows
    )
    return csv_text(COLUMNS, lines)


def _is_out(state: LoanState, day: WibDay) -> bool:
    return state.version.terms.disbursed_on <= day


def _row(state: LoanState, day: WibDay) -> AgeingRow:
    version, paid = state.version, state.progress()
    since = late_since(version, paid, day)
    parts = [part for part in unpaid_parts(version.terms, paid.state) if part.due_on < day]
    return AgeingRow(
        state.loan,
        state.borrower,
        collectibility(since, day, state.outstanding, state.liens),
        since,
        state.outstanding,
        paid.carried + sum(part.principal + part.interest for part in parts),
        accrued_interest(version, paid, day),
        state.allowance,
    )
