"""The last step, where wanted: what the ballot box's own views answer beside the recount."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from recount import wire
from recount.bundle import Bundle
from recount.fetch import Reader
from recount.findings import Difference
from rules.types import Outcome

_QUORUM: Final = "quorumOf(uint32,uint8)"
_CALL: Final = "callOf(uint32,uint8)"
_TALLY: Final = "tallyOf(uint32,uint8,uint8)"
_DECISION: Final = "decisionOf(uint32,uint8)"
_DECISION_TYPE: Final = "(uint8,uint8,uint40,uint32[],uint8[])"


def compare_views(reader: Reader, bundle: Bundle, report: Mapping[str, Any]) -> list[Difference]:
    """Where the contract's views, at the bundle's block, answer otherwise than `report`."""
    return [
        Difference("VIEW", what=what, said=said, found=found)
        for what, said, found in _all(reader, bundle, report)
        if said != found
    ]


def _all(reader: Reader, bundle: Bundle, report: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    def ask(function: str, types: tuple[str, ...], *numbers: int) -> tuple[Any, ...]:
        words = b"".join(number.to_bytes(32) for number in (bundle.meeting, *numbers))
        data = wire.bytes_of(wire.selector(function)) + words
        return wire.values(types, reader.view(bundle.box, data, bundle.block), function)

    for call, name in ((1, "first_call"), (2, "second_call")):
        found = report[name]
        if found is None:
            continue
        yield f"quorumOf {call}", ask(_QUORUM, ("uint32",), call)[0], found["needed"]
        _, counts = ask(_CALL, (wire.CALL, "(uint32,uint32,uint32)"), call)
        yield f"callOf {call}", list(counts), [found[key] for key in ("present", "ballots", "paper")]
    last = 1 if report["second_call"] is None else 2
    for number, found in report["motions"].items():
        votes = [found[choice] for choice in ("FOR", "AGAINST", "ABSTAIN")]
        yield from _motion(ask, int(number), found, votes, last)
    for number, found in report["elections"].items():
        yield from _motion(ask, int(number), found, list(found["votes"].values()), last)


def _motion(
    ask: Any, number: int, found: Mapping[str, Any], votes: list[int], last: int
) -> Iterator[tuple[str, Any, Any]]:
    ((outcome, call, *_),) = ask(_DECISION, (_DECISION_TYPE,), number)
    yield f"decisionOf {number}", [Outcome(outcome).name, call], [found["outcome"], found["call"]]
    shown = found["call"] or last
    yield f"tallyOf {shown} {number}", list(ask(_TALLY, ("uint32[]",), shown, number)[0]), votes
