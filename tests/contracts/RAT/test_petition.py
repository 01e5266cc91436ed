"""signPetition and convening by petition: who signed, how many are needed, and what it convenes, once."""

from typing import Any

from rules.ballots import pack_papers
from tests.contracts.actors import DAY, House, now, person, refused, travel
from tests.contracts.meeting_orders import petition_paper, refusals, set_bylaws, sign_petition
from tests.contracts.meetings import (
    ALREADY_VOTED,
    BAD_SIGNATURE,
    EXPIRED,
    NOT_ELIGIBLE,
    Notice,
    everybody,
    relay,
)
from tests.contracts.MemberRegistry.orders import change_signer, leave

NEEDED = 4
"""A fifth of 17, rounded up."""


def by_anyone(notice: Notice) -> Any:
    return notice.house.RAT.convene(notice.word, {"from": relay()})


def early(house: House) -> Notice:
    """A notice that can still be convened some days from now."""
    return Notice(house, opens_at=now() + 60 * DAY)


def test_petition__in_batches__convenes_once(house: House) -> None:
    travel(2)
    notice = early(house)
    with refused("RATNotConvener", relay().address):
        by_anyone(notice)
    members = everybody(house)[5:]
    told = sign_petition(notice, members[:2]).events["PetitionSigned"]
    assert (told["total"], told["needed"]) == (2, NEEDED)
    assert bytes(told["added"]) == b"".join(member.number.to_bytes(4) for member in members[:2])
    sign_petition(notice, members[2:3])
    with refused("RATPetitionTooSmall", 3, NEEDED):
        by_anyone(notice)
    sign_petition(notice, members[3:4])
    assert tuple(house.BallotBox.petitionOf(notice.hash)[:2]) == (4, NEEDED)
    tx = by_anyone(notice)
    assert tx.events["MeetingConvened"]["meeting"] == 1
    assert house.RAT.meetingOf(1).dict()["convener"] == 0
    with refused("RATNoticeUsed", notice.hash):
        by_anyone(notice)


def test_petition__its_motions__nobody_withdraws(house: House) -> None:
    travel(2)
    notice = early(house)
    sign_petition(notice, everybody(house)[:NEEDED])
    by_anyone(notice)
    for account in (relay(), house.ketua.account, house.pengawas.account):
        with refused("RATNotConvener", account.address):
            house.RAT.withdrawMotion(1, 1, {"from": account})


def test_petition__bad_signatures__skipped_with_their_reason(house: House) -> None:
    leave(house, house.budi)
    change_signer(house, house.eko.number, house.eko, person("new eko", 205))
    travel(2)
    notice, other = early(house), early(house)
    papers = [
        petition_paper(notice, house.alice),
        petition_paper(notice, house.budi),
        petition_paper(notice, house.alice, number=999),
        petition_paper(notice, house.alice),
        petition_paper(other, house.citra),
        petition_paper(notice, house.eko),
        petition_paper(notice, house.dewi, number=house.fitri.number),
        petition_paper(notice, house.gilang, deadline=now() - 1),
        petition_paper(notice, house.citra),
    ]
    tx = house.BallotBox.signPetition(notice.hash, pack_papers(papers), {"from": relay()})
    assert refusals(tx, "SignatureRefused") == {
        1: NOT_ELIGIBLE,
        2: NOT_ELIGIBLE,
        3: ALREADY_VOTED,
        4: BAD_SIGNATURE,
        5: BAD_SIGNATURE,
        6: BAD_SIGNATURE,
        7: EXPIRED,
    }
    assert tx.events["PetitionSigned"]["total"] == 2
    with refused("PaperMalformed", 17):
        house.BallotBox.signPetition(notice.hash, b"\0" * 20 + b"\1", {"from": relay()})


def test_petition__share__of_the_members_active_at_the_first_signature(house: House) -> None:
    """Who joins later neither counts nor signs; who leaves later still does; by-laws are those of then."""
    travel(2)
    notice = early(house)
    sign_petition(notice, [house.alice])
    newcomers = [person("newcomer", number) for number in range(500, 510)]
    house.register(newcomers)
    for member in newcomers:
        house.MemberRegistry.activate(member.number, now() // DAY, {"from": house.writer})
    leave(house, house.joko)
    set_bylaws(house, petition_bps=5_000)
    travel(2)
    tx = sign_petition(notice, [*newcomers[:3], house.joko, house.citra, house.dewi])
    assert refusals(tx, "SignatureRefused") == dict.fromkeys(range(3), NOT_ELIGIBLE)
    assert tuple(house.BallotBox.petitionOf(notice.hash)[:2]) == (4, NEEDED)
    assert by_anyone(notice).events["MeetingConvened"]["roll"] == 26


def test_petition__180_days__then_too_late(house: House) -> None:
    travel(2)
    notice = Notice(house, opens_at=now() + 200 * DAY)
    sign_petition(notice, everybody(house)[:NEEDED])
    started = house.BallotBox.petitionOf(notice.hash)[2]
    travel(180 * DAY + 1)
    with refused("RATTooLate", started + 180 * DAY):
        by_anyone(notice)


def test_petition__last_day__convenes(house: House) -> None:
    travel(2)
    notice = Notice(house, opens_at=now() + 200 * DAY)
    sign_petition(notice, everybody(house)[:NEEDED])
    travel(180 * DAY - 10)
    assert by_anyone(notice).events["MeetingConvened"]["roll"] == 17
