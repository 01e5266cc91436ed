"""Printed documents over 100,000 entries: each as PDF in less than 3 s, in less than 300 MiB."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from backend.documents.typesetting import forget
from backend.prints.balances import trial_balance_body
from backend.prints.content import Body
from backend.prints.maker import MAX_LINES, Printer
from backend.prints.members import passbook_body
from backend.prints.reports import body_of
from benchmarks.figures import Figure, Section, at_most
from benchmarks.made_books import DAYS, FIRST_DAY, fill
from benchmarks.runs import peak_memory
from indexer.ledger.database import open_engine
from indexer.ledger.journal import Ledger
from indexer.reports.passbook import passbook
from indexer.reports.statements.amounts import BookAmounts
from indexer.reports.statements.catalogue import STATEMENTS, Wanted, report
from indexer.reports.statements.periods import year_to
from indexer.reports.trial_balance import trial_balance
from rules.types import Channel, WibDay

ENTRIES: Final = 100_000
MEMBERS: Final = 10_000
SECONDS: Final = 3
MEMORY_MIB: Final = 300
_LINES: Final = MAX_LINES - 2
"""Lines of a book of accounts beside its opening balance and totals."""


def measure(scale: float = 1.0) -> Section:
    """The section on documents, over ENTRIES times `scale` entries in SQLite."""
    count, members = int(ENTRIES * scale), int(MEMBERS * scale)
    with tempfile.TemporaryDirectory(prefix="koperasi-bench-") as folder:
        engine = open_engine(f"sqlite:///{Path(folder) / 'books.sqlite'}")
        held = list(fill(Ledger(engine), count, members))[-1]
        with engine.connect() as connection:
            figures = [
                each for name, make in _bodies(connection).items() for each in _of(connection, name, make)
            ]
        engine.dispose()
    mib = peak_memory()
    if mib is not None:
        figures.append(at_most("memory of the process, ledger written too", mib, "MiB", MEMORY_MIB))
    conditions = (
        f"{held:,} entries of {members:,} members in SQLite; from the report to the bytes of its PDF, "
        "template read, block, root and QR code included, typst having forgotten the document before. The "
        "notes look at every running loan."
    )
    return Section("Documents", figures, conditions)


def _of(connection: Connection, name: str, make: Callable[[], Body]) -> list[Figure]:
    asked = time.perf_counter()
    body = make()
    started = time.perf_counter()
    printer = Printer("Koperasi", "https://koperasi.example")
    printer.pdf(printer.document(connection, body))
    ended = time.perf_counter()
    forget()
    return [
        at_most(f"{name} as PDF", ended - started, "s", SECONDS),
        Figure(f"{name}: the report itself", started - asked, "s"),
    ]


def _bodies(connection: Connection) -> dict[str, Callable[[], Body]]:
    day = WibDay(FIRST_DAY + DAYS - 1)
    span = year_to(day)

    def told(name: str, **which: object) -> Callable[[], Body]:
        wanted = Wanted(name, span, **which)  # type: ignore[arg-type]
        return lambda: body_of(report(BookAmounts.on(connection, day), wanted))

    return {
        **{name: told(name) for name in (*STATEMENTS, "notes", "teller-report")},
        f"general ledger of {_LINES} lines": told("general-ledger", account=1120, limit=_LINES),
        f"cash book of {_LINES} lines": told("cash-book", channel=Channel.BANK, limit=_LINES),
        "trial balance": lambda: trial_balance_body(trial_balance(connection, day)),
        "passbook": lambda: passbook_body(passbook(connection, 1)),
    }
