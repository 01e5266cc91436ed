"""By-laws about lending that the houses of the tests have: products, tiers of the committee."""

from typing import Any, Final

from tests.contracts.actors import PENGAWAS, PENGURUS, House

SMALL_LOAN: Final = 50_000_000
BOARD_BIT, PENGAWAS_BIT = 1 << PENGURUS, 1 << PENGAWAS
TIERS: Final = (
    (SMALL_LOAN, 1, BOARD_BIT, 0),
    (2**64 - 1, 2, BOARD_BIT | PENGAWAS_BIT, PENGAWAS_BIT),
)
"""ILoanPolicy.Tier: up to, approvals, offices, required."""


def product_of(method: int) -> int:
    """The product that lends by `method` in these tests."""
    return int(method) + 1


def product(method: int, **changes: Any) -> tuple[Any, ...]:
    """ILoanPolicy.Product that lets a loan by `method` have any terms, without penalty."""
    fields = {
        "method": int(method),
        "min_rate_bps": 0,
        "max_rate_bps": 2_400,
        "min_principal": 1,
        "max_principal": 2**56 - 1,
        "min_months": 1,
        "max_months": 360,
        "max_grace_months": 359,
        "max_fee_bps": 500,
        "penalty_bps": 0,
        "penalty_cap_bps": 0,
        "waterfall": 0,
        "rounding_exponent": 0,
        "collateral": 15,
        "offered": True,
    }
    assert set(changes) <= set(fields), changes
    return tuple((fields | changes).values())


def lending_by_laws(house: House) -> None:
    """A product a method; up to SMALL_LOAN one of the board approves, above it two, one of PENGAWAS."""
    send = {"from": house.admin}
    for method in range(4):
        house.LoanPolicy.setProduct(product_of(method), product(method), send)
    house.LoanPolicy.setTiers(TIERS, send)
