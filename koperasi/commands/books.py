"""koperasi sync, koperasi rebuild"""

import signal
from typing import TYPE_CHECKING, Annotated

import typer

from koperasi.output import JsonOption, NetworkOption, print_json, say
from koperasi.progress import Bar, progress
from koperasi.workspace import Workspace

if TYPE_CHECKING:
    from indexer.sync import Progress, Sync


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(help="Bawa pembukuan sampai ujung chain. / Bring the books to the head of the chain.")(sync)
    app.command(
        help="Hitung ulang pembukuan dari chain dan bandingkan. / Compute the books anew and compare digests."
    )(rebuild)


def sync(
    network: NetworkOption = "anvil",
    follow: Annotated[bool, typer.Option(help="Terus ikuti. / Stay and follow.")] = False,
    json: JsonOption = False,
) -> None:
    """Fetch, prove, decode and post what the chain has and the books have not."""
    workspace = Workspace(network)
    with workspace.rpc() as url:
        result = run_sync(workspace, url, quiet=json, follow=follow)
    ledger = open_ledger(workspace)
    if json:
        print_json({"block": result.block, "floor": result.floor, "digest": ledger.digest()})
    else:
        say(f"Pembukuan sampai blok {result.block}", f"The books stand at block {result.block}")


def rebuild(network: NetworkOption = "anvil", json: JsonOption = False) -> None:
    """Compute the books anew beside the old ones; equal digests say that they are the same, byte for byte.

    The new books take the old ones' place only where those were behind or damaged; exit code 1 tells that they
    differed at the same block.
    """
    workspace = Workspace(network)
    old = open_ledger(workspace)
    before, stood = old.digest(), old.cursor()
    with workspace.rpc() as url:
        after, block = rebuild_books(workspace, url, quiet=json)
    same = before == after
    if json:
        print_json({"digest": after, "digest_before": before, "same": same, "block": block})
    else:
        say(f"Digest {after}", f"{'the same as before' if same else f'before: {before}'}")
    if not same and stood is not None and stood.block_number == block:
        raise typer.Exit(1)


def run_sync(workspace: Workspace, url: str, quiet: bool, follow: bool = False) -> "Progress":
    """One sync of the workspace's ledger, with a bar; Ctrl-C and SIGTERM end it in order."""
    from indexer.sync import Sync

    with progress("Indeks / Index", quiet) as bar:
        engine = workspace.ledger()
        runner = Sync.of(workspace.settings(url), engine, on_progress=lambda now: _move(bar, now))
        _stop_on_signals(runner)
        try:
            return runner.run(follow)
        finally:
            engine.dispose()


def _move(bar: Bar, now: "Progress") -> None:
    bar(now.block, now.head, f"{now.events} log")


def _stop_on_signals(runner: "Sync") -> None:
    import threading

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda *_: runner.stop())
