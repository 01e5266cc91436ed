"""koperasi ratios, koperasi limits: what supervisors ask of a day."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from koperasi.books import reading
from koperasi.output import CsvOption, JsonOption, NetworkOption, day_of, plain, print_json
from koperasi.printing import HtmlOption, PdfOption, write_printed
from koperasi.showing import books_on, show

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from indexer.reports.statements.structs import Notes

AsOfOption = Annotated[str, typer.Option(help="YYYY-MM-DD")]
FactsOption = Annotated[bool, typer.Option("--facts", help="Fakta ala XBRL. / Facts in the manner of XBRL.")]
XlsxOption = Annotated[
    Path | None, typer.Option(help="Buku kerja dengan rumus. / Workbook with formulas, into this file.")
]


class Forms(NamedTuple):
    """The forms that a command was asked for."""

    csv: bool
    json: bool
    facts: bool
    xlsx: Path | None
    pdf: Path | None
    html: Path | None


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(help="Rasio keuangan pada suatu hari. / Financial ratios on a day.")(ratios)
    app.command(help="Batas pinjaman: terkait, terbesar. / Limits: related parties, largest.")(limits)


def ratios(
    as_of: AsOfOption,
    network: NetworkOption = "anvil",
    as_csv: CsvOption = False,
    json: JsonOption = False,
    facts: FactsOption = False,
    xlsx: XlsxOption = None,
    pdf: PdfOption = None,
    html: HtmlOption = None,
) -> None:
    """Every ratio with numerator and denominator, and the accounts that make them."""
    from indexer.reports.supervision.ratio_tables import ratio_tables
    from indexer.reports.supervision.ratios import ratios as report

    day = day_of(as_of)

    def made(connection: "Connection", mine: int) -> Any:
        return report(books_on(network, connection, mine, day), day)

    tell(network, made, ratio_tables, Forms(as_csv, json, facts, xlsx, pdf, html))


def limits(
    as_of: AsOfOption,
    network: NetworkOption = "anvil",
    largest: Annotated[
        int, typer.Option(min=1, max=200, help="Banyaknya peminjam terbesar. / How many largest borrowers.")
    ] = 10,
    as_csv: CsvOption = False,
    json: JsonOption = False,
    facts: FactsOption = False,
    xlsx: XlsxOption = None,
    pdf: PdfOption = None,
    html: HtmlOption = None,
) -> None:
    """What related parties and the largest borrowers owe, against equity and limits."""
    from indexer.reports.supervision.limit_tables import limit_tables
    from indexer.reports.supervision.limits import limits as report

    day = day_of(as_of)

    def made(connection: "Connection", mine: int) -> Any:
        return report(books_on(network, connection, mine, day), day, largest)

    tell(network, made, limit_tables, Forms(as_csv, json, facts, xlsx, pdf, html))


def tell(
    network: str,
    make: "Callable[[Connection, int], Any]",
    tables: "Callable[[Any], Notes]",
    forms: Forms,
) -> None:
    """A report of a network's books in the forms that were asked for; on the screen if in none."""
    from backend.prints.reports import body_of
    from indexer.reports.statements.forms import facts as facts_of
    from indexer.reports.statements.forms import report_csv
    from koperasi.workspace import Workspace

    printed = write_printed(
        network, lambda books, mine: body_of(tables(make(books, mine))), forms.pdf, forms.html
    )
    if printed:
        return
    with reading(network) as (connection, cooperative_id):
        found = make(connection, cooperative_id)
    cooperative = Workspace(network).cooperative
    if forms.xlsx is not None:
        from indexer.reports.statements.workbook import workbook

        forms.xlsx.write_bytes(workbook(tables(found), cooperative))
    if forms.facts:
        print_json(facts_of(tables(found), cooperative))
    elif forms.json:
        print_json(plain(found))
    elif forms.csv:
        sys.stdout.write(report_csv(tables(found)))
    elif forms.xlsx is None:
        show(tables(found))
