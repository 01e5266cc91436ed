"""Interest on sukarela, worked by hand: rupiah x basis points x days, divided by 3,650,000."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import first_day, month_of_day, parse_day, parse_month
from rules.interest import (
    YEAR_BPS,
    InsufficientSavingsError,
    InterestCredit,
    InterestRules,
    RateHistory,
    SukarelaAccount,
)
from rules.types import BasisPoints, Rupiah

SIX_PERCENT = InterestRules(RateHistory(((parse_day("2000-01-01"), BasisPoints(600)),)))


def account(day: str, balance: int, rules: InterestRules = SIX_PERCENT) -> SukarelaAccount:
    return SukarelaAccount().deposit(rules, parse_day(day), Rupiah(balance))[0]


def credit_of(month: str, gross: int, tax: int = 0) -> InterestCredit:
    return InterestCredit(parse_month(month), Rupiah(gross), Rupiah(tax))


def test_deposit__first_touch__no_credit_and_earns_from_that_day() -> None:
    assert account("2025-01-31", 1_000_000) == SukarelaAccount(1_000_000, 0, parse_day("2025-01-31"))


def test_credit__one_day_of_the_month__a_day_of_interest_rest_carried() -> None:
    """1,000,000 x 600 x 1 = 600,000,000 = 164 x 3,650,000 + 1,400,000."""
    after, credited = account("2025-01-31", 1_000_000).credit(SIX_PERCENT, parse_day("2025-02-01"))
    assert credited == (credit_of("2025-01", 164),)
    assert after == SukarelaAccount(1_000_164, 1_400_000, parse_day("2025-02-01"))


@pytest.mark.parametrize(("year", "gross"), [(2024, 47_671), (2025, 46_027)])
def test_credit__whole_february__29_days_in_a_leap_year_over_365(year: int, gross: int) -> None:
    """10,000,000 x 600 x 29 / 3,650,000 = 47,671.2; x 28 = 46,027.4."""
    before = account(f"{year}-02-01", 10_000_000)
    assert before.credit(SIX_PERCENT, parse_day(f"{year}-03-01"))[1] == (credit_of(f"{year}-02", gross),)


def test_credit__rate_changes_in_mid_month__each_day_at_its_rate() -> None:
    """10,000,000 x (600 x 14 + 300 x 16) = 132,000,000,000 = 36,164 x 3,650,000 + 1,400,000."""
    rates = RateHistory(
        ((parse_day("2000-01-01"), BasisPoints(600)), (parse_day("2025-04-15"), BasisPoints(300)))
    )
    rules = InterestRules(rates)
    after, credited = account("2025-04-01", 10_000_000, rules).credit(rules, parse_day("2025-05-01"))
    assert credited == (credit_of("2025-04", 36_164),)
    assert after.accrued == 1_400_000


def test_credit__several_months_late__each_month_apart_and_no_interest_on_interest() -> None:
    """3,650,000 at 6%: 600 a day exactly; 31, 28 and 31 days, and 9 days of April stay accrued."""
    before = account("2025-01-01", 3_650_000)
    after, credited = before.credit(SIX_PERCENT, parse_day("2025-04-10"))
    assert credited == (
        credit_of("2025-01", 18_600),
        credit_of("2025-02", 16_800),
        credit_of("2025-03", 18_600),
    )
    assert after == SukarelaAccount(3_704_000, 3_650_000 * 600 * 9, parse_day("2025-04-10"))


def test_credit__credited_on_time__earns_interest_from_the_credit_on() -> None:
    """February on 3,668,600: x 600 x 28 = 61,632,480,000 = 16,885 x 3,650,000 + 2,230,000."""
    on_time, _ = account("2025-01-01", 3_650_000).credit(SIX_PERCENT, parse_day("2025-02-01"))
    after, credited = on_time.credit(SIX_PERCENT, parse_day("2025-03-01"))
    assert credited == (credit_of("2025-02", 16_885),)
    assert after.accrued == 2_230_000


def test_credit__less_than_a_rupiah_a_month__carried_until_it_is_one() -> None:
    """100 x 600 x 31 = 1,860,000; with 28 days of February 3,540,000; with 31 of March 5,400,000."""
    before = account("2025-01-01", 100)
    after, credited = before.credit(SIX_PERCENT, parse_day("2025-04-01"))
    assert credited == (credit_of("2025-03", 1),)
    assert after == SukarelaAccount(101, 1_750_000, parse_day("2025-04-01"))


@pytest.mark.parametrize(
    ("gross", "tax"), [(0, 0), (240_000, 0), (240_001, 24_000), (240_010, 24_001), (245_000, 24_500)]
)
def test_tax__around_the_threshold__tenth_of_the_whole_rounded_down(gross: int, tax: int) -> None:
    assert SIX_PERCENT.tax(Rupiah(gross)) == tax


def test_credit__above_the_threshold__net_of_tax_in_the_balance() -> None:
    """50,000,000 x 600 x 31 / 3,650,000 = 254,794.5."""
    after, credited = account("2025-01-01", 50_000_000).credit(SIX_PERCENT, parse_day("2025-02-01"))
    assert credited == (credit_of("2025-01", 254_794, 25_479),)
    assert after.balance == 50_000_000 + 229_315


def test_credit__closing_balance_counts__deposit_of_the_day_earns_withdrawn_does_not() -> None:
    day = parse_day("2025-01-10")
    deposited, _ = account("2025-01-01", 3_650_000).deposit(SIX_PERCENT, day, Rupiah(3_650_000))
    withdrawn, _ = deposited.withdraw(SIX_PERCENT, day, Rupiah(7_300_000))
    assert withdrawn.credit(SIX_PERCENT, parse_day("2025-02-01"))[1] == (credit_of("2025-01", 9 * 600),)
    assert deposited.credit(SIX_PERCENT, parse_day("2025-02-01"))[1] == (
        credit_of("2025-01", 9 * 600 + 22 * 1200),
    )


def test_withdraw__credited_interest__can_be_taken_and_no_rupiah_more() -> None:
    before = account("2025-01-01", 3_650_000)
    emptied, credited = before.withdraw(SIX_PERCENT, parse_day("2025-02-01"), Rupiah(3_668_600))
    assert emptied.balance == 0
    assert credited == (credit_of("2025-01", 18_600),)
    with pytest.raises(InsufficientSavingsError) as error:
        before.withdraw(SIX_PERCENT, parse_day("2025-02-01"), Rupiah(3_668_601))
    assert (error.value.amount, error.value.balance) == (3_668_601, 3_668_600)


def test_withdraw__interest_of_the_running_month__not_in_the_balance() -> None:
    with pytest.raises(InsufficientSavingsError):
        account("2025-01-01", 3_650_000).withdraw(SIX_PERCENT, parse_day("2025-01-31"), Rupiah(3_650_001))


def test_credit__day_before_the_last__refused() -> None:
    with pytest.raises(ValueError, match="before the account's last day"):
        account("2025-01-02", 1).credit(SIX_PERCENT, parse_day("2025-01-01"))


@pytest.mark.parametrize("amount", [0, -1])
def test_movement__not_above_zero__refused(amount: int) -> None:
    before = account("2025-01-01", 10)
    for move in (before.deposit, before.withdraw):
        with pytest.raises(ValueError, match="not above 0"):
            move(SIX_PERCENT, parse_day("2025-01-02"), Rupiah(amount))


def test_rate_history__not_rising_or_negative__refused() -> None:
    with pytest.raises(ValueError, match="must rise"):
        RateHistory(((5, 600), (5, 500)))
    with pytest.raises(ValueError, match="negative"):
        RateHistory(((5, -1),))


rate_changes = st.dictionaries(st.integers(20_000, 20_400), st.integers(0, 900), min_size=1, max_size=6)
movements = st.lists(st.tuples(st.integers(0, 90), st.integers(-(10**9), 10**9)), max_size=25)


@given(rate_changes, movements)
def test_interest__any_movements__same_as_adding_day_by_day(
    rates: dict[int, int], moves: list[tuple[int, int]]
) -> None:
    """The slow way: every night the balance earns; a touch credits the months that ended."""
    rules = InterestRules(RateHistory(tuple(sorted(rates.items()))))
    account, touched = SukarelaAccount(), 20_000
    balance, pending, gross_by_month = 0, 0, {}
    for gap, amount in moves:
        for day in range(touched, touched + gap):
            rate = next((rates[start] for start in sorted(rates, reverse=True) if start <= day), 0)
            pending += balance * rate
            if day + 1 == first_day(month_of_day(day) + 1):
                gross_by_month[month_of_day(day)], pending = pending // YEAR_BPS, pending % YEAR_BPS
        touched += gap
        amount = max(amount, -balance)
        balance += sum(gross - rules.tax(gross) for gross in gross_by_month.values())
        if amount > 0:
            account, credited = account.deposit(rules, touched, amount)
        elif amount < 0:
            account, credited = account.withdraw(rules, touched, -amount)
        else:
            account, credited = account.credit(rules, touched)
        balance += amount
        assert {credit.month: credit.gross for credit in credited} == {
            month: gross for month, gross in gross_by_month.items() if gross
        }
        assert (account.balance, account.accrued, account.last_day) == (balance, pending, touched)
        gross_by_month = {}


@given(rate_changes)
def test_rate_history__index__rises_by_the_rate_of_each_day(rates: dict[int, int]) -> None:
    history = RateHistory(tuple(sorted(rates.items())))
    for day, following in pairwise(range(19_990, 20_410)):
        rate = next((rates[start] for start in sorted(rates, reverse=True) if start <= day), 0)
        assert history.index(following) - history.index(day) == rate
