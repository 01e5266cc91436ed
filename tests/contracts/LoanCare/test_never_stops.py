"""Nobody can stop a repayment or a claim: there is no pause, and what anyone may do needs no officer."""

import re
from typing import Any

import pytest

from rules.types import SavingsKind, SlipKind
from tests.contracts.actors import DAY, House, now, person, refused, today, travel
from tests.contracts.care import notice, pledge, set_standing_order
from tests.contracts.MemberRegistry.orders import propose as propose_recovery
from tests.contracts.office import BANK, STABLECOIN, Slip, Terms, lend, payroll, post, receive, row
from tests.contracts.TellerDesk.test_stablecoin import coin

LOAN = 7
PAUSES = re.compile("pause|freeze|halt|block|close|stop|disable|suspend", re.IGNORECASE)
__all__ = ["coin"]


@pytest.fixture
def owing(office: House) -> House:
    """Alice owes 1,200,000 over 12 months; Budi's 300,000 secure it."""
    lend(
        office, Terms(LOAN, office.alice.number, principal=1_200_000, pledges=(pledge(office.budi, 300_000),))
    )
    return office


def anyone(house: House) -> dict[str, Any]:
    return {"from": house.eko.account}


def test_pause__functions_of_the_house__none_that_reaches_payments(house: House) -> None:
    """What sounds like one stops a recovery or a claim, suspends a member or closes days that are over."""
    named = {
        f"{name}.{entry['name']}"
        for name, contract in house.contracts.items()
        for entry in contract.abi
        if entry["type"] == "function"
        and entry["stateMutability"] not in ("view", "pure")
        and PAUSES.search(entry["name"])
    }
    savings = {f"Savings{kind.name.capitalize()}.stopLienClaim" for kind in SavingsKind}
    assert named == savings | {
        "MemberRegistry.stopRecovery",
        "MemberRegistry.stopRecoveryByOrder",
        "MemberRegistry.suspend",
        "Treasury.closeThrough",
        "Books.close",
    }


@pytest.mark.parametrize("target", ["LoanBook", "LoanCare", "TellerDesk", "Treasury", "SavingsSukarela"])
def test_pause__the_meeting_closes_a_contract__refused(owing: House, target: str) -> None:
    """The attack: AccessManager's own switch, turned by ADMIN."""
    authority, contract = owing.Authority, owing.contracts[target]
    with refused("AuthorityFunctionDisabled"):
        owing.admin.transfer(authority, data=authority.setTargetClosed.encode_input(contract, True))
    receive(owing, Slip(101, SlipKind.ANGSURAN, 112_000, loan=LOAN))


def test_pause__the_meeting_takes_the_writers_away__not_for_30_days(owing: House) -> None:
    """The attack: the desks may write no more, so that no instalment is booked."""
    book, since = owing.LoanBook, owing.LoanBook.writerTerm(owing.TellerDesk)[0]
    for end in (now() + 60, now() + 29 * DAY):
        with refused("WriterTermTooSoon"):
            book.setWriter(owing.TellerDesk, since, end, {"from": owing.admin})
    book.setWriter(owing.TellerDesk, since, now() + 30 * DAY + 60, {"from": owing.admin})
    travel(29 * DAY)
    receive(owing, Slip(101, SlipKind.ANGSURAN, 112_000, loan=LOAN))


def test_payment__borrower_suspended__every_way_open(owing: House, coin: Any) -> None:
    owing.MemberRegistry.suspend(101, {"from": owing.admin})
    set_standing_order(owing, owing.alice, LOAN, 200_000)
    receive(owing, Slip(101, SlipKind.ANGSURAN, 1_000, loan=LOAN))
    post(owing, [Slip(101, SlipKind.ANGSURAN, 1_000, loan=LOAN)])
    payroll(owing, 202501, [row(1, 101, loan=LOAN, angsuran=1_000)], BANK)
    own = Slip(101, SlipKind.ANGSURAN, 1_000, loan=LOAN, channel=STABLECOIN)
    owing.TellerDesk.depositStablecoin(own.word, {"from": owing.alice.account})
    assert owing.LoanBook.loanOf(LOAN)["interestPaid"] == 4_000
    travel(32 * DAY)
    owing.LoanCare.payStanding(LOAN, anyone(owing))
    due = sum(owing.LoanBook.payoffOf(LOAN, today()))
    receive(owing, Slip(101, SlipKind.PELUNASAN, due, loan=LOAN))
    assert owing.LoanBook.loanOf(LOAN)["closed"]


def test_payment__a_recovery_of_the_borrower_is_pending__goes_on(owing: House) -> None:
    """The attack: a proposal of another signer, so that the borrower falls into arrears."""
    propose_recovery(owing, 101, person("new key", 901))
    receive(owing, Slip(101, SlipKind.ANGSURAN, 112_000, loan=LOAN))
    assert owing.LoanBook.loanOf(LOAN)["instalment"] == 2


def test_payment__claim_was_noticed__goes_on_and_so_does_the_claim(owing: House) -> None:
    travel(125 * DAY)
    notice(owing, LOAN, 0, 300_000)
    receive(owing, Slip(101, SlipKind.ANGSURAN, 112_000, loan=LOAN))
    travel(30 * DAY)
    owing.LoanCare.claim(LOAN, 0, anyone(owing))
    assert owing.SavingsSukarela.lienOf(102, LOAN)[0] == 0


def test_no_officer_is_left__standing_orders_claims_releases_and_own_payments_go_on(
    owing: House, coin: Any
) -> None:
    """All terms of office are over; what anyone or the member may do asks for none of them."""
    set_standing_order(owing, owing.alice, LOAN, 112_000)
    travel(480 * DAY)
    notice(owing, LOAN, 0, 100_000)
    travel(70 * DAY)
    slip = Slip(101, SlipKind.ANGSURAN, 112_000, loan=LOAN)
    with refused("AccessManagedUnauthorized", owing.teller.signer):
        receive(owing, slip)
    own = slip.but(channel=STABLECOIN, amount=672_000)
    owing.TellerDesk.depositStablecoin(own.word, {"from": owing.alice.account})
    owing.LoanCare.payStanding(LOAN, anyone(owing))
    owing.LoanCare.claim(LOAN, 0, anyone(owing))
    paid = owing.LoanBook.loanOf(LOAN)
    assert paid["principalPaid"] + paid["interestPaid"] == 672_000 + 112_000 + 100_000
    owing.LoanCare.releaseLiens(LOAN, anyone(owing))
    # 412,000 of 1,200,000 are outstanding: their share of 300,000 stays.
    assert owing.SavingsSukarela.lienOf(102, LOAN)[0] == 103_000
