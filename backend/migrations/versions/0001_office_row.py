"""Rows of day books and what became of them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create office_row."""
    op.create_table(
        "office_row",
        sa.Column("cooperative_id", sa.Integer, nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("ref", sa.String(200), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("book_day", sa.Integer, nullable=False),
        sa.Column("content", sa.String(64), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(400)),
        sa.Column("receipt", sa.BigInteger, nullable=False),
        sa.Column("transaction_hash", sa.String(66)),
        sa.PrimaryKeyConstraint("cooperative_id", "source", "ref"),
    )


def downgrade() -> None:
    """Drop office_row."""
    op.drop_table("office_row")
