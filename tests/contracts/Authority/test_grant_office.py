"""grantOffice, revokeOffice, resign: terms, and who an account acts for."""

import brownie
import pytest

from scripts.deployment_config import OFFICES
from tests.contracts.actors import (
    ADMIN,
    BENDAHARA,
    DAY,
    KETUA,
    PENGAWAS,
    PENGURUS,
    PUBLIC,
    REGISTRAR,
    SEKRETARIS,
    TELLER,
    House,
    now,
    person,
    refused,
    travel,
)

FIVE_YEARS = 1_826 * DAY
EIGHTEEN_MONTHS = 549 * DAY


@pytest.fixture(scope="module")
def candidate():
    return person("candidate", 50, "office")


@pytest.mark.parametrize("office", [KETUA, SEKRETARIS, BENDAHARA, PENGAWAS, TELLER, REGISTRAR])
def test_grant_office__by_admin__held_until_its_end(house: House, candidate, office: int) -> None:
    until = now() + 100
    tx = house.Authority.grantOffice(office, candidate.signer, 50, until, {"from": house.admin})
    assert tx.events["OfficeGranted"] == {
        "office": office, "account": candidate.signer, "holder": 50, "until": until,
    }  # fmt: skip
    assert tuple(house.Authority.termOf(office, candidate.signer)) == (until, 50)
    assert house.holds(office, candidate.signer)
    assert house.holds(PENGURUS, candidate.signer) == (office in (KETUA, SEKRETARIS, BENDAHARA))
    others = {KETUA, SEKRETARIS, BENDAHARA, PENGAWAS, TELLER, REGISTRAR, ADMIN, PUBLIC} - {office}
    assert not any(house.holds(other, candidate.signer) for other in others)
    travel(until - now())
    assert not house.holds(office, candidate.signer)
    assert not house.holds(PENGURUS, candidate.signer)
    assert house.Authority.personOf(candidate.signer) == 50


def test_grant_office__several__each_has_its_own_term(house: House, candidate) -> None:
    ends = {office: now() + 1_000 * office for office in (KETUA, BENDAHARA, REGISTRAR, TELLER)}
    for office, until in ends.items():
        house.Authority.grantOffice(office, candidate.signer, 50, until, {"from": house.admin})
    house.Authority.revokeOffice(BENDAHARA, candidate.signer, {"from": house.admin})
    assert tuple(house.Authority.termOf(BENDAHARA, candidate.signer)) == (0, 0)
    for office in (KETUA, REGISTRAR, TELLER):
        assert tuple(house.Authority.termOf(office, candidate.signer)) == (ends[office], 50)


@pytest.mark.parametrize("sender", ["ketua", "teller", "alice"])
def test_grant_office__not_admin__refused(house: House, candidate, sender: str) -> None:
    account = getattr(house, sender).account
    with refused("AccessManagerUnauthorizedAccount", account.address, ADMIN):
        house.Authority.grantOffice(TELLER, candidate.signer, 50, now() + 100, {"from": account})


def test_grant_office__deployer_after_genesis__refused(house: House, candidate) -> None:
    with refused("AccessManagerUnauthorizedAccount", house.deployer.address, ADMIN):
        house.Authority.grantOffice(TELLER, candidate.signer, 50, now() + 100, {"from": house.deployer})


@pytest.mark.parametrize("office", [ADMIN, PENGURUS, 8, PUBLIC])
def test_grant_office__no_office__refused(house: House, candidate, office: int) -> None:
    with refused("AuthorityUnknownOffice", office):
        house.Authority.grantOffice(office, candidate.signer, 50, now() + 100, {"from": house.admin})


@pytest.mark.parametrize("ahead", [-1, FIVE_YEARS + 60])
def test_grant_office__term_out_of_bounds__refused(house: House, candidate, ahead: int) -> None:
    with refused("AuthorityTermInvalid"):
        house.Authority.grantOffice(TELLER, candidate.signer, 50, now() + ahead, {"from": house.admin})


def test_grant_office__five_years__granted(house: House, candidate) -> None:
    house.Authority.grantOffice(KETUA, candidate.signer, 50, now() + FIVE_YEARS, {"from": house.admin})


def test_grant_office__genesis__at_most_18_months(genesis: House, candidate) -> None:
    with refused("AuthorityTermInvalid"):
        genesis.Authority.grantOffice(
            KETUA, candidate.signer, 50, now() + EIGHTEEN_MONTHS + 60, {"from": genesis.admin}
        )
    genesis.Authority.grantOffice(
        KETUA, candidate.signer, 50, now() + EIGHTEEN_MONTHS, {"from": genesis.admin}
    )


def test_grant_office__account_that_cannot_hold_one__refused(house: House) -> None:
    for account in (brownie.ZERO_ADDRESS, house.Authority.address, house.RAT.address):
        with refused("AuthorityAccountInvalid", account):
            house.Authority.grantOffice(TELLER, account, 50, now() + 100, {"from": house.admin})


