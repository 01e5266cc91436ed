"""The bodies of ratios and limits."""

from typing import Annotated, Final, Literal

from msgspec import Meta

from backend.ledger.schemas import Body, Day, Hash, Rupiah, Words
from backend.ledger.statement_schemas import StatedOn

BasisPoints = Annotated[int, Meta(description="Hundredths of a per cent.")]


class AccountPart(Body, frozen=True):
    """An account's part of a figure."""

    account: int
    label: Words
    amount: Rupiah


class RatioPart(Body, frozen=True):
    """A figure of a ratio: `source` says of what, `key` which line, class or account; `amount` is `share_bps`
    of `balance`, which the accounts make. `loans` is how many a class has."""

    source: str
    key: str
    label: Words
    share_bps: BasisPoints
    balance: Rupiah
    amount: Rupiah
    accounts: list[AccountPart]
    loans: int | None


class RatioSide(Body, frozen=True):
    """Numerator or denominator."""

    amount: Rupiah
    parts: list[RatioPart]


class Ratio(Body, frozen=True):
    """A ratio; `bps` is null where the denominator is nought. `met`: whether it is within its target, null
    where it has none."""

    name: str
    group: Literal["capital", "assets", "liquidity", "efficiency", "growth", "identity"]
    label: Words
    better: Literal["higher", "lower", ""]
    numerator: RatioSide
    denominator: RatioSide
    bps: BasisPoints | None
    target_bps: BasisPoints | None
    met: bool | None


class Ratios(Body, frozen=True):
    """Every ratio at the end of a day, by the house's definitions (their SHA-256): no source in law is
    claimed for them."""

    as_of: Day
    version: int
    definitions: Hash
    reading: Words
    ratios: list[Ratio]
    stated_on: StatedOn


class EquityBasis(Body, frozen=True):
    """The equity that limits are of: at the last close, or before the first simpanan pokok and wajib."""

    amount: Rupiah
    basis: Literal["last-close", "member-shares"]
    day: Day


class Borrower(Body, frozen=True):
    """A member against a limit: `exposure` is principal owed and what can still be drawn; `headroom` is below
    nought where the limit is broken, null where there is none."""

    member: int
    offices: list[str]
    outstanding: Rupiah
    undrawn: Rupiah
    exposure: Rupiah
    share_bps: BasisPoints | None
    headroom: Rupiah | None
    breach: bool


class Limits(Body, frozen=True):
    """Related parties and the largest borrowers at the end of a day. `contract_ceiling` is what LoanDesk
    allows a related party: it counts pokok and wajib always. Null: no limit is set."""

    as_of: Day
    equity: EquityBasis
    related_bps: BasisPoints | None
    related_ceiling: Rupiah | None
    contract_ceiling: Rupiah | None
    single_bps: BasisPoints | None
    single_ceiling: Rupiah | None
    related: list[Borrower]
    largest: list[Borrower]
    stated_on: StatedOn


SUPERVISION_BODIES: Final = (Ratios, Limits)
