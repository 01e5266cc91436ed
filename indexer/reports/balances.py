"""Balances at a month's end, as rows of examples/*/expected/{savings,loans,cash}.csv."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import msgspec
from sqlalchemy import Connection, select

from indexer.ledger import schema
from indexer.ledger.accounts import BANK, CASH, LOAN_INTEREST, LOANS, POKOK, SUKARELA, WAJIB
from indexer.ledger.schema import joined, sum_words
from indexer.reports.trial_balance import turnovers
from rules.calendar import last_day, month_text
from rules.types import Month

_INTEREST_RULE: Final = "interest"


class SavingsRow(msgspec.Struct, frozen=True):
    """A member's savings at a month's end, in rupiah."""

    month: str
    member_no: int
    pokok: int
    wajib: int
    sukarela_without_interest: int


class LoanRow(msgspec.Struct, frozen=True):
    """A loan at a month's end, in rupiah."""

    month: str
    loan_no: int
    outstanding_principal: int
    paid_principal: int
    paid_interest: int


class CashRow(msgspec.Struct, frozen=True):
    """The till and the bank account at a month's end, in rupiah."""

    month: str
    KAS: int
    BANK: int


Row = SavingsRow | LoanRow | CashRow


def savings(connection: Connection, month: Month, cooperative_id: int = 1) -> tuple[SavingsRow, ...]:
    """Every member who joined up to the month, by number; sukarela is without the interest it earned."""
    line, entry, member = schema.line.c, schema.entry.c, schema.member.c
    end = last_day(month)
    mine = (line.cooperative_id == cooperative_id, line.book_day <= end)
    sums = select(line.member, line.account, *sum_words(line.amount)).where(*mine, line.member.is_not(None))
    held = sums.where(line.account.in_((POKOK, WAJIB, SUKARELA))).group_by(line.member, line.account)
    earned = (
        sums.join(schema.entry, (entry.cooperative_id == line.cooperative_id) & (entry.number == line.entry))
        .where(line.account == SUKARELA, entry.rule == _INTEREST_RULE)
        .group_by(line.member, line.account)
    )
    balances = {(who, account): -joined(*total) for who, account, *total in connection.execute(held)}
    for who, account, *total in connection.execute(earned):
        balances[who, account] += joined(*total)
    members = (
        select(member.member)
        .where(member.cooperative_id == cooperative_id, member.joined_day <= end)
        .order_by(member.member)
    )
    return tuple(
        SavingsRow(
            month_text(month), who, *(balances.get((who, account), 0) for account in (POKOK, WAJIB, SUKARELA))
        )
        for who in connection.execute(members).scalars()
    )


def loans(connection: Connection, month: Month, cooperative_id: int = 1) -> tuple[LoanRow, ...]:
    """Every loan in the books up to the month, closed ones too, by number."""
    line, loan = schema.line.c, schema.loan.c
    end = last_day(month)
    paid = (
        select(line.loan, line.account, *sum_words(line.amount))
        .where(line.cooperative_id == cooperative_id, line.book_day <= end, line.loan.is_not(None))
        .where(line.account.in_((LOANS, LOAN_INTEREST)), line.amount < 0)
        .group_by(line.loan, line.account)
    )
    sums = {(number, account): -joined(*total) for number, account, *total in connection.execute(paid)}
    listed = (
        select(schema.loan)
        .where(loan.cooperative_id == cooperative_id, loan.listed_day <= end)
        .order_by(loan.loan)
    )
    rows = []
    for each in connection.execute(listed):
        principal = each.opened_principal_paid + sums.get((each.loan, LOANS), 0)
        interest = each.opened_interest_paid + sums.get((each.loan, LOAN_INTEREST), 0)
        rows.append(LoanRow(month_text(month), each.loan, each.principal - principal, principal, interest))
    return tuple(rows)


def cash(connection: Connection, month: Month, cooperative_id: int = 1) -> tuple[CashRow, ...]:
    """One row: what the till and the bank account hold."""
    totals = turnovers(connection, last_day(month), cooperative_id)
    kas, bank = (totals.get(account, (0, 0)) for account in (CASH, BANK))
    return (CashRow(month_text(month), kas[0] - kas[1], bank[0] - bank[1]),)


Report = Callable[[Connection, Month, int], Sequence[Row]]
KINDS: Final[Mapping[str, tuple[Report, type[Row]]]] = {
    "savings": (savings, SavingsRow),
    "loans": (loans, LoanRow),
    "cash": (cash, CashRow),
}
"""Each kind of balances: its function and its row."""


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows under a header, as the day books are written."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()


def balances_csv(kind: str, rows: Sequence[Row]) -> str:
    """Rows of `KINDS[kind]` as CSV."""
    columns = KINDS[kind][1].__struct_fields__
    return csv_text(columns, (msgspec.structs.astuple(row) for row in rows))
