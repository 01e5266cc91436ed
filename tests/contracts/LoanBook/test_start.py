"""start, open and seal: which loans a book takes."""

from typing import Any

import pytest

from rules.types import LoanMethod
from tests.contracts.actors import House, contract_type, refused, today
from tests.contracts.office import BANK, DOCUMENT, NO_PENALTY, Terms, guarantors

GOOD = Terms(7, 101, pledges=guarantors(102))


def start(office: House, terms: Terms, day: int | None = None) -> Any:
    day = today() if day is None else day
    return office.LoanBook.start(terms.word, terms.payout(BANK, day), NO_PENALTY, {"from": office.writer})


def test_start__good_terms__owed_from_the_day(office: House) -> None:
    receipt = start(office, GOOD)
    (event,) = receipt.events["LoanStarted"]
    given = {
        key: tuple(map(int, value)) if isinstance(value, tuple) else value for key, value in event.items()
    }
    assert given == {
        "loan": 7,
        "borrower": 101,
        "product": 1,
        "principal": 12_000_000,
        "fee": 0,
        "rateBps": 1_200,
        "months": 12,
        "graceMonths": 0,
        "method": 0,
        "refinances": 0,
        "payout": (12_000_000, 0, BANK, today()),
        "conditions": NO_PENALTY,
        "documentHash": "0x" + DOCUMENT.hex(),
    }
    (pledge,) = receipt.events["LoanPledged"]
    assert (pledge["member"], pledge["kind"], pledge["amount"]) == (102, 2, 0)
    book = office.LoanBook
    assert [tuple(each) for each in book.pledgesOf(7)] == [(102, 2, 0)]
    assert (list(book.loansOf(101)), list(book.loansOf(102)), book.drawnOf(7)) == ([7], [], 12_000_000)
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
        {"fee": 12_000_000},
        {"grace_months": 12},
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
        office.LoanBook.checkTerms(terms.word, 0)


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


@pytest.mark.parametrize(
    "conditions", [(4_001, 0, 0, 0), (1, 4_001, 0, 0), (0, 0, 0, 7)], ids=["rate", "cap", "unit"]
)
def test_start__impossible_conditions__refused(office: House, conditions: tuple[int, ...]) -> None:
    with refused("LoanTermsInvalid", 7):
        office.LoanBook.start(GOOD.word, GOOD.payout(), conditions, {"from": office.writer})


@pytest.mark.parametrize("drawn", [0, 12_000_001])
def test_start__nothing_or_more_than_agreed_drawn__refused(office: House, drawn: int) -> None:
    payout = (drawn, 0, int(BANK), today())
    with refused("LoanTermsInvalid", 7):
        office.LoanBook.start(GOOD.word, payout, NO_PENALTY, {"from": office.writer})


def test_start__fee_counts_to_the_cap(office: House) -> None:
    """DECLINING at 24% asks for 1,560,000 where FLAT at 12% asks for 1,440,000."""
    with refused("LoanRateAboveCap", 1_200, 12, 0):
        start(office, GOOD.but(fee=120_001))
    start(office, GOOD.but(fee=120_000))


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
        office.LoanBook.start(GOOD.word, GOOD.payout(), NO_PENALTY, {"from": sender.account})


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
    receipt = genesis.LoanBook.open(
        GOOD.word, NO_PENALTY, today() - 100, 1_880_000, 240_000, {"from": genesis.deployer}
    )
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
        genesis.LoanBook.open(
            GOOD.word, NO_PENALTY, today() - 100, principal, interest, {"from": genesis.deployer}
        )


def test_open__sealed__refused(genesis: House) -> None:
    send = {"from": genesis.deployer}
    genesis.LoanBook.seal(send)
    assert genesis.LoanBook.isSealed()
    with refused("LoanBookIsSealed"):
        genesis.LoanBook.open(GOOD.word, NO_PENALTY, today(), 0, 0, send)
    with refused("LoanBookIsSealed"):
        genesis.LoanBook.seal(send)


@pytest.mark.parametrize("who", ["ketua", "teller", "alice"])
def test_open__not_admin__refused(office: House, who: str) -> None:
    sender = getattr(office, who)
    with refused("AccessManagedUnauthorized", sender.signer):
        office.LoanBook.open(GOOD.word, NO_PENALTY, today(), 0, 0, {"from": sender.account})
    with refused("AccessManagedUnauthorized", sender.signer):
        office.LoanBook.seal({"from": sender.account})


def test_open__future_day__refused(genesis: House) -> None:
    with refused("LoanTermsInvalid", 7):
        genesis.LoanBook.open(GOOD.word, NO_PENALTY, today() + 1, 0, 0, {"from": genesis.deployer})
