"""koperasi schedule, koperasi end-month"""

import sys
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from koperasi.books import reading
from koperasi.errors import KoperasiError, UsageError
from koperasi.output import (
    CsvOption,
    JsonOption,
    NetworkOption,
    Right,
    day_of,
    month_of,
    print_json,
    print_table,
    rupiah,
    say,
)
from koperasi.workspace import Workspace

if TYPE_CHECKING:
    from rules.amortization import Instalment
    from rules.preview import Preview


class Method(StrEnum):
    """How interest and principal are laid out over the months."""

    FLAT = "FLAT"
    DECLINING = "DECLINING"
    ANNUITY = "ANNUITY"
    BULLET = "BULLET"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(help="Jadwal angsuran: pinjaman, atau simulasi. / Instalments of a loan, or a preview.")(
        schedule
    )
    app.command(help="Akhiri bulan dalam pembukuan. / End a month in the books.")(end_month)


def schedule(
    loan: Annotated[int | None, typer.Argument(help="Nomor pinjaman. / Number of the loan.")] = None,
    principal: Annotated[int | None, typer.Option(help="Rupiah.")] = None,
    rate_bps: Annotated[int | None, typer.Option(help="Basis poin setahun. / Basis points a year.")] = None,
    months: Annotated[int | None, typer.Option(help="1 - 360")] = None,
    method: Annotated[Method | None, typer.Option(help="Metode. / Method.")] = None,
    disbursed_on: Annotated[
        str | None, typer.Option("--from", help="Hari cair, YYYY-MM-DD. / Day of the payout.")
    ] = None,
    grace: Annotated[int, typer.Option(help="Bulan jasa saja. / Months of interest only.")] = 0,
    unit: Annotated[int, typer.Option(help="Kelipatan angsuran: 1, 10, ... / Multiple of instalments.")] = 1,
    fee: Annotated[int, typer.Option(help="Potongan di muka, rupiah. / Fee at payout, rupiah.")] = 0,
    network: NetworkOption = "anvil",
    as_csv: CsvOption = False,
    json: JsonOption = False,
) -> None:
    """The instalments of a loan by its terms, or of terms that nobody agreed on yet."""
    draft = (principal, rate_bps, months, method, disbursed_on)
    if (loan is None) == (draft == (None,) * 5):
        raise _one_of_the_two()
    if loan is not None:
        instalments, cost = _agreed(loan, network), None
    else:
        if principal is None or rate_bps is None or months is None or method is None or disbursed_on is None:
            raise _one_of_the_two()
        day = day_of(disbursed_on)
        cost = _draft(principal, rate_bps, months, method, day, grace, unit, fee)
        instalments = cost.instalments
    _show(instalments, cost, as_csv, json)


def end_month(
    month: Annotated[str, typer.Argument(help="YYYY-MM")],
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """Interest that is due and the allowance follow in the books. Anyone may, once, when it is over."""
    from backend.chain import Call
    from koperasi.office import outbox
    from rules.calendar import day_of_timestamp, first_day, month_text
    from rules.types import Month

    wanted, workspace = month_of(month), Workspace(network)
    with workspace.lock("import"), workspace.rpc() as url:
        chain = workspace.chain(url)
        sender = outbox(workspace, chain)
        chain.settle(sender.senders)
        (ended,) = chain.call_many([Call("Books", "lastEndedMonth", ())])
        if wanted != ended + 1:
            next_one = month_text(Month(ended + 1))
            raise UsageError(
                f"Bulan berakhir satu per satu: yang berikut {next_one}.",
                f"Months end one after the other: the next is {next_one}.",
            )
        if chain.follow(day_of_timestamp(chain.time)) < first_day(Month(wanted + 1)):
            raise UsageError(f"{month} belum lewat.", f"{month} is not over yet.")
        sent = sender.end_month(wanted)
    if not sent.succeeded:
        raise KoperasiError(f"Transaksi gagal: {sent.hash}", f"The transaction failed: {sent.hash}")
    if json:
        print_json({"month": month, "transaction": sent.hash})
    else:
        say(f"{month} diakhiri", f"{month} ended")


def _agreed(loan: int, network: str) -> "Sequence[Instalment]":
    from indexer.reports.schedules import schedule as report
    from rules.types import LoanNumber

    with reading(network) as (connection, cooperative_id):
        return report(connection, LoanNumber(loan), cooperative_id)


def _draft(
    principal: int, rate_bps: int, months: int, method: Method, day: Any, grace: int, unit: int, fee: int
) -> "Preview":
    from rules.amortization import LoanTerms
    from rules.preview import UNITS, preview
    from rules.types import BasisPoints, LoanMethod, Rupiah

    if unit not in UNITS:
        listed = ", ".join(map(str, UNITS))
        raise UsageError(f"--unit {unit}: pilih {listed}.", f"--unit {unit}: choose {listed}.")
    try:
        terms = LoanTerms(
            Rupiah(principal),
            BasisPoints(rate_bps),
            months,
            LoanMethod[method],
            day,
            grace_months=grace,
            rounding_exponent=UNITS.index(unit),
        )
        return preview(terms, Rupiah(fee))
    except ValueError as error:
        raise UsageError(
            f"Syarat ini tidak dapat menjadi pinjaman: {error}",
            f"No loan can be made of these terms: {error}",
        ) from error


def _show(instalments: "Sequence[Instalment]", cost: "Preview | None", as_csv: bool, json: bool) -> None:
    from indexer.reports.schedules import COLUMNS, schedule_csv
    from rules.calendar import day_text

    if as_csv:
        sys.stdout.write(schedule_csv(instalments))
        return
    rows = [(i.number, day_text(i.due_on), i.principal, i.interest) for i in instalments]
    if json:
        listed = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
        costs = cost and {
            "total_interest": cost.total_interest,
            "effective_rate_bps": cost.effective_rate_bps,
            "within_rate_cap": cost.within_rate_cap,
        }
        print_json({"instalments": listed, **costs} if costs else listed)
        return
    print_table(
        (Right("ke / no."), "jatuh tempo / due", Right("pokok / principal"), Right("jasa / interest")), rows
    )
    if cost is not None:
        whole, part = divmod(cost.effective_rate_bps, 100)
        print(f"jasa / interest {rupiah(cost.total_interest)}, efektif / effective {whole}.{part:02}%")
        if not cost.within_rate_cap:
            say("Di atas batas jasa 24% menurun: ditolak", "Above the cap of 24% declining: refused")


def _one_of_the_two() -> UsageError:
    return UsageError(
        "Sebutkan nomor pinjaman, atau --principal, --rate-bps, --months, --method, dan --from.",
        "Name a loan's number, or --principal, --rate-bps, --months, --method and --from.",
    )
