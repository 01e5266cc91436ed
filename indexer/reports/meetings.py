"""Meetings as the books hold them: what was put to them, what each call counted, what was decided."""

import json
from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, func, select

from indexer.ledger import schema
from indexer.ledger.meeting_schema import meeting as meetings
from indexer.ledger.meeting_schema import minutes
from indexer.ledger.meeting_schema import motion as motions
from indexer.reports import meeting_motions
from indexer.reports.meeting_motions import MotionReport, motion_reports
from indexer.reports.meeting_papers import (
    EVERY_BLOCK,
    CallReport,
    RefusedPaper,
    Scope,
    counts,
    refused_ballots,
)
from rules.ballots import Boxes, Choice, quorum
from rules.types import BasisPoints, MeetingKind, MemberNumber, MotionKind


class UnknownMeetingError(LookupError):
    """No such meeting in the books."""

    def __init__(self, meeting: int) -> None:
        super().__init__(f"Rapat {meeting} tidak ada dalam buku. / Meeting {meeting} is not in the books.")
        self.meeting = meeting


class MeetingHead(msgspec.Struct, frozen=True):
    """A notice. Times: unix seconds; `calls`: (opens, closes) of both; `final`: its block cannot go away."""

    meeting: int
    kind: MeetingKind
    book_year: int
    noticed_at: int
    roll: int
    convener: bytes
    notice_hash: bytes
    documents: bytes
    calls: tuple[tuple[int, int], tuple[int, int]]
    motions: int
    final: bool


class Minutes(msgspec.Struct, frozen=True):
    """The minutes last recorded: sha2-256 of the document, and who signed."""

    document: bytes
    chair: MemberNumber
    secretary: MemberNumber


class MeetingReport(msgspec.Struct, frozen=True):
    """A meeting at a time. `shown`: the call whose counts are the meeting's."""

    head: MeetingHead
    bylaws: Mapping[str, int]
    calls: tuple[CallReport, CallReport]
    shown: int
    motions: tuple[MotionReport, ...]
    refused: tuple[RefusedPaper, ...]
    minutes: Minutes | None


def meeting_list(
    connection: Connection, before: int | None = None, limit: int = 20, cooperative_id: int = 1
) -> list[MeetingHead]:
    """Notices, newest first; only meetings numbered below `before`."""
    query = select(meetings).where(meetings.c.cooperative_id == cooperative_id)
    if before is not None:
        query = query.where(meetings.c.meeting < before)
    rows = connection.execute(query.order_by(meetings.c.meeting.desc()).limit(limit)).all()
    put = select(motions.c.meeting, func.count().label("put")).where(
        motions.c.cooperative_id == cooperative_id, motions.c.meeting.in_([row.meeting for row in rows])
    )
    numbers = {row.meeting: row.put for row in connection.execute(put.group_by(motions.c.meeting))}
    floor = _floor(connection, cooperative_id)
    return [_head_of(row, numbers.get(row.meeting, 0), floor) for row in rows]


def meeting_report(
    connection: Connection,
    number: int,
    now: int | None = None,
    cooperative_id: int = 1,
    through: int = EVERY_BLOCK,
) -> MeetingReport:
    """A meeting at `now` (unix seconds; by default the time of the last block in the books), by the logs up
    to block `through`. UnknownMeetingError."""
    scope = Scope(connection, number, cooperative_id, through)
    head, bylaws = head_and_bylaws(scope)
    time = _last_time(scope) if now is None else now
    calls = calls_of(scope, head, bylaws, time)
    shown = 2 if calls[1].takes_place and time >= calls[1].opens_at else 1
    return MeetingReport(
        head,
        bylaws,
        calls,
        shown,
        motion_reports(scope, calls, (shown, time)),
        tuple(refused_ballots(scope)),
        _minutes(scope),
    )


def ballot_form(connection: Connection, number: int, cooperative_id: int = 1) -> Boxes:
    """The boxes of a meeting's ballot paper. UnknownMeetingError."""
    scope = Scope(connection, number, cooperative_id)
    rat = connection.execute(select(meetings.c.rat).where(scope.of(meetings))).scalar_one_or_none()
    if rat is None:
        raise UnknownMeetingError(number)
    return meeting_motions.ballot_form(scope)


