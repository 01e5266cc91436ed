"""What an endpoint says is checked against headers: their hashes, links, blooms and receipts roots."""

import struct
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Final

import msgspec

from indexer.chain.events import Address, Hash, RawLog
from indexer.chain.hashing import bytes_prefix, keccak, list_prefix, rlp_bytes, rlp_int, rlp_list
from indexer.chain.rpc import EndpointError
from indexer.chain.trie import ordered_root
from indexer.chain.wire import HeaderJson, ReceiptJson, ReceiptLogJson


class ProofError(EndpointError):
    """An answer does not agree with a header's hash."""


class Header(msgspec.Struct, frozen=True, gc=False):
    """A header whose hash was recomputed. `time` is in unix seconds, `bloom` the 2048 bits as a number."""

    number: int
    hash: Hash
    parent_hash: Hash
    time: int
    state_root: Hash
    receipts_root: Hash
    bloom: int


_NO_LOGS: Final = "0x" + "00" * 256
_BLOOM_PREFIX: Final = bytes_prefix(256)
_MOST_TOPICS: Final = 4
_STATUS: Final = {"0x1": b"\x01", "0x0": b"\x80"}


def _fixed(text: str, size: int) -> bytes:
    value = bytes.fromhex(text[2:])
    if len(value) != size or not text.startswith("0x"):
        raise ValueError(f"{text[:80]!r} is not {size} bytes")
    return value


def _number(text: str) -> bytes:
    return rlp_int(int(text, 16))


@lru_cache(maxsize=256)
def _type_prefix(text: str) -> bytes:
    """What stands before a typed receipt; nothing before a legacy one."""
    kind = int(text, 16)
    return bytes((kind,)) if kind else b""


def header_rlp(answer: HeaderJson) -> bytes:
    """RLP of a header of London to Osaka. Raises ValueError on text that is no hex."""
    items = [
        rlp_bytes(_fixed(answer.parent_hash, 32)),
        rlp_bytes(_fixed(answer.sha3_uncles, 32)),
        rlp_bytes(_fixed(answer.miner, 20)),
        rlp_bytes(_fixed(answer.state_root, 32)),
        rlp_bytes(_fixed(answer.transactions_root, 32)),
        rlp_bytes(_fixed(answer.receipts_root, 32)),
        rlp_bytes(_fixed(answer.logs_bloom, 256)),
        _number(answer.difficulty),
        _number(answer.number),
        _number(answer.gas_limit),
        _number(answer.gas_used),
        _number(answer.timestamp),
        rlp_bytes(bytes.fromhex(answer.extra_data[2:])),
        rlp_bytes(_fixed(answer.mix_hash, 32)),
        rlp_bytes(_fixed(answer.nonce, 8)),
    ]
    later = (
        (answer.base_fee_per_gas, _number),
        (answer.withdrawals_root, _root),
        (answer.blob_gas_used, _number),
        (answer.excess_blob_gas, _number),
        (answer.parent_beacon_block_root, _root),
        (answer.requests_hash, _root),
    )
    items += [encode(text) for text, encode in later if text is not None]
    return rlp_list(items)


def _root(text: str) -> bytes:
    return rlp_bytes(_fixed(text, 32))


def prove_header(label: str, answer: HeaderJson) -> Header:
    """The header, if its hash is the one stated."""
    try:
        computed = keccak(header_rlp(answer))
        stated = _fixed(answer.hash, 32)
        if computed != stated:
            raise ProofError(
                label,
                f"block {int(answer.number, 16)} is stated as {answer.hash}, but its fields hash to "
                f"0x{computed.hex()}: a wrong answer, or a header of a fork that this version does not know",
            )
        return Header(
            number=int(answer.number, 16),
            hash=stated,
            parent_hash=_fixed(answer.parent_hash, 32),
            time=int(answer.timestamp, 16),
            state_root=_fixed(answer.state_root, 32),
            receipts_root=_fixed(answer.receipts_root, 32),
            bloom=int(answer.logs_bloom, 16),
        )
    except (ValueError, OverflowError) as error:
        raise ProofError(label, f"block {answer.number} cannot be read: {error}") from error


@lru_cache(maxsize=1024)
def _log_shape(topics: int, size: int) -> tuple[struct.Struct, bytes]:
    """How a log with `topics` topics and `size` bytes of data is cut, and its RLP as a template."""
    if topics > _MOST_TOPICS:
        raise ValueError(f"a log with {topics} topics")
    topics_prefix = list_prefix(33 * topics)
    data_prefix = bytes_prefix(size) if size != 1 else b""
    body = 21 + len(topics_prefix) + 33 * topics + len(data_prefix) + size
    head = list_prefix(body) + bytes_prefix(20)
    template = (
        _literal(head)
        + b"%b"
        + _literal(topics_prefix)
        + (b"\xa0%b") * topics
        + _literal(data_prefix)
        + b"%b"
    )
    return struct.Struct("20s" + "32s" * topics + f"{size}s"), template


