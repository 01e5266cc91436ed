"""koperasi demo"""

import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from koperasi.commands.meeting import hold_meeting
from koperasi.commands.minutes import keep, record_on
from koperasi.errors import KoperasiError
from koperasi.home import ROOT, deployments_folder, home
from koperasi.output import JsonOption, print_json, say
from koperasi.progress import progress
from koperasi.workspace import LEDGER_URL_ENV, OFFICE_URL_ENV, Workspace

if TYPE_CHECKING:
    from backend.chain import Chain
    from backend.meetings.agenda import MeetingBook
    from backend.office.daybooks import BookRow

NETWORK: Final = "anvil"
DATA: Final = ROOT / "examples" / "ksp-samosir"
FINALITY_BLOCKS: Final = 66
"""Empty blocks at the end, so that the last rows are below the revertible depth of networks.toml."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        help="Setahun buku harian di chain lokal: impor, indeks, cocokkan. / A year on a local chain."
    )(demo)


def demo(
    data: Annotated[Path, typer.Option(help="Folder buku harian. / Folder of day books.")] = DATA,
    serve: Annotated[bool, typer.Option(help="Sajikan di localhost:8000. / Serve it afterwards.")] = True,
    port: Annotated[int, typer.Option(help="Port TCP. / TCP port.")] = 8000,
    json: JsonOption = False,
) -> None:
    """Play a folder's day books on a fresh local chain, compute the books, reconcile, and serve the page."""
    from backend.meetings.agenda import read_meeting
    from backend.office.daybooks import read_day_books
    from koperasi.localchain import LocalChain

    started = time.monotonic()
    start, last_day = _span(read_day_books(data).rows, data)
    meeting = read_meeting(data / "rat") if (data / "rat").is_dir() else None
    workspace = Workspace(NETWORK)
    with workspace.lock("demo"):
        workspace.clear()
        state = workspace.chain_state
        with LocalChain.start(timestamp=start, slots_in_an_epoch=1, state=state) as chain:
            _deploy(chain.url, meeting)
            _require_empty(workspace)
            synced = _play(workspace, chain.url, data, (start, last_day), meeting, quiet=json)
            synced += _record_minutes(workspace, chain.url, quiet=json) if meeting is not None else 0
            chain.mine_empty(FINALITY_BLOCKS)
            result = _books(workspace, chain.url, quiet=json)
            result["events"] += synced
            result |= _capture(workspace, chain.url, quiet=json)
            result["seconds"] = round(time.monotonic() - started, 1)
            _show(result, port if serve else None, json)
            if serve:
                workspace.chain_url.write_text(chain.url, "utf-8")
                _serve(workspace, chain.url, port)


def _show(result: dict[str, Any], port: int | None, json: bool) -> None:
    """The figures, and where the statements are."""
    if json:
        print_json(result)
        return
    for name, value in result.items():
        print(f"{name:14} {value}")
    day = result["closed_through"]
    say(f"{result['closed']} bulan ditutup s.d. {day}.", f"{result['closed']} months closed through {day}.")
    if port is None:
        say(
            f"Laporan: koperasi statement position --as-of {day}; koperasi closes; atau koperasi serve.",
            f"Statements: koperasi statement position --as-of {day}; koperasi closes; or koperasi serve.",
        )
        return
    api = f"http://localhost:{port}/api/v1"
    print(f"laporan / statements   {api}/statements/position.html?as_of={day}")
    print(f"                       {api}/statements/surplus.html?as_of={day}")
    print(f"tutup buku / closes    {api}/closes")


def _span(rows: "Sequence[BookRow]", data: Path) -> tuple[int, int]:
    """When the chain starts (unix seconds, the morning before the first paper), and the last WIB day.

    Members who joined before the first paper are registered on its day. KoperasiError for a folder without
    rows, or one longer than the first officers' terms.
    """
    from backend.office.daybooks import Joining
    from rules.calendar import timestamp_of_day
    from rules.types import WibDay
    from scripts.deployment_config import FIRST_TERM_DAYS

    days = [row.day for row in rows if not isinstance(row, Joining)] or [row.day for row in rows]
    if not days:
        raise KoperasiError(f"{data} tidak berisi baris.", f"{data} holds no rows.")
    if days[-1] - days[0] > FIRST_TERM_DAYS - 2:
        length = days[-1] - days[0] + 1
        raise KoperasiError(
            f"{data} mencakup {length} hari, lebih dari masa jabatan pengurus pertama "
            f"({FIRST_TERM_DAYS} hari). Bagi foldernya.",
            f"{data} spans {length} days, more than the first officers' terms ({FIRST_TERM_DAYS} days). "
            "Divide it.",
        )
    return timestamp_of_day(WibDay(days[0] - 1)) + 8 * 3600, max(row.day for row in rows)


def _require_empty(workspace: Workspace) -> None:
    """A database that is set from outside is not the demo's to clear."""
    from koperasi.books import open_ledger

    if workspace.office().records() or open_ledger(workspace).cursor() is not None:
        raise KoperasiError(
            f"Basis data di {LEDGER_URL_ENV} atau {OFFICE_URL_ENV} sudah berisi; demo perlu yang kosong.",
            f"The database of {LEDGER_URL_ENV} or {OFFICE_URL_ENV} is not empty; demo needs empty ones.",
        )


