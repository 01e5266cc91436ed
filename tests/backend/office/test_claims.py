"""The tree of claims in the office: made once, proofs of it, salts destroyed; in both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from backend.database import connect
from backend.office.claims import ClaimsError, ClaimsOffice
from backend.schema import CLAIM_SALT, CLAIM_TREE
from indexer.chain import events as ev
from indexer.ledger import schema
from indexer.ledger.closes import figures
from indexer.reports.bundles import NoCloseError, captured_close
from indexer.reports.claims import claims
from rules.calendar import last_day, month_of_day
from rules.claims import ClaimsTree, Part, root_hash, split, topmost, total_of
from rules.types import MemberNumber, WibDay
from tests.backend.books import Books, sqlite_url
from tests.backend.closed_books import ClosedBooks, add, close_month
from verifier.bundle import ClaimBundle


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    made = Books(sqlite_url(tmp_path), blocks=120, floor=100)
    yield made
    made.engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ClaimsOffice]:
    is_sqlite = request.param == "sqlite"
    url = (
        f"sqlite:///{tmp_path / 'office.sqlite'}"
        if is_sqlite
        else request.getfixturevalue("postgres_database")
    )
    made = ClaimsOffice(connect(url), 1)
    yield made
    made._engine.dispose()


@pytest.fixture
def closed(books: Books, office: ClaimsOffice) -> ClosedBooks:
    return close_month(books, office)


def bundle_of(books: Books, office: ClaimsOffice, member: int) -> ClaimBundle:
    with books.engine.connect() as connection:
        return office.bundle(connection, captured_close(connection), MemberNumber(member))


def proven(bundle: ClaimBundle, tree: ClaimsTree) -> tuple[int, ...]:
    """The claim, once each part leads to the tree's root."""
    parts = [
        Part(MemberNumber(bundle.member), at, bytes.fromhex(each.salt), tuple(map(int, each.amounts)))
        for at, each in enumerate(bundle.parts)
    ]
    for part, each in zip(parts, bundle.parts, strict=True):
        path = [bytes.fromhex(one.hash) + int(one.total).to_bytes(8) for one in each.path]
        top = topmost(part.record, each.index, bundle.leaves, path)
        assert root_hash(bundle.leaves, top) == tree.root
    return total_of(parts)


def test_bundle__of_every_member__adds_up_to_the_books(
    books: Books, office: ClaimsOffice, closed: ClosedBooks
) -> None:
    with books.engine.connect() as connection:
        owed = claims(connection, closed.through, closed.prepared.entries)
    assert len(owed) > 5
    assert {member: proven(bundle_of(books, office, member), closed.prepared.tree) for member in owed} == owed
    assert closed.prepared.tree.total == sum(map(sum, owed.values())) > 0


def test_claims__leave_out_what_is_dated_later(books: Books, closed: ClosedBooks) -> None:
    line = schema.line.c
    with books.engine.connect() as connection:
        later = connection.execute(select(line.entry).where(line.book_day > closed.through)).first()
        assert later is not None, "these books go on after the close"
        at_close = claims(connection, closed.through, closed.prepared.entries)
        now = claims(connection, WibDay(closed.through + 1000), 1 << 40)
    assert at_close != now


def test_prepare__again__is_the_same_tree(books: Books, office: ClaimsOffice, closed: ClosedBooks) -> None:
    with books.engine.connect() as connection:
        again = office.prepare(connection, closed.through)
    assert again.tree.root == closed.prepared.tree.root
    with office._engine.connect() as connection:
        assert len(connection.execute(select(CLAIM_TREE)).all()) == 1


def orphaned(books: Books, office: ClaimsOffice, through: WibDay) -> ClaimsTree:
    """The tree of a branch that the chain left: as many entries, two members the other way round."""
    with books.engine.connect() as connection:
        entries = figures(connection, through).entries
        owed = claims(connection, through, entries)
    one, other = [member for member in owed if any(owed[member])][:2]
    assert owed[one] != owed[other]
    return office._make(through, entries, {**owed, one: owed[other], other: owed[one]})


