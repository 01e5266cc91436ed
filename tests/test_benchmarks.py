"""The books that the benchmarks make are books of today: nobody runs a benchmark each day."""

from pathlib import Path

import pytest

from benchmarks.made_books import DAYS, FIRST_DAY, fill
from benchmarks.reports import balances, filled
from indexer.ledger.database import open_engine
from indexer.ledger.journal import Ledger
from rules.types import WibDay


def test_made_books__posted__as_many_entries_as_they_say(tmp_path: Path) -> None:
    ledger = Ledger(open_engine(f"sqlite:///{tmp_path / 'books.sqlite'}"))
    said = list(fill(ledger, 2_000, 200))[-1]
    cursor = ledger.cursor()
    assert cursor is not None
    assert cursor.entries == said >= 2_000


@pytest.mark.nightly
def test_reports__both_databases__same_questions_answered_and_same_balances(
    tmp_path: Path, postgres_database: str
) -> None:
    """What `make bench` asks at full size, here small: whether the bars are met is not for a busy machine."""
    answers = []
    for url in (f"sqlite:///{tmp_path / 'books.sqlite'}", postgres_database):
        engine = open_engine(url)
        held, figures = filled(engine, 5_000, 500, engine.dialect.name)
        with engine.connect() as connection:
            told = balances(connection, WibDay(FIRST_DAY + DAYS))
        answers.append((held, told, [figure.work.partition(": ")[2] for figure in figures]))
        engine.dispose()
    assert answers[0] == answers[1]
    assert answers[0][1]
