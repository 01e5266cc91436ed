"""The bodies of answers about bundles."""

from typing import Annotated, Final

from msgspec import Meta

from backend.ledger.schemas import Body, Day, Hash, Rupiah
from verifier.bundle import ConsistencyBundle, EntryBundle, SolvencyBundle, StateBundle


class ProvenClose(Body, frozen=True):
    """A close of which a proof was kept."""

    through: Day
    block: Annotated[int, Meta(description="The block of its log: a bundle is checked against its hash.")]
    block_hash: Hash
    entries: int
    claims_total: Annotated[
        Rupiah | None, Meta(description="What members are owed; null if none was attested.")
    ]


class ProvenCloses(Body, frozen=True):
    """The closes that bundles can be had of, in the order of the chain."""

    closes: list[ProvenClose]


BODIES: Final = (ProvenCloses, EntryBundle, ConsistencyBundle, StateBundle, SolvencyBundle)
