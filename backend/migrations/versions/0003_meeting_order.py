"""Members' signed orders that wait to be relayed, and what became of them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create meeting_order."""
    op.create_table(
        "meeting_order",
        sa.Column("cooperative_id", sa.Integer, nullable=False),
        sa.Column("receipt", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("subject", sa.String(120), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("checked", sa.SmallInteger, nullable=False),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(200)),
        sa.Column("transaction_hash", sa.String(66)),
        sa.Column("place", sa.Integer),
        sa.PrimaryKeyConstraint("cooperative_id", "receipt"),
    )
    op.create_index("meeting_order_status", "meeting_order", ["cooperative_id", "status"])
    op.create_index("meeting_order_subject", "meeting_order", ["cooperative_id", "subject"])


def downgrade() -> None:
    """Drop meeting_order."""
    op.drop_table("meeting_order")
