"""The books that the benchmarks make are books of today: nobody runs a benchmark each day."""

from pathlib import Path

from benchmarks.made_books import fill
from indexer.ledger.database import open_engine
from indexer.ledger.journal import Ledger


def test_made_books__posted__as_many_entries_as_they_say(tmp_path: Path) -> None:
    ledger = Ledger(open_engine(f"sqlite:///{tmp_path / 'books.sqlite'}"))
    said = list(fill(ledger, 2_000, 200))[-1]
    cursor = ledger.cursor()
    assert cursor is not None
    assert cursor.entries == said >= 2_000
