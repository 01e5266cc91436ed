"""koperasi shu"""

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
    print_json,
    print_table,
    rupiah,
    say,
)
from koperasi.printing import HtmlOption, PdfOption, write_printed

if TYPE_CHECKING:
    from collections.abc import Callable

    from backend.prints.content import Body
    from backend.surplus.files import Allocation as Decision
    from indexer.reports.surplus import Allocation
    from rules.shu import SurplusSplit
    from rules.types import MemberNumber


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(help="Pembagian SHU: pos dan anggota. / The surplus over its pots and the members.")(shu)


def shu(
    allocation: Annotated[Path, typer.Option(help="Keputusan RAT, JSON. / The meeting's decision, JSON.")],
    bases: Annotated[Path, typer.Option(help="Dasar tiap anggota, CSV. / Each member's bases, CSV.")],
    pots: Annotated[bool, typer.Option("--pots", help="Hanya pos. / The pots only.")] = False,
    as_csv: CsvOption = False,
    json: JsonOption = False,
    member: Annotated[
        int | None, typer.Option(help="Slip anggota ini, dengan --pdf atau --html. / This member's slip.")
    ] = None,
    network: NetworkOption = "anvil",
    pdf: PdfOption = None,
    html: HtmlOption = None,
) -> None:
    """Split a surplus by an allocation and the members' bases: arithmetic, nothing is posted."""
    from backend.prints.slip import slip_body
    from backend.surplus.files import read_allocation, read_bases
    from indexer.reports.balances import csv_text
    from rules.shu import split_surplus

    decided = read_allocation(allocation)
    weights = read_bases(bases)
    split = split_surplus(decided.net_surplus, decided.allocation_bps, weights)
    _warn(decided)
    if member is not None or pdf is not None or html is not None:
        _slip(
            network,
            member,
            lambda number, held: slip_body(decided.year, split, weights, number, held),
            decided.year,
            (pdf, html),
        )
        return
    members = [
        (member, share.jasa_modal, share.jasa_usaha, share.total) for member, share in split.members.items()
    ]
    columns = ("member_no", "jasa_modal", "jasa_usaha", "total")
    if json and pots:
        print_json(split.pots, indent=1)
    elif json:
        print_json(
            {
                "year": decided.year,
                "net_surplus": decided.net_surplus,
                "pots": split.pots,
                "members": [dict(zip(columns, row, strict=True)) for row in members],
            }
        )
    elif as_csv:
        text = csv_text(("pot", "amount"), split.pots.items()) if pots else csv_text(columns, members)
        sys.stdout.write(text)
    else:
        _show(decided, split, pots)


def _slip(
    network: str,
    member: int | None,
    body: "Callable[[MemberNumber, Allocation | None], Body]",
    year: int,
    files: tuple[Path | None, Path | None],
) -> None:
    from indexer.reports.surplus import allocation_of
    from rules.types import MemberNumber

    if member is None or files == (None, None):
        raise UsageError(
            "Slip butuh --member NOMOR dan --pdf BERKAS atau --html BERKAS.",
            "A slip needs --member NUMBER and --pdf FILE or --html FILE.",
        )
    number = MemberNumber(member)
    write_printed(network, lambda books, mine: body(number, allocation_of(books, year, mine)), *files)


def _warn(decided: "Decision") -> None:
    from rules.shu import BY_LAW_BPS, below_by_laws

    for pot in below_by_laws(decided.allocation_bps):
        share, usual = decided.allocation_bps.get(pot, 0), BY_LAW_BPS[pot]
        say(
            f"Perhatian: {pot} {share} basis poin, di bawah anggaran dasar ({usual}); hanya RAT yang boleh.",
            f"Note: {pot} has {share} basis points, below the by-laws' {usual}; only the meeting may.",
        )


def _show(decided: "Decision", split: "SurplusSplit", pots_only: bool) -> None:
    from rules.shu import POTS

    amount = Right("jumlah / amount")
    rows = [(pot, POTS[pot][0], POTS[pot][1], part) for pot, part in split.pots.items()]
    print_table(
        ("pos / pot", "nama", "name", amount),
        [*rows, ("", "Jumlah", "Total", decided.net_surplus)],
        f"SHU {decided.year}: {rupiah(decided.net_surplus)}",
    )
    if pots_only:
        return
    shares = split.members.values()
    total = (
        "jumlah / total",
        sum(share.jasa_modal for share in shares),
        sum(share.jasa_usaha for share in shares),
        sum(share.total for share in shares),
    )
    print_table(
        ("anggota / member", Right("jasa modal"), Right("jasa usaha"), Right("jumlah / total")),
        [
            *(
                (str(member), share.jasa_modal, share.jasa_usaha, share.total)
                for member, share in split.members.items()
            ),
            total,
        ],
    )
