"""The year's surplus: what was allocated, and which shares are paid."""

from collections.abc import Sequence

from alembic import op

from indexer.ledger.migrations.versions.m0001_initial import (
    _bytes,
    _log_table,
    _number,
    _text,
    seal,
    tell_planner,
)

revision: str = "0007"
down_revision: str | Sequence[str] | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SEALED = dict.fromkeys(("surplus_allocation", "share_payment"), ("block_number", "block_number"))
"""As in m0001."""

STATISTICS = (
    ("surplus_allocation", "surplus_allocation", "10 10 1"),
    ("share_payment", "share_payment", "100000 100000 100 1"),
    ("share_payment", "share_payment_year", "100000 100000 10000 1"),
)
"""As in m0001."""


def upgrade() -> None:
    """Make the tables, the index and the triggers."""
    _log_table(
        "surplus_allocation",
        _number("year"),
        _bytes("distributor"),
        _number("total"),
        _text("pots"),
        _number("members_total"),
        _bytes("shares_root"),
        _bytes("document"),
        _number("book_day"),
    )
    _log_table(
        "share_payment",
        _number("year"),
        _number("member"),
        _number("account"),
        _number("receipt"),
        _number("amount"),
        _number("book_day"),
    )
    op.create_index("share_payment_year", "share_payment", ["cooperative_id", "year", "member"])
    tell_planner(STATISTICS)
    seal(SEALED)
