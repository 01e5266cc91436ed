"""signPetition and convening by petition: who signed, how many are needed, and what it convenes, once."""

from collections.abc import Callable
from contextlib import suppress
from random import Random
from typing import Any

import pytest
from brownie.exceptions import VirtualMachineError

from rules.ballots import Paper, pack_papers
from rules.meetings import MeetingRuleError, Petition
from rules.types import BasisPoints
from tests.contracts.actors import BYLAWS, DAY, House, now, person, refused, travel
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
from tests.nightly import DEEP

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


def test_petition__no_good_signature__does_not_begin(house: House) -> None:
    """Nobody can let its time run, or fix its share, with nothing."""
    travel(2)
    notice = early(house)
    with refused("BoxNoPapers"):
        sign_petition(notice, [])
    spoilt = petition_paper(notice, house.alice, number=house.budi.number)
    tx = house.BallotBox.signPetition(notice.hash, pack_papers([spoilt]), {"from": relay()})
    assert refusals(tx, "SignatureRefused") == {0: BAD_SIGNATURE}
    assert "PetitionSigned" not in tx.events
    assert tuple(house.BallotBox.petitionOf(notice.hash)) == (0, 0, 0)
    leave(house, house.budi)
    leave(house, house.citra)
    travel(181 * DAY)
    later = early(house)
    sign_petition(later, [house.alice])
    assert tuple(house.BallotBox.petitionOf(later.hash)[:2]) == (1, 3)


def test_attack__officer_convenes_the_petitions_notice__to_withdraw_its_motions(house: House) -> None:
    """What enough members signed is the petition's, whoever sends it; and it is used up."""
    travel(2)
    notice = early(house)
    sign_petition(notice, everybody(house)[:NEEDED])
    house.RAT.convene(notice.word, {"from": house.ketua.account})
    assert house.RAT.meetingOf(1).dict()["convener"] == 0
    with refused("RATNotConvener", house.ketua.account.address):
        house.RAT.withdrawMotion(1, 1, {"from": house.ketua.account})
    with refused("RATNoticeUsed", notice.hash):
        by_anyone(notice)


def test_attack__officer_convenes_before_the_last_signature__petition_still_convenes(house: House) -> None:
    """An officer's meeting, whose motions the officer can withdraw, takes nothing from the petition."""
    travel(2)
    notice = early(house)
    members = everybody(house)[:NEEDED]
    sign_petition(notice, members[1:])
    house.RAT.convene(notice.word, {"from": house.ketua.account})
    house.RAT.withdrawMotion(1, 1, {"from": house.ketua.account})
    sign_petition(notice, members[:1])
    assert by_anyone(notice).events["MeetingConvened"]["meeting"] == 2


class Walk:
    """A petition on the chain and in the model; every event happens to both."""

    def __init__(self, house: House, seed: int) -> None:
        travel(2)
        self.house, self.random = house, Random(seed)
        self.notice = early(house)
        self.model = Petition(BasisPoints(BYLAWS.petition_bps))
        self.members = everybody(house)
        self.meetings = 0

    def both(self, send: Callable[[], Any], model: Callable[[int], Any]) -> tuple[Any, Any]:
        try:
            tx = send()
        except VirtualMachineError:
            with pytest.raises(MeetingRuleError):
                model(now())
            return None, None
        return tx, model(tx.timestamp)

    def signs(self) -> None:
        papers = [self.paper(member) for member in self.random.choices(self.members, k=self.random.randint(0, 3))]
        packed = pack_papers([paper for paper, _ in papers])
        lookup = self.house.MemberRegistry.wasActiveAt
        active = frozenset(m.number for m in self.members if lookup(m.number, now()))
        tx, fates = self.both(
            lambda: self.house.BallotBox.signPetition(self.notice.hash, packed, {"from": relay()}),
            lambda at: self.model.sign(papers, active, at),
        )
        if tx is not None:
            assert refusals(tx, "SignatureRefused") == {i: fate for i, fate in enumerate(fates) if fate}

    def paper(self, member: Any) -> tuple[Paper, bool]:
        what = self.random.random()
        if what < 0.2:
            return petition_paper(self.notice, member, deadline=now() - 1), True
        if what < 0.4:
            return petition_paper(self.notice, person("forger", 900), number=member.number), False
        return petition_paper(self.notice, member), True

    def convenes(self) -> None:
        officer = self.random.random() < 0.3
        sender = self.house.ketua.account if officer else relay()
        tx, by_petition = self.both(
            lambda: self.house.RAT.convene(self.notice.word, {"from": sender}),
            lambda at: self.model.convene(at, officer=officer),
        )
        if tx is not None:
            self.meetings += 1
            convener = self.house.RAT.meetingOf(self.meetings).dict()["convener"]
            assert (convener == 0) == by_petition

    def changes(self) -> None:
        """Before the first signature it moves the share, afterwards nothing."""
        member = self.random.choice(self.members).number
        act = self.random.choice(("suspend", "reinstate"))
        with suppress(VirtualMachineError):
            getattr(self.house.MemberRegistry, act)(member, {"from": self.house.admin})
        travel(self.random.choice((2, DAY)))

    def run(self) -> None:
        for _ in range(16):
            self.random.choice((self.signs, self.signs, self.convenes, self.changes))()
            told = tuple(self.house.BallotBox.petitionOf(self.notice.hash))
            assert told == (len(self.model.signed), self.model.needed, self.model.started_at)


@pytest.mark.parametrize("seed", range(40 if DEEP else 5))
def test_petition__any_events__as_the_model(house: House, seed: int) -> None:
    Walk(house, seed).run()
