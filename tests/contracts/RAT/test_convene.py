"""What a notice must be, who may give and withdraw it; by-laws; minutes. Each departs from a good notice."""

from typing import Any

import pytest
from eth_abi import encode
from eth_utils import keccak

from tests.contracts.actors import (
    BENDAHARA,
    DAY,
    KETUA,
    PENGAWAS,
    TELLER,
    House,
    account_at,
    action,
    now,
    person,
    refused,
    travel,
)
from tests.contracts.meeting_orders import DOCUMENT, set_bylaws
from tests.contracts.meetings import (
    FOR,
    LIST_ORDER,
    NO_QUORUM,
    TAHUNAN,
    WITHDRAWN,
    Notice,
    call_of,
    convene,
    everybody,
    office_account,
    resolution,
)
from tests.contracts.MemberRegistry.orders import leave


def send(house: House, word: Any) -> Any:
    """What was done before is seconds ago."""
    travel(2)
    return house.RAT.convene(word, {"from": house.ketua.account})


def with_times(notice: Notice, first: tuple[int, int], second: tuple[int, int]) -> tuple[Any, ...]:
    return (*notice.word[:4], first, second, notice.motions)


@pytest.mark.parametrize("officer", ["ketua", "sekretaris", "pengawas"])
def test_convene__officer__roll_and_bylaws_frozen(house: House, officer: str) -> None:
    notice = Notice(house, [resolution(), resolution(majority_bps=7_500)], kind=TAHUNAN, book_year=2025)
    meeting = convene(house, notice, house.officers[officer])
    told = meeting.convened.events["MeetingConvened"]
    assert (told["meeting"], told["roll"], told["bookYear"]) == (1, 17, 2025)
    assert told["convener"] == house.officers[officer].signer
    assert bytes(told["noticeHash"]) == notice.hash
    kept = house.RAT.meetingOf(1).dict()
    assert kept["convener"] == house.officers[officer].number
    assert (kept["motions"], kept["resolutions"], kept["boxes"]) == (2, 2, 4)
    assert house.RAT.bylawsOf(1) == house.RAT.currentBylaws()
    assert [house.BallotBox.quorumOf(1, call) for call in (1, 2)] == [13, 9]


@pytest.mark.parametrize("who", ["bendahara", "teller", "registrar", "alice"])
def test_convene__nobody_who_may__refused(house: House, who: str) -> None:
    account = getattr(house, who).account
    with refused("RATNotConvener", account.address):
        house.RAT.convene(Notice(house).word, {"from": account})


def test_convene__ketua_whose_term_lapsed__can__one_that_was_ended_cannot(house: House) -> None:
    travel(541 * DAY)
    assert not house.holds(KETUA, house.ketua.signer)
    assert convene(house, Notice(house)).number == 1
    house.Authority.revokeOffice(KETUA, house.ketua.signer, {"from": house.admin})
    with refused("RATNotConvener", house.ketua.signer):
        send(house, Notice(house).word)


def test_convene__times__bounds(house: House) -> None:
    notice = Notice(house, opens_at=now() + 20 * DAY)
    (opens, closes), second = notice.first, notice.second
    week, latest, month = opens + 7 * DAY, opens + 30 * DAY, 31 * DAY
    for first, other, bad in (
        ((now() + 13 * DAY, now() + 14 * DAY), second, None),
        ((now() + 181 * DAY, now() + 182 * DAY), second, None),
        ((opens, opens), second, (opens, opens + 1, opens + month)),
        ((opens, opens + month + 1), second, (opens + month + 1, opens + 1, opens + month)),
        ((opens, closes), (week - 1, week + DAY), (week - 1, week, latest)),
        ((opens, closes), (latest + 1, latest + DAY), (latest + 1, week, latest)),
        ((opens, week + DAY), (week + DAY - 1, latest), (week + DAY - 1, week + DAY, latest)),
        ((opens, closes), (second[0], second[0]), (second[0], second[0] + 1, second[0] + month)),
    ):  # fmt: skip
        with refused("RATTimeInvalid", *(bad or ())):
            send(house, with_times(notice, first, other))
    assert send(house, with_times(notice, (opens, week), (week, week + DAY)))


