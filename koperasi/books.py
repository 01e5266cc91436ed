"""Syncing, rebuilding and reconciling a network's books."""

import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from koperasi.progress import Bar, progress
from koperasi.workspace import Workspace

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from indexer.config import Settings
    from indexer.ledger.journal import Ledger
    from indexer.reconcile import Reconciliation
    from indexer.sync import Progress, Sync


def open_ledger(workspace: Workspace) -> "Ledger":
    """The books of the workspace."""
    from indexer.ledger.journal import Ledger

    return Ledger(workspace.ledger(), workspace.cooperative_id)


@contextmanager
def reading(network: str) -> "Iterator[tuple[Connection, int]]":
    """One read transaction over the ledger of a network, and the cooperative in it."""
    workspace = Workspace(network)
    engine = workspace.ledger()
    try:
        with engine.connect() as connection:
            yield connection, workspace.cooperative_id
    finally:
        engine.dispose()


def run_sync(workspace: Workspace, url: str, quiet: bool, follow: bool = False) -> "Progress":
    """One sync of the workspace's ledger, with a bar; SIGTERM ends it in order."""
    return sync_with(workspace.settings(url), "Indeks / Index", quiet, follow)


def sync_with(settings: "Settings", title: str, quiet: bool, follow: bool = False) -> "Progress":
    """One sync as `settings` say."""
    from indexer.ledger.database import open_engine
    from indexer.sync import Sync

    engine = open_engine(settings.ledger_url)
    with progress(title, quiet) as bar:
        runner = Sync.of(settings, engine, on_progress=lambda now: _move(bar, now))
        _stop_on_signals(runner)
        try:
            return runner.run(follow)
        finally:
            engine.dispose()


def rebuilt_digest(workspace: Workspace, url: str, quiet: bool) -> tuple[str, int]:
    """The digest of books computed anew from the chain, beside the workspace's own, and their last block."""
    from indexer.ledger.database import open_engine
    from indexer.ledger.journal import Ledger

    settings = workspace.settings(url)
    with tempfile.TemporaryDirectory(prefix="koperasi-rebuild-") as folder:
        beside = replace(settings, ledger_url=f"sqlite:///{Path(folder) / 'ledger.sqlite'}")
        block = sync_with(beside, "Hitung ulang / Rebuild", quiet).block
        engine = open_engine(beside.ledger_url)
        try:
            return Ledger(engine, settings.cooperative_id).digest(), block
        finally:
            engine.dispose()


def reconcile_books(
    workspace: Workspace, url: str, quiet: bool, block: int | None = None
) -> "Reconciliation":
    """Compare books and chain at `block`.

    The last final block if not given; on a development chain the last block in the books, since a chain that
    was started again knows no past state.
    """
    from indexer.chain.rpc import Endpoints
    from indexer.reconcile import Reconciler

    settings = workspace.settings(url)
    engine = workspace.ledger()
    if block is None and workspace.network.development:
        cursor = open_ledger(workspace).cursor()
        block = None if cursor is None else cursor.block_number
    try:
        with progress("Cocokkan / Reconcile", quiet) as bar:
            endpoints = Endpoints(settings.endpoints(), settings.network.chain_id)
            endpoints.check(settings.network.revertible_depth)
            reconciler = Reconciler(
                engine,
                endpoints,
                workspace.deployment,
                settings.cooperative_id,
                on_progress=lambda stage, done, of: bar(done, of, stage),
            )
            return reconciler.run(block)
    finally:
        engine.dispose()


def _move(bar: Bar, now: "Progress") -> None:
    bar(now.block, now.head, f"{now.events} log")


def _stop_on_signals(runner: "Sync") -> None:
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda *_: runner.stop())
