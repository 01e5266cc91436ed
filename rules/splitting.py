"""Splits that add up to their whole, to the rupiah."""

from collections.abc import Mapping
from typing import TypeVar

from rules.types import MemberNumber, Rupiah

Key = TypeVar("Key", int, str, MemberNumber)


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
