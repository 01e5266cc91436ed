"""koperasi statement: every statement and book, on the screen, as CSV, JSON, facts or workbook."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from koperasi.errors import UsageError
from koperasi.output import CsvOption, JsonOption, NetworkOption, day_of
from koperasi.printing import HtmlOption, PdfOption, write_printed
from koperasi.showing import books_on, give

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from backend.prints.content import Body
    from indexer.reports.statements.catalogue import Wanted
    from indexer.reports.statements.structs import Report, Span
    from rules.types import Channel


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

    wanted = Wanted(name, _span(as_of, from_, to), account, _channel(channel))
    if write_printed(network, _body(network, wanted), pdf, html):
        return
    found, cooperative = _report(network, wanted)
    give(found, cooperative, as_csv=as_csv, json=json, xlsx=xlsx, facts=facts)


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
    from indexer.reports.statements.catalogue import report

    return report(books_on(network, connection, cooperative_id, wanted.span.to_day), wanted)


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
