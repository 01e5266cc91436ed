"""JSON-RPC endpoints: batches over HTTP, answers checked at the door, failover and back-off.

An endpoint is never trusted for content: what its answers fail to prove is raised as an EndpointError too, so
that `Endpoints.attempt` asks another one.
"""

import ipaddress
import logging
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import httpx
import msgspec

from indexer.chain.wire import HEADERS, TEXTS, WHOLE_BATCH, Answer, ErrorBody, T
from indexer.chain.words import both

R = TypeVar("R")
Call = tuple[str, list[Any]]
"""Method and parameters."""

log = logging.getLogger(__name__)

_TOO_MUCH: Final = re.compile(
    r"too (many|large|big|wide|long)|more than|limit(ed)? exceeded|exceed|range|response size|timed? ?out",
    re.IGNORECASE,
)
_RATE: Final = re.compile(r"rate limit|too many requests|per second|compute units", re.IGNORECASE)
_REQUEST_REFUSED: Final = (400, 413)
"""Statuses with which providers refuse batches that are too large for them."""
_NO_METHOD: Final = -32601
_MISSING: Final = 3
"""How often each endpoint may say that it does not have something: it may have left the chain."""
_LARGE_ANSWER: Final = 12 << 20
"""Bytes of an answer from which on batches shrink, so that memory stays flat."""


class RpcError(Exception):
    """What went wrong with the endpoints, and what to do."""


class EndpointError(RpcError):
    """One endpoint failed; another one may do better."""

    def __init__(self, label: str, problem: str) -> None:
        self.label = label
        self.problem = problem
        super().__init__(f"{label}: {problem}")


class UnreachableError(EndpointError):
    """No answer: connection, time-out, HTTP status."""


class TimeoutAnswerError(UnreachableError):
    """No answer in time."""


class BadAnswerError(EndpointError):
    """An answer that is not JSON-RPC of the expected type, or null where something must be."""


class MissingError(BadAnswerError):
    """Null: the node does not have it, not yet or not any more."""


class RefusedError(EndpointError):
    """A JSON-RPC error object."""


class TooMuchError(RefusedError):
    """The endpoint wants a smaller range or a smaller batch."""


class WrongChainError(RpcError):
    """An endpoint speaks of another chain. No failover: the settings are wrong."""


class NoEndpointError(RpcError):
    """Every endpoint failed, more than once."""


class StoppedError(RpcError):
    """Waiting was cut short because the program is asked to stop."""


