"""decide: three quarters of the active members, all or none, once."""

import brownie
import pytest

from tests.contracts.actors import (
    ADMIN,
    DAY,
    MINIMUM_MEMBERS,
    NEVER,
    TELLER,
    House,
    contract_type,
    now,
    person,
    refused,
    registrations,
    today,
    travel,
)
from tests.contracts.MemberRegistry.orders import leave
from tests.contracts.wallets import Mode, deploy_wallet

ALL = 17
NEEDED = 13


def everybody(house: House) -> list:
    return sorted(house.members.values(), key=lambda member: member.number)


def granting(house: House, number: int = 60) -> list[tuple[str, bytes]]:
    """Actions that make somebody TELLER."""
    clerk = person("clerk", number, "office")
    data = house.Authority.grantOffice.encode_input(TELLER, clerk.signer, number, now() + 50 * DAY)
    return [(house.Authority.address, bytes.fromhex(data[2:]))]


def clerk_holds(house: House, number: int = 60) -> bool:
    return house.holds(TELLER, person("clerk", number, "office").signer)


def test_decide__three_quarters__carried_out(house: House) -> None:
    assert house.MemberRegistry.activeCount() == ALL
    tx = house.decide(granting(house), 1, everybody(house)[:NEEDED])
    event = tx.events["DecisionCarriedOut"]
    assert (event["nonce"], event["consents"], event["roll"]) == (1, NEEDED, ALL)
    assert clerk_holds(house)
    assert house.FoundingAssembly.isNonceUsed(1)


def test_decide__all_with_passkeys_and_a_wallet__carried_out(house: House) -> None:
    house.decide(granting(house), 1, everybody(house))
    assert clerk_holds(house)


def test_decide__one_too_few__refused(house: House) -> None:
    with refused("AssemblyConsentsMissing", NEEDED - 1, NEEDED):
        house.decide(granting(house), 1, everybody(house)[: NEEDED - 1])


@pytest.mark.parametrize(("active", "needed"), [(16, 12), (15, 12), (14, 11), (13, 10)])
def test_decide__other_rolls__rounded_up(house: House, active: int, needed: int) -> None:
    members = everybody(house)
    for member in members[active:]:
        house.MemberRegistry.suspend(member.number, {"from": house.admin})
    with refused("AssemblyConsentsMissing", needed - 1, needed):
        house.decide(granting(house), 1, members[: needed - 1])
    house.decide(granting(house), 1, members[:needed])
    assert clerk_holds(house)


def test_decide__roll_below_minimum__refused(house: House) -> None:
    members = everybody(house)
    for member in members[MINIMUM_MEMBERS - 1 :]:
        leave(house, member)
    assert house.FoundingAssembly.minimumMembers() == MINIMUM_MEMBERS
    with refused("AssemblyTooFewMembers", MINIMUM_MEMBERS - 1, MINIMUM_MEMBERS):
        house.decide(granting(house), 1, members[: MINIMUM_MEMBERS - 1])


def test_decide__officers_alone__refused(house: House) -> None:
    """The officers' members are five of seventeen."""
    with refused("AssemblyConsentsMissing", 5, NEEDED):
        house.decide(granting(house), 1, everybody(house)[:5])


@pytest.mark.parametrize("step", ["suspend", "leave"])
def test_decide__no_member_any_more__refused(house: House, step: str) -> None:
    members = everybody(house)
    gone = members[3]
    if step == "suspend":
        house.MemberRegistry.suspend(gone.number, {"from": house.admin})
    else:
        leave(house, gone)
    with refused("AssemblyNotActive", gone.number):
        house.decide(granting(house), 1, members[:NEEDED])


def test_decide__registered_only__refused(house: House) -> None:
    newcomer = person("newcomer", 500)
    house.register([newcomer])
    with refused("AssemblyNotActive", 500):
        house.decide(granting(house), 1, [*everybody(house)[: NEEDED - 1], newcomer])


def send(house: House, consents, actions=None, nonce: int = 1, deadline: int = NEVER):
    return house.FoundingAssembly.decide(
        actions or granting(house), nonce, deadline, consents, {"from": brownie.accounts[5]}
    )


def test_decide__one_member_twice_or_out_of_order__refused(house: House) -> None:
    actions = granting(house)
    consents = house.consents(actions, 1, NEVER, everybody(house)[:NEEDED])
    with refused("AssemblyNotAscending", consents[1][0], consents[1][0]):
        send(house, [*consents[:2], consents[1], *consents[2:-1]], actions)
    with refused("AssemblyNotAscending", consents[1][0], consents[0][0]):
        send(house, [consents[1], consents[0], *consents[2:]], actions)


