"""koperasi bank-match, match-by-hand, undo-match, bank-reconciliation"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from koperasi.output import CsvOption, JsonOption, NetworkOption, day_of, print_json, print_table, say
from koperasi.printing import HtmlOption, PdfOption, write_printed
from koperasi.showing import give
from koperasi.workbench import (
    ChannelOption,
    OfficeOption,
    ReasonOption,
    SignaturesOption,
    ToSignOption,
    bench,
    channel_of,
    signing,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules.bank_matching import MatchRule


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("bank-match", help="Cocokkan bank dan buku. / Match bank and books.")(bank_match)
    app.command("match-by-hand", help="Cocokkan dengan tangan. / Match by hand.")(match_by_hand)
    app.command("undo-match", help="Batalkan kecocokan. / Undo a match.")(undo_match)
    app.command("bank-reconciliation", help="Rekonsiliasi bank. / Bank reconciliation.")(bank_reconciliation)


def bank_match(
    channel: ChannelOption = "BANK",
    rules: Annotated[
        Path | None,
        typer.Option(
            envvar="KOPERASI_MATCHING_RULES",
            help="Aturan kantor sendiri, TOML. / The office's own rules, TOML.",
        ),
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Jangan simpan. / Keep nothing.")] = False,
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """Lines of the statements with movements of the books, by rules in their order; what could be matched in
    more than one way is left to a person."""
    wanted = channel_of(channel)
    with bench(network) as desk:
        done = desk.service.matching.run(desk.connection, wanted, _rules(rules), check)
        laid = desk.service.desk(desk.books, wanted)
        left = (len(laid.free_lines), len(laid.free_movements))
        open_ = sum(each.closing is None for each in desk.service.listed(desk.books))
    if json:
        told = {"matched": {kind.value: count for kind, count in done.items()}}
        print_json({**told, "lines_left": left[0], "movements_left": left[1], "open_differences": open_})
        return
    print_table(("aturan / rule", ""), ((kind.value, count) for kind, count in done.items()))
    say(
        f"Belum cocok: {left[0]} baris bank, {left[1]} mutasi buku; {open_} selisih terbuka",
        f"Not matched: {left[0]} lines of the bank, {left[1]} of the books; {open_} open differences",
    )


def match_by_hand(
    line: Annotated[list[str] | None, typer.Option(help="Baris bank. / Line of the bank, e.g. 3/12.")] = None,
    movement: Annotated[list[str] | None, typer.Option(help="Mutasi buku. / Movement of the books.")] = None,
    reason: ReasonOption = "",
    channel: ChannelOption = "BANK",
    office: OfficeOption = "BENDAHARA",
    signatures: SignaturesOption = None,
    to_sign: ToSignOption = False,
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """Say that these lines and movements are the same money: their sums are equal, an officer signs why."""
    from backend.workbench.desk import match_act

    wanted, lines, movements = channel_of(channel), line or [], movement or []
    act = match_act(wanted, lines, movements, reason)
    with signing(network) as desk:
        if to_sign:
            print_json(act.typed_data(desk.service.domain))
            return
        (given, *_) = desk.given(act, [office], signatures)
        matching = desk.service.matching
        number = matching.by_hand(desk.connection, wanted, lines, movements, reason, given, desk.at)
    if json:
        print_json({"match": number})
    else:
        say(f"Kecocokan {number} disimpan", f"Match {number} was kept")


def undo_match(
    number: Annotated[int, typer.Argument(min=1, help="Nomor kecocokan. / Number of the match.")],
    reason: ReasonOption = "",
    channel: ChannelOption = "BANK",
    office: OfficeOption = "BENDAHARA",
    signatures: SignaturesOption = None,
    to_sign: ToSignOption = False,
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """Part what was matched; the rules leave it apart from then on."""
    from backend.workbench.desk import undo_act

    wanted = channel_of(channel)
    act = undo_act(number, reason)
    with signing(network) as desk:
        if to_sign:
            print_json(act.typed_data(desk.service.domain))
            return
        (given, *_) = desk.given(act, [office], signatures)
        desk.service.matching.undo(desk.connection, wanted, number, reason, given, desk.at)
    if json:
        print_json({"undone": number})
    else:
        say(f"Kecocokan {number} dibatalkan", f"Match {number} was undone")


def bank_reconciliation(
    day: Annotated[str, typer.Argument(help="YYYY-MM-DD")],
    channel: ChannelOption = "BANK",
    network: NetworkOption = "anvil",
    as_csv: CsvOption = False,
    json: JsonOption = False,
    xlsx: Annotated[
        Path | None, typer.Option(help="Buku kerja dengan rumus. / Workbook with formulas, into this file.")
    ] = None,
    pdf: PdfOption = None,
    html: HtmlOption = None,
) -> None:
    """From the balance by the books to that by the bank, item by item; what is unexplained is said."""
    from backend.prints.reports import body_of

    wanted, when = channel_of(channel), day_of(day)
    with bench(network) as desk:
        found = desk.service.reconciliation(desk.books, wanted, when)
        cooperative = desk.workspace.cooperative
    if write_printed(network, lambda _connection, _mine: body_of(found), pdf, html):
        return
    give(found, cooperative, as_csv=as_csv, json=json, xlsx=xlsx)


def _rules(path: Path | None) -> "Sequence[MatchRule]":
    from backend.workbench.profiles import read_rules
    from rules.bank_matching import RULES

    return RULES if path is None else read_rules(path)
