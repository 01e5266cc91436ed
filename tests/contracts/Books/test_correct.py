"""correct: a journal in an open period that points to the paper that it corrects."""

import pytest

from rules.receipts import Series
from tests.contracts.actors import House, action, refused, today
from tests.contracts.Books.closing import close_month
from tests.contracts.office import JOURNAL_TYPE, journal_number, line, post_journals

DEBIT, CREDIT = 0, 1
Journal = tuple[int, int, list[int]]


@pytest.fixture(autouse=True)
def chart(office: House) -> None:
    office.Books.adoptChart(b"\x01" * 32, today(), [5110, 5120, 2410], {"from": office.admin})


def journal(debit: int, credit: int, amount: int = 70_000) -> Journal:
    return journal_number(), today(), [line(debit, DEBIT, amount), line(credit, CREDIT, amount)]


def correct(
    office: House, wanted: Journal, corrected: int, signed_for: int | None = None, who: str = "ketua"
):
    told = corrected if signed_for is None else signed_for
    signed = office.countersign(
        office.officers[who], office.Books, action("correction", [JOURNAL_TYPE, "uint64"], [wanted, told])
    )
    return office.Books.correct(wanted, corrected, signed, {"from": office.bendahara.account})


def test_correct__of_a_closed_month__in_the_open_one(office: House) -> None:
    wrong = journal(5110, 2410)
    post_journals(office, [wrong])
    close_month(office)
    right = journal(5120, 5110)
    receipt = correct(office, right, wrong[0])
    assert receipt.events["JournalCorrects"] == {"receipt": right[0], "corrected": wrong[0]}
    assert receipt.events["JournalPosted"]["receipt"] == right[0]
    assert office.Treasury.isReceiptUsed(right[0])


def test_correct__nothing_was_booked__refused(office: House) -> None:
    wanted = journal(5120, 5110)
    for unknown in (journal_number(), Series.SLIP << 56 | 999_999, 0, wanted[0]):
        with refused("BooksNothingToCorrect", unknown):
            correct(office, wanted, unknown)


def test_correct__another_paper_than_signed__refused(office: House) -> None:
    wrong, other = journal(5110, 2410), journal(5110, 2410)
    post_journals(office, [wrong, other])
    with refused("AuthoritySignatureInvalid"):
        correct(office, journal(5120, 5110), wrong[0], signed_for=other[0])


def test_correct__countersigned_by_no_pengurus__refused(office: House) -> None:
    wrong = journal(5110, 2410)
    post_journals(office, [wrong])
    with refused("AuthorityNotHeld"):
        correct(office, journal(5120, 5110), wrong[0], who="pengawas")


def test_correct__unbalanced__refused(office: House) -> None:
    wrong = journal(5110, 2410)
    post_journals(office, [wrong])
    bad = journal_number(), today(), [line(5120, DEBIT, 7), line(5110, CREDIT, 8)]
    with refused("BooksUnbalanced", 7, 8):
        correct(office, bad, wrong[0])


def test_correct__not_bendahara__refused(office: House) -> None:
    with refused("AccessManagedUnauthorized"):
        office.Books.correct(
            journal(5120, 5110),
            1,
            office.countersign(office.ketua, office.Books, b"\1" * 32),
            {"from": office.ketua.account},
        )
