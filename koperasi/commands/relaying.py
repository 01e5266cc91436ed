"""koperasi relay-queue: what members gave the server is sent to the contracts"""

import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from koperasi.output import JsonOption, NetworkOption, print_json, say
from koperasi.workspace import Workspace

if TYPE_CHECKING:
    from backend.meetings.relaying import Relayed


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("relay-queue", help="Teruskan kiriman anggota. / Relay what members sent to the server.")(
        relay_queue
    )


def relay_queue(
    follow: Annotated[
        bool, typer.Option(help="Terus meneruskan sampai Ctrl-C. / Go on relaying until Ctrl-C.")
    ] = False,
    seconds: Annotated[
        int, typer.Option(min=1, help="Jeda dengan --follow. / Seconds between two runs with --follow.")
    ] = 15,
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """Relay members' orders in batches from the secretary's account; what a stopped run sent is taken up."""
    workspace = Workspace(network)
    while True:
        done = _run(workspace)
        if json:
            print_json({**asdict(done), "queue": dict(workspace.orders().counts())})
        elif done.accepted or done.refused or done.stopped or not follow:
            say(
                f"{done.accepted} diterima, {done.refused} ditolak, {len(done.transactions)} transaksi",
                f"{done.accepted} accepted, {done.refused} refused, {len(done.transactions)} transactions",
            )
            for reason in done.stopped:
                say(f"Satu kumpulan masih menunggu: {reason}", f"A batch still waits: {reason}")
        if not follow:
            return
        time.sleep(seconds)


def _run(workspace: Workspace) -> "Relayed":
    from backend.meetings.relaying import QueueRelay
    from koperasi.office import relaying

    with relaying(workspace) as (chain, sender, now):
        return QueueRelay(chain, sender, workspace.orders()).run(now)