def test_convene__too_few_members__refused(house: House) -> None:
    for member in everybody(house)[8:]:
        leave(house, member)
    travel(2)
    with refused("RATTooFewMembers", 8, 9):
        send(house, Notice(house).word)


def test_convene__annual_without_book_year_or_other_with__refused(house: House) -> None:
    for kind, year in ((TAHUNAN, 0), (1, 2025)):
        with refused("RATMotionInvalid", 0):
            send(house, Notice(house, kind=kind, book_year=year).word)


def test_convene__motions_that_cannot_be_put__refused(house: House) -> None:
    election = Notice(house).election([house.alice])
    empty: list[Any] = []
    with refused("RATMotionInvalid", 0):
        send(house, Notice(house, empty).word)
    with refused("RATMotionInvalid", 39):
        send(house, Notice(house, [resolution()] * 39).word)
    with refused("RATMotionInvalid", 33):
        send(house, Notice(house, [resolution()] * 33).word)
    with refused("RATMotionInvalid", 2):
        send(house, Notice(house, [resolution(), (*resolution()[:5], election[5])]).word)
    assert convene(house, Notice(house, [resolution()] * 32)).number == 1


def test_convene__majority__simple_at_least_and_special_for_what_weighs(house: House) -> None:
    clerk = person("clerk", 60, "office")
    weighty = (
        call_of(house.Authority, "grantOffice", TELLER, clerk.signer, 60, now() + DAY),
        call_of(house.RAT, "setBylaws", house.RAT.currentBylaws()),
        call_of(house.Treasury, "setWriter", house.TellerDesk, 0, 0),
        call_of(house.MemberRegistry, "suspend", 101),
        call_of(house.MemberRegistry, "reinstate", 101),
    )
    light = call_of(house.Treasury, "setTellerLimit", 5)
    for majority in (4_999, 10_001):
        with refused("RATMajorityTooLow", 1, majority, 5_000):
            send(house, Notice(house, [resolution(majority_bps=majority)]).word)
    for act in weighty:
        with refused("RATMajorityTooLow", 2, 6_666, 6_667):
            send(house, Notice(house, [resolution(), resolution([light, act], 6_666)]).word)
    assert convene(house, Notice(house, [resolution([light]), resolution(weighty, 6_667)])).number == 1


def bad_elections(notice: Notice) -> dict[str, tuple[Any, ...]]:
    alice = notice.house.alice
    good = notice.election([alice])
    offices, term, tie, _, outgoing = good[5]
    return {
        "with a majority": (1, 5_000, *good[2:]),
        "with actions": (*good[:4], [(alice.signer, b"")], good[5]),
        "no seat": notice.election([alice], ()),
        "an office that is appointed": notice.election([alice], (TELLER,)),
        "no office at all": notice.election([alice], (0,)),
        "no candidate": (*good[:5], (offices, term, tie, [], outgoing)),
        "too short": notice.election([alice], term_days=180),
        "beyond five years": notice.election([alice], term_days=1_827),
        "too many seats": notice.election([alice], (PENGAWAS,) * 65),
    }


def test_convene__election_that_cannot_be__refused(house: House) -> None:
    names = bad_elections(Notice(house))
    for name in names:
        notice = Notice(house)
        notice.motions = [resolution(), bad_elections(notice)[name]]
        with refused("RATMotionInvalid", 2):
            send(house, notice.word)
    for days in (181, 1_826):
        notice = Notice(house)
        notice.motions = [notice.election([house.alice], term_days=days)]
        assert convene(house, notice).convened.events["MotionPut"]["motion"] == 1


def test_convene__more_than_six_elections__refused(house: House) -> None:
    notice = Notice(house)
    notice.motions = [notice.election([member]) for member in everybody(house)[5:12]]
    with refused("RATMotionInvalid", 7):
        send(house, notice.word)


