"""Balances at a month's end, as rows of examples/*/expected/{savings,loans,cash}.csv."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import msgspec
from sqlalchemy import Connection, Table, select

from indexer.ledger import schema
from indexer.ledger.accounts import (
    BANK,
    CASH,
    INTEREST_TAX,
    LOANS,
    POKOK,
    SAVINGS_INTEREST,
    SAVINGS_INTEREST_DUE,
    SUKARELA,
    WAJIB,
)
from indexer.ledger.schema import joined, sum_words
from indexer.ledger.turnovers import turnovers
from rules.calendar import last_day, month_text
from rules.types import Month, WibDay

_OF_MEMBERS: Final = (POKOK, WAJIB, SUKARELA, SAVINGS_INTEREST, SAVINGS_INTEREST_DUE, INTEREST_TAX)


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
    """Every member who joined up to the month, by number; sukarela is without the interest it earned.

    That is gross less tax and less what is not credited yet: a member's lines in the accounts of interest,
    what is due of it and its tax are of nothing else.
    """
    member = schema.member.c
    end = last_day(month)
    balances = balances_by(schema.member_balance, connection, end, cooperative_id, _OF_MEMBERS)
    members = (
        select(member.member)
        .where(member.cooperative_id == cooperative_id, member.joined_day <= end)
        .order_by(member.member)
    )
    text = month_text(month)
    rows = []
    for who in connection.execute(members).scalars():
        pokok, wajib, sukarela, *interest = (balances.get((who, account), 0) for account in _OF_MEMBERS)
        rows.append(SavingsRow(text, who, -pokok, -wajib, -(sukarela + sum(interest))))
    return tuple(rows)


def balances_by(
    table: Table, connection: Connection, end: WibDay, cooperative_id: int, accounts: Sequence[int]
) -> dict[tuple[int, int], int]:
    """Debits less credits at the end of a day by member (`table` is member_balance) or loan (loan_balance),
    and account: what is kept less what came later.

    Lines of no member are left out here and not in SQL: SQLite would go through the index by member.
    """
    kept, line = table.c, schema.line.c
    owner = line.member if table is schema.member_balance else line.loan
    words = (kept.debit_high - kept.credit_high, kept.debit_low - kept.credit_low)
    now = select(kept[owner.name], kept.account, *words).where(
        kept.cooperative_id == cooperative_id, kept.account.in_(accounts)
    )
    later = (
        select(owner, line.account, *sum_words(line.amount))
        .where(line.cooperative_id == cooperative_id, line.book_day > end, line.account.in_(accounts))
        .group_by(owner, line.account)
    )
    balances = {(who, account): joined(*total) for who, account, *total in connection.execute(now)}
    for who, account, *total in connection.execute(later):
        if who is not None:
            balances[who, account] -= joined(*total)
    return balances


def loans(connection: Connection, month: Month, cooperative_id: int = 1) -> tuple[LoanRow, ...]:
    """Every loan in the books up to the month, closed ones too, by number."""
    line, loan, payment = schema.line.c, schema.loan.c, schema.loan_payment.c
    end = last_day(month)
    paid = (
        select(line.loan, *sum_words(line.amount))
        .where(line.cooperative_id == cooperative_id, line.book_day <= end, line.loan.is_not(None))
        .where(line.account == LOANS, line.amount < 0)
        .group_by(line.loan)
    )
    reduced = {number: -joined(*total) for number, *total in connection.execute(paid)}
    received = (
        select(payment.loan, *sum_words(payment.interest))
        .where(payment.cooperative_id == cooperative_id, payment.book_day <= end)
        .group_by(payment.loan)
    )
    interests = {number: joined(*total) for number, *total in connection.execute(received)}
    listed = (
        select(schema.loan)
        .where(loan.cooperative_id == cooperative_id, loan.listed_day <= end)
        .order_by(loan.loan)
    )
    rows = []
    for each in connection.execute(listed):
        principal = each.opened_principal_paid + reduced.get(each.loan, 0)
        interest = each.opened_interest_paid + interests.get(each.loan, 0)
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


_FORMULA: Final = re.compile(r"[=+@\t\r]|-(?![0-9]*\Z)")
"""What a cell of text begins with that a spreadsheet takes for a formula; a number below nought is none."""


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows under a header, as the day books are written. Words that a spreadsheet would compute get an
    apostrophe in front."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(map(_no_formula, columns))
    writer.writerows(map(_no_formula, row) for row in rows)
    return text.getvalue()


def _no_formula(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell


def balances_csv(kind: str, rows: Sequence[Row]) -> str:
    """Rows of `KINDS[kind]` as CSV."""
    columns = KINDS[kind][1].__struct_fields__
    return csv_text(columns, (msgspec.structs.astuple(row) for row in rows))