def _literal(prefix: bytes) -> bytes:
    return prefix.replace(b"%", b"%%")


def _log(log: ReceiptLogJson) -> tuple[bytes, bytes]:
    """RLP of a log, and its address, topics and data one after the other."""
    topics, data = log.topics, log.data
    whole = bytes.fromhex("".join([log.address[2:], *[topic[2:] for topic in topics], data[2:]]))
    size = (len(data) - 2) // 2
    if size == 1:
        # One byte below 0x80 is its own RLP: no template.
        parts = struct.Struct("20s" + "32s" * len(topics) + "1s").unpack(whole)
        listed = rlp_list(rlp_bytes(topic) for topic in parts[1:-1])
        return rlp_list((rlp_bytes(parts[0]), listed, rlp_bytes(parts[-1]))), whole
    shape, template = _log_shape(len(topics), size)
    return template % shape.unpack(whole), whole


def _receipt_rlp(receipt: ReceiptJson, bloom: bytes, logs: Sequence[bytes]) -> bytes:
    head = _STATUS[receipt.status] + _number(receipt.cumulative_gas_used) + _BLOOM_PREFIX + bloom
    listed = b"".join(logs)
    body = b"".join((head, list_prefix(len(listed)), listed))
    return b"".join((_type_prefix(receipt.type), list_prefix(len(body)), body))


def _encode_all(
    receipts: Sequence[ReceiptJson], wanted: Collection[Address]
) -> tuple[list[bytes], int, list[RawLog]]:
    """RLP of every receipt, the union of their blooms, and the logs of the addresses wanted."""
    encoded: list[bytes] = []
    union = log_index = 0
    ours: list[RawLog] = []
    for tx_index, receipt in enumerate(receipts):
        bloom = _fixed(receipt.logs_bloom, 256)
        if receipt.logs_bloom != _NO_LOGS:
            union |= int.from_bytes(bloom, "big")
        logs: list[bytes] = []
        tx_hash = _fixed(receipt.transaction_hash, 32)
        for log in receipt.logs:
            rlp, whole = _log(log)
            logs.append(rlp)
            if whole[:20] in wanted:
                cut = 20 + 32 * len(log.topics)
                ours.append(RawLog(log_index, tx_index, tx_hash, whole[:20], whole[20:cut], whole[cut:]))
            log_index += 1
        encoded.append(_receipt_rlp(receipt, bloom, logs))
    return encoded, union, ours


def _state_sync_hash(header: Header) -> str:
    """Hash of the transaction under which Polygon's nodes list a receipt that no root contains."""
    return "0x" + keccak(b"matic-bor-receipt-" + header.number.to_bytes(8, "big") + header.hash).hex()


def prove_receipts(
    label: str, header: Header, receipts: Sequence[ReceiptJson], wanted: Collection[Address]
) -> list[RawLog]:
    """The logs of the addresses `wanted` in a block, out of receipts that hash to the header's receiptsRoot.

    Places (transaction and log index) are those in the proven list. Transaction hashes are not proven by it.
    """
    return _proven(label, header, receipts, wanted)[1]


def proven_encodings(label: str, header: Header, receipts: Sequence[ReceiptJson]) -> list[bytes]:
    """What the header's trie of receipts holds, in order, out of receipts that hash to its root."""
    return _proven(label, header, receipts, ())[0]


def _proven(
    label: str, header: Header, receipts: Sequence[ReceiptJson], wanted: Collection[Address]
) -> tuple[list[bytes], list[RawLog]]:
    stated = f"0x{header.hash.hex()}"
    if receipts and receipts[-1].transaction_hash == _state_sync_hash(header):
        receipts = receipts[:-1]
    if any(receipt.block_hash != stated for receipt in receipts):
        raise ProofError(label, f"receipts of another block were given for block {header.number} ({stated})")
    try:
        encoded, union, ours = _encode_all(receipts, wanted)
    except (ValueError, KeyError, OverflowError, struct.error) as error:
        raise ProofError(label, f"the receipts of block {header.number} cannot be read: {error}") from error
    root = ordered_root(encoded)
    if root != header.receipts_root:
        raise ProofError(
            label,
            f"the receipts of block {header.number} hash to 0x{root.hex()}, its header says "
            f"0x{header.receipts_root.hex()}: a log or a receipt is missing or changed",
        )
    if union != header.bloom:
        raise ProofError(label, f"the bloom of block {header.number} is not that of its receipts")
    return encoded, ours