def result(report: MeetingReport) -> dict[str, Any]:
    """In the form of the example data's expected/rat.json."""
    first, second = report.calls
    resolutions = [each for each in report.motions if each.kind == MotionKind.RESOLUTION]
    elections = [each for each in report.motions if each.kind == MotionKind.ELECTION]
    return {
        "eligible": report.head.roll,
        "first_call": _attendance(first),
        "second_call": _attendance(second) if second.takes_place else None,
        "ballots_accepted": report.calls[report.shown - 1].counts.ballots,
        "rejected": [{"row": each.row, "reason": each.reason.name} for each in report.refused],
        "motions": {
            str(each.motion): {
                **{choice.name: votes for choice, votes in zip(Choice, each.tally, strict=True)},
                "passed": each.passed,
            }
            for each in resolutions
        },
        "elections": {
            str(each.motion): {
                "votes": {str(who): votes for who, votes in zip(each.candidates, each.tally, strict=True)},
                "elected": list(each.elected),
            }
            for each in elections
        },
    }


def _attendance(call: CallReport) -> dict[str, Any]:
    return {"present": call.counts.present, "needed": call.needed, "quorate": call.quorate}


def head_and_bylaws(scope: Scope) -> tuple[MeetingHead, dict[str, int]]:
    """A meeting's notice, and the by-laws frozen with it. UnknownMeetingError."""
    row = scope.connection.execute(select(meetings).where(scope.of(meetings))).one_or_none()
    if row is None:
        raise UnknownMeetingError(scope.meeting)
    put = scope.connection.execute(select(func.count()).where(scope.of(motions))).scalar_one()
    return _head_of(row, put, _floor(scope.connection, scope.cooperative_id)), json.loads(row.bylaws)


def calls_of(
    scope: Scope, head: MeetingHead, bylaws: Mapping[str, int], now: int
) -> tuple[CallReport, CallReport]:
    """Both calls of a meeting at `now` (unix seconds)."""
    shares = (BasisPoints(bylaws["first_quorum_bps"]), BasisPoints(bylaws["second_quorum_bps"]))
    needed = [quorum(head.roll, share) for share in shares]
    first = CallReport(1, *head.calls[0], needed[0], counts(scope, 1), True)
    second_is_due = now >= first.closes_at and not first.quorate
    return first, CallReport(2, *head.calls[1], needed[1], counts(scope, 2), second_is_due)


def _minutes(scope: Scope) -> Minutes | None:
    told = minutes.c
    query = select(told.document, told.chair, told.secretary).where(scope.of(minutes))
    newest = query.order_by(told.block_number.desc(), told.log_index.desc()).limit(1)
    row = scope.connection.execute(newest).one_or_none()
    return None if row is None else Minutes(*row)


def _head_of(row: Row[Any], put: int, floor: int) -> MeetingHead:
    return MeetingHead(
        row.meeting,
        MeetingKind(row.kind),
        row.book_year,
        row.noticed_at,
        row.roll,
        row.convener,
        row.notice_hash,
        row.documents,
        ((row.first_opens, row.first_closes), (row.second_opens, row.second_closes)),
        put,
        row.block_number <= floor,
    )


def _floor(connection: Connection, cooperative_id: int) -> int:
    head = schema.head.c
    query = select(head.floor).where(head.cooperative_id == cooperative_id)
    floor: int | None = connection.execute(query).scalar_one_or_none()
    return -1 if floor is None else floor


def _last_time(scope: Scope) -> int:
    return book_time(scope.connection, scope.cooperative_id, scope.through)


def book_time(connection: Connection, cooperative_id: int = 1, through: int = EVERY_BLOCK) -> int:
    """The time of the last block in the books, up to `through`, in unix seconds; zero without one."""
    block = schema.block.c
    query = select(block.time).where(block.cooperative_id == cooperative_id, block.block_number <= through)
    newest = query.order_by(block.block_number.desc()).limit(1)
    return int(connection.execute(newest).scalar_one_or_none() or 0)
