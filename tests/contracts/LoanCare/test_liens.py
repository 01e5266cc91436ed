"""Liens: freed as principal falls, claimed in default after notice, never more than is owed."""

import pytest

from rules.types import SavingsKind, SlipKind
from tests.contracts.actors import DAY, House, contract_type, refused, today, travel
from tests.contracts.care import notice, pledge
from tests.contracts.office import DOCUMENT, KAS, Slip, Terms, disburse, lend, offer, receive

LOAN = 7
SUKARELA = int(SavingsKind.SUKARELA)
OWED_AT_ONCE = 12_120_000
"""The payoff within the first month: principal and the running month's interest."""


@pytest.fixture
def secured(office: House) -> House:
    """Alice borrows 12,000,000; 600,000 of hers and 300,000 of Budi's secure it, and Dewi's signature."""
    pledges = (pledge(office.alice, 600_000), pledge(office.budi, 300_000), pledge(office.dewi, 0))
    lend(office, Terms(LOAN, office.alice.number, pledges=pledges))
    return office


@pytest.fixture
def late(secured: House) -> House:
    """... and pays nothing for so long that liens may be claimed."""
    travel(125 * DAY)
    return secured


def held(house: House, number: int) -> int:
    return int(house.SavingsSukarela.lienOf(number, LOAN)[0])


def pay(house: House, amount: int, kind: SlipKind = SlipKind.ANGSURAN) -> None:
    receive(house, Slip(house.alice.number, kind, amount, loan=LOAN))


def release(house: House):
    return house.LoanCare.releaseLiens(LOAN, {"from": house.eko.account})


def claim(house: House, index: int):
    return house.LoanCare.claim(LOAN, index, {"from": house.eko.account})


def test_release__principal_fell__its_share_rounded_up_stays(secured: House) -> None:
    pay(secured, 1_120_001)
    release(secured)
    # 600,000 and 300,000 x 10,999,999 / 12,000,000, rounded up.
    assert (held(secured, 101), held(secured, 102)) == (550_000, 275_000)
    assert secured.SavingsSukarela.availableOf(102) == 1_000_000 - 275_000


def test_release__nothing_paid__too_early(secured: House) -> None:
    with refused("CareNothingToDo", LOAN):
        release(secured)


def test_release__only_interest_paid__too_early(secured: House) -> None:
    pay(secured, 120_000)
    with refused("CareNothingToDo", LOAN):
        release(secured)


def test_release__closed__all_of_it_and_once(secured: House) -> None:
    pay(secured, OWED_AT_ONCE, SlipKind.PELUNASAN)
    release(secured)
    assert (held(secured, 101), held(secured, 102)) == (0, 0)
    with refused("CareNothingToDo", LOAN):
        release(secured)


