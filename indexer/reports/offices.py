"""Who holds which office, with which account, until when."""

import msgspec
from sqlalchemy import Connection, func, select

from indexer.ledger import schema
from rules.types import MemberNumber, Office


class OfficeTerm(msgspec.Struct, frozen=True):
    """A term that nobody ended. Times are unix seconds; `lapsed`: it ended by itself at `until`."""

    office: int
    holder: MemberNumber
    account: bytes
    since: int
    until: int
    lapsed: bool


def offices(connection: Connection, now: int, cooperative_id: int = 1) -> list[OfficeTerm]:
    """Terms at `now` (unix seconds) by office and holder, lapsed ones too: those still convene a meeting."""
    change, block = schema.office_change.c, schema.block.c
    newest = (
        func.row_number()
        .over(
            partition_by=(change.office, change.account),
            order_by=(change.block_number.desc(), change.log_index.desc()),
        )
        .label("newest")
    )
    columns = (change.office, change.holder, change.account, change.until, change.block_number)
    last = select(*columns, newest).where(change.cooperative_id == cooperative_id).subquery()
    query = (
        select(last.c.office, last.c.holder, last.c.account, block.time, last.c.until)
        .join(
            schema.block,
            (block.cooperative_id == cooperative_id) & (block.block_number == last.c.block_number),
        )
        .where(last.c.newest == 1, last.c.until.is_not(None))
        .order_by(last.c.office, last.c.holder, last.c.account)
    )
    return [OfficeTerm(*row, lapsed=row.until <= now) for row in connection.execute(query)]


def held_at(
    connection: Connection, account: bytes, at: int, cooperative_id: int = 1
) -> dict[Office, MemberNumber]:
    """The offices that an account held at `at` (unix seconds), each with its holder: granted by then, neither
    ended nor lapsed."""
    change, block = schema.office_change.c, schema.block.c
    query = (
        select(change.office, change.holder, change.until)
        .join(
            schema.block,
            (block.cooperative_id == cooperative_id) & (block.block_number == change.block_number),
        )
        .where(change.cooperative_id == cooperative_id, change.account == account, block.time <= at)
        .order_by(change.block_number, change.log_index)
    )
    last = {row.office: row for row in connection.execute(query)}
    return {
        Office(office): MemberNumber(row.holder)
        for office, row in last.items()
        if row.until is not None and row.until > at
    }
