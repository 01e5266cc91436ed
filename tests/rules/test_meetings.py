import json
from collections.abc import Iterable

import pytest
from day_books import EXAMPLES, Cooperative
from hypothesis import given, settings
from hypothesis import strategies as st
from meeting_books import play

from rules.ballots import Choice, Election, Paper, Resolution, is_passed
from rules.meetings import (
    Call,
    Meeting,
    MeetingBylaws,
    MeetingRuleError,
    Notice,
)
from rules.types import Attendance, BasisPoints, MemberNumber, Outcome, Refusal, SavingsKind

FIRST, SECOND = Call(1_000, 2_000), Call(5_000, 6_000)
MEMBERS = tuple(map(MemberNumber, range(1, 11)))
ROLL = frozenset(MEMBERS)
SIMPLE, SPECIAL, WEIGHTY, BOARD = 1, 2, 3, 4
MOTIONS = (
    Resolution(BasisPoints(5_000)),
    Resolution(BasisPoints(6_667)),
    Resolution(BasisPoints(5_000), weighty=True),
    Election(2, (MemberNumber(3), MemberNumber(5), MemberNumber(8))),
)
FOR, AGAINST = 0b01, 0b10
LATE = SECOND.closes_at


def meeting(**bylaws: int) -> Meeting:
    """Ten on the roll; 8 make the first quorum, 5 the second."""
    shares = (BasisPoints(7_500), BasisPoints(5_000))
    return Meeting(Notice(7, ROLL, MOTIONS, FIRST, SECOND, MeetingBylaws(*shares, **bylaws)))


def paper(member: int, call: int = 1, choices: int = 0, **changed: int) -> tuple[Paper, bool]:
    made = {"meeting": 7, "deadline": 10_000} | changed
    return Paper(MemberNumber(member), call=call, choices=choices, **made), True


def vote(held: Meeting, members: Iterable[int], choices: int = 0, now: int = FIRST.opens_at) -> None:
    call = held.open_call(now)
    assert not any(held.cast([paper(member, call, choices) for member in members], now))


@pytest.mark.parametrize("name", ["ksp-kecil", "ksp-samosir"])
def test_meeting__examples__as_expected(name: str) -> None:
    savings = Cooperative(EXAMPLES / name).run().savings
    roll = frozenset(MemberNumber(member) for member, held in savings.items() if held[SavingsKind.POKOK])
    expected = json.loads((EXAMPLES / name / "expected" / "rat.json").read_text("utf-8"))
    assert play(EXAMPLES / name, roll).result() == expected


def test_open_call__first_quorate__no_second() -> None:
    held = meeting()
    assert [held.open_call(now) for now in (999, 1_000, 1_999, 2_000, 4_999, 5_000, 5_999, 6_000)] == [
        0, 1, 1, 0, 0, 2, 2, 0,
    ]  # fmt: skip
    vote(held, range(1, 9))
    assert held.open_call(5_000) == 0
    assert held.outcome(SIMPLE, FIRST.closes_at) == (Outcome.REJECTED, 1, FIRST.closes_at)


def test_outcome__second_call_quorate__ballots_of_the_first_count_for_nothing() -> None:
    held = meeting()
    vote(held, range(1, 8), FOR)
    assert held.outcome(SIMPLE, FIRST.closes_at) == (Outcome.PENDING, 0, 0)
    vote(held, range(1, 6), AGAINST, SECOND.opens_at)
    assert held.outcome(SIMPLE, LATE) == (Outcome.REJECTED, 2, LATE)
    assert (held.tally(1, SIMPLE), held.tally(2, SIMPLE)) == ([7, 0, 0], [0, 5, 0])


def test_outcome__neither_quorate__nothing_is_decided() -> None:
    held = meeting()
    vote(held, [1, 2], FOR | 1 << 6)
    vote(held, range(1, 5), FOR | 1 << 6, SECOND.opens_at)
    assert held.outcome(SIMPLE, LATE) == (Outcome.NO_QUORUM, 0, 0)
    assert held.elected(BOARD, LATE) == []
    assert held.tally(2, SIMPLE) == [4, 0, 0]


def test_cast__every_refusal__in_its_order() -> None:
    held = meeting()
    vote(held, [1])
    over = 0b11
    bad = [
        paper(99, 9, over, meeting=8, deadline=0),
        paper(1, 9, over, meeting=8, deadline=0),
        paper(2, 9, over, meeting=8, deadline=0),
        paper(2, 9, meeting=8, deadline=0),
        paper(2, 9, meeting=8, deadline=0),
        paper(2, 9),
        paper(2, meeting=8),
        paper(2),
        paper(2),
    ]
    signed = [(each, index > 3) for index, (each, _) in enumerate(bad)]
    assert held.cast(signed, 1_500) == [
        Refusal.NOT_ELIGIBLE, Refusal.ALREADY_VOTED, Refusal.OVERVOTE, Refusal.BAD_SIGNATURE, Refusal.EXPIRED,
        Refusal.WRONG_MEETING, Refusal.WRONG_MEETING, Refusal.NONE, Refusal.ALREADY_VOTED,
    ]  # fmt: skip
    assert held.count(1).present == 2


