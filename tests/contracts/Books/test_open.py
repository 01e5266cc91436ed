"""open: what paper books held on accounts that no other contract keeps, by a decision, until Treasury is sealed."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.contracts.actors import House, refused, today
from tests.contracts.office import KAS, journal_number, line

DEBIT, CREDIT = 0, 1
OPENING = 3990


@pytest.fixture
def unsealed(house: House) -> Iterator[House]:
    """Genesis, nothing sealed; Books is a writer of Treasury."""
    return house


def journal(*lines: int, day: int | None = None, receipt: int | None = None) -> tuple[int, int, list[int]]:
    return (receipt or journal_number(), today() if day is None else day, list(lines))


def opened() -> tuple[int, int, list[int]]:
    return journal(
        line(1510, DEBIT, 900), line(1590, CREDIT, 300), line(3200, CREDIT, 250), line(OPENING, CREDIT, 350)
    )


def open_books(house: House, entry: tuple[int, int, list[int]]) -> Any:
    return house.Books.open(entry, {"from": house.admin})


def test_open__accounts_that_the_office_cannot_post__posted_by_nobody(unsealed: House) -> None:
    entry = opened()
    tx = open_books(unsealed, entry)
    (event,) = tx.events["JournalPosted"]
    assert (event["receipt"], event["bookDay"], list(event["lines"])) == entry
    assert (event["maker"], event["checker"]) == (0, 0)
    assert unsealed.Treasury.isReceiptUsed(entry[0])
    with refused("TreasuryReceiptUsed", entry[0]):
        open_books(unsealed, entry)


def test_open__an_old_day__passes_until_sealed(unsealed: House) -> None:
    open_books(unsealed, journal(line(1510, DEBIT, 1), line(OPENING, CREDIT, 1), day=today() - 200))


def test_open__not_admin__refused(unsealed: House) -> None:
    for sender in (unsealed.bendahara.account, unsealed.ketua.account, unsealed.deployer):
        with refused("AccessManagedUnauthorized", sender.address):
            unsealed.Books.open(opened(), {"from": sender})


def test_open__bad_journal__refused(unsealed: House) -> None:
    for entry, error in (
        (journal(line(1510, DEBIT, 2), line(OPENING, CREDIT, 1)), "BooksUnbalanced"),
        (journal(line(1510, DEBIT, 2)), "BooksTooFewLines"),
        (journal(line(1110, DEBIT, 2), line(OPENING, CREDIT, 2)), "BooksAccountRefused"),
        (journal(line(1110, DEBIT, 2, KAS), line(OPENING, CREDIT, 2)), "BooksLineInvalid"),
        (journal(line(1510, DEBIT, 0), line(OPENING, CREDIT, 0)), "BooksLineInvalid"),
        (journal(line(1510, DEBIT, 1), line(OPENING, CREDIT, 1), receipt=7), "BooksReceiptInvalid"),
        (journal(line(1510, DEBIT, 1), line(OPENING, CREDIT, 1), day=today() + 1), "TreasuryDayInFuture"),
    ):
        with refused(error):
            open_books(unsealed, entry)


def test_open__treasury_sealed__refused(unsealed: House) -> None:
    unsealed.Treasury.seal({"from": unsealed.admin})
    with refused("BooksIsSealed"):
        open_books(unsealed, opened())
