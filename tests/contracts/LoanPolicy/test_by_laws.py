"""What the members' meeting decides about lending, and what it cannot."""

from typing import Any

import pytest

from tests.contracts.actors import (
    DAY,
    KETUA,
    PENGAWAS,
    SEKRETARIS,
    TELLER,
    House,
    contract_type,
    now,
    person,
    refused,
    travel,
)
from tests.contracts.lending import BOARD_BIT, PENGAWAS_BIT, SMALL_LOAN, TIERS, product
from tests.contracts.office import Terms, guarantors

TELLER_BIT = 1 << TELLER
GOOD = Terms(7, 101)


def word(field: str) -> bytes:
    return field.encode().ljust(32, b"\0")


def set_product(house: House, **changes: Any) -> Any:
    return house.LoanPolicy.setProduct(1, product(0, **changes), {"from": house.admin})


def test_set_product__by_admin__kept_and_told(office: House) -> None:
    wanted = product(0, penalty_bps=4_000, penalty_cap_bps=4_000, waterfall=1, rounding_exponent=6)
    receipt = office.LoanPolicy.setProduct(9, wanted, {"from": office.admin})
    assert tuple(office.LoanPolicy.productOf(9)) == wanted
    assert receipt.events["ProductSet"]["product"] == 9
    assert tuple(receipt.events["ProductSet"]["conditions"]) == wanted
    assert tuple(office.LoanPolicy.conditionsOf(9)) == (4_000, 4_000, 1, 6)


@pytest.mark.parametrize(
    "change",
    [
        {"min_rate_bps": 2_401},
        {"min_principal": 0},
        {"min_principal": 11, "max_principal": 10},
        {"max_principal": 2**56},
        {"min_months": 0},
        {"min_months": 13, "max_months": 12},
        {"max_months": 361},
        {"max_months": 12, "max_grace_months": 12},
        {"max_fee_bps": 10_000},
        {"penalty_bps": 4_001},
        {"penalty_cap_bps": 4_001},
        {"rounding_exponent": 7},
        {"collateral": 0},
        {"collateral": 16},
    ],
)
def test_set_product__senseless__refused(office: House, change: dict[str, int]) -> None:
    with refused("PolicyProductInvalid", 1):
        set_product(office, **change)


@pytest.mark.parametrize(
    ("limits", "terms", "field", "value"),
    [
        ({"offered": False}, {}, "product", 1),
        ({}, {"method": 1, "product": 1}, "method", 1),
        ({"min_rate_bps": 1_201}, {}, "rateBps", 1_200),
        ({"max_rate_bps": 1_199}, {}, "rateBps", 1_200),
        ({"min_principal": 12_000_001}, {}, "principal", 12_000_000),
        ({"max_principal": 11_999_999}, {}, "principal", 12_000_000),
        ({"min_months": 13}, {}, "months", 12),
        ({"max_months": 11, "max_grace_months": 0}, {}, "months", 12),
        ({"max_grace_months": 2}, {"grace_months": 3}, "graceMonths", 3),
        ({"max_fee_bps": 100}, {"fee": 120_001}, "fee", 120_001),
        ({"collateral": 6}, {}, "collateral", 0),
        ({"collateral": 5}, {"pledges": guarantors(102)}, "collateral", 2),
        ({"collateral": 3}, {"pledges": ((101, 2, 1),)}, "collateral", 4),
        ({"collateral": 4}, {"pledges": ((102, 2, 1),)}, "collateral", 6),
    ],
)
def test_check_terms__outside_the_product__refused_by_name(
    office: House, limits: dict[str, Any], terms: dict[str, Any], field: str, value: int
) -> None:
    wanted = GOOD.but(**terms)
    office.LoanPolicy.checkTerms(GOOD.but(**terms).but(product=wanted.product or 1, method=0).word)
    set_product(office, **limits)
    with refused("PolicyTermsRefused", 1, word(field), value):
        office.LoanPolicy.checkTerms(wanted.word)


@pytest.mark.parametrize(
    ("limits", "terms"),
    [
        ({"min_rate_bps": 1_200, "max_rate_bps": 1_200}, {}),
        ({"min_principal": 12_000_000, "max_principal": 12_000_000}, {}),
        ({"min_months": 12, "max_months": 12, "max_grace_months": 3}, {"grace_months": 3}),
        ({"max_fee_bps": 100}, {"fee": 120_000}),
        ({"collateral": 1}, {}),
        ({"collateral": 8}, {}),
        ({"collateral": 2}, {"pledges": guarantors(102)}),
        ({"collateral": 4}, {"pledges": ((101, 2, 1),)}),
    ],
)
def test_check_terms__at_the_limits__allowed(
    office: House, limits: dict[str, Any], terms: dict[str, Any]
) -> None:
    set_product(office, **limits)
    office.LoanPolicy.checkTerms(GOOD.but(**terms).word)


def test_product__never_set__unknown(office: House) -> None:
    for call in (office.LoanPolicy.productOf, office.LoanPolicy.conditionsOf):
        with refused("PolicyUnknownProduct", 77):
            call(77)
    with refused("PolicyUnknownProduct", 77):
        office.LoanPolicy.checkTerms(GOOD.but(product=77).word)


