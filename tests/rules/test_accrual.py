"""Interest by days, worked by hand: 12,000,000 at 12% a year over 12 months, DECLINING, from 15 January 2025.

An instalment is 1,000,000 and interest: 120,000 in February, 110,000 in March, 100,000 in April.
"""

from dataclasses import replace

import pytest

from rules.accrual import Version, accrued_interest, late_since, next_version, progress
from rules.amortization import LoanTerms
from rules.calendar import day_text, parse_day
from rules.types import BasisPoints, LoanMethod, Rupiah, WibDay

TERMS = LoanTerms(Rupiah(12_000_000), BasisPoints(1_200), 12, LoanMethod.DECLINING, parse_day("2025-01-15"))
VERSION = Version(TERMS)


def accrued(day: str, principal: int = 0, interest: int = 0, version: Version = VERSION) -> int:
    return accrued_interest(version, progress(version, principal, interest), parse_day(day))


@pytest.mark.parametrize(
    ("day", "principal", "interest", "rupiah"),
    [
        ("2025-01-10", 0, 0, 0),
        ("2025-01-15", 0, 0, 0),
        # 16 of 31 days: 120,000 x 16 / 31 = 61,935.48
        ("2025-01-31", 0, 0, 61_935),
        ("2025-02-14", 0, 0, 116_129),
        ("2025-02-15", 0, 0, 120_000),
        # February is due and unpaid; 13 of 28 days of 110,000 are 51,071.43
        ("2025-02-28", 0, 0, 171_071),
        ("2025-02-28", 0, 50_000, 121_071),
        ("2025-02-28", 1_000_000, 120_000, 51_071),
        # 40,000 of March are paid: 11,071 are left; 60,000 are more than what was earned
        ("2025-02-28", 1_000_000, 160_000, 11_071),
        ("2025-02-28", 1_000_000, 180_000, 0),
        # April's 16 of 31 days wait behind March, which is paid ahead
        ("2025-02-28", 2_000_000, 230_000, 0),
        # After the last instalment nothing runs: 78 x 10,000 were due
        ("2026-03-01", 0, 0, 780_000),
        ("2026-03-01", 12_000_000, 780_000, 0),
    ],
)
def test_accrued_interest__day_and_payments__by_hand(
    day: str, principal: int, interest: int, rupiah: int
) -> None:
    assert accrued(day, principal, interest) == rupiah


def test_accrued_interest__half_a_rupiah__goes_up() -> None:
    # 100 at 12% are 1 rupiah a month; 14 of the 28 days to 15 March are half of it.
    small = Version(replace(TERMS, principal=Rupiah(100), months=2, method=LoanMethod.BULLET))
    assert accrued("2025-02-28", 0, 1, small) == 0
    assert accrued("2025-03-01", 0, 1, small) == 1


def test_accrued_interest__amended__carried_is_due_and_the_period_is_the_old_one() -> None:
    terms = replace(TERMS, months=24, instalments_before=2)
    amended = next_version(VERSION, progress(VERSION, 0, 30_000), terms, 200_000)
    assert amended == Version(terms, Rupiah(200_000))
    # 12,000,000 again: 120,000 from 15 March to 15 April; 16 of 31 days are 61,935.48
    assert accrued("2025-03-31", version=amended) == 261_935
    assert accrued("2025-03-31", interest=150_000, version=amended) == 111_935


def test_next_version__paid_ahead_within_the_first_instalment__counts_for_it() -> None:
    paid = progress(VERSION, 1_000_000, 160_000)
    terms = replace(TERMS, principal=Rupiah(11_000_000), months=24, instalments_before=1)
    assert next_version(VERSION, paid, terms, 0).ahead == 40_000
    later = replace(terms, instalments_before=2)
    assert next_version(VERSION, paid, later, 70_000).ahead == 0
    # 51,071 were earned by then, 40,000 of which are paid.
    assert accrued("2025-02-28", version=next_version(VERSION, paid, terms, 0)) == 11_071


def test_accrued_interest__frozen_months__none() -> None:
    frozen = Version(replace(TERMS, freeze_months=2))
    assert accrued("2025-03-15", version=frozen) == 0
    assert accrued("2025-04-15", version=frozen) == 100_000


def test_progress__more_than_the_schedule__leaves_nothing_unpaid() -> None:
    paid = progress(VERSION, 12_000_000, 900_000)
    assert paid.state.next_instalment == 13
    assert late_since(VERSION, paid, parse_day("2026-03-01")) is None


@pytest.mark.parametrize(
    ("day", "principal", "interest", "since"),
    [
        ("2025-02-15", 0, 0, None),
        ("2025-02-16", 0, 0, "2025-02-15"),
        ("2025-02-16", 999_999, 120_000, "2025-02-15"),
        ("2025-02-16", 1_000_000, 120_000, None),
        ("2025-03-16", 1_000_000, 120_000, "2025-03-15"),
    ],
)
def test_late_since__oldest_principal__its_due_day(
    day: str, principal: int, interest: int, since: str | None
) -> None:
    late: WibDay | None = late_since(VERSION, progress(VERSION, principal, interest), parse_day(day))
    assert (late and day_text(late)) == since


def test_late_since__grace__is_not_principal() -> None:
    grace = Version(replace(TERMS, grace_months=3))
    assert late_since(grace, progress(grace, 0, 0), parse_day("2025-05-15")) is None
    assert late_since(grace, progress(grace, 0, 0), parse_day("2025-05-16")) == parse_day("2025-05-15")
