"""Papers, check-ins, the paper list, consensus and objections: each refusal from the happy case."""

from typing import Any

from rules.ballots import pack_papers
from tests.contracts.actors import House, account_at, now, person, refused, travel
from tests.contracts.meeting_orders import (
    cast_by_proxy,
    counted,
    declare_consensus,
    enter_paper_list,
    object_to,
    refusals,
    set_bylaws,
)
from tests.contracts.meetings import (
    ABSENT,
    AGAINST,
    ALREADY_PRESENT,
    ALREADY_VOTED,
    BAD_SIGNATURE,
    CONSENSUS,
    EXPIRED,
    FOR,
    HOURS,
    NO_QUORUM,
    NOT_ELIGIBLE,
    ON_PAPER,
    OVERVOTE,
    PASSED,
    PENDING,
    PRESENT,
    REJECTED,
    VOTED,
    WRONG_MEETING,
    Held,
    Notice,
    call_of,
    convene,
    everybody,
    relay,
    resolution,
)


def opened(house: House, *motions: Any) -> Held:
    return convene(house, Notice(house, list(motions) or [resolution()])).open()


def test_open_and_withdraw__not_the_rat__refused(house: House) -> None:
    meeting = convene(house, Notice(house))
    box, calls = house.BallotBox, (meeting.notice.first, meeting.notice.second)
    for sender in (house.ketua.account, house.deployer):
        with refused("BoxNotRAT", sender.address):
            box.open(2, (now(), 1, 1, 1, 600, 0), [1 << 27], *calls, {"from": sender})
        with refused("BoxNotRAT", sender.address):
            box.withdraw(1, 1, {"from": sender})


def test_papers__outside_of_calls__refused(house: House) -> None:
    meeting = convene(house, Notice(house))
    alice, box = {"from": house.alice.account}, house.BallotBox
    number = house.alice.number

    def nothing_is_open() -> None:
        for send in (
            lambda: meeting.cast([meeting.ballot(house.alice, 1)]),
            lambda: meeting.check_in([house.alice]),
            lambda: box.castOwn(1, number, 1, alice),
            lambda: box.checkInOwn(1, number, alice),
            lambda: enter_paper_list(meeting, [house.alice]),
            lambda: declare_consensus(meeting),
            lambda: cast_by_proxy(meeting, house.alice, house.budi),
        ):
            with refused("BoxNoOpenCall", 1):
                send()

    nothing_is_open()
    travel(meeting.notice.first[0] - now() - 3)
    nothing_is_open()
    meeting.open().all_vote(everybody(house)[:13], {1: FOR})
    meeting.close()
    nothing_is_open()
    meeting.open(2)
    nothing_is_open()


def test_second_call__exists_by_itself__if_the_first_had_no_quorum(house: House) -> None:
    """Nobody acts between the calls; no paper of the first counts in the second, signed or counted."""
    meeting = opened(house)
    meeting.all_vote(everybody(house)[:12], {1: FOR})
    meeting.close()
    assert meeting.decision()["outcome"] == PENDING
    meeting.open(2)
    assert counted(meeting, 2) == (0, 0, 0)
    tx = meeting.cast([meeting.ballot(house.lestari, {1: FOR}, call=1)])
    assert refusals(tx) == {0: WRONG_MEETING}
    meeting.all_vote(everybody(house)[:9], {1: AGAINST}, call=2)
    meeting.close(2)
    decision = meeting.decision()
    assert (decision["outcome"], decision["call"], decision["votes"]) == (REJECTED, 2, [0, 9, 0])


def test_unknown_meeting_or_motion__refused(house: House) -> None:
    meeting = opened(house)
    box, unknown = house.BallotBox, Held(house, 7, meeting.notice, None)
    for send in (
        lambda: unknown.cast([]),
        lambda: box.callOf(7, 1),
        lambda: box.quorumOf(7, 1),
        lambda: box.decisionOf(7, 1),
        lambda: box.tallyOf(7, 1, 1),
        lambda: box.lastCloseOf(7),
        lambda: declare_consensus(unknown),
        lambda: object_to(unknown, house.alice),
    ):
        with refused("BoxUnknownMeeting", 7):
            send()
    for motion in (0, 2, 255):
        for view in (lambda n: box.decisionOf(1, n), lambda n: box.tallyOf(1, 1, n)):
            with refused("BoxUnknownMotion", 1, motion):
                view(motion)
    with refused("BoxUnknownMotion", 1, 2):
        declare_consensus(meeting, 2)


