"""carryOut: what refuses it, and what elections install: seats, terms, one office a person."""

from typing import Any

import pytest

from tests.contracts.actors import (
    BENDAHARA,
    DAY,
    KETUA,
    PENGAWAS,
    SEKRETARIS,
    TELLER,
    House,
    account_at,
    now,
    person,
    refused,
    travel,
)
from tests.contracts.meetings import (
    AGAINST,
    FOR,
    NO_QUORUM,
    PENDING,
    REJECTED,
    Held,
    Notice,
    call_of,
    convene,
    everybody,
    office_account,
    relay,
    resolution,
)
from tests.contracts.MemberRegistry.orders import leave

LIMIT, OTHER_LIMIT = 7_000_000, 8_000_000


def limit(house: House, rupiah: int = LIMIT) -> tuple[str, bytes]:
    return call_of(house.Treasury, "setTellerLimit", rupiah)


def grant(house: House, until: int) -> tuple[str, bytes]:
    """Refused by Authority if the term is over or too long."""
    return call_of(house.Authority, "grantOffice", TELLER, person("clerk", 60, "office").signer, 60, until)


def decided(house: House, *motions: Any) -> Held:
    """Everybody is for every resolution; the meeting is over and its decisions can be carried out."""
    meeting = convene(house, Notice(house, list(motions))).open()
    meeting.all_vote(everybody(house), dict.fromkeys(range(1, len(motions) + 1), FOR))
    return meeting.close().wait()


def test_carry_out__not_decided__refused_with_the_outcome(house: House) -> None:
    meeting = convene(house, Notice(house, [resolution([limit(house)])]))
    with refused("RATNotDecided", 1, 1, PENDING):
        meeting.carry_out()
    meeting.open().all_vote(everybody(house)[:8], {1: FOR})
    meeting.open(2).all_vote(everybody(house)[:8], {1: FOR}, call=2)
    with refused("RATNotDecided", 1, 1, PENDING):
        meeting.carry_out()
    meeting.close(2).wait()
    with refused("RATNotDecided", 1, 1, NO_QUORUM):
        meeting.carry_out()


def test_carry_out__rejected__refused(house: House) -> None:
    meeting = convene(house, Notice(house, [resolution([limit(house)])])).open()
    meeting.all_vote(everybody(house)[:8], {1: FOR})
    meeting.all_vote(everybody(house)[8:16], {1: AGAINST})
    meeting.close().wait()
    with refused("RATNotDecided", 1, 1, REJECTED):
        meeting.carry_out()


def test_carry_out__before_the_delay__refused(house: House) -> None:
    meeting = convene(house, Notice(house, [resolution([limit(house)])])).open()
    meeting.all_vote(everybody(house), {1: FOR})
    meeting.close()
    starts = meeting.notice.first[1] + 72 * 3_600
    with refused("RATNotYet", starts):
        meeting.carry_out()
    travel(starts - now() - 1)
    travel(1)
    meeting.carry_out()
    assert house.Treasury.tellerLimit() == LIMIT


def test_carry_out__after_180_days__refused(house: House) -> None:
    meeting = decided(house, resolution([limit(house)]))
    latest = meeting.notice.first[1] + 180 * DAY
    travel(latest - now() + 1)
    with refused("RATTooLate", latest):
        meeting.carry_out()


def test_carry_out__one_action_fails__nothing_happened_and_it_can_come_again(house: House) -> None:
    """The grant fails until its term is at most five years away."""
    until = now() + 1_826 * DAY + 40 * DAY
    meeting = decided(house, resolution([limit(house), grant(house, until)], 6_667))
    before = house.Treasury.tellerLimit()
    with refused("RATActionFailed"):
        meeting.carry_out()
    assert house.Treasury.tellerLimit() == before != LIMIT
    assert not house.RAT.isCarriedOut(house.RAT, 1, 1)
    travel(30 * DAY)
    meeting.carry_out()
    assert house.Treasury.tellerLimit() == LIMIT
    assert house.holds(TELLER, person("clerk", 60, "office").signer)


