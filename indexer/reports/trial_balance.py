"""Neraca saldo: what every account holds at the end of a day."""

import msgspec
from sqlalchemy import Connection

from indexer.ledger.accounts import CHART
from indexer.ledger.turnovers import turnovers
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


def trial_balance(connection: Connection, as_of: WibDay, cooperative_id: int = 1) -> TrialBalance:
    """All accounts at the end of `as_of` (a WIB day), by book dates, provisional entries included.

    Months before come from the balances kept by month, the rest from those kept by day.
    """
    totals = turnovers(connection, as_of, cooperative_id)
    rows = tuple(_row(account, debit, credit) for account, (debit, credit) in sorted(totals.items()))
    return TrialBalance(as_of, rows, sum(row.debit for row in rows), sum(row.credit for row in rows))


def _row(account: int, debit: int, credit: int) -> AccountBalance:
    info = CHART.get(account)
    names = (
        (info.name, info.name_en, info.type.value) if info else (f"Akun {account}", f"Account {account}", "")
    )
    return AccountBalance(account, *names, debit, credit, max(debit - credit, 0), max(credit - debit, 0))
