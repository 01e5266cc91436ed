"""What a loan costs a year, all in: (1 + monthly internal rate of return)^12 - 1."""

from decimal import Context, Decimal
from typing import Final

from rules.amortization import LoanTerms, schedule
from rules.types import ZERO, BasisPoints, Rupiah

_DIGITS: Final = Context(prec=60)
_TWELFTH: Final = _DIGITS.divide(Decimal(-1), Decimal(12))
MAX_EFFECTIVE_BPS: Final = 2**32 - 1


def effective_rate_bps(terms: LoanTerms, fee: Rupiah = ZERO) -> BasisPoints:
    """Basis points a year, rounded half up, of the instalments against principal less `fee`.

    ValueError unless the fee is from 0 to below the principal, and if the rate is above 2^32 - 1.
    """
    if not 0 <= fee < terms.principal:
        raise ValueError(f"fee {fee} is not between 0 and {terms.principal - 1}")
    payments = [due.principal + due.interest for due in schedule(terms)]
    received = terms.principal - fee
    low, high = 0, MAX_EFFECTIVE_BPS + 1
    if _costs_at_least(payments, received, high):
        raise ValueError(f"fee {fee}: what the loan costs a year is above {MAX_EFFECTIVE_BPS} basis points")
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _costs_at_least(payments, received, middle) else (low, middle)
    return BasisPoints(low)


def _costs_at_least(payments: list[int], received: int, rate_bps: int) -> bool:
    """Whether payments discounted at `rate_bps` less a half are worth what was received."""
    growth = _DIGITS.divide(Decimal(20_000 + 2 * rate_bps - 1), Decimal(20_000))
    discount = _DIGITS.power(growth, _TWELFTH)
    worth = Decimal(0)
    for payment in reversed(payments):
        worth = _DIGITS.multiply(_DIGITS.add(worth, Decimal(payment)), discount)
    return worth >= received
