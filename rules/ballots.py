"""Ballot papers of a meeting: boxes, packed choices, packed records, the majority (IBallotBox, ADR 0014).

A paper's choices are one number: box i is its bit i (value 2^i). The resolutions come first in their order,
two boxes each (FOR, AGAINST; neither is ABSTAIN), then the elections, a box for each candidate.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Final

from rules.types import BPS, BasisPoints, MemberNumber

MAX_BOXES: Final = 256
SIMPLE_MAJORITY: Final = BasisPoints(5_000)
RECORD_HEAD: Final = 15
"""Bytes of a packed record before its choices."""


class Choice(IntEnum):
    """A vote on a resolution, in the order of a tally."""

    FOR = 0
    AGAINST = 1
    ABSTAIN = 2


class MalformedPapersError(ValueError):
    """A batch with a record that is cut short. `offset`: where the record begins."""

    def __init__(self, offset: int) -> None:
        self.offset = offset
        super().__init__(f"the record at byte {offset} is cut short")


@dataclass(frozen=True, slots=True)
class Resolution:
    """majority_bps: of FOR + AGAINST. weighty: carries something out."""

    majority_bps: BasisPoints
    weighty: bool = False


@dataclass(frozen=True, slots=True)
class Election:
    """Candidates in the order of the notice, which breaks ties."""

    seats: int
    candidates: tuple[MemberNumber, ...]


Motion = Resolution | Election
Vote = Choice | frozenset[MemberNumber]
"""On a resolution, or the candidates marked."""


@dataclass(frozen=True, slots=True)
class Boxes:
    """Where the boxes of a notice's motions are. Motions count from 1."""

    motions: tuple[Motion, ...]

    @property
    def count(self) -> int:
        """Boxes of the paper."""
        return sum(self.width(number) for number in self.numbers())

    @property
    def resolutions(self) -> int:
        """Motions with two boxes."""
        return sum(isinstance(motion, Resolution) for motion in self.motions)

    def numbers(self) -> range:
        """The motions' numbers."""
        return range(1, len(self.motions) + 1)

    def width(self, motion: int) -> int:
        """Boxes of a motion."""
        content = self.motions[motion - 1]
        return 2 if isinstance(content, Resolution) else len(content.candidates)

    def first(self, motion: int) -> int:
        """The first box of a motion."""
        before = self.motions[: motion - 1]
        if isinstance(self.motions[motion - 1], Resolution):
            return 2 * sum(isinstance(each, Resolution) for each in before)
        lists = sum(len(each.candidates) for each in before if isinstance(each, Election))
        return 2 * self.resolutions + lists

    def marks(self, motion: int, choices: int) -> int:
        """The marks in a motion's own boxes, its first box as bit 0."""
        return choices >> self.first(motion) & (1 << self.width(motion)) - 1

    def pack(self, votes: Mapping[int, Vote]) -> int:
        """Choices as one number; a motion without a vote is left blank.

        Someone marked who is no candidate is a mark outside the boxes, or all of them where all 256 are in
        use: an overvote either way.
        """
        choices = 0
        for motion, vote in votes.items():
            content = self.motions[motion - 1]
            if isinstance(content, Resolution) != isinstance(vote, Choice):
                raise ValueError(f"motion {motion} takes another kind of vote than {vote!r}")
            if isinstance(vote, Choice):
                choices |= (vote is not Choice.ABSTAIN) << self.first(motion) + vote % Choice.ABSTAIN
            elif isinstance(content, Election):
                choices |= self._marked(motion, content, vote)
        return choices

    def unpack(self, choices: int) -> dict[int, Vote]:
        """The votes of a paper that is no overvote, by motion."""
        if self.is_overvote(choices):
            raise ValueError(f"choices {choices:#x} are an overvote")
        votes: dict[int, Vote] = {}
        for motion in self.numbers():
            content, marks = self.motions[motion - 1], self.marks(motion, choices)
            if isinstance(content, Resolution):
                votes[motion] = (Choice.ABSTAIN, Choice.FOR, Choice.AGAINST)[marks]
            else:
                votes[motion] = frozenset(
                    member for index, member in enumerate(content.candidates) if marks >> index & 1
                )
        return votes

    def is_overvote(self, choices: int) -> bool:
        """FOR and AGAINST both, more candidates than seats, or a mark outside the boxes."""
        if choices >> self.count:
            return True
        for motion in self.numbers():
            content = self.motions[motion - 1]
            most = 1 if isinstance(content, Resolution) else content.seats
            if self.marks(motion, choices).bit_count() > most:
                return True
        return False

    def tally(self, motion: int, papers: Iterable[int]) -> list[int]:
        """FOR, AGAINST, ABSTAIN, or a count for each candidate, of accepted papers' choices."""
        votes, ballots = [0] * self.width(motion), 0
        for choices in papers:
            ballots += 1
            marks = self.marks(motion, choices)
            for box in range(len(votes)):
                votes[box] += marks >> box & 1
        is_resolution = isinstance(self.motions[motion - 1], Resolution)
        return [*votes, ballots - sum(votes)] if is_resolution else votes

    def _marked(self, motion: int, election: Election, marked: frozenset[MemberNumber]) -> int:
        places = {member: index for index, member in enumerate(election.candidates)}
        choices = 0
        for member in marked:
            if member in places:
                choices |= 1 << self.first(motion) + places[member]
            else:
                choices |= 1 << self.count if self.count < MAX_BOXES else (1 << MAX_BOXES) - 1
        return choices


