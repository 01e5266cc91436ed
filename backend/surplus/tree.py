"""The Merkle tree over the members' shares of a year, as SurplusDistributor checks it.

Leaves and pairs are verifier/share_tree.py's; an odd one moves up. The leaves stand in the order of the
members' numbers, so the shares alone give the root.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from rules.types import MemberNumber, Rupiah
from verifier.share_tree import leaf_of, pair

_NO_ROOT: Final = bytes(32)


class ShareTree:
    """The tree over `shares`, rupiah by member, of a book year. A share of zero is left out."""

    def __init__(self, year: int, shares: Mapping[MemberNumber, Rupiah]) -> None:
        self.year = year
        self.shares: Mapping[MemberNumber, Rupiah] = {
            member: shares[member] for member in sorted(shares) if shares[member]
        }
        self._place = {member: place for place, member in enumerate(self.shares)}
        self._levels = list(_levels([leaf_of(year, *share) for share in self.shares.items()]))

    @property
    def root(self) -> bytes:
        """32 bytes, zeros of a year without shares."""
        return self._levels[-1][0] if self.shares else _NO_ROOT

    @property
    def total(self) -> Rupiah:
        """All shares together, in rupiah."""
        return Rupiah(sum(self.shares.values()))

    def proof_of(self, member: MemberNumber) -> tuple[bytes, ...]:
        """The siblings of a member's leaf, from below. KeyError for a member without a share."""
        place, proof = self._place[member], []
        for level in self._levels[:-1]:
            sibling = place ^ 1
            if sibling < len(level):
                proof.append(level[sibling])
            place >>= 1
        return tuple(proof)


def _levels(leaves: Sequence[bytes]) -> Iterable[list[bytes]]:
    level = list(leaves)
    yield level
    while len(level) > 1:
        odd = level[-1:] if len(level) % 2 else []
        level = [pair(*level[at : at + 2]) for at in range(0, len(level) - 1, 2)] + odd
        yield level
