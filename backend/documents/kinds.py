"""What a document is, by its own bytes: nothing else is believed, so that nothing else need be kept."""

import json
from typing import Final, NamedTuple


class Kind(NamedTuple):
    """A media type and the ending of its files."""

    media_type: str
    ending: str


PDF: Final = Kind("application/pdf", "pdf")
PNG: Final = Kind("image/png", "png")
JPEG: Final = Kind("image/jpeg", "jpg")
JSON: Final = Kind("application/json", "json")
TEXT: Final = Kind("text/plain", "txt")
SEALED: Final = Kind("application/octet-stream", "sealed")
"""Encrypted by `backend.documents.sealing`; never served."""
PUBLIC: Final = (PDF, PNG, JPEG, JSON, TEXT)
"""What may be kept as it is; a setting may allow less."""
SEAL: Final = b"KOPERASI SEALED 1\n"
"""The first bytes of what is encrypted."""
_BEGINNINGS: Final = (
    (SEAL, SEALED),
    (b"%PDF-", PDF),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
)
_IN_TEXT: Final = frozenset("\t\n\r")


def kind_of(content: bytes) -> Kind | None:
    """The kind of a document; None for what this house does not keep."""
    for beginning, kind in _BEGINNINGS:
        if content.startswith(beginning):
            return kind
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if not text or any(char < " " and char not in _IN_TEXT for char in text):
        return None
    return JSON if _is_json(text) else TEXT


def _is_json(text: str) -> bool:
    if text.lstrip()[:1] not in ("{", "["):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
