"""The tree over the entries' hashes: RFC 9162 (and 6962) hashing, inclusion and consistency proofs.

Leaf n (from 0) is the hash of entry n + 1. Kept are the roots of full subtrees at every 8th level (a tile is
256 of them): the nodes in between are hashed again when a proof needs them, at most 255 a level.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Final

TILE: Final = 8
"""Levels between kept nodes."""
_WIDTH: Final = 1 << TILE
_TOP: Final = 64

Fetch = Callable[[int, int, int], Sequence[bytes]]
"""(level, first, after last) -> hashes of full subtrees of 2^level leaves; level is a multiple of TILE.
At level 0 these are leaf hashes."""


def leaf_hash(data: bytes) -> bytes:
    """Hash of a leaf: SHA-256(0x00 || data)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node: SHA-256(0x01 || left || right)."""
    return sha256(b"\x01" + left + right).digest()


EMPTY_ROOT: Final = sha256(b"").digest()


def _fold(hashes: Sequence[bytes]) -> bytes:
    """Root of a full subtree over 2^k nodes."""
    level = list(hashes)
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=True)
        level = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
    return level[0]


def _peaks(hashes: Sequence[bytes]) -> list[bytes]:
    """Roots of the full subtrees that `hashes` fall into, the smallest (and last) first."""
    peaks, stop = [], len(hashes)
    while stop:
        width = stop & -stop
        peaks.append(_fold(hashes[stop - width : stop]))
        stop -= width
    return peaks


class Builder:
    """Appends leaves and gives out the nodes to keep, holding at most 256 hashes a level."""

    def __init__(self, size: int = 0, fetch: Fetch | None = None) -> None:
        """A builder that goes on after `size` leaves; `fetch` reads what is kept of them."""
        self.size = size
        self._open: list[list[bytes]] = []
        level = 0
        while fetch and size >> level:
            last = size >> level
            first = last >> TILE << TILE
            self._open.append(list(fetch(level, first, last)) if first < last else [])
            level += TILE

    def copy(self) -> "Builder":
        """Another builder that goes on from here."""
        other = Builder()
        other.size = self.size
        other._open = [list(level) for level in self._open]
        return other

    def append(self, hashes: Iterable[bytes]) -> list[tuple[int, int, bytes]]:
        """Add entries' hashes; returns (level, position, hash) of the nodes to keep."""
        kept: list[tuple[int, int, bytes]] = []
        if not self._open:
            self._open.append([])
        leaves = self._open[0]
        for data in hashes:
            leaves.append(sha256(b"\x00" + data).digest())
            self.size += 1
            if len(leaves) == _WIDTH:
                self._carry(kept)
        return kept

    def root(self) -> bytes:
        """The tree head of all leaves so far."""
        root = None
        for hashes in self._open:
            for node in _peaks(hashes):
                root = node if root is None else node_hash(node, root)
        return EMPTY_ROOT if root is None else root

    def _carry(self, kept: list[tuple[int, int, bytes]]) -> None:
        index = 0
        while index < len(self._open) and len(self._open[index]) == _WIDTH:
            root = _fold(self._open[index])
            self._open[index].clear()
            index += 1
            level = index * TILE
            kept.append((level, (self.size >> level) - 1, root))
            if index == len(self._open):
                self._open.append([])
            self._open[index].append(root)


class Tree:
    """Reads roots and proofs of any size up to what is kept."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch

    def _node(self, level: int, position: int) -> bytes:
        """Root of the full subtree of 2^level leaves at `position`."""
        base = level // TILE * TILE
        width = 1 << (level - base)
        hashes = self._fetch(base, position * width, (position + 1) * width)
        if len(hashes) != width:
            raise ValueError(f"the tree lacks nodes at level {base} from {position * width}")
        return _fold(hashes)

    def range_root(self, start: int, stop: int) -> bytes:
        """Root of the leaves [start, stop), where `start` is a multiple of a power of two >= the length."""
        size = stop - start
        if size == 0:
            return EMPTY_ROOT
        root = None
        for level in range(size.bit_length()):
            if size >> level & 1:
                node = self._node(level, (start + (size >> level + 1 << level + 1)) >> level)
                root = node if root is None else node_hash(node, root)
        assert root is not None
        return root

    def root(self, size: int) -> bytes:
        """The tree head of the first `size` leaves."""
        return self.range_root(0, size)

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """Proof that leaf `index` is in the tree of `size` leaves, from the leaf up."""
        if not 0 <= index < size:
            raise ValueError(f"leaf {index} is not in a tree of {size}")
        path: list[bytes] = []
        start, stop = 0, size
        while stop - start > 1:
            split = start + _split(stop - start)
            if index < split:
                path.append(self.range_root(split, stop))
                stop = split
            else:
                path.append(self.range_root(start, split))
                start = split
        return path[::-1]

    def consistency(self, old: int, new: int) -> list[bytes]:
        """Proof that the tree of `old` leaves is the beginning of the tree of `new` leaves."""
        if not 0 < old <= new:
            raise ValueError(f"no consistency proof from {old} to {new} leaves")
        path: list[bytes] = []
        start, stop, known = 0, new, True
        while old != stop:
            split = start + _split(stop - start)
            if old <= split:
                path.append(self.range_root(split, stop))
                stop = split
            else:
                path.append(self.range_root(start, split))
                start, known = split, False
        if not known:
            path.append(self.range_root(start, stop))
        return path[::-1]


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether `path` proves that `leaf` (a leaf hash) is at `index` in the tree `root` (RFC 9162, 2.1.3)."""
    if not 0 <= index < size:
        return False
    position, last, computed = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if position & 1 or position == last:
            computed = node_hash(sibling, computed)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            computed = node_hash(computed, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and computed == root


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether `path` proves that the tree of `new` leaves begins with that of `old` (RFC 9162, 2.1.4)."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    proof = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if not proof:
        return False
    position, last = old - 1, new - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    first = second = proof[0]
    for sibling in proof[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root
