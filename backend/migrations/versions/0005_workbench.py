"""The reconciliation workbench: statements, matches, counts, differences; triggers keep what is written."""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEPT: Final = (
    *("bank_statement", "bank_match", "match_undone", "till_count", "chain_run", "chain_finding"),
    *("difference", "difference_act"),
)
"""Rows of these never change."""
_MATCH: Final = (
    "kind <> 'HAND' OR (length(reason) > 0 AND by_person IS NOT NULL AND by_signature IS NOT NULL)"
)
_UNDONE: Final = (
    "kind = 'GONE' OR (length(reason) > 0 AND by_person IS NOT NULL AND by_signature IS NOT NULL)"
)
_REASON: Final = (
    "act IN ('FOUND', 'GONE') OR (length(trim(reason)) > 0 AND maker_person IS NOT NULL "
    "AND maker_office IS NOT NULL AND maker_account IS NOT NULL AND maker_signature IS NOT NULL)"
)
_PERSONS: Final = (
    "act <> 'CLOSED' OR (checker_person IS NOT NULL AND checker_account IS NOT NULL "
    "AND checker_signature IS NOT NULL AND checker_person <> maker_person "
    "AND checker_account <> maker_account AND checker_office IS NOT NULL "
    "AND checker_office = 'PENGAWAS' AND maker_office <> 'PENGAWAS')"
)
_SQLITE: Final = """
CREATE TRIGGER bank_line_kept BEFORE UPDATE OF cooperative_id, statement, position, day, amount ON bank_line
BEGIN SELECT RAISE(ABORT, 'bank_line: rows never change'); END

CREATE TRIGGER bank_line_stays BEFORE DELETE ON bank_line
BEGIN SELECT RAISE(ABORT, 'bank_line: rows never change'); END

CREATE TRIGGER bank_pair_stays BEFORE DELETE ON bank_pair
BEGIN SELECT RAISE(ABORT, 'bank_pair: rows never change'); END

CREATE TRIGGER bank_pair_kept BEFORE UPDATE ON bank_pair
WHEN NEW.live IS NOT NULL
  OR (NEW.cooperative_id, NEW.match, NEW.channel, NEW.side, NEW.key, NEW.amount)
    <> (OLD.cooperative_id, OLD.match, OLD.channel, OLD.side, OLD.key, OLD.amount)
  OR NOT EXISTS (
    SELECT 1 FROM match_undone AS undone
    WHERE undone.cooperative_id = OLD.cooperative_id AND undone.match = OLD.match
  )
BEGIN SELECT RAISE(ABORT, 'bank_pair: a match ends only when it is undone'); END

CREATE TRIGGER difference_act_order BEFORE INSERT ON difference_act
WHEN NEW.sequence <> 1 + (
  SELECT count(*) FROM difference_act AS before
  WHERE before.cooperative_id = NEW.cooperative_id AND before.difference = NEW.difference
)
BEGIN SELECT RAISE(ABORT, 'difference_act: acts follow one another'); END
"""
_POSTGRESQL: Final = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%: rows never change', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$

CREATE FUNCTION keep_pair() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.live IS NOT NULL
    OR (NEW.cooperative_id, NEW.match, NEW.channel, NEW.side, NEW.key, NEW.amount)
      <> (OLD.cooperative_id, OLD.match, OLD.channel, OLD.side, OLD.key, OLD.amount)
    OR NOT EXISTS (
      SELECT 1 FROM match_undone AS undone
      WHERE undone.cooperative_id = OLD.cooperative_id AND undone.match = OLD.match
    )
  THEN
    RAISE EXCEPTION 'bank_pair: a match ends only when it is undone'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$

CREATE FUNCTION follow_act() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.sequence <> 1 + (
    SELECT count(*) FROM difference_act AS earlier
    WHERE earlier.cooperative_id = NEW.cooperative_id AND earlier.difference = NEW.difference
  ) THEN
    RAISE EXCEPTION 'difference_act: acts follow one another'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$

CREATE TRIGGER bank_line_kept BEFORE UPDATE OF cooperative_id, statement, position, day, amount ON bank_line
FOR EACH ROW EXECUTE FUNCTION refuse_change()

CREATE TRIGGER bank_line_stays BEFORE DELETE ON bank_line FOR EACH ROW EXECUTE FUNCTION refuse_change()

CREATE TRIGGER bank_pair_stays BEFORE DELETE ON bank_pair FOR EACH ROW EXECUTE FUNCTION refuse_change()

CREATE TRIGGER bank_pair_kept BEFORE UPDATE ON bank_pair FOR EACH ROW EXECUTE FUNCTION keep_pair()

