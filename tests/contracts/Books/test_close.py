"""close: BENDAHARA and PENGAWAS, a month that was ended, one after the other; only a RAT opens it again."""

import pytest

from rules.calendar import last_day
from rules.types import Month
from tests.contracts.actors import House, person, refused
from tests.contracts.Books.closing import (
    BALANCE,
    CLAIMS,
    ROOT,
    action,
    close,
    close_month,
    end_month,
    next_month,
    period,
)


def test_close__ended_month__its_days_are_closed_and_the_figures_told(office: House) -> None:
    day = int(last_day(end_month(office)))
    receipt = close(office, period(day))
    assert office.Treasury.closedThrough() == day
    assert receipt.events["ClosedThrough"] == {"day": day}
    told = receipt.events["BooksClosed"]
    assert (told["through"], told["entries"], told["claimsTotal"]) == (day, 7, 1_000_000)
    assert [bytes(told[name]) for name in ("ledgerRoot", "trialBalanceHash", "claimsRoot")] == [
        ROOT,
        BALANCE,
        CLAIMS,
    ]
    assert (told["maker"], told["checker"]) == (3, 4)


def test_close__no_tree_of_claims__zeros_are_taken(office: House) -> None:
    day = int(last_day(end_month(office)))
    close(office, (day, 7, ROOT, BALANCE, bytes(32), 0))
    assert office.Treasury.closedThrough() == day


def test_close__month_not_ended__refused(office: House) -> None:
    month = next_month(office)
    with refused("BooksMonthNotEnded", month):
        close(office, period(int(last_day(month))))
    day = close_month(office)
    with refused("BooksMonthNotEnded", month + 1):
        close(office, period(int(last_day(Month(month + 1)))))
    assert office.Treasury.closedThrough() == day


def test_close__not_the_last_day__refused(office: House) -> None:
    day = int(last_day(end_month(office)))
    with refused("BooksCloseInvalid", day - 1, day):
        close(office, period(day - 1))


def test_close__out_of_turn_or_twice__refused(office: House) -> None:
    first = close_month(office)
    second, third = (int(last_day(end_month(office))) for _ in range(2))
    for day in (first, third):
        with refused("BooksCloseInvalid", day, second):
            close(office, period(day, entries=9))
    close(office, period(second, entries=8))
    close(office, period(third, entries=8))
    assert office.Treasury.closedThrough() == third


@pytest.mark.parametrize("who", ["ketua", "sekretaris", "teller", "pengawas"])
def test_close__not_bendahara__refused(office: House, who: str) -> None:
    day = int(last_day(end_month(office)))
    with refused("AccessManagedUnauthorized"):
        close(office, period(day), maker=office.officers[who])


@pytest.mark.parametrize("who", ["ketua", "sekretaris", "teller"])
def test_close__countersigned_by_no_pengawas__refused(office: House, who: str) -> None:
    day = int(last_day(end_month(office)))
    with refused("AuthorityNotHeld"):
        close(office, period(day), checker=office.officers[who])


def test_close__one_person_with_both_offices__refused(office: House) -> None:
    day = int(last_day(end_month(office)))
    second = person("second account", 77, "office")
    until = office.Authority.termOf(4, office.pengawas.signer)[0]
    office.Authority.grantOffice(4, second.signer, 3, until, {"from": office.admin})
    with refused("AuthoritySamePerson", 3):
        close(office, period(day), checker=second)


@pytest.mark.parametrize("field", range(6))
def test_close__other_figures_than_signed__refused(office: House, field: int) -> None:
    day = int(last_day(end_month(office)))
    wanted = period(day)
    signed = office.countersign(
        office.pengawas,
        office.Books,
        action("close", ["(uint32,uint64,bytes32,bytes32,bytes32,uint64)"], [wanted]),
    )
    changed = list(wanted)
    changed[field] = b"\x44" * 32 if isinstance(wanted[field], bytes) else wanted[field] + 1
    with refused("AuthoritySignatureInvalid"):
        office.Books.close(changed, signed, {"from": office.bendahara.account})


def test_reopen__by_admin__open_until_closed_again(office: House) -> None:
    first, second = close_month(office), close_month(office)
    receipt = office.Treasury.reopenAfter(first, {"from": office.admin})
    assert receipt.events["ReopenedAfter"] == {"day": first}
    assert office.Treasury.closedThrough() == first
    close(office, period(second, entries=8))
    assert office.Treasury.closedThrough() == second


def test_reopen__within_a_month__its_month_is_closed_next(office: House) -> None:
    close_month(office)
    day = close_month(office)
    office.Treasury.reopenAfter(day - 10, {"from": office.admin})
    close(office, period(day, entries=8))
    assert office.Treasury.closedThrough() == day


def test_reopen__all__the_first_close_again(office: House) -> None:
    day = close_month(office)
    office.Treasury.reopenAfter(0, {"from": office.admin})
    assert office.Treasury.closedThrough() == 0
    close(office, period(day, entries=8))


def test_reopen__what_is_not_closed__refused(office: House) -> None:
    day = close_month(office)
    for later in (day, day + 1):
        with refused("TreasuryDayNotClosed", later, day):
            office.Treasury.reopenAfter(later, {"from": office.admin})


@pytest.mark.parametrize("who", ["ketua", "bendahara", "pengawas", "teller"])
def test_reopen__not_admin__refused(office: House, who: str) -> None:
    day = close_month(office)
    with refused("AccessManagedUnauthorized"):
        office.Treasury.reopenAfter(day - 1, {"from": office.officers[who].account})


def test_reopen__a_writer__refused(office: House) -> None:
    day = close_month(office)
    with refused("AccessManagedUnauthorized"):
        office.Treasury.reopenAfter(day - 1, {"from": office.writer})
