"""offer, approve and withdrawOffer: a committee by amount, of persons who owe nothing of it."""

import brownie
import pytest

from rules.types import LoanMethod, SavingsKind
from tests.contracts import actors
from tests.contracts.actors import (
    BENDAHARA,
    DAY,
    PENGAWAS,
    House,
    Person,
    contract_type,
    now,
    person,
    refused,
    travel,
)
from tests.contracts.lending import BOARD_BIT, PENGAWAS_BIT, SMALL_LOAN, product, product_of
from tests.contracts.office import (
    Terms,
    approve,
    disburse,
    exit_member,
    guarantors,
    lend,
    offer,
    offer_action,
)

GOOD = Terms(7, 101, pledges=guarantors(102))
LARGE = GOOD.but(principal=SMALL_LOAN + 1)
DEWI, MEMBER_2 = 104, 2


def grant(house: House, office: int, number: int) -> Person:
    """The member of that number holds the office too, with an account of its own."""
    officer = person(f"officer {number}", number, "second")
    house.Authority.grantOffice(office, officer.signer, number, now() + 300 * DAY, {"from": house.admin})
    return officer


def approvers_of(house: House, loan: int = 7) -> tuple[int, ...]:
    return tuple(house.LoanDesk.offerOf(loan)[3])


def test_offer__ketua_with_a_signature__kept_for_thirty_days(office: House) -> None:
    receipt = offer(office, GOOD)
    terms_hash, maker, expires_at, approvers = office.LoanDesk.offerOf(7)
    assert bytes(terms_hash) == GOOD.hash == bytes(office.LoanDesk.termsHashOf(GOOD.word))
    assert (maker, tuple(approvers), expires_at) == (1, (2,), now() + 30 * DAY)
    (event,) = receipt.events["LoanOffered"]
    assert (event["loan"], event["borrower"], event["application"], event["maker"]) == (7, 101, 0, 1)
    assert (event["termsHash"], event["expiresAt"]) == ("0x" + GOOD.hash.hex(), expires_at)
    (approved,) = receipt.events["LoanApproved"]
    assert (approved["loan"], approved["termsHash"], approved["approver"]) == (7, event["termsHash"], 2)


def test_approve__by_transaction__counts_as_by_signature(office: House) -> None:
    offer(office, GOOD, approvers=[])
    assert approvers_of(office) == ()
    with refused("DeskNotApproved", 7, 1, 0):
        disburse(office, GOOD)
    receipt = approve(office, GOOD, office.bendahara)
    assert receipt.events["LoanApproved"]["approver"] == 3
    disburse(office, GOOD)


def test_offer__again__lapses_the_approvals(office: House) -> None:
    offer(office, GOOD)
    other = GOOD.but(principal=5_000_000)
    offer(office, other, approvers=[])
    assert approvers_of(office) == ()
    with refused("DeskTermsChanged"):
        disburse(office, GOOD)
    with refused("DeskNotApproved", 7, 1, 0):
        disburse(office, other)


def test_offer__same_terms_again__signatures_are_used_up(office: House) -> None:
    """An approver who signed once did not sign for what comes after a withdrawal."""
    offer(office, GOOD)
    office.LoanDesk.withdrawOffer(7, {"from": office.ketua.account})
    with refused("AuthorityActionSpent"):
        offer(office, GOOD)


def test_approve__terms_changed_since__refused(office: House) -> None:
    offer(office, GOOD, approvers=[])
    with refused("DeskTermsChanged"):
        approve(office, GOOD.but(rate_bps=1_201), office.bendahara)
    assert approvers_of(office) == ()


@pytest.mark.parametrize("who", ["ketua", "bendahara"])
def test_approve__the_maker__refused(office: House, who: str) -> None:
    maker = office.officers[who]
    with refused("DeskSamePerson", 7, maker.number):
        offer(office, GOOD, maker, [maker])
    offer(office, GOOD, maker, [])
    with refused("DeskSamePerson", 7, maker.number):
        approve(office, GOOD, maker)


def test_approve__the_maker_with_another_account__refused(office: House) -> None:
    offer(office, GOOD, approvers=[])
    other = grant(office, BENDAHARA, 1)
    with refused("DeskSamePerson", 7, 1):
        approve(office, GOOD, other)


def test_approve__twice__refused(office: House) -> None:
    offer(office, LARGE)
    with refused("DeskSamePerson", 7, 2):
        approve(office, LARGE, office.sekretaris)
    with refused("DeskSamePerson", 8, 2):
        offer(office, LARGE.but(loan=8), approvers=[office.sekretaris, office.sekretaris])


def test_approve__twice_with_two_accounts__refused(office: House) -> None:
    offer(office, LARGE)
    other = grant(office, PENGAWAS, 2)
    with refused("DeskSamePerson", 7, 2):
        approve(office, LARGE, other)


