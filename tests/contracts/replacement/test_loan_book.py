"""A new LoanBook: the old one keeps its loans until they close and takes no new ones."""

from typing import Any

import pytest

from rules.types import SlipKind
from tests.contracts.actors import DAY, House, contract_type, now, refused, today, travel
from tests.contracts.office import (
    Slip,
    Terms,
    disburse,
    exit_member,
    lend,
    offer,
    payroll,
    receive,
    row,
    start_loan,
)
from tests.contracts.wallets import deploy_wallet

OLD_LOAN, NEW_LOAN = 7, 8


def deploy_successor(office: House, predecessor: Any) -> Any:
    """A book after `predecessor` whose writers may write once 30 days have passed; installed then."""
    send = {"from": office.admin}
    book = contract_type("LoanBook").deploy(office.Authority, predecessor, 2_400, {"from": office.deployer})
    for name in ("TellerDesk", "LoanDesk", "LoanCare"):
        book.setWriter(office.contracts[name], now() + 30 * DAY + 60, 0, send)
    office.schedule("LoanBook", book)
    travel(30 * DAY + 120)
    office.enact("LoanBook")
    return book


@pytest.fixture
def new_book(office: House) -> Any:
    lend(office, Terms(OLD_LOAN, 101))
    receive(office, Slip(101, SlipKind.ANGSURAN, 500_000, loan=OLD_LOAN))
    return deploy_successor(office, office.LoanBook)


def test_book_of__either_book__found(office: House, new_book: Any) -> None:
    lend(office, Terms(NEW_LOAN, 102))
    assert new_book.predecessor() == office.LoanBook
    assert new_book.bookOf(OLD_LOAN) == office.LoanBook
    assert new_book.bookOf(NEW_LOAN) == new_book
    assert int(office.LoanBook.bookOf(NEW_LOAN), 16) == 0
    assert int(new_book.bookOf(9), 16) == 0


def test_new_loan__goes_to_the_new_book(office: House, new_book: Any) -> None:
    lend(office, Terms(NEW_LOAN, 101))
    assert (new_book.runningLoansOf(101), office.LoanBook.runningLoansOf(101)) == (1, 1)
    assert new_book.totalOutstanding() == 12_000_000
    assert office.LoanBook.totalOutstanding() == 11_620_000


def test_old_book__takes_no_new_loan(office: House, new_book: Any) -> None:
    with refused("LoanBookReplaced", new_book.address):
        start_loan(office, Terms(NEW_LOAN, 101))


def test_old_number__not_lent_again(office: House, new_book: Any) -> None:
    with refused("DeskLoanExists", OLD_LOAN):
        offer(office, Terms(OLD_LOAN, 102))
    with refused("LoanExists", OLD_LOAN):
        start_loan(office, Terms(OLD_LOAN, 102), new_book)


def test_offer_of_before__disbursed_into_the_new_book(office: House) -> None:
    book = contract_type("LoanBook").deploy(
        office.Authority, office.LoanBook, 2_400, {"from": office.deployer}
    )
    for name in ("TellerDesk", "LoanDesk", "LoanCare"):
        book.setWriter(office.contracts[name], now() + 30 * DAY + 60, 0, {"from": office.admin})
    office.schedule("LoanBook", book)
    travel(20 * DAY)
    offer(office, Terms(NEW_LOAN, 102))
    travel(10 * DAY + 120)
    office.enact("LoanBook")
    disburse(office, Terms(NEW_LOAN, 102))
    assert book.runningLoansOf(102) == 1


def test_payments__of_both_books__in_slips_and_one_payroll(office: House, new_book: Any) -> None:
    lend(office, Terms(NEW_LOAN, 102))
    receive(office, Slip(101, SlipKind.ANGSURAN, 1_000, loan=OLD_LOAN))
    receive(office, Slip(102, SlipKind.ANGSURAN, 1_000, loan=NEW_LOAN))

    receipt = payroll(
        office,
        202501,
        [
            row(1, 101, loan=OLD_LOAN, angsuran=5_000),
            row(2, 102, loan=NEW_LOAN, angsuran=5_000),
            row(3, 103, loan=OLD_LOAN, angsuran=5_000),
        ],
    )

    paid = {event["loan"]: event.address for event in receipt.events["LoanPaid"]}
    assert paid == {OLD_LOAN: office.LoanBook.address, NEW_LOAN: new_book.address}
    assert receipt.events["PayrollRowRefused"]["row"] == 3
    old = office.LoanBook.loanOf(OLD_LOAN)
    assert old["principalPaid"] + old["interestPaid"] == 506_000


def test_payoff__of_an_old_loan__closes_it_there(office: House, new_book: Any) -> None:
    with refused("TellerHasLoans", 101):
        exit_member(office, office.alice)
    due = sum(office.LoanBook.payoffOf(OLD_LOAN, today()))
    receive(office, Slip(101, SlipKind.PELUNASAN, due, loan=OLD_LOAN))
    assert office.LoanBook.loanOf(OLD_LOAN)["closed"]
    assert office.LoanBook.totalOutstanding() == 0
    with refused("LoanRefused", OLD_LOAN, 3):
        receive(office, Slip(101, SlipKind.ANGSURAN, 1, loan=OLD_LOAN))
    exit_member(office, office.alice)


def test_third_book__still_finds_the_first(office: House, new_book: Any) -> None:
    third = deploy_successor(office, new_book)
    assert third.bookOf(OLD_LOAN) == office.LoanBook
    receive(office, Slip(101, SlipKind.ANGSURAN, 1_000, loan=OLD_LOAN))
    with refused("TellerHasLoans", 101):
        exit_member(office, office.alice)


def test_directory__hostile_loan_book__nothing_changes_for_30_days(office: House) -> None:
    """The attack: a RAT names a contract that answers nothing, to stop instalments, payoffs and exits."""
    lend(office, Terms(OLD_LOAN, 101))
    garbage = deploy_wallet(office.alice.signer)
    office.schedule("LoanBook", garbage)
    travel(29 * DAY)
    receive(office, Slip(101, SlipKind.ANGSURAN, 500_000, loan=OLD_LOAN))
    exit_member(office, office.budi)
    with refused("AuthorityNotYet"):
        office.enact("LoanBook")
    due = sum(office.LoanBook.payoffOf(OLD_LOAN, today()))
    receive(office, Slip(101, SlipKind.PELUNASAN, due, loan=OLD_LOAN))
    exit_member(office, office.alice)
    assert office.LoanBook.totalOutstanding() == 0
