"""Meetings from logs to reports: by hand, by the example data, and beside the model of `rules.meetings`."""

import json
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from day_books import EXAMPLES, Cooperative
from meeting_books import PlayedMeeting, play
from sqlalchemy import Connection, Engine

from indexer.chain import events as ev
from indexer.chain.events import DecodedBlock
from indexer.chain.hashing import keccak
from indexer.ledger.journal import Ledger
from indexer.reports.meeting_motions import MotionReport
from indexer.reports.meeting_papers import Counts, Scope, attendance_of, ballot_of, counts
from indexer.reports.meetings import UnknownMeetingError, meeting_list, meeting_report, result
from indexer.reports.offices import offices
from rules.ballots import Election, Paper, Resolution
from rules.meetings import CALLS, Call, Meeting, MeetingBylaws, MeetingRuleError, Notice
from rules.types import Attendance, BasisPoints, MemberNumber, Outcome, Refusal, SavingsKind
from tests.indexer import meeting_events as said
from tests.indexer.ledger.fake_chain import ADDRESSES, block, installed

DAY = 20_100
NOON = DAY * 86_400 + 5 * 3_600
"""Of block 1's day: a block a day at 12:00 WIB."""
FIRST = (NOON + 2 * 86_400 - 3_600, NOON + 2 * 86_400 + 3_600)
SECOND = (NOON + 5 * 86_400 - 3_600, NOON + 5 * 86_400 + 3_600)
FOR, AGAINST = 1, 2


class Diary:
    """Logs by transaction and day, as blocks: one a day from DAY on."""

    def __init__(self, engine: Engine) -> None:
        self.ledger = Ledger(engine)
        self.connection = engine.connect()
        self.blocks: list[DecodedBlock] = []
        self.day([("Authority", installed(name)) for name in sorted(ev.CONTRACTS)])

    def day(self, *transactions: said.Logs) -> None:
        """The next day's block."""
        number, parent = len(self.blocks) + 1, self.blocks[-1].hash if self.blocks else bytes(32)
        flat = [log for transaction in transactions for log in transaction]
        made = block(number, parent, DAY + number - 1, flat)
        of_tx = [at for at, transaction in enumerate(transactions) for _ in transaction]
        raws = tuple(
            ev.RawLog(raw.log_index, tx, raw.tx_hash, raw.address, raw.topics, raw.data)
            for raw, tx in zip(made.raw_logs, of_tx, strict=True)
        )
        self.blocks.append(
            DecodedBlock(number, made.hash, made.parent_hash, made.time, False, raws, made.events)
        )
        self.ledger.append([self.blocks[-1]], floor=0)
        self.connection.rollback()


@pytest.fixture
def diary(engine: Engine) -> Iterator[Diary]:
    diary = Diary(engine)
    yield diary
    diary.connection.close()


@pytest.fixture
def connection(diary: Diary) -> Connection:
    return diary.connection


def put(meeting: int = 1, roll: int = 10) -> said.Logs:
    """1: an opinion. 2: suspends a member, so weighty. 3: two seats among members 3, 5, 8."""
    suspends = ev.Action(ADDRESSES["MemberRegistry"], keccak(b"suspend(uint32)")[:4] + bytes(32))
    return [
        said.convened(meeting, roll, FIRST, SECOND),
        said.resolution(meeting, 1, "Pengesahan laporan"),
        said.resolution(meeting, 2, "Pemberhentian sementara", 6_667, [suspends]),
        said.election(meeting, 3, (3, 5, 8), (1, 2)),
    ]


def ballot(first: int, second: int, *candidates: int) -> int:
    """Choices on both resolutions and for candidates by their place, from 0."""
    return first | second << 2 | sum(1 << 4 + place for place in candidates)


def decided(connection: Connection, now: int | None = None) -> list[tuple[str, int, tuple[int, ...]]]:
    report = meeting_report(connection, 1, now)
    return [(each.outcome.name, each.call, each.tally) for each in report.motions]


def motion_of(connection: Connection, number: int) -> MotionReport:
    return meeting_report(connection, 1).motions[number - 1]


