"""Penalty waived, loans written off and taken over by an heir: by two offices, as far as the rule lets."""

import pytest
from eth_abi import encode
from eth_utils import keccak

from rules.types import LoanMethod, SlipKind
from tests.contracts import actors
from tests.contracts.actors import DAY, NEVER, House, refused, today, travel
from tests.contracts.care import accept_assumption, assume, pledge, waive, write_off
from tests.contracts.lending import product
from tests.contracts.office import DOCUMENT, Slip, Terms, guarantors, lend, receive

LOAN = 7
PENALTY_PRODUCT = 9


@pytest.fixture
def lent(office: House) -> House:
    """Alice owes 12,000,000 with a penalty of 12% a year on what is overdue, Budi answers for it."""
    conditions = product(LoanMethod.FLAT, penalty_bps=1_200, penalty_cap_bps=1_000)
    office.LoanPolicy.setProduct(PENALTY_PRODUCT, conditions, {"from": office.admin})
    terms = Terms(LOAN, office.alice.number, product=PENALTY_PRODUCT, pledges=guarantors(office.budi.number))
    lend(office, terms)
    return office


@pytest.fixture
def late(lent: House) -> House:
    travel(61 * DAY)
    assert penalty(lent) > 0
    return lent


@pytest.fixture
def lost(lent: House) -> House:
    """Nothing was paid for eight months."""
    travel(250 * DAY)
    return lent


def penalty(house: House) -> int:
    return int(house.LoanBook.arrearsOf(LOAN, today())[4])


def test_waive__two_offices__less_is_owed(late: House) -> None:
    owed = penalty(late)
    receipt = waive(late, LOAN, owed - 100)
    assert receipt.events["LoanPenaltyWaived"]["penalty"] == owed - 100
    assert penalty(late) == 100


def test_waive__more_than_is_owed__refused(late: House) -> None:
    owed = penalty(late)
    with refused("LoanAmountTooHigh", LOAN, owed, owed + 1):
        waive(late, LOAN, owed + 1)


def test_waive__not_by_two_offices__refused(late: House) -> None:
    with refused("AuthorityNotHeld"):
        waive(late, LOAN, 1, maker=late.teller)
    with refused("AuthorityNotHeld"):
        waive(late, LOAN, 1, checker=late.bendahara)


def test_waive__unknown_loan__refused(late: House) -> None:
    with refused("CareUnknownLoan", 8):
        waive(late, 8, 1)


def test_write_off__macet__out_of_the_books_but_owed(lost: House) -> None:
    outstanding, total = lost.LoanBook.outstandingOf(LOAN), lost.LoanBook.totalOutstanding()
    receipt = write_off(lost, LOAN)
    assert receipt.events["LoanWrittenOff"]["principal"] == outstanding
    assert lost.LoanBook.totalOutstanding() == total - outstanding
    assert lost.LoanBook.totalWrittenOff() == outstanding
    assert lost.LoanBook.outstandingOf(LOAN) == outstanding
    paid = receive(lost, Slip(101, SlipKind.ANGSURAN, 1_000_000, loan=LOAN))
    assert "LoanRecovered" in paid.events
    assert "LoanPaid" not in paid.events


def test_write_off__performing_or_merely_late__refused(late: House) -> None:
    with refused("CareNotMacet", LOAN):
        write_off(late, LOAN)
    travel(100 * DAY)
    with refused("CareNotMacet", LOAN):
        write_off(late, LOAN)


def test_write_off__twice__refused(lost: House) -> None:
    write_off(lost, LOAN)
    with refused("AuthorityActionSpent"):
        write_off(lost, LOAN)
    with refused("LoanNotRunning", LOAN):
        write_off(lost, LOAN, deadline=NEVER - 1)


def test_write_off__not_by_two_offices__refused(lost: House) -> None:
    with refused("AuthorityNotHeld"):
        write_off(lost, LOAN, maker=lost.teller)
    with refused("AuthorityNotHeld"):
        write_off(lost, LOAN, checker=lost.sekretaris)


