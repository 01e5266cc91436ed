"""The tier is that of all that the borrower would owe: a loan split into small ones stays a large one."""

import pytest

from rules.types import SlipKind
from tests.contracts.actors import House, refused, today
from tests.contracts.care import Amendment, accept_amendment, amend, propose
from tests.contracts.lending import PENGAWAS_BIT, SMALL_LOAN
from tests.contracts.LoanDesk.orders import draw
from tests.contracts.office import DOCUMENT, Slip, Terms, approve, disburse, lend, offer, receive
from tests.contracts.replacement.test_loan_book import deploy_successor

HALF = Terms(7, 101, principal=SMALL_LOAN // 2 + 1)
OTHER_HALF = HALF.but(loan=8)


def needs_the_large_committee(office: House, terms: Terms) -> None:
    """One approval of the board was given: another one is missing, and a PENGAWAS."""
    with refused("DeskNotApproved", terms.loan, 1, PENGAWAS_BIT):
        disburse(office, terms)
    approve(office, terms, office.pengawas)
    disburse(office, terms)


def test_offer__rest_of_a_split_loan__decided_as_the_whole(office: House) -> None:
    lend(office, HALF)
    offer(office, OTHER_HALF)
    needs_the_large_committee(office, OTHER_HALF)


def test_offer__just_within_the_tier_and_a_rupiah_above(office: House) -> None:
    lend(office, HALF)
    rest = OTHER_HALF.but(principal=SMALL_LOAN - HALF.principal)
    lend(office, rest)
    above = OTHER_HALF.but(loan=9, principal=1)
    offer(office, above)
    needs_the_large_committee(office, above)


def test_disburse__split_over_offers_made_at_once__the_last_must_be_offered_anew(office: House) -> None:
    """The attack: all offers are made and approved while nothing is owed yet."""
    offer(office, HALF)
    offer(office, OTHER_HALF)
    disburse(office, HALF)
    with refused("DeskTierExceeded", 8, SMALL_LOAN, 2 * HALF.principal):
        disburse(office, OTHER_HALF)
    offer(office, OTHER_HALF.but(document=b"\1" * 32))
    needs_the_large_committee(office, OTHER_HALF.but(document=b"\1" * 32))


def test_disburse__split_into_tranches__what_can_still_be_drawn_counts(office: House) -> None:
    """The attack: each loan is hardly drawn when the next is offered, and all of them afterwards."""
    offer(office, HALF)
    disburse(office, HALF, drawn=1_000)
    offer(office, OTHER_HALF)
    needs_the_large_committee(office, OTHER_HALF)
    draw(office, HALF.principal - 1_000)


def test_offer__split_over_an_old_and_a_new_book__counted_together(office: House) -> None:
    lend(office, HALF)
    deploy_successor(office, office.LoanBook)
    offer(office, OTHER_HALF)
    needs_the_large_committee(office, OTHER_HALF)


def test_offer__written_off_before__counts(office: House) -> None:
    lend(office, HALF)
    office.LoanBook.writeOff(7, today(), DOCUMENT, {"from": office.writer})
    offer(office, OTHER_HALF)
    needs_the_large_committee(office, OTHER_HALF)


@pytest.mark.parametrize("how", ["paid off", "taken over"])
def test_offer__owed_no_more__does_not_count(office: House, how: str) -> None:
    lend(office, HALF)
    if how == "paid off":
        due = sum(office.LoanBook.payoffOf(7, today()))
        receive(office, Slip(101, SlipKind.PELUNASAN, due, loan=7))
    else:
        office.LoanBook.assume(7, 102, DOCUMENT, {"from": office.writer})
        with refused("DeskNotApproved", 9, 2, PENGAWAS_BIT):
            offer(office, Terms(9, 102, principal=HALF.principal), approvers=[])
            disburse(office, Terms(9, 102, principal=HALF.principal))
    lend(office, OTHER_HALF)


def test_offer__top_up__the_loan_paid_off_does_not_count(office: House) -> None:
    lend(office, HALF)
    lend(office, OTHER_HALF.but(principal=SMALL_LOAN, refinances=7))


def test_offer__top_up_of_anothers_loan__spares_nothing(office: House) -> None:
    """The attack: naming a loan that is not the borrower's, so that less seems to be owed."""
    lend(office, HALF)
    lend(office, Terms(9, 102, principal=SMALL_LOAN))
    offer(office, OTHER_HALF.but(refinances=9), approvers=[])
    with refused("DeskNotApproved", 8, 2, PENGAWAS_BIT):
        disburse(office, OTHER_HALF.but(refinances=9))


def test_offer__loan_to_another_member__is_not_counted(office: House) -> None:
    lend(office, HALF)
    lend(office, Terms(8, 102, principal=SMALL_LOAN))


def both_lent(office: House) -> None:
    lend(office, HALF)
    offer(office, OTHER_HALF, approvers=[office.sekretaris, office.pengawas])
    disburse(office, OTHER_HALF)


def test_amend__one_of_several_loans__decided_as_all_of_them(office: House) -> None:
    both_lent(office)
    amendment = Amendment(7)
    propose(office, amendment)
    signed = [accept_amendment(office, office.alice, amendment)]
    with refused("DeskNotApproved", 7, 1, PENGAWAS_BIT):
        amend(office, amendment, signed)
    office.LoanCare.approveAmendment(amendment.word, {"from": office.pengawas.account})
    amend(office, amendment, signed)


def test_amend__borrowed_more_since_it_was_proposed__must_be_proposed_anew(office: House) -> None:
    lend(office, HALF)
    amendment = Amendment(7)
    propose(office, amendment)
    offer(office, OTHER_HALF, approvers=[office.sekretaris, office.pengawas])
    disburse(office, OTHER_HALF)
    with refused("DeskTierExceeded", 7, SMALL_LOAN, 2 * HALF.principal):
        amend(office, amendment, [accept_amendment(office, office.alice, amendment)])
