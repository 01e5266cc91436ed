"""adoptChart and adoptOption: by ADMIN, from a day that is not closed."""

import pytest

from tests.contracts.actors import House, name_word, refused, today

HASH = b"\x02" * 32


def adopt(office: House, accounts: list[int], day: int | None = None):
    return office.Books.adoptChart(HASH, today() if day is None else day, accounts, {"from": office.admin})


def test_adopt_chart__accounts__postable_until_the_next(office: House) -> None:
    receipt = adopt(office, [5110, 4900])
    assert office.Books.isPostable(5110)
    assert not office.Books.isPostable(5120)
    assert bytes(office.Books.chartHash()) == HASH
    assert list(receipt.events["ChartAdopted"]["accounts"]) == [5110, 4900]
    adopt(office, [5120])
    assert [office.Books.isPostable(account) for account in (5110, 4900, 5120)] == [False, False, True]


def test_is_postable__no_chart__nothing(office: House) -> None:
    assert not office.Books.isPostable(5110)
    assert not office.Books.isPostable(0)


@pytest.mark.parametrize("account", [1110, 1120, 1130])
def test_adopt_chart__cash__refused(office: House, account: int) -> None:
    with refused("BooksAccountRefused", account):
        adopt(office, [5110, account])


def test_adopt_option__any__an_event(office: House) -> None:
    receipt = office.Books.adoptOption(name_word("shu"), b"\x03" * 32, today(), {"from": office.admin})
    assert receipt.events["OptionAdopted"]["effectiveOn"] == today()


def test_adopt__closed_day__refused(office: House) -> None:
    day = today() - 1
    office.Treasury.closeThrough(day, {"from": office.writer})
    with refused("BooksDayInvalid", day):
        adopt(office, [5110], day)
    with refused("BooksDayInvalid", day):
        office.Books.adoptOption(name_word("shu"), b"\x03" * 32, day, {"from": office.admin})
    adopt(office, [5110], day + 1)


@pytest.mark.parametrize("who", ["ketua", "bendahara", "teller"])
def test_adopt__not_admin__refused(office: House, who: str) -> None:
    sender = office.officers[who].account
    with refused("AccessManagedUnauthorized"):
        office.Books.adoptChart(HASH, today(), [5110], {"from": sender})
    with refused("AccessManagedUnauthorized"):
        office.Books.adoptOption(HASH, HASH, today(), {"from": sender})
