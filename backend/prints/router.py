"""The public addresses of printed statements, books and cards, under /api/v1: each ends in .pdf or .html."""

from collections.abc import Callable
from functools import cached_property
from threading import Lock
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Path, Request, Response

from backend import errors
from backend.deps import MAX_NUMBER, AsOfQuery, LoanPath, MemberPath, answers_of, documents_of
from backend.documents.charts import chart_finder
from backend.documents.typesetting import forget
from backend.ledger import schemas, service
from backend.ledger.reading import Books
from backend.ledger.statement_router import FromQuery, LimitQuery, ToQuery
from backend.ledger.statement_schemas import StatementName
from backend.ledger.statements import Asked, report_of, span_asked
from backend.openapi import described, described_print
from backend.prints.balances import trial_balance_body
from backend.prints.content import Body
from backend.prints.html import POLICY, tree_head_page
from backend.prints.maker import Form, Printer, PrintTooLongError
from backend.prints.members import card_body, passbook_body
from backend.prints.reports import body_of
from indexer.reports.instalment_card import instalment_card
from indexer.reports.loans import UnknownLoanError
from indexer.reports.passbook import UnknownMemberError, passbook
from indexer.reports.statements.catalogue import Wanted
from indexer.reports.statements.chart import MAX_ACCOUNT
from rules.types import Channel, LoanNumber

router: Final = APIRouter(prefix="/api/v1", tags=["documents"], default_response_class=Response)
FormPath = Annotated[Form, Path(description="pdf, or html without scripts.")]
MakeBody = Callable[[Books], Body]
_TYPES: Final = {"pdf": "application/pdf", "html": "text/html; charset=utf-8"}
_PROBLEMS: Final = (errors.PeriodOrderError, errors.ChartUnreadableError, errors.DocumentTooLongError)


class Prints:
    """Makes the documents that a process is asked for, one at a time; typst is set up at the first."""

    def __init__(self, cooperative: str, public_url: str) -> None:
        self._cooperative = cooperative
        self._public_url = public_url
        self._lock = Lock()

    @cached_property
    def _printer(self) -> Printer:
        return Printer(self._cooperative, self._public_url)

    def made(self, books: Books, body: Body, form: Form) -> bytes:
        """A document from the books of this transaction. DocumentTooLongError."""
        with self._lock:
            document = self._printer.document(books.connection, body, books.cooperative_id)
            try:
                return self._printer.made(document, form)
            except PrintTooLongError as error:
                raise errors.DocumentTooLongError(error.indonesian, error.english) from None
            finally:
                if form == "pdf":
                    forget()


async def printed(request: Request, form: Form, body: MakeBody) -> Response:
    """What `body` says of the books, as a document. DocumentTooLongError."""
    prints: Prints = request.app.state.prints
    response = await answers_of(request).document(
        request, lambda books: prints.made(books, body(books), form), _TYPES[form]
    )
    if form == "html":
        response.headers["Content-Security-Policy"] = POLICY
    return response


def _report(request: Request, asked: Asked, name: str, **which: Any) -> MakeBody:
    find = chart_finder(documents_of(request))

    def body(books: Books) -> Body:
        return body_of(report_of(books, find, Wanted(name, span_asked(books, asked), **which)))

    return body


@router.get(
    "/statements/{name}.{form}", summary="A statement, printed", responses=described_print(*_PROBLEMS)
)
async def statement(
    request: Request,
    name: Annotated[StatementName, Path(description="Which statement.")],
    form: FormPath,
    as_of: AsOfQuery = None,
    from_day: FromQuery = None,
    to_day: ToQuery = None,
) -> Response:
    """As `/statements/{name}`, with block, hash, ledger root and a QR code that leads to their proof."""
    return await printed(request, form, _report(request, Asked(as_of, from_day, to_day), name))


@router.get("/notes.{form}", summary="The notes, printed", responses=described_print(*_PROBLEMS))
async def notes(
    request: Request,
    form: FormPath,
    as_of: AsOfQuery = None,
    from_day: FromQuery = None,
    to_day: ToQuery = None,
) -> Response:
    """As `/notes`."""
    return await printed(request, form, _report(request, Asked(as_of, from_day, to_day), "notes"))


