"""What every member is owed by the entries of a close: pokok, wajib, sukarela, payable."""

from sqlalchemy import Connection, select

from indexer.ledger import schema
from indexer.ledger.accounts import KIND_ACCOUNTS
from indexer.ledger.schema import joined, sum_words
from rules.types import SavingsKind, WibDay


def claims(
    connection: Connection, through: WibDay, entries: int, cooperative_id: int = 1
) -> dict[int, tuple[int, ...]]:
    """Rupiah by kind (`SavingsKind`), by member number: lines of the first `entries` entries dated `through`
    or before.

    Every member who ever had savings is there, with noughts if they have none left.
    """
    line = schema.line.c
    kinds = {KIND_ACCOUNTS[kind]: kind for kind in SavingsKind}
    query = (
        select(line.member, line.account, *sum_words(line.amount))
        .where(line.cooperative_id == cooperative_id, line.account.in_(kinds))
        .where(line.entry <= entries, line.book_day <= through)
        .group_by(line.member, line.account)
    )
    found: dict[int, list[int]] = {}
    for member, account, *words in connection.execute(query):
        if member is not None:
            found.setdefault(member, [0] * len(kinds))[kinds[account]] = -joined(*words)
    return {member: tuple(found[member]) for member in sorted(found)}