def test_cast__paper_of_the_first_call_in_the_second__is_of_another_meeting() -> None:
    held = meeting()
    assert held.cast([paper(1, call=1)], SECOND.opens_at) == [Refusal.WRONG_MEETING]
    assert held.attendance(2, MEMBERS[0]) is Attendance.ABSENT


def test_check_in__then_ballot__is_one_member_present() -> None:
    held = meeting()
    assert held.check_in([paper(1), paper(1)], 1_000) == [Refusal.NONE, Refusal.ALREADY_PRESENT]
    vote(held, [1])
    assert held.check_in([paper(1)], 1_000) == [Refusal.ALREADY_PRESENT]
    assert (held.count(1).present, held.count(1).ballots) == (1, 1)


def test_cast__nothing_open__is_an_error() -> None:
    with pytest.raises(MeetingRuleError):
        meeting().cast([paper(1)], FIRST.closes_at)


def test_paper_list__counts_for_what_is_not_weighty__and_opens_the_second_call_all_the_same() -> None:
    held = meeting()
    vote(held, range(1, 6), 0b010101)
    members = [*MEMBERS[3:8], MemberNumber(99)]
    assert held.enter_paper_list(members, 1_999) == [6, 7, 8]
    with pytest.raises(MeetingRuleError):
        held.enter_paper_list(members, 2_000)
    assert held.outcome(SIMPLE, 2_000)[:2] == (Outcome.PASSED, 1)
    assert held.outcome(WEIGHTY, 2_000)[0] is Outcome.PENDING
    vote(held, range(1, 6), 0b101010, SECOND.opens_at)
    assert held.outcome(SIMPLE, LATE)[:2] == (Outcome.PASSED, 1)
    assert held.outcome(WEIGHTY, LATE)[:2] == (Outcome.REJECTED, 2)
    assert held.outcome(BOARD, LATE)[:2] == (Outcome.PASSED, 2)


def test_paper_list__member_votes_later__is_counted_once() -> None:
    held = meeting()
    held.enter_paper_list(MEMBERS[:2], 1_000)
    vote(held, [1])
    assert (held.count(1).present, held.count(1).paper) == (1, 1)


def test_withdraw__before_the_first_call_only() -> None:
    held = meeting()
    held.withdraw(SPECIAL, 999)
    with pytest.raises(MeetingRuleError):
        held.withdraw(SIMPLE, 1_000)
    vote(held, MEMBERS, FOR)
    assert held.outcome(SPECIAL, LATE)[0] is Outcome.WITHDRAWN


def test_consensus__stands_unless_somebody_objects_or_votes_against() -> None:
    held = meeting()
    vote(held, range(1, 9))
    for motion in (SIMPLE, SPECIAL):
        held.declare_consensus(motion, 1_400)
    assert held.outcome(SIMPLE, 2_000)[0] is Outcome.CONSENSUS
    held.object_to(SPECIAL, MEMBERS[9], 1_999)
    with pytest.raises(MeetingRuleError):
        held.object_to(SIMPLE, MEMBERS[9], 2_000)
    vote(held, [9], AGAINST, 1_999)
    assert [held.outcome(motion, 2_000)[0] for motion in (SIMPLE, SPECIAL)] == [Outcome.REJECTED] * 2


def test_consensus__declared_again_in_the_second_call__stands_there() -> None:
    held = meeting()
    held.declare_consensus(SIMPLE, 1_400)
    held.object_to(SIMPLE, MEMBERS[9], 1_500)
    with pytest.raises(MeetingRuleError):
        held.declare_consensus(SIMPLE, 1_400)
    held.declare_consensus(SIMPLE, 5_400)
    vote(held, range(1, 6), 0, 5_500)
    assert held.outcome(SIMPLE, LATE)[:2] == (Outcome.CONSENSUS, 2)


@pytest.mark.parametrize(("motion", "now"), [(SIMPLE, 1_401), (WEIGHTY, 1_000), (BOARD, 1_000)])
def test_declare_consensus__too_late_or_weighty__is_an_error(motion: int, now: int) -> None:
    with pytest.raises(MeetingRuleError):
        meeting().declare_consensus(motion, now)


def test_proxy__holder_present__votes_once_for_who_stays_away() -> None:
    held = meeting(proxies_per_holder=1)
    held.appoint_proxy(MEMBERS[0], MEMBERS[1])
    with pytest.raises(MeetingRuleError):
        held.cast_by_proxy(MEMBERS[0], FOR, 1_000)
    vote(held, [2])
    held.cast_by_proxy(MEMBERS[0], FOR, 1_000)
    assert held.tally(1, SIMPLE) == [1, 0, 1]
    with pytest.raises(MeetingRuleError):
        held.cast_by_proxy(MEMBERS[0], FOR, 1_000)


