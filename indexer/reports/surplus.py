"""The year's surplus in the books: what closed into it, how it was allocated, and what of it is paid."""

import json
from collections.abc import Iterator
from datetime import date

import msgspec
from sqlalchemy import Connection, Row, func, select

from indexer.ledger import accounts, schema
from indexer.ledger.surplus_schema import share_payment, surplus_allocation
from rules.calendar import day_of_date
from rules.types import MemberNumber


class Pot(msgspec.Struct, frozen=True):
    """A part of a surplus, in rupiah, by the account that it went to."""

    account: int
    amount: int


class SurplusYear(msgspec.Struct, frozen=True):
    """A year's surplus in rupiah: over its pots; of the members' pot what was paid into savings, to who left,
    and in cash, what is unpaid, and how many shares were paid. `book_day` is a WIB day."""

    year: int
    total: int
    pots: tuple[Pot, ...]
    members_total: int
    paid_into_savings: int
    paid_to_left: int
    paid_in_cash: int
    shares_paid: int
    shares_root: bytes
    document: bytes
    book_day: int
    distributor: bytes

    @property
    def unpaid(self) -> int:
        """Rupiah of the members' pot that nobody was paid."""
        return self.members_total - self.paid_into_savings - self.paid_to_left - self.paid_in_cash


class Allocation(msgspec.Struct, frozen=True):
    """Where a year's surplus was allocated: place of the log, transaction, root of the members' shares."""

    year: int
    shares_root: bytes
    block_number: int
    log_index: int
    tx_hash: bytes
    final: bool


def allocation_of(connection: Connection, year: int, cooperative_id: int = 1) -> Allocation | None:
    """The allocation of a year, None if the books have none."""
    table, log, head = surplus_allocation.c, schema.raw_log.c, schema.head.c
    floor = select(head.floor).where(head.cooperative_id == cooperative_id).scalar_subquery()
    query = (
        select(table.shares_root, table.block_number, table.log_index, log.tx_hash, floor)
        .join_from(
            surplus_allocation,
            schema.raw_log,
            (log.cooperative_id == table.cooperative_id)
            & (log.block_number == table.block_number)
            & (log.log_index == table.log_index),
        )
        .where(table.cooperative_id == cooperative_id, table.year == year)
        .order_by(table.block_number, table.log_index)
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    root, block, index, transaction, last = row
    final = last is not None and block <= last
    return Allocation(year, bytes(root), block, index, bytes(transaction), final)


def surplus_years(connection: Connection, cooperative_id: int = 1) -> tuple[SurplusYear, ...]:
    """Every year that was allocated, the newest first."""
    table = surplus_allocation.c
    query = (
        select(surplus_allocation).where(table.cooperative_id == cooperative_id).order_by(table.year.desc())
    )
    rows = connection.execute(query).all()
    return tuple(_year(row, _paid(connection, row.year, cooperative_id)) for row in rows)


def net_surplus(connection: Connection, year: int, cooperative_id: int = 1) -> int:
    """Rupiah of income less expense of a calendar year, by the lines' book days; a loss is below nought.

    The entries of a year's close are left out: they move it to 3900.
    """
    first, last = _bounds(year)
    line, entry = schema.line.c, schema.entry.c
    query = (
        select(*schema.sum_words(line.amount))
        .join_from(
            schema.line,
            schema.entry,
            (entry.cooperative_id == line.cooperative_id) & (entry.number == line.entry),
        )
        .where(line.cooperative_id == cooperative_id, line.account >= 4000, line.account < 6000)
        .where(line.book_day >= first, line.book_day <= last, entry.rule != "year-closing")
    )
    high, low = connection.execute(query).one()
    return -schema.joined(high or 0, low or 0)


def member_bases(
    connection: Connection, year: int, cooperative_id: int = 1
) -> Iterator[tuple[MemberNumber, int, int]]:
    """Member, capital and business in rupiah, of all who have any, by number.

    Capital: pokok and wajib at the year's end. Business: the interest and penalty on loans that the member
    paid in the year. Members who left by the year's end have no capital then.
    """
    capital = _sums(connection, (accounts.POKOK, accounts.WAJIB), (0, _bounds(year)[1]), cooperative_id)
    business = _paid_on_loans(connection, _bounds(year), cooperative_id)
    for member in sorted(capital.keys() | business.keys()):
        bases = max(capital.get(member, 0), 0), business.get(member, 0)
        if any(bases):
            yield MemberNumber(member), *bases


def _bounds(year: int) -> tuple[int, int]:
    return day_of_date(date(year, 1, 1)), day_of_date(date(year, 12, 31))


def _sums(
    connection: Connection, codes: tuple[int, ...], days: tuple[int, int], cooperative_id: int
) -> dict[int, int]:
    """Credits less debits of each member on these accounts."""
    line = schema.line.c
    query = (
        select(line.member, *schema.sum_words(line.amount))
        .where(line.cooperative_id == cooperative_id, line.account.in_(codes), line.member.is_not(None))
        .where(line.book_day >= days[0], line.book_day <= days[1])
        .group_by(line.member)
    )
    return {member: -schema.joined(high, low) for member, high, low in connection.execute(query)}


def _paid_on_loans(connection: Connection, days: tuple[int, int], cooperative_id: int) -> dict[int, int]:
    paid = schema.loan_payment.c
    query = (
        select(paid.borrower, func.sum(paid.interest + paid.penalty))
        .where(paid.cooperative_id == cooperative_id, paid.book_day >= days[0], paid.book_day <= days[1])
        .group_by(paid.borrower)
    )
    return {borrower: int(amount) for borrower, amount in connection.execute(query)}


def _paid(connection: Connection, year: int, cooperative_id: int) -> dict[int, tuple[int, int]]:
    """Rupiah and number of shares by the account credited."""
    table = share_payment.c
    query = (
        select(table.account, func.count(), *schema.sum_words(table.amount))
        .where(table.cooperative_id == cooperative_id, table.year == year)
        .group_by(table.account)
    )
    return {
        account: (schema.joined(high, low), count) for account, count, high, low in connection.execute(query)
    }


def _year(row: Row[tuple[object, ...]], paid: dict[int, tuple[int, int]]) -> SurplusYear:
    cash = sum(paid.get(account, (0, 0))[0] for account in accounts.CHANNEL_ACCOUNTS.values())
    return SurplusYear(
        row.year,
        row.total,
        tuple(Pot(**pot) for pot in json.loads(row.pots)),
        row.members_total,
        paid.get(accounts.SUKARELA, (0, 0))[0],
        paid.get(accounts.PAYABLE, (0, 0))[0],
        cash,
        sum(count for _, count in paid.values()),
        row.shares_root,
        row.document,
        row.book_day,
        row.distributor,
    )
