"""The ways a rupiah is rounded."""


def div_half_up(numerator: int, denominator: int) -> int:
    """Nearest integer, halves up: favours neither side but for the half itself, which goes to the lender.

    For a loan's interest and annuity payment. Numerator at least 0, denominator above 0.
    """
    _check(numerator, denominator)
    return (2 * numerator + denominator) // (2 * denominator)


def div_floor(numerator: int, denominator: int) -> int:
    """Rounded down: favours who pays the quotient.

    For savings interest (the cooperative, which carries the rest) and tax on it (the member).
    """
    _check(numerator, denominator)
    return numerator // denominator


def div_ceil(numerator: int, denominator: int) -> int:
    """Rounded up: favours who holds the quotient. For what stays of a lien (the cooperative)."""
    _check(numerator, denominator)
    return -(-numerator // denominator)


def _check(numerator: int, denominator: int) -> None:
    if numerator < 0 or denominator <= 0:
        raise ValueError(f"cannot round {numerator} / {denominator}: amounts are never negative here")
