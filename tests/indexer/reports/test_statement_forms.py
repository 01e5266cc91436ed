"""Every form of every statement: the same bytes twice, the same figures where another program reads them."""

import csv
import io
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import formulas
import msgspec
import pytest
from beancount import loader
from beancount.core.data import Transaction
from openpyxl import load_workbook
from sqlalchemy import Connection

from benchmarks.peers.install import PeerError, debian_program
from indexer.ledger.database import open_engine
from indexer.reports.balances import csv_text
from indexer.reports.journal_export import export_journal
from indexer.reports.statements.amounts import BookAmounts
from indexer.reports.statements.catalogue import NAMES, STATEMENTS, Wanted, report
from indexer.reports.statements.chart import NEWEST
from indexer.reports.statements.forms import facts, report_csv
from indexer.reports.statements.periods import year_to
from indexer.reports.statements.structs import AMOUNTS, Listing, Report, Statement
from indexer.reports.statements.workbook import WorkbookError, workbook
from indexer.reports.trial_balance import trial_balance
from rules.calendar import date_of_day, day_of_date, day_text, last_day, month_of, parse_day
from rules.types import Channel, WibDay
from tests.indexer.reports.statement_years import book_two_years

DAY: Final = parse_day("2026-03-31")
MONTHS_ENDS: Final = tuple(last_day(month_of(year, month)) for year in (2025, 2026) for month in range(1, 13))


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('forms') / 'books.sqlite'}")
    book_two_years("ksp-kecil", engine)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def made(connection: Connection, name: str) -> Report:
    wanted = Wanted(name, year_to(DAY), account=1120, channel=Channel.BANK)
    return report(BookAmounts.on(connection, DAY), wanted)


def program(name: str) -> str:
    """Where a program is, from Debian's package if root may install it. Without it the test is skipped; under
    CI=true it fails."""
    try:
        return str(debian_program(name))
    except PeerError as error:
        if os.environ.get("CI") == "true":
            pytest.fail(str(error))
        pytest.skip(str(error))


def balances_on(connection: Connection, day: WibDay) -> dict[int, int]:
    rows = trial_balance(connection, day).rows
    return {row.account: row.debit - row.credit for row in rows if row.debit != row.credit}


