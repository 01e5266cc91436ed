"""koperasi petition, sign-petition, convene-petition: a meeting that members ask for"""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from koperasi.commands.convening import ConsentsOption, consents_of
from koperasi.output import JsonOption, NetworkOption, print_json, say
from koperasi.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Mapping

CONVENER: Final = "BENDAHARA"
"""Pays for the notice: an account that may not convene by its own office."""
FileArgument = Annotated[Path, typer.Argument(help="Berkas petisi. / The petition's file.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(help="Buat petisi untuk rapat. / Make a petition for a meeting.")(petition)
    app.command("sign-petition", help="Teruskan tanda tangan petisi. / Relay a petition's signatures.")(
        sign_petition
    )
    app.command("convene-petition", help="Undang rapat atas petisi. / Convene by petition.")(convene_petition)


def petition(
    agenda: Annotated[Path, typer.Argument(help="Berkas meeting.json. / The file meeting.json.")],
    file: FileArgument,
    consents: ConsentsOption = None,
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """Make the notice of an agenda and keep it; members sign for its hash. Nothing is sent."""
    from backend.meetings.agenda import read_agenda
    from backend.meetings.notice import Convening
    from backend.meetings.petition import petition_of
    from koperasi.office import keyring

    told, workspace = read_agenda(agenda), Workspace(network)
    with workspace.lock("import"), workspace.rpc() as url:
        chain = workspace.chain(url)
        given = consents_of(workspace, chain, keyring(workspace, chain), told, consents)
        made = petition_of(chain, Convening(chain, workspace.first_block).notice(told, given))
    made.keep(file)
    cid = str(workspace.documents().add(told.text))
    _print(
        {"notice": f"0x{made.notice_hash.hex()}", "documents": f"0x{told.documents.hex()}", "cid": cid}, json
    )


def sign_petition(
    file: FileArgument,
    signatures: Annotated[
        Path, typer.Argument(help="Satu tanda tangan per baris, JSON. / A signature a line, JSON.")
    ],
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """Send members' signatures in batches; bad ones are skipped. The first starts the petition's 180 days."""
    from backend.meetings.petition import read_petition, support
    from backend.meetings.signed import read_signatures
    from koperasi.office import relaying

    records = [paper.packed() for paper in read_signatures(signatures)]
    with relaying(Workspace(network)) as (chain, sender, _now):
        asked = read_petition(file, chain)
        batches = list(sender.relay_to("signPetition", (asked.notice_hash,), records))
        found = support(chain, asked)
    refused = [{**asdict(each), "reason": each.reason.name} for batch in batches for each in batch.refused]
    if json:
        print_json({**found._asdict(), "transactions": len(batches), "refused": refused})
        return
    say(
        f"{found.signatures} dari {found.needed} tanda tangan, {len(refused)} ditolak",
        f"{found.signatures} of {found.needed} signatures, {len(refused)} refused",
    )
    for each in refused:
        print(f"{each['member']:>10} {each['reason']}")


def convene_petition(
    file: FileArgument,
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """Send the notice that enough members signed for. Anyone may; here the treasurer's account does."""
    from backend.meetings.petition import read_petition
    from backend.meetings.relay import Sender
    from koperasi.office import keyring

    workspace = Workspace(network)
    with workspace.lock("import"), workspace.rpc() as url:
        chain = workspace.chain(url)
        sender = Sender(chain, keyring(workspace, chain).officer(CONVENER), workspace.network.gas_cap)
        chain.settle([sender.address])
        chain.reach(chain.time)
        (sent,) = sender.send("RAT", [("convene", (read_petition(file, chain).fields(chain),))])
    _print({"transaction": sent.hash}, json)


def _print(result: "Mapping[str, Any]", json: bool) -> None:
    if json:
        print_json(result)
        return
    for name, value in result.items():
        print(f"{name:12} {value}")
