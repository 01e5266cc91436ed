"""Statements in: both forms say the same, and what is malformed is refused with nothing kept."""

import logging
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import text

from backend.documents.errors import DocumentError
from backend.workbench.amounts import AmountError, rupiah_of
from backend.workbench.csv_statement import read_csv
from backend.workbench.errors import ProfileError, StatementGapError, StatementRefusedError
from backend.workbench.mt940_statement import read_mt940
from backend.workbench.profiles import Profile, read_profile
from backend.workbench.statement import BankStatement
from rules.calendar import parse_day
from rules.types import Channel, WibDay
from tests.backend.workbench.ground import (
    FIRST,
    PROFILE,
    Office,
    as_csv,
    as_mt940,
    bank_of,
    statement,
)

MARCH = parse_day("2025-03-31")
MAY = parse_day("2025-05-31")


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    path = tmp_path / "profile.toml"
    path.write_text(PROFILE)
    return read_profile(path)


@pytest.fixture
def told(office: Office) -> BankStatement:
    """What the bank has of the first three months."""
    lines = bank_of(office.movements(last=MARCH), Random(1))
    return statement(lines, office.balance(WibDay(FIRST - 1)), FIRST, MARCH)


def rows(office: Office) -> int:
    """Everything that an import writes."""
    tables = ("bank_statement", "bank_line", "document_key")
    with office.bench.repository.engine.connect() as connection:
        return sum(connection.execute(text(f"SELECT count(*) FROM {each}")).scalar_one() for each in tables)


def read(content: bytes, profile: Profile) -> BankStatement:
    return read_csv(content, profile, Channel.BANK, (FIRST, MARCH))


def test_forms__of_one_statement__say_the_same(told: BankStatement, profile: Profile) -> None:
    by_csv, by_mt940 = read(as_csv(told), profile), read_mt940(as_mt940(told), Channel.BANK)
    plain = [(line.day, line.amount) for line in told.lines]
    for each in (by_csv, by_mt940):
        assert [(line.day, line.amount) for line in each.lines] == plain
        assert (each.opening, each.closing, each.account) == (told.opening, told.closing, told.account)
        assert each.to_day == MARCH
    assert [line.text for line in by_csv.lines] == [line.text for line in told.lines]
    assert all(line.text in other.text for line, other in zip(told.lines, by_mt940.lines, strict=True))


def test_import__twice__changes_nothing(office: Office, told: BankStatement, profile: Profile) -> None:
    content = as_csv(told)
    first = office.bench.importer.run(read(content, profile), content)
    before = rows(office)
    again = office.bench.importer.run(read(content, profile), content)
    assert (first.new, again.new, again.number, rows(office)) == (True, False, first.number, before)


def test_import__file__is_kept_encrypted(office: Office, told: BankStatement, tmp_path: Path) -> None:
    content = as_csv(told)
    kept = office.bench.importer.run(told, content)
    from backend.documents.cid import Cid

    assert office.bench.documents.read(Cid.parse(kept.document)) == content
    files = [path.read_bytes() for path in (tmp_path / "documents").rglob("*") if path.is_file()]
    assert files
    assert not any(b"REKENING" in each for each in files)
    office.bench.documents.destroy(Cid.parse(kept.document))
    with pytest.raises(DocumentError):
        office.bench.documents.read(Cid.parse(kept.document))


@pytest.mark.parametrize(
    ("opening", "first", "last", "word"),
    [(1, MARCH + 1, MAY, "gap"), (0, MARCH - 1, MAY, "overlap"), (0, FIRST, MARCH, "overlap")],
)
def test_import__not_following_the_last__is_refused(
    office: Office, told: BankStatement, opening: int, first: int, last: int, word: str
) -> None:
    office.bench.importer.run(told, as_csv(told))
    before = rows(office)
    closing = told.closing + opening
    later = BankStatement(
        Channel.BANK, told.account, WibDay(first), WibDay(last), closing, closing, (), "CSV"
    )
    with pytest.raises(StatementGapError, match=f"(?i){word}"):
        office.bench.importer.run(later, b"another file")
    assert rows(office) == before


