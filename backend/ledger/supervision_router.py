"""The public addresses of ratios, limits and health scores, under /api/v1."""

from typing import Final

from fastapi import APIRouter, Request, Response

from backend import errors
from backend.deps import AsOfQuery, answers_of, documents_of
from backend.documents.charts import chart_finder
from backend.ledger import supervision, supervision_schemas
from backend.openapi import described

router: Final = APIRouter(prefix="/api/v1", tags=["supervision"], default_response_class=Response)


@router.get(
    "/ratios",
    summary="Financial ratios with the accounts behind them",
    responses=described(supervision_schemas.Ratios, errors.ChartUnreadableError),
)
async def ratios(request: Request, as_of: AsOfQuery = None) -> Response:
    """Of capital, assets, liquidity, efficiency, growth and cooperative identity, in basis points; what each
    is made of is the house's reading. It looks at every running loan."""
    find = chart_finder(documents_of(request))
    return await answers_of(request).answer(
        request,
        lambda books: supervision.ratios_body(supervision.ratios_of(books, find, as_of)),
        takes_long=True,
    )


@router.get(
    "/limits",
    summary="What related parties and the largest borrowers owe, against equity",
    responses=described(supervision_schemas.Limits, errors.ChartUnreadableError),
)
async def limits(request: Request, as_of: AsOfQuery = None) -> Response:
    """By member number: holders of elected offices, and the ten largest borrowers. It looks at every loan
    that is owed."""
    find = chart_finder(documents_of(request))
    return await answers_of(request).answer(
        request,
        lambda books: supervision.limits_body(supervision.limits_of(books, find, as_of)),
        takes_long=True,
    )


@router.get(
    "/health-scores",
    summary="The cooperative's health score under two regulations",
    responses=described(supervision_schemas.HealthScores, errors.ChartUnreadableError),
)
async def health_scores(request: Request, as_of: AsOfQuery = None) -> Response:
    """Aspects and weights of Permenkop 14/2009 and 9/2020; indicators, bands and points by the table that the
    cooperative adopted, if it did. It looks at every running loan."""
    find = chart_finder(documents_of(request))
    return await answers_of(request).answer(
        request,
        lambda books: supervision.health_body(supervision.health_of(books, find, as_of)),
        takes_long=True,
    )