@dataclass(frozen=True, slots=True)
class Paper:
    """A ballot paper, or a check-in (without choices), as a batch carries it. deadline: unix seconds."""

    member: MemberNumber
    meeting: int
    call: int
    deadline: int
    choices: int = 0
    signature: bytes = b""

    def signed(self, signature: bytes) -> "Paper":
        """The same paper with a signature."""
        return replace(self, signature=signature)

    def packed(self) -> bytes:
        """The record. ValueError or OverflowError where a field does not fit."""
        choices = self.choices.to_bytes((self.choices.bit_length() + 7) // 8)
        return b"".join(
            (
                self.member.to_bytes(4),
                self.meeting.to_bytes(4),
                self.call.to_bytes(1),
                self.deadline.to_bytes(5),
                len(choices).to_bytes(1),
                choices,
                len(self.signature).to_bytes(2),
                self.signature,
            )
        )


def pack_papers(papers: Sequence[Paper]) -> bytes:
    """One batch."""
    return b"".join(paper.packed() for paper in papers)


def unpack_papers(batch: bytes) -> Iterator[Paper]:
    """The records of a batch in order; MalformedPapersError at one cut short or with too long choices."""
    offset = 0
    while offset < len(batch):
        head = batch[offset : offset + RECORD_HEAD]
        width = head[-1] if len(head) == RECORD_HEAD else MAX_BOXES
        signed = offset + RECORD_HEAD + width
        if width > MAX_BOXES // 8 or signed + 2 > len(batch):
            raise MalformedPapersError(offset)
        end = signed + 2 + int.from_bytes(batch[signed : signed + 2])
        if end > len(batch):
            raise MalformedPapersError(offset)
        yield Paper(
            member=MemberNumber(int.from_bytes(head[:4])),
            meeting=int.from_bytes(head[4:8]),
            call=head[8],
            deadline=int.from_bytes(head[9:14]),
            choices=int.from_bytes(batch[offset + RECORD_HEAD : signed]),
            signature=batch[signed + 2 : end],
        )
        offset = end


def quorum(roll: int, share_bps: BasisPoints) -> int:
    """Members that must be present of a roll: the share, rounded up."""
    return -(-roll * share_bps // BPS)


def is_passed(votes_for: int, votes_against: int, majority_bps: BasisPoints) -> bool:
    """FOR is above half of FOR + AGAINST at 5000, else at least the share; without a vote nothing passes."""
    cast = votes_for + votes_against
    if majority_bps == SIMPLE_MAJORITY:
        return 2 * votes_for > cast
    return cast > 0 and votes_for * BPS >= cast * majority_bps


def ranking(votes: Sequence[int]) -> list[int]:
    """Indices of an election's list by votes; of equal votes the earlier on the list comes first."""
    return sorted(range(len(votes)), key=lambda index: -votes[index])


def elected(election: Election, votes: Sequence[int]) -> list[MemberNumber]:
    """Who fills the seats, in the order of votes; nobody without a vote."""
    best = ranking(votes)[: election.seats]
    return [election.candidates[index] for index in best if votes[index]]
