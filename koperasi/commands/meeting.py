"""koperasi meeting, koperasi meetings, koperasi play-meeting"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from koperasi.books import reading
from koperasi.errors import UsageError
from koperasi.output import JsonOption, NetworkOption, print_json, say
from koperasi.progress import progress
from koperasi.workspace import Workspace

if TYPE_CHECKING:
    from backend.chain import Chain
    from backend.meetings.agenda import MeetingBook
    from backend.meetings.play import Played
    from indexer.reports.annual_meetings import AnnualMeeting
    from indexer.reports.meeting_motions import MotionReport
    from indexer.reports.meetings import MeetingReport

ALL: Final = 1_000_000
"""More meetings than there will be."""


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(help="Hasil sebuah rapat anggota. / What a members' meeting decided.")(meeting)
    app.command(help="Daftar rapat anggota. / The members' meetings.")(meetings)
    app.command("play-meeting", help="Jalankan folder rat/ di chain lokal. / Play a folder rat/ locally.")(
        play_meeting
    )


def meeting(
    number: Annotated[int, typer.Argument(help="Nomor rapat. / Number of the meeting.")],
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """Quorum, tallies and results of a meeting, from the books."""
    from backend.documents.cid import Cid
    from indexer.reports.meetings import meeting_report, result

    with reading(network) as (connection, cooperative_id):
        found = meeting_report(connection, number, cooperative_id=cooperative_id)
    if json:
        print_json(result(found))
        return
    _print_head(found)
    for motion in found.motions:
        _print_motion(motion)
    for paper in found.refused:
        print(f"ditolak / refused: {paper.row} {paper.reason.name}")
    if found.minutes is not None:
        print(f"{'berita acara / minutes':<24}{Cid.of_block(found.minutes.document)}")


def meetings(
    annual: Annotated[
        bool, typer.Option("--annual", help="Tahun buku dan RAT-nya. / Book years and their meetings.")
    ] = False,
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """All meetings in the books, the newest first, and which book years still want theirs."""
    from indexer.reports.annual_meetings import annual_meetings
    from indexer.reports.meetings import book_time, meeting_list
    from rules.calendar import day_of_timestamp, day_text

    with reading(network) as (connection, cooperative_id):
        found = meeting_list(connection, limit=ALL, cooperative_id=cooperative_id)
        years = annual_meetings(connection, book_time(connection, cooperative_id), cooperative_id)
    rows = [
        {
            "meeting": each.meeting,
            "kind": each.kind.name,
            "noticed_on": day_text(day_of_timestamp(each.noticed_at)),
            "roll": each.roll,
            "motions": each.motions,
        }
        for each in found
    ]
    told = [
        {
            "book_year": each.book_year,
            "last_day": day_text(each.last_day),
            "state": each.state.value,
            "meeting": each.meeting,
            "held_on": None if each.held_on is None else day_text(each.held_on),
        }
        for each in years
    ]
    shown = told if annual else rows
    if json:
        print_json(shown)
        return
    for row in shown:
        print("  ".join(f"{name} {'-' if value is None else value}" for name, value in row.items()))
    for each in years:
        _remind(each)


def _remind(year: "AnnualMeeting") -> None:
    """Say of a book year that its meeting was not held yet."""
    from rules.annual_meeting import AnnualState
    from rules.calendar import day_text

    last = day_text(year.last_day)
    if year.state is AnnualState.OVERDUE:
        say(
            f"RAT tahun buku {year.book_year} terlambat: paling lambat {last}",
            f"The annual meeting on {year.book_year} is overdue: its last day was {last}",
        )
    elif year.state is AnnualState.DUE:
        say(
            f"RAT tahun buku {year.book_year} belum diadakan: paling lambat {last}",
            f"The annual meeting on {year.book_year} was not held yet: its last day is {last}",
        )


def play_meeting(
    folder: Annotated[Path, typer.Argument(help="Folder rat/. / The folder rat/.")],
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """Convene, check in, vote and carry out: once is enough, a stopped run goes on."""
    from backend.meetings.agenda import read_meeting

    book, workspace = read_meeting(folder), Workspace(network)
    if not workspace.network.development:
        raise UsageError(
            f"{network} bukan jaringan pengembangan: di sana anggota menandatangani sendiri.",
            f"{network} is no development network: there the members sign themselves.",
        )
    with workspace.lock("import"), workspace.rpc() as url:
        played = hold_meeting(workspace, workspace.chain(url), book, quiet=json)
    if json:
        print_json({"meeting": played.meeting, "ballots": played.ballots, "carried_out": played.carried_out})
    else:
        say(
            f"Rapat {played.meeting}: {played.ballots} suara sah, {played.carried_out} keputusan dijalankan",
            f"Meeting {played.meeting}: {played.ballots} ballots, {played.carried_out} decisions carried out",
        )


def hold_meeting(workspace: Workspace, chain: "Chain", book: "MeetingBook", quiet: bool) -> "Played":
    """Play a meeting on a local chain, with a bar."""
    from koperasi.office import player

    workspace.documents().add(book.agenda.text)
    with progress("Rapat / Meeting", quiet) as bar:
        return player(workspace, chain).play(book, bar)


def _print_head(found: "MeetingReport") -> None:
    from backend.documents.cid import Cid
    from rules.calendar import day_of_timestamp, day_text

    head = found.head
    noticed_on = day_text(day_of_timestamp(head.noticed_at))
    print(f"Rapat / Meeting {head.meeting} ({head.kind.name}), diundang / noticed {noticed_on}")
    print(f"{'daftar / roll':<24}{head.roll}")
    print(f"{'agenda':<24}{Cid.of_block(head.documents)}")
    for call in found.calls:
        if call.call == 1 or call.takes_place:
            reached = "kuorum / quorate" if call.quorate else "tidak kuorum / not quorate"
            present = f"{call.counts.present} dari / of {call.needed}"
            print(f"{f'panggilan / call {call.call}':<24}{present}, {reached}")
    print(f"{'suara sah / ballots':<24}{found.calls[found.shown - 1].counts.ballots}")


def _print_motion(motion: "MotionReport") -> None:
    from rules.ballots import Choice

    print(f"{motion.motion:>3}. {motion.title}")
    if motion.candidates:
        seats = {member: place for place, member in enumerate(motion.elected, 1)}
        for member, votes in zip(motion.candidates, motion.tally, strict=True):
            seat = f"  terpilih / elected {seats[member]}" if member in seats else ""
            print(f"     {member:>10}{votes:>8}{seat}")
    else:
        tally = zip((choice.name for choice in Choice), motion.tally, strict=True)
        print("     " + "  ".join(f"{name} {votes}" for name, votes in tally))
    print(f"     {motion.outcome.name}")