def _deploy(url: str, meeting: "MeetingBook | None") -> None:
    """Deploy, with the quorums that the meeting's notice names as by-laws."""
    from scripts.deploy import deploy
    from scripts.networks import load_network

    say("Memasang kontrak", "Deploying the contracts")
    config = None
    if meeting is not None:
        config = home() / "demo.toml"
        agenda = meeting.agenda
        config.write_text(
            f"[by_laws]\nfirst_quorum_bps = {agenda.first_quorum_bps}\n"
            f"second_quorum_bps = {agenda.second_quorum_bps}\n",
            "utf-8",
        )
    deploy(load_network(NETWORK, url), deployments_folder(True), config)


def _play(
    workspace: Workspace,
    url: str,
    data: Path,
    span: tuple[int, int],
    meeting: "MeetingBook | None",
    quiet: bool,
) -> int:
    """Import the year, close its months and hold its meeting; the interest of ended months is credited after
    each. `span`: when the chain starts (unix seconds), and the last WIB day; events synced."""
    from koperasi.closing import close_months
    from koperasi.office import importer
    from rules.calendar import day_of_timestamp, first_day, month_of_day
    from rules.types import Month, WibDay

    first, last = (month_of_day(WibDay(day)) for day in (day_of_timestamp(span[0]) + 1, span[1]))

    with workspace.lock("import"):
        chain = workspace.chain(url)
        office = importer(workspace, chain)
        with progress("Impor / Import", quiet) as bar:
            office.run(data, bar)
            office.close_month(first_day(Month(last + 1)))
        synced = close_months(workspace, url, chain, map(Month, range(first, last + 1)), quiet)
        if meeting is not None:
            _meet(workspace, chain, meeting, quiet)
            office.close_month(day_of_timestamp(chain.time))
    return synced


def _meet(workspace: Workspace, chain: "Chain", meeting: "MeetingBook", quiet: bool) -> None:
    """Hold the meeting; one that the contracts refuse is told, and the year stands."""
    from backend.meetings.relay import MeetingStoppedError

    try:
        hold_meeting(workspace, chain, meeting, quiet)
    except MeetingStoppedError as error:
        indonesian, _, english = str(error).partition(" / ")
        say(f"Rapat tidak selesai: {indonesian}", f"The meeting did not end: {english}")


def _record_minutes(workspace: Workspace, url: str, quiet: bool) -> int:
    """Make the minutes of every meeting from the books, and have them signed on the chain; events synced."""
    from indexer.reports.ended_meetings import MeetingNotOverError
    from indexer.reports.meetings import meeting_list
    from koperasi.books import reading, run_sync

    synced = run_sync(workspace, url, quiet).events
    with reading(workspace.name) as (connection, cooperative_id):
        held = [each.meeting for each in meeting_list(connection, cooperative_id=cooperative_id)]
    with workspace.lock("import"):
        chain = workspace.chain(url)
        for number in held:
            try:
                cid = keep(workspace, number)[1]
            except MeetingNotOverError as error:
                say(error.indonesian, error.english)
                continue
            record_on(workspace, chain, number, cid)
    return synced


def _books(workspace: Workspace, url: str, quiet: bool) -> dict[str, Any]:
    """Sync and reconcile; what the demo ends with."""
    from indexer.reports.meetings import meeting_list
    from indexer.reports.summary import summary
    from koperasi.books import open_ledger, reconcile_books, run_sync

    progress_made = run_sync(workspace, url, quiet)
    with workspace.ledger().connect() as connection:
        totals = summary(connection, workspace.cooperative_id)
        meetings = len(meeting_list(connection, cooperative_id=workspace.cooperative_id))
    found = reconcile_books(workspace, url, quiet)
    for each in found.differences:
        say(f"Beda: {each}", f"Differs: {each}")
    counts = workspace.office().counts()
    members = totals.members
    return {
        "members": members.registered + members.active + members.suspended + members.left,
        "accepted": counts["ACCEPTED"],
        "rejected": counts["REFUSED"],
        "waiting": counts["WAITING"],
        "meetings": meetings,
        "blocks": progress_made.block + 1,
        "events": progress_made.events,
        "entries": totals.entries,
        "digest": open_ledger(workspace).digest(),
        "reconciled": found.agrees,
    }


def _capture(workspace: Workspace, url: str, quiet: bool) -> dict[str, Any]:
    """Keep what proves each close, for bundles; how many months are closed and through which day."""
    from indexer.capture import capture
    from indexer.chain.rpc import Endpoints
    from indexer.reports.closes import closed_periods
    from koperasi.books import reading
    from rules.calendar import day_text
    from rules.types import WibDay

    with reading(workspace.name) as (connection, cooperative_id):
        periods = closed_periods(connection, cooperative_id)
    settings, engine = workspace.settings(url), workspace.ledger()
    endpoints = Endpoints(settings.endpoints(), settings.network.chain_id)
    try:
        with progress("Bukti / Proofs", quiet) as bar:
            for done, period in enumerate(periods, 1):
                through = WibDay(period.through)
                capture(engine, endpoints, through, None, settings.cooperative_id)
                bar(done, len(periods), day_text(through))
    finally:
        engine.dispose()
        endpoints.close()
    return {"closed": len(periods), "closed_through": day_text(WibDay(periods[-1].through))}


def _serve(workspace: Workspace, url: str, port: int) -> None:
    """Serve the page while a sync follows the chain."""
    from koperasi.books import run_sync
    from koperasi.commands.serve import run

    follower = threading.Thread(target=run_sync, args=(workspace, url, True, True), daemon=True)
    follower.start()
    run({"network": workspace.name, "port": str(port), "relay_rpc": url})
