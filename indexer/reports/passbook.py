"""Buku simpanan: what a member holds and owes, line by line with running balances. Amounts only, no names."""

from collections import defaultdict
from typing import Final

import msgspec
from sqlalchemy import Connection, select

from indexer.ledger import schema
from indexer.ledger.accounts import (
    CHART,
    INTEREST_TAX,
    LOAN_INTEREST,
    LOANS,
    PAYABLE,
    POKOK,
    SUKARELA,
    WAJIB,
)
from indexer.ledger.schema import unsigned
from indexer.ledger.titles import TITLES

ACCOUNTS: Final = (POKOK, WAJIB, SUKARELA, PAYABLE, LOANS, LOAN_INTEREST, INTEREST_TAX)
"""Accounts that a passbook shows: savings, loans, interest paid on them, tax withheld."""


class PassbookLine(msgspec.Struct, frozen=True):
    """A movement: `amount` is positive if the account's balance for the member grew by it.

    `balance` is what the member has in the account after it; for LOANS what is owed of this loan, for
    LOAN_INTEREST and INTEREST_TAX the total paid so far.
    """

    entry: int
    book_day: int
    rule: str
    title: str
    title_en: str
    receipt: int | None
    account: int
    loan: int | None
    amount: int
    balance: int
    final: bool


class Passbook(msgspec.Struct, frozen=True):
    """A member's passbook in the order of the entries; balances in rupiah now."""

    member: int
    status: str
    joined_on: int
    pokok: int
    wajib: int
    sukarela: int
    payable: int
    loans_outstanding: int
    lines: tuple[PassbookLine, ...]


class UnknownMemberError(LookupError):
    """No such member in the books."""

    def __init__(self, member: int) -> None:
        super().__init__(f"Anggota {member} tidak ada dalam buku. / Member {member} is not in the books.")
        self.member = member


def passbook(
    connection: Connection, member: int, *, last: int | None = None, cooperative_id: int = 1
) -> Passbook:
    """The passbook of member number `member`, with only the `last` lines if given. UnknownMemberError."""
    joined_on, status = _member(connection, member, cooperative_id)
    lines, totals = _lines(connection, member, cooperative_id)
    owed = sum(total for (account, _), total in totals.items() if account == LOANS)
    shown = lines if last is None else lines[max(len(lines) - last, 0) :]
    return Passbook(
        member,
        status,
        joined_on,
        pokok=totals[POKOK, None],
        wajib=totals[WAJIB, None],
        sukarela=totals[SUKARELA, None],
        payable=totals[PAYABLE, None],
        loans_outstanding=owed,
        lines=tuple(shown),
    )


def _member(connection: Connection, member: int, cooperative_id: int) -> tuple[int, str]:
    table, status = schema.member.c, schema.member_status.c
    query = select(table.joined_day).where(table.cooperative_id == cooperative_id, table.member == member)
    joined_on = connection.execute(query).scalar_one_or_none()
    if joined_on is None:
        raise UnknownMemberError(member)
    latest = (
        select(status.status)
        .where(status.cooperative_id == cooperative_id, status.member == member)
        .order_by(status.block_number.desc(), status.log_index.desc())
        .limit(1)
    )
    return joined_on, connection.execute(latest).scalar_one()


_Totals = defaultdict[tuple[int, int | None], int]


def _lines(connection: Connection, member: int, cooperative_id: int) -> tuple[list[PassbookLine], _Totals]:
    line, entry, head = schema.line.c, schema.entry.c, schema.head.c
    query = (
        select(
            line.entry,
            line.account,
            line.loan,
            line.amount,
            line.book_day,
            entry.rule,
            entry.receipt,
            head.final_entries,
        )
        .join(schema.entry, (entry.cooperative_id == line.cooperative_id) & (entry.number == line.entry))
        .join(schema.head, head.cooperative_id == line.cooperative_id)
        .where(line.cooperative_id == cooperative_id, line.member == member)
        .order_by(line.entry, line.position)
    )
    totals: _Totals = defaultdict(int)
    lines = []
    for row in connection.execute(query):
        if row.account not in ACCOUNTS:
            continue
        key = (row.account, row.loan if row.account == LOANS else None)
        amount = row.amount if CHART[row.account].debit else -row.amount
        totals[key] += amount
        receipt = None if row.receipt is None else unsigned(row.receipt)
        lines.append(
            PassbookLine(
                row.entry,
                row.book_day,
                row.rule,
                *TITLES[row.rule],
                receipt,
                row.account,
                row.loan,
                amount,
                totals[key],
                row.entry <= row.final_entries,
            )
        )
    return lines, totals
