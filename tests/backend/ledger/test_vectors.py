"""The vectors of the page's own verification are those that the indexer makes."""

from tests.backend.ledger.vectors import FILE, vectors_text


def test_vectors__of_the_page__are_current() -> None:
    assert FILE.read_text() == vectors_text(), "python -m tests.backend.ledger.vectors"
