"""Whether each book year had its annual meeting in time, by the books: the reminder of the six months."""

import msgspec
from sqlalchemy import Connection, func, select

from indexer.ledger import schema
from indexer.ledger.meeting_schema import meeting
from indexer.reports.meeting_papers import Scope
from indexer.reports.meetings import calls_of, head_and_bylaws
from rules.annual_meeting import AnnualState, annual_state, ended_book_years, last_meeting_day
from rules.calendar import day_of_timestamp
from rules.types import MeetingKind, WibDay


class AnnualMeeting(msgspec.Struct, frozen=True):
    """A book year that ended. `last_day` to hold its meeting; the `meeting` that was held (quorate), or else
    the last that was convened, if any; `held_on`: the day on which its quorate call closed."""

    book_year: int
    last_day: WibDay
    meeting: int | None
    held_on: WibDay | None
    state: AnnualState


def annual_meetings(connection: Connection, now: int, cooperative_id: int = 1) -> list[AnnualMeeting]:
    """Of every book year with an entry that ended before `now` (unix seconds), the newest first."""
    entry = schema.entry.c
    begun = select(func.min(entry.book_day)).where(entry.cooperative_id == cooperative_id)
    first = connection.execute(begun).scalar_one()
    if first is None:
        return []
    today = day_of_timestamp(now)
    years = ended_book_years(WibDay(first), today)
    return [_of(connection, year, today, now, cooperative_id) for year in reversed(years)]


def _of(
    connection: Connection, book_year: int, today: WibDay, now: int, cooperative_id: int
) -> AnnualMeeting:
    table = meeting.c
    convened = select(table.meeting).where(
        table.cooperative_id == cooperative_id,
        table.kind == int(MeetingKind.TAHUNAN),
        table.book_year == book_year,
    )
    number, held_on = None, None
    for number in connection.execute(convened.order_by(table.meeting)).scalars():
        held_on = _held_on(Scope(connection, number, cooperative_id), now)
        if held_on is not None:
            break
    state = annual_state(book_year, held_on, today)
    return AnnualMeeting(book_year, last_meeting_day(book_year), number, held_on, state)


def _held_on(scope: Scope, now: int) -> WibDay | None:
    """The day on which the first quorate call of a meeting closed, if one has."""
    head, bylaws = head_and_bylaws(scope)
    for call in calls_of(scope, head, bylaws, now):
        if call.takes_place and call.quorate and now >= call.closes_at:
            return day_of_timestamp(call.closes_at)
    return None
