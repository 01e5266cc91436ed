"""Root of the Merkle-Patricia trie in which a block keeps its receipts: keys are RLP(0), RLP(1), ..."""

from collections.abc import Sequence
from typing import Final

from indexer.chain.hashing import keccak, rlp_bytes, rlp_int, rlp_list

EMPTY_ROOT: Final = keccak(b"\x80")

_Item = tuple[str, bytes]
"""Key as hex digits, and value."""


def ordered_root(values: Sequence[bytes]) -> bytes:
    """Root of the trie that maps RLP(index) to each value; equal to py-trie's, without its database."""
    if not values:
        return EMPTY_ROOT
    items = sorted((rlp_int(index).hex(), value) for index, value in enumerate(values))
    return keccak(_node(items, 0))


def _path(digits: str, leaf: bool) -> bytes:
    """Hex-prefix encoding of a part of a key."""
    flag = 2 if leaf else 0
    digits = f"{flag + 1}{digits}" if len(digits) % 2 else f"{flag}0{digits}"
    return rlp_bytes(bytes.fromhex(digits))


def _node(items: Sequence[_Item], depth: int) -> bytes:
    """RLP of the node that holds `items`, which are sorted and share their first `depth` digits."""
    first = items[0][0]
    if len(items) == 1:
        return rlp_list((_path(first[depth:], True), rlp_bytes(items[0][1])))
    last = items[-1][0]
    fork = depth
    while first[fork] == last[fork]:
        fork += 1
    branch = _branch(items, fork)
    if fork == depth:
        return branch
    return rlp_list((_path(first[depth:fork], False), _reference(branch)))


def _branch(items: Sequence[_Item], depth: int) -> bytes:
    children: list[list[_Item]] = [[] for _ in range(16)]
    for item in items:
        children[int(item[0][depth], 16)].append(item)
    # No key of RLP integers is the beginning of another: a branch has no value of its own.
    return rlp_list(
        [_reference(_node(child, depth + 1)) if child else b"\x80" for child in children] + [b"\x80"]
    )


def _reference(node: bytes) -> bytes:
    return node if len(node) < 32 else b"\xa0" + keccak(node)
