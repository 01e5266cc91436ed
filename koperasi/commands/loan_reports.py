"""koperasi instalment-card, koperasi ageing, koperasi outstanding, koperasi exposure"""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from koperasi.books import reading
from koperasi.output import (
    CsvOption,
    JsonOption,
    NetworkOption,
    Right,
    day_of,
    percent,
    plain,
    print_json,
    print_table,
    rupiah,
)
from koperasi.printing import HtmlOption, PdfOption, write_printed

if TYPE_CHECKING:
    from indexer.reports.ageing import AgeingRow
    from indexer.reports.exposure import Exposure
    from indexer.reports.instalment_card import InstalmentCard

LoanArgument = Annotated[int, typer.Argument(help="Nomor pinjaman. / Number of the loan.")]
AsOfOption = Annotated[str, typer.Option(help="YYYY-MM-DD")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(help="Kartu angsuran sebuah pinjaman. / The instalment card of a loan.")(instalment_card)
    app.command(help="Umur pinjaman dan kolektibilitas. / Loans by how late they are.")(ageing)
    app.command(help="Sisa pokok pada akhir hari. / Principal outstanding at the end of a day.")(outstanding)
    app.command(help="Pinjaman anggota atau kelompok. / What a member or a group owes.")(exposure)


def instalment_card(
    loan: LoanArgument,
    network: NetworkOption = "anvil",
    as_csv: CsvOption = False,
    json: JsonOption = False,
    pdf: PdfOption = None,
    html: HtmlOption = None,
) -> None:
    """Every instalment with what is unpaid of it, every payment and every version of the terms."""
    from backend.prints.members import card_body
    from indexer.reports.instalment_card import card_csv
    from indexer.reports.instalment_card import instalment_card as report
    from rules.types import LoanNumber

    number = LoanNumber(loan)
    if write_printed(network, lambda books, mine: card_body(report(books, number, mine)), pdf, html):
        return
    with reading(network) as (connection, cooperative_id):
        found = report(connection, number, cooperative_id)
    if json:
        print_json(plain(found))
    elif as_csv:
        sys.stdout.write(card_csv(found))
    else:
        _show_card(found)


def ageing(
    as_of: AsOfOption, network: NetworkOption = "anvil", as_csv: CsvOption = False, json: JsonOption = False
) -> None:
    """Running loans by class on a day, by what has been paid on them until now."""
    from indexer.reports.ageing import ageing as report
    from indexer.reports.ageing import ageing_csv, by_class

    with reading(network) as (connection, cooperative_id):
        rows = report(connection, day_of(as_of), cooperative_id)
    if json:
        print_json({"loans": plain(rows), "classes": plain(by_class(rows))})
    elif as_csv:
        sys.stdout.write(ageing_csv(rows))
    else:
        _show_ageing(rows)


def outstanding(
    loan: LoanArgument, as_of: AsOfOption, network: NetworkOption = "anvil", json: JsonOption = False
) -> None:
    """Principal of a loan at the end of a day by book dates, and by the schedule."""
    from indexer.reports.exposure import outstanding_on
    from rules.types import LoanNumber

    with reading(network) as (connection, cooperative_id):
        found = outstanding_on(connection, LoanNumber(loan), day_of(as_of), cooperative_id)
    if json:
        print_json(plain(found))
        return
    columns = ("dalam buku / in the books", "dihapus / written off", "menurut jadwal / scheduled")
    print_table([Right(each) for each in columns], [(found.in_books, found.written_off, found.scheduled)])


def exposure(
    members: Annotated[list[int], typer.Argument(help="Nomor anggota. / Numbers of members.")],
    network: NetworkOption = "anvil",
    as_csv: CsvOption = False,
    json: JsonOption = False,
) -> None:
    """Principal that members owe in all their loans, written off or not, each and together."""
    from indexer.reports.exposure import exposure as report
    from indexer.reports.exposure import exposure_csv

    with reading(network) as (connection, cooperative_id):
        found = report(connection, members, cooperative_id)
    total = sum(each.outstanding for each in found)
    if json:
        print_json({"outstanding": total, "members": plain(found)})
    elif as_csv:
        sys.stdout.write(exposure_csv(found))
    else:
        _show_exposure(found, total)


def _show_card(card: "InstalmentCard") -> None:
    from rules.calendar import day_text
    from rules.types import WibDay

    print(
        f"Pinjaman / Loan {card.loan}, anggota / member {card.member} ({card.state}), "
        f"sisa pokok / outstanding {rupiah(card.outstanding)}"
    )
    print_table(
        ("versi / version", "sebab / cause", "sejak / since", "metode / method", "efektif / effective"),
        (
            (
                str(each.version),
                each.cause,
                day_text(WibDay(each.book_day)),
                f"{each.method.name} {percent(each.rate_bps)} {each.months}",
                "" if each.effective_rate_bps is None else percent(each.effective_rate_bps),
            )
            for each in card.versions
        ),
        "Syarat / Terms",
    )
    amounts = (
        "pokok / principal",
        "jasa / interest",
        "pokok kurang / unpaid",
        "jasa kurang / unpaid",
        "sisa",
    )
    print_table(
        ("ke / no.", "jatuh tempo / due", *map(Right, amounts)),
        (
            (
                str(each.number),
                day_text(WibDay(each.due_on)),
                each.principal,
                each.interest,
                each.principal_unpaid,
                each.interest_unpaid,
                each.outstanding_after,
            )
            for each in card.instalments
        ),
        "Angsuran / Instalments",
    )
    print_table(
        ("hari / day", *map(Right, ("pokok / principal", "jasa / interest", "denda / penalty", "sisa"))),
        (
            (day_text(WibDay(each.book_day)), each.principal, each.interest, each.penalty, each.outstanding)
            for each in card.payments
        ),
        "Pembayaran / Payments",
    )


def _show_ageing(rows: "list[AgeingRow]") -> None:
    from indexer.reports.ageing import by_class
    from rules.calendar import day_text

    amounts = ("sisa / outstanding", "tunggakan / overdue", "jasa / interest due", "cadangan / provision")
    print_table(
        ("pinjaman / loan", "anggota / member", "kelas / class", "sejak / late since", *map(Right, amounts)),
        (
            (
                str(row.loan),
                str(row.member),
                row.grade.name,
                "" if row.late_since is None else day_text(row.late_since),
                row.outstanding,
                row.overdue,
                row.interest_due,
                row.provision,
            )
            for row in rows
        ),
    )
    print_table(
        ("kelas / class", *map(Right, ("pinjaman / loans", amounts[0], amounts[1], amounts[3]))),
        (
            (each.grade.name, each.loans, each.outstanding, each.overdue, each.provision)
            for each in by_class(rows)
        ),
    )


def _show_exposure(found: "list[Exposure]", total: int) -> None:
    rows = [
        (str(each.member), str(owed.loan), owed.state, owed.outstanding)
        for each in found
        for owed in each.loans
    ]
    columns = ("anggota / member", "pinjaman / loan", "keadaan / state", Right("sisa / outstanding"))
    print_table(columns, [*rows, ("Jumlah / Total", "", "", total)])
