"""A motion and what became of it, as a meeting's documents print it."""

from collections.abc import Mapping
from typing import Any, Final

from backend.documents.cid import Cid
from backend.documents.indonesian import moment, number, percent
from backend.documents.words import Words, words
from backend.meetings import minutes_words as say
from indexer.reports.meeting_motions import MotionReport
from rules.ballots import SIMPLE_MAJORITY
from rules.calendar import date_of_day, day_of_timestamp
from rules.types import MotionKind, Office, Outcome, TieRule

_VOTES: Final = (words("Setuju", "For"), words("Menolak", "Against"), words("Abstain", "Abstain"))
_CALLS: Final = {1: "Pertama", 2: "Kedua"}


def motion_content(motion: MotionReport, bylaws: Mapping[str, int]) -> Mapping[str, Any]:
    """Everything that the template prints of a motion, in words; `bylaws`: those of its meeting."""
    election = motion.kind is MotionKind.ELECTION
    return {
        "number": motion.motion,
        "title": motion.title,
        "outcome": _outcome(motion),
        "facts": [{"label": label, "value": value} for label, value in _facts(motion, election)],
        "candidates": _candidates(motion) if election else [],
        "actions": [{"target": each["target"], "data": _shortened(each["data"])} for each in motion.actions],
        "document": str(Cid.of_block(motion.document)) if any(motion.document) else None,
        "notes": _notes(motion, bylaws),
    }


def _outcome(motion: MotionReport) -> Words:
    if motion.kind is MotionKind.ELECTION and motion.outcome is Outcome.PASSED:
        return say.ELECTED if motion.elected else say.NOBODY_ELECTED
    return say.OUTCOMES[motion.outcome]


def _facts(motion: MotionReport, election: bool) -> list[tuple[Words, str]]:
    call = (words("Diputus panggilan", "Decided by call"), _CALLS.get(motion.call, "–"))
    if election:
        offices = ", ".join(Office(each).name for each in motion.offices)
        lowest = motion.tie_rule is TieRule.LOWEST_MEMBER_NO
        return [
            (words("Kursi", "Seats"), offices),
            (words("Masa jabatan", "Term"), f"{number(motion.term_days)} hari"),
            (words("Suara sama", "Ties"), "Nomor anggota terkecil" if lowest else "Urutan daftar"),
            call,
        ]
    simple = motion.majority_bps == SIMPLE_MAJORITY
    share = "Lebih dari setengah" if simple else f"Paling sedikit {percent(motion.majority_bps)}"
    if motion.outcome is Outcome.WITHDRAWN:
        return [(words("Mayoritas", "Majority"), share)]
    votes = [(label, number(count)) for label, count in zip(_VOTES, motion.tally, strict=True)]
    return [(words("Mayoritas", "Majority"), share), call, *votes]


def _candidates(motion: MotionReport) -> list[Mapping[str, Any]]:
    """In the order of votes once a call decided, else in that of the notice."""
    order = motion.ranking or range(len(motion.candidates))
    rows: list[Mapping[str, Any]] = []
    for place, index in enumerate(order, 1):
        member = motion.candidates[index]
        rank, result = (
            (str(place), words("Cadangan", "Succession")) if motion.ranking else ("–", words("–", ""))
        )
        if member in motion.elected:
            office = Office(motion.offices[motion.elected.index(member)]).name
            result = words(f"Terpilih: {office}", "Elected")
        elif motion.ranking and not motion.tally[index]:
            result = words("Tanpa suara", "No vote")
        rows.append({"cells": [str(member), number(motion.tally[index]), rank], "result": result})
    return rows


def _notes(motion: MotionReport, bylaws: Mapping[str, int]) -> list[Words]:
    notes = []
    if motion.consensus is not None:
        objected = len(motion.consensus.objections)
        notes.append(
            words(
                f"Ketua menyatakan mufakat; {objected} anggota berkeberatan.",
                f"The chair declared consensus; {objected} members objected.",
            )
        )
    if motion.passed and (motion.actions or motion.offices):
        due = motion.closed_at + bylaws["execution_delay"]
        day = date_of_day(day_of_timestamp(due)).isoformat()
        notes.append(
            words(
                f"Dapat dijalankan siapa pun sejak {moment(due)}.",
                f"Anyone may carry it out from {day}.",
            )
        )
    return notes


def _shortened(data: str) -> str:
    """Call data of more than 34 bytes by its beginning and its length."""
    return data if len(data) <= 70 else f"{data[:34]}… ({len(data) // 2 - 1} byte)"
