"""Amortised cost beside the contract, by hand where it can be."""

import pytest

from rules.amortization import LoanTerms, schedule
from rules.calendar import parse_day
from rules.effective_interest import effective_difference
from rules.types import BasisPoints, LoanMethod, Rupiah, WibDay

START = parse_day("2025-01-01")


def terms(method: LoanMethod, months: int = 12, rate: int = 1_200) -> LoanTerms:
    return LoanTerms(Rupiah(12_000_000), BasisPoints(rate), months, method, START)


def at_due_dates(of: LoanTerms, fee: int) -> list[int]:
    return [effective_difference(of, Rupiah(fee), due.due_on) for due in schedule(of)]


def test_effective_difference__two_instalments_and_a_fee__by_hand() -> None:
    """12,000,000 less 200,000; 6,120,000 and 6,060,000 back. The monthly rate is the root of
    11,800,000 x^2 - 6,120,000 x - 6,060,000: x = 1.021520..., so that after the first instalment
    11,800,000 x - 6,120,000 = 5,933,936 is left, where the contract says 6,000,000."""
    two = terms(LoanMethod.DECLINING, 2)
    growth = (6_120_000 + (6_120_000**2 + 4 * 11_800_000 * 6_060_000) ** 0.5) / (2 * 11_800_000)
    left = round(11_800_000 * growth - 6_120_000)
    assert at_due_dates(two, 200_000) == [6_000_000 - left, 0]
    assert effective_difference(two, Rupiah(200_000), START) == 200_000


def test_effective_difference__declining_without_fee__is_none_but_for_rounding() -> None:
    assert all(abs(each) <= 6 for each in at_due_dates(terms(LoanMethod.DECLINING), 0))
    assert all(abs(each) <= 6 for each in at_due_dates(terms(LoanMethod.ANNUITY), 0))


def test_effective_difference__flat__is_shown() -> None:
    """Flat interest is too little in the first months: principal was paid down slower than by contract."""
    differences = at_due_dates(terms(LoanMethod.FLAT), 0)
    assert differences[-1] == 0
    assert all(each < 0 for each in differences[:-1])
    assert min(differences) < -100_000


def test_effective_difference__outside_the_life_of_the_loan__is_nought() -> None:
    own = terms(LoanMethod.FLAT)
    assert effective_difference(own, Rupiah(0), WibDay(START - 1)) == 0
    assert effective_difference(own, Rupiah(0), schedule(own)[-1].due_on) == 0


def test_effective_difference__fee_of_the_whole_principal__is_refused() -> None:
    with pytest.raises(ValueError, match="fee 12000000"):
        effective_difference(terms(LoanMethod.FLAT), Rupiah(12_000_000), START)
