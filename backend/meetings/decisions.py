"""What a meeting decided, and carrying it out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from backend.chain import Call, Chain
from backend.meetings.relay import Sender
from rules.types import Outcome

_CONTENT: Final = 3
"""Place among the arguments of RAT.carryOut."""
_EXECUTION_DELAY: Final = 8
"""Place in IRAT.Bylaws."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A motion that passed. content: the fields of IRAT.Motion. contents: content hashes of all motions of
    the meeting. due_at: when it can be carried out (unix).
    """

    meeting: int
    motion: int
    content: tuple[Any, ...]
    contents: tuple[bytes, ...]
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
        hashes = tuple(self._hash(contents[motion]) for motion in sorted(contents))
        source = self._chain.address("RAT")
        found = self._chain.call_many(
            [Call("BallotBox", "decisionOf", (meeting, motion)) for motion in contents]
        )
        carried = self._chain.call_many(
            [Call("RAT", "isCarriedOut", (source, meeting, motion)) for motion in contents]
        )
        (bylaws,) = self._chain.call_many([Call("RAT", "bylawsOf", (meeting,))])
        return [
            Decision(meeting, motion, content, hashes, decided[2] + bylaws[_EXECUTION_DELAY], done)
            for (motion, content), decided, done in zip(contents.items(), found, carried, strict=True)
            if decided[0] in (Outcome.PASSED, Outcome.CONSENSUS)
        ]

    def carry_out(self, decision: Decision, sender: Sender) -> str:
        """Carry out one that is due; the transaction. MeetingStoppedError if the contracts refuse."""
        source = self._chain.address("RAT")
        arguments = (source, decision.meeting, decision.motion, decision.content, decision.contents)
        (sent,) = sender.send("RAT", [("carryOut", arguments)])
        return sent.hash

    def _hash(self, content: tuple[Any, ...]) -> bytes:
        """keccak256(abi.encode(motion))."""
        motion = self._chain.input_types("RAT", "carryOut")[_CONTENT]
        return keccak(encode([motion], [content]))


def _fields(value: Any) -> Any:
    """A decoded struct as the tuple that it is encoded from, all the way down."""
    if isinstance(value, Mapping):
        return tuple(map(_fields, value.values()))
    return list(map(_fields, value)) if isinstance(value, list | tuple) else value
