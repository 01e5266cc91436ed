"""The package of a month: what is in it ties to the reports, and it is the same bytes twice."""

import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import formulas
import pytest
from openpyxl import load_workbook
from sqlalchemy import Connection

from indexer.ledger.database import open_engine
from indexer.reports.proofs import books_root
from indexer.reports.statements.amounts import BookAmounts
from indexer.reports.statements.chart import house_chart_file
from indexer.reports.statements.periods import year_to
from indexer.reports.statements.position import position
from indexer.reports.supervision.package import (
    MonthNotBegunError,
    Package,
    package_facts,
    package_workbook,
    report_package,
)
from indexer.reports.supervision.ratios import ratios
from rules.calendar import last_day, month_of
from tests.indexer.reports.statement_years import book_two_years

DECEMBER = month_of(2025, 12)
SHEETS = [
    "package",
    "position",
    "surplus",
    "surplus-year",
    "cash-flows-direct",
    "equity",
    "collectibility",
    "allowance",
    "ratios",
    "health",
    "limits",
]


@pytest.fixture(scope="module")
def samosir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('package') / 'books.sqlite'}")
    book_two_years("ksp-samosir", engine)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def made(connection: Connection, month: int = DECEMBER) -> Package:
    return report_package(connection, month, 1, house_chart_file)  # type: ignore[arg-type]


def values(told: dict[str, Any], report: str, element: str) -> list[str]:
    (found,) = [each for each in told["reports"] if each["report"] == report]
    return [fact["value"] for fact in found["facts"] if fact["element"] == element]


def test_package__twice__is_the_same_bytes(samosir: Connection) -> None:
    one, other = made(samosir), made(samosir)
    assert package_workbook(one, "KSP") == package_workbook(other, "KSP")
    assert json.dumps(package_facts(one, "KSP")) == json.dumps(package_facts(other, "KSP"))


def test_package__workbook__has_every_report_and_its_figures_recompute(
    samosir: Connection, tmp_path: Path
) -> None:
    path = tmp_path / "package.xlsx"
    path.write_bytes(package_workbook(made(samosir), "KSP"))
    book = load_workbook(BytesIO(path.read_bytes()))
    assert book.sheetnames == SHEETS
    solved = formulas.ExcelModel().loads(str(path)).finish().calculate()
    cells = {str(key).upper(): value for key, value in solved.items()}
    sheet = book["ratios"]
    day = last_day(DECEMBER)
    told = {each.name: each.bps for each in ratios(BookAmounts.on(samosir, day), day).ratios}
    seen = 0
    for row in sheet.iter_rows():
        if row[0].value in told and isinstance(row[5].value, str) and row[5].value.startswith("=IF("):
            value = cells[f"'[PACKAGE.XLSX]RATIOS'!{row[5].coordinate}"].value[0, 0]
            bps = told[str(row[0].value)]
            assert value == "n/a" if bps is None else round(float(value) * 10_000) == bps, row[0].value
            seen += 1
    assert seen == len(told)
    total = next(row for row in book["position"].iter_rows() if row[1].value == "Total assets")
    assert str(total[3].value).startswith("=")
    computed = cells[f"'[PACKAGE.XLSX]POSITION'!{total[3].coordinate}"].value[0, 0]
    assert int(computed) == position(BookAmounts.on(samosir, day), year_to(day)).amount("Assets")


def test_package__facts__tie_to_the_reports_and_name_the_books(samosir: Connection) -> None:
    package = made(samosir)
    told = package_facts(package, "KSP")
    day = last_day(DECEMBER)
    books = BookAmounts.on(samosir, day)
    stand = books.stand()
    assert told["block"] == {
        "number": stand.block_number,
        "hash": stand.block_hash.hex(),
        "entries": stand.entries,
    }
    assert told["ledger_root"] == books_root(samosir, stand.entries).hex()
    assert [each["report"] for each in told["reports"]] == SHEETS[1:]
    assert values(told, "position", "Assets")[0] == str(position(books, year_to(day)).amount("Assets"))
    bps = [str(each.bps) for each in ratios(books, day).ratios if each.bps is not None]
    assert values(told, "ratios", "result") == bps
    assert "no official form" in told["form"]["en"]
    assert (told["month"], told["month_ended"], told["month_closed"]) == ("2025-12", True, True)


def test_package__of_a_month_that_was_not_ended__says_so(samosir: Connection) -> None:
    package = made(samosir, month_of(2027, 1))
    assert (package.ended, package.closed) == (False, False)


def test_package__of_a_month_to_come__is_refused(samosir: Connection) -> None:
    with pytest.raises(MonthNotBegunError) as error:
        made(samosir, month_of(2027, 2))
    assert "2027-02" in error.value.english
