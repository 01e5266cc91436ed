"""What earns interest, kept by member: lines of sukarela x the sum of the rates before their day."""

import json
from collections import defaultdict
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from indexer.ledger.migrations.versions.m0001_initial import _exact, _number, _table, tell_planner

revision: str = "0010"
down_revision: str | Sequence[str] | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

STATISTICS = (("savings_weight", "savings_weight", "100000 100000 1 1"),)
"""As in m0001."""

_SUKARELA = 2110
_RATES = """
SELECT cooperative_id, effective_day, value FROM setting WHERE name = 'interest_rate'
ORDER BY block_number, log_index
"""
_LINES = """
SELECT cooperative_id, member, day, is_debit,
       CAST(SUM(amount >> 32) AS BIGINT), CAST(SUM(amount & 4294967295) AS BIGINT)
FROM (
    SELECT line.cooperative_id, line.member, (block.time + 25200) / 86400 AS day,
           CASE WHEN line.amount > 0 THEN 1 ELSE 0 END AS is_debit, ABS(line.amount) AS amount
    FROM line
    JOIN entry ON entry.cooperative_id = line.cooperative_id AND entry.number = line.entry
    JOIN block ON block.cooperative_id = entry.cooperative_id AND block.block_number = entry.block_number
    WHERE line.account = :account AND line.member IS NOT NULL
) AS moved
GROUP BY cooperative_id, member, day, is_debit
"""


def upgrade() -> None:
    """Make the table and fill it from the lines there are."""
    name, key = "savings_weight", ("member", "account")
    words = ("debit_high", "debit_low", "credit_high", "credit_low")
    low = "debit_low BETWEEN 0 AND 4294967295 AND credit_low BETWEEN 0 AND 4294967295"
    check = sa.CheckConstraint(low, name=f"{name}_words")
    _table(name, key, *map(_number, (*key, *words)), check, *_exact(name, *words))
    _fill(name, words)
    tell_planner(STATISTICS)


def _fill(name: str, words: Sequence[str]) -> None:
    connection = op.get_bind()
    rates: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for cooperative, day, value in connection.execute(sa.text(_RATES)):
        rates[cooperative][day] = json.loads(value)["rate_bps"]
    sums: defaultdict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
    for cooperative, member, day, is_debit, *total in connection.execute(
        sa.text(_LINES), {"account": _SUKARELA}
    ):
        amount = (total[0] << 32) + total[1]
        sums[cooperative, member][not is_debit] += amount * _index(rates[cooperative], day)
    columns = ("cooperative_id", "member", "account", *words)
    table = sa.table(name, *(sa.column(column) for column in columns))
    rows = [
        dict(zip(columns, (*key, _SUKARELA, *_words(debit), *_words(credit)), strict=True))
        for key, (debit, credit) in sorted(sums.items())
        if debit or credit
    ]
    if rows:
        op.bulk_insert(table, rows)


def _index(rates: dict[int, int], day: int) -> int:
    """The sum of the rates of all days before `day`, in basis points x days."""
    total = previous = 0
    for start, rate in sorted(rates.items()):
        total += (rate - previous) * max(day - start, 0)
        previous = rate
    return total


def _words(amount: int) -> tuple[int, int]:
    return amount >> 32, amount & (1 << 32) - 1
