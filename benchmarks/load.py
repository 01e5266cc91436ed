"""A load for HTTP servers: `python -m benchmarks.load URL SECONDS CONNECTIONS < PATHS` asks for the paths in
turn, each connection one request after the other, and prints a Load as JSON."""

import asyncio
import itertools
import json
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Final, cast
from urllib.parse import urlsplit

import uvloop

from benchmarks.figures import ROOT

_LIMIT_SECONDS: Final = 120


@dataclass(frozen=True)
class Load:
    """Requests that were answered with 200, a second; milliseconds within which half and 99 of 100 were."""

    rate: float
    median_ms: float
    p99_ms: float
    failed: int


def load(url: str, paths: Sequence[str], seconds: float, connections: int) -> Load:
    """Run one in a process of its own. RuntimeError with its last words if it fails."""
    command = [sys.executable, "-m", "benchmarks.load", url, str(seconds), str(connections)]
    answer = subprocess.run(
        command,
        cwd=ROOT,
        input="\n".join(paths),
        capture_output=True,
        text=True,
        timeout=_LIMIT_SECONDS,
        check=False,
    )
    if answer.returncode:
        raise RuntimeError(f"load on {url} failed: {answer.stderr.strip().splitlines()[-1:]}")
    return Load(**json.loads(answer.stdout))


class _Connection(asyncio.Protocol):
    """One request after the other until the deadline."""

    def __init__(self, requests: Iterator[bytes], deadline: float, done: asyncio.Future[None]) -> None:
        self.requests, self.deadline, self.done = requests, deadline, done
        self.took: list[float] = []
        self.failed = 0
        self.buffer = b""
        self.sent = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.ask()

    def ask(self) -> None:
        self.sent = time.perf_counter()
        if self.sent >= self.deadline:
            self.transport.close()
        else:
            self.transport.write(next(self.requests))

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0 or len(self.buffer) < end + 4 + _length(self.buffer[:end]):
            return
        if self.buffer.startswith(b"HTTP/1.1 200"):
            self.took.append(time.perf_counter() - self.sent)
        else:
            self.failed += 1
        self.buffer = b""
        self.ask()

    def connection_lost(self, _error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)


def _length(head: bytes) -> int:
    lines = head.lower().split(b"\r\n")
    return next((int(line[15:]) for line in lines if line.startswith(b"content-length:")), 0)


async def _run(url: str, seconds: float, connections: int, paths: Iterable[str]) -> Load:
    place = urlsplit(url)
    lines = itertools.cycle([f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode() for path in paths])
    loop = asyncio.get_running_loop()
    started = time.perf_counter()
    clients = [_Connection(lines, started + seconds, loop.create_future()) for _ in range(connections)]
    for client in clients:
        await loop.create_connection(lambda client=client: client, place.hostname, place.port)  # type: ignore[misc]
    await asyncio.gather(*(client.done for client in clients))
    seconds = time.perf_counter() - started
    took = sorted(each for client in clients for each in client.took)
    if not took:
        raise RuntimeError("no request was answered with 200")
    at = [took[len(took) * share // 100] * 1000 for share in (50, 99)]
    return Load(len(took) / seconds, *at, sum(client.failed for client in clients))


if __name__ == "__main__":
    _, url, seconds, connections = sys.argv
    paths = sys.stdin.read().split()
    print(json.dumps(asdict(uvloop.run(_run(url, float(seconds), int(connections), paths)))))
