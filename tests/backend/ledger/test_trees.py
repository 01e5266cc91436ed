"""Proofs from kept tiles are those that the indexer's own reports give."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from backend.ledger import trees
from backend.ledger.trees import FinalTree, Tiles
from indexer.reports.proofs import consistency_proof, inclusion_proof, tree_head
from tests.backend.books import Books, sqlite_url


@pytest.fixture(scope="module")
def long_books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    """Enough final entries for several tiles and a rest."""
    books = Books(sqlite_url(tmp_path_factory.mktemp("long")), blocks=330, floor=320)
    yield books
    books.engine.dispose()


@pytest.fixture
def connection(long_books: Books) -> Iterator[Connection]:
    with long_books.engine.connect() as connection:
        yield connection


def test_proofs__of_every_place__are_the_reports_own(connection: Connection) -> None:
    head = tree_head(connection)
    assert head.size > 3 * 256, "several full tiles"
    tree = FinalTree(connection, 1, head.size, Tiles())
    assert tree.root(head.size) == head.root
    for number in [*range(1, head.size, 37), 256, 257, 512, 513, head.size]:
        expected = inclusion_proof(connection, number)
        assert tuple(tree.inclusion(number - 1, head.size)) == expected.path
    for old in (1, 255, 256, 257, 600, head.size):
        expected_old = consistency_proof(connection, old)
        assert tuple(tree.consistency(old, head.size)) == expected_old.path
        assert tree.root(old) == expected_old.old_root


def test_tiles__read_once__are_not_read_again(connection: Connection, monkeypatch) -> None:
    size = tree_head(connection).size
    tiles = Tiles()
    warm = FinalTree(connection, 1, size, tiles)
    paths = [warm.inclusion(index, size) for index in range(0, size, 50)]
    monkeypatch.setattr(trees, "_leaves", None)
    monkeypatch.setattr(trees, "_nodes", None)
    again = FinalTree(connection, 1, size, tiles)
    assert [again.inclusion(index, size) for index in range(0, size, 50)] == paths


def test_tiles__more_than_are_kept__are_read_again(connection: Connection) -> None:
    head = tree_head(connection)
    tree = FinalTree(connection, 1, head.size, Tiles(most=1))
    for number in (1, 300, 2, 301):
        assert tuple(tree.inclusion(number - 1, head.size)) == inclusion_proof(connection, number).path


def test_tiles__of_other_books__are_forgotten(connection: Connection, tmp_path: Path) -> None:
    head = tree_head(connection)
    tiles = Tiles()
    tiles.follow(connection, 1, "one", head.size)
    FinalTree(connection, 1, head.size, tiles).inclusion(0, head.size)
    other = Books(sqlite_url(tmp_path), blocks=330, floor=320, seed=9)
    with other.engine.connect() as elsewhere:
        size = tree_head(elsewhere).size
        tiles.follow(elsewhere, 1, "other", size)
        path = FinalTree(elsewhere, 1, size, tiles).inclusion(0, size)
        assert tuple(path) == inclusion_proof(elsewhere, 1).path
    other.engine.dispose()


def test_tiles__while_the_same_books_grow__are_kept(tmp_path: Path, monkeypatch) -> None:
    books = Books(sqlite_url(tmp_path), blocks=330, floor=320)
    tiles = Tiles()
    with books.engine.connect() as connection:
        head = tree_head(connection)
        tiles.follow(connection, 1, "before", head.size)
        FinalTree(connection, 1, head.size, tiles).inclusion(0, head.size)
    books.grow(10, 340)
    with books.engine.connect() as connection:
        grown = tree_head(connection)
        assert grown.size > head.size
        tiles.follow(connection, 1, "after", grown.size)
        assert tiles._tiles
        path = FinalTree(connection, 1, grown.size, tiles).inclusion(0, grown.size)
        assert tuple(path) == inclusion_proof(connection, 1).path
    books.engine.dispose()
