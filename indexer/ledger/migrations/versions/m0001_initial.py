"""The ledger's tables, and the triggers that keep them: sealed rows never change, entries balance.

Rows at or below the head (block, entries) are sealed: neither added, changed nor deleted. Only a lower head
unseals them, and the head never goes below the floor.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | Sequence[str] | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SEALED = {
    "line": ("entry", "entries"),
    "block": ("block_number", "block_number"),
    "raw_log": ("block_number", "block_number"),
    "entry": ("block_number", "block_number"),
    "member": ("block_number", "block_number"),
    "member_status": ("block_number", "block_number"),
    "member_signer": ("block_number", "block_number"),
    "loan": ("block_number", "block_number"),
    "loan_closure": ("block_number", "block_number"),
    "lien_change": ("block_number", "block_number"),
    "attestation": ("block_number", "block_number"),
    "office_change": ("block_number", "block_number"),
    "contract": ("block_number", "block_number"),
    "setting": ("block_number", "block_number"),
}
"""Table -> its column, and the column of the head up to which its rows are sealed."""

STATISTICS = (
    ("account_day", "account_day", "100000 100000 3000 1"),
    ("account_month", "account_month", "4000 4000 120 1"),
    ("block", "block", "100000 100000 1"),
    ("entry", "entry", "1000000 1000000 1"),
    ("entry", "sqlite_autoindex_entry_2", "1000000 1000000 250 2 2 1"),
    ("head", "head", "1 1"),
    ("line", "line", "2000000 2000000 2 1"),
    ("line", "line_loan", "400000 400000 8"),
    ("line", "line_member", "1200000 1200000 12"),
    ("loan", "loan", "50000 50000 1"),
    ("loan", "loan_borrower", "50000 50000 2"),
    ("loan_balance", "loan_balance", "100000 100000 2 1"),
    ("loan_closure", "loan_closure", "40000 40000 100 1"),
    ("loan_closure", "loan_closure_loan", "40000 40000 1"),
    ("member", "member", "100000 100000 1"),
    ("member_balance", "member_balance", "400000 400000 4 1"),
    ("member_status", "member_status", "200000 200000 1000 1"),
    ("member_status", "member_status_member", "200000 200000 2"),
    ("member_status", "member_status_status", "200000 200000 100000 1"),
    ("raw_log", "raw_log", "1500000 1500000 400 1"),
    ("tree_node", "tree_node", "4000 4000 2000 1"),
)
"""What SQLite's planner is told of table, index and rows by key: every row has the same cooperative, so that
its column alone finds nothing. SQLite would guess the contrary, and nobody runs ANALYZE."""


def upgrade() -> None:
    """Make tables, indexes and triggers."""
    _books()
    _kept()
    _read_models()
    _indexes()
    tell_planner(STATISTICS)
    common, _ = _script()
    _execute(common)
    seal(SEALED)


def tell_planner(told: Sequence[tuple[str, str, str]]) -> None:
    """Rows of `told` for SQLite's planner, in the place of what it knew of the same indexes."""
    if op.get_bind().dialect.name != "sqlite":
        return
    if not sa.inspect(op.get_bind()).has_table("sqlite_stat1"):
        op.execute("ANALYZE")
    statistics = sa.table("sqlite_stat1", sa.column("tbl"), sa.column("idx"), sa.column("stat"))
    for table, index, _ in told:
        op.execute(sa.delete(statistics).where(statistics.c.tbl == table, statistics.c.idx == index))
    op.bulk_insert(statistics, [dict(zip(("tbl", "idx", "stat"), row, strict=True)) for row in told])
    op.execute("ANALYZE sqlite_master")


def seal(tables: Mapping[str, tuple[str, str]]) -> None:
    """Triggers that keep the rows of these tables as they are up to the head."""
    _, per_table = _script()
    for table, (column, through) in tables.items():
        named = per_table.replace("{table}", table).replace("{column}", column)
        _execute(named.replace("{through}", through))


def _script() -> list[str]:
    """What is for the whole database, and for each sealed table."""
    path = Path(__file__).parent / f"m0001_{op.get_bind().dialect.name}.sql"
    return path.read_text().split("-- for each sealed table\n")


def _execute(script: str) -> None:
    """Run statements that stand apart by an empty line."""
    for statement in script.split("\n\n"):
        op.execute(sa.text(statement.replace(":", r"\:")))


def _table(name: str, key: tuple[str, ...], *items: sa.schema.SchemaItem) -> None:
    op.create_table(
        name,
        sa.Column("cooperative_id", sa.Integer, nullable=False),
        *items,
        sa.PrimaryKeyConstraint("cooperative_id", *key),
        sqlite_with_rowid=False,
    )


def _number(name: str, nullable: bool = False, default: str | None = None) -> sa.Column[object]:
    return sa.Column(name, sa.BigInteger, nullable=nullable, server_default=default)


def _integer(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Integer, nullable=False)


def _small(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.SmallInteger, nullable=nullable)


