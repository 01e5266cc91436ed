"""Neraca saldo: what every account holds at the end of a day."""

import msgspec
from sqlalchemy import Connection

from indexer.ledger.turnovers import turnovers
from indexer.reports.statements.chart import Chart, FindChart, chart_on, house_chart_file
from rules.types import WibDay


class AccountBalance(msgspec.Struct, frozen=True):
    """An account: all debits and credits so far, and the balance on the side where it stands. Rupiah."""

    account: int
    name: str
    name_en: str
    type: str
    turnover_debit: int
    turnover_credit: int
    debit: int
    credit: int


class TrialBalance(msgspec.Struct, frozen=True):
    """Accounts with postings, by code; `debit` and `credit` are the sums of the balances, and equal."""

    as_of: int
    rows: tuple[AccountBalance, ...]
    debit: int
    credit: int


def trial_balance(
    connection: Connection, as_of: WibDay, cooperative_id: int = 1, find: FindChart = house_chart_file
) -> TrialBalance:
    """All accounts at the end of `as_of` (a WIB day), by book dates, provisional entries included.

    Months before come from the balances kept by month, the rest from those kept by day. Accounts are
    named by the chart in force, whose file `find` has; ChartError if it cannot be read.
    """
    totals = turnovers(connection, as_of, cooperative_id)
    chart = chart_on(connection, as_of, cooperative_id, find)
    rows = tuple(_row(account, *totals[account], chart) for account in sorted(totals))
    return TrialBalance(as_of, rows, sum(row.debit for row in rows), sum(row.credit for row in rows))


def _row(account: int, debit: int, credit: int, chart: Chart) -> AccountBalance:
    own = chart.of(account)
    names = (own.label.id, own.label.en, own.type.value)
    return AccountBalance(account, *names, debit, credit, max(debit - credit, 0), max(credit - debit, 0))
