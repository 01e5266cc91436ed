"""The instalments of a loan, from its terms in the books."""

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Final

from sqlalchemy import Connection

from indexer.ledger.loan_source import BooksSource
from indexer.reports.balances import csv_text
from rules import amortization
from rules.amortization import Instalment
from rules.calendar import day_text
from rules.types import LoanNumber

COLUMNS: Final = ("instalment", "due_on", "principal", "interest")


class UnknownLoanError(LookupError):
    """No such loan in the books."""

    def __init__(self, loan: int) -> None:
        super().__init__(f"Pinjaman {loan} tidak ada dalam buku. / Loan {loan} is not in the books.")
        self.loan = loan


def schedule(connection: Connection, loan: LoanNumber, cooperative_id: int = 1) -> list[Instalment]:
    """Due days, principal and interest in rupiah of the version in force. UnknownLoanError."""
    found = list(BooksSource(lambda: nullcontext(connection), cooperative_id).loans([loan]))
    if not found:
        raise UnknownLoanError(loan)
    return amortization.schedule(found[0].version.terms)


def schedule_csv(instalments: Sequence[Instalment]) -> str:
    """As examples/*/expected/schedules/*.csv."""
    rows = ((each.number, day_text(each.due_on), each.principal, each.interest) for each in instalments)
    return csv_text(COLUMNS, rows)
