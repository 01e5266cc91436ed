"""Loans of pengurus and pengawas: two boards approve, and all their loans together stay below the ceiling."""

from tests.contracts.actors import DAY, PENGAWAS, SEKRETARIS, House, now, person, refused
from tests.contracts.lending import BOARD_BIT, PENGAWAS_BIT
from tests.contracts.LoanDesk.orders import draw
from tests.contracts.office import Terms, approve, disburse, lend, offer

BORROWER = 3
"""BENDAHARA."""
GOOD = Terms(7, BORROWER, principal=100_000)


def ceiling(house: House) -> int:
    return int(house.LoanPolicy.relatedCeiling())


def offer_related(house: House, terms: Terms) -> None:
    offer(house, terms, approvers=[house.sekretaris, house.pengawas])


def test_offer__to_a_pengurus__needs_pengurus_and_pengawas(office: House) -> None:
    offer(office, GOOD, approvers=[])
    with refused("DeskNotApproved", 7, 1, BOARD_BIT | PENGAWAS_BIT):
        disburse(office, GOOD)
    approve(office, GOOD, office.pengawas)
    with refused("DeskNotApproved", 7, 0, BOARD_BIT):
        disburse(office, GOOD)
    approve(office, GOOD, office.sekretaris)
    disburse(office, GOOD)


def test_offer__elected_since__pengawas_is_needed_too(office: House) -> None:
    terms = GOOD.but(borrower=101)
    offer(office, terms)
    elected = person("alice in office", 101, "second")
    office.Authority.grantOffice(SEKRETARIS, elected.signer, 101, now() + DAY, {"from": office.admin})
    with refused("DeskNotApproved", 7, 0, PENGAWAS_BIT):
        disburse(office, terms)
    approve(office, terms, office.pengawas)
    disburse(office, terms)


def test_offer__office_over_since__approvals_of_the_offer_still_needed(office: House) -> None:
    offer(office, GOOD)
    office.Authority.revokeOffice(3, office.bendahara.signer, {"from": office.admin})
    with refused("DeskNotApproved", 7, 0, PENGAWAS_BIT):
        disburse(office, GOOD)


def test_offer__to_pengawas__another_pengawas_approves(office: House) -> None:
    terms = GOOD.but(borrower=4)
    with refused("DeskOwnLoan", 7, 4):
        offer_related(office, terms)
    other = person("second pengawas", 5, "second")
    office.Authority.grantOffice(PENGAWAS, other.signer, 5, now() + DAY, {"from": office.admin})
    offer(office, terms, approvers=[office.sekretaris, other])
    disburse(office, terms)


def test_offer__above_the_ceiling__refused(office: House) -> None:
    limit = ceiling(office)
    offer_related(office, GOOD.but(principal=limit))
    with refused("DeskRelatedLimit", BORROWER, 0, limit + 1, limit):
        offer_related(office, GOOD.but(principal=limit + 1))
    offer(office, GOOD.but(borrower=101, principal=limit + 1))


def test_offer__limit_split_over_several_loans__refused(office: House) -> None:
    limit = ceiling(office)
    offer_related(office, GOOD)
    disburse(office, GOOD)
    with refused("DeskRelatedLimit", BORROWER, 100_000, limit - 99_999, limit):
        offer_related(office, GOOD.but(loan=8, principal=limit - 99_999))
    offer_related(office, GOOD.but(loan=8, principal=limit - 100_000))


def test_disburse__limit_split_over_several_offers__refused(office: House) -> None:
    limit = ceiling(office)
    first, second = GOOD.but(principal=limit), GOOD.but(loan=8, principal=limit)
    offer_related(office, first)
    offer_related(office, second)
    disburse(office, first)
    with refused("DeskRelatedLimit", BORROWER, limit, limit, limit):
        disburse(office, second)


def test_offer__what_can_still_be_drawn__counts(office: House) -> None:
    limit = ceiling(office)
    terms = GOOD.but(principal=limit)
    offer_related(office, terms)
    disburse(office, terms, drawn=1)
    with refused("DeskRelatedLimit", BORROWER, limit, 1, limit):
        offer_related(office, GOOD.but(loan=8, principal=1))


def test_offer__top_up__the_loan_paid_off_does_not_count(office: House) -> None:
    limit = ceiling(office)
    first = GOOD.but(principal=limit - 50_000, rate_bps=0)
    offer_related(office, first)
    disburse(office, first)
    top_up = GOOD.but(loan=8, principal=limit, refinances=7)
    offer_related(office, top_up)
    disburse(office, top_up)
    assert office.LoanBook.loanOf(7)["closed"]


def test_draw__ceiling_lowered_since__refused(office: House) -> None:
    """What is paid out of an agreed loan is looked at again."""
    terms = GOOD.but(borrower=101, principal=100_000)
    offer(office, terms)
    disburse(office, terms, drawn=40_000)
    elected = person("alice in office", 101, "second")
    office.Authority.grantOffice(SEKRETARIS, elected.signer, 101, now() + DAY, {"from": office.admin})
    draw(office, 10_000)
    office.LoanPolicy.setRelatedLimit(0, {"from": office.admin})
    with refused("DeskRelatedLimit", 101, 100_000, 0, 0):
        draw(office, 10_000, nonce=2)


def test_lend__not_related__no_ceiling(office: House) -> None:
    office.LoanPolicy.setRelatedLimit(0, {"from": office.admin})
    lend(office, GOOD.but(borrower=101))
    with refused("DeskRelatedLimit", BORROWER, 0, 100_000, 0):
        offer_related(office, GOOD.but(loan=8))
