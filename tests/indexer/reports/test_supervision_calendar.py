"""The dated duties of a year, and cash that calls for a report, by hand."""

from pathlib import Path

import pytest
from sqlalchemy import Connection

from indexer.chain import events as ev
from indexer.reports.statements.workbook import workbook
from indexer.reports.supervision.duties import (
    CLOSE_DAY,
    TAX_DAY,
    Calendar,
    Duty,
    DutyState,
    calendar,
    cash_state,
)
from indexer.reports.supervision.duty_tables import duty_tables
from indexer.reports.supervision.holidays import HolidayFileError, read_holidays
from rules.calendar import day_text, parse_day
from rules.types import WibDay
from rules.working_days import after_working_days, is_working_day
from tests.indexer.ledger.fake_chain import account_of, mint
from tests.indexer.ledger.test_month_end import Logs
from tests.indexer.reports.statement_years import journal
from tests.indexer.reports.supervised import AUGUST, KETUA, TERM_ENDS, on, option, saved, supervised

OCTOBER = parse_day("2025-10-06")
"""A Monday."""
DECEMBER = parse_day("2025-12-31")
TAXED: Logs = [
    ("SavingsSukarela", mint(5, 270_000)),
    ("SavingsSukarela", ev.InterestCredited(5, 12 * 2025 + 8, 300_000, 30_000, parse_day("2025-09-03"))),
]


def asked(
    connection: Connection, as_of: WibDay, year: int = 2025, holidays: frozenset[int] | None = None
) -> Calendar:
    return calendar(on(connection, as_of), year, as_of, holidays)


def of(found: Calendar, kind: str, subject: str) -> Duty:
    (duty,) = [each for each in found.duties if each.kind == kind and subject in each.subject]
    return duty


def told(duty: Duty) -> tuple[str, str | None, str | None]:
    return (
        duty.state.value,
        None if duty.due is None else day_text(duty.due),
        None if duty.done_on is None else day_text(duty.done_on),
    )


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        ("2025-10-06", 14, "2025-10-24"),
        ("2025-10-04", 1, "2025-10-06"),
        ("2025-10-03", 3, "2025-10-08"),
        ("2025-12-24", 2, "2025-12-29"),
    ],
)
def test_after_working_days__weekends_and_a_holiday__are_not_counted(
    start: str, count: int, expected: str
) -> None:
    """25 December 2025 is a Thursday."""
    holidays = frozenset({parse_day("2025-12-25")})
    assert day_text(after_working_days(parse_day(start), count, holidays)) == expected
    assert is_working_day(parse_day("2025-12-25"))


def test_calendar__month__is_ended_and_closed_by_the_blocks_that_say_so(tmp_path: Path) -> None:
    closed: Logs = [
        option(CLOSE_DAY, 10),
        ("Books", ev.BooksClosed(AUGUST, 0, bytes(32), bytes(32), bytes(32), 0, 3, 4)),
    ]
    with supervised(tmp_path, ("2025-09-12", closed)) as connection:
        found, before = asked(connection, OCTOBER), asked(connection, parse_day("2025-09-11"))
    assert told(of(found, "month-end", "2025-08")) == ("DONE", None, "2025-09-01")
    assert of(found, "month-end", "2025-08").reference == "block 4, log 0"
    assert told(of(found, "month-close", "2025-08")) == ("LATE", "2025-09-10", "2025-09-12")
    assert told(of(before, "month-close", "2025-08")) == ("OVERDUE", "2025-09-10", None)
    assert told(of(found, "month-close", "2025-09")) == ("DUE", "2025-10-10", None)
    assert told(of(found, "month-end", "2025-09")) == ("OPEN", None, None)


def test_calendar__reopened_month__is_closed_no_more(tmp_path: Path) -> None:
    closed = ("Books", ev.BooksClosed(AUGUST, 0, bytes(32), bytes(32), bytes(32), 0, 3, 4))
    reopened = ("Treasury", ev.ReopenedAfter(parse_day("2025-07-31")))
    with supervised(tmp_path, ("2025-09-12", [closed]), ("2025-09-13", [reopened])) as connection:
        assert told(of(asked(connection, OCTOBER), "month-close", "2025-08")) == ("OPEN", None, None)


