"""Tables of the office database: what must not be, or need not be, on the chain. Changed by Alembic only."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
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

MEETING_ORDER: Final = Table(
    "meeting_order",
    METADATA,
    Column("cooperative_id", Integer, nullable=False),
    Column("receipt", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("subject", String(120), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("checked", SmallInteger, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("status", String(16), nullable=False),
    Column("reason", String(200)),
    Column("transaction_hash", String(66)),
    Column("place", Integer),
    PrimaryKeyConstraint("cooperative_id", "receipt"),
)
"""A member's signed order to a meeting's ballot box, to be relayed: WAITING, SENT (in `transaction_hash`, at
`place` of its batch), ACCEPTED or REFUSED by the contract (with its reason).

`content`: the order as JSON. `subject`: what it is about and whose, so that a second one is noticed.
`checked`: 1 if the signature was the member's when it came. Unix seconds.
"""
Index("meeting_order_status", MEETING_ORDER.c.cooperative_id, MEETING_ORDER.c.status)
Index("meeting_order_subject", MEETING_ORDER.c.cooperative_id, MEETING_ORDER.c.subject)

CLAIM_TREE: Final = Table(
    "claim_tree",
    METADATA,
    Column("cooperative_id", Integer, nullable=False),
    Column("through", Integer, nullable=False),
    Column("entries", BigInteger, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("leaves", LargeBinary, nullable=False),
    PrimaryKeyConstraint("cooperative_id", "through", "entries"),
)
"""Members' claims at the end of a WIB day by the first `entries` entries (rules/claims.py): sum in rupiah,
root, and all leaves in order, which say nothing of whom they belong to."""

CLAIM_SALT: Final = Table(
    "claim_salt",
    METADATA,
    Column("cooperative_id", Integer, nullable=False),
    Column("through", Integer, nullable=False),
    Column("entries", BigInteger, nullable=False),
    Column("member", BigInteger, nullable=False),
    Column("salt", LargeBinary),
    Column("destroyed_at", BigInteger),
    PrimaryKeyConstraint("cooperative_id", "through", "entries", "member"),
)
"""The salt of a member's leaves in a tree; NULL once destroyed. Unix seconds."""
