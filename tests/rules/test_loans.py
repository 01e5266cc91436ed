"""A loan over its versions: figures worked by hand, and nothing lost or created in any order of events."""

from dataclasses import replace
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.amortization import LoanState, LoanTerms, OverpaymentError, due_day, schedule, total_interest
from rules.calendar import add_months, day_text, parse_day
from rules.loans import (
    Amendment,
    Arrears,
    Conditions,
    Loan,
    LoanChangeError,
    LoanClosedError,
    Payment,
    amend,
    arrears,
    draw,
    due,
    outstanding,
    owed,
    pay,
    pay_off,
    pay_up_to,
    payoff_of,
    penalty_cap,
    start,
    take_over,
    waive_penalty,
    write_off,
)
from rules.types import ZERO, BasisPoints, LoanMethod, Rupiah, Waterfall, WibDay

PAID_OUT: Final = parse_day("2025-01-31")
PENALTY: Final = Conditions(BasisPoints(3_650), BasisPoints(1_000))
"""One rupiah a day for each 1,000 overdue, at most a tenth of what was lent."""
PENALTY_FIRST: Final = replace(PENALTY, waterfall=Waterfall.PENALTY_FIRST)
DECLINING: Final = LoanTerms(Rupiah(12_000_000), BasisPoints(1_200), 12, LoanMethod.DECLINING, PAID_OUT)
"""A million of principal a month; interest 120,000, then 10,000 less each month."""


def on(text: str) -> WibDay:
    return parse_day(text)


def rupiah(principal: int, interest: int, penalty: int = 0) -> Payment:
    return Payment(Rupiah(principal), Rupiah(interest), Rupiah(penalty))


def restructured(months: int, **changes: Any) -> Amendment:
    return replace(Amendment(BasisPoints(1_200), months, LoanMethod.DECLINING), **changes)


def test_pay__instalment_first__due_then_penalty_then_to_come() -> None:
    """1,120,000 due on 28 February; on 10 March nine days (1 to 9) at 1,120 a day are owed."""
    loan, day = start(DECLINING, PENALTY), on("2025-03-10")
    assert due(loan, day) == rupiah(1_000_000, 120_000, 10_080)
    assert pay(loan, Rupiah(1_120_000), day)[1] == rupiah(1_000_000, 120_000)
    assert pay(loan, Rupiah(1_125_000), day)[1] == rupiah(1_000_000, 120_000, 5_000)
    assert pay(loan, Rupiah(1_240_090), day)[1] == rupiah(1_000_010, 230_000, 10_080)


def test_pay__penalty_first__before_everything() -> None:
    loan, day = start(DECLINING, PENALTY_FIRST), on("2025-03-10")
    assert pay(loan, Rupiah(10_000), day)[1] == rupiah(0, 0, 10_000)
    assert pay(loan, Rupiah(20_080), day)[1] == rupiah(0, 10_000, 10_080)


@pytest.mark.parametrize(
    ("day", "penalty"), [("2025-02-28", 0), ("2025-03-01", 0), ("2025-03-02", 1_120), ("2025-03-03", 2_240)]
)
def test_due__around_the_due_day__penalty_from_the_end_of_the_day_after(day: str, penalty: int) -> None:
    assert due(start(DECLINING, PENALTY), on(day)).penalty == penalty


def test_due__two_instalments_late__each_from_its_own_due_day() -> None:
    """28 February: 33 days to 2 April; 31 March: 2 days."""
    loan = start(DECLINING, PENALTY)
    assert due(loan, on("2025-04-03")).penalty == 33 * 1_120 + 2 * 1_110


def test_due__for_years__at_most_the_cap() -> None:
    loan = start(DECLINING, PENALTY)
    assert due(loan, on("2035-01-01")).penalty == penalty_cap(loan) == 1_200_000


def test_pay__on_an_earlier_day__counts_no_day_twice_and_none_back() -> None:
    loan, _ = pay(start(DECLINING, PENALTY), Rupiah(20_000), on("2025-03-11"))
    assert due(loan, on("2025-03-11")).penalty == 11_200
    earlier, _ = pay(loan, Rupiah(100_000), on("2025-03-05"))
    assert due(earlier, on("2025-03-11")).penalty == 11_200
    assert due(earlier, on("2025-03-12")).penalty == 11_200 + 1_000


def test_pay__last_instalment_late__closes_with_the_penalty_only() -> None:
    terms = replace(DECLINING, months=1)
    day = on("2025-03-10")
    loan, _ = pay(start(terms, PENALTY), Rupiah(12_120_000), day)
    assert outstanding(loan) == 0
    assert not loan.closed
    assert owed(loan, day) == rupiah(0, 0, 109_080)
    assert pay(loan, Rupiah(109_080), day)[0].closed
    assert waive_penalty(loan, Rupiah(109_080), day).closed