def test_release__rest_can_still_be_drawn__counts_as_owed(office: House) -> None:
    """The attack: a guarantor is freed after the first tranche is paid back, and the rest is drawn then."""
    terms = Terms(LOAN, office.alice.number, pledges=(pledge(office.budi, 300_000),))
    offer(office, terms)
    disburse(office, terms, drawn=4_000_000)
    with refused("CareNothingToDo", LOAN):
        release(office)
    pay(office, 120_000 + 3_000_000)
    release(office)
    left = office.LoanBook.outstandingOf(LOAN) + 8_000_000
    assert held(office, 102) == -(-300_000 * left // 12_000_000)


def test_release__another_loan_desk_since__rest_to_draw_still_counts(office: House) -> None:
    """The attack: a desk that never heard of the rest, so that the guarantors' savings come free."""
    terms = Terms(LOAN, office.alice.number, pledges=(pledge(office.budi, 300_000),))
    offer(office, terms)
    disburse(office, terms, drawn=4_000_000)
    other = contract_type("LoanDesk").deploy(
        office.Authority, office.MemberRegistry, office.Treasury, {"from": office.deployer}
    )
    office.install("LoanDesk", other)
    assert office.LoanBook.undrawnOf(LOAN) == 8_000_000
    with refused("CareNothingToDo", LOAN):
        release(office)


def test_release__written_off__too_early(late: House) -> None:
    late.LoanBook.writeOff(LOAN, today(), DOCUMENT, {"from": late.writer})
    with refused("CareNothingToDo", LOAN):
        release(late)


def test_release__by_anyone_past_the_desk__refused(secured: House) -> None:
    """Only writers of the token free a lien; a guarantor, an officer and a teller are none."""
    for person in (secured.budi, secured.ketua, secured.teller):
        with refused("WriterRefused", person.signer):
            secured.SavingsSukarela.releaseLien(102, LOAN, 1, {"from": person.account})


def test_release__unknown_loan__refused(office: House) -> None:
    with refused("CareUnknownLoan", LOAN):
        release(office)


def test_claim__after_default_and_notice__pays_the_loan_without_cash(late: House) -> None:
    cash = late.Treasury.channelTotal(KAS)
    outstanding = late.LoanBook.outstandingOf(LOAN)
    notice(late, LOAN, 1, 300_000)
    travel(30 * DAY)

    receipt = claim(late, 1)

    assert late.Treasury.channelTotal(KAS) == cash
    (paid,) = receipt.events["LoanPaid"]
    assert (paid["borrower"], paid["channel"]) == (101, 0)
    assert paid["principal"] + paid["interest"] == 300_000
    assert late.Treasury.isReceiptUsed(paid["receipt"])
    assert late.LoanBook.outstandingOf(LOAN) == outstanding - paid["principal"]
    assert held(late, 102) == 0
    event = receipt.events["LoanPaidFromSavings"]
    assert (event["member"], event["kind"], event["amount"]) == (102, SUKARELA, 300_000)


def test_notice__not_in_default__refused(secured: House) -> None:
    with refused("CareNotInDefault", LOAN, 0, 90):
        notice(secured, LOAN, 1, 1)
    travel(60 * DAY)
    with refused("CareNotInDefault"):
        notice(secured, LOAN, 1, 1)


def test_notice__paid_in_time__refused(secured: House) -> None:
    pay(secured, 12_000_000)
    travel(125 * DAY)
    with refused("CareNotInDefault", LOAN, 0, 90):
        notice(secured, LOAN, 1, 1)


def test_notice__more_than_is_owed__refused(late: House) -> None:
    owed = sum(late.LoanBook.payoffOf(LOAN, today()))
    with refused("CareClaimTooHigh", LOAN, owed, owed + 1):
        notice(late, LOAN, 0, owed + 1)


def test_notice__more_than_the_lien__refused_by_the_token(late: House) -> None:
    with refused("SavingsLienInsufficient", 102, LOAN, 300_000, 300_001):
        notice(late, LOAN, 1, 300_001)


def test_notice__guarantor_without_lien_or_no_pledge__refused(late: House) -> None:
    with refused("SavingsLienInsufficient", 104, LOAN, 0, 1):
        notice(late, LOAN, 2, 1)
    with refused("CareUnknownPledge", LOAN, 3):
        notice(late, LOAN, 3, 1)


def test_notice__not_by_two_offices__refused(late: House) -> None:
    with refused("AuthorityNotHeld"):
        notice(late, LOAN, 1, 1, maker=late.teller)
    with refused("AuthorityNotHeld"):
        notice(late, LOAN, 1, 1, checker=late.sekretaris)


def test_claim__without_or_before_the_notice_ends__refused(late: House) -> None:
    with refused("SavingsClaimNotDue", 102, LOAN, 0):
        claim(late, 1)
    notice(late, LOAN, 1, 300_000)
    travel(29 * DAY)
    with refused("SavingsClaimNotDue"):
        claim(late, 1)


def test_claim__stopped_by_pengawas__refused(late: House) -> None:
    notice(late, LOAN, 1, 300_000)
    late.SavingsSukarela.stopLienClaim(102, LOAN, {"from": late.pengawas.account})
    travel(30 * DAY)
    with refused("SavingsClaimNotDue", 102, LOAN, 0):
        claim(late, 1)


def test_claim__twice__refused(late: House) -> None:
    notice(late, LOAN, 1, 300_000)
    travel(30 * DAY)
    claim(late, 1)
    with refused("SavingsClaimNotDue", 102, LOAN, 0):
        claim(late, 1)


def test_claim__paid_meanwhile__takes_no_more_than_is_owed(late: House) -> None:
    notice(late, LOAN, 1, 300_000)
    travel(30 * DAY)
    pay(late, 13_440_000 - 100_000)
    receipt = claim(late, 1)
    assert receipt.events["LienClaimed"]["amount"] == 100_000
    assert late.LoanBook.loanOf(LOAN)["closed"]
    assert late.SavingsSukarela.balanceOfMember(102) == 900_000
    release(late)
    assert held(late, 102) == 0


def test_claim__closed_meanwhile__nothing_taken(late: House) -> None:
    notice(late, LOAN, 1, 300_000)
    travel(30 * DAY)
    pay(late, sum(late.LoanBook.payoffOf(LOAN, today())), SlipKind.PELUNASAN)
    with refused("SavingsZeroAmount"):
        claim(late, 1)
