"""Reports on the screen, and the books they are made from."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from koperasi.output import Right, percent, plain, points, print_json, print_table, say

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from indexer.reports.statements.amounts import BookAmounts
    from indexer.reports.statements.structs import Listing, Notes, Report, Statement
    from rules.types import WibDay

_INDENT = "  "


def books_on(network: str, connection: "Connection", cooperative_id: int, day: "WibDay") -> "BookAmounts":
    """The books of a network under the chart that is in force on `day`; says so if its file is missing."""
    from backend.documents.charts import chart_finder
    from indexer.reports.statements.amounts import BookAmounts
    from koperasi.workspace import Workspace

    chart_of = chart_finder(Workspace(network).documents())
    books = BookAmounts.on(connection, day, cooperative_id, chart_of)
    if not books.chart.complete:
        say(
            f"Berkas bagan akun {books.chart.hash.hex()} tidak ada di sini; dipakai bagan bawaan. Tambahkan "
            "dengan: koperasi document-add FILE.",
            f"The chart {books.chart.hash.hex()} is not at hand; the house's own is used. Add it with: "
            "koperasi document-add FILE.",
        )
    return books


def give(
    report: "Report",
    cooperative: str,
    *,
    as_csv: bool,
    json: bool,
    xlsx: Path | None,
    facts: bool = False,
    told: object = None,
) -> None:
    """A report as it was asked for: into a workbook's file; as facts, JSON or CSV; else on the screen. `told`
    is what JSON says, if that is more than the report."""
    if xlsx is not None:
        from indexer.reports.statements.workbook import workbook

        xlsx.write_bytes(workbook(report, cooperative))
    if facts:
        from indexer.reports.statements.forms import facts as facts_of

        print_json(facts_of(report, cooperative))
    elif json:
        print_json(plain(report if told is None else told))
    elif as_csv:
        from indexer.reports.statements.forms import report_csv

        sys.stdout.write(report_csv(report))
    elif xlsx is None:
        show(report)


def show(report: "Report") -> None:
    """Print a report in both languages, its tables one below the other."""
    from indexer.reports.statements.structs import Listing, Statement

    if isinstance(report, Statement):
        _statement(report)
    elif isinstance(report, Listing):
        _listing(report)
    else:
        _notes(report)


def _statement(report: "Statement") -> None:
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


def _listing(report: "Listing") -> None:
    from indexer.reports.statements.structs import AMOUNTS, PARTS
    from rules.calendar import day_text
    from rules.types import WibDay

    def told(kind: str, cell: str | int | None) -> str | int | None:
        if cell is None:
            return "n/a" if kind == "share" else None
        if kind in AMOUNTS:
            return cell
        if kind in PARTS:
            return percent(int(cell))
        if kind == "points":
            return points(int(cell))
        return day_text(WibDay(int(cell))) if kind == "day" else str(cell)

    shown = [at for at, field in enumerate(report.fields) if not field.name.endswith("_en")]
    fields = [report.fields[at] for at in shown]
    headings = [f"{field.label.id} / {field.label.en}" for field in fields]
    rows = [[told(report.fields[at].kind, row[at]) for at in shown] for row in report.rows]
    summed = any(total is not None for total in report.totals)
    sums = [
        None if report.totals[at] is None else told(report.fields[at].kind, report.totals[at]) for at in shown
    ]
    totals = [["Jumlah / Total", *sums[1:]]] if summed else []
    columns = [
        Right(heading) if field.kind in {*AMOUNTS, *PARTS, "points"} else heading
        for field, heading in zip(fields, headings, strict=True)
    ]
    print_table(columns, [*rows, *totals], f"{report.title.id} / {report.title.en}")
    for remark in report.remarks:
        print(f"{remark.id} / {remark.en}")


def _notes(report: "Notes") -> None:
    print(f"{report.title.id} / {report.title.en}")
    for note in report.notes:
        print(f"\n{note.number}. {note.title.id} / {note.title.en}")
        for words in note.paragraphs:
            print(f"{words.id}\n{words.en}")
        for table in note.tables:
            _listing(table)
