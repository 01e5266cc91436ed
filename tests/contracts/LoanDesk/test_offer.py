"""offer and withdrawOffer: terms by one of the board, approval by another, neither of them the borrower."""

import pytest

from rules.types import LoanMethod
from tests.contracts.actors import DAY, House, action, now, refused, travel
from tests.contracts.office import Terms, disburse, exit_member, lend, offer

GOOD = Terms(7, 101, guarantor=102)


def test_offer__two_of_the_board__kept_for_thirty_days(office: House) -> None:
    receipt = offer(office, GOOD)
    terms_hash, maker, approver, expires_at = office.LoanDesk.offerOf(7)
    assert bytes(terms_hash) == GOOD.hash == bytes(office.LoanDesk.termsHashOf(GOOD.word))
    assert (maker, approver, expires_at) == (1, 2, now() + 30 * DAY)
    (event,) = receipt.events["LoanOffered"]
    assert (event["loan"], event["borrower"], event["maker"], event["approver"]) == (7, 101, 1, 2)
    assert event["expiresAt"] == expires_at


def test_offer__again__replaces_the_first(office: House) -> None:
    offer(office, GOOD)
    other = GOOD.but(principal=5_000_000)
    offer(office, other)
    with refused("DeskTermsChanged"):
        disburse(office, GOOD)
    disburse(office, other)


@pytest.mark.parametrize(("maker", "checker"), [("ketua", "ketua"), ("bendahara", "bendahara")])
def test_offer__one_person__refused(office: House, maker: str, checker: str) -> None:
    with refused("AuthoritySamePerson"):
        offer(office, GOOD, office.officers[maker], office.officers[checker])


@pytest.mark.parametrize("who", ["teller", "registrar", "pengawas"])
def test_offer__not_of_the_board__refused(office: House, who: str) -> None:
    with refused("AccessManagedUnauthorized"):
        offer(office, GOOD, office.officers[who])
    with refused("AuthorityNotHeld"):
        offer(office, GOOD, office.ketua, office.officers[who])


@pytest.mark.parametrize("borrower", [1, 2])
def test_offer__to_maker_or_approver__refused(office: House, borrower: int) -> None:
    with refused("DeskOwnLoan", 7, borrower):
        offer(office, GOOD.but(borrower=borrower))


def test_offer__other_terms_than_signed__refused(office: House) -> None:
    signed = office.countersign(office.sekretaris, office.LoanDesk, action("offer", ["bytes32"], [GOOD.hash]))
    with refused("AuthoritySignatureInvalid"):
        office.LoanDesk.offer(GOOD.but(principal=1).word, signed, {"from": office.ketua.account})


@pytest.mark.parametrize("part", ["borrower", "guarantor"])
def test_offer__party_unknown_or_gone__refused(office: House, part: str) -> None:
    with refused("DeskMemberStatus", 900, 0):
        offer(office, GOOD.but(**{part: 900}))
    exit_member(office, office.dewi)
    with refused("DeskMemberStatus", 104, 4):
        offer(office, GOOD.but(**{part: 104}))
    office.MemberRegistry.suspend(105, {"from": office.admin})
    with refused("DeskMemberStatus", 105, 3):
        offer(office, GOOD.but(**{part: 105}))


def test_offer__own_guarantor__refused(office: House) -> None:
    with refused("DeskGuarantorInvalid", 101):
        offer(office, GOOD.but(guarantor=101))


def test_offer__number_of_a_loan__refused(office: House) -> None:
    lend(office, GOOD)
    with refused("DeskLoanExists", 7):
        offer(office, GOOD.but(principal=5))


def test_offer__terms_that_no_loan_can_have__refused(office: House) -> None:
    with refused("LoanRateAboveCap", 1_301, 12, int(LoanMethod.FLAT)):
        offer(office, GOOD.but(rate_bps=1_301))
    with refused("LoanTermsInvalid", 7):
        offer(office, GOOD.but(months=0))


def test_withdraw_offer__offered__gone(office: House) -> None:
    offer(office, GOOD)
    receipt = office.LoanDesk.withdrawOffer(7, {"from": office.bendahara.account})
    assert receipt.events["LoanOfferWithdrawn"]["loan"] == 7
    with refused("DeskNoOffer", 7):
        disburse(office, GOOD)
    with refused("DeskNoOffer", 7):
        office.LoanDesk.withdrawOffer(7, {"from": office.bendahara.account})


@pytest.mark.parametrize("who", ["teller", "alice"])
def test_withdraw_offer__not_of_the_board__refused(office: House, who: str) -> None:
    offer(office, GOOD)
    with refused("AccessManagedUnauthorized"):
        office.LoanDesk.withdrawOffer(7, {"from": getattr(office, who).account})


def test_offer__board_terms_over__refused(office: House) -> None:
    travel(541 * DAY)
    with refused("AccessManagedUnauthorized"):
        offer(office, GOOD)
