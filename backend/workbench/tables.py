"""The workbench's tables in the office database; triggers (migration 0005) keep rows as they were written.

Amounts are rupiah, days WIB days, times unix seconds. A person is who holds an office by the ledger.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from backend.schema import METADATA


def _mine() -> Column[int]:
    return Column("cooperative_id", Integer, nullable=False)


def _signed(prefix: str, nullable: bool) -> tuple[Column[object], ...]:
    """Who signed: person, office, account, signature."""
    return (
        Column(f"{prefix}_person", BigInteger, nullable=nullable),
        Column(f"{prefix}_office", String(16), nullable=nullable),
        Column(f"{prefix}_account", String(42), nullable=nullable),
        Column(f"{prefix}_signature", LargeBinary, nullable=nullable),
    )


BANK_STATEMENT: Final = Table(
    "bank_statement",
    METADATA,
    _mine(),
    Column("number", Integer, nullable=False),
    Column("channel", SmallInteger, nullable=False),
    Column("account", String(80), nullable=False),
    Column("form", String(8), nullable=False),
    Column("file_hash", String(64), nullable=False),
    Column("document", String(64), nullable=False),
    Column("from_day", Integer, nullable=False),
    Column("to_day", Integer, nullable=False),
    Column("opening", BigInteger, nullable=False),
    Column("closing", BigInteger, nullable=False),
    Column("imported_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("cooperative_id", "number"),
    UniqueConstraint("cooperative_id", "channel", "file_hash", name="bank_statement_file"),
)
"""A statement that was imported: SHA-256 of the file, and the CID of the file as it is kept, encrypted."""

BANK_LINE: Final = Table(
    "bank_line",
    METADATA,
    _mine(),
    Column("statement", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("day", Integer, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("text", String(400), nullable=False),
    PrimaryKeyConstraint("cooperative_id", "statement", "position"),
    CheckConstraint("amount <> 0", name="bank_line_amount"),
)
"""A line of a statement; `text` may be personal data, and may be emptied."""

BANK_MATCH: Final = Table(
    "bank_match",
    METADATA,
    _mine(),
    Column("number", Integer, nullable=False),
    Column("channel", SmallInteger, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("reason", String(400), nullable=False),
    *_signed("by", nullable=True),
    PrimaryKeyConstraint("cooperative_id", "number"),
    CheckConstraint(
        "kind <> 'HAND' OR (length(reason) > 0 AND by_person IS NOT NULL AND by_signature IS NOT NULL)",
        name="bank_match_hand",
    ),
)
"""That lines and movements are the same money, and by which rule; a person's match has a reason."""

BANK_PAIR: Final = Table(
    "bank_pair",
    METADATA,
    _mine(),
    Column("match", Integer, nullable=False),
    Column("channel", SmallInteger, nullable=False),
    Column("side", String(8), nullable=False),
    Column("key", String(120), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("live", SmallInteger),
    PrimaryKeyConstraint("cooperative_id", "match", "side", "key"),
    UniqueConstraint("cooperative_id", "channel", "side", "key", "live", name="bank_pair_once"),
)
"""What a match holds (LINE, MOVEMENT), as it was; `live` is 1, or NULL once the match was undone: nothing is
in two matches."""

MATCH_UNDONE: Final = Table(
    "match_undone",
    METADATA,
    _mine(),
    Column("match", Integer, nullable=False),
    Column("undone_at", BigInteger, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("reason", String(400), nullable=False),
    *_signed("by", nullable=True),
    PrimaryKeyConstraint("cooperative_id", "match"),
    CheckConstraint(
        "kind = 'GONE' OR (length(reason) > 0 AND by_person IS NOT NULL AND by_signature IS NOT NULL)",
        name="match_undone_hand",
    ),
)
"""A match that is none any more: a person said so (HAND), or the books have the movement no more (GONE)."""

TILL_COUNT: Final = Table(
    "till_count",
    METADATA,
    _mine(),
    Column("number", Integer, nullable=False),
    Column("channel", SmallInteger, nullable=False),
    Column("day", Integer, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("pieces", String(600), nullable=False),
    Column("counted_at", BigInteger, nullable=False),
    *_signed("first", nullable=False),
    *_signed("second", nullable=False),
    PrimaryKeyConstraint("cooperative_id", "number"),
    CheckConstraint(
        "first_person <> second_person AND first_account <> second_account", name="till_count_persons"
    ),
)
"""A till counted by two persons for the end of a day (`rules.till`)."""

CHAIN_RUN: Final = Table(
    "chain_run",
    METADATA,
    _mine(),
    Column("number", Integer, nullable=False),
    Column("block", BigInteger, nullable=False),
    Column("block_hash", String(66), nullable=False),
    Column("run_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("cooperative_id", "number"),
)
"""A comparison of books and chain whose findings were put on the list."""

CHAIN_FINDING: Final = Table(
    "chain_finding",
    METADATA,
    _mine(),
    Column("run", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("subject", String(80), nullable=False),
    Column("key", Text, nullable=False),
    Column("book", Text, nullable=False),
    Column("chain", Text, nullable=False),
    PrimaryKeyConstraint("cooperative_id", "run", "position"),
)
"""What books and chain say differently, as the comparison says it."""

DIFFERENCE: Final = Table(
    "difference",
    METADATA,
    _mine(),
    Column("id", String(16), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("channel", SmallInteger, nullable=False),
    Column("subject", Text, nullable=False),
    PrimaryKeyConstraint("cooperative_id", "id"),
)
"""A difference that was ever found; its id is a hash of the rest. Channel 0: of no channel."""

DIFFERENCE_ACT: Final = Table(
    "difference_act",
    METADATA,
    _mine(),
    Column("difference", String(16), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("act", String(16), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("cause", String(24), nullable=False),
    Column("reason", String(400), nullable=False),
    Column("acted_at", BigInteger, nullable=False),
    *_signed("maker", nullable=True),
    *_signed("checker", nullable=True),
    PrimaryKeyConstraint("cooperative_id", "difference", "sequence"),
    CheckConstraint("act IN ('FOUND', 'GONE', 'CLOSED', 'REOPENED')", name="difference_act_known"),
    CheckConstraint(
        "act IN ('FOUND', 'GONE') OR (length(trim(reason)) > 0 AND maker_person IS NOT NULL "
        "AND maker_office IS NOT NULL AND maker_account IS NOT NULL AND maker_signature IS NOT NULL)",
        name="difference_act_reason",
    ),
    CheckConstraint(
        "act <> 'CLOSED' OR (checker_person IS NOT NULL AND checker_account IS NOT NULL "
        "AND checker_signature IS NOT NULL AND checker_person <> maker_person "
        "AND checker_account <> maker_account AND checker_office IS NOT NULL "
        "AND checker_office = 'PENGAWAS' AND maker_office <> 'PENGAWAS')",
        name="difference_act_persons",
    ),
)
"""What happened to a difference, in order, never changed: found with an amount and a cause, gone, closed by
two persons, reopened."""
