"""A chain in Python with honest headers, receipts tries and blooms, which answers JSON-RPC.

It is built with `rlp`, `trie` and `eth_abi`, so that it shares no code with what is tested on it.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

import msgspec
import rlp
from eth_abi import encode
from eth_utils import keccak
from trie import HexaryTrie

from indexer.chain.decode import signature_of
from indexer.chain.events import Address, Event, Record, abi_fields

CHAIN_ID = 31337
EMPTY_ROOT = keccak(rlp.encode(b""))
EMPTY_UNCLES = keccak(rlp.encode([]))


def _plain(value: Any) -> Any:
    """Records as tuples."""
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    return _plain(msgspec.structs.astuple(value)) if isinstance(value, Record) else value


@dataclass(frozen=True)
class FakeLog:
    """What a contract emits."""

    address: Address
    topics: tuple[bytes, ...]
    data: bytes

    @classmethod
    def of(cls, address: Address, event: Event) -> "FakeLog":
        fields = abi_fields(type(event))
        values = [(abi.type, _plain(getattr(event, name)), indexed) for name, abi, indexed in fields]
        topics = [keccak(text=signature_of(type(event)))]
        topics += [encode([kind], [value]) for kind, value, indexed in values if indexed]
        plain = [(kind, value) for kind, value, indexed in values if not indexed]
        return cls(address, tuple(topics), encode([kind for kind, _ in plain], [value for _, value in plain]))


@dataclass(frozen=True)
class FakeTx:
    """A transaction by what it emits; it keeps its hash when it comes back in another block."""

    nonce: int
    logs: tuple[FakeLog, ...]

    @property
    def hash(self) -> bytes:
        return _tx_hash(self)


@cache
def _tx_hash(tx: FakeTx) -> bytes:
    return keccak(rlp.encode([tx.nonce, [[log.address, list(log.topics), log.data] for log in tx.logs]]))


@lru_cache(maxsize=65536)
def _bits(value: bytes) -> int:
    digest = keccak(value)
    bits = 0
    for at in (0, 2, 4):
        bits |= 1 << (int.from_bytes(digest[at : at + 2], "big") & 2047)
    return bits


def bloom_of(logs: Iterable[FakeLog]) -> int:
    bloom = 0
    for log in logs:
        for value in (log.address, *log.topics):
            bloom |= _bits(value)
    return bloom


def hex_of(value: bytes) -> str:
    return "0x" + value.hex()


@dataclass
class FakeBlock:
    """A block as JSON-RPC shows it, and what it was made of."""

    txs: tuple[FakeTx, ...]
    header: dict[str, Any]
    receipts: list[dict[str, Any]]

    @property
    def hash(self) -> str:
        text = self.header["hash"]
        assert isinstance(text, str)
        return text


def header_hash(header: dict[str, Any]) -> bytes:
    """Hash of a header in JSON form."""
    words = [
        "parentHash",
        "sha3Uncles",
        "miner",
        "stateRoot",
        "transactionsRoot",
        "receiptsRoot",
        "logsBloom",
    ]
    numbers = ["difficulty", "number", "gasLimit", "gasUsed", "timestamp"]
    tail = ["extraData", "mixHash", "nonce"]
    items: list[Any] = [bytes.fromhex(header[name][2:]) for name in words]
    items += [int(header[name], 16) for name in numbers]
    items += [bytes.fromhex(header[name][2:]) for name in tail]
    items.append(int(header["baseFeePerGas"], 16))
    items.append(bytes.fromhex(header["withdrawalsRoot"][2:]))
    items += [int(header["blobGasUsed"], 16), int(header["excessBlobGas"], 16)]
    items += [bytes.fromhex(header[name][2:]) for name in ("parentBeaconBlockRoot", "requestsHash")]
    return keccak(rlp.encode(items))


def receipts_root(values: Sequence[bytes]) -> bytes:
    trie = HexaryTrie({}, prune=True)
    for index, value in enumerate(values):
        trie[rlp.encode(index)] = value
    return bytes(trie.root_hash)


@dataclass
class FakeChain:
    """Blocks from genesis on. `finality` is how far `finalized` is below the head."""

    chain_id: int = CHAIN_ID
    finality: int = 64
    start_time: int = 1_735_664_400
    authority: Address = bytes(20)
    blocks: list[FakeBlock] = field(default_factory=list)
    fork: int = 0
    _by_hash: dict[str, FakeBlock] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.blocks:
            self.mine([])

    @property
    def head(self) -> int:
        return len(self.blocks) - 1

    def mine(self, txs: Sequence[FakeTx]) -> FakeBlock:
        """A new block with these transactions."""
        number = len(self.blocks)
        parent = self.blocks[-1].hash if self.blocks else "0x" + "00" * 32
        receipts, encoded, bloom = self._receipts(number, txs)
        header = {
            "number": hex(number),
            "parentHash": parent,
            "sha3Uncles": hex_of(EMPTY_UNCLES),
            "miner": "0x" + "00" * 20,
            "stateRoot": hex_of(keccak(b"state %d %d" % (number, self.fork))),
            "transactionsRoot": hex_of(keccak(b"".join(tx.hash for tx in txs))),
            "receiptsRoot": hex_of(receipts_root(encoded)),
            "logsBloom": hex_of(bloom.to_bytes(256, "big")),
            "difficulty": "0x0",
            "gasLimit": "0x1c9c380",
            "gasUsed": hex(21000 * len(txs)),
            "timestamp": hex(self.start_time + 12 * number),
            "extraData": "0x",
            "mixHash": "0x" + "00" * 32,
            "nonce": "0x" + "00" * 8,
            "baseFeePerGas": "0x7",
            "withdrawalsRoot": hex_of(EMPTY_ROOT),
            "blobGasUsed": "0x0",
            "excessBlobGas": "0x0",
            "parentBeaconBlockRoot": "0x" + "00" * 32,
            "requestsHash": "0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "size": "0x267",
            "uncles": [],
            "transactions": [hex_of(tx.hash) for tx in txs],
        }
        header["hash"] = hex_of(header_hash(header))
        for receipt in receipts:
            receipt["blockHash"] = header["hash"]
            for log in receipt["logs"]:
                log["blockHash"] = header["hash"]
        block = FakeBlock(tuple(txs), header, receipts)
        self.blocks.append(block)
        self._by_hash[block.hash] = block
        return block

    def _receipts(self, number: int, txs: Sequence[FakeTx]) -> tuple[list[dict[str, Any]], list[bytes], int]:
        receipts, encoded = [], []
        union = log_index = 0
        for tx_index, tx in enumerate(txs):
            bloom = bloom_of(tx.logs)
            union |= bloom
            place = {
                "blockNumber": hex(number),
                "transactionHash": hex_of(tx.hash),
                "transactionIndex": hex(tx_index),
            }
            logs = [
                {
                    "address": hex_of(log.address),
                    "topics": [hex_of(topic) for topic in log.topics],
                    "data": hex_of(log.data),
                    **place,
                    "logIndex": hex(log_index + at),
                    "removed": False,
                }
                for at, log in enumerate(tx.logs)
            ]
            log_index += len(logs)
            gas = 21000 * (tx_index + 1)
            receipts.append(
                {
                    "type": "0x2",
                    "status": "0x1",
                    "cumulativeGasUsed": hex(gas),
                    "logsBloom": hex_of(bloom.to_bytes(256, "big")),
                    "logs": logs,
                    **place,
                }
            )
            body = [
                1,
                gas,
                bloom.to_bytes(256, "big"),
                [[log.address, list(log.topics), log.data] for log in tx.logs],
            ]
            encoded.append(b"\x02" + rlp.encode(body))
        return receipts, encoded, union

    def reorg(self, depth: int, blocks: Sequence[Sequence[FakeTx]]) -> None:
        """Drop `depth` blocks and mine others in their place."""
        assert 0 < depth <= self.head
        del self.blocks[-depth:]
        self.fork += 1
        for txs in blocks:
            self.mine(txs)

    # JSON-RPC

    def answer(self, request: bytes) -> bytes:
        """The answer to the body of a request, single or batch."""
        calls = json.loads(request)
        if isinstance(calls, list):
            return json.dumps([self._answer(call) for call in calls]).encode()
        return json.dumps(self._answer(calls)).encode()

    def _answer(self, call: dict[str, Any]) -> dict[str, Any]:
        try:
            return {"jsonrpc": "2.0", "id": call["id"], "result": self.call(call["method"], call["params"])}
        except KeyError as error:
            message = f"the method {error} does not exist"
            return {"jsonrpc": "2.0", "id": call["id"], "error": {"code": -32601, "message": message}}

    def call(self, method: str, params: list[Any]) -> Any:
        return {
            "eth_chainId": lambda: hex(self.chain_id),
            "eth_blockNumber": lambda: hex(self.head),
            "eth_getCode": lambda: "0x60" if params[0] == hex_of(self.authority) else "0x",
            "eth_getBlockByNumber": lambda: self._header(params[0]),
            "eth_getBlockReceipts": lambda: self._receipts_of(params[0]),
            "eth_getLogs": lambda: self._logs(params[0]),
        }[method]()

    def _header(self, text: str) -> dict[str, Any] | None:
        tags = {"latest": self.head, "finalized": max(0, self.head - self.finality)}
        number = tags[text] if text in tags else int(text, 16)
        return self.blocks[number].header if number <= self.head else None

    def _receipts_of(self, block_hash: str) -> list[dict[str, Any]] | None:
        block = self._by_hash.get(block_hash)
        return None if block is None else block.receipts

    def _logs(self, ends: dict[str, Any]) -> list[dict[str, Any]]:
        first, last = int(ends["fromBlock"], 16), int(ends["toBlock"], 16)
        return [
            log
            for block in self.blocks[first : last + 1]
            for receipt in block.receipts
            for log in receipt["logs"]
            if log["address"] in ends["address"]
        ]
