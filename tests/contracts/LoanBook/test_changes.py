"""draw, waivePenalty, writeOff, open: what the book itself refuses, whichever contract may write to it."""

from typing import Any, Final

import pytest

from rules.amortization import annuity_payment
from rules.types import BasisPoints, LoanMethod, Rupiah
from tests.contracts.actors import DAY, House, refused, today, travel
from tests.contracts.office import BANK, DOCUMENT, NO_PENALTY, Terms

LOAN: Final = 7
GOOD: Final = Terms(LOAN, 101)
PENALTY: Final = (3_650, 4_000, 0, 0)
"""One rupiah a day for each 1,000 overdue."""
AMBIGUOUS: Final = 68_842_750_498_076_183
"""Rupiah at 3 basis points over 58 months: the payment is 1187819553183713.5 but for what 128 bits hold."""


def start(office: House, terms: Terms = GOOD, conditions: Any = NO_PENALTY, **payout: int) -> Any:
    paid_out = (payout.get("drawn", terms.principal), 0, BANK, payout.get("day", today()))
    return office.LoanBook.start(terms.word, paid_out, conditions, {"from": office.writer})


def draw(office: House, amount: int, day: int | None = None) -> Any:
    send = {"from": office.writer}
    return office.LoanBook.draw(LOAN, amount, BANK, 9, today() if day is None else day, send)


def waive(office: House, amount: int, day: int) -> Any:
    return office.LoanBook.waivePenalty(LOAN, amount, day, DOCUMENT, {"from": office.writer})


def write_off(office: House, day: int) -> Any:
    return office.LoanBook.writeOff(LOAN, day, DOCUMENT, {"from": office.writer})


@pytest.fixture
def drawing(office: House) -> House:
    """12,000,000 agreed on, 5,000,000 paid out."""
    start(office, drawn=5_000_000)
    return office


@pytest.fixture
def late(office: House) -> House:
    """1,120,000 that nobody paid bears 1,120 a day for some days."""
    start(office, conditions=PENALTY)
    travel(40 * DAY)
    return office


def test_draw__all_that_was_agreed__and_no_rupiah_more(drawing: House) -> None:
    """The attack: a desk that may write asks for more than the member signed, at once or bit by bit."""
    book = drawing.LoanBook
    with refused("LoanAmountTooHigh", LOAN, 7_000_000, 7_000_001):
        draw(drawing, 7_000_001)
    draw(drawing, 6_999_999)
    assert (book.undrawnOf(LOAN), book.drawnOf(LOAN)) == (1, 11_999_999)
    with refused("LoanAmountTooHigh", LOAN, 1, 2):
        draw(drawing, 2)
    draw(drawing, 1)
    with refused("LoanAmountTooHigh", LOAN, 0, 1):
        draw(drawing, 1)
    assert (book.undrawnOf(LOAN), book.drawnOf(LOAN)) == (0, 12_000_000)


def test_draw__of_a_loan_paid_out_whole__refused(office: House) -> None:
    start(office)
    with refused("LoanAmountTooHigh", LOAN, 0, 1):
        draw(office, 1)


def test_draw__repaid_in_between__agreed_sum_does_not_grow(drawing: House) -> None:
    book = drawing.LoanBook
    draw(drawing, 7_000_000)
    book.pay(LOAN, 101, 3_000_000, BANK, 1, today(), {"from": drawing.writer})
    with refused("LoanAmountTooHigh", LOAN, 0, 1):
        draw(drawing, 1)


@pytest.mark.parametrize("end", ["closed", "written off", "assumed"])
def test_undrawn__loan_runs_no_more_or_another_owes_it__nothing(drawing: House, end: str) -> None:
    book, send = drawing.LoanBook, {"from": drawing.writer}
    if end == "closed":
        book.payOff(LOAN, 101, sum(book.payoffOf(LOAN, today())), BANK, 1, today(), send)
    elif end == "written off":
        write_off(drawing, today())
    else:
        book.assume(LOAN, 102, DOCUMENT, send)
    assert book.undrawnOf(LOAN) == 0
    with refused(*(("LoanAmountTooHigh", LOAN, 0, 1) if end == "assumed" else ("LoanNotRunning", LOAN))):
        draw(drawing, 1)


@pytest.mark.parametrize("offset", [-1, 1])
def test_draw__before_the_version_or_in_the_future__refused(drawing: House, offset: int) -> None:
    day = today() + offset
    with refused("LoanDayInvalid", LOAN, day):
        draw(drawing, 1, day)
    draw(drawing, 1)


