"""endMonth: anyone, after midnight WIB of a month's last day, one month after the other."""

import brownie

from rules.calendar import first_day, month_of_day
from tests.contracts.actors import DAY, House, now, refused, today

WIB = 7 * 3_600


def end(office: House, month: int):
    return office.Books.endMonth(month, {"from": office.budi.account})


def travel_to(day: int, seconds: int = 0) -> None:
    """To so many seconds after midnight WIB of `day`."""
    brownie.chain.sleep(day * DAY - WIB + seconds - now())
    brownie.chain.mine()


def test_last_ended_month__fresh__the_one_before_deployment(office: House) -> None:
    assert office.Books.lastEndedMonth() <= month_of_day(today()) - 1


def test_end_month__its_last_day__not_over(office: House) -> None:
    month = office.Books.lastEndedMonth() + 1
    over = int(first_day(month + 1))
    if today() < over:
        travel_to(over, seconds=-120)
        with refused("BooksMonthNotOver", month):
            end(office, month)
        travel_to(over)
    receipt = end(office, month)
    assert receipt.events["MonthEnded"] == {"month": month, "lastDay": over - 1}
    assert office.Books.lastEndedMonth() == month


def test_end_month__twice_or_out_of_turn__refused(office: House) -> None:
    month = office.Books.lastEndedMonth() + 1
    travel_to(int(first_day(month + 3)))
    with refused("BooksMonthInvalid", month + 1, month):
        end(office, month + 1)
    end(office, month)
    with refused("BooksMonthInvalid", month, month + 1):
        end(office, month)
    end(office, month + 1)
