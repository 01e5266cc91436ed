"""Opening balances of a cooperative that comes from paper books."""
