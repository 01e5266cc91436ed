import json

import pytest
from day_books import EXAMPLES, read
from hypothesis import given
from hypothesis import strategies as st

from rules.splitting import largest_remainder, split_surplus
from rules.types import Rupiah


@pytest.mark.parametrize("folder", ["ksp-kecil", "ksp-samosir"])
def test_split_surplus__examples__as_expected(folder: str) -> None:
    allocation = json.loads((EXAMPLES / folder / "shu" / "allocation.json").read_text())
    bases = read(EXAMPLES / folder / "shu" / "bases.csv")
    split = split_surplus(
        Rupiah(allocation["net_surplus"]),
        allocation["allocation_bps"],
        {int(row["member_no"]): int(row["capital"]) for row in bases},
        {int(row["member_no"]): int(row["business"]) for row in bases},
    )
    assert split.pots == json.loads((EXAMPLES / folder / "expected" / "shu_pots.json").read_text())
    shares = [
        {
            "member_no": str(member),
            "jasa_modal": str(capital),
            "jasa_usaha": str(split.jasa_usaha[member]),
            "total": str(capital + split.jasa_usaha[member]),
        }
        for member, capital in sorted(split.jasa_modal.items())
    ]
    assert shares == read(EXAMPLES / folder / "expected" / "shu_members.csv")


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


def test_split_surplus__no_business__pot_goes_to_cadangan() -> None:
    split = split_surplus(
        Rupiah(1001), {"cadangan": 2500, "jasa_modal": 4000, "jasa_usaha": 3500}, {1: 1, 2: 3}, {1: 0, 2: 0}
    )
    assert split.pots == {"cadangan": 250 + 350, "jasa_modal": 401, "jasa_usaha": 0}
    assert split.jasa_modal == {1: 100, 2: 301}
    assert split.jasa_usaha == {1: 0, 2: 0}


def test_split_surplus__shares_not_whole__refused() -> None:
    with pytest.raises(ValueError, match="9999 basis points"):
        split_surplus(Rupiah(1), {"cadangan": 9999}, {}, {})


def test_split_surplus__loss__refused() -> None:
    with pytest.raises(ValueError, match="at least 0"):
        split_surplus(Rupiah(-1), {"cadangan": 10_000}, {}, {})


@pytest.mark.parametrize("weights", [{1: 0}, {}, {1: -1, 2: 3}])
def test_largest_remainder__no_or_negative_weight__refused(weights: dict[int, int]) -> None:
    with pytest.raises(ValueError, match="cannot split"):
        largest_remainder(Rupiah(1), weights)
