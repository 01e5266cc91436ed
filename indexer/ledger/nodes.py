"""The tree's kept nodes in the database."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from indexer.ledger import schema
from indexer.ledger.merkle import Fetch, leaf_hash


def fetcher(connection: Connection, cooperative_id: int) -> Fetch:
    """Reads leaf hashes from the entries and the other levels from tree_node."""
    node, entry = schema.tree_node.c, schema.entry.c

    def fetch(level: int, start: int, stop: int) -> Sequence[bytes]:
        if level == 0:
            query = (
                select(entry.hash)
                .where(entry.cooperative_id == cooperative_id, entry.number > start, entry.number <= stop)
                .order_by(entry.number)
            )
            return [leaf_hash(data) for data in connection.execute(query).scalars()]
        query = (
            select(node.hash)
            .where(
                node.cooperative_id == cooperative_id,
                node.level == level,
                node.position >= start,
                node.position < stop,
            )
            .order_by(node.position)
        )
        return list(connection.execute(query).scalars())

    return fetch