def test_calendar__tax__is_remitted_on_the_day_that_pays_all_of_it(tmp_path: Path) -> None:
    later: tuple[tuple[str, Logs], ...] = (
        ("2025-09-03", TAXED),
        ("2025-10-05", [journal("TAX-1", "2025-10-05", (2210, 20_000, 0), (1120, -20_000, 2))]),
        ("2025-10-20", [journal("TAX-2", "2025-10-20", (2210, 10_000, 0), (1120, -10_000, 2))]),
    )
    with supervised(tmp_path, *later) as connection:
        assert told(of(asked(connection, OCTOBER), "tax-remittance", "2025-09")) == ("OPEN", None, None)
        paid = asked(connection, DECEMBER)
        assert told(of(paid, "tax-remittance", "2025-09")) == ("DONE", None, "2025-10-20")
        assert [each.subject for each in paid.duties if each.kind == "tax-remittance"] == ["2025-09"]
    (tmp_path / "dated").mkdir()
    with supervised(tmp_path / "dated", *later, ("2025-10-21", [option(TAX_DAY, 15)])) as connection:
        found = asked(connection, DECEMBER)
        assert told(of(found, "tax-remittance", "2025-09")) == ("LATE", "2025-10-15", "2025-10-20")
        assert told(of(asked(connection, OCTOBER), "tax-remittance", "2025-09")) == (
            "DUE",
            "2025-10-15",
            None,
        )


def test_calendar__terms_of_office__are_followed_or_lapse(tmp_path: Path) -> None:
    """KETUA's is renewed in time, PENGAWAS' falls to member 2 after its end, the teller's to nobody."""
    until = 1_900_000_000
    renewed: Logs = [("Authority", ev.OfficeGranted(KETUA, account_of(1), 1, until))]
    after: Logs = [("Authority", ev.OfficeGranted(4, account_of(2), 2, until))]
    with supervised(tmp_path, ("2025-11-03", renewed), ("2025-12-10", after)) as connection:
        found = asked(connection, DECEMBER)
        assert told(of(found, "term-of-office", "KETUA, 1")) == ("DONE", "2025-11-30", "2025-11-03")
        assert told(of(found, "term-of-office", "PENGAWAS, 4")) == ("LATE", "2025-11-30", "2025-12-10")
        assert told(of(found, "term-of-office", "TELLER, 5")) == ("OVERDUE", "2025-11-30", None)
        assert [
            each for each in asked(connection, DECEMBER, 2026).duties if each.kind == "term-of-office"
        ] == []
    assert day_text(TERM_ENDS) == "2025-11-30"


def test_calendar__annual_meeting_and_report__of_the_year_before(tmp_path: Path) -> None:
    day = parse_day("2026-06-01")
    with supervised(tmp_path, ("2026-06-01", [])) as connection:
        found = asked(connection, day, 2026)
    assert told(of(found, "annual-meeting", "2025")) == ("DUE", "2026-06-30", None)
    assert told(of(found, "annual-report", "2025")) == ("NOT_KNOWN", "2026-05-30", None)


def cash(member: int, amount: int, paper: int, channel: int = 1) -> Logs:
    """Cash that a member pays in on 6 October."""
    token, paid = saved(member, 2, amount, OCTOBER, channel)
    name, event = paid
    assert isinstance(event, ev.Deposited)
    receipt = 1 << 56 | 7_000_000 | paper
    return [token, (name, ev.Deposited(member, 2, receipt, channel, event.amount, OCTOBER))]


