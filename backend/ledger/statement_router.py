"""The public addresses of statements and books of accounts, under /api/v1."""

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Path, Query, Request, Response

from backend import errors
from backend.deps import AsOfQuery, DayParam, answers_of, documents_of
from backend.documents.charts import chart_finder
from backend.ledger import statement_schemas as schemas
from backend.ledger import statements
from backend.ledger.statements import Asked
from backend.openapi import described
from indexer.reports.statements.chart import MAX_ACCOUNT
from rules.types import Channel

router: Final = APIRouter(prefix="/api/v1", tags=["statements"], default_response_class=Response)
FromQuery = Annotated[
    DayParam | None,
    Query(alias="from", description="First day; 1 January of the last day's year by default."),
]
ToQuery = Annotated[DayParam | None, Query(alias="to", description="Last day; as_of says the same.")]
LimitQuery = Annotated[int, Query(ge=1, le=statements.MAX_LINES, description="How many lines at most.")]
_PROBLEMS: Final = (errors.PeriodOrderError, errors.ChartUnreadableError)


@router.get(
    "/statements/{name}",
    summary="A financial statement with its comparatives",
    responses=described(schemas.Statement, *_PROBLEMS),
)
async def statement(
    request: Request,
    name: Annotated[schemas.StatementName, Path(description="Which statement.")],
    as_of: AsOfQuery = None,
    from_day: FromQuery = None,
    to_day: ToQuery = None,
) -> Response:
    """Of the year up to a day, or of a period, beside the period before and the year before. `teller-report`
    is of its last day. Totals say of which rows they are made."""
    find, asked = chart_finder(documents_of(request)), Asked(as_of, from_day, to_day)
    return await answers_of(request).answer(
        request,
        lambda books: statements.statement(books, find, name, asked),
        takes_long=name == "teller-report",
    )


@router.get(
    "/notes", summary="Notes to the financial statements", responses=described(schemas.Notes, *_PROBLEMS)
)
async def notes(
    request: Request, as_of: AsOfQuery = None, from_day: FromQuery = None, to_day: ToQuery = None
) -> Response:
    """Catatan atas laporan keuangan, filled from the books. It looks at every running loan."""
    find, asked = chart_finder(documents_of(request)), Asked(as_of, from_day, to_day)
    return await answers_of(request).answer(
        request, lambda books: statements.notes(books, find, asked), takes_long=True
    )


@router.get(
    "/accounts/{account}/lines",
    summary="General ledger of an account",
    responses=described(schemas.Listing, errors.UnknownAccountError, *_PROBLEMS),
)
async def general_ledger(
    request: Request,
    account: Annotated[int, Path(ge=1, le=MAX_ACCOUNT, description="The account's code.")],
    as_of: AsOfQuery = None,
    from_day: FromQuery = None,
    to_day: ToQuery = None,
    limit: LimitQuery = 100,
) -> Response:
    """Its first lines of a period by book day, with the balance running along. `more` says there are further
    ones: ask for a shorter period."""
    find, asked = chart_finder(documents_of(request)), Asked(as_of, from_day, to_day)
    return await answers_of(request).answer(
        request,
        lambda books: statements.account_book(books, find, asked, limit, account=account),
        takes_long=True,
    )


@router.get(
    "/channels/{channel}/lines",
    summary="Cash book of a channel",
    responses=described(schemas.Listing, *_PROBLEMS),
)
async def cash_book(
    request: Request,
    channel: Annotated[Literal["KAS", "BANK", "STABLECOIN"], Path(description="Which channel.")],
    as_of: AsOfQuery = None,
    from_day: FromQuery = None,
    to_day: ToQuery = None,
    limit: LimitQuery = 100,
) -> Response:
    """What came in and went out in a period by book day, with the balance running along."""
    find, asked = chart_finder(documents_of(request)), Asked(as_of, from_day, to_day)
    return await answers_of(request).answer(
        request,
        lambda books: statements.account_book(books, find, asked, limit, channel=Channel[channel]),
        takes_long=True,
    )
