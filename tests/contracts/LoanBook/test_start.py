"""start, open and seal: which loans a book takes."""

from typing import Any

import pytest

from rules.types import LoanMethod
from tests.contracts.actors import House, contract_type, refused, today
from tests.contracts.office import BANK, DOCUMENT, Terms

GOOD = Terms(7, 101, guarantor=102)


def start(office: House, terms: Terms, day: int | None = None) -> Any:
    day = today() if day is None else day
    return office.LoanBook.start(terms.word, BANK, day, {"from": office.writer})


def test_start__good_terms__owed_from_the_day(office: House) -> None:
    receipt = start(office, GOOD)
    (event,) = receipt.events["LoanStarted"]
    assert dict(event) == {
        "loan": 7,
        "borrower": 101,
        "guarantor": 102,
        "principal": 12_000_000,
        "rateBps": 1_200,
        "months": 12,
        "method": 0,
        "channel": BANK,
        "bookDay": today(),
        "documentHash": "0x" + DOCUMENT.hex(),
    }
    book = office.LoanBook
    assert (book.outstandingOf(7), book.totalOutstanding(), book.runningLoansOf(101)) == (
        12_000_000,
        12_000_000,
        1,
    )
    assert book.runningLoansOf(102) == 0
    assert book.bookOf(7) == book


@pytest.mark.parametrize(
    "change",
    [
        {"loan": 0},
        {"borrower": 0},
        {"guarantor": 101},
        {"principal": 0},
        {"principal": 2**56},
        {"months": 0},
        {"months": 361},
    ],
)
def test_start__impossible_terms__refused(office: House, change: dict[str, int]) -> None:
    terms = GOOD.but(**change)
    with refused("LoanTermsInvalid", terms.loan):
        start(office, terms)
    with refused("LoanTermsInvalid", terms.loan):
        office.LoanBook.checkTerms(terms.word)


def test_start__largest_principal__taken(office: House) -> None:
    start(office, GOOD.but(principal=2**56 - 1, months=360, rate_bps=2_400, method=LoanMethod.DECLINING))


@pytest.mark.parametrize(
    ("method", "allowed"),
    [(LoanMethod.FLAT, 1_300), (LoanMethod.DECLINING, 2_400)],
)
def test_start__rate_at_and_above_the_cap(office: House, method: LoanMethod, allowed: int) -> None:
    with refused("LoanRateAboveCap", allowed + 1, 12, int(method)):
        start(office, GOOD.but(method=method, rate_bps=allowed + 1))
    start(office, GOOD.but(method=method, rate_bps=allowed))


def test_start__number_taken__refused(office: House) -> None:
    start(office, GOOD)
    with refused("LoanExists", 7):
        start(office, GOOD.but(borrower=103))


def test_start__future_day__refused(office: House) -> None:
    with refused("LoanTermsInvalid", 7):
        start(office, GOOD, today() + 1)


@pytest.mark.parametrize("who", ["ketua", "teller", "alice"])
def test_start__no_writer__refused(office: House, who: str) -> None:
    sender = getattr(office, who)
    with refused("WriterRefused", sender.signer):
        office.LoanBook.start(GOOD.word, BANK, today(), {"from": sender.account})


def test_start__book_not_installed__refused(office: House) -> None:
    newer = contract_type("LoanBook").deploy(
        office.Authority, office.LoanBook, 2_400, {"from": office.deployer}
    )
    office.install("LoanBook", newer)
    with refused("LoanBookReplaced", newer.address):
        start(office, GOOD)


def test_constructor__cap_above_the_law__refused(office: House) -> None:
    with refused("LoanBookCapInvalid", 2_401, 2_400):
        contract_type("LoanBook").deploy(office.Authority, office.LoanBook, 2_401, {"from": office.deployer})
    assert office.LoanBook.rateCapBps() == 2_400


def test_open__mid_life__event_and_totals(genesis: House) -> None:
    receipt = genesis.LoanBook.open(GOOD.word, today() - 100, 1_880_000, 240_000, {"from": genesis.deployer})
    (event,) = receipt.events["LoanOpened"]
    assert (event["principalPaid"], event["interestPaid"], event["disbursedOn"]) == (
        1_880_000,
        240_000,
        today() - 100,
    )
    assert genesis.LoanBook.totalOutstanding() == 12_000_000 - 1_880_000
    assert genesis.LoanBook.runningLoansOf(101) == 1


@pytest.mark.parametrize(
    ("principal", "interest"),
    [
        (1_880_001, 239_999),
        (0, 120_001),
        (1, 0),
        (12_000_000, 1_440_000),
        (12_000_001, 0),
        (2**63, 2**63),
        (0, 2**64 - 1),
    ],
)
def test_open__paid_as_no_payment_would__refused(genesis: House, principal: int, interest: int) -> None:
    with refused("LoanTermsInvalid", 7):
        genesis.LoanBook.open(GOOD.word, today() - 100, principal, interest, {"from": genesis.deployer})


def test_open__sealed__refused(genesis: House) -> None:
    send = {"from": genesis.deployer}
    genesis.LoanBook.seal(send)
    assert genesis.LoanBook.isSealed()
    with refused("LoanBookIsSealed"):
        genesis.LoanBook.open(GOOD.word, today(), 0, 0, send)
    with refused("LoanBookIsSealed"):
        genesis.LoanBook.seal(send)


@pytest.mark.parametrize("who", ["ketua", "teller", "alice"])
def test_open__not_admin__refused(office: House, who: str) -> None:
    sender = getattr(office, who)
    with refused("AccessManagedUnauthorized", sender.signer):
        office.LoanBook.open(GOOD.word, today(), 0, 0, {"from": sender.account})
    with refused("AccessManagedUnauthorized", sender.signer):
        office.LoanBook.seal({"from": sender.account})


def test_open__future_day__refused(genesis: House) -> None:
    with refused("LoanTermsInvalid", 7):
        genesis.LoanBook.open(GOOD.word, today() + 1, 0, 0, {"from": genesis.deployer})
