from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.rounding import div_ceil, div_floor, div_half_up


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"), [(1, 2, 1), (3, 2, 2), (1, 3, 0), (2, 3, 1), (5, 10, 1)]
)
def test_div_half_up__halves__go_up(numerator: int, denominator: int, rounded: int) -> None:
    assert div_half_up(numerator, denominator) == rounded


@given(st.integers(0, 10**30), st.integers(1, 10**20))
def test_div__any_fraction__within_half_and_within_one(numerator: int, denominator: int) -> None:
    exact = Fraction(numerator, denominator)
    assert -Fraction(1, 2) < div_half_up(numerator, denominator) - exact <= Fraction(1, 2)
    assert -1 < div_floor(numerator, denominator) - exact <= 0
    assert 0 <= div_ceil(numerator, denominator) - exact < 1


@pytest.mark.parametrize(("numerator", "denominator"), [(-1, 2), (1, 0), (1, -2)])
def test_div__negative_or_by_zero__refused(numerator: int, denominator: int) -> None:
    for divide in (div_half_up, div_floor, div_ceil):
        with pytest.raises(ValueError, match="cannot round"):
            divide(numerator, denominator)
