"""Proofs over the tree of final entries: inclusion of one, consistency of two heads (RFC 9162)."""

import msgspec
from sqlalchemy import Connection, select

from indexer.ledger import schema
from indexer.ledger.canonical import entry_bytes
from indexer.ledger.merkle import Builder, Tree, leaf_hash
from indexer.ledger.nodes import fetcher
from indexer.reports.entries import JournalEntry, entry


class TreeHead(msgspec.Struct, frozen=True):
    """The root over the first `size` entries, all final, as of block `floor`."""

    size: int
    root: bytes
    floor: int


class InclusionProof(msgspec.Struct, frozen=True):
    """That `entry` is in the tree of `size` leaves with `root`.

    `contents` are the bytes whose SHA-256 is the entry's hash (indexer/ledger/canonical.py); `leaf` is
    SHA-256(0x00 || that hash), at `index` = entry number - 1; `path` leads from it to the root.
    """

    entry: JournalEntry
    contents: bytes
    index: int
    leaf: bytes
    size: int
    path: tuple[bytes, ...]
    root: bytes


class ConsistencyProof(msgspec.Struct, frozen=True):
    """That the tree of `new_size` leaves begins with that of `old_size`."""

    old_size: int
    old_root: bytes
    new_size: int
    new_root: bytes
    path: tuple[bytes, ...]


class NotFinalError(LookupError):
    """A proof of what may still go away."""

    def __init__(self, number: int, final: int) -> None:
        super().__init__(
            f"Jurnal {number} belum final: bukti hanya ada sampai jurnal {final}. / "
            f"Entry {number} is not final yet: there are proofs up to entry {final}."
        )
        self.number = number
        self.final = final


def tree_head(connection: Connection, cooperative_id: int = 1) -> TreeHead:
    """The head over all final entries."""
    size, floor = _final(connection, cooperative_id)
    return TreeHead(size, Tree(fetcher(connection, cooperative_id)).root(size), floor)


def books_root(connection: Connection, size: int, cooperative_id: int = 1) -> bytes:
    """The root over the first `size` entries, provisional ones too: the same however far the floor had risen.

    LookupError if there are not as many.
    """
    final = min(size, _final(connection, cooperative_id)[0])
    builder = Builder(final, fetcher(connection, cooperative_id))
    own = schema.entry.c
    query = (
        select(own.hash)
        .where(own.cooperative_id == cooperative_id, own.number > final, own.number <= size)
        .order_by(own.number)
    )
    builder.append(connection.execute(query).scalars())
    if builder.size != size:
        raise LookupError(f"the books have no {size} entries")
    return builder.root()


def inclusion_proof(connection: Connection, number: int, cooperative_id: int = 1) -> InclusionProof:
    """Proof of entry `number` in the head over all final entries. UnknownEntryError, NotFinalError."""
    found = entry(connection, number, cooperative_id)
    size, _ = _final(connection, cooperative_id)
    if number > size:
        raise NotFinalError(number, size)
    tree = Tree(fetcher(connection, cooperative_id))
    path = tuple(tree.inclusion(number - 1, size))
    leaf = leaf_hash(found.hash)
    return InclusionProof(found, contents(found), number - 1, leaf, size, path, tree.root(size))


def consistency_proof(
    connection: Connection, old_size: int, new_size: int | None = None, cooperative_id: int = 1
) -> ConsistencyProof:
    """Proof that the head over `new_size` entries (default: all final ones) begins with that over `old_size`.

    NotFinalError above the final entries, ValueError if the sizes are not 0 < old <= new.
    """
    final, _ = _final(connection, cooperative_id)
    size = final if new_size is None else new_size
    if max(old_size, size) > final:
        raise NotFinalError(max(old_size, size), final)
    tree = Tree(fetcher(connection, cooperative_id))
    path = tuple(tree.consistency(old_size, size))
    return ConsistencyProof(old_size, tree.root(old_size), size, tree.root(size), path)


def contents(found: JournalEntry) -> bytes:
    """The canonical bytes of an entry, whose SHA-256 is its hash."""
    lines = [
        (each.account, each.debit - each.credit, each.member, each.loan, each.channel) for each in found.lines
    ]
    place = (found.number, found.block_number, found.block_hash.hex(), found.log_index)
    return entry_bytes(
        found.prev_hash, *place, found.rule, found.subject, found.book_day, found.receipt, lines
    )


def _final(connection: Connection, cooperative_id: int) -> tuple[int, int]:
    head = schema.head.c
    query = select(head.final_entries, head.floor).where(head.cooperative_id == cooperative_id)
    row = connection.execute(query).one_or_none()
    return (0, -1) if row is None else (row.final_entries, row.floor)
