"""Keys of encrypted documents."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create document_key."""
    op.create_table(
        "document_key",
        sa.Column("cooperative_id", sa.Integer, nullable=False),
        sa.Column("cid", sa.String(64), nullable=False),
        sa.Column("key", sa.LargeBinary),
        sa.Column("sealed_at", sa.BigInteger, nullable=False),
        sa.Column("destroyed_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("cooperative_id", "cid"),
    )


def downgrade() -> None:
    """Drop document_key."""
    op.drop_table("document_key")