def test_cash__single_summed_and_below__those_that_reach_it_by_member(tmp_path: Path) -> None:
    """1 single; 2 in three parts; 3 by a rupiah below; 4 by bank; a journal of the office names nobody."""
    logs = [
        *cash(1, 500_000_000, 1),
        *cash(2, 200_000_000, 2),
        *cash(2, 200_000_000, 3),
        *cash(2, 100_000_000, 4),
        *cash(3, 499_999_999, 5),
        *cash(4, 900_000_000, 6, channel=2),
        journal("OLD-1", OCTOBER, (1110, 600_000_000, 1), (4900, -600_000_000, 0)),
        journal("OLD-2", OCTOBER, (1110, 499_000_000, 1), (4900, -499_000_000, 0)),
        ("Treasury", ev.CashMoved(1 << 56 | 9_000_000, 1, 2, 700_000_000, OCTOBER)),
    ]
    with supervised(tmp_path, ("2025-10-06", logs)) as connection:
        found = asked(connection, DECEMBER)
        early = asked(connection, parse_day("2025-10-05"))
    told_of = [(each.member, each.received, each.paid, each.largest, each.entries) for each in found.cash]
    assert told_of == [
        (None, 600_000_000, 0, 600_000_000, 1),
        (1, 500_000_000, 0, 500_000_000, 1),
        (2, 500_000_000, 0, 200_000_000, 3),
    ]
    assert {day_text(each.last_day) for each in found.cash} == {"2025-10-24"}
    assert early.cash == ()
    assert cash_state(found.cash[0], parse_day("2025-10-24")) is DutyState.DUE
    assert cash_state(found.cash[0], parse_day("2025-10-25")) is DutyState.NOT_KNOWN


def test_cash__holiday_in_the_cooperatives_file__gives_a_day_more(tmp_path: Path) -> None:
    holidays = read_holidays(b"day,name\n2025-10-08,Libur\n")
    with supervised(tmp_path, ("2025-10-06", cash(1, 500_000_000, 1))) as connection:
        (found,) = asked(connection, DECEMBER, holidays=holidays).cash
    assert day_text(found.last_day) == "2025-10-27"


def test_cash__paid_in_and_taken_out__are_summed(tmp_path: Path) -> None:
    logs: Logs = [
        *cash(1, 300_000_000, 1),
        ("SavingsSukarela", ev.Transfer(account_of(1), bytes(20), 200_000_000)),
        ("TellerDesk", ev.Withdrawn(1, 2, 1 << 56 | 8_000_000, 1, 200_000_000, OCTOBER)),
    ]
    with supervised(tmp_path, ("2025-10-06", logs)) as connection:
        (found,) = asked(connection, DECEMBER).cash
    assert (found.received, found.paid, found.largest) == (300_000_000, 200_000_000, 300_000_000)


def test_cash__deposit_taken_back_the_same_day__was_never_paid_in(tmp_path: Path) -> None:
    receipt = 1 << 56 | 7_000_001
    logs: Logs = [
        *cash(1, 300_000_000, 1),
        ("SavingsSukarela", ev.Transfer(account_of(1), bytes(20), 300_000_000)),
        ("TellerDesk", ev.DepositReversed(1, 2, receipt + 1, receipt, 1, 300_000_000, OCTOBER)),
        *cash(1, 250_000_000, 9),
    ]
    with supervised(tmp_path, ("2025-10-06", logs)) as connection:
        assert asked(connection, DECEMBER).cash == ()


@pytest.mark.parametrize("content", [b"\xff", b"date\n2025-01-01\n", b"day\n01-01-2025\n", b"day\n\xff\n"])
def test_holidays__malformed__are_refused_in_both_languages(content: bytes) -> None:
    with pytest.raises(HolidayFileError) as error:
        read_holidays(content)
    assert error.value.indonesian != error.value.english


def test_tables__twice__are_the_same_bytes(tmp_path: Path) -> None:
    with supervised(tmp_path, ("2025-10-06", cash(1, 500_000_000, 1))) as connection:
        made = [workbook(duty_tables(asked(connection, DECEMBER)), "KSP") for _ in range(2)]
    assert made[0] == made[1]
