"""What the ends of months post of itself: depreciation, prepayments, accruals."""

from collections.abc import Sequence

from indexer.ledger.migrations.versions.m0001_initial import (
    _integer,
    _log_table,
    _number,
    _small,
    seal,
    tell_planner,
)

revision: str = "0009"
down_revision: str | Sequence[str] | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SEALED = dict.fromkeys(("schedule", "schedule_end"), ("block_number", "block_number"))
"""As in m0001."""

STATISTICS = (
    ("schedule", "schedule", "300 300 2 1"),
    ("schedule_end", "schedule_end", "100 100 2 1"),
)
"""As in m0001."""


def upgrade() -> None:
    """Make the tables and their triggers."""
    _log_table(
        "schedule",
        _number("schedule"),
        _small("kind"),
        _small("method"),
        _integer("debit"),
        _integer("credit"),
        _number("amount"),
        _number("residual"),
        _integer("months"),
        _number("first_month"),
    )
    _log_table("schedule_end", _number("schedule"))
    tell_planner(STATISTICS)
    seal(SEALED)
