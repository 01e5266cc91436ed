"""setTargetFunctionRole, enactFunctionRole, guard, installContract, enactContract."""

import brownie
import pytest

from tests.contracts.actors import (
    ADMIN,
    BENDAHARA,
    DAY,
    PENGURUS,
    PUBLIC,
    REGISTRAR,
    TELLER,
    House,
    directory_name,
    now,
    refused,
    selector_of,
    travel,
)
from tests.contracts.wallets import deploy_wallet

RAT = directory_name("RAT")


@pytest.fixture(scope="module")
def registering(house: House) -> str:
    return selector_of(house.MemberRegistry, "register")


def test_set_role__guarded__waits_30_days(house: House, registering: str) -> None:
    registry = house.MemberRegistry
    tx = house.Authority.setTargetFunctionRole(registry, [registering], TELLER, {"from": house.admin})
    due = tx.timestamp + 30 * DAY
    assert tx.events["FunctionRoleScheduled"] == {
        "target": registry, "selector": registering, "roleId": TELLER, "effectiveAt": due,
    }  # fmt: skip
    assert house.Authority.getTargetFunctionRole(registry, registering) == REGISTRAR
    travel(due - now() - 2)
    with refused("AuthorityNotYet", due):
        house.Authority.enactFunctionRole(registry, registering, {"from": house.alice.account})
    travel(2)
    tx = house.Authority.enactFunctionRole(registry, registering, {"from": house.alice.account})
    assert tx.events["TargetFunctionRoleUpdated"]["roleId"] == TELLER
    assert house.Authority.getTargetFunctionRole(registry, registering) == TELLER
    with refused("AuthorityNothingScheduled"):
        house.Authority.enactFunctionRole(registry, registering, {"from": house.alice.account})


def test_set_role__scheduled_again__waits_again(house: House, registering: str) -> None:
    house.Authority.setTargetFunctionRole(house.MemberRegistry, [registering], TELLER, {"from": house.admin})
    travel(29 * DAY)
    tx = house.Authority.setTargetFunctionRole(
        house.MemberRegistry, [registering], BENDAHARA, {"from": house.admin}
    )
    travel(2 * DAY)
    with refused("AuthorityNotYet", tx.timestamp + 30 * DAY):
        house.Authority.enactFunctionRole(house.MemberRegistry, registering, {"from": house.alice.account})
    travel(28 * DAY)
    house.Authority.enactFunctionRole(house.MemberRegistry, registering, {"from": house.alice.account})
    assert house.Authority.getTargetFunctionRole(house.MemberRegistry, registering) == BENDAHARA


def test_set_role__authority_itself__is_guarded_and_gives_nothing(house: House) -> None:
    """Whatever role is written for a function of Authority, only ADMIN grants offices."""
    granting = selector_of(house.Authority, "grantOffice")
    house.Authority.setTargetFunctionRole(house.Authority, [granting], TELLER, {"from": house.admin})
    assert house.Authority.getTargetFunctionRole(house.Authority, granting) == ADMIN
    travel(30 * DAY)
    house.Authority.enactFunctionRole(house.Authority, granting, {"from": house.teller.account})
    with refused("AccessManagerUnauthorizedAccount", house.teller.signer, ADMIN):
        house.Authority.grantOffice(
            BENDAHARA, house.teller.signer, house.teller.number, now() + 9, {"from": house.teller.account}
        )


def test_set_role__not_guarded__at_once_until_guarded(house: House) -> None:
    target = deploy_wallet(house.alice.signer)
    house.Authority.setTargetFunctionRole(target, ["0x11223344"], TELLER, {"from": house.admin})
    assert house.Authority.getTargetFunctionRole(target, "0x11223344") == TELLER
    assert not house.Authority.isGuarded(target)
    tx = house.Authority.guard(target, {"from": house.admin})
    assert tx.events["TargetGuarded"]["target"] == target
    assert house.Authority.isGuarded(target)
    house.Authority.setTargetFunctionRole(target, ["0x11223344"], BENDAHARA, {"from": house.admin})
    assert house.Authority.getTargetFunctionRole(target, "0x11223344") == TELLER


def test_set_role__genesis__at_once(genesis: House) -> None:
    assert genesis.Authority.isGuarded(genesis.MemberRegistry)
    genesis.Authority.setTargetFunctionRole(
        genesis.MemberRegistry, ["0x11223344"], TELLER, {"from": genesis.admin}
    )
    assert genesis.Authority.getTargetFunctionRole(genesis.MemberRegistry, "0x11223344") == TELLER


