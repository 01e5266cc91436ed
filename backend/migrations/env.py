"""Alembic environment of the office database; `backend.database.migrate` gives it the connection."""

from alembic import context

from backend.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table="office_alembic_version",
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
