"""A loan's position is what the books hold of it now, and what they held before a log."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from backend.loans.papers import LIFETIME, moments
from indexer.ledger import schema
from indexer.ledger.database import open_engine
from indexer.reports.loan_position import END, loan_position, place_after, told_of
from indexer.reports.loans import UnknownLoanError, loan_state
from rules.loans import outstanding
from rules.types import LoanNumber, WibDay
from tests.backend.loans.agreed_books import PAPER_LOAN, keep
from tests.backend.loans.samples import SAMPLE


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Connection]:
    engine = open_engine(keep(tmp_path, b"\x01" * 32))
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def test_position__every_loan__as_the_books_hold_it(books: Connection) -> None:
    """August has ended: some of these loans have an allowance, one of them is from paper books."""
    held = []
    for number in books.execute(select(schema.loan.c.loan)).scalars():
        found, state = loan_position(books, LoanNumber(number)), loan_state(books, LoanNumber(number), 1)
        assert (found.borrower, found.loan.version) == (state.borrower, state.number)
        assert (outstanding(found.loan), found.loan.carried) == (state.outstanding, state.progress().carried)
        assert (found.allowance, found.liens) == (state.allowance, state.liens)
        assert (found.loan.closed, found.loan.written_off) == (state.closed, state.written_off)
        held.append(found.allowance)
    assert any(held)


def test_position__before_the_amendment__the_old_terms(books: Connection) -> None:
    told = told_of(books, SAMPLE.loan)
    amended, written_off = told[-2:]
    before = loan_position(books, SAMPLE.loan, 1, amended.place)
    now = loan_position(books, SAMPLE.loan, 1, written_off.place)
    assert (before.loan.version, before.loan.terms.months) == (1, SAMPLE.months)
    assert (now.loan.version, now.loan.terms.months) == (2, 24)
    assert [(each.member, each.kind, each.amount) for each in now.pledges] == [
        (each.member, each.kind, each.amount) for each in SAMPLE.pledges
    ]
    assert (before.document_hash, before.loan.conditions) == (b"\x01" * 32, SAMPLE.conditions)
    assert loan_position(books, LoanNumber(PAPER_LOAN)).document_hash is None
    assert loan_position(books, SAMPLE.loan, 1, place_after(told, told[0].on)) == before
    assert place_after(told, amended.on) == written_off.place
    assert place_after(told, written_off.on) == END
    assert (now.loan.written_off, loan_position(books, SAMPLE.loan).loan.written_off) == (False, True)
    for unknown, cooperative in ((77, 1), (SAMPLE.loan, 2)):
        with pytest.raises(UnknownLoanError):
            loan_position(books, LoanNumber(unknown), cooperative)


def test_moments__every_day_of_the_last_month__with_what_was_told_by_then(books: Connection) -> None:
    told = told_of(books, SAMPLE.loan)
    told = told[:-1]
    amended, begun = told[-1], told[0]
    found = list(moments(told, amended))
    assert found == [(amended.place, WibDay(day)) for day in range(amended.on, begun.on - 1, -1)]
    later = WibDay(amended.on + 100)
    assert [day for _, day in moments(told, later)] == list(range(later, later - LIFETIME - 1, -1))
    just_after = list(moments(told, WibDay(amended.on + 1)))
    assert just_after[:2] == [(END, WibDay(amended.on + 1)), (END, amended.on)]
    assert just_after[-1] == (amended.place, begun.on)