def test_draw__annuity_that_128_bits_cannot_round__a_rupiah_less_or_more_goes(office: House) -> None:
    """The borrower orders another amount: one rupiah moves the payment far away from the half."""
    terms = Terms(LOAN, 101, AMBIGUOUS + 1, rate_bps=3, months=58, method=LoanMethod.ANNUITY)
    start(office, terms, drawn=1_000_000)
    tranche = AMBIGUOUS - 1_000_000
    with refused("AnnuityAmbiguous", AMBIGUOUS, 3, 58):
        draw(office, tranche)
    for other in (tranche + 1, tranche - 1):
        payment = office.LoanLens.preview((1_000_000 + other, 3, 58, 0, int(LoanMethod.ANNUITY), 0, today()))
        rules = annuity_payment(Rupiah(1_000_000 + other), BasisPoints(3), 58)
        assert payment[1][0] + payment[2][0] == rules
    draw(office, tranche - 1)
    draw(office, 2)
    assert office.LoanBook.drawnOf(LOAN) == AMBIGUOUS + 1


def test_draw__annuity_that_128_bits_cannot_round__another_month_goes(office: House) -> None:
    terms = Terms(LOAN, 101, AMBIGUOUS + 1, rate_bps=3, months=58, method=LoanMethod.ANNUITY)
    start(office, terms, drawn=1_000_000)
    with refused("AnnuityAmbiguous", AMBIGUOUS, 3, 58):
        draw(office, AMBIGUOUS - 1_000_000)
    travel(32 * DAY)
    draw(office, AMBIGUOUS - 1_000_000)
    assert office.LoanBook.loanOf(LOAN)["months"] == 57


def test_start__annuity_that_128_bits_cannot_round__refused_before_anybody_signs(office: House) -> None:
    terms = Terms(LOAN, 101, AMBIGUOUS, rate_bps=3, months=58, method=LoanMethod.ANNUITY)
    with refused("AnnuityAmbiguous", AMBIGUOUS, 3, 58):
        office.LoanBook.checkTerms(terms.word, 0)
    office.LoanBook.checkTerms(terms.but(principal=AMBIGUOUS - 1).word, 0)


def test_waive__tomorrow_or_before_the_payout__refused(late: House) -> None:
    """On a later day more would be owed, so that penalty could be waived that nobody bore."""
    first = late.LoanBook.loanOf(LOAN)["disbursedOn"]
    for day in (first - 1, today() + 1):
        with refused("LoanDayInvalid", LOAN, day):
            waive(late, 1, day)
    waive(late, 1, today())


def test_waive__more_than_is_owed_today__refused(late: House) -> None:
    owed = late.LoanBook.arrearsOf(LOAN, today())[4]
    assert owed > 0
    with refused("LoanAmountTooHigh", LOAN, owed, owed + 1):
        waive(late, owed + 1, today())
    with refused("LoanAmountTooHigh", LOAN, owed, 0):
        waive(late, 0, today())
    waive(late, owed, today())


def test_waive__unknown_or_closed__refused(late: House) -> None:
    with refused("LoanNotRunning", 8):
        late.LoanBook.waivePenalty(8, 1, today(), DOCUMENT, {"from": late.writer})
    due = sum(late.LoanBook.payoffOf(LOAN, today()))
    late.LoanBook.payOff(LOAN, 101, due, BANK, 1, today(), {"from": late.writer})
    with refused("LoanNotRunning", LOAN):
        waive(late, 1, today())


def test_write_off__tomorrow_or_before_the_payout__refused(late: House) -> None:
    first = late.LoanBook.loanOf(LOAN)["disbursedOn"]
    for day in (first - 1, today() + 1):
        with refused("LoanDayInvalid", LOAN, day):
            write_off(late, day)
    write_off(late, first)
    with refused("LoanNotRunning", LOAN):
        write_off(late, today())


@pytest.mark.parametrize("function", ["waivePenalty", "writeOff"])
@pytest.mark.parametrize("who", ["ketua", "teller", "alice"])
def test_changes__no_writer__refused(late: House, function: str, who: str) -> None:
    sender = getattr(late, who)
    amount = [1] if function == "waivePenalty" else []
    with refused("WriterRefused", sender.signer):
        getattr(late.LoanBook, function)(LOAN, *amount, today(), DOCUMENT, {"from": sender.account})


def test_open__in_arrears_for_months__penalty_from_the_day_after_only(genesis: House) -> None:
    """Four instalments are overdue, 4,480,000: their past bore the paper books' penalty, not this one."""
    send, opened = {"from": genesis.deployer}, today()
    genesis.LoanBook.open(GOOD.word, PENALTY, opened - 125, 0, 0, send)
    arrears = genesis.LoanBook.arrearsOf(LOAN, opened + 1)
    assert (arrears[2], arrears[3], arrears[4]) == (4_000_000, 480_000, 0)
    assert arrears[0] < opened - 90
    assert genesis.LoanBook.arrearsOf(LOAN, opened + 2)[4] == 4_480
    assert genesis.LoanBook.arrearsOf(LOAN, opened + 3)[4] == 2 * 4_480


def test_start__back_dated__penalty_from_its_first_due_day(office: House) -> None:
    """A loan that started here bears it for the past: its book day is the day of the payout."""
    start(office, conditions=PENALTY, day=today() - 125)
    assert office.LoanBook.arrearsOf(LOAN, today())[4] > 100_000
