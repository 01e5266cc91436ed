"""proposeRecovery, stopRecovery, stopRecoveryByOrder, completeRecovery."""

import pytest

from tests.contracts.actors import (
    BENDAHARA,
    DAY,
    NEVER,
    PENGURUS,
    REGISTRAR,
    House,
    now,
    passkey_person,
    person,
    refused,
    travel,
)
from tests.contracts.MemberRegistry.orders import (
    RECOVERY_STOP,
    change_signer,
    digest_of,
    leave,
    propose,
    signed_by,
    stop_by_order,
)

ALICE = 101
DELAY = 14 * DAY


@pytest.fixture(scope="module")
def new_key():
    return person("alice's new key", 901)


@pytest.fixture(scope="module")
def new_passkey():
    return passkey_person("alice's passkey", 902)


def pending(house: House) -> tuple:
    return tuple(house.MemberRegistry.recoveryOf(ALICE))


def complete(house: House):
    return house.MemberRegistry.completeRecovery(ALICE, {"from": house.budi.account})


@pytest.mark.parametrize("new", ["new_key", "new_passkey"])
def test_recovery__after_14_days__signer_replaced(house: House, request, new: str) -> None:
    after = request.getfixturevalue(new)
    tx = propose(house, ALICE, after)
    due = tx.timestamp + DELAY
    assert tx.events["RecoveryProposed"] == {
        "member": ALICE,
        "signer": after.signer,
        "kind": after.kind,
        "effectiveAt": due,
    }
    assert pending(house) == (after.signer, after.kind, due)
    assert signed_by(house, ALICE, house.alice)
    travel(due - now() - 2)
    with refused("RegistryRecoveryPending", due):
        complete(house)
    travel(2)
    tx = complete(house)
    assert tx.events["SignerChanged"]["recovered"]
    found = house.MemberRegistry.memberOf(ALICE).dict()
    assert (found["signer"], found["kind"], found["recovered"]) == (after.signer, after.kind, True)
    assert found["account"] == house.alice.signer
    assert house.MemberRegistry.recoveredAt(ALICE) == tx.timestamp
    assert signed_by(house, ALICE, after)
    assert not signed_by(house, ALICE, house.alice)
    assert pending(house)[2] == 0
    with refused("RegistryNoRecovery", ALICE):
        complete(house)


def test_recovery__never__recovered_at_zero(house: House, new_key) -> None:
    change_signer(house, ALICE, house.alice, new_key)
    assert house.MemberRegistry.recoveredAt(ALICE) == 0
    assert house.MemberRegistry.recoveredAt(999_999) == 0


def test_recovery__signer_changed_afterwards__still_known_as_recovered(
    house: House, new_key, new_passkey
) -> None:
    """A recovered signer cannot shake off its 30 days by handing over to another one."""
    propose(house, ALICE, new_key)
    travel(DELAY)
    at = complete(house).timestamp
    change_signer(house, ALICE, new_key, new_passkey)
    assert house.MemberRegistry.recoveredAt(ALICE) == at
    assert house.MemberRegistry.memberOf(ALICE).dict()["recovered"]


def test_recovery__second_one__time_of_the_last(house: House, new_key, new_passkey) -> None:
    propose(house, ALICE, new_key)
    travel(DELAY)
    first = complete(house).timestamp
    propose(house, ALICE, new_passkey, deadline=NEVER - 1)
    assert house.MemberRegistry.recoveredAt(ALICE) == first
    travel(DELAY)
    second = complete(house).timestamp
    assert house.MemberRegistry.recoveredAt(ALICE) == second > first


@pytest.mark.parametrize("sender", ["ketua", "teller", "pengawas", "alice"])
def test_propose__not_registrar__refused(house: House, new_key, sender: str) -> None:
    with refused("AuthorityNotHeld", REGISTRAR, getattr(house, sender).signer):
        propose(house, ALICE, new_key, maker=getattr(house, sender))


@pytest.mark.parametrize("checker", ["registrar", "teller", "pengawas", "alice"])
def test_propose__checker_not_pengurus__refused(house: House, new_key, checker: str) -> None:
    with refused("AuthorityNotHeld", PENGURUS, getattr(house, checker).signer):
        propose(house, ALICE, new_key, checker=getattr(house, checker))


def test_propose__one_person_in_both_offices__refused(house: House, new_key) -> None:
    second = person("ketua as registrar", 779, "office")
    house.Authority.grantOffice(
        REGISTRAR, second.signer, house.ketua.number, now() + DAY, {"from": house.admin}
    )
    with refused("AuthoritySamePerson", house.ketua.number):
        propose(house, ALICE, new_key, maker=second)


def test_propose__unknown_member__refused(house: House, new_key) -> None:
    with refused("RegistryWrongStatus", 999_999, 0):
        propose(house, 999_999, new_key)


def test_propose__while_one_is_pending__refused(house: House, new_key, new_passkey) -> None:
    """Officers cannot swap the proposed signer late in the delay."""
    due = propose(house, ALICE, new_key).timestamp + DELAY
    with refused("RegistryRecoveryPending", due):
        propose(house, ALICE, new_passkey)


