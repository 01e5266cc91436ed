"""The bodies of the public API on closed periods."""

from typing import Annotated, Final, Literal

from msgspec import Meta

from backend.ledger.schemas import Body, Day, Hash, Rupiah

Change = Literal["CLOSED", "REOPENED"]


class CloseFigures(Body, frozen=True):
    """What BENDAHARA (`maker`) and PENGAWAS (`checker`), by person number, attested on the chain."""

    entries: Annotated[int, Meta(description="The first entries of the ledger: all dated by then.")]
    ledger_root: Annotated[Hash, Meta(description="Root of the tree over them (RFC 9162).")]
    trial_balance_hash: Annotated[Hash, Meta(description="SHA-256 of the canonical trial balance.")]
    claims_root: Annotated[Hash, Meta(description="Root of the tree of members' claims; zeros: no tree.")]
    claims_total: Rupiah
    maker: int
    checker: int


class CloseDifference(Body, frozen=True):
    """A figure that the books do not give."""

    figure: str
    attested: str
    found: str


class Close(Body, frozen=True):
    """A close, or a reopening by the members' meeting, which has no figures."""

    change: Change
    through: Annotated[Day | None, Meta(description="Last closed day; null: nothing is closed any more.")]
    block: int
    log_index: int
    final: bool
    year_end: Annotated[bool, Meta(description="Whether income and expense of the year went to 3900.")]
    stands: Annotated[bool, Meta(description="Whether no later reopening reached it.")]
    figures: CloseFigures | None
    agrees: Annotated[bool, Meta(description="Whether the books give the same figures.")]
    differences: list[CloseDifference]


class Closes(Body, frozen=True):
    """Closes and reopenings, the newest first; `closed_through` is the last closed day now."""

    closed_through: Day | None
    closes: list[Close]


CLOSE_BODIES: Final = (Closes,)