def test_write_off__covered_by_liens__still_doubtful(office: House) -> None:
    lend(office, Terms(8, 101, principal=1_200_000, pledges=(pledge(office.alice, 1_000_000),)))
    travel(250 * DAY)
    with refused("CareNotMacet", 8):
        write_off(office, 8)


def heirs(house: House, loan: int = LOAN, deadline: int = NEVER) -> list[tuple[int, bytes]]:
    """What Eko, the heir, and Budi, the guarantor, sign."""
    return [accept_assumption(house, member, loan, 105, deadline) for member in (house.eko, house.budi)]


def test_assume__signed_by_heir_and_guarantor__the_heir_owes_it(lent: House) -> None:
    receipt = assume(lent, LOAN, 105, heirs(lent))
    event = receipt.events["LoanAssumed"]
    assert (event["from"], event["to"]) == (101, 105)
    assert lent.LoanBook.loanOf(LOAN)["borrower"] == 105
    assert (lent.LoanBook.runningLoansOf(101), lent.LoanBook.runningLoansOf(105)) == (0, 1)
    receive(lent, Slip(105, SlipKind.ANGSURAN, 1_120_000, loan=LOAN))
    with refused("LoanRefused", LOAN, 2):
        receive(lent, Slip(101, SlipKind.ANGSURAN, 1_120_000, loan=LOAN))


def test_assume__without_the_heirs_signature__refused(lent: House) -> None:
    _, budi = heirs(lent)
    for other in (accept_assumption(lent, lent.alice, LOAN, 105), budi, heirs(lent, loan=8)[0]):
        with refused("DeskAcceptanceInvalid"):
            assume(lent, LOAN, 105, [other, budi])
    with refused("DeskAcceptancesMissing", 2, 1):
        assume(lent, LOAN, 105, heirs(lent)[:1])


def test_assume__signature_for_another_chain__refused(lent: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(actors, "CHAIN_ID", 137)
        eko, _ = heirs(lent)
    with refused("DeskAcceptanceInvalid"):
        assume(lent, LOAN, 105, [eko, heirs(lent)[1]])


def test_assume__heir_or_borrower_is_a_guarantor__passed_over(office: House) -> None:
    """Eko answers for the loan already, Alice pledged savings of her own: neither signs a second time."""
    pledges = (pledge(office.alice, 100_000), *guarantors(office.eko.number, office.budi.number))
    lend(office, Terms(8, office.alice.number, pledges=pledges))
    eko, budi = heirs(office, loan=8)
    with refused("DeskAcceptanceInvalid"):
        assume(office, 8, 105, [eko, (0, b""), (0, b""), eko])
    assume(office, 8, 105, [eko, (0, b""), (0, b""), budi], deadline=NEVER - 1)
    assert office.LoanBook.loanOf(8)["borrower"] == 105


def test_assume__the_borrower_or_an_officer_who_decides__refused(lent: House) -> None:
    for heir in (101, lent.ketua.number, lent.pengawas.number):
        with refused("CareHeirInvalid", LOAN, heir):
            assume(lent, LOAN, heir, heirs(lent))


def test_assume__given_back_and_again__old_signatures_serve_no_second_time(lent: House) -> None:
    assume(lent, LOAN, 105, heirs(lent))
    back = [accept_assumption(lent, member, LOAN, 101) for member in (lent.alice, lent.budi)]
    assume(lent, LOAN, 101, back)
    agreement = keccak(encode(["uint32", "uint32", "bytes32"], [LOAN, 105, DOCUMENT]))
    with refused("CareAlreadyEnacted", LOAN, agreement):
        assume(lent, LOAN, 105, heirs(lent), deadline=NEVER - 1)


def test_assume__no_active_member__refused(lent: House) -> None:
    with refused("DeskMemberStatus", 999, 0):
        assume(lent, LOAN, 999, heirs(lent))


def test_assume__not_by_two_offices__refused(lent: House) -> None:
    with refused("AuthorityNotHeld"):
        assume(lent, LOAN, 105, heirs(lent), maker=lent.teller)
    with refused("AuthorityNotHeld"):
        assume(lent, LOAN, 105, heirs(lent), checker=lent.sekretaris)
