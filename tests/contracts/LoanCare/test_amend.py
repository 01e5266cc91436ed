"""Amendments: proposed, approved by the committee, signed by everybody who answers for the loan."""

from dataclasses import replace

import pytest

from tests.contracts import actors
from tests.contracts.actors import DAY, NEVER, House, now, person, refused, today, travel
from tests.contracts.care import FREEZE, RESTRUCTURE, Amendment, accept_amendment, amend, pledge, propose
from tests.contracts.LoanDesk.orders import recover
from tests.contracts.office import Terms, guarantors, lend

LOAN = 7
LATER = Amendment(LOAN)


@pytest.fixture(scope="module")
def lent(office: House) -> House:
    """Alice owes 12,000,000, Budi answers for it."""
    lend(office, Terms(LOAN, office.alice.number, pledges=guarantors(office.budi.number)))
    return office


@pytest.fixture
def proposed(lent: House) -> House:
    propose(lent, LATER)
    return lent


def everybody(house: House, amendment: Amendment = LATER, deadline: int = NEVER) -> list[tuple[int, bytes]]:
    return [accept_amendment(house, member, amendment, deadline) for member in (house.alice, house.budi)]


def test_amend__approved_and_signed__a_new_version(proposed: House) -> None:
    receipt = amend(proposed, LATER, everybody(proposed))
    event = receipt.events["LoanAmended"]
    assert (event["version"], event["principal"], event["interestCarried"]) == (2, 12_000_000, 0)
    assert tuple(event["amendment"])[3] == 24
    loan = proposed.LoanBook.loanOf(LOAN)
    assert (loan["version"], loan["months"], loan["method"]) == (2, 24, int(LATER.method))
    assert proposed.LoanBook.outstandingOf(LOAN) == 12_000_000
    with refused("CareNoProposal", LOAN):
        amend(proposed, LATER, everybody(proposed))


@pytest.mark.parametrize(
    "amendment",
    [
        LATER.but(kind=RESTRUCTURE, rate_bps=600),
        LATER.but(kind=FREEZE, freeze_months=3, months=12),
        LATER.but(grace_months=6),
    ],
)
def test_amend__each_kind__holds(lent: House, amendment: Amendment) -> None:
    propose(lent, amendment)
    amend(lent, amendment, everybody(lent, amendment))
    loan = lent.LoanBook.loanOf(LOAN)
    assert (loan["rateBps"], loan["freezeMonths"], loan["graceMonths"]) == (
        amendment.rate_bps,
        amendment.freeze_months,
        amendment.grace_months,
    )


def test_propose__not_pengurus_or_unknown_loan__refused(lent: House) -> None:
    for officer in (lent.teller, lent.pengawas, lent.registrar):
        with refused("AccessManagedUnauthorized", officer.signer):
            propose(lent, LATER, maker=officer, approvers=[])
    with refused("CareUnknownLoan", 8):
        propose(lent, LATER.but(loan=8), approvers=[])


def test_approve__by_transaction__counts(lent: House) -> None:
    propose(lent, LATER, approvers=[])
    with refused("DeskNotApproved", LOAN, 1, 0):
        amend(lent, LATER, everybody(lent))
    receipt = lent.LoanCare.approveAmendment(LATER.word, {"from": lent.bendahara.account})
    assert receipt.events["AmendmentApproved"]["approver"] == lent.bendahara.number
    assert list(lent.LoanCare.proposalOf(LOAN)[3]) == [lent.bendahara.number]
    amend(lent, LATER, everybody(lent))


def test_approve__maker_or_no_officer__refused(lent: House) -> None:
    propose(lent, LATER, approvers=[])
    with refused("DeskSamePerson", LOAN, lent.ketua.number):
        lent.LoanCare.approveAmendment(LATER.word, {"from": lent.ketua.account})
    for other in (lent.teller, lent.alice):
        with refused("DeskMayNotApprove", LOAN, other.signer):
            lent.LoanCare.approveAmendment(LATER.word, {"from": other.account})


