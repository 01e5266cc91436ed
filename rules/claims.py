"""What the cooperative owes each member at a close, as a Merkle-sum tree whose leaves are salted.

A member's claim is split into parts by a salt that only the office and the member know; each part is a leaf:

    leaf = SHA-256(0x00 || salt 32 || member 4 || part 1 || pokok 8 || wajib 8 || sukarela 8 || payable 8)
    node = SHA-256(0x01 || left hash 32 || left sum 8 || right hash 32 || right sum 8)
    root = SHA-256(0x02 || number of leaves 8 || sum 8 || hash of the topmost node 32)

Integers are big-endian. Both sums go into a node apart: a hash over their sum alone lets whoever builds the
tree understate it (Hu, Zhang and Guo on Maxwell and Todd's tree). Leaves stand in the order of their hashes,
and the tree has the shape of RFC 9162's. What a proof shows of other members: docs/decisions/0017-bundles.md.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from hashlib import sha256, shake_256
from itertools import pairwise
from typing import Final, NamedTuple

from rules.types import MAX_RUPIAH, MemberNumber, SavingsKind

PARTS: Final = 4
"""Leaves of a member."""
SALT_BYTES: Final = 32
_HASH: Final = 32
_RECORD: Final = _HASH + 8
_DRAW: Final = 16
_KINDS: Final = len(SavingsKind)
_CUTS: Final = PARTS - 1
_MOST_MEMBERS: Final = 1 << 32

Amounts = tuple[int, ...]
"""Rupiah by kind of savings: pokok, wajib, sukarela, payable (`SavingsKind`)."""


class ClaimError(ValueError):
    """A claim, or a proof of it, that cannot be right."""


class Part(NamedTuple):
    """One leaf of a member, before it is hashed. `amounts` in rupiah."""

    member: MemberNumber
    part: int
    salt: bytes
    amounts: Amounts

    @property
    def record(self) -> bytes:
        """Hash of the leaf, and its sum. ClaimError if an amount is negative or too large."""
        if len(self.salt) != SALT_BYTES or len(self.amounts) != _KINDS:
            raise ClaimError(f"a part of {len(self.amounts)} amounts with a salt of {len(self.salt)} bytes")
        if not 0 < self.member < _MOST_MEMBERS or not 0 <= self.part < PARTS:
            raise ClaimError(f"part {self.part} of member {self.member}")
        total = _sum(self.amounts)
        content = b"".join(amount.to_bytes(8, "big") for amount in self.amounts)
        head = b"\x00" + self.salt + self.member.to_bytes(4, "big") + self.part.to_bytes(1, "big")
        return sha256(head + content).digest() + total.to_bytes(8, "big")


def _sum(amounts: Iterable[int]) -> int:
    total = 0
    for amount in amounts:
        if not 0 <= amount <= MAX_RUPIAH:
            raise ClaimError(f"an amount of {amount} is not 0 to {MAX_RUPIAH} rupiah")
        total += amount
    if total > MAX_RUPIAH:
        raise ClaimError(f"a sum of {total} rupiah is more than {MAX_RUPIAH}")
    return total


def split(member: MemberNumber, amounts: Amounts, salt: bytes) -> tuple[Part, ...]:
    """A member's claim as parts that add up to it, by kind; all drawn from `salt`.

    ClaimError if the salt is not 32 bytes, or an amount is negative.
    """
    if len(salt) != SALT_BYTES:
        raise ClaimError(f"a salt has {SALT_BYTES} bytes, not {len(salt)}")
    _sum(amounts)
    drawn = shake_256(b"koperasi claim 1" + salt).digest(PARTS * SALT_BYTES + _KINDS * _CUTS * _DRAW)
    cuts = drawn[PARTS * SALT_BYTES :]
    columns = [_cut(amount, cuts[at * _CUTS * _DRAW :]) for at, amount in enumerate(amounts)]
    return tuple(
        Part(
            member,
            part,
            drawn[part * SALT_BYTES : (part + 1) * SALT_BYTES],
            tuple(column[part] for column in columns),
        )
        for part in range(PARTS)
    )


def _cut(amount: int, drawn: bytes) -> list[int]:
    """`amount` cut at places drawn evenly from 0 to `amount`."""
    draws = (int.from_bytes(drawn[at * _DRAW : (at + 1) * _DRAW], "big") for at in range(_CUTS))
    places = [0, *sorted(draw * (amount + 1) >> 8 * _DRAW for draw in draws), amount]
    return [right - left for left, right in pairwise(places)]


class ClaimsTree:
    """The tree over leaves given as records (hash and sum); `leaves` of another tree makes the same again."""

    def __init__(self, records: Iterable[bytes]) -> None:
        """ClaimError if two leaves are the same, or their sum is more than an amount may be."""
        ordered = sorted(records)
        self.size: Final = len(ordered)
        if any(len(record) != _RECORD for record in ordered):
            raise ClaimError(f"a leaf is not {_RECORD} bytes")
        if any(left[:_HASH] == right[:_HASH] for left, right in pairwise(ordered)):
            raise ClaimError("two leaves are the same")
        self._levels = [b"".join(ordered)]
        while len(self._levels[-1]) > _RECORD:
            self._levels.append(_above(self._levels[-1]))
        top = self._levels[-1] or sha256(b"").digest() + bytes(8)
        self.total: Final = int.from_bytes(top[_HASH:], "big")
        self.root: Final = root_hash(self.size, top)

    @property
    def leaves(self) -> bytes:
        """All leaves' records, one after the other: they say nothing of members whose salts are gone."""
        return self._levels[0]

    @classmethod
    def of(cls, leaves: bytes) -> "ClaimsTree":
        """The tree over what `leaves` gave."""
        return cls(leaves[at : at + _RECORD] for at in range(0, len(leaves), _RECORD))

    def has(self, record: bytes) -> bool:
        """Whether a leaf is in the tree."""
        return self._place(record) is not None

    def proof(self, record: bytes) -> tuple[int, list[bytes]]:
        """Place of a leaf, and the records beside its way to the root. ClaimError if it is not in the
        tree."""
        low = self._place(record)
        if low is None:
            raise ClaimError("no such leaf: the salt or the amounts are not those of this close")
        path, position = [], low
        for level, nodes in enumerate(self._levels[:-1]):
            sibling = position ^ 1
            if sibling * _RECORD < len(nodes):
                path.append(self._record(level, sibling))
            position >>= 1
        return low, path

    def _place(self, record: bytes) -> int | None:
        low = bisect_left(range(self.size), record, key=lambda at: self._record(0, at))
        return low if low < self.size and self._record(0, low) == record else None

    def _record(self, level: int, position: int) -> bytes:
        return self._levels[level][position * _RECORD : (position + 1) * _RECORD]


