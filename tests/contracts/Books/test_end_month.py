"""endMonth: anyone, after midnight WIB of a month's last day, one month after the other."""

from rules.calendar import first_day, month_of_day
from tests.contracts.actors import House, contract_type, refused, today
from tests.contracts.Books.closing import close_month, travel_to


def end(office: House, month: int):
    return office.Books.endMonth(month, {"from": office.budi.account})


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


def test_end_month__closed_by_a_former_contract__is_ended(office: House) -> None:
    """A contract in the place of Books goes on after what was closed: it would book into a closed month."""
    successor = contract_type("Books").deploy(office.Authority, office.Treasury, {"from": office.deployer})
    deployed = month_of_day(today())
    while month_of_day(close_month(office)) < deployed:
        pass
    assert successor.lastEndedMonth() == deployed
    travel_to(int(first_day(deployed + 2)))
    with refused("BooksMonthInvalid", deployed, deployed + 1):
        successor.endMonth(deployed, {"from": office.budi.account})
    successor.endMonth(deployed + 1, {"from": office.budi.account})
