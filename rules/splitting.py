"""Splits that add up to their whole, to the rupiah."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from rules.types import BPS, BasisPoints, MemberNumber, Rupiah

Key = TypeVar("Key", int, str, MemberNumber)

CADANGAN: Final = "cadangan"
JASA_MODAL: Final = "jasa_modal"
JASA_USAHA: Final = "jasa_usaha"


@dataclass(frozen=True, slots=True)
class SurplusSplit:
    """A surplus over its pots (by name), and the two members' pots over the members, in rupiah."""

    pots: Mapping[str, Rupiah]
    jasa_modal: Mapping[MemberNumber, Rupiah]
    jasa_usaha: Mapping[MemberNumber, Rupiah]


def largest_remainder(total: Rupiah, weights: Mapping[Key, int]) -> dict[Key, Rupiah]:
    """Split `total` by `weights`: each gets its share rounded down, the largest remainders one rupiah more.

    Ties go to the lowest key. ValueError if an amount is negative or no weight is above 0.
    """
    whole = sum(weights.values())
    if total < 0 or any(weight < 0 for weight in weights.values()):
        raise ValueError(f"cannot split {total}: the amount and all weights must be at least 0")
    if whole == 0:
        if total:
            raise ValueError(f"cannot split {total}: no weight is above 0")
        return {key: Rupiah(0) for key in weights}
    shares = {key: total * weight // whole for key, weight in weights.items()}
    rest = total - sum(shares.values())
    by_remainder = sorted(weights, key=lambda key: (-(total * weights[key] % whole), key))
    for key in by_remainder[:rest]:
        shares[key] += 1
    return {key: Rupiah(share) for key, share in shares.items()}


def split_surplus(
    surplus: Rupiah,
    allocation_bps: Mapping[str, BasisPoints],
    capital: Mapping[MemberNumber, int],
    business: Mapping[MemberNumber, int],
) -> SurplusSplit:
    """Split the SHU over the pots, then jasa modal by `capital`, jasa usaha by `business` over the members.

    A members' pot without any base goes to cadangan. ValueError unless the shares are 10,000 basis points.
    """
    if sum(allocation_bps.values()) != BPS:
        raise ValueError(f"the allocation is {sum(allocation_bps.values())} basis points, not {BPS}")
    pots = largest_remainder(surplus, allocation_bps)
    shares = {}
    for pot, bases in ((JASA_MODAL, capital), (JASA_USAHA, business)):
        if pot in pots and not any(bases.values()):
            pots[CADANGAN] = Rupiah(pots.get(CADANGAN, 0) + pots[pot])
            pots[pot] = Rupiah(0)
        shares[pot] = largest_remainder(pots.get(pot, Rupiah(0)), bases)
    return SurplusSplit(pots, shares[JASA_MODAL], shares[JASA_USAHA])
