"""Events of a members' meeting with what a case does not speak of left plain."""

from collections.abc import Iterable, Sequence

from indexer.chain import events as ev
from rules.types import MemberNumber

Times = tuple[int, int]
Logs = list[tuple[str, ev.Event]]

BYLAWS = ev.Bylaws(
    notice_days=14,
    first_quorum_bps=7_500,
    second_quorum_bps=5_000,
    second_after_days=7,
    second_within_days=30,
    special_majority_bps=6_667,
    petition_bps=1_000,
    minimum_members=9,
    execution_delay=86_400,
    objection_period=600,
    proxies_per_holder=0,
)
NO_ELECTION = ev.Election((), 0, 0, (), ())
CONVENER = b"convener".ljust(20, b"-")


def convened(
    meeting: int, roll: int, first: Times, second: Times, *, bylaws: ev.Bylaws = BYLAWS
) -> tuple[str, ev.Event]:
    """A TAHUNAN on 2025."""
    hashes = (b"notice".ljust(28, b"-") + meeting.to_bytes(4, "big"), b"documents".ljust(32, b"-"))
    calls = (ev.Call(*first), ev.Call(*second))
    return "RAT", ev.MeetingConvened(meeting, 0, 2025, CONVENER, *hashes, roll, *calls, bylaws)


def resolution(
    meeting: int,
    motion: int,
    title: str = "Usul",
    majority_bps: int = 5_000,
    actions: Sequence[ev.Action] = (),
) -> tuple[str, ev.Event]:
    content = ev.Motion(0, majority_bps, title, bytes(32), tuple(actions), NO_ELECTION)
    return "RAT", ev.MotionPut(meeting, motion, content)


def election(
    meeting: int, motion: int, candidates: Iterable[int], offices: Sequence[int], title: str = "Pemilihan"
) -> tuple[str, ev.Event]:
    listed = tuple(
        ev.Candidate(MemberNumber(each), each.to_bytes(20, "big"), 2_000_000_000, b"\x01" * 65)
        for each in candidates
    )
    content = ev.Motion(1, 0, title, bytes(32), (), ev.Election(tuple(offices), 1_461, 0, listed, ()))
    return "RAT", ev.MotionPut(meeting, motion, content)


def packed(members: Iterable[int]) -> bytes:
    return b"".join(member.to_bytes(4, "big") for member in members)


def checked_in(meeting: int, call: int, members: Iterable[int]) -> tuple[str, ev.Event]:
    return "BallotBox", ev.CheckedIn(meeting, call, packed(members))


def on_paper(meeting: int, call: int, members: Iterable[int]) -> tuple[str, ev.Event]:
    return "BallotBox", ev.PaperListEntered(meeting, call, b"list".ljust(32, b"-"), packed(members))


def cast(meeting: int, call: int, papers: Iterable[tuple[int, int]]) -> tuple[str, ev.Event]:
    """`papers`: member and choices."""
    rows = b"".join(member.to_bytes(4, "big") + choices.to_bytes(32, "big") for member, choices in papers)
    return "BallotBox", ev.BallotsCast(meeting, call, rows)


def refused(meeting: int, call: int, member: int, index: int, reason: int) -> tuple[str, ev.Event]:
    return "BallotBox", ev.BallotRefused(meeting, call, MemberNumber(member), index, reason)
