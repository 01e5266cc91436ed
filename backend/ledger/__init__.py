"""What the ledger says, to everybody: totals, entries, proofs, balances, passbooks, and what is new."""
