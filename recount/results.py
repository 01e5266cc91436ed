"""Quorum, tallies, outcomes and the elected of a replayed meeting, and the report of a recount."""

from typing import Any, Final

from recount.bundle import Bundle
from recount.findings import Difference
from recount.notice import Motion
from recount.replay import CALLS, Replay, Sitting
from rules.types import Outcome

_SIMPLE: Final = 5_000
_ALL: Final = 10_000
_DECIDED: Final = (Outcome.PASSED, Outcome.CONSENSUS)


class Results:
    """What the meeting came to at the second `until`."""

    def __init__(self, replay: Replay, until: int) -> None:
        self._replay = replay
        self._notice = replay.notice
        self._tallies: dict[tuple[int, int], list[int]] = {}
        self.until = until

    def is_quorate(self, call: int, weighty: bool = True) -> bool:
        """Whether enough were present; the paper list counts for what is not weighty."""
        sitting = self._replay.sittings[call]
        counted = len(sitting.present) + (0 if weighty else len(sitting.paper))
        return counted >= self._notice.needed(call)

    def needed(self, call: int) -> int:
        """Members that must be present in a call."""
        return self._notice.needed(call)

    def takes_place(self, call: int) -> bool:
        """The first always, the second once the first closed without a quorum (the paper list apart)."""
        return call == 1 or (self.until >= self._notice.windows[0].closes_at and not self.is_quorate(1))

    def tally(self, call: int, motion: Motion) -> list[int]:
        """FOR, AGAINST, ABSTAIN, or a count for each candidate."""
        key = call, motion.number
        if key not in self._tallies:
            self._tallies[key] = self._count(call, motion)
        return self._tallies[key]

    def _count(self, call: int, motion: Motion) -> list[int]:
        ballots = self._replay.sittings[call].ballots.values()
        width = len(motion.candidates) if motion.is_election else 2
        boxes = range(motion.first_box, motion.first_box + width)
        votes = [sum(choices >> box & 1 for choices in ballots) for box in boxes]
        return votes if motion.is_election else [*votes, len(ballots) - sum(votes)]

    def outcome(self, motion: Motion) -> tuple[Outcome, int]:
        """The outcome and the call that decided, or zero."""
        if motion.number in self._replay.withdrawn:
            return Outcome.WITHDRAWN, 0
        for call in CALLS:
            if not self.takes_place(call):
                break
            if self.until < self._notice.windows[call - 1].closes_at:
                return Outcome.PENDING, 0
            if self.is_quorate(call, motion.is_weighty):
                return self._decision(call, motion), call
        return Outcome.NO_QUORUM, 0

    def _decision(self, call: int, motion: Motion) -> Outcome:
        if motion.is_election:
            return Outcome.PASSED
        votes_for, against, _ = self.tally(call, motion)
        sitting = self._replay.sittings[call]
        if motion.number in sitting.declared - sitting.objected and not against:
            return Outcome.CONSENSUS
        share, needed = votes_for * _ALL, (votes_for + against) * motion.majority_bps
        passed = share > needed if motion.majority_bps == _SIMPLE else votes_for > 0 and share >= needed
        return Outcome.PASSED if passed else Outcome.REJECTED

    def elected(self, motion: Motion) -> list[int]:
        """In the order of votes, ties by the list; nobody without a vote, or where no call decided."""
        outcome, call = self.outcome(motion)
        if not motion.is_election or outcome is not Outcome.PASSED:
            return []
        votes = dict(zip(motion.candidates, self.tally(call, motion), strict=True))
        best = sorted(motion.candidates, key=lambda member: -votes[member])[: motion.seats]
        return [member for member in best if votes[member]]

    def shown_call(self, motion: Motion) -> int:
        """The call whose tally is shown: the one that decided, else the last that takes place."""
        return self.outcome(motion)[1] or (2 if self.takes_place(2) else 1)

    def check_carried_out(self) -> None:
        """What was carried out had passed, and its delay was over."""
        for number, time in self._replay.carried_out:
            outcome, call = self.outcome(self._notice.motion(number))
            closed = self._notice.windows[call - 1].closes_at if call else time
            if outcome not in _DECIDED or time < closed + self._notice.execution_delay:
                self._replay.differences.add("CARRIED_OUT", what=str(number), found=outcome.name)

    def check_seats(self) -> None:
        """An office is filled by who was elected to it, or left vacant."""
        for number, seat, member in self._replay.seats:
            elected = self.elected(self._notice.motion(number))
            expected = elected[seat] if seat < len(elected) else 0
            if member not in (0, expected):
                self._replay.differences.add("SEAT", what=f"{number}.{seat}", said=member, found=expected)


def report(bundle: Bundle, replay: Replay) -> dict[str, Any]:
    """A recount as JSON; `eligible` to `elections` are in the form of expected/rat.json."""
    notice = replay.notice
    if notice.roll != notice.roll_said:
        replay.differences.found.insert(0, Difference("ROLL", said=notice.roll_said, found=notice.roll))
    results = Results(replay, bundle.until)
    results.check_seats()
    results.check_carried_out()
    second = _call(results, replay.sittings[2], 2) if results.takes_place(2) else None
    return {
        "meeting": notice.meeting,
        "chain_id": bundle.chain_id,
        "rat": bundle.rat,
        "box": bundle.box,
        "block": bundle.block,
        "noticed_at": notice.noticed_at,
        "eligible": notice.roll,
        "first_call": _call(results, replay.sittings[1], 1),
        "second_call": second,
        "ballots_accepted": len(replay.sittings[2 if second else 1].ballots),
        "rejected": [{"row": row, "reason": reason.name} for row, _, reason in replay.refused],
        "motions": {
            str(each.number): _resolution(results, each) for each in notice.motions if not each.is_election
        },
        "elections": {
            str(each.number): _election(results, each) for each in notice.motions if each.is_election
        },
        "by_contract": [{"transaction": hash_, "member": member} for hash_, member in replay.by_contract],
        "differences": [each.plain() for each in replay.differences.found],
    }


def _call(results: Results, sitting: Sitting, call: int) -> dict[str, Any]:
    return {
        "present": len(sitting.present),
        "needed": results.needed(call),
        "quorate": results.is_quorate(call),
        "paper": len(sitting.paper),
        "ballots": len(sitting.ballots),
    }


def _resolution(results: Results, motion: Motion) -> dict[str, Any]:
    outcome, call = results.outcome(motion)
    votes = results.tally(results.shown_call(motion), motion)
    return {
        **dict(zip(("FOR", "AGAINST", "ABSTAIN"), votes, strict=True)),
        "passed": outcome in _DECIDED,
        "outcome": outcome.name,
        "call": call,
    }


def _election(results: Results, motion: Motion) -> dict[str, Any]:
    outcome, call = results.outcome(motion)
    votes = results.tally(results.shown_call(motion), motion)
    return {
        "votes": {str(member): count for member, count in zip(motion.candidates, votes, strict=True)},
        "elected": results.elected(motion),
        "outcome": outcome.name,
        "call": call,
    }
