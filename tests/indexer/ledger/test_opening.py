"""Opening balances with a day of their own: book day, and what loans had earned by then, worked by hand."""

from typing import Any

import pytest

from indexer.chain import events as ev
from indexer.chain.events import Event, LogRef
from indexer.ledger.loans import KnownLoans, Option
from indexer.ledger.opening import OPENING_DAY_KEY, earned_by
from indexer.ledger.posting import RULE_OF
from rules.amortization import LoanTerms
from rules.calendar import parse_day, timestamp_of_day
from rules.types import BasisPoints, LoanMethod, Rupiah
from tests.indexer.loan_events import opened

MARCH_31, TODAY = parse_day("2025-03-31"), parse_day("2025-04-20")
LENT_ON = parse_day("2024-12-15")


def ref_of(contract: str, day: int = TODAY) -> LogRef:
    return LogRef(7, b"\x01" * 32, timestamp_of_day(day) + 3_600, b"\x02" * 32, 0, 3, b"\x03" * 20, contract)


def posted(known: KnownLoans, contract: str, event: Event, day: int = TODAY) -> list[tuple[int, list[Any]]]:
    """Book day, and account and rupiah of the lines, of each entry."""
    entries = RULE_OF[type(event)].post(ref_of(contract, day), event, known)
    return [(entry.book_day, [line[:2] for line in entry.lines]) for entry in entries]


@pytest.fixture
def known() -> KnownLoans:
    found = KnownLoans()
    found.adopt(Option(MARCH_31, OPENING_DAY_KEY, MARCH_31.to_bytes(32)))
    return found


SAVED = ev.SavingsOpened(5, 70_000)
CASH = ev.ChannelOpened(1, 900_000)


def test_opening__day_adopted__book_day_of_savings_and_cash(known: KnownLoans) -> None:
    assert posted(known, "SavingsWajib", SAVED) == [(MARCH_31, [(3990, 70_000), (3120, -70_000)])]
    assert posted(known, "Treasury", CASH) == [(MARCH_31, [(1110, 900_000), (3990, -900_000)])]


def test_opening__day_closed_or_to_come_or_none__the_blocks_day(known: KnownLoans) -> None:
    assert posted(KnownLoans(), "SavingsWajib", SAVED)[0][0] == TODAY
    assert posted(known, "SavingsWajib", SAVED, parse_day("2025-03-30"))[0][0] == parse_day("2025-03-30")
    known.books.close(MARCH_31)
    assert posted(known, "SavingsWajib", SAVED)[0][0] == TODAY


def test_loan_opening__flat__interest_of_sixteen_days_and_half_a_percent(known: KnownLoans) -> None:
    """Rp 12,000,000 flat at 1% a month: 120,000 an instalment, three paid by 15 March. By 31 March 16 of 31
    days are gone: 61,935.48. Of 9,000,000 outstanding, current, 0.5% is 45,000."""
    event = opened(1, 2, 12_000_000, 3_000_000, 360_000, LENT_ON, method=LoanMethod.FLAT)
    assert posted(known, "LoanBook", event) == [
        (MARCH_31, [(1210, 9_000_000), (1220, 61_935), (1290, -45_000), (3990, -9_016_935)])
    ]
    known.post(1, 1220, 61_935)
    known.apply(ref_of("LoanBook"), event)
    assert known.get(ref_of("LoanBook"), 1).receivable == 61_935


def test_earned_by__the_same_figures_as_the_books_will_post() -> None:
    terms = LoanTerms(Rupiah(12_000_000), BasisPoints(1_200), 12, LoanMethod.FLAT, LENT_ON)
    loans = [(1, 2, terms, 3_000_000, 360_000)]
    assert earned_by(MARCH_31, [], loans) == {1: (61_935, 45_000)}
    cash = (MARCH_31, b"interest-basis".ljust(32, b"\0"), b"cash".ljust(32, b"\0"))
    assert earned_by(MARCH_31, [cash], loans) == {1: (0, 45_000)}
    late = (MARCH_31 + 1, *cash[1:])
    assert earned_by(MARCH_31, [late], loans) == {1: (61_935, 45_000)}
