from fractions import Fraction
from math import floor

import pytest
from day_books import EXAMPLES, read
from hypothesis import given
from hypothesis import strategies as st

from rules.amortization import (
    Allocation,
    LoanState,
    LoanTerms,
    OverpaymentError,
    annuity_payment,
    apply_payment,
    apply_payoff,
    due_day,
    is_closed,
    payoff,
    running_instalment,
    schedule,
    total_interest,
    within_rate_cap,
)
from rules.calendar import day_text, parse_day
from rules.types import MAX_RUPIAH, ZERO, BasisPoints, LoanMethod, Rupiah, WibDay

PAID_OUT = parse_day("2025-01-31")


def loan(principal: int, rate: int, months: int, method: LoanMethod, day: WibDay = PAID_OUT) -> LoanTerms:
    return LoanTerms(Rupiah(principal), BasisPoints(rate), months, method, day)


TWELVE_MILLION = {method: loan(12_000_000, 1200, 12, method) for method in LoanMethod}
ANNUITY = TWELVE_MILLION[LoanMethod.ANNUITY]

any_terms = st.builds(
    loan,
    st.integers(1, 10**12),
    st.integers(0, 2400),
    st.integers(1, 360),
    st.sampled_from(LoanMethod),
    st.integers(0, 40_000),
)
short_terms = st.builds(
    loan, st.integers(1, 10**8), st.integers(0, 2400), st.integers(1, 24), st.sampled_from(LoanMethod)
)


@pytest.mark.parametrize(
    ("method", "interest"),
    [(LoanMethod.FLAT, 1_440_000), (LoanMethod.DECLINING, 780_000), (LoanMethod.ANNUITY, 794_226)],
)
def test_total_interest__twelve_million_for_a_year__worked_example(method: LoanMethod, interest: int) -> None:
    assert total_interest(TWELVE_MILLION[method]) == interest


def test_schedule__annuity__equal_instalments_and_the_rest_in_the_last() -> None:
    totals = [instalment.principal + instalment.interest for instalment in schedule(ANNUITY)]
    assert totals == [1_066_185] * 11 + [1_066_191]


def test_schedule__paid_out_on_31_january__due_on_31st_or_last_day_without_drift() -> None:
    days = [day_text(instalment.due_on) for instalment in schedule(TWELVE_MILLION[LoanMethod.FLAT])]
    assert days[:4] == ["2025-02-28", "2025-03-31", "2025-04-30", "2025-05-31"]
    assert days[-1] == "2026-01-31"


@pytest.mark.parametrize("folder", ["ksp-kecil", "ksp-samosir"])
def test_schedule__every_loan_of_the_examples__as_expected(folder: str) -> None:
    loans = read(EXAMPLES / folder / "loans.csv")
    for row in loans:
        terms = loan(
            int(row["principal"]),
            int(row["annual_rate_bps"]),
            int(row["months"]),
            LoanMethod[row["method"]],
            parse_day(row["disbursed_on"]),
        )
        found = [
            {
                "instalment": str(due.number),
                "due_on": day_text(due.due_on),
                "principal": str(due.principal),
                "interest": str(due.interest),
            }
            for due in schedule(terms)
        ]
        file = EXAMPLES / folder / "expected" / "schedules" / f"loan-{int(row['loan_no']):04d}.csv"
        assert found == read(file), file.name
    assert len(loans) == len(list((EXAMPLES / folder / "expected" / "schedules").iterdir()))


@given(any_terms)
def test_schedule__any_terms__principal_adds_up_and_nothing_is_negative(terms: LoanTerms) -> None:
    instalments = schedule(terms)
    assert sum(due.principal for due in instalments) == terms.principal
    assert all(due.principal >= 0 and due.interest >= 0 for due in instalments)
    assert [due.number for due in instalments] == list(range(1, terms.months + 1))
    assert all(day_text(due.due_on)[8:] <= day_text(terms.disbursed_on)[8:] for due in instalments)


