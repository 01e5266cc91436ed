"""The bodies of the public API on the year's surplus (SHU)."""

from typing import Annotated, Final

from msgspec import Meta

from backend.ledger.schemas import Body, Day, Hash, Rupiah


class SurplusPot(Body, frozen=True):
    """A part of a surplus, by the account that it went to."""

    account: int
    amount: Rupiah


class SurplusOfYear(Body, frozen=True):
    """A book year's surplus as the members' meeting allocated it, and what of the members' pot is paid."""

    year: int
    allocated_on: Day
    total: Rupiah
    pots: list[SurplusPot]
    members_total: Rupiah
    paid_into_savings: Rupiah
    paid_to_left: Annotated[Rupiah, Meta(description="Into what is payable to members who left.")]
    paid_in_cash: Rupiah
    unpaid: Rupiah
    shares_paid: Annotated[int, Meta(description="How many members were paid.")]
    shares_root: Annotated[Hash, Meta(description="Root of the tree over the members' shares; zeros: none.")]
    document: Annotated[Hash, Meta(description="SHA-256 of the file with every member's share.")]


class Surpluses(Body, frozen=True):
    """Every year whose surplus was allocated, the newest first."""

    years: list[SurplusOfYear]


SURPLUS_BODIES: Final = (Surpluses,)
