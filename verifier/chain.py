"""Headers, receipts, logs and contract storage, from their bytes and a block hash alone."""

from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import rlp
from rlp.exceptions import RLPException
from trie import HexaryTrie
from trie.exceptions import BadTrieProof, ValidationError

from indexer.chain.hashing import keccak, rlp_int
from verifier.bundle import LogProof, Nodes
from verifier.errors import RefusedError

_EMPTY_ROOT: Final = keccak(b"\x80")
_STATE_ROOT: Final = 3
_RECEIPTS_ROOT: Final = 5
_NUMBER: Final = 8
_TIME: Final = 11
_FEWEST_FIELDS: Final = 15
_ACCOUNT_FIELDS: Final = 4
_STORAGE_ROOT: Final = 2
_RECEIPT_FIELDS: Final = 4
_LOGS: Final = 3
_FIRST_LIST: Final = 0xC0
_TRIE_ERRORS: Final = (
    BadTrieProof,
    ValidationError,
    RLPException,
    ValueError,
    IndexError,
    TypeError,
    KeyError,
)


class Header(NamedTuple):
    """What is needed of a block header; `time` in unix seconds."""

    hash: bytes
    number: int
    time: int
    state_root: bytes
    receipts_root: bytes


class Log(NamedTuple):
    """A log that is proven to be in a block."""

    header: Header
    address: bytes
    topics: tuple[bytes, ...]
    data: bytes


def read_header(content: str, hashes: Collection[bytes]) -> Header:
    """The header with these RLP bytes. RefusedError: BLOCK_HASH unless its hash is one of `hashes`;
    HEADER."""
    raw = bytes.fromhex(content)
    computed = keccak(raw)
    if computed not in hashes:
        raise RefusedError(
            "BLOCK_HASH",
            f"kepala blok ini berhash 0x{computed.hex()}. Bila itu hash blok menurut node atau "
            "penjelajah yang "
            "Anda percaya, berikan dengan --block-hash; bila tidak, bundelnya salah",
            f"this header hashes to 0x{computed.hex()}. If that is the block's hash by a node or "
            "explorer that you "
            "trust, give it with --block-hash; if not, the bundle is wrong",
        )
    try:
        fields = rlp.decode(raw)
        if len(fields) < _FEWEST_FIELDS:
            raise ValueError(f"{len(fields)} fields")
        number, time = (int.from_bytes(fields[at], "big") for at in (_NUMBER, _TIME))
        return Header(computed, number, time, fields[_STATE_ROOT], fields[_RECEIPTS_ROOT])
    except (RLPException, ValueError, TypeError) as error:
        raise RefusedError("HEADER", str(error), str(error)) from error


def read_log(proof: LogProof, hashes: Collection[bytes]) -> Log:
    """The log that a proof proves. RefusedError: BLOCK_HASH, HEADER, RECEIPT, LOG."""
    header = read_header(proof.header, hashes)
    try:
        receipt = trie_value(header.receipts_root, rlp_int(proof.transaction), proof.receipt)
        fields = rlp.decode(receipt[receipt[0] < _FIRST_LIST :])
        if len(fields) != _RECEIPT_FIELDS:
            raise ValueError(f"a receipt of {len(fields)} fields")
    except _TRIE_ERRORS as error:
        raise RefusedError("RECEIPT", _of_block(header, error), _of_block(header, error)) from error
    logs = fields[_LOGS]
    if proof.log >= len(logs):
        raise RefusedError(
            "LOG", f"tanda terima hanya memuat {len(logs)} log", f"the receipt has {len(logs)} logs only"
        )
    address, topics, data = logs[proof.log]
    return Log(header, address, tuple(topics), data)


def _of_block(header: Header, error: object) -> str:
    return f"blok / block {header.number}: {error}"


def storage_root(header: Header, address: bytes, nodes: Nodes) -> bytes:
    """The root of a contract's storage after the block. RefusedError: ACCOUNT."""
    try:
        fields = rlp.decode(trie_value(header.state_root, keccak(address), nodes))
        if len(fields) != _ACCOUNT_FIELDS:
            raise ValueError(f"an account of {len(fields)} fields")
        root: bytes = fields[_STORAGE_ROOT]
    except _TRIE_ERRORS as error:
        told = f"0x{address.hex()}, {_of_block(header, error)}"
        raise RefusedError("ACCOUNT", told, told) from error
    return root


def storage_word(root: bytes, slot: int, nodes: Nodes, what: str) -> int:
    """The word that a contract keeps at `slot`; nought if the nodes prove that it keeps none. RefusedError:
    STORAGE."""
    try:
        if root == _EMPTY_ROOT:
            if nodes:
                raise ValueError("the contract keeps nothing")
            return 0
        value = trie_value(root, keccak(slot.to_bytes(32, "big")), nodes)
        return int.from_bytes(rlp.decode(value), "big") if value else 0
    except _TRIE_ERRORS as error:
        raise RefusedError("STORAGE", f"{what}: {error}", f"{what}: {error}") from error


def trie_value(root: bytes, key: bytes, nodes: Sequence[str]) -> bytes:
    """What the trie `root` holds under `key`, by its nodes from the root down, each of them needed.

    BadTrieProof or ValueError if they do not prove it; empty if they prove that there is nothing.
    """
    raw = [bytes.fromhex(node) for node in nodes]
    if not raw or keccak(raw[0]) != root:
        raise ValueError("the first node is not the root")
    for above, below in pairwise(raw):
        if keccak(below) not in above:
            raise ValueError("a node is not under the one before it")
    decoded = [rlp.decode(node) for node in raw]
    value: bytes = HexaryTrie.get_from_proof(root, key, decoded)
    if not value and _proves(root, key, decoded[:-1]):
        raise ValueError("a node is not on the way")
    return value


def _proves(root: bytes, key: bytes, nodes: Sequence[object]) -> bool:
    """Whether fewer nodes do: beside an empty place a branch holds ways to others."""
    try:
        HexaryTrie.get_from_proof(root, key, nodes)
    except BadTrieProof:
        return False
    return True
