"""The figures of a close by the books, and months closed one after the other."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from koperasi.books import run_sync
from koperasi.errors import KoperasiError
from koperasi.progress import progress
from koperasi.workspace import Workspace

if TYPE_CHECKING:
    from backend.chain import Chain
    from backend.office.closing import Close
    from indexer.ledger.closes import CloseFigures
    from rules.claims import ClaimsTree
    from rules.types import Month, WibDay


def close_of(workspace: Workspace, through: "WibDay") -> "Close":
    """The figures of the period by the books as they stand. KoperasiError if the month was not ended, or an
    entry of them may still go away."""
    from backend.office.closing import Close

    figures, claims, final = _figures(workspace, through)
    if figures.entries > final and not workspace.network.development:
        raise KoperasiError(
            f"Jurnal {final + 1} sampai {figures.entries} belum final: coba lagi beberapa menit lagi.",
            f"Entries {final + 1} to {figures.entries} are not final yet: try again in some minutes.",
        )
    return Close(through, *figures, claims.root, claims.total)


def _figures(workspace: Workspace, through: "WibDay") -> "tuple[CloseFigures, ClaimsTree, int]":
    """What the books give, the tree of the members' claims, and how many entries are final."""
    from indexer.ledger.closes import MonthNotEndedError, figures
    from indexer.ledger.journal import Ledger

    engine = workspace.ledger()
    try:
        cursor = Ledger(engine, workspace.cooperative_id).cursor()
        with engine.connect() as connection:
            found = figures(connection, through, workspace.cooperative_id)
            claims = workspace.claims().prepare(connection, through).tree
    except MonthNotEndedError as error:
        indonesian, english = str(error).split(" / ")
        raise KoperasiError(indonesian, english) from error
    finally:
        engine.dispose()
    return found, claims, cursor.final_entries if cursor else 0


def close_months(
    workspace: Workspace, url: str, chain: "Chain", months: "Iterable[Month]", quiet: bool
) -> int:
    """Close ended months by the keys that are here, one after the other; how many events were synced.

    The books are brought to the head first, and again after each year's end, whose close posts entries.
    """
    from backend.office.closing import close_period
    from koperasi.office import keyring
    from rules.calendar import ends_year, last_day, month_text

    wanted = list(months)
    keys = keyring(workspace, chain, "PENGAWAS")
    synced = run_sync(workspace, url, quiet).events
    with progress("Tutup buku / Close", quiet) as bar:
        for done, month in enumerate(wanted, 1):
            through = last_day(month)
            sent = close_period(chain, keys, close_of(workspace, through))
            if not sent.succeeded:
                raise KoperasiError(f"Transaksi gagal: {sent.hash}", f"The transaction failed: {sent.hash}")
            if ends_year(through):
                synced += run_sync(workspace, url, quiet=True).events
            bar(done, len(wanted), month_text(month))
    return synced
