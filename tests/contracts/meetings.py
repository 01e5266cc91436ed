"""Meetings as tests convene and hold them: notices, papers, signatures."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final

import brownie
from eth_abi import encode
from eth_utils import keccak

from rules.ballots import Boxes, Choice, Election, Paper, Resolution, Vote, pack_papers
from rules.types import BasisPoints, MemberNumber
from tests.contracts.actors import DAY, KETUA, AnyMember, House, Person, now, person, travel, typed_digest

RESOLUTION, ELECTION = 0, 1
TAHUNAN, LUAR_BIASA = 0, 1
LOWEST_MEMBER_NO, LIST_ORDER = 0, 1
FOR, AGAINST, ABSTAIN = Choice
NO_ELECTION: Final = ([], 0, 0, [], [])
MOTION_TYPE: Final = (
    "(uint8,uint16,string,bytes32,(address,bytes)[],"
    "(uint64[],uint16,uint8,(uint32,address,uint40,bytes)[],(uint64,address)[]))"
)
NOTICE_TYPE: Final = f"(uint8,uint16,bytes32,bytes32,(uint40,uint40),(uint40,uint40),{MOTION_TYPE}[])"
LATE: Final = 2**40 - 1
"""A deadline that never comes."""
HOURS: Final = 3_600
PENDING, PASSED, CONSENSUS, REJECTED, NO_QUORUM, WITHDRAWN = range(6)
NOT_ELIGIBLE, ALREADY_VOTED, OVERVOTE, BAD_SIGNATURE, EXPIRED, WRONG_MEETING, ALREADY_PRESENT = range(1, 8)
ABSENT, ON_PAPER, PRESENT, VOTED = range(4)
_salts = count(1)


def resolution(
    actions: Sequence[tuple[str, bytes]] = (), majority_bps: int = 5_000, title: str = "Laporan pengurus"
) -> tuple[Any, ...]:
    return (RESOLUTION, majority_bps, title, bytes(32), list(actions), NO_ELECTION)


def call_of(contract: Any, function: str, *arguments: Any) -> tuple[str, bytes]:
    """An action: `function` of `contract` with these arguments."""
    return contract.address, bytes.fromhex(getattr(contract, function).encode_input(*arguments)[2:])


@dataclass
class Notice:
    """A notice with good values; a test changes what it is about. Times are unix seconds."""

    house: House
    motions: list[Any] = field(default_factory=lambda: [resolution()])
    kind: int = LUAR_BIASA
    book_year: int = 0
    documents: bytes = field(default_factory=lambda: keccak(text="agenda"))
    salt: bytes = field(default_factory=lambda: next(_salts).to_bytes(32))
    opens_at: int = 0
    lasts: int = 5 * HOURS
    second_after: int = 14 * DAY

    def __post_init__(self) -> None:
        self.opens_at = self.opens_at or now() + 15 * DAY

    @property
    def first(self) -> tuple[int, int]:
        return self.opens_at, self.opens_at + self.lasts

    @property
    def second(self) -> tuple[int, int]:
        return self.opens_at + self.second_after, self.opens_at + self.second_after + self.lasts

    @property
    def word(self) -> tuple[Any, ...]:
        """IRAT.Notice."""
        return (
            self.kind,
            self.book_year,
            self.documents,
            self.salt,
            self.first,
            self.second,
            self.motions,
        )

    @property
    def hash(self) -> bytes:
        return keccak(encode([NOTICE_TYPE], [self.word]))

    def election(
        self,
        candidates: Sequence[AnyMember],
        offices: Sequence[int] = (KETUA,),
        *,
        accounts: Sequence[str] | None = None,
        term_days: int = 1_460,
        tie_rule: int = LOWEST_MEMBER_NO,
        outgoing: Sequence[tuple[int, str]] = (),
    ) -> tuple[Any, ...]:
        """A motion: an election among `candidates`, who all consent to the account that they name."""
        accounts = accounts or [office_account(one).signer for one in candidates]
        election = keccak(
            encode(
                ["bytes32", "bytes32", "(uint40,uint40)", "uint64[]", "uint16"],
                [self.documents, self.salt, self.first, list(offices), term_days],
            )
        )
        stand = [
            (one.number, account, LATE, self.consent(one, election, account))
            for one, account in zip(candidates, accounts, strict=True)
        ]
        content = (list(offices), term_days, tie_rule, stand, list(outgoing))
        return (ELECTION, 0, "Pemilihan", bytes(32), [], content)

    def consent(self, member: AnyMember, election: bytes, account: str, deadline: int = LATE) -> bytes:
        return member.sign(
            typed_digest(
                "Koperasi RAT",
                self.house.RAT.address,
                "Candidacy(uint32 member,bytes32 election,address account,uint40 deadline)",
                {"member": member.number, "election": election, "account": account, "deadline": deadline},
            )
        )

    @property
    def boxes(self) -> Boxes:
        """How the paper of this notice looks."""
        return Boxes(tuple(_form(motion) for motion in self.motions))


def office_account(member: AnyMember) -> Person:
    """The account with which an elected member acts."""
    return person(f"office of {member.name}", member.number, "office")


def _form(motion: tuple[Any, ...]) -> Resolution | Election:
    if motion[0] == RESOLUTION:
        return Resolution(BasisPoints(motion[1]))
    offices, _, _, candidates, _ = motion[5]
    return Election(len(offices), tuple(MemberNumber(one[0]) for one in candidates))


@dataclass
class Held:
    """A meeting that was convened."""

    house: House
    number: int
    notice: Notice
    convened: Any

    def open(self, call: int = 1) -> "Held":
        """Let time pass to the second at which `call` opens."""
        return self._at((self.notice.first, self.notice.second)[call - 1][0])

    def close(self, call: int = 1) -> "Held":
        return self._at((self.notice.first, self.notice.second)[call - 1][1])

    def _at(self, time: int) -> "Held":
        travel(max(0, time - now()))
        return self

    def ballot(
        self,
        member: AnyMember,
        votes: dict[int, Vote] | int,
        *,
        call: int = 1,
        meeting: int | None = None,
        deadline: int = LATE,
        number: int | None = None,
        box: str = "",
    ) -> Paper:
        """A signed ballot paper: `votes` by motion (the others ABSTAIN), or the raw choices."""
        choices = votes if isinstance(votes, int) else self.notice.boxes.pack(votes)
        paper = Paper(
            member=MemberNumber(member.number if number is None else number),
            meeting=self.number if meeting is None else meeting,
            call=call,
            deadline=deadline,
            choices=choices,
        )
        return paper.signed(member.sign(ballot_digest(box or self.house.BallotBox.address, paper)))

    def check_in_paper(self, member: AnyMember, *, call: int = 1, deadline: int = LATE) -> Paper:
        paper = Paper(MemberNumber(member.number), self.number, call, deadline)
        digest = typed_digest(
            "Koperasi BallotBox",
            self.house.BallotBox.address,
            "CheckIn(uint32 member,uint32 meeting,uint8 call,uint40 deadline)",
            {"member": member.number, "meeting": self.number, "call": call, "deadline": deadline},
        )
        return paper.signed(member.sign(digest))

    def cast(self, papers: Sequence[Paper]) -> Any:
        return self.house.BallotBox.cast(self.number, pack_papers(papers), {"from": relay()})

    def check_in(self, members: Sequence[AnyMember], call: int = 1) -> Any:
        papers = [self.check_in_paper(member, call=call) for member in members]
        return self.house.BallotBox.checkIn(self.number, pack_papers(papers), {"from": relay()})

    def all_vote(self, members: Sequence[AnyMember], votes: dict[int, Vote], call: int = 1) -> Any:
        return self.cast([self.ballot(member, votes, call=call) for member in members])

    def decision(self, motion: int = 1) -> dict[str, Any]:
        """IBallotBox.Decision."""
        outcome, call, closed_at, votes, ranking = self.house.BallotBox.decisionOf(self.number, motion)
        return {
            "outcome": outcome,
            "call": call,
            "closed_at": closed_at,
            "votes": list(votes),
            "ranking": list(ranking),
        }

    @property
    def contents(self) -> list[bytes]:
        """Content hashes of all motions."""
        return [keccak(encode([MOTION_TYPE], [motion])) for motion in self.notice.motions]

    def carry_out(self, motion: int = 1, content: Any = None, source: str = "") -> Any:
        return self.house.RAT.carryOut(
            source or self.house.RAT,
            self.number,
            motion,
            content or self.notice.motions[motion - 1],
            self.contents,
            {"from": relay()},
        )

    def wait(self) -> "Held":
        """Let the delay of decisions pass."""
        travel(self.house.RAT.bylawsOf(self.number)[8])
        return self


def relay() -> Any:
    """Anybody with coins."""
    return brownie.accounts[5]


def convene(house: House, notice: Notice, officer: Person | None = None) -> Held:
    """KETUA, or another officer, convenes. What was done before is seconds ago."""
    travel(2)
    tx = house.RAT.convene(notice.word, {"from": (officer or house.ketua).account})
    return Held(house, tx.return_value or house.RAT.lastMeeting(), notice, tx)


def decide(house: House, actions: Sequence[tuple[str, bytes]], majority_bps: int = 6_667) -> Held:
    """Everybody decides `actions` in a meeting, and they are carried out."""
    meeting = convene(house, Notice(house, [resolution(actions, majority_bps)])).open()
    meeting.all_vote(everybody(house), {1: FOR})
    meeting.close().wait().carry_out()
    return meeting


def everybody(house: House) -> list[AnyMember]:
    return sorted(house.members.values(), key=lambda member: member.number)


def ballot_digest(box: str, paper: Paper) -> bytes:
    return typed_digest(
        "Koperasi BallotBox",
        box,
        "Ballot(uint32 member,uint32 meeting,uint8 call,uint256 choices,uint40 deadline)",
        {
            "member": paper.member,
            "meeting": paper.meeting,
            "call": paper.call,
            "choices": paper.choices,
            "deadline": paper.deadline,
        },
    )
