"""koperasi claims, claim-destroy, capture, bundle: what a close attests of claims, and proofs of it"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from koperasi.books import reading
from koperasi.errors import UsageError
from koperasi.output import JsonOption, NetworkOption, day_of, print_json, rupiah, say
from koperasi.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from rules.types import WibDay
    from verifier.bundle import Bundle

ThroughOption = Annotated[
    str | None,
    typer.Option(help="Hari terakhir tutup buku, YYYY-MM-DD; kosong: terakhir. / Last day of the close."),
]
MemberArgument = Annotated[int, typer.Argument(min=1, help="Nomor anggota. / Number of the member.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(
        help="Susun daftar simpanan anggota untuk tutup buku. / Make the tree of members' claims for a close."
    )(claims)
    app.command("claim-destroy", help="Musnahkan garam anggota. / Destroy a member's salts.")(claim_destroy)
    app.command(help="Simpan bukti sebuah tutup buku. / Keep what proves a close.")(capture)
    app.command(help="Buat bundel bukti. / Make a bundle of proofs.")(bundle)


def claims(
    through: Annotated[str, typer.Option(help="Hari terakhir, YYYY-MM-DD. / Last day, YYYY-MM-DD.")],
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """Root and sum of the claims that a close through this day attests. Made once; asked again it is the
    same."""
    day = day_of(through)
    with reading(network) as (connection, _):
        prepared = Workspace(network).claims().prepare(connection, day)
    tree = prepared.tree
    if json:
        print_json(
            {
                "through": through,
                "entries": prepared.entries,
                "members": prepared.members,
                "claims_root": f"0x{tree.root.hex()}",
                "claims_total": str(tree.total),
            }
        )
        return
    print(f"akar / root      0x{tree.root.hex()}")
    print(f"jumlah / total   {rupiah(tree.total)}")
    say(
        f"{prepared.members} anggota, {prepared.entries} jurnal",
        f"{prepared.members} members, {prepared.entries} entries",
    )


def claim_destroy(member: MemberArgument, network: NetworkOption = "anvil") -> None:
    """Destroy a member's salts of all closes: no proof of their claims can be made again, nor tied to the
    leaves."""
    from rules.types import MemberNumber

    count = Workspace(network).claims().destroy(MemberNumber(member))
    say(f"{count} garam dimusnahkan", f"{count} salts were destroyed")


def capture(
    through: ThroughOption = None,
    block: Annotated[
        int | None,
        typer.Option(help="Blok jumlah kontrak; kosong: blok tutup buku. / Block of the contracts' totals."),
    ] = None,
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """Read from the chain what proves a close: its log, attestations, contracts' totals; check it and keep
    it."""
    from indexer.capture import capture as capture_close
    from indexer.chain.rpc import Endpoints
    from rules.calendar import day_text

    workspace = Workspace(network)
    with workspace.rpc() as url:
        settings = workspace.settings(url)
        endpoints = Endpoints(settings.endpoints(), settings.network.chain_id)
        engine = workspace.ledger()
        try:
            endpoints.check(settings.network.revertible_depth)
            kept = capture_close(engine, endpoints, _day(through), block, settings.cooperative_id)
        finally:
            engine.dispose()
            endpoints.close()
    if json:
        print_json({**kept._asdict(), "through": day_text(kept.through)})
    else:
        say(
            f"Bukti tutup buku {day_text(kept.through)} (blok {kept.block}) disimpan: {kept.size} bita",
            f"proof of the close of {day_text(kept.through)} (block {kept.block}) was kept: "
            f"{kept.size} bytes",
        )


def bundle(
    kind: Annotated[str, typer.Argument(help="entry, claim, consistency, state, solvency")],
    number: Annotated[
        int | None,
        typer.Argument(min=1, help="Nomor jurnal atau anggota. / Number of the entry or the member."),
    ] = None,
    through: ThroughOption = None,
    old: Annotated[
        str | None, typer.Option(help="Tutup buku yang lama, YYYY-MM-DD. / The older close.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Berkas; kosong: layar. / File, else the screen.")] = None,
    network: NetworkOption = "anvil",
) -> None:
    """Make a bundle that `koperasi verify` checks, from the books and what `koperasi capture` kept."""
    from verifier.bundle import KINDS, encode

    if kind == "share":
        raise UsageError(
            "share: koperasi prove-share ANGGOTA --year TAHUN --bundle BERKAS.",
            "share: koperasi prove-share MEMBER --year YEAR --bundle FILE.",
        )
    if kind not in KINDS:
        raise UsageError(f"{kind}: pilih {', '.join(KINDS)}.", f"{kind}: choose one of {', '.join(KINDS)}.")
    make = _maker(kind, number, _day(through), _day(old))
    with reading(network) as (connection, cooperative_id):
        content = encode(make(connection, cooperative_id, Workspace(network)))
    if out is None:
        sys.stdout.buffer.write(content)
    else:
        out.write_bytes(content)


def _maker(
    kind: str, number: int | None, through: "WibDay | None", old: "WibDay | None"
) -> "Callable[[Connection, int, Workspace], Bundle]":
    """How a bundle of this kind is made. UsageError if what it is of is missing."""
    from indexer.reports import bundles
    from rules.types import MemberNumber

    if kind in ("entry", "claim"):
        if number is None:
            raise UsageError(f"{kind}: sebutkan nomornya.", f"{kind}: name its number.")
        if kind == "entry":
            return lambda connection, mine, _: bundles.entry_bundle(connection, number, through, mine)
        return lambda connection, mine, workspace: workspace.claims().bundle(
            connection, bundles.captured_close(connection, through, mine), MemberNumber(number)
        )
    if kind == "consistency":
        if old is None:
            raise UsageError("consistency: sebutkan --old.", "consistency: name --old.")
        return lambda connection, mine, _: bundles.consistency_bundle(connection, old, through, mine)
    if kind == "state":
        return lambda connection, mine, _: bundles.state_bundle(connection, through, mine)
    return lambda connection, mine, _: bundles.solvency_bundle(connection, through, mine)


def _day(text: str | None) -> "WibDay | None":
    return None if text is None else day_of(text)
