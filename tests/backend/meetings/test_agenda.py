"""Reading a folder `rat/`: the examples, and everything that stops it before anything is sent."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from backend.cells import UnreadableDayBookError
from backend.meetings.agenda import TERM_DAYS, read_agenda, read_meeting
from rules.ballots import Choice, Election
from rules.calendar import parse_day
from rules.types import MeetingKind, TieRule

EXAMPLE = Path(__file__).parents[3] / "examples" / "ksp-kecil" / "rat"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLE, tmp_path / "rat"))


def change(folder: Path, **values: Any) -> None:
    """Put other values into meeting.json; None takes the key away."""
    agenda = json.loads((folder / "meeting.json").read_text("utf-8")) | values
    kept = {name: value for name, value in agenda.items() if value is not None}
    (folder / "meeting.json").write_text(json.dumps(kept), "utf-8")


def change_motion(folder: Path, number: int, **values: Any) -> None:
    motions = json.loads((folder / "meeting.json").read_text("utf-8"))["motions"]
    kept = motions[number - 1] | values
    motions[number - 1] = {name: value for name, value in kept.items() if value is not None}
    change(folder, motions=motions)


def test_read_meeting__example__is_what_the_files_say() -> None:
    book = read_meeting(EXAMPLE)
    agenda = book.agenda
    assert (agenda.kind, agenda.book_year, agenda.tie_rule) == (
        MeetingKind.TAHUNAN,
        2025,
        TieRule.LOWEST_MEMBER_NO,
    )
    assert agenda.noticed_on == parse_day("2026-01-28")
    assert agenda.first.closes_at - agenda.first.opens_at == 5 * 3600
    assert (agenda.boxes.resolutions, agenda.boxes.count) == (5, 10 + 7 + 4)
    assert agenda.items[5].content == Election(3, (1, 4, 6, 11, 12, 19, 20))  # type: ignore[arg-type]
    assert (agenda.items[5].offices, agenda.items[5].term_days) == ((1, 2, 3), TERM_DAYS)
    assert (len(book.present[0]), len(book.present[1]), len(book.ballots)) == (22, 25, 27)
    first = agenda.boxes.unpack(book.ballots[0].choices)
    assert (first[1], first[5], first[6]) == (Choice.FOR, Choice.AGAINST, frozenset((11, 12, 19)))


def test_read_meeting__candidates_out_of_order__stand_by_number(folder: Path) -> None:
    change_motion(folder, 7, candidates=[23, 9, 2, 7])
    content = read_meeting(folder).agenda.items[6].content
    assert isinstance(content, Election)
    assert content.candidates == (2, 7, 9, 23)
    change(folder, tie_rule="LIST_ORDER")
    content = read_meeting(folder).agenda.items[6].content
    assert isinstance(content, Election)
    assert content.candidates == (23, 9, 2, 7)


def test_read_agenda__documents__are_the_same_however_the_file_is_laid_out(folder: Path) -> None:
    before = read_agenda(folder / "meeting.json").documents
    change(folder)
    assert read_agenda(folder / "meeting.json").documents == before
    change_motion(folder, 1, title="Lain")
    assert read_agenda(folder / "meeting.json").documents != before


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "RAPAT"},
        {"kind": None},
        {"noticed_on": "28-01-2026"},
        {"roll_on": "2026-01-27"},
        {"quorum_bps": 0},
        {"quorum_bps": "7500"},
        {"second_call_quorum_bps": 7_501},
        {"tie_rule": "LOTTERY"},
        {"motions": []},
        {"first_call": {"opens": "2026-02-14T08:00:00", "closes": "2026-02-14T13:00:00+07:00"}},
        {"first_call": {"opens": "2026-02-14T13:00:00+07:00", "closes": "2026-02-14T13:00:00+07:00"}},
        {"second_call": {"opens": "2026-02-14T12:00:00+07:00", "closes": "2026-02-14T18:00:00+07:00"}},
    ],
)
def test_read_meeting__agenda_that_cannot_be__is_refused_in_two_languages(
    folder: Path, values: dict[str, Any]
) -> None:
    change(folder, **values)
    with pytest.raises(UnreadableDayBookError, match=r"meeting\.json.*belum ada yang.*nothing was sent"):
        read_meeting(folder)


@pytest.mark.parametrize(
    ("number", "values"),
    [
        (1, {"id": 2}),
        (1, {"kind": "VOTE"}),
        (1, {"title": ""}),
        (1, {"majority_bps": None}),
        (1, {"majority_bps": 4_999}),
        (1, {"majority_bps": 10_001}),
        (6, {"seats": 2}),
        (6, {"offices": ["KETUA", "SEKRETARIS", "TELLER"]}),
        (6, {"offices": []}),
        (6, {"candidates": []}),
        (6, {"candidates": list(range(1, 66))}),
        (6, {"candidates": [1, 1, 4]}),
        (6, {"candidates": [1, 2]}),
        (6, {"candidates": ["satu"]}),
        (6, {"term_days": 1_827}),
    ],
)
def test_read_meeting__motion_that_cannot_be__is_refused(
    folder: Path, number: int, values: dict[str, Any]
) -> None:
    change_motion(folder, number, **values)
    with pytest.raises(UnreadableDayBookError, match=r"meeting\.json"):
        read_meeting(folder)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("meeting.json", "{"),
        ("meeting.json", None),
        ("ballots.csv", None),
        ("ballots.csv", "member_no,m1\n1,FOR\n"),
        ("ballots.csv", "member_no,m1,m2,m3,m4,m5,m6,m7\n1,YES,,,,,,\n"),
        ("ballots.csv", "member_no,m1,m2,m3,m4,m5,m6,m7\n1,for,,,,,,\n"),
        ("ballots.csv", "member_no,m1,m2,m3,m4,m5,m6,m7\n-1,FOR,,,,,,\n"),
        ("ballots.csv", "member_no,m1,m2,m3,m4,m5,m6,m7\n4294967296,FOR,,,,,,\n"),
        ("ballots.csv", "member_no,m1,m2,m3,m4,m5,m6,m7\n1,FOR,FOR,FOR,FOR,FOR,a,\n"),
        ("ballots.csv", "member_no,m1,m2,m3,m4,m5,m6,m7\n1,FOR,FOR,FOR,FOR,FOR,1,2,3\n"),
        ("attendance_first_call.csv", "member_no\nsatu\n"),
        ("attendance_second_call.csv", "nomor\n1\n"),
        ("attendance_second_call.csv", None),
    ],
)
def test_read_meeting__file_that_cannot_be_read__is_refused_by_name(
    folder: Path, name: str, content: str | None
) -> None:
    (folder / name).unlink()
    if content is not None:
        (folder / name).write_text(content, "utf-8")
    with pytest.raises(UnreadableDayBookError, match=name):
        read_meeting(folder)


def test_read_meeting__empty_cells__abstain(folder: Path) -> None:
    (folder / "ballots.csv").write_text("member_no,m1,m2,m3,m4,m5,m6,m7\n9999,,,,,,,\n", "utf-8")
    (ballot,) = read_meeting(folder).ballots
    assert (ballot.member, ballot.choices) == (9999, 0)


def test_read_meeting__mark_for_nobody_who_stands__is_an_overvote(folder: Path) -> None:
    (folder / "ballots.csv").write_text("member_no,m1,m2,m3,m4,m5,m6,m7\n1,,,,,,5,\n", "utf-8")
    book = read_meeting(folder)
    assert book.agenda.boxes.is_overvote(book.ballots[0].choices)
