"""Who offers a loan and who approves it, of the officers whose keys are here (ILoanDesk, ILoanPolicy)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from backend.keyring import Officer

_NUMBERS: Final = {"KETUA": 1, "SEKRETARIS": 2, "BENDAHARA": 3, "PENGAWAS": 4, "TELLER": 5, "REGISTRAR": 6}
_PENGURUS: Final = 7
_BOARD: Final = ("BENDAHARA", "KETUA", "SEKRETARIS")
"""Who makes an offer, the first who may."""


@dataclass(frozen=True, slots=True)
class Tier:
    """How many approve besides the maker, which offices (bits) may, and which must be among them."""

    approvals: int
    offices: int
    required: int


@dataclass(frozen=True, slots=True)
class Committee:
    """Who makes an offer, and who approves it."""

    maker: Officer
    approvers: tuple[Officer, ...]


def choose(tier: Tier, officers: Sequence[Officer], parties: Iterable[int]) -> Committee | None:
    """The smallest committee that `tier` asks for, without the `parties`; None if there is none here."""
    free = [officer for officer in officers if officer.person not in set(parties)]
    makers = [officer for office in _BOARD for officer in free if officer.office == office]
    if not makers:
        return None
    maker = makers[0]
    allowed = [each for each in free if bits_of(each) & (tier.offices | tier.required)]
    others = [each for each in allowed if each.person != maker.person]
    for size in range(tier.approvals, len(others) + 1):
        for chosen in combinations(others, size):
            held = 0
            for each in chosen:
                held |= bits_of(each)
            if len({each.person for each in chosen}) == size and not tier.required & ~held:
                return Committee(maker, chosen)
    return None


def bits_of(officer: Officer) -> int:
    """The offices of an officer as bits; who is of the board is PENGURUS too."""
    return 1 << _NUMBERS[officer.office] | (1 << _PENGURUS if officer.office in _BOARD else 0)
