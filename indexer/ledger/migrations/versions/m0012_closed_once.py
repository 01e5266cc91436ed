"""What is closed is told by `closes` alone; the same as a setting is forgotten."""

from collections.abc import Sequence

from alembic import op

from indexer.ledger.migrations.versions.m0001_initial import seal

revision: str = "0012"
down_revision: str | Sequence[str] | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Delete the rows, final ones too, and seal the table again."""
    place = "" if op.get_bind().dialect.name == "sqlite" else " ON setting"
    for act in ("add", "change", "delete"):
        op.execute(f"DROP TRIGGER setting_{act}{place}")
    op.execute("DELETE FROM setting WHERE name = 'closed_through'")
    seal({"setting": ("block_number", "block_number")})
