"""Errors that reach a user are said in Indonesian and in English."""


def both(indonesian: str, english: str) -> str:
    """One text of the two."""
    return f"{indonesian} / {english}"
