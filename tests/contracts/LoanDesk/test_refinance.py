"""disburse of a loan that pays off an older one (top-up): no cash turns twice."""

import pytest

from rules.types import SavingsKind
from tests.contracts.actors import House, refused, today
from tests.contracts.office import BANK, KAS, Terms, disburse, lend, offer

SUKARELA = int(SavingsKind.SUKARELA)
OLD = Terms(7, 101, principal=5_000_000, pledges=((101, SUKARELA, 800_000), (103, SUKARELA, 0)))
TOP_UP = Terms(8, 101, fee=120_000, refinances=7, pledges=((101, SUKARELA, 900_000),))


def payoff(house: House) -> int:
    return int(sum(house.LoanBook.payoffOf(7, today())))


def test_disburse__top_up__older_loan_paid_off_and_the_rest_in_cash(office: House) -> None:
    lend(office, OLD)
    cash, owed = office.Treasury.channelTotal(BANK), payoff(office)
    receipt = lend(office, TOP_UP)
    assert office.Treasury.channelTotal(BANK) == cash - (12_000_000 - 120_000 - owed)
    assert office.LoanBook.loanOf(7)["closed"]
    assert office.LoanBook.outstandingOf(8) == 12_000_000
    (paid,), (started,) = receipt.events["LoanPaid"], receipt.events["LoanStarted"]
    assert (paid["loan"], paid["channel"], paid["principal"] + paid["interest"]) == (7, 0, owed)
    assert tuple(started["payout"]) == (12_000_000, owed, BANK, today())


def test_disburse__top_up__liens_of_the_older_loan_freed_for_the_new_one(office: House) -> None:
    lend(office, OLD)
    lend(office, TOP_UP)
    assert office.SavingsSukarela.lienOf(101, 7)[0] == 0
    assert office.SavingsSukarela.lienOf(101, 8)[0] == 900_000
    assert office.SavingsSukarela.availableOf(101) == 100_000


def test_disburse__all_of_it_pays_off__no_cash(office: House) -> None:
    lend(office, OLD)
    owed = payoff(office)
    terms = TOP_UP.but(principal=owed + 40_000, fee=40_000)
    kas, bank = office.Treasury.channelTotal(KAS), office.Treasury.channelTotal(BANK)
    (started,) = lend(office, terms).events["LoanStarted"]
    assert (office.Treasury.channelTotal(KAS), office.Treasury.channelTotal(BANK)) == (kas, bank)
    assert tuple(started["payout"]) == (owed + 40_000, owed, 0, today())
    assert office.Treasury.isReceiptUsed(4 << 56 | 8)


def test_disburse__less_than_the_payoff__refused(office: House) -> None:
    lend(office, OLD)
    terms = TOP_UP.but(principal=payoff(office) + 40_000 - 1, fee=40_000)
    offer(office, terms)
    with refused("DeskDrawInvalid", 8, terms.principal, terms.principal):
        disburse(office, terms)
    assert not office.LoanBook.loanOf(7)["closed"]


def test_disburse__what_was_not_drawn_of_the_older_one__lapses(office: House) -> None:
    offer(office, OLD)
    disburse(office, OLD, drawn=3_000_000)
    lend(office, TOP_UP)
    assert office.LoanBook.undrawnOf(7) == 0


def test_disburse__refinances_anothers_loan__refused(office: House) -> None:
    lend(office, Terms(7, 102, principal=5_000_000))
    offer(office, TOP_UP)
    with refused("LoanRefused", 7, 2):
        disburse(office, TOP_UP)


def test_disburse__refinances_no_loan__refused(office: House) -> None:
    offer(office, TOP_UP)
    with refused("LoanRefused", 7, 1):
        disburse(office, TOP_UP)


def test_disburse__refinances_a_closed_loan__refused(office: House) -> None:
    lend(office, OLD)
    offer(office, TOP_UP)
    office.LoanBook.payOff(7, 101, payoff(office), BANK, 1, today(), {"from": office.writer})
    with refused("LoanRefused", 7, 3):
        disburse(office, TOP_UP)


@pytest.mark.parametrize("loan", [8, 9])
def test_disburse__older_loan_refinanced_twice__refused(office: House, loan: int) -> None:
    lend(office, OLD)
    other = TOP_UP.but(loan=9, pledges=())
    offer(office, TOP_UP)
    offer(office, other)
    first, second = (TOP_UP, other) if loan == 8 else (other, TOP_UP)
    disburse(office, first)
    with refused("LoanRefused", 7, 3):
        disburse(office, second)
