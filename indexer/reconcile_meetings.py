"""Meetings in the books against what RAT and BallotBox say of them at a block."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from sqlalchemy import Connection, select

from indexer.chain.events import Address
from indexer.chain.hashing import keccak
from indexer.ledger import schema
from indexer.ledger.meeting_schema import motion
from indexer.reports.meeting_papers import Scope, recounted
from indexer.reports.meetings import MeetingReport, ballot_form, meeting_report
from indexer.reread import Difference
from indexer.state import View, view
from rules.meetings import CALLS
from rules.types import MotionKind

Read = Callable[[Sequence[View]], list[tuple[int, ...]]]
"""The words that views answer with at the block."""
Facts = dict[str, object]

_MEETING: Final = ("kind", "book year", "noticed at", "roll", "motions", "resolutions", "boxes")
"""Words of IRAT.Meeting, but the convener."""
_CALL: Final = ("opens at", "closes at", "present", "ballots", "paper")
"""Words of IBallotBox.callOf."""


def compare_meetings(
    connection: Connection,
    cooperative_id: int,
    at: tuple[int, int],
    meetings: Mapping[int, Address],
    read: Read,
) -> Iterator[Difference]:
    """What differs of the meetings (by number, with the RAT that holds each) at a block's number and time."""
    for number, rat in sorted(meetings.items()):
        chain = _on_chain(number, rat, read)
        try:
            report = meeting_report(connection, number, at[1], cooperative_id, at[0])
            scope = Scope(connection, number, cooperative_id, at[0])
            book = {**_in_books(report), **_ballots(scope, report), **_contents(scope)}
        except (LookupError, ValueError, TypeError) as error:
            yield Difference("meeting", str(number), f"unreadable: {error!r}", "")
            continue
        for key in sorted(chain.keys() | book.keys()):
            one, other = book.get(key, "missing"), chain.get(key, "missing")
            if one != other:
                yield Difference("meeting", f"{number} {key}", str(one), str(other))


def _on_chain(number: int, rat: Address, read: Read) -> Facts:
    told, (box,) = read([view(rat, "meetingOf(uint32)", number), view(rat, "ballotBox()")])
    facts: Facts = dict(zip(_MEETING, told, strict=False))
    where = box.to_bytes(20, "big")
    motions = range(1, told[_MEETING.index("motions")] + 1)
    calls = read([view(where, "callOf(uint32,uint8)", number, call) for call in CALLS])
    for call, words in zip(CALLS, calls, strict=True):
        facts |= {f"call {call} {name}": word for name, word in zip(_CALL, words, strict=True)}
    asked = [(call, each) for call in CALLS for each in motions]
    tallies = read([view(where, "tallyOf(uint32,uint8,uint8)", number, *each) for each in asked])
    for (call, each), words in zip(asked, tallies, strict=True):
        facts[f"call {call} motion {each} tally"] = words[2:]
        facts[f"call {call} motion {each} ballots"] = words[2:]
    decisions = read([view(where, "decisionOf(uint32,uint8)", number, each) for each in motions])
    ((contents,),) = read([view(rat, "contentsHashOf(uint32)", number)])
    facts["contents"] = f"0x{contents:064x}"
    for each, words in zip(motions, decisions, strict=True):
        facts[f"motion {each} decision"] = words[1:4]
        facts[f"motion {each} ranking"] = _array(words[1:], words[5])
    return facts


def _array(words: Sequence[int], offset: int) -> tuple[int, ...]:
    """The array of small numbers at a place of an encoded struct."""
    at = offset // 32
    return tuple(words[at + 1 : at + 1 + words[at]])


def _in_books(report: MeetingReport) -> Facts:
    head = report.head
    resolutions = sum(each.kind == MotionKind.RESOLUTION for each in report.motions)
    boxes = 2 * resolutions + sum(len(each.candidates) for each in report.motions)
    told = (int(head.kind), head.book_year, head.noticed_at, head.roll, head.motions, resolutions, boxes)
    facts: Facts = dict(zip(_MEETING, told, strict=True))
    for call in report.calls:
        counts = (call.counts.present, call.counts.ballots, call.counts.paper)
        words = (call.opens_at, call.closes_at, *counts)
        facts |= {f"call {call.call} {name}": word for name, word in zip(_CALL, words, strict=True)}
        for each in report.motions:
            facts[f"call {call.call} motion {each.motion} tally"] = each.tallies[call.call - 1]
    for each in report.motions:
        facts[f"motion {each.motion} decision"] = (int(each.outcome), each.call, each.closed_at)
        facts[f"motion {each.motion} ranking"] = each.ranking
    return facts


def _ballots(scope: Scope, report: MeetingReport) -> Facts:
    """Tallies from the ballots themselves, beside those of the report."""
    form = ballot_form(scope.connection, scope.meeting, scope.cooperative_id)
    facts: Facts = {}
    for call in report.calls:
        marked = recounted(scope, call.call)
        for each in report.motions:
            first = form.first(each.motion)
            votes = marked[first : first + form.width(each.motion)]
            if each.kind == MotionKind.RESOLUTION:
                votes.append(call.counts.ballots - sum(votes))
            facts[f"call {call.call} motion {each.motion} ballots"] = tuple(votes)
    return facts


def _contents(scope: Scope) -> Facts:
    """The hash of the hashes of all motions: each that of its log's data, which is nothing else."""
    log, put = schema.raw_log.c, motion.c
    query = (
        select(log.data)
        .join(
            schema.raw_log,
            (log.cooperative_id == put.cooperative_id)
            & (log.block_number == put.block_number)
            & (log.log_index == put.log_index),
        )
        .where(scope.of(motion))
        .order_by(put.motion)
    )
    hashes = b"".join(map(keccak, scope.connection.scalars(query)))
    return {"contents": f"0x{keccak(hashes).hex()}"}
