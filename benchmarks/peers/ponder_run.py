"""Ponder over the history of a chain, timed by its own log."""

import json
import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterable
from typing import Final

from benchmarks.anvil_chain import Chain
from benchmarks.peers.install import PeerError, node_app
from benchmarks.runs import Run, free_port, peak_memory

_LIMIT_SECONDS: Final = 600
_STARTED: Final = "historical sync with"
_COMPLETED: Final = "Completed historical indexing"


def run_ponder(chain: Chain, postgres: str | None = None) -> Run:
    """One row an event into pglite, or into the empty PostgreSQL database at a URL.

    The clock starts when ponder starts to read, not when Node starts, and stops when its index is complete.
    """
    folder = node_app("ponder")
    with tempfile.TemporaryDirectory(prefix="koperasi-ponder-") as data:
        process = subprocess.Popen(
            [
                "node_modules/.bin/ponder",
                "start",
                "--port",
                str(free_port()),
                "--schema",
                "public",
                "--log-format",
                "json",
            ],
            cwd=folder,
            env=os.environ | _settings(chain, data, postgres),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        limit = threading.Timer(_LIMIT_SECONDS, process.kill)
        limit.start()
        try:
            assert process.stdout is not None
            events, seconds = _follow(process.stdout)
            mib = peak_memory(process.pid)
        finally:
            limit.cancel()
            process.send_signal(signal.SIGKILL)
            process.wait()
    if events < chain.events:
        raise PeerError(f"ponder indexed {events} of {chain.events} events")
    return Run(events, seconds, mib)


def _settings(chain: Chain, data: str, postgres: str | None) -> dict[str, str]:
    return {
        "BENCH_RPC": chain.url,
        "BENCH_FIRST": str(chain.first),
        "BENCH_LAST": str(chain.last),
        "BENCH_TELLER": chain.addresses["TellerDesk"],
        "BENCH_TOKENS": chain.tokens,
        "BENCH_AUTHORITY": chain.addresses["Authority"],
        "BENCH_PGLITE": data,
        "BENCH_POSTGRES": postgres or "",
        "PONDER_TELEMETRY_DISABLED": "1",
        "CI": "1",
    }


def _follow(lines: Iterable[str]) -> tuple[int, float]:
    """Events and seconds of the historical sync; PeerError if ponder stops before its end."""
    started, events, last = 0, 0, ""
    for line in lines:
        if not line.startswith("{"):
            continue
        entry = json.loads(line)
        last = str(entry["msg"])
        if entry["level"] >= 50:
            raise PeerError(f"ponder: {last}: {entry.get('error', {}).get('message', '')}")
        if _STARTED in last and not started:
            started = entry["time"]
        elif last.startswith("Indexed "):
            events += int(last.split(" ")[1])
        elif last == _COMPLETED:
            return events, (entry["time"] - started) / 1_000
    raise PeerError(f"ponder stopped before its index was complete; its last word: {last or 'none'}")
