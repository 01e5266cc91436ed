"""draw: further tranches on the borrower's order, never beyond what was agreed."""

from typing import Any

import pytest

from rules.receipts import Series
from tests.contracts import actors
from tests.contracts.actors import House, now, refused, today
from tests.contracts.LoanDesk.orders import draw, recover
from tests.contracts.office import BANK, KAS, STABLECOIN, Terms, disburse, offer, slip_number

GOOD = Terms(7, 101, fee=100_000)


@pytest.fixture
def drawing(office: House) -> House:
    """Loan 7 of 12,000,000, of which 5,000,000 is paid out."""
    offer(office, GOOD)
    disburse(office, GOOD, drawn=5_000_000)
    return office


def test_disburse__first_tranche__rest_can_be_drawn(office: House) -> None:
    cash = office.Treasury.channelTotal(BANK)
    offer(office, GOOD)
    disburse(office, GOOD, drawn=5_000_000)
    assert office.Treasury.channelTotal(BANK) == cash - 4_900_000
    assert office.LoanBook.outstandingOf(7) == office.LoanBook.drawnOf(7) == 5_000_000
    assert office.LoanBook.undrawnOf(7) == 7_000_000


def test_draw__by_order__paid_out_without_a_second_fee(drawing: House) -> None:
    cash, receipt = drawing.Treasury.channelTotal(KAS), slip_number()
    (drawn,) = draw(drawing, 3_000_000, channel=KAS, receipt=receipt).events["LoanDrawn"]
    assert drawing.Treasury.channelTotal(KAS) == cash - 3_000_000
    assert drawing.Treasury.isReceiptUsed(receipt)
    assert (drawn["loan"], drawn["amount"], drawn["channel"], drawn["receipt"]) == (
        7,
        3_000_000,
        KAS,
        receipt,
    )
    assert drawing.LoanBook.outstandingOf(7) == 8_000_000
    assert drawing.LoanBook.undrawnOf(7) == 4_000_000


def test_draw__all_that_is_left__nothing_more(drawing: House) -> None:
    draw(drawing, 7_000_000)
    assert drawing.LoanBook.undrawnOf(7) == 0
    with refused("DeskDrawInvalid", 7, 0, 1):
        draw(drawing, 1, nonce=2)


def test_draw__beyond_the_commitment__refused(drawing: House) -> None:
    with refused("DeskDrawInvalid", 7, 7_000_000, 7_000_001):
        draw(drawing, 7_000_001)
    draw(drawing, 6_000_000)
    with refused("DeskDrawInvalid", 7, 1_000_000, 1_000_001):
        draw(drawing, 1_000_001, nonce=2)


def test_draw__nothing_or_unknown__refused(drawing: House) -> None:
    with refused("DeskDrawInvalid", 7, 7_000_000, 0):
        draw(drawing, 0)
    with refused("DeskDrawInvalid", 8, 0, 1):
        draw(drawing, 1, loan=8)


def test_draw__same_order_twice__refused(drawing: House) -> None:
    draw(drawing, 1_000_000)
    with refused("DeskOrderSpent", 101, 1):
        draw(drawing, 1_000_000)


def test_draw__order_of_another_loan__refused(drawing: House) -> None:
    other = GOOD.but(loan=8)
    offer(drawing, other)
    disburse(drawing, other, drawn=5_000_000)
    draw(drawing, 1_000_000, loan=8)
    with refused("DeskAcceptanceInvalid"):
        draw(drawing, 1_000_000, nonce=2, asked_of=8)


def test_draw__order_for_another_chain__refused(drawing: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actors, "CHAIN_ID", 137)
    with refused("DeskAcceptanceInvalid"):
        draw(drawing, 1_000_000)


@pytest.mark.parametrize("change", [{"signer": "budi"}, {"asked": 2_000_000}])
def test_draw__not_what_the_borrower_ordered__refused(drawing: House, change: dict[str, Any]) -> None:
    if "signer" in change:
        change = {"signer": getattr(drawing, change["signer"])}
    with refused("DeskAcceptanceInvalid"):
        draw(drawing, 1_000_000, **change)


def test_draw__expired__refused(drawing: House) -> None:
    deadline = now() - 1
    with refused("DeskAcceptanceExpired", deadline):
        draw(drawing, 1_000_000, deadline=deadline)


@pytest.mark.parametrize("series", [Series.LOAN, Series.PAYROLL, Series.JOURNAL])
def test_draw__receipt_of_another_series__refused(drawing: House, series: int) -> None:
    """A number of a loan to come would shut that loan out."""
    with refused("DeskReceiptInvalid", series << 56 | 8):
        draw(drawing, 1_000_000, receipt=series << 56 | 8)


def test_draw__receipt_used_before__refused(drawing: House) -> None:
    receipt = slip_number()
    draw(drawing, 1_000_000, receipt=receipt)
    with refused("TreasuryReceiptUsed", receipt):
        draw(drawing, 1_000_000, receipt=receipt, nonce=2)


def test_draw__suspended_since__refused(drawing: House) -> None:
    drawing.MemberRegistry.suspend(101, {"from": drawing.admin})
    with refused("DeskMemberStatus", 101, 3):
        draw(drawing, 1_000_000)


def test_draw__signer_recovered__not_for_30_days(drawing: House) -> None:
    new_key, _ = recover(drawing, 101)
    with refused("DeskRecentlyRecovered"):
        draw(drawing, 1_000_000, signer=new_key)


def test_draw__stablecoin_of_which_there_is_none__refused(drawing: House) -> None:
    with refused("TreasuryInsufficientCash"):
        draw(drawing, 1_000_000, channel=STABLECOIN)


@pytest.mark.parametrize("who", ["ketua", "alice"])
def test_draw__not_a_teller__refused(drawing: House, who: str) -> None:
    with refused("AccessManagedUnauthorized"):
        draw(drawing, 1_000_000, sender=getattr(drawing, who))


def test_draw__loan_paid_off_since__lapsed(drawing: House) -> None:
    payoff = sum(drawing.LoanBook.payoffOf(7, today()))
    drawing.LoanBook.payOff(7, 101, payoff, BANK, 1, today(), {"from": drawing.writer})
    assert drawing.LoanBook.undrawnOf(7) == 0
    with refused("DeskDrawInvalid", 7, 0, 1):
        draw(drawing, 1)


def test_draw__owed_by_an_heir_since__refused(drawing: House) -> None:
    """Whoever takes a loan over owes what was paid out; the rest was agreed with another."""
    drawing.LoanBook.assume(7, 102, b"\1" * 32, {"from": drawing.writer})
    assert drawing.LoanBook.undrawnOf(7) == 0
    with refused("DeskDrawInvalid", 7, 0, 1):
        draw(drawing, 1)