def test_import__of_another_account__begins_anew(office: Office, told: BankStatement) -> None:
    office.bench.importer.run(told, as_csv(told))
    other = told._replace(account="9", opening=0, closing=0, lines=())
    assert office.bench.importer.run(other, b"another file").new


CSV = """REKENING;1
Tanggal;Uraian;Referensi;Debet;Kredit;Saldo
SALDO AWAL;;;;;1.000,00
02/01/2025;MASUK;;;500,00;1.500,00
03/01/2025;KELUAR;;200,00;;1.300,00
SALDO AKHIR;;;;;1.300,00
"""


def test_csv__as_banks_write_it__is_read(profile: Profile) -> None:
    found = read(CSV.encode(), profile)
    assert [line.amount for line in found.lines] == [500, -200]
    assert (found.opening, found.closing) == (1_000, 1_300)


@pytest.mark.parametrize(
    ("old", "new", "english"),
    [
        ("500,00", "500,50", "has sen"),
        ("500,00;1.500", "500.00;1.500", "is no amount"),
        ("500,00;1.500", "0,00;1.500", "it should be"),
        (";;200,00;", ";;-200,00;", "debit and credit at once"),
        (";;200,00;", ";;200,00;7,00", "debit and credit at once"),
        ("200,00;;1.300", "200,00;;1.400", "it should be 1300"),
        ("200,00;;1.300", "300,00;;1.200", "not the closing balance"),
        ("03/01/2025", "01/01/2025", "out of order"),
        ("03/01/2025", "2025-01-03", "the date is not"),
        ("03/01/2025", "31/02/2025", "the date is not"),
        ("03/01/2025", "03/04/2025", "outside of the period"),
        ("KELUAR;;", "KELUAR;;;", "cells, the headings"),
        (";Debet;", ";Debit;", "one column 'Debet'"),
        (";Referensi;", ";Uraian;", "one column 'Uraian'"),
        ("SALDO AKHIR", "AKHIR", "one row 'SALDO AKHIR'"),
        ("SALDO AWAL;;;;;1.000", "SALDO AWAL;;;;;900", "it should be 1400"),
        ("MASUK", 'MA"SUK', ""),
        ("MASUK", '"MASUK', "is no CSV"),
        ("MASUK", "MA\0SUK", "zero byte"),
    ],
)
def test_csv__malformed__is_refused(profile: Profile, old: str, new: str, english: str) -> None:
    altered = CSV.replace(old, new, 1)
    assert altered != CSV
    if not english:  # a quote inside of a cell is text
        assert read(altered.encode(), profile).lines[0].text == new
        return
    with pytest.raises(StatementRefusedError) as error:
        read(altered.encode(), profile)
    assert english in str(error.value)
    assert "MASUK" not in str(error.value)


def test_csv__in_another_encoding__is_refused(profile: Profile) -> None:
    with pytest.raises(StatementRefusedError, match="is not utf-8-sig"):
        read(CSV.replace("MASUK", "MASÜK").encode("cp1252"), profile)


def test_csv__cut_short__is_refused_wherever_it_is_cut(profile: Profile, told: BankStatement) -> None:
    content = as_csv(told)
    for at in range(0, len(content) - 12, 997):
        with pytest.raises(StatementRefusedError):
            read(content[:at], profile)


SIGNED = """
name = "Satu kolom"
account = "7"
decimal = "."
date_format = "%Y-%m-%d"
order = "newest-first"
encoding = "cp1252"
columns = { date = "Date", text = ["Text"], amount = "Amount", balance = "Balance" }
"""


