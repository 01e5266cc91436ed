"""Bundles of proofs over the API: anybody may have them, and check them without us (docs/verify.md)."""

from collections.abc import Callable
from typing import Annotated, Final, TypeVar

from fastapi import APIRouter, Query, Request, Response

from backend import errors
from backend.deps import DayParam, NumberPath, answers_of
from backend.ledger.bundle_schemas import ProvenClose, ProvenCloses
from backend.ledger.reading import Books
from backend.openapi import described
from indexer.reports import bundles
from indexer.reports.entries import UnknownEntryError
from rules.calendar import day_text
from rules.types import WibDay
from verifier.bundle import ConsistencyBundle, EntryBundle, SolvencyBundle, StateBundle

T = TypeVar("T")
router: Final = APIRouter(prefix="/api/v1", tags=["bundles"], default_response_class=Response)
ThroughQuery = Annotated[DayParam | None, Query(description="Last day of the close.")]


def closes(books: Books) -> ProvenCloses:
    """The closes of which proofs were kept."""
    found = bundles.captured_closes(books.connection, books.cooperative_id)
    return ProvenCloses(
        [
            ProvenClose(
                day_text(each.through),
                each.block,
                each.block_hash.hex(),
                each.entries,
                str(each.claims_total) if any(each.claims_root) else None,
            )
            for each in found
        ]
    )


def made(make: Callable[[], T]) -> T:
    """What `make` makes. NoProofError if nothing was kept to make it of."""
    try:
        return make()
    except bundles.NoCloseError as error:
        raise errors.NoProofError(error.indonesian, error.english) from None


def entry_bundle(books: Books, number: int, through: WibDay | None) -> EntryBundle:
    """UnknownEntryError, NoProofError."""
    mine = books.cooperative_id
    try:
        return made(lambda: bundles.entry_bundle(books.connection, number, through, mine))
    except UnknownEntryError:
        raise errors.UnknownEntryError(number, books.head.entries) from None


@router.get("/bundles", summary="Closes that bundles can be had of", responses=described(ProvenCloses))
async def proven_closes(request: Request) -> Response:
    """Each with its block: the hash that a bundle is checked against is to be had from somebody else."""
    return await answers_of(request).answer(request, closes)


@router.get(
    "/bundles/entries/{number}",
    summary="A bundle that proves an entry",
    responses=described(EntryBundle, errors.UnknownEntryError, errors.NoProofError),
)
async def entry(request: Request, number: NumberPath, through: ThroughQuery = None) -> Response:
    """In the books of a close: the first that stands and has it, or the last one through a day."""
    day = None if through is None else WibDay(through)
    return await answers_of(request).answer(request, lambda books: entry_bundle(books, number, day))


@router.get(
    "/bundles/consistency",
    summary="A bundle that proves that one close goes on from another",
    responses=described(ConsistencyBundle, errors.NoProofError),
)
async def consistency(
    request: Request,
    old: Annotated[DayParam, Query(description="Last day of the older close.")],
    through: ThroughQuery = None,
) -> Response:
    """By default up to the last close."""
    older, day = WibDay(old), None if through is None else WibDay(through)
    return await answers_of(request).answer(
        request,
        lambda books: made(
            lambda: bundles.consistency_bundle(books.connection, older, day, books.cooperative_id)
        ),
    )


@router.get(
    "/bundles/state",
    summary="A bundle that proves contracts' totals",
    responses=described(StateBundle, errors.NoProofError),
)
async def state(request: Request, through: ThroughQuery = None) -> Response:
    """As captured at a close, by default the last."""
    day = None if through is None else WibDay(through)
    return await answers_of(request).answer(
        request,
        lambda books: made(lambda: bundles.state_bundle(books.connection, day, books.cooperative_id)),
    )


@router.get(
    "/bundles/solvency",
    summary="A bundle that proves what members are owed, and what is there for them",
    responses=described(SolvencyBundle, errors.NoProofError),
)
async def solvency(request: Request, through: ThroughQuery = None) -> Response:
    """At a close, by default the last: trial balance, claims, channels, attestations, contracts' totals."""
    day = None if through is None else WibDay(through)
    return await answers_of(request).answer(
        request,
        lambda books: made(lambda: bundles.solvency_bundle(books.connection, day, books.cooperative_id)),
    )
