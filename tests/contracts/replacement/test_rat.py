"""A RAT replaced while another meeting is open: the old one ends what it began, the new one acts on it."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from tests.contracts.actors import BYLAWS, DAY, House, contract_type, now, refused, travel
from tests.contracts.meeting_orders import sign_petition
from tests.contracts.meetings import (
    FOR,
    PASSED,
    PENDING,
    Held,
    Notice,
    call_of,
    convene,
    decide,
    everybody,
    relay,
    resolution,
)

LIMIT = 7_000_000


def successor(house: House, predecessor: Any) -> Any:
    """A RAT after `predecessor` with a ballot box of its own."""
    send = {"from": house.deployer}
    rat = house.deployer.get_deployment_address(house.deployer.nonce + 1)
    box = contract_type("BallotBox").deploy(house.Authority, house.MemberRegistry, rat, send)
    laws = BYLAWS.meetings()
    return contract_type("RAT").deploy(house.Authority, house.MemberRegistry, box, predecessor, laws, send)


@dataclass(frozen=True)
class Replaced:
    old: Any
    new: Any
    house: House
    running: Held
    """Convened by the old RAT, its first call opens after the new one took over."""

    def of_new(self, notice: Notice | None = None) -> Held:
        """Convene with the new RAT."""
        copy = House(
            self.house.deployer,
            self.house.contracts | {"RAT": self.new, "BallotBox": box_of(self.new)},
            self.house.officers,
            self.house.members,
        )
        told = notice or Notice(copy)
        return convene(copy, told)

    def carry_out(self, meeting: Held, motion: int = 1, source: Any = None, by: Any = None) -> Any:
        content = meeting.notice.motions[motion - 1]
        send = {"from": relay()}
        return (by or self.new).carryOut(
            source or self.old, meeting.number, motion, content, meeting.contents, send
        )


def box_of(rat: Any) -> Any:
    return contract_type("BallotBox").at(rat.ballotBox())


@pytest.fixture
def replaced(house: House) -> Replaced:
    """Meeting 1 decides the change; meeting 2 is noticed before it takes effect."""
    new = successor(house, house.RAT)
    decide(house, [call_of(house.Authority, "scheduleAdmin", new)])
    due = now() + 30 * DAY
    travel(25 * DAY)
    limit = call_of(house.Treasury, "setTellerLimit", LIMIT)
    acts = [
        limit,
        limit,
        call_of(box_of(new), "withdraw", 3, 1),
        call_of(new, "setBylaws", replace(BYLAWS, first_quorum_bps=1, second_quorum_bps=1).meetings()),
    ]
    running = convene(house, Notice(house, [resolution([act]) for act in acts]))
    travel(due - now() + 60)
    house.Authority.enactAdmin({"from": relay()})
    assert house.Authority.admin() == new
    assert now() < running.notice.first[0]
    return Replaced(house.RAT, new, house, running)


def test_old_rat__convenes_and_carries_out_nothing_any_more(house: House, replaced: Replaced) -> None:
    travel(2)
    with refused("RATReplaced", replaced.new.address):
        house.RAT.convene(Notice(house).word, {"from": house.ketua.account})
    notice = Notice(house)
    sign_petition(notice, everybody(house)[:4])
    with refused("RATReplaced", replaced.new.address):
        house.RAT.convene(notice.word, {"from": relay()})
    replaced.running.open().all_vote(everybody(house), {1: FOR})
    replaced.running.close().wait()
    with refused("RATReplaced", replaced.new.address):
        replaced.running.carry_out()


def test_open_meeting_of_the_old_rat__ends_by_its_own_rules__and_is_carried_out_once(
    house: House, replaced: Replaced
) -> None:
    meeting, new, old = replaced.running, replaced.new, replaced.old
    house.RAT.withdrawMotion(meeting.number, 2, {"from": house.ketua.account})
    meeting.open().all_vote(everybody(house)[:12], {1: FOR})
    meeting.open(2).all_vote(everybody(house)[:9], {1: FOR}, call=2)
    meeting.close(2)
    assert (meeting.decision()["outcome"], meeting.decision()["call"]) == (PASSED, 2)
    with refused("RATNotYet"):
        replaced.carry_out(meeting)
    meeting.wait()
    tx = replaced.carry_out(meeting)
    assert tx.events["DecisionCarriedOut"] == {"source": old, "meeting": meeting.number, "motion": 1}
    assert house.Treasury.tellerLimit() == LIMIT
    assert new.isCarriedOut(old, meeting.number, 1)
    with refused("RATCarriedOut", meeting.number, 1):
        replaced.carry_out(meeting)
    with refused("RATNotDecided"):
        replaced.carry_out(meeting, 2)


def test_what_the_old_rat_carried_out__the_new_one_does_not_again(house: House, replaced: Replaced) -> None:
    first = Held(house, 1, Notice(house, []), None)
    content = resolution([call_of(house.Authority, "scheduleAdmin", replaced.new)], 6_667)
    assert replaced.new.isCarriedOut(replaced.old, 1, 1)
    with refused("RATCarriedOut", 1, 1):
        replaced.new.carryOut(replaced.old, first.number, 1, content, [], {"from": relay()})


def test_numbers__count_on(house: House, replaced: Replaced) -> None:
    assert replaced.new.lastMeeting() == replaced.running.number == 2
    meeting = replaced.of_new()
    assert meeting.number == 3
    assert (replaced.new.lastMeeting(), replaced.old.lastMeeting()) == (3, 2)
    with refused("RATUnknownMeeting", 2):
        replaced.new.meetingOf(2)
    with refused("RATUnknownMeeting", 3):
        replaced.old.meetingOf(3)


def test_unknown_source__refused(house: House, replaced: Replaced) -> None:
    """A RAT of somebody's own, with a meeting of its own, decides nothing here."""
    foreign = successor(house, replaced.new)
    meeting = replaced.running
    for source in (foreign, house.BallotBox, house.alice.signer):
        with refused("RATUnknownSource"):
            replaced.carry_out(meeting, source=source)
    with refused("RATReplaced", replaced.new.address):
        replaced.carry_out(meeting, by=foreign)


def test_attack__decision_of_the_old_rat_rewrites_the_new_one(house: House, replaced: Replaced) -> None:
    """By a simple majority: for the old RAT these were targets like any other."""
    meeting, new = replaced.running, replaced.new
    later = replaced.of_new()
    laws = new.currentBylaws()
    meeting.open().all_vote(everybody(house), dict.fromkeys((3, 4), FOR))
    meeting.close().wait()
    with refused("RATTargetClosed", box_of(new).address):
        replaced.carry_out(meeting, 3)
    with refused("RATTargetClosed", new.address):
        replaced.carry_out(meeting, 4)
    assert later.decision()["outcome"] == PENDING
    assert new.currentBylaws() == laws


def test_attack__decision_rewrites_its_own_box(house: House, replaced: Replaced) -> None:
    first = replaced.of_new()
    withdrawal = call_of(box_of(replaced.new), "withdraw", first.number, 1)
    later = replaced.of_new(Notice(first.house, [resolution([withdrawal])])).open()
    later.all_vote(everybody(house), {1: FOR})
    later.close().wait()
    with refused("RATTargetClosed", box_of(replaced.new).address):
        later.carry_out()
