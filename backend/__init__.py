"""The backend: holds what must not be on the chain, and serves what the ledger says."""
