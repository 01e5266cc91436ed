"""Who was a member when, and with which signer: the register replayed from its logs."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from recount import wire
from recount.bundle import Log

Place = tuple[int, int]
"""Block and log index."""

_STARTS: Final = (wire.ACTIVATED, wire.REINSTATED)
_ENDS: Final = (wire.SUSPENDED, wire.LEFT)
_PASSKEY: Final = 1


class Signer(NamedTuple):
    """A signer from a place on: an address, or the hash of a passkey's key."""

    since: Place
    address: str
    is_passkey: bool


class _History:
    """One member's signers, turns (unix seconds, active or not) and recoveries (place, unix seconds)."""

    def __init__(self) -> None:
        self.signers: list[Signer] = []
        self.turns: list[tuple[int, bool]] = []
        self.recoveries: list[tuple[Place, int]] = []


class Register:
    """The members of the logs given, in the order of the chain."""

    def __init__(self, logs: Iterable[Log], times: Mapping[int, int]) -> None:
        self._members: dict[int, _History] = {}
        for log in logs:
            self._add(log, times[log.block])

    def _add(self, log: Log, time: int) -> None:
        kind = log.topics[0]
        history = self._members.setdefault(wire.number_of(log.topics[1]), _History())
        if kind == wire.REGISTERED:
            signer, passkey, _ = wire.values(
                ("address", "uint8", "uint32"), wire.bytes_of(log.data), "MemberRegistered"
            )
            history.signers.append(Signer(log.place, signer, passkey == _PASSKEY))
        elif kind == wire.SIGNER_CHANGED:
            passkey, recovered = wire.values(("uint8", "bool"), wire.bytes_of(log.data), "SignerChanged")
            history.signers.append(Signer(log.place, f"0x{log.topics[2][-40:]}", passkey == _PASSKEY))
            if recovered:
                history.recoveries.append((log.place, time))
        elif kind in _STARTS:
            history.turns.append((time, True))
        elif kind in _ENDS and history.turns and history.turns[-1][1]:
            history.turns.append((time, False))

    def was_active(self, member: int, time: int) -> bool:
        """Whether `member` was active just before the second `time`."""
        history = self._members.get(member)
        if history is None:
            return False
        before = bisect_left(history.turns, time, key=lambda turn: turn[0])
        return before > 0 and history.turns[before - 1][1]

    def roll(self, time: int) -> int:
        """Members active just before the second `time`."""
        return sum(self.was_active(member, time) for member in self._members)

    def signer(self, member: int, place: Place) -> Signer | None:
        """The signer of `member` at a place of the chain; None before registration."""
        history = self._members.get(member)
        if history is None:
            return None
        before = bisect_right(history.signers, place, key=lambda signer: signer.since)
        return history.signers[before - 1] if before else None

    def may_vote(self, member: int, noticed_at: int, place: Place) -> bool:
        """On the roll of a notice, and not recovered at or after its second, as far as `place` knows."""
        if not self.was_active(member, noticed_at):
            return False
        return not any(at < place and time >= noticed_at for at, time in self._members[member].recoveries)
