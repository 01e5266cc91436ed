"""endGenesis, scheduleAdmin, enactAdmin: exactly one ADMIN."""

import pytest

from tests.contracts.actors import ADMIN, DAY, House, now, refused, travel
from tests.contracts.wallets import deploy_wallet


@pytest.fixture(scope="module")
def rat(house: House):
    return deploy_wallet(house.alice.signer)


def test_end_genesis__once__deployer_keeps_nothing(genesis: House) -> None:
    authority, deployer = genesis.Authority, genesis.deployer
    tx = authority.endGenesis(genesis.RAT, {"from": deployer})
    assert tx.events["GenesisEnded"]["firstAdmin"] == genesis.RAT
    assert tx.events["AdminChanged"] == {"oldAdmin": deployer, "newAdmin": genesis.RAT}
    assert tx.events["RoleRevoked"]["account"] == deployer
    assert tx.events["RoleGranted"]["account"] == genesis.RAT
    assert not any(genesis.holds(role, deployer) for role in range(8))
    with refused("AccessManagerUnauthorizedAccount", deployer.address, ADMIN):
        authority.endGenesis(deployer, {"from": deployer})
    with refused("AuthorityGenesisOver"):
        authority.endGenesis(genesis.MemberRegistry, {"from": genesis.admin})


def test_end_genesis__to_a_key__refused(genesis: House) -> None:
    with refused("AuthorityNotAContract", genesis.alice.signer):
        genesis.Authority.endGenesis(genesis.alice.signer, {"from": genesis.deployer})
    with refused("AuthorityAccountInvalid", genesis.Authority.address):
        genesis.Authority.endGenesis(genesis.Authority, {"from": genesis.deployer})


def test_end_genesis__not_admin__refused(genesis: House) -> None:
    with refused("AccessManagerUnauthorizedAccount", genesis.ketua.signer, ADMIN):
        genesis.Authority.endGenesis(genesis.RAT, {"from": genesis.ketua.account})


def test_schedule_admin__genesis__refused(genesis: House) -> None:
    """A deployer cannot leave a change of ADMIN behind that becomes due after genesis."""
    with refused("AuthorityGenesisOpen"):
        genesis.Authority.scheduleAdmin(genesis.RAT, {"from": genesis.deployer})


def test_enact_admin__after_30_days__atomic(house: House, rat) -> None:
    authority, old = house.Authority, house.RAT
    tx = authority.scheduleAdmin(rat, {"from": house.admin})
    due = tx.timestamp + 30 * DAY
    assert tx.events["AdminChangeScheduled"] == {"newAdmin": rat, "effectiveAt": due}
    travel(due - now() - 2)
    with refused("AuthorityNotYet", due):
        authority.enactAdmin({"from": house.alice.account})
    assert authority.admin() == old
    travel(2)
    tx = authority.enactAdmin({"from": house.alice.account})
    assert tx.events["AdminChanged"] == {"oldAdmin": old, "newAdmin": rat}
    assert authority.admin() == rat
    assert house.holds(ADMIN, rat)
    assert not house.holds(ADMIN, old)
    with refused("AuthorityNothingScheduled"):
        authority.enactAdmin({"from": house.alice.account})


def test_schedule_admin__again__replaces_and_waits_again(house: House, rat) -> None:
    house.Authority.scheduleAdmin(rat, {"from": house.admin})
    travel(29 * DAY)
    house.Authority.scheduleAdmin(house.RAT, {"from": house.admin})
    travel(2 * DAY)
    with refused("AuthorityNotYet"):
        house.Authority.enactAdmin({"from": house.alice.account})


def test_schedule_admin__not_a_contract_or_itself__refused(house: House) -> None:
    with refused("AuthorityNotAContract", house.ketua.signer):
        house.Authority.scheduleAdmin(house.ketua.signer, {"from": house.admin})
    with refused("AuthorityAccountInvalid", house.Authority.address):
        house.Authority.scheduleAdmin(house.Authority, {"from": house.admin})


def test_schedule_admin__not_admin__refused(house: House, rat) -> None:
    for sender in (house.ketua.account, house.deployer):
        with refused("AccessManagerUnauthorizedAccount", sender.address, ADMIN):
            house.Authority.scheduleAdmin(rat, {"from": sender})