def test_csv__signed_amounts_newest_first__is_read(tmp_path: Path) -> None:
    path = tmp_path / "signed.toml"
    path.write_text(SIGNED)
    content = (
        b'Date,Text,Amount,Balance\n2025-01-03,B\xfc,200.00 DB,"1,300.00"\n2025-01-02,A,"500.00 CR","1,500"\n'
    )
    found = read_csv(content, read_profile(path), Channel.BANK)
    assert [(line.amount, line.text) for line in found.lines] == [(500, "A"), (-200, "Bü")]
    assert (found.opening, found.closing) == (1_000, 1_300)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('amount = "Amount", ', ""),
        ('amount = "Amount"', 'debit = "Amount"'),
        ('amount = "Amount"', 'amount = "Amount", debit = "D", credit = "C"'),
        ('amount = "Amount"', 'amount = "Amount", side = "S"'),
        (', balance = "Balance"', ""),
        ('"%Y-%m-%d"', '"%d-%m"'),
        ('decimal = "."', 'decimal = "x"'),
        ('account = "7"', 'acount = "7"'),
        ('encoding = "cp1252"', 'encoding = "utf-16"'),
        ("name", "name ="),
    ],
)
def test_profile__that_cannot_be__is_refused(tmp_path: Path, old: str, new: str) -> None:
    path = tmp_path / "signed.toml"
    assert old in SIGNED
    path.write_text(SIGNED.replace(old, new))
    with pytest.raises(ProfileError):
        read_profile(path)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1.234.567,00", 1_234_567),
        ("1234567", 1_234_567),
        ("Rp 1.234.567", 1_234_567),
        ("-5.000,00", -5_000),
        ("5.000,00-", -5_000),
        ("(5.000)", -5_000),
        ("5.000,00 CR", 5_000),
        ("5.000 D", -5_000),
        ("0,00", 0),
    ],
)
def test_amount__as_indonesian_banks_write_it(text: str, amount: int) -> None:
    assert rupiah_of(text, ",") == amount


@pytest.mark.parametrize(
    "text",
    ["", "1.23", "1,234.00", "12.34.567", "1.234,5,0", "0,01", "1e3", "--5", "-5-", "5 5", "٣", "9" * 30],
)
def test_amount__of_any_other_kind__is_refused(text: str) -> None:
    with pytest.raises(AmountError):
        rupiah_of(text, ",")


def test_mt940__cut_short__is_refused_wherever_it_is_cut(told: BankStatement) -> None:
    content = as_mt940(told, page=3)
    for at in range(0, content.rindex(b",00"), 61):
        with pytest.raises(StatementRefusedError):
            read_mt940(content[:at], Channel.BANK)
    pages = content.split(b"-\r\n:20:")
    assert len(pages) > 4
    with pytest.raises(StatementRefusedError, match=":62F:"):  # between two pages, where it adds up
        read_mt940(b"-\r\n:20:".join(pages[:3]) + b"-\r\n", Channel.BANK)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"IDR", b"USD"),
        (b",00NTRF", b",50NTRF"),
        (b":62F:C", b":62F:D"),
        (b":25:", b":26:"),
        (b":61:25", b":61:xx"),
        (b":60F:", b":60X:"),
        (b"C1", b"D1"),
        (b":61:", b":69:"),
    ],
)
def test_mt940__malformed__is_refused_and_its_text_told_nowhere(
    office: Office, told: BankStatement, old: bytes, new: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    content = as_mt940(told).replace(b"PEMINDAHBUKUAN", b"BUDI SITANGGANG")
    assert old in content
    with caplog.at_level(logging.DEBUG), pytest.raises(StatementRefusedError) as error:
        read_mt940(content.replace(old, new, 1), Channel.BANK)
    assert "BUDI" not in str(error.value) + caplog.text
    assert rows(office) == 0


def test_mt940__reversals__have_their_signs() -> None:
    content = b"""
:20:A
:25:1
:28C:1/1
:60F:C250101IDR1000,00
:61:2501020102RC100,00NTRFNONREF
:86:STORNO
:61:2501020102RD30,00NTRFNONREF
:86:STORNO
:62F:C250131IDR930,00
-"""
    found = read_mt940(content, Channel.BANK)
    assert [line.amount for line in found.lines] == [-100, 30]
