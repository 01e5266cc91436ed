"""What terms that are not agreed yet would come to."""

from typing import Final, NamedTuple

from rules.amortization import Instalment, LoanTerms, schedule, within_rate_cap
from rules.effective_rate import effective_rate_bps
from rules.types import BasisPoints, Rupiah

UNITS: Final = tuple(10**exponent for exponent in range(7))
"""Multiples of rupiah to which a product may cut instalments."""


class Preview(NamedTuple):
    """The instalments; their interest in rupiah; the cost a year, fee included; and if the cap allows it."""

    instalments: list[Instalment]
    total_interest: Rupiah
    effective_rate_bps: BasisPoints
    within_rate_cap: bool


def preview(terms: LoanTerms, fee: Rupiah) -> Preview:
    """The schedule of `terms` and its cost. ValueError unless `fee` (rupiah) is below the principal."""
    effective = effective_rate_bps(terms, fee)
    instalments = schedule(terms)
    interest = Rupiah(sum(each.interest for each in instalments))
    return Preview(instalments, interest, effective, within_rate_cap(terms, fees=fee))