def test_convene__candidate_who_cannot_stand__refused(house: House) -> None:
    alice, budi, citra = house.alice, house.budi, house.citra
    own = office_account(alice).signer
    stranger = person("nobody", 999)

    def refuse(number: int, *elections: Any) -> None:
        notice = Notice(house)
        notice.motions = [notice.election(*each[0], **each[1]) for each in elections]
        with refused("RATCandidateInvalid", len(elections), number):
            send(house, notice.word)

    for account in ("0x" + "0" * 40, house.RAT.address, house.Authority.address, house.ketua.signer):
        refuse(alice.number, (([alice],), {"accounts": [account]}))
    refuse(stranger.number, (([stranger],), {}))
    refuse(alice.number, (([budi, alice],), {}))
    refuse(alice.number, (([alice, alice],), {}))
    refuse(alice.number, (([alice, budi, alice],), {"tie_rule": LIST_ORDER}))
    refuse(budi.number, (([alice, budi],), {"accounts": [own, own]}))
    refuse(alice.number, (([alice, citra],), {}), (([alice],), {}))
    refuse(budi.number, (([alice],), {}), (([budi],), {"accounts": [own]}))


def test_convene__candidate_who_left_or_was_suspended__refused(house: House) -> None:
    house.MemberRegistry.suspend(house.alice.number, {"from": house.admin})
    leave(house, house.budi)
    travel(2)
    for member in (house.alice, house.budi):
        notice = Notice(house)
        notice.motions = [notice.election([member])]
        with refused("RATCandidateInvalid", 1, member.number):
            send(house, notice.word)


def test_convene__consent_of_something_else__refused(house: House) -> None:
    """Of another notice, other offices, another term, another account, another signer, or out of time."""
    alice = house.alice
    told = Notice(house)
    good = told.election([alice])
    offices, term, tie, candidates, outgoing = good[5]
    number, account, deadline, consent = candidates[0]

    def standing(candidate: Any, offices: Any = offices, term: int = term) -> Any:
        return (*good[:5], (offices, term, tie, [candidate], outgoing))

    other = Notice(house, opens_at=told.opens_at).election([alice])[5][3][0]
    forged = told.election([person("forger", alice.number, "forger")])[5][3][0]
    past = now() - 1
    election = keccak(
        encode(
            ["bytes32", "bytes32", "(uint40,uint40)", "uint64[]", "uint16"],
            [told.documents, told.salt, told.first, offices, term],
        )
    )
    late = (number, account, past, told.consent(alice, election, account, past))
    for bad in (
        standing(other),
        standing((number, forged[1], deadline, forged[3])),
        standing(late),
        standing((number, house.joko.signer, deadline, consent)),
        standing((number, account, deadline - 1, consent)),
        standing(candidates[0], [BENDAHARA]),
        standing(candidates[0], term=term + 1),
    ):
        told.motions = [bad]
        with refused("RATConsentInvalid", 1, alice.number):
            send(house, told.word)
    told.motions = [good]
    assert convene(house, told).number == 1


def test_withdraw_motion__by_its_convener__leaves_a_trace_and_decides_nothing(house: House) -> None:
    meeting = convene(house, Notice(house, [resolution(), resolution()]), house.sekretaris)
    with refused("RATNotConvener", house.ketua.signer):
        house.RAT.withdrawMotion(1, 1, {"from": house.ketua.account})
    by = {"from": house.sekretaris.account}
    with refused("BoxUnknownMotion", 1, 3):
        house.RAT.withdrawMotion(1, 3, by)
    with refused("RATUnknownMeeting", 2):
        house.RAT.withdrawMotion(2, 1, by)
    tx = house.RAT.withdrawMotion(1, 1, by)
    assert tx.events["MotionWithdrawn"] == {"meeting": 1, "motion": 1, "by": house.sekretaris.signer}
    with refused("BoxMotionWithdrawn", 1, 1):
        house.RAT.withdrawMotion(1, 1, by)
    meeting.open()
    with refused("BoxTooLate", meeting.notice.first[0]):
        house.RAT.withdrawMotion(1, 2, by)
    meeting.all_vote(everybody(house), {1: FOR, 2: FOR})
    meeting.close().wait()
    assert meeting.decision(1)["outcome"] == WITHDRAWN
    with refused("RATNotDecided", 1, 1, WITHDRAWN):
        meeting.carry_out(1)
    meeting.carry_out(2)