def test_carry_out__target_without_code__refused(house: House) -> None:
    meeting = decided(house, resolution([limit(house), (house.alice.signer, b"")]))
    with refused("RATActionFailed", 1, b""):
        meeting.carry_out()
    assert not house.RAT.isCarriedOut(house.RAT, 1, 1)


def test_carry_out__two_motions__are_independent(house: House) -> None:
    meeting = decided(house, resolution([(house.alice.signer, b"")]), resolution([limit(house, OTHER_LIMIT)]))
    with refused("RATActionFailed"):
        meeting.carry_out(1)
    meeting.carry_out(2)
    assert house.Treasury.tellerLimit() == OTHER_LIMIT
    assert [house.RAT.isCarriedOut(house.RAT, 1, motion) for motion in (1, 2)] == [False, True]


def test_carry_out__unknown__refused(house: House) -> None:
    meeting = decided(house, resolution([limit(house)]))
    with refused("BoxUnknownMotion", 1, 2):
        meeting.carry_out(2, meeting.notice.motions[0])
    with refused("BoxUnknownMeeting", 2):
        Held(house, 2, meeting.notice, None).carry_out()
    with refused("RATUnknownSource", house.BallotBox.address):
        meeting.carry_out(source=house.BallotBox.address)


def elected(house: House, notice: Notice, votes: dict[int, set[int]]) -> Held:
    """Everybody marks the same candidates."""
    meeting = convene(house, notice).open()
    meeting.all_vote(everybody(house), {motion: frozenset(numbers) for motion, numbers in votes.items()})
    return meeting.close().wait()


def seats(tx: Any) -> list[tuple[int, int]]:
    """Office and member."""
    return [(each["office"], each["member"]) for each in tx.events["SeatFilled"]]


def test_election__nobody_with_a_vote_left__seat_stays_vacant(house: House) -> None:
    notice = Notice(house)
    notice.motions = [notice.election([house.alice, house.budi], (PENGAWAS, PENGAWAS, PENGAWAS))]
    meeting = elected(house, notice, {1: {house.budi.number}})
    assert seats(meeting.carry_out()) == [(PENGAWAS, house.budi.number), (PENGAWAS, 0), (PENGAWAS, 0)]
    assert not house.holds(PENGAWAS, office_account(house.alice).signer)


@pytest.mark.parametrize("what", ["left", "suspended"])
def test_election__winner_gone_by_then__seat_stays_vacant(house: House, what: str) -> None:
    notice = Notice(house)
    notice.motions = [notice.election([house.alice, house.budi], (KETUA, SEKRETARIS))]
    meeting = elected(house, notice, {1: {house.alice.number, house.budi.number}})
    if what == "left":
        leave(house, house.alice)
    else:
        house.MemberRegistry.suspend(house.alice.number, {"from": house.admin})
    assert seats(meeting.carry_out()) == [(KETUA, 0), (SEKRETARIS, house.budi.number)]


def test_election__winners_account_acts_for_another_officer_by_now__vacant(house: House) -> None:
    account = person("shared", 700, "office").signer
    notice = Notice(house)
    notice.motions = [notice.election([house.alice], (KETUA,), accounts=[account])]
    meeting = elected(house, notice, {1: {house.alice.number}})
    until = now() + 100 * DAY
    house.Authority.grantOffice(BENDAHARA, account, house.budi.number, until, {"from": house.admin})
    assert seats(meeting.carry_out()) == [(KETUA, 0)]
    assert tuple(house.Authority.termOf(BENDAHARA, account)) == (until, house.budi.number)


def test_election__officer_elected_to_another_office__holds_one(house: House) -> None:
    ketua = house.member(1)
    notice = Notice(house)
    notice.motions = [notice.election([ketua], (PENGAWAS,), accounts=[house.ketua.signer])]
    meeting = elected(house, notice, {1: {1}})
    assert house.holds(KETUA, house.ketua.signer)
    meeting.carry_out()
    assert tuple(house.Authority.officesOf(house.ketua.signer)) == (1, 1 << PENGAWAS)


def test_election__officer_elected_with_another_account__old_office_ends(house: House) -> None:
    ketua = house.member(1)
    account = person("new account", 701, "office").signer
    notice = Notice(house)
    notice.motions = [notice.election([ketua], (PENGAWAS,), accounts=[account])]
    elected(house, notice, {1: {1}}).carry_out()
    assert not house.holds(KETUA, house.ketua.signer)
    assert house.Authority.officesOfPerson(1) == 1 << PENGAWAS


