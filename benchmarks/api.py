"""The public API over 1,000,000 entries beside the floor of its tools, and while the indexer writes."""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Final

import httpx

from benchmarks.figures import ROOT, Figure, Section, at_least_times, at_most
from benchmarks.load import Load, load
from benchmarks.made_books import DAYS, FIRST_DAY, fill
from benchmarks.runs import free_port
from indexer.ledger.database import open_engine
from indexer.ledger.journal import Ledger
from rules.calendar import day_text
from rules.types import WibDay

ENTRIES: Final = 1_000_000
MEMBERS: Final = 100_000
SECONDS: Final = 3.0
CONNECTIONS: Final = 16
PATHS: Final = 20_000
SHARE_OF_FLOOR: Final = 0.6
P99_MS: Final = 100
_FLOOR: Final = "one SQLite row by key"


def measure(scale: float = 1.0) -> Section:
    """The API section, over ENTRIES times `scale` entries in SQLite, one process each."""
    count, members = int(ENTRIES * scale), int(MEMBERS * scale)
    with tempfile.TemporaryDirectory(prefix="koperasi-bench-") as folder:
        file = Path(folder) / "books.sqlite"
        engine = open_engine(f"sqlite:///{file}")
        growing = fill(Ledger(engine), count * 2, members)
        held = next(entries for entries in growing if entries >= count)
        paths = _paths(held, members)
        figures = _beside_the_floor(file, paths, held)
        figures += _while_writing(file, paths, growing)
        engine.dispose()
    conditions = (
        f"{held:,} entries of {members:,} members in SQLite, 1 worker, {CONNECTIONS} connections, "
        f"{SECONDS:g} s each after as long to warm up, random numbers, members and days. The floor is the "
        f"same server with FastAPI and nothing but {_FLOOR}, measured before and after each question. "
        "While writing: a batch of the indexer's every second, on the same two cores as server and load."
    )
    return Section("API", figures, conditions)


def _paths(held: int, members: int) -> dict[str, list[str]]:
    """What is asked for, by what it is called."""
    random = Random(7)

    def several(pattern: str, last: int) -> list[str]:
        return [pattern.format(random.randrange(1, last + 1)) for _ in range(PATHS)]

    api = "/api/v1"
    days = [day_text(WibDay(FIRST_DAY + random.randrange(DAYS))) for _ in range(PATHS)]
    return {
        "summary": [f"{api}/summary"],
        "chart of accounts": [f"{api}/accounts"],
        "newest page of 20 entries": [f"{api}/entries"],
        "entry with its proof": several(api + "/entries/{}", held),
        "trial balance at any day": [f"{api}/trial-balance?as_of={day}" for day in days],
        "passbook of any member": several(api + "/members/{}/passbook", members),
        "page of 20 entries anywhere": several(api + "/entries?before={}", held),
        "entries of any member": several(api + "/entries?member={}", members),
    }


def _beside_the_floor(file: Path, paths: dict[str, list[str]], held: int) -> list[Figure]:
    random = Random(8)
    rows = [f"/row/{random.randrange(1, held + 1)}" for _ in range(PATHS)]
    figures: list[Figure] = []
    with _serving(_floor_command("bare"), file) as url:
        figures.append(Figure("floor: bare ASGI", _load(url, ["/"]).rate, "requests/s"))
    with _serving(_floor_command("app"), file) as floor, _serving(_our_command(), file) as url:
        figures.append(Figure("floor: FastAPI, JSON", _load(floor, ["/json"]).rate, "requests/s"))
        for work, asked in paths.items():
            beside = _load(floor, rows).rate
            ours = _load(url, asked).rate
            beside = (beside + _load(floor, rows).rate) / 2
            figures.append(at_least_times(work, ours, "requests/s", SHARE_OF_FLOOR, _FLOOR, beside))
    return figures


def _while_writing(file: Path, paths: dict[str, list[str]], growing: Iterator[int]) -> list[Figure]:
    """p99 of each question while blocks are appended."""
    stop = threading.Event()

    def write() -> None:
        for _ in growing:
            if stop.wait(1):
                return

    with _serving(_our_command(), file) as url:
        writer = threading.Thread(target=write)
        writer.start()
        try:
            found = {work: _load(url, asked) for work, asked in paths.items()}
        finally:
            stop.set()
            writer.join()
    return [at_most(f"{work}, p99 while writing", each.p99_ms, "ms", P99_MS) for work, each in found.items()]


def _load(url: str, paths: Sequence[str]) -> Load:
    load(url, paths, SECONDS, CONNECTIONS)
    found = load(url, paths, SECONDS, CONNECTIONS)
    if found.failed:
        raise RuntimeError(f"{found.failed} requests such as {paths[0]} were not answered with 200")
    return found


def _our_command() -> list[str]:
    return [str(Path(sys.executable).with_name("koperasi")), "serve"]


def _floor_command(app: str) -> list[str]:
    options = ["--log-level", "error", "--no-access-log", "--no-server-header"]
    return [sys.executable, "-m", "uvicorn", f"benchmarks.floors:{app}", *options]


@contextmanager
def _serving(command: list[str], file: Path) -> Iterator[str]:
    """A server over a ledger; its address."""
    port = free_port()
    environment = os.environ | {"KOPERASI_LEDGER_URL": f"sqlite:///{file}", "FLOOR_DATABASE": str(file)}
    with subprocess.Popen(
        [*command, "--port", str(port)], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL
    ) as process:
        url = f"http://127.0.0.1:{port}"
        try:
            _wait(url, process)
            yield url
        finally:
            process.terminate()


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        try:
            httpx.get(url, trust_env=False)
            return
        except httpx.TransportError:
            if process.poll() is not None:
                break
            time.sleep(0.1)
    raise RuntimeError(f"the server at {url} did not start")
