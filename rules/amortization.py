"""Loans: schedules, the rate cap, allocation of payments, early payoff.

The rules are those of examples/README.md, "Instalments" and "A payment". Amounts are whole rupiah, rates are
basis points a year, a month's rate is `annual_rate_bps / 120000`, and every rounding is to the nearest rupiah
with halves up.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Final

from rules.calendar import add_months, month_of_day
from rules.rounding import div_half_up
from rules.types import MAX_RUPIAH, ZERO, BasisPoints, LoanMethod, Rupiah, WibDay

MONTHLY: Final = 120_000
"""Divides basis points a year into a month's rate."""
MAX_MONTHS: Final = 360
MAX_RATE_BPS: Final = 2**16 - 1
RATE_CAP_BPS: Final = BasisPoints(2_400)
"""At most this rate, declining equivalent (docs/regulation.md)."""


class OverpaymentError(ValueError):
    """A payment above all that is unpaid of the schedule; `excess` is the rupiah too many."""

    def __init__(self, amount: int, excess: int) -> None:
        super().__init__(f"payment of {amount} is {excess} more than all that is unpaid of the schedule")
        self.amount = amount
        self.excess = excess


@dataclass(frozen=True, slots=True)
class LoanTerms:
    """What the borrower accepted: rupiah, basis points a year, months, method, day paid out."""

    principal: Rupiah
    annual_rate_bps: BasisPoints
    months: int
    method: LoanMethod
    disbursed_on: WibDay

    def __post_init__(self) -> None:
        if not 1 <= self.principal <= MAX_RUPIAH:
            raise ValueError(f"principal {self.principal} is not between 1 and {MAX_RUPIAH}")
        if not 0 <= self.annual_rate_bps <= MAX_RATE_BPS:
            raise ValueError(f"rate {self.annual_rate_bps} bps is not between 0 and {MAX_RATE_BPS}")
        if not 1 <= self.months <= MAX_MONTHS:
            raise ValueError(f"term of {self.months} months is not between 1 and {MAX_MONTHS}")


@dataclass(frozen=True, slots=True)
class Instalment:
    """What is due on a day, in rupiah; numbers start at 1."""

    number: int
    due_on: WibDay
    principal: Rupiah
    interest: Rupiah


@dataclass(frozen=True, slots=True)
class LoanState:
    """What has been paid: in all, and within the next instalment, which is the first not paid in full."""

    principal_paid: Rupiah = ZERO
    interest_paid: Rupiah = ZERO
    next_instalment: int = 1
    next_principal_paid: Rupiah = ZERO
    next_interest_paid: Rupiah = ZERO


@dataclass(frozen=True, slots=True)
class Allocation:
    """A payment, or a payoff, split into principal and interest in rupiah."""

    principal: Rupiah
    interest: Rupiah

    @property
    def total(self) -> Rupiah:
        return Rupiah(self.principal + self.interest)


