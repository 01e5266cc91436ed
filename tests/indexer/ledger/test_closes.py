"""Closed periods: a year as a ledger that can be read, honest closes of random histories, closes that lie."""

from collections.abc import Callable, Sequence
from random import Random

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import IntegrityError

from indexer.chain import events as ev
from indexer.chain.events import DecodedBlock
from indexer.ledger import schema
from indexer.ledger.batch import ClosedDayError
from indexer.ledger.checks import check_books
from indexer.ledger.closes import (
    CloseFigures,
    MonthNotEndedError,
    check_closes,
    closed_through,
    figures,
    trial_balance_bytes,
)
from indexer.ledger.database import writing
from indexer.ledger.journal import Ledger
from rules.calendar import day_of_timestamp, day_text, last_day, parse_day, parse_month
from rules.types import WibDay
from tests.indexer.ledger.fake_chain import Cooperative, Logs, block, installed

NO_CLAIMS = bytes(32)


def journal(day: str, debit: int, credit: int, amount: int, receipt: int) -> Logs:
    """Cash accounts carry their channel."""
    channel = {1110: 1, 1120: 2}
    words = [
        account << 80 | side << 72 | channel.get(account, 0) << 64 | amount
        for side, account in enumerate((debit, credit))
    ]
    return [("Books", ev.JournalPosted(3 << 56 | receipt, parse_day(day), 3, 1, tuple(words)))]


def ended(month: str) -> Logs:
    number = parse_month(month)
    return [("Books", ev.MonthEnded(number, last_day(number)))]


def close_of(day: int, attested: CloseFigures) -> Logs:
    closed = ev.BooksClosed(WibDay(day), *attested, NO_CLAIMS, 0, 3, 4)
    return [("Treasury", ev.ClosedThrough(WibDay(day))), ("Books", closed)]


def reopened(day: str) -> Logs:
    return [("Treasury", ev.ReopenedAfter(parse_day(day)))]


