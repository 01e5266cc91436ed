"""allocate: by ADMIN, once a year, of a closed year, into pots that add up."""

from typing import Any

import pytest

from tests.contracts.actors import House, contract_type, refused, today
from tests.contracts.SurplusDistributor.surplus import (
    DOCUMENT,
    EDUCATION,
    MEMBERS_POT,
    NO_ROOT,
    RESERVES,
    SOCIAL,
    YEAR,
    YEAR_END,
    Surplus,
    allocate,
    mark,
)


def test_allocate__closed_year__kept_and_told(office: House) -> None:
    surplus = Surplus()
    receipt = allocate(office, surplus)

    desk = office.SurplusDistributor
    kept = ("0x" + surplus.tree.root.hex(), 1_000_000, 1_000_000, today())
    assert tuple(map(str, desk.allocationOf(YEAR))) == tuple(map(str, kept))
    assert desk.unpaidTotal() == 1_000_000
    assert office.Treasury.isReceiptUsed(mark(0))
    event = receipt.events["SurplusAllocated"]
    assert (event["year"], event["total"], event["bookDay"]) == (YEAR, 2_000_000, today())
    assert [tuple(pot) for pot in event["pots"]] == list(surplus.pots)
    assert (bytes(event["sharesRoot"]), bytes(event["document"])) == (surplus.tree.root, DOCUMENT)


def test_allocate__nothing_for_members__no_root(office: House) -> None:
    allocate(office, Surplus(total=5, pots=((SOCIAL, 2), (RESERVES, 3)), shares={}))
    assert office.SurplusDistributor.unpaidTotal() == 0
    assert office.Treasury.isReceiptUsed(mark(0))


@pytest.mark.parametrize("who", ["ketua", "bendahara", "pengawas", "teller", "alice"])
def test_allocate__not_admin__refused(office: House, who: str) -> None:
    sender = {"from": getattr(office, who).account}
    with refused("AccessManagedUnauthorized"):
        office.SurplusDistributor.allocate(*Surplus().arguments(), sender)


def test_allocate__year_not_closed__refused(office: House) -> None:
    year = YEAR + 1
    with refused("SurplusYearOpen", year, YEAR_END + 365, YEAR_END):
        allocate(office, Surplus(year=year))


def test_allocate__last_day_not_closed__refused(house: House) -> None:
    """The day before the year's last is not enough."""
    house.Treasury.closeThrough(YEAR_END - 1, {"from": house.writer})
    reserves = Surplus(pots=((RESERVES, 2_000_000),), shares={})
    with refused("SurplusYearOpen", YEAR, YEAR_END, YEAR_END - 1):
        allocate(house, reserves)
    house.Treasury.closeThrough(YEAR_END, {"from": house.writer})
    allocate(house, reserves)


def test_allocate__year_twice__refused(office: House) -> None:
    allocate(office, Surplus())
    with refused("SurplusYearAllocated", YEAR):
        allocate(office, Surplus())
    allocate(office, Surplus(year=YEAR - 1))


@pytest.mark.parametrize("total", [0, 2**63])
def test_allocate__no_amount_of_rupiah__refused(office: House, total: int) -> None:
    with refused("SurplusTotalInvalid", total):
        allocate(office, Surplus(total=total, pots=((RESERVES, total),), shares={}))


def test_allocate__all_the_rupiah_there_are__kept(office: House) -> None:
    allocate(office, Surplus(total=2**63 - 1, pots=((RESERVES, 2**63 - 1),), shares={}))


@pytest.mark.parametrize(
    "pots",
    [
        ((RESERVES, 900_000), (MEMBERS_POT, 1_000_000), (EDUCATION, 100_000)),
        ((MEMBERS_POT, 1_000_000), (MEMBERS_POT, 1_000_000)),
        ((MEMBERS_POT, 1_000_000), (EDUCATION, 0), (RESERVES, 1_000_000)),
        ((0, 2_000_000),),
        ((2130, 2_000_000),),
        ((2309, 2_000_000),),
        ((2370, 2_000_000),),
        ((2400, 2_000_000),),
        ((3110, 2_000_000),),
        ((3900, 2_000_000),),
    ],
    ids=["order", "twice", "zero", "0", "payable", "below", "not in the chart", "above", "pokok", "3900"],
)
def test_allocate__bad_pot__refused(office: House, pots: tuple[tuple[int, int], ...]) -> None:
    with refused("SurplusPotInvalid"):
        allocate(office, Surplus(pots=pots))


def test_allocate__fund_that_the_chart_gains__taken(office: House) -> None:
    pots = ((2370, 2_000_000),)
    office.Books.adoptChart(b"\x02" * 32, today(), [2370], {"from": office.admin})
    allocate(office, Surplus(pots=pots, shares={}))


@pytest.mark.parametrize("last", [899_999, 900_001])
def test_allocate__pots_do_not_add_up__refused(office: House, last: int) -> None:
    pots = ((MEMBERS_POT, 1_000_000), (EDUCATION, 100_000), (RESERVES, last))
    with refused("SurplusUnbalanced", 2_000_000, 1_100_000 + last):
        allocate(office, Surplus(pots=pots))


def test_allocate__no_pots__refused(office: House) -> None:
    with refused("SurplusUnbalanced", 2_000_000, 0):
        allocate(office, Surplus(pots=()))


@pytest.mark.parametrize(
    "changes",
    [{"root": NO_ROOT}, {"pots": ((RESERVES, 2_000_000),)}],
    ids=["pot without a root", "root without a pot"],
)
def test_allocate__root_and_members_pot_disagree__refused(office: House, changes: dict[str, Any]) -> None:
    with refused("SurplusRootInvalid"):
        allocate(office, Surplus().but(**changes))


def test_allocate__by_another_distributor__not_again(office: House) -> None:
    """Treasury remembers the year, whichever contract asks: what a successor needs no memory for."""
    allocate(office, Surplus())
    names = ("Authority", "MemberRegistry", "Treasury", "SavingsSukarela", "SavingsPayable")
    successor = contract_type("SurplusDistributor").deploy(
        *(office.contracts[name] for name in names), {"from": office.deployer}
    )
    with refused("SurplusYearAllocated", YEAR):
        allocate(office, Surplus(), successor)
    with refused("WriterRefused", successor.address):
        allocate(office, Surplus(year=YEAR - 1), successor)
