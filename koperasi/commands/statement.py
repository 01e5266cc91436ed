"""koperasi statement: every statement and book, on the screen, as CSV, JSON, facts or workbook."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from koperasi.errors import UsageError
from koperasi.output import (
    CsvOption,
    JsonOption,
    NetworkOption,
    Right,
    day_of,
    plain,
    print_json,
    print_table,
    say,
)
from koperasi.printing import HtmlOption, PdfOption, write_printed

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from backend.prints.content import Body
    from indexer.reports.statements.catalogue import Wanted
    from indexer.reports.statements.structs import Listing, Notes, Report, Span, Statement
    from rules.types import Channel

_INDENT = "  "


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(help="Laporan keuangan dan buku-buku. / Financial statements and books.")(statement)


def statement(
    name: Annotated[str, typer.Argument(help="position, surplus, cash-flows-direct, equity, notes, ...")],
    as_of: Annotated[str | None, typer.Option(help="YYYY-MM-DD: 1 Januari sampai hari itu.")] = None,
    from_: Annotated[str | None, typer.Option("--from", help="YYYY-MM-DD")] = None,
    to: Annotated[str | None, typer.Option(help="YYYY-MM-DD")] = None,
    account: Annotated[int | None, typer.Option(help="Akun buku besar. / Account of a ledger.")] = None,
    channel: Annotated[str | None, typer.Option(help="KAS, BANK, STABLECOIN")] = None,
    network: NetworkOption = "anvil",
    as_csv: CsvOption = False,
    json: JsonOption = False,
    facts: Annotated[
        bool, typer.Option("--facts", help="Fakta ala XBRL. / Facts in the manner of XBRL.")
    ] = False,
    xlsx: Annotated[
        Path | None, typer.Option(help="Buku kerja dengan rumus. / Workbook with formulas, into this file.")
    ] = None,
    pdf: PdfOption = None,
    html: HtmlOption = None,
) -> None:
    """A statement of a period, beside the period before and the year before."""
    from indexer.reports.statements.catalogue import Wanted
    from indexer.reports.statements.forms import facts as facts_of
    from indexer.reports.statements.forms import report_csv

    wanted = Wanted(name, _span(as_of, from_, to), account, _channel(channel))
    if write_printed(network, _body(network, wanted), pdf, html):
        return
    found, cooperative = _report(network, wanted)
    if xlsx is not None:
        from indexer.reports.statements.workbook import workbook

        xlsx.write_bytes(workbook(found, cooperative))
    if facts:
        print_json(facts_of(found, cooperative))
    elif json:
        print_json(plain(found))
    elif as_csv:
        sys.stdout.write(report_csv(found))
    elif xlsx is None:
        _show(found)


def _body(network: str, wanted: "Wanted") -> "Callable[[Connection, int], Body]":
    from backend.prints.reports import body_of

    return lambda connection, cooperative_id: body_of(_found(network, connection, cooperative_id, wanted))


def _report(network: str, wanted: "Wanted") -> "tuple[Report, str]":
    """The report from the books of a network, under the chart that was adopted there; the cooperative."""
    from koperasi.books import reading
    from koperasi.workspace import Workspace

    with reading(network) as (connection, cooperative_id):
        found = _found(network, connection, cooperative_id, wanted)
    return found, Workspace(network).cooperative


def _found(network: str, connection: "Connection", cooperative_id: int, wanted: "Wanted") -> "Report":
    from backend.documents.charts import chart_finder
    from indexer.reports.statements.amounts import BookAmounts
    from indexer.reports.statements.catalogue import report
    from koperasi.workspace import Workspace

    chart_of = chart_finder(Workspace(network).documents())
    books = BookAmounts.on(connection, wanted.span.to_day, cooperative_id, chart_of)
    found = report(books, wanted)
    if not books.chart.complete:
        say(
            f"Berkas bagan akun {books.chart.hash.hex()} tidak ada di sini; dipakai bagan bawaan. Tambahkan "
            "dengan: koperasi document-add FILE.",
            f"The chart {books.chart.hash.hex()} is not at hand; the house's own is used. Add it with: "
            "koperasi document-add FILE.",
        )
    return found


def _span(as_of: str | None, from_: str | None, to: str | None) -> "Span":
    from indexer.reports.statements.periods import year_to
    from indexer.reports.statements.structs import Span

    if as_of is not None and from_ is None and to is None:
        return year_to(day_of(as_of))
    if as_of is None and from_ is not None and to is not None:
        return Span(day_of(from_), day_of(to))
    raise UsageError(
        "Sebutkan --as-of HARI, atau --from HARI --to HARI.", "Say --as-of DAY, or --from DAY --to DAY."
    )


def _channel(name: str | None) -> "Channel | None":
    from rules.types import Channel

    if name is None:
        return None
    try:
        return Channel[name]
    except KeyError:
        names = ", ".join(channel.name for channel in Channel)
        raise UsageError(
            f"Saluran {name} tidak ada. Yang ada: {names}.", f"No channel {name}. There are: {names}."
        ) from None


def _show(report: "Report") -> None:
    from indexer.reports.statements.structs import Listing, Statement

    if isinstance(report, Statement):
        _show_statement(report)
    elif isinstance(report, Listing):
        _show_listing(report)
    else:
        _show_notes(report)


def _show_statement(report: "Statement") -> None:
    columns = [Right(f"{column.label.id} / {column.label.en}") for column in report.columns]
    empty = ("",) * len(columns)
    print_table(
        (" ", "catatan / note", *columns),
        (
            (f"{_INDENT * row.level}{row.label.id} / {row.label.en}", row.note, *(row.amounts or empty))
            for row in report.rows
        ),
        f"{report.title.id} / {report.title.en}",
    )
    for remark in report.remarks:
        print(f"{remark.id} / {remark.en}")


def _show_listing(report: "Listing") -> None:
    from indexer.reports.statements.structs import AMOUNTS
    from rules.calendar import day_text

    def told(kind: str, cell: str | int | None) -> str | int | None:
        if cell is None or kind in AMOUNTS:
            return cell
        return day_text(cell) if kind == "day" else str(cell)  # type: ignore[arg-type]

    shown = [at for at, field in enumerate(report.fields) if field.name != "title_en"]
    fields = [report.fields[at] for at in shown]
    headings = [f"{field.label.id} / {field.label.en}" for field in fields]
    rows = [[told(report.fields[at].kind, row[at]) for at in shown] for row in report.rows]
    total = ["Jumlah / Total", *(report.totals[at] for at in shown[1:])]
    columns = [
        Right(heading) if field.kind in AMOUNTS else heading
        for field, heading in zip(fields, headings, strict=True)
    ]
    print_table(columns, [*rows, total], f"{report.title.id} / {report.title.en}")
    for remark in report.remarks:
        print(f"{remark.id} / {remark.en}")


def _show_notes(report: "Notes") -> None:
    print(f"{report.title.id} / {report.title.en}")
    for note in report.notes:
        print(f"\n{note.number}. {note.title.id} / {note.title.en}")
        for words in note.paragraphs:
            print(f"{words.id}\n{words.en}")
        for table in note.tables:
            _show_listing(table)
