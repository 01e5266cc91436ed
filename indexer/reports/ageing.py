"""Umur piutang: running loans by collectibility on a day, and the allowance that each asks for."""

from typing import Final

import msgspec
from sqlalchemy import Connection, Select, select

from indexer.ledger import schema
from indexer.ledger.loans import LoanState
from indexer.ledger.policy import Policy, grade_of
from indexer.reports.balances import csv_text
from indexer.reports.loans import loan_states, policy_of
from rules.accrual import accrued_interest, late_since
from rules.amortization import unpaid_parts
from rules.calendar import day_text
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
    "provision",
)


class AgeingRow(msgspec.Struct, frozen=True):
    """A running loan on a day, in rupiah: `overdue` of principal and interest was due before it,
    `interest_due` is earned and unpaid, `allowance` is what the books hold against it now, `provision` what
    the options of that day ask for."""

    loan: int
    member: int
    grade: Collectibility
    late_since: WibDay | None
    outstanding: int
    overdue: int
    interest_due: int
    allowance: int
    provision: int


class AgeingClass(msgspec.Struct, frozen=True):
    """Loans of a class together."""

    grade: Collectibility
    loans: int
    outstanding: int
    overdue: int
    provision: int


def ageing(
    connection: Connection,
    day: WibDay,
    cooperative_id: int = 1,
    *,
    after: int = 0,
    limit: int | None = None,
) -> list[AgeingRow]:
    """Every running loan that was paid out by `day`, by number, by what has been paid on it until now.

    `after` and `limit` give a page of it: the loans with numbers above `after`, `limit` at most.
    """
    numbers = list(connection.execute(_running(day, cooperative_id, after).limit(limit)).scalars())
    policy = policy_of(connection, day, cooperative_id)
    return [_row(state, day, policy) for state in loan_states(connection, numbers, cooperative_id)]


def by_class(rows: list[AgeingRow]) -> list[AgeingClass]:
    """The four classes, as `ILoanLens.ageing` has them, and the provision of each."""
    classes = []
    for grade in Collectibility:
        mine = [row for row in rows if row.grade is grade]
        sums = (sum(getattr(row, name) for row in mine) for name in ("outstanding", "overdue", "provision"))
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
            row.provision,
        )
        for row in rows
    )
    return csv_text(COLUMNS, lines)


def _running(day: WibDay, cooperative_id: int, after: int) -> Select[int]:
    """Numbers of the loans that are neither closed nor written off."""
    loan, closure, change = schema.loan.c, schema.loan_closure.c, schema.loan_change.c
    closed = select(closure.loan).where(closure.cooperative_id == cooperative_id)
    written_off = select(change.loan).where(
        change.cooperative_id == cooperative_id, change.change == "WRITTEN_OFF"
    )
    return (
        select(loan.loan)
        .where(loan.cooperative_id == cooperative_id, loan.loan > after, loan.disbursed_day <= day)
        .where(loan.loan.not_in(closed), loan.loan.not_in(written_off))
        .order_by(loan.loan)
    )


def _row(state: LoanState, day: WibDay, policy: Policy) -> AgeingRow:
    version, paid = state.version, state.progress()
    since, grade = late_since(version, paid, day), grade_of(state, paid, state.liens, day)
    parts = [part for part in unpaid_parts(version.terms, paid.state) if part.due_on < day]
    return AgeingRow(
        state.loan,
        state.borrower,
        grade,
        since,
        state.outstanding,
        paid.carried + sum(part.principal + part.interest for part in parts),
        accrued_interest(version, paid, day),
        state.allowance,
        policy.provision(state, paid, grade, state.liens, day),
    )