@pytest.mark.parametrize("borrower", [1, 2])
def test_offer__to_maker_or_approver__refused(office: House, borrower: int) -> None:
    with refused("DeskOwnLoan", 7, borrower):
        offer(office, GOOD.but(borrower=borrower, principal=100_000))


def test_approve__the_borrower__refused(office: House) -> None:
    offer(office, GOOD.but(borrower=2, principal=100_000), approvers=[])
    with refused("DeskOwnLoan", 7, 2):
        approve(office, GOOD.but(borrower=2, principal=100_000), office.sekretaris)


@pytest.mark.parametrize("amount", [0, 1_000])
def test_approve__a_guarantor__refused(office: House, amount: int) -> None:
    terms = GOOD.but(pledges=((102, 2, 0), (2, int(SavingsKind.WAJIB), amount)))
    with refused("DeskOwnLoan", 7, 2):
        offer(office, terms)
    offer(office, terms, approvers=[])
    with refused("DeskOwnLoan", 7, 2):
        approve(office, terms, office.sekretaris)
    approve(office, terms, office.bendahara)


def test_offer__maker_is_a_guarantor__refused(office: House) -> None:
    with refused("DeskOwnLoan", 7, 1):
        offer(office, GOOD.but(pledges=guarantors(1)), approvers=[])


@pytest.mark.parametrize("who", ["teller", "registrar", "pengawas"])
def test_offer__not_of_the_board__refused(office: House, who: str) -> None:
    with refused("AccessManagedUnauthorized"):
        offer(office, GOOD, office.officers[who])


@pytest.mark.parametrize("who", ["teller", "registrar", "alice"])
def test_approve__no_officer_of_the_committee__refused(office: House, who: str) -> None:
    signer = getattr(office, who)
    with refused("DeskMayNotApprove", 7, signer.signer):
        offer(office, GOOD, approvers=[signer])
    offer(office, GOOD, approvers=[])
    with refused("DeskMayNotApprove", 7, signer.signer):
        approve(office, GOOD, signer)


def test_approve__office_that_the_tier_does_not_ask__refused(office: House) -> None:
    offer(office, GOOD, approvers=[])
    with refused("DeskMayNotApprove", 7, office.pengawas.signer):
        approve(office, GOOD, office.pengawas)
    offer(office, LARGE, approvers=[office.pengawas])


def test_offer__large__needs_two_and_pengawas_among_them(office: House) -> None:
    offer(office, LARGE)
    with refused("DeskNotApproved", 7, 1, PENGAWAS_BIT):
        disburse(office, LARGE)
    approve(office, LARGE, office.bendahara)
    with refused("DeskNotApproved", 7, 0, PENGAWAS_BIT):
        disburse(office, LARGE)
    approve(office, LARGE, office.pengawas)
    disburse(office, LARGE)


def test_offer__signatures_with_one_deadline__all_counted(office: House) -> None:
    offer(office, LARGE, approvers=[office.sekretaris, office.pengawas])
    assert approvers_of(office) == (2, 4)


def test_approve__one_person_with_two_required_offices__another_is_needed(office: House) -> None:
    """Two required offices are two persons."""
    required = 1 << BENDAHARA | PENGAWAS_BIT
    tiers = [(2**64 - 1, 2, BOARD_BIT | PENGAWAS_BIT, required)]
    office.LoanPolicy.setTiers(tiers, {"from": office.admin})
    both = grant(office, BENDAHARA, 5)
    office.Authority.grantOffice(PENGAWAS, both.signer, 5, now() + 300 * DAY, {"from": office.admin})
    offer(office, GOOD)
    approve(office, GOOD, both)
    with refused("DeskNotApproved", 7, 0, required):
        disburse(office, GOOD)
    approve(office, GOOD, office.pengawas)
    disburse(office, GOOD)


def test_offer__tiers_changed_since__those_of_the_offer_hold(office: House) -> None:
    offer(office, GOOD)
    office.LoanPolicy.setTiers([(2**64 - 1, 3, BOARD_BIT, 0)], {"from": office.admin})
    disburse(office, GOOD)
    offer(office, GOOD.but(loan=8))
    with refused("DeskNotApproved", 8, 2, 0):
        disburse(office, GOOD.but(loan=8))


def test_offer__signature_of_other_terms__refused(office: House) -> None:
    signed = office.countersign(office.sekretaris, office.LoanDesk, offer_action(GOOD))
    with refused("AuthoritySignatureInvalid"):
        office.LoanDesk.offer(GOOD.but(principal=1).word, 0, [signed], {"from": office.ketua.account})


def test_offer__signature_for_another_loan__refused(office: House) -> None:
    signed = office.countersign(office.sekretaris, office.LoanDesk, offer_action(GOOD))
    with refused("AuthoritySignatureInvalid"):
        office.LoanDesk.offer(GOOD.but(loan=8).word, 0, [signed], {"from": office.ketua.account})


