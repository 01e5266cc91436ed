"""Tables of the ledger database. Migrations make them; a test holds both against each other.

Amounts are signed 64-bit rupiah, days are WIB days since 1970-01-01, times unix seconds. Receipt numbers, and
what pengawas counted, are unsigned 64-bit on the chain and kept here as the signed number of the same bits
(`signed`, `unsigned`). A sum of amounts has no such bound: it is kept and added in two words (`words`,
`joined`).
"""

from typing import Final, SupportsInt

from sqlalchemy import (
    CheckConstraint,
    Column,
    ColumnElement,
    Index,
    LargeBinary,
    Table,
    UniqueConstraint,
    func,
    literal_column,
)

from indexer.ledger import columns
from indexer.ledger.columns import COOPERATIVE, binary, integer, log_table, number, small, table, text
from indexer.ledger.meeting_schema import MEETING_TABLES
from indexer.ledger.surplus_schema import SURPLUS_TABLES

metadata: Final = columns.metadata
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


def _exact(table: str, *columns: str) -> CheckConstraint:
    """SQLite makes a real number of an integer that grows beyond 64 bits; the books take none."""
    check = " AND ".join(f"typeof({column}) = 'integer'" for column in columns)
    constraint = CheckConstraint(check, name=f"{table}_integers")
    constraint.ddl_if(dialect="sqlite")
    return constraint


head = table(
    "head",
    (),
    number("block_number", default="-1"),
    Column("block_hash", LargeBinary, nullable=False),
    number("entries", default="0"),
    number("floor", default="-1"),
    number("final_entries", default="0"),
)
"""Where the books stand: last block, how many entries are sealed, and how many of both are final."""

block = table(
    "block",
    ("block_number",),
    number("block_number"),
    binary("hash"),
    binary("parent_hash"),
    number("time"),
)

raw_log = log_table(
    "raw_log",
    number("tx_index"),
    binary("tx_hash"),
    binary("address"),
    binary("topics"),
    binary("data"),
)

entry = table(
    "entry",
    ("number",),
    number("number"),
    number("block_number"),
    number("log_index"),
    text("rule"),
    number("subject"),
    number("book_day"),
    number("receipt", nullable=True),
    binary("prev_hash"),
    binary("hash"),
    UniqueConstraint(COOPERATIVE, "block_number", "log_index", "rule", "subject", name="entry_key"),  # type: ignore[arg-type]
)

Index(
    "entry_year_closing",
    entry.c.cooperative_id,
    entry.c.book_day,
    sqlite_where=entry.c.rule == literal_column("'year-closing'"),
    postgresql_where=entry.c.rule == literal_column("'year-closing'"),
)
"""Statements tell apart what closes a year from what earned it."""

