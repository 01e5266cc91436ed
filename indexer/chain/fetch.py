"""Headers, receipts and logs of closed ranges, each proven or compared before it is given on."""

from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Any

from indexer.chain.events import Address, Hash, RawLog
from indexer.chain.hashing import bloom_bits
from indexer.chain.prove import Header, ProofError, prove_header, prove_receipts
from indexer.chain.ranges import ask_in_range
from indexer.chain.rpc import BadAnswerError, Call, Endpoint
from indexer.chain.wire import HEADERS, LOGS, RECEIPTS, LogJson

Placed = tuple[int, bytes]
"""Log index, and address, topics and data one after the other."""


def fetch_headers(endpoint: Endpoint, first: int, last: int) -> list[Header]:
    """Headers of the blocks `first` to `last`, both included, hashed and linked."""
    headers: list[Header] = []
    calls: list[tuple[str, list[Any]]]
    calls = [("eth_getBlockByNumber", [hex(number), False]) for number in range(first, last + 1)]
    while len(headers) < len(calls):
        for answer in endpoint.some(calls[len(headers) :], HEADERS, endpoint.headers):
            header = prove_header(endpoint.label, answer)
            expected = first + len(headers)
            if header.number != expected:
                raise BadAnswerError(endpoint.label, f"block {header.number} was given for block {expected}")
            headers.append(header)
    for below, above in pairwise(headers):
        if above.parent_hash != below.hash:
            raise BadAnswerError(
                endpoint.label,
                f"block {above.number} does not stand on the block {below.number} that was given with it: "
                "the chain changed while it was read",
            )
    return headers


def fetch_tagged(endpoint: Endpoint, tag: str) -> Header:
    """The header behind a tag such as "latest" or "finalized"."""
    answer = endpoint.some([("eth_getBlockByNumber", [tag, False])], HEADERS, endpoint.headers)[0]
    return prove_header(endpoint.label, answer)


def fetch_receipts(
    endpoint: Endpoint, headers: Sequence[Header], wanted: Collection[Address]
) -> dict[Hash, list[RawLog]]:
    """Proven logs of `wanted` by block hash, for the first of `headers`: as many as go in a batch."""
    calls: list[tuple[str, list[Any]]]
    calls = [("eth_getBlockReceipts", [f"0x{header.hash.hex()}"]) for header in headers]
    answers = endpoint.some(calls, RECEIPTS, endpoint.receipts)
    return {
        header.hash: prove_receipts(endpoint.label, header, answer, wanted)
        for header, answer in zip(headers, answers, strict=False)
    }


def fetch_logs(
    endpoint: Endpoint, headers: Sequence[Header], addresses: Collection[Address]
) -> dict[Hash, list[Placed]]:
    """What eth_getLogs says of `addresses`, by block hash, checked against the blooms of `headers`."""
    found: dict[Hash, list[Placed]] = {}
    params = [f"0x{address.hex()}" for address in addresses]
    at = 0
    while at < len(headers):

        def question(blocks: int, at: int = at) -> list[Call]:
            part = headers[at : at + blocks]
            ends = {"fromBlock": hex(part[0].number), "toBlock": hex(part[-1].number), "address": params}
            return [("eth_getLogs", [ends])]

        (answer,), blocks = ask_in_range(endpoint, question, LOGS)
        part = headers[at : at + blocks]
        _sort_in(endpoint.label, answer, {header.number: header for header in part}, set(addresses), found)
        at += len(part)
    return found


def _sort_in(
    label: str,
    logs: Sequence[LogJson],
    headers: dict[int, Header],
    addresses: set[Address],
    found: dict[Hash, list[Placed]],
) -> None:
    """Check the logs of one closed range and add them to `found`."""
    previous = (-1, -1)
    for log in logs:
        try:
            place = (int(log.block_number, 16), int(log.log_index, 16))
            whole = bytes.fromhex("".join((log.address, *log.topics, log.data)).replace("0x", ""))
        except ValueError as error:
            raise BadAnswerError(label, f"a log of eth_getLogs cannot be read: {error}") from error
        header = headers.get(place[0])
        if header is None:
            raise BadAnswerError(label, f"a log of block {place[0]} is outside the range asked for")
        if place <= previous:
            problem = "twice" if place == previous else "out of order"
            raise BadAnswerError(label, f"log {place[1]} of block {place[0]} came {problem}")
        if log.block_hash != f"0x{header.hash.hex()}":
            raise ProofError(
                label, f"log {place[1]} of block {place[0]} stands in another block of that number"
            )
        if log.removed or whole[:20] not in addresses:
            raise BadAnswerError(label, f"log {place[1]} of block {place[0]} was not asked for")
        topics = [whole[at : at + 32] for at in range(20, 20 + 32 * len(log.topics), 32)]
        if any(bloom_bits(part) & ~header.bloom for part in (whole[:20], *topics)):
            raise ProofError(label, f"log {place[1]} of block {place[0]} is not in the bloom of its header")
        found.setdefault(header.hash, []).append((place[1], whole))
        previous = place
