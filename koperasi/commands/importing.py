"""koperasi import, koperasi rejects"""

import csv
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from koperasi.output import CsvOption, JsonOption, NetworkOption, print_json, say
from koperasi.progress import progress
from koperasi.workspace import Workspace


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(
        "import",
        help="Impor buku harian; baris salah ditolak, yang lain jalan. / Import a folder of day books.",
    )(import_folder)
    app.command(help="Baris yang ditolak dan alasannya. / Refused rows and their reasons.")(rejects)


def import_folder(
    folder: Annotated[Path, typer.Argument(help="Folder buku harian. / Folder of day books.")],
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """Import a folder: once is enough, twice changes nothing, a stopped run goes on."""
    from koperasi.office import importer

    workspace = Workspace(network)
    with workspace.lock("import"), workspace.rpc() as url, progress("Impor / Import", quiet=json) as bar:
        report = importer(workspace, workspace.chain(url)).run(folder, bar)
    for warning in report.warnings:
        print(warning, file=sys.stderr)
    if json:
        print_json(asdict(report))
        return
    say(
        f"{report.accepted} diterima, {report.refused} ditolak, {report.waiting} menunggu tanda tangan, "
        f"{report.known} sudah ada sebelumnya",
        f"{report.accepted} accepted, {report.refused} refused, {report.waiting} waiting, {report.known} old",
    )
    for reject in workspace.office().rejects():
        print(f"{reject.source} {reject.ref}: {reject.reason}")


def rejects(network: NetworkOption = "anvil", as_csv: CsvOption = False, json: JsonOption = False) -> None:
    """List refused rows: slips in order, then payroll by month and row."""
    rows = [asdict(reject) for reject in Workspace(network).office().rejects()]
    if json:
        print_json(rows)
    elif as_csv:
        writer = csv.DictWriter(sys.stdout, ("source", "ref", "reason"))
        writer.writeheader()
        writer.writerows(rows)
    else:
        for row in rows:
            print(f"{row['source']:24}{row['ref']:24}{row['reason']}")
