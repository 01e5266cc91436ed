"""Penalty on what is overdue: simple, actual/365, kept as an exact numerator (docs/decisions/0011-loans.md).

It accrues for each day after an instalment's due day, on what is unpaid of it at the end of that day.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from rules.rounding import div_floor
from rules.types import BPS, ZERO, BasisPoints, Rupiah, WibDay

PENALTY_YEAR: Final = BPS * 365
"""Divides rupiah x basis points x days into rupiah."""


class Overdue(NamedTuple):
    """`amount` rupiah that were due on `due_on` and are unpaid."""

    due_on: WibDay
    amount: Rupiah


@dataclass(frozen=True, slots=True)
class Penalty:
    """What accrued by the end of day `counted_to`, as rupiah x basis points x days; rupiah paid, waived."""

    counted_to: WibDay
    numerator: int = 0
    paid: Rupiah = ZERO
    waived: Rupiah = ZERO


def accrue(penalty: Penalty, rate_bps: BasisPoints, overdue: Iterable[Overdue], day: WibDay) -> Penalty:
    """The penalty as it stands when `day` begins: of every day before it that was not counted yet.

    A day before the last one counted changes nothing; neither does a product without penalty.
    """
    last = WibDay(day - 1)
    if rate_bps == 0 or last <= penalty.counted_to:
        return penalty
    rupiah_days = sum(each.amount * max(last - max(each.due_on, penalty.counted_to), 0) for each in overdue)
    return replace(penalty, counted_to=last, numerator=penalty.numerator + rupiah_days * rate_bps)


def owed(penalty: Penalty, cap: Rupiah) -> Rupiah:
    """Penalty neither paid nor waived, rounded down to the rupiah (for the member), all at most `cap`."""
    accrued = min(div_floor(penalty.numerator, PENALTY_YEAR), cap)
    return Rupiah(max(accrued - penalty.paid - penalty.waived, 0))
