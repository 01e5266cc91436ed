"""SHU, the surplus of a book year: over its pots, and the two members' pots over the members.

The members' meeting decides the allocation (UU 25/1992 art. 45); jasa modal goes by pokok and wajib, jasa
usaha by transactions (PP 9/1995 art. 13). It is not taxed at the members (UU 11/2020).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rules.splitting import largest_remainder
from rules.types import BPS, ZERO, BasisPoints, MemberNumber, Rupiah

CADANGAN: Final = "cadangan"
JASA_MODAL: Final = "jasa_modal"
JASA_USAHA: Final = "jasa_usaha"

POTS: Final[Mapping[str, tuple[str, str]]] = {
    CADANGAN: ("Cadangan", "Reserves"),
    JASA_MODAL: ("Jasa modal anggota", "Members, by capital"),
    JASA_USAHA: ("Jasa usaha anggota", "Members, by business"),
    "karyawan": ("Dana karyawan", "Staff fund"),
    "pembangunan": ("Dana pembangunan", "Development fund"),
    "pendidikan": ("Dana pendidikan", "Education fund"),
    "pengurus": ("Dana pengurus", "Board fund"),
    "sosial": ("Dana sosial", "Social fund"),
}
"""The pots that the chart of accounts has a place for: names in Indonesian and English."""

BY_LAW_BPS: Final[Mapping[str, BasisPoints]] = {CADANGAN: BasisPoints(2500), "pendidikan": BasisPoints(500)}
"""What the by-laws give to a pot by default; the meeting may decide otherwise."""


class SurplusError(ValueError):
    """A surplus that cannot be split, or not so: why, in both languages."""

    def __init__(self, indonesian: str, english: str) -> None:
        self.indonesian = indonesian
        self.english = english
        super().__init__(f"{indonesian} / {english}")


@dataclass(frozen=True, slots=True)
class Bases:
    """What a member's part goes by, in rupiah: capital (pokok and wajib), and business done in the year."""

    capital: int
    business: int


@dataclass(frozen=True, slots=True)
class MemberShare:
    """A member's part of the surplus, in rupiah."""

    jasa_modal: Rupiah
    jasa_usaha: Rupiah

    @property
    def total(self) -> Rupiah:
        """Both together, in rupiah."""
        return Rupiah(self.jasa_modal + self.jasa_usaha)


@dataclass(frozen=True, slots=True)
class SurplusSplit:
    """A surplus over its pots, by name, and the members' pots over the members, by number, in rupiah."""

    pots: Mapping[str, Rupiah]
    members: Mapping[MemberNumber, MemberShare]


def split_surplus(
    surplus: Rupiah, allocation_bps: Mapping[str, BasisPoints], bases: Mapping[MemberNumber, Bases]
) -> SurplusSplit:
    """Split the SHU of a year, in rupiah, over the pots and then the members, each by largest remainder.

    Ties go to the lowest name or number. A members' pot without any base goes to cadangan. Pots and members
    come in the order of their keys. SurplusError for a loss, an unknown pot, a negative share, or shares that
    are not 10,000 basis points together.
    """
    _check(surplus, allocation_bps)
    pots = largest_remainder(surplus, allocation_bps)
    shares = {}
    for pot, weights in (
        (JASA_MODAL, {member: each.capital for member, each in bases.items()}),
        (JASA_USAHA, {member: each.business for member, each in bases.items()}),
    ):
        if pots.get(pot) and not any(weights.values()):
            pots[CADANGAN] = Rupiah(pots.get(CADANGAN, ZERO) + pots[pot])
            pots[pot] = ZERO
        shares[pot] = largest_remainder(pots.get(pot, ZERO), weights)
    modal, usaha = shares[JASA_MODAL], shares[JASA_USAHA]
    members = {member: MemberShare(modal[member], usaha[member]) for member in sorted(bases)}
    return SurplusSplit(dict(sorted(pots.items())), members)


def below_by_laws(allocation_bps: Mapping[str, BasisPoints]) -> tuple[str, ...]:
    """The pots that get less than the by-laws' default share: no error, but the meeting should mean it."""
    return tuple(pot for pot, share in BY_LAW_BPS.items() if allocation_bps.get(pot, 0) < share)


def _check(surplus: Rupiah, allocation_bps: Mapping[str, BasisPoints]) -> None:
    if surplus < 0:
        raise SurplusError(
            f"hasil usaha rugi {-surplus} rupiah; tidak ada SHU yang dapat dibagi.",
            f"the year made a loss of {-surplus} rupiah; there is no surplus to split.",
        )
    unknown = sorted(set(allocation_bps) - set(POTS))
    if unknown:
        names, known = ", ".join(unknown), ", ".join(POTS)
        raise SurplusError(
            f"pos tidak dikenal: {names}. Yang dikenal: {known}.",
            f"unknown pot: {names}. Known are: {known}.",
        )
    negative = sorted(pot for pot, share in allocation_bps.items() if share < 0)
    if negative:
        names = ", ".join(negative)
        raise SurplusError(f"bagian negatif: {names}.", f"negative share: {names}.")
    whole = sum(allocation_bps.values())
    if whole != BPS:
        raise SurplusError(
            f"jumlah bagian semua pos {whole} basis poin; harus tepat {BPS}.",
            f"the shares of all pots are {whole} basis points; they must be exactly {BPS}.",
        )
