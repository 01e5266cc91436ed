"""What routes are given."""

from typing import Annotated, Any, Final

from fastapi import Path, Query, Request
from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from backend.documents.cid import Cid, MalformedCidError
from backend.documents.store import DocumentStore
from backend.ledger.answers import Answers
from backend.ledger.events import Watcher
from rules.calendar import FIRST_ASKED, LAST_ASKED, parse_day
from rules.types import WibDay

MAX_NUMBER: Final = 2**63 - 1
MAX_MEMBER: Final = 2**32 - 1
MAX_LOAN: Final = 2**32 - 1
MAX_MEETING: Final = 2**32 - 1


def answers_of(request: Request) -> Answers:
    """The application's answers. Not a Depends: resolving one costs a hot request a fifth of its time."""
    answers: Answers = request.app.state.answers
    return answers


def watcher_of(request: Request) -> Watcher:
    """The application's watcher of the ledger."""
    watcher: Watcher = request.app.state.watcher
    return watcher


def documents_of(request: Request) -> DocumentStore:
    """The application's documents."""
    documents: DocumentStore = request.app.state.documents
    return documents


def _cid(value: Any) -> str:
    try:
        return str(Cid.parse(value))
    except MalformedCidError:
        raise PydanticCustomError("cid", "is no document's CID") from None


def _day(value: Any) -> WibDay:
    try:
        day = parse_day(value)
    except (ValueError, TypeError):
        day = None
    if day is None or not FIRST_ASKED <= day <= LAST_ASKED:
        raise PydanticCustomError("wib_day", "is not a date from 1900 to 2999: write YYYY-MM-DD")
    return day


DayParam = Annotated[
    int,
    BeforeValidator(_day),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["2025-12-31"]}),
]
"""A day written YYYY-MM-DD, as the WIB day it is; between FIRST_ASKED and LAST_ASKED."""
AsOfQuery = Annotated[DayParam | None, Query(description="Day in WIB; that of the last block by default.")]
NumberPath = Annotated[int, Path(ge=1, le=MAX_NUMBER)]
MemberPath = Annotated[int, Path(ge=1, le=MAX_MEMBER, description="The member's number in the passbook.")]
LoanPath = Annotated[int, Path(ge=1, le=MAX_LOAN, description="The loan's number on its instalment card.")]
MeetingPath = Annotated[int, Path(ge=1, le=MAX_MEETING, description="The meeting's number in its notice.")]
CidPath = Annotated[
    str,
    BeforeValidator(_cid),
    WithJsonSchema({"type": "string", "pattern": "^baf(krei|ybei)[a-z2-7]{52}$"}),
    Path(description="The document's CID (CIDv1, base32)."),
]
SizeQuery = Annotated[int, Query(ge=1, le=MAX_NUMBER)]
