"""Cash flows by the account on the other side, kept by day; and the way to the entries that close a year."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from indexer.ledger.migrations.versions.m0001_initial import _exact, _number, _table, tell_planner

revision: str = "0004"
down_revision: str | Sequence[str] | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

STATISTICS = (
    ("cash_flow_day", "cash_flow_day", "60000 60000 3000 1"),
    ("entry", "entry_year_closing", "400 400 40"),
)
"""As in m0001."""

_FILL = """
INSERT INTO cash_flow_day
SELECT cooperative_id, account, book_day,
       debit_high + (debit_low >> 32), debit_low & 4294967295,
       credit_high + (credit_low >> 32), credit_low & 4294967295
FROM (
    SELECT cooperative_id, account, book_day,
           CAST(SUM(CASE WHEN amount > 0 THEN amount >> 32 ELSE 0 END) AS BIGINT) AS debit_high,
           CAST(SUM(CASE WHEN amount > 0 THEN amount & 4294967295 ELSE 0 END) AS BIGINT) AS debit_low,
           CAST(SUM(CASE WHEN amount < 0 THEN (-amount) >> 32 ELSE 0 END) AS BIGINT) AS credit_high,
           CAST(SUM(CASE WHEN amount < 0 THEN (-amount) & 4294967295 ELSE 0 END) AS BIGINT) AS credit_low
    FROM line AS own
    WHERE channel IS NULL AND EXISTS (
        SELECT 1 FROM line AS cash
        WHERE cash.cooperative_id = own.cooperative_id AND cash.entry = own.entry
              AND cash.channel IS NOT NULL
    )
    GROUP BY cooperative_id, account, book_day
) AS sums
"""


def upgrade() -> None:
    """Make the table, fill it from the lines there are, and make the index."""
    name, key = "cash_flow_day", ("account", "day")
    words = ("debit_high", "debit_low", "credit_high", "credit_low")
    low = "debit_low BETWEEN 0 AND 4294967295 AND credit_low BETWEEN 0 AND 4294967295"
    check = sa.CheckConstraint(low, name=f"{name}_words")
    _table(name, key, *map(_number, (*key, *words)), check, *_exact(name, *words))
    op.execute(sa.text(_FILL))
    closing = sa.text("rule = 'year-closing'")
    op.create_index(
        "entry_year_closing",
        "entry",
        ["cooperative_id", "book_day"],
        sqlite_where=closing,
        postgresql_where=closing,
    )
    tell_planner(STATISTICS)
