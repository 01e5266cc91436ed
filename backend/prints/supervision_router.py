"""The public addresses of printed ratios, limits and health scores, under /api/v1."""

from typing import Final

from fastapi import APIRouter, Request, Response

from backend import errors
from backend.deps import AsOfQuery, documents_of
from backend.documents.charts import chart_finder
from backend.ledger.supervision import health_of, limits_of, ratios_of
from backend.openapi import described_print
from backend.prints.reports import body_of
from backend.prints.router import FormPath, printed
from indexer.reports.supervision.health_tables import health_tables
from indexer.reports.supervision.limit_tables import limit_tables
from indexer.reports.supervision.ratio_tables import ratio_tables

router: Final = APIRouter(prefix="/api/v1", tags=["documents"], default_response_class=Response)
_PROBLEMS: Final = (errors.ChartUnreadableError, errors.DocumentTooLongError)


@router.get("/ratios.{form}", summary="Financial ratios, printed", responses=described_print(*_PROBLEMS))
async def printed_ratios(request: Request, form: FormPath, as_of: AsOfQuery = None) -> Response:
    """As `/ratios`."""
    find = chart_finder(documents_of(request))
    return await printed(request, form, lambda books: body_of(ratio_tables(ratios_of(books, find, as_of))))


@router.get("/limits.{form}", summary="Limits on loans, printed", responses=described_print(*_PROBLEMS))
async def printed_limits(request: Request, form: FormPath, as_of: AsOfQuery = None) -> Response:
    """As `/limits`."""
    find = chart_finder(documents_of(request))
    return await printed(request, form, lambda books: body_of(limit_tables(limits_of(books, find, as_of))))


@router.get("/health-scores.{form}", summary="Health scores, printed", responses=described_print(*_PROBLEMS))
async def printed_health(request: Request, form: FormPath, as_of: AsOfQuery = None) -> Response:
    """As `/health-scores`."""
    find = chart_finder(documents_of(request))
    return await printed(request, form, lambda books: body_of(health_tables(health_of(books, find, as_of))))
