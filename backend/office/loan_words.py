"""What LoanBook keeps of a loan in words that no view tells whole: the penalty, never rounded.

The places are those of contracts/libraries: LoanWords.sol, LoanPenalty.sol, LoanHistory.sol.
"""

from typing import Final

from rules.loans import Conditions
from rules.penalty import Penalty
from rules.types import BasisPoints, Rupiah, Waterfall, WibDay

_FLAGS_AT: Final = 240
_PENALTY, _PENALTY_FIRST, _HISTORY = 1, 2, 4
_NUMERATOR_AT, _PAID_AT, _WAIVED_AT, _THROUGH_AT, _RATE_AT = 160, 104, 48, 24, 12


def conditions_of(terms: int, penalty: int) -> Conditions:
    """The conditions that a loan began under, whatever its product says now."""
    flags = terms >> _FLAGS_AT
    if not flags & _PENALTY:
        return Conditions()
    waterfall = Waterfall.PENALTY_FIRST if flags & _PENALTY_FIRST else Waterfall.INSTALMENT_FIRST
    return Conditions(
        BasisPoints(_bits(penalty, _RATE_AT, 12)), BasisPoints(_bits(penalty, 0, 12)), waterfall
    )


def penalty_of(terms: int, penalty: int, disbursed_on: WibDay) -> Penalty:
    """What accrued, was paid and was waived: rupiah x basis points x days, and rupiah."""
    if not terms >> _FLAGS_AT & _PENALTY:
        return Penalty(disbursed_on)
    return Penalty(
        WibDay(_bits(penalty, _THROUGH_AT, 24)),
        penalty >> _NUMERATOR_AT,
        Rupiah(_bits(penalty, _PAID_AT, 56)),
        Rupiah(_bits(penalty, _WAIVED_AT, 56)),
    )


def carried_since(terms: int, history: int) -> WibDay:
    """Since when interest of earlier versions is due; day 0 if there are none."""
    return WibDay(_bits(history, 0, 24) if terms >> _FLAGS_AT & _HISTORY else 0)


def began_on(terms: int, history: int, disbursed_on: WibDay) -> WibDay:
    """The day the version in force began."""
    return WibDay(_bits(history, 152, 24)) if terms >> _FLAGS_AT & _HISTORY else disbursed_on


def _bits(word: int, at: int, size: int) -> int:
    return word >> at & (1 << size) - 1
