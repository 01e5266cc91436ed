"""koperasi recount"""

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from koperasi.errors import UsageError
from koperasi.output import JsonOption, NetworkOption, print_json, say
from koperasi.progress import progress
from koperasi.workspace import Workspace

if TYPE_CHECKING:
    from recount.bundle import Bundle
    from recount.fetch import Reader, Where
    from recount.recount import Recounted

AddressOption = Annotated[str | None, typer.Option(help="0x + 40 hex")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        help="Hitung ulang rapat dari data mentah chain. / Count a meeting again from raw chain data."
    )(recount)


def recount(
    meeting: Annotated[int, typer.Argument(help="Nomor rapat. / Number of the meeting.")],
    rpc: Annotated[str | None, typer.Option(help="Endpoint, dipisah koma. / Endpoints, by commas.")] = None,
    rat: AddressOption = None,
    box: AddressOption = None,
    registry: AddressOption = None,
    authority: AddressOption = None,
    rp_id: Annotated[str | None, typer.Option(help="Domain passkey. / Domain of the passkeys.")] = None,
    from_block: Annotated[
        int | None, typer.Option(help="Blok pertama koperasi. / First block of the cooperative.")
    ] = None,
    bundle: Annotated[
        Path | None, typer.Option(help="Simpan data mentah. / Keep the raw data in a file.")
    ] = None,
    offline: Annotated[
        Path | None, typer.Option(help="Dari berkas data mentah. / From a file of raw data.")
    ] = None,
    views: Annotated[
        bool, typer.Option("--views", help="Bandingkan dengan kontrak. / Compare with the contract's views.")
    ] = False,
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """Count a meeting again. Exit code 1 if the chain's events (or views) say something else."""
    if offline and (rpc or views or bundle):
        raise UsageError(
            "--offline tidak memakai endpoint: tanpa --rpc, --views, dan --bundle.",
            "--offline uses no endpoint: leave out --rpc, --views and --bundle.",
        )
    if offline:
        report = _offline(offline, meeting, json)
    else:
        where = _where(network, rat, box, registry, authority, rp_id, from_block)
        report = _online(network, rpc, where, meeting, bundle, views, json)
    if json:
        print_json(report)
    else:
        _show(report)
    raise typer.Exit(1 if report["differences"] else 0)


def _offline(file: Path, meeting: int, quiet: bool) -> dict[str, Any]:
    from recount.bundle import read_bundle

    found = read_bundle(file)
    if found.meeting != meeting:
        raise UsageError(
            f"{file} berisi rapat {found.meeting}, bukan {meeting}.",
            f"{file} holds meeting {found.meeting}, not {meeting}.",
        )
    return _count(found, None, quiet).report


def _online(
    network: str,
    rpc: str | None,
    where: "Where",
    meeting: int,
    file: Path | None,
    views: bool,
    quiet: bool,
) -> dict[str, Any]:
    from indexer.chain.rpc import Endpoint
    from recount.bundle import write_bundle
    from recount.fetch import Reader
    from recount.views import compare_views

    workspace = Workspace(network)
    with nullcontext(rpc) if rpc else workspace.rpc() as urls:
        limit = workspace.network.range_limit
        endpoints = [Endpoint(url.strip(), range_limit=limit) for url in urls.split(",")]
        reader = Reader(endpoints, where.chain_id)
        try:
            with progress("Membaca / Reading", quiet) as bar:
                raw = reader.bundle(where, meeting, lambda what, done, total: bar(done, total, what))
            counted = _count(raw, reader, quiet)
            if file:
                write_bundle(counted.bundle, file)
                say(f"Data mentah ada di {file}", f"The raw data is in {file}")
            if views:
                found = compare_views(reader, counted.bundle, counted.report)
                counted.report["differences"] += [each.plain() for each in found]
            return counted.report
        finally:
            reader.close()


def _count(raw: "Bundle", reader: "Reader | None", quiet: bool) -> "Recounted":
    from recount.recount import recount as count_again

    with progress("Tanda tangan / Signatures", quiet) as bar:
        return count_again(raw, lambda done, total: bar(done, total, ""), reader and reader.wallets)


def _where(
    network: str,
    rat: str | None,
    box: str | None,
    registry: str | None,
    authority: str | None,
    rp_id: str | None,
    from_block: int | None,
) -> "Where":
    """Where the cooperative is: as the options say, the rest from the deployment file."""
    from recount.fetch import Where

    workspace = Workspace(network)
    given = (rat, box, registry, authority, rp_id, from_block)
    contracts: dict[str, Any] = {}
    parameters: dict[str, Any] = {}
    if None in given:
        contracts, parameters = workspace.deployment["contracts"], workspace.deployment["parameters"]
    first = from_block if from_block is not None else contracts["Authority"]["block"]
    return Where(
        chain_id=workspace.network.chain_id,
        rat=_address(rat or contracts["RAT"]["address"]),
        box=_address(box or contracts["BallotBox"]["address"]),
        registry=_address(registry or contracts["MemberRegistry"]["address"]),
        authority=_address(authority or contracts["Authority"]["address"]),
        rp_id=rp_id or parameters["rp_id"],
        first_block=first,
    )


def _address(text: str) -> str:
    from eth_utils import is_address

    if not is_address(text):
        raise UsageError(f"{text} bukan alamat.", f"{text} is no address.")
    return text.lower()


def _show(report: dict[str, Any]) -> None:
    from recount.findings import WORDS

    print(f"Rapat / Meeting {report['meeting']}, blok / block {report['block']}")
    print(f"Terdaftar / On the roll   {report['eligible']}")
    for name, title in (("first_call", "Panggilan 1 / Call 1"), ("second_call", "Panggilan 2 / Call 2")):
        call = report[name]
        if call:
            quorum = "kuorum / quorate" if call["quorate"] else "tidak kuorum / not quorate"
            print(
                f"{title:26}{call['present']} hadir / present, perlu / needed {call['needed']}: {quorum}; "
                f"{call['paper']} daftar kertas / on paper; {call['ballots']} suara / ballots"
            )
    for number, motion in report["motions"].items():
        votes = "  ".join(f"{name} {motion[name]}" for name in ("FOR", "AGAINST", "ABSTAIN"))
        print(f"{number:>4}  {motion['outcome']:<12}{votes}")
    for number, election in report["elections"].items():
        votes = "  ".join(f"#{member}: {count}" for member, count in election["votes"].items())
        elected = ", ".join(f"#{member}" for member in election["elected"]) or "-"
        print(f"{number:>4}  {election['outcome']:<12}{votes}  terpilih / elected: {elected}")
    for refused in report["rejected"]:
        print(f"ditolak / refused: surat / paper {refused['row']}, {refused['reason']}")
    for each in report["by_contract"]:
        print(f"diperiksa kontrak / checked by contract: #{each['member']} {each['transaction']}")
    for each in report["differences"]:
        details = "  ".join(f"{name} {value}" for name, value in each.items() if name != "kind")
        print(f"BEDA / DIFFERENCE {each['kind']}: {' / '.join(WORDS[each['kind']])}  {details}")
    if not report["differences"]:
        print("Tidak ada perbedaan dengan chain. / No difference from the chain.")
