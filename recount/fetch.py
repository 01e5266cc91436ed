"""The raw logs and transactions of a meeting from a node, checked at the door."""

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Final, NamedTuple

import msgspec

from indexer.chain.prove import Header, prove_header
from indexer.chain.ranges import ask_in_range
from indexer.chain.rpc import (
    BadAnswerError,
    Call,
    Endpoint,
    Endpoints,
    RpcError,
    WrongChainError,
)
from indexer.chain.wire import HEADERS, TEXTS, Answer, T
from recount import wire
from recount.bundle import VERSION, Bundle, Log, Transaction
from recount.errors import RecountError

_DEPTH: Final = 256
"""Blocks below the head at which several endpoints must agree."""
_EMPTY: Final = "0x"

Tell = Callable[[str, int, int], None]
"""Hears what is read, how much of it, and of how much."""


Question = tuple[str, list[list[str]]]
"""An address, and the topics that its logs may have at each place."""


class Where(NamedTuple):
    """A cooperative's contracts on a chain, the oldest block with logs, the domain of its passkeys."""

    chain_id: int
    rat: str
    box: str
    registry: str
    authority: str
    rp_id: str
    first_block: int


class _LogJson(msgspec.Struct, rename="camel", gc=False):
    address: str
    topics: tuple[str, ...]
    data: str
    block_hash: str
    block_number: str
    transaction_hash: str
    log_index: str
    removed: bool = False


class _TransactionJson(msgspec.Struct, rename="camel", gc=False):
    hash: str
    block_number: str
    sender: str = msgspec.field(name="from")
    input: str
    to: str | None = None


_LOGS: Final = msgspec.json.Decoder(list[Answer[list[_LogJson]]])
_TRANSACTIONS: Final = msgspec.json.Decoder(list[Answer[_TransactionJson]])


class Reader:
    """Reads from the first of several endpoints (of one chain) that gives an answer that holds."""

    def __init__(self, endpoints: Sequence[Endpoint], chain_id: int) -> None:
        """RecountError if none answers, or if one serves another chain."""
        self._endpoints = Endpoints(endpoints, chain_id, rounds=3)
        try:
            self._endpoints.check(_DEPTH)
        except RpcError as error:
            raise _told(error) from error

    def close(self) -> None:
        self._endpoints.close()

    def bundle(self, where: Where, meeting: int, tell: Tell = lambda *_: None) -> Bundle:
        """All that a recount of `meeting` needs, but for which signers are contracts.

        RecountError if the endpoints fail, contradict themselves or cut their answers short.
        """
        try:
            return self._bundle(where, meeting, tell)
        except RpcError as error:
            raise _told(error) from error

    def wallets(self, addresses: Collection[str]) -> list[str]:
        """Those of `addresses` that have code."""
        calls: list[Call] = [("eth_getCode", [address, "latest"]) for address in sorted(addresses)]
        codes = self._in_batches(calls, TEXTS, lambda *_: None)
        return [call[1][0] for call, code in zip(calls, codes, strict=True) if code != _EMPTY]

    def view(self, contract: str, data: bytes, block: int) -> bytes:
        """What a function of a contract answers at a block; empty if it reverts."""
        call = {"to": contract, "data": f"0x{data.hex()}"}
        try:
            return wire.bytes_of(
                self._endpoints.attempt(lambda each: each.text("eth_call", call, hex(block)))
            )
        except RpcError as error:
            raise _told(error) from error

    def _bundle(self, where: Where, meeting: int, tell: Tell) -> Bundle:
        head = self._headers([None])[0]
        raw = self._logs(where, meeting, head.number, tell)
        headers = self._headers(sorted({int(log.block_number, 16) for log in raw}), tell)
        hashes = {header.number: f"0x{header.hash.hex()}" for header in headers}
        for log in raw:
            if hashes[int(log.block_number, 16)] != log.block_hash:
                raise RecountError(
                    "Chain berubah selagi dibaca. Jalankan lagi.",
                    "The chain changed while it was read. Run it again.",
                )
        wanted = list(
            dict.fromkeys(log.transaction_hash for log in raw if log.address.lower() != where.registry)
        )
        return Bundle(
            version=VERSION,
            chain_id=where.chain_id,
            rat=where.rat,
            box=where.box,
            registry=where.registry,
            authority=where.authority,
            rp_id=where.rp_id,
            meeting=meeting,
            block=head.number,
            block_hash=f"0x{head.hash.hex()}",
            until=head.time,
            times={header.number: header.time for header in headers},
            logs=[_log(each, where.registry) for each in raw],
            transactions=self._transactions(wanted, tell),
        )

    def _logs(self, where: Where, meeting: int, last: int, tell: Tell) -> list[_LogJson]:
        """Logs of the register, the RAT and its ballot box, in the order of the chain."""
        number = f"0x{meeting:064x}"
        source = f"0x{where.rat[2:]:0>64}"
        questions: list[Question] = [
            (where.registry, [list(wire.REGISTER)]),
            (where.rat, [list(wire.OF_RAT), [number]]),
            (where.rat, [[wire.CARRIED_OUT], [source], [number]]),
            (where.box, [list(wire.OF_BOX), [number]]),
        ]
        found: list[_LogJson] = []
        first = where.first_block
        while first <= last:
            ask = partial(_range, questions=questions, first=first, last=last)
            until, logs = self._endpoints.attempt(ask)
            found += logs
            tell("log", until - where.first_block + 1, last - where.first_block + 1)
            first = until + 1
        return found

    def _headers(self, numbers: Sequence[int | None], tell: Tell = lambda *_: None) -> list[Header]:
        calls: list[Call] = [
            ("eth_getBlockByNumber", ["latest" if number is None else hex(number), False])
            for number in numbers
        ]
        answers = self._in_batches(calls, HEADERS, lambda done: tell("header", done, len(calls)))
        headers = [prove_header("RPC", answer) for answer in answers]
        for number, header in zip(numbers, headers, strict=True):
            if number not in (None, header.number):
                raise BadAnswerError("RPC", f"block {header.number} was given for block {number}")
        return headers

    def _transactions(self, hashes: Sequence[str], tell: Tell) -> dict[str, Transaction]:
        calls: list[Call] = [("eth_getTransactionByHash", [hash_]) for hash_ in hashes]
        answers = self._in_batches(calls, _TRANSACTIONS, lambda done: tell("transaction", done, len(calls)))
        for hash_, answer in zip(hashes, answers, strict=True):
            if answer.hash != hash_:
                raise BadAnswerError("RPC", f"transaction {answer.hash} was given for {hash_}")
        return {
            each.hash: Transaction(each.sender.lower(), (each.to or "").lower(), each.input)
            for each in answers
        }

    def _in_batches(
        self, calls: list[Call], decoder: "msgspec.json.Decoder[list[Answer[T]]]", tell: Callable[[int], None]
    ) -> list[T]:
        found: list[T] = []
        while len(found) < len(calls):
            rest = calls[len(found) :]
            found += self._endpoints.attempt(partial(_some, calls=rest, decoder=decoder))
            tell(len(found))
        return found


