"""koperasi ratios, limits, health, health-table, calendar: what supervisors ask."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from koperasi.books import reading
from koperasi.output import CsvOption, JsonOption, NetworkOption, day_of, plain, print_json
from koperasi.printing import HtmlOption, PdfOption, write_printed
from koperasi.showing import books_on, give, show

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
    app.command(help="Penilaian kesehatan, dua peraturan. / Health score under two regulations.")(health)
    app.command(help="Kalender kewajiban setahun. / The dated duties of a year.")(calendar)
    app.command("health-table", help="Periksa tabel penilaian. / Check a table for the score.")(health_table)


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


def health(
    as_of: AsOfOption,
    network: NetworkOption = "anvil",
    as_csv: CsvOption = False,
    json: JsonOption = False,
    facts: FactsOption = False,
    xlsx: XlsxOption = None,
    pdf: PdfOption = None,
    html: HtmlOption = None,
) -> None:
    """Both scores by the tables and answers that were adopted; what is not configured has no points."""
    from backend.documents.charts import chart_finder
    from indexer.reports.supervision.health import health_scores
    from indexer.reports.supervision.health_tables import health_tables
    from koperasi.workspace import Workspace

    day = day_of(as_of)
    find = chart_finder(Workspace(network).documents())

    def made(connection: "Connection", mine: int) -> Any:
        return health_scores(books_on(network, connection, mine, day), day, find)

    tell(network, made, health_tables, Forms(as_csv, json, facts, xlsx, pdf, html))


def health_table(
    table: Annotated[Path, typer.Argument(help="Tabel penilaian, JSON. / Table of the score, JSON.")],
    answers: Annotated[
        Path | None, typer.Option(help="Jawaban kuesioner, JSON. / Answers to its questions, JSON.")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option(help="YYYY-MM-DD: hitung seandainya berlaku. / The score as if adopted.")
    ] = None,
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """Whether a table and answers are sound, under which keys and hashes to adopt them, and what they would
    give on a day."""
    from indexer.reports.supervision.figures import FiguresOn
    from indexer.reports.supervision.health import ANSWERS_KEY, TABLE_KEY, HealthScores, given_of, score
    from indexer.reports.supervision.health_tables import health_tables
    from indexer.reports.supervision.score_table import read_table
    from rules.types import WibDay

    day = WibDay(0) if as_of is None else day_of(as_of)
    content = table.read_bytes()
    regime = read_table(content).regime
    given = given_of(content, None if answers is None else answers.read_bytes(), day)
    files = ((TABLE_KEY, given.table_file), (ANSWERS_KEY, given.answers_file))
    adopt = {f"{key}{regime.name}": file.hash.hex() for key, file in files if file is not None}
    found = None
    if as_of is not None:
        with reading(network) as (connection, cooperative_id):
            books = books_on(network, connection, cooperative_id, day)
            found = HealthScores(day, (score(FiguresOn(books, day), regime, given),), books.stand())
    if json:
        print_json({"regime": regime.name, "adopt": adopt, "score": plain(found)})
        return
    for key, file_hash in adopt.items():
        print(f"{key:30} 0x{file_hash}")
    if found is not None:
        show(health_tables(found))


def calendar(
    year: Annotated[int, typer.Option(min=2000, max=2999, help="YYYY")],
    as_of: Annotated[
        str | None, typer.Option(help="YYYY-MM-DD: hari penilaian. / The day that states are of.")
    ] = None,
    holidays: Annotated[
        Path | None, typer.Option(help="CSV dengan kolom day. / CSV with a column day.")
    ] = None,
    network: NetworkOption = "anvil",
    as_csv: CsvOption = False,
    json: JsonOption = False,
    facts: FactsOption = False,
    xlsx: XlsxOption = None,
    pdf: PdfOption = None,
    html: HtmlOption = None,
) -> None:
    """What was due in a year, done or not by the books, and cash that calls for an LTKT."""
    from indexer.reports.meetings import book_time
    from indexer.reports.supervision.duties import calendar as report
    from indexer.reports.supervision.duty_tables import duty_tables
    from indexer.reports.supervision.holidays import read_holidays
    from rules.calendar import day_of_timestamp

    given = None if holidays is None else read_holidays(holidays.read_bytes())
    wanted = None if as_of is None else day_of(as_of)

    def made(connection: "Connection", mine: int) -> Any:
        day = wanted or day_of_timestamp(book_time(connection, mine))
        return report(books_on(network, connection, mine, day), year, day, given)

    tell(network, made, duty_tables, Forms(as_csv, json, facts, xlsx, pdf, html))


def tell(
    network: str,
    make: "Callable[[Connection, int], Any]",
    tables: "Callable[[Any], Notes]",
    forms: Forms,
) -> None:
    """A report of a network's books in the forms that were asked for; on the screen if in none."""
    from backend.prints.reports import body_of
    from koperasi.workspace import Workspace

    printed = write_printed(
        network, lambda books, mine: body_of(tables(make(books, mine))), forms.pdf, forms.html
    )
    if printed:
        return
    with reading(network) as (connection, cooperative_id):
        found = make(connection, cooperative_id)
    give(
        tables(found),
        Workspace(network).cooperative,
        as_csv=forms.csv,
        json=forms.json,
        xlsx=forms.xlsx,
        facts=forms.facts,
        told=found,
    )
