"""A meeting as it stood when it was over: what its minutes are made from, the same whenever they are made."""

import msgspec
from sqlalchemy import Connection, func, select

from indexer.ledger import schema
from indexer.ledger.meeting_schema import paper_list, proxy
from indexer.reports.meeting_papers import Scope
from indexer.reports.meetings import MeetingReport, book_time, meeting_report
from rules.calendar import day_of_timestamp, day_text


class MeetingNotOverError(LookupError):
    """The books do not reach the close of the meeting's last call (unix seconds)."""

    def __init__(self, number: int, closes_at: int) -> None:
        day = day_text(day_of_timestamp(closes_at))
        self.indonesian = f"Rapat {number} belum berakhir dalam buku: ditutup {day}."
        self.english = f"Meeting {number} is not over in the books: it closes on {day}."
        super().__init__(f"{self.indonesian} / {self.english}")


class PaperList(msgspec.Struct, frozen=True):
    """A paper list that was entered: in which call, sha2-256 of the document."""

    call: int
    document: bytes


class EndedMeeting(msgspec.Struct, frozen=True):
    """The meeting at the second its last call closed. `block`: the last with a log of the cooperative before
    that, so that no later one changes the document. `final`: it cannot go away any more."""

    report: MeetingReport
    closed_at: int
    block: int
    block_hash: bytes
    final: bool
    paper_lists: tuple[PaperList, ...]
    proxies: int


def ended_meeting(connection: Connection, number: int, cooperative_id: int = 1) -> EndedMeeting:
    """A meeting that is over. UnknownMeetingError, MeetingNotOverError."""
    block, head = schema.block.c, schema.head.c
    mine = block.cooperative_id == cooperative_id
    now = book_time(connection, cooperative_id)
    found = meeting_report(connection, number, now, cooperative_id)
    first, second = found.calls
    last = first if first.quorate and now >= first.closes_at else second
    if now < last.closes_at:
        raise MeetingNotOverError(number, last.closes_at)
    log = schema.raw_log.c
    spoke = select(log.block_number).where(log.cooperative_id == cooperative_id)
    before = (
        select(block.block_number, block.hash)
        .where(mine, block.time < last.closes_at, block.block_number.in_(spoke))
        .order_by(block.block_number.desc())
        .limit(1)
    )
    place, block_hash = connection.execute(before).one()
    floor = connection.execute(select(head.floor).where(head.cooperative_id == cooperative_id)).scalar_one()
    scope = Scope(connection, number, cooperative_id, place)
    lists = select(paper_list.c.call, paper_list.c.document).where(scope.of(paper_list))
    proxies = select(func.count()).where(scope.of(proxy))
    return EndedMeeting(
        meeting_report(connection, number, last.closes_at, cooperative_id, place),
        last.closes_at,
        place,
        block_hash,
        place <= floor,
        tuple(
            PaperList(*row)
            for row in connection.execute(lists.order_by(paper_list.c.block_number, paper_list.c.log_index))
        ),
        connection.execute(proxies).scalar_one(),
    )
