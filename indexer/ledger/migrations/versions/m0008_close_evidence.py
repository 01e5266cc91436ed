"""What proves a close, captured while nodes had the state."""

from collections.abc import Sequence

from indexer.ledger.migrations.versions.m0001_initial import _bytes, _log_table, _number, tell_planner

revision: str = "0008"
down_revision: str | Sequence[str] | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

STATISTICS = (("close_evidence", "close_evidence", "100 100 2 1"),)
"""As in m0001."""


def upgrade() -> None:
    """Make the table. It is not sealed: what is captured again replaces what was there."""
    _log_table("close_evidence", _number("through"), _bytes("content"))
    tell_planner(STATISTICS)
