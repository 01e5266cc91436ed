"""Loans: schedules, the rate cap, allocation of payments, early payoff, all within one version of the terms.

The rules are those of docs/decisions/0011-loans.md, "The schedule". Amounts are whole rupiah, rates are basis
points a year, a month's rate is `annual_rate_bps / 120000`, and every rounding of interest is to the nearest
rupiah with halves up. What happens to a loan beyond one version of its terms is in rules/loans.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import takewhile
from typing import Final

from rules.calendar import add_months, month_of_day
from rules.rounding import div_half_up
from rules.types import MAX_RUPIAH, ZERO, BasisPoints, LoanMethod, Rupiah, WibDay

MONTHLY: Final = 120_000
"""Divides basis points a year into a month's rate."""
MAX_MONTHS: Final = 360
MAX_RATE_BPS: Final = 2**16 - 1
MAX_ROUNDING_EXPONENT: Final = 6
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
    """A version of what the borrower accepted: rupiah, basis points a year, months, method, day paid out.

    `grace_months` at the start ask for interest only, `freeze_months` at the start bear none, parts are cut
    to multiples of 10^`rounding_exponent` rupiah, and `instalments_before` came in earlier versions.
    """

    principal: Rupiah
    annual_rate_bps: BasisPoints
    months: int
    method: LoanMethod
    disbursed_on: WibDay
    grace_months: int = 0
    rounding_exponent: int = 0
    freeze_months: int = 0
    instalments_before: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.principal <= MAX_RUPIAH:
            raise ValueError(f"principal {self.principal} is not between 1 and {MAX_RUPIAH}")
        if not 0 <= self.annual_rate_bps <= MAX_RATE_BPS:
            raise ValueError(f"rate {self.annual_rate_bps} bps is not between 0 and {MAX_RATE_BPS}")
        if not 1 <= self.months <= MAX_MONTHS:
            raise ValueError(f"term of {self.months} months is not between 1 and {MAX_MONTHS}")
        if not 0 <= self.grace_months < self.months:
            raise ValueError(f"grace of {self.grace_months} months is not between 0 and {self.months - 1}")
        if not 0 <= self.freeze_months <= self.months:
            raise ValueError(f"freeze of {self.freeze_months} months is not between 0 and {self.months}")
        if not 0 <= self.rounding_exponent <= MAX_ROUNDING_EXPONENT:
            raise ValueError(
                f"exponent {self.rounding_exponent} is not between 0 and {MAX_ROUNDING_EXPONENT}"
            )
        if not 0 <= self.instalments_before <= MAX_MONTHS - self.months:
            raise ValueError(f"all months of a loan together are not between 1 and {MAX_MONTHS}")


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
def annuity_payment(principal: int, annual_rate_bps: int, months: int, rounding_exponent: int = 0) -> Rupiah:
    """The constant payment P * i * (1 + i)^n / ((1 + i)^n - 1) in rupiah, exact, then rounded half up.

    After that it is rounded up to a multiple of 10^rounding_exponent. At rate 0 it is `principal / months`,
    rounded down to such a multiple.
    """
    unit = 10**rounding_exponent
    if annual_rate_bps == 0:
        return Rupiah(principal // months // unit * unit)
    rate = Fraction(annual_rate_bps, MONTHLY)
    growth = (1 + rate) ** months
    payment = principal * rate * growth / (growth - 1)
    return Rupiah(-(-div_half_up(payment.numerator, payment.denominator) // unit) * unit)


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
    both are the totals of the rounded schedules, in rupiah. A rate above the cap never is.
    """
    if cap_bps < 0 or fees < 0:
        raise ValueError(f"cap {cap_bps} bps and fees {fees} must not be negative")
    capped = LoanTerms(terms.principal, cap_bps, terms.months, LoanMethod.DECLINING, terms.disbursed_on)
    return terms.annual_rate_bps <= cap_bps and total_interest(terms) + fees <= total_interest(capped)


def due_day(terms: LoanTerms, number: int) -> WibDay:
    """The day instalment `number` is due: counted in calendar months from the day the loan was paid out."""
    return add_months(terms.disbursed_on, terms.instalments_before + number)


def first_due_after(terms: LoanTerms, day: WibDay) -> int:
    """The number of the first instalment due after `day`, as if there were no last one; at least 1."""
    months = month_of_day(day) - month_of_day(terms.disbursed_on)
    number = max(months - terms.instalments_before, 1)
    return number + 1 if due_day(terms, number) <= day else number


def running_instalment(terms: LoanTerms, day: WibDay) -> int:
    """The number of the first instalment due after `day`; the last if none is."""
    return min(first_due_after(terms, day), terms.months)


def scheduled_outstanding(terms: LoanTerms, day: WibDay) -> Rupiah:
    """The principal outstanding after `day` if every instalment is paid when it is due, in rupiah."""
    paid = sum(due.principal for due in schedule(terms) if due.due_on <= day)
    return Rupiah(terms.principal - paid)


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


def unpaid_parts(terms: LoanTerms, state: LoanState) -> Iterator[Instalment]:
    """The instalments that are not wholly paid, oldest first: what is unpaid of each, in rupiah."""
    outstanding = terms.principal - state.principal_paid + state.next_principal_paid
    paid_principal, paid_interest = state.next_principal_paid, state.next_interest_paid
    for number in range(state.next_instalment, terms.months + 1):
        due = _due(terms, number, outstanding)
        outstanding -= due.principal
        principal, interest = due.principal - paid_principal, due.interest - paid_interest
        yield Instalment(number, due_day(terms, number), Rupiah(principal), Rupiah(interest))
        paid_principal = paid_interest = ZERO


def payoff(terms: LoanTerms, state: LoanState, day: WibDay) -> Allocation:
    """What closes the loan on `day`, in rupiah.

    The outstanding principal, and the unpaid interest of all instalments up to the running one.
    """
    running = running_instalment(terms, day)
    interest = sum(
        part.interest for part in takewhile(lambda part: part.number <= running, unpaid_parts(terms, state))
    )
    return Allocation(Rupiah(terms.principal - state.principal_paid), Rupiah(interest))


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
    principal = outstanding if number >= terms.months else min(_step(terms, number, interest), outstanding)
    return Allocation(Rupiah(principal), Rupiah(interest if number > terms.freeze_months else 0))


def _step(terms: LoanTerms, number: int, interest: int) -> int:
    """The principal that instalment `number` asks for, but for the last; `interest` as without freeze."""
    if number <= terms.grace_months or terms.method is LoanMethod.BULLET:
        return 0
    paying = terms.months - terms.grace_months
    if terms.method is LoanMethod.ANNUITY:
        rate, exponent = terms.annual_rate_bps, terms.rounding_exponent
        return annuity_payment(terms.principal, rate, paying, exponent) - interest
    unit: int = 10**terms.rounding_exponent
    return terms.principal // paying // unit * unit
