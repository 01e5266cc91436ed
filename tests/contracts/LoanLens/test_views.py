"""Previews, classes and exposures: the same as the rules say, and nothing moves."""

import pytest

from rules.amortization import LoanTerms, schedule
from rules.types import BasisPoints, LoanMethod, Rupiah, SavingsKind, SlipKind, WibDay
from tests.contracts.actors import House, refused, today
from tests.contracts.care import pledge
from tests.contracts.office import Slip, Terms, disburse, lend, offer, receive

DRAFT_DAY = 20_089
LANCAR, KURANG_LANCAR, DIRAGUKAN, MACET = range(4)


def draft(method: LoanMethod, **changes: int) -> tuple[int, ...]:
    fields = {"principal": 12_000_000, "rate": 1_200, "months": 12, "grace": 0}
    fields |= changes
    unit = fields.pop("unit", 0)
    return (*fields.values(), int(method), unit, DRAFT_DAY)


@pytest.mark.parametrize("method", list(LoanMethod))
@pytest.mark.parametrize(("grace", "unit"), [(0, 0), (3, 0), (0, 3), (2, 4)])
def test_preview__any_method__as_the_rules(office: House, method: LoanMethod, grace: int, unit: int) -> None:
    due, principal, interest = office.LoanLens.preview(draft(method, grace=grace, unit=unit))
    terms = LoanTerms(
        Rupiah(12_000_000),
        BasisPoints(1_200),
        12,
        method,
        WibDay(DRAFT_DAY),
        grace_months=grace,
        rounding_exponent=unit,
    )
    wanted = schedule(terms)
    assert list(zip(due, principal, interest, strict=True)) == [
        (part.due_on, part.principal, part.interest) for part in wanted
    ]
    assert sum(principal) == 12_000_000


@pytest.mark.parametrize(
    ("method", "total"),
    [(LoanMethod.FLAT, 1_440_000), (LoanMethod.DECLINING, 780_000), (LoanMethod.ANNUITY, 794_226)],
)
def test_preview__worked_example_of_the_rules(office: House, method: LoanMethod, total: int) -> None:
    _, principal, interest = office.LoanLens.preview(draft(method))
    assert sum(interest) == total
    if method == LoanMethod.ANNUITY:
        assert principal[-1] + interest[-1] == 1_066_191


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"months": 0}, "AmortizationMonthsOutOfRange"),
        ({"months": 361}, "AmortizationMonthsOutOfRange"),
        ({"principal": 0}, "LensDraftInvalid"),
        ({"principal": 2**56}, "LensDraftInvalid"),
        ({"grace": 12}, "LensDraftInvalid"),
        ({"unit": 7}, "LensDraftInvalid"),
    ],
)
def test_preview__impossible__refused(office: House, changes: dict[str, int], error: str) -> None:
    with refused(error):
        office.LoanLens.preview(draft(LoanMethod.FLAT, **changes))


def test_collectibility__nothing_paid__class_by_class(office: House) -> None:
    lend(office, Terms(7, 101))
    (due, *_), _, _ = office.LoanLens.scheduleOf(7)
    lens = office.LoanLens
    assert lens.collectibilityOf(7, due) == LANCAR
    assert lens.collectibilityOf(7, due + 80) == LANCAR
    assert lens.collectibilityOf(7, due + 100) == KURANG_LANCAR
    assert lens.collectibilityOf(7, due + 175) == KURANG_LANCAR
    assert lens.collectibilityOf(7, due + 190) == MACET


def test_collectibility__liens_cover_three_quarters__doubtful_for_21_months(office: House) -> None:
    lend(office, Terms(7, 101, principal=1_200_000, pledges=(pledge(office.alice, 900_000),)))
    lend(office, Terms(8, 102, principal=1_200_000, pledges=(pledge(office.budi, 899_999),)))
    day = today()
    assert office.LoanLens.collectibilityOf(7, day + 31 + 190) == DIRAGUKAN
    assert office.LoanLens.collectibilityOf(8, day + 31 + 190) == MACET
    assert office.LoanLens.collectibilityOf(7, day + 31 + 27 * 31) == MACET


def test_days_late__due_day_and_after(office: House) -> None:
    lend(office, Terms(7, 101))
    (due, *_), _, _ = office.LoanLens.scheduleOf(7)
    assert office.LoanLens.daysLateOf(7, due) == 0
    assert office.LoanLens.daysLateOf(7, due + 1) == 1
    receive(office, Slip(101, SlipKind.ANGSURAN, 1_120_000, loan=7))
    assert office.LoanLens.daysLateOf(7, due + 1) == 0


def test_scheduled_outstanding__falls_at_due_days(office: House) -> None:
    lend(office, Terms(7, 101))
    (due, *_), _, _ = office.LoanLens.scheduleOf(7)
    lens = office.LoanLens
    assert [lens.scheduledOutstandingOn(7, due + day) for day in (-1, 0, 400)] == [12_000_000, 11_000_000, 0]


def test_ageing__rows_add_up(office: House) -> None:
    lend(office, Terms(7, 101))
    lend(office, Terms(8, 102, principal=1_200_000))
    receive(office, Slip(102, SlipKind.PELUNASAN, 1_212_000, loan=8))
    lend(office, Terms(9, 104, principal=6_000_000))
    rows = office.LoanLens.ageing([7, 8, 9], today() + 31 + 100)
    assert [tuple(row) for row in rows] == [(0, 0, 0), (2, 18_000_000, 6_000_000), (0, 0, 0), (0, 0, 0)]


def test_exposure__all_loans_of_a_member_and_a_group(office: House) -> None:
    lend(office, Terms(7, 101))
    lend(office, Terms(8, 101, principal=1_200_000, pledges=((102, int(SavingsKind.SUKARELA), 0),)))
    lend(office, Terms(9, 104, principal=6_000_000))
    assert office.LoanLens.exposureOf(101) == 13_200_000
    assert office.LoanLens.exposureOf(102) == 0
    assert office.LoanLens.exposureOfGroup([101, 102, 104]) == 19_200_000


def test_commitment__what_can_still_be_drawn_counts_what_is_paid_off_does_not(office: House) -> None:
    offer(office, Terms(7, 101))
    disburse(office, Terms(7, 101), drawn=5_000_000)
    lend(office, Terms(8, 101, principal=1_200_000))
    assert office.LoanLens.exposureOf(101) == 6_200_000
    assert office.LoanLens.commitmentOf(101, 0) == 13_200_000
    assert office.LoanLens.commitmentOf(101, 7) == 1_200_000
    assert office.LoanLens.commitmentOf(101, 9) == 13_200_000
    assert office.LoanLens.commitmentOf(102, 0) == 0


def test_views__unknown_loan__refused(office: House) -> None:
    for view in (
        office.LoanLens.daysLateOf,
        office.LoanLens.collectibilityOf,
        office.LoanLens.scheduledOutstandingOn,
    ):
        with refused("LensUnknownLoan", 77):
            view(77, today())
