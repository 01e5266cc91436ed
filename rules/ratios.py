"""Ratios of rupiah in basis points."""

from rules.types import BPS


def basis_points(numerator: int, denominator: int) -> int | None:
    """A ratio in basis points, to the nearest, halves up; None where the denominator is nought.

    Either side may be negative: equity can be.
    """
    if denominator == 0:
        return None
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    return (2 * numerator * BPS + denominator) // (2 * denominator)


def part_of(amount: int, share_bps: int) -> int:
    """So many basis points of an amount, in rupiah, to the nearest, halves up."""
    return (2 * amount * share_bps + BPS) // (2 * BPS)