@pytest.mark.parametrize("role", [PENGURUS + 1, 99, PUBLIC])
def test_set_role__open_to_all_or_unknown__refused(house: House, registering: str, role: int) -> None:
    for target in (house.MemberRegistry, house.RAT, house.Authority):
        with refused("AuthorityUnknownOffice", role):
            house.Authority.setTargetFunctionRole(target, [registering], role, {"from": house.admin})


@pytest.mark.parametrize("sender", ["ketua", "bendahara", "pengawas", "teller", "alice"])
def test_directory__not_admin__refused(house: House, registering: str, sender: str) -> None:
    send = {"from": getattr(house, sender).account}
    attempts = (
        lambda: house.Authority.setTargetFunctionRole(house.MemberRegistry, [registering], TELLER, send),
        lambda: house.Authority.guard(house.MemberRegistry, send),
        lambda: house.Authority.installContract(directory_name("TellerDesk"), house.MemberRegistry, send),
    )
    for attempt in attempts:
        with refused("AccessManagerUnauthorizedAccount", send["from"].address, ADMIN):
            attempt()


def test_guarded__every_contract_of_the_house(house: House) -> None:
    assert [
        name for name, contract in house.contracts.items() if not house.Authority.isGuarded(contract)
    ] == []


def test_install__genesis__at_once(genesis: House) -> None:
    first = genesis.Authority.contractOf(RAT)
    assert first == genesis.RAT
    wallet = deploy_wallet(genesis.alice.signer)
    tx = genesis.Authority.installContract(RAT, wallet, {"from": genesis.admin})
    assert tx.events["ContractInstalled"]["contractAddress"] == wallet
    assert tx.events["ContractInstalled"]["replaced"] == first
    assert genesis.Authority.contractOf(RAT) == wallet


def test_install__after_genesis__takes_the_name_after_30_days_by_anyone(house: House) -> None:
    first, newer = house.Authority.contractOf(RAT), deploy_wallet(house.alice.signer)
    tx = house.schedule("RAT", newer)
    due = tx.timestamp + 30 * DAY
    assert tx.events["ContractScheduled"] == {
        "name": "0x" + RAT.hex(), "contractAddress": newer, "effectiveAt": due,
    }  # fmt: skip
    assert "ContractInstalled" not in tx.events
    travel(due - now() - 30)
    with refused("AuthorityNotYet", due):
        house.enact("RAT")
    assert house.Authority.contractOf(RAT) == first
    travel(30)
    tx = house.Authority.enactContract(RAT, {"from": house.alice.account})
    assert tx.events["ContractInstalled"]["contractAddress"] == newer
    assert tx.events["ContractInstalled"]["replaced"] == first
    assert house.Authority.contractOf(RAT) == newer
    assert house.Authority.admin() == house.RAT
    with refused("AuthorityNothingScheduled"):
        house.enact("RAT")


def test_install__scheduled_again__waits_again(house: House) -> None:
    house.schedule("LoanBook", deploy_wallet(house.alice.signer))
    travel(29 * DAY)
    other = deploy_wallet(house.alice.signer)
    tx = house.schedule("LoanBook", other)
    travel(2 * DAY)
    with refused("AuthorityNotYet", tx.timestamp + 30 * DAY):
        house.enact("LoanBook")
    travel(28 * DAY)
    house.enact("LoanBook")
    assert house.Authority.contractOf(directory_name("LoanBook")) == other


def test_install__nothing_scheduled_under_the_name__refused(house: House) -> None:
    house.schedule("LoanBook", deploy_wallet(house.alice.signer))
    travel(30 * DAY)
    with refused("AuthorityNothingScheduled"):
        house.enact("LoanDesk")


def test_install__not_guarded__refused(house: House) -> None:
    """What is named for the house is guarded first, or its roles could change at once."""
    newer = deploy_wallet(house.alice.signer)
    with refused("AuthorityNotGuarded", newer.address):
        house.Authority.installContract(RAT, newer, {"from": house.admin})


def test_install__no_contract__refused(house: House) -> None:
    for account in (house.alice.signer, brownie.ZERO_ADDRESS):
        with refused("AuthorityNotAContract", account):
            house.Authority.installContract(RAT, account, {"from": house.admin})
