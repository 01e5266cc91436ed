"""Makes the minutes of docs/samples anew: python -m tests.backend.meetings.samples"""

from pathlib import Path
from typing import Final

from backend.meetings.minutes import MinutesMaker
from indexer.reports.ended_meetings import EndedMeeting, PaperList
from indexer.reports.meeting_motions import Consensus, MotionReport
from indexer.reports.meeting_papers import CallReport, Counts, RefusedPaper
from indexer.reports.meetings import MeetingHead, MeetingReport
from rules.calendar import parse_day, timestamp_of_day
from rules.types import MeetingKind, MemberNumber, MotionKind, Outcome, Refusal, TieRule

FOLDER: Final = Path(__file__).parents[3] / "docs" / "samples"
COOPERATIVE: Final = "KSP Samosir Sejahtera"
ELECTION: Final = 3
_FIRST: Final = timestamp_of_day(parse_day("2026-02-14")) + 9 * 3_600
_SECOND: Final = timestamp_of_day(parse_day("2026-02-28")) + 9 * 3_600
_CLOSES: Final = _SECOND + 4 * 3_600


def _resolution(
    motion: int, title: str, tally: tuple[int, ...], outcome: Outcome, **more: object
) -> MotionReport:
    decided = (
        {"call": 2, "closed_at": _CLOSES} if outcome is not Outcome.WITHDRAWN else {"call": 0, "closed_at": 0}
    )
    fields = {
        "motion": motion, "kind": MotionKind.RESOLUTION, "title": title, "document": bytes(32),
        "majority_bps": 5_000, "weighty": False, "actions": (), "offices": (), "term_days": 0,
        "tie_rule": TieRule.LOWEST_MEMBER_NO, "candidates": (), "outcome": outcome, "tally": tally,
        "tallies": ((0, 0, 0), tally), "ranking": (), "elected": (), "consensus": None,
        "carried_out": False, "seats": (), **decided, **more,
    }  # fmt: skip
    return MotionReport(**fields)  # type: ignore[arg-type]


def _members(*numbers: int) -> tuple[MemberNumber, ...]:
    return tuple(map(MemberNumber, numbers))


MOTIONS: Final = (
    _resolution(1, "Pengesahan laporan pertanggungjawaban pengurus 2025", (590, 12, 18), Outcome.PASSED,
                document=bytes(range(32))),
    _resolution(2, "Perubahan anggaran dasar: kuorum panggilan kedua", (352, 251, 17), Outcome.REJECTED,
                majority_bps=6_667, weighty=True,
                actions=({"target": "0x" + "5a" * 20, "data": "0x0100919b" + "00" * 352},)),
    _resolution(ELECTION, "Pemilihan pengawas 2026-2030", (301, 288, 288, 40, 0), Outcome.PASSED,
                kind=MotionKind.ELECTION, majority_bps=0, weighty=True, offices=(4, 4, 4), term_days=1_461,
                candidates=_members(104, 117, 231, 340, 402), ranking=(0, 1, 2, 3, 4),
                elected=_members(104, 117, 231)),
    _resolution(4, "Rencana kerja dan anggaran 2026", (610, 0, 10), Outcome.CONSENSUS,
                consensus=Consensus(2, _SECOND + 3_600, ())),
    _resolution(5, "Pembukaan cabang", (0, 0, 0), Outcome.WITHDRAWN),
)  # fmt: skip
SAMPLE: Final = EndedMeeting(
    MeetingReport(
        MeetingHead(
            1, MeetingKind.TAHUNAN, 2025, timestamp_of_day(parse_day("2026-01-20")), 1_204, b"\x11" * 20,
            bytes.fromhex("8f3a") * 16, b"\x22" * 32,
            ((_FIRST, _FIRST + 4 * 3_600), (_SECOND, _CLOSES)), len(MOTIONS), True,
        ),
        {"first_quorum_bps": 7_500, "second_quorum_bps": 5_000, "execution_delay": 172_800},
        (
            CallReport(1, _FIRST, _FIRST + 4 * 3_600, 903, Counts(588, 0, 41), True),
            CallReport(2, _SECOND, _CLOSES, 602, Counts(633, 620, 22), True),
        ),
        2,
        MOTIONS,
        (
            RefusedPaper(3, 2, 99_999, Refusal.NOT_ELIGIBLE),
            RefusedPaper(9, 2, 17, Refusal.ALREADY_VOTED),
            RefusedPaper(12, 2, 23, Refusal.ALREADY_VOTED),
            RefusedPaper(40, 2, 31, Refusal.BAD_SIGNATURE),
        ),
        None,
    ),
    _CLOSES,
    4_711,
    bytes.fromhex("c0de") * 16,
    True,
    (PaperList(1, b"\x33" * 32), PaperList(2, b"\x44" * 32)),
    0,
)  # fmt: skip
DOCUMENTS: Final = {"minutes": None, "certificate": ELECTION}
"""Samples by name: the minutes, and the certificate of a motion."""


def main() -> None:
    """Write each PDF and a picture of each of its pages."""
    maker = MinutesMaker(COOPERATIVE)
    for name, motion in DOCUMENTS.items():
        (FOLDER / f"{name}.pdf").write_bytes(maker.pdf(SAMPLE, motion))
        for number, page in enumerate(maker.pages(SAMPLE, motion), 1):
            (FOLDER / f"{name}-{number}.png").write_bytes(page)


if __name__ == "__main__":
    main()