CREATE TRIGGER difference_act_order BEFORE INSERT ON difference_act
FOR EACH ROW EXECUTE FUNCTION follow_act()
"""


def upgrade() -> None:
    """Create the tables and their triggers."""
    _bank()
    _matches()
    _counts()
    _differences()
    sqlite = op.get_bind().dialect.name == "sqlite"
    statements = (_SQLITE if sqlite else _POSTGRESQL).strip().split("\n\n")
    per_table = _kept_sqlite() if sqlite else _kept_postgresql()
    for statement in (*statements, *per_table):
        op.execute(sa.text(statement.replace(":", r"\:")))


def downgrade() -> None:
    """Drop them; in PostgreSQL the functions too."""
    for table in ("bank_line", "bank_pair", *KEPT):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        for function in ("refuse_change", "keep_pair", "follow_act"):
            op.execute(f"DROP FUNCTION {function}()")


def _kept_sqlite() -> Sequence[str]:
    return [
        f"CREATE TRIGGER {table}_{name} BEFORE {act} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table}: rows never change'); END"
        for table in KEPT
        for name, act in (("kept", "UPDATE"), ("stays", "DELETE"))
    ]


def _kept_postgresql() -> Sequence[str]:
    return [
        f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        for table in KEPT
    ]


def _bank() -> None:
    _table(
        "bank_statement",
        ("number",),
        _integer("number"), _small("channel"), _string("account", 80), _string("form", 8),
        _string("file_hash", 64), _string("document", 64), _integer("from_day"), _integer("to_day"),
        _big("opening"), _big("closing"), _big("imported_at"),
        sa.UniqueConstraint("cooperative_id", "channel", "file_hash", name="bank_statement_file"),
    )  # fmt: skip
    _table(
        "bank_line",
        ("statement", "position"),
        _integer("statement"), _integer("position"), _integer("day"), _big("amount"), _string("text", 400),
        sa.CheckConstraint("amount <> 0", name="bank_line_amount"),
    )  # fmt: skip


def _matches() -> None:
    _table(
        "bank_match",
        ("number",),
        _integer("number"), _small("channel"), _string("kind", 16), _big("made_at"), _string("reason", 400),
        *_signed("by", nullable=True),
        sa.CheckConstraint(_MATCH, name="bank_match_hand"),
    )  # fmt: skip
    _table(
        "bank_pair",
        ("match", "side", "key"),
        _integer("match"), _small("channel"), _string("side", 8), _string("key", 120), _big("amount"),
        sa.Column("live", sa.SmallInteger),
        sa.UniqueConstraint("cooperative_id", "channel", "side", "key", "live", name="bank_pair_once"),
    )  # fmt: skip
    _table(
        "match_undone",
        ("match",),
        _integer("match"), _big("undone_at"), _string("kind", 16), _string("reason", 400),
        *_signed("by", nullable=True),
        sa.CheckConstraint(_UNDONE, name="match_undone_hand"),
    )  # fmt: skip


def _counts() -> None:
    persons = "first_person <> second_person AND first_account <> second_account"
    _table(
        "till_count",
        ("number",),
        _integer("number"), _small("channel"), _integer("day"), _big("total"), _string("pieces", 600),
        _big("counted_at"), *_signed("first"), *_signed("second"),
        sa.CheckConstraint(persons, name="till_count_persons"),
    )  # fmt: skip
    _table(
        "chain_run",
        ("number",),
        _integer("number"), _big("block"), _string("block_hash", 66), _big("run_at"),
    )  # fmt: skip
    _table(
        "chain_finding",
        ("run", "position"),
        _integer("run"), _integer("position"), _string("subject", 80),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("book", sa.Text, nullable=False), sa.Column("chain", sa.Text, nullable=False),
    )  # fmt: skip


def _differences() -> None:
    _table(
        "difference",
        ("id",),
        _string("id", 16), _string("kind", 16), _small("channel"),
        sa.Column("subject", sa.Text, nullable=False),
    )  # fmt: skip
    _table(
        "difference_act",
        ("difference", "sequence"),
        _string("difference", 16), _integer("sequence"), _string("act", 16), _big("amount"),
        _string("cause", 24), _string("reason", 400), _big("acted_at"),
        *_signed("maker", nullable=True), *_signed("checker", nullable=True),
        sa.CheckConstraint(
            "act IN ('FOUND', 'GONE', 'CLOSED', 'REOPENED')", name="difference_act_known"
        ),
        sa.CheckConstraint(_REASON, name="difference_act_reason"),
        sa.CheckConstraint(_PERSONS, name="difference_act_persons"),
    )  # fmt: skip


def _table(name: str, key: tuple[str, ...], *items: sa.schema.SchemaItem) -> None:
    op.create_table(
        name,
        sa.Column("cooperative_id", sa.Integer, nullable=False),
        *items,
        sa.PrimaryKeyConstraint("cooperative_id", *key),
    )


def _signed(prefix: str, nullable: bool = False) -> tuple[sa.Column[object], ...]:
    return (
        sa.Column(f"{prefix}_person", sa.BigInteger, nullable=nullable),
        sa.Column(f"{prefix}_office", sa.String(16), nullable=nullable),
        sa.Column(f"{prefix}_account", sa.String(42), nullable=nullable),
        sa.Column(f"{prefix}_signature", sa.LargeBinary, nullable=nullable),
    )


def _integer(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def _big(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False)


def _small(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.SmallInteger, nullable=False)


def _string(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False)