@pytest.mark.parametrize(("amount", "tier"), [(1, 0), (SMALL_LOAN, 0), (SMALL_LOAN + 1, 1), (2**64 - 1, 1)])
def test_tier_for__amount__first_that_reaches(office: House, amount: int, tier: int) -> None:
    assert tuple(office.LoanPolicy.tierFor(amount)) == TIERS[tier]


def test_set_tiers__again__replace_the_first(office: House) -> None:
    tiers = ((2**64 - 1, 3, PENGAWAS_BIT, 0),)
    receipt = office.LoanPolicy.setTiers(tiers, {"from": office.admin})
    assert [tuple(tier) for tier in receipt.events["TiersSet"]["tiers"]] == [*tiers]
    assert tuple(office.LoanPolicy.tierFor(1)) == tiers[0]


@pytest.mark.parametrize(
    "tiers",
    [
        [],
        [(2**64 - 2, 1, BOARD_BIT, 0)],
        [(2**64 - 1, 0, BOARD_BIT, 0)],
        [(2**64 - 1, 1, 0, 0)],
        [(0, 1, BOARD_BIT, 0), (2**64 - 1, 1, BOARD_BIT, 0)],
        [(5, 1, BOARD_BIT, 0), (5, 1, BOARD_BIT, 0), (2**64 - 1, 1, BOARD_BIT, 0)],
        [(2**64 - 1, 1, BOARD_BIT, 0), (5, 1, BOARD_BIT, 0)],
        [(2**64 - 1, 1, TELLER_BIT, 0)],
        [(2**64 - 1, 1, BOARD_BIT, TELLER_BIT)],
        [(2**64 - 1, 1, 1, 0)],
        [(2**64 - 1, 1, BOARD_BIT | 1 << 8, 0)],
    ],
)
def test_set_tiers__gaps_or_offices_that_nobody_elects__refused(
    office: House, tiers: list[tuple[int, int, int, int]]
) -> None:
    with refused("PolicyTiersInvalid"):
        office.LoanPolicy.setTiers(tiers, {"from": office.admin})


def test_tier_for__none_set__refused(genesis: House) -> None:
    with refused("PolicyTiersInvalid"):
        genesis.LoanPolicy.tierFor(1)


def test_set_related_limit__up_to_the_law__ceiling_follows(office: House) -> None:
    equity = office.SavingsPokok.totalSupply() + office.SavingsWajib.totalSupply()
    assert office.LoanPolicy.relatedCeiling() == equity // 10
    receipt = office.LoanPolicy.setRelatedLimit(333, {"from": office.admin})
    assert receipt.events["RelatedLimitSet"]["bps"] == office.LoanPolicy.relatedLimitBps() == 333
    assert office.LoanPolicy.relatedCeiling() == equity * 333 // 10_000
    with refused("PolicyLimitInvalid", 1_001):
        office.LoanPolicy.setRelatedLimit(1_001, {"from": office.admin})


def test_deploy__limits__held_to_the_law(office: House) -> None:
    send = {"from": office.deployer}
    deployed = contract_type("LoanPolicy").deploy(office.Authority, 500, 60, send)
    assert (deployed.relatedLimitBps(), deployed.claimDelay()) == (500, 60)
    with refused("PolicyLimitInvalid", 1_001):
        contract_type("LoanPolicy").deploy(office.Authority, 1_001, 60, send)


def test_set_claim_delay__by_admin__kept(office: House) -> None:
    receipt = office.LoanPolicy.setClaimDelay(120, {"from": office.admin})
    assert receipt.events["ClaimDelaySet"]["numDays"] == office.LoanPolicy.claimDelay() == 120


@pytest.mark.parametrize("office_id", [KETUA, SEKRETARIS, 3, PENGAWAS])
def test_is_related__elected__while_in_office(office: House, office_id: int) -> None:
    assert not office.LoanPolicy.isRelated(101)
    account = person("alice in office", 101, "second")
    office.Authority.grantOffice(office_id, account.signer, 101, now() + DAY, {"from": office.admin})
    assert office.LoanPolicy.isRelated(101)
    travel(DAY + 1)
    assert not office.LoanPolicy.isRelated(101)


def test_is_related__teller_or_revoked__not(office: House) -> None:
    account = person("alice in office", 101, "second")
    office.Authority.grantOffice(TELLER, account.signer, 101, now() + DAY, {"from": office.admin})
    assert not office.LoanPolicy.isRelated(101)
    assert office.LoanPolicy.isRelated(1)
    office.Authority.revokeOffice(KETUA, office.ketua.signer, {"from": office.admin})
    assert not office.LoanPolicy.isRelated(1)


@pytest.mark.parametrize("who", ["ketua", "pengawas", "alice"])
def test_by_laws__anybody_but_admin__refused(office: House, who: str) -> None:
    send = {"from": getattr(office, who).account}
    policy = office.LoanPolicy
    for call, values in (
        (policy.setProduct, (1, product(0))),
        (policy.setTiers, (TIERS,)),
        (policy.setRelatedLimit, (1,)),
        (policy.setClaimDelay, (1,)),
    ):
        with refused("AccessManagedUnauthorized"):
            call(*values, send)
