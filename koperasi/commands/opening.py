"""koperasi opening-check, koperasi opening, koperasi opening-verify: saldo awal dari buku kertas"""

import json as json_text
from pathlib import Path
from typing import Annotated

import typer

from koperasi.errors import KoperasiError
from koperasi.output import JsonOption, NetworkOption, print_json, say
from koperasi.progress import progress
from koperasi.workspace import Workspace

FolderArgument = Annotated[Path, typer.Argument(help="Folder saldo awal. / Folder of opening balances.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("opening-check", help="Periksa saldo awal. / Check opening balances; send nothing.")(
        opening_check
    )
    app.command("opening", help="Buka saldo awal yang diputus rapat. / Send what a meeting adopted.")(opening)
    app.command("opening-verify", help="Cocokkan saldo awal di chain. / Hold the chain against a folder.")(
        opening_verify
    )


def opening_check(
    folder: FolderArgument,
    motion: Annotated[
        Path | None,
        typer.Option(help="Tulis mosi untuk meeting.json. / Write the motion for meeting.json."),
    ] = None,
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """Hold a folder against itself and the deployment: figures, and the hash that the meeting adopts."""
    from koperasi.office import opening_office

    with Workspace(network).rpc() as url:
        prepared = opening_office(Workspace(network), url)[1].prepare(folder)
    if motion is not None:
        put = {
            "id": 1,
            "kind": "RESOLUTION",
            "title": f"Saldo awal 0x{prepared.content.hex()[:16]}",
            "majority_bps": 6_667,
            "actions": [prepared.action],
        }
        motion.write_text(json_text.dumps(put, indent=2) + "\n", "utf-8")
    result = {
        "sequence": f"0x{prepared.sequence.hex()}",
        "content": f"0x{prepared.content.hex()}",
        "steps": len(prepared.steps),
        **prepared.figures,
    }
    if json:
        print_json(result)
        return
    for name, value in result.items():
        print(f"{name:<14} {value:>20,}" if isinstance(value, int) else f"{name:<14} {value}")


def opening(
    folder: FolderArgument,
    seal: Annotated[
        bool,
        typer.Option("--seal", help="Juga segel Treasury, setelah susulan. / Seal Treasury too, at the end."),
    ] = False,
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """Carry out what a decision adopted; a stopped run goes on, a second one changes nothing."""
    from koperasi.office import keyring, opening_office

    workspace = Workspace(network)
    with (
        workspace.lock("import"),
        workspace.rpc() as url,
        progress("Saldo awal / Opening", quiet=json) as bar,
    ):
        chain, office = opening_office(workspace, url)
        account = keyring(workspace, chain).officer("SEKRETARIS")
        chain.settle([account.address])
        prepared = office.read(folder)
        sent = office.send(prepared, account, seal, bar)
        left = len(prepared.steps) - office.state(prepared).done
    if json:
        print_json({"sent": sent, "left": left})
        return
    say(f"{sent} langkah dikirim, {left} tersisa", f"{sent} steps sent, {left} left")
    if left:
        say(
            "Buku harian susulan boleh bertanggal lama sampai: koperasi opening --seal",
            "Day books may be dated back until: koperasi opening --seal",
        )


def opening_verify(
    folder: FolderArgument, network: NetworkOption = "anvil", json: JsonOption = False
) -> None:
    """Whether the chain was opened with what the folder says, all of it and nothing else, by a decision."""
    from koperasi.office import opening_office

    workspace = Workspace(network)
    with workspace.rpc() as url:
        _, office = opening_office(workspace, url)
        prepared = office.read(folder)
        decided, differences = office.decided(prepared), office.differences(prepared)
    if json:
        print_json(
            {
                "sequence": f"0x{prepared.sequence.hex()}",
                "decided": [{"meeting": meeting, "motion": motion} for meeting, motion in decided],
                "differences": differences,
            }
        )
    else:
        for meeting, motion in decided:
            say(f"Diputus rapat {meeting}, mosi {motion}", f"Decided by meeting {meeting}, motion {motion}")
        for difference in differences:
            print(difference)
    if differences or not decided:
        raise KoperasiError(
            f"Saldo awal di chain berbeda dari folder: {len(differences)} perbedaan.",
            f"The opening on the chain differs from the folder: {len(differences)} differences.",
        )
    if not json:
        say("Saldo awal di chain sama dengan folder.", "The opening on the chain is what the folder says.")
