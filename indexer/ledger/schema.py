"""Tables of the ledger database. Migrations make them; a test holds both against each other.

Amounts are signed 64-bit rupiah, days are WIB days since 1970-01-01, times unix seconds. Receipt numbers, and
what pengawas counted, are unsigned 64-bit on the chain and kept here as the signed number of the same bits
(`signed`, `unsigned`). A sum of amounts has no such bound: it is kept and added in two words (`words`,
`joined`).
"""

from typing import Final, SupportsInt

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ColumnElement,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    func,
    literal_column,
)

metadata = MetaData()

_COOPERATIVE: Final = "cooperative_id"
LOW_WORD: Final = (1 << 32) - 1
"""The bits of the low word of a sum."""


def signed(number: int) -> int:
    """An unsigned 64-bit number as the signed one of the same bits."""
    return number if number < 1 << 63 else number - (1 << 64)


def unsigned(number: int) -> int:
    """A signed 64-bit number as the unsigned one of the same bits."""
    return number & (1 << 64) - 1


def words(amount: int) -> tuple[int, int]:
    """A sum in rupiah as high and low word: amount = high * 2^32 + low, and 0 <= low < 2^32.

    Sums of each word over up to 2^31 lines stay within 64 bits, so that a database can add them.
    """
    return amount >> 32, amount & LOW_WORD


def joined(high: SupportsInt, low: SupportsInt) -> int:
    """The sum in rupiah of which these are the words, or sums of words. PostgreSQL sums to decimals."""
    return (int(high) << 32) + int(low)


def sum_words(amount: ColumnElement[int]) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """The sums of both words of amounts, exact in both databases: for `joined`."""
    return func.sum(amount.op(">>")(literal_column("32"))), func.sum(amount.op("&")(LOW_WORD))


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


def _integer(name: str) -> Column[object]:
    return Column(name, Integer, nullable=False)


def _small(name: str, nullable: bool = False) -> Column[object]:
    return Column(name, SmallInteger, nullable=nullable)


def _bytes(name: str, nullable: bool = False) -> Column[object]:
    return Column(name, LargeBinary, nullable=nullable)


def _text(name: str) -> Column[object]:
    return Column(name, Text, nullable=False)


def _exact(table: str, *columns: str) -> CheckConstraint:
    """SQLite makes a real number of an integer that grows beyond 64 bits; the books take none."""
    check = " AND ".join(f"typeof({column}) = 'integer'" for column in columns)
    constraint = CheckConstraint(check, name=f"{table}_integers")
    constraint.ddl_if(dialect="sqlite")
    return constraint


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
    _integer("position"),
    _number("book_day"),
    _integer("account"),
    _number("amount"),
    _number("member", nullable=True),
    _number("loan", nullable=True),
    _small("channel", nullable=True),
    CheckConstraint("amount <> 0", name="line_amount"),
    _exact("line", "amount"),
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


SUM_WORDS: Final = ("debit_high", "debit_low", "credit_high", "credit_low")
"""Columns of a kept row after its key."""


def _kept(name: str, *key: str) -> Table:
    """Sums of debits and of credits kept for a key, both at least 0, in two words each."""
    return _table(
        name,
        key,
        *map(_number, (*key, *SUM_WORDS)),
        CheckConstraint(
            f"debit_low BETWEEN 0 AND {LOW_WORD} AND credit_low BETWEEN 0 AND {LOW_WORD}",
            name=f"{name}_words",
        ),
        _exact(name, *SUM_WORDS),
    )


def kept_words(table: Table) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """The sums of both words of debits less credits of kept rows: for `joined`."""
    kept = table.c
    return func.sum(kept.debit_high - kept.credit_high), func.sum(kept.debit_low - kept.credit_low)


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
    _number("product"),
    _number("principal"),
    _number("fee"),
    _number("refinances", nullable=True),
    _number("penalty_bps"),
    _number("penalty_cap_bps"),
    _small("waterfall"),
    _small("rounding_exponent"),
    _number("disbursed_day"),
    _number("listed_day"),
    _number("opened_principal_paid"),
    _number("opened_interest_paid"),
    _bytes("document_hash", nullable=True),
)
"""`book` is the LoanBook's address; `borrower` who took the loan; `principal` what may be drawn in all;
`listed_day` the day from which the loan is in these books; what was paid before that day is in `opened_*`."""
loan_version = _log_table(
    "loan_version",
    _number("loan"),
    _number("version"),
    _text("cause"),
    _number("drawn"),
    _number("principal"),
    _number("rate_bps"),
    _number("months"),
    _number("grace_months"),
    _number("freeze_months"),
    _small("method"),
    _number("instalments_before"),
    _number("interest_carried"),
    _number("interest_waived"),
    _number("interest_ahead"),
    _number("principal_before"),
    _number("interest_before"),
    _number("book_day"),
    _bytes("document_hash", nullable=True),
)
"""The terms from this log on (`rules.accrual.Version`). `cause`: STARTED, OPENED, DRAWN or the kind of
the amendment; `drawn` what was lent by it; `*_before` what had been paid on the loan by then."""
loan_payment = _log_table(
    "loan_payment",
    _number("loan"),
    _number("borrower"),
    _number("receipt"),
    _number("principal"),
    _number("interest"),
    _number("penalty"),
    _small("channel"),
    _number("book_day"),
    _small("recovered"),
)
"""`recovered`: 1 if the loan had been written off."""
loan_change = _log_table(
    "loan_change",
    _number("loan"),
    _text("change"),
    _number("amount"),
    _number("member", nullable=True),
    _number("book_day"),
    _bytes("document_hash"),
)
"""PENALTY_WAIVED (`amount` of penalty), ASSUMED (`member` owes it from now on), WRITTEN_OFF (`amount` of
principal)."""
loan_pledge = _log_table("loan_pledge", _number("loan"), _number("member"), _small("kind"), _number("amount"))
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
    loan_version,
    loan_payment,
    loan_change,
    loan_pledge,
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
LOAN_LOGS: Final = (loan_version, loan_payment, loan_change, loan_pledge, loan_closure, lien_change)
"""Log tables that are asked by loan."""
for _each in LOAN_LOGS:
    Index(f"{_each.name}_loan", _each.c.cooperative_id, _each.c.loan)