def test_offer__signature_for_another_contract__refused(office: House) -> None:
    send = {"from": office.deployer}
    other = contract_type("LoanDesk").deploy(office.Authority, office.MemberRegistry, office.Treasury, send)
    signed = office.countersign(office.sekretaris, other, offer_action(GOOD))
    with refused("AuthoritySignatureInvalid"):
        office.LoanDesk.offer(GOOD.word, 0, [signed], {"from": office.ketua.account})


def test_offer__signature_for_another_authority__refused(office: House) -> None:
    """The same contract of another cooperative has another domain."""
    signed = office.countersign(
        office.sekretaris, office.LoanDesk, offer_action(GOOD), authority=brownie.accounts[7].address
    )
    with refused("AuthoritySignatureInvalid"):
        office.LoanDesk.offer(GOOD.word, 0, [signed], {"from": office.ketua.account})


def test_offer__signature_for_another_chain__refused(office: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(actors, "CHAIN_ID", 137)
        signed = office.countersign(office.sekretaris, office.LoanDesk, offer_action(GOOD))
    with refused("AuthoritySignatureInvalid"):
        office.LoanDesk.offer(GOOD.word, 0, [signed], {"from": office.ketua.account})


def test_offer__signature_expired__refused(office: House) -> None:
    deadline = now() - 1
    signed = office.countersign(office.sekretaris, office.LoanDesk, offer_action(GOOD), deadline)
    with refused("AuthoritySignatureExpired", deadline):
        office.LoanDesk.offer(GOOD.word, 0, [signed], {"from": office.ketua.account})


def test_approve__offer_expired__refused(office: House) -> None:
    offer(office, GOOD, approvers=[])
    travel(30 * DAY + 1)
    with refused("DeskOfferExpired"):
        approve(office, GOOD, office.bendahara)


def test_approve__never_offered__refused(office: House) -> None:
    with refused("DeskNoOffer", 7):
        approve(office, GOOD, office.bendahara)


def test_approve__term_over_since__still_counts(office: House) -> None:
    """What an officer approved in office stays approved."""
    offer(office, GOOD)
    office.Authority.revokeOffice(2, office.sekretaris.signer, {"from": office.admin})
    with refused("DeskMayNotApprove", 7, office.sekretaris.signer):
        approve(office, GOOD, office.sekretaris)
    disburse(office, GOOD)


@pytest.mark.parametrize("part", ["borrower", "guarantor"])
def test_offer__party_unknown_or_gone__refused(office: House, part: str) -> None:
    def terms(number: int) -> Terms:
        return GOOD.but(borrower=number) if part == "borrower" else GOOD.but(pledges=guarantors(number))

    with refused("DeskMemberStatus", 900, 0):
        offer(office, terms(900))
    exit_member(office, office.dewi)
    with refused("DeskMemberStatus", DEWI, 4):
        offer(office, terms(DEWI))
    office.MemberRegistry.suspend(105, {"from": office.admin})
    with refused("DeskMemberStatus", 105, 3):
        offer(office, terms(105))


@pytest.mark.parametrize(
    ("member", "pledges"),
    [
        (101, guarantors(101)),
        (102, ((102, int(SavingsKind.POKOK), 1),)),
        (102, ((102, int(SavingsKind.PAYABLE), 1),)),
        (102, guarantors(102, 103, 102)),
        (102, ((102, 2, 5), (102, 2, 6))),
    ],
)
def test_offer__pledge_that_secures_nothing__refused(
    office: House, member: int, pledges: tuple[tuple[int, int, int], ...]
) -> None:
    with refused("DeskPledgeInvalid", member):
        offer(office, GOOD.but(pledges=pledges))


def test_offer__number_of_a_loan__refused(office: House) -> None:
    lend(office, GOOD)
    with refused("DeskLoanExists", 7):
        offer(office, GOOD.but(principal=5))


def test_offer__terms_that_no_loan_can_have__refused(office: House) -> None:
    with refused("LoanRateAboveCap", 1_301, 12, int(LoanMethod.FLAT)):
        offer(office, GOOD.but(rate_bps=1_301))


def test_offer__terms_that_the_product_does_not_allow__refused(office: House) -> None:
    number = product_of(LoanMethod.FLAT)
    terms = product(LoanMethod.FLAT, max_months=11, max_grace_months=1)
    office.LoanPolicy.setProduct(number, terms, {"from": office.admin})
    with refused("PolicyTermsRefused"):
        offer(office, GOOD)
    with refused("PolicyUnknownProduct", 77):
        offer(office, GOOD.but(product=77))


def test_withdraw_offer__offered__gone(office: House) -> None:
    offer(office, GOOD)
    receipt = office.LoanDesk.withdrawOffer(7, {"from": office.bendahara.account})
    assert receipt.events["LoanOfferWithdrawn"]["loan"] == 7
    assert tuple(office.LoanDesk.offerOf(7))[1:] == (0, 0, ())
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
