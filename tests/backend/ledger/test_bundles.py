"""Bundles over the API: for anybody, the bytes of a file, and refused in words where no proof was kept."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import insert
from starlette.testclient import TestClient

from backend.app import create_app
from backend.database import connect
from backend.office.claims import ClaimsOffice
from indexer.chain import events as ev
from indexer.ledger import schema
from indexer.ledger.closes import figures
from indexer.ledger.merkle import Tree, leaf_hash, verify_inclusion
from indexer.ledger.nodes import fetcher
from indexer.reports.bundles import NoCloseError, captured_close, captured_closes, entry_bundle
from rules.calendar import day_text
from rules.types import WibDay
from tests.backend.books import Books, sqlite_url
from tests.backend.closed_books import ClosedBooks, add, close_month
from tests.backend.conftest import settings_for
from tests.backend.test_app import assert_problem
from tests.indexer.ledger.fake_chain import block
from tests.verifier.ground import ground
from verifier.bundle import EntryBundle, Evidence, SolvencyBundle, decode, encode, encode_evidence


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def books(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Books]:
    url = sqlite_url(tmp_path) if request.param == "sqlite" else request.getfixturevalue("postgres_database")
    made = Books(url, blocks=100, floor=90)
    yield made
    made.engine.dispose()


@pytest.fixture
def closed(books: Books, tmp_path: Path) -> ClosedBooks:
    return close_month(books, ClaimsOffice(connect(f"sqlite:///{tmp_path / 'office.sqlite'}"), 1))


@pytest.fixture
def client(books: Books) -> Iterator[TestClient]:
    with TestClient(create_app(settings_for(books.url)), raise_server_exceptions=False) as client:
        yield client


def test_bundles__lists_closes_with_their_blocks(
    books: Books, closed: ClosedBooks, client: TestClient
) -> None:
    (listed,) = client.get("/api/v1/bundles").json()["closes"]
    assert listed == {
        "through": day_text(closed.through),
        "block": books.blocks[-2].number,
        "block_hash": books.blocks[-2].hash.hex(),
        "entries": closed.prepared.entries,
        "claims_total": str(closed.prepared.tree.total),
    }


def test_entry__is_a_canonical_bundle__whose_path_leads_to_the_closes_root(
    books: Books, closed: ClosedBooks, client: TestClient
) -> None:
    content = client.get("/api/v1/bundles/entries/5").content
    bundle = decode(content)
    assert isinstance(bundle, EntryBundle)
    assert encode(bundle) == content
    with books.engine.connect() as connection:
        root = Tree(fetcher(connection, 1)).root(closed.prepared.entries)
    leaf = leaf_hash(sha256(bundle.contents.encode()).digest())
    path = [bytes.fromhex(each) for each in bundle.path]
    assert verify_inclusion(leaf, 4, closed.prepared.entries, path, root)
    day = day_text(closed.through)
    assert client.get(f"/api/v1/bundles/entries/5?through={day}").content == content


def test_solvency__has_the_trial_balance_of_the_close(closed: ClosedBooks, client: TestClient) -> None:
    bundle = decode(client.get("/api/v1/bundles/solvency").content)
    assert isinstance(bundle, SolvencyBundle)
    owed = 0
    for line in bundle.trial_balance.splitlines()[2:]:
        account, debit, credit = map(int, line.split())
        owed += credit - debit if account in (2110, 2130, 3110, 3120) else 0
    assert owed == closed.prepared.tree.total


def test_state_and_consistency__are_bundles_too(closed: ClosedBooks, client: TestClient) -> None:
    day = day_text(closed.through)
    for path in ("/bundles/state", f"/bundles/consistency?old={day}"):
        content = client.get(f"/api/v1{path}").content
        assert encode(decode(content)) == content


@pytest.mark.parametrize(
    "path",
    ["/entries/5", "/solvency", "/state", "/consistency?old=2025-01-31", "/solvency?through=2020-01-31"],
)
def test_bundle__without_a_proof__is_told(client: TestClient, path: str) -> None:
    assert client.get("/api/v1/bundles").json() == {"closes": []}
    assert_problem(client.get(f"/api/v1/bundles{path}"), 404, "NO_PROOF")


def test_entry__that_is_unknown_or_after_the_close__is_told(
    books: Books, closed: ClosedBooks, client: TestClient
) -> None:
    last = books.ledger.cursor()
    assert last is not None
    assert last.entries > closed.prepared.entries
    assert_problem(client.get(f"/api/v1/bundles/entries/{last.entries}"), 404, "NO_PROOF")
    assert_problem(client.get("/api/v1/bundles/entries/99999999"), 404, "UNKNOWN_ENTRY")
    assert_problem(client.get("/api/v1/bundles/solvency?through=x"), 422, "INVALID_INPUT")


def test_close__opened_again__is_no_default_any_more_and_closed_anew_is(
    books: Books, closed: ClosedBooks
) -> None:
    first = books.blocks[-2].number
    number, parent = books.blocks[-1].number + 1, books.blocks[-1].hash
    reopening = [("Treasury", ev.ReopenedAfter(WibDay(closed.through - 31)))]
    books.blocks.append(block(number, parent, books.cooperative.day, reopening))
    books.ledger.append(books.blocks[-1:], number)
    with books.engine.connect() as connection:
        assert [each.stands for each in captured_closes(connection)] == [False]
        assert captured_close(connection, closed.through).block == first
        with pytest.raises(NoCloseError):
            captured_close(connection)
        with pytest.raises(NoCloseError):
            entry_bundle(connection, 5)
        attested = figures(connection, closed.through)
    add(books, ev.BooksClosed(closed.through, *attested, bytes(32), 0, 900, 907))
    made = ground()
    row = {"cooperative_id": 1, "block_number": number + 1, "log_index": 0, "through": closed.through}
    content = encode_evidence(Evidence(1, made.close_log(0), [], made.state_of()))
    with books.engine.begin() as connection:
        connection.execute(insert(schema.close_evidence).values(**row, content=content))
        assert [each.stands for each in captured_closes(connection)] == [False, True]
        assert captured_close(connection).block == number + 1
        for through in (None, closed.through):
            assert entry_bundle(connection, 5, through).close == made.close_log(0)
