"""Trees of members' claims, and the salts of their leaves."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create claim_tree and claim_salt."""
    op.create_table(
        "claim_tree",
        *_place(),
        sa.Column("total", sa.BigInteger, nullable=False),
        sa.Column("root", sa.LargeBinary, nullable=False),
        sa.Column("leaves", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("cooperative_id", "through", "entries"),
    )
    op.create_table(
        "claim_salt",
        *_place(),
        sa.Column("member", sa.BigInteger, nullable=False),
        sa.Column("salt", sa.LargeBinary),
        sa.Column("destroyed_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("cooperative_id", "through", "entries", "member"),
    )


def downgrade() -> None:
    """Drop both."""
    op.drop_table("claim_salt")
    op.drop_table("claim_tree")


def _place() -> tuple[sa.Column[int], ...]:
    return (
        sa.Column("cooperative_id", sa.Integer, nullable=False),
        sa.Column("through", sa.Integer, nullable=False),
        sa.Column("entries", sa.BigInteger, nullable=False),
    )
