"""What a cooperative lends at deployment: products and the committee's tiers. A RAT changes them later."""

from dataclasses import dataclass, fields
from typing import Any, Final

from rules.types import LoanMethod
from scripts.errors import DeploymentError

PENGAWAS_BIT: Final = 1 << 4
PENGURUS_BIT: Final = 1 << 7
ALL_COLLATERAL: Final = 15
MAX_PRINCIPAL: Final = 2**56 - 1
NO_LIMIT: Final = 2**64 - 1
_BPS: Final = 9_999
_BOUNDS: Final = {
    "method": (0, 3),
    "min_rate_bps": (0, 2**16 - 1),
    "max_rate_bps": (0, 2**16 - 1),
    "min_principal": (1, MAX_PRINCIPAL),
    "max_principal": (1, MAX_PRINCIPAL),
    "min_months": (1, 360),
    "max_months": (1, 360),
    "max_grace_months": (0, 359),
    "max_fee_bps": (0, _BPS),
    "penalty_bps": (0, 4_000),
    "penalty_cap_bps": (0, 4_000),
    "waterfall": (0, 1),
    "rounding_exponent": (0, 6),
    "collateral": (1, ALL_COLLATERAL),
}


@dataclass(frozen=True)
class Product:
    """ILoanPolicy.Product in its order, as wide as can be by default. DeploymentError out of bounds."""

    method: int
    min_rate_bps: int = 0
    max_rate_bps: int = 2_400
    min_principal: int = 1
    max_principal: int = MAX_PRINCIPAL
    min_months: int = 1
    max_months: int = 360
    max_grace_months: int = 0
    max_fee_bps: int = 0
    penalty_bps: int = 0
    penalty_cap_bps: int = 0
    waterfall: int = 0
    rounding_exponent: int = 0
    collateral: int = ALL_COLLATERAL

    def __post_init__(self) -> None:
        for name, (low, high) in _BOUNDS.items():
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
                raise DeploymentError(
                    f"Produk, {name}: {value!r} harus bilangan bulat dari {low} sampai {high}.",
                    f"Product, {name}: {value!r} must be a whole number from {low} to {high}.",
                )
        for name in ("rate_bps", "principal", "months"):
            low, high = getattr(self, f"min_{name}"), getattr(self, f"max_{name}")
            if low > high:
                raise DeploymentError(
                    f"Produk: min_{name} {low} di atas max_{name} {high}.",
                    f"Product: min_{name} {low} is above max_{name} {high}.",
                )
        if self.max_grace_months >= self.max_months:
            raise DeploymentError(
                f"Produk: max_grace_months {self.max_grace_months} harus di bawah max_months.",
                f"Product: max_grace_months {self.max_grace_months} must be below max_months.",
            )

    def conditions(self) -> tuple[Any, ...]:
        """The fields of ILoanPolicy.Product, the last of which says that it is offered."""
        return (*(getattr(self, each.name) for each in fields(self)), True)


DEFAULT_PRODUCTS: Final = tuple(Product(int(method)) for method in LoanMethod)
"""Products 1 to 4: FLAT, DECLINING, ANNUITY, BULLET, without penalty, fee or grace."""


def load_products(entries: Any) -> tuple[Product, ...]:
    """Products from the tables `[[products]]`, numbered from 1; DeploymentError on what cannot be."""
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        raise DeploymentError("[[products]] harus tabel-tabel.", "[[products]] must be tables.")
    return tuple(_product(entry, number) for number, entry in enumerate(entries, 1))


def committee_tiers(threshold: int) -> tuple[tuple[int, int, int, int], ...]:
    """ILoanPolicy.Tier: one PENGURUS besides the maker for who would owe up to `threshold` rupiah in all.

    Above it two, one of them a PENGAWAS.
    """
    both = PENGURUS_BIT | PENGAWAS_BIT
    return ((threshold, 1, PENGURUS_BIT, 0), (NO_LIMIT, 2, both, PENGAWAS_BIT))


def _product(entry: dict[str, Any], number: int) -> Product:
    unknown = set(entry) - {each.name for each in fields(Product)}
    method = LoanMethod.__members__.get(str(entry.get("method")))
    if unknown or method is None:
        listed = ", ".join(sorted(unknown)) or f"method {entry.get('method')!r}"
        raise DeploymentError(
            f"products #{number}: tidak dikenal: {listed}.", f"products #{number}: unknown: {listed}."
        )
    return Product(**{**entry, "method": int(method)})
