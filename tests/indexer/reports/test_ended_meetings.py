"""A meeting as it stood at its close: nothing that comes later changes what minutes are made from."""

from collections.abc import Iterator

import msgspec
import pytest
from sqlalchemy import Engine

from indexer.chain import events as ev
from indexer.reports.ended_meetings import EndedMeeting, MeetingNotOverError, ended_meeting
from indexer.reports.meetings import UnknownMeetingError
from rules.types import MemberNumber, Outcome
from tests.indexer import meeting_events as said
from tests.indexer.reports.test_meetings import FIRST, FOR, SECOND, Diary, ballot, put


@pytest.fixture
def book(engine: Engine) -> Iterator[Diary]:
    made = Diary(engine)
    yield made
    made.connection.close()


def ended(book: Diary) -> EndedMeeting:
    return ended_meeting(book.connection, 1)


def of_all(members: range) -> said.Logs:
    return [said.cast(1, 1, [(member, ballot(FOR, FOR, 0)) for member in members])]


def test_ended__first_call_quorate__is_over_at_its_close(book: Diary) -> None:
    book.day(put())
    book.day(of_all(range(1, 9)))
    with pytest.raises(MeetingNotOverError) as refused:
        ended(book)
    assert refused.value.indonesian != refused.value.english
    book.day([])
    found = ended(book)
    assert (found.closed_at, found.block, found.block_hash) == (FIRST[1], 3, book.blocks[2].hash)
    assert [each.outcome for each in found.report.motions] == [Outcome.PASSED] * 3


def test_ended__second_call__is_over_at_its_close(book: Diary) -> None:
    book.day(put())
    book.day([said.checked_in(1, 1, (1, 2))], [said.on_paper(1, 1, (4,))])
    book.day([])
    with pytest.raises(MeetingNotOverError):
        ended(book)
    for _ in range(3):
        book.day([])
    found = ended(book)
    assert (found.closed_at, found.block) == (SECOND[1], 3)
    assert [(each.call, each.document) for each in found.paper_lists] == [(1, b"list".ljust(32, b"-"))]
    assert {each.outcome for each in found.report.motions} == {Outcome.NO_QUORUM}


def test_ended__whatever_follows__is_the_same(book: Diary) -> None:
    """Also what was carried out and recorded since is no part of it."""
    book.day(put())
    book.day(of_all(range(1, 9)))
    book.day([])
    before = ended(book)
    book.day([("RAT", ev.DecisionCarriedOut(b"r" * 20, 1, 1))])
    book.day([("RAT", ev.MinutesRecorded(1, b"\x01" * 32, MemberNumber(1), MemberNumber(2)))])
    after = ended(book)
    assert after == before
    assert after.report.minutes is None
    assert not any(each.carried_out for each in after.report.motions)
    assert msgspec.to_builtins(after.report.calls) == msgspec.to_builtins(before.report.calls)


def test_ended__no_such_meeting__is_refused(book: Diary) -> None:
    with pytest.raises(UnknownMeetingError):
        ended_meeting(book.connection, 7)
