"""koperasi sync, koperasi rebuild, koperasi reconcile"""

from typing import Annotated

import typer

from koperasi.books import open_ledger, rebuilt_digest, reconcile_books, run_sync
from koperasi.errors import KoperasiError
from koperasi.output import JsonOption, NetworkOption, plain, print_json, rupiah, say
from koperasi.workspace import Workspace


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(help="Bawa pembukuan sampai ujung chain. / Bring the books to the head of the chain.")(sync)
    app.command(
        help="Hitung ulang buku dari chain, bandingkan digest. / Compute the books anew, compare digests."
    )(rebuild)
    app.command(help="Cocokkan pembukuan dengan kontrak. / Compare the books with the contracts.")(reconcile)


def sync(
    network: NetworkOption = "anvil",
    follow: Annotated[bool, typer.Option(help="Terus ikuti. / Stay and follow.")] = False,
    json: JsonOption = False,
) -> None:
    """Fetch, prove, decode and post what the chain has and the books have not."""
    workspace = Workspace(network)
    with workspace.rpc() as url:
        result = run_sync(workspace, url, quiet=json, follow=follow)
    if json:
        digest = open_ledger(workspace).digest()
        print_json({"block": result.block, "floor": result.floor, "events": result.events, "digest": digest})
    else:
        say(f"Pembukuan sampai blok {result.block}", f"The books stand at block {result.block}")


def rebuild(network: NetworkOption = "anvil", json: JsonOption = False) -> None:
    """Compute the books anew beside the old ones: equal digests say that they are the same, byte for byte.

    Exit code 1 if they differ at the same block; the old books are left as they are, for a look.
    """
    workspace = Workspace(network)
    ledger = open_ledger(workspace)
    kept, cursor = ledger.digest(), ledger.cursor()
    with workspace.rpc() as url:
        digest, block = rebuilt_digest(workspace, url, quiet=json)
    same = digest == kept
    if json:
        print_json({"digest": digest, "kept": kept, "same": same, "block": block})
    else:
        print(f"digest {digest}")
        say("sama dengan pembukuan tersimpan" if same else f"tersimpan: {kept}", f"the same: {same}")
    if not same and cursor is not None and cursor.block_number == block:
        raise KoperasiError(
            f"Pembukuan tersimpan ({kept}) berbeda dari chain. Periksa: koperasi reconcile. Untuk memulai "
            "ulang, pindahkan basis data ledger lalu jalankan koperasi sync.",
            f"The books kept ({kept}) differ from the chain. Look: koperasi reconcile. To start anew, move "
            "the ledger database away and run koperasi sync.",
        )


def reconcile(
    network: NetworkOption = "anvil",
    block: Annotated[
        int | None,
        typer.Option(help="Blok; bila kosong final terakhir. / Block, else the last final one."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Compare control accounts by storage proof, members, loans and meetings by call, the rest by re-reading.

    Exit code 1 if anything differs.
    """
    workspace = Workspace(network)
    with workspace.rpc() as url:
        found = reconcile_books(workspace, url, json, block)
    if json:
        print_json({**plain(found), "reconciled": found.agrees})
    else:
        for control in found.controls:
            print(
                f"{control.account:<6}{control.name:<32}{rupiah(control.book):>24}{rupiah(control.chain):>24}"
            )
        say(
            f"Blok {found.block}: {found.members} anggota, {found.loans} pinjaman, {found.meetings} rapat, "
            f"{found.logs} log, {found.entries} jurnal",
            f"block {found.block}: {found.members} members, {found.loans} loans, {found.meetings} meetings, "
            f"{found.logs} logs, {found.entries} entries",
        )
        for each in found.differences:
            print(f"BEDA / DIFFERS {each.subject} {each.key}: buku/book {each.book}, chain {each.chain}")
    if not found.agrees:
        raise KoperasiError(
            f"{len(found.differences)} perbedaan antara pembukuan dan chain.",
            f"{len(found.differences)} differences between books and chain.",
        )
