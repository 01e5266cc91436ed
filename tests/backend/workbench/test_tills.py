"""Kas opname: counted by two persons, beside the books; a difference stays until a count agrees."""

from pathlib import Path
from typing import Any

import pytest
from eth_account.signers.local import LocalAccount

from backend.cells import UnreadableDayBookError
from backend.prints.html import html_of
from backend.prints.maker import Printer
from backend.workbench.consents import ConsentRefusedError
from backend.workbench.findings import Kind
from backend.workbench.tills import CountRefusedError, count_act, keep_count, minutes, read_count
from rules.bank_causes import Cause
from rules.calendar import parse_day
from rules.till import DENOMINATIONS, Denomination, Money, as_text, counted, from_text
from rules.types import Channel, WibDay
from tests.backend.workbench.ground import BOTH, DOMAIN, KEYS, NOW, Office

DAY = parse_day("2025-06-30")
TWO = (KEYS["TELLER"], KEYS["BENDAHARA"])


def pieces_of(total: int) -> dict[Denomination, int]:
    """Notes and coins of a total; what is below the smallest coin is left out."""
    pieces: dict[Denomination, int] = {}
    for each in DENOMINATIONS:
        if total >= each.value:
            pieces[each], total = divmod(total, each.value)
    return pieces


def count(office: Office, day: WibDay, total: int, keys: tuple[LocalAccount, ...] = TWO, **other: Any) -> int:
    act = count_act(Channel.KAS, day, pieces_of(total))
    signed = count_act(Channel.KAS, other.get("signed_day", day), pieces_of(other.get("signed", total)))
    given = [signed.by(key, DOMAIN) for key in keys]
    at = other.get("at", NOW)
    return keep_count(office.bench.repository, office.books, DOMAIN, act, day, given, at)


def in_till(office: Office, day: WibDay) -> int:
    """What the books say, down to the smallest coin."""
    return office.balance(day, Channel.KAS)


def tills(office: Office) -> list[tuple[str, int, str]]:
    listed = office.bench.listed(office.amounts)
    return [
        (each.finding.subject, each.finding.amount, each.status)
        for each in listed
        if each.finding.kind is Kind.TILL
    ]


def test_denominations__of_a_count__add_up_and_come_back() -> None:
    pieces = {Denomination(Money.NOTE, 100_000): 3, Denomination(Money.COIN, 1_000): 2}
    assert counted(pieces) == 302_000
    assert as_text(pieces) == "KERTAS 100000 x 3; LOGAM 1000 x 2"
    assert from_text(as_text(pieces)) == pieces
    assert len(as_text(dict.fromkeys(DENOMINATIONS, 10_000_000))) <= 600


@pytest.fixture
def days(office: Office) -> list[WibDay]:
    """Days at whose end coins and notes can make up what the books say."""
    year = map(WibDay, range(parse_day("2025-01-03"), parse_day("2025-12-30")))
    return [day for day in year if in_till(office, day) % 50 == 0 and in_till(office, day) > 50_000]


def test_count__short__stays_on_the_list_until_a_count_agrees(office: Office, days: list[WibDay]) -> None:
    first = count(office, days[0], in_till(office, days[0]) - 20_000)
    named = f"count/{first}"
    assert tills(office) == [(named, -20_000, "OPEN")]
    count(office, days[1], in_till(office, days[1]) - 30_000)
    assert tills(office) == [(named, -30_000, "OPEN")]
    count(office, days[2], in_till(office, days[2]))
    assert tills(office) == []
    other = count(office, days[3], in_till(office, days[3]) + 5_000)
    assert tills(office) == [(f"count/{other}", 5_000, "OPEN")]


def test_count__closed_by_decision__is_open_again_with_another_amount(
    office: Office, days: list[WibDay]
) -> None:
    count(office, days[0], in_till(office, days[0]) - 20_000)
    (one,) = (each for each in office.bench.listed(office.amounts) if each.finding.kind is Kind.TILL)
    book = office.bench.differences
    given = office.sign(book.close_act(one, Cause.MISCOUNT, "diganti teller"), "KETUA", "PENGAWAS")
    book.close(office.books, one, Cause.MISCOUNT, "diganti teller", given, NOW)
    assert [each[1:] for each in tills(office)] == [(-20_000, "CLOSED")]
    count(office, days[1], in_till(office, days[1]) - 20_000)
    assert [each[1:] for each in tills(office)] == [(-20_000, "CLOSED")]
    count(office, days[2], in_till(office, days[2]) - 20_050)
    assert [each[1:] for each in tills(office)] == [(-20_050, "OPEN")]


def test_count__less_than_a_coin_away__is_rounding(office: Office) -> None:
    day = next(day for day in map(WibDay, range(DAY, DAY + 90)) if in_till(office, day) % 50)
    count(office, day, in_till(office, day))
    (one,) = (each for each in office.bench.listed(office.amounts) if each.finding.kind is Kind.TILL)
    assert one.finding.cause is Cause.ROUNDING
    assert one.finding.amount == -(in_till(office, day) % 50)


@pytest.mark.parametrize(
    ("change", "english"),
    [
        ({"keys": (KEYS["TELLER"], KEYS["TELLER"])}, "does not hold"),
        ({"keys": (KEYS["BENDAHARA"], KEYS["BENDAHARA"])}, "two persons"),
        ({"keys": (KEYS["BENDAHARA"], BOTH)}, "two persons"),
        ({"keys": (KEYS["KETUA"], KEYS["BENDAHARA"])}, "does not hold the office TELLER"),
        ({"keys": (KEYS["TELLER"],)}, "by two persons"),
        ({"signed": 1_000}, "not over this"),
        ({"signed_day": WibDay(DAY - 1)}, "not over this"),
        ({"at": 2_000_000_001}, "does not hold"),
    ],
)
def test_count__one_thing_changed__is_refused(office: Office, change: dict[str, Any], english: str) -> None:
    with pytest.raises((ConsentRefusedError, CountRefusedError), match=english):
        count(office, DAY, 5_000, **change)
    assert office.bench.repository.counts() == []


@pytest.mark.parametrize(
    "row",
    ["KERTAS,300,1", "LOGAM,100000,1", "KERTAS,1000,-1", "KERTAS,1000,1.5", "KERTAS,1000,1\nKERTAS,1000,1"],
)
def test_count__of_a_file_that_cannot_be__is_refused(tmp_path: Path, row: str) -> None:
    path = tmp_path / "count.csv"
    path.write_text(f"money,value,pieces\n{row}\n")
    with pytest.raises(CountRefusedError):
        read_count(path)
    path.write_text("value,pieces\n1000,1\n")
    with pytest.raises(UnreadableDayBookError):
        read_count(path)
    path.write_text("money,value,pieces\nKERTAS,1000,10000001\n")
    with pytest.raises(CountRefusedError, match="No such count"):
        count_act(Channel.KAS, DAY, read_count(path))


def test_minutes__say_the_pieces_the_difference_and_who_counted(office: Office, days: list[WibDay]) -> None:
    booked = in_till(office, days[0])
    number = count(office, days[0], booked - 20_000)
    body = minutes(office.bench.count(number), booked)
    printer = Printer("KSP Uji", "https://buku.example")
    document = printer.document(office.books, body)
    page = html_of(document)
    for words in (
        "Berita acara kas opname",
        "20.000 rupiah dari buku",
        "Anggota nomor 5",
        "Anggota nomor 3",
    ):
        assert words in page
    assert printer.pdf(document).startswith(b"%PDF-")
