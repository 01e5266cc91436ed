"""The cooperative's arithmetic in pure Python: the reference that contracts and books are tested against."""
