"""Blocks of closed ranges with the events of the cooperative, proven and decoded, in chain order."""

import secrets
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Final

from indexer.chain.decode import MalformedLogError, decode_log, topic_of
from indexer.chain.directory import AUTHORITY, Directory
from indexer.chain.events import (
    Address,
    ContractInstalled,
    DecodedBlock,
    Event,
    Hash,
    LogRef,
    RawLog,
)
from indexer.chain.fetch import Placed, fetch_headers, fetch_logs, fetch_receipts
from indexer.chain.hashing import keccak
from indexer.chain.prove import Header, ProofError
from indexer.chain.rpc import Endpoint, Endpoints

_EVENTS_AT_ONCE: Final = 8192
_DATA_OF_AN_EVENT: Final = 512
"""Bytes; a log with more counts as several events, for it packs a row for each of many members."""
_INSTALLED: Final = topic_of(ContractInstalled)
_SATURATED: Final = 512
"""Bits of 2048: a bloom with more says "maybe" to most addresses, so that its doubt is no signal."""


class Mode(StrEnum):
    """How blocks are chosen whose receipts are fetched and proven."""

    RECEIPTS = "receipts"
    """Every block whose bloom does not exclude us, and a sample of the others. No logs call."""
    LOGS = "logs"
    """Blocks that eth_getLogs names, those that an unsaturated bloom puts in doubt, and a sample."""


class ParentMismatchError(Exception):
    """A block does not stand on the one that was read before it: the chain was reorganised."""

    def __init__(self, number: int, expected: Hash, found: Hash) -> None:
        self.number = number
        super().__init__(
            f"block {number} stands on 0x{found.hex()}, not on 0x{expected.hex()}: the chain was reorganised"
        )


