"""The instalments of a loan, from its terms in the books."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, Row, select

from indexer.ledger import schema
from indexer.reports.balances import csv_text
from rules import amortization
from rules.amortization import Instalment, LoanTerms
from rules.calendar import day_text
from rules.types import LoanMethod, LoanNumber

COLUMNS: Final = ("instalment", "due_on", "principal", "interest")


class UnknownLoanError(LookupError):
    """No such loan in the books."""

    def __init__(self, loan: int) -> None:
        super().__init__(f"Pinjaman {loan} tidak ada dalam buku. / Loan {loan} is not in the books.")
        self.loan = loan


def terms_of(connection: Connection, loan: LoanNumber, cooperative_id: int = 1) -> LoanTerms:
    """What the borrower accepted. UnknownLoanError."""
    table = schema.loan
    query = select(table).where(table.c.cooperative_id == cooperative_id, table.c.loan == loan)
    row: Row[tuple[object, ...]] | None = connection.execute(query).one_or_none()
    if row is None:
        raise UnknownLoanError(loan)
    return LoanTerms(row.principal, row.rate_bps, row.months, LoanMethod(row.method), row.disbursed_day)


def schedule(connection: Connection, loan: LoanNumber, cooperative_id: int = 1) -> list[Instalment]:
    """Due days, principal and interest in rupiah. UnknownLoanError."""
    return amortization.schedule(terms_of(connection, loan, cooperative_id))


def schedule_csv(instalments: Sequence[Instalment]) -> str:
    """As examples/*/expected/schedules/*.csv."""
    rows = ((each.number, day_text(each.due_on), each.principal, each.interest) for each in instalments)
    return csv_text(COLUMNS, rows)
