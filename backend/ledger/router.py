"""The public addresses of the ledger, under /api/v1."""

from typing import Annotated, Final

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import Field
from sse_starlette.sse import EventSourceResponse

from backend import errors
from backend.deps import (
    MAX_LOAN,
    MAX_MEETING,
    MAX_MEMBER,
    MAX_NUMBER,
    AsOfQuery,
    DayParam,
    LoanPath,
    MeetingPath,
    MemberPath,
    NumberPath,
    SizeQuery,
    answers_of,
    documents_of,
    watcher_of,
)
from backend.documents.charts import chart_finder
from backend.ledger import (
    close_schemas,
    closes,
    loan_schemas,
    loans,
    meeting_schemas,
    meetings,
    preview,
    schemas,
    service,
    surplus,
    surplus_schemas,
)
from backend.ledger.repository import MAX_ENTRIES
from backend.openapi import described, described_stream
from indexer.reports.statements.chart import MAX_ACCOUNT
from rules.amortization import MAX_MONTHS, MAX_RATE_BPS

router: Final = APIRouter(prefix="/api/v1", tags=["ledger"], default_response_class=Response)
_PING_SECONDS: Final = 15


@router.get("/summary", summary="Totals of the books", responses=described(schemas.Summary))
async def summary(request: Request) -> Response:
    """Members by status, savings by kind, loans, cash by channel, entries, tree head, last block."""
    return await answers_of(request).answer(request, service.summary)


@router.get(
    "/accounts", summary="Chart of accounts", responses=described(schemas.Chart, errors.ChartUnreadableError)
)
async def accounts(request: Request) -> Response:
    """Every account of the chart in force, with its Indonesian and English name, its type and the side it
    normally stands on."""
    find = chart_finder(documents_of(request))
    return await answers_of(request).answer(request, lambda books: service.chart(books, find))