def test_prepare__kept_tree_of_a_branch_that_the_chain_left__is_made_anew(
    books: Books, office: ClaimsOffice
) -> None:
    """Its sum and its number of entries are right, and members' claims are not."""
    through = last_day(month_of_day(WibDay(books.cooperative.day)))
    books.cooperative.day = through + 1
    add(books, ev.MonthEnded(month_of_day(through), through))
    stale = orphaned(books, office, through)
    with books.engine.connect() as connection:
        made = office.prepare(connection, through)
        assert office.prepare(connection, through).tree.root == made.tree.root
        owed = claims(connection, through, made.entries)
    assert (made.tree.total, made.tree.size) == (stale.total, stale.size)
    with office._engine.connect() as connection:
        salts = dict(connection.execute(select(CLAIM_SALT.c.member, CLAIM_SALT.c.salt)).all())
    for member, amounts in owed.items():
        for part in split(MemberNumber(member), amounts, bytes(salts[member])):
            made.tree.proof(part.record)


def test_prepare__attested_tree_that_is_not_of_the_books__is_kept_and_told(
    books: Books, office: ClaimsOffice, closed: ClosedBooks
) -> None:
    with office._engine.begin() as connection:
        connection.execute(update(CLAIM_SALT).where(CLAIM_SALT.c.member == 3).values(salt=bytes(32)))
    with books.engine.connect() as connection, pytest.raises(ClaimsError, match="not that of the books"):
        office.prepare(connection, closed.through)
    assert office.find(closed.through, closed.prepared.entries) is not None


def test_prepare__salts_destroyed_since__is_the_same_tree(
    books: Books, office: ClaimsOffice, closed: ClosedBooks
) -> None:
    office.destroy(MemberNumber(2))
    with books.engine.connect() as connection:
        assert office.prepare(connection, closed.through).tree.root == closed.prepared.tree.root


def test_prepare__other_salts__give_another_root(books: Books, closed: ClosedBooks, tmp_path: Path) -> None:
    other = ClaimsOffice(connect(f"sqlite:///{tmp_path / 'other.sqlite'}"), 1)
    with books.engine.connect() as connection:
        prepared = other.prepare(connection, closed.through)
    assert (prepared.tree.total, prepared.tree.size) == (
        closed.prepared.tree.total,
        closed.prepared.tree.size,
    )
    assert prepared.tree.root != closed.prepared.tree.root
    with pytest.raises(ClaimsError, match="not in this office"):
        bundle_of(books, other, 1)


def test_destroy__one_member__others_keep_theirs(
    books: Books, office: ClaimsOffice, closed: ClosedBooks
) -> None:
    assert office.destroy(MemberNumber(2)) == 1
    assert office.destroy(MemberNumber(2)) == 0
    with pytest.raises(ClaimsError, match="salt was destroyed"):
        bundle_of(books, office, 2)
    proven(bundle_of(books, office, 3), closed.prepared.tree)
    with office._engine.connect() as connection:
        row = connection.execute(select(CLAIM_SALT).where(CLAIM_SALT.c.member == 2)).one()
    assert row.salt is None
    assert row.destroyed_at > 0


def test_bundle__of_nobody__is_refused(books: Books, office: ClaimsOffice, closed: ClosedBooks) -> None:
    with pytest.raises(ClaimsError, match="no savings"):
        bundle_of(books, office, 999_999)


def test_bundle__with_another_salt_than_the_trees__is_refused(
    books: Books, office: ClaimsOffice, closed: ClosedBooks
) -> None:
    with office._engine.begin() as connection:
        connection.execute(update(CLAIM_SALT).where(CLAIM_SALT.c.member == 3).values(salt=bytes(32)))
    with pytest.raises(ClaimsError, match="differ"):
        bundle_of(books, office, 3)


def test_captured_close__of_another_day__is_not_there(books: Books, closed: ClosedBooks) -> None:
    with books.engine.connect() as connection, pytest.raises(NoCloseError, match="No proof"):
        captured_close(connection, WibDay(closed.through - 1))
