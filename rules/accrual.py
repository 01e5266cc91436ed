"""Interest that is earned and unpaid on a running loan at a day, and since when principal is late.

The rules: docs/decisions/0011-loans.md, "Versions" and "The books". Amounts are whole rupiah.
"""

from dataclasses import dataclass

from rules.amortization import LoanState, LoanTerms, OverpaymentError, apply_payment, due_day, unpaid_parts
from rules.rounding import div_half_up
from rules.types import ZERO, Rupiah, WibDay


@dataclass(frozen=True, slots=True)
class Version:
    """The terms in force, what was due and unpaid of earlier interest when they began (`carried`), and what
    had been paid ahead of the interest of their first instalment (`ahead`)."""

    terms: LoanTerms
    carried: Rupiah = ZERO
    ahead: Rupiah = ZERO


@dataclass(frozen=True, slots=True)
class Progress:
    """What is unpaid of carried interest, and how far the instalments are paid."""

    carried: Rupiah
    state: LoanState


def progress(version: Version, principal: int, interest: int) -> Progress:
    """How far payments of `principal` and `interest` in all bring the version: carried interest first, then
    the oldest instalments, as `apply_payment` does. Rupiah beyond the schedule leave nothing unpaid."""
    carried = min(version.carried, interest)
    amount = principal + interest - carried
    state = LoanState(next_interest_paid=version.ahead)
    if amount:
        try:
            state, _ = apply_payment(version.terms, state, Rupiah(amount))
        except OverpaymentError:
            state = LoanState(version.terms.principal, next_instalment=version.terms.months + 1)
    return Progress(Rupiah(version.carried - carried), state)


def late_since(version: Version, paid: Progress, day: WibDay) -> WibDay | None:
    """Due day of the oldest principal that is overdue on `day`: due before it and unpaid; None if none is."""
    for part in unpaid_parts(version.terms, paid.state):
        if part.due_on >= day:
            return None
        if part.principal:
            return part.due_on
    return None


def overdue_since(version: Version, paid: Progress, day: WibDay) -> WibDay | None:
    """Due day of the oldest instalment that is overdue on `day`, of principal or interest; None if none is.
    Interest carried from earlier versions was agreed on anew and does not count."""
    for part in unpaid_parts(version.terms, paid.state):
        if part.due_on >= day:
            return None
        if part.principal or part.interest:
            return part.due_on
    return None


def accrued_interest(version: Version, paid: Progress, day: WibDay) -> Rupiah:
    """Interest that is earned and unpaid on `day`: carried, due by then, and of the running instalment
    `interest x days gone / days of its period`, half up, less what was paid of it, never below nought."""
    total: int = paid.carried
    ahead = paid.state.next_interest_paid
    for part in unpaid_parts(version.terms, paid.state):
        if part.due_on > day:
            begins = due_day(version.terms, part.number - 1)
            earned = (part.interest + ahead) * max(day - begins, 0)
            return Rupiah(total + max(div_half_up(earned, part.due_on - begins) - ahead, 0))
        total += part.interest
        ahead = ZERO
    return Rupiah(total)


def next_version(version: Version, paid: Progress, terms: LoanTerms, carried: int) -> Version:
    """What follows on `version`; interest paid ahead counts for its first instalment if it is the same."""
    is_same = version.terms.instalments_before + paid.state.next_instalment == terms.instalments_before + 1
    return Version(terms, Rupiah(carried), paid.state.next_interest_paid if is_same else ZERO)
