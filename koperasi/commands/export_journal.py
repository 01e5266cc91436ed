"""koperasi export-journal: the journal for hledger, ledger-cli and beancount."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from koperasi.output import NetworkOption


class Form(StrEnum):
    """Plain-text accounting formats."""

    HLEDGER = "hledger"
    BEANCOUNT = "beancount"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(help="Jurnal untuk hledger atau beancount. / The journal for hledger or beancount.")(
        export_journal
    )


def export_journal(
    form: Annotated[Form, typer.Option("--format", help="hledger, beancount")],
    output: Annotated[Path | None, typer.Option(help="Berkas. / File; standard output by default.")] = None,
    network: NetworkOption = "anvil",
) -> None:
    """Every entry with its lines, in the order of its number."""
    from backend.documents.charts import chart_finder
    from indexer.reports.journal_export import export_journal as export
    from indexer.reports.statements.amounts import BookAmounts
    from indexer.reports.statements.chart import NEWEST
    from koperasi.books import reading
    from koperasi.workspace import Workspace

    find = chart_finder(Workspace(network).documents())
    with reading(network) as (connection, cooperative_id):
        books = BookAmounts.on(connection, NEWEST, cooperative_id, find)
        stand = books.stand()
        if output is None:
            export(connection, form, books.chart, stand, sys.stdout, cooperative_id)
            return
        with output.open("w", encoding="utf-8", newline="\n") as file:
            export(connection, form, books.chart, stand, file, cooperative_id)
