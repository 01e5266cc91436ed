"""Motions of a meeting as the books hold them: what they ask for, their tallies and what came of them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, select

from indexer.ledger.meeting_schema import motion, motion_change, seat
from indexer.reports.meeting_papers import CallReport, Scope, box_counts
from rules.ballots import Boxes, Election, Motion, Resolution, elected, ranking
from rules.meetings import CALLS, Vote, outcome
from rules.types import BasisPoints, MemberNumber, MotionKind, Outcome, TieRule


class Consensus(msgspec.Struct, frozen=True):
    """Declared in a call, and open to objections until (unix seconds)."""

    call: int
    until: int
    objections: tuple[MemberNumber, ...]


class Seat(msgspec.Struct, frozen=True):
    """A seat that was filled, or stayed vacant (no member), for a term until (unix seconds)."""

    seat: int
    office: int
    member: MemberNumber | None
    until: int


class MotionReport(msgspec.Struct, frozen=True):
    """A motion. `tally`: FOR, AGAINST, ABSTAIN, or a count for each of `candidates`, of the call that
    decided, else of the last that took place; `tallies`: of both. `call` that decided, and when it closed:
    zero while none has.
    """

    motion: int
    kind: MotionKind
    title: str
    document: bytes
    majority_bps: int
    weighty: bool
    actions: tuple[Mapping[str, str], ...]
    offices: tuple[int, ...]
    term_days: int
    tie_rule: TieRule
    candidates: tuple[MemberNumber, ...]
    outcome: Outcome
    call: int
    closed_at: int
    tally: tuple[int, ...]
    tallies: tuple[tuple[int, ...], tuple[int, ...]]
    ranking: tuple[int, ...]
    elected: tuple[MemberNumber, ...]
    consensus: Consensus | None
    carried_out: bool
    seats: tuple[Seat, ...]

    @property
    def passed(self) -> bool:
        """Whether it is decided in favour."""
        return self.outcome in (Outcome.PASSED, Outcome.CONSENSUS)


class _Put(msgspec.Struct, frozen=True):
    """A motion's row, its content and what counts of it."""

    row: Row[Any]
    content: Mapping[str, Any]
    rule: Motion


def ballot_form(scope: Scope) -> Boxes:
    """The boxes of the meeting's ballot paper."""
    return Boxes(tuple(each.rule for each in _put(scope)))


def _put(scope: Scope) -> list[_Put]:
    query = select(motion).where(scope.of(motion)).order_by(motion.c.motion)
    found = []
    for row in scope.connection.execute(query):
        content = json.loads(row.content)
        found.append(_Put(row, content, _rule(row, content, is_weighty(content))))
    return found


def motion_reports(
    scope: Scope, calls: tuple[CallReport, CallReport], at: tuple[int, int]
) -> tuple[MotionReport, ...]:
    """The motions that were put to the meeting. `at`: the call whose tallies are shown, and the time."""
    put = _put(scope)
    boxes = Boxes(tuple(each.rule for each in put))
    tallies = {call: _tallies(scope, boxes, calls[call - 1]) for call in CALLS}
    changes, filled = _changes(scope, calls[0].closes_at), _seats(scope)
    reports = []
    for place, each in enumerate(put):
        changed = changes.get(each.row.motion, _Changes())
        both = (tuple(tallies[1][place]), tuple(tallies[2][place]))
        decided = _outcome(each.rule, changed, calls, both, at[1])
        counted = (both[(decided[1] or at[0]) - 1], both)
        seats = tuple(filled.get(each.row.motion, ()))
        reports.append(_report(each, counted, (decided, changed, seats)))
    return tuple(reports)


_Tally = tuple[int, ...]


