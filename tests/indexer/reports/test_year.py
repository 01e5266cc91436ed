"""The example years through posting and reports: every figure of expected/, to the rupiah."""

from pathlib import Path

import pytest
from day_books import EXAMPLES, read
from sqlalchemy import Connection

from indexer.ledger.accounts import INTEREST_TAX, OPENING, SAVINGS_INTEREST, SAVINGS_INTEREST_DUE, SUKARELA
from indexer.ledger.checks import check_books
from indexer.ledger.database import open_engine
from indexer.ledger.journal import Ledger
from indexer.reports.balances import KINDS, balances_csv
from indexer.reports.loans import UnknownLoanError
from indexer.reports.passbook import passbook
from indexer.reports.schedules import schedule, schedule_csv
from indexer.reports.summary import summary
from indexer.reports.trial_balance import trial_balance
from rules.calendar import last_day, parse_day, parse_month
from rules.types import LoanNumber, Month
from tests.indexer.reports.conftest import Year
from tests.indexer.reports.day_books_on_chain import INTEREST, TAX, OnChain


def months(folder: Path) -> list[Month]:
    return [parse_month(path.stem) for path in sorted((folder / "payroll").iterdir())]


def assert_as_expected(connection: Connection, folder: Path) -> None:
    for kind, (rows_of, _) in KINDS.items():
        expected = (folder / "expected" / f"{kind}.csv").read_text().splitlines()
        found: list[str] = []
        for month in months(folder):
            header, *lines = balances_csv(kind, rows_of(connection, month)).splitlines()
            assert header == expected[0]
            found += lines
        assert found == expected[1:]
    for path in sorted((folder / "expected" / "schedules").iterdir()):
        loan = LoanNumber(int(path.stem.removeprefix("loan-")))
        assert schedule_csv(schedule(connection, loan)) == path.read_bytes().decode()


def test_kecil__reports__as_expected(kecil: Year) -> None:
    assert check_books(kecil.engine) == []
    assert_as_expected(kecil.connection, EXAMPLES / "ksp-kecil")


def test_samosir__reports__as_expected(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'samosir.sqlite'}")
    blocks = OnChain("ksp-samosir").blocks()
    Ledger(engine).append(blocks, floor=0)
    assert check_books(engine) == []
    with engine.connect() as connection:
        assert_as_expected(connection, EXAMPLES / "ksp-samosir")
    engine.dispose()


def test_trial_balance__every_month__agrees_with_expected(kecil: Year) -> None:
    folder = EXAMPLES / "ksp-kecil"
    cash = {row["month"]: row for row in read(folder / "expected" / "cash.csv")}
    savings = read(folder / "expected" / "savings.csv")
    loans = read(folder / "expected" / "loans.csv")
    for month, row in cash.items():
        balance = trial_balance(kecil.connection, last_day(parse_month(month)))
        held = {each.account: each.debit - each.credit for each in balance.rows}
        assert balance.debit == balance.credit == sum(each.debit for each in balance.rows)
        assert (held[1110], held[1120]) == (int(row["KAS"]), int(row["BANK"]))
        for account, column in ((3110, "pokok"), (3120, "wajib")):
            assert -held[account] == sum(int(each[column]) for each in savings if each["month"] == month)
        net = sum(held.get(account, 0) for account in (SAVINGS_INTEREST, SAVINGS_INTEREST_DUE, INTEREST_TAX))
        without = sum(int(each["sukarela_without_interest"]) for each in savings if each["month"] == month)
        assert -held[SUKARELA] == without + net
        owed = sum(int(each["outstanding_principal"]) for each in loans if each["month"] == month)
        assert held.get(1210, 0) == owed
        assert OPENING not in held


def test_trial_balance__any_day__sum_of_the_lines(kecil: Year) -> None:
    """Against the lines themselves, by another road."""
    from indexer.ledger import schema

    query = schema.line.select()
    lines = kecil.connection.execute(query).all()
    for text in (
        "2024-12-31",
        "2025-01-02",
        "2025-02-28",
        "2025-03-01",
        "2025-06-17",
        "2025-12-31",
        "2026-05-05",
    ):
        day = parse_day(text)
        expected: dict[int, list[int]] = {}
        for line in lines:
            if line.book_day <= day:
                sides = expected.setdefault(line.account, [0, 0])
                sides[line.amount < 0] += abs(line.amount)
        found = {
            row.account: [row.turnover_debit, row.turnover_credit]
            for row in trial_balance(kecil.connection, day).rows
        }
        assert found == expected


def test_passbook__every_member__ends_at_the_books(kecil: Year) -> None:
    cooperative = kecil.cooperative
    for member, savings in cooperative.savings.items():
        book = passbook(kecil.connection, member)
        assert (book.pokok, book.wajib) == (savings[0], savings[1])
        assert book.sukarela == savings[2] + cooperative.earned[member]
        owed = sum(
            loan.terms.principal - loan.state.principal_paid
            for loan in cooperative.loans.values()
            if loan.member == member
        )
        assert book.loans_outstanding == owed
        assert [line.entry for line in book.lines] == sorted(line.entry for line in book.lines)
        tail = passbook(kecil.connection, member, last=3)
        assert tail.lines == book.lines[-3:]
        assert tail.sukarela == book.sukarela


def test_passbook__running_balances__by_hand(kecil: Year) -> None:
    book = passbook(kecil.connection, 2)
    totals: dict[tuple[int, int | None], int] = {}
    for line in book.lines:
        key = (line.account, line.loan if line.account == 1210 else None)
        totals[key] = totals.get(key, 0) + line.amount
        assert line.balance == totals[key]
    interest = [line.amount for line in book.lines if line.rule == "interest" and line.account == SUKARELA]
    assert set(interest) <= {INTEREST - TAX}
    first = book.lines[0]
    assert (first.title, first.amount, first.account, first.final) == (
        "Setoran simpanan",
        100_000,
        3110,
        True,
    )
    assert not book.lines[-1].final


def test_schedule__unknown_loan__says_so(kecil: Year) -> None:
    with pytest.raises(UnknownLoanError, match="Loan 4711 is not in the books"):
        schedule(kecil.connection, LoanNumber(4711))


def test_summary__year__as_the_model(kecil: Year) -> None:
    cooperative, told = kecil.cooperative, summary(kecil.connection)
    assert (told.kas, told.bank, told.stablecoin) == (cooperative.cash["KAS"], cooperative.cash["BANK"], 0)
    assert told.pokok == sum(savings[0] for savings in cooperative.savings.values())
    assert told.sukarela == sum(savings[2] for savings in cooperative.savings.values()) + sum(
        cooperative.earned.values()
    )
    running = [
        loan for loan in cooperative.loans.values() if loan.state.principal_paid < loan.terms.principal
    ]
    assert told.loans_running == len(running)
    active = sum(1 for savings in cooperative.savings.values() if savings[0])
    assert (told.members.active, told.members.registered) == (active, len(cooperative.joined) - active)
    assert told.head == len(cooperative.days)
    assert told.floor == len(cooperative.days) - 29