def test_report__first_call_quorate__decides_everything(diary: Diary, connection: Connection) -> None:
    diary.day(put())
    papers = [(member, ballot(FOR, FOR if member < 6 else AGAINST, 0, 2)) for member in range(1, 8)]
    diary.day([said.checked_in(1, 1, (7, 8))], [said.cast(1, 1, papers)])
    assert decided(connection) == [
        ("PENDING", 0, (7, 0, 0)),
        ("PENDING", 0, (5, 2, 0)),
        ("PENDING", 0, (7, 0, 7)),
    ]
    diary.day([])
    report = meeting_report(connection, 1)
    assert [(each.counts.present, each.counts.ballots, each.needed) for each in report.calls] == [
        (8, 7, 8),
        (0, 0, 5),
    ]
    assert not report.calls[1].takes_place
    assert decided(connection) == [
        ("PASSED", 1, (7, 0, 0)),
        ("PASSED", 1, (5, 2, 0)),
        ("PASSED", 1, (7, 0, 7)),
    ]
    assert report.motions[2].elected == (3, 8)
    assert report.motions[2].ranking == (0, 2, 1)
    assert [each.weighty for each in report.motions] == [False, True, True]
    assert result(report)["second_call"] is None


def test_report__paper_list_makes_the_quorum__decides_what_is_not_weighty(
    diary: Diary, connection: Connection
) -> None:
    diary.day(put())
    diary.day(
        [said.cast(1, 1, [(member, ballot(AGAINST, FOR, 0)) for member in (1, 2, 3, 4, 5)])],
        [said.on_paper(1, 1, (6, 7, 8, 9))],
        [said.checked_in(1, 1, (9,))],
    )
    diary.day([], [])
    assert counts(Scope(connection, 1), 1) == Counts(present=6, ballots=5, paper=3)
    assert [each.counts.paper for each in meeting_report(connection, 1).calls] == [3, 0]
    assert [name for name, *_ in decided(connection)] == ["REJECTED", "PENDING", "PENDING"]
    diary.day([])
    diary.day([said.cast(1, 2, [(member, ballot(FOR, FOR, 1)) for member in (4, 5, 6, 7, 8)])])
    diary.day([])
    assert decided(connection) == [
        ("REJECTED", 1, (0, 5, 0)),
        ("PASSED", 2, (5, 0, 0)),
        ("PASSED", 2, (0, 5, 0)),
    ]
    assert motion_of(connection, 3).elected == (5,)


def test_report__neither_call_quorate__nothing_is_decided(diary: Diary, connection: Connection) -> None:
    diary.day(put())
    diary.day([said.cast(1, 1, [(1, ballot(FOR, FOR, 0))])])
    diary.day()
    diary.day()
    diary.day([said.cast(1, 2, [(2, ballot(AGAINST, 0, 1, 2))])])
    diary.day()
    found = result(meeting_report(connection, 1))
    assert found["first_call"] == {"present": 1, "needed": 8, "quorate": False}
    assert found["second_call"] == {"present": 1, "needed": 5, "quorate": False}
    assert found["motions"] == {
        "1": {"FOR": 0, "AGAINST": 1, "ABSTAIN": 0, "passed": False},
        "2": {"FOR": 0, "AGAINST": 0, "ABSTAIN": 1, "passed": False},
    }
    assert found["elections"] == {"3": {"votes": {"3": 0, "5": 1, "8": 1}, "elected": []}}
    assert {name for name, *_ in decided(connection)} == {"NO_QUORUM"}


def test_refused__rows__count_every_ballot_paper_of_the_meeting(diary: Diary, connection: Connection) -> None:
    """Batches of three, four and two papers; a check-in and another meeting's papers count nowhere."""
    diary.day(put(), put(2))
    diary.day(
        [said.refused(1, 1, 99, 1, 1), said.cast(1, 1, [(1, FOR), (2, FOR)])],
        [said.cast(2, 1, [(1, FOR)])],
        [
            ("BallotBox", ev.CheckInRefused(1, 1, MemberNumber(3), 0, 4)),
            said.refused(1, 1, 1, 0, 2),
            said.refused(1, 1, 5, 3, 3),
            said.cast(1, 1, [(3, AGAINST), (4, AGAINST)]),
        ],
    )
    diary.day()
    diary.day()
    diary.day([said.refused(1, 2, 7, 0, 5), said.refused(1, 2, 8, 1, 6)])
    found = [
        (each.row, each.call, each.member, each.reason) for each in meeting_report(connection, 1).refused
    ]
    assert found == [
        (2, 1, 99, Refusal.NOT_ELIGIBLE),
        (4, 1, 1, Refusal.ALREADY_VOTED),
        (7, 1, 5, Refusal.OVERVOTE),
        (8, 2, 7, Refusal.EXPIRED),
        (9, 2, 8, Refusal.WRONG_MEETING),
    ]
    assert meeting_report(connection, 2).refused == ()


