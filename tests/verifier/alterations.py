"""Seeded alterations of a bundle: one value changed a little, or one byte of its file."""

import json
from collections.abc import Iterator
from random import Random
from typing import Any, Final

Path = tuple[str | int, ...]
HEX: Final = "0123456789abcdef"

EXPECTED: Final = {
    "koperasi": {"VERSION"},
    "kind": {"FORMAT"},
    "header": {"BLOCK_HASH"},
    "transaction": {"RECEIPT"},
    "receipt": {"RECEIPT"},
    "log": {"LOG", "ATTESTATION"},
    "contents": {"ENTRY", "INCLUSION"},
    "path": {"INCLUSION", "CONSISTENCY", "SHARE"},
    "member": {"CLAIM_ROOT", "SHARE"},
    "year": {"SHARE"},
    "leaves": {"CLAIM", "CLAIM_ROOT"},
    "salt": {"CLAIM_ROOT"},
    "amounts": {"CLAIM_ROOT"},
    "index": {"CLAIM", "CLAIM_ROOT"},
    "hash": {"CLAIM_ROOT"},
    "total": {"CLAIM", "CLAIM_ROOT"},
    "trial_balance": {"TRIAL_BALANCE"},
    "name": {"INCOMPLETE"},
    "address": {"ACCOUNT"},
    "account": {"ACCOUNT"},
    "channel": {"INCOMPLETE", "FORMAT"},
    "amount": {"FIGURE", "SHARE"},
    "proof": {"STORAGE"},
}
"""What an alteration of a value is refused with, by the innermost name on the way to it."""


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every text and number in a document, with the way to it."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from leaves(each, (*path, name))
    elif isinstance(value, list):
        for at, each in enumerate(value):
            yield from leaves(each, (*path, at))
    else:
        yield path, value


def altered_value(content: bytes, random: Random) -> tuple[bytes, str]:
    """The bundle with one value changed, written canonically, and the name of what was changed.

    A name is drawn first, so that each is as likely as the others, however long its values are.
    """
    document = json.loads(content)
    by_name: dict[str, list[tuple[Path, Any]]] = {}
    for path, value in leaves(document):
        name = next(each for each in reversed(path) if isinstance(each, str))
        by_name.setdefault(name, []).append((path, value))
    name = random.choice(sorted(by_name))
    path, value = random.choice(by_name[name])
    place = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = _other(value, random)
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode(), name


def _other(value: int | str, random: Random) -> int | str:
    if isinstance(value, int):
        return random.choice([each for each in (value + 1, value - 1, value ^ 1, value + 256) if each >= 0])
    if value.isdigit() and len(value) < 19:
        return str(
            random.choice(
                [each for each in (int(value) + 1, int(value) - 1, int(value) * 10 + 1) if each >= 0]
            )
        )
    if not value:
        return "00"
    at = random.randrange(len(value))
    letters = HEX if value[at] in HEX else "abcdefghijklmnop \n"
    letter = random.choice([each for each in letters if each != value[at]])
    return value[:at] + letter + value[at + 1 :]


def altered_bytes(content: bytes, random: Random) -> bytes:
    """The file with one byte changed, left out, or put in."""
    at = random.randrange(len(content))
    put = bytes([random.choice([each for each in range(256) if each != content[at]])])
    kept = random.choice([content[at + 1 :], content[at:]])
    return content[:at] + random.choice([put, b""] if len(kept) + at < len(content) else [put]) + kept
