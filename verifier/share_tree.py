"""A member's share of a year's surplus as a leaf, and its way to the root (ISurplusDistributor.leafOf).

A leaf is hashed twice, a pair once, its smaller half first (OpenZeppelin's MerkleProof).
"""

from collections.abc import Iterable
from typing import Final

from indexer.chain.hashing import keccak
from rules.types import MAX_RUPIAH, MemberNumber

_SHARE: Final = keccak(b"SurplusShare(uint16 year,uint32 member,uint64 amount)")


def leaf_of(year: int, member: MemberNumber, amount: int) -> bytes:
    """32 bytes. ValueError for a share that the contract could not hold; `amount` in rupiah."""
    if not (0 < amount <= MAX_RUPIAH and 0 <= year < 1 << 16 and 0 <= member < 1 << 32):
        raise ValueError(f"a share of {amount} rupiah of {year} for member {member} is none")
    words = b"".join(each.to_bytes(32, "big") for each in (year, member, amount))
    return keccak(keccak(_SHARE + words))


def pair(one: bytes, other: bytes) -> bytes:
    """The node over two."""
    return keccak(min(one, other) + max(one, other))


def is_share(root: bytes, year: int, member: MemberNumber, amount: int, proof: Iterable[bytes]) -> bool:
    """Whether a share is in the tree with this root; `proof`: the siblings from below."""
    found = leaf_of(year, member, amount)
    for sibling in proof:
        found = pair(found, sibling)
    return found == root