def test_cast__malformed_record__reverts_the_batch(house: House) -> None:
    meeting = opened(house)
    good = meeting.ballot(house.alice, {1: FOR}).packed()
    too_wide = good[:14] + b"\x21" + b"\0" * 33 + good[15:]
    for bad, offset in (
        (good[:-1], 0),
        (good + good[:1], len(good)),
        (good + good[:16], len(good)),
        (good + b"\0" * 14, len(good)),
        (too_wide, 0),
    ):
        for send in (house.BallotBox.cast, house.BallotBox.checkIn):
            with refused("PaperMalformed", offset):
                send(1, bad, {"from": relay()})
    assert counted(meeting) == (0, 0, 0)
    house.BallotBox.cast(1, good, {"from": relay()})
    assert counted(meeting) == (1, 1, 0)


def test_cast_own__refused_where_a_batch_would_skip(house: House) -> None:
    house.MemberRegistry.suspend(house.budi.number, {"from": house.admin})
    opened(house)
    box = house.BallotBox

    def own(member: Any, choices: int = 1, sender: Any = None) -> Any:
        return box.castOwn(1, member.number, choices, {"from": (sender or member).account})

    with refused("BoxNotSigner", house.alice.number, house.dewi.signer):
        own(house.alice, sender=house.dewi)
    with refused("BoxNotSigner", house.citra.number, house.dewi.signer):
        own(house.citra, sender=house.dewi)
    with refused("BoxNotSigner", house.citra.number, house.citra.signer):
        box.castOwn(1, house.citra.number, 1, {"from": account_at(house.citra.signer)})
    with refused("BoxPaperRefused", house.budi.number, NOT_ELIGIBLE):
        own(house.budi)
    for over in (3, 4, 1 << 255):
        with refused("BoxPaperRefused", house.alice.number, OVERVOTE):
            own(house.alice, over)
    tx = own(house.alice)
    assert bytes(tx.events["BallotsCast"]["cast"]) == house.alice.number.to_bytes(4) + (1).to_bytes(32)
    with refused("BoxPaperRefused", house.alice.number, ALREADY_VOTED):
        own(house.alice, 2)
    assert box.attendanceOf(1, 1, house.alice.number) == VOTED


def test_check_in_own__once_by_the_signer_of_a_member_on_the_roll(house: House) -> None:
    house.MemberRegistry.suspend(house.budi.number, {"from": house.admin})
    meeting = opened(house)
    box, number = house.BallotBox, house.alice.number
    with refused("BoxNotSigner", number, house.dewi.signer):
        box.checkInOwn(1, number, {"from": house.dewi.account})
    with refused("BoxPaperRefused", house.budi.number, NOT_ELIGIBLE):
        box.checkInOwn(1, house.budi.number, {"from": house.budi.account})
    box.checkInOwn(1, number, {"from": house.alice.account})
    assert box.attendanceOf(1, 1, number) == PRESENT
    with refused("BoxPaperRefused", number, ALREADY_PRESENT):
        box.checkInOwn(1, number, {"from": house.alice.account})
    box.castOwn(1, number, 1, {"from": house.alice.account})
    assert counted(meeting) == (1, 1, 0)


def test_check_in__bad_ones_skipped__first_reason_first(house: House) -> None:
    meeting = opened(house)
    stranger = person("nobody", 999)
    papers = [
        meeting.check_in_paper(house.alice),
        meeting.check_in_paper(stranger, deadline=1),
        meeting.check_in_paper(house.alice, call=2, deadline=1),
        meeting.check_in_paper(person("forger", house.budi.number, "forger"), deadline=1),
        meeting.check_in_paper(house.budi, call=2, deadline=1),
        meeting.check_in_paper(house.budi, call=2),
    ]
    tx = house.BallotBox.checkIn(1, pack_papers(papers), {"from": relay()})
    assert refusals(tx, "CheckInRefused") == {
        1: NOT_ELIGIBLE,
        2: ALREADY_PRESENT,
        3: BAD_SIGNATURE,
        4: EXPIRED,
        5: WRONG_MEETING,
    }
    assert counted(meeting) == (1, 0, 0)
    assert house.BallotBox.attendanceOf(1, 1, house.budi.number) == ABSENT


def weighty(house: House) -> Any:
    return resolution([call_of(house.RAT, "setBylaws", house.RAT.currentBylaws())], 6_667)


def test_paper_list__counts_for_ordinary_motions_only(house: House) -> None:
    meeting = opened(house, resolution(), weighty(house))
    members = everybody(house)
    meeting.all_vote(members[:9], {1: FOR, 2: FOR})
    told = enter_paper_list(meeting, members[9:14]).events["PaperListEntered"]
    assert bytes(told["members"]) == b"".join(member.number.to_bytes(4) for member in members[9:14])
    assert counted(meeting) == (9, 9, 5)
    meeting.close()
    assert (meeting.decision(1)["outcome"], meeting.decision(1)["call"]) == (PASSED, 1)
    assert meeting.decision(2)["outcome"] == PENDING
    meeting.close(2)
    assert meeting.decision(2)["outcome"] == NO_QUORUM
    assert meeting.decision(1)["outcome"] == PASSED


