"""The bytes that an entry's hash is taken over, written so that anyone can write them again.

ASCII, a line feed after every line, `-` for what is absent:

    koperasi entry 1
    <hash of the entry before, 64 hex digits; zeros for entry 1>
    <number> <block number> <block hash, hex> <log index> <rule> <subject> <book day> <receipt>
    <account> <amount> <member> <loan> <channel>          one for each journal line, in order

Numbers are decimal; a debit is positive, a credit negative; subject and receipt are unsigned 64-bit numbers.
"""

from collections.abc import Sequence
from typing import Final

GENESIS_HASH: Final = bytes(32)
"""What the first entry is chained to."""


def entry_bytes(
    previous: bytes,
    number: int,
    block_number: int,
    block_hash: str,
    log_index: int,
    rule: str,
    subject: int,
    book_day: int,
    receipt: int | None,
    lines: Sequence[tuple[int, int, int | None, int | None, int | None]],
) -> bytes:
    """The canonical bytes; `block_hash` in hex, lines as (account, amount, member, loan, channel)."""
    paper = "-" if receipt is None else receipt
    text = (
        f"koperasi entry 1\n{previous.hex()}\n"
        f"{number} {block_number} {block_hash} {log_index} {rule} {subject} {book_day} {paper}\n"
    )
    for account, amount, member, loan, channel in lines:
        text += f"{account} {amount} {member or '-'} {loan or '-'} {channel or '-'}\n"
    return text.encode("ascii")
