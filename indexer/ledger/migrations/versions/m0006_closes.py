"""Closed periods, which take no entries any more, and journals that correct others."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from indexer.ledger.migrations.versions.m0001_initial import (
    _bytes,
    _log_table,
    _number,
    _text,
    seal,
    tell_planner,
)

revision: str = "0006"
down_revision: str | Sequence[str] | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SEALED = dict.fromkeys(("closes", "correction"), ("block_number", "block_number"))
"""As in m0001."""

STATISTICS = (
    ("closes", "closes", "100 100 2 1"),
    ("correction", "correction", "2000 2000 2 1"),
    ("correction", "correction_receipt", "2000 2000 1"),
    ("correction", "correction_corrected", "2000 2000 1"),
)
"""As in m0001."""

_SQLITE = """
CREATE TRIGGER entry_closed BEFORE INSERT ON entry
WHEN NEW.book_day <= (
  SELECT through FROM closes
  WHERE cooperative_id = NEW.cooperative_id AND (block_number, log_index) < (NEW.block_number, NEW.log_index)
  ORDER BY block_number DESC, log_index DESC LIMIT 1
)
BEGIN
  SELECT RAISE(ABORT, 'entry: its book day is in a closed period');
END
"""
"""What was closed before the entry's log: the entries of a close itself may be dated in it."""

_POSTGRESQL = (
    """
CREATE FUNCTION refuse_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT min(book_day) FROM changed) <= (SELECT max(through) FROM closes) AND EXISTS (
    SELECT FROM changed WHERE book_day <= (
      SELECT through FROM closes
      WHERE cooperative_id = changed.cooperative_id
        AND (block_number, log_index) < (changed.block_number, changed.log_index)
      ORDER BY block_number DESC, log_index DESC LIMIT 1
    )
  ) THEN
    RAISE EXCEPTION 'entry: its book day is in a closed period'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$
""",
    """
CREATE TRIGGER entry_closed AFTER INSERT ON entry REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_closed()
""",
)


def upgrade() -> None:
    """Make the tables, their indexes and triggers, and the one that keeps entries out of closed periods."""
    _log_table(
        "closes",
        _text("change"),
        _number("through"),
        _number("entries", nullable=True),
        *(_bytes(name, nullable=True) for name in ("ledger_root", "trial_balance_hash", "claims_root")),
        *(_number(name, nullable=True) for name in ("claims_total", "maker", "checker")),
    )
    _log_table("correction", _number("receipt"), _number("corrected"))
    for column in ("receipt", "corrected"):
        op.create_index(f"correction_{column}", "correction", ["cooperative_id", column])
    tell_planner(STATISTICS)
    seal(SEALED)
    statements = (_SQLITE,) if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL
    for statement in statements:
        op.execute(sa.text(statement))