class Office:
    """Blocks appended one after the other to a ledger."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.ledger = Ledger(engine)
        self.blocks: list[DecodedBlock] = []

    def say(self, day: str, logs: Logs) -> None:
        parent = self.blocks[-1].hash if self.blocks else bytes(32)
        made = block(len(self.blocks) + 1, parent, parse_day(day), logs)
        self.ledger.append([made], floor=-1)
        self.blocks.append(made)

    def figures(self, day: str) -> CloseFigures:
        with self.engine.connect() as connection:
            return figures(connection, parse_day(day))

    def close(self, on: str, day: str, attested: CloseFigures | None = None) -> None:
        self.say(on, close_of(parse_day(day), attested or self.figures(day)))

    def closed(self) -> int | None:
        with self.engine.connect() as connection:
            return closed_through(connection)

    def lies(self) -> list[str]:
        with self.engine.connect() as connection:
            return list(check_closes(connection, 1))

    def ledger_of(self, rule: str) -> str:
        """Entries of a rule, a line each: day, subject, account and rupiah."""
        entry, line = schema.entry.c, schema.line.c
        query = (
            select(entry.number, entry.book_day, entry.subject, line.account, line.amount)
            .join(schema.line, line.entry == entry.number)
            .where(entry.rule == rule)
            .order_by(entry.number, line.position)
        )
        told: dict[int, str] = {}
        with self.engine.connect() as connection:
            for number, day, subject, account, amount in connection.execute(query):
                told.setdefault(number, f"{day_text(day)} {subject}:")
                told[number] += f" {account} {amount:+,}"
        return "\n".join(told.values())


def correction(receipt: int, corrected: int) -> tuple[str, ev.Event]:
    """Of journals, by their numbers."""
    return "Books", ev.JournalCorrects(3 << 56 | receipt, 3 << 56 | corrected)


@pytest.fixture
def office(engine: Engine) -> Office:
    return founded(engine)


def founded(engine: Engine) -> Office:
    """December: a grant of 10,000,000 in the till, income of 900,000 and costs of 400,000 of the year."""
    office = Office(engine)
    office.say("2025-12-01", [("Authority", installed(name)) for name in ("Books", "Treasury")])
    office.say(
        "2025-12-31",
        [
            *journal("2025-12-01", 1110, 3300, 10_000_000, 1),
            *journal("2025-12-10", 1110, 4900, 900_000, 2),
            *journal("2025-12-20", 5110, 1110, 300_000, 3),
            *journal("2025-12-31", 5120, 2410, 100_000, 4),
        ],
    )
    return office


def test_year__closed__income_and_expense_go_to_the_surplus(office: Office) -> None:
    """900,000 earned less 300,000 and 100,000: 500,000 in 3900; January begins with nought."""
    office.say("2026-01-02", [*ended("2025-12"), *journal("2026-01-02", 5110, 1110, 70_000, 5)])
    office.close("2026-01-05", "2025-12-31")
    assert office.ledger_of("year-closing") == (
        "2025-12-31 4900: 4900 +900,000 3900 -900,000\n"
        "2025-12-31 5110: 5110 -300,000 3900 +300,000\n"
        "2025-12-31 5120: 5120 -100,000 3900 +100,000"
    )
    assert office.closed() == parse_day("2025-12-31")
    assert check_books(office.engine) == []


def test_figures__by_hand(office: Office) -> None:
    """The trial balance that is hashed is the one before income and expense are closed."""
    office.say("2026-01-02", [*ended("2025-12"), *journal("2026-01-02", 5110, 1110, 70_000, 5)])
    told = office.figures("2025-12-31")
    assert told.entries == 4
    balances = {
        1110: 10_600_000,
        3300: -10_000_000,
        4900: -900_000,
        5110: 300_000,
        5120: 100_000,
        2410: -100_000,
    }
    assert trial_balance_bytes(parse_day("2025-12-31"), {**balances, 5130: 0}) == (
        b"koperasi trial balance 1\n2025-12-31\n1110 10600000 0\n2410 0 100000\n3300 0 10000000\n"
        b"4900 0 900000\n5110 300000 0\n5120 100000 0\n"
    )
    office.close("2026-01-05", "2025-12-31", told)
    assert office.lies() == []


def test_month__closed__no_entries_of_its_own(office: Office) -> None:
    office.say("2026-02-01", ended("2026-01"))
    office.close("2026-02-03", "2026-01-31")
    assert office.ledger_of("year-closing") == ""
    assert office.lies() == []


def test_late_entry__before_the_close__is_among_its_entries(office: Office) -> None:
    """A slip of 31 December that came in on 3 January, with others in between."""
    office.say("2026-01-02", [*ended("2025-12"), *journal("2026-01-02", 5110, 1110, 70_000, 5)])
    office.say("2026-01-03", journal("2025-12-31", 5130, 1110, 20_000, 6))
    assert office.figures("2025-12-31").entries == 6
    office.close("2026-01-05", "2025-12-31")
    assert office.lies() == []


def test_month_end__with_entries__they_are_among_those_of_the_close(office: Office) -> None:
    lent = [("LoanBook", each) for each in (_loan(),)]
    office.say("2025-12-31", [("Authority", installed("LoanBook")), *lent])
    office.say("2026-01-01", ended("2025-12"))
    assert office.figures("2025-12-31").entries > 5
    office.close("2026-01-02", "2025-12-31")
    assert check_books(office.engine) == []


def _loan() -> ev.Event:
    from tests.indexer.loan_events import started

    return started(1, 12, 1_000_000, parse_day("2025-12-01"))


def test_figures__month_not_ended__refused(office: Office) -> None:
    with pytest.raises(MonthNotEndedError, match="2025-12-31"):
        office.figures("2025-12-31")


def test_reopened__closed_again__what_came_in_between(office: Office) -> None:
    """The RAT opens December: 50,000 of costs were forgotten, and go to the surplus with the second close."""
    office.say("2026-01-02", ended("2025-12"))
    office.close("2026-01-05", "2025-12-31")
    office.say("2026-02-01", reopened("2025-11-30"))
    assert office.closed() == parse_day("2025-11-30")
    office.say("2026-02-02", journal("2025-12-31", 5140, 1110, 50_000, 7))
    office.close("2026-02-03", "2025-12-31")
    assert office.ledger_of("year-closing").splitlines()[3:] == ["2025-12-31 5140: 5140 -50,000 3900 +50,000"]
    assert check_books(office.engine) == []


def test_closed_day__an_entry__refused_and_nothing_is_written(office: Office) -> None:
    office.say("2026-01-02", ended("2025-12"))
    office.close("2026-01-05", "2025-12-31")
    before = office.ledger.digest()
    for day in ("2025-12-31", "2025-12-01", "2024-01-01"):
        with pytest.raises(ClosedDayError, match=f"dated {day}, but the books are closed through 2025-12-31"):
            office.say("2026-01-06", journal(day, 5110, 1110, 1, 9))
    assert office.ledger.digest() == before
    office.say("2026-01-06", journal("2026-01-01", 5110, 1110, 1, 9))


def test_closed_day__within_one_batch__refused(engine: Engine) -> None:
    """The close, and what comes after it, are appended at once."""
    logs = [
        [("Authority", installed(name)) for name in ("Books", "Treasury")],
        [*journal("2025-12-10", 1110, 4900, 900_000, 2), *ended("2025-12")],
        close_of(parse_day("2025-12-31"), CloseFigures(1, bytes(32), bytes(32))),
        journal("2025-12-31", 5110, 1110, 1, 9),
    ]
    blocks: list[DecodedBlock] = []
    for number, each in enumerate(logs, 1):
        parent = blocks[-1].hash if blocks else bytes(32)
        blocks.append(block(number, parent, parse_day("2026-01-02"), each))
    with pytest.raises(ClosedDayError):
        Ledger(engine).append(blocks, floor=-1)
    Ledger(engine).append(blocks[:3], floor=-1)


def test_closed_day__written_past_the_program__the_database_refuses(office: Office) -> None:
    """An attacker with the database's password: head, block and all are right, the day is closed."""
    office.say("2026-01-02", ended("2025-12"))
    office.close("2026-01-05", "2025-12-31")
    for day, refused in (("2025-12-31", True), ("2026-01-01", False)):
        insert = text(
            "INSERT INTO entry SELECT cooperative_id, entries + 1, block_number + 1, 0, 'journal', 0, :day, "
            "NULL, block_hash, block_hash FROM head"
        )
        with writing(office.engine).connect() as connection:
            transaction = connection.begin()
            if refused:
                with pytest.raises(IntegrityError, match="closed period"):
                    connection.execute(insert, {"day": parse_day(day)})
            else:
                connection.execute(insert, {"day": parse_day(day)})
            transaction.rollback()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"entries": 3}, "entries is 4, attested was 3"),
        ({"ledger_root": b"\x01" * 32}, "ledger_root is 0x"),
        ({"trial_balance_hash": b"\x01" * 32}, "trial_balance_hash is 0x"),
    ],
)
def test_close__that_lies__is_found(office: Office, change: dict[str, object], named: str) -> None:
    office.say("2026-01-02", ended("2025-12"))
    attested = office.figures("2025-12-31")._replace(**change)  # type: ignore[arg-type]
    office.close("2026-01-05", "2025-12-31", attested)
    (lie,) = office.lies()
    assert "close of 2025-12-31 in block 4: " in lie
    assert named in lie
    assert [error.check for error in check_books(office.engine)] == ["closes"]