class Reader:
    """Reads blocks through `endpoints`; learns addresses into `directory` as their logs come.

    Of the blocks that need no proof one in `sample` is proven all the same (zero: none). An endpoint cannot
    foresee which: the choice hashes the block hash with `salt`.
    """

    def __init__(
        self,
        endpoints: Endpoints,
        directory: Directory,
        *,
        mode: Mode = Mode.RECEIPTS,
        sample: int = 64,
        chunk: int = 128,
        salt: bytes | None = None,
    ) -> None:
        self._endpoints = endpoints
        self._directory = directory
        self._mode = mode
        self._sample = sample
        self._chunk = chunk
        self._salt = secrets.token_bytes(16) if salt is None else salt
        self._logged: dict[Hash, list[Placed]] = {}
        self._proven: dict[Hash, list[RawLog]] = {}

    def read(self, first: int, last: int, floor: int, parent: Hash | None) -> Iterator[list[DecodedBlock]]:
        """The blocks `first` to `last`, a part at a time. `parent` is the hash of the block before `first`.

        Raises ParentMismatchError, LogError, and what `Endpoints.attempt` raises.
        """
        while first <= last:
            end = min(first + self._chunk - 1, last)
            headers = self._headers(first, end)
            if parent is not None and headers[0].parent_hash != parent:
                raise ParentMismatchError(first, parent, headers[0].parent_hash)
            yield from self._decoded(headers, floor)
            parent = headers[-1].hash
            first = end + 1

    def _headers(self, first: int, last: int) -> list[Header]:
        return self._endpoints.attempt(lambda endpoint: fetch_headers(endpoint, first, last))

    def _decoded(self, headers: Sequence[Header], floor: int) -> Iterator[list[DecodedBlock]]:
        blocks: list[DecodedBlock] = []
        events = 0
        self._proven.clear()
        self._ask_logs(headers)
        for at, header in enumerate(headers):
            block = self._block(headers[at:], header.number <= floor)
            blocks.append(block)
            events += len(block.events) + sum(len(raw.data) // _DATA_OF_AN_EVENT for raw in block.raw_logs)
            if events >= _EVENTS_AT_ONCE:
                yield blocks
                blocks, events = [], 0
        if blocks:
            yield blocks

    def _ask_logs(self, headers: Sequence[Header]) -> None:
        if self._mode is Mode.LOGS:
            addresses = list(self._directory)
            self._logged = self._endpoints.attempt(lambda endpoint: fetch_logs(endpoint, headers, addresses))

    def _block(self, headers: Sequence[Header], final: bool) -> DecodedBlock:
        """The first block of `headers`; receipts of the ones after it come along."""
        header = headers[0]
        logs = self._logs_of(headers)
        since: dict[Address, int] = {}
        while self._learn(header, logs, since):
            self._proven.clear()
            self._ask_logs(headers)
            logs = [raw for raw in self._logs_of(headers) if raw.log_index > since.get(raw.address, -1)]
        return DecodedBlock(
            header.number,
            header.hash,
            header.parent_hash,
            header.time,
            final,
            tuple(logs),
            tuple([self._decode(header, raw) for raw in logs]),
        )

    def _learn(self, header: Header, logs: Sequence[RawLog], since: dict[Address, int]) -> bool:
        """Take in the contracts that these logs install; whether any address is new, and since which log."""
        before = len(self._directory)
        for raw in logs:
            if raw.topics[:32] == _INSTALLED and self._directory.name_of(raw.address) == AUTHORITY:
                ref, event = self._decode(header, raw)
                assert isinstance(event, ContractInstalled)
                if self._install(ref, event):
                    since[event.contract_address] = raw.log_index
        return len(self._directory) > before

    def _decode(self, header: Header, raw: RawLog) -> tuple[LogRef, Event]:
        ref = LogRef(
            header.number,
            header.hash,
            header.time,
            raw.tx_hash,
            raw.tx_index,
            raw.log_index,
            raw.address,
            self._directory.name_of(raw.address),
        )
        return ref, decode_log(ref, raw)

    def _install(self, ref: LogRef, event: ContractInstalled) -> bool:
        try:
            return self._directory.install(event.contract_address, event.text)
        except UnicodeDecodeError as error:
            raise MalformedLogError(
                ref,
                "a contract installed under a name that is no ASCII text",
                "Pasang kontrak itu dengan nama yang dikenal.",
                "Install the contract under a known name.",
            ) from error

    def _logs_of(self, headers: Sequence[Header]) -> list[RawLog]:
        """Proven logs of the first of `headers`."""
        header = headers[0]
        if not self._needs_receipts(header):
            return []
        if header.hash not in self._proven:
            todo = [later for later in headers if self._needs_receipts(later)]
            wanted = frozenset(self._directory)
            self._proven = self._endpoints.attempt(lambda endpoint: self._prove(endpoint, todo, wanted))
        return self._proven.pop(header.hash)

    def _needs_receipts(self, header: Header) -> bool:
        if self._mode is Mode.RECEIPTS:
            return self._directory.may_be_in(header.bloom) or self._is_sampled(header)
        return (
            header.hash in self._logged
            or self._is_sampled(header)
            or (header.bloom.bit_count() <= _SATURATED and self._directory.may_be_in(header.bloom))
        )

    def _is_sampled(self, header: Header) -> bool:
        if self._sample == 0:
            return False
        return int.from_bytes(keccak(self._salt + header.hash)[:8], "big") % self._sample == 0

    def _prove(
        self, endpoint: Endpoint, headers: Sequence[Header], wanted: frozenset[Address]
    ) -> dict[Hash, list[RawLog]]:
        proven = fetch_receipts(endpoint, headers, wanted)
        if self._mode is Mode.LOGS:
            for header in headers[: len(proven)]:
                self._compare(endpoint, header, proven[header.hash], wanted)
        return proven

    def _compare(
        self, endpoint: Endpoint, header: Header, proven: Sequence[RawLog], wanted: frozenset[Address]
    ) -> None:
        """The logs call must have told the same as the receipts; if it did not, this endpoint's own must."""
        held = [(raw.log_index, raw.address + raw.topics + raw.data) for raw in proven]
        told = self._logged.get(header.hash, [])
        if told != held:
            told = fetch_logs(endpoint, [header], wanted).get(header.hash, [])
        if told != held:
            missing = {place for place, _ in held} - {place for place, _ in told}
            detail = f"log {min(missing)} is missing" if missing else "a log is changed or made up"
            raise ProofError(
                endpoint.label, f"eth_getLogs and the receipts of block {header.number} differ: {detail}"
            )