def test_election__outgoing_already_gone__no_obstacle(house: House) -> None:
    notice = Notice(house)
    outgoing = [(KETUA, house.ketua.signer), (KETUA, relay().address)]
    notice.motions = [notice.election([house.alice], (KETUA,), outgoing=outgoing)]
    meeting = elected(house, notice, {1: {house.alice.number}})
    house.Authority.resign(KETUA, {"from": house.ketua.account})
    assert seats(meeting.carry_out()) == [(KETUA, house.alice.number)]


def test_attack__office_extended_beyond_its_term(house: House) -> None:
    """Installed late, the term still counts from the close; and installing again is refused."""
    notice = Notice(house)
    notice.motions = [notice.election([house.alice], (KETUA,), term_days=1_826)]
    meeting = elected(house, notice, {1: {house.alice.number}})
    travel(150 * DAY)
    meeting.carry_out()
    account = office_account(house.alice).signer
    until = notice.first[1] + 1_826 * DAY
    assert tuple(house.Authority.termOf(KETUA, account)) == (until, house.alice.number)
    with refused("RATCarriedOut", 1, 1):
        meeting.carry_out()
    rat = account_at(house.RAT.address)
    with refused("AuthorityTermInvalid"):
        house.Authority.grantOffice(KETUA, account, house.alice.number, now() + 1_830 * DAY, {"from": rat})
    travel(until - now())
    assert not house.holds(KETUA, account)


def test_attack__description_differs_from_actions(house: House) -> None:
    """Precedent: governors that show one text and execute another. What runs is what was put."""
    meeting = decided(house, resolution([limit(house)], title="Batas teller tujuh juta"))
    good = meeting.notice.motions[0]
    for changed in (
        resolution([limit(house, OTHER_LIMIT)], title=good[2]),
        resolution([], title=good[2]),
        resolution([limit(house), limit(house, OTHER_LIMIT)], title=good[2]),
        resolution([limit(house)], title="Lain"),
        resolution([limit(house)], 5_001, title=good[2]),
        (*good[:3], b"\1" * 32, *good[4:]),
    ):
        with refused("RATContentDiffers", 1, 1):
            meeting.carry_out(content=changed)
    meeting.carry_out()
    assert house.Treasury.tellerLimit() == LIMIT


def test_attack__execution_re_entered(house: House) -> None:
    """Precedent: The DAO, 2016. An action carries out another decision, or its own again: all is undone."""
    inner = resolution([limit(house)])
    first = decided(house, inner)
    again = call_of(house.RAT, "carryOut", house.RAT, first.number, 1, inner, first.contents)
    second = decided(house, resolution([again], 6_667))
    with refused("RATActionFailed"):
        second.carry_out()
    assert not house.RAT.isCarriedOut(house.RAT, first.number, 1)
    assert not house.RAT.isCarriedOut(house.RAT, second.number, 1)
    first.carry_out()
    assert house.Treasury.tellerLimit() == LIMIT


def test_attack__a_decision_rewrites_the_ballot_box(house: House) -> None:
    """With a simple majority the RAT would open a past meeting anew, without a quorum."""
    rejected = convene(house, Notice(house, [resolution([limit(house)])])).open()
    rejected.all_vote(everybody(house)[:8], {1: FOR})
    rejected.close(2)
    before = rejected.decision()
    rules = (1, 1, 1, 1, 600, 0)
    marks = [1 << 27 | 5_000]
    calls = (now(), now() + DAY), (now() + DAY, now() + 2 * DAY)
    actions = [call_of(house.BallotBox, "open", rejected.number, rules, marks, *calls)]
    actions_2 = [call_of(house.BallotBox, "withdraw", rejected.number, 1)]
    for acts in (actions, actions_2):
        meeting = decided(house, resolution(acts))
        with refused("RATTargetClosed", house.BallotBox.address):
            meeting.carry_out()
    assert rejected.decision() == before
    assert house.BallotBox.quorumOf(rejected.number, 1) == 13
