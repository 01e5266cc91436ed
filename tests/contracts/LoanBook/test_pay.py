"""pay, tryPay and payOff: split, refusals, closing.

Worked by hand: 12,000,000 at 1% a month, FLAT, 12 months: each instalment is 1,000,000 of principal and
120,000 of interest.
"""

from typing import Any

import pytest

from tests.contracts.actors import House, refused, today
from tests.contracts.office import BANK, NO_PENALTY, Terms

REFUSALS = [
    "NONE",
    "UNKNOWN_LOAN",
    "NOT_BORROWER",
    "LOAN_CLOSED",
    "OVERPAYMENT",
    "WRONG_PAYOFF",
    "ZERO_AMOUNT",
]


@pytest.fixture
def book(office: House) -> Any:
    """A book with loan 7 of member 101."""
    terms = Terms(7, 101)
    office.LoanBook.start(terms.word, terms.payout(), NO_PENALTY, {"from": office.writer})
    return office.LoanBook


def pay(
    office: House, function: str = "pay", loan: int = 7, payer: int = 101, amount: int = 1, day: int = 0
) -> Any:
    call = getattr(office.LoanBook, function)
    return call(loan, payer, amount, BANK, 77, day or today(), {"from": office.writer})


@pytest.mark.parametrize(
    ("amount", "interest", "instalment", "within"),
    [
        (1, 1, 1, (0, 1)),
        (120_000, 120_000, 1, (0, 120_000)),
        (120_001, 120_000, 1, (1, 120_000)),
        (1_119_999, 120_000, 1, (999_999, 120_000)),
        (1_120_000, 120_000, 2, (0, 0)),
        (1_120_001, 120_001, 2, (0, 1)),
        (13_439_999, 1_440_000, 12, (999_999, 120_000)),
        (13_440_000, 1_440_000, 13, (0, 0)),
    ],
)
def test_pay__one_payment__interest_of_the_oldest_first(
    office: House, book: Any, amount: int, interest: int, instalment: int, within: tuple[int, int]
) -> None:
    receipt = pay(office, amount=amount)
    loan = book.loanOf(7)
    assert (loan["principalPaid"], loan["interestPaid"]) == (amount - interest, interest)
    assert loan["instalment"] == instalment
    assert (loan["instalmentPrincipalPaid"], loan["instalmentInterestPaid"]) == within
    assert loan["closed"] == (amount == 13_440_000)
    assert ("LoanClosed" in receipt.events) == loan["closed"]
    (event,) = receipt.events["LoanPaid"]
    assert dict(event) == {
        "loan": 7,
        "borrower": 101,
        "receipt": 77,
        "principal": amount - interest,
        "interest": interest,
        "penalty": 0,
        "channel": BANK,
        "bookDay": today(),
    }
    assert book.totalOutstanding() == book.outstandingOf(7) == 12_000_000 - amount + interest
    assert book.runningLoansOf(101) == (0 if loan["closed"] else 1)


REFUSED = [
    ({"loan": 8}, "UNKNOWN_LOAN"),
    ({"loan": 0}, "UNKNOWN_LOAN"),
    ({"day": -1}, "UNKNOWN_LOAN"),
    ({"payer": 102}, "NOT_BORROWER"),
    ({"payer": 0}, "NOT_BORROWER"),
    ({"amount": 13_440_001}, "OVERPAYMENT"),
    ({"amount": 2**64 - 1}, "OVERPAYMENT"),
    ({"amount": 0}, "ZERO_AMOUNT"),
]


@pytest.mark.parametrize(("change", "reason"), REFUSED)
def test_pay__refusal__says_why(office: House, book: Any, change: dict[str, int], reason: str) -> None:
    if change.get("day") == -1:
        change = {"day": today() - 1}
    with refused("LoanRefused", change.get("loan", 7), REFUSALS.index(reason)):
        pay(office, **change)


@pytest.mark.parametrize(("change", "reason"), REFUSED)
def test_try_pay__refusal__answers_and_changes_nothing(
    office: House, book: Any, change: dict[str, int], reason: str
) -> None:
    if change.get("day") == -1:
        change = {"day": today() - 1}
    before = book.loanOf(7)
    receipt = pay(office, "tryPay", **change)
    assert receipt.return_value == REFUSALS.index(reason)
    assert book.loanOf(7) == before
    assert not receipt.events