def _some(endpoint: Endpoint, calls: list[Call], decoder: "msgspec.json.Decoder[list[Answer[T]]]") -> list[T]:
    """The results of the first calls, as many as the endpoint takes at once."""
    return endpoint.some(calls, decoder, endpoint.headers)


def _range(
    endpoint: Endpoint, questions: Sequence[Question], first: int, last: int
) -> tuple[int, list[_LogJson]]:
    """The last block and the logs of a range from `first` on that is as long as the endpoint takes."""

    def calls(blocks: int) -> list[Call]:
        ends = {"fromBlock": hex(first), "toBlock": hex(min(last, first + blocks - 1))}
        return [
            ("eth_getLogs", [ends | {"address": address, "topics": topics}]) for address, topics in questions
        ]

    answers, blocks = ask_in_range(endpoint, calls, _LOGS)
    until = min(last, first + blocks - 1)
    logs: list[_LogJson] = []
    for (address, topics), answer in zip(questions, answers, strict=True):
        logs += _checked(endpoint.label, answer, address, topics[0], first, until)
    return until, sorted(logs, key=_place)


def _checked(
    label: str, logs: list[_LogJson], address: str, topics: list[str], first: int, last: int
) -> list[_LogJson]:
    """Logs that were asked for, each once and in order; BadAnswerError else."""
    before = (-1, -1)
    for log in logs:
        place = _place(log)
        if not first <= place[0] <= last or log.removed or log.address.lower() != address:
            raise BadAnswerError(label, f"log {place[1]} of block {place[0]} was not asked for")
        if not log.topics or log.topics[0] not in topics:
            raise BadAnswerError(label, f"log {place[1]} of block {place[0]} is of another kind")
        if place <= before:
            raise BadAnswerError(label, f"log {place[1]} of block {place[0]} came twice or out of order")
        before = place
    return logs


def _place(log: _LogJson) -> tuple[int, int]:
    return int(log.block_number, 16), int(log.log_index, 16)


def _log(log: _LogJson, registry: str) -> Log:
    address = log.address.lower()
    transaction = "" if address == registry else log.transaction_hash
    block, index = _place(log)
    return Log(block, index, transaction, address, log.topics, log.data)


def _told(error: RpcError) -> RecountError:
    """The endpoint's failure, in both languages."""
    if isinstance(error, WrongChainError):
        return RecountError(*str(error).split(" / ", 1))
    return RecountError(
        f"Endpoint tidak memberi jawaban yang benar: {error}. Sebutkan endpoint lain dengan --rpc.",
        f"The endpoint gives no answer that holds: {error}. Name another one with --rpc.",
    )
