"""announce and decide: three quarters of the roll that the announcement froze, all or none, once."""

import brownie
import pytest

from tests.contracts.actors import (
    ADMIN,
    DAY,
    MINIMUM_MEMBERS,
    NEVER,
    NOTICE_DAYS,
    TELLER,
    House,
    contract_type,
    hash_of,
    now,
    person,
    refused,
    registrations,
    today,
    travel,
)
from tests.contracts.MemberRegistry.orders import change_signer, leave, propose
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


def test_announce__roll_below_minimum__refused(house: House) -> None:
    members = everybody(house)
    for member in members[MINIMUM_MEMBERS - 1 :]:
        leave(house, member)
    assert house.FoundingAssembly.minimumMembers() == MINIMUM_MEMBERS
    with refused("AssemblyTooFewMembers", MINIMUM_MEMBERS - 1, MINIMUM_MEMBERS):
        house.announce(granting(house), 1)


def test_decide__officers_alone__refused(house: House) -> None:
    """The officers' members are five of seventeen."""
    with refused("AssemblyConsentsMissing", 5, NEEDED):
        house.decide(granting(house), 1, everybody(house)[:5])


@pytest.mark.parametrize("step", ["suspend", "leave"])
def test_decide__no_member_any_more_when_announced__refused(house: House, step: str) -> None:
    members = everybody(house)
    gone = members[3]
    if step == "suspend":
        house.MemberRegistry.suspend(gone.number, {"from": house.admin})
    else:
        leave(house, gone)
    with refused("AssemblyNotOnRoll", gone.number):
        house.decide(granting(house), 1, members[:NEEDED])


def test_decide__registered_only__refused(house: House) -> None:
    newcomer = person("newcomer", 500)
    house.register([newcomer])
    with refused("AssemblyNotOnRoll", 500):
        house.decide(granting(house), 1, [*everybody(house)[: NEEDED - 1], newcomer])


def announced(house: House, number: int = 60, nonce: int = 1) -> list[tuple[str, bytes]]:
    """Actions that were announced as long ago as they must be."""
    actions = granting(house, number)
    house.announce(actions, nonce)
    travel(NOTICE_DAYS * DAY)
    return actions


def send(house: House, consents, actions, nonce: int = 1, deadline: int = NEVER):
    return house.FoundingAssembly.decide(actions, nonce, deadline, consents, {"from": brownie.accounts[5]})


def test_announce__anyone__event_and_roll(house: House) -> None:
    actions = granting(house)
    tx = house.announce(actions, 1)
    due = tx.timestamp + NOTICE_DAYS * DAY
    assert tx.events["DecisionAnnounced"] == {
        "nonce": 1, "actionsHash": "0x" + hash_of(actions).hex(), "roll": ALL, "earliest": due,
    }  # fmt: skip
    assert tuple(house.FoundingAssembly.announcementOf(hash_of(actions), 1)) == (tx.timestamp, ALL)
    assert house.FoundingAssembly.notice() == NOTICE_DAYS * DAY


def test_announce__twice__refused(house: House) -> None:
    """A second announcement cannot move the notice or the roll."""
    actions = granting(house)
    at = house.announce(actions, 1).timestamp
    with refused("AssemblyAlreadyAnnounced", hash_of(actions), 1, at):
        house.announce(actions, 1)
    house.announce(actions, 2)


def test_decide__not_announced__refused(house: House) -> None:
    """Nor under another number than the one announced."""
    actions = granting(house)
    house.announce(actions, 2)
    travel(NOTICE_DAYS * DAY)
    consents = house.consents(actions, 1, NEVER, everybody(house))
    with refused("AssemblyNotAnnounced"):
        send(house, consents, actions)


def test_decide__within_the_notice__refused(house: House) -> None:
    actions = granting(house)
    due = house.announce(actions, 1).timestamp + NOTICE_DAYS * DAY
    consents = house.consents(actions, 1, NEVER, everybody(house))
    travel(due - now() - 30)
    with refused("AssemblyTooEarly", due):
        send(house, consents, actions)
    travel(30)
    send(house, consents, actions)
    assert clerk_holds(house)


def test_decide__after_180_days__refused(house: House) -> None:
    actions = granting(house)
    latest = house.announce(actions, 1).timestamp + 180 * DAY
    consents = house.consents(actions, 1, NEVER, everybody(house))
    travel(latest - now() + 1)
    with refused("AssemblyTooLate", latest):
        send(house, consents, actions)


