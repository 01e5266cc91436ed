"""The instalments of a loan, from the version of its terms in the books."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection

from indexer.reports.balances import csv_text
from indexer.reports.loans import loan_state
from rules import amortization
from rules.amortization import Instalment
from rules.calendar import day_text
from rules.types import LoanNumber

COLUMNS: Final = ("instalment", "due_on", "principal", "interest")


def schedule(connection: Connection, loan: LoanNumber, cooperative_id: int = 1) -> list[Instalment]:
    """Due days, principal and interest in rupiah of the version in force. UnknownLoanError."""
    return amortization.schedule(loan_state(connection, loan, cooperative_id).version.terms)


def schedule_csv(instalments: Sequence[Instalment]) -> str:
    """As examples/*/expected/schedules/*.csv."""
    rows = ((each.number, day_text(each.due_on), each.principal, each.interest) for each in instalments)
    return csv_text(COLUMNS, rows)