def test_try_pay__good__pays(office: House, book: Any) -> None:
    assert pay(office, "tryPay", amount=1_120_000).return_value == 0
    assert book.loanOf(7)["principalPaid"] == 1_000_000


def test_pay__closed__refused(office: House, book: Any) -> None:
    pay(office, amount=13_440_000)
    for function in ("pay", "payOff"):
        with refused("LoanRefused", 7, REFUSALS.index("LOAN_CLOSED")):
            pay(office, function)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"loan": 8, "amount": 12_120_000}, "UNKNOWN_LOAN"),
        ({"payer": 102, "amount": 12_120_000}, "NOT_BORROWER"),
        ({"amount": 12_119_999}, "WRONG_PAYOFF"),
        ({"amount": 12_120_001}, "WRONG_PAYOFF"),
        ({"amount": 0}, "ZERO_AMOUNT"),
    ],
)
def test_pay_off__refusal__says_why(office: House, book: Any, change: dict[str, int], reason: str) -> None:
    with refused("LoanRefused", change.get("loan", 7), REFUSALS.index(reason)):
        pay(office, "payOff", **change)


def test_pay_off__raced_by_a_payment__refused_and_asked_for_anew(office: House, book: Any) -> None:
    """The payoff was asked for, then an instalment came in before it: neither is lost, nothing is paid twice."""
    quoted = sum(book.payoffOf(7, today()))
    pay(office, amount=1_120_000)
    with refused("LoanRefused", 7, REFUSALS.index("WRONG_PAYOFF")):
        pay(office, "payOff", amount=quoted)
    assert (book.outstandingOf(7), book.loanOf(7)["closed"]) == (11_000_000, False)
    anew = sum(book.payoffOf(7, today()))
    assert anew == quoted - 1_120_000
    pay(office, "payOff", amount=anew)
    assert book.loanOf(7)["closed"]


@pytest.mark.parametrize("function", ["pay", "payOff"])
def test_pay__raced_by_the_payoff__refused(office: House, book: Any, function: str) -> None:
    quoted = sum(book.payoffOf(7, today()))
    pay(office, "payOff", amount=quoted)
    with refused("LoanRefused", 7, REFUSALS.index("LOAN_CLOSED")):
        pay(office, function, amount=1_120_000)
    assert pay(office, "tryPay", amount=1_120_000).return_value == REFUSALS.index("LOAN_CLOSED")
    assert book.loanOf(7)["principalPaid"] == 12_000_000


def test_pay_off__exact__closes_and_later_interest_falls_away(office: House, book: Any) -> None:
    assert tuple(book.payoffOf(7, today())) == (12_000_000, 120_000, 0)
    receipt = pay(office, "payOff", amount=12_120_000)
    loan = book.loanOf(7)
    assert (loan["closed"], loan["principalPaid"], loan["interestPaid"]) == (True, 12_000_000, 120_000)
    assert loan["instalment"] == 13
    assert receipt.events["LoanPaid"]["interest"] == 120_000
    assert receipt.events["LoanClosed"]["loan"] == 7
    assert book.totalOutstanding() == 0
    assert tuple(book.payoffOf(7, today())) == (0, 0, 0)


@pytest.mark.parametrize("function", ["pay", "tryPay", "payOff"])
@pytest.mark.parametrize("who", ["teller", "ketua", "alice"])
def test_pay__no_writer__refused(office: House, book: Any, function: str, who: str) -> None:
    sender = getattr(office, who)
    with refused("WriterRefused", sender.signer):
        getattr(book, function)(7, 101, 5, BANK, 77, today(), {"from": sender.account})


def test_views__unknown_loan__empty(office: House) -> None:
    book = office.LoanBook
    assert book.loanOf(9)["principal"] == 0
    assert not book.loanOf(9)["closed"]
    assert book.outstandingOf(9) == 0
    assert tuple(book.payoffOf(9, today())) == (0, 0, 0)
    assert int(book.bookOf(9), 16) == 0
