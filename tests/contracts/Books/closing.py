"""Ending and closing months, as the office does it."""

from typing import Any, Final

import brownie

from rules.calendar import first_day, last_day, month_of_day
from rules.types import Month
from tests.contracts.actors import DAY, House, Person, action, now, today

WIB: Final = 7 * 3_600
CLOSE_TYPE: Final = "(uint32,uint64,bytes32,bytes32,bytes32,uint64)"
ROOT, BALANCE, CLAIMS = b"\x11" * 32, b"\x22" * 32, b"\x33" * 32


def travel_to(day: int, seconds: int = 0) -> None:
    """To so many seconds after midnight WIB of `day`."""
    brownie.chain.sleep(day * DAY - WIB + seconds - now())
    brownie.chain.mine()


def next_month(house: House) -> Month:
    return Month(house.Books.lastEndedMonth() + 1)


def end_month(house: House) -> Month:
    """The next month, whose end the chain reaches if it has not yet."""
    month = next_month(house)
    over = int(first_day(Month(month + 1)))
    if today() < over:
        travel_to(over)
    house.Books.endMonth(month, {"from": house.budi.account})
    return month


def period(through: int, entries: int = 7, root: bytes = ROOT) -> tuple[Any, ...]:
    """IBooks.Close."""
    return through, entries, root, BALANCE, CLAIMS, 1_000_000


def close(
    house: House, wanted: tuple[Any, ...], maker: Person | None = None, checker: Person | None = None
) -> Any:
    """BENDAHARA sends and PENGAWAS has signed, or others in their places."""
    signed = house.countersign(
        checker or house.pengawas, house.Books, action("close", [CLOSE_TYPE], [wanted])
    )
    return house.Books.close(wanted, signed, {"from": (maker or house.bendahara).account})


def close_month(house: House) -> int:
    """Ends the next month and closes it; its last day."""
    day = int(last_day(end_month(house)))
    close(house, period(day))
    return day


def month_now() -> Month:
    return month_of_day(today())
