"""A loan from its first payout to its last rupiah: versions of its terms, penalty, the order of a payment.

The rules: docs/decisions/0011-loans.md, "Versions" and "Penalty". A loan is a frozen value, and what
happens to it gives another one: `LoanBook` on the chain keeps the same figures.
"""

from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Final, NamedTuple

from rules import penalty as penalties
from rules.amortization import (
    RATE_CAP_BPS,
    Instalment,
    LoanState,
    LoanTerms,
    OverpaymentError,
    apply_payment,
    first_due_after,
    running_instalment,
    unpaid_parts,
    within_rate_cap,
)
from rules.penalty import Overdue, Penalty
from rules.rounding import div_ceil
from rules.types import BPS, ZERO, BasisPoints, LoanMethod, Rupiah, Waterfall, WibDay

FREE_OF_PENALTY: Final = BasisPoints(0)
_UNPAID: Final = LoanState()
_NEVER: Final = WibDay(0)


class LoanClosedError(ValueError):
    """Nothing is owed any more: a closed loan takes no payment and no change."""


class LoanChangeError(ValueError):
    """An amendment, tranche or waiver that the loan does not allow; the message says why."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the product says as long as the loan runs: basis points a year, and of the principal lent."""

    penalty_bps: BasisPoints = FREE_OF_PENALTY
    penalty_cap_bps: BasisPoints = FREE_OF_PENALTY
    waterfall: Waterfall = Waterfall.INSTALMENT_FIRST


@dataclass(frozen=True, slots=True)
class Amendment:
    """New terms, from the first instalment due after the day they are agreed on; rupiah, months."""

    annual_rate_bps: BasisPoints
    months: int
    method: LoanMethod
    grace_months: int = 0
    freeze_months: int = 0
    interest_waived: Rupiah = ZERO


@dataclass(frozen=True, slots=True)
class Loan:
    """The version of the terms in force, how far it is paid, and what outlives versions; rupiah.

    `drawn` is what was lent in all, `undrawn` what was agreed on and not lent yet; `carried` is interest of
    earlier versions, due and unpaid, the oldest of it since `carried_since`.
    """

    terms: LoanTerms
    conditions: Conditions
    drawn: Rupiah
    began_on: WibDay
    penalty: Penalty
    state: LoanState = _UNPAID
    version: int = 1
    carried: Rupiah = ZERO
    carried_since: WibDay = _NEVER
    undrawn: Rupiah = ZERO
    written_off: bool = False
    closed: bool = False


class Payment(NamedTuple):
    """A payment as the books split it, in rupiah."""

    principal: Rupiah
    interest: Rupiah
    penalty: Rupiah

    @property
    def total(self) -> Rupiah:
        return Rupiah(sum(self))


class Arrears(NamedTuple):
    """What was due before a day and is unpaid, in rupiah; since when the oldest of it, None if nothing is."""

    due_since: WibDay | None
    principal_due_since: WibDay | None
    principal: Rupiah
    interest: Rupiah
    penalty: Rupiah


def start(terms: LoanTerms, conditions: Conditions = Conditions(), undrawn: Rupiah = ZERO) -> Loan:
    """A loan whose `terms.principal` was paid out on its first day; `undrawn` rupiah can still be drawn."""
    day = terms.disbursed_on
    return Loan(terms, conditions, terms.principal, day, Penalty(day), undrawn=undrawn)


def take_over(terms: LoanTerms, conditions: Conditions, state: LoanState, day: WibDay) -> Loan:
    """A running loan from paper books, wholly drawn, put into these books on `day`.

    Penalty counts for the days after `day`: what the paper books asked for until then is not charged again.
    """
    return replace(start(terms, conditions), state=state, penalty=Penalty(day))


def outstanding(loan: Loan) -> Rupiah:
    """Principal that is owed."""
    return Rupiah(loan.terms.principal - loan.state.principal_paid)


def penalty_owed(loan: Loan, day: WibDay) -> Rupiah:
    """Penalty that has accrued when `day` begins and is neither paid nor waived."""
    return penalties.owed(_accrued(loan, day), penalty_cap(loan))


