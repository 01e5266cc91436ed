"""Kolektibilitas: the class of a loan by how long its principal is late, and the allowance that each
class asks for.

The same classes as `ILoanLens.collectibilityOf`. A month late is complete on the same day of a later
month, or on that month's last day.
"""

from collections.abc import Sequence
from typing import Final

from rules.calendar import add_months
from rules.rounding import div_half_up
from rules.types import BPS, Collectibility, Rupiah, WibDay

SUBSTANDARD_MONTHS: Final = 3
DOUBTFUL_MONTHS: Final = 6
LOSS_MONTHS: Final = DOUBTFUL_MONTHS + 21
COVERED_BPS: Final = 7_500
"""How much of what is outstanding liens must cover for a loan to be DIRAGUKAN."""
RATES_BPS: Final = (50, 1_000, 5_000, 10_000)
"""Allowance of each class in basis points of what is outstanding, unless the members' meeting says
otherwise."""


def collectibility(late_since: WibDay | None, day: WibDay, outstanding: int, liens: int) -> Collectibility:
    """The class on `day`.

    late_since: due day of the oldest principal that is unpaid, None if none is due. outstanding and
    liens: rupiah. Below 3 months late LANCAR, from 3 to 6 months to the day KURANG_LANCAR, above 6 for
    21 months at most DIRAGUKAN while liens cover 75%, else MACET.
    """
    if late_since is None or day < add_months(late_since, SUBSTANDARD_MONTHS):
        return Collectibility.LANCAR
    if day <= add_months(late_since, DOUBTFUL_MONTHS):
        return Collectibility.KURANG_LANCAR
    is_covered = liens * BPS >= outstanding * COVERED_BPS
    if is_covered and day <= add_months(late_since, LOSS_MONTHS):
        return Collectibility.DIRAGUKAN
    return Collectibility.MACET


def allowance(outstanding: int, grade: Collectibility, rates_bps: Sequence[int] = RATES_BPS) -> Rupiah:
    """What the books should hold against a loan: `outstanding` x the rate of its class, half up, in
    rupiah."""
    return Rupiah(div_half_up(outstanding * rates_bps[grade], BPS))