def test_pay__above_all_that_is_owed__refused_with_the_excess() -> None:
    loan = start(DECLINING, PENALTY)
    with pytest.raises(OverpaymentError) as error:
        pay(loan, Rupiah(12_780_001), PAID_OUT)
    assert error.value.excess == 1
    closed, split = pay_up_to(loan, Rupiah(13_000_000), PAID_OUT)
    assert (closed.closed, split) == (True, rupiah(12_000_000, 780_000))
    with pytest.raises(LoanClosedError):
        pay(closed, Rupiah(1), PAID_OUT)


def test_pay_off__late__principal_interest_of_the_running_instalment_and_penalty() -> None:
    loan, day = start(DECLINING, PENALTY), on("2025-03-10")
    assert payoff_of(loan, day) == rupiah(12_000_000, 230_000, 10_080)
    closed, split = pay_off(loan, day)
    assert split == payoff_of(loan, day)
    assert closed.closed
    assert owed(closed, day) == rupiah(0, 0)


def test_waive_penalty__more_than_is_owed__refused() -> None:
    with pytest.raises(LoanChangeError, match="10080 rupiah"):
        waive_penalty(start(DECLINING, PENALTY), Rupiah(10_081), on("2025-03-10"))


def test_arrears__partly_paid__since_the_oldest_unpaid() -> None:
    loan, _ = pay(start(DECLINING), Rupiah(1_120_000 + 60_000), on("2025-03-31"))
    assert arrears(loan, on("2025-03-31")) == Arrears(None, None, ZERO, ZERO, ZERO)
    late = on("2025-03-31")
    assert arrears(loan, on("2025-04-01")) == Arrears(late, late, Rupiah(1_000_000), Rupiah(50_000), ZERO)


def test_amend__two_months_unpaid__interest_is_carried_and_principal_begins_anew() -> None:
    loan = amend(start(DECLINING), restructured(24), on("2025-03-31"))
    assert loan.carried == 120_000 + 110_000
    assert loan.carried_since == on("2025-02-28")
    assert (loan.terms.principal, loan.terms.instalments_before, loan.version) == (12_000_000, 2, 2)
    assert day_text(due_day(loan.terms, 1)) == "2025-04-30"
    assert pay(loan, Rupiah(240_000), on("2025-04-01"))[1] == rupiah(0, 240_000)
    assert arrears(loan, on("2025-04-01")).interest == 230_000


def test_amend__a_part_of_the_carried_interest_waived__the_rest_stays_due() -> None:
    loan = amend(start(DECLINING), restructured(24, interest_waived=Rupiah(200_000)), on("2025-03-31"))
    assert due(loan, on("2025-03-31")) == rupiah(0, 30_000)
    with pytest.raises(LoanChangeError, match="230000 rupiah"):
        amend(start(DECLINING), restructured(24, interest_waived=Rupiah(230_001)), on("2025-03-31"))


def test_amend__paid_ahead__begins_with_the_first_instalment_not_wholly_paid() -> None:
    """Two instalments and 50,000 of interest of the third are paid on the first day."""
    loan, _ = pay(start(DECLINING), Rupiah(1_120_000 + 1_110_000 + 50_000), PAID_OUT)
    amended = amend(loan, restructured(20), PAID_OUT)
    assert (amended.terms.instalments_before, amended.terms.principal) == (2, 10_000_000)
    assert amended.state == LoanState(next_interest_paid=Rupiah(50_000))
    assert owed(amended, PAID_OUT).interest == total_interest(amended.terms) - 50_000
    with pytest.raises(LoanChangeError, match="paid ahead"):
        amend(loan, restructured(20, freeze_months=1), PAID_OUT)


def test_amend__freeze__no_interest_but_the_principal_as_with_it() -> None:
    plain = amend(start(DECLINING), restructured(12), PAID_OUT)
    frozen = amend(start(DECLINING), restructured(12, freeze_months=3), PAID_OUT)
    assert [part.interest for part in schedule(frozen.terms)][:4] == [0, 0, 0, 90_000]
    assert [p.principal for p in schedule(frozen.terms)] == [p.principal for p in schedule(plain.terms)]


def test_amend__long_after_the_last_due_day__first_instalment_comes_after_it() -> None:
    loan = amend(start(DECLINING), restructured(6), on("2027-02-28"))
    assert loan.terms.instalments_before == 25
    assert day_text(due_day(loan.terms, 1)) == "2027-03-31"
    assert loan.carried == 780_000


