import pytest
from day_books import EXAMPLES, read
from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import parse_month
from rules.receipts import (
    Series,
    journal_receipt,
    loan_receipt,
    payroll_receipt,
    receipts_of,
    ref_of,
    series_of,
    share_receipt,
    slip_receipt,
)


def test_receipts__usual_references__series_year_and_number() -> None:
    assert slip_receipt("SLIP-2025-00044") == 1 << 56 | 2025 << 40 | 44
    assert journal_receipt("JRN-2025-0001") == 3 << 56 | 2025 << 40 | 1
    assert payroll_receipt(parse_month("2025-03"), 7) == 2 << 56 | 202503 << 32 | 7
    assert loan_receipt(12) == 4 << 56 | 12
    assert share_receipt(2025, 101) == 6 << 56 | 2025 << 32 | 101


@pytest.mark.parametrize(
    ("receipt", "text"),
    [
        (slip_receipt("SLIP-2025-00044"), "SLIP-2025-00044"),
        (slip_receipt("SLIP-2025-123456789"), "SLIP-2025-123456789"),
        (journal_receipt("JRN-0001-0001"), "JRN-0001-0001"),
        (payroll_receipt(parse_month("2025-12"), 2**32 - 1), "2025-12 row 4294967295"),
        (loan_receipt(12), "loan 12"),
        (share_receipt(2025, 101), "SHU 2025 member 101"),
        (share_receipt(2025, 0), "SHU 2025"),
        (slip_receipt("A/17"), None),
    ],
)
def test_ref_of__every_series__gives_the_reference_back(receipt: int, text: str | None) -> None:
    assert ref_of(receipt) == text
    assert receipt in receipts_of(text or "A/17")


@pytest.mark.parametrize("text", ["loan 0", "2025-13 row 1", "2025-01 row 4294967296", "SHU 70000"])
def test_receipts_of__what_no_paper_has__is_none_of_ours(text: str) -> None:
    assert not {Series.LOAN, Series.PAYROLL, Series.SURPLUS} & {series_of(each) for each in receipts_of(text)}


def test_receipts_of__a_text__may_be_a_slip_or_a_journal() -> None:
    assert receipts_of("KW/7") == (slip_receipt("KW/7"), journal_receipt("KW/7"))


@pytest.mark.parametrize(
    "ref",
    [
        "SLIP-2025-44",
        "SLIP-2025-000044",
        "slip-2025-00044",
        "BKT-2025-00044",
        "SLIP-2025-00044\n",
        "SLIP-\uff12\uff10\uff12\uff15-00044",
        "",
    ],
)
def test_slip_receipt__another_spelling__is_another_receipt(ref: str) -> None:
    receipt = slip_receipt(ref)
    assert receipt != slip_receipt("SLIP-2025-00044")
    assert receipt >> 55 == 0b11
    assert ref_of(receipt) is None


@given(st.text(), st.text())
def test_slip_receipt__any_two_references__differ_unless_equal(one: str, other: str) -> None:
    try:
        same = slip_receipt(one) == slip_receipt(other)
    except UnicodeEncodeError:
        return
    assert same is (one == other)
    assert series_of(slip_receipt(one)) is Series.SLIP
    assert slip_receipt(one) < 2**64


def test_receipts__whole_year_of_the_examples__no_two_alike() -> None:
    slips = {row["ref"] for row in read(EXAMPLES / "ksp-samosir" / "teller.csv")}
    journals = {row["ref"] for row in read(EXAMPLES / "ksp-samosir" / "journal.csv")}
    receipts = {slip_receipt(ref) for ref in slips} | {journal_receipt(ref) for ref in journals}
    assert len(receipts) == len(slips) + len(journals)


@pytest.mark.parametrize("row", [0, -1, 2**32])
def test_payroll_receipt__row_out_of_range__refused(row: int) -> None:
    with pytest.raises(ValueError, match="no receipt number"):
        payroll_receipt(parse_month("2025-01"), row)


@pytest.mark.parametrize("loan", [0, -1, 2**56])
def test_loan_receipt__number_out_of_range__refused(loan: int) -> None:
    with pytest.raises(ValueError, match="no receipt number"):
        loan_receipt(loan)


@pytest.mark.parametrize(("year", "member"), [(1 << 16, 1), (-1, 1), (2025, 1 << 32), (2025, -1)])
def test_share_receipt__no_such_share__refused(year: int, member: int) -> None:
    with pytest.raises(ValueError, match="has no share"):
        share_receipt(year, member)


def test_series_of__unknown_series__refused() -> None:
    with pytest.raises(ValueError):
        series_of(9 << 56)
