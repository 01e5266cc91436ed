"""Related parties in the notes: what members who hold an office save and owe."""

from sqlalchemy import Connection, func, select

from indexer.ledger import schema
from indexer.ledger.accounts import LOANS, POKOK, SUKARELA, WAJIB
from indexer.ledger.schema import joined, sum_words
from indexer.reports.statements.amounts import BookAmounts
from indexer.reports.statements.structs import Field, Listing, Span, Words
from indexer.reports.statements.tables import amount_field, table
from rules.calendar import timestamp_of_day
from rules.types import Office, WibDay


def related_table(books: BookAmounts, span: Span) -> Listing:
    """Holders of offices at the end of the span by member number, with savings and loans in rupiah."""
    accounts = (POKOK, WAJIB, SUKARELA, LOANS)
    holders = holders_of_offices(books.connection, span.to_day, books.cooperative_id)
    held = _balances(books, list(holders), accounts, span.to_day)
    fields = (
        Field("member", Words("Anggota", "Member"), "number"),
        amount_field("savings", Words("Simpanan", "Savings")),
        amount_field("loans_outstanding", Words("Pinjaman", "Loans")),
    )
    rows = []
    for member, offices in sorted(holders.items()):
        label = Words(*(", ".join(sorted(offices)),) * 2)
        savings = -sum(held.get((member, code), 0) for code in accounts[:3])
        rows.append((label, (member, savings, held.get((member, LOANS), 0))))
    title = Words("Pemegang jabatan", "Holders of offices")
    return table(books, "related-parties", title, span, fields, rows)


def holders_of_offices(connection: Connection, day: WibDay, cooperative_id: int = 1) -> dict[int, set[str]]:
    """Members with an office at the end of a day, by block time, and which."""
    change, block = schema.office_change.c, schema.block.c
    end = timestamp_of_day(WibDay(day + 1))
    newest = func.row_number().over(
        partition_by=(change.office, change.account),
        order_by=(change.block_number.desc(), change.log_index.desc()),
    )
    last = (
        select(change.office, change.holder, change.until, newest.label("newest"))
        .join(
            schema.block,
            (block.cooperative_id == change.cooperative_id) & (block.block_number == change.block_number),
        )
        .where(change.cooperative_id == cooperative_id, block.time < end)
        .subquery()
    )
    member = schema.member.c
    query = (
        select(last.c.holder, last.c.office)
        .join(schema.member, (member.cooperative_id == cooperative_id) & (member.member == last.c.holder))
        .where(last.c.newest == 1, last.c.until.is_not(None), last.c.until >= end)
    )
    holders: dict[int, set[str]] = {}
    for holder, office in connection.execute(query):
        holders.setdefault(holder, set()).add(Office(office).name)
    return holders


def _balances(
    books: BookAmounts, members: list[int], accounts: tuple[int, ...], day: WibDay
) -> dict[tuple[int, int], int]:
    line = schema.line.c
    query = (
        select(line.member, line.account, *sum_words(line.amount))
        .where(line.cooperative_id == books.cooperative_id, line.member.in_(members))
        .where(line.account.in_(accounts), line.book_day <= day)
        .group_by(line.member, line.account)
    )
    return {(who, code): joined(*total) for who, code, *total in books.connection.execute(query)}
