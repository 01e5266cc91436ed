"""Who offers and approves a loan, by its tier; none of the parties, nobody twice."""

import pytest
from eth_account import Account

from backend.committee import Tier, choose
from backend.keyring import Officer

PENGAWAS, PENGURUS = 1 << 4, 1 << 7
SMALL = Tier(1, PENGURUS, 0)
LARGE = Tier(2, PENGURUS | PENGAWAS, PENGAWAS)
OFFICES = (("KETUA", 1), ("SEKRETARIS", 2), ("BENDAHARA", 3), ("PENGAWAS", 4), ("PENGAWAS", 5), ("TELLER", 6))


def officers(*people: tuple[str, int]) -> list[Officer]:
    return [Officer(office, person, Account.from_key(person.to_bytes(32))) for office, person in people]


@pytest.mark.parametrize(
    ("tier", "parties", "maker", "approvers"),
    [
        (SMALL, [9], 3, [1]),
        (SMALL, [1], 3, [2]),
        (SMALL, [3], 1, [2]),
        (LARGE, [9], 3, [1, 4]),
        (LARGE, [4], 3, [1, 5]),
        (LARGE, [1, 2], 3, [4, 5]),
        (Tier(1, PENGURUS, PENGAWAS), [9], 3, [4]),
        (Tier(4, PENGURUS | PENGAWAS, 0), [9], 3, [1, 2, 4, 5]),
    ],
)
def test_choose__tier_and_parties__smallest_committee(
    tier: Tier, parties: list[int], maker: int, approvers: list[int]
) -> None:
    found = choose(tier, officers(*OFFICES), parties)
    assert found is not None
    assert (found.maker.person, [each.person for each in found.approvers]) == (maker, approvers)


@pytest.mark.parametrize(
    ("tier", "people", "parties"),
    [
        (SMALL, OFFICES, [1, 2]),
        (SMALL, OFFICES, [1, 2, 3]),
        (LARGE, OFFICES, [4, 5]),
        (Tier(5, PENGURUS | PENGAWAS, 0), OFFICES, [9]),
        (SMALL, (("KETUA", 1), ("BENDAHARA", 1)), [9]),
        (Tier(2, PENGURUS, 0), (("BENDAHARA", 3), ("KETUA", 1), ("SEKRETARIS", 1)), [9]),
        (LARGE, (("BENDAHARA", 3), ("KETUA", 1), ("SEKRETARIS", 2)), [9]),
    ],
)
def test_choose__nobody_left_for_it__none(
    tier: Tier, people: tuple[tuple[str, int], ...], parties: list[int]
) -> None:
    assert choose(tier, officers(*people), parties) is None
