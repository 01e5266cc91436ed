"""Closed ranges: what does not belong in them is an error."""

import copy
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from indexer.chain.fetch import fetch_headers, fetch_logs, fetch_receipts, fetch_tagged
from indexer.chain.prove import Header, ProofError
from indexer.chain.rpc import BadAnswerError, Endpoint, EndpointError
from tests.indexer import faults
from tests.indexer.fake_chain import FakeChain, FakeLog, FakeTx
from tests.indexer.faults import Answers, FakeNode

OURS, OTHER = b"\x01" * 20, b"\x02" * 20
TOPIC = b"\x07" * 32


def log(address: bytes, data: int) -> FakeLog:
    return FakeLog(address, (TOPIC,), data.to_bytes(32, "big"))


@pytest.fixture
def chain() -> FakeChain:
    """Ten blocks; the even ones hold two logs of ours and one of another."""
    chain = FakeChain()
    for number in range(1, 11):
        txs = [FakeTx(number, (log(OURS, number), log(OTHER, 5), log(OURS, 9)))] if number % 2 == 0 else []
        chain.mine(txs)
    return chain


def headers_of(chain: FakeChain, first: int = 1, last: int = 10) -> list[Header]:
    return fetch_headers(FakeNode(chain).endpoint(), first, last)


def lying(chain: FakeChain, change: Callable[[list[dict[str, Any]]], None]) -> Endpoint:
    """An endpoint that changes the list of its first answer."""

    def fault(request: httpx.Request, answers: Answers) -> httpx.Response:
        change(answers[0]["result"])
        return faults.send(answers)

    return FakeNode(chain, fault=fault).endpoint()


def test_fetch_headers__honest__are_hashed_and_linked(chain: FakeChain) -> None:
    headers = headers_of(chain)
    assert [header.number for header in headers] == list(range(1, 11))
    assert [f"0x{header.hash.hex()}" for header in headers] == [block.hash for block in chain.blocks[1:]]


def test_fetch_headers__more_than_a_batch__come_in_several(chain: FakeChain) -> None:
    node = FakeNode(chain)
    assert len(fetch_headers(node.endpoint(batch_limit=3), 1, 10)) == 10


def test_fetch_headers__beyond_the_head__is_an_error(chain: FakeChain) -> None:
    with pytest.raises(BadAnswerError, match="null"):
        headers_of(chain, 5, 11)


def test_fetch_headers__another_number__is_an_error(chain: FakeChain) -> None:
    def shift(request: httpx.Request, answers: Answers) -> httpx.Response:
        return faults.send([{**answer, "result": chain.blocks[5].header} for answer in answers])

    with pytest.raises(BadAnswerError, match="block 5 was given for block 1"):
        fetch_headers(FakeNode(chain, fault=shift).endpoint(), 1, 2)


def test_fetch_headers__chain_changes_between_two__is_an_error(chain: FakeChain) -> None:
    fork = copy.deepcopy(chain)
    fork.reorg(6, [[]] * 6)

    def mix(request: httpx.Request, answers: Answers) -> httpx.Response:
        late = [{**answers[-1], "result": fork.blocks[10].header}]
        return faults.send([*answers[:-1], *late])

    with pytest.raises(BadAnswerError, match="the chain changed while it was read"):
        fetch_headers(FakeNode(chain, fault=mix).endpoint(), 1, 10)


def test_fetch_tagged__latest_and_finalized(chain: FakeChain) -> None:
    chain.finality = 4
    endpoint = FakeNode(chain).endpoint()
    assert fetch_tagged(endpoint, "latest").number == 10
    assert fetch_tagged(endpoint, "finalized").number == 6


def test_fetch_receipts__only_our_logs__by_block(chain: FakeChain) -> None:
    headers = headers_of(chain)
    proven = fetch_receipts(FakeNode(chain).endpoint(), headers, {OURS})
    assert [len(proven[header.hash]) for header in headers] == [0, 2] * 5
    assert [raw.log_index for raw in proven[headers[1].hash]] == [0, 2]


def test_fetch_logs__honest__are_ours_by_block(chain: FakeChain) -> None:
    headers = headers_of(chain)
    found = fetch_logs(FakeNode(chain).endpoint(range_limit=3), headers, [OURS])
    assert sorted(found) == sorted(header.hash for header in headers if header.number % 2 == 0)
    assert all([place for place, _ in logs] == [0, 2] for logs in found.values())


def test_fetch_logs__range_is_refused__halves_until_it_fits(chain: FakeChain) -> None:
    def narrow(request: httpx.Request, answers: Answers) -> httpx.Response:
        if len(answers[0]["result"]) <= 2:
            return faults.send(answers)
        error = {"code": -32000, "message": "block range is too wide"}
        return faults.send([{"id": 0, "error": error}])

    endpoint = FakeNode(chain, fault=narrow).endpoint(range_limit=10)
    assert len(fetch_logs(endpoint, headers_of(chain), [OURS])) == 5
    assert endpoint.ranges.value < 10


@pytest.mark.parametrize(
    ("problem", "change"),
    [
        ("outside the range", lambda logs: logs[0].update(blockNumber="0xb")),
        ("came twice", lambda logs: logs.insert(0, logs[0])),
        ("came out of order", lambda logs: logs.reverse()),
        ("not asked for", lambda logs: logs[0].update(removed=True)),
        ("not asked for", lambda logs: logs[0].update(address="0x" + OTHER.hex())),
        ("not in the bloom", lambda logs: logs[0].update(topics=["0x" + "08" * 32])),
        ("another block of that number", lambda logs: logs[0].update(blockHash="0x" + "08" * 32)),
        ("cannot be read", lambda logs: logs[0].update(data="0xzz")),
        ("cannot be read", lambda logs: logs[0].update(logIndex="first")),
    ],
)
def test_fetch_logs__a_log_that_does_not_belong__is_an_error(
    chain: FakeChain, problem: str, change: Callable[[list[dict[str, Any]]], None]
) -> None:
    with pytest.raises(EndpointError, match=problem):
        fetch_logs(lying(chain, change), headers_of(chain), [OURS])


def test_fetch_logs__null__is_an_error(chain: FakeChain) -> None:
    with pytest.raises(BadAnswerError, match="null"):
        fetch_logs(FakeNode(chain, fault=faults.null).endpoint(), headers_of(chain), [OURS])


def test_fetch_receipts__changed_log__is_an_error(chain: FakeChain) -> None:
    with pytest.raises(ProofError, match="missing or changed"):
        fetch_receipts(FakeNode(chain, fault=faults.changed_log).endpoint(), headers_of(chain), {OURS})
