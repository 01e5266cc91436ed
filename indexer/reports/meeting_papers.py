"""The papers of a meeting as the books hold them: who was there, what was marked, what was refused."""

from collections import defaultdict
from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, exists, func, select

from indexer.ledger import schema
from indexer.ledger.marks import count_marks, sum_marks
from indexer.ledger.meeting_schema import attendance, ballot, ballot_batch, paper_refusal
from rules.types import Attendance, Refusal

EVERY_BLOCK: Final = (1 << 63) - 1


class Scope(msgspec.Struct, frozen=True):
    """A meeting in one cooperative's books, up to a block."""

    connection: Connection
    meeting: int
    cooperative_id: int = 1
    through: int = EVERY_BLOCK

    def of(self, table: Any) -> ColumnElement[bool]:
        """The rows of the meeting in a table."""
        return and_(
            table.c.cooperative_id == self.cooperative_id,
            table.c.meeting == self.meeting,
            table.c.block_number <= self.through,
        )


class Counts(msgspec.Struct, frozen=True):
    """Members counted in a call: by check-in or ballot, ballots accepted, on the paper list only."""

    present: int
    ballots: int
    paper: int


class CallReport(msgspec.Struct, frozen=True):
    """A call. `needed` of the roll make its quorum; it `takes_place` unless an earlier one had it."""

    call: int
    opens_at: int
    closes_at: int
    needed: int
    counts: Counts
    takes_place: bool

    @property
    def quorate(self) -> bool:
        """Whether enough were present without the paper list."""
        return self.counts.present >= self.needed


class RefusedPaper(msgspec.Struct, frozen=True):
    """A ballot paper that was skipped; `row`: its place among all ballot papers of the meeting in chain
    order, from 1."""

    row: int
    call: int
    member: int
    reason: Refusal


class CastBallot(msgspec.Struct, frozen=True):
    """An accepted ballot paper, and where the chain holds it: `position` in the log's papers, from 0."""

    choices: int
    block: int
    block_hash: bytes
    block_time: int
    transaction: bytes
    log_index: int
    position: int


def counts(scope: Scope, call: int) -> Counts:
    """Who is counted in a call, each in one way."""
    here, cast = attendance.alias("here"), ballot.alias("cast")
    mine = (scope.of(here), here.c.call == call)
    voted = exists().where(scope.of(cast), cast.c.call == call, cast.c.member == here.c.member)
    other = attendance.alias("other")
    came = exists().where(
        scope.of(other),
        other.c.call == call,
        other.c.member == here.c.member,
        other.c.attendance == int(Attendance.PRESENT),
    )
    checked_in = select(func.count()).where(*mine, here.c.attendance == int(Attendance.PRESENT), ~voted)
    listed = select(func.count()).where(*mine, here.c.attendance == int(Attendance.PAPER), ~voted, ~came)
    papers = func.coalesce(func.sum(ballot_batch.c.papers), 0)
    ballots = select(papers).where(scope.of(ballot_batch), ballot_batch.c.call == call)
    voters, others, paper = (
        int(scope.connection.execute(query).scalar_one()) for query in (ballots, checked_in, listed)
    )
    return Counts(voters + others, voters, paper)


def box_counts(scope: Scope, call: int) -> list[int]:
    """How many accepted papers of a call mark each of the 256 boxes, by the sums of their batches."""
    query = select(ballot_batch.c.marks).where(scope.of(ballot_batch), ballot_batch.c.call == call)
    return sum_marks(scope.connection.execute(query).scalars())


def recounted(scope: Scope, call: int) -> list[int]:
    """The same from the ballots, one by one."""
    query = (
        select(ballot.c.choices, func.count())
        .where(scope.of(ballot), ballot.c.call == call)
        .group_by(ballot.c.choices)
    )
    return count_marks((choices, papers) for choices, papers in scope.connection.execute(query))


def refused_ballots(scope: Scope) -> list[RefusedPaper]:
    """Ballot papers of the meeting that were skipped. A transaction of ours carries one batch."""
    skipped = paper_refusal.c
    refusals = scope.connection.execute(
        select(skipped.block_number, _tx(), skipped.place, skipped.call, skipped.member, skipped.reason)
        .join(schema.raw_log, _log_of(paper_refusal))
        .where(scope.of(paper_refusal), skipped.paper == "BALLOT")
        .order_by(skipped.block_number, skipped.log_index)
    ).all()
    if not refusals:
        return []
    accepted = scope.connection.execute(
        select(ballot_batch.c.block_number, _tx(), ballot_batch.c.papers)
        .join(schema.raw_log, _log_of(ballot_batch))
        .where(scope.of(ballot_batch))
    )
    papers: defaultdict[tuple[int, int], int] = defaultdict(int)
    for block, tx, count in accepted:
        papers[block, tx] += count
    for block, tx, *_ in refusals:
        papers[block, tx] += 1
    before, total = {}, 0
    for batch in sorted(papers):
        before[batch] = total
        total += papers[batch]
    return [
        RefusedPaper(before[block, tx] + place + 1, call, member, Refusal(reason))
        for block, tx, place, call, member, reason in refusals
    ]


def ballot_of(scope: Scope, call: int, member: int) -> CastBallot | None:
    """The ballot of a member in a call, if one was accepted."""
    block, log = schema.block.c, schema.raw_log.c
    query = (
        select(
            *(ballot.c.choices, ballot.c.block_number, block.hash, block.time, log.tx_hash),
            *(ballot.c.log_index, ballot.c.position),
        )
        .join(schema.raw_log, _log_of(ballot))
        .join(
            schema.block,
            (block.cooperative_id == ballot.c.cooperative_id) & (block.block_number == ballot.c.block_number),
        )
        .where(scope.of(ballot), ballot.c.call == call, ballot.c.member == member)
    )
    row = scope.connection.execute(query).one_or_none()
    return None if row is None else CastBallot(int.from_bytes(row[0], "big"), *row[1:])


def attendance_of(scope: Scope, call: int, member: int) -> Attendance:
    """Of a member in a call."""
    if ballot_of(scope, call, member):
        return Attendance.VOTED
    query = select(func.max(attendance.c.attendance)).where(
        scope.of(attendance), attendance.c.call == call, attendance.c.member == member
    )
    return Attendance(scope.connection.execute(query).scalar_one() or 0)


def _log_of(table: Any) -> ColumnElement[bool]:
    log = schema.raw_log.c
    return and_(
        log.cooperative_id == table.c.cooperative_id,
        log.block_number == table.c.block_number,
        log.log_index == table.c.log_index,
    )


def _tx() -> ColumnElement[int]:
    return schema.raw_log.c.tx_index
