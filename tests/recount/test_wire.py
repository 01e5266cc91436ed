"""The signatures that a recount knows are those of the contracts."""

import json
from pathlib import Path
from typing import Any

import pytest
from eth_utils.abi import event_abi_to_log_topic, function_abi_to_4byte_selector

from recount import wire

ABIS = Path(__file__).parents[2] / "indexer" / "chain" / "abis"


def abi(contract: str, kind: str) -> list[Any]:
    return [
        each for each in json.loads((ABIS / f"{contract}.json").read_text("utf-8")) if each["type"] == kind
    ]


@pytest.mark.parametrize(
    ("contract", "topics"),
    [
        ("MemberRegistry", wire.REGISTER),
        ("RAT", (*wire.OF_RAT, wire.CARRIED_OUT)),
        ("BallotBox", wire.OF_BOX),
    ],
)
def test_events__are_the_contracts(contract: str, topics: tuple[str, ...]) -> None:
    known = {f"0x{event_abi_to_log_topic(each).hex()}" for each in abi(contract, "event")}
    assert set(topics) <= known


def test_functions__are_the_ballot_boxs() -> None:
    known = {f"0x{function_abi_to_4byte_selector(each).hex()}" for each in abi("BallotBox", "function")}
    assert set(wire.ARGUMENTS) <= known
