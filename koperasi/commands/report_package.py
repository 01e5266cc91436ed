"""koperasi report-package: a month for ministry and OJK, as one workbook and one document of facts."""

import json as to_json
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import typer

from koperasi.books import reading
from koperasi.output import JsonOption, NetworkOption, month_of, print_json, say


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("report-package", help="Paket laporan bulanan. / The report package of a month.")(
        report_package
    )


def report_package(
    month: Annotated[str, typer.Option(help="YYYY-MM")],
    out: Annotated[Path, typer.Option(help="Folder hasil; dibuat bila perlu. / Folder for the files.")],
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """Statements, collectibility, ratios, health, limits: the same books, the same bytes. No official form is
    followed."""
    from backend.documents.charts import chart_finder
    from indexer.reports.supervision import package as packages
    from koperasi.workspace import Workspace

    wanted, workspace = month_of(month), Workspace(network)
    with reading(network) as (connection, cooperative_id):
        made = packages.report_package(
            connection, wanted, cooperative_id, chart_finder(workspace.documents())
        )
    cooperative = workspace.cooperative
    text = to_json.dumps(packages.package_facts(made, cooperative), ensure_ascii=False, indent=1)
    files = {
        f"report-package-{month}.xlsx": packages.package_workbook(made, cooperative),
        f"report-package-{month}.json": f"{text}\n".encode(),
    }
    out.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (out / name).write_bytes(content)
    if not made.ended:
        say(
            f"Akhir bulan {month} belum dibukukan: angka masih dapat berubah.",
            f"The end of {month} is not booked yet: figures can still change.",
        )
    say(packages.NO_FORM.id, packages.NO_FORM.en)
    hashes = {name: sha256(content).hexdigest() for name, content in files.items()}
    if json:
        print_json({"month": month, "ended": made.ended, "closed": made.closed, "files": hashes})
        return
    for name, told in hashes.items():
        print(f"{told}  {out / name}")
