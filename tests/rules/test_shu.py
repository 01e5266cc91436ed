"""The surplus over pots and members: by hand, by the example years, and what holds for any."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.shu import BY_LAW_BPS, POTS, Bases, MemberShare, SurplusError, below_by_laws, split_surplus
from rules.splitting import largest_remainder
from rules.types import BPS

AMOUNTS = st.integers(0, 2**63 - 1)
MEMBERS = st.dictionaries(st.integers(1, 2**32 - 1), st.builds(Bases, AMOUNTS, AMOUNTS), max_size=30)


@st.composite
def allocations(draw: st.DrawFn) -> dict[str, int]:
    """Any pots, in any order, that make up 10,000 basis points."""
    pots = draw(st.permutations(sorted(POTS)))[: draw(st.integers(1, len(POTS)))]
    cuts = draw(st.lists(st.integers(0, BPS), min_size=len(pots) - 1, max_size=len(pots) - 1))
    bounds = [0, *sorted(cuts), BPS]
    return {pot: high - low for pot, low, high in zip(pots, bounds, bounds[1:], strict=False)}


def test_split_surplus__by_hand__ties_to_the_lowest_name_and_number() -> None:
    # 5 rupiah in halves: 2.5 each, the odd one to jasa_modal (m < u). Its 3 over 1 : 1: to member 2.
    split = split_surplus(
        5, {"jasa_usaha": 5000, "jasa_modal": 5000}, {7: Bases(10, 0), 2: Bases(10, 3), 9: Bases(0, 1)}
    )
    assert list(split.pots.items()) == [("jasa_modal", 3), ("jasa_usaha", 2)]
    # 2 rupiah over 3 : 1: 1.5 and 0.5, equal remainders, the odd one to member 2.
    assert list(split.members.items()) == [
        (2, MemberShare(2, 2)),
        (7, MemberShare(1, 0)),
        (9, MemberShare(0, 0)),
    ]
    assert split.members[2].total == 4


@pytest.mark.parametrize("allocation", [{"cadangan": 2500, "jasa_modal": 4000, "jasa_usaha": 3500}])
def test_split_surplus__no_business__pot_goes_to_cadangan(allocation: dict[str, int]) -> None:
    split = split_surplus(1001, allocation, {1: Bases(1, 0), 2: Bases(3, 0)})
    assert split.pots == {"cadangan": 250 + 350, "jasa_modal": 401, "jasa_usaha": 0}
    assert split.members == {1: MemberShare(100, 0), 2: MemberShare(301, 0)}


@pytest.mark.parametrize("bases", [{}, {1: Bases(0, 0), 2: Bases(0, 0)}])
def test_split_surplus__no_base_at_all__all_to_cadangan_even_if_it_had_none(bases: dict[int, Bases]) -> None:
    split = split_surplus(1000, {"jasa_modal": 6000, "jasa_usaha": 4000}, bases)
    assert split.pots == {"cadangan": 1000, "jasa_modal": 0, "jasa_usaha": 0}
    assert split.members == dict.fromkeys(bases, MemberShare(0, 0))


def test_split_surplus__nothing__nothing_for_anybody() -> None:
    split = split_surplus(0, {"cadangan": 4000, "jasa_modal": 6000}, {1: Bases(5, 5)})
    assert split.pots == {"cadangan": 0, "jasa_modal": 0}
    assert split.members == {1: MemberShare(0, 0)}


@pytest.mark.parametrize(
    ("surplus", "allocation", "indonesian", "english"),
    [
        (-1, {"cadangan": BPS}, "rugi 1 rupiah", "a loss of 1 rupiah"),
        (1, {"cadangan": 9999}, "9999 basis poin", "9999 basis points"),
        (1, {"cadangan": 10_001}, "10001 basis poin", "10001 basis points"),
        (1, {}, "0 basis poin", "0 basis points"),
        (1, {"cadangan": BPS, "zakat": 0}, "pos tidak dikenal: zakat", "unknown pot: zakat"),
        (1, {"cadangan": 10_001, "sosial": -1}, "bagian negatif: sosial", "negative share: sosial"),
    ],
)
def test_split_surplus__what_cannot_be__refused_in_both_languages(
    surplus: int, allocation: dict[str, int], indonesian: str, english: str
) -> None:
    with pytest.raises(SurplusError) as error:
        split_surplus(surplus, allocation, {1: Bases(1, 1)})
    assert indonesian in error.value.indonesian
    assert english in error.value.english


def test_split_surplus__negative_base__refused() -> None:
    with pytest.raises(ValueError, match="at least 0"):
        split_surplus(1, {"jasa_modal": BPS}, {1: Bases(-1, 0), 2: Bases(3, 0)})


def test_below_by_laws__names_the_pots_that_get_less() -> None:
    assert below_by_laws({"cadangan": 2500, "pendidikan": 500, "sosial": 7000}) == ()
    assert below_by_laws({"cadangan": 2499, "pendidikan": 7501}) == ("cadangan",)
    assert below_by_laws({"sosial": BPS}) == tuple(BY_LAW_BPS) == ("cadangan", "pendidikan")


@given(AMOUNTS, allocations(), MEMBERS)
def test_split_surplus__anything__adds_up_and_nothing_is_negative(
    surplus: int, allocation: dict[str, int], bases: dict[int, Bases]
) -> None:
    split = split_surplus(surplus, allocation, bases)
    assert sum(split.pots.values()) == surplus
    assert sum(share.jasa_modal for share in split.members.values()) == split.pots.get("jasa_modal", 0)
    assert sum(share.jasa_usaha for share in split.members.values()) == split.pots.get("jasa_usaha", 0)
    parts = [part for share in split.members.values() for part in (share.jasa_modal, share.jasa_usaha)]
    assert min([0, *parts, *split.pots.values()]) == 0
    assert set(split.members) == set(bases)
    nothing = {member for member, each in bases.items() if not (each.capital or each.business)}
    assert not any(split.members[member].total for member in nothing)


@given(AMOUNTS, allocations(), MEMBERS)
def test_split_surplus__more_base__never_less(
    surplus: int, allocation: dict[str, int], bases: dict[int, Bases]
) -> None:
    split = split_surplus(surplus, allocation, bases)
    ordered = sorted(bases, key=lambda member: (bases[member].capital, -member))
    modal = [split.members[member].jasa_modal for member in ordered]
    assert modal == sorted(modal)
    ordered = sorted(bases, key=lambda member: (bases[member].business, -member))
    usaha = [split.members[member].jasa_usaha for member in ordered]
    assert usaha == sorted(usaha)


@given(AMOUNTS, allocations(), AMOUNTS)
def test_split_surplus__a_larger_surplus__takes_at_most_a_rupiah_from_a_pot(
    surplus: int, allocation: dict[str, int], more: int
) -> None:
    # Largest remainder is not monotone in the whole (the Alabama paradox), but never out by more.
    bases = {1: Bases(1, 1)}
    less, larger = (split_surplus(each, allocation, bases).pots for each in (surplus, surplus + more))
    assert all(larger[pot] >= less[pot] - 1 for pot in less)


@given(AMOUNTS, allocations(), MEMBERS, st.integers(0))
def test_split_surplus__other_order_of_the_input__changes_nothing(
    surplus: int, allocation: dict[str, int], bases: dict[int, Bases], seed: int
) -> None:
    split = split_surplus(surplus, allocation, bases)
    pots, members = list(allocation.items()), list(bases.items())
    random.Random(seed).shuffle(pots)
    random.Random(seed).shuffle(members)
    again = split_surplus(surplus, dict(pots), dict(members))
    assert again == split
    assert (list(again.pots), list(again.members)) == (list(split.pots), list(split.members))


@given(AMOUNTS, allocations(), MEMBERS)
def test_split_surplus__where_every_pot_has_a_base__pots_do_not_hang_on_the_members(
    surplus: int, allocation: dict[str, int], bases: dict[int, Bases]
) -> None:
    split = split_surplus(surplus, allocation, {**bases, 2**32: Bases(1, 1)})
    assert split.pots == largest_remainder(surplus, allocation)
