"""Meetings and offices as the bodies of the API."""

from collections.abc import Sequence
from typing import Final, cast

from sqlalchemy import select

from backend import errors
from backend.documents.cid import Cid
from backend.ledger import meeting_schemas as schemas
from backend.ledger import repository
from backend.ledger.reading import Books
from backend.ledger.schemas import Block
from indexer.ledger import schema
from indexer.reports import meeting_papers, meetings
from indexer.reports.annual_meetings import AnnualMeeting, annual_meetings
from indexer.reports.meeting_motions import Consensus, MotionReport
from indexer.reports.meeting_papers import CastBallot, Scope
from indexer.reports.offices import offices as terms_of
from rules.ballots import Boxes, Choice
from rules.calendar import day_text
from rules.types import MotionKind, Office

MAX_MEETINGS: Final = 100
"""The most meetings of a page."""
_REFUSED: Final = 200
"""Refused papers that are told one by one."""
_OFFICES: Final = {int(office): office.name for office in Office}


def page(books: Books, before: int | None, limit: int) -> schemas.MeetingPage:
    """Notices, newest first."""
    found = meetings.meeting_list(books.connection, before, limit + 1, books.cooperative_id)
    shown = [_head(each) for each in found[:limit]]
    annual = annual_meetings(books.connection, _now(books), books.cooperative_id)
    return schemas.MeetingPage(
        shown, [_annual(each) for each in annual], shown[-1].meeting if len(found) > limit else None
    )


def meeting(books: Books, number: int) -> schemas.Meeting:
    """A meeting at the time of the last block. UnknownMeetingError."""
    report, now = _report(books, number)
    minutes = report.minutes
    return schemas.Meeting(
        now,
        _head(report.head),
        [_call(each) for each in report.calls],
        [_motion(each) for each in report.motions],
        _refused(report.refused[:_REFUSED]),
        len(report.refused),
        _minutes(minutes) if minutes else None,
    )


def member(books: Books, number: int, member: int) -> schemas.MemberInMeeting:
    """Attendance, ballots and refused papers of a member. UnknownMeetingError, UnknownMemberError."""
    try:
        boxes = meetings.ballot_form(books.connection, number, books.cooperative_id)
    except meetings.UnknownMeetingError:
        raise errors.UnknownMeetingError(number) from None
    known = schema.member.c
    query = select(known.member).where(known.cooperative_id == books.cooperative_id, known.member == member)
    if books.connection.execute(query).first() is None:
        raise errors.UnknownMemberError(member)
    scope = Scope(books.connection, number, books.cooperative_id)
    calls = [
        schemas.MemberInCall(
            call,
            cast("schemas.Attendance", meeting_papers.attendance_of(scope, call, member).name),
            _ballot(boxes, meeting_papers.ballot_of(scope, call, member)),
        )
        for call in cast("tuple[schemas.CallNumber, ...]", (1, 2))
    ]
    refused = [each for each in meeting_papers.refused_ballots(scope) if each.member == member]
    return schemas.MemberInMeeting(number, member, calls, _refused(refused[:_REFUSED]))


def held_offices(books: Books) -> schemas.Offices:
    """Terms at the time of the last block."""
    now = _now(books)
    return schemas.Offices(
        now,
        [
            schemas.Office(
                _office(each.office),
                each.holder,
                f"0x{each.account.hex()}",
                each.since,
                each.until,
                each.lapsed,
            )
            for each in terms_of(books.connection, now, books.cooperative_id)
        ],
    )


def _now(books: Books) -> int:
    return repository.block_time(books, books.head.block_number)


def _report(books: Books, number: int) -> tuple[meetings.MeetingReport, int]:
    now = _now(books)
    try:
        return meetings.meeting_report(books.connection, number, now, books.cooperative_id), now
    except meetings.UnknownMeetingError:
        raise errors.UnknownMeetingError(number) from None


def _head(head: meetings.MeetingHead) -> schemas.MeetingHead:
    return schemas.MeetingHead(
        head.meeting,
        cast("schemas.MeetingKind", head.kind.name),
        head.book_year or None,
        head.noticed_at,
        head.roll,
        head.notice_hash.hex(),
        head.documents.hex(),
        str(Cid.of_block(head.documents)),
        [
            schemas.CallTimes(cast("schemas.CallNumber", call), *times)
            for call, times in enumerate(head.calls, 1)
        ],
        head.motions,
        head.final,
    )


def _annual(each: AnnualMeeting) -> schemas.AnnualMeeting:
    return schemas.AnnualMeeting(
        each.book_year,
        day_text(each.last_day),
        each.state.value,
        each.meeting,
        None if each.held_on is None else day_text(each.held_on),
    )


def _minutes(minutes: meetings.Minutes) -> schemas.Minutes:
    cid = str(Cid.of_block(minutes.document))
    return schemas.Minutes(minutes.document.hex(), cid, minutes.chair, minutes.secretary)


def _call(call: meeting_papers.CallReport) -> schemas.CallCounts:
    return schemas.CallCounts(
        cast("schemas.CallNumber", call.call),
        call.takes_place,
        call.needed,
        call.counts.present,
        call.counts.ballots,
        call.counts.paper,
        call.quorate,
    )


def _motion(motion: MotionReport) -> schemas.Motion:
    election = motion.kind is MotionKind.ELECTION
    return schemas.Motion(
        motion.motion,
        cast("schemas.MotionKind", motion.kind.name),
        motion.title,
        motion.document.hex() if any(motion.document) else None,
        motion.majority_bps,
        motion.weighty,
        cast("schemas.Outcome", motion.outcome.name),
        cast("schemas.CallNumber", motion.call) if motion.call else None,
        motion.closed_at or None,
        None if election else schemas.Votes(*motion.tally),
        _candidates(motion) if election else [],
        [_office(each) for each in motion.offices],
        motion.term_days if election else None,
        cast("schemas.TieRule", motion.tie_rule.name) if election else None,
        [schemas.Action(each["target"], each["data"]) for each in motion.actions],
        _consensus(motion.consensus),
        motion.carried_out,
        [schemas.Seat(each.seat, _office(each.office), each.member, each.until) for each in motion.seats],
    )


def _candidates(motion: MotionReport) -> list[schemas.CandidateVotes]:
    return [
        schemas.CandidateVotes(who, votes, who in motion.elected)
        for who, votes in zip(motion.candidates, motion.tally, strict=True)
    ]


def _consensus(told: Consensus | None) -> schemas.Consensus | None:
    if told is None:
        return None
    return schemas.Consensus(cast("schemas.CallNumber", told.call), told.until, list(told.objections))


def _refused(papers: Sequence[meeting_papers.RefusedPaper]) -> list[schemas.RefusedPaper]:
    return [
        schemas.RefusedPaper(
            each.row,
            cast("schemas.CallNumber", each.call),
            each.member,
            cast("schemas.Reason", each.reason.name),
        )
        for each in papers
    ]


def _ballot(boxes: Boxes, ballot: CastBallot | None) -> schemas.Ballot | None:
    if ballot is None:
        return None
    votes = [
        schemas.Vote(
            motion,
            cast("schemas.Choice", vote.name) if isinstance(vote, Choice) else None,
            [] if isinstance(vote, Choice) else sorted(vote),
        )
        for motion, vote in boxes.unpack(ballot.choices).items()
    ]
    return schemas.Ballot(
        hex(ballot.choices),
        votes,
        Block(ballot.block, ballot.block_hash.hex(), ballot.block_time),
        ballot.transaction.hex(),
        ballot.log_index,
        ballot.position,
    )


def _office(number: int) -> str:
    return _OFFICES.get(number, str(number))
