"""koperasi declare-consensus, enter-paper-list, relay-orders: what happens beside the ballots"""

from pathlib import Path
from typing import Annotated

import typer

from koperasi.output import JsonOption, NetworkOption, print_json, say
from koperasi.workspace import Workspace


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("declare-consensus", help="Ketua menyatakan mufakat. / The chair declares consensus.")(
        declare_consensus
    )
    app.command("relay-orders", help="Teruskan keberatan, kuasa. / Relay objections, proxies.")(relay_orders)
    app.command("enter-paper-list", help="Catat daftar hadir kertas. / Enter a paper list.")(enter_paper_list)


def declare_consensus(
    meeting: Annotated[int, typer.Argument(help="Nomor rapat. / Number of the meeting.")],
    motion: Annotated[int, typer.Argument(help="Nomor usul. / Number of the motion.")],
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """It stands if nobody objects in time, no ballot is against and the call has the motion's quorum."""
    from backend.meetings.sitting import declare
    from koperasi.office import keyring

    workspace = Workspace(network)
    with workspace.lock("import"), workspace.rpc() as url:
        chain = workspace.chain(url)
        sent = declare(chain, keyring(workspace, chain), workspace.network.gas_cap, meeting, motion)
    if json:
        print_json({"transaction": sent})
    else:
        say(f"Mufakat dinyatakan: {sent}", f"Consensus declared: {sent}")


def enter_paper_list(
    meeting: Annotated[int, typer.Argument(help="Nomor rapat. / Number of the meeting.")],
    cid: Annotated[str, typer.Argument(help="CID daftar (document-add). / CID of the list.")],
    members: Annotated[Path, typer.Argument(help="CSV member_no. / CSV with member_no.")],
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """SEKRETARIS enters who signed on paper, PENGAWAS countersigns; who is there already is skipped."""
    from backend.documents.cid import Cid
    from backend.meetings.agenda import read_attendance
    from backend.meetings.sitting import enter
    from koperasi.office import keyring

    document, listed, workspace = Cid.parse(cid), read_attendance(members), Workspace(network)
    with workspace.lock("import"), workspace.rpc() as url:
        chain = workspace.chain(url)
        keys, gas_cap = keyring(workspace, chain, "PENGAWAS"), workspace.network.gas_cap
        sent = enter(chain, keys, gas_cap, meeting, document.digest, listed)
    if json:
        print_json({"members": len(listed), "transaction": sent})
    else:
        say(f"{len(listed)} anggota dicatat: {sent}", f"{len(listed)} members entered: {sent}")


def relay_orders(
    meeting: Annotated[int, typer.Argument(help="Nomor rapat. / Number of the meeting.")],
    file: Annotated[Path, typer.Argument(help="Satu perintah per baris, JSON. / An order a line, JSON.")],
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """Send what members signed, one transaction each, in the file's order; a refused one stops the rest."""
    from backend.meetings.signed import read_orders
    from koperasi.office import relaying

    calls = read_orders(file, meeting)
    with relaying(Workspace(network)) as (_, sender, _now):
        sent = [done.hash for call in calls for done in sender.send("BallotBox", [call])]
    if json:
        print_json({"orders": len(calls), "transactions": sent})
    else:
        say(f"{len(calls)} perintah diteruskan", f"{len(calls)} orders relayed")
