"""Measurements that run in a process of their own, so that each has its own memory and clock.

`python -m benchmarks.runs sync URL AUTHORITY DATABASE` and `get-logs URL FIRST LAST ADDRESSES` print a JSON
line: the fields of Run.
"""

import importlib
import json
import os
import socket
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from benchmarks.figures import ROOT, Section

RANGE: Final = 100
"""Blocks of one eth_getLogs."""
_LIMIT_SECONDS: Final = 900


@dataclass(frozen=True)
class Run:
    """What a program did. mib: its peak memory, cpu: its processor time in seconds; None: not measured."""

    events: int
    seconds: float
    mib: int | None = None
    cpu: float | None = None

    @property
    def rate(self) -> float:
        """Events a second."""
        return self.events / self.seconds

    @property
    def cpu_ms(self) -> float | None:
        """Processor time of the process for 1,000 events, in milliseconds."""
        return None if self.cpu is None else self.cpu * 1_000_000 / self.events


def section(part: str, scale: float) -> Section:
    """What the module `part` of this package measures."""
    measured: Section = importlib.import_module(f"benchmarks.{part}").measure(scale)
    return measured


def run(command: list[str], name: str) -> Run:
    """Run a program that prints a Run as its last line; RuntimeError with its last words if it fails."""
    answer = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=_LIMIT_SECONDS, check=False
    )
    lines = answer.stdout.strip().splitlines()
    if answer.returncode or not lines:
        words = answer.stderr.strip().splitlines() or lines or ["nothing"]
        raise RuntimeError(f"{name} failed: {words[-1]}")
    return Run(**json.loads(lines[-1]))


def run_here(*arguments: str) -> Run:
    """One of the measurements of this module."""
    return run([sys.executable, "-m", "benchmarks.runs", *arguments], arguments[0])


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def sync(url: str, authority: str, database: str) -> Run:
    """Sync the whole chain into an empty ledger."""
    from indexer.chain.rpc import Endpoint, Endpoints
    from indexer.config import load_networks
    from indexer.ledger.database import open_engine
    from indexer.ledger.journal import Ledger
    from indexer.sync import Sync

    network = load_networks()["anvil"]
    engine = open_engine(database)
    endpoints = Endpoints([Endpoint(url)], network.chain_id)
    indexer = Sync(Ledger(engine), engine, endpoints, network, bytes.fromhex(authority.removeprefix("0x")), 1)
    start, cpu = time.perf_counter(), time.process_time()
    progress = indexer.run()
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    engine.dispose()
    return Run(progress.events, seconds, peak_memory(), cpu)


def get_logs(url: str, first: str, last: str, addresses: str) -> Run:
    """The limit: the logs alone, parsed by orjson and thrown away."""
    import httpx
    import orjson

    events = 0
    start = time.perf_counter()
    with httpx.Client(trust_env=False, timeout=60) as client:
        for block in range(int(first), int(last) + 1, RANGE):
            ends = {
                "fromBlock": hex(block),
                "toBlock": hex(min(block + RANGE - 1, int(last))),
                "address": addresses.split(","),
            }
            call = {"jsonrpc": "2.0", "id": 1, "method": "eth_getLogs", "params": [ends]}
            events += len(orjson.loads(client.post(url, json=call).content)["result"])
    return Run(events, time.perf_counter() - start, peak_memory())


def processor_time(process: int) -> float:
    """User and system seconds of a running process; 0 where the system has no /proc."""
    stat = Path(f"/proc/{process}/stat")
    if not stat.exists():
        return 0.0
    user, system = stat.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def peak_memory(process: int | str = "self") -> int | None:
    """Peak memory of a process in MiB; None where the system has no /proc, or the process has ended."""
    status = Path(f"/proc/{process}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM:")), None)


if __name__ == "__main__":
    measurements = {"sync": sync, "get-logs": get_logs}
    print(json.dumps(asdict(measurements[sys.argv[1]](*sys.argv[2:]))))