line = table(
    "line",
    ("entry", "position"),
    number("entry"),
    integer("position"),
    number("book_day"),
    integer("account"),
    number("amount"),
    number("member", nullable=True),
    number("loan", nullable=True),
    small("channel", nullable=True),
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
Index("line_account", line.c.cooperative_id, line.c.account, line.c.book_day, line.c.entry, line.c.position)


SUM_WORDS: Final = ("debit_high", "debit_low", "credit_high", "credit_low")
"""Columns of a kept row after its key."""


def _kept(name: str, *key: str) -> Table:
    """Sums of debits and of credits kept for a key, both at least 0, in two words each."""
    return table(
        name,
        key,
        *map(number, (*key, *SUM_WORDS)),
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
cash_flow_day = _kept("cash_flow_day", "account", "day")
"""Lines without a channel, of entries that have a line with one: what cash came for and went to."""
savings_weight = _kept("savings_weight", "member", "account")
"""Lines of sukarela, each x the sum of the rates of all days before its block's WIB day (`known_savings.py`):
rupiah x basis points x days."""

tree_node = table("tree_node", ("level", "position"), small("level"), number("position"), binary("hash"))
"""Roots of full subtrees of 2^level entries, at every 8th level (merkle.TILE)."""

member = table(
    "member",
    ("member",),
    number("member"),
    number("block_number"),
    number("log_index"),
    binary("account"),
    number("joined_day"),
)
member_status = log_table("member_status", number("member"), text("status"), number("book_day"))
member_signer = log_table(
    "member_signer", number("member"), binary("signer"), small("kind"), small("recovered")
)

loan = table(
    "loan",
    ("loan",),
    number("loan"),
    number("block_number"),
    number("log_index"),
    binary("book"),
    number("borrower"),
    number("product"),
    number("principal"),
    number("fee"),
    number("refinances", nullable=True),
    number("penalty_bps"),
    number("penalty_cap_bps"),
    small("waterfall"),
    small("rounding_exponent"),
    number("disbursed_day"),
    number("listed_day"),
    number("opened_principal_paid"),
    number("opened_interest_paid"),
    binary("document_hash", nullable=True),
)
"""`book` is the LoanBook's address; `borrower` who took the loan; `principal` what may be drawn in all;
`listed_day` the day from which the loan is in these books; what was paid before that day is in `opened_*`."""
loan_version = log_table(
    "loan_version",
    number("loan"),
    number("version"),
    text("cause"),
    number("drawn"),
    number("principal"),
    number("rate_bps"),
    number("months"),
    number("grace_months"),
    number("freeze_months"),
    small("method"),
    number("instalments_before"),
    number("interest_carried"),
    number("interest_waived"),
    number("interest_ahead"),
    number("principal_before"),
    number("interest_before"),
    number("book_day"),
    binary("document_hash", nullable=True),
)
"""The terms from this log on (`rules.accrual.Version`). `cause`: STARTED, OPENED, DRAWN or the kind of
the amendment; `drawn` what was lent by it; `*_before` what had been paid on the loan by then."""
loan_payment = log_table(
    "loan_payment",
    number("loan"),
    number("borrower"),
    number("receipt"),
    number("principal"),
    number("interest"),
    number("penalty"),
    small("channel"),
    number("book_day"),
    small("recovered"),
)
"""`recovered`: 1 if the loan had been written off."""
loan_change = log_table(
    "loan_change",
    number("loan"),
    text("change"),
    number("amount"),
    number("member", nullable=True),
    number("book_day"),
    binary("document_hash"),
)
"""PENALTY_WAIVED (`amount` of penalty), ASSUMED (`member` owes it from now on), WRITTEN_OFF (`amount` of
principal)."""
loan_pledge = log_table("loan_pledge", number("loan"), number("member"), small("kind"), number("amount"))
loan_closure = log_table("loan_closure", number("loan"), number("book_day"))
lien_change = log_table(
    "lien_change",
    number("account"),
    number("member"),
    number("loan"),
    text("change"),
    number("amount"),
    number("claimable_at", nullable=True),
)

attestation = log_table(
    "attestation",
    small("channel"),
    number("day"),
    number("counted"),
    binary("document_hash"),
    number("attested_by"),
)
office_change = log_table(
    "office_change", number("office"), binary("account"), number("holder"), number("until", nullable=True)
)
"""A term granted until `until`, or ended (NULL)."""
contract = log_table("contract", text("name"), binary("address"), binary("replaced", nullable=True))
setting = log_table("setting", text("name"), text("value"), number("effective_day", nullable=True))
"""What is in force from a day on (NULL: from its block on); `value` is JSON."""

closes = log_table(
    "closes",
    text("change"),
    number("through"),
    number("entries", nullable=True),
    binary("ledger_root", nullable=True),
    binary("trial_balance_hash", nullable=True),
    binary("claims_root", nullable=True),
    number("claims_total", nullable=True),
    number("maker", nullable=True),
    number("checker", nullable=True),
)
"""CLOSED with what was attested, or REOPENED without: nothing is dated `through` or before from this log on,
but the close's own entries."""
correction = log_table("correction", number("receipt"), number("corrected"))
"""The journal `receipt` corrects what was booked under `corrected`."""

close_evidence = log_table("close_evidence", number("through"), binary("content"))
"""What proves a close (verifier/bundle.py, `Evidence`), captured by `koperasi capture` while nodes had the
state: no function of the chain as it is told later, so not of the digest."""
schedule = log_table(
    "schedule",
    number("schedule"),
    small("kind"),
    small("method"),
    integer("debit"),
    integer("credit"),
    number("amount"),
    number("residual"),
    integer("months"),
    number("first_month"),
)
"""What the ends of months post of itself (`rules.schedules`), until a row of `schedule_end` ends it."""
schedule_end = log_table("schedule_end", number("schedule"))

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
    closes,
    correction,
    schedule,
    schedule_end,
    *MEETING_TABLES,
    *SURPLUS_TABLES,
)
"""Tables whose rows hang on a block and never change; a rollback deletes those above a block."""

Index("correction_receipt", correction.c.cooperative_id, correction.c.receipt)
Index("correction_corrected", correction.c.cooperative_id, correction.c.corrected)
Index("member_status_member", member_status.c.cooperative_id, member_status.c.member)
Index("member_status_status", member_status.c.cooperative_id, member_status.c.status, member_status.c.member)
Index("member_signer_member", member_signer.c.cooperative_id, member_signer.c.member)
Index("loan_borrower", loan.c.cooperative_id, loan.c.borrower)
LOAN_LOGS: Final = (loan_version, loan_payment, loan_change, loan_pledge, loan_closure, lien_change)
"""Log tables that are asked by loan."""
for _each in LOAN_LOGS:
    Index(f"{_each.name}_loan", _each.c.cooperative_id, _each.c.loan)
