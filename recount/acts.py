"""What members did in a meeting by transaction: signed papers from calldata beside the events they led to."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, Final, NamedTuple

from recount import wire
from recount.bundle import Bundle, Log
from recount.errors import RecountError
from recount.papers import Paper, read_cast, read_members, read_papers
from recount.register import Place
from rules.types import Refusal

ALWAYS: Final = 2**40 - 1
"""Deadline of what the member's own transaction says: none."""


class Said(NamedTuple):
    """What the events of a transaction say of ballots or of check-ins. Check-ins have choices of zero."""

    call: int
    accepted: tuple[tuple[int, int], ...]
    refused: tuple[tuple[int, int, Refusal], ...]
    """Index in the batch, member, reason."""


class Act(NamedTuple):
    """One transaction; `selector` is empty where its calldata holds no order for the ballot box.

    `papers` of cast and checkIn; one paper of castOwn, checkInOwn and castByProxy. `values`: the arguments.
    """

    transaction: str
    place: Place
    time: int
    sender: str
    selector: str
    papers: tuple[Paper, ...]
    values: tuple[Any, ...]
    logs: tuple[Log, ...]

    @property
    def is_ballot(self) -> bool:
        return self.selector in (wire.CAST_CALL, wire.CAST_OWN_CALL, wire.CAST_BY_PROXY_CALL)

    def said(self, ballots: bool) -> Said:
        """What the events say of the ballots, or of the check-ins."""
        kinds = (wire.CAST, wire.BALLOT_REFUSED) if ballots else (wire.CHECKED_IN, wire.CHECK_IN_REFUSED)
        accepted: list[tuple[int, int]] = []
        refused: list[tuple[int, int, Refusal]] = []
        call = 0
        for log in self.logs:
            if log.topics[0] not in kinds:
                continue
            call = wire.number_of(log.topics[2])
            data = wire.bytes_of(log.data)
            if log.topics[0] == kinds[1]:
                index, reason = wire.values(("uint32", "uint8"), data, "BallotRefused")
                refused.append((index, wire.number_of(log.topics[3]), _reason(reason)))
                continue
            (packed,) = wire.values(("bytes",), data, "BallotsCast")
            accepted += read_cast(packed) if ballots else [(member, 0) for member in read_members(packed)]
        return Said(call, tuple(accepted), tuple(refused))


def _reason(number: int) -> Refusal:
    try:
        return Refusal(number)
    except ValueError as error:
        raise RecountError(
            f"Alasan penolakan {number} tidak dikenal.", f"The reason {number} of a refusal is not known."
        ) from error


def read_acts(bundle: Bundle) -> Iterator[Act]:
    """The transactions whose logs are of the meeting, in the order of the chain."""
    kinds = {bundle.rat: (*wire.OF_RAT, wire.CARRIED_OUT), bundle.box: wire.OF_BOX}
    logs = (log for log in bundle.logs if log.topics[0] in kinds.get(log.address, ()))
    for (_, transaction), group in groupby(logs, key=lambda log: (log.block, log.transaction)):
        yield _act(bundle, transaction, tuple(group))


def _act(bundle: Bundle, hash_: str, logs: Sequence[Log]) -> Act:
    sent = bundle.transactions[hash_]
    selector = ""
    papers: tuple[Paper, ...] = ()
    values: tuple[Any, ...] = ()
    if sent.to == bundle.box and sent.input[:10] in wire.ARGUMENTS:
        selector = sent.input[:10]
        data = wire.bytes_of(f"0x{sent.input[10:]}")
        values = wire.values(wire.ARGUMENTS[selector], data, f"calldata {hash_}")
        papers = _papers(selector, values)
    place, time = logs[0].place, bundle.times[logs[0].block]
    return Act(hash_, place, time, sent.sender, selector, papers, values, tuple(logs))


def _papers(selector: str, values: tuple[Any, ...]) -> tuple[Paper, ...]:
    if selector in (wire.CAST_CALL, wire.CHECK_IN_CALL):
        return tuple(read_papers(values[1]))
    meeting, member = values[:2]
    if selector == wire.CHECK_IN_OWN_CALL:
        return (Paper(member, meeting, 0, ALWAYS, 0, b""),)
    if selector == wire.CAST_OWN_CALL:
        return (Paper(member, meeting, 0, ALWAYS, values[2], b""),)
    if selector == wire.CAST_BY_PROXY_CALL:
        return (Paper(member, meeting, 0, values[3], values[2], values[4]),)
    return ()
