"""What is owed: of a loan at a day, and by a member or a group in all their loans."""

from collections.abc import Iterable
from typing import Final

import msgspec
from sqlalchemy import ColumnElement, Connection, Table, select

from indexer.ledger import schema
from indexer.ledger.schema import joined, sum_words
from indexer.reports.balances import csv_text
from indexer.reports.loans import UnknownLoanError, loan_state, loan_states
from indexer.reports.passbook import UnknownMemberError
from rules.amortization import scheduled_outstanding
from rules.types import LoanNumber, SavingsKind, WibDay

COLUMNS: Final = ("member_no", "loan_no", "state", "outstanding")


class Outstanding(msgspec.Struct, frozen=True):
    """Principal of a loan at the end of `day`, by book dates, in rupiah: what 1210 holds, what was written
    off and is owed still, and what the version in force leaves if every instalment is paid when due."""

    loan: int
    day: int
    in_books: int
    written_off: int
    scheduled: int


class OwedLoan(msgspec.Struct, frozen=True):
    """A loan that is not closed; `state` is RUNNING or WRITTEN_OFF, `outstanding` of principal in rupiah."""

    loan: int
    state: str
    outstanding: int


class Guarantee(msgspec.Struct, frozen=True):
    """Savings that a member pledged for another's loan that is not closed, in rupiah as they were agreed."""

    loan: int
    kind: SavingsKind
    amount: int


class Exposure(msgspec.Struct, frozen=True):
    """What a member owes of principal now, as `ILoanLens.exposureOf`: guarantees are not counted."""

    member: int
    outstanding: int
    loans: tuple[OwedLoan, ...]
    guarantees: tuple[Guarantee, ...]


def outstanding_on(
    connection: Connection, loan: LoanNumber, day: WibDay, cooperative_id: int = 1
) -> Outstanding:
    """A loan at the end of a day. Of one taken over from paper books, what was paid before that counts as
    paid on every day. UnknownLoanError."""
    row = connection.execute(
        select(schema.loan.c.opened_principal_paid).where(
            schema.loan.c.cooperative_id == cooperative_id, schema.loan.c.loan == loan
        )
    ).one_or_none()
    if row is None:
        raise UnknownLoanError(loan)
    version, payment, change = schema.loan_version.c, schema.loan_payment.c, schema.loan_change.c
    lent, paid, recovered, given_up = (
        _sum(connection, table, amount, loan, day, cooperative_id, *where)
        for table, amount, *where in (
            (schema.loan_version, version.drawn),
            (schema.loan_payment, payment.principal, payment.recovered == 0),
            (schema.loan_payment, payment.principal, payment.recovered == 1),
            (schema.loan_change, change.amount, change.change == "WRITTEN_OFF"),
        )
    )
    in_books = max(lent - row.opened_principal_paid, 0) - paid - given_up
    scheduled = scheduled_outstanding(loan_state(connection, loan, cooperative_id).version.terms, day)
    return Outstanding(loan, day, in_books, given_up - recovered, scheduled)


def exposure(connection: Connection, members: Iterable[int], cooperative_id: int = 1) -> list[Exposure]:
    """What each of `members` owes, by number. UnknownMemberError."""
    wanted, member = sorted(set(members)), schema.member.c
    known = select(member.member).where(member.cooperative_id == cooperative_id, member.member.in_(wanted))
    unknown = set(wanted) - set(connection.execute(known).scalars())
    if unknown:
        raise UnknownMemberError(min(unknown))
    return [_exposure(connection, each, cooperative_id) for each in wanted]


def exposure_csv(found: Iterable[Exposure]) -> str:
    """A loan a line."""
    rows = ((each.member, owed.loan, owed.state, owed.outstanding) for each in found for owed in each.loans)
    return csv_text(COLUMNS, rows)


def _sum(
    connection: Connection,
    table: Table,
    amount: ColumnElement[int],
    loan: int,
    day: int,
    cooperative_id: int,
    *where: ColumnElement[bool],
) -> int:
    mine = (table.c.cooperative_id == cooperative_id, table.c.loan == loan, table.c.book_day <= day)
    high, low = connection.execute(select(*sum_words(amount)).where(*mine, *where)).one()
    return joined(high or 0, low or 0)


def _exposure(connection: Connection, member: int, cooperative_id: int) -> Exposure:
    loan, change = schema.loan.c, schema.loan_change.c
    mine = select(loan.loan).where(loan.cooperative_id == cooperative_id, loan.borrower == member)
    taken = select(change.loan).where(
        change.cooperative_id == cooperative_id, change.change == "ASSUMED", change.member == member
    )
    numbers = connection.execute(mine.union(taken)).scalars().all()
    states = loan_states(connection, numbers, cooperative_id) if numbers else []
    owed = tuple(
        OwedLoan(state.loan, "WRITTEN_OFF" if state.written_off else "RUNNING", state.outstanding)
        for state in states
        if state.borrower == member and not state.closed
    )
    guarantees = _guarantees(connection, member, cooperative_id)
    return Exposure(member, sum(each.outstanding for each in owed), owed, guarantees)


def _guarantees(connection: Connection, member: int, cooperative_id: int) -> tuple[Guarantee, ...]:
    """For loans of others: who took a loan over does not answer for it a second time."""
    pledge = schema.loan_pledge.c
    query = select(pledge.loan, pledge.kind, pledge.amount).where(
        pledge.cooperative_id == cooperative_id, pledge.member == member
    )
    pledges = connection.execute(query.order_by(pledge.loan, pledge.kind)).all()
    numbers = {row.loan for row in pledges}
    states = loan_states(connection, numbers, cooperative_id) if numbers else []
    running = {state.loan for state in states if not state.closed and state.borrower != member}
    return tuple(
        Guarantee(row.loan, SavingsKind(row.kind), row.amount) for row in pledges if row.loan in running
    )
