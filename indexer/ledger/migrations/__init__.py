"""Alembic migrations of the ledger database, run by `indexer.ledger.database`."""
