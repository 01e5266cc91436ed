"""A year's surplus by the books: figures worked by hand."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from indexer.chain import events as ev
from indexer.ledger.database import open_engine
from indexer.ledger.journal import Ledger
from indexer.reports.surplus import member_bases, net_surplus, surplus_years
from rules.calendar import parse_day
from tests.indexer.ledger.fake_chain import Logs, installed, mint
from tests.indexer.ledger.surplus_cases import DAY, DOCUMENT, ROOT, allocated, in_cash, share
from tests.indexer.ledger.test_month_end import chain_of
from tests.indexer.loan_events import paid, started

IN_2025, IN_2026 = parse_day("2025-06-02"), parse_day("2026-01-05")
NAMES = (
    *("TellerDesk", "Books", "LoanBook", "SurplusDistributor"),
    *("SavingsPokok", "SavingsSukarela", "SavingsPayable"),
)


def journal(number: int, day: int, account: int, side: int, amount: int) -> tuple[str, ev.Event]:
    """One line on the account, the other at the bank."""
    lines = (account << 80 | side << 72 | amount, 1120 << 80 | (1 - side) << 72 | 2 << 64 | amount)
    return "Books", ev.JournalPosted(3 << 56 | number, day, 3, 1, lines)


def pokok(member: int, amount: int, day: int) -> Logs:
    deposited = ev.Deposited(member, 0, 1 << 56 | member, 1, amount, day)
    return [("SavingsPokok", mint(member, amount)), ("TellerDesk", deposited)]


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    """Members 1 and 2 of 2025, 3 of 2026; member 2 pays interest in both."""
    first: Logs = [
        *(("Authority", installed(name)) for name in NAMES),
        journal(1, IN_2025, 3300, 1, 90_000_000),
        *pokok(1, 100_000, IN_2025),
        *pokok(2, 150_000, IN_2025),
        ("LoanBook", started(7, 2, 6_000_000, IN_2025)),
        ("LoanBook", paid(7, 2, 1 << 56 | 90, 500_000, 60_000, 1, IN_2025, 5_000)),
        journal(2, IN_2025, 4900, 1, 835_000),
        journal(3, IN_2025, 5120, 0, 150_000),
    ]
    later: Logs = [
        *pokok(3, 100_000, IN_2026),
        ("LoanBook", paid(7, 2, 1 << 56 | 91, 500_000, 55_000, 1, IN_2026)),
        journal(4, IN_2026, 5120, 0, 70_000),
    ]
    shared: Logs = [
        ("SurplusDistributor", allocated(2025, (2310, 600_000), (2320, 50_000), (3200, 100_000))),
        ("SavingsSukarela", mint(1, 200_000)),
        ("SurplusDistributor", share(2025, 1, 200_000)),
        ("SavingsPayable", mint(2, 90_000)),
        ("SurplusDistributor", share(2025, 2, 90_000, kind=3)),
        ("SurplusDistributor", in_cash(2025, 4, 10_000)),
        ("SurplusDistributor", in_cash(2025, 5, 5_000, channel=2, slip=1 << 56 | 95)),
    ]
    engine = open_engine(f"sqlite:///{tmp_path / 'books.sqlite'}")
    days = [("2025-06-02", first), ("2026-01-05", later), ("2026-02-14", shared)]
    Ledger(engine).append(chain_of(*days), floor=-1)
    with engine.connect() as found:
        yield found
    engine.dispose()


def test_net_surplus__a_year__income_less_expense(connection: Connection) -> None:
    assert net_surplus(connection, 2025) == 60_000 + 5_000 + 835_000 - 150_000
    assert net_surplus(connection, 2026) == 55_000 - 70_000
    assert net_surplus(connection, 2024) == 0


def test_member_bases__a_year__capital_at_its_end_and_paid_on_loans_in_it(connection: Connection) -> None:
    assert list(member_bases(connection, 2025)) == [(1, 100_000, 0), (2, 150_000, 65_000)]
    assert list(member_bases(connection, 2026)) == [(1, 100_000, 0), (2, 150_000, 55_000), (3, 100_000, 0)]
    assert list(member_bases(connection, 2024)) == []


def test_surplus_years__paid_three_ways__rest_is_unpaid(connection: Connection) -> None:
    (year,) = surplus_years(connection)
    assert (year.year, year.total, year.book_day) == (2025, 750_000, DAY)
    pots = [(pot.account, pot.amount) for pot in year.pots]
    assert pots == [(2310, 600_000), (2320, 50_000), (3200, 100_000)]
    assert (year.members_total, year.shares_paid) == (600_000, 4)
    assert (year.paid_into_savings, year.paid_to_left, year.paid_in_cash) == (200_000, 90_000, 15_000)
    assert year.unpaid == 295_000
    assert (year.shares_root, year.document) == (ROOT, DOCUMENT)
