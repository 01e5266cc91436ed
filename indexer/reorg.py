"""Where the chain parted from the books, agreed on by two answers before anything is rolled back."""

import logging
from collections import Counter
from dataclasses import dataclass
from typing import Final, Protocol

from indexer.chain.fetch import fetch_headers, fetch_tagged
from indexer.chain.rpc import BadAnswerError, Endpoint, Endpoints, StoppedError
from indexer.chain.words import both

log = logging.getLogger(__name__)

_STEP: Final = 64
_AGREEING: Final = 2


class StoredBlocks(Protocol):
    """What the books know of blocks (`indexer.ledger.journal.Ledger`)."""

    def blocks_above(self, number: int) -> list[tuple[int, bytes]]:
        """Number and hash of the blocks in the books above `number`, highest first."""


class ReorgError(Exception):
    """A reorganisation that is not followed, and what to do."""


class ReorgUnconfirmedError(ReorgError):
    """Too few endpoints agree on what the chain is."""


class ReorgBelowFloorError(ReorgError):
    """The chain parted from the books below the finalized floor."""

    def __init__(self, floor: int, child: bytes) -> None:
        self.floor = floor
        super().__init__(
            both(
                f"Chain tidak lagi memuat blok {floor}, yang sudah final saat dibaca: di sana kini "
                f"0x{child.hex()}. Blok final tidak berubah: jaringan melanggar finalitasnya sendiri, atau "
                "endpoint "
                "melayani chain lain. Pengindeks berhenti dan tidak mengubah apa pun. Bandingkan endpoint "
                "dengan "
                "penjelajah blok; bila jaringan memang mundur, pindahkan basis data buku besar dan jalankan "
                "`koperasi sync` setelah jaringan tenang.",
                f"The chain no longer holds block {floor}, which was final when it was read: it has "
                f"0x{child.hex()} there now. Final blocks do not change: the network broke its own "
                "finality, or "
                "the endpoints serve another chain. The indexer stopped and changed nothing. Check the "
                "endpoints "
                "against a block explorer; if the network did revert, move the ledger database away and run "
                "`koperasi sync` once it is at rest.",
            )
        )


@dataclass(frozen=True)
class Verdict:
    """One answer: the highest stored block that the chain holds (-1: none), and what it has above that."""

    ancestor: int
    child: bytes


def common_ancestor(
    endpoints: Endpoints,
    books: StoredBlocks,
    floor: int,
    *,
    trusts_one: bool,
    pause: float = 1.0,
    tries: int = 30,
) -> int | None:
    """The number of the block to roll back to; None if the books stand on the chain after all.

    Two endpoints must tell the same. A single one is asked only if `trusts_one` (it is local), and must tell
    the same twice, each time along a linked chain of re-read headers.
    Raises ReorgUnconfirmedError, ReorgBelowFloorError.
    """
    if len(endpoints) == 1 and not trusts_one:
        raise ReorgUnconfirmedError(
            both(
                "Chain tampaknya disusun ulang, tetapi hanya ada satu endpoint, di mesin lain, dan buku "
                "tidak "
                "pernah dimundurkan atas satu jawaban. Sebutkan endpoint kedua, dari operator lain.",
                "The chain seems to be reorganised, but there is one endpoint only, on another machine, "
                "and the "
                "books are never rolled back on one word. Name a second endpoint, of another operator.",
            )
        )
    stored = books.blocks_above(max(floor, 0) - 1)
    for _ in range(tries):
        verdict = _agreed(endpoints, stored)
        if verdict is not None:
            return _ruling(verdict, stored, floor)
        log.warning("The endpoints do not agree on the chain yet; asking again in %s s", pause)
        if endpoints.stop.wait(pause):
            raise StoppedError("Stopped while the endpoints did not agree")
    raise ReorgUnconfirmedError(
        both(
            f"Endpoint tidak sepakat tentang chain dalam {tries} putaran {pause} detik: dua harus "
            "mengatakan hal "
            "yang sama sebelum buku dimundurkan. Periksa apakah ada yang macet, ganti, lalu sinkronkan lagi.",
            f"The endpoints did not agree on the chain in {tries} rounds of {pause} s: two must tell the "
            "same "
            "before the books are rolled back. Check whether one is stuck, replace it, then sync again.",
        )
    )


def _agreed(endpoints: Endpoints, stored: list[tuple[int, bytes]]) -> Verdict | None:
    rounds = _AGREEING if len(endpoints) == 1 else 1
    told = [
        answer
        for _ in range(rounds)
        for answer in endpoints.each(lambda endpoint: _verdict(endpoint, stored))
    ]
    votes = Counter(verdict for _, verdict in told)
    agreed = next((verdict for verdict in votes if votes[verdict] >= _AGREEING), None)
    for endpoint, verdict in told:
        if agreed is not None and verdict != agreed:
            log.warning("%s tells another chain than the others", endpoint.label)
            endpoints.rest(endpoint)
    return agreed


def _ruling(verdict: Verdict, stored: list[tuple[int, bytes]], floor: int) -> int | None:
    if stored and verdict.ancestor == stored[0][0]:
        return None
    if verdict.ancestor < floor:
        raise ReorgBelowFloorError(floor, verdict.child)
    return verdict.ancestor


def _verdict(endpoint: Endpoint, stored: list[tuple[int, bytes]]) -> Verdict:
    """Walk down the endpoint's chain along parent links until a stored block is met."""
    hashes = dict(stored)
    lowest, top = min(hashes), max(hashes)
    head = fetch_tagged(endpoint, "latest")
    last = min(head.number, top + 1)
    above: bytes | None = None
    child = b""
    while last >= lowest:
        first = max(lowest, last - _STEP + 1)
        headers = fetch_headers(endpoint, first, last)
        if above is not None and headers[-1].hash != above:
            raise BadAnswerError(endpoint.label, f"block {last} changed while the chain was re-read")
        for header in reversed(headers):
            if hashes.get(header.number) == header.hash:
                return Verdict(header.number, child if header.number < top else b"")
            child = header.hash
        above = headers[0].parent_hash
        last = first - 1
    return Verdict(-1, child)