@given(any_terms)
def test_total_interest__any_terms__flat_is_dearest(terms: LoanTerms) -> None:
    flat, declining, annuity = (
        total_interest(loan(terms.principal, terms.annual_rate_bps, terms.months, method))
        for method in (LoanMethod.FLAT, LoanMethod.DECLINING, LoanMethod.ANNUITY)
    )
    assert declining <= flat + terms.months
    assert annuity <= flat + terms.months


@pytest.mark.parametrize(
    ("principal", "rate", "months", "payment"),
    [
        (12_000_000, 1200, 12, 1_066_185),
        (12_000_000, 0, 12, 1_000_000),
        (1_000_000, 2400, 1, 1_020_000),
        (1, 2400, 360, 0),
        (25, 2400, 360, 1),
        (MAX_RUPIAH, 2400, 1, 9_407_839_477_591_871_323),
    ],
)
def test_annuity_payment__edges__worked_by_hand(principal: int, rate: int, months: int, payment: int) -> None:
    assert annuity_payment(principal, rate, months) == payment


@given(st.integers(1, 10**12), st.integers(1, 2400), st.integers(1, 360))
def test_annuity_payment__any_terms__nearest_rupiah_of_the_present_value(p: int, rate: int, n: int) -> None:
    discount = 1 / (1 + Fraction(rate, 120_000))
    worth_of_one_a_month = discount * (1 - discount**n) / (1 - discount)
    assert annuity_payment(p, rate, n) == floor(p / worth_of_one_a_month + Fraction(1, 2))


def test_schedule__annuity_rounded_up__never_more_principal_than_outstanding() -> None:
    instalments = schedule(loan(100, 2400, 60, LoanMethod.ANNUITY))
    outstanding = 100
    for due in instalments:
        assert due.principal <= outstanding
        outstanding -= due.principal
    assert instalments[-1].principal == instalments[-1].interest == 0


@pytest.mark.parametrize(("rate", "within"), [(1300, True), (1301, False)])
def test_within_rate_cap__flat_over_a_year__two_n_f_over_n_plus_one(rate: int, within: bool) -> None:
    """24 x 13/24: a flat rate of 13% for 12 months costs what 24% declining does."""
    assert within_rate_cap(loan(12_000_000, rate, 12, LoanMethod.FLAT)) is within


def test_within_rate_cap__fees__count_as_interest() -> None:
    terms = TWELVE_MILLION[LoanMethod.FLAT]
    assert within_rate_cap(terms, fees=Rupiah(120_000))
    assert not within_rate_cap(terms, fees=Rupiah(120_001))


def test_within_rate_cap__annuity_at_24_percent__dearer_than_declining_at_24_percent() -> None:
    assert within_rate_cap(loan(12_000_000, 2400, 12, LoanMethod.DECLINING))
    assert not within_rate_cap(loan(12_000_000, 2400, 12, LoanMethod.ANNUITY))


def test_apply_payment__partial__interest_before_principal() -> None:
    first = schedule(ANNUITY)[0]
    state, paid = apply_payment(ANNUITY, LoanState(), Rupiah(100_000))
    assert paid == Allocation(ZERO, Rupiah(100_000))
    state, paid = apply_payment(ANNUITY, state, Rupiah(100_000))
    assert paid == Allocation(Rupiah(80_000), Rupiah(20_000))
    state, paid = apply_payment(ANNUITY, state, Rupiah(866_185))
    assert paid == Allocation(Rupiah(first.principal - 80_000), ZERO)
    assert state == LoanState(first.principal, first.interest, 2)


@given(short_terms, st.lists(st.integers(1, 10**8), max_size=30))
def test_apply_payment__any_payments__same_as_walking_the_schedule(
    terms: LoanTerms, amounts: list[int]
) -> None:
    due = [part for row in schedule(terms) for part in (("i", row.interest), ("p", row.principal))]
    unpaid = terms.principal + total_interest(terms)
    state, paid = LoanState(), 0
    for amount in amounts:
        if amount > unpaid - paid:
            with pytest.raises(OverpaymentError) as error:
                apply_payment(terms, state, Rupiah(amount))
            assert error.value.excess == amount - (unpaid - paid)
            continue
        state, allocation = apply_payment(terms, state, Rupiah(amount))
        assert allocation.total == amount
        paid += amount
        left, expected = paid, {"i": 0, "p": 0}
        for kind, part in due:
            expected[kind] += min(left, part)
            left -= min(left, part)
        assert (state.interest_paid, state.principal_paid) == (expected["i"], expected["p"])
        assert is_closed(terms, state) is (paid == unpaid)


