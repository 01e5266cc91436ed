"""The way to the lines of an account by book day: general ledger, cash book, a day's cash."""

from collections.abc import Sequence

from alembic import op

from indexer.ledger.migrations.versions.m0001_initial import tell_planner

revision: str = "0011"
down_revision: str | Sequence[str] | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

STATISTICS = (("line", "line_account", "2000000 2000000 100000 100 2 1"),)
"""As in m0001."""


def upgrade() -> None:
    """Make the index."""
    columns = ["cooperative_id", "account", "book_day", "entry", "position"]
    op.create_index("line_account", "line", columns)
    tell_planner(STATISTICS)
