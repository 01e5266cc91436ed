"""The books: accounts, posting rules, the journal with its seals, checks and the tree over its entries."""
