"""The rules, put together, find every expected balance and refusal of the example folders."""

from pathlib import Path

import pytest
from day_books import EXAMPLES, Cooperative, read

FOLDERS = sorted(path.parent for path in EXAMPLES.glob("*/teller.csv"))


@pytest.fixture(scope="module", params=FOLDERS, ids=lambda folder: folder.name)
def cooperative(request: pytest.FixtureRequest) -> Cooperative:
    folder: Path = request.param
    return Cooperative(folder).run()


@pytest.mark.parametrize("name", ["savings", "loans", "cash"])
def test_import__whole_folder__month_end_balances_as_expected(cooperative: Cooperative, name: str) -> None:
    rows = {
        "savings": cooperative.savings_rows,
        "loans": cooperative.loan_rows,
        "cash": cooperative.cash_rows,
    }
    assert rows[name] == read(cooperative.folder / "expected" / f"{name}.csv")


def test_import__whole_folder__refused_rows_as_expected(cooperative: Cooperative) -> None:
    refused = cooperative.slip_refusals + cooperative.payroll_refusals
    assert refused == read(cooperative.folder / "expected" / "rejects.csv")


def test_import__whole_folder__payroll_totals_as_expected(cooperative: Cooperative) -> None:
    expected = {
        path.stem: (int(row["accepted_rows"]), int(row["accepted_total"]))
        for path in sorted((cooperative.folder / "expected" / "payroll").iterdir())
        for row in read(path)
    }
    assert cooperative.payroll_totals == expected