def test_consensus__objected_or_not__and_a_vote_against(diary: Diary, connection: Connection) -> None:
    diary.day(put(), put(2), put(3))
    until = FIRST[0] + 3_600 + 600
    declared = [("BallotBox", ev.ConsensusDeclared(meeting, 1, b"\x01" * 20, until)) for meeting in (1, 2, 3)]
    logs: said.Logs = [*declared, ("BallotBox", ev.ObjectionRaised(2, 1, MemberNumber(9)))]
    for meeting in (1, 2, 3):
        logs.append(said.checked_in(meeting, 1, range(1, 9)))
    logs.append(said.cast(3, 1, [(1, AGAINST), (2, FOR), (3, FOR)]))
    diary.day(logs)
    diary.day()
    found = [meeting_report(connection, meeting).motions[0] for meeting in (1, 2, 3)]
    assert [each.outcome for each in found] == [Outcome.CONSENSUS, Outcome.REJECTED, Outcome.PASSED]
    assert [each.consensus and each.consensus.objections for each in found] == [(), (9,), ()]
    assert found[0].passed


def test_motion__withdrawn_carried_out_filled__is_told(diary: Diary, connection: Connection) -> None:
    diary.day(put(), [("RAT", ev.MotionWithdrawn(1, 1, said.CONVENER))])
    diary.day([said.cast(1, 1, [(member, ballot(FOR, FOR, 1)) for member in range(1, 9)])])
    seats = (
        ev.SeatFilled(1, 3, 0, 1, MemberNumber(5), b"\x05" * 20, 1_900_000_000),
        ev.SeatFilled(1, 3, 1, 2, MemberNumber(0), bytes(20), 1_900_000_000),
    )
    done: said.Logs = [
        ("RAT", ev.DecisionCarriedOut(ADDRESSES["RAT"], 1, 3)),
        *(("RAT", each) for each in seats),
    ]
    diary.day(done, [("RAT", ev.MinutesRecorded(1, b"old".ljust(32), MemberNumber(1), MemberNumber(2)))])
    diary.day([("RAT", ev.MinutesRecorded(1, b"new".ljust(32), MemberNumber(3), MemberNumber(2)))])
    report = meeting_report(connection, 1)
    assert [each.outcome.name for each in report.motions] == ["WITHDRAWN", "PASSED", "PASSED"]
    assert [each.carried_out for each in report.motions] == [False, False, True]
    assert [(each.seat, each.office, each.member) for each in report.motions[2].seats] == [
        (0, 1, 5),
        (1, 2, None),
    ]
    assert report.minutes is not None
    assert (report.minutes.document, report.minutes.chair) == (b"new".ljust(32), 3)


def test_ballot_of__found_again_with_its_place(diary: Diary, connection: Connection) -> None:
    diary.day(put())
    diary.day([said.checked_in(1, 1, (1, 4))], [said.cast(1, 1, [(3, FOR), (1, 7 << 248)])])
    scope = Scope(connection, 1)
    found = ballot_of(scope, 1, 1)
    assert found is not None
    assert (found.choices, found.block, found.log_index, found.position) == (7 << 248, 3, 1, 1)
    assert found.transaction == diary.blocks[2].raw_logs[1].tx_hash
    assert ballot_of(scope, 2, 1) is None
    states = [attendance_of(scope, 1, member) for member in (1, 3, 4, 5)]
    assert states == [Attendance.VOTED, Attendance.VOTED, Attendance.PRESENT, Attendance.ABSENT]


