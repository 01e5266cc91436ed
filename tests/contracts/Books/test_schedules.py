"""adoptSchedule, endSchedule: by BENDAHARA and a PENGURUS, on accounts of the chart, for months to come."""

from typing import Any

import pytest

from tests.contracts.actors import House, Person, action, refused, today
from tests.contracts.Books.closing import end_month, next_month

TYPE = "(uint32,uint8,uint8,uint16,uint16,uint64,uint64,uint16,uint32)"
DEPRECIATION, SPREAD = 0, 1
STRAIGHT_LINE, DECLINING = 0, 1
ASSET: dict[str, Any] = {
    "id": 7,
    "kind": DEPRECIATION,
    "method": STRAIGHT_LINE,
    "debit": 5160,
    "credit": 1590,
    "amount": 12_000_000,
    "residual": 2_000_000,
    "months": 48,
}


@pytest.fixture(autouse=True)
def chart(office: House) -> None:
    office.Books.adoptChart(b"\x01" * 32, today(), [5160, 1590, 5110, 2410], {"from": office.admin})


def schedule(office: House, **changes: Any) -> tuple[Any, ...]:
    terms = {**ASSET, "first_month": next_month(office), **changes}
    return tuple(terms.values())


def adopt(
    office: House, wanted: tuple[Any, ...], maker: Person | None = None, checker: Person | None = None
) -> Any:
    signed = office.countersign(checker or office.ketua, office.Books, action("schedule", [TYPE], [wanted]))
    return office.Books.adoptSchedule(wanted, signed, {"from": (maker or office.bendahara).account})


def end(office: House, number: int, checker: Person | None = None) -> Any:
    signed = office.countersign(
        checker or office.ketua, office.Books, action("end schedule", ["uint32"], [number])
    )
    return office.Books.endSchedule(number, signed, {"from": office.bendahara.account})


def test_adopt__depreciation__an_event_with_its_terms(office: House) -> None:
    wanted = schedule(office)
    told = adopt(office, wanted).events["ScheduleAdopted"]
    assert (told["id"], tuple(told["schedule"])) == (7, wanted)
    assert (told["maker"], told["checker"]) == (3, 1)


@pytest.mark.parametrize(
    "changes",
    [
        {"method": DECLINING},
        {"kind": SPREAD, "residual": 0, "debit": 5110, "credit": 2410},
        {"months": 1},
        {"months": 600},
        {"residual": 11_999_999},
        {"amount": 2**63 - 1},
    ],
)
def test_adopt__what_may_be__adopted(office: House, changes: dict[str, Any]) -> None:
    adopt(office, schedule(office, **changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": 2_000_000},
        {"amount": 2**63},
        {"months": 0},
        {"months": 601},
        {"credit": 5160},
        {"method": DECLINING, "months": 47},
        {"kind": SPREAD},
        {"kind": SPREAD, "residual": 0, "method": DECLINING},
    ],
)
def test_adopt__what_may_not_be__refused(office: House, changes: dict[str, Any]) -> None:
    with refused("BooksScheduleInvalid", 7):
        adopt(office, schedule(office, **changes))


@pytest.mark.parametrize("side", ["debit", "credit"])
@pytest.mark.parametrize("account", [1110, 2110, 9999])
def test_adopt__account_of_others__refused(office: House, side: str, account: int) -> None:
    with refused("BooksAccountRefused", account):
        adopt(office, schedule(office, **{side: account}))


def test_adopt__month_that_was_ended__refused(office: House) -> None:
    month = end_month(office)
    with refused("BooksMonthInvalid", month, month + 1):
        adopt(office, schedule(office, first_month=month))


def test_adopt__number_twice_even_after_its_end__refused(office: House) -> None:
    adopt(office, schedule(office))
    with refused("BooksScheduleUnknown", 7):
        adopt(office, schedule(office, amount=13_000_000))
    end(office, 7)
    with refused("BooksScheduleUnknown", 7):
        adopt(office, schedule(office, amount=14_000_000))


def test_end__running__once(office: House) -> None:
    adopt(office, schedule(office))
    assert end(office, 7).events["ScheduleEnded"] == {"id": 7, "maker": 3, "checker": 1}
    with refused("BooksScheduleUnknown", 8):
        end(office, 8)


@pytest.mark.parametrize("who", ["teller", "pengawas"])
def test_adopt__countersigned_by_no_pengurus__refused(office: House, who: str) -> None:
    with refused("AuthorityNotHeld"):
        adopt(office, schedule(office), checker=office.officers[who])
    adopt(office, schedule(office))
    with refused("AuthorityNotHeld"):
        end(office, 7, checker=office.officers[who])


@pytest.mark.parametrize("who", ["ketua", "teller", "pengawas"])
def test_adopt__not_bendahara__refused(office: House, who: str) -> None:
    with refused("AccessManagedUnauthorized"):
        adopt(office, schedule(office), maker=office.officers[who])