@router.get(
    "/accounts/{account}/lines.{form}",
    summary="General ledger of an account, printed",
    responses=described_print(errors.UnknownAccountError, *_PROBLEMS),
)
async def general_ledger(
    request: Request,
    account: Annotated[int, Path(ge=1, le=MAX_ACCOUNT, description="The account's code.")],
    form: FormPath,
    as_of: AsOfQuery = None,
    from_day: FromQuery = None,
    to_day: ToQuery = None,
    limit: LimitQuery = 100,
) -> Response:
    """As `/accounts/{account}/lines`."""
    asked = Asked(as_of, from_day, to_day)
    body = _report(request, asked, "general-ledger", account=account, limit=limit)
    return await printed(request, form, body)


@router.get(
    "/channels/{channel}/lines.{form}",
    summary="Cash book of a channel, printed",
    responses=described_print(*_PROBLEMS),
)
async def cash_book(
    request: Request,
    channel: Annotated[Literal["KAS", "BANK", "STABLECOIN"], Path(description="Which channel.")],
    form: FormPath,
    as_of: AsOfQuery = None,
    from_day: FromQuery = None,
    to_day: ToQuery = None,
    limit: LimitQuery = 100,
) -> Response:
    """As `/channels/{channel}/lines`."""
    asked = Asked(as_of, from_day, to_day)
    body = _report(request, asked, "cash-book", channel=Channel[channel], limit=limit)
    return await printed(request, form, body)


@router.get(
    "/trial-balance.{form}",
    summary="Trial balance, printed",
    responses=described_print(errors.DocumentTooLongError, errors.ChartUnreadableError),
)
async def printed_trial_balance(request: Request, form: FormPath, as_of: AsOfQuery = None) -> Response:
    """As `/trial-balance`, with turnovers."""

    find = chart_finder(documents_of(request))

    def body(books: Books) -> Body:
        day = service.day_asked(books, as_of)
        return trial_balance_body(service.balances_under(books, find, day))

    return await printed(request, form, body)


@router.get(
    "/members/{number}/passbook.{form}",
    summary="A member's passbook, printed",
    responses=described_print(errors.UnknownMemberError, errors.DocumentTooLongError),
)
async def printed_passbook(request: Request, number: MemberPath, form: FormPath) -> Response:
    """All lines of a member, by kind of savings and loan. By number: no name is known here."""

    def body(books: Books) -> Body:
        try:
            return passbook_body(passbook(books.connection, number, cooperative_id=books.cooperative_id))
        except UnknownMemberError:
            raise errors.UnknownMemberError(number) from None

    return await printed(request, form, body)


@router.get(
    "/loans/{number}/card.{form}",
    summary="A loan's instalment card, printed",
    responses=described_print(errors.UnknownLoanError, errors.DocumentTooLongError),
)
async def printed_card(request: Request, number: LoanPath, form: FormPath) -> Response:
    """As `/loans/{number}/card`."""

    def body(books: Books) -> Body:
        try:
            return card_body(instalment_card(books.connection, LoanNumber(number), books.cooperative_id))
        except UnknownLoanError:
            raise errors.UnknownLoanError(number) from None

    return await printed(request, form, body)


SizePath = Annotated[int, Path(ge=1, le=MAX_NUMBER, description="How many entries the root is over.")]
RootPath = Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="The root on a document, in hex.")]


@router.get(
    "/tree-heads/{size}/{root}.html",
    summary="The page that a document's QR code leads to",
    responses=described_print(),
)
async def tree_head_page_of(request: Request, size: SizePath, root: RootPath) -> Response:
    """As `/tree-heads/{size}/{root}`, for people."""
    response = await answers_of(request).document(
        request,
        lambda books: tree_head_page(service.check_tree_head(books, size, root)).encode(),
        _TYPES["html"],
    )
    response.headers["Content-Security-Policy"] = POLICY
    return response


@router.get(
    "/tree-heads/{size}/{root}",
    summary="Whether a root on a document is that of these books",
    responses=described(schemas.TreeHeadCheck),
)
async def tree_head(request: Request, size: SizePath, root: RootPath) -> Response:
    """The verdict, and the proof that the books now begin with those of the document."""
    return await answers_of(request).answer(
        request, lambda books: service.check_tree_head(books, size, root), takes_long=True
    )
