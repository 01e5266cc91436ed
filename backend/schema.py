"""Tables of the office database: what must not be, or need not be, on the chain. Changed by Alembic only."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
)

METADATA: Final = MetaData()

OFFICE_ROW: Final = Table(
    "office_row",
    METADATA,
    Column("cooperative_id", Integer, nullable=False),
    Column("source", String(64), nullable=False),
    Column("ref", String(200), nullable=False),
    Column("position", Integer, nullable=False),
    Column("book_day", Integer, nullable=False),
    Column("content", String(64), nullable=False),
    Column("status", String(16), nullable=False),
    Column("reason", String(400)),
    Column("receipt", BigInteger, nullable=False),
    Column("transaction_hash", String(66)),
    PrimaryKeyConstraint("cooperative_id", "source", "ref"),
)
"""A row of a day book and what became of it: ACCEPTED, REFUSED (with its reason), or WAITING for a signature.

`content` is a hash of the row as read, so that a changed row under an old ref is noticed.
"""

DOCUMENT_KEY: Final = Table(
    "document_key",
    METADATA,
    Column("cooperative_id", Integer, nullable=False),
    Column("cid", String(64), nullable=False),
    Column("key", LargeBinary),
    Column("sealed_at", BigInteger, nullable=False),
    Column("destroyed_at", BigInteger),
    PrimaryKeyConstraint("cooperative_id", "cid"),
)
"""The key of an encrypted document, by the CID of what is kept; NULL once destroyed. Unix seconds."""