class Adaptive:
    """A limit that halves when an endpoint complains and grows slowly while it does not."""

    def __init__(self, start: int, most: int) -> None:
        self.value = min(start, most)
        self._most = most

    def shrink(self) -> bool:
        """Halve; False if it was 1 already."""
        small = self.value == 1
        self.value = max(1, self.value // 2)
        return not small

    def grow(self) -> None:
        """An eighth more, up to the most."""
        self.value = min(self._most, self.value + max(1, self.value // 8))


class Endpoint:
    """One JSON-RPC endpoint over HTTP with keep-alive. Raises EndpointError only."""

    def __init__(
        self,
        url: str,
        *,
        timeout: float = 20.0,
        range_limit: int = 1000,
        batch_limit: int = 128,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise RpcError(
                both(
                    f"{url!r} bukan endpoint: tulis http://host:port atau https://host/path",
                    f"{url!r} is no endpoint: write http://host:port or https://host/path",
                )
            )
        # A path or a query may hold a key: messages show neither.
        self.label = f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")
        self.is_local = _is_loopback(parts.hostname)
        self.ranges = Adaptive(range_limit, range_limit)
        """Blocks of one eth_getLogs."""
        self.headers = Adaptive(batch_limit, batch_limit)
        """Headers in one batch."""
        self.receipts = Adaptive(16, batch_limit)
        """Blocks whose receipts are in one batch."""
        self.rest_until = 0.0
        self.failures = 0
        self.checked = False
        self.last_size = 0
        self._url = url
        self._client = httpx.Client(
            timeout=httpx.Timeout(timeout, connect=min(timeout, 5.0)),
            transport=transport,
            trust_env=not self.is_local,
            headers={"content-type": "application/json"},
        )

    def close(self) -> None:
        self._client.close()

    def ask(self, calls: Sequence[Call], decoder: "msgspec.json.Decoder[list[Answer[T]]]") -> list[T | None]:
        """The results of a batch, in the order of `calls`. A null result is None."""
        body = msgspec.json.encode(
            [
                {"jsonrpc": "2.0", "id": at, "method": method, "params": params}
                for at, (method, params) in enumerate(calls)
            ]
        )
        content = self._post(body)
        self.last_size = len(content)
        try:
            answers = decoder.decode(content)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise self._not_a_batch(content, calls, error) from error
        return self._in_order(answers, calls)

    def some(
        self, calls: Sequence[Call], decoder: "msgspec.json.Decoder[list[Answer[T]]]", limit: Adaptive
    ) -> list[T]:
        """Results of the first calls, as many as `limit` takes; it adapts. None of them may be null."""
        while True:
            batch = calls[: limit.value]
            try:
                results = self.ask(batch, decoder)
            except TooMuchError:
                if len(batch) > 1 and limit.shrink():
                    continue
                raise
            except TimeoutAnswerError:
                limit.shrink()
                raise
            if self.last_size > _LARGE_ANSWER:
                limit.shrink()
            elif len(batch) == limit.value and self.last_size < _LARGE_ANSWER // 2:
                limit.grow()
            return [
                self._present(result, f"{method} {params[0]}")
                for result, (method, params) in zip(results, batch, strict=True)
            ]

    def text(self, method: str, *params: Any) -> str:
        """The text that a single call answers."""
        return self._present(self.ask([(method, list(params))], TEXTS)[0], method)

    def quantity(self, method: str) -> int:
        """The number that a call without parameters answers."""
        text = self.text(method)
        try:
            return int(text, 16)
        except ValueError as error:
            raise BadAnswerError(
                self.label, f"{method} answered {text[:80]!r}, which is no number"
            ) from error

    def _present(self, result: T | None, what: str) -> T:
        if result is None:
            raise MissingError(self.label, f"{what} answered null: the node does not have it (yet)")
        return result

    def _post(self, body: bytes) -> bytes:
        try:
            response = self._client.post(self._url, content=body)
            content = response.content
        except httpx.TimeoutException as error:
            raise TimeoutAnswerError(self.label, f"no answer in time ({type(error).__name__})") from error
        except httpx.HTTPError as error:
            raise UnreachableError(self.label, f"{type(error).__name__}: {error}") from error
        if response.status_code in _REQUEST_REFUSED:
            raise TooMuchError(self.label, f"HTTP {response.status_code}, the request is refused")
        if response.status_code != 200:
            raise UnreachableError(self.label, f"HTTP {response.status_code} {response.reason_phrase}")
        return content

    def _not_a_batch(self, content: bytes, calls: Sequence[Call], error: Exception) -> EndpointError:
        try:
            whole = WHOLE_BATCH.decode(content)
        except (msgspec.DecodeError, UnicodeDecodeError):
            what = calls[0][0] if calls else "a batch"
            return BadAnswerError(self.label, f"{what} answered what is no such answer ({error})")
        if whole.error is None:
            return BadAnswerError(self.label, "a batch was answered with a single result")
        return self._refusal(whole.error, calls[0][0])

    def _in_order(self, answers: list[Answer[T]], calls: Sequence[Call]) -> list[T | None]:
        by_id = {answer.id: answer for answer in answers}
        if len(answers) != len(calls) or by_id.keys() != set(range(len(calls))):
            for answer in answers:
                if answer.error is not None:
                    raise self._refusal(answer.error, calls[0][0])
            raise BadAnswerError(
                self.label, f"{len(answers)} answers to a batch of {len(calls)}, or wrong ids"
            )
        results: list[T | None] = []
        for at, (method, _) in enumerate(calls):
            answer = by_id[at]
            if answer.error is not None:
                raise self._refusal(answer.error, method)
            results.append(answer.result)
        return results

    def _refusal(self, error: ErrorBody, method: str) -> EndpointError:
        text = f"{method} refused: {error.message} ({error.code})"
        if error.code == _NO_METHOD:
            text += "; an endpoint that has this method is needed"
        if "batch" in error.message.lower():
            return TooMuchError(self.label, text)
        if _RATE.search(error.message):
            return UnreachableError(self.label, text)
        if error.code == -32005 or _TOO_MUCH.search(error.message):
            return TooMuchError(self.label, text)
        return RefusedError(self.label, text)


def _head(endpoint: Endpoint) -> int:
    return endpoint.quantity("eth_blockNumber")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Endpoints:
    """Several endpoints of one chain, asked in turn until one gives an answer that holds.

    `stop`, once set, ends every wait with StoppedError. `rounds` is how often each endpoint is tried in vain.
    """

    def __init__(
        self,
        endpoints: Sequence[Endpoint],
        chain_id: int,
        *,
        rounds: int = 6,
        pause: float = 0.25,
        stop: threading.Event | None = None,
    ) -> None:
        if not endpoints:
            raise RpcError(
                both(
                    "Belum ada endpoint: sebutkan satu atau lebih untuk jaringan ini, dipisah koma",
                    "No endpoint is set: name one or more for the network, separated by commas",
                )
            )
        self._endpoints = list(endpoints)
        self._chain_id = chain_id
        self._rounds = rounds
        self._pause = pause
        self.stop = stop or threading.Event()
        self._anchors: dict[int, str] = {}
        """Hashes by block number that every endpoint must know, set by the first one."""

    def __len__(self) -> int:
        return len(self._endpoints)

    @property
    def is_local(self) -> bool:
        """Whether the first endpoint runs on this machine."""
        return self._endpoints[0].is_local

    def close(self) -> None:
        for endpoint in self._endpoints:
            endpoint.close()

    def anchor(self, number: int, block_hash: str) -> None:
        """Require that every endpoint has this (final) block."""
        if self._anchors.get(number) != block_hash:
            self._anchors[number] = block_hash
            for endpoint in self._endpoints:
                endpoint.checked = False

    def check(self, depth: int) -> None:
        """Start-up: all endpoints that answer are on the right chain and agree on block 0, on the anchors and
        on the block `depth` below the lowest head; one at least answers. Silent ones are checked before use.
        """
        heads = [head for _, head in self.each(_head)] or [self.attempt(_head)]
        number = max(0, min(heads) - depth)
        told: dict[str, str] = {}
        for endpoint, found in self.each(lambda endpoint: self._hash_at(endpoint, number)):
            told.setdefault(found, endpoint.label)
        if len(told) > 1:
            answers = "; ".join(f"{label} has {found}" for found, label in told.items())
            raise WrongChainError(
                both(
                    f"Endpoint berbeda tentang blok {number}, {depth} di bawah ujung: {answers}. Mereka "
                    "tidak "
                    "melayani chain yang sama: betulkan pengaturan",
                    f"The endpoints differ on block {number}, {depth} below the head: {answers}. They do not "
                    "serve the same chain: correct the settings",
                )
            )

    def each(self, work: Callable[[Endpoint], R]) -> Iterator[tuple[Endpoint, R]]:
        """The answers of all endpoints that give one; those that failed just now are left alone."""
        for endpoint in self._endpoints:
            if endpoint.rest_until > time.monotonic():
                continue
            try:
                self._verify(endpoint)
                result = work(endpoint)
            except EndpointError as error:
                log.warning("%s", error)
                self.rest(endpoint)
            else:
                yield endpoint, result

    def attempt(self, work: Callable[[Endpoint], R]) -> R:
        """What `work` gives with the first endpoint that does not fail; NoEndpointError after all rounds."""
        problems: list[str] = []
        missing = 0
        for _ in range(self._rounds * len(self._endpoints)):
            endpoint = min(self._endpoints, key=lambda each: each.rest_until)
            self._wait(endpoint.rest_until - time.monotonic())
            try:
                self._verify(endpoint)
                result = work(endpoint)
            except EndpointError as error:
                log.warning("%s", error)
                problems.append(str(error))
                self.rest(endpoint)
                missing += isinstance(error, MissingError)
                if missing >= _MISSING * len(self._endpoints):
                    break
            else:
                endpoint.failures = 0
                endpoint.rest_until = 0.0
                return result
        raise NoEndpointError(self._advice(problems))

    def rest(self, endpoint: Endpoint) -> None:
        """Leave an endpoint alone for a while, longer each time; the others come first afterwards too."""
        endpoint.failures += 1
        pause = min(self._pause * 2 ** (endpoint.failures - 1), 30.0)
        endpoint.rest_until = time.monotonic() + pause

    def _wait(self, seconds: float) -> None:
        if self.stop.wait(max(0.0, seconds)):
            raise StoppedError("Stopped while waiting for an endpoint")

    def _advice(self, problems: list[str]) -> str:
        seen = list(dict.fromkeys(problems))[-4:]
        detail = "".join(f"\n  {problem}" for problem in seen)
        count = len(self._endpoints)
        return both(
            f"Tidak satu pun dari {count} endpoint memberi jawaban yang benar:{detail}\n"
            "Periksa jaringan, atau sebutkan endpoint lain. Yang sudah disinkronkan tetap ada",
            f"None of the {count} endpoints gave an answer that holds. Check the network, or name other "
            "endpoints. What is synced stays; the next sync goes on there.",
        )

    def _verify(self, endpoint: Endpoint) -> None:
        if endpoint.checked:
            return
        chain_id = endpoint.quantity("eth_chainId")
        if chain_id != self._chain_id:
            raise WrongChainError(
                both(
                    f"{endpoint.label} melayani chain {chain_id}, padahal jaringannya {self._chain_id}: "
                    "betulkan "
                    "endpoint atau jaringan",
                    f"{endpoint.label} serves chain {chain_id}, the network's is {self._chain_id}: correct "
                    "the "
                    "endpoint or the network",
                )
            )
        for number in sorted({0, *self._anchors}):
            found = self._hash_at(endpoint, number)
            expected = self._anchors.setdefault(number, found)
            if found != expected:
                raise WrongChainError(
                    both(
                        f"{endpoint.label} punya blok {number} sebagai {found}, padahal yang dikenal "
                        f"{expected}: "
                        f"ia melayani chain lain dengan nomor {chain_id}, atau buku besar chain lain "
                        "terbuka. "
                        "Pakai endpoint yang benar, atau buku besar baru",
                        f"{endpoint.label} has block {number} as {found}, but {expected} is known: it serves "
                        f"another chain with the id {chain_id}, or a ledger of another chain is open. "
                        "Use the right endpoint, or a new ledger",
                    )
                )
        endpoint.checked = True

    def _hash_at(self, endpoint: Endpoint, number: int) -> str:
        header = endpoint.ask([("eth_getBlockByNumber", [hex(number), False])], HEADERS)[0]
        if header is None:
            raise BadAnswerError(
                endpoint.label, f"block {number} is missing: the node is not synced that far"
            )
        return header.hash
