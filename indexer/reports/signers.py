"""Who signs for a member, as the books hold it."""

import msgspec
from sqlalchemy import Connection, select

from indexer.ledger.schema import member_signer


class Signer(msgspec.Struct, frozen=True):
    """A member's signer. `address`: 20 bytes, of a passkey the last ones of its hash."""

    address: bytes
    is_passkey: bool


def signer_of(connection: Connection, member: int, cooperative_id: int = 1) -> Signer | None:
    """The signer that a member has now; None for a number that was never registered."""
    table = member_signer.c
    query = (
        select(table.signer, table.kind)
        .where(table.cooperative_id == cooperative_id, table.member == member)
        .order_by(table.block_number.desc(), table.log_index.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else Signer(row.signer, bool(row.kind))
