"""Amortised cost of a loan by the effective-interest method, beside what its contract gives.

The books take interest by contract, from due date to due date by days, and a fee when it is charged. The
effective rate spreads interest and fee over the life of the loan. Both are computed as if every instalment
were paid when due, so that only the methods differ.
"""

from decimal import Context, Decimal
from functools import lru_cache
from typing import Final

from rules.amortization import LoanTerms, schedule
from rules.rounding import div_half_up
from rules.types import ZERO, Rupiah, WibDay

_DIGITS: Final = Context(prec=40)
_STEPS: Final = 60
_HALF: Final = Decimal("0.5")


def effective_difference(terms: LoanTerms, fee: Rupiah, day: WibDay) -> int:
    """What the contract has a loan stand at on `day`, principal and interest due by days, less its amortised
    cost; rupiah, negative where the effective method shows more. 0 before the loan and after its end.

    ValueError unless the fee is from 0 to below the principal.
    """
    if not 0 <= fee < terms.principal:
        raise ValueError(f"fee {fee} is not between 0 and {terms.principal - 1}")
    dues = schedule(terms)
    if not terms.disbursed_on <= day < dues[-1].due_on:
        return 0
    growth = _monthly_growth(tuple(due.principal + due.interest for due in dues), terms.principal - fee)
    cost, owed, since = Decimal(terms.principal - fee), int(terms.principal), terms.disbursed_on
    for due in dues:
        if due.due_on > day:
            gone, period = day - since, due.due_on - since
            contract = owed + div_half_up(due.interest * gone, period)
            part = _DIGITS.multiply(growth - 1, Decimal(gone) / Decimal(period))
            return contract - _whole(_DIGITS.multiply(cost, 1 + part))
        cost = _DIGITS.subtract(_DIGITS.multiply(cost, growth), Decimal(due.principal + due.interest))
        owed, since = owed - due.principal, due.due_on
    raise AssertionError("the last instalment is due after the day")


@lru_cache(maxsize=4096)
def _monthly_growth(payments: tuple[int, ...], received: int) -> Decimal:
    """1 + the monthly rate at which the payments are worth what was received."""
    low, high = Decimal(1), Decimal(2)
    while _worth(payments, high) > received:
        high = _DIGITS.multiply(high, Decimal(2))
    for _ in range(_STEPS):
        middle = _DIGITS.divide(_DIGITS.add(low, high), Decimal(2))
        low, high = (middle, high) if _worth(payments, middle) > received else (low, middle)
    return high


def _worth(payments: tuple[int, ...], growth: Decimal) -> Decimal:
    worth = Decimal(ZERO)
    for payment in reversed(payments):
        worth = _DIGITS.divide(_DIGITS.add(worth, Decimal(payment)), growth)
    return worth


def _whole(amount: Decimal) -> int:
    """Nearest rupiah, halves up."""
    return int((amount + _HALF).to_integral_value(rounding="ROUND_FLOOR"))
