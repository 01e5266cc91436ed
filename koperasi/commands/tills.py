"""koperasi till-count, till-minutes, attest-channel"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from koperasi.errors import KoperasiError
from koperasi.output import JsonOption, NetworkOption, day_of, print_json, rupiah, say
from koperasi.printing import HtmlOption, PdfOption, write_printed
from koperasi.workbench import (
    SignaturesOption,
    SigningBench,
    ToSignOption,
    bench,
    channel_of,
    signing,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from backend.workbench.repository import KeptCount


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("till-count", help="Kas opname. / Count the till.")(till_count)
    app.command("till-minutes", help="Berita acara kas opname. / Minutes of a till count.")(till_minutes)
    app.command("attest-channel", help="Pengawas menyatakan saldo. / Pengawas attest a balance.")(
        attest_channel
    )


def till_count(
    day: Annotated[str, typer.Argument(help="YYYY-MM-DD: akhir hari itu. / At the end of it.")],
    file: Annotated[Path, typer.Argument(help="CSV: money,value,pieces")],
    keeper: Annotated[
        str, typer.Option(help="Pemegang kas. / Who keeps the till: TELLER, BENDAHARA.")
    ] = "TELLER",
    office: Annotated[str, typer.Option("--office", help="Orang kedua. / The second person.")] = "BENDAHARA",
    signatures: SignaturesOption = None,
    to_sign: ToSignOption = False,
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """Notes and coins of a CSV, signed by who keeps the till and another officer; beside KAS in the books."""
    from backend.workbench.tills import count_act, keep_count, read_count
    from rules.types import Channel

    when = day_of(day)
    act = count_act(Channel.KAS, when, read_count(file))
    with signing(network) as desk:
        if to_sign:
            print_json(act.typed_data(desk.service.domain))
            return
        given = desk.given(act, [keeper, office], signatures)
        service = desk.service
        number = keep_count(service.repository, desk.connection, service.domain, act, when, given, desk.at)
        count = service.count(number)
        booked = service.booked(desk.books, count)
        service.listed(desk.books)
    if json:
        print_json(_told(count, booked))
        return
    say(
        f"Hitungan {number}: Rp {rupiah(count.total)}, buku Rp {rupiah(booked)}, selisih Rp "
        f"{rupiah(count.total - booked)}",
        f"Count {number}: Rp {rupiah(count.total)}, books Rp {rupiah(booked)}, difference Rp "
        f"{rupiah(count.total - booked)}",
    )


def till_minutes(
    number: Annotated[int, typer.Argument(min=1, help="Nomor hitungan. / Number of the count.")],
    network: NetworkOption = "anvil",
    json: JsonOption = False,
    pdf: PdfOption = None,
    html: HtmlOption = None,
) -> None:
    """Who counted what, and what the books say."""
    from backend.workbench.tills import minutes

    with bench(network) as desk:
        count = desk.service.count(number)
        booked = desk.service.booked(desk.books, count)
    if write_printed(network, lambda _connection, _mine: minutes(count, booked), pdf, html):
        return
    if json:
        print_json(_told(count, booked))
        return
    for name, value in _told(count, booked).items():
        print(f"{name:12} {rupiah(value) if isinstance(value, int) else value}")


def attest_channel(
    channel: Annotated[str, typer.Argument(help="BANK, KAS")],
    day: Annotated[str, typer.Argument(help="YYYY-MM-DD: akhir hari itu. / At the end of it.")],
    check: Annotated[bool, typer.Option("--check", help="Jangan kirim. / Send nothing.")] = False,
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """PENGAWAS attests on the chain what the statement or the count says, with the hash of the encrypted
    paper; `koperasi bundle solvency` proves it on."""
    from backend.workbench.attesting import attest, prepare

    wanted, when = channel_of(channel), day_of(day)
    with signing(network) as desk:
        told = prepare(desk.service, desk.books, wanted, when, None if check else _printer(desk))
        sent = None if check else attest(desk.chain, desk.keys, told)
    if sent is not None and not sent.succeeded:
        raise KoperasiError(f"Transaksi gagal: {sent.hash}", f"The transaction failed: {sent.hash}")
    result: dict[str, Any] = {**told._asdict(), "channel": told.channel.name, "day": day}
    result["document_hash"] = f"0x{told.document_hash.hex()}" if told.document_hash else None
    result["transaction"] = sent and sent.hash
    if json:
        print_json(result)
        return
    for name, value in result.items():
        print(f"{name:18} {rupiah(value) if isinstance(value, int) else value}")


def _printer(desk: SigningBench) -> "Callable[[KeptCount], bytes]":
    """Makes the minutes of a count from these books."""
    from backend.workbench.tills import minutes

    printer = desk.workspace.printer()

    def made(count: "KeptCount") -> bytes:
        body = minutes(count, desk.service.booked(desk.books, count))
        return printer.pdf(printer.document(desk.connection, body, desk.service.repository.mine))

    return made


def _told(count: "KeptCount", booked: int) -> dict[str, Any]:
    from rules.calendar import day_text

    who = [f"{each.person} {each.office}" for each in (count.first, count.second)]
    return {
        "count": count.number,
        "channel": count.channel.name,
        "day": day_text(count.day),
        "counted": count.total,
        "booked": booked,
        "difference": count.total - booked,
        "pieces": count.pieces,
        "signed": who,
    }
