"""A members' meeting as a model: what contracts/RAT.sol must say of it at any time (IRAT, ADR 0014)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from rules.ballots import Boxes, Choice, Election, Motion, Paper, elected, is_passed, quorum, ranking
from rules.types import Attendance, BasisPoints, MemberNumber, Outcome, Refusal

CALLS: Final = (1, 2)
PETITION_LIFE: Final = 180 * 86_400
"""Seconds from the first signature."""
_Reason = tuple[bool, Refusal]


class MeetingRuleError(ValueError):
    """An act that the meeting does not allow; the contract reverts."""


@dataclass(frozen=True, slots=True)
class Call:
    """Unix seconds: papers are taken from `opens_at` until before `closes_at`."""

    opens_at: int
    closes_at: int

    def is_open(self, now: int) -> bool:
        return self.opens_at <= now < self.closes_at


@dataclass(frozen=True, slots=True)
class MeetingBylaws:
    """Those of IRAT.Bylaws that matter once a meeting is convened. objection_period: seconds."""

    first_quorum_bps: BasisPoints
    second_quorum_bps: BasisPoints
    objection_period: int = 600
    proxies_per_holder: int = 0


@dataclass(frozen=True, slots=True)
class Notice:
    """A convened meeting: its number, its roll, and what it decides."""

    number: int
    roll: frozenset[MemberNumber]
    motions: tuple[Motion, ...]
    first: Call
    second: Call
    bylaws: MeetingBylaws


@dataclass(frozen=True, slots=True)
class Count:
    """Members counted in a call: by check-in or ballot, ballots accepted, on the paper list only."""

    present: int
    ballots: int
    paper: int


@dataclass(frozen=True, slots=True)
class Vote:
    """A motion in a call: when the call closes (unix seconds), whether it has the motion's quorum, the
    motion's tally, and whether a consensus was declared to which nobody objected."""

    closes_at: int
    quorate: bool
    tally: Sequence[int]
    agreed: bool = False


def outcome(motion: Motion, votes: Iterable[Vote], now: int) -> tuple[Outcome, int, int]:
    """What the calls that take place, in order, make of a motion that was not withdrawn.

    The outcome, the call that decided (0: none) and when it closed (unix seconds, or 0).
    """
    for call, vote in enumerate(votes, 1):
        if now < vote.closes_at:
            return Outcome.PENDING, 0, 0
        if vote.quorate:
            return _decision(motion, vote), call, vote.closes_at
    return Outcome.NO_QUORUM, 0, 0


def _decision(motion: Motion, vote: Vote) -> Outcome:
    if isinstance(motion, Election):
        return Outcome.PASSED
    if vote.agreed and not vote.tally[Choice.AGAINST]:
        return Outcome.CONSENSUS
    passed = is_passed(vote.tally[Choice.FOR], vote.tally[Choice.AGAINST], motion.majority_bps)
    return Outcome.PASSED if passed else Outcome.REJECTED


