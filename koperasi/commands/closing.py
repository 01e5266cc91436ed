"""koperasi close-month, koperasi closes"""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from koperasi.books import reading, reconcile_books, run_sync
from koperasi.closing import close_of
from koperasi.errors import KoperasiError, UsageError
from koperasi.output import JsonOption, NetworkOption, Right, month_of, plain, print_json, print_table, say
from koperasi.workspace import Workspace

if TYPE_CHECKING:
    from backend.chain import Chain
    from backend.office.closing import Close
    from rules.types import Month


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("close-month", help="Tutup buku satu bulan. / Close the books of a month.")(close_month)
    app.command(help="Tutup buku yang tercatat di chain. / Closes on the chain.")(closes)


def close_month(
    month: Annotated[str, typer.Argument(help="YYYY-MM")],
    check: Annotated[bool, typer.Option("--check", help="Jangan kirim. / Send nothing.")] = False,
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """BENDAHARA and PENGAWAS attest the month's figures, and nothing is booked into it any more.

    The books are brought to the head and compared with the contracts; the figures are computed from them, and
    the tree of the members' claims is made (`koperasi claims`). Nothing is sent if an entry of the month is
    not final yet, or anything differs.
    """
    from rules.calendar import last_day

    wanted = month_of(month)
    through, workspace = last_day(wanted), Workspace(network)
    with workspace.lock("import"), workspace.rpc() as url:
        chain = workspace.chain(url)
        _check_turn(chain, wanted)
        run_sync(workspace, url, quiet=json)
        _check_reconciled(workspace, url, json)
        close = close_of(workspace, through)
        sent = None if check else _send(workspace, url, chain, close)
    told = {**close._asdict(), "through": month_day(through)}
    result: dict[str, Any] = {
        name: f"0x{each.hex()}" if isinstance(each, bytes) else each for name, each in told.items()
    }
    if sent is not None:
        result["transaction"] = sent
    if json:
        print_json(result)
        return
    for name, value in result.items():
        print(f"{name:20} {value}")
    if sent is not None:
        say(f"{month} ditutup", f"{month} closed")


def closes(network: NetworkOption = "anvil", json: JsonOption = False) -> None:
    """Every close and reopening, its figures computed again. Exit code 1 if a close that is not what the
    books give."""
    from indexer.reports.closes import closed_periods

    with reading(network) as (connection, cooperative_id):
        periods = closed_periods(connection, cooperative_id)
    if json:
        print_json([{**plain(each), "agrees": each.agrees} for each in periods])
    else:
        print_table(
            ("s.d. / through", "", Right("jurnal / entries"), "akar / root", "cocok / agrees", "final"),
            [
                (
                    month_day(each.through) if each.through else "-",
                    _CHANGES[each.change] + (" *" if each.year_end else ""),
                    "" if each.entries is None else str(each.entries),
                    "" if each.ledger_root is None else each.ledger_root.hex()[:16],
                    "ya / yes" if each.agrees else "TIDAK / NO",
                    "ya / yes" if each.final else "belum / not yet",
                )
                for each in periods
            ],
        )
        for each in periods:
            for one in each.differences:
                print(f"BEDA / DIFFERS {month_day(each.through)} {one.figure}: {one.attested} != {one.found}")
    lies = sum(not each.agrees for each in periods)
    if lies:
        raise KoperasiError(
            f"{lies} tutup buku tidak sama dengan pembukuan. Hanya RAT yang dapat membukanya lagi "
            "(Treasury.reopenAfter).",
            f"{lies} closes are not what the books give. Only a RAT can open them again "
            "(Treasury.reopenAfter).",
        )


_CHANGES = {"CLOSED": "ditutup / closed", "REOPENED": "dibuka lagi / reopened"}


def month_day(day: int) -> str:
    """A WIB day as YYYY-MM-DD."""
    from rules.calendar import day_text
    from rules.types import WibDay

    return day_text(WibDay(day))


def _check_turn(chain: "Chain", month: "Month") -> None:
    from backend.office.closing import standing
    from rules.calendar import month_of_day, month_text
    from rules.types import Month, WibDay

    ended, closed = standing(chain)
    if month > ended:
        told = month_text(month)
        raise UsageError(
            f"{told} belum diakhiri. Jalankan: koperasi end-month {told}",
            f"{told} was not ended yet. Run: koperasi end-month {told}",
        )
    expected = month_of_day(WibDay(closed + 1)) if closed else month
    if month != expected:
        told = month_text(Month(expected))
        raise UsageError(
            f"Bulan ditutup satu per satu: yang berikut {told}.",
            f"Months are closed one after the other: the next is {told}.",
        )


def _check_reconciled(workspace: Workspace, url: str, quiet: bool) -> None:
    found = reconcile_books(workspace, url, quiet)
    if not found.agrees:
        raise KoperasiError(
            f"{len(found.differences)} perbedaan antara pembukuan dan chain. Periksa: koperasi reconcile",
            f"{len(found.differences)} differences between books and chain. Look: koperasi reconcile",
        )


def _send(workspace: Workspace, url: str, chain: "Chain", close: "Close") -> str:
    """Send it, unless the books moved on since the figures were computed; the transaction."""
    from backend.office.closing import close_period
    from koperasi.office import keyring

    keys = keyring(workspace, chain, "PENGAWAS")
    run_sync(workspace, url, quiet=True)
    if close_of(workspace, close.through) != close:
        raise KoperasiError(
            "Jurnal bulan itu bertambah selama diperiksa: jalankan lagi.",
            "Entries of the month came in while it was checked: run it again.",
        )
    sent = close_period(chain, keys, close)
    if not sent.succeeded:
        raise KoperasiError(f"Transaksi gagal: {sent.hash}", f"The transaction failed: {sent.hash}")
    return sent.hash
