"""Words of a document in both languages."""

from typing import TypedDict


class Words(TypedDict):
    """The same in Indonesian and English."""

    id: str
    en: str


def words(indonesian: str, english: str) -> Words:
    """The same in both languages."""
    return {"id": indonesian, "en": english}
