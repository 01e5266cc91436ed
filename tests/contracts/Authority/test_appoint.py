"""appoint and dismiss: KETUA and BENDAHARA together, TELLER and REGISTRAR only."""

import pytest

from tests.contracts.actors import (
    ADMIN,
    BENDAHARA,
    DAY,
    KETUA,
    PENGAWAS,
    PENGURUS,
    REGISTRAR,
    SEKRETARIS,
    TELLER,
    House,
    Person,
    account_at,
    action,
    now,
    person,
    refused,
    travel,
)
from tests.contracts.wallets import deploy_wallet

NUMBER = 4_000_000_050


@pytest.fixture(scope="module")
def clerk():
    return person("clerk", NUMBER, "office")


def appointing(office: int, account: str, holder: int, until: int) -> bytes:
    return action("appoint", ["uint64", "address", "uint32", "uint40"], [office, account, holder, until])


def dismissing(office: int, account: str) -> bytes:
    return action("dismiss", ["uint64", "address"], [office, account])


def appoint(house: House, clerk: Person, maker: Person, checker: Person, office: int = TELLER, **changed):
    until = changed.get("until", now() + 100 * DAY)
    holder = changed.get("holder", clerk.number)
    signed = house.countersign(checker, house.Authority, appointing(office, clerk.signer, holder, until))
    return house.Authority.appoint(office, clerk.signer, holder, until, signed, {"from": maker.account})


@pytest.mark.parametrize("office", [TELLER, REGISTRAR])
@pytest.mark.parametrize(("maker", "checker"), [("ketua", "bendahara"), ("bendahara", "ketua")])
def test_appoint__by_two__held(house: House, clerk, office: int, maker: str, checker: str) -> None:
    tx = appoint(house, clerk, getattr(house, maker), getattr(house, checker), office)
    assert tx.events["OfficeGranted"]["holder"] == NUMBER
    made, checked = tx.events["Countersigned"]["maker"], tx.events["Countersigned"]["checker"]
    assert (made, checked) == (getattr(house, maker).number, getattr(house, checker).number)
    assert house.holds(office, clerk.signer)


@pytest.mark.parametrize("office", [ADMIN, KETUA, SEKRETARIS, BENDAHARA, PENGAWAS, PENGURUS])
def test_appoint__office_of_the_meeting__refused(house: House, clerk, office: int) -> None:
    with refused("AuthorityUnknownOffice", office):
        appoint(house, clerk, house.ketua, house.bendahara, office)


@pytest.mark.parametrize(
    ("maker", "checker", "office"),
    [
        ("ketua", "sekretaris", BENDAHARA),
        ("bendahara", "sekretaris", KETUA),
        ("sekretaris", "ketua", BENDAHARA),
        ("teller", "ketua", BENDAHARA),
    ],
)
def test_appoint__others__refused(house: House, clerk, maker: str, checker: str, office: int) -> None:
    lacking = getattr(house, maker if maker in ("sekretaris", "teller") else checker)
    with refused("AuthorityNotHeld", office, lacking.signer):
        appoint(house, clerk, getattr(house, maker), getattr(house, checker))


def test_appoint__one_person_with_two_accounts__refused(house: House, clerk) -> None:
    second = person("ketua's second account", 777, "office")
    house.Authority.grantOffice(
        BENDAHARA, second.signer, house.ketua.number, now() + 100, {"from": house.admin}
    )
    with refused("AuthoritySamePerson", house.ketua.number):
        appoint(house, clerk, house.ketua, second)


def test_appoint__account_of_another__refused(house: House) -> None:
    with refused("AuthorityAccountOfAnother", house.registrar.signer, house.registrar.number):
        appoint(house, house.registrar, house.ketua, house.bendahara, holder=NUMBER)


def test_appoint__lapsed_board__refused(house: House, clerk) -> None:
    travel(541 * DAY)
    with refused("AuthorityNotHeld", BENDAHARA, house.ketua.signer):
        appoint(house, clerk, house.ketua, house.bendahara)


def test_appoint__elected_account_taken_first__meeting_still_installs(house: House, clerk) -> None:
    """Officers cannot keep a winner out by binding the winner's account to another number before."""
    appoint(house, clerk, house.ketua, house.bendahara)
    house.Authority.grantOffice(KETUA, clerk.signer, 105, now() + 100 * DAY, {"from": house.admin})
    assert house.Authority.personOf(clerk.signer) == 105
    assert not house.holds(TELLER, clerk.signer)


def test_appoint__next_admin_taken_first__becomes_admin_without_office(house: House) -> None:
    """Officers cannot keep a new RAT out by appointing its account, and it carries no office over."""
    rat = deploy_wallet(house.alice.signer)
    until = now() + 100 * DAY
    signed = house.countersign(
        house.bendahara, house.Authority, appointing(TELLER, rat.address, NUMBER, until)
    )
    house.Authority.appoint(TELLER, rat, NUMBER, until, signed, {"from": house.ketua.account})
    house.Authority.scheduleAdmin(rat, {"from": house.admin})
    travel(30 * DAY)
    house.Authority.enactAdmin({"from": house.alice.account})
    assert house.Authority.admin() == rat
    assert not house.holds(TELLER, rat)


def test_dismiss__by_two__ended_and_cannot_be_replayed(house: House) -> None:
    signed = house.countersign(house.ketua, house.Authority, dismissing(TELLER, house.teller.signer))
    tx = house.Authority.dismiss(TELLER, house.teller.signer, signed, {"from": house.bendahara.account})
    assert tx.events["OfficeEnded"]["account"] == house.teller.signer
    appoint(house, house.teller, house.ketua, house.bendahara)
    digest = house.countersignature_digest(house.Authority, dismissing(TELLER, house.teller.signer))
    with refused("AuthorityActionSpent", digest):
        house.Authority.dismiss(TELLER, house.teller.signer, signed, {"from": house.bendahara.account})


def test_dismiss__office_of_the_meeting__refused(house: House) -> None:
    signed = house.countersign(house.bendahara, house.Authority, dismissing(PENGAWAS, house.pengawas.signer))
    with refused("AuthorityUnknownOffice", PENGAWAS):
        house.Authority.dismiss(PENGAWAS, house.pengawas.signer, signed, {"from": house.ketua.account})


def test_dismiss__not_held__refused(house: House, clerk) -> None:
    signed = house.countersign(house.bendahara, house.Authority, dismissing(TELLER, clerk.signer))
    with refused("AuthorityNotHeld", TELLER, clerk.signer):
        house.Authority.dismiss(TELLER, clerk.signer, signed, {"from": house.ketua.account})


def test_appoint__as_the_admin__needs_two_persons_too(house: House, clerk) -> None:
    signed = house.countersign(
        house.ketua, house.Authority, appointing(TELLER, clerk.signer, NUMBER, now() + 100)
    )
    with refused("AuthorityNotHeld", BENDAHARA, house.RAT.address):
        house.Authority.appoint(
            TELLER,
            clerk.signer,
            NUMBER,
            now() + 100,
            signed,
            {"from": account_at(house.RAT.address)},
        )


def test_appoint__second_account_of_the_teller__the_first_ends(house: House) -> None:
    teller, second = house.teller, person("the teller's other account", 777, "office")
    tx = appoint(house, second, house.ketua, house.bendahara, TELLER, holder=teller.number)
    assert tx.events["OfficeEnded"] == {
        "office": TELLER, "account": teller.signer, "holder": teller.number,
    }  # fmt: skip
    assert not house.holds(TELLER, teller.signer)
    assert house.holds(TELLER, second.signer)
