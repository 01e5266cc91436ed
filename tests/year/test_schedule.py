"""`koperasi schedule` of terms that nobody agreed on yet: no books are asked."""

from pathlib import Path

import pytest

from tests.year.command_line import CommandLine

TERMS = ("--principal", "12000000", "--rate-bps", "1200", "--months", "12", "--from", "2025-01-31")
WORKED = {"FLAT": 1_440_000, "DECLINING": 780_000, "ANNUITY": 794_226, "BULLET": 1_440_000}


@pytest.mark.parametrize("method", WORKED)
def test_preview__worked_example__its_interest_and_cost(tmp_path: Path, method: str) -> None:
    found = CommandLine(tmp_path).json("schedule", *TERMS, "--method", method)
    assert found["total_interest"] == WORKED[method] == sum(each["interest"] for each in found["instalments"])
    assert sum(each["principal"] for each in found["instalments"]) == 12_000_000
    assert found["within_rate_cap"] is True
    assert found["effective_rate_bps"] >= 1_268


def test_preview__csv__columns_of_a_loan(tmp_path: Path) -> None:
    lines = CommandLine(tmp_path).csv("schedule", *TERMS, "--method", "ANNUITY", "--unit", "1000").decode()
    rows = lines.split("\r\n")
    assert rows[:2] == ["instalment,due_on,principal,interest", "1,2025-02-28,947000,120000"]
    assert len(rows) == 14


def test_preview__in_words__with_the_cost_and_a_warning_above_the_cap(tmp_path: Path) -> None:
    terms = [*TERMS, "--method", "FLAT", "--grace", "2", "--fee", "600000"]
    terms[3] = "2400"
    done = CommandLine(tmp_path).run("schedule", *terms)
    assert "2.880.000" in done.stdout.decode()
    assert "Above the cap" in done.stderr.decode()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Name a loan's number"),
        (("7", *TERMS, "--method", "FLAT"), "Name a loan's number"),
        (TERMS, "Name a loan's number"),
        ((*TERMS, "--method", "FLAT", "--unit", "5"), "--unit 5: choose 1, 10, 100"),
        ((*TERMS, "--method", "FLAT", "--grace", "12"), "grace of 12 months"),
        ((*TERMS, "--method", "FLAT", "--fee", "12000000"), "fee 12000000"),
        ((*TERMS[:-1], "2025-02-30", "--method", "FLAT"), "write a date YYYY-MM-DD"),
        (("--principal", "0", *TERMS[2:], "--method", "FLAT"), "principal 0"),
        ((*TERMS[:5], "361", *TERMS[6:], "--method", "FLAT"), "361 months"),
    ],
)
def test_preview__terms_that_cannot_be__are_refused_in_words(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = CommandLine(tmp_path).run("schedule", *arguments, exit_code=2)
    assert said in done.stderr.decode()
    assert "Gagal" in done.stderr.decode()