def _above(level: bytes) -> bytes:
    """The nodes above; the last one of an odd number goes up as it is."""
    pair = 2 * _RECORD
    nodes = [
        level[at : at + _RECORD] if at + _RECORD == len(level) else _node(level[at : at + pair])
        for at in range(0, len(level), pair)
    ]
    return b"".join(nodes)


def _node(pair: bytes) -> bytes:
    total = int.from_bytes(pair[_HASH:_RECORD], "big") + int.from_bytes(pair[_RECORD + _HASH :], "big")
    if total > MAX_RUPIAH:
        raise ClaimError(f"a sum of {total} rupiah is more than {MAX_RUPIAH}")
    return sha256(b"\x01" + pair).digest() + total.to_bytes(8, "big")


def root_hash(size: int, top: bytes) -> bytes:
    """The root over `size` leaves whose topmost node has the record `top`."""
    return sha256(b"\x02" + size.to_bytes(8, "big") + top[_HASH:] + top[:_HASH]).digest()


def topmost(record: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The record of the topmost node that a leaf at `index` of `size` leads to by `path`.

    ClaimError if the path has not the length or the records that such a leaf's path has.
    """
    if not 0 <= index < size:
        raise ClaimError(f"leaf {index} is not in a tree of {size}")
    if any(len(each) != _RECORD or each[_HASH] > 0x7F for each in (record, *path)):
        raise ClaimError("a sum on the path is not an amount")
    position, last, computed = index, size - 1, record
    beside = iter(path)
    while last:
        if position & 1:
            computed = _joined(next(beside, b""), computed)
        elif position != last:
            computed = _joined(computed, next(beside, b""))
        position, last = position >> 1, last >> 1
    if next(beside, None) is not None:
        raise ClaimError("the path is too long")
    return computed


def _joined(left: bytes, right: bytes) -> bytes:
    if not left or not right:
        raise ClaimError("the path is too short")
    return _node(left + right)


def total_of(parts: Sequence[Part]) -> Amounts:
    """A member's claim by kind, from all its parts. ClaimError unless they are that member's, each once."""
    numbered = [(each.member, each.part) for each in parts]
    member = numbered[0][0] if numbered else 0
    if numbered != [(member, part) for part in range(PARTS)]:
        raise ClaimError(f"a claim has parts 0 to {PARTS - 1} of one member, not {numbered}")
    return tuple(sum(column) for column in zip(*(each.amounts for each in parts), strict=True))