def test_approve__nothing_proposed__refused(lent: House) -> None:
    with refused("CareNoProposal", LOAN):
        lent.LoanCare.approveAmendment(LATER.word, {"from": lent.bendahara.account})


def test_amend__terms_changed_after_approval__refused(proposed: House) -> None:
    changed = LATER.but(months=36)
    with refused("CareAmendmentChanged"):
        amend(proposed, changed, everybody(proposed, changed))
    propose(proposed, changed, approvers=[])
    with refused("DeskNotApproved", LOAN, 1, 0):
        amend(proposed, changed, everybody(proposed, changed))


def test_amend__signature_under_other_terms_or_another_loan__refused(proposed: House) -> None:
    for other in (LATER.but(months=36), LATER.but(loan=8)):
        with refused("DeskAcceptanceInvalid"):
            amend(proposed, LATER, everybody(proposed, other))


def test_amend__signature_for_another_chain__refused(
    proposed: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(actors, "CHAIN_ID", 137)
        alice, _ = everybody(proposed)
    _, budi = everybody(proposed)
    with refused("DeskAcceptanceInvalid"):
        amend(proposed, LATER, [alice, budi])


def test_amend__signer_recovered__not_for_30_days(lent: House) -> None:
    new_key, at = recover(lent, lent.alice.number)
    travel(at + 30 * DAY - now() - 60)
    propose(lent, LATER)
    signed = [accept_amendment(lent, member, LATER) for member in (new_key, lent.budi)]
    with refused("DeskRecentlyRecovered", 101, at + 30 * DAY):
        amend(lent, LATER, signed)
    travel(60)
    amend(lent, LATER, signed)


def test_amend__somebody_did_not_sign__refused(proposed: House) -> None:
    alice, budi = everybody(proposed)
    with refused("DeskAcceptancesMissing", 2, 1):
        amend(proposed, LATER, [alice])
    with refused("DeskAcceptanceInvalid"):
        amend(proposed, LATER, [budi, alice])
    with refused("DeskAcceptanceInvalid"):
        amend(proposed, LATER, [alice, accept_amendment(proposed, proposed.dewi, LATER)])


def test_amend__acceptance_or_proposal_expired__refused(proposed: House) -> None:
    past = now() - 1
    with refused("DeskAcceptanceExpired", past):
        amend(proposed, LATER, everybody(proposed, deadline=past))
    signed = everybody(proposed)
    travel(31 * DAY)
    with refused("CareProposalExpired"):
        amend(proposed, LATER, signed)


def test_amend__closed_day_or_tomorrow__refused(proposed: House) -> None:
    with refused("TreasuryDayInFuture"):
        amend(proposed, LATER, everybody(proposed), day=today() + 1)


def test_propose__again_what_is_in_force__old_signatures_serve_no_second_time(proposed: House) -> None:
    amend(proposed, LATER, everybody(proposed))
    with refused("CareAlreadyEnacted", LOAN, LATER.hash):
        propose(proposed, LATER, approvers=[])
    propose(proposed, LATER.but(months=36), approvers=[])


def test_amend__officers_sign_for_the_member__refused(proposed: House) -> None:
    forger = replace(person("forger", 990), number=proposed.alice.number)
    forged = [accept_amendment(proposed, forger, LATER), accept_amendment(proposed, proposed.budi, LATER)]
    with refused("DeskAcceptanceInvalid"):
        amend(proposed, LATER, forged)


def test_amend__own_pledge__needs_no_second_signature(office: House) -> None:
    lend(office, Terms(9, office.alice.number, pledges=(pledge(office.alice, 100_000),)))
    amendment = Amendment(9)
    propose(office, amendment)
    amend(office, amendment, [accept_amendment(office, office.alice, amendment), (0, b"")])
    assert office.LoanBook.loanOf(9)["version"] == 2


def test_amend__rate_above_the_cap__refused_by_the_book(lent: House) -> None:
    dear = LATER.but(kind=RESTRUCTURE, rate_bps=2_401)
    propose(lent, dear)
    with refused("LoanRateAboveCap"):
        amend(lent, dear, everybody(lent, dear))