def test_decide__signature_of_another__refused(house: House) -> None:
    actions = granting(house)
    consents = house.consents(actions, 1, NEVER, everybody(house)[:NEEDED])
    consents[4] = (consents[4][0], consents[5][1])
    with refused("AssemblySignatureInvalid", consents[4][0]):
        send(house, consents, actions)


def test_decide__other_action_nonce_or_deadline_than_signed__refused(house: House) -> None:
    actions = granting(house)
    consents = house.consents(actions, 1, NEVER, everybody(house)[:NEEDED])
    first = consents[0][0]
    for changed in ({"actions": granting(house, 61)}, {"nonce": 2}, {"deadline": NEVER - 1}):
        with refused("AssemblySignatureInvalid", first):
            send(house, consents, **({"actions": actions} | changed))


def test_decide__signed_for_another_assembly__refused(house: House) -> None:
    actions = granting(house)
    consents = house.consents(actions, 1, NEVER, everybody(house)[:NEEDED])
    other = contract_type("FoundingAssembly").deploy(
        house.MemberRegistry, MINIMUM_MEMBERS, {"from": house.deployer}
    )
    with refused("AssemblySignatureInvalid", consents[0][0]):
        other.decide(actions, 1, NEVER, consents, {"from": house.deployer})


def test_decide__expired__refused(house: House) -> None:
    actions, deadline = granting(house), now() - 1
    consents = house.consents(actions, 1, deadline, everybody(house)[:NEEDED])
    with refused("AssemblyExpired", deadline):
        send(house, consents, actions, deadline=deadline)


def test_decide__twice__refused(house: House) -> None:
    actions = granting(house)
    house.decide(actions, 1, everybody(house)[:NEEDED])
    with refused("AssemblyNonceUsed", 1):
        house.decide(actions, 1, everybody(house)[:NEEDED])


def test_decide__second_action_fails__none_is_carried_out(house: House) -> None:
    bad = house.Authority.revokeOffice.encode_input(TELLER, house.alice.signer)
    actions = [*granting(house), (house.Authority.address, bytes.fromhex(bad[2:]))]
    with refused("AssemblyActionFailed"):
        house.decide(actions, 1, everybody(house)[:NEEDED])
    assert not clerk_holds(house)
    assert not house.FoundingAssembly.isNonceUsed(1)


def test_decide__target_without_code__refused(house: House) -> None:
    with refused("AssemblyActionFailed"):
        house.decide([(house.alice.signer, b"")], 1, everybody(house)[:NEEDED])


def test_decide__called_back_into__each_decision_once(house: House) -> None:
    """A target that calls back can neither repeat the decision nor smuggle in one that was not signed."""
    wallet = deploy_wallet(house.alice.signer)
    members = everybody(house)[:NEEDED]
    inner = house.FoundingAssembly.decide.encode_input(
        granting(house), 9, NEVER, house.consents(granting(house, 61), 9, NEVER, members)
    )
    data = wallet.call.encode_input(house.FoundingAssembly, inner)
    with refused("AssemblyActionFailed"):
        house.decide([(wallet.address, bytes.fromhex(data[2:]))], 1, members)
    assert not house.FoundingAssembly.isNonceUsed(9)


def test_decide__wallet_of_a_member_that_harms__names_the_member(house: House) -> None:
    wallet = deploy_wallet(house.alice.signer, Mode.BURNS_GAS)
    house.MemberRegistry.open([(700, wallet.address, 0, today())], {"from": house.admin})
    actions = granting(house)
    consents = house.consents(actions, 1, NEVER, everybody(house))
    with refused("AssemblySignatureInvalid", 700):
        send(house, [*consents, (700, b"")], actions)
    send(house, consents, actions)
    assert clerk_holds(house)


def test_decide__replaced_as_admin__can_do_nothing(house: House) -> None:
    successor = deploy_wallet(house.alice.signer)
    data = house.Authority.scheduleAdmin.encode_input(successor)
    house.decide([(house.Authority.address, bytes.fromhex(data[2:]))], 1, everybody(house)[:NEEDED])
    travel(30 * DAY)
    house.Authority.enactAdmin({"from": house.alice.account})
    assert not house.holds(ADMIN, house.FoundingAssembly)
    with refused("AssemblyActionFailed"):
        house.decide(granting(house), 2, everybody(house)[:NEEDED])


def test_decide__new_members_only_raise_what_is_needed(house: House) -> None:
    newcomers = [person("newcomer", number) for number in range(500, 504)]
    house.MemberRegistry.open(registrations(newcomers, today()), {"from": house.admin})
    with refused("AssemblyConsentsMissing", NEEDED, 16):
        house.decide(granting(house), 1, everybody(house)[:NEEDED])
