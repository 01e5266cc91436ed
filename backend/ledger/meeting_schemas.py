"""The bodies of the public API that speak of meetings and offices. Times are unix seconds."""

from typing import Annotated, Final, Literal

from msgspec import Meta

from backend.ledger.schemas import Block, Body, Day, Hash, Time

Cid = Annotated[str, Meta(pattern="^b[a-z2-7]{58}$", description="CIDv1 of a document.")]
Address = Annotated[str, Meta(pattern="^0x[0-9a-f]{40}$", description="20 bytes in hex.")]
Bytes = Annotated[str, Meta(pattern="^0x([0-9a-f]{2})*$", description="Bytes in hex.")]
MeetingKind = Literal["TAHUNAN", "LUAR_BIASA"]
MotionKind = Literal["RESOLUTION", "ELECTION"]
TieRule = Literal["LOWEST_MEMBER_NO", "LIST_ORDER"]
Outcome = Literal["PENDING", "PASSED", "CONSENSUS", "REJECTED", "NO_QUORUM", "WITHDRAWN"]
AnnualState = Literal["HELD", "LATE", "DUE", "OVERDUE"]
Attendance = Literal["ABSENT", "PAPER", "PRESENT", "VOTED"]
Choice = Literal["FOR", "AGAINST", "ABSTAIN"]
Reason = Literal[
    "NOT_ELIGIBLE",
    "ALREADY_VOTED",
    "OVERVOTE",
    "BAD_SIGNATURE",
    "EXPIRED",
    "WRONG_MEETING",
    "ALREADY_PRESENT",
]
CallNumber = Literal[1, 2]


class CallTimes(Body, frozen=True):
    """When a call takes papers: from `opens_at` until before `closes_at`."""

    call: CallNumber
    opens_at: Time
    closes_at: Time


class MeetingHead(Body, frozen=True):
    """The notice of a meeting: its roll was frozen with it."""

    meeting: int
    kind: MeetingKind
    book_year: Annotated[int | None, Meta(description="The year reported on; null in an extraordinary one.")]
    noticed_at: Time
    roll: int
    notice_hash: Hash
    documents: Annotated[Hash, Meta(description="sha2-256 of agenda and documents.")]
    documents_cid: Annotated[Cid, Meta(description="Of the agenda, if it is one block.")]
    calls: list[CallTimes]
    motions: int
    final: Annotated[bool, Meta(description="Whether the notice's block is final.")]


class AnnualMeeting(Body, frozen=True):
    """A book year that ended, and its annual meeting: the law gives six months. LATE: held after them;
    OVERDUE: not held, and they ran out."""

    book_year: int
    last_day: Day
    state: AnnualState
    meeting: Annotated[int | None, Meta(description="Held, or else convened last.")]
    held_on: Annotated[Day | None, Meta(description="When its quorate call closed.")]


class MeetingPage(Body, frozen=True):
    """Meetings, newest first."""

    meetings: list[MeetingHead]
    annual: Annotated[list[AnnualMeeting], Meta(description="Every book year that ended, newest first.")]
    next_before: Annotated[
        int | None, Meta(description="Ask with before=this for older ones; null when there are none.")
    ]


class CallCounts(Body, frozen=True):
    """Who was counted in a call, nobody twice. `present`: by check-in or ballot; `paper`: on the paper list
    only, which counts for motions that are not weighty."""

    call: CallNumber
    takes_place: bool
    needed: Annotated[int, Meta(description="Members of the roll that make the quorum.")]
    present: int
    ballots: int
    paper: int
    quorate: Annotated[bool, Meta(description="Whether those present are enough without the paper list.")]


class Votes(Body, frozen=True):
    """Votes on a resolution."""

    in_favour: int
    against: int
    abstain: int


class CandidateVotes(Body, frozen=True):
    """A candidate, in the order of the notice."""

    member: int
    votes: int
    elected: bool


class Action(Body, frozen=True):
    """A call that the decision makes when it is carried out."""

    target: Address
    data: Bytes


class Consensus(Body, frozen=True):
    """Declared by the chair; it stands if nobody objects until then and no ballot is against."""

    call: CallNumber
    objections_until: Time
    objections: Annotated[list[int], Meta(description="Members that objected.")]


class Seat(Body, frozen=True):
    """A seat filled when the election was carried out; `member` is null if it stays vacant."""

    seat: int
    office: str
    member: int | None
    until: Time


class Motion(Body, frozen=True):
    """A motion and what came of it. Counts are of the call that decided, else of the last that took place."""

    motion: int
    kind: MotionKind
    title: str
    document: Annotated[Hash | None, Meta(description="sha2-256 of the motion's document.")]
    majority_bps: Annotated[int, Meta(description="Of FOR + AGAINST; 5000: more than half.")]
    weighty: Annotated[bool, Meta(description="Whether only members present count for its quorum.")]
    outcome: Outcome
    decided_by: Annotated[CallNumber | None, Meta(description="The call that decided.")]
    decided_at: Annotated[Time | None, Meta(description="When that call closed.")]
    votes: Annotated[Votes | None, Meta(description="Of a resolution.")]
    candidates: Annotated[list[CandidateVotes], Meta(description="Of an election.")]
    offices: list[str]
    term_days: int | None
    tie_rule: TieRule | None
    actions: list[Action]
    consensus: Consensus | None
    carried_out: bool
    seats: list[Seat]


class RefusedPaper(Body, frozen=True):
    """A ballot paper that was skipped; `row`: its place among the meeting's ballot papers, from 1."""

    row: int
    call: CallNumber
    member: int
    reason: Reason


class Minutes(Body, frozen=True):
    """The minutes recorded last: sha2-256 of the document, and the persons that signed."""

    document: Hash
    cid: Cid
    chair: int
    secretary: int


class Meeting(Body, frozen=True):
    """A meeting as of the time of the last block in the books."""

    as_of: Time
    head: MeetingHead
    calls: list[CallCounts]
    motions: list[Motion]
    refused: Annotated[list[RefusedPaper], Meta(description="The first 200 of them.")]
    refused_total: int
    minutes: Minutes | None


class Vote(Body, frozen=True):
    """What a ballot says on a motion: a choice, or the candidates marked."""

    motion: int
    choice: Choice | None
    candidates: list[int]


class Ballot(Body, frozen=True):
    """An accepted ballot paper, and where the chain holds it: `position` in the log's papers, from 0."""

    choices: Annotated[
        str, Meta(pattern="^0x[0-9a-f]{1,64}$", description="The boxes as a number: box i is bit i.")
    ]
    votes: list[Vote]
    block: Block
    transaction: Hash
    log_index: int
    position: int


class MemberInCall(Body, frozen=True):
    """A member in a call."""

    call: CallNumber
    attendance: Attendance
    ballot: Ballot | None


class MemberInMeeting(Body, frozen=True):
    """What the chain holds of a member in a meeting."""

    meeting: int
    member: int
    calls: list[MemberInCall]
    refused: list[RefusedPaper]


class Office(Body, frozen=True):
    """A term of office. `holder`: number of the person; staff from 4,000,000,000 up."""

    office: str
    holder: int
    account: Address
    since: Time
    until: Time
    lapsed: Annotated[bool, Meta(description="It ended by itself; it can still convene a meeting.")]


class Offices(Body, frozen=True):
    """Who holds which office, as of the time of the last block in the books."""

    as_of: Time
    offices: list[Office]


BODIES: Final = (MeetingPage, Meeting, MemberInMeeting, Offices)