def test_amend__what_the_loan_does_not_allow__refused() -> None:
    loan = start(DECLINING)
    with pytest.raises(LoanChangeError, match="cost more than"):
        amend(loan, restructured(12, annual_rate_bps=BasisPoints(2_401)), PAID_OUT)
    with pytest.raises(ValueError, match="all months"):
        amend(loan, restructured(359), on("2025-03-31"))
    with pytest.raises(LoanChangeError, match="written off"):
        amend(write_off(loan), restructured(12), PAID_OUT)
    second = amend(loan, restructured(12), on("2025-03-31"))
    with pytest.raises(LoanChangeError, match="before version 2 began"):
        amend(second, restructured(12), on("2025-03-30"))


def test_amend__with_penalty__counts_on_what_is_carried_only() -> None:
    """Up to 30 March 30 days on 1,120,000; from 31 March on 120,000 and 110,000 that were due by then."""
    loan = amend(start(DECLINING, PENALTY), restructured(24), on("2025-03-31"))
    assert due(loan, on("2025-03-31")).penalty == 30 * 1_120
    assert due(loan, on("2025-04-05")).penalty == 30 * 1_120 + 5 * 230


def test_draw__within_grace__keeps_what_is_left_of_months_and_grace() -> None:
    terms = replace(DECLINING, months=13, grace_months=3)
    loan = draw(start(terms, undrawn=Rupiah(6_000_000)), Rupiah(6_000_000), on("2025-03-05"))
    assert (loan.terms.months, loan.terms.grace_months, loan.terms.principal) == (12, 2, 18_000_000)
    assert (loan.drawn, loan.undrawn, loan.carried) == (18_000_000, 0, 120_000)
    rows = schedule(loan.terms)
    assert [row.interest for row in rows[:4]] == [180_000, 180_000, 180_000, 162_000]
    assert rows[-1].due_on == add_months(PAID_OUT, 13)


def test_draw__no_instalment_left__refused() -> None:
    with pytest.raises(LoanChangeError, match="no instalment is left"):
        draw(start(DECLINING, undrawn=Rupiah(1)), Rupiah(1), on("2026-01-31"))
    with pytest.raises(ValueError, match="not above 0"):
        draw(start(DECLINING), ZERO, PAID_OUT)


def test_draw__more_than_was_agreed__refused() -> None:
    loan = draw(start(DECLINING, undrawn=Rupiah(1_000)), Rupiah(600), PAID_OUT)
    with pytest.raises(LoanChangeError, match="cannot draw 401: 400 rupiah are left"):
        draw(loan, Rupiah(401), PAID_OUT)
    assert draw(loan, Rupiah(400), PAID_OUT).drawn == 12_001_000


def test_take_over__in_arrears__penalty_from_the_day_after_only() -> None:
    """1,120,000 due on 28 February bears penalty from 1 March, taken over on 9 March from the 10th."""
    taken, day = take_over(DECLINING, PENALTY, LoanState(), on("2025-03-09")), on("2025-03-12")
    assert due(taken, on("2025-03-10")) == rupiah(1_000_000, 120_000)
    assert due(taken, day) == rupiah(1_000_000, 120_000, 2 * 1_120)
    assert due(start(DECLINING, PENALTY), day) == rupiah(1_000_000, 120_000, 11 * 1_120)
    assert arrears(taken, day).due_since == on("2025-02-28")


def test_take_over__book_day_before_it__charges_nothing_for_the_past() -> None:
    """A payment of before that is booked late: neither penalty of then, nor a day counted twice later."""
    taken = take_over(DECLINING, PENALTY, LoanState(), on("2025-03-09"))
    paid, split = pay(taken, Rupiah(1_000), on("2025-03-05"))
    assert split == rupiah(0, 1_000)
    assert due(paid, on("2025-03-11")).penalty == 1_119


def test_write_off__payments__go_on_as_before() -> None:
    loan = write_off(start(DECLINING))
    assert pay(loan, Rupiah(200_000), PAID_OUT)[1] == rupiah(80_000, 120_000)
    with pytest.raises(LoanChangeError, match="written off"):
        write_off(loan)


conditions = st.builds(
    Conditions,
    st.sampled_from([0, 1, 365, 4_000]),
    st.sampled_from([0, 500, 4_000]),
    st.sampled_from(Waterfall),
)


@st.composite
def terms(draw_: st.DrawFn, max_months: int = 36) -> LoanTerms:
    months = draw_(st.integers(1, max_months))
    return LoanTerms(
        Rupiah(draw_(st.integers(1, 10**9))),
        BasisPoints(draw_(st.integers(0, 2_400))),
        months,
        draw_(st.sampled_from(LoanMethod)),
        WibDay(draw_(st.integers(18_000, 19_500))),
        draw_(st.integers(0, months - 1)),
        draw_(st.integers(0, 3)),
    )


