"""Instalment card, ageing table and passbook of loans that were paid, amended, written off and taken over."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine

from indexer.chain import events as ev
from indexer.ledger.database import open_engine
from indexer.ledger.journal import Ledger
from indexer.reports.ageing import ageing, ageing_csv, by_class
from indexer.reports.instalment_card import card_csv, instalment_card
from indexer.reports.loans import UnknownLoanError
from indexer.reports.passbook import passbook
from rules.calendar import day_text, parse_day
from rules.types import Collectibility, LoanNumber
from tests.indexer.ledger.test_month_end import JULY, Logs, chain_of, instalments
from tests.indexer.loan_events import amended

AUGUST = parse_day("2025-08-02")


@pytest.fixture
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """After July: loan 2 is rescheduled, loan 3 written off and recovered from, loan 4 taken over by 9."""
    registered: Logs = [
        ("MemberRegistry", ev.MemberRegistered(member, bytes(20), bytes(20), 0, AUGUST))
        for member in (1, 4, 9)
    ]
    changes: Logs = [
        ("LoanBook", amended(2, 2, 10_000_000, AUGUST, months=24, before=6, carried=300_000, waived=40_000)),
        ("LoanBook", ev.LoanPenaltyWaived(2, 5_000, AUGUST, bytes(32))),
        ("LoanBook", ev.LoanWrittenOff(3, 3, 12_000_000, AUGUST, bytes(32))),
        ("LoanBook", ev.LoanRecovered(3, 3, 1 << 56 | 99, 70_000, 20_000, 5_000, 1, AUGUST)),
        ("LoanBook", ev.LoanAssumed(4, 4, 9, bytes(32))),
    ]
    path = tmp_path_factory.mktemp("loans") / "books.sqlite"
    engine: Engine = open_engine(f"sqlite:///{path}")
    later = [("2025-08-02", [*registered, *changes]), ("2025-08-15", instalments(1, 7, 7))]
    Ledger(engine).append(chain_of(*JULY, *later), floor=-1)
    with engine.connect() as found:
        yield found
    engine.dispose()


def test_card__paid_by_the_month__what_is_left(connection: Connection) -> None:
    card = instalment_card(connection, LoanNumber(1))
    assert (card.member, card.state, card.outstanding) == (1, "RUNNING", 5_000_000)
    assert [(each.principal, each.interest, each.outstanding) for each in card.payments[-2:]] == [
        (1_000_000, 70_000, 6_000_000),
        (1_000_000, 60_000, 5_000_000),
    ]
    assert card_csv(card).splitlines()[6:9] == [
        "1,6,2025-07-15,1000000,70000,0,0,6000000",
        "1,7,2025-08-15,1000000,60000,0,0,5000000",
        "1,8,2025-09-15,1000000,50000,1000000,50000,4000000",
    ]
    assert (card.interest_receivable, card.allowance) == (0, 30_000)


def test_card__rescheduled__both_versions_and_what_is_carried(connection: Connection) -> None:
    card = instalment_card(connection, LoanNumber(2))
    assert [(each.version, each.cause, each.principal, each.months) for each in card.versions] == [
        (1, "STARTED", 12_000_000, 12),
        (2, "RESCHEDULE", 10_000_000, 24),
    ]
    assert (card.versions[1].interest_waived, card.interest_carried, card.penalty_waived) == (
        40_000,
        300_000,
        5_000,
    )
    first = card.instalments[0]
    assert (first.number, day_text(first.due_on), first.principal, first.interest) == (  # type: ignore[arg-type]
        7,
        "2025-08-15",
        416_666,
        100_000,
    )


def test_card__written_off__is_owed_still(connection: Connection) -> None:
    card = instalment_card(connection, LoanNumber(3))
    assert (card.state, card.outstanding, card.allowance) == ("WRITTEN_OFF", 11_930_000, 0)
    assert card.payments[0].recovered
    assert card.penalty_paid == 5_000


def test_card__unknown_loan__says_so(connection: Connection) -> None:
    with pytest.raises(UnknownLoanError, match="Loan 77 is not in the books"):
        instalment_card(connection, LoanNumber(77))


def test_ageing__classes__by_hand(connection: Connection) -> None:
    rows = ageing(connection, parse_day("2025-08-31"))
    assert [(row.loan, row.member, row.grade.name) for row in rows] == [
        (1, 1, "LANCAR"),
        (2, 2, "LANCAR"),
        (4, 9, "MACET"),
        (5, 5, "DIRAGUKAN"),
    ]
    assert ageing_csv(rows).splitlines()[3] == "4,9,MACET,2025-02-15,12000000,7630000,655806,1200000,12000000"
    totals = {each.grade: each for each in by_class(rows)}
    assert (totals[Collectibility.LANCAR].loans, totals[Collectibility.LANCAR].outstanding) == (2, 15_000_000)
    # Loan 2 has 300,000 carried, 416,666 and 100,000 of August.
    assert totals[Collectibility.LANCAR].overdue == 816_666
    assert totals[Collectibility.KURANG_LANCAR].loans == 0


def test_ageing__before_the_payout__nothing(connection: Connection) -> None:
    assert ageing(connection, parse_day("2025-01-14")) == []


def test_passbook__interest__is_what_was_paid(connection: Connection) -> None:
    """Month's end recognised 30,968 of August's 60,000: the member paid 60,000."""
    book = passbook(connection, 1)
    interest = [line for line in book.lines if line.account == 4110]
    assert sum(line.amount for line in interest) == 630_000 == interest[-1].balance
    assert [(each.version, each.cause) for each in book.loan_terms] == [(1, "STARTED")]


def test_passbook__taken_over__goes_from_one_to_the_other(connection: Connection) -> None:
    assert passbook(connection, 4).loans_outstanding == 0
    heir = passbook(connection, 9)
    assert heir.loans_outstanding == 12_000_000
    assert [each.loan for each in heir.loan_terms] == [4]
