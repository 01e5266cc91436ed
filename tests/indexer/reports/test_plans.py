"""Reports find their rows by index in SQLite, whatever the books hold."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from indexer.ledger.database import open_engine
from indexer.ledger.journal import Ledger
from indexer.reports.entries import entries, entry
from indexer.reports.meeting_papers import Scope, ballot_of
from indexer.reports.meetings import meeting_report
from indexer.reports.movements import channel_movements
from indexer.reports.passbook import passbook
from indexer.reports.proofs import inclusion_proof
from indexer.reports.statements.amounts import BookAmounts
from indexer.reports.statements.catalogue import Wanted, report
from indexer.reports.statements.structs import Span
from indexer.reports.trial_balance import trial_balance
from rules.types import Channel, WibDay
from tests.indexer.ledger.fake_chain import START, Cooperative

QUESTIONS: dict[str, Callable[[Connection], object]] = {
    "passbook": lambda connection: passbook(connection, 3),
    "entry": lambda connection: entry(connection, 5),
    "entries": lambda connection: entries(connection, before=200),
    "proof": lambda connection: inclusion_proof(connection, 5),
    "meeting": lambda connection: meeting_report(connection, 2),
    "ballot": lambda connection: ballot_of(Scope(connection, 2), 2, 3),
    "trial balance": lambda connection: trial_balance(connection, WibDay(START + 40)),
    "general ledger": lambda connection: of_books(connection, Wanted("general-ledger", SPAN, account=2110)),
    "cash book": lambda connection: of_books(connection, Wanted("cash-book", SPAN, channel=Channel.KAS)),
    "movements": lambda connection: channel_movements(connection, Channel.KAS, SPAN),
    "teller report": lambda connection: of_books(connection, Wanted("teller-report", SPAN)),
}
SPAN = Span(WibDay(START + 5), WibDay(START + 40))


def of_books(connection: Connection, wanted: Wanted) -> object:
    """One of the catalogue, on the books at the end of its span."""
    return report(BookAmounts.on(connection, wanted.span.to_day), wanted)


def _reads_too_much(step: str) -> bool:
    """A whole table, or all rows of the cooperative; head, account_month, contract and setting are small."""
    if step.startswith("SCAN"):
        return "anon_1" not in step
    small = r"\b(head|account_month|contract|setting)\b"
    return step.endswith("(cooperative_id=?)") and not re.search(small, step)


@pytest.mark.parametrize("ask", QUESTIONS.values(), ids=QUESTIONS.keys())
def test_report__every_statement__searches_by_more_than_the_cooperative(
    tmp_path: Path, ask: Callable[[Connection], object]
) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'books.sqlite'}")
    Ledger(engine).append(Cooperative(31).blocks(60), floor=60)
    told: list[str] = []
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.set_trace_callback(told.append)
        ask(connection)
        driver.set_trace_callback(None)
        asked = [statement for statement in told if statement.startswith("SELECT")]
        for statement in asked:
            for *_, step in driver.execute(f"EXPLAIN QUERY PLAN {statement}"):
                assert not _reads_too_much(step), (step, statement)
    assert asked
    engine.dispose()