def _report(
    put: _Put,
    counted: tuple[_Tally, tuple[_Tally, _Tally]],
    became: tuple[tuple[Outcome, int, int], "_Changes", tuple[Seat, ...]],
) -> MotionReport:
    row, content, rule = put.row, put.content, put.rule
    (tally, both), (decided, changed, seats) = counted, became
    won = isinstance(rule, Election) and decided[0] is Outcome.PASSED
    election = content.get("election", {})
    return MotionReport(
        row.motion,
        MotionKind(row.kind),
        row.title,
        row.document,
        row.majority_bps,
        isinstance(rule, Election) or rule.weighty,
        tuple(content["actions"]),
        tuple(election.get("offices", ())),
        election.get("term_days", 0),
        TieRule(election.get("tie_rule", 0)),
        rule.candidates if isinstance(rule, Election) else (),
        *decided,
        tally,
        both,
        tuple(ranking(tally)) if won else (),
        tuple(elected(rule, tally)) if won and isinstance(rule, Election) else (),
        changed.consensus,
        changed.carried_out,
        seats,
    )


def is_weighty(content: Mapping[str, Any]) -> bool:
    """Whether a resolution carries something out: then only members present make its quorum."""
    return bool(content["actions"])


def _rule(row: Row[Any], content: Mapping[str, Any], weighty: bool) -> Motion:
    if row.kind == MotionKind.RESOLUTION:
        return Resolution(BasisPoints(row.majority_bps), weighty)
    election = content["election"]
    candidates = tuple(MemberNumber(each["member"]) for each in election["candidates"])
    return Election(len(election["offices"]), candidates)


def _tallies(scope: Scope, boxes: Boxes, call: CallReport) -> list[list[int]]:
    """Of every motion in a call."""
    marked = box_counts(scope, call.call)
    tallies = []
    for number in boxes.numbers():
        first = boxes.first(number)
        votes = marked[first : first + boxes.width(number)]
        if isinstance(boxes.motions[number - 1], Resolution):
            votes.append(call.counts.ballots - sum(votes))
        tallies.append(votes)
    return tallies


def _outcome(
    rule: Motion,
    changed: "_Changes",
    calls: tuple[CallReport, CallReport],
    tallies: Sequence[tuple[int, ...]],
    now: int,
) -> tuple[Outcome, int, int]:
    if changed.withdrawn:
        return Outcome.WITHDRAWN, 0, 0
    weighty = isinstance(rule, Election) or rule.weighty
    votes = []
    for call, tally in zip(calls, tallies, strict=True):
        if call.call == 1 or call.takes_place:
            counted = call.counts.present + (0 if weighty else call.counts.paper)
            told = changed.consensus
            agreed = told is not None and told.call == call.call and not told.objections
            votes.append(Vote(call.closes_at, counted >= call.needed, tally, agreed))
    return outcome(rule, votes, now)


class _Changes(msgspec.Struct):
    """What happened to a motion; `consensus`: the one declared last."""

    withdrawn: bool = False
    carried_out: bool = False
    consensus: Consensus | None = None


def _changes(scope: Scope, first_closes: int) -> dict[int, _Changes]:
    """By motion. An objection is to the consensus declared last."""
    change = motion_change.c
    query = select(change.motion, change.change, change.member, change.until).where(scope.of(motion_change))
    found: dict[int, _Changes] = {}
    for number, what, member, until in scope.connection.execute(
        query.order_by(change.block_number, change.log_index)
    ):
        changed = found.setdefault(number, _Changes())
        if what == "WITHDRAWN":
            changed.withdrawn = True
        elif what == "CARRIED_OUT":
            changed.carried_out = True
        elif what == "CONSENSUS":
            call = 1 if until <= first_closes else 2
            changed.consensus = Consensus(call, until, ())
        elif changed.consensus is not None:
            told = changed.consensus
            changed.consensus = msgspec.structs.replace(told, objections=(*told.objections, member))
    return found


def _seats(scope: Scope) -> dict[int, list[Seat]]:
    held = seat.c
    query = select(held.motion, held.seat, held.office, held.member, held.until).where(scope.of(seat))
    found: dict[int, list[Seat]] = {}
    for number, *filled in scope.connection.execute(query.order_by(held.motion, held.seat)):
        found.setdefault(number, []).append(Seat(*filled))
    return found