def test_meeting_list__pages__newest_first(diary: Diary, connection: Connection) -> None:
    diary.day(*(put(meeting) for meeting in (4, 5, 6)))
    assert [(each.meeting, each.motions) for each in meeting_list(connection)] == [(6, 3), (5, 3), (4, 3)]
    assert [each.meeting for each in meeting_list(connection, before=6, limit=1)] == [5]
    assert not meeting_list(connection, before=4)
    with pytest.raises(UnknownMeetingError, match="Meeting 7 is not in the books"):
        meeting_report(connection, 7)


def test_rollback__meeting_of_the_last_blocks__goes_with_them(diary: Diary, connection: Connection) -> None:
    before = diary.ledger.digest()
    diary.day(put())
    diary.day([said.cast(1, 1, [(1, FOR)]), said.checked_in(1, 1, (2,)), said.on_paper(1, 1, (3,))])
    assert diary.ledger.digest() != before
    diary.ledger.rollback(1)
    connection.rollback()
    assert diary.ledger.digest() == before
    assert meeting_list(connection) == []


def test_offices__granted_ended_lapsed__who_holds_what(diary: Diary, connection: Connection) -> None:
    ketua, teller = (1, b"\x01" * 20), (5, b"\x05" * 20)

    def granted(office: tuple[int, bytes], holder: int, until: int) -> tuple[str, ev.Event]:
        return "Authority", ev.OfficeGranted(*office, MemberNumber(holder), until)

    diary.day([granted(ketua, 7, FIRST[0]), granted(teller, 8, SECOND[1])])
    diary.day(
        [granted((1, b"\x09" * 20), 9, SECOND[1]), ("Authority", ev.OfficeEnded(*teller, MemberNumber(8)))]
    )
    held = [(each.office, each.holder, each.until, each.lapsed) for each in offices(connection, FIRST[0])]
    assert held == [(1, 7, FIRST[0], True), (1, 9, SECOND[1], False)]
    assert offices(connection, FIRST[0] - 1)[0].since == diary.blocks[1].time


def played_on_chain(done: PlayedMeeting, roll: int, agenda: dict[str, Any], batch: int) -> list[said.Logs]:
    """Transactions of the played meeting: a notice, check-ins, ballot papers in batches of `batch`."""
    notice = done.meeting.notice
    times = [(call.opens_at, call.closes_at) for call in (notice.first, notice.second)]
    convened = [said.convened(1, roll, *times)]
    for number, entry in enumerate(agenda["motions"], 1):
        if entry["kind"] == "RESOLUTION":
            convened.append(said.resolution(1, number, entry["title"], entry["majority_bps"]))
        else:
            candidates = sorted(entry["candidates"])
            convened.append(
                said.election(1, number, candidates, range(1, entry["seats"] + 1), entry["title"])
            )
    present = [
        [
            member
            for member in sorted(notice.roll)
            if done.meeting.attendance(call, member) >= Attendance.PRESENT
        ]
        for call in CALLS
    ]
    reasons = dict(done.rejected)
    rows = [(paper.member, paper.choices) for paper in done.papers]
    cast: list[said.Logs] = []
    for start in range(0, len(rows), batch):
        part = list(enumerate(rows[start : start + batch]))
        bad = [
            said.refused(1, done.call, member, index, reasons[start + index + 1])
            for index, (member, _) in part
            if start + index + 1 in reasons
        ]
        good = [paper for index, paper in part if start + index + 1 not in reasons]
        cast.append([*bad, said.cast(1, done.call, good)])
    return [convened, [said.checked_in(1, 1, present[0]), said.checked_in(1, 2, present[1])], *cast]


@pytest.mark.parametrize("name", ["ksp-kecil", "ksp-samosir"])
@pytest.mark.parametrize("batch", [5, 300])
def test_result__example_data__is_the_expected_answer(
    diary: Diary, connection: Connection, name: str, batch: int
) -> None:
    savings = Cooperative(EXAMPLES / name).run().savings
    roll = frozenset(MemberNumber(member) for member, held in savings.items() if held[SavingsKind.POKOK])
    agenda = json.loads((EXAMPLES / name / "rat" / "meeting.json").read_text("utf-8"))
    done = play(EXAMPLES / name, roll)
    diary.day(*played_on_chain(done, len(roll), agenda, batch))
    expected = json.loads((EXAMPLES / name / "expected" / "rat.json").read_text("utf-8"))
    assert result(meeting_report(connection, 1, now=done.after)) == expected


