"""BallotBox against rules.meetings: meetings with any events in both calls, good papers and bad.

M1 to M5 are of tests/INVARIANTS.md.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from random import Random
from typing import Any, Final

import pytest
from brownie.exceptions import VirtualMachineError

from rules.ballots import Election, Motion, Paper, Resolution, pack_papers, ranking
from rules.meetings import Call, Meeting, MeetingBylaws, MeetingRuleError, Notice
from rules.types import Attendance, BasisPoints, MemberNumber, Outcome, Refusal
from tests.contracts.actors import (
    BYLAWS,
    PENGAWAS,
    STAFF_FLOOR,
    AnyMember,
    House,
    PasskeyPerson,
    account_at,
    action,
    now,
    person,
    travel,
    typed_digest,
)
from tests.contracts.meetings import (
    LATE,
    call_of,
    convene,
    decide,
    everybody,
    relay,
    resolution,
)
from tests.contracts.meetings import Notice as NoticeOf
from tests.contracts.MemberRegistry.orders import change_signer
from tests.nightly import DEEP

SEEDS: Final = 40 if DEEP else 5
EVENTS: Final = 14
PROXIES: Final = 2
STRANGER: Final = 999


@pytest.fixture(scope="module")
def proxies(house: House) -> House:
    """The house after a meeting allowed proxies."""
    laws = replace(BYLAWS, proxies_per_holder=PROXIES).meetings()
    decide(house, [call_of(house.RAT, "setBylaws", laws)])
    assert house.RAT.currentBylaws()[10] == PROXIES
    return house


class Walk:
    """A meeting on the chain and in the model; every event happens to both."""

    def __init__(self, house: House, seed: int) -> None:
        self.house, self.random = house, Random(seed)
        self.members = everybody(house)
        self.signers: dict[int, AnyMember] = {member.number: member for member in self.members}
        self.fresh = 10_000 * (seed + 1)
        for _ in range(self.random.randint(0, 3)):
            self.change_status()
        self.held = convene(house, self.notice())
        self.box, self.number = house.BallotBox, self.held.number
        noticed_at = house.RAT.meetingOf(self.number)[2]
        roll = {m for m in self.numbers if house.MemberRegistry.wasActiveAt(m, noticed_at)}
        assert house.RAT.meetingOf(self.number)[3] == len(roll)
        self.model = Meeting(self.model_notice(frozenset(roll)))
        self.decided: dict[int, dict[str, Any]] = {}

    @property
    def numbers(self) -> list[MemberNumber]:
        return [MemberNumber(member.number) for member in self.members]

    def notice(self) -> NoticeOf:
        """Resolutions, one of them weighty, and perhaps an election of one or two seats among three."""
        chance, rat = self.random, self.house.RAT
        weighty = resolution([call_of(rat, "setBylaws", rat.currentBylaws())], 6_667)
        motions = [resolution(majority_bps=chance.choice((5_000, 5_001, 7_500))) for _ in range(2)]
        motions.append(weighty)
        told = NoticeOf(self.house, motions)
        if chance.random() < 0.7:
            active = [m for m in self.members if self.house.MemberRegistry.memberOf(m.number)[2] == 2]
            standing = sorted(chance.sample(active, 3), key=lambda member: member.number)
            accounts = [person("candidate", m.number, "candidate").signer for m in standing]
            seats = [PENGAWAS] * chance.randint(1, 2)
            motions.insert(chance.randint(0, 3), told.election(standing, seats, accounts=accounts))
        return told

    def model_notice(self, roll: frozenset[MemberNumber]) -> Notice:
        told = self.held.notice
        weighty = [motion[0] == 0 and bool(motion[4]) for motion in told.motions]
        motions: tuple[Motion, ...] = tuple(
            replace(form, weighty=heavy) if isinstance(form, Resolution) else form
            for form, heavy in zip(told.boxes.motions, weighty, strict=True)
        )
        shares = BasisPoints(BYLAWS.first_quorum_bps), BasisPoints(BYLAWS.second_quorum_bps)
        laws = MeetingBylaws(*shares, BYLAWS.objection_minutes * 60, PROXIES)
        return Notice(self.number, roll, motions, Call(*told.first), Call(*told.second), laws)

    def run(self) -> None:
        for call, turnout in ((1, self.random.choice((2, 5, 9))), (2, 6)):
            opens, closes = self.held.notice.first if call == 1 else self.held.notice.second
            travel(max(0, opens - now()) + self.random.choice((0, 1_800, 3_600)))
            for event in range(EVENTS if self.model.open_call(now()) else 2):
                if event < 2:
                    self.papers(call, turnout)
                else:
                    self.happen(call)
                self.agree(call)
            travel(closes - now())
            self.agree(call)
            self.count_members(call)

    def happen(self, call: int) -> None:
        events: tuple[Callable[[int], None], ...] = (
            self.casts, self.casts, self.checks_in, self.sends_own, self.is_listed, self.gives_proxy,
            self.votes_by_proxy, self.declares, self.objects, self.changes,
        )  # fmt: skip
        self.random.choice(events)(call)

    def both(self, send: Callable[[], Any], model: Callable[[int], Any]) -> tuple[Any, Any]:
        """The transaction and the model's answer; what one refuses the other must refuse."""
        try:
            tx = send()
        except VirtualMachineError:
            with pytest.raises(MeetingRuleError):
                model(now())
            return None, None
        return tx, model(tx.timestamp)

    def papers(self, call: int, count: int) -> None:
        """Good ballots of some who are there."""
        some = self.random.sample(self.members, count)
        self.relay_ballots([self.ballot(member, call) for member in some])

    def casts(self, call: int) -> None:
        self.relay_ballots([self.spoil(*self.any_ballot(call)) for _ in range(self.random.randint(1, 4))])

    def relay_ballots(self, papers: list[tuple[Paper, bool]]) -> None:
        packed = pack_papers([paper for paper, _ in papers])
        send = {"from": relay()}
        tx, refusals = self.both(
            lambda: self.box.cast(self.number, packed, send), lambda at: self.model.cast(papers, at)
        )
        if tx is not None:
            assert self.refused(tx, "BallotRefused") == {i: r for i, r in enumerate(refusals) if r}

    def checks_in(self, call: int) -> None:
        some = self.random.sample(self.members, self.random.randint(1, 4))
        papers = [self.check_in(member, call) for member in some]
        papers += papers[:1]
        packed = pack_papers([paper for paper, _ in papers])
        send = {"from": relay()}
        tx, refusals = self.both(
            lambda: self.box.checkIn(self.number, packed, send), lambda at: self.model.check_in(papers, at)
        )
        if tx is not None:
            assert self.refused(tx, "CheckInRefused") == {i: r for i, r in enumerate(refusals) if r}

    def refused(self, tx: Any, event: str) -> dict[int, Refusal]:
        """Reasons by place in the batch."""
        if event not in tx.events:
            return {}
        return {log["index"]: Refusal(log["reason"]) for log in tx.events[event]}

    def sends_own(self, call: int) -> None:
        """A member sends alone: refused where a batch would skip."""
        member = self.random.choice([m for m in self.members if not isinstance(m, PasskeyPerson)])
        number, signer = MemberNumber(member.number), self.signers[member.number]
        if isinstance(signer, PasskeyPerson):
            return
        sender = {"from": account_at(signer.signer)}
        paper = Paper(number, self.number, call, LATE, self.choices())

        def model(at: int) -> None:
            (refusal,) = self.model.cast([(paper, True)], at)
            if refusal:
                raise MeetingRuleError(refusal.name)

        self.both(lambda: self.box.castOwn(self.number, number, paper.choices, sender), model)

    def is_listed(self, call: int) -> None:
        some = [*self.random.sample(self.numbers, 3), MemberNumber(STRANGER)]
        packed, document = b"".join(number.to_bytes(4) for number in some), b"\7" * 32
        types = ["uint32", "uint8", "bytes32", "bytes"]
        act = action("paper list", types, [self.number, call, document, packed])
        deadline = now() + self.random.randint(10**5, 10**9)
        signed = self.house.countersign(self.house.pengawas, self.box, act, deadline)
        send = {"from": self.house.sekretaris.account}
        tx, added = self.both(
            lambda: self.box.enterPaperList(self.number, document, packed, signed, send),
            lambda at: self.model.enter_paper_list(some, at),
        )
        if tx is not None and added:  # Brownie reads no bytes as a zero
            listed = bytes(tx.events["PaperListEntered"]["members"])
            assert listed == b"".join(number.to_bytes(4) for number in added)

    def gives_proxy(self, call: int) -> None:
        member, holder = self.random.choices(self.numbers, k=2)
        digest = self.digest(
            "Proxy(uint32 member,uint32 holder,uint32 meeting,uint40 deadline)",
            {"member": member, "holder": holder, "meeting": self.number, "deadline": LATE},
        )
        signature, send = self.signers[member].sign(digest), {"from": relay()}
        self.both(
            lambda: self.box.appointProxy(self.number, member, holder, LATE, signature, send),
            lambda _: self.model.appoint_proxy(member, holder),
        )

    def votes_by_proxy(self, call: int) -> None:
        given = list(self.model.proxies.items()) or [(self.numbers[0], self.numbers[1])]
        member, holder = self.random.choice(given)
        paper = Paper(member, self.number, call, LATE, self.choices())
        signature, send = self.signers[holder].sign(self.ballot_digest(paper)), {"from": relay()}
        self.both(
            lambda: self.box.castByProxy(self.number, member, paper.choices, LATE, signature, send),
            lambda at: self.model.cast_by_proxy(member, paper.choices, at),
        )

    def declares(self, call: int) -> None:
        motion, send = self.motion(), {"from": self.house.ketua.account}
        self.both(
            lambda: self.box.declareConsensus(self.number, motion, send),
            lambda at: self.model.declare_consensus(motion, at),
        )

    def objects(self, call: int) -> None:
        motion, member, send = self.motion(), self.random.choice(self.numbers), {"from": relay()}
        digest = self.digest(
            "Objection(uint32 member,uint32 meeting,uint8 motion,uint40 deadline)",
            {"member": member, "meeting": self.number, "motion": motion, "deadline": LATE},
        )
        signature = self.signers[member].sign(digest)
        self.both(
            lambda: self.box.objectTo(self.number, motion, member, LATE, signature, send),
            lambda at: self.model.object_to(motion, member, at),
        )

    def changes(self, call: int) -> None:
        """After the notice who may vote and the quorum stay; a signer changed by the member's order signs."""
        which = self.random.random()
        if which < 0.3:
            self.change_status()
            return
        if which < 0.5:
            laws = replace(BYLAWS, first_quorum_bps=self.random.randint(1, 10_000), second_quorum_bps=1)
            self.house.RAT.setBylaws(laws.meetings(), {"from": account_at(self.house.RAT.address)})
            return
        member = self.random.choice(self.members)
        self.fresh += 1
        new = person("changed", self.fresh, "signer")
        with suppress(VirtualMachineError):
            change_signer(self.house, member.number, self.signers[member.number], new, nonce=self.fresh)
            self.signers[member.number] = new

    def change_status(self) -> None:
        """The RAT suspends or reinstates; it does not matter what the registry refuses."""
        number = self.random.choice(self.members).number
        act = self.random.choice(("suspend", "reinstate"))
        with suppress(VirtualMachineError):
            getattr(self.house.MemberRegistry, act)(number, {"from": self.house.admin})

    def motion(self) -> int:
        return self.random.randint(1, len(self.held.notice.motions))

    def choices(self) -> int:
        """Any marks; most are votes."""
        boxes = self.held.notice.boxes
        while True:
            marks = self.random.getrandbits(boxes.count)
            if not boxes.is_overvote(marks) or self.random.random() < 0.1:
                return marks

    def any_ballot(self, call: int) -> tuple[Paper, bool]:
        return self.ballot(self.random.choice(self.members), call)

    def ballot(self, member: AnyMember, call: int) -> tuple[Paper, bool]:
        paper = Paper(MemberNumber(member.number), self.number, call, LATE, self.choices())
        return paper.signed(self.signers[member.number].sign(self.ballot_digest(paper))), True

    def spoil(self, paper: Paper, signed: bool) -> tuple[Paper, bool]:
        """One thing is wrong, perhaps; what is signed anew is signed well."""
        signer = self.signers[paper.member]
        changes: dict[str, Any] = self.random.choice(
            ({}, {}, {"meeting": self.number + 1}, {"call": 3 - paper.call}, {"deadline": 1},
             {"choices": 1 << 255}, {"member": STRANGER}, {"signature": b"\1" * 65},
             {"signature": person("x", STAFF_FLOOR - 1).sign(self.ballot_digest(paper))})
        )  # fmt: skip
        spoilt = replace(paper, **changes)
        if "signature" in changes:
            return spoilt, False
        return spoilt.signed(signer.sign(self.ballot_digest(spoilt))), signed

    def check_in(self, member: AnyMember, call: int) -> tuple[Paper, bool]:
        paper = Paper(MemberNumber(member.number), self.number, call, LATE)
        digest = self.digest(
            "CheckIn(uint32 member,uint32 meeting,uint8 call,uint40 deadline)",
            {"member": member.number, "meeting": self.number, "call": call, "deadline": LATE},
        )
        return paper.signed(self.signers[member.number].sign(digest)), True

    def ballot_digest(self, paper: Paper) -> bytes:
        told = {name: getattr(paper, name) for name in ("member", "meeting", "call", "choices", "deadline")}
        struct = "Ballot(uint32 member,uint32 meeting,uint8 call,uint256 choices,uint40 deadline)"
        return self.digest(struct, told)

    def digest(self, struct: str, message: dict[str, Any]) -> bytes:
        return typed_digest("Koperasi BallotBox", self.box.address, struct, message)

    def agree(self, call: int) -> None:
        """Everything that the contracts tell of the call and the motions."""
        at, number = now(), self.number
        count = self.model.count(call)
        assert tuple(self.box.callOf(number, call)[1]) == (count.present, count.ballots, count.paper)
        assert self.box.quorumOf(number, call) == self.model.needed(call), "M4"
        for motion in self.model.boxes.numbers():
            tally = self.model.tally(call, motion)
            assert list(self.box.tallyOf(number, call, motion)) == tally
            if isinstance(self.model.notice.motions[motion - 1], Resolution):
                assert sum(tally) == count.ballots, "M1"
            outcome, decided_in, closed_at = self.model.outcome(motion, at)
            told = self.held.decision(motion)
            assert (told["outcome"], told["call"], told["closed_at"]) == (outcome, decided_in, closed_at)
            if decided_in:
                assert told["votes"] == self.model.tally(decided_in, motion)
                assert self.decided.setdefault(motion, told) == told, "M5"
            if outcome is Outcome.PASSED and isinstance(self.model.notice.motions[motion - 1], Election):
                assert told["ranking"] == ranking(told["votes"])

    def count_members(self, call: int) -> None:
        """Every member's attendance, and that the counts are of these members."""
        states = {
            member: Attendance(self.box.attendanceOf(self.number, call, member)) for member in self.numbers
        }
        assert states == {member: self.model.attendance(call, member) for member in self.numbers}
        told = list(states.values())
        present, ballots, paper = self.box.callOf(self.number, call)[1]
        assert ballots == told.count(Attendance.VOTED), "M2"
        assert present == ballots + told.count(Attendance.PRESENT), "M2"
        assert paper == told.count(Attendance.PAPER), "M2"
        away = [member for member in self.numbers if member not in self.model.notice.roll]
        assert all(states[member] is Attendance.ABSENT for member in away), "M3"


@pytest.mark.parametrize("seed", range(SEEDS))
def test_meeting__any_events__as_the_model(proxies: House, seed: int) -> None:
    Walk(proxies, seed).run()
