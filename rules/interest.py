"""Interest on simpanan sukarela: the exact model of what SavingsToken computes.

Simple interest on each day's closing balance, actual/365, days by WIB. A month's interest is credited by the
first touch of the member after the month's end: rounded down, the rest carried, net of tax. Credited interest
earns from the day of the credit on.
"""

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, Self

from rules.calendar import first_day, month_of_day
from rules.rounding import div_floor
from rules.types import BPS, ZERO, BasisPoints, Month, Rupiah, WibDay

YEAR_BPS: Final = 365 * BPS
"""Divides rupiah x basis points x days into rupiah."""
TAX_BPS: Final = BasisPoints(1_000)
TAX_FREE: Final = Rupiah(240_000)


class InsufficientSavingsError(ValueError):
    """A withdrawal above the balance; both in rupiah."""

    def __init__(self, amount: int, balance: int) -> None:
        super().__init__(f"withdrawal of {amount} is above the balance of {balance}")
        self.amount = amount
        self.balance = balance


@dataclass(frozen=True, slots=True)
class RateHistory:
    """Rates in basis points a year, each from its day on, in order; before the first day the rate is 0."""

    changes: tuple[tuple[WibDay, BasisPoints], ...]

    def __post_init__(self) -> None:
        days = [day for day, _ in self.changes]
        if any(later <= earlier for earlier, later in pairwise(days)):
            raise ValueError("the days of a rate history must rise")
        if any(rate < 0 for _, rate in self.changes):
            raise ValueError("a rate must not be negative")

    def index(self, day: WibDay) -> int:
        """The sum of the rates of all days before `day`, in basis points x days."""
        total = previous = 0
        for start, rate in self.changes:
            total += (rate - previous) * max(day - start, 0)
            previous = rate
        return total


@dataclass(frozen=True, slots=True)
class InterestRules:
    """Rates, tax in basis points of the whole gross, and the gross of a month up to which there is none."""

    rates: RateHistory
    tax_bps: BasisPoints = TAX_BPS
    tax_free: Rupiah = TAX_FREE

    def tax(self, gross: Rupiah) -> Rupiah:
        """Tax on a month's gross interest, rounded down, in rupiah (PP 15/2009)."""
        return Rupiah(div_floor(gross * self.tax_bps, BPS) if gross > self.tax_free else 0)


@dataclass(frozen=True, slots=True)
class InterestCredit:
    """The interest of a month in rupiah; net = gross - tax is what the member gets."""

    month: Month
    gross: Rupiah
    tax: Rupiah

    @property
    def net(self) -> Rupiah:
        return Rupiah(self.gross - self.tax)


@dataclass(frozen=True, slots=True)
class SukarelaAccount:
    """A member's sukarela in rupiah.

    `accrued` is the interest of the days before `last_day` not yet credited, in rupiah x basis points x days.
    """

    balance: Rupiah = ZERO
    accrued: int = 0
    last_day: WibDay | None = None

    def credit(self, rules: InterestRules, today: WibDay) -> tuple[Self, tuple[InterestCredit, ...]]:
        """Bring the account to `today`: credit every month that ended, accrue the days of the running one.

        A month whose interest is less than a rupiah gives no credit and is carried.
        ValueError if `today` is before `last_day`.
        """
        if self.last_day is None:
            return replace(self, last_day=today), ()
        if today < self.last_day:
            raise ValueError(f"day {today} is before the account's last day {self.last_day}")
        accrued, since = self.accrued, self.last_day
        credited = []
        for month in range(month_of_day(since), month_of_day(today)):
            month_end = first_day(Month(month + 1))
            accrued += self.balance * (rules.rates.index(month_end) - rules.rates.index(since))
            gross, accrued = Rupiah(div_floor(accrued, YEAR_BPS)), accrued % YEAR_BPS
            since = month_end
            if gross:
                credited.append(InterestCredit(Month(month), gross, rules.tax(gross)))
        accrued += self.balance * (rules.rates.index(today) - rules.rates.index(since))
        balance = Rupiah(self.balance + sum(credit.net for credit in credited))
        return replace(self, balance=balance, accrued=accrued, last_day=today), tuple(credited)

    def deposit(
        self, rules: InterestRules, today: WibDay, amount: Rupiah
    ) -> tuple[Self, tuple[InterestCredit, ...]]:
        """Credit, then add `amount`. ValueError unless it is above 0."""
        _check_amount(amount)
        account, credited = self.credit(rules, today)
        return replace(account, balance=Rupiah(account.balance + amount)), credited

    def withdraw(
        self, rules: InterestRules, today: WibDay, amount: Rupiah
    ) -> tuple[Self, tuple[InterestCredit, ...]]:
        """Credit, then take `amount`. InsufficientSavingsError if the balance, with its credits, is less."""
        _check_amount(amount)
        account, credited = self.credit(rules, today)
        if amount > account.balance:
            raise InsufficientSavingsError(amount, account.balance)
        return replace(account, balance=Rupiah(account.balance - amount)), credited


def _check_amount(amount: Rupiah) -> None:
    if amount <= 0:
        raise ValueError(f"an amount of {amount} is not above 0")