@pytest.mark.parametrize("days", [13, 91])
def test_constructor__notice_out_of_bounds__refused(house: House, days: int) -> None:
    with refused("AssemblyNoticeInvalid", days, 14, 90):
        contract_type("FoundingAssembly").deploy(
            house.MemberRegistry, MINIMUM_MEMBERS, days, {"from": house.deployer}
        )


@pytest.mark.parametrize("step", ["suspend", "leave"])
def test_decide__gone_since_the_announcement__still_counts(house: House, step: str) -> None:
    """Nothing that happens after the announcement changes who may vote, or how many are needed."""
    actions = announced(house)
    for member in everybody(house)[:NEEDED]:
        if step == "suspend":
            house.MemberRegistry.suspend(member.number, {"from": house.admin})
        else:
            leave(house, member)
    with refused("AssemblyConsentsMissing", NEEDED - 1, NEEDED):
        send(house, house.consents(actions, 1, NEVER, everybody(house)[: NEEDED - 1]), actions)
    send(house, house.consents(actions, 1, NEVER, everybody(house)[:NEEDED]), actions)
    assert clerk_holds(house)


def test_decide__members_joined_since_the_announcement__neither_count_nor_raise_what_is_needed(
    house: House,
) -> None:
    """The attack: officers invent members while a decision is announced."""
    actions = announced(house)
    ghosts = [person("ghost", number) for number in range(500, 520)]
    house.MemberRegistry.open(registrations(ghosts, today()), {"from": house.admin})
    travel(DAY)
    board = everybody(house)[:5]
    with refused("AssemblyNotOnRoll", 500):
        send(house, house.consents(actions, 1, NEVER, [*board, *ghosts]), actions)
    send(house, house.consents(actions, 1, NEVER, everybody(house)[:NEEDED]), actions)


def test_decide__joined_in_the_second_of_the_announcement__not_on_the_roll(house: House) -> None:
    actions, ghost = granting(house), person("ghost", 500)
    travel(10)
    time = now() + 10
    brownie.web3.provider.make_request("evm_setAutomine", [False])
    try:
        for target, data in (
            (house.MemberRegistry, house.MemberRegistry.open.encode_input(registrations([ghost], today()))),
            (house.FoundingAssembly, house.FoundingAssembly.announce.encode_input(hash_of(actions), 1)),
        ):
            order = {"from": house.admin.address, "to": target.address, "data": data}
            brownie.web3.eth.send_transaction({**order, "gas": 400_000, "gasPrice": 0})
        brownie.web3.provider.make_request("evm_mine", [hex(time)])
    finally:
        brownie.web3.provider.make_request("evm_setAutomine", [True])
    assert tuple(house.FoundingAssembly.announcementOf(hash_of(actions), 1)) == (time, ALL)
    assert house.MemberRegistry.activeCount() == ALL + 1
    travel(NOTICE_DAYS * DAY)
    with refused("AssemblyNotOnRoll", 500):
        send(house, house.consents(actions, 1, NEVER, [*everybody(house), ghost]), actions)


def recover(house: House, number: int, signer) -> int:
    """Two officers replace a signer, whose member does nothing for 14 days. When, in unix seconds."""
    propose(house, number, signer)
    travel(14 * DAY)
    return int(house.MemberRegistry.completeRecovery(number, {"from": house.deployer}).timestamp)


def test_decide__recovered_since_the_announcement__sits_it_out(house: House) -> None:
    """The attack: officers take over signers in the notice. A fresh key after that does not help."""
    thief, fresh = person("thief", 999), person("thief's other key", 998)
    actions = granting(house)
    house.announce(actions, 1)
    at = recover(house, 101, thief)
    others = [member for member in everybody(house) if member.number != 101][:NEEDED]

    def with_key(key) -> list[tuple[int, bytes]]:
        (consent,) = house.consents(actions, 1, NEVER, [key])
        return sorted([*house.consents(actions, 1, NEVER, others), (101, consent[1])])

    with refused("AssemblyRecovered", 101, at):
        send(house, with_key(thief), actions)
    change_signer(house, 101, thief, fresh)
    with refused("AssemblyRecovered", 101, at):
        send(house, with_key(fresh), actions)
    send(house, house.consents(actions, 1, NEVER, others), actions)


def test_decide__recovered_before_the_announcement__counts(house: House) -> None:
    new_key = person("alice's new key", 999)
    recover(house, 101, new_key)
    actions = announced(house)
    (consent,) = house.consents(actions, 1, NEVER, [new_key])
    others = [member for member in everybody(house) if member.number != 101][: NEEDED - 1]
    send(house, sorted([*house.consents(actions, 1, NEVER, others), (101, consent[1])]), actions)
    assert clerk_holds(house)


