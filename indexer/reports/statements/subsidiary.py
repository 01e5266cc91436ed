"""Buku pembantu: what each member and each loan makes of a control account at the end of a day."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Table, select

from indexer.ledger import schema
from indexer.ledger.accounts import (
    ALLOWANCE,
    INTEREST_RECEIVABLE,
    LOANS,
    PAYABLE,
    POKOK,
    SHU_PAYABLE,
    SUKARELA,
    WAJIB,
)
from indexer.reports.balances import balances_by
from indexer.reports.statements.amounts import BookAmounts
from indexer.reports.statements.periods import checked, long_day
from indexer.reports.statements.structs import Cell, Field, Listing, Span, Words
from rules.types import WibDay

SUBSIDIARIES: Final[dict[str, tuple[Words, tuple[int, ...]]]] = {
    "savings": (Words("Simpanan menurut anggota", "Savings by member"), (POKOK, WAJIB, SUKARELA)),
    "loans": (Words("Pinjaman", "Loans"), (LOANS, INTEREST_RECEIVABLE, ALLOWANCE)),
    "payables": (Words("Utang kepada anggota", "Payable to members"), (PAYABLE, SHU_PAYABLE)),
}
"""The sub-ledgers: title, and the control accounts in their columns."""
_REST: Final = Words(
    "Baris terakhir, tanpa nomor: yang dibukukan tanpa menyebut anggota atau pinjaman.",
    "The last row, without a number: what was booked without naming a member or loan.",
)


def subsidiary(books: BookAmounts, name: str, day: WibDay) -> Listing:
    """The sub-ledger `name` of SUBSIDIARIES: balances on the side where each control account stands, those
    who hold nothing left out. KeyError for another name."""
    title, accounts = SUBSIDIARIES[name]
    span = checked(Span(day, day))
    of_loans = name == "loans"
    table = schema.loan_balance if of_loans else schema.member_balance
    held = _held(books, table, accounts, day)
    owner = Field("loan", Words("Pinjaman", "Loan"), "number")
    borrower = Field("member", Words("Anggota", "Member"), "number")
    keys = (owner, borrower) if of_loans else (borrower,)
    fields = (*keys, *(Field(str(code), books.chart.of(code).label, "amount") for code in accounts))
    borrowers = _borrowers(books, day) if of_loans else {}
    rows: list[tuple[Cell, ...]] = []
    for number, amounts in sorted(held.items()):
        if any(amounts):
            rows.append((*((number, borrowers.get(number)) if of_loans else (number,)), *amounts))
    controls = [_side(books, code) * books.balance(day, code) for code in accounts]
    rest = [total - sum(each[at] for each in held.values()) for at, total in enumerate(controls)]
    if any(rest):
        rows.append((*(None for _ in keys), *rest))
    when = long_day(day)
    return Listing(
        name,
        Words(f"{title.id} per {when.id}", f"{title.en} at {when.en}"),
        span,
        fields,
        tuple(rows),
        (*(None for _ in keys), *controls),
        books.stand(),
        remarks=(_REST,) if any(rest) else (),
    )


def _held(
    books: BookAmounts, table: Table, accounts: Sequence[int], day: WibDay
) -> dict[int, tuple[int, ...]]:
    found = balances_by(table, books.connection, day, books.cooperative_id, accounts)
    numbers = {number for number, _ in found}
    return {
        number: tuple(_side(books, code) * found.get((number, code), 0) for code in accounts)
        for number in numbers
    }


def _side(books: BookAmounts, code: int) -> int:
    return 1 if books.chart.of(code).debit else -1


def _borrowers(books: BookAmounts, day: WibDay) -> dict[int, int]:
    """Who owes each loan at the end of a day."""
    loan, change = schema.loan.c, schema.loan_change.c
    own = select(loan.loan, loan.borrower).where(loan.cooperative_id == books.cooperative_id)
    taken = (
        select(change.loan, change.member)
        .where(change.cooperative_id == books.cooperative_id, change.change == "ASSUMED")
        .where(change.book_day <= day)
        .order_by(change.block_number, change.log_index)
    )
    rows = [*books.connection.execute(own), *books.connection.execute(taken)]
    return {row[0]: row[1] for row in rows}
