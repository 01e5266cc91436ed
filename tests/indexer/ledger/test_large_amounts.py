"""Sums beyond 64 bits, which the contracts allow: they cap a line, a channel and a token at 2^63 - 1."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, insert, select, text
from sqlalchemy.exc import DBAPIError

from indexer.chain import events as ev
from indexer.ledger import schema
from indexer.ledger.checks import check_books
from indexer.ledger.database import add_to_kept, writing
from indexer.ledger.journal import Ledger
from indexer.ledger.schema import joined, words
from indexer.reports.summary import summary
from indexer.reports.trial_balance import trial_balance
from rules.types import MAX_RUPIAH, WibDay
from tests.indexer.ledger.fake_chain import START, Logs, block, burn, mint

ROOT = bytes(32)
EXPENSE, INCOME, HIGHEST = 5110, 4900, 65_535


def journal(paper: int, *legs: tuple[int, int, int]) -> Logs:
    """Legs of account, side and rupiah."""
    lines = tuple(account << 80 | side << 72 | rupiah for account, side, rupiah in legs)
    return [("Books", ev.JournalPosted(3 << 56 | paper, START, 1, 2, lines))]


def grant(amount: int) -> Logs:
    lines = (3300 << 80 | 1 << 72 | amount, 1120 << 80 | 2 << 64 | amount)
    return [("Books", ev.JournalPosted(3 << 56 | 999, START, 1, 2, lines))]


def acts() -> list[Logs]:
    """Journals of the largest lines, cash to and fro, savings in and out again and again, a count."""
    made: list[Logs] = [grant(2**61)]
    for at in range(1, 10):
        there = (1, 2) if at % 2 == 0 else (2, 1)
        made.append([("Treasury", ev.CashMoved(1 << 56 | at, *there, 2**61, START))])
    for at in range(1, 4):
        made.append(journal(at, (EXPENSE, 0, MAX_RUPIAH), (INCOME, 1, MAX_RUPIAH)))
    four = [
        (EXPENSE, 0, MAX_RUPIAH),
        (HIGHEST, 0, MAX_RUPIAH),
        (INCOME, 1, MAX_RUPIAH),
        (INCOME, 1, MAX_RUPIAH),
    ]
    made.append(journal(4, *four))
    made.append(journal(5, *reversed(four)))
    for at in range(20, 29, 2):
        deposited = ev.Deposited(7, 2, 1 << 56 | at, 1, 2**61, START)
        withdrawn = ev.Withdrawn(7, 2, 1 << 56 | at + 1, 1, 2**61, START)
        made.append([("SavingsSukarela", mint(7, 2**61)), ("TellerDesk", deposited)])
        made.append([("SavingsSukarela", burn(7, 2**61)), ("TellerDesk", withdrawn)])
    made.append([("Treasury", ev.ChannelAttested(1, START, 2**64 - 1, ROOT, 900))])
    return made


def test_append__turnovers_beyond_64_bits__exact(engine: Engine, another: Callable[[], Engine]) -> None:
    blocks, parent = [], ROOT
    for number, logs in enumerate(acts(), 1):
        blocks.append(block(number, parent, START, logs))
        parent = blocks[-1].hash
    digests = set()
    for target, size in ((engine, len(blocks)), (another(), 1), (another(), 7)):
        ledger = Ledger(target)
        for start in range(0, len(blocks), size):
            ledger.append(blocks[start : start + size], floor=0)
        digests.add(ledger.digest())
        assert check_books(target) == []
        with target.connect() as connection:
            told = trial_balance(connection, WibDay(START))
            found = {row.account: (row.turnover_debit, row.turnover_credit) for row in told.rows}
            assert found == {
                1110: (10 * 2**61, 9 * 2**61),
                1120: (5 * 2**61, 5 * 2**61),
                2110: (5 * 2**61, 5 * 2**61),
                3300: (0, 2**61),
                EXPENSE: (5 * MAX_RUPIAH, 0),
                INCOME: (0, 7 * MAX_RUPIAH),
                HIGHEST: (2 * MAX_RUPIAH, 0),
            }
            assert told.debit == told.credit == 2**61 + 7 * MAX_RUPIAH
            assert (summary(connection).kas, summary(connection).bank) == (2**61, 0)
    assert len(digests) == 1


def test_rollback__turnovers_beyond_64_bits__digest_of_a_clean_sync(
    engine: Engine, another: Callable[[], Engine]
) -> None:
    blocks, parent = [], ROOT
    for number, logs in enumerate(acts(), 1):
        blocks.append(block(number, parent, START, logs))
        parent = blocks[-1].hash
    ledger, clean = Ledger(engine), Ledger(another())
    ledger.append(blocks, floor=0)
    ledger.rollback(11)
    clean.append(blocks[:11], floor=0)
    assert ledger.digest() == clean.digest()
    assert check_books(engine) == []


def test_words__any_sum__there_and_back() -> None:
    for amount in (0, 1, 2**32 - 1, 2**32, 2**63, 5 * MAX_RUPIAH, -1, -(2**32), -(2**64) - 7):
        high, low = words(amount)
        assert 0 <= low < 2**32
        assert joined(high, low) == amount


def test_add_to_kept__sum_that_no_column_holds__refused_not_rounded(engine: Engine) -> None:
    """2^31 lines of 2^63 - 1 are the end of what a row holds: after it the database refuses."""
    most = (1, 5110, START, *words((1 << 95) - 1), 0, 0)
    with writing(engine).begin() as connection:
        add_to_kept(connection, schema.account_day, [most])
    with pytest.raises(Exception, match=r"CHECK constraint failed|out of range"):  # noqa: SIM117
        with writing(engine).begin() as connection:
            add_to_kept(connection, schema.account_day, [(1, 5110, START, *words(1), 0, 0)])
    with engine.connect() as connection:
        row = connection.execute(select(schema.account_day)).one()
        assert tuple(row) == most


def test_sqlite__amount_that_is_no_integer__refused(another: Callable[[], Engine]) -> None:
    engine = another()
    Ledger(engine)
    values = "VALUES (1, 1, 0, 20000, 1110, 1e19, NULL, NULL, NULL)"
    with pytest.raises(DBAPIError, match="CHECK constraint failed"), writing(engine).begin() as connection:
        connection.execute(text(f"INSERT INTO line {values}"))
    row = {"cooperative_id": 1, "loan": 1, "account": 1210, "debit_high": 0.5, "debit_low": 0}
    kept = insert(schema.loan_balance).values(**row, credit_high=0, credit_low=0)
    with pytest.raises(DBAPIError, match="CHECK constraint failed"), writing(engine).begin() as connection:
        connection.execute(kept)