def test_paper_list__nobody_twice__and_digital_presence_takes_its_place(house: House) -> None:
    meeting = opened(house)
    alice, budi, dewi, eko = house.alice, house.budi, house.dewi, house.eko
    meeting.check_in([alice])
    meeting.cast([meeting.ballot(budi, {1: FOR})])
    stranger = person("nobody", 999)
    enter_paper_list(meeting, [alice, budi, dewi, dewi, eko, stranger])
    assert counted(meeting) == (2, 1, 2)
    meeting.check_in([dewi])
    meeting.cast([meeting.ballot(eko, {1: FOR})])
    assert counted(meeting) == (4, 2, 0)
    states = [house.BallotBox.attendanceOf(1, 1, each.number) for each in (alice, budi, dewi, eko)]
    assert states == [PRESENT, VOTED, PRESENT, VOTED]
    enter_paper_list(meeting, [dewi, house.fitri])
    assert counted(meeting) == (4, 2, 1)
    assert house.BallotBox.attendanceOf(1, 1, house.fitri.number) == ON_PAPER


def test_consensus__declared_by_the_chair_alone__while_there_is_time(house: House) -> None:
    meeting = opened(house, resolution(), weighty(house), resolution())
    for who in (house.sekretaris, house.pengawas, house.alice):
        with refused("BoxNotChair", who.signer):
            house.BallotBox.declareConsensus(1, 1, {"from": who.account})
    with refused("BoxConsensusInvalid", 1, 2):
        declare_consensus(meeting, 2)
    told = declare_consensus(meeting, 1).events["ConsensusDeclared"]
    assert told["objectionsUntil"] - now() == HOURS
    with refused("BoxConsensusInvalid", 1, 1):
        declare_consensus(meeting, 1)
    travel(meeting.notice.first[1] - HOURS - now() + 1)
    with refused("BoxConsensusInvalid", 1, 3):
        declare_consensus(meeting, 3)


def test_consensus__withdrawn_motion__refused(house: House) -> None:
    meeting = convene(house, Notice(house))
    house.RAT.withdrawMotion(1, 1, {"from": house.ketua.account})
    meeting.open()
    with refused("BoxConsensusInvalid", 1, 1):
        declare_consensus(meeting)


def test_consensus__stands_without_objection_and_with_quorum(house: House) -> None:
    meeting = opened(house, resolution(), resolution(), resolution(), resolution(majority_bps=10_000))
    for motion in (1, 2, 3):
        declare_consensus(meeting, motion)
    object_to(meeting, house.alice, 2)
    members = everybody(house)
    meeting.check_in(members[:11])
    meeting.cast([meeting.ballot(members[11], {2: FOR, 3: FOR}), meeting.ballot(members[12], {3: AGAINST})])
    meeting.close()
    outcomes = [meeting.decision(motion)["outcome"] for motion in (1, 2, 3, 4)]
    assert outcomes == [CONSENSUS, PASSED, REJECTED, REJECTED]


def test_consensus__no_quorum__is_none(house: House) -> None:
    meeting = opened(house)
    declare_consensus(meeting)
    meeting.check_in(everybody(house)[:12])
    meeting.close(2)
    assert meeting.decision()["outcome"] == NO_QUORUM


def test_objection__by_a_member_on_the_roll_in_time(house: House) -> None:
    house.MemberRegistry.suspend(house.budi.number, {"from": house.admin})
    meeting = opened(house)
    with refused("BoxTooLate", 0):
        object_to(meeting, house.alice)
    until = declare_consensus(meeting).events["ConsensusDeclared"]["objectionsUntil"]
    expired = now() - 1
    with refused("BoxOrderExpired", expired):
        object_to(meeting, house.alice, deadline=expired)
    with refused("BoxOrderInvalid"):
        object_to(meeting, house.alice, signer=house.dewi)
    with refused("BoxPaperRefused", house.budi.number, NOT_ELIGIBLE):
        object_to(meeting, house.budi)
    told = object_to(meeting, house.citra).events["ObjectionRaised"]
    assert (told["motion"], told["member"]) == (1, house.citra.number)
    travel(until - now())
    with refused("BoxTooLate", until):
        object_to(meeting, house.alice)
    meeting.check_in(everybody(house)[:6] + everybody(house)[7:14])
    meeting.close()
    assert meeting.decision()["outcome"] == REJECTED


def test_bylaws__objection_period_changed_later__that_of_the_notice_counts(house: House) -> None:
    meeting = convene(house, Notice(house))
    set_bylaws(house, objection_minutes=10)
    meeting.open()
    told = declare_consensus(meeting)
    assert told.events["ConsensusDeclared"]["objectionsUntil"] == told.timestamp + HOURS