def test_close__an_entry_between_figures_and_close__is_found(office: Office) -> None:
    office.say("2026-01-02", ended("2025-12"))
    attested = office.figures("2025-12-31")
    office.say("2026-01-03", journal("2025-12-30", 5130, 1110, 5, 6))
    office.close("2026-01-05", "2025-12-31", attested)
    assert any("entries is 5, attested was 4" in lie for lie in office.lies())


def test_close__of_what_is_closed__is_found(office: Office) -> None:
    office.say("2026-01-02", ended("2025-12"))
    told = office.figures("2025-12-31")
    office.close("2026-01-05", "2025-12-31")
    with pytest.raises(ClosedDayError):
        office.say("2026-01-06", [*journal("2025-12-30", 5130, 1110, 5, 6)])
    office.say("2026-01-06", close_of(parse_day("2025-12-31"), told))
    assert any("was closed already" in lie for lie in office.lies())


def test_correction__points_to_the_old_paper(office: Office) -> None:
    wrong, right = 3 << 56 | 4, 3 << 56 | 8
    office.say(
        "2026-01-02",
        [
            *journal("2026-01-02", 5130, 5120, 100_000, 8),
            correction(8, 4),
        ],
    )
    with office.engine.connect() as connection:
        rows = connection.execute(select(schema.correction.c.receipt, schema.correction.c.corrected)).all()
    assert [tuple(row) for row in rows] == [(right, wrong)]


def honest(blocks: Sequence[DecodedBlock], scratch: Ledger, engine: Engine) -> list[DecodedBlock]:
    """The blocks, with a close of each month that ends in them in the next block; some are reopened."""
    made: list[DecodedBlock] = []
    closed, waiting, random = -1, [], Random(7)
    for each in blocks:
        logs = [(ref.contract, event) for ref, event in each.events]
        logs = [
            pair for pair in logs if not (isinstance(pair[1], ev.MonthEnded) and pair[1].last_day <= closed)
        ]
        logs += waiting
        waiting = []
        parent = made[-1].hash if made else bytes(32)
        made.append(block(each.number, parent, day_of_timestamp(each.time), logs))
        scratch.append(made[-1:], floor=-1)
        days = [event.last_day for _, event in logs if isinstance(event, ev.MonthEnded)]
        if days and max(days) > closed:
            closed = max(days)
            with engine.connect() as connection:
                waiting = [*close_of(closed, figures(connection, WibDay(closed)))]
        elif closed > 0 and random.random() < 0.05 and not waiting:
            closed -= 40
            waiting = [("Treasury", ev.ReopenedAfter(WibDay(closed)))]
    return made


@pytest.mark.parametrize("seed", [3, 4])
def test_books__closes_in_random_batches_and_rollbacks__same_digest(
    engine: Engine, another: Callable[[], Engine], seed: int
) -> None:
    scratch = another()
    blocks = honest(Cooperative(seed).blocks(140), Ledger(scratch), scratch)
    assert sum(isinstance(event, ev.BooksClosed) for each in blocks for _, event in each.events) >= 3
    whole = Ledger(engine)
    whole.append(blocks, floor=-1)
    assert check_books(engine) == []
    random, pieces = Random(seed), Ledger(engine, 2)
    at = 0
    while at < len(blocks):
        size = random.randrange(1, 12)
        pieces.append(blocks[at : at + size], floor=-1)
        at = min(at + size, len(blocks))
        if random.random() < 0.4:
            back = max(at - random.randrange(1, 9), 1)
            pieces.rollback(blocks[back - 1].number)
            at = back
    assert pieces.digest() == whole.digest()
    assert check_books(engine, 2) == []
