"""A real meeting in the books: the report says what RAT and BallotBox say; a changed ballot is found."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import brownie
import pytest
from sqlalchemy import Connection, Engine, text

from indexer.chain.fetch import fetch_tagged
from indexer.chain.rpc import Endpoint, Endpoints
from indexer.config import load_networks
from indexer.ledger.database import open_engine, writing
from indexer.ledger.journal import Ledger
from indexer.reconcile import Reconciler
from indexer.reconcile_meetings import compare_meetings
from indexer.reports.meeting_papers import Scope, attendance_of, ballot_of
from indexer.reports.meetings import meeting_report, result
from indexer.reports.offices import offices
from indexer.reread import Difference
from indexer.state import View, read_words
from indexer.sync import Sync
from rules.types import Attendance
from scripts.compilation import storage_layouts
from scripts.deployment_plan import SOURCES
from tests.contracts.actors import CHAIN_ID, KETUA, House
from tests.contracts.meetings import AGAINST, FOR, Held, Notice, convene, everybody, resolution
from tests.contracts.RAT.test_recount import first_call, prepared, second_call


@dataclass
class Synced:
    """Books of the house, up to the head of its chain."""

    house: House
    engine: Engine

    def endpoints(self) -> Endpoints:
        return Endpoints([Endpoint(brownie.web3.provider.endpoint_uri)], CHAIN_ID)

    def sync(self) -> None:
        authority = self.house.Authority
        address, first = bytes.fromhex(authority.address[2:]), authority.tx.block_number
        network = load_networks()["anvil"]
        Sync(Ledger(self.engine), self.engine, self.endpoints(), network, address, first).run()

    def differences(self, meeting: int, connection: Connection | None = None) -> list[Difference]:
        """What the contracts say differently, at the head."""
        if connection is None:
            with self.engine.connect() as own:
                return self.differences(meeting, own)
        endpoints = self.endpoints()
        header = endpoints.attempt(lambda endpoint: fetch_tagged(endpoint, "latest"))
        rat = bytes.fromhex(self.house.RAT.address[2:])

        def read(views: Sequence[View]) -> list[tuple[int, ...]]:
            return read_words(endpoints.attempt, header, views, lambda _done: None)

        return list(compare_meetings(connection, 1, (header.number, header.time), {meeting: rat}, read))


@pytest.fixture
def books(house: House, tmp_path: Path) -> Iterator[Synced]:
    engine = open_engine(f"sqlite:///{tmp_path / 'books.sqlite'}")
    yield Synced(house, engine)
    engine.dispose()


def test_report__two_calls_with_all_that_can_be_done__is_what_the_contracts_say(
    house: House, books: Synced
) -> None:
    meeting = prepared(house)
    books.sync()
    assert books.differences(meeting.number) == []
    first_call(meeting)
    second_call(meeting)
    meeting.close(2).wait().carry_out(5)
    books.sync()
    assert books.differences(meeting.number) == []
    with books.engine.connect() as connection:
        report = meeting_report(connection, meeting.number)
        scope = Scope(connection, meeting.number)
        held = {(each.office, each.holder) for each in offices(connection, brownie.chain[-1].timestamp)}
        voted = ballot_of(scope, 2, house.lestari.number)
        states = [attendance_of(scope, 1, each.number) for each in (house.alice, house.citra, house.kartika)]
    assert [each.outcome.name for each in report.motions] == [
        "PASSED",
        "CONSENSUS",
        "REJECTED",
        "WITHDRAWN",
        "PASSED",
    ]
    assert [each.weighty for each in report.motions] == [False, False, True, False, True]
    assert report.motions[4].carried_out
    assert [(each.office, each.member) for each in report.motions[4].seats] == [(KETUA, house.fitri.number)]
    assert (KETUA, house.fitri.number) in held
    assert voted is not None
    assert voted.choices == 1
    assert states == [Attendance.PRESENT, Attendance.VOTED, Attendance.PAPER]
    found = result(report)
    assert found["eligible"] == 17
    assert [each["reason"] for each in found["rejected"]][-2:] == ["WRONG_MEETING", "WRONG_MEETING"]
    assert found["elections"]["5"]["elected"] == [house.fitri.number]


def deployment(house: House) -> dict[str, Any]:
    """What a deployment file says of the contracts."""
    layouts = storage_layouts(set(SOURCES.values()))
    first = house.Authority.tx.block_number
    contracts = {
        name: {
            "address": house.contracts[name].address,
            "block": first,
            "storage_layout": layouts[source],
        }
        for name, source in SOURCES.items()
    }
    return {"contracts": contracts}


def test_reconcile__whole_books_with_a_meeting__agree(house: House, books: Synced) -> None:
    meeting = convene(house, Notice(house)).open()
    meeting.all_vote(everybody(house)[:13], {1: FOR})
    meeting.close()
    books.sync()
    cursor = Ledger(books.engine).cursor()
    assert cursor is not None
    found = Reconciler(books.engine, books.endpoints(), deployment(house)).run(cursor.block_number)
    assert found.differences == ()
    assert (found.meetings, found.members) == (1, 17)


TAMPERED = {  # under whose number a ballot stands is found by reading again: tests/indexer/test_reread.py
    "a ballot": "UPDATE ballot SET choices = substr(choices, 1, 31) || x'02' WHERE position = 3",
    "the sums of a batch": "UPDATE ballot_batch SET marks = x'0000000900000000'",
    "a ballot gone": "DELETE FROM ballot WHERE position = 3",
    "a check-in": "DELETE FROM attendance WHERE attendance = 2",
    "a withdrawal made up": "INSERT INTO motion_change SELECT cooperative_id, block_number, log_index, "
    "meeting, 1, 'WITHDRAWN', NULL, NULL, NULL FROM ballot WHERE position = 3",
    "a majority": "UPDATE motion SET majority_bps = 10000 WHERE motion = 1",
    "a roll": "UPDATE meeting SET roll = roll - 1",
    "a motion gone": "DELETE FROM motion WHERE motion = 1",
    "content that is none": "UPDATE motion SET content = '{'",
}


@pytest.fixture
def voted(house: House, books: Synced) -> Held:
    """Books without the database's guards: what an attacker with the file has."""
    notice = Notice(house, [resolution(), resolution(majority_bps=6_667)])
    meeting = convene(house, notice).open()
    meeting.check_in(everybody(house)[14:16])
    meeting.all_vote(everybody(house)[:9], {1: FOR, 2: FOR})
    meeting.all_vote(everybody(house)[9:13], {1: AGAINST, 2: FOR})
    meeting.close()
    books.sync()
    assert books.differences(meeting.number) == []
    with writing(books.engine).begin() as connection:
        triggers = text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for name in connection.execute(triggers).scalars().all():
            connection.execute(text(f"DROP TRIGGER {name}"))
    return meeting


def test_reconcile__a_meeting_changed_in_the_database__is_found(books: Synced, voted: Held) -> None:
    for what, statement in TAMPERED.items():
        with books.engine.connect() as connection:
            assert connection.execute(text(statement)).rowcount > 0, what
            found = books.differences(voted.number, connection)
            connection.rollback()
        assert found, what
        assert {each.subject for each in found} == {"meeting"}
    assert books.differences(voted.number) == []
