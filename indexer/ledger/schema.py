"""Tables of the ledger database. Migrations make them; a test holds both against each other.

Amounts are signed 64-bit rupiah, days are WIB days since 1970-01-01, times unix seconds. Receipt numbers are
unsigned 64-bit on the chain and kept here as the signed number of the same bits (`signed`, `unsigned`).
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

_COOPERATIVE: Final = "cooperative_id"


def signed(number: int) -> int:
    """An unsigned 64-bit number as the signed one of the same bits."""
    return number if number < 1 << 63 else number - (1 << 64)


def unsigned(number: int) -> int:
    """A signed 64-bit number as the unsigned one of the same bits."""
    return number & (1 << 64) - 1


def _table(name: str, key: tuple[str, ...], *items: Column[object] | Index | CheckConstraint) -> Table:
    """A table whose rows belong to a cooperative; `key` is its primary key after the cooperative."""
    return Table(
        name,
        metadata,
        Column(_COOPERATIVE, Integer, nullable=False),
        *items,
        PrimaryKeyConstraint(_COOPERATIVE, *key),
        sqlite_with_rowid=False,
    )


def _number(name: str, nullable: bool = False, default: str | None = None) -> Column[object]:
    return Column(name, BigInteger, nullable=nullable, server_default=default)


def _small(name: str, nullable: bool = False) -> Column[object]:
    return Column(name, SmallInteger, nullable=nullable)


def _bytes(name: str, nullable: bool = False) -> Column[object]:
    return Column(name, LargeBinary, nullable=nullable)


def _text(name: str) -> Column[object]:
    return Column(name, Text, nullable=False)


def _log_table(name: str, *columns: Column[object]) -> Table:
    """What one log says, under the log's place in the chain."""
    return _table(
        name, ("block_number", "log_index"), _number("block_number"), _number("log_index"), *columns
    )


head = _table(
    "head",
    (),
    _number("block_number", default="-1"),
    Column("block_hash", LargeBinary, nullable=False),
    _number("entries", default="0"),
    _number("floor", default="-1"),
    _number("final_entries", default="0"),
)
"""Where the books stand: last block, how many entries are sealed, and how many of both are final."""

block = _table(
    "block",
    ("block_number",),
    _number("block_number"),
    _bytes("hash"),
    _bytes("parent_hash"),
    _number("time"),
)

raw_log = _log_table(
    "raw_log",
    _number("tx_index"),
    _bytes("tx_hash"),
    _bytes("address"),
    _bytes("topics"),
    _bytes("data"),
)

entry = _table(
    "entry",
    ("number",),
    _number("number"),
    _number("block_number"),
    _number("log_index"),
    _text("rule"),
    _number("subject"),
    _number("book_day"),
    _number("receipt", nullable=True),
    _bytes("prev_hash"),
    _bytes("hash"),
    UniqueConstraint(_COOPERATIVE, "block_number", "log_index", "rule", "subject", name="entry_key"),  # type: ignore[arg-type]
)

line = _table(
    "line",
    ("entry", "position"),
    _number("entry"),
    _small("position"),
    _number("book_day"),
    _small("account"),
    _number("amount"),
    _number("member", nullable=True),
    _number("loan", nullable=True),
    _small("channel", nullable=True),
    CheckConstraint("amount <> 0", name="line_amount"),
)
"""A debit is positive, a credit negative."""

Index(
    "line_member",
    line.c.cooperative_id,
    line.c.member,
    sqlite_where=line.c.member.is_not(None),
    postgresql_where=line.c.member.is_not(None),
)
Index(
    "line_loan",
    line.c.cooperative_id,
    line.c.loan,
    sqlite_where=line.c.loan.is_not(None),
    postgresql_where=line.c.loan.is_not(None),
)


def _kept(name: str, *key: str) -> Table:
    """Sums of debits and of credits kept for a key, both at least 0."""
    return _table(name, key, *(_number(column) for column in key), _number("debit"), _number("credit"))


account_month = _kept("account_month", "account", "month")
account_day = _kept("account_day", "account", "day")
member_balance = _kept("member_balance", "member", "account")
loan_balance = _kept("loan_balance", "loan", "account")

tree_node = _table("tree_node", ("level", "position"), _small("level"), _number("position"), _bytes("hash"))
"""Roots of full subtrees of 2^level entries, at every 8th level (merkle.TILE)."""

member = _table(
    "member",
    ("member",),
    _number("member"),
    _number("block_number"),
    _number("log_index"),
    _bytes("account"),
    _number("joined_day"),
)
member_status = _log_table("member_status", _number("member"), _text("status"), _number("book_day"))
member_signer = _log_table(
    "member_signer", _number("member"), _bytes("signer"), _small("kind"), _small("recovered")
)

loan = _table(
    "loan",
    ("loan",),
    _number("loan"),
    _number("block_number"),
    _number("log_index"),
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
"""`book` is the LoanBook's address; `listed_day` the day from which the loan is in these books; what was paid
before that day is in `opened_*`."""
loan_closure = _log_table("loan_closure", _number("loan"), _number("book_day"))
lien_change = _log_table(
    "lien_change",
    _number("account"),
    _number("member"),
    _number("loan"),
    _text("change"),
    _number("amount"),
    _number("claimable_at", nullable=True),
)

attestation = _log_table(
    "attestation",
    _small("channel"),
    _number("day"),
    _number("counted"),
    _bytes("document_hash"),
    _number("attested_by"),
)
office_change = _log_table(
    "office_change", _number("office"), _bytes("account"), _number("holder"), _number("until", nullable=True)
)
"""A term granted until `until`, or ended (NULL)."""
contract = _log_table("contract", _text("name"), _bytes("address"), _bytes("replaced", nullable=True))
setting = _log_table("setting", _text("name"), _text("value"), _number("effective_day", nullable=True))
"""What is in force from a day on (NULL: from its block on); `value` is JSON."""

LOG_TABLES: Final = (
    block,
    raw_log,
    entry,
    member,
    member_status,
    member_signer,
    loan,
    loan_closure,
    lien_change,
    attestation,
    office_change,
    contract,
    setting,
)
"""Tables whose rows hang on a block and never change; a rollback deletes those above a block."""

Index("member_status_member", member_status.c.cooperative_id, member_status.c.member)
Index("member_status_status", member_status.c.cooperative_id, member_status.c.status, member_status.c.member)
Index("loan_borrower", loan.c.cooperative_id, loan.c.borrower)
Index("loan_closure_loan", loan_closure.c.cooperative_id, loan_closure.c.loan)
