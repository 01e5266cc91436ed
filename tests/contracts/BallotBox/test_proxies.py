"""appointProxy and castByProxy: off by default; one hop, capped, ended by coming, the holder present."""

import pytest

from tests.contracts.actors import House, now, person, refused
from tests.contracts.meeting_orders import (
    appoint_proxy,
    cast_by_proxy,
    counted,
    enter_paper_list,
    refusals,
    set_bylaws,
)
from tests.contracts.meetings import (
    ALREADY_VOTED,
    FOR,
    OVERVOTE,
    PRESENT,
    VOTED,
    Held,
    Notice,
    convene,
)


@pytest.fixture
def meeting(house: House) -> Held:
    """Two proxies a holder; nobody has given one yet."""
    set_bylaws(house, proxies_per_holder=2)
    return convene(house, Notice(house))


def test_proxy__off_by_default__and_for_a_meeting_noticed_before(house: House) -> None:
    meeting = convene(house, Notice(house))
    set_bylaws(house, proxies_per_holder=2)
    with refused("BoxProxiesOff"):
        appoint_proxy(meeting, house.alice, house.budi)
    later = convene(house, Notice(house))
    set_bylaws(house)
    told = appoint_proxy(later, house.alice, house.budi).events["ProxyAppointed"]
    assert told["holder"] == house.budi.number


def test_proxy__signed_by_the_member_in_time(house: House, meeting: Held) -> None:
    past = now() - 1
    with refused("BoxOrderExpired", past):
        appoint_proxy(meeting, house.alice, house.budi, deadline=past)
    with refused("BoxOrderInvalid"):
        appoint_proxy(meeting, house.alice, house.budi, signer=house.budi)
    with refused("BoxUnknownMeeting", 2):
        appoint_proxy(Held(house, 2, meeting.notice, None), house.alice, house.budi)
    appoint_proxy(meeting, house.alice, house.budi)


def test_proxy__holder_votes_once_while_present(house: House, meeting: Held) -> None:
    alice, budi, citra = house.alice, house.budi, house.citra
    appoint_proxy(meeting, alice, budi)
    meeting.open()
    with refused("BoxProxyInvalid", alice.number, budi.number):
        cast_by_proxy(meeting, alice, budi)
    enter_paper_list(meeting, [budi])
    with refused("BoxProxyInvalid", alice.number, budi.number):
        cast_by_proxy(meeting, alice, budi)
    meeting.check_in([budi])
    past = now() - 1
    with refused("BoxOrderExpired", past):
        cast_by_proxy(meeting, alice, budi, deadline=past)
    with refused("BoxOrderInvalid"):
        cast_by_proxy(meeting, alice, citra)
    with refused("BoxProxyInvalid", citra.number, 0):
        cast_by_proxy(meeting, citra, budi)
    with refused("BoxPaperRefused", alice.number, OVERVOTE):
        cast_by_proxy(meeting, alice, budi, 3)
    cast_by_proxy(meeting, alice, budi)
    assert house.BallotBox.attendanceOf(1, 1, alice.number) == VOTED
    assert house.BallotBox.attendanceOf(1, 1, budi.number) == PRESENT
    assert counted(meeting) == (2, 1, 0)
    with refused("BoxPaperRefused", alice.number, ALREADY_VOTED):
        cast_by_proxy(meeting, alice, budi)
    assert refusals(meeting.cast([meeting.ballot(alice, {1: FOR})])) == {0: ALREADY_VOTED}


def test_proxy__member_comes__proxy_ends(house: House, meeting: Held) -> None:
    alice, budi = house.alice, house.budi
    appoint_proxy(meeting, alice, budi)
    meeting.open().check_in([alice, budi])
    with refused("BoxProxyInvalid", alice.number, 0):
        cast_by_proxy(meeting, alice, budi)
    with refused("BoxProxyInvalid", alice.number, budi.number):
        appoint_proxy(meeting, alice, budi)
    meeting.open(2).check_in([budi], call=2)
    with refused("BoxProxyInvalid", alice.number, 0):
        cast_by_proxy(meeting, alice, budi, call=2)


def test_proxy__first_call_without_quorum__holds_in_the_second(house: House, meeting: Held) -> None:
    """The holder's ballot does not end it, the member's own ballot does."""
    alice, budi, citra = house.alice, house.budi, house.citra
    for member in (alice, citra):
        appoint_proxy(meeting, member, budi)
    meeting.open().check_in([budi])
    cast_by_proxy(meeting, alice, budi)
    cast_by_proxy(meeting, citra, budi)
    meeting.open(2).check_in([budi], call=2)
    meeting.cast([meeting.ballot(citra, {1: FOR}, call=2)])
    with refused("BoxProxyInvalid", citra.number, 0):
        cast_by_proxy(meeting, citra, budi, call=2)
    cast_by_proxy(meeting, alice, budi, call=2)
    assert counted(meeting, 2) == (3, 2, 0)


def test_attack__proxy_loops_and_hoards(house: House, meeting: Held) -> None:
    """Precedent: delegation cycles of liquid democracy, proxies collected at the door."""
    alice, budi, citra, dewi, eko = house.alice, house.budi, house.citra, house.dewi, house.eko
    stranger = person("nobody", 999)

    def refuse(member, holder) -> None:
        with refused("BoxProxyInvalid", member.number, holder.number):
            appoint_proxy(meeting, member, holder)

    refuse(alice, alice)
    refuse(alice, stranger)
    appoint_proxy(meeting, alice, budi)
    refuse(budi, alice)
    refuse(budi, citra)
    refuse(citra, alice)
    refuse(alice, citra)
    appoint_proxy(meeting, citra, budi)
    refuse(dewi, budi)
    appoint_proxy(meeting, dewi, eko)


def test_attack__proxy_of_who_is_not_on_the_roll(house: House) -> None:
    set_bylaws(house, proxies_per_holder=2)
    house.MemberRegistry.suspend(house.budi.number, {"from": house.admin})
    meeting = convene(house, Notice(house))
    for member, holder in ((house.budi, house.alice), (house.alice, house.budi)):
        with refused("BoxProxyInvalid", member.number, holder.number):
            appoint_proxy(meeting, member, holder)


def test_attack__absent_holder(house: House, meeting: Held) -> None:
    """Present in the first call is not present in the second."""
    alice, budi = house.alice, house.budi
    appoint_proxy(meeting, alice, budi)
    meeting.open().check_in([budi])
    meeting.open(2)
    with refused("BoxProxyInvalid", alice.number, budi.number):
        cast_by_proxy(meeting, alice, budi, call=2)
    assert counted(meeting, 2) == (0, 0, 0)
    meeting.check_in([budi], call=2)
    cast_by_proxy(meeting, alice, budi, call=2)
    assert counted(meeting, 2) == (2, 1, 0)
