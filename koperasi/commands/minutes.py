"""koperasi minutes: a meeting's minutes, and the certificate of a motion's result"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from koperasi.books import reading
from koperasi.errors import UsageError
from koperasi.output import JsonOption, NetworkOption, print_json
from koperasi.workspace import Workspace

if TYPE_CHECKING:
    from backend.chain import Chain
    from backend.documents.cid import Cid


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(help="Berita acara rapat, petikan keputusan. / Minutes, or a motion's certificate.")(minutes)


def minutes(
    meeting: Annotated[int, typer.Argument(help="Nomor rapat. / Number of the meeting.")],
    motion: Annotated[
        int | None, typer.Option(help="Petikan usul ini saja. / The certificate of this motion.")
    ] = None,
    pdf: Annotated[Path | None, typer.Option(help="Tulis PDF ke berkas. / Write the PDF to a file.")] = None,
    record: Annotated[bool, typer.Option("--record", help="Catat di chain. / Record on the chain.")] = False,
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """Make the document from the books and keep it; with --record KETUA and SEKRETARIS sign its hash."""
    if record and motion is not None:
        raise UsageError(
            "--record mencatat berita acara, bukan petikan: hilangkan --motion.",
            "--record records minutes, no certificate: leave --motion out.",
        )
    workspace = Workspace(network)
    content, cid, recorded, final = keep(workspace, meeting, motion)
    if pdf is not None:
        pdf.write_bytes(content)
    result: dict[str, Any] = {
        "meeting": meeting,
        "hash": cid.digest.hex(),
        "cid": str(cid),
        "bytes": len(content),
        "recorded": recorded is not None and recorded == cid.digest,
    }
    if record:
        if not (final or workspace.network.development):
            raise UsageError(
                f"Rapat {meeting} belum final dalam buku: sinkronkan lagi nanti.",
                f"Meeting {meeting} is not final in the books yet: sync again later.",
            )
        with workspace.lock("import"), workspace.rpc() as url:
            result["transaction"] = record_on(workspace, workspace.chain(url), meeting, cid)
        result["recorded"] = True
    if json:
        print_json(result)
    else:
        for name, value in result.items():
            print(f"{name:12} {value}")


def keep(
    workspace: Workspace, meeting: int, motion: int | None = None
) -> "tuple[bytes, Cid, bytes | None, bool]":
    """Make a document and keep it: its bytes and CID, the hash recorded last, whether its block is final."""
    from backend.meetings.minutes import MinutesMaker
    from indexer.reports.ended_meetings import ended_meeting
    from indexer.reports.meetings import meeting_report

    with reading(workspace.name) as (connection, cooperative_id):
        ended = ended_meeting(connection, meeting, cooperative_id)
        told = meeting_report(connection, meeting, cooperative_id=cooperative_id).minutes
    content = MinutesMaker(workspace.cooperative).pdf(ended, motion)
    recorded = told.document if told else None
    return content, workspace.documents().add(content), recorded, ended.final


def record_on(workspace: Workspace, chain: "Chain", meeting: int, cid: "Cid") -> str:
    """Record minutes; the transaction."""
    from backend.meetings.recording import record_minutes
    from koperasi.office import keyring

    keys = keyring(workspace, chain)
    return record_minutes(chain, keys, workspace.network.gas_cap, meeting, cid.digest)
