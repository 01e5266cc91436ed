"""The tree of final entries, its full tiles kept in memory: final entries never change."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Final

from sqlalchemy import Connection, bindparam, select

from indexer.ledger import schema
from indexer.ledger.merkle import TILE, Tree, leaf_hash, node_hash
from indexer.reports.prepared import Prepared

KEPT_TILES: Final = 4096
"""16 KiB each."""
_HASH_BYTES: Final = 32
_KEPT_LOOSE: Final = 4096

_entry, _node = schema.entry.c, schema.tree_node.c
_leaves: Final = Prepared(
    select(_entry.hash)
    .where(
        _entry.cooperative_id == bindparam("mine"),
        _entry.number > bindparam("first"),
        _entry.number <= bindparam("last"),
    )
    .order_by(_entry.number)
)
_nodes: Final = Prepared(
    select(_node.hash)
    .where(
        _node.cooperative_id == bindparam("mine"),
        _node.level == bindparam("level"),
        _node.position >= bindparam("first"),
        _node.position < bindparam("last"),
    )
    .order_by(_node.position)
)


class Tiles:
    """Hashes of one cooperative's final entries: a tile is 256 of them and the seven levels above."""

    def __init__(self, most: int = KEPT_TILES) -> None:
        """Keeps the `most` tiles that were used last."""
        self._most = most
        self._lock = Lock()
        self._tiles: OrderedDict[tuple[int, int], list[bytes]] = OrderedDict()
        self._loose: dict[tuple[int, int], bytes] = {}
        self._seen: tuple[object, int, bytes] = (None, 0, b"")

    def follow(self, connection: Connection, mine: int, state: object, size: int) -> None:
        """Forget all if other books took the place of those that were read; looks when `state` changes."""
        seen, old_size, old_hash = self._seen
        if state == seen:
            return
        if old_size and _hash_at(connection, mine, old_size) != old_hash:
            with self._lock:
                self._tiles.clear()
                self._loose.clear()
        self._seen = (state, size, _hash_at(connection, mine, size))

    def tile(self, level: int, position: int, read: Callable[[], Sequence[bytes]]) -> list[bytes]:
        """The levels of a tile, each one after the other; `read` gives its lowest."""
        key = (level, position)
        with self._lock:
            found = self._tiles.get(key)
            if found is not None:
                self._tiles.move_to_end(key)
                return found
        made = _levels(read())
        with self._lock:
            self._tiles[key] = made
            if len(self._tiles) > self._most:
                self._tiles.popitem(last=False)
        return made

    def loose(self, key: tuple[int, int], make: Callable[[], bytes]) -> bytes:
        """Root of the leaves [start, stop) of `key`, outside of full tiles: few, at the end of the tree."""
        found = self._loose.get(key)
        if found is None:
            found = make()
            if len(self._loose) >= _KEPT_LOOSE:
                self._loose.clear()
            self._loose[key] = found
        return found


class FinalTree(Tree):
    """Roots and proofs over the first `size` entries and all smaller sizes, reading what is not kept."""

    def __init__(self, connection: Connection, mine: int, size: int, tiles: Tiles) -> None:
        self._size = size
        self._tiles = tiles

        def fetch(level: int, start: int, stop: int) -> Sequence[bytes]:
            span = {"mine": mine, "first": start, "last": stop}
            if level == 0:
                return [leaf_hash(row[0]) for row in _leaves.rows(connection, **span)]
            return [row[0] for row in _nodes.rows(connection, level=level, **span)]

        self._read = fetch
        self._last = (-1, -1)
        self._levels: list[bytes] = []
        super().__init__(fetch)

    def range_root(self, start: int, stop: int) -> bytes:
        """Root of the leaves [start, stop), where `start` is a multiple of a power of two >= the length."""
        size = stop - start
        if size and not size & (size - 1):
            level = size.bit_length() - 1
            return self._node(level, start >> level)
        return self._tiles.loose((start, stop), lambda: super(FinalTree, self).range_root(start, stop))

    def _node(self, level: int, position: int) -> bytes:
        """From a tile if that is full, as the base class computes it otherwise."""
        up = level % TILE
        base, tile = level - up, position >> (TILE - up)
        if (tile + 1) << (base + TILE) > self._size:
            key = (position << level, (position + 1) << level)
            return self._tiles.loose(key, lambda: super(FinalTree, self)._node(level, position))
        if (base, tile) != self._last:
            self._last = (base, tile)
            self._levels = self._tiles.tile(
                base, tile, lambda: self._read(base, tile << TILE, (tile + 1) << TILE)
            )
        start = (position - (tile << (TILE - up))) * _HASH_BYTES
        return self._levels[up][start : start + _HASH_BYTES]


def _levels(hashes: Sequence[bytes]) -> list[bytes]:
    """The levels of a full tile, from 256 hashes to 2."""
    if len(hashes) != 1 << TILE:
        raise ValueError(f"a tile of the tree has {len(hashes)} hashes, not {1 << TILE}")
    level, levels = list(hashes), []
    while len(level) > 1:
        levels.append(b"".join(level))
        level = [node_hash(left, right) for left, right in zip(level[::2], level[1::2], strict=True)]
    return levels


def _hash_at(connection: Connection, mine: int, number: int) -> bytes:
    rows = _leaves.rows(connection, mine=mine, first=number - 1, last=number)
    return rows[0][0] if rows else b""