def test_decide__signer_changed_by_the_member__new_one_counts(house: House) -> None:
    new_key = person("alice's new key", 999)
    actions = announced(house)
    change_signer(house, 101, house.alice, new_key)
    (consent,) = house.consents(actions, 1, NEVER, [new_key])
    others = [member for member in everybody(house) if member.number != 101][: NEEDED - 1]
    with refused("AssemblySignatureInvalid", 101):
        send(house, house.consents(actions, 1, NEVER, [*others, house.alice]), actions)
    send(house, sorted([*house.consents(actions, 1, NEVER, others), (101, consent[1])]), actions)
    assert clerk_holds(house)


def test_decide__one_member_twice_or_out_of_order__refused(house: House) -> None:
    actions = announced(house)
    consents = house.consents(actions, 1, NEVER, everybody(house)[:NEEDED])
    with refused("AssemblyNotAscending", consents[1][0], consents[1][0]):
        send(house, [*consents[:2], consents[1], *consents[2:-1]], actions)
    with refused("AssemblyNotAscending", consents[1][0], consents[0][0]):
        send(house, [consents[1], consents[0], *consents[2:]], actions)


def test_decide__signature_of_another__refused(house: House) -> None:
    actions = announced(house)
    consents = house.consents(actions, 1, NEVER, everybody(house)[:NEEDED])
    consents[4] = (consents[4][0], consents[5][1])
    with refused("AssemblySignatureInvalid", consents[4][0]):
        send(house, consents, actions)


def test_decide__other_action_nonce_or_deadline_than_signed__refused(house: House) -> None:
    actions = announced(house)
    consents = house.consents(actions, 1, NEVER, everybody(house)[:NEEDED])
    first = consents[0][0]
    others = announced(house, 61)
    house.announce(actions, 2)
    travel(NOTICE_DAYS * DAY)
    for changed in ({"actions": others}, {"nonce": 2}, {"deadline": NEVER - 1}):
        with refused("AssemblySignatureInvalid", first):
            send(house, consents, **({"actions": actions} | changed))


def test_decide__signed_for_another_assembly__refused(house: House) -> None:
    actions = announced(house)
    consents = house.consents(actions, 1, NEVER, everybody(house)[:NEEDED])
    other = contract_type("FoundingAssembly").deploy(
        house.MemberRegistry, MINIMUM_MEMBERS, NOTICE_DAYS, {"from": house.deployer}
    )
    other.announce(hash_of(actions), 1, {"from": house.deployer})
    travel(NOTICE_DAYS * DAY)
    with refused("AssemblySignatureInvalid", consents[0][0]):
        other.decide(actions, 1, NEVER, consents, {"from": house.deployer})


def test_decide__expired__refused(house: House) -> None:
    actions = announced(house)
    deadline = now() - 1
    consents = house.consents(actions, 1, deadline, everybody(house)[:NEEDED])
    with refused("AssemblyExpired", deadline):
        send(house, consents, actions, deadline=deadline)


def test_decide__twice__refused(house: House) -> None:
    actions = granting(house)
    house.decide(actions, 1, everybody(house)[:NEEDED])
    with refused("AssemblyNonceUsed", 1):
        send(house, house.consents(actions, 1, NEVER, everybody(house)[:NEEDED]), actions)


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
    inner_actions = announced(house, nonce=9)
    signed_for = granting(house, 61)
    inner = house.FoundingAssembly.decide.encode_input(
        inner_actions, 9, NEVER, house.consents(signed_for, 9, NEVER, members)
    )
    data = wallet.call.encode_input(house.FoundingAssembly, inner)
    with refused("AssemblyActionFailed"):
        house.decide([(wallet.address, bytes.fromhex(data[2:]))], 1, members)
    assert not house.FoundingAssembly.isNonceUsed(9)


def test_decide__wallet_of_a_member_that_harms__names_the_member(house: House) -> None:
    wallet = deploy_wallet(house.alice.signer, Mode.BURNS_GAS)
    house.MemberRegistry.open([(700, wallet.address, 0, today())], {"from": house.admin})
    actions = announced(house)
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


def test_decide__new_members_before_the_announcement__raise_what_is_needed(house: House) -> None:
    newcomers = [person("newcomer", number) for number in range(500, 504)]
    house.MemberRegistry.open(registrations(newcomers, today()), {"from": house.admin})
    with refused("AssemblyConsentsMissing", NEEDED, 16):
        house.decide(granting(house), 1, everybody(house)[:NEEDED])
