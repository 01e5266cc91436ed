"""Members' signers are asked for by member."""

from collections.abc import Sequence

from alembic import op

from indexer.ledger.migrations.versions.m0001_initial import tell_planner

revision: str = "0005"
down_revision: str | Sequence[str] | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

STATISTICS = (
    ("member_signer", "member_signer", "150000 150000 1000 1"),
    ("member_signer", "member_signer_member", "150000 150000 2"),
)


def upgrade() -> None:
    """Make the index."""
    op.create_index("member_signer_member", "member_signer", ["cooperative_id", "member"])
    tell_planner(STATISTICS)
