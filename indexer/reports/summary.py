"""Totals for the public page, and how far the books have come."""

import msgspec
from sqlalchemy import Connection, exists, func, select

from indexer.ledger import schema
from indexer.ledger.accounts import BANK, CASH, LOANS, PAYABLE, POKOK, STABLECOIN, SUKARELA, WAJIB
from indexer.ledger.schema import joined, kept_words


class MemberCounts(msgspec.Struct, frozen=True):
    """Members by status now."""

    registered: int
    active: int
    suspended: int
    left: int


class Summary(msgspec.Struct, frozen=True):
    """Totals in rupiah over every entry, provisional ones too; `head` is None while the books are empty."""

    members: MemberCounts
    pokok: int
    wajib: int
    sukarela: int
    payable: int
    loans_outstanding: int
    loans_running: int
    kas: int
    bank: int
    stablecoin: int
    entries: int
    final_entries: int
    head: int | None
    head_hash: bytes
    head_time: int | None
    floor: int


def summary(connection: Connection, cooperative_id: int = 1) -> Summary:
    """Everything at once."""
    kept = schema.account_month.c
    query = (
        select(kept.account, *kept_words(schema.account_month))
        .where(kept.cooperative_id == cooperative_id)
        .group_by(kept.account)
    )
    totals = {account: joined(*total) for account, *total in connection.execute(query)}
    running = _count(connection, cooperative_id, "loan") - _count(connection, cooperative_id, "loan_closure")
    entries, final_entries, number, block_hash, time, floor = _head(connection, cooperative_id)
    return Summary(
        members=member_counts(connection, cooperative_id),
        pokok=-totals.get(POKOK, 0),
        wajib=-totals.get(WAJIB, 0),
        sukarela=-totals.get(SUKARELA, 0),
        payable=-totals.get(PAYABLE, 0),
        loans_outstanding=totals.get(LOANS, 0),
        loans_running=running,
        kas=totals.get(CASH, 0),
        bank=totals.get(BANK, 0),
        stablecoin=totals.get(STABLECOIN, 0),
        entries=entries,
        final_entries=final_entries,
        head=number,
        head_hash=block_hash,
        head_time=time,
        floor=floor,
    )


def member_counts(connection: Connection, cooperative_id: int = 1) -> MemberCounts:
    """How many members have each status now: by the few rows that are not ACTIVE."""
    row, later = schema.member_status.alias("row").c, schema.member_status.alias("later").c
    mine = row.cooperative_id == cooperative_id
    same = (later.cooperative_id == row.cooperative_id) & (later.member == row.member)
    after = (later.block_number > row.block_number) | (
        (later.block_number == row.block_number) & (later.log_index > row.log_index)
    )
    was_active = exists().where(same, later.status == "ACTIVE")
    left = select(func.count(), func.count().filter(was_active)).where(mine, row.status == "LEFT")
    suspended = select(func.count()).where(mine, row.status == "SUSPENDED", ~exists().where(same, after))
    ever_active = select(func.count(row.member.distinct())).where(mine, row.status == "ACTIVE")
    gone, gone_active = connection.execute(left).one()
    halted = connection.execute(suspended).scalar_one()
    active = connection.execute(ever_active).scalar_one() - gone_active - halted
    registered = _count(connection, cooperative_id, "member") - active - halted - gone
    return MemberCounts(registered, active, halted, gone)


def _count(connection: Connection, cooperative_id: int, name: str) -> int:
    table = schema.metadata.tables[name]
    query = select(func.count()).select_from(table).where(table.c.cooperative_id == cooperative_id)
    return connection.execute(query).scalar_one()


def _head(connection: Connection, cooperative_id: int) -> tuple[int, int, int | None, bytes, int | None, int]:
    head, block = schema.head.c, schema.block.c
    query = (
        select(schema.head, block.time)
        .outerjoin(
            schema.block,
            (block.cooperative_id == head.cooperative_id) & (block.block_number == head.block_number),
        )
        .where(head.cooperative_id == cooperative_id)
    )
    row = connection.execute(query).one_or_none()
    if row is None or row.block_number < 0:
        return 0, 0, None, b"", None, -1
    return row.entries, row.final_entries, row.block_number, row.block_hash, row.time, row.floor