def test_proxy__first_call_without_quorum__holds_in_the_second() -> None:
    """The holder's ballot ends nothing; the member's own check-in does."""
    held = meeting(proxies_per_holder=1)
    held.appoint_proxy(MEMBERS[0], MEMBERS[1])
    vote(held, [2])
    held.cast_by_proxy(MEMBERS[0], FOR, 1_000)
    now = SECOND.opens_at
    held.check_in([paper(2, call=2)], now)
    held.cast_by_proxy(MEMBERS[0], FOR, now)
    assert held.tally(2, SIMPLE) == [1, 0, 0]
    other = meeting(proxies_per_holder=1)
    other.appoint_proxy(MEMBERS[0], MEMBERS[1])
    vote(other, [2])
    other.cast_by_proxy(MEMBERS[0], FOR, 1_000)
    assert other.check_in([paper(1, call=2), paper(2, call=2)], now) == [Refusal.NONE] * 2
    with pytest.raises(MeetingRuleError):
        other.cast_by_proxy(MEMBERS[0], FOR, now)


@pytest.mark.parametrize(
    ("member", "holder"), [(1, 3), (3, 2), (2, 4), (5, 1), (6, 6), (6, 99), (99, 6), (7, 8)]
)
def test_appoint_proxy__second_hop_above_the_cap_or_not_on_the_roll__is_an_error(
    member: int, holder: int
) -> None:
    held = meeting(proxies_per_holder=1)
    held.appoint_proxy(MEMBERS[0], MEMBERS[1])
    held.check_in([paper(7)], 1_000)
    with pytest.raises(MeetingRuleError):
        held.appoint_proxy(MemberNumber(member), MemberNumber(holder))


def test_proxy__member_comes__ends_it() -> None:
    held = meeting(proxies_per_holder=2)
    held.appoint_proxy(MEMBERS[0], MEMBERS[1])
    assert held.check_in([paper(1), paper(2)], 1_000) == [Refusal.NONE] * 2
    with pytest.raises(MeetingRuleError):
        held.cast_by_proxy(MEMBERS[0], FOR, 1_000)


def test_ranking__election_decided__ties_by_the_list() -> None:
    held = meeting()
    vote(held, range(1, 5), 0b101 << 6)
    vote(held, range(5, 9), 0b010 << 6)
    assert held.ranking(BOARD, LATE) == [0, 1, 2]
    assert held.elected(BOARD, LATE) == [3, 5]
    with pytest.raises(MeetingRuleError):
        held.ranking(SIMPLE, LATE)


boxes_of_papers = st.one_of(st.integers(0, 0b1_1111_1111), st.sampled_from([FOR, AGAINST, 1 << 9, 0]))
Arrival = tuple[int, int, bool, bool]
arrivals = st.lists(st.tuples(st.integers(0, 12), boxes_of_papers, st.booleans(), st.booleans()), max_size=60)


@settings(max_examples=200)
@given(arrivals, arrivals)
def test_meeting__any_arrivals__the_invariants_hold(first: list[Arrival], second: list[Arrival]) -> None:
    """Tallies add up to accepted ballots, nobody counts twice or without the roll, decided stays decided."""
    held = meeting()
    decided = {}
    for call, times, arrived in ((1, FIRST, first), (2, SECOND, second)):
        if held.open_call(times.opens_at) != call:
            break
        voters = set()
        for member, choices, signed, checks_in in arrived:
            made = (paper(member, call, choices)[0], signed)
            if checks_in:
                held.check_in([made], times.opens_at)
            elif held.cast([made], times.opens_at) == [Refusal.NONE]:
                assert member in ROLL
                assert member not in voters
                voters.add(member)
        count = held.count(call)
        assert count.ballots == len(voters) <= count.present <= len(ROLL)
        for motion in (SIMPLE, SPECIAL, WEIGHTY):
            assert sum(held.tally(call, motion)) == count.ballots
        assert sum(held.tally(call, BOARD)) <= 2 * count.ballots
        if call == 1:
            decided = {motion: held.outcome(motion, FIRST.closes_at) for motion in range(1, 5)}
    for motion in (SIMPLE, SPECIAL, WEIGHTY):
        outcome, call, _ = held.outcome(motion, LATE)
        assert decided[motion][0] in (Outcome.PENDING, outcome)
        if outcome is Outcome.NO_QUORUM:
            assert held.count(1).present < 8
            assert held.count(2).present < 5
        else:
            tally = held.tally(call, motion)
            majority = MOTIONS[motion - 1].majority_bps  # type: ignore[union-attr]
            assert (outcome is Outcome.PASSED) == is_passed(
                tally[Choice.FOR], tally[Choice.AGAINST], majority
            )
    votes = held.tally(held.outcome(BOARD, LATE)[1] or 2, BOARD)
    winners = held.elected(BOARD, LATE)
    assert all(votes[MOTIONS[3].candidates.index(winner)] for winner in winners)  # type: ignore[union-attr]
