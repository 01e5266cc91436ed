"""koperasi convene-meeting, koperasi relay-papers, koperasi carry-out: a meeting on any network"""

from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from koperasi.errors import UsageError
from koperasi.output import JsonOption, NetworkOption, print_json, say
from koperasi.workspace import Workspace

if TYPE_CHECKING:
    from backend.chain import Chain
    from backend.keyring import Keyring
    from backend.meetings.agenda import Agenda
    from backend.meetings.notice import Consents

ConsentsOption = Annotated[
    Path | None, typer.Option(help="Persetujuan calon, JSON. / The candidates' consents, JSON.")
]


class Papers(StrEnum):
    """What a file of papers holds."""

    BALLOTS = "ballots"
    CHECK_INS = "check-ins"


class Convener(StrEnum):
    """Whose key sends the notice."""

    KETUA = "KETUA"
    SEKRETARIS = "SEKRETARIS"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("convene-meeting", help="Undang rapat anggota. / Convene a members' meeting.")(
        convene_meeting
    )
    app.command("relay-papers", help="Teruskan suara atau hadir. / Relay ballots or check-ins.")(relay_papers)
    app.command("carry-out", help="Jalankan keputusan rapat. / Carry out a meeting's decisions.")(carry_out)


def convene_meeting(
    agenda: Annotated[Path, typer.Argument(help="Berkas meeting.json. / The file meeting.json.")],
    consents: ConsentsOption = None,
    office: Annotated[Convener, typer.Option(help="Pengirim. / Who sends.")] = Convener.KETUA,
    check: Annotated[bool, typer.Option("--check", help="Jangan kirim. / Send nothing.")] = False,
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """Send the notice of an agenda; with --check only say what the candidates of each election consent to."""
    from backend.meetings.agenda import read_agenda
    from backend.meetings.notice import Convening
    from backend.meetings.relay import Sender
    from koperasi.office import keyring

    told, workspace = read_agenda(agenda), Workspace(network)
    with workspace.lock("import"), workspace.rpc() as url:
        chain = workspace.chain(url)
        convening = Convening(chain, workspace.first_block)
        elections = {number: f"0x{word.hex()}" for number, word in convening.elections(told).items()}
        result: dict[str, Any] = {"documents": f"0x{told.documents.hex()}", "elections": elections}
        if not check:
            keys = keyring(workspace, chain)
            result["cid"] = str(workspace.documents().add(told.text))
            notice = convening.notice(told, consents_of(workspace, chain, keys, told, consents))
            chain.reach(chain.time)
            sender = Sender(chain, keys.officer(office), workspace.network.gas_cap)
            (sent,) = sender.send("RAT", [("convene", (notice,))])
            result["transaction"] = sent.hash
    if json:
        print_json(result)
    else:
        for name, value in result.items():
            print(f"{name:12} {value}")


def relay_papers(
    meeting: Annotated[int, typer.Argument(help="Nomor rapat. / Number of the meeting.")],
    file: Annotated[Path, typer.Argument(help="Satu surat per baris, JSON. / A paper a line, JSON.")],
    kind: Annotated[Papers, typer.Option(help="ballots, check-ins")] = Papers.BALLOTS,
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """Send papers that members signed, in the file's order and in batches; bad ones are skipped."""
    from backend.meetings.signed import read_papers
    from koperasi.office import relaying

    records = [paper.packed() for paper in read_papers(file, meeting)]
    function = "cast" if kind is Papers.BALLOTS else "checkIn"
    with relaying(Workspace(network)) as (_, sender, _now):
        batches = list(sender.relay(function, meeting, records))
    refused = [
        {**asdict(each), "reason": each.reason.name, "transaction": batch.transaction}
        for batch in batches
        for each in batch.refused
    ]
    if json:
        print_json({"papers": len(records), "transactions": len(batches), "refused": refused})
        return
    say(f"{len(records)} surat, {len(refused)} ditolak", f"{len(records)} papers, {len(refused)} refused")
    for each in refused:
        print(f"{each['member']:>10} {each['reason']}")


def carry_out(
    meeting: Annotated[int, typer.Argument(help="Nomor rapat. / Number of the meeting.")],
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """Carry out what passed and is due. Anyone may, once; here the secretary's account does."""
    from backend.meetings.decisions import Decisions
    from koperasi.office import relaying

    workspace = Workspace(network)
    with relaying(workspace) as (chain, sender, now):
        decisions = Decisions(chain, workspace.first_block)
        waiting = [each for each in decisions.passed(meeting) if not each.carried_out]
        due = [each for each in waiting if each.due_at <= now]
        done = {each.motion: decisions.carry_out(each, sender) for each in due}
    later = {each.motion: each.due_at for each in waiting if each.motion not in done}
    if json:
        print_json({"carried_out": done, "later": later})
        return
    for motion, transaction in done.items():
        print(f"{motion:>3}  {transaction}")
    say(f"{len(done)} dijalankan, {len(later)} menunggu", f"{len(done)} carried out, {len(later)} wait")


def consents_of(
    workspace: Workspace, chain: "Chain", keys: "Keyring", agenda: "Agenda", file: Path | None
) -> "Consents":
    """Those of the file; on a development network without one, made up here."""
    from backend.meetings.notice import MadeUpConsents, candidates_of
    from backend.meetings.orders import MeetingOrders
    from backend.meetings.signed import GivenConsents, read_consents

    if file is not None:
        return read_consents(file, agenda)
    if not candidates_of(agenda):
        return GivenConsents([])
    if not workspace.network.development:
        raise UsageError(
            "Sebutkan persetujuan para calon dengan --consents.",
            "Name the candidates' consents by --consents.",
        )
    orders = MeetingOrders(chain, keys, workspace.deployment["parameters"]["rp_id"])
    orders.load(candidates_of(agenda))
    return MadeUpConsents(orders, keys)