def test_grant_office__no_person__refused(house: House, candidate) -> None:
    with refused("AuthorityHolderInvalid", 0):
        house.Authority.grantOffice(TELLER, candidate.signer, 0, now() + 100, {"from": house.admin})


def test_grant_office__other_person__old_offices_end(house: House) -> None:
    teller = house.teller
    tx = house.Authority.grantOffice(KETUA, teller.signer, 50, now() + 100, {"from": house.admin})
    assert [(event["office"], event["holder"]) for event in tx.events["OfficeEnded"]] == [
        (TELLER, teller.number)
    ]
    assert house.Authority.personOf(teller.signer) == 50
    assert not house.holds(TELLER, teller.signer)
    assert house.holds(KETUA, teller.signer)


def test_revoke_office__by_admin__ended(house: House) -> None:
    ketua = house.ketua
    tx = house.Authority.revokeOffice(KETUA, ketua.signer, {"from": house.admin})
    assert tx.events["OfficeEnded"] == {"office": KETUA, "account": ketua.signer, "holder": ketua.number}
    assert not house.holds(KETUA, ketua.signer)
    assert not house.holds(PENGURUS, ketua.signer)


def test_revoke_office__not_admin__refused(house: House) -> None:
    with refused("AccessManagerUnauthorizedAccount", house.ketua.signer, ADMIN):
        house.Authority.revokeOffice(TELLER, house.teller.signer, {"from": house.ketua.account})


def test_revoke_office__not_held__refused(house: House) -> None:
    with refused("AuthorityNotHeld", KETUA, house.teller.signer):
        house.Authority.revokeOffice(KETUA, house.teller.signer, {"from": house.admin})


def test_resign__held__ended(house: House) -> None:
    tx = house.Authority.resign(TELLER, {"from": house.teller.account})
    assert tx.events["OfficeEnded"]["account"] == house.teller.signer
    assert not house.holds(TELLER, house.teller.signer)


def test_resign__never_held__refused(house: House) -> None:
    with refused("AuthorityNotHeld", KETUA, house.alice.signer):
        house.Authority.resign(KETUA, {"from": house.alice.account})


def test_resign__lapsed__ended_for_good(house: House) -> None:
    """A lapsed officer could still convene a meeting: who resigns cannot."""
    travel(541 * DAY)
    house.Authority.resign(TELLER, {"from": house.teller.account})
    assert tuple(house.Authority.termOf(TELLER, house.teller.signer)) == (0, 0)
    with refused("AuthorityNotHeld", TELLER, house.teller.signer):
        house.Authority.resign(TELLER, {"from": house.teller.account})


def second_account(house: House, office: int, holder: int, until: int | None = None):
    second = person("second account", 779, "office")
    until = until or now() + 100 * DAY
    return second, house.Authority.grantOffice(office, second.signer, holder, until, {"from": house.admin})


@pytest.mark.parametrize("name", ["teller", "ketua", "pengawas"])
def test_grant_office__same_office_other_account__the_one_before_ends(house: House, name: str) -> None:
    """A person holds an office with one account, so that a limit for one is not had twice."""
    officer, office = house.officers[name], OFFICES[name.upper()]
    second, tx = second_account(house, office, officer.number)
    assert tx.events["OfficeEnded"] == {
        "office": office, "account": officer.signer, "holder": officer.number,
    }  # fmt: skip
    assert not house.holds(office, officer.signer)
    assert house.holds(office, second.signer)
    assert house.Authority.personOf(officer.signer) == officer.number
    tx = house.Authority.grantOffice(
        office, officer.signer, officer.number, now() + 100, {"from": house.admin}
    )
    assert tx.events["OfficeEnded"]["account"] == second.signer
    assert house.holds(office, officer.signer)


def test_grant_office__other_office_other_account__both_held(house: House) -> None:
    second, tx = second_account(house, KETUA, house.teller.number)
    assert "OfficeEnded" not in tx.events
    assert house.holds(TELLER, house.teller.signer)
    assert house.holds(KETUA, second.signer)


def test_grant_office__same_account_again__term_changes(house: House) -> None:
    teller, until = house.teller, now() + 100
    tx = house.Authority.grantOffice(TELLER, teller.signer, teller.number, until, {"from": house.admin})
    assert "OfficeEnded" not in tx.events
    assert tuple(house.Authority.termOf(TELLER, teller.signer)) == (until, teller.number)


def test_grant_office__account_before_lapsed__nothing_ends(house: House) -> None:
    travel(541 * DAY)
    _, tx = second_account(house, TELLER, house.teller.number)
    assert "OfficeEnded" not in tx.events


def test_grant_office__account_before_is_anothers_now__their_office_stays(house: House) -> None:
    teller = house.teller
    house.Authority.grantOffice(TELLER, teller.signer, 50, now() + 100 * DAY, {"from": house.admin})
    second, tx = second_account(house, TELLER, teller.number)
    assert "OfficeEnded" not in tx.events
    assert house.holds(TELLER, teller.signer)
    assert house.holds(TELLER, second.signer)
