"""post: balanced journals of any number of lines by two persons, on accounts the chart lets be posted."""

import pytest

from rules.receipts import Series
from tests.contracts.actors import House, action, person, refused, today
from tests.contracts.office import BANK, JOURNAL_TYPE, KAS, journal_number, line, post_journals

DEBIT, CREDIT = 0, 1
POSTABLE = [1510, 2210, 2410, 3300, 4900, 5110, 5120]


@pytest.fixture(autouse=True)
def chart(office: House) -> None:
    office.Books.adoptChart(b"\x01" * 32, today(), POSTABLE, {"from": office.admin})


def journal(*lines: int, receipt: int | None = None, day: int | None = None) -> tuple[int, int, list[int]]:
    return (receipt or journal_number(), today() if day is None else day, list(lines))


def salary(amount: int = 4_000_000) -> tuple[int, int, list[int]]:
    return journal(line(5110, DEBIT, amount), line(1110, CREDIT, amount, KAS))


def test_post__expense__cash_out(office: House) -> None:
    kas = office.Treasury.channelTotal(KAS)
    entry = salary()

    receipt = post_journals(office, [entry])

    assert office.Treasury.channelTotal(KAS) == kas - 4_000_000
    assert office.Treasury.isReceiptUsed(entry[0])
    (event,) = receipt.events["JournalPosted"]
    assert (event["receipt"], event["bookDay"]) == entry[:2]
    assert list(event["lines"]) == entry[2]
    assert (event["maker"], event["checker"]) == (3, 1)


def test_post__many_lines_and_channels__each_channel_moves(office: House) -> None:
    kas, bank = office.Treasury.channelTotal(KAS), office.Treasury.channelTotal(BANK)
    entry = journal(
        line(1120, DEBIT, 900, BANK),
        line(1110, DEBIT, 50, KAS),
        line(1110, DEBIT, 50, KAS),
        line(1110, CREDIT, 30, KAS),
        line(5120, DEBIT, 30),
        line(4900, CREDIT, 700),
        line(3300, CREDIT, 300),
    )
    post_journals(office, [entry, salary(1)])
    assert office.Treasury.channelTotal(KAS) == kas + 100 - 30 - 1
    assert office.Treasury.channelTotal(BANK) == bank + 900


def test_post__no_cash__only_the_number_is_used(office: House) -> None:
    entry = journal(line(5110, DEBIT, 7), line(2410, CREDIT, 7))
    post_journals(office, [entry])
    assert office.Treasury.isReceiptUsed(entry[0])


def test_post__one_bad_of_two__none_posted(office: House) -> None:
    good = salary()
    with refused("BooksUnbalanced", 5, 6):
        post_journals(office, [good, journal(line(5110, DEBIT, 5), line(4900, CREDIT, 6))])
    assert not office.Treasury.isReceiptUsed(good[0])


@pytest.mark.parametrize("account", [2110, 3110, 1210, 9999, 0])
def test_post__account_of_other_contracts__refused(office: House, account: int) -> None:
    with refused("BooksAccountRefused", account):
        post_journals(office, [journal(line(5110, DEBIT, 5), line(account, CREDIT, 5))])


@pytest.mark.parametrize("account", [1110, 1120, 1130])
def test_post__cash_without_channel__refused(office: House, account: int) -> None:
    with refused("BooksAccountRefused", account):
        post_journals(office, [journal(line(5110, DEBIT, 5), line(account, CREDIT, 5))])


@pytest.mark.parametrize(
    "bad",
    [
        line(1110, CREDIT, 5, BANK),
        line(1120, CREDIT, 5, KAS),
        line(1130, CREDIT, 5, 3),
        line(4900, CREDIT, 5, KAS),
        line(1110, CREDIT, 5, 4),
        line(4900, CREDIT, 0),
        line(4900, CREDIT, 2**63),
        line(4900, 2, 5),
        line(4900, CREDIT, 5) | 1 << 96,
    ],
)
def test_post__malformed_line__refused(office: House, bad: int) -> None:
    with refused("BooksLineInvalid", 1):
        post_journals(office, [journal(line(5110, DEBIT, 5), bad)])


@pytest.mark.parametrize("count", [0, 1])
def test_post__too_few_lines__refused(office: House, count: int) -> None:
    with refused("BooksTooFewLines", count):
        post_journals(office, [journal(*[line(5110, DEBIT, 5)][:count])])


@pytest.mark.parametrize("series", [0, Series.SLIP, Series.PAYROLL, Series.LOAN, 5])
def test_post__number_of_another_series__refused(office: House, series: int) -> None:
    number = series << 56 | 9
    with refused("BooksReceiptInvalid", number):
        post_journals(office, [journal(line(5110, DEBIT, 5), line(4900, CREDIT, 5), receipt=number)])


def test_post__number_twice__refused(office: House) -> None:
    entry = salary()
    with refused("TreasuryReceiptUsed", entry[0]):
        post_journals(office, [entry, entry])


def test_post__more_than_the_till_holds__refused(office: House) -> None:
    with refused("TreasuryInsufficientCash"):
        post_journals(office, [salary(10**12)])


def test_post__future_day__refused(office: House) -> None:
    entry = journal(line(5110, DEBIT, 5), line(4900, CREDIT, 5), day=today() + 1)
    with refused("TreasuryDayInFuture"):
        post_journals(office, [entry])


@pytest.mark.parametrize("who", ["ketua", "teller", "pengawas"])
def test_post__not_bendahara__refused(office: House, who: str) -> None:
    with refused("AccessManagedUnauthorized"):
        post_journals(office, [salary()], maker=office.officers[who], checker=office.sekretaris)


@pytest.mark.parametrize("who", ["teller", "pengawas"])
def test_post__countersigned_by_no_pengurus__refused(office: House, who: str) -> None:
    with refused("AuthorityNotHeld"):
        post_journals(office, [salary()], checker=office.officers[who])


def test_post__bendahara_with_two_accounts__refused(office: House) -> None:
    second = person("second account", 77, "office")
    until = office.Authority.termOf(3, office.bendahara.signer)[0]
    office.Authority.grantOffice(2, second.signer, 3, until, {"from": office.admin})
    with refused("AuthoritySamePerson", 3):
        post_journals(office, [salary()], checker=second)


def test_post__other_journals_than_signed__refused(office: House) -> None:
    entry = salary()
    signed = office.countersign(
        office.ketua, office.Books, action("journal", [f"{JOURNAL_TYPE}[]"], [[entry]])
    )
    with refused("AuthoritySignatureInvalid"):
        office.Books.post([salary()], signed, {"from": office.bendahara.account})
