"""activate, suspend, reinstate, leaveByOrder: who may, from which status, and what it counts."""

import pytest

from tests.contracts.actors import DAY, NEVER, House, now, person, refused, today, travel
from tests.contracts.MemberRegistry.orders import change_signer, exit_order, leave, propose

NONE, REGISTERED, ACTIVE, SUSPENDED, LEFT = range(5)
MARTA, UNKNOWN = 500, 999_999


@pytest.fixture(scope="module")
def office(house: House) -> House:
    """A house in which marta is REGISTERED."""
    house.register([person("marta", MARTA)])
    return house


def act(house: House, name: str, member: int, sender=None):
    registry = house.MemberRegistry
    if name == "activate":
        return registry.activate(member, today(), {"from": sender or house.writer})
    if name == "leaveByOrder":
        return leave(house, person("marta", member), sender=sender)
    return getattr(registry, name)(member, {"from": sender or house.admin})


def status(house: House, member: int) -> int:
    return int(house.MemberRegistry.memberOf(member).dict()["status"])


def brought_to(house: House, wanted: int) -> int:
    """A member of that status."""
    steps = {
        REGISTERED: (),
        ACTIVE: ("activate",),
        SUSPENDED: ("activate", "suspend"),
        LEFT: ("leaveByOrder",),
    }
    for step in steps.get(wanted, ()):
        act(house, step, MARTA)
    return UNKNOWN if wanted == NONE else MARTA


ALLOWED = {
    "activate": {REGISTERED: ACTIVE},
    "suspend": {ACTIVE: SUSPENDED},
    "reinstate": {SUSPENDED: ACTIVE},
    "leaveByOrder": {REGISTERED: LEFT, ACTIVE: LEFT, SUSPENDED: LEFT},
}
EVENTS = {
    "activate": "MemberActivated",
    "suspend": "MemberSuspended",
    "reinstate": "MemberReinstated",
    "leaveByOrder": "MemberLeft",
}


@pytest.mark.parametrize("name", ALLOWED)
@pytest.mark.parametrize("before", range(5))
def test_status__every_step__allowed_or_refused(office: House, name: str, before: int) -> None:
    member = brought_to(office, before)
    assert status(office, member) == before
    count = office.MemberRegistry.activeCount()
    after = ALLOWED[name].get(before)
    if after is None:
        with refused("RegistryWrongStatus", member, before):
            act(office, name, member)
        return
    tx = act(office, name, member)
    assert tx.events[EVENTS[name]]["member"] == member
    assert status(office, member) == after
    assert office.MemberRegistry.activeCount() - count == (after == ACTIVE) - (before == ACTIVE)
    found = office.MemberRegistry.memberOf(member).dict()
    assert found["changedAt"] == tx.timestamp
    if after == ACTIVE:
        assert found["activeSince"] == tx.timestamp


@pytest.mark.parametrize("name", ["activate", "leaveByOrder"])
@pytest.mark.parametrize("sender", ["admin", "ketua", "teller", "registrar", "alice", "deployer"])
def test_status__not_a_writer__refused(office: House, name: str, sender: str) -> None:
    account = getattr(office, sender)
    account = getattr(account, "account", account)
    with refused("WriterRefused", account.address):
        act(office, name, MARTA, account)


@pytest.mark.parametrize("name", ["suspend", "reinstate"])
@pytest.mark.parametrize("sender", ["writer", "ketua", "pengawas", "registrar", "alice", "deployer"])
def test_status__vote_taken_or_given_by_others__refused(office: House, name: str, sender: str) -> None:
    account = getattr(office, sender)
    account = getattr(account, "account", account)
    member = office.alice.number
    if name == "reinstate":
        act(office, "suspend", member)
    with refused("AccessManagedUnauthorized", account.address):
        act(office, name, member, account)


def leave_with(house: House, order, member: int = MARTA):
    return house.MemberRegistry.leaveByOrder(member, today(), *order, {"from": house.writer})


def test_leave__order_of_another_or_none__refused(office: House) -> None:
    marta = person("marta", MARTA)
    for signer in (office.ketua, office.teller, office.alice):
        with refused("RegistryOrderInvalid"):
            leave_with(office, exit_order(office, marta, signer=signer))
    with refused("RegistryOrderInvalid"):
        leave_with(office, (1, NEVER, b""))
    with refused("RegistryOrderInvalid"):
        leave_with(office, exit_order(office, marta), office.alice.number)
    assert status(office, MARTA) == REGISTERED


def test_leave__other_nonce_or_deadline_than_signed__refused(office: House) -> None:
    nonce, deadline, signature = exit_order(office, person("marta", MARTA))
    for changed in ((nonce + 1, deadline), (nonce, deadline - 1)):
        with refused("RegistryOrderInvalid"):
            leave_with(office, (*changed, signature))


def test_leave__expired_order__refused(office: House) -> None:
    deadline = now() - 1
    with refused("RegistryOrderExpired", deadline):
        leave_with(office, exit_order(office, person("marta", MARTA), deadline=deadline))


def test_leave__nonce_of_another_order__refused(office: House) -> None:
    """A nonce is spent for every order of the registry."""
    alice, new_key = office.alice, person("new", 901)
    change_signer(office, alice.number, alice, new_key, nonce=9)
    with refused("RegistryOrderSpent", alice.number, 9):
        leave_with(office, exit_order(office, alice, 9, signer=new_key), alice.number)


def test_leave__passkey__on_its_order(office: House) -> None:
    leave(office, office.citra)
    assert status(office, office.citra.number) == LEFT
    assert office.MemberRegistry.isOrderSpent(office.citra.number, 5_000)


def test_leave__signer_recovered__not_for_30_days(office: House) -> None:
    """Two officers who recover a signer cannot take the vote away with it at once."""
    alice, thief = office.alice, person("thief", 901)
    propose(office, alice.number, thief)
    travel(14 * DAY)
    at = office.MemberRegistry.completeRecovery(alice.number, {"from": office.deployer}).timestamp
    order = exit_order(office, alice, signer=thief)
    travel(30 * DAY - 60)
    with refused("RegistryRecentlyRecovered", alice.number, at + 30 * DAY):
        leave_with(office, order, alice.number)
    travel(60)
    leave_with(office, order, alice.number)
    assert status(office, alice.number) == LEFT
