import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.splitting import largest_remainder
from rules.types import Rupiah


@pytest.mark.parametrize(
    ("total", "weights", "shares"),
    [
        (10, {3: 1, 1: 1, 2: 1}, {3: 3, 1: 4, 2: 3}),
        (11, {3: 1, 1: 1, 2: 1}, {3: 3, 1: 4, 2: 4}),
        (100, {"b": 1, "a": 2}, {"b": 33, "a": 67}),
        (1, {1: 0, 2: 5, 3: 5}, {1: 0, 2: 1, 3: 0}),
        (0, {1: 0}, {1: 0}),
        (0, {}, {}),
    ],
)
def test_largest_remainder__ties__to_the_lowest_key(
    total: int, weights: dict[int | str, int], shares: dict[int | str, int]
) -> None:
    assert largest_remainder(total, weights) == shares


@given(
    st.integers(0, 10**15),
    st.dictionaries(st.integers(1, 10**6), st.integers(0, 10**12), min_size=1).filter(
        lambda w: any(w.values())
    ),
)
def test_largest_remainder__anything__adds_up_within_a_rupiah_of_the_share(
    total: int, weights: dict[int, int]
) -> None:
    shares = largest_remainder(total, weights)
    whole = sum(weights.values())
    assert sum(shares.values()) == total
    assert all(abs(shares[key] * whole - total * weights[key]) < whole for key in weights)


@pytest.mark.parametrize("weights", [{1: 0}, {}, {1: -1, 2: 3}])
def test_largest_remainder__no_or_negative_weight__refused(weights: dict[int, int]) -> None:
    with pytest.raises(ValueError, match="cannot split"):
        largest_remainder(Rupiah(1), weights)
