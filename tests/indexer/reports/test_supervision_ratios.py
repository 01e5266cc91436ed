"""Ratios by hand, against the statements, and in every form."""

import csv
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import Connection

from indexer.ledger.accounts import LOANS
from indexer.ledger.database import open_engine
from indexer.reports.statements.amounts import BookAmounts
from indexer.reports.statements.chart import Chart, read_chart
from indexer.reports.statements.forms import facts, report_csv
from indexer.reports.statements.periods import earlier, year_to
from indexer.reports.statements.position import position
from indexer.reports.statements.surplus import surplus
from indexer.reports.statements.workbook import workbook
from indexer.reports.supervision.figures import FiguresOn, TermError, read_figures
from indexer.reports.supervision.ratio_tables import ratio_tables
from indexer.reports.supervision.ratios import RATIOS_FILE, house_definitions, ratios
from rules.calendar import last_day, month_of, parse_day
from rules.ratios import basis_points, part_of
from rules.types import WibDay
from tests.indexer.reports.statement_years import book_two_years
from tests.indexer.reports.supervised import AUGUST, on, supervised

BY_HAND = {
    "EquityToAssets": (45_065_000, 85_065_000, 5_298),
    "EquityToLoans": (45_065_000, 37_000_000, 12_180),
    "EquityToLiabilities": (45_065_000, 40_000_000, 11_266),
    "NonPerformingLoans": (32_000_000, 37_000_000, 8_649),
    "LossLoans": (12_000_000, 37_000_000, 3_243),
    "AllowanceToNonPerforming": (14_025_000, 32_000_000, 4_383),
    "AllowanceToProvision": (14_025_000, 14_025_000, 10_000),
    "AllowanceToLoans": (14_025_000, 37_000_000, 3_791),
    "CashToVoluntarySavings": (62_090_000, 40_000_000, 15_523),
    "CashToShortTermLiabilities": (62_090_000, 40_000_000, 15_523),
    "LoansToVoluntarySavings": (37_000_000, 40_000_000, 9_250),
    "ExpenseToIncome": (16_025_000, 1_090_000, 147_018),
    "OperatingExpenseToIncome": (2_000_000, 1_090_000, 18_349),
    "OperatingExpenseToAssets": (2_000_000, 85_065_000, 235),
    "SurplusToAssets": (-14_935_000, 85_065_000, -1_756),
    "SurplusToEquity": (-14_935_000, 45_065_000, -3_314),
    "GrowthOfAssets": (85_065_000, 0, None),
    "GrowthOfEquity": (45_065_000, 0, None),
    "IncomeFromMembers": (1_090_000, 1_090_000, 10_000),
}
"""Numerator, denominator, basis points. Loans: 5,000,000 lancar, 20,000,000 kurang lancar, 12,000,000 macet;
allowance 0.5%, 10% and 100% of them: 14,025,000. Income 630,000 + 460,000. Cash 100,000,000 - 48,000,000 +
11,000,000 + 1,090,000 - 2,000,000."""
DAYS = (
    *(last_day(month_of(year, month)) for year in (2025, 2026) for month in (1, 6, 9, 12)),
    parse_day("2025-11-17"),
    parse_day("2026-02-10"),
)


@pytest.fixture
def hand(tmp_path: Path) -> Iterator[Connection]:
    with supervised(tmp_path) as connection:
        yield connection


@pytest.fixture(scope="module", params=["ksp-kecil", "ksp-samosir"])
def two_years(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Connection]:
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('ratios') / 'books.sqlite'}")
    book_two_years(request.param, engine)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def test_ratios__hand_made_books__are_those_by_hand(hand: Connection) -> None:
    found = ratios(on(hand), AUGUST)
    assert {
        each.name: (each.numerator.amount, each.denominator.amount, each.bps) for each in found.ratios
    } == BY_HAND


def test_ratios__only_non_performing_loans__have_a_target(hand: Connection) -> None:
    found = ratios(on(hand), AUGUST)
    assert {each.name: (each.target_bps, each.met) for each in found.ratios if each.target_bps} == {
        "NonPerformingLoans": (500, False)
    }


def test_ratios__non_performing__say_classes_and_how_many_loans(hand: Connection) -> None:
    parts = ratios(on(hand), AUGUST).of("NonPerformingLoans").numerator.parts
    assert [(part.key, part.loans, part.amount) for part in parts] == [
        ("KURANG_LANCAR", 1, 20_000_000),
        ("DIRAGUKAN", 0, 0),
        ("MACET", 1, 12_000_000),
    ]
    assert {account.account for part in parts for account in part.accounts} == {LOANS}


def test_ratios__before_the_first_entry__have_no_value(hand: Connection) -> None:
    day = parse_day("2024-12-31")
    assert {each.bps for each in ratios(on(hand, day), day).ratios} == {None}


