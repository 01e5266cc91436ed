"""Ponder over the history of a chain, timed by its own log."""

import json
import os
import subprocess
import tempfile
import threading
from typing import Final

from benchmarks.anvil_chain import Chain
from benchmarks.peers.install import PeerError, node_app
from benchmarks.runs import Run, free_port, peak_memory, processor_time

_LIMIT_SECONDS: Final = 600
_ERROR: Final = 50
_STARTED: Final = "historical sync with"
_COMPLETED: Final = "Completed historical indexing"


def run_ponder(chain: Chain, postgres: str | None = None) -> Run:
    """One row an event into pglite, or into the empty PostgreSQL database at a URL.

    The clock starts when ponder starts to read, not when Node starts, and stops when its index is complete.
    """
    folder = node_app("ponder")
    with tempfile.TemporaryDirectory(prefix="koperasi-ponder-") as data:
        process = subprocess.Popen(
            f"node_modules/.bin/ponder start --port {free_port()} --schema public --log-format json".split(),
            cwd=folder,
            env=os.environ | _settings(chain, data, postgres),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        limit = threading.Timer(_LIMIT_SECONDS, process.kill)
        limit.start()
        try:
            return _follow(process)
        finally:
            limit.cancel()
            process.kill()
            process.wait()


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


def _follow(process: subprocess.Popen[str]) -> Run:
    """The historical sync by ponder's log; PeerError if ponder stops before its end."""
    started, cpu, events, last = 0, 0.0, 0, ""
    assert process.stdout is not None
    for line in process.stdout:
        if not line.startswith("{"):
            continue
        entry = json.loads(line)
        last = str(entry["msg"])
        if entry["level"] >= _ERROR:
            raise PeerError(f"ponder: {last}: {entry.get('error', {}).get('message', '')}")
        if _STARTED in last and not started:
            started, cpu = entry["time"], processor_time(process.pid)
        elif last.startswith("Indexed "):
            events += int(last.split(" ")[1])
        elif last == _COMPLETED:
            seconds, cpu = (entry["time"] - started) / 1_000, processor_time(process.pid) - cpu
            return Run(events, seconds, peak_memory(process.pid), cpu or None)
    raise PeerError(f"ponder stopped before its index was complete; its last word: {last or 'none'}")
