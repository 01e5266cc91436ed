"""Schedules of terms that nobody agreed on yet: a function of the request alone."""

from typing import Final, Literal, NamedTuple

from backend import errors
from backend.ledger import schemas
from rules.amortization import LoanTerms
from rules.calendar import day_text
from rules.preview import UNITS, preview
from rules.types import BasisPoints, LoanMethod, Rupiah, WibDay

Method = Literal["FLAT", "DECLINING", "ANNUITY", "BULLET"]
MAX_PRINCIPAL: Final = 2**56 - 1
"""Rupiah that a LoanBook lends at most in one loan."""


class Draft(NamedTuple):
    """Terms as they were asked about: rupiah, basis points a year, months, the day of the payout."""

    principal: int
    rate_bps: int
    months: int
    method: Method
    disbursed_on: int
    grace: int
    unit: int
    fee: int


def schedule(draft: Draft) -> schemas.SchedulePreview:
    """The instalments of a draft and their cost. TermsRefusedError."""
    try:
        if draft.unit not in UNITS:
            raise ValueError(f"unit {draft.unit} is not one of {', '.join(map(str, UNITS))}")
        terms = LoanTerms(
            Rupiah(draft.principal),
            BasisPoints(draft.rate_bps),
            draft.months,
            LoanMethod[draft.method],
            WibDay(draft.disbursed_on),
            grace_months=draft.grace,
            rounding_exponent=UNITS.index(draft.unit),
        )
        found = preview(terms, Rupiah(draft.fee))
    except ValueError as error:
        raise errors.TermsRefusedError(str(error)) from None
    rows = [
        schemas.PreviewedInstalment(
            each.number, day_text(each.due_on), str(each.principal), str(each.interest)
        )
        for each in found.instalments
    ]
    return schemas.SchedulePreview(
        rows, str(found.total_interest), found.effective_rate_bps, found.within_rate_cap
    )
