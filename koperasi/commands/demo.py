"""koperasi demo"""

import threading
import time
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from koperasi.home import ROOT, deployments_folder
from koperasi.output import JsonOption, print_json, say
from koperasi.progress import progress
from koperasi.workspace import Workspace

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
    from backend.office.daybooks import read_day_books
    from koperasi.localchain import LocalChain
    from rules.calendar import timestamp_of_day
    from rules.types import WibDay

    started = time.monotonic()
    books = read_day_books(data)
    workspace = Workspace(NETWORK)
    workspace.clear()
    eve = WibDay(books.rows[0].day - 1)
    with LocalChain.start(
        timestamp=timestamp_of_day(eve) + 8 * 3600, slots_in_an_epoch=1, state=workspace.chain_state
    ) as chain:
        _deploy(chain.url)
        chain.set_mining(False)
        _import(workspace, chain.url, data, books.rows[-1].day, quiet=json)
        chain.mine_empty(FINALITY_BLOCKS)
        result = _books(workspace, chain.url, quiet=json)
        result["seconds"] = round(time.monotonic() - started, 1)
        if json:
            print_json(result)
        else:
            for name, value in result.items():
                print(f"{name:12} {value}")
        if serve:
            workspace.chain_url.write_text(chain.url, "utf-8")
            _serve(workspace, chain.url, port)


def _deploy(url: str) -> None:
    from scripts.deploy import deploy
    from scripts.networks import load_network

    say("Memasang kontrak", "Deploying the contracts")
    deploy(load_network(NETWORK, url), deployments_folder(True))


def _import(workspace: Workspace, url: str, data: Path, last_day: int, quiet: bool) -> None:
    """Import, and credit the interest of the last month on the first day after it."""
    from koperasi.office import importer
    from rules.calendar import first_day, month_of_day
    from rules.types import Month, WibDay

    with progress("Impor / Import", quiet) as bar:
        office = importer(workspace, url)
        office.run(data, bar)
        office.close_month(first_day(Month(month_of_day(WibDay(last_day)) + 1)))


def _books(workspace: Workspace, url: str, quiet: bool) -> dict[str, Any]:
    """Sync and reconcile; what the demo ends with."""
    from indexer.reports.summary import summary
    from koperasi.books import open_ledger, reconcile_books, run_sync

    progress_made = run_sync(workspace, url, quiet)
    with workspace.ledger().connect() as connection:
        totals = summary(connection, workspace.cooperative_id)
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
        "blocks": progress_made.block + 1,
        "events": progress_made.events,
        "entries": totals.entries,
        "digest": open_ledger(workspace).digest(),
        "reconciled": found.agrees,
    }


def _serve(workspace: Workspace, url: str, port: int) -> None:
    """Serve the page while a sync follows the chain."""
    from koperasi.books import run_sync
    from koperasi.commands.serve import run

    follower = threading.Thread(target=run_sync, args=(workspace, url, True, True), daemon=True)
    follower.start()
    run({"network": workspace.name, "port": str(port)})