@pytest.fixture(scope="module")
def exports(connection: Connection, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder, found = tmp_path_factory.mktemp("exports"), {}
    books = BookAmounts.on(connection, NEWEST)
    for form in ("hledger", "beancount"):
        texts = []
        for _ in range(2):
            text = io.StringIO()
            assert export_journal(connection, form, books.chart, books.stand(), text) == books.stand().entries
            texts.append(text.getvalue())
        assert texts[0] == texts[1]
        found[form] = folder / f"books.{form}"
        found[form].write_text(texts[0], "utf-8")
    return found


@pytest.mark.parametrize("name", ["hledger", "ledger"])
def test_hledger_and_ledger__at_every_months_end__find_our_balances(
    connection: Connection, exports: dict[str, Path], name: str
) -> None:
    command = [
        program(name),
        "-f",
        str(exports["hledger"]),
        "balance",
        "--depth",
        "2",
        "--no-total",
    ]
    if name == "ledger":
        command += ["--balance-format", r"%(account)|%(quantity(scrub(display_total)))\n"]
    else:
        command += ["--flat", "-O", "csv"]
    for day in MONTHS_ENDS:
        until = date_of_day(WibDay(day + 1)).isoformat()
        told = subprocess.run([*command, "--end", until], capture_output=True, text=True, check=True).stdout
        found = {}
        for line in told.replace('"', "").splitlines():
            account, _, amount = line.replace("|", ",").partition(",")
            if ":" in account:
                found[int(account.split(":")[1])] = int(amount.split()[0])
        assert {code: amount for code, amount in found.items() if amount} == balances_on(connection, day)


def test_beancount__without_an_error__finds_our_balances(
    connection: Connection, exports: dict[str, Path]
) -> None:
    entries, problems, _ = loader.load_file(str(exports["beancount"]))
    assert problems == []
    booked = [entry for entry in entries if isinstance(entry, Transaction)]
    assert [entry.meta["entry"] for entry in booked] != []
    for day in MONTHS_ENDS:
        found: dict[int, int] = {}
        for entry in booked:
            if day_of_date(entry.date) <= day:
                for posting in entry.postings:
                    code = int(posting.account.split(":")[1])
                    found[code] = found.get(code, 0) + int(posting.units.number)
        assert {code: amount for code, amount in found.items() if amount} == balances_on(connection, day)


def test_exports__members__have_their_own_sub_accounts(exports: dict[str, Path]) -> None:
    text = exports["hledger"].read_text("utf-8")
    assert "Liabilities:2110:M000002" in text
    assert "account Assets:1110  ; Kas / Cash in till" in text


@pytest.mark.parametrize("name", NAMES)
def test_forms__made_twice__are_the_same_bytes(connection: Connection, name: str) -> None:
    one, other = made(connection, name), made(connection, name)
    assert report_csv(one) == report_csv(other)
    assert json.dumps(facts(one, "KSP")) == json.dumps(facts(other, "KSP"))
    assert workbook(one, "KSP") == workbook(other, "KSP")


@pytest.mark.parametrize("name", STATEMENTS)
def test_csv_and_facts__every_figure__is_that_of_the_statement(connection: Connection, name: str) -> None:
    own = made(connection, name)
    assert isinstance(own, Statement)
    rows = list(csv.reader(io.StringIO(report_csv(own))))[1:]
    assert [row[0] for row in rows] == [row.element for row in own.rows]
    told = [[int(cell) if cell else None for cell in row[6:]] for row in rows if row[2] != "heading"]
    assert told == [list(row.amounts) for row in own.rows if row.kind != "heading"]
    found = facts(own, "KSP")
    values = [int(fact["value"]) for fact in found["facts"]]
    assert values == [amount for row in own.rows for amount in row.amounts if amount is not None]
    assert found["unit"] == "IDR"
    contexts = {
        (f["element"], f.get("component"), f.get("instant"), f.get("from"), f.get("to"))
        for f in found["facts"]
    }
    assert len(contexts) == len(found["facts"]), "two facts in one context"


def amounts_of(own: Report) -> list[int]:
    """Every figure a workbook of the report should show, in its order."""
    if isinstance(own, Statement):
        return [amount for row in own.rows for amount in row.amounts if amount is not None]
    tables = [own] if isinstance(own, Listing) else [table for note in own.notes for table in note.tables]
    found: list[int] = []
    for table in tables:
        kinds = [field.kind for field in table.fields]
        found += [table.opening] if "balance" in kinds else []
        for row in table.rows:
            pairs = zip(kinds, row, strict=True)
            found += [int(cell) for kind, cell in pairs if cell is not None and kind in AMOUNTS]
        found += [total for total in table.totals if total is not None]
    return found


def is_amount(cell: Any) -> bool:
    return cell.number_format == "#,##0;(#,##0);-" and cell.value is not None


def shown(path: Path, sheet_name: str, values: dict[str, Any]) -> list[int]:
    """Figures in a workbook in the order of its rows, formulas as another program computed them."""
    sheet = load_workbook(path)[sheet_name]
    cells = [cell for row in sheet.iter_rows() for cell in row if is_amount(cell)]
    formulas_there = [cell for cell in cells if isinstance(cell.value, str)]
    assert formulas_there, "no formula in the workbook"
    return [
        round(float(values[cell.coordinate])) if isinstance(cell.value, str) else cell.value for cell in cells
    ]


def computed(path: Path) -> dict[str, Any]:
    """The cells as the library `formulas` computes them."""
    solution = formulas.ExcelModel().loads(str(path)).finish().calculate()
    found = {}
    for key, value in solution.items():
        place = str(key).rpartition("!")[2]
        if ":" not in place:
            found[place] = value.value[0, 0]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_workbook__recomputed_by_formulas__shows_our_figures(
    connection: Connection, name: str, tmp_path: Path
) -> None:
    own = made(connection, name)
    path = tmp_path / "own.xlsx"
    path.write_bytes(workbook(own, "KSP"))
    assert shown(path, own.name, computed(path)) == amounts_of(own)


def test_workbooks__recomputed_by_libreoffice__show_our_figures(
    connection: Connection, tmp_path: Path
) -> None:
    """LibreOffice is large, and the library above has computed every workbook: it is not installed here."""
    office, target = shutil.which("soffice"), tmp_path / "recomputed"
    if office is None:
        pytest.skip("LibreOffice is not installed (Debian: libreoffice-calc-nogui)")
    own = {name: made(connection, name) for name in NAMES}
    for name, each in own.items():
        (tmp_path / f"{name}.xlsx").write_bytes(workbook(each, "KSP"))
    files = [str(tmp_path / f"{name}.xlsx") for name in NAMES]
    command = [office, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"]
    command += ["--convert-to", "xlsx", "--outdir", str(target), *files]
    subprocess.run(command, check=True, timeout=300, capture_output=True)
    for name, each in own.items():
        sheet = load_workbook(target / f"{name}.xlsx", data_only=True)[each.name]
        rows = load_workbook(tmp_path / f"{name}.xlsx")[each.name].iter_rows()
        places = [cell.coordinate for row in rows for cell in row if is_amount(cell)]
        assert [round(sheet[place].value) for place in places] == amounts_of(each), name


def test_workbook__a_figure_changed__total_changes_with_it(connection: Connection, tmp_path: Path) -> None:
    """The totals are formulas: what is put into a line arrives in the total."""
    own = made(connection, "position")
    assert isinstance(own, Statement)
    path = tmp_path / "own.xlsx"
    path.write_bytes(workbook(own, "KSP"))
    book = load_workbook(path)
    sheet = book[own.name]
    (bank,) = (row[0].row for row in sheet.iter_rows(max_col=1) if row[0].value == "Bank")
    (total,) = (row[0].row for row in sheet.iter_rows(max_col=1) if row[0].value == "Jumlah aset")
    sheet.cell(bank, 4).value += 1_000
    book.save(path)
    assert round(float(computed(path)[f"D{total}"])) == own.amount("Assets") + 1_000


def test_workbook__more_than_a_spreadsheet_can_hold__is_refused(connection: Connection) -> None:
    own = made(connection, "teller-report")
    assert isinstance(own, Statement)
    rows = (msgspec.structs.replace(own.rows[0], amounts=(1 << 60,) * len(own.columns)), *own.rows[1:])
    with pytest.raises(WorkbookError, match="too large"):
        workbook(msgspec.structs.replace(own, rows=rows), "KSP")


def test_days__in_csv__are_written_out(connection: Connection) -> None:
    first = next(csv.DictReader(io.StringIO(report_csv(made(connection, "general-ledger")))))
    assert first["day"] >= "2026-01-01"
    assert first["day"] <= day_text(DAY)


def test_csv__words_that_would_be_formulas__stay_words() -> None:
    cells = ("=1+1", "+1", "@SUM(A1)", "-1+1", "-cmd", "\t=1", "-5", "-", -5, "a=b", "1=1", "", None)
    (head, row) = csv.reader(io.StringIO(csv_text(["=a", "b"], [cells])))
    assert head == ["'=a", "b"]
    assert row == [
        *("'=1+1", "'+1", "'@SUM(A1)", "'-1+1", "'-cmd", "'\t=1"),
        *("-5", "-", "-5", "a=b", "1=1", "", ""),
    ]