def _bytes(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.LargeBinary, nullable=nullable)


def _text(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Text, nullable=False)


def _exact(table: str, *columns: str) -> tuple[sa.CheckConstraint, ...]:
    """In SQLite, which makes a real number of an integer that grows beyond 64 bits."""
    if op.get_bind().dialect.name != "sqlite":
        return ()
    check = " AND ".join(f"typeof({column}) = 'integer'" for column in columns)
    return (sa.CheckConstraint(check, name=f"{table}_integers"),)


def _place() -> tuple[sa.Column[object], sa.Column[object]]:
    return _number("block_number"), _number("log_index")


def _log_table(name: str, *columns: sa.Column[object]) -> None:
    _table(name, ("block_number", "log_index"), *_place(), *columns)


def _books() -> None:
    _table(
        "head",
        (),
        _number("block_number", default="-1"),
        _bytes("block_hash"),
        _number("entries", default="0"),
        _number("floor", default="-1"),
        _number("final_entries", default="0"),
    )
    hashes = (_bytes("hash"), _bytes("parent_hash"))
    _table("block", ("block_number",), _number("block_number"), *hashes, _number("time"))
    _log_table(
        "raw_log", _number("tx_index"), _bytes("tx_hash"), _bytes("address"), _bytes("topics"), _bytes("data")
    )
    _table(
        "entry",
        ("number",),
        _number("number"),
        *_place(),
        _text("rule"),
        _number("subject"),
        _number("book_day"),
        _number("receipt", nullable=True),
        _bytes("prev_hash"),
        _bytes("hash"),
        sa.UniqueConstraint(
            "cooperative_id", "block_number", "log_index", "rule", "subject", name="entry_key"
        ),
    )
    _table(
        "line",
        ("entry", "position"),
        _number("entry"),
        _integer("position"),
        _number("book_day"),
        _integer("account"),
        _number("amount"),
        _number("member", nullable=True),
        _number("loan", nullable=True),
        _small("channel", nullable=True),
        sa.CheckConstraint("amount <> 0", name="line_amount"),
        *_exact("line", "amount"),
    )
    _table("tree_node", ("level", "position"), _small("level"), _number("position"), _bytes("hash"))


def _kept() -> None:
    for name, key in (
        ("account_month", ("account", "month")),
        ("account_day", ("account", "day")),
        ("member_balance", ("member", "account")),
        ("loan_balance", ("loan", "account")),
    ):
        words = ("debit_high", "debit_low", "credit_high", "credit_low")
        low = "debit_low BETWEEN 0 AND 4294967295 AND credit_low BETWEEN 0 AND 4294967295"
        check = sa.CheckConstraint(low, name=f"{name}_words")
        _table(name, key, *map(_number, (*key, *words)), check, *_exact(name, *words))


def _read_models() -> None:
    _table("member", ("member",), _number("member"), *_place(), _bytes("account"), _number("joined_day"))
    _log_table("member_status", _number("member"), _text("status"), _number("book_day"))
    _log_table("member_signer", _number("member"), _bytes("signer"), _small("kind"), _small("recovered"))
    _table(
        "loan",
        ("loan",),
        _number("loan"),
        *_place(),
        _bytes("book"),
        _number("borrower"),
        _number("guarantor", nullable=True),
        _number("principal"),
        _number("rate_bps"),
        _number("months"),
        _small("method"),
        _number("disbursed_day"),
        _number("listed_day"),
        _number("opened_principal_paid"),
        _number("opened_interest_paid"),
        _bytes("document_hash", nullable=True),
    )
    _log_table("loan_closure", _number("loan"), _number("book_day"))
    _log_table(
        "lien_change",
        _number("account"),
        _number("member"),
        _number("loan"),
        _text("change"),
        _number("amount"),
        _number("claimable_at", nullable=True),
    )
    _log_table(
        "attestation",
        _small("channel"),
        _number("day"),
        _number("counted"),
        _bytes("document_hash"),
        _number("attested_by"),
    )
    _log_table(
        "office_change",
        _number("office"),
        _bytes("account"),
        _number("holder"),
        _number("until", nullable=True),
    )
    _log_table("contract", _text("name"), _bytes("address"), _bytes("replaced", nullable=True))
    _log_table("setting", _text("name"), _text("value"), _number("effective_day", nullable=True))


def _indexes() -> None:
    for column in ("member", "loan"):
        given = sa.text(f"{column} IS NOT NULL")
        op.create_index(
            f"line_{column}",
            "line",
            ["cooperative_id", column],
            sqlite_where=given,
            postgresql_where=given,
        )
    op.create_index("member_status_member", "member_status", ["cooperative_id", "member"])
    op.create_index("member_status_status", "member_status", ["cooperative_id", "status", "member"])
    op.create_index("loan_borrower", "loan", ["cooperative_id", "borrower"])
    op.create_index("loan_closure_loan", "loan_closure", ["cooperative_id", "loan"])
