"""Buku simpanan: what a member holds and owes, line by line with running balances. Amounts only, no names."""

from collections import defaultdict
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Select, bindparam, select

from indexer.ledger import schema
from indexer.ledger.accounts import (
    CHART,
    INTEREST_RECEIVABLE,
    INTEREST_TAX,
    LOAN_FEES,
    LOAN_INTEREST,
    LOANS,
    PAYABLE,
    PENALTIES,
    POKOK,
    RECOVERIES,
    SUKARELA,
    WAJIB,
)
from indexer.ledger.schema import unsigned
from indexer.ledger.titles import TITLES
from indexer.reports.prepared import Prepared
from rules.types import LoanMethod

ACCOUNTS: Final = (
    POKOK,
    WAJIB,
    SUKARELA,
    PAYABLE,
    LOANS,
    LOAN_INTEREST,
    PENALTIES,
    LOAN_FEES,
    RECOVERIES,
    INTEREST_TAX,
)
"""Accounts that a passbook shows: savings, loans, what was paid for them, tax withheld."""
_SIDES: Final = {account: 1 if CHART[account].debit else -1 for account in ACCOUNTS}


class PassbookLine(msgspec.Struct, frozen=True):
    """A movement: `amount` is positive if the account's balance for the member grew by it.

    `balance` is what the member has in the account after it; for LOANS what is owed of this loan, for
    the others the total paid so far (interest is in LOAN_INTEREST, whether it was recognised before or not).
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


class PassbookTerms(msgspec.Struct, frozen=True):
    """A version of the terms of one of the member's loans; `cause` as in `instalment_card.CardVersion`."""

    loan: int
    version: int
    cause: str
    book_day: int
    principal: int
    rate_bps: int
    months: int
    method: LoanMethod


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
    loan_terms: tuple[PassbookTerms, ...]


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
        loan_terms=_terms(connection, {loan for _, loan in totals if loan is not None}, cooperative_id),
    )


def _member(connection: Connection, member: int, cooperative_id: int) -> tuple[int, str]:
    found = _STATUSES.rows(connection, cooperative=cooperative_id, member=member)
    if not found:
        raise UnknownMemberError(member)
    joined_on, status = found[-1]
    return joined_on, status


def _terms(connection: Connection, loans: set[int], cooperative_id: int) -> tuple[PassbookTerms, ...]:
    if not loans:
        return ()
    version = schema.loan_version.c
    names = PassbookTerms.__struct_fields__
    query = (
        select(*(version[name] for name in names))
        .where(version.cooperative_id == cooperative_id, version.loan.in_(sorted(loans)))
        .order_by(version.loan, version.version)
    )
    return tuple(
        msgspec.convert(dict(zip(names, row, strict=True)), PassbookTerms)
        for row in connection.execute(query)
    )


_Totals = defaultdict[tuple[int, int | None], int]


def _lines(connection: Connection, member: int, cooperative_id: int) -> tuple[list[PassbookLine], _Totals]:
    totals: _Totals = defaultdict(int)
    lines = []
    for entry, account, loan, signed, book_day, rule, receipt, final_entries in _LINES.rows(
        connection, cooperative=cooperative_id, member=member
    ):
        if account == INTEREST_RECEIVABLE:
            account = LOAN_INTEREST
        side = _SIDES.get(account)
        if side is None or (account == LOAN_INTEREST and rule != "loan-payment"):
            continue
        key = (account, loan if account == LOANS else None)
        amount = side * signed
        totals[key] = balance = totals[key] + amount
        number = None if receipt is None else unsigned(receipt)
        final = entry <= final_entries
        title, title_en = TITLES[rule]
        lines.append(
            PassbookLine(
                entry, book_day, rule, title, title_en, number, account, loan, amount, balance, final
            )
        )
    return lines, totals


def _statuses_query() -> Select[tuple[int, str]]:
    member, status = schema.member.c, schema.member_status.c
    return (
        select(member.joined_day, status.status)
        .join(
            schema.member_status,
            (status.cooperative_id == member.cooperative_id) & (status.member == member.member),
        )
        .where(member.cooperative_id == bindparam("cooperative"), member.member == bindparam("member"))
        .order_by(status.block_number, status.log_index)
    )


def _lines_query() -> Select[tuple[Any, ...]]:
    line, entry, head = schema.line.c, schema.entry.c, schema.head.c
    columns = (line.entry, line.account, line.loan, line.amount, line.book_day, entry.rule, entry.receipt)
    return (
        select(*columns, head.final_entries)
        .join(schema.entry, (entry.cooperative_id == line.cooperative_id) & (entry.number == line.entry))
        .join(schema.head, head.cooperative_id == line.cooperative_id)
        .where(line.cooperative_id == bindparam("cooperative"), line.member == bindparam("member"))
        .order_by(line.entry, line.position)
    )


_STATUSES: Final = Prepared(_statuses_query())
_LINES: Final = Prepared(_lines_query())