def penalty_cap(loan: Loan) -> Rupiah:
    """All penalty of the loan together is at most this."""
    return Rupiah(loan.drawn * loan.conditions.penalty_cap_bps // BPS)


def owed(loan: Loan, day: WibDay) -> Payment:
    """All that is owed, instalments to come included: what a payment takes at most."""
    parts = list(unpaid_parts(loan.terms, loan.state)) if outstanding(loan) else []
    interest = loan.carried + sum(part.interest for part in parts)
    return Payment(outstanding(loan), Rupiah(interest), penalty_owed(loan, day))


def lien_needed(pledged: int, owed: Rupiah, lent: Rupiah) -> Rupiah:
    """Rupiah that a lien keeps of `pledged` while `owed` of `lent` is outstanding, rounded up (for the
    cooperative); what can still be drawn counts in both."""
    return Rupiah(div_ceil(pledged * owed, lent))


def due(loan: Loan, day: WibDay) -> Payment:
    """What is due or overdue on `day`: carried interest, instalments due by then, penalty."""
    parts = _due_by(loan, day)
    interest = loan.carried + sum(part.interest for part in parts)
    return Payment(Rupiah(sum(part.principal for part in parts)), Rupiah(interest), penalty_owed(loan, day))


def payoff_of(loan: Loan, day: WibDay) -> Payment:
    """What closes the loan on `day`: principal, unpaid interest up to the running instalment, penalty."""
    running = running_instalment(loan.terms, day)
    parts = takewhile(lambda part: part.number <= running, unpaid_parts(loan.terms, loan.state))
    interest = loan.carried + sum(part.interest for part in parts)
    return Payment(outstanding(loan), Rupiah(interest), penalty_owed(loan, day))


def arrears(loan: Loan, day: WibDay) -> Arrears:
    """What is overdue on `day`: due before it and unpaid."""
    parts = [part for part in _due_by(loan, WibDay(day - 1)) if part.principal or part.interest]
    since = [part.due_on for part in parts]
    carried = loan.carried if loan.carried_since < day else ZERO
    if carried:
        since.insert(0, loan.carried_since)
    return Arrears(
        next(iter(since), None),
        next((part.due_on for part in parts if part.principal), None),
        Rupiah(sum(part.principal for part in parts)),
        Rupiah(carried + sum(part.interest for part in parts)),
        penalty_owed(loan, day),
    )


def pay(loan: Loan, amount: Rupiah, day: WibDay) -> tuple[Loan, Payment]:
    """Book a payment. OverpaymentError above all that is owed, LoanClosedError, ValueError unless above 0."""
    if amount <= 0:
        raise ValueError(f"a payment of {amount} is not above 0")
    _check_open(loan)
    most = owed(loan, day).total
    if amount > most:
        raise OverpaymentError(amount, amount - most)
    moved = replace(loan, penalty=_accrued(loan, day))
    fine = penalty_owed(loan, day)
    if loan.conditions.waterfall is Waterfall.INSTALMENT_FIRST:
        before = due(loan, day)
        fine = Rupiah(min(max(amount - before.principal - before.interest, 0), fine))
    fine = Rupiah(min(amount, fine))
    moved = _pay_instalments(_pay_penalty(moved, fine), Rupiah(amount - fine))
    principal = Rupiah(moved.state.principal_paid - loan.state.principal_paid)
    split = Payment(principal, Rupiah(amount - fine - principal), fine)
    return _closed_if_paid(moved, day), split


def pay_up_to(loan: Loan, amount: Rupiah, day: WibDay) -> tuple[Loan, Payment]:
    """As `pay`, of `amount` what is owed at most."""
    return pay(loan, Rupiah(min(amount, owed(loan, day).total)), day)


def pay_off(loan: Loan, day: WibDay) -> tuple[Loan, Payment]:
    """Close the loan by its payoff of `day`; later interest falls away. LoanClosedError."""
    _check_open(loan)
    split = payoff_of(loan, day)
    interest = Rupiah(loan.state.interest_paid + split.interest)
    moved = _pay_penalty(replace(loan, penalty=_accrued(loan, day)), split.penalty)
    state = LoanState(loan.terms.principal, interest, loan.terms.months + 1)
    return replace(moved, state=state, carried=ZERO, closed=True), split


def draw(loan: Loan, amount: Rupiah, day: WibDay) -> Loan:
    """A further tranche on `day`: a new version on what is outstanding with it. LoanChangeError."""
    if amount <= 0:
        raise ValueError(f"a tranche of {amount} is not above 0")
    if amount > loan.undrawn:
        raise LoanChangeError(f"cannot draw {amount}: {loan.undrawn} rupiah are left of what was agreed")
    gone = _instalments_gone(loan, day)
    if gone >= loan.terms.months:
        raise LoanChangeError(f"no instalment is left after day {day}: amend the loan instead")
    terms = replace(
        loan.terms,
        principal=Rupiah(outstanding(loan) + amount),
        months=loan.terms.months - gone,
        grace_months=max(loan.terms.grace_months - gone, 0),
        freeze_months=max(loan.terms.freeze_months - gone, 0),
        instalments_before=loan.terms.instalments_before + gone,
    )
    drawn, undrawn = Rupiah(loan.drawn + amount), Rupiah(loan.undrawn - amount)
    return replace(_new_version(loan, terms, ZERO, day), drawn=drawn, undrawn=undrawn)


def amend(loan: Loan, amendment: Amendment, day: WibDay, cap_bps: BasisPoints = RATE_CAP_BPS) -> Loan:
    """New terms on what is outstanding on `day`. LoanChangeError; ValueError of terms out of range."""
    terms = LoanTerms(
        outstanding(loan),
        amendment.annual_rate_bps,
        amendment.months,
        amendment.method,
        loan.terms.disbursed_on,
        amendment.grace_months,
        loan.terms.rounding_exponent,
        amendment.freeze_months,
        loan.terms.instalments_before + _instalments_gone(loan, day),
    )
    if not within_rate_cap(terms, cap_bps):
        raise LoanChangeError(f"{amendment.annual_rate_bps} bps cost more than {cap_bps} bps declining")
    return _new_version(loan, terms, amendment.interest_waived, day)


def waive_penalty(loan: Loan, amount: Rupiah, day: WibDay) -> Loan:
    """Let go of `amount` rupiah of penalty. LoanChangeError if less is owed, LoanClosedError."""
    _check_open(loan)
    available = penalty_owed(loan, day)
    if not 0 < amount <= available:
        raise LoanChangeError(f"cannot waive {amount}: {available} rupiah of penalty are owed")
    accrued = _accrued(loan, day)
    waived = replace(accrued, waived=Rupiah(accrued.waived + amount))
    return _closed_if_paid(replace(loan, penalty=waived), day)


def write_off(loan: Loan) -> Loan:
    """Out of the books: what is paid from now on is a recovery. The borrower owes it still."""
    _check_running(loan)
    return replace(loan, written_off=True)


def _check_open(loan: Loan) -> None:
    if loan.closed:
        raise LoanClosedError("the loan is closed: nothing is owed any more")


def _check_running(loan: Loan) -> None:
    _check_open(loan)
    if loan.written_off:
        raise LoanChangeError("the loan is written off: only payments and waivers are left")


def _instalments_gone(loan: Loan, day: WibDay) -> int:
    """Instalments of this version before the next one's first: due by `day`, or wholly paid ahead."""
    return max(first_due_after(loan.terms, day), loan.state.next_instalment) - 1


def _new_version(loan: Loan, terms: LoanTerms, waived: Rupiah, day: WibDay) -> Loan:
    _check_running(loan)
    if day < loan.began_on:
        raise LoanChangeError(f"day {day} is before version {loan.version} began on {loan.began_on}")
    gone = terms.instalments_before - loan.terms.instalments_before
    past = takewhile(lambda part: part.number <= gone, unpaid_parts(loan.terms, loan.state))
    parts = [part for part in past if part.interest]
    carried = loan.carried + sum(part.interest for part in parts)
    since = loan.carried_since if loan.carried else next((part.due_on for part in parts), _NEVER)
    if waived > carried:
        raise LoanChangeError(f"cannot waive {waived}: {carried} rupiah of interest are due and unpaid")
    ahead = loan.state.next_interest_paid if loan.state.next_instalment > gone else ZERO
    if ahead > next(unpaid_parts(terms, LoanState())).interest:
        raise LoanChangeError(f"{ahead} rupiah of interest are paid ahead, more than the new instalment's")
    return replace(
        loan,
        terms=terms,
        state=LoanState(next_interest_paid=ahead),
        version=loan.version + 1,
        carried=Rupiah(carried - waived),
        carried_since=since,
        penalty=_accrued(loan, day),
        began_on=day,
    )


def _accrued(loan: Loan, day: WibDay) -> Penalty:
    overdue = [Overdue(part.due_on, Rupiah(part.principal + part.interest)) for part in _due_by(loan, day)]
    overdue.append(Overdue(loan.carried_since, loan.carried))
    return penalties.accrue(loan.penalty, loan.conditions.penalty_bps, overdue, day)


def _due_by(loan: Loan, day: WibDay) -> list[Instalment]:
    """What is unpaid of the instalments that are due on `day` or before."""
    return list(takewhile(lambda part: part.due_on <= day, unpaid_parts(loan.terms, loan.state)))


def _pay_penalty(loan: Loan, amount: Rupiah) -> Loan:
    return replace(loan, penalty=replace(loan.penalty, paid=Rupiah(loan.penalty.paid + amount)))


def _pay_instalments(loan: Loan, amount: Rupiah) -> Loan:
    """Carried interest, then the oldest instalments."""
    carried = Rupiah(min(amount, loan.carried))
    state = replace(loan.state, interest_paid=Rupiah(loan.state.interest_paid + carried))
    if amount > carried:
        state, _ = apply_payment(loan.terms, state, Rupiah(amount - carried))
    return replace(loan, state=state, carried=Rupiah(loan.carried - carried))


def _closed_if_paid(loan: Loan, day: WibDay) -> Loan:
    """In every instalment interest goes before principal: without principal only penalty can be owed."""
    return replace(loan, closed=outstanding(loan) == 0 and penalty_owed(loan, day) == 0)
