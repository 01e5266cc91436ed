"""activeCountAt and wasActiveAt beside a shadow model: random histories, several changes in a second."""

import os
import random

import brownie
import pytest

from tests.contracts.actors import House, now, person, refused, today, travel
from tests.contracts.MemberRegistry.orders import change_signer, exit_order

REGISTERED, ACTIVE, SUSPENDED, LEFT = 1, 2, 3, 4
NEXT = {
    REGISTERED: (("activate", ACTIVE), ("leaveByOrder", LEFT)),
    ACTIVE: (("suspend", SUSPENDED), ("suspend", SUSPENDED), ("leaveByOrder", LEFT)),
    SUSPENDED: (("reinstate", ACTIVE), ("reinstate", ACTIVE), ("leaveByOrder", LEFT)),
    LEFT: (),
}
SEEDS = range(40) if os.environ.get("KOPERASI_DEEP") == "1" else range(3)
SECONDS = 25
NEWCOMERS = range(500, 508)
OLD = range(101, 105)


class Shadow:
    """Every change of every member with its second, in order; a question looks at those before the second."""

    def __init__(self, active: list[int], registered: list[int], since: int) -> None:
        self.changes = {member: [(since, ACTIVE)] for member in active}
        self.changes |= {member: [(since, REGISTERED)] for member in registered}

    def status(self, member: int) -> int:
        return self.changes[member][-1][1]

    def was_active(self, member: int, time: int) -> bool:
        before = [status for second, status in self.changes.get(member, []) if second < time]
        return bool(before) and before[-1] == ACTIVE

    def count(self, time: int) -> int:
        return sum(self.was_active(member, time) for member in self.changes)


def send(house: House, name: str, member: int) -> None:
    """Into the pool, to be mined with others in one second."""
    function = getattr(house.MemberRegistry, name)
    by_writer = name in ("activate", "leaveByOrder")
    arguments = (member, today()) if by_writer else (member,)
    if name == "leaveByOrder":
        known = member in OLD
        arguments += exit_order(house, house.member(member) if known else person("newcomer", member))
    sender = house.writer if by_writer else house.admin
    brownie.web3.eth.send_transaction(
        {
            "from": sender.address,
            "to": house.MemberRegistry.address,
            "data": function.encode_input(*arguments),
            "gas": 600_000,
            "gasPrice": 0,
        }
    )


def mine(time: int) -> None:
    response = brownie.web3.provider.make_request("evm_mine", [hex(time)])
    assert "error" not in response, response
    assert now() == time


def check(house: House, shadow: Shadow, times: list[int], members: list[int]) -> None:
    for time in times:
        assert house.MemberRegistry.activeCountAt(time) == shadow.count(time), time
        for member in members:
            known = house.MemberRegistry.wasActiveAt(member, time)
            assert known == shadow.was_active(member, time), (member, time)


@pytest.mark.parametrize("seed", SEEDS)
def test_rolls__random_history__as_the_shadow(house: House, seed: int) -> None:
    dice = random.Random(seed)
    opened = house.MemberRegistry.memberOf(101).dict()["changedAt"]
    house.register([person("newcomer", number) for number in NEWCOMERS])
    everybody = [member.number for member in house.members.values()]
    shadow = Shadow(everybody, list(NEWCOMERS), opened)
    played = [*NEWCOMERS, *OLD]
    start = time = now()
    brownie.web3.provider.make_request("evm_setAutomine", [False])
    try:
        for _ in range(SECONDS):
            time += dice.choice((1, 1, 2, 86_400))
            busy = dice.sample(played, 2)
            for _ in range(dice.choice((0, 1, 2, 8))):
                member = dice.choice(busy)
                steps = NEXT[shadow.status(member)]
                if steps:
                    name, status = dice.choice(steps)
                    send(house, name, member)
                    shadow.changes[member].append((time, status))
            mine(time)
            assert house.MemberRegistry.activeCount() == shadow.count(time + 1)
            check(house, shadow, [time, dice.randint(start, time)], [dice.choice(played)])
    finally:
        brownie.web3.provider.make_request("evm_setAutomine", [True])
    seconds = {second for changes in shadow.changes.values() for second, _ in changes}
    edges = sorted(t for second in seconds for t in (second, second + 1) if t <= time)
    check(house, shadow, [0, 1, opened, start, *edges, time], [*played, 999_999, 0])


def test_rolls__suspended_reinstated_suspended_in_a_second__earlier_spell_kept(house: House) -> None:
    travel(10)
    time = now() + 10
    brownie.web3.provider.make_request("evm_setAutomine", [False])
    try:
        for name in ("suspend", "reinstate", "suspend"):
            send(house, name, 101)
        mine(time)
    finally:
        brownie.web3.provider.make_request("evm_setAutomine", [True])
    mine(time + 10)
    assert house.MemberRegistry.wasActiveAt(101, time)
    assert not house.MemberRegistry.wasActiveAt(101, time + 1)
    assert house.MemberRegistry.activeCountAt(time) == len(house.members)
    assert house.MemberRegistry.activeCountAt(time + 1) == len(house.members) - 1


def test_rolls__signer_changed__still_on_the_roll(house: House) -> None:
    travel(10)
    before = now()
    brownie.chain.sleep(10)
    change_signer(house, 101, house.alice, person("new key", 901))
    assert house.MemberRegistry.wasActiveAt(101, before)
    assert house.MemberRegistry.wasActiveAt(101, now())


def test_rolls__future__refused(house: House) -> None:
    time = now() + 1_000
    with refused("RegistryNotPast", time):
        house.MemberRegistry.activeCountAt(time)
    with refused("RegistryNotPast", time):
        house.MemberRegistry.wasActiveAt(101, time)