@pytest.mark.parametrize("day", DAYS)
def test_ratios__every_figure__ties_to_its_statement_and_its_accounts(
    two_years: Connection, day: WibDay
) -> None:
    books = BookAmounts.on(two_years, day)
    span = year_to(day)
    sheet, earned = position(books, span), surplus(books, span)
    before = position(books, year_to(earlier(span, 12).to_day))
    statements = {"position": sheet, "surplus": earned, "year-ago": before}
    figures = FiguresOn(books, day)
    for ratio in ratios(books, day).ratios:
        for side in (ratio.numerator, ratio.denominator):
            assert side.amount == sum(part.amount for part in side.parts)
            for part in side.parts:
                if part.source in statements:
                    statement = statements[part.source]
                    shown = any(row.element == part.key for row in statement.rows)
                    assert part.balance == (statement.amount(part.key) if shown else 0), (
                        ratio.name,
                        part.key,
                    )
                if part.accounts:
                    assert sum(each.amount for each in part.accounts) == part.balance, (ratio.name, part.key)
                else:
                    assert part.balance == 0 or part.source == "provision"
    assert sum(each.outstanding for each in figures.classes.values()) == sheet.amount("LoansToMembers")


def test_ratios__samosir_in_2025__are_these(tmp_path: Path) -> None:
    """Its balance sheet's figures (docs/samples/statements/position.pdf), divided."""
    engine = open_engine(f"sqlite:///{tmp_path / 'books.sqlite'}")
    book_two_years("ksp-samosir", engine)
    day = parse_day("2025-12-31")
    with engine.connect() as connection:
        found = ratios(BookAmounts.on(connection, day), day)
    engine.dispose()
    told = {each.name: each.bps for each in found.ratios}
    assert found.of("EquityToAssets").numerator.amount == 5_411_074_993
    assert found.of("EquityToAssets").denominator.amount == 6_210_313_224
    assert told["EquityToAssets"] == 8_713
    assert (told["NonPerformingLoans"], told["AllowanceToNonPerforming"]) == (0, None)
    assert (told["LoansToVoluntarySavings"], told["ExpenseToIncome"]) == (17_677, 4_699)


def test_ratios__own_account_on_a_line__counts_there(hand: Connection) -> None:
    """A cooperative's chart puts 5110 elsewhere: the line decides, not the code."""
    chart = b"code,name,name_en,type,normal_side,line\n5110,Gaji,Pay,EXPENSE,DR,SavingsInterestExpense\n"
    own = on(hand)
    books = BookAmounts(hand, 1, Chart({**own.chart.accounts, **read_chart(chart)}, b"", None, True))
    found = ratios(books, AUGUST)
    assert found.of("OperatingExpenseToIncome").bps == 0
    assert found.of("ExpenseToIncome").numerator.amount == 16_025_000
    assert ("5110", "Pay") in {
        (str(account.account), account.label.en)
        for part in found.of("ExpenseToIncome").numerator.parts
        for account in part.accounts
    }


def test_forms__twice__are_the_same_bytes_and_divide_in_the_workbook(hand: Connection) -> None:
    made = [ratio_tables(ratios(on(hand), AUGUST)) for _ in range(2)]
    assert report_csv(made[0]) == report_csv(made[1])
    assert facts(made[0], "KSP") == facts(made[1], "KSP")
    books = [workbook(each, "KSP") for each in made]
    assert books[0] == books[1]
    sheet = load_workbook(BytesIO(books[0]))["ratios"]
    row = next(row for row in sheet.iter_rows() if row[0].value == "NonPerformingLoans")
    assert (row[3].value, row[4].value) == (32_000_000, 37_000_000)
    assert row[5].value == f'=IF(E{row[5].row}=0,"n/a",ROUND(D{row[5].row}/E{row[5].row},4))'
    assert row[6].value == 0.05


def test_facts__of_a_ratio__say_basis_points(hand: Connection) -> None:
    told = facts(ratio_tables(ratios(on(hand), AUGUST)), "KSP")["facts"]
    found = [each for each in told if each.get("of", {}).get("ratio") == "LossLoans" and "unit" in each]
    assert [(each["element"], each["unit"], each["value"]) for each in found[:1]] == [
        ("result", "bps", "3243")
    ]


def test_definitions__file__is_read_whole_and_in_order() -> None:
    with RATIOS_FILE.open(encoding="utf-8", newline="") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    assert list(house_definitions()) == names == list(BY_HAND)


@pytest.mark.parametrize(
    "text",
    ["", "Equity", "position:Nothing", "surplus:Equity", "loans:BAD", "200%position:Equity", "account:x"],
)
def test_figures__that_nothing_gives__are_refused(text: str) -> None:
    with pytest.raises(TermError):
        read_figures(text)


def test_figures__shares_and_accounts__are_counted(hand: Connection) -> None:
    side = FiguresOn(on(hand), AUGUST).side(
        read_figures("50%loans:MACET -75%loans:KURANG_LANCAR account:5110")
    )
    assert [part.amount for part in side.parts] == [6_000_000, -15_000_000, 2_000_000]
    assert side.amount == -7_000_000


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [
        (1, 3, 3_333),
        (2, 3, 6_667),
        (1, 20_000, 1),
        (-1, 20_000, 0),
        (-1, 3, -3_333),
        (1, -3, -3_333),
        (1, 0, None),
    ],
)
def test_basis_points__halves__go_up(numerator: int, denominator: int, expected: int | None) -> None:
    assert basis_points(numerator, denominator) == expected
    assert part_of(101, 5_000) == 51
