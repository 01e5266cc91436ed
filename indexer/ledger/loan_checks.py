"""Checks of what the books hold of loans against the read models, and of the clearing account."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, func, select

from indexer.ledger import schema
from indexer.ledger.accounts import ALLOWANCE, CLEARING, INTEREST_RECEIVABLE, LOANS
from indexer.ledger.schema import joined, kept_words, sum_words


def outstanding_of(connection: Connection, cooperative_id: int) -> dict[int, tuple[int, int]]:
    """By loan what its read models leave of principal in the books, and written off, in rupiah."""
    loan, version = schema.loan.c, schema.loan_version.c
    payment, change = schema.loan_payment.c, schema.loan_change.c
    owed: defaultdict[int, int] = defaultdict(int)
    written: defaultdict[int, int] = defaultdict(int)
    opened = select(loan.loan, -loan.opened_principal_paid).where(loan.cooperative_id == cooperative_id)
    for number, amount in connection.execute(opened):
        owed[number] += amount
    for sign, sums, amounts in (
        (1, owed, _sums(cooperative_id, schema.loan_version, version.drawn)),
        (-1, owed, _sums(cooperative_id, schema.loan_payment, payment.principal, payment.recovered == 0)),
        (-1, written, _sums(cooperative_id, schema.loan_payment, payment.principal, payment.recovered == 1)),
        (-1, owed, _sums(cooperative_id, schema.loan_change, change.amount, change.change == "WRITTEN_OFF")),
        (
            1,
            written,
            _sums(cooperative_id, schema.loan_change, change.amount, change.change == "WRITTEN_OFF"),
        ),
    ):
        for row in connection.execute(amounts):
            sums[row[0]] += sign * joined(*row[1:])
    return {number: (owed[number], written[number]) for number in sorted(owed.keys() | written.keys())}


def _sums(
    cooperative_id: int, table: Table, amount: ColumnElement[int], *where: ColumnElement[bool]
) -> Select[Any]:
    query = select(table.c.loan, *sum_words(amount)).where(table.c.cooperative_id == cooperative_id, *where)
    return query.group_by(table.c.loan)


def check_loans(connection: Connection, cooperative_id: int) -> Iterator[str]:
    """1210 of a loan is what was lent less what was paid and written off; nothing is owed of a closed
    loan; 1220 and 1290 are never below nought."""
    closure = schema.loan_closure.c
    closed = set(
        connection.execute(select(closure.loan).where(closure.cooperative_id == cooperative_id)).scalars()
    )
    told = outstanding_of(connection, cooperative_id)
    held = _held(connection, cooperative_id)
    for loan, account in sorted(held):
        if loan not in told:
            yield f"loan {loan} has entries and no terms"
        elif held[loan, account] * (-1 if account == ALLOWANCE else 1) < 0:
            yield f"loan {loan} has {held[loan, account]} in account {account}"
    for loan, (owed, written) in told.items():
        outstanding = held.get((loan, LOANS), 0)
        is_open = bool(outstanding or written)
        if outstanding != owed or min(owed, written) < 0 or is_open == (loan in closed):
            state = "closed" if loan in closed else "running"
            yield f"loan {loan}: {outstanding} outstanding of {owed}, {written} written off, {state}"


def written_off_at(connection: Connection, cooperative_id: int, block_number: int) -> dict[int, int]:
    """By loan what was written off after a block and not recovered since, in rupiah."""
    payment, change = schema.loan_payment.c, schema.loan_change.c
    given_up = _sums(
        cooperative_id,
        schema.loan_change,
        change.amount,
        change.change == "WRITTEN_OFF",
        change.block_number <= block_number,
    )
    recovered = _sums(
        cooperative_id,
        schema.loan_payment,
        payment.principal,
        payment.recovered == 1,
        payment.block_number <= block_number,
    )
    written = {row[0]: joined(*row[1:]) for row in connection.execute(given_up)}
    for row in connection.execute(recovered):
        written[row[0]] = written.get(row[0], 0) - joined(*row[1:])
    return written


def versions_at(connection: Connection, cooperative_id: int, block_number: int) -> dict[int, int]:
    """By loan the version of its terms after a block."""
    version = schema.loan_version.c
    query = (
        select(version.loan, func.max(version.version))
        .where(version.cooperative_id == cooperative_id, version.block_number <= block_number)
        .group_by(version.loan)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def _held(connection: Connection, cooperative_id: int) -> dict[tuple[int, int], int]:
    kept = schema.loan_balance.c
    query = (
        select(kept.loan, kept.account, *kept_words(schema.loan_balance))
        .where(
            kept.cooperative_id == cooperative_id, kept.account.in_((LOANS, INTEREST_RECEIVABLE, ALLOWANCE))
        )
        .group_by(kept.loan, kept.account)
    )
    return {(loan, account): joined(*words) for loan, account, *words in connection.execute(query)}


def check_clearing(connection: Connection, cooperative_id: int) -> Iterator[str]:
    """What is taken without cash pays a loan in the same transaction: the clearing account is nought
    after a block."""
    entry, line = schema.entry.c, schema.line.c
    query = (
        select(entry.block_number, *sum_words(line.amount))
        .join(schema.line, (line.cooperative_id == entry.cooperative_id) & (line.entry == entry.number))
        .where(entry.cooperative_id == cooperative_id, line.account == CLEARING)
        .group_by(entry.block_number)
        .order_by(entry.block_number)
    )
    for block_number, *words in connection.execute(query):
        if joined(*words):
            yield f"block {block_number}: account {CLEARING} keeps {joined(*words)}"
