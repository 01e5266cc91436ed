"""One digest over everything in the books that is a function of the chain.

SHA-256 over the tables by name; each is its name in a line, then its rows in the order of the primary key,
a JSON array a line, bytes in base64, without the cooperative's local number. Of blocks only those count that
hold logs of the cooperative, and the floor does not count: both depend on when the chain was read.
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import Final

import msgspec
from sqlalchemy import Connection, Table, select

from indexer.ledger import schema
from indexer.ledger.kept import KEPT

_CHUNK: Final = 5_000
TABLES: Final = tuple(
    sorted({*schema.LOG_TABLES, schema.line, schema.tree_node, *KEPT}, key=lambda t: t.name)
)
"""All but the head, which says where the books stand."""


def digest(connection: Connection, cooperative_id: int) -> str:
    """The digest in hex."""
    total = sha256()
    encoder = msgspec.json.Encoder()
    for table in TABLES:
        total.update(f"{table.name}\n".encode())
        for rows in _rows(connection, cooperative_id, table):
            total.update(encoder.encode_lines(rows))
    return total.hexdigest()


def _rows(connection: Connection, cooperative_id: int, table: Table) -> Iterator[list[tuple[object, ...]]]:
    keys = [column for column in table.primary_key.columns if column.name != "cooperative_id"]
    columns = [column for column in table.columns if column.name != "cooperative_id"]
    query = select(*columns).where(table.c.cooperative_id == cooperative_id).order_by(*keys)
    if table is schema.block:
        log = schema.raw_log.c
        holds = select(log.block_number).where(
            log.cooperative_id == cooperative_id, log.block_number == table.c.block_number
        )
        query = query.where(holds.exists())
    result = connection.execution_options(yield_per=_CHUNK).execute(query)
    for rows in result.partitions():
        yield [tuple(row) for row in rows]
