"""changeSigner: the old signer's order, once, and the account stays."""

import brownie
import pytest

from tests.contracts.actors import House, now, passkey_person, person, refused
from tests.contracts.MemberRegistry.orders import SIGNER_CHANGE, change_signer, digest_of, leave, signed_by

ALICE, CITRA = 101, 103


@pytest.fixture(scope="module")
def new_key():
    return person("alice's new key", 901)


@pytest.fixture(scope="module")
def new_passkey():
    return passkey_person("alice's passkey", 902)


@pytest.mark.parametrize("old", ["alice", "citra"])
@pytest.mark.parametrize("new", ["new_key", "new_passkey"])
def test_change_signer__by_old_signer__changed(house: House, request, old: str, new: str) -> None:
    before, after = getattr(house, old), request.getfixturevalue(new)
    account = house.MemberRegistry.memberOf(before.number).dict()["account"]
    tx = change_signer(house, before.number, before, after)
    assert tx.events["SignerChanged"] == {
        "member": before.number,
        "signer": after.signer,
        "kind": after.kind,
        "recovered": False,
    }
    found = house.MemberRegistry.memberOf(before.number).dict()
    assert (found["signer"], found["kind"], found["account"]) == (after.signer, after.kind, account)
    assert (found["recovered"], found["changedAt"]) == (False, tx.timestamp)
    assert house.MemberRegistry.numberOf(account) == before.number
    assert house.MemberRegistry.numberOf(after.signer) == 0
    assert signed_by(house, before.number, after)
    assert not signed_by(house, before.number, before)


def test_change_signer__there_and_back__account_stays(house: House, new_key, new_passkey) -> None:
    change_signer(house, ALICE, house.alice, new_passkey, nonce=1)
    change_signer(house, ALICE, new_passkey, new_key, nonce=2)
    change_signer(house, ALICE, new_key, house.alice, nonce=3)
    found = house.MemberRegistry.memberOf(ALICE).dict()
    assert (found["signer"], found["account"]) == (house.alice.signer, house.alice.signer)
    assert house.MemberRegistry.numberOf(house.alice.signer) == ALICE


def test_change_signer__order_used_twice__refused(house: House, new_key, new_passkey) -> None:
    change_signer(house, ALICE, house.alice, new_key, nonce=7)
    assert house.MemberRegistry.isOrderSpent(ALICE, 7)
    assert not house.MemberRegistry.isOrderSpent(ALICE, 8)
    with refused("RegistryOrderSpent", ALICE, 7):
        change_signer(house, ALICE, new_key, new_passkey, nonce=7)
    change_signer(house, ALICE, new_key, new_passkey, nonce=2**256 - 1)


def test_change_signer__expired__refused(house: House, new_key) -> None:
    deadline = now() - 1
    with refused("RegistryOrderExpired", deadline):
        change_signer(house, ALICE, house.alice, new_key, deadline=deadline)


@pytest.mark.parametrize("by", ["budi", "citra", "ketua", "registrar"])
def test_change_signer__not_the_old_signer__refused(house: House, new_key, by: str) -> None:
    with refused("RegistryOrderInvalid"):
        change_signer(house, ALICE, getattr(house, by), new_key)


@pytest.mark.parametrize("field", ["member", "signer", "kind", "nonce", "deadline"])
def test_change_signer__one_field_differs__refused(house: House, new_key, field: str) -> None:
    order = {"member": ALICE, "signer": new_key.signer, "kind": 0, "nonce": 1, "deadline": 2**256 - 1}
    signed = order | {field: house.budi.signer if field == "signer" else order[field] ^ 1}
    signature = house.alice.sign(digest_of(house, SIGNER_CHANGE, **signed))
    with refused("RegistryOrderInvalid", ALICE, digest_of(house, SIGNER_CHANGE, **order)):
        change_signer(house, ALICE, house.alice, new_key, signature=signature)


def test_change_signer__unknown_member__refused(house: House, new_key) -> None:
    with refused("RegistryOrderInvalid"):
        change_signer(house, 999_999, house.alice, new_key)


@pytest.mark.parametrize("whose", ["budi", "citra"])
def test_change_signer__to_anothers_signer_or_account__refused(house: House, new_key, whose: str) -> None:
    other = getattr(house, whose)
    with refused("RegistrySignerTaken", other.signer, other.number):
        change_signer(house, ALICE, house.alice, other)


def test_change_signer__to_anothers_former_signer__refused(house: House, new_key, new_passkey) -> None:
    """A key that once signed for a member never signs for another: old orders cannot come back to life."""
    change_signer(house, ALICE, house.alice, new_key, nonce=1)
    change_signer(house, ALICE, new_key, new_passkey, nonce=2)
    for former in (house.alice, new_key):
        with refused("RegistrySignerTaken", former.signer, ALICE):
            change_signer(house, house.budi.number, house.budi, former)


def test_change_signer__to_itself_or_nothing__refused(house: House) -> None:
    with refused("RegistrySignerInvalid", house.alice.signer):
        change_signer(house, ALICE, house.alice, house.alice)
    order = {
        "member": ALICE,
        "signer": brownie.ZERO_ADDRESS,
        "kind": 0,
        "nonce": 1,
        "deadline": 2**256 - 1,
    }
    signature = house.alice.sign(digest_of(house, SIGNER_CHANGE, **order))
    with refused("RegistrySignerInvalid", brownie.ZERO_ADDRESS):
        house.MemberRegistry.changeSigner(*order.values(), signature, {"from": house.deployer})


def test_change_signer__to_account_of_a_passkey_member__refused(house: House) -> None:
    derived = house.MemberRegistry.memberOf(CITRA).dict()["account"]
    order = {"member": ALICE, "signer": derived, "kind": 0, "nonce": 1, "deadline": 2**256 - 1}
    signature = house.alice.sign(digest_of(house, SIGNER_CHANGE, **order))
    with refused("RegistrySignerInvalid", derived):
        house.MemberRegistry.changeSigner(*order.values(), signature, {"from": house.deployer})
    assert house.MemberRegistry.numberOf(derived) == CITRA


def test_change_signer__one_who_left__can_still_collect(house: House, new_key) -> None:
    leave(house, house.alice)
    change_signer(house, ALICE, house.alice, new_key)
    assert signed_by(house, ALICE, new_key)
    assert house.MemberRegistry.lookup["uint32"](ALICE)[1] == house.alice.signer
