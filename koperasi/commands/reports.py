"""koperasi trial-balance, balances, passbook, proof: what the books say."""

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final

import typer

from koperasi.books import reading
from koperasi.output import (
    CsvOption,
    JsonOption,
    NetworkOption,
    Right,
    day_of,
    month_of,
    plain,
    print_json,
    print_table,
)
from koperasi.printing import HtmlOption, PdfOption, write_printed
from koperasi.workspace import Workspace

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from backend.prints.content import Body

_LABELS: Final = ("month", "member_no", "loan_no")
"""Columns of balances that are no amounts."""


class Kind(StrEnum):
    """Kinds of balances."""

    SAVINGS = "savings"
    LOANS = "loans"
    CASH = "cash"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(help="Neraca saldo pada akhir hari. / Trial balance at the end of a day.")(trial_balance)
    app.command(help="Saldo akhir bulan. / Balances at a month's end.")(balances)
    app.command(help="Buku simpanan anggota: angka saja. / A member's passbook: amounts only.")(passbook)
    app.command(help="Bukti sebuah jurnal. / Inclusion proof of an entry.")(proof)


def trial_balance(
    as_of: Annotated[str, typer.Option(help="YYYY-MM-DD")],
    network: NetworkOption = "anvil",
    as_csv: CsvOption = False,
    json: JsonOption = False,
    pdf: PdfOption = None,
    html: HtmlOption = None,
) -> None:
    """Every account with postings, on the side where it stands."""
    from backend.documents.charts import chart_finder
    from backend.prints.balances import trial_balance_body
    from indexer.reports.balances import csv_text
    from indexer.reports.trial_balance import trial_balance as report

    day, find = day_of(as_of), chart_finder(Workspace(network).documents())
    if write_printed(
        network, lambda books, mine: trial_balance_body(report(books, day, mine, find)), pdf, html
    ):
        return
    with reading(network) as (connection, cooperative_id):
        found = report(connection, day, cooperative_id, find)
    if json:
        print_json(plain(found))
        return
    rows = [(row.account, row.name, row.debit, row.credit) for row in found.rows]
    if as_csv:
        sys.stdout.write(csv_text(("account", "name", "debit", "credit"), rows))
        return
    columns = ("akun / account", "nama / name", Right("debit"), Right("kredit / credit"))
    total = ("", "Jumlah / Total", found.debit, found.credit)
    print_table(columns, [*((str(account), *rest) for account, *rest in rows), total])


def balances(
    kind: Annotated[Kind, typer.Argument(help="savings, loans, cash")],
    month: Annotated[str, typer.Option(help="YYYY-MM")],
    network: NetworkOption = "anvil",
    as_csv: CsvOption = False,
    json: JsonOption = False,
) -> None:
    """Balances of every member, loan or channel at a month's end."""
    from indexer.reports.balances import KINDS, balances_csv

    when = month_of(month)
    with reading(network) as (connection, cooperative_id):
        rows = KINDS[kind][0](connection, when, cooperative_id)
    if json:
        print_json(plain(rows))
    elif as_csv:
        sys.stdout.write(balances_csv(kind, rows))
    else:
        names = KINDS[kind][1].__struct_fields__
        told = (plain(row) for row in rows)
        print_table(
            tuple(name if name in _LABELS else Right(name) for name in names),
            (tuple(str(row[name]) if name in _LABELS else row[name] for name in names) for row in told),
        )


def passbook(
    member: Annotated[int, typer.Argument(help="Nomor anggota. / Number of the member.")],
    network: NetworkOption = "anvil",
    json: JsonOption = False,
    pdf: PdfOption = None,
    html: HtmlOption = None,
) -> None:
    """What a member holds and owes, line by line."""
    from backend.prints.members import passbook_body
    from indexer.reports.passbook import passbook as report
    from rules.calendar import day_text
    from rules.types import WibDay

    def body(books: "Connection", mine: int) -> "Body":
        return passbook_body(report(books, member, cooperative_id=mine))

    if write_printed(network, body, pdf, html):
        return
    with reading(network) as (connection, cooperative_id):
        found = report(connection, member, cooperative_id=cooperative_id)
    if json:
        print_json(plain(found))
        return
    print(
        f"Anggota / Member {found.member} ({found.status}), sejak / since {day_text(WibDay(found.joined_on))}"
    )
    columns = (
        "hari / day",
        "uraian / entry",
        "akun / account",
        "pinjaman / loan",
        Right("jumlah / amount"),
        Right("saldo / balance"),
    )
    print_table(
        columns,
        (
            (
                day_text(WibDay(line.book_day)),
                line.title,
                str(line.account),
                str(line.loan or ""),
                line.amount,
                line.balance,
            )
            for line in found.lines
        ),
    )


def proof(
    entry: Annotated[int, typer.Argument(help="Nomor jurnal. / Number of the entry.")],
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """That an entry is in the tree of final entries (RFC 9162)."""
    from indexer.ledger.merkle import verify_inclusion
    from indexer.reports.proofs import inclusion_proof

    with reading(network) as (connection, cooperative_id):
        found = inclusion_proof(connection, entry, cooperative_id)
    verified = verify_inclusion(found.leaf, found.index, found.size, found.path, found.root)
    if json:
        print_json({**plain(found), "verified": verified})
        return
    print(f"jurnal / entry   {found.entry.number} dari / of {found.size}")
    print(f"hash             {found.entry.hash.hex()}")
    for step in found.path:
        print(f"                 {step.hex()}")
    print(f"akar / root      {found.root.hex()}")
    print("terbukti / verified" if verified else "TIDAK terbukti / NOT verified")
    if not verified:
        raise typer.Exit(1)