events = st.lists(
    st.tuples(
        st.sampled_from(["pay", "pay", "pay", "amend", "draw", "waive"]),
        st.integers(-20, 90),
        st.integers(1, 10**9),
        terms(24),
    ),
    max_size=25,
)


def happen(loan: Loan, kind: str, amount: int, other: LoanTerms, day: WibDay) -> tuple[Loan, Payment]:
    """One event of a history, and what it paid."""
    nothing = rupiah(0, 0)
    match kind:
        case "pay":
            return pay_up_to(loan, Rupiah(amount), day)
        case "amend":
            amendment = Amendment(
                other.annual_rate_bps, other.months, other.method, other.grace_months, other.grace_months
            )
            return amend(loan, amendment, day), nothing
        case "draw":
            return draw(loan, Rupiah(amount), day), nothing
        case _:
            return waive_penalty(loan, Rupiah(amount), day), nothing


@given(terms(), conditions, events)
def test_events__in_any_order__no_rupiah_lost_or_created(
    first: LoanTerms, rules: Conditions, history: list[tuple[str, int, int, LoanTerms]]
) -> None:
    agreed = Rupiah(2 * first.principal)
    loan, day, paid = start(first, rules, first.principal), first.disbursed_on, rupiah(0, 0)
    for kind, later, amount, other in history:
        day = WibDay(max(day + later, first.disbursed_on))
        before = loan
        try:
            loan, split = happen(loan, kind, amount, other, day)
        except (LoanChangeError, LoanClosedError, ValueError):
            continue
        assert min(split) >= 0
        assert loan.drawn + loan.undrawn == agreed
        paid = rupiah(*(a + b for a, b in zip(paid, split, strict=True)))
        assert paid.principal == loan.drawn - outstanding(loan)
        assert outstanding(loan) - outstanding(before) <= loan.drawn - before.drawn
        assert loan.penalty.paid == paid.penalty
        assert paid.penalty + loan.penalty.waived <= penalty_cap(loan)
        if not loan.closed:
            rows = schedule(loan.terms)
            assert sum(row.principal for row in rows) == loan.terms.principal
            assert min(min(row.principal, row.interest) for row in rows) >= 0
            assert [row.due_on for row in rows] == [
                add_months(first.disbursed_on, loan.terms.instalments_before + row.number) for row in rows
            ]
    if not loan.closed:
        last, split = pay_off(loan, day)
        assert paid.principal + split.principal == last.drawn


@given(terms(), conditions, st.lists(st.integers(1, 10**8), min_size=1, max_size=12), st.integers(0, 1_500))
def test_pay__in_parts_or_at_once__leaves_the_same_loan(
    first: LoanTerms, rules: Conditions, amounts: list[int], later: int
) -> None:
    day = WibDay(first.disbursed_on + later)
    once, whole = pay_up_to(start(first, rules), Rupiah(sum(amounts)), day)
    parts, paid = start(first, rules), 0
    for amount in amounts:
        if not parts.closed:
            parts, split = pay_up_to(parts, Rupiah(amount), day)
            paid += split.total
    assert parts == once
    assert paid == whole.total


@given(terms(), conditions, st.lists(st.integers(0, 1_500), min_size=2, max_size=6), st.integers(1, 10**8))
def test_penalty__looked_at_in_between__changes_nothing(
    first: LoanTerms, rules: Conditions, days: list[int], amount: int
) -> None:
    """One rupiah waived and none: the same days are counted however often somebody counts them."""
    loan = start(first, rules)
    day = WibDay(first.disbursed_on + max(days))
    direct, split = pay_up_to(loan, Rupiah(amount), day)
    for later in sorted(days):
        between = WibDay(first.disbursed_on + later)
        if owed(loan, between).penalty:
            loan = waive_penalty(loan, Rupiah(1), between)
    again, same = pay_up_to(loan, Rupiah(amount), day)
    assert again.penalty.numerator == direct.penalty.numerator
    assert split.total - same.total in range(len(days) + 1)


@given(st.integers(18_000, 40_000), st.integers(1, 36), st.lists(st.integers(0, 40), max_size=30))
def test_amend__any_number_of_times__due_days_never_drift(day: int, months: int, gaps: list[int]) -> None:
    first = LoanTerms(Rupiah(10**6), BasisPoints(1_200), months, LoanMethod.DECLINING, WibDay(day))
    loan, now = start(first), WibDay(day)
    for gap in gaps:
        now = WibDay(now + gap)
        loan = amend(loan, restructured(36), now)
        due_on = due_day(loan.terms, 1)
        assert now < due_on <= now + 31
        assert due_on == add_months(WibDay(day), loan.terms.instalments_before + 1)
