"""What proves a header and a log to somebody who has the block's hash only: RLP, and nodes of the receipts'
trie."""

from typing import Any, Final, NamedTuple

import rlp
from trie import HexaryTrie

from indexer.chain.prove import Header, ProofError, header_rlp, prove_header, proven_encodings
from indexer.chain.rpc import BadAnswerError, Call, Endpoint
from indexer.chain.wire import HEADERS, RECEIPTS

_CALL: Final = "eth_getBlockByNumber"


class RawHeader(NamedTuple):
    """A header with the bytes that hash to its hash."""

    header: Header
    rlp: bytes


class LogNodes(NamedTuple):
    """Place of a log's transaction in its block, nodes from the receipts root to its receipt, place of the
    log in it."""

    transaction: int
    nodes: tuple[bytes, ...]
    log: int


def fetch_raw_header(endpoint: Endpoint, number: int) -> RawHeader:
    """The header of a block. BadAnswerError, ProofError."""
    calls: list[tuple[str, list[Any]]] = [(_CALL, [hex(number), False])]
    answer = endpoint.some(calls, HEADERS, endpoint.headers)[0]
    header = prove_header(endpoint.label, answer)
    if header.number != number:
        raise BadAnswerError(endpoint.label, f"block {header.number} was given for block {number}")
    return RawHeader(header, header_rlp(answer))


def fetch_log_nodes(endpoint: Endpoint, header: Header, log_index: int) -> LogNodes:
    """The proof of the log at `log_index` of a block. BadAnswerError, ProofError."""
    call: Call = ("eth_getBlockReceipts", [f"0x{header.hash.hex()}"])
    receipts = endpoint.some([call], RECEIPTS, endpoint.receipts)[0]
    encoded = proven_encodings(endpoint.label, header, receipts)
    first = 0
    for transaction, receipt in enumerate(receipts[: len(encoded)]):
        if log_index < first + len(receipt.logs):
            return LogNodes(transaction, _nodes(encoded, transaction), log_index - first)
        first += len(receipt.logs)
    raise ProofError(endpoint.label, f"block {header.number} has {first} logs, not {log_index + 1}")


def _nodes(encoded: list[bytes], transaction: int) -> tuple[bytes, ...]:
    trie = HexaryTrie({}, prune=True)
    for place, receipt in enumerate(encoded):
        trie[rlp.encode(place)] = receipt
    return tuple(rlp.encode(node) for node in trie.get_proof(rlp.encode(transaction)))
