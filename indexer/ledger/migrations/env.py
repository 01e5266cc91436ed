"""Runs inside the connection that `indexer.ledger.database.migrate` hands over."""

from alembic import context

from indexer.ledger.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
