"""guard, installContract, enactContract."""

import brownie
import pytest

from tests.contracts.actors import ADMIN, DAY, House, directory_name, now, refused, travel
from tests.contracts.wallets import deploy_wallet

RAT = directory_name("RAT")


def test_guard__new_contract__guarded(house: House) -> None:
    target = deploy_wallet(house.alice.signer)
    assert not house.Authority.isGuarded(target)
    tx = house.Authority.guard(target, {"from": house.admin})
    assert tx.events["TargetGuarded"]["target"] == target
    assert house.Authority.isGuarded(target)


@pytest.mark.parametrize("sender", ["ketua", "bendahara", "pengawas", "teller", "alice"])
def test_directory__not_admin__refused(house: House, sender: str) -> None:
    send = {"from": getattr(house, sender).account}
    attempts = (
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
    """A decision says of a contract that it is of the house before it can name it."""
    newer = deploy_wallet(house.alice.signer)
    with refused("AuthorityNotGuarded", newer.address):
        house.Authority.installContract(RAT, newer, {"from": house.admin})


def test_install__no_contract__refused(house: House) -> None:
    for account in (house.alice.signer, brownie.ZERO_ADDRESS):
        with refused("AuthorityNotAContract", account):
            house.Authority.installContract(RAT, account, {"from": house.admin})
