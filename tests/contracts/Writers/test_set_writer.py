"""setWriter, the same in every state contract: 30 days in both directions, at once in genesis."""

import brownie
import pytest

from tests.contracts.actors import DAY, House, now, person, refused, today, travel

NOTICE = 30 * DAY


@pytest.fixture(scope="module")
def office(house: House) -> House:
    """A house with members to activate."""
    house.register([person("newcomer", number) for number in range(500, 505)])
    return house


@pytest.fixture(scope="module")
def desk():
    """A new desk."""
    return brownie.accounts[6]


def set_writer(house: House, writer, since: int, until: int = 0, sender=None):
    return house.MemberRegistry.setWriter(writer, since, until, {"from": sender or house.admin})


def may_write(house: House, writer, member: int = 500) -> bool:
    try:
        house.MemberRegistry.activate.call(member, today(), {"from": writer})
    except brownie.exceptions.VirtualMachineError as error:
        if not error.revert_msg.startswith("WriterRefused"):
            raise
        return False
    return True


def test_set_writer__genesis__at_once_both_ways(genesis: House, desk) -> None:
    genesis.register([person("newcomer", 500)])
    assert not may_write(genesis, desk)
    tx = set_writer(genesis, desk, now())
    assert tx.events["WriterSet"] == {"writer": desk, "since": tx.events["WriterSet"]["since"], "until": 0}
    assert may_write(genesis, desk)
    set_writer(genesis, desk, now() - 1, now())
    assert not may_write(genesis, desk)


def test_set_writer__new_one__writes_from_its_day_on(office: House, desk) -> None:
    since = now() + NOTICE + 100
    set_writer(office, desk, since, since + NOTICE)
    assert tuple(office.MemberRegistry.writerTerm(desk)) == (since, since + NOTICE)
    travel(since - now() - 10)
    assert not may_write(office, desk)
    travel(20)
    assert may_write(office, desk)
    travel(NOTICE - 20)
    assert may_write(office, desk)
    travel(20)
    assert not may_write(office, desk)


def test_set_writer__sooner_than_30_days__refused(office: House, desk) -> None:
    with refused("WriterTermTooSoon"):
        set_writer(office, desk, now() + NOTICE - 60)
    with refused("WriterTermTooSoon"):
        set_writer(office, desk, now())
    with refused("WriterTermTooSoon"):
        set_writer(office, desk, 1)


def test_set_writer__running_one__ends_only_with_notice(office: House) -> None:
    """Nobody can shut withdrawals suddenly."""
    desk = office.writer
    since = office.MemberRegistry.writerTerm(desk)[0]
    with refused("WriterTermTooSoon"):
        set_writer(office, desk, since, now() + NOTICE - 60)
    with refused("WriterTermInvalid"):
        set_writer(office, desk, now() + 2 * NOTICE)
    with refused("WriterTermInvalid"):
        set_writer(office, desk, since + 1)
    assert may_write(office, desk)
    until = now() + NOTICE + 100
    set_writer(office, desk, since, until)
    travel(until - now() - 10)
    assert may_write(office, desk)
    travel(20)
    assert not may_write(office, desk)


def test_set_writer__end_near__cannot_be_moved_away(office: House) -> None:
    """What members were told would end, ends; a longer term needs its own notice."""
    desk = office.writer
    since = office.MemberRegistry.writerTerm(desk)[0]
    until = now() + NOTICE + 100
    set_writer(office, desk, since, until)
    set_writer(office, desk, since, until + DAY)
    travel(2 * DAY)
    with refused("WriterTermTooSoon"):
        set_writer(office, desk, since, 0)
    with refused("WriterTermTooSoon"):
        set_writer(office, desk, since, now() + 2 * NOTICE)


def test_set_writer__ended_one__comes_back_only_with_notice(office: House) -> None:
    desk = office.writer
    since = office.MemberRegistry.writerTerm(desk)[0]
    set_writer(office, desk, since, now() + NOTICE + 100)
    travel(NOTICE + 200)
    with refused("WriterTermTooSoon"):
        set_writer(office, desk, since, 0)
    again = now() + NOTICE + 100
    set_writer(office, desk, again, 0)
    travel(again - now())
    assert may_write(office, desk)


def test_set_writer__scheduled_one__kept_or_put_off(office: House, desk) -> None:
    since = now() + NOTICE + 100
    set_writer(office, desk, since)
    travel(10 * DAY)
    set_writer(office, desk, since, now() + 3 * NOTICE)
    with refused("WriterTermTooSoon"):
        set_writer(office, desk, since - 1)
    set_writer(office, desk, now() + 2 * NOTICE)
    travel(since - now() + 10)
    assert not may_write(office, desk)


def test_set_writer__no_term__refused(office: House, desk) -> None:
    since = now() + 2 * NOTICE
    for writer, begin, end in (
        (brownie.ZERO_ADDRESS, since, 0),
        (desk, 0, 0),
        (desk, since, since),
        (desk, since, since - 1),
    ):
        with refused("WriterTermInvalid", str(writer), begin, end):
            set_writer(office, writer, begin, end)


@pytest.mark.parametrize("sender", ["deployer", "ketua", "pengawas", "registrar", "writer", "alice"])
def test_set_writer__not_admin__refused(office: House, desk, sender: str) -> None:
    account = getattr(getattr(office, sender), "account", getattr(office, sender))
    with refused("AccessManagedUnauthorized", account.address):
        set_writer(office, desk, now() + 2 * NOTICE, sender=account)


def test_writer__every_state_contract__same_rules(office: House, desk) -> None:
    for name, contract in office.contracts.items():
        if hasattr(contract, "setWriter"):
            with refused("WriterTermTooSoon"):
                contract.setWriter(desk, now() + DAY, 0, {"from": office.admin})
            with refused("AccessManagedUnauthorized", office.ketua.signer):
                contract.setWriter(desk, now() + 2 * NOTICE, 0, {"from": office.ketua.account})
            assert contract.authority() == office.Authority, name
