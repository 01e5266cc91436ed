"""What the books say of savings behind loans after a block: liens as they are held, pledges as agreed."""

from collections import defaultdict
from typing import NamedTuple

from sqlalchemy import Connection, select

from indexer.ledger import schema


class Lien(NamedTuple):
    """Rupiah that are held, that a standing notice would take, and from when (unix seconds)."""

    held: int = 0
    noticed: int = 0
    claimable_at: int = 0


LienKey = tuple[int, int, int]
"""Account of the savings, member, loan."""
Pledge = tuple[int, int, int]
"""Member, kind of savings, rupiah."""


def liens_at(connection: Connection, cooperative_id: int, block_number: int) -> dict[LienKey, Lien]:
    """Every lien that was ever placed."""
    change = schema.lien_change.c
    query = (
        select(schema.lien_change)
        .where(change.cooperative_id == cooperative_id, change.block_number <= block_number)
        .order_by(change.block_number, change.log_index)
    )
    liens: defaultdict[LienKey, Lien] = defaultdict(Lien)
    for row in connection.execute(query):
        key = (row.account, row.member, row.loan)
        lien = liens[key]
        match row.change:
            case "PLACED":
                liens[key] = Lien(row.amount)
            case "RELEASED":
                liens[key] = lien._replace(held=lien.held - row.amount)
            case "NOTICED":
                liens[key] = Lien(lien.held, row.amount, row.claimable_at)
            case "STOPPED":
                liens[key] = Lien(lien.held)
            case "CLAIMED":
                liens[key] = Lien(lien.held - row.amount)
            case other:
                raise ValueError(f"a lien's change {other!r} is not known")
    return dict(liens)


def pledges_at(connection: Connection, cooperative_id: int, block_number: int) -> dict[int, list[Pledge]]:
    """By loan, in the order in which they were agreed."""
    pledge = schema.loan_pledge.c
    query = (
        select(pledge.loan, pledge.member, pledge.kind, pledge.amount)
        .where(pledge.cooperative_id == cooperative_id, pledge.block_number <= block_number)
        .order_by(pledge.block_number, pledge.log_index)
    )
    pledges: defaultdict[int, list[Pledge]] = defaultdict(list)
    for loan, *agreed in connection.execute(query):
        pledges[loan].append(tuple(agreed))
    return dict(pledges)