@lru_cache(maxsize=4096)
def annuity_payment(principal: int, annual_rate_bps: int, months: int) -> Rupiah:
    """The constant payment P * i * (1 + i)^n / ((1 + i)^n - 1) in rupiah, exact, then rounded half up.

    At rate 0 it is `principal // months`.
    """
    if annual_rate_bps == 0:
        return Rupiah(principal // months)
    rate = Fraction(annual_rate_bps, MONTHLY)
    growth = (1 + rate) ** months
    payment = principal * rate * growth / (growth - 1)
    return Rupiah(div_half_up(payment.numerator, payment.denominator))


def schedule(terms: LoanTerms) -> list[Instalment]:
    """All instalments; their principal adds up to the loan's."""
    return [
        Instalment(number, due_day(terms, number), due.principal, due.interest)
        for number, due in enumerate(_all_due(terms), 1)
    ]


def total_interest(terms: LoanTerms) -> Rupiah:
    """The interest of all instalments, in rupiah."""
    return Rupiah(sum(due.interest for due in _all_due(terms)))


def within_rate_cap(terms: LoanTerms, cap_bps: BasisPoints = RATE_CAP_BPS, fees: Rupiah = ZERO) -> bool:
    """Whether interest and fees are within the cap, declining equivalent (docs/regulation.md).

    They may be at most the interest of the DECLINING schedule at `cap_bps` on the same principal and months;
    both are the totals of the rounded schedules, in rupiah.
    """
    if cap_bps < 0 or fees < 0:
        raise ValueError(f"cap {cap_bps} bps and fees {fees} must not be negative")
    capped = LoanTerms(terms.principal, cap_bps, terms.months, LoanMethod.DECLINING, terms.disbursed_on)
    return total_interest(terms) + fees <= total_interest(capped)


def due_day(terms: LoanTerms, number: int) -> WibDay:
    """The day instalment `number` is due: that many calendar months after the loan was paid out."""
    return add_months(terms.disbursed_on, number)


def running_instalment(terms: LoanTerms, day: WibDay) -> int:
    """The number of the first instalment due after `day`; the last if none is."""
    number = max(month_of_day(day) - month_of_day(terms.disbursed_on), 1)
    if due_day(terms, number) <= day:
        number += 1
    return min(number, terms.months)


def is_closed(terms: LoanTerms, state: LoanState) -> bool:
    """Whether nothing is unpaid.

    The principal alone tells: in every instalment interest goes before principal, and once no principal is
    outstanding the instalments that remain are empty.
    """
    return state.principal_paid == terms.principal


def apply_payment(terms: LoanTerms, state: LoanState, amount: Rupiah) -> tuple[LoanState, Allocation]:
    """Pay the oldest unpaid instalments first, in each interest before principal.

    Touches only the instalments that it pays. OverpaymentError if something is left at the end of the
    schedule, ValueError unless `amount` is above 0.
    """
    if amount <= 0:
        raise ValueError(f"a payment of {amount} is not above 0")
    left: int = amount
    principal_paid: int = state.principal_paid
    number = state.next_instalment
    within_principal: int = state.next_principal_paid
    within_interest: int = state.next_interest_paid
    while left:
        if principal_paid == terms.principal:
            raise OverpaymentError(amount, left)
        due = _due(terms, number, terms.principal - principal_paid + within_principal)
        interest = min(left, due.interest - within_interest)
        principal = min(left - interest, due.principal - within_principal)
        left -= interest + principal
        principal_paid += principal
        within_interest += interest
        within_principal += principal
        if within_interest == due.interest and within_principal == due.principal:
            number, within_interest, within_principal = number + 1, 0, 0
    paid_principal = principal_paid - state.principal_paid
    allocation = Allocation(Rupiah(paid_principal), Rupiah(amount - paid_principal))
    interest_paid = Rupiah(state.interest_paid + allocation.interest)
    paid = LoanState(
        Rupiah(principal_paid), interest_paid, number, Rupiah(within_principal), Rupiah(within_interest)
    )
    return paid, allocation


def payoff(terms: LoanTerms, state: LoanState, day: WibDay) -> Allocation:
    """What closes the loan on `day`, in rupiah.

    The outstanding principal, and the unpaid interest of all instalments up to the running one.
    """
    principal = terms.principal - state.principal_paid
    scheduled = principal + state.next_principal_paid
    interest = -state.next_interest_paid
    for number in range(state.next_instalment, running_instalment(terms, day) + 1):
        due = _due(terms, number, scheduled)
        interest += due.interest
        scheduled -= due.principal
    return Allocation(Rupiah(principal), Rupiah(max(interest, 0)))


def apply_payoff(terms: LoanTerms, state: LoanState, day: WibDay) -> tuple[LoanState, Allocation]:
    """Close the loan by its payoff of `day`; later interest falls away."""
    paid = payoff(terms, state, day)
    interest_paid = Rupiah(state.interest_paid + paid.interest)
    return LoanState(terms.principal, interest_paid, terms.months + 1), paid


def _all_due(terms: LoanTerms) -> Iterator[Allocation]:
    outstanding: int = terms.principal
    for number in range(1, terms.months + 1):
        due = _due(terms, number, outstanding)
        outstanding -= due.principal
        yield due


def _due(terms: LoanTerms, number: int, outstanding: int) -> Allocation:
    """Instalment `number`, where `outstanding` is the principal outstanding by schedule before it."""
    base = terms.principal if terms.method is LoanMethod.FLAT else outstanding
    interest = div_half_up(base * terms.annual_rate_bps, MONTHLY)
    if number >= terms.months:
        principal = outstanding
    elif terms.method is LoanMethod.ANNUITY:
        payment = annuity_payment(terms.principal, terms.annual_rate_bps, terms.months)
        principal = min(payment - interest, outstanding)
    else:
        principal = terms.principal // terms.months
    return Allocation(Rupiah(principal), Rupiah(interest))
