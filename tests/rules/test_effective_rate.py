from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.amortization import LoanTerms, schedule
from rules.effective_rate import effective_rate_bps
from rules.types import ZERO, BasisPoints, LoanMethod, Rupiah, WibDay


def loan(principal: int, rate: int, months: int, method: LoanMethod) -> LoanTerms:
    return LoanTerms(Rupiah(principal), BasisPoints(rate), months, method, WibDay(20_000))


@pytest.mark.parametrize(
    ("terms", "fee", "rate"),
    [
        (loan(12_000_000, 1_200, 12, LoanMethod.ANNUITY), 0, 1_268),
        (loan(12_000_000, 1_200, 12, LoanMethod.DECLINING), 0, 1_268),
        (loan(12_000_000, 1_200, 12, LoanMethod.BULLET), 0, 1_268),
        (loan(1_000_000, 0, 12, LoanMethod.FLAT), 0, 0),
        (loan(1_000_000, 0, 1, LoanMethod.FLAT), 9_901, 1_268),
    ],
)
def test_effective_rate_bps__one_percent_a_month__twelfth_power(
    terms: LoanTerms, fee: int, rate: int
) -> None:
    """1.01^12 - 1 = 12.68%, whatever is outstanding; a fee of 9,901 of a million is 1% of what is got."""
    assert effective_rate_bps(terms, Rupiah(fee)) == rate


def test_effective_rate_bps__flat_for_a_year__nearly_twice_the_rate() -> None:
    """Found by hand with RATE(12; 1120000; -12000000) = 1.788% a month."""
    assert effective_rate_bps(loan(12_000_000, 1_200, 12, LoanMethod.FLAT)) == 2_370


@given(
    st.integers(10**4, 10**12),
    st.integers(0, 2_400),
    st.integers(1, 48),
    st.sampled_from(LoanMethod),
    st.integers(0, 20),
)
def test_effective_rate_bps__any_terms__discounts_to_what_was_received(
    principal: int, rate: int, months: int, method: LoanMethod, fee_percent: int
) -> None:
    """At half a basis point less the payments are worth more than was received, at half one more less."""
    terms = loan(principal, rate, months, method)
    received = principal - principal * fee_percent // 100
    found = effective_rate_bps(terms, Rupiah(principal - received))
    half = Fraction(1, 2)
    assert worth(terms, found - half) > received > worth(terms, found + half)


def worth(terms: LoanTerms, rate_bps: Fraction) -> Fraction:
    """The payments discounted with a monthly growth that is exact to 10^-30."""
    target, digits = (10_000 + rate_bps) / 10_000, 10**30
    low, high = 0, 10 * digits
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if Fraction(middle, digits) ** 12 <= target else (low, middle)
    growth, value = Fraction(low, digits), Fraction(0)
    for due in reversed(schedule(terms)):
        value = Fraction(round((value + due.principal + due.interest) / growth * digits), digits)
    return value


@pytest.mark.parametrize("fee", [-1, 1_000_000])
def test_effective_rate_bps__fee_out_of_range__refused(fee: int) -> None:
    with pytest.raises(ValueError, match="is not between"):
        effective_rate_bps(loan(1_000_000, 1_200, 12, LoanMethod.FLAT), Rupiah(fee))


def test_effective_rate_bps__hardly_anything_received__refused() -> None:
    assert effective_rate_bps(loan(10**6, 0, 1, LoanMethod.FLAT), ZERO) == 0
    with pytest.raises(ValueError, match="is above"):
        effective_rate_bps(loan(10**6, 0, 1, LoanMethod.FLAT), Rupiah(10**6 - 1))