def test_propose__same_signature_after_a_stop__refused(house: House, new_key) -> None:
    propose(house, ALICE, new_key)
    house.MemberRegistry.stopRecovery(ALICE, {"from": house.pengawas.account})
    with refused("AuthorityActionSpent"):
        propose(house, ALICE, new_key)
    propose(house, ALICE, new_key, deadline=NEVER - 1)


def test_propose__signer_of_another_or_the_same__refused(house: House) -> None:
    with refused("RegistrySignerTaken", house.budi.signer, house.budi.number):
        propose(house, ALICE, house.budi)
    with refused("RegistrySignerInvalid", house.alice.signer):
        propose(house, ALICE, house.alice)


def test_complete__signer_taken_meanwhile__refused_and_can_be_stopped(house: House, new_key) -> None:
    propose(house, ALICE, new_key)
    house.register([person("somebody with that key", 901)])
    travel(DELAY)
    with refused("RegistrySignerTaken", new_key.signer, 901):
        complete(house)
    house.MemberRegistry.stopRecovery(ALICE, {"from": house.pengawas.account})


def test_stop__by_pengawas__stopped(house: House, new_key) -> None:
    propose(house, ALICE, new_key)
    tx = house.MemberRegistry.stopRecovery(ALICE, {"from": house.pengawas.account})
    assert tx.events["RecoveryStopped"] == {"member": ALICE, "stoppedBy": house.pengawas.signer}
    travel(DELAY)
    with refused("RegistryNoRecovery", ALICE):
        complete(house)


@pytest.mark.parametrize("sender", ["ketua", "registrar", "alice", "admin", "deployer"])
def test_stop__others__refused(house: House, new_key, sender: str) -> None:
    propose(house, ALICE, new_key)
    account = getattr(getattr(house, sender), "account", getattr(house, sender))
    with refused("AccessManagedUnauthorized", account.address):
        house.MemberRegistry.stopRecovery(ALICE, {"from": account})


def test_stop__nothing_pending__refused(house: House, new_key) -> None:
    with refused("RegistryNoRecovery", ALICE):
        house.MemberRegistry.stopRecovery(ALICE, {"from": house.pengawas.account})


def test_stop_by_order__member__stopped_once(house: House, new_key) -> None:
    propose(house, ALICE, new_key)
    tx = stop_by_order(house, ALICE, house.alice, new_key)
    assert tx.events["RecoveryStopped"] == {"member": ALICE, "stoppedBy": house.alice.signer}
    propose(house, ALICE, new_key, deadline=NEVER - 1)
    with refused("RegistryOrderSpent", ALICE, 1):
        stop_by_order(house, ALICE, house.alice, new_key)
    stop_by_order(house, ALICE, house.alice, new_key, nonce=2)


def test_stop_by_order__proposed_signer_or_others__refused(house: House, new_key) -> None:
    propose(house, ALICE, new_key)
    for who in (new_key, house.budi, house.ketua):
        with refused("RegistryOrderInvalid"):
            stop_by_order(house, ALICE, who, new_key)


def test_stop_by_order__for_another_proposal_or_expired__refused(house: House, new_key, new_passkey) -> None:
    propose(house, ALICE, new_key)
    order = {"member": ALICE, "signer": new_key.signer, "nonce": 1, "deadline": NEVER}
    with refused("RegistryOrderInvalid", ALICE, digest_of(house, RECOVERY_STOP, **order)):
        stop_by_order(house, ALICE, house.alice, new_passkey)
    deadline = now() - 1
    with refused("RegistryOrderExpired", deadline):
        stop_by_order(house, ALICE, house.alice, new_key, deadline=deadline)


def test_change_signer__while_recovery_pending__stops_it(house: House, new_key, new_passkey) -> None:
    """Whoever has the old key needs no recovery."""
    propose(house, ALICE, new_key)
    tx = change_signer(house, ALICE, house.alice, new_passkey)
    assert tx.events["RecoveryStopped"] == {"member": ALICE, "stoppedBy": house.alice.signer}
    travel(DELAY)
    with refused("RegistryNoRecovery", ALICE):
        complete(house)


def test_recovery__one_who_left__heirs_can_collect(house: House, new_key) -> None:
    leave(house, house.alice)
    propose(house, ALICE, new_key)
    travel(DELAY)
    complete(house)
    assert signed_by(house, ALICE, new_key)


def test_recovery__officers_and_meeting_together__member_stops_them(house: House, new_key) -> None:
    """All officers, fresh from ADMIN and without a pengawas, still wait 14 days for the member's word."""
    admin = {"from": house.admin}
    for office in (REGISTRAR, BENDAHARA):
        who = person("accomplice", 780 + office, "office")
        house.Authority.grantOffice(office, who.signer, who.number, now() + 900 * DAY, admin)
    house.Authority.revokeOffice(4, house.pengawas.signer, admin)
    maker, checker = (person("accomplice", 780 + office, "office") for office in (REGISTRAR, BENDAHARA))
    due = propose(house, ALICE, new_key, maker=maker, checker=checker).timestamp + DELAY
    with refused("RegistryRecoveryPending", due):
        complete(house)
    stop_by_order(house, ALICE, house.alice, new_key)
    assert signed_by(house, ALICE, house.alice)
    assert not signed_by(house, ALICE, new_key)
