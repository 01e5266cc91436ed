"""Read models of the members' meeting: what was put to it, who was there, each paper, what came of it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from indexer.chain import events as ev
from indexer.chain.events import CAST_BYTES, MEMBER_BYTES, Event, LogRef
from indexer.ledger import meeting_schema as schema
from indexer.ledger.loans import KnownLoans
from indexer.ledger.marks import packed_marks
from indexer.ledger.rule import Make, Rows, json_text, place
from rules.types import Attendance, MotionKind


def _convened(ref: LogRef, event: ev.MeetingConvened, _known: KnownLoans) -> Rows:
    called = (event.kind, event.book_year, ref.block_time, event.roll)
    told = (event.convener, event.notice_hash, event.documents)
    first, second = event.first, event.second
    calls = (first.opens_at, first.closes_at, second.opens_at, second.closes_at)
    row = (event.meeting, *place(ref), ref.address, *called, *told, *calls, json_text(event.bylaws))
    return ((schema.meeting, row),)


def _put(ref: LogRef, event: ev.MotionPut, _known: KnownLoans) -> Rows:
    motion = event.content
    content: dict[str, object] = {"actions": motion.actions}
    if motion.kind == MotionKind.ELECTION:
        content["election"] = motion.election
    told = (motion.kind, motion.majority_bps, motion.title, motion.text, json_text(content))
    return ((schema.motion, (*place(ref), event.meeting, event.motion, *told)),)


def _changed(change: str, told: Callable[[Any], tuple[bytes | None, int | None, int | None]]) -> Make:
    """`told`: account, member, until."""

    def rows(ref: LogRef, event: Any, _known: KnownLoans) -> Rows:
        row = (*place(ref), event.meeting, event.motion, change, *told(event))
        return ((schema.motion_change, row),)

    return rows


def _members(packed: bytes) -> Iterator[tuple[int, int]]:
    """Position and member number."""
    for position, at in enumerate(range(0, len(packed), MEMBER_BYTES)):
        yield position, int.from_bytes(packed[at : at + MEMBER_BYTES], "big")


def _checked_in(ref: LogRef, event: ev.CheckedIn, _known: KnownLoans) -> Rows:
    return _present(ref, event, Attendance.PRESENT)


def _listed(ref: LogRef, event: ev.PaperListEntered, _known: KnownLoans) -> Rows:
    entered = (schema.paper_list, (*place(ref), event.meeting, event.call, event.document))
    return entered, *_present(ref, event, Attendance.PAPER)


def _present(ref: LogRef, event: Any, attendance: Attendance) -> Rows:
    where, call, how = place(ref), (event.meeting, event.call), int(attendance)
    return tuple(
        [
            (schema.attendance, (*where, position, *call, member, how))
            for position, member in _members(event.members)
        ]
    )


def _cast(ref: LogRef, event: ev.BallotsCast, _known: KnownLoans) -> Rows:
    where, call, cast = place(ref), (event.meeting, event.call), event.cast
    papers = [cast[at : at + CAST_BYTES] for at in range(0, len(cast), CAST_BYTES)]
    split = MEMBER_BYTES
    marks = packed_marks([paper[split:] for paper in papers])
    ballots = [
        (schema.ballot, (*where, position, *call, int.from_bytes(paper[:split], "big"), paper[split:]))
        for position, paper in enumerate(papers)
    ]
    return ((schema.ballot_batch, (*where, *call, len(papers), marks)), *ballots)


def _refused(paper: str) -> Make:
    def rows(ref: LogRef, event: Any, _known: KnownLoans) -> Rows:
        meeting, call = getattr(event, "meeting", None), getattr(event, "call", None)
        about = (paper, meeting, call, getattr(event, "notice_hash", None))
        return ((schema.paper_refusal, (*place(ref), *about, event.member, event.index, event.reason)),)

    return rows


def _signed(ref: LogRef, event: ev.PetitionSigned, _known: KnownLoans) -> Rows:
    where, notice = place(ref), event.notice_hash
    signatures = [
        (schema.petition_signature, (*where, position, notice, member))
        for position, member in _members(event.added)
    ]
    return ((schema.petition, (*where, notice, event.total, event.needed)), *signatures)


def _proxy(ref: LogRef, event: ev.ProxyAppointed, _known: KnownLoans) -> Rows:
    return ((schema.proxy, (*place(ref), event.meeting, event.member, event.holder)),)


def _seat(ref: LogRef, event: ev.SeatFilled, _known: KnownLoans) -> Rows:
    held = (event.seat, event.office, event.member or None, event.account, event.until)
    return ((schema.seat, (*place(ref), event.meeting, event.motion, *held)),)


def _minutes(ref: LogRef, event: ev.MinutesRecorded, _known: KnownLoans) -> Rows:
    row = (*place(ref), event.meeting, event.document, event.chair, event.secretary)
    return ((schema.minutes, row),)


MEETING_ROWS: Final[Mapping[type[Event], Make]] = {
    ev.MeetingConvened: _convened,
    ev.MotionPut: _put,
    ev.MotionWithdrawn: _changed("WITHDRAWN", lambda event: (event.by, None, None)),
    ev.PetitionSigned: _signed,
    ev.CheckedIn: _checked_in,
    ev.PaperListEntered: _listed,
    ev.BallotsCast: _cast,
    ev.BallotRefused: _refused("BALLOT"),
    ev.CheckInRefused: _refused("CHECK_IN"),
    ev.SignatureRefused: _refused("PETITION"),
    ev.ProxyAppointed: _proxy,
    ev.ConsensusDeclared: _changed("CONSENSUS", lambda event: (event.by, None, event.objections_until)),
    ev.ObjectionRaised: _changed("OBJECTION", lambda event: (None, event.member, None)),
    ev.DecisionCarriedOut: _changed("CARRIED_OUT", lambda event: (event.source, None, None)),
    ev.SeatFilled: _seat,
    ev.MinutesRecorded: _minutes,
}