@dataclass(slots=True)
class _CallState:
    attendance: dict[MemberNumber, Attendance] = field(default_factory=dict)
    choices: dict[MemberNumber, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Consensus:
    """Declared in a call, open to objection until a time (unix seconds)."""

    call: int
    until: int
    objected: bool = False


class Petition:
    """Of members for one notice. Whether a signature is good is for the caller to say."""

    def __init__(self, share_bps: BasisPoints) -> None:
        self._share_bps = share_bps
        self._members: frozenset[MemberNumber] = frozenset()
        self.signed: set[MemberNumber] = set()
        self.started_at = 0
        self.used = False

    @property
    def needed(self) -> int:
        """Signatures that convene: the share of the members active at the first; 0 before it."""
        return quorum(len(self._members), self._share_bps)

    def sign(
        self, papers: Sequence[tuple[Paper, bool]], active: frozenset[MemberNumber], now: int
    ) -> list[Refusal]:
        """Take signatures, each with whether it is good, where `active` are members now; the fate of each."""
        if not papers:
            raise MeetingRuleError("there is no signature")
        members = self._members or active
        fates = [self._sign(members, paper, good, now) for paper, good in papers]
        if self.signed and not self.started_at:
            self._members, self.started_at = members, now
        return fates

    def is_complete(self, now: int) -> bool:
        """Whether the next notice, whoever sends it, is the petition's."""
        lasts = now <= self.started_at + PETITION_LIFE
        return bool(self.signed) and len(self.signed) >= self.needed and lasts and not self.used

    def convene(self, now: int, *, officer: bool) -> bool:
        """Convene the notice; whether by petition. An officer can without one, and then it is not used up."""
        complete = self.is_complete(now)
        if not complete and not officer:
            raise MeetingRuleError("too few signatures, too late, or convened already")
        self.used |= complete
        return complete

    def _sign(self, members: frozenset[MemberNumber], paper: Paper, good: bool, now: int) -> Refusal:
        reasons = (
            (paper.member not in members, Refusal.NOT_ELIGIBLE),
            (paper.member in self.signed, Refusal.ALREADY_VOTED),
            (not good, Refusal.BAD_SIGNATURE),
            (now > paper.deadline, Refusal.EXPIRED),
        )
        refusal = next((reason for holds, reason in reasons if holds), Refusal.NONE)
        if refusal is Refusal.NONE:
            self.signed.add(paper.member)
        return refusal


class Meeting:
    """Whether a signature is good is for the caller to say; who acts in an office, too."""

    def __init__(self, notice: Notice) -> None:
        self.notice = notice
        self.boxes = Boxes(notice.motions)
        self.withdrawn: set[int] = set()
        self.proxies: dict[MemberNumber, MemberNumber] = {}
        self._held: Counter[MemberNumber] = Counter()
        self._consensus: dict[int, _Consensus] = {}
        self._calls = {call: _CallState() for call in CALLS}

    def times(self, call: int) -> Call:
        """When a call is open."""
        return self.notice.first if call == 1 else self.notice.second

    def needed(self, call: int) -> int:
        """Members that must be present for a quorum in a call."""
        bylaws = self.notice.bylaws
        share = bylaws.first_quorum_bps if call == 1 else bylaws.second_quorum_bps
        return quorum(len(self.notice.roll), share)

    def open_call(self, now: int) -> int:
        """The call that takes papers now, or 0. No second if the first was quorate without the paper list."""
        if self.notice.first.is_open(now):
            return 1
        second = self.notice.second.is_open(now) and self.count(1).present < self.needed(1)
        return 2 if second else 0

    def attendance(self, call: int, member: MemberNumber) -> Attendance:
        """Of a member in a call."""
        return self._calls[call].attendance.get(member, Attendance.ABSENT)

    def count(self, call: int) -> Count:
        """Who is counted in a call, each in one way."""
        states = list(self._calls[call].attendance.values())
        voted = states.count(Attendance.VOTED)
        return Count(voted + states.count(Attendance.PRESENT), voted, states.count(Attendance.PAPER))

    def cast(self, papers: Iterable[tuple[Paper, bool]], now: int) -> list[Refusal]:
        """Take ballot papers of the open call, each with whether its signature is good; the fate of each."""
        call = self._open(now)
        return [self._cast(call, paper, signed, now) for paper, signed in papers]

    def check_in(self, papers: Iterable[tuple[Paper, bool]], now: int) -> list[Refusal]:
        """Take check-ins of the open call, as `cast` takes papers."""
        call = self._open(now)
        return [self._check_in(call, paper, signed, now) for paper, signed in papers]

    def enter_paper_list(self, members: Iterable[MemberNumber], now: int) -> list[MemberNumber]:
        """Enter who is on the roll and not present in the open call; who was added."""
        call = self._open(now)
        added = []
        for member in members:
            if member in self.notice.roll and self.attendance(call, member) is Attendance.ABSENT:
                self._calls[call].attendance[member] = Attendance.PAPER
                added.append(member)
        return added

    def withdraw(self, motion: int, now: int) -> None:
        """Withdraw a motion before the first call opens."""
        self._known(motion)
        if now >= self.notice.first.opens_at or motion in self.withdrawn:
            raise MeetingRuleError(f"motion {motion} cannot be withdrawn now")
        self.withdrawn.add(motion)

    def appoint_proxy(self, member: MemberNumber, holder: MemberNumber) -> None:
        """One hop, at most so many a holder, and not by who was present in a call."""
        roll, most = self.notice.roll, self.notice.bylaws.proxies_per_holder
        hops = member in self.proxies or holder in self.proxies or self._held[member]
        came = any(self.attendance(call, member) >= Attendance.PRESENT for call in CALLS)
        refused = not {member, holder} <= roll or member == holder or hops or came
        if refused or self._held[holder] >= most:
            raise MeetingRuleError(f"{holder} cannot hold the proxy of {member}")
        self.proxies[member] = holder
        self._held[holder] += 1

    def cast_by_proxy(self, member: MemberNumber, choices: int, now: int) -> None:
        """The paper for `member` by a holder who is present. It leaves the proxy for the second call."""
        call = self._open(now)
        holder = self.proxies.get(member)
        if holder is None or self.attendance(call, holder) < Attendance.PRESENT:
            raise MeetingRuleError(f"no proxy votes for {member} now")
        if self.attendance(call, member) is Attendance.VOTED or self.boxes.is_overvote(choices):
            raise MeetingRuleError(f"the paper for {member} is refused")
        self._count(call, member, choices)

    def declare_consensus(self, motion: int, now: int) -> None:
        """Early enough that the time for objections ends with the call; not if weighty or decided."""
        call = self._open(now)
        until = now + self.notice.bylaws.objection_period
        declared = self._consensus.get(motion)
        again = declared is not None and declared.call == call
        late = until > self.times(call).closes_at
        decided = call > 1 and self.is_quorate(1, motion)
        if self.is_weighty(motion) or motion in self.withdrawn or again or late or decided:
            raise MeetingRuleError(f"no consensus on motion {motion} can be declared now")
        self._consensus[motion] = _Consensus(call, until)

    def object_to(self, motion: int, member: MemberNumber, now: int) -> None:
        """A member on the roll objects in time: the ballots decide."""
        consensus = self._consensus.get(motion)
        if consensus is None or now >= consensus.until or member not in self.notice.roll:
            raise MeetingRuleError(f"{member} cannot object to motion {motion} now")
        consensus.objected = True

    def tally(self, call: int, motion: int) -> list[int]:
        """FOR, AGAINST, ABSTAIN, or a count for each candidate."""
        self._known(motion)
        return self.boxes.tally(motion, self._calls[call].choices.values())

    def outcome(self, motion: int, now: int) -> tuple[Outcome, int, int]:
        """The outcome, the call that decided (0: none) and when it closed (unix seconds, or 0)."""
        self._known(motion)
        if motion in self.withdrawn:
            return Outcome.WITHDRAWN, 0, 0
        return outcome(self._known(motion), (self._vote_on(call, motion) for call in CALLS), now)

    def is_weighty(self, motion: int) -> bool:
        """Whether only members present by check-in or ballot count: elections are."""
        content = self._known(motion)
        return isinstance(content, Election) or content.weighty

    def is_quorate(self, call: int, motion: int) -> bool:
        """Whether the quorum of a motion is reached: the paper list counts for what is not weighty."""
        count = self.count(call)
        return count.present + (0 if self.is_weighty(motion) else count.paper) >= self.needed(call)

    def ranking(self, motion: int, now: int) -> list[int]:
        """The candidates of a decided election by votes: indices into its list."""
        outcome, call, _ = self.outcome(motion, now)
        if outcome is not Outcome.PASSED or not isinstance(self._known(motion), Election):
            raise MeetingRuleError(f"motion {motion} has no ranking")
        return ranking(self.tally(call, motion))

    def elected(self, motion: int, now: int) -> list[MemberNumber]:
        """Who an election's seats go to, in the order of votes; nobody where no call decided."""
        content = self._known(motion)
        outcome, call, _ = self.outcome(motion, now)
        if outcome is not Outcome.PASSED or not isinstance(content, Election):
            return []
        return elected(content, self.tally(call, motion))

    def _open(self, now: int) -> int:
        call = self.open_call(now)
        if not call:
            raise MeetingRuleError("no call is open now")
        return call

    def _known(self, motion: int) -> Motion:
        if motion not in self.boxes.numbers():
            raise MeetingRuleError(f"there is no motion {motion}")
        return self.notice.motions[motion - 1]

    def _cast(self, call: int, paper: Paper, signed: bool, now: int) -> Refusal:
        came = self.attendance(call, paper.member) is Attendance.VOTED
        overvote = self.boxes.is_overvote(paper.choices)
        found = ((came, Refusal.ALREADY_VOTED), (overvote, Refusal.OVERVOTE))
        refusal = self._refusal(call, paper, found, signed, now)
        if refusal is Refusal.NONE:
            self._count(call, paper.member, paper.choices)
            self.proxies.pop(paper.member, None)
        return refusal

    def _check_in(self, call: int, paper: Paper, signed: bool, now: int) -> Refusal:
        came = self.attendance(call, paper.member) >= Attendance.PRESENT
        refusal = self._refusal(call, paper, ((came, Refusal.ALREADY_PRESENT),), signed, now)
        if refusal is Refusal.NONE:
            self._calls[call].attendance[paper.member] = Attendance.PRESENT
            self.proxies.pop(paper.member, None)
        return refusal

    def _refusal(self, call: int, paper: Paper, found: Sequence[_Reason], signed: bool, now: int) -> Refusal:
        reasons: tuple[_Reason, ...] = (
            (paper.member not in self.notice.roll, Refusal.NOT_ELIGIBLE),
            *found,
            (not signed, Refusal.BAD_SIGNATURE),
            (now > paper.deadline, Refusal.EXPIRED),
            ((paper.meeting, paper.call) != (self.notice.number, call), Refusal.WRONG_MEETING),
        )
        return next((reason for holds, reason in reasons if holds), Refusal.NONE)

    def _count(self, call: int, member: MemberNumber, choices: int) -> None:
        self._calls[call].attendance[member] = Attendance.VOTED
        self._calls[call].choices[member] = choices

    def _vote_on(self, call: int, motion: int) -> Vote:
        consensus = self._consensus.get(motion)
        agreed = consensus is not None and consensus.call == call and not consensus.objected
        closes_at = self.times(call).closes_at
        return Vote(closes_at, self.is_quorate(call, motion), self.tally(call, motion), agreed)
