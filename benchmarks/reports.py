"""Reports over 1,000,000 entries of 100,000 members, against their bars."""

import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random
from typing import Final

from sqlalchemy import Connection, Engine, text

from benchmarks.figures import Figure, Section, at_most
from benchmarks.indexing import postgres_server
from benchmarks.made_books import DAYS, FIRST_DAY, fill
from benchmarks.peers.accounting import peers
from benchmarks.peers.install import PeerError
from benchmarks.runs import peak_memory
from indexer.chain.events import DecodedBlock
from indexer.ledger.accounts import SUKARELA
from indexer.ledger.database import open_engine
from indexer.ledger.journal import Ledger
from indexer.reports.balances import savings
from indexer.reports.entries import entries
from indexer.reports.passbook import passbook
from indexer.reports.proofs import inclusion_proof
from indexer.reports.statements.amounts import BookAmounts
from indexer.reports.statements.catalogue import STATEMENTS, Wanted, report
from indexer.reports.statements.periods import year_to
from indexer.reports.statements.structs import Span
from indexer.reports.summary import summary
from indexer.reports.supervision.duties import calendar
from indexer.reports.supervision.limits import limits
from indexer.reports.supervision.ratios import ratios
from indexer.reports.trial_balance import trial_balance
from rules.calendar import date_of_day, month_of_day
from rules.types import Channel, WibDay

ENTRIES: Final = 1_000_000
MEMBERS: Final = 100_000
QUESTIONS: Final = 200
PAGE: Final = 100
BAR_MS: Final = 20
MEMORY_MIB: Final = 300


class TimedLedger(Ledger):
    """A ledger that says how many events it appended, and how long it took."""

    seconds = 0.0
    events = 0

    def append(self, blocks: Sequence[DecodedBlock], floor: int) -> None:
        started = time.perf_counter()
        super().append(blocks, floor)
        self.seconds += time.perf_counter() - started
        self.events += sum(len(block.events) for block in blocks)


def measure(scale: float = 1.0) -> Section:
    """The reports section, over ENTRIES times `scale` entries in SQLite and in PostgreSQL."""
    count, members = int(ENTRIES * scale), int(MEMBERS * scale)
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="koperasi-bench-") as folder, postgres_server() as postgres:
        urls = {
            "SQLite": f"sqlite:///{Path(folder) / 'books.sqlite'}",
            "PostgreSQL": postgres("reports").replace("postgresql:", "postgresql+psycopg:"),
        }
        engines = {name: open_engine(url) for name, url in urls.items()}
        for name, engine in engines.items():
            held, made = filled(engine, count, members, name)
            figures += made
        mib = peak_memory()
        beside, problems = _beside_peers(engines, Path(folder))
        for engine in engines.values():
            engine.dispose()
    if mib is not None:
        figures.append(at_most("memory of the process", mib, "MiB", MEMORY_MIB))
    conditions = (
        f"{held:,} entries of {members:,} members over three years, in SQLite and again in PostgreSQL on the "
        f"same machine (after ANALYZE), {QUESTIONS} random questions each; 95 of 100 are answered within the "
        "time given, from the call to the last struct, cache warm. The peers read the same entries from a "
        "journal file, from the start of the program to its end, and must come to the same balances as both "
        "databases; beancount is its loader, which checks the journal, and a sum. For other questions they "
        "read the whole journal too."
    )
    return Section("Reports", [*figures, *beside], conditions, problems)


def balances(connection: Connection, day: WibDay) -> dict[int, int]:
    """Debits less credits of every account that is not nought at the end of a day, in rupiah."""
    rows = trial_balance(connection, day).rows
    held = {row.account: row.turnover_debit - row.turnover_credit for row in rows}
    return {account: balance for account, balance in held.items() if balance}


def filled(engine: Engine, count: int, members: int, database: str) -> tuple[int, list[Figure]]:
    """Fill the books and ask them; how many entries they hold, and the figures."""
    ledger = TimedLedger(engine)
    held = list(fill(ledger, count, members))[-1]
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.execute(text("ANALYZE"))
    with engine.connect() as connection:
        figures = _questions(connection, held, members)
    work = "append, seal and kept balances included"
    figures.append(Figure(work, held / ledger.seconds, "entries/s"))
    return held, [replace(figure, work=f"{database}: {figure.work}") for figure in figures]


