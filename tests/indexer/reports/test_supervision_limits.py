"""Limits of related parties and of the largest borrowers, by hand."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from indexer.chain import events as ev
from indexer.reports.statements.workbook import workbook
from indexer.reports.supervision.limit_tables import limit_tables
from indexer.reports.supervision.limits import SINGLE_LIMIT, Limits, limits
from rules.calendar import parse_day
from tests.indexer.ledger.test_month_end import Logs
from tests.indexer.loan_events import started
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
