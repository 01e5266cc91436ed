"""The worked example: the statement of examples/bank beside the books of ksp-kecil, in both forms."""

from pathlib import Path

from backend.workbench.csv_statement import read_csv
from backend.workbench.mt940_statement import read_mt940
from backend.workbench.profiles import read_profile, read_rules
from rules.bank_matching import RULES
from rules.calendar import day_text, parse_day
from rules.types import Channel
from tests.backend.workbench.ground import FIRST, Office

EXAMPLE = Path(__file__).parents[3] / "examples" / "bank"
LAST = parse_day("2025-02-28")
FOUND = [
    ("2025-01-05", "BANK_ONLY", "DOUBLED", 150_000),
    ("2025-01-25", "BANK_ONLY", "WRONG_AMOUNT", 1_090_000),
    ("2025-01-31", "BANK_ONLY", "BANK_CHARGE", -15_000),
    ("2025-02-10", "BANK_ONLY", "MISSING_ENTRY", 750_000),
    ("2025-02-24", "BANK_ONLY", "IN_TRANSIT", 500_000),
    ("2025-02-28", "BANK_ONLY", "BANK_CHARGE", -15_000),
    ("2025-02-28", "BANK_ONLY", "BANK_INTEREST", 42_017),
    ("2025-01-20", "BOOKS_ONLY", "IN_TRANSIT", -500_000),
    ("2025-01-25", "BOOKS_ONLY", "WRONG_AMOUNT", -1_000_000),
    ("2025-01-31", "BOOKS_ONLY", "MISSING_AT_BANK", -5_200_000),
]


def test_example__gives_the_differences_that_its_page_tells(office: Office) -> None:
    content = (EXAMPLE / "ksp-kecil-2025-01-02.csv").read_bytes()
    told = read_csv(content, read_profile(EXAMPLE / "profile.toml"), Channel.BANK, (FIRST, LAST))
    office.bench.importer.run(told, content)
    office.bench.matching.run(office.books, Channel.BANK)
    listed = [each.finding for each in office.bench.listed(office.amounts)]
    assert [(day_text(each.day), each.kind, each.cause, each.amount) for each in listed] == FOUND
    found = office.bench.reconciliation(office.amounts, Channel.BANK, LAST)
    assert found.amount("Unexplained") == 0
    assert found.amount("AdjustedBalance") == found.amount("BankBalance") == told.closing


def test_example__as_mt940__is_the_same_statement() -> None:
    content = (EXAMPLE / "ksp-kecil-2025-01-02.csv").read_bytes()
    one = read_csv(content, read_profile(EXAMPLE / "profile.toml"), Channel.BANK, (FIRST, LAST))
    other = read_mt940((EXAMPLE / "ksp-kecil-2025-01-02.sta").read_bytes(), Channel.BANK)
    assert [(line.day, line.amount) for line in one.lines] == [
        (line.day, line.amount) for line in other.lines
    ]
    assert (one.opening, one.closing, one.account) == (other.opening, other.closing, other.account)


def test_example__rules__are_those_of_the_house_with_more_days() -> None:
    rules = read_rules(EXAMPLE / "rules.toml")
    assert [each.kind for each in rules] == [each.kind for each in RULES]
    assert [each.days for each in rules] == [31, 31, 0, 5, 5, 0]
