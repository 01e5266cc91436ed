"""Kas opname: a till counted by two persons, beside the books; its minutes."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from backend.cells import amount_of, table
from backend.documents.indonesian import number
from backend.prints.content import Body, Column, Fact, Line, Section, Signature, Table
from backend.prints.figures import figure
from backend.workbench.consents import OFFICERS, Act, Domain, Given, consent, two_persons
from backend.workbench.errors import WorkbenchError
from backend.workbench.repository import KeptCount, WorkbenchRepository
from indexer.reports.statements.periods import long_day
from indexer.reports.statements.structs import Words
from rules.calendar import day_text
from rules.till import DENOMINATIONS, CountError, Denomination, Money, as_text, counted, from_text
from rules.types import Channel, Office, WibDay

KEEPERS: Final = (Office.TELLER, Office.BENDAHARA)
"""Who keeps a till, and signs its count first."""
_COLUMNS: Final = ("money", "value", "pieces")
_MONEY: Final = {
    Money.NOTE: Words("Uang kertas", "Notes"),
    Money.COIN: Words("Uang logam", "Coins"),
}
_ROLES: Final = {
    "TELLER": Words("Teller", "Teller"),
    "BENDAHARA": Words("Bendahara", "Treasurer"),
    "KETUA": Words("Ketua", "Chair"),
    "SEKRETARIS": Words("Sekretaris", "Secretary"),
    "PENGAWAS": Words("Pengawas", "Supervisor"),
}


class CountRefusedError(WorkbenchError):
    """A count that cannot be kept."""


def read_count(path: Path) -> dict[Denomination, int]:
    """A count from a CSV: money (KERTAS, LOGAM), value in rupiah, pieces. CountRefusedError,
    UnreadableDayBookError."""
    pieces: dict[Denomination, int] = {}
    for row, cells in table(path, _COLUMNS):
        value, found = amount_of(cells["value"]), amount_of(cells["pieces"])
        known = [each for each in DENOMINATIONS if each.money == cells["money"] and each.value == value]
        if not known or found is None or known[0] in pieces:
            kinds = ", ".join(f"{each.money} {each.value}" for each in DENOMINATIONS)
            raise CountRefusedError(
                f"{path.name}, baris {row}: bukan pecahan, dua kali, atau bukan jumlah keping. Ada: {kinds}.",
                f"{path.name}, row {row}: no denomination, twice, or no number of pieces. Known: {kinds}.",
            )
        pieces[known[0]] = found
    return pieces


def count_act(channel: Channel, day: WibDay, pieces: Mapping[Denomination, int]) -> Act:
    """What both sign. CountRefusedError."""
    try:
        total = counted(pieces)
    except CountError as error:
        raise CountRefusedError(f"Hitungan tidak mungkin: {error}.", f"No such count: {error}.") from error
    told = {"channel": channel.name, "day": day_text(day), "total": total, "pieces": as_text(pieces)}
    return Act("TillCount", told)


def keep_count(
    repository: WorkbenchRepository,
    books: Connection,
    domain: Domain,
    act: Act,
    day: WibDay,
    given: Sequence[Given],
    at: int,
) -> int:
    """Keep a count that two persons signed at `at` (unix seconds): who keeps the till, and another officer.
    Its number. ConsentRefusedError, CountRefusedError."""
    channel = Channel[act.message["channel"]]
    if channel is not Channel.KAS or len(given) != 2:
        raise CountRefusedError("Hanya KAS dihitung, oleh dua orang.", "Only KAS is counted, by two persons.")
    first, second = (
        consent(books, domain, act, each, offices, at, repository.mine)
        for each, offices in zip(given, (KEEPERS, OFFICERS), strict=True)
    )
    two_persons(first, second)
    total, pieces = int(act.message["total"]), str(act.message["pieces"])
    return repository.add_count(channel, day, total, pieces, (first, second))


def minutes(count: KeptCount, booked: int) -> Body:
    """The minutes (berita acara) of a count; `booked`: rupiah by the books at the end of its day."""
    pieces = from_text(count.pieces)
    difference = count.total - booked
    when = long_day(count.day)
    facts = (
        Fact(Words("Nomor berita acara", "Number of the minutes"), str(count.number)),
        Fact(Words("Jumlah menurut hitungan", "Total by the count"), figure(count.total)),
        Fact(Words("Saldo KAS menurut buku", "KAS by the books"), figure(booked)),
        Fact(Words("Selisih lebih (kurang)", "Surplus (shortage)"), figure(difference)),
    )
    return Body(
        "till-count",
        Words("Berita acara kas opname", "Minutes of a till count"),
        Words(f"Akhir hari {when.id}", f"End of {when.en}"),
        count.day,
        (
            Section(
                (Table(_TABLE, tuple(_lines(pieces, count.total))),), paragraphs=(_said(count, difference),)
            ),
        ),
        facts,
        offices=(),
        signers=tuple(
            Signature(_ROLES[each.office], f"Anggota nomor {each.person}")
            for each in (count.first, count.second)
        ),
    )


_TABLE: Final = (
    Column(Words("Pecahan", "Denomination"), wide=True),
    Column(Words("Keping", "Pieces"), figures=True),
    Column(Words("Jumlah", "Amount"), figures=True),
)


def _lines(pieces: Mapping[Denomination, int], total: int) -> list[Line]:
    found: list[Line] = []
    for money in Money:
        found.append(Line((_MONEY[money], "", ""), "heading"))
        of_money = [each for each in DENOMINATIONS if each.money is money]
        for each in of_money:
            held = pieces.get(each, 0)
            found.append(Line((number(each.value), figure(held), figure(each.value * held)), level=1))
        part = sum(each.value * pieces.get(each, 0) for each in of_money)
        name = _MONEY[money]
        label = Words(f"Jumlah {name.id.lower()}", f"Total {name.en.lower()}")
        found.append(Line((label, "", figure(part)), "total"))
    found.append(Line((Words("Jumlah hitungan", "Total counted"), "", figure(total)), "total"))
    return found


def _said(count: KeptCount, difference: int) -> Words:
    who = (count.first, count.second)
    names_id = " dan ".join(f"anggota nomor {each.person} ({each.office})" for each in who)
    names_en = " and ".join(f"member number {each.person} ({each.office})" for each in who)
    if difference == 0:
        told = ("Hitungan sama dengan buku.", "The count is what the books say.")
    else:
        word = ("lebih", "above") if difference > 0 else ("kurang", "below")
        told = (
            f"Hitungan {word[0]} {number(abs(difference))} rupiah dari buku; selisih ini tercatat dan hanya "
            "dapat ditutup dengan alasan yang ditandatangani dua orang.",
            f"The count is {number(abs(difference))} rupiah {word[1]} the books; this difference is on the "
            "list and can be closed only by a reason that two persons sign.",
        )
    return Words(
        f"Kas dihitung oleh {names_id}, yang menandatangani hitungan ini secara elektronik. {told[0]}",
        f"The till was counted by {names_en}, who signed this count electronically. {told[1]}",
    )
