"""Headers and logs with what proves them, and endpoints that give something else."""

import copy
from typing import Any

import httpx
import pytest
import rlp
from eth_utils import keccak
from trie import HexaryTrie

from indexer.chain.evidence import fetch_log_nodes, fetch_raw_header
from indexer.chain.prove import ProofError
from indexer.chain.rpc import BadAnswerError
from tests.indexer import faults
from tests.indexer.fake_chain import FakeChain, FakeLog, FakeTx
from tests.indexer.faults import Answers, FakeNode

OURS = b"\x01" * 20


@pytest.fixture
def chain() -> FakeChain:
    """A block of 150 transactions: the one numbered n has n % 3 logs, which say whose they are."""
    chain = FakeChain()
    logs = [
        tuple(FakeLog(OURS, (bytes([at]) * 32,), number.to_bytes(32, "big")) for at in range(number % 3))
        for number in range(150)
    ]
    chain.mine([FakeTx(number, each) for number, each in enumerate(logs)])
    return chain


def test_raw_header__hashes_to_the_blocks_hash(chain: FakeChain) -> None:
    found = fetch_raw_header(FakeNode(chain).endpoint(), 1)
    assert keccak(found.rlp) == found.header.hash
    assert f"0x{found.header.hash.hex()}" == chain.blocks[1].hash


@pytest.mark.parametrize("log_index", [0, 1, 2, 75, 149])
def test_log_nodes__lead_to_the_receipt_with_the_log(chain: FakeChain, log_index: int) -> None:
    endpoint = FakeNode(chain).endpoint()
    header = fetch_raw_header(endpoint, 1).header
    found = fetch_log_nodes(endpoint, header, log_index)
    nodes = [rlp.decode(node) for node in found.nodes]
    receipt = HexaryTrie.get_from_proof(header.receipts_root, rlp.encode(found.transaction), nodes)
    _, topics, data = rlp.decode(receipt[receipt[0] < 0xC0 :])[3][found.log]
    places = [(number, at) for number in range(150) for at in range(number % 3)]
    assert (found.transaction, found.log) == places[log_index]
    assert (int.from_bytes(data, "big"), topics[0][0]) == places[log_index]


def test_log_nodes__of_a_log_that_is_not_there__is_an_error(chain: FakeChain) -> None:
    endpoint = FakeNode(chain).endpoint()
    with pytest.raises(ProofError, match="has 150 logs"):
        fetch_log_nodes(endpoint, fetch_raw_header(endpoint, 1).header, 150)


def test_log_nodes__of_receipts_that_were_changed__is_an_error(chain: FakeChain) -> None:
    header = fetch_raw_header(FakeNode(chain).endpoint(), 1).header

    def fault(request: httpx.Request, answers: Answers) -> httpx.Response:
        changed: Any = copy.deepcopy(answers)
        changed[0]["result"][4]["logs"][0]["data"] = "0x" + "00" * 32
        return faults.send(changed)

    with pytest.raises(ProofError, match="receipts"):
        fetch_log_nodes(FakeNode(chain, fault=fault).endpoint(), header, 1)


def test_raw_header__of_another_block__is_an_error(chain: FakeChain) -> None:
    chain.mine([])

    def fault(request: httpx.Request, answers: Answers) -> httpx.Response:
        changed: Any = copy.deepcopy(answers)
        changed[0]["result"] = chain.blocks[2].header
        return faults.send(changed)

    with pytest.raises(BadAnswerError, match="block 2 was given for block 1"):
        fetch_raw_header(FakeNode(chain, fault=fault).endpoint(), 1)
