"""activate, suspend, reinstate, leave: who may, from which status, and what it counts."""

import pytest

from tests.contracts.actors import House, person, refused, today

NONE, REGISTERED, ACTIVE, SUSPENDED, LEFT = range(5)
MARTA, UNKNOWN = 500, 999_999


@pytest.fixture(scope="module")
def office(house: House) -> House:
    """A house in which marta is REGISTERED."""
    house.register([person("marta", MARTA)])
    return house


def act(house: House, name: str, member: int, sender=None):
    registry = house.MemberRegistry
    if name in ("activate", "leave"):
        return getattr(registry, name)(member, today(), {"from": sender or house.writer})
    return getattr(registry, name)(member, {"from": sender or house.admin})


def status(house: House, member: int) -> int:
    return int(house.MemberRegistry.memberOf(member).dict()["status"])


def brought_to(house: House, wanted: int) -> int:
    """A member of that status."""
    steps = {REGISTERED: (), ACTIVE: ("activate",), SUSPENDED: ("activate", "suspend"), LEFT: ("leave",)}
    for step in steps.get(wanted, ()):
        act(house, step, MARTA)
    return UNKNOWN if wanted == NONE else MARTA


ALLOWED = {
    "activate": {REGISTERED: ACTIVE},
    "suspend": {ACTIVE: SUSPENDED},
    "reinstate": {SUSPENDED: ACTIVE},
    "leave": {REGISTERED: LEFT, ACTIVE: LEFT, SUSPENDED: LEFT},
}
EVENTS = {
    "activate": "MemberActivated",
    "suspend": "MemberSuspended",
    "reinstate": "MemberReinstated",
    "leave": "MemberLeft",
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


@pytest.mark.parametrize("name", ["activate", "leave"])
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