def test_views__unknown__refused(house: House) -> None:
    convene(house, Notice(house))
    for view in (house.RAT.bylawsOf, house.RAT.meetingOf, house.RAT.contentsHashOf):
        with refused("RATUnknownMeeting", 2):
            view(2)


def test_bylaws__only_by_a_decision_and_within_bounds(house: House) -> None:
    laws = list(house.RAT.currentBylaws())
    with refused("RATOnlySelf", house.ketua.signer):
        house.RAT.setBylaws(laws, {"from": house.ketua.account})
    sender = {"from": account_at(house.RAT.address)}
    bad = (
        (0, 13), (0, 91), (1, 10_001), (1, 4_999), (2, 0), (2, 7_501), (3, 0), (3, 31), (4, 6), (4, 91),
        (5, 4_999), (5, 10_001), (6, 0), (6, 5_001), (7, 8), (8, 30 * DAY + 1), (9, 599), (9, 7 * DAY + 1),
    )  # fmt: skip
    for place, value in bad:
        with refused("RATBylawsInvalid"):
            house.RAT.setBylaws([*laws[:place], value, *laws[place + 1 :]], sender)
    laws[0] = 90
    assert house.RAT.setBylaws(laws, sender).events["BylawsChanged"]["bylaws"][0] == 90


def test_bylaws__changed_after_the_notice__change_nothing_for_that_meeting(house: House) -> None:
    meeting = convene(house, Notice(house))
    before = house.RAT.bylawsOf(1)
    set_bylaws(house, first_quorum_bps=100, second_quorum_bps=1, proxies_per_holder=3, decision_delay_hours=0)
    assert house.RAT.bylawsOf(1) == before
    assert house.RAT.currentBylaws() != before
    assert [house.BallotBox.quorumOf(1, call) for call in (1, 2)] == [13, 9]
    assert convene(house, Notice(house)).number == 2
    assert [house.BallotBox.quorumOf(2, call) for call in (1, 2)] == [1, 1]
    meeting.close(2)
    assert meeting.decision()["outcome"] == NO_QUORUM


def minutes(house: House, meeting: int, maker: str = "ketua", checker: str = "sekretaris") -> Any:
    act = action("minutes", ["uint32", "bytes32"], [meeting, DOCUMENT])
    signed = house.countersign(house.officers[checker], house.RAT, act)
    return house.RAT.recordMinutes(meeting, DOCUMENT, signed, {"from": house.officers[maker].account})


def test_minutes__after_the_last_call__by_chair_and_secretary(house: House) -> None:
    meeting = convene(house, Notice(house)).open()
    closes = meeting.notice.second[1]
    with refused("RATMinutesTooEarly", closes):
        minutes(house, 1)
    meeting.all_vote(everybody(house)[:13], {1: FOR})
    with refused("RATMinutesTooEarly", closes):
        minutes(house, 1)
    meeting.close()
    for pair in (("sekretaris", "ketua"), ("ketua", "bendahara"), ("teller", "sekretaris")):
        with refused("AuthorityNotHeld"):
            minutes(house, 1, *pair)
    with refused("BoxUnknownMeeting", 2):
        minutes(house, 2)
    told = minutes(house, 1).events["MinutesRecorded"]
    assert (told["chair"], told["secretary"]) == (house.ketua.number, house.sekretaris.number)
    assert bytes(told["document"]) == DOCUMENT
    with refused("AuthorityActionSpent"):
        minutes(house, 1)
