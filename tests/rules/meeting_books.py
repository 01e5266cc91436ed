"""The `rat/` folder of the example data, played through the model of a meeting."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from day_books import read

from rules.ballots import Choice, Election, Motion, Paper, Resolution, Vote
from rules.meetings import Call, Meeting, MeetingBylaws, Notice
from rules.types import BasisPoints, MemberNumber, Refusal


@dataclass
class PlayedMeeting:
    """A meeting after both calls, and its refused papers: place in the file from 1, reason."""

    meeting: Meeting
    call: int
    ids: list[int]
    rejected: list[tuple[int, Refusal]] = field(default_factory=list)
    papers: list[Paper] = field(default_factory=list)

    @property
    def after(self) -> int:
        return self.meeting.notice.second.closes_at

    def result(self) -> dict[str, Any]:
        """In the form of expected/rat.json."""
        meeting, call = self.meeting, self.call
        boxes, after = meeting.boxes, self.after
        decided = {
            number: (content, meeting.tally(call, number), meeting.outcome(number, after)[0].name)
            for number, content in enumerate(meeting.notice.motions, 1)
        }
        return {
            "eligible": len(meeting.notice.roll),
            "first_call": self.attendance(1),
            "second_call": self.attendance(2) if call == 2 else None,
            "ballots_accepted": meeting.count(call).ballots,
            "rejected": [{"row": row, "reason": reason.name} for row, reason in self.rejected],
            "motions": {
                str(self.ids[number - 1]): {
                    **dict(zip([choice.name for choice in Choice], tally, strict=True)),
                    "passed": outcome in ("PASSED", "CONSENSUS"),
                }
                for number, (content, tally, outcome) in decided.items()
                if isinstance(content, Resolution)
            },
            "elections": {
                str(self.ids[number - 1]): {
                    "votes": {str(m): votes for m, votes in zip(content.candidates, tally, strict=True)},
                    "elected": meeting.elected(number, after),
                }
                for number, (content, tally, _) in decided.items()
                if isinstance(content, Election) and boxes.width(number)
            },
        }

    def attendance(self, call: int) -> dict[str, Any]:
        present, needed = self.meeting.count(call).present, self.meeting.needed(call)
        return {"present": present, "needed": needed, "quorate": present >= needed}


def play(folder: Path, roll: frozenset[MemberNumber]) -> PlayedMeeting:
    """Attendance of the first call, of the second if there is one, and the ballots in the last of them."""
    agenda = json.loads((folder / "rat" / "meeting.json").read_text("utf-8"))
    motions = tuple(map(motion_of, agenda["motions"]))
    shares = BasisPoints(agenda["quorum_bps"]), BasisPoints(agenda["second_call_quorum_bps"])
    calls = call_of(agenda["first_call"]), call_of(agenda["second_call"])
    meeting = Meeting(Notice(1, roll, motions, *calls, MeetingBylaws(*shares)))
    lists = {1: "attendance_first_call.csv", 2: "attendance_second_call.csv"}
    call = 0
    for call in (1, 2):
        opens_at = meeting.times(call).opens_at
        if meeting.open_call(opens_at) != call:
            return played(meeting, 1, agenda, folder)
        numbers = [MemberNumber(int(row["member_no"])) for row in read(folder / "rat" / lists[call])]
        meeting.check_in([(Paper(member, 1, call, 2**40 - 1), True) for member in numbers], opens_at)
    return played(meeting, call, agenda, folder)


def played(meeting: Meeting, call: int, agenda: dict[str, Any], folder: Path) -> PlayedMeeting:
    done = PlayedMeeting(meeting, call, [motion["id"] for motion in agenda["motions"]])
    rows = read(folder / "rat" / "ballots.csv")
    papers = [
        Paper(MemberNumber(int(row["member_no"])), 1, call, 2**40 - 1, meeting.boxes.pack(votes(row, done)))
        for row in rows
    ]
    done.papers = papers
    refusals = meeting.cast([(paper, True) for paper in papers], meeting.times(call).opens_at)
    done.rejected = [(row, reason) for row, reason in enumerate(refusals, 1) if reason]
    return done


def motion_of(entry: dict[str, Any]) -> Motion:
    if entry["kind"] == "RESOLUTION":
        return Resolution(BasisPoints(entry["majority_bps"]))
    return Election(entry["seats"], tuple(sorted(map(MemberNumber, entry["candidates"]))))


def votes(row: dict[str, str], done: PlayedMeeting) -> dict[int, Vote]:
    """A row's marks by the motions' places in the notice."""
    found: dict[int, Vote] = {}
    for number, identity in enumerate(done.ids, 1):
        text = row[f"m{identity}"]
        if isinstance(done.meeting.notice.motions[number - 1], Election):
            found[number] = frozenset(MemberNumber(int(member)) for member in text.split())
        else:
            found[number] = Choice[text or "ABSTAIN"]
    return found


def call_of(entry: dict[str, str]) -> Call:
    opens, closes = (int(datetime.fromisoformat(entry[name]).timestamp()) for name in ("opens", "closes"))
    return Call(opens, closes)