def _beside_peers(engines: Mapping[str, Engine], folder: Path) -> tuple[list[Figure], list[str]]:
    """The trial balance of the last day by us and by each peer, and why a peer has none."""
    day = WibDay(FIRST_DAY + DAYS)
    times, sums = {}, []
    for database, engine in engines.items():
        with engine.connect() as connection:
            times[database] = time_of(lambda connection=connection: trial_balance(connection, day))  # type: ignore[misc]
            sums.append(balances(connection, day))
    expected = sums[0]
    if any(each != expected for each in sums):
        return [], ["the databases do not come to the same balances"]
    figures, problems = [], []
    with engines["SQLite"].connect() as connection:
        asked = peers(connection, day, folder)
    for name, ask in asked.items():
        try:
            answer = ask()
            if answer.balances != expected:
                raise PeerError("its balances are not those of the ledger")
        except Exception as error:
            problems.append(f"{name}: {type(error).__name__}: {error}")
            continue
        memory = "" if answer.mib is None else f" ({answer.mib:,} MiB)"
        figures += [
            Figure(
                f"{database}: trial balance of the last day",
                ours,
                "ms",
                peer=name + memory,
                peer_measured=answer.seconds * 1_000,
            )
            for database, ours in times.items()
        ]
    return figures, problems


def _questions(connection: Connection, held: int, members: int) -> list[Figure]:
    random = Random(7)

    def member() -> int:
        return random.randrange(1, members + 1)

    def day() -> WibDay:
        return WibDay(FIRST_DAY + random.randrange(DAYS))

    def state(make: Callable[[BookAmounts, Span], object]) -> object:
        until = day()
        return make(BookAmounts.on(connection, until), year_to(until))

    def listing(name: str, **which: int | Channel) -> object:
        until = day()
        span = Span(until, until) if name == "teller-report" else year_to(until)
        return report(BookAmounts.on(connection, until), Wanted(name, span, **which))  # type: ignore[arg-type]

    def number() -> int:
        return random.randrange(1, held + 1)

    barred: dict[str, Callable[[], object]] = {
        "trial balance at any day": lambda: trial_balance(connection, day()),
        "passbook of any member": lambda: passbook(connection, member()),
        **{f"{name} of the year to any day": partial(state, make) for name, make in STATEMENTS.items()},
        f"general ledger, {PAGE} lines of the year to any day": partial(
            listing, "general-ledger", account=SUKARELA, limit=PAGE
        ),
        f"cash book, {PAGE} lines of the year to any day": partial(
            listing, "cash-book", channel=Channel.BANK, limit=PAGE
        ),
        "teller-report of any day": partial(listing, "teller-report"),
    }
    free: dict[str, Callable[[], object]] = {
        "entry with its inclusion proof": lambda: inclusion_proof(connection, number()),
        "page of 50 entries": lambda: entries(connection, before=number() + 50),
    }
    figures = [at_most(work, time_of(ask), "ms", BAR_MS) for work, ask in barred.items()]
    figures += [Figure(work, time_of(ask), "ms") for work, ask in free.items()]
    figures.append(Figure("summary", time_of(lambda: summary(connection), 10), "ms"))
    last = month_of_day(WibDay(FIRST_DAY + DAYS))
    whole = time_of(lambda: savings(connection, last), 1)
    figures.append(Figure(f"savings of all {members:,} members at a month's end", whole, "ms"))
    notes = Wanted("notes", year_to(WibDay(FIRST_DAY + DAYS)))
    took = time_of(lambda: report(BookAmounts.on(connection, notes.span.to_day), notes), 1)
    figures.append(Figure("notes of the last day", took, "ms"))
    until = notes.span.to_day
    asked: dict[str, Callable[[], object]] = {
        "ratios of the last day": lambda: ratios(BookAmounts.on(connection, until), until),
        "limits of the last day": lambda: limits(BookAmounts.on(connection, until), until),
        "calendar of the last year": lambda: calendar(
            BookAmounts.on(connection, until), date_of_day(until).year, until
        ),
    }
    figures += [Figure(work, time_of(ask, 1), "ms") for work, ask in asked.items()]
    return figures


def time_of(ask: Callable[[], object], times: int = QUESTIONS) -> float:
    """Milliseconds within which 95 of 100 questions are answered, after one that warms up."""
    ask()
    took = []
    for _ in range(times):
        started = time.perf_counter()
        ask()
        took.append(time.perf_counter() - started)
    return sorted(took)[(times - 1) * 95 // 100] * 1000
