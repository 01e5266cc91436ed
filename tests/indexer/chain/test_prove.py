"""Hashing, tries and proofs against independent libraries and against forged answers."""

import copy
import json
from pathlib import Path
from random import Random

import msgspec
import pytest
import rlp
from eth_utils import keccak
from trie import HexaryTrie

from indexer.chain import hashing
from indexer.chain.prove import ProofError, prove_header, prove_receipts
from indexer.chain.trie import EMPTY_ROOT, ordered_root
from indexer.chain.wire import HeaderJson, ReceiptJson
from tests.indexer.fake_chain import FakeBlock, FakeChain, FakeLog, FakeTx

REAL = json.loads((Path(__file__).parent / "headers.json").read_text())
"""Headers of public networks, by network, number and fork."""
OURS = b"\x01" * 20
LOUD = 5
"""A seed whose block has many receipts."""


def block_of(seed: int) -> FakeBlock:
    """A block of random logs: 0 to 4 topics, 0 to 80 bytes of data, ours and others'."""
    random = Random(seed)
    txs = []
    for nonce in range(random.choice((0, 1, 5, 140))):
        logs = tuple(
            FakeLog(
                random.choice((OURS, b"\x02" * 20)),
                tuple(random.randbytes(32) for _ in range(random.randrange(5))),
                random.choice((b"", b"\x05", b"\x85", random.randbytes(random.randrange(80)), b"%" * 37)),
            )
            for _ in range(random.randrange(4))
        )
        txs.append(FakeTx(nonce, logs))
    return FakeChain().mine(txs)


def header_of(block: FakeBlock) -> HeaderJson:
    return msgspec.convert(block.header, HeaderJson)


def receipts_of(block: FakeBlock) -> list[ReceiptJson]:
    return msgspec.convert(block.receipts, list[ReceiptJson])


@pytest.mark.parametrize("count", [0, 1, 2, 3, 16, 17, 127, 128, 129, 255, 256, 257, 400])
def test_ordered_root__any_count__is_that_of_py_trie(count: int) -> None:
    random = Random(count)
    values = [random.randbytes(random.choice((1, 5, 20, 31, 32, 33, 60, 300))) for _ in range(count)]
    trie = HexaryTrie({})
    for index, value in enumerate(values):
        trie[rlp.encode(index)] = value
    assert ordered_root(values) == trie.root_hash


def test_ordered_root__nothing__is_the_empty_root() -> None:
    assert ordered_root([]) == EMPTY_ROOT == keccak(rlp.encode(b""))


@pytest.mark.parametrize("size", [0, 1, 2, 55, 56, 57, 255, 256, 65_535, 65_536])
def test_rlp__any_size__is_that_of_the_library(size: int) -> None:
    value = b"\x81" * size
    assert hashing.rlp_bytes(value) == rlp.encode(value)
    assert hashing.rlp_list([hashing.rlp_bytes(value)] * 3) == rlp.encode([value] * 3)
    assert hashing.rlp_int(size) == rlp.encode(size)


def test_keccak__a_known_text__has_the_known_hash() -> None:
    assert hashing.keccak(b"") == keccak(b"")
    assert hashing.keccak(b"koperasi" * 100) == keccak(b"koperasi" * 100)


def test_prove_header__honest__is_taken() -> None:
    block = block_of(1)
    header = prove_header("node", header_of(block))
    assert header.number == 1
    assert "0x" + header.hash.hex() == block.hash


@pytest.mark.parametrize("name", sorted(REAL))
def test_prove_header__of_a_real_network__is_taken(name: str) -> None:
    header = prove_header("node", msgspec.convert(REAL[name], HeaderJson))
    assert f"0x{header.hash.hex()}" == REAL[name]["hash"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("stateRoot", "0x" + "ab" * 32),
        ("timestamp", "0x1"),
        ("number", "0x2"),
        ("logsBloom", "0x" + "01" * 256),
        ("requestsHash", None),
        ("gasUsed", "nonsense"),
        ("parentHash", "0x12"),
    ],
)
def test_prove_header__one_field_changed__is_refused(name: str, value: str | None) -> None:
    changed = {**block_of(1).header, name: value}
    with pytest.raises(ProofError):
        prove_header("node", msgspec.convert(changed, HeaderJson))


@pytest.mark.parametrize("seed", range(24))
def test_prove_receipts__honest__gives_our_logs_in_place(seed: int) -> None:
    block = block_of(seed)
    proven = prove_receipts("node", prove_header("node", header_of(block)), receipts_of(block), {OURS})
    expected = []
    index = 0
    for tx_index, tx in enumerate(block.txs):
        for log in tx.logs:
            if log.address == OURS:
                expected.append((index, tx_index, tx.hash, b"".join(log.topics), log.data))
            index += 1
    assert [
        (each.log_index, each.tx_index, each.tx_hash, each.topics, each.data) for each in proven
    ] == expected


@pytest.mark.parametrize(
    "fault", ["log dropped", "log changed", "receipt dropped", "swapped", "status", "bloom"]
)
def test_prove_receipts__forged__is_refused(fault: str) -> None:
    block = copy.deepcopy(block_of(LOUD))
    header = prove_header("node", header_of(block))
    receipts = block.receipts
    assert len(receipts) > 1
    loud = next(at for at, receipt in enumerate(receipts) if receipt["logs"])
    if fault == "log dropped":
        receipts[loud]["logs"].pop()
    elif fault == "log changed":
        receipts[loud]["logs"][0]["data"] += "00"
    elif fault == "receipt dropped":
        receipts.pop()
    elif fault == "swapped":
        receipts[0], receipts[1] = receipts[1], receipts[0]
    elif fault == "status":
        receipts[0]["status"] = "0x0"
    else:
        receipts[0]["logsBloom"] = "0x" + "00" * 255 + "01"
    with pytest.raises(ProofError):
        prove_receipts("node", header, receipts_of(block), {OURS})


def test_prove_receipts__of_another_block__is_refused() -> None:
    block, other = block_of(3), block_of(4)
    with pytest.raises(ProofError, match="another block"):
        prove_receipts("node", prove_header("node", header_of(other)), receipts_of(block), {OURS})


@pytest.mark.parametrize("text", ["0x0g", "0x123", "0x 1"])
def test_prove_receipts__text_that_is_no_hex__is_refused(text: str) -> None:
    block = copy.deepcopy(block_of(3))
    loud = next(receipt for receipt in block.receipts if receipt["logs"])
    loud["logs"][0]["data"] = text
    with pytest.raises(ProofError):
        prove_receipts("node", prove_header("node", header_of(block)), receipts_of(block), {OURS})


def test_prove_receipts__state_sync_receipt_of_polygon__is_left_out() -> None:
    block = copy.deepcopy(block_of(3))
    header = prove_header("node", header_of(block))
    honest = prove_receipts("node", header, receipts_of(block), {OURS})
    synced = keccak(b"matic-bor-receipt-" + header.number.to_bytes(8, "big") + header.hash)
    block.receipts.append({**block.receipts[0], "transactionHash": "0x" + synced.hex()})
    assert prove_receipts("node", header, receipts_of(block), {OURS}) == honest
