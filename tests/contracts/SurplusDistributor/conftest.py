import pytest

from rules.calendar import parse_day
from tests.contracts.actors import House, today
from tests.contracts.office import office
from tests.contracts.SurplusDistributor.surplus import FUNDS, YEAR

__all__ = ["office"]


@pytest.fixture(autouse=True)
def closed(office: House) -> None:
    """The books are closed through the year's end, and the chart has the funds."""
    office.Books.adoptChart(b"\x01" * 32, today(), list(FUNDS), {"from": office.admin})
    office.Treasury.closeThrough(parse_day(f"{YEAR}-12-31"), {"from": office.writer})
