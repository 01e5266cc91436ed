"""What a meeting decides about a surplus, ready for the chain: pots by account, and each member's share.

The file of shares is kept and read as a document: the numbers of members and rupiah, no personal data.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Annotated, Any, Final, Self

import msgspec

from backend.surplus.files import Allocation
from backend.surplus.tree import ShareTree
from rules.shu import CADANGAN, JASA_MODAL, JASA_USAHA, SurplusError, SurplusSplit
from rules.types import MAX_RUPIAH, MemberNumber, Rupiah

MEMBERS_POT: Final = 2310
ACCOUNTS: Final[Mapping[str, int]] = {
    JASA_MODAL: MEMBERS_POT,
    JASA_USAHA: MEMBERS_POT,
    "pendidikan": 2320,
    "sosial": 2330,
    "pengurus": 2340,
    "karyawan": 2350,
    "pembangunan": 2360,
    CADANGAN: 3200,
}
"""The account of the chart that each pot goes to."""

_Amount = Annotated[int, msgspec.Meta(ge=1, le=MAX_RUPIAH)]


class _File(msgspec.Struct, forbid_unknown_fields=True):
    year: Annotated[int, msgspec.Meta(ge=1, le=9999)]
    total: _Amount
    pots: list[tuple[int, _Amount]]
    shares: list[tuple[Annotated[int, msgspec.Meta(ge=1, lt=1 << 32)], _Amount]]


@dataclass(frozen=True)
class SurplusShares:
    """A year's surplus in rupiah: over the accounts in ascending order, and over the members."""

    year: int
    total: Rupiah
    pots: tuple[tuple[int, Rupiah], ...]
    shares: Mapping[MemberNumber, Rupiah]

    @classmethod
    def of(cls, decided: Allocation, split: SurplusSplit) -> Self:
        """From an allocation and how it splits. SurplusError for a surplus of nothing."""
        if decided.net_surplus <= 0:
            raise SurplusError("tidak ada SHU yang dapat dibagi.", "there is no surplus to allocate.")
        pots: dict[int, int] = {}
        for pot, amount in split.pots.items():
            if amount:
                pots[ACCOUNTS[pot]] = pots.get(ACCOUNTS[pot], 0) + amount
        shares = {member: share.total for member, share in split.members.items() if share.total}
        by_account = tuple((account, Rupiah(amount)) for account, amount in sorted(pots.items()))
        return cls(decided.year, decided.net_surplus, by_account, shares)

    @classmethod
    def read(cls, content: bytes) -> Self:
        """From the file of shares. SurplusError if it is none, or does not add up."""
        try:
            told = msgspec.json.decode(content, type=_File)
        except msgspec.DecodeError as error:
            raise SurplusError(
                f"bukan berkas bagian SHU ({error}).", f"this is no file of shares ({error})."
            ) from error
        shares = {MemberNumber(member): Rupiah(amount) for member, amount in told.shares}
        pots = tuple((account, Rupiah(amount)) for account, amount in told.pots)
        made = cls(told.year, Rupiah(told.total), pots, shares)
        if len(shares) < len(told.shares) or made.content != content or not made.adds_up:
            raise SurplusError(
                "berkas bagian SHU tidak berjumlah, atau bukan tulisan allocate-surplus.",
                "the file of shares does not add up, or is not as allocate-surplus writes it.",
            )
        return made

    @property
    def members_total(self) -> int:
        """Rupiah of the members' pot."""
        return sum(amount for account, amount in self.pots if account == MEMBERS_POT)

    @property
    def adds_up(self) -> bool:
        """Whether the pots are the total, and the shares the members' pot."""
        whole = sum(amount for _, amount in self.pots)
        return whole == self.total and sum(self.shares.values()) == self.members_total

    @cached_property
    def tree(self) -> ShareTree:
        """The tree over the shares."""
        return ShareTree(self.year, self.shares)

    @cached_property
    def content(self) -> bytes:
        """The file: JSON with its numbers in ascending order, a line a share."""
        head = {"year": self.year, "total": self.total, "pots": [list(pot) for pot in self.pots]}
        rows = ",\n".join(f"[{member},{self.shares[member]}]" for member in sorted(self.shares))
        return f'{json.dumps(head)[:-1]}, "shares": [\n{rows}\n]}}\n'.encode()

    @property
    def document(self) -> bytes:
        """sha256 of the file: what the allocation on the chain names."""
        return sha256(self.content).digest()

    def action(self) -> dict[str, Any]:
        """The action of the resolution, as an agenda (meeting.json) has it."""
        hashes = (f"0x{self.tree.root.hex()}", f"0x{self.document.hex()}")
        arguments = [self.year, self.total, [list(pot) for pot in self.pots], *hashes]
        return {"contract": "SurplusDistributor", "function": "allocate", "arguments": arguments}