@router.get("/entries", summary="Entries, newest first", responses=described(schemas.EntryPage))
async def entries(
    request: Request,
    account: Annotated[
        int | None, Query(ge=1, le=MAX_ACCOUNT, description="Only with a line on this account.")
    ] = None,
    member: Annotated[
        int | None, Query(ge=1, le=MAX_MEMBER, description="Only with a line of this member.")
    ] = None,
    day: Annotated[DayParam | None, Query(description="Only of this book day.")] = None,
    before: Annotated[
        int | None, Query(ge=1, le=MAX_NUMBER, description="Only with a smaller number.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_ENTRIES, description="How many at most.")] = 20,
) -> Response:
    """A page of journal entries with their lines. `next_before` leads to the next page.

    A search is limited to 50,000 entries for a page: it may hold fewer than asked for, and go on.
    """
    wanted = service.EntryFilter(account, member, day, before, limit)
    return await answers_of(request).answer(request, lambda books: service.entries(books, wanted))


@router.get(
    "/entries/{number}",
    summary="An entry with its inclusion proof",
    responses=described(schemas.EntryWithProof, errors.UnknownEntryError),
)
async def entry(request: Request, number: NumberPath) -> Response:
    """The entry, and the proof that it is in the tree of all final entries; none while it is provisional."""
    return await answers_of(request).answer(request, lambda books: service.entry(books, number))


@router.get(
    "/consistency",
    summary="Proof that a tree head goes on from an older one",
    responses=described(schemas.ConsistencyProof, errors.NotFinalError, errors.SizeOrderError),
)
async def consistency(request: Request, old: SizeQuery, new: SizeQuery) -> Response:
    """Both tree heads and the proof: who kept an old head can check that nothing before it was changed."""
    return await answers_of(request).answer(request, lambda books: service.consistency(books, old, new))


@router.get(
    "/trial-balance",
    summary="Trial balance at the end of a day",
    responses=described(schemas.TrialBalance, errors.ChartUnreadableError),
)
async def trial_balance(
    request: Request,
    as_of: AsOfQuery = None,
) -> Response:
    """Debit and credit balances of every account that moved up to that day, and both totals."""
    find = chart_finder(documents_of(request))
    return await answers_of(request).answer(request, lambda books: service.trial_balance(books, find, as_of))


@router.get(
    "/members/{number}/passbook",
    summary="A member's savings, amounts only",
    responses=described(schemas.Passbook, errors.UnknownMemberError),
)
async def passbook(
    request: Request,
    number: MemberPath,
    limit: Annotated[
        int, Query(ge=1, le=service.PASSBOOK_MOVEMENTS, description="How many movements, newest first.")
    ] = 50,
) -> Response:
    """Balances and movements by public member number. These books hold no personal data."""
    return await answers_of(request).answer(request, lambda books: service.passbook(books, number, limit))


@router.get(
    "/schedule",
    summary="Schedule of terms not agreed yet",
    responses=described(schemas.SchedulePreview, errors.TermsRefusedError),
)
async def schedule(
    request: Request,
    principal: Annotated[int, Query(ge=1, le=preview.MAX_PRINCIPAL, description="Rupiah.")],
    rate_bps: Annotated[int, Query(ge=0, le=MAX_RATE_BPS, description="Basis points a year.")],
    months: Annotated[int, Query(ge=1, le=MAX_MONTHS, description="All months, grace included.")],
    method: Annotated[preview.Method, Query(description="How interest and principal are laid out.")],
    disbursed_on: Annotated[DayParam, Query(alias="from", description="Day of the payout, WIB.")],
    grace: Annotated[
        int, Query(ge=0, le=MAX_MONTHS - 1, description="Months that ask for interest only.")
    ] = 0,
    unit: Annotated[int, Query(ge=1, description="Instalments are multiples of it: 1, 10, to 1000000.")] = 1,
    fee: Annotated[int, Query(ge=0, le=preview.MAX_PRINCIPAL, description="Rupiah kept at payout.")] = 0,
) -> Response:
    """What would be due when, and what the loan would cost a year, all in."""
    draft = preview.Draft(principal, rate_bps, months, method, disbursed_on, grace, unit, fee)
    return await answers_of(request).answer(request, lambda _: preview.schedule(draft))


@router.get("/meetings", summary="Meetings, newest first", responses=described(meeting_schemas.MeetingPage))
async def meeting_page(
    request: Request,
    before: Annotated[
        int | None, Query(ge=1, le=MAX_MEETING, description="Only with a smaller number.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=meetings.MAX_MEETINGS, description="How many at most.")] = 20,
) -> Response:
    """Notices: when, on what roll, and how many motions. `next_before` leads to the next page."""
    return await answers_of(request).answer(request, lambda books: meetings.page(books, before, limit))


@router.get(
    "/meetings/{meeting}",
    summary="A meeting: quorum, votes, outcomes",
    responses=described(meeting_schemas.Meeting, errors.UnknownMeetingError),
)
async def meeting(request: Request, meeting: MeetingPath) -> Response:
    """Both calls with who was present, the paper list apart; every motion with its votes and outcome.

    The time is that of the last block in the books.
    """
    return await answers_of(request).answer(
        request, lambda books: meetings.meeting(books, meeting), takes_long=True
    )


@router.get(
    "/meetings/{meeting}/members/{number}",
    summary="A member in a meeting: attendance and ballot",
    responses=described(
        meeting_schemas.MemberInMeeting, errors.UnknownMeetingError, errors.UnknownMemberError
    ),
)
async def member_in_meeting(request: Request, meeting: MeetingPath, number: MemberPath) -> Response:
    """Attendance, ballots and refused papers by public member number. Votes are open in this version."""
    return await answers_of(request).answer(request, lambda books: meetings.member(books, meeting, number))


@router.get("/offices", summary="Who holds which office", responses=described(meeting_schemas.Offices))
async def offices(request: Request) -> Response:
    """Terms that nobody ended, with the account that acts; those that lapsed by themselves say so."""
    return await answers_of(request).answer(request, meetings.held_offices)


@router.get(
    "/loans/{number}/card",
    summary="A loan's instalment card (kartu angsuran)",
    responses=described(loan_schemas.InstalmentCard, errors.UnknownLoanError),
)
async def instalment_card(request: Request, number: LoanPath) -> Response:
    """Terms by version with their effective rate a year, what is due when, what is unpaid, every payment."""
    return await answers_of(request).answer(request, lambda books: loans.instalment_card(books, number))


@router.get(
    "/loans/{number}/agreement",
    summary="The documents that a loan's parties signed",
    responses=described(loan_schemas.Agreement, errors.UnknownLoanError),
)
async def agreement(request: Request, number: LoanPath) -> Response:
    """Hash and CID of the agreement's document, of each amendment's, and of records of decisions."""
    return await answers_of(request).answer(request, lambda books: loans.agreement(books, number))


@router.get(
    "/loans/{number}/outstanding",
    summary="What is outstanding of a loan at the end of a day",
    responses=described(loan_schemas.LoanOutstanding, errors.UnknownLoanError),
)
async def outstanding(request: Request, number: LoanPath, as_of: AsOfQuery = None) -> Response:
    """Principal by book dates, and by the schedule. Of a loan taken over from paper books, what was paid
    before that counts as paid on every day."""
    return await answers_of(request).answer(request, lambda books: loans.outstanding(books, number, as_of))


@router.get("/closes", summary="Closed periods", responses=described(close_schemas.Closes))
async def closed_periods(request: Request) -> Response:
    """Closes and reopenings, the newest first, each with whether the books give the figures attested."""
    return await answers_of(request).answer(request, closes.closes, takes_long=True)


@router.get("/surplus", summary="The year's surplus", responses=described(surplus_schemas.Surpluses))
async def surplus_of_years(request: Request) -> Response:
    """Every book year that a members' meeting allocated: pots, and what of the members' shares is paid."""
    return await answers_of(request).answer(request, surplus.surpluses)


@router.get("/ageing", summary="Running loans by collectibility", responses=described(loan_schemas.Ageing))
async def ageing(request: Request, as_of: AsOfQuery = None) -> Response:
    """How many loans each class has on that day, what is outstanding and overdue, and the provision."""
    return await answers_of(request).answer(
        request, lambda books: loans.ageing(books, as_of), takes_long=True
    )


@router.get(
    "/ageing/loans",
    summary="Running loans, each with its class",
    responses=described(loan_schemas.AgeingPage),
)
async def ageing_loans(
    request: Request,
    as_of: AsOfQuery = None,
    after: Annotated[int, Query(ge=0, le=MAX_LOAN, description="Only loans with a greater number.")] = 0,
    limit: Annotated[int, Query(ge=1, le=MAX_ENTRIES, description="How many at most.")] = 50,
) -> Response:
    """A page of the ageing table. `next_after` leads to the next page."""
    return await answers_of(request).answer(
        request, lambda books: loans.ageing_loans(books, as_of, after, limit)
    )


@router.get(
    "/exposure",
    summary="What a member or a group owes",
    responses=described(loan_schemas.GroupExposure, errors.UnknownMemberError),
)
async def exposure(
    request: Request,
    member: Annotated[
        list[Annotated[int, Field(ge=1, le=MAX_MEMBER)]],
        Query(max_length=loans.MOST_IN_GROUP, description="A member's number; once for each of a group."),
    ],
) -> Response:
    """Principal in all their loans, written off or not, each loan, and what they answer for besides."""
    return await answers_of(request).answer(request, lambda books: loans.exposure(books, member))


@router.get(
    "/events",
    summary="News of the ledger, as server-sent events",
    response_class=EventSourceResponse,
    responses=described_stream("A stream of events: `entry`, `head`, `reset`."),
)
async def events(
    request: Request,
    last_event_id: Annotated[str | None, Header(max_length=100, description="Where the client left.")] = None,
) -> EventSourceResponse:
    """`entry`: a new entry. `head`: how many entries there are. `reset`: entries went away, read again.

    A client that sends the id of the last event it saw gets what it missed.
    """
    return EventSourceResponse(await watcher_of(request).listen(last_event_id), ping=_PING_SECONDS)
