"""Limits of related parties and of the largest borrowers, by hand."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from indexer.chain import events as ev
from indexer.ledger.database import open_engine
from indexer.reports.statements.loan_notes import owed_loans
from indexer.reports.statements.workbook import workbook
from indexer.reports.supervision.limit_tables import limit_tables
from indexer.reports.supervision.limits import SINGLE_LIMIT, Limits, limits
from rules.calendar import last_day, month_of, parse_day
from tests.indexer.ledger.test_month_end import Logs
from tests.indexer.loan_events import started
from tests.indexer.reports.statement_years import book_two_years
from tests.indexer.reports.supervised import AUGUST, on, option, supervised

SEPTEMBER = parse_day("2025-09-30")
CLOSED: Logs = [
    ("Books", ev.BooksClosed(AUGUST, 0, bytes(32), bytes(32), bytes(32), 0, 3, 4)),
]


def related(found: Limits) -> list[tuple[int, tuple[str, ...], int, int | None, bool]]:
    return [(each.member, each.offices, each.exposure, each.headroom, each.breach) for each in found.related]


def test_limits__before_a_close__are_of_pokok_and_wajib(tmp_path: Path) -> None:
    """10% of 20,000,000 of wajib; the chair owes 5,000,000 of principal, the supervisor nothing."""
    with supervised(tmp_path) as connection:
        found = limits(on(connection), AUGUST)
    assert (found.equity.amount, found.equity.basis) == (20_000_000, "member-shares")
    assert (found.related_bps, found.related_ceiling, found.contract_ceiling) == (1_000, 2_000_000, 2_000_000)
    assert related(found) == [
        (1, ("KETUA",), 5_000_000, -3_000_000, True),
        (4, ("PENGAWAS",), 0, 2_000_000, False),
    ]


def test_limits__after_a_close__are_of_the_equity_then_signed(tmp_path: Path) -> None:
    """Equity at 31 August is 45,065,000: 10% is 4,506,500. The contract still counts wajib alone."""
    with supervised(tmp_path, ("2025-09-10", CLOSED)) as connection:
        before = limits(on(connection, AUGUST), AUGUST)
        found = limits(on(connection, SEPTEMBER), SEPTEMBER)
    assert before.equity.basis == "member-shares"
    assert (found.equity.amount, found.equity.basis, found.equity.day) == (45_065_000, "last-close", AUGUST)
    assert (found.related_ceiling, found.contract_ceiling) == (4_506_500, 2_000_000)
    assert related(found)[0] == (1, ("KETUA",), 5_000_000, -493_500, True)


def test_limits__of_a_policy_as_it_was_deployed__are_the_laws(tmp_path: Path) -> None:
    """Before the block that set it: 10% by law, and what the contract allows is not known."""
    day = parse_day("2025-01-14")
    with supervised(tmp_path) as connection:
        found = limits(on(connection, day), day)
    assert (found.related_from, found.related_bps, found.contract_ceiling) == ("law", 1_000, None)
    assert "do not hold" in limit_tables(found).notes[0].paragraphs[3].en


def test_limits__close_that_was_reopened__counts_no_more(tmp_path: Path) -> None:
    reopened: Logs = [("Treasury", ev.ReopenedAfter(parse_day("2025-07-31")))]
    with supervised(tmp_path, ("2025-09-10", CLOSED), ("2025-09-20", reopened)) as connection:
        found = limits(on(connection, SEPTEMBER), SEPTEMBER)
    assert found.equity.basis == "member-shares"


def test_limits__exposure__counts_what_is_written_off_and_undrawn(tmp_path: Path) -> None:
    """Member 2's 12,000,000 is written off; the supervisor may still draw 600,000 of 1,000,000."""
    later: Logs = [
        ("LoanBook", ev.LoanWrittenOff(2, 2, 12_000_000, SEPTEMBER, bytes(32))),
        ("LoanBook", started(9, 4, 1_000_000, SEPTEMBER, channel=2, drawn=400_000)),
    ]
    with supervised(tmp_path, ("2025-09-30", later)) as connection:
        found = limits(on(connection, SEPTEMBER), SEPTEMBER)
    amounts = {each.member: (each.outstanding, each.undrawn) for each in found.largest}
    assert amounts[2] == (12_000_000, 0)
    assert amounts[4] == (400_000, 600_000)
    assert related(found)[1] == (4, ("PENGAWAS",), 1_000_000, 1_000_000, False)


@pytest.mark.parametrize("name", ["ksp-kecil", "ksp-samosir"])
def test_limits__of_an_example_year__are_what_each_loan_is_owed(tmp_path: Path, name: str) -> None:
    """Sums by loan against the loans themselves, as they stood at many days."""
    engine = open_engine(f"sqlite:///{tmp_path / 'books.sqlite'}")
    book_two_years(name, engine)
    days = [last_day(month_of(year, month)) for year in (2025, 2026) for month in (2, 7, 12)]
    with engine.connect() as connection:
        for day in days:
            books = on(connection, day)
            owed: defaultdict[int, int] = defaultdict(int)
            for state in owed_loans(books, day):
                owed[state.borrower] += state.outstanding
            found = {each.member: each.outstanding for each in limits(books, day, largest=10_000).largest}
            assert found == {member: amount for member, amount in owed.items() if amount}
            assert found
    engine.dispose()


def test_limits__loan_taken_over_by_an_heir__is_the_heirs(tmp_path: Path) -> None:
    later: Logs = [("LoanBook", ev.LoanAssumed(2, 2, 5, bytes(32)))]
    with supervised(tmp_path, ("2025-09-30", later)) as connection:
        found = limits(on(connection, SEPTEMBER), SEPTEMBER)
    assert {each.member: each.outstanding for each in found.largest}[5] == 12_000_000


def test_largest__without_an_option__have_no_limit(tmp_path: Path) -> None:
    with supervised(tmp_path) as connection:
        found = limits(on(connection), AUGUST, largest=2)
    assert (found.single_bps, found.single_ceiling) == (None, None)
    assert [(each.member, each.exposure, each.share_bps, each.headroom) for each in found.largest] == [
        (3, 20_000_000, 10_000, None),
        (2, 12_000_000, 6_000, None),
    ]


def test_largest__with_an_option__those_above_are_told_beyond_the_number(tmp_path: Path) -> None:
    adopted: Logs = [option(SINGLE_LIMIT, 2_000)]
    with supervised(tmp_path, ("2025-09-02", adopted)) as connection:
        found = limits(on(connection), AUGUST, largest=1)
    assert found.single_ceiling == 4_000_000
    assert [(each.member, each.headroom) for each in found.largest] == [
        (3, -16_000_000),
        (2, -8_000_000),
        (1, -1_000_000),
    ]


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[Connection]:
    with supervised(tmp_path) as connection:
        yield connection


def test_tables__twice__are_the_same_bytes(plain: Connection) -> None:
    made = [workbook(limit_tables(limits(on(plain), AUGUST)), "KSP") for _ in range(2)]
    assert made[0] == made[1]
