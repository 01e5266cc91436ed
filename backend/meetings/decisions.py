"""What a meeting decided, and carrying it out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from backend.chain import Call, Chain
from backend.meetings.relay import Sender
from rules.types import Outcome

_EXECUTION_DELAY: Final = 8
"""Place in IRAT.Bylaws."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A motion that passed. content: the fields of IRAT.Motion. due_at: when it can be carried out (unix)."""

    meeting: int
    motion: int
    content: tuple[Any, ...]
    due_at: int
    carried_out: bool


class Decisions:
    """Decisions of the RAT of one deployment. from_block: where it begins."""

    def __init__(self, chain: Chain, from_block: int) -> None:
        self._chain = chain
        self._from_block = from_block

    def passed(self, meeting: int) -> list[Decision]:
        """The motions of a meeting that passed, by number, as the chain's last block has them."""
        logs = self._chain.logs("RAT", "MotionPut", self._from_block)
        contents = {log["motion"]: _fields(log["content"]) for log in logs if log["meeting"] == meeting}
        source = self._chain.address("RAT")
        found = self._chain.call_many(
            [Call("BallotBox", "decisionOf", (meeting, motion)) for motion in contents]
        )
        carried = self._chain.call_many(
            [Call("RAT", "isCarriedOut", (source, meeting, motion)) for motion in contents]
        )
        (bylaws,) = self._chain.call_many([Call("RAT", "bylawsOf", (meeting,))])
        return [
            Decision(meeting, motion, content, decided[2] + bylaws[_EXECUTION_DELAY], done)
            for (motion, content), decided, done in zip(contents.items(), found, carried, strict=True)
            if decided[0] in (Outcome.PASSED, Outcome.CONSENSUS)
        ]

    def carry_out(self, decision: Decision, sender: Sender) -> str:
        """Carry out one that is due; the transaction. MeetingStoppedError if the contracts refuse."""
        arguments = (self._chain.address("RAT"), decision.meeting, decision.motion, decision.content)
        (sent,) = sender.send("RAT", [("carryOut", arguments)])
        return sent.hash


def _fields(value: Any) -> Any:
    """A decoded struct as the tuple that it is encoded from, all the way down."""
    if isinstance(value, Mapping):
        return tuple(map(_fields, value.values()))
    return list(map(_fields, value)) if isinstance(value, list | tuple) else value