@given(short_terms)
def test_apply_payment__all_at_once__closes(terms: LoanTerms) -> None:
    state, paid = apply_payment(terms, LoanState(), Rupiah(terms.principal + total_interest(terms)))
    assert is_closed(terms, state)
    assert paid == Allocation(terms.principal, total_interest(terms))


@pytest.mark.parametrize("amount", [0, -1])
def test_apply_payment__nothing__refused(amount: int) -> None:
    with pytest.raises(ValueError, match="not above 0"):
        apply_payment(ANNUITY, LoanState(), Rupiah(amount))


@pytest.mark.parametrize(
    ("day", "running"),
    [
        ("2025-01-31", 1),
        ("2025-02-27", 1),
        ("2025-02-28", 2),
        ("2025-03-30", 2),
        ("2026-01-30", 12),
        ("2027-06-01", 12),
    ],
)
def test_running_instalment__around_due_dates__first_due_after_the_day(day: str, running: int) -> None:
    assert running_instalment(ANNUITY, parse_day(day)) == running


@given(any_terms, st.integers(0, 12_000))
def test_running_instalment__any_day__first_due_after_the_day(terms: LoanTerms, later: int) -> None:
    day = WibDay(terms.disbursed_on + later)
    after = [number for number in range(1, terms.months + 1) if due_day(terms, number) > day]
    assert running_instalment(terms, day) == (after[0] if after else terms.months)


def test_payoff__on_the_day_paid_out__principal_and_first_interest() -> None:
    assert payoff(ANNUITY, LoanState(), PAID_OUT) == Allocation(Rupiah(12_000_000), Rupiah(120_000))


def test_payoff__two_months_unpaid__interest_of_three_instalments() -> None:
    interest = sum(due.interest for due in schedule(ANNUITY)[:3])
    assert payoff(ANNUITY, LoanState(), parse_day("2025-03-31")).interest == interest


def test_payoff__partly_paid__only_what_is_unpaid() -> None:
    state, _ = apply_payment(ANNUITY, LoanState(), Rupiah(150_000))
    assert payoff(ANNUITY, state, PAID_OUT) == Allocation(Rupiah(11_970_000), ZERO)


def test_payoff__paid_ahead__no_interest_and_none_back() -> None:
    state, _ = apply_payment(ANNUITY, LoanState(), Rupiah(1_066_185 * 3 + 10))
    owed = Rupiah(12_000_000 - sum(due.principal for due in schedule(ANNUITY)[:3]))
    assert payoff(ANNUITY, state, PAID_OUT) == Allocation(owed, ZERO)


@given(short_terms, st.integers(0, 900), st.integers(0, 100))
def test_apply_payoff__any_day__closes_for_at_most_the_whole_schedule(
    terms: LoanTerms, later: int, percent: int
) -> None:
    amount = (terms.principal + total_interest(terms)) * percent // 100
    state = apply_payment(terms, LoanState(), Rupiah(amount))[0] if amount else LoanState()
    closed, paid = apply_payoff(terms, state, WibDay(terms.disbursed_on + later))
    assert is_closed(terms, closed)
    assert paid.principal == terms.principal - state.principal_paid
    assert closed.interest_paid <= total_interest(terms)
    if later > 800:
        assert closed.interest_paid == total_interest(terms)


@pytest.mark.parametrize(
    ("principal", "rate", "months"),
    [(0, 1200, 12), (MAX_RUPIAH + 1, 1200, 12), (1, -1, 12), (1, 65_536, 12), (1, 1200, 0), (1, 1200, 361)],
)
def test_loan_terms__out_of_range__refused(principal: int, rate: int, months: int) -> None:
    with pytest.raises(ValueError, match="is not between"):
        loan(principal, rate, months, LoanMethod.FLAT)