MOTIONS = (
    Resolution(BasisPoints(5_000)),
    Election(2, tuple(map(MemberNumber, (3, 5, 8)))),
    Resolution(BasisPoints(6_667), weighty=True),
)


def random_meeting(random: Random, number: int) -> tuple[Meeting, said.Logs]:
    """A meeting of 12 played on the model, and the logs of what it accepted and refused."""
    roll = frozenset(map(MemberNumber, range(1, 13)))
    times = (Call(1_000, 2_000), Call(5_000, 6_000))
    shares = (BasisPoints(random.choice((4_000, 7_500))), BasisPoints(random.choice((2_000, 4_000))))
    model = Meeting(Notice(number, roll, MOTIONS, *times, MeetingBylaws(*shares)))
    bylaws = (14, *shares, 7, 30, 6_667, 1_000, 9, 86_400, 600, 0)
    suspends = ev.Action(ADDRESSES["RAT"], b"")
    logs = [
        said.convened(number, 12, (1_000, 2_000), (5_000, 6_000), bylaws=ev.Bylaws(*bylaws)),
        said.resolution(number, 1),
        said.election(number, 2, (3, 5, 8), (1, 2)),
        said.resolution(number, 3, "Berbobot", 6_667, [suspends]),
    ]
    if random.random() < 0.2:
        model.withdraw(3, 500)
        logs.append(("RAT", ev.MotionWithdrawn(number, 3, said.CONVENER)))
    for now in (1_000, 1_200, 1_999, 5_000, 5_500, 5_999):
        try:
            logs += random_act(random, model, number, now)
        except MeetingRuleError:
            continue
    return model, logs


def random_act(random: Random, model: Meeting, number: int, now: int) -> said.Logs:
    call = model.open_call(now)
    members = [MemberNumber(random.randrange(1, 15)) for _ in range(random.randrange(1, 9))]
    act = random.choice(("cast", "cast", "check in", "list", "declare", "object"))
    if act == "cast":
        papers = [Paper(each, number, call, 9_999, random.randrange(200)) for each in members]
        fates = list(enumerate(model.cast([(each, True) for each in papers], now)))
        bad = [said.refused(number, call, papers[at].member, at, fate) for at, fate in fates if fate]
        return [
            *bad,
            said.cast(
                number, call, [(papers[at].member, papers[at].choices) for at, fate in fates if not fate]
            ),
        ]
    if act == "check in":
        fates_of = model.check_in([(Paper(each, number, call, 9_999), True) for each in members], now)
        came = [each for each, fate in zip(members, fates_of, strict=True) if not fate]
        return [said.checked_in(number, call, came)]
    if act == "list":
        return [said.on_paper(number, call, model.enter_paper_list(members, now))]
    if act == "declare":
        model.declare_consensus(1, now)
        return [("BallotBox", ev.ConsensusDeclared(number, 1, b"\x01" * 20, now + 600))]
    model.object_to(1, members[0], now)
    return [("BallotBox", ev.ObjectionRaised(number, 1, members[0]))]


def test_report__random_meetings__as_the_model_has_them(diary: Diary, connection: Connection) -> None:
    random = Random(14)
    made = [random_meeting(random, number) for number in range(1, 61)]
    diary.day(*(logs for _, logs in made))
    outcomes = set()
    for number, (model, _) in enumerate(made, 1):
        for now in (1_500, 3_000, 5_500, 7_000):
            report = meeting_report(connection, number, now=now)
            for call in CALLS:
                counted, told = model.count(call), report.calls[call - 1].counts
                assert (counted.present, counted.ballots, counted.paper) == (
                    told.present,
                    told.ballots,
                    told.paper,
                )
            for each in report.motions:
                expected = model.outcome(each.motion, now)
                assert (each.outcome, each.call, each.closed_at) == expected, (number, each.motion, now)
                assert each.tally == tuple(model.tally(each.call or report.shown, each.motion))
                assert list(each.elected) == model.elected(each.motion, now)
                outcomes.add(each.outcome)
    assert outcomes == set(Outcome)
