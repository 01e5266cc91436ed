"""A product of ILoanPolicy as the office reads it, and whether a loan's row is one of it."""

from dataclasses import dataclass
from typing import Final

from backend.office.daybooks import LoanRow
from rules.loans import Conditions
from rules.types import BasisPoints, Waterfall

_NOTHING, _GUARANTOR, _LIEN, _DOCUMENT = 1, 2, 4, 8
_WHOLE_BPS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Product:
    """The fields of ILoanPolicy.Product in their order."""

    method: int
    min_rate_bps: int
    max_rate_bps: int
    min_principal: int
    max_principal: int
    min_months: int
    max_months: int
    max_grace_months: int
    max_fee_bps: int
    penalty_bps: int
    penalty_cap_bps: int
    waterfall: int
    rounding_exponent: int
    collateral: int
    offered: bool

    def allows(self, row: LoanRow) -> bool:
        """Whether a loan may be offered on the row's terms (ILoanPolicy.checkTerms)."""
        principal = row.principal or 0
        return (
            self.offered
            and row.method == self.method
            and self.min_rate_bps <= row.annual_rate_bps <= self.max_rate_bps
            and self.min_principal <= principal <= self.max_principal
            and self.min_months <= row.months <= self.max_months
            and row.grace_months <= self.max_grace_months
            and row.fee <= principal * self.max_fee_bps // _WHOLE_BPS
            and self._secures(row)
        )

    def conditions(self) -> Conditions:
        """What the book keeps of it as long as a loan runs."""
        return Conditions(
            BasisPoints(self.penalty_bps), BasisPoints(self.penalty_cap_bps), Waterfall(self.waterfall)
        )

    def _secures(self, row: LoanRow) -> bool:
        used = 0
        for pledge in row.pledges:
            used |= (pledge.member != row.member) * _GUARANTOR | (pledge.amount > 0) * _LIEN
        return not used & ~self.collateral if used else bool(self.collateral & (_NOTHING | _DOCUMENT))
