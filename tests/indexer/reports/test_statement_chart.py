"""The chart behind the statements, the options they ask for, the periods they compare, and the notes."""

from collections.abc import Callable, Iterator
from hashlib import sha256

import pytest
from sqlalchemy import Connection, Engine

from indexer.chain import events as ev
from indexer.chain.events import Event
from indexer.ledger.accounts import CHART
from indexer.ledger.journal import Ledger
from indexer.reports.statements.amounts import BookAmounts
from indexer.reports.statements.catalogue import NAMES, UnknownStatementError, Wanted, report
from indexer.reports.statements.chart import (
    ACCOUNTS_FILE,
    HOUSE_FILE,
    ChartError,
    chart_on,
    house_accounts,
    house_chart_file,
    read_chart,
)
from indexer.reports.statements.equity import equity
from indexer.reports.statements.notes import notes
from indexer.reports.statements.options import options_on
from indexer.reports.statements.periods import PeriodError, compared_with, words_of, year_to
from indexer.reports.statements.position import position
from indexer.reports.statements.promotion import promotion
from indexer.reports.statements.structs import Span, Words
from indexer.reports.statements.surplus import surplus
from indexer.reports.trial_balance import trial_balance
from rules.calendar import day_text, parse_day
from rules.types import Channel, WibDay
from tests.indexer.ledger.fake_chain import account_of, block, installed, mint
from tests.indexer.reports.statement_years import book_two_years, journal

Logs = list[tuple[str, Event]]
OWN = b"""code,name,name_en,type,normal_side,kept_by,line,activity,received,paid,indirect
1310,Sewa dibayar di muka,Prepaid rent,ASSET,DR,Books,OtherAssets,operating,,OperatingExpensesPaid,
4910,Sewa gedung,Rent of the hall,INCOME,CR,Books,,,,,
5130,Kertas dan tinta,Paper and ink,EXPENSE,DR,Books,,,,,
"""
DAY = parse_day("2025-01-31")
YEAR_OF_DAY = year_to(DAY)


def word(text: str | int) -> bytes:
    return text.to_bytes(32, "big") if isinstance(text, int) else text.encode().ljust(32, b"\0")


def option(key: str, value: str | int, day: str) -> tuple[str, Event]:
    return "Books", ev.OptionAdopted(word(key), word(value), parse_day(day))


def adopted(content: bytes, day: str) -> tuple[str, Event]:
    return "Books", ev.ChartAdopted(sha256(content).digest(), parse_day(day), (1310, 4910))


def span(first: str, last: str) -> Span:
    return Span(parse_day(first), parse_day(last))


Book = Callable[..., Connection]


@pytest.fixture
def book(another: Callable[[], Engine]) -> Iterator[Book]:
    """Books of these logs in a block a day, after an installation and a member with pokok and wajib."""
    open_: list[Connection] = []

    def make(*days: tuple[str, Logs]) -> Connection:
        member = account_of(2)
        first: Logs = [
            *(("Authority", installed(name)) for name in sorted(ev.CONTRACTS)),
            ("MemberRegistry", ev.MemberRegistered(2, member, member, 0, parse_day("2025-01-02"))),
            ("SavingsPokok", mint(2, 100_000)),
            ("TellerDesk", ev.Deposited(2, 0, 1 << 56 | 1, 1, 100_000, parse_day("2025-01-02"))),
            ("MemberRegistry", ev.MemberActivated(2, parse_day("2025-01-02"))),
            ("SavingsWajib", mint(2, 50_000)),
            ("TellerDesk", ev.Deposited(2, 1, 1 << 56 | 2, 1, 50_000, parse_day("2025-01-02"))),
        ]
        made = []
        for number, (day, logs) in enumerate((("2025-01-02", first), *days), 1):
            made.append(block(number, made[-1].hash if made else bytes(32), parse_day(day), logs))
        engine = another()
        Ledger(engine).append(made, floor=0)
        open_.append(engine.connect())
        return open_[-1]

    yield make
    for connection in open_:
        connection.close()


def test_house__every_account__has_a_line_of_its_own() -> None:
    """Nobody falls back on 'other' by being forgotten."""
    told = {line.partition(",")[0] for line in ACCOUNTS_FILE.read_text("utf-8").splitlines()[1:]}
    assert {str(code) for code in CHART} <= told
    names = ("code", "name", "name_en", "type", "normal_side")
    rows = [
        f"{code},{account.label.id},{account.label.en},{account.type.value},{'DR' if account.debit else 'CR'}"
        for code, account in house_accounts().items()
    ]
    again = read_chart("\n".join([",".join(names), *rows]).encode())
    assert again == house_accounts()


def test_house__file_of_the_examples__is_found_by_its_hash(book: Book) -> None:
    content = HOUSE_FILE.read_bytes()
    connection = book(("2025-01-03", [adopted(content, "2025-01-01")]))
    chart = chart_on(connection, DAY)
    assert (chart.complete, chart.hash) == (True, sha256(content).digest())
    assert chart.of(1110).label == Words("Kas", "Cash in till")
    assert house_chart_file(bytes(32)) is None


def own_books(book: Book) -> Connection:
    rent = journal("RENT", "2025-01-04", (1310, 60_000, 0), (1110, -60_000, 1))
    hall = journal("HALL", "2025-01-05", (1110, 20_000, 1), (4910, -20_000, 0))
    ink = journal("INK", "2025-01-06", (5130, 5_000, 0), (1110, -5_000, 1))
    return book(("2025-01-03", [adopted(OWN, "2025-01-04")]), ("2025-01-06", [rent, hall, ink]))


def test_own_chart__accounts_of_the_cooperative__stand_in_their_lines(book: Book) -> None:
    books = BookAmounts.on(own_books(book), DAY, 1, {sha256(OWN).digest(): OWN}.get)
    assert books.chart.complete
    sheet, phu = position(books, YEAR_OF_DAY), surplus(books, YEAR_OF_DAY)
    assert sheet.amount("OtherAssets") == 60_000
    assert sheet.amount("Assets") == sheet.amount("LiabilitiesAndEquity") == 165_000
    assert (phu.amount("OtherIncome"), phu.amount("OfficeSupplies")) == (20_000, 5_000)
    flows = report(books, Wanted("cash-flows-direct", YEAR_OF_DAY))
    assert flows.amount("OperatingExpensesPaid") == -65_000  # type: ignore[union-attr]
    ledger = report(books, Wanted("general-ledger", YEAR_OF_DAY, account=5130))
    assert ledger.title.id == "Buku besar 5130 Kertas dan tinta"


def test_own_chart__trial_balance__has_its_names(book: Book) -> None:
    found = trial_balance(own_books(book), DAY, 1, {sha256(OWN).digest(): OWN}.get)
    told = {row.account: (row.name, row.name_en, row.type) for row in found.rows}
    assert told[4910] == ("Sewa gedung", "Rent of the hall", "INCOME")
    assert told[5130] == ("Kertas dan tinta", "Paper and ink", "EXPENSE")
    assert told[1110] == ("Kas", "Cash in till", "ASSET")
    assert found.debit == found.credit


def test_own_chart__before_its_day__is_not_in_force(book: Book) -> None:
    connection, find = own_books(book), {sha256(OWN).digest(): OWN}.get
    assert chart_on(connection, parse_day("2025-01-03"), 1, find).hash == b""
    assert chart_on(connection, parse_day("2025-01-04"), 1, find).since == parse_day("2025-01-04")


def test_own_chart__file_not_at_hand__is_said_and_nothing_is_lost(book: Book) -> None:
    books = BookAmounts.on(own_books(book), DAY)
    assert not books.chart.complete
    sheet = position(books, YEAR_OF_DAY)
    assert sheet.amount("OtherAssets") == 60_000
    assert sheet.amount("Assets") == sheet.amount("LiabilitiesAndEquity")
    assert books.chart.of(1310).label == Words("Akun 1310", "Account 1310")
    general = notes(books, YEAR_OF_DAY).notes[0]
    assert any("was not at hand" in words.en for words in general.paragraphs)


def test_own_chart__another_file_than_the_adopted_one__is_refused(book: Book) -> None:
    with pytest.raises(ChartError, match="not the adopted one"):
        chart_on(own_books(book), DAY, 1, lambda _hash: OWN + b"\n")


@pytest.mark.parametrize(
    ("content", "english"),
    [
        (b"code,name\n1310,x\n", "cannot be read"),
        (b"\xff\xfe", "cannot be read"),
        (b"code,type\n1310,WISH\n", "cannot be read"),
        (b"code,type\n", "empty or has a code twice"),
        (b"code,type\n1310,ASSET\n1310,ASSET\n", "empty or has a code twice"),
        (b"code,type,line\n1310,ASSET,Equity\n", "1310 cannot go to 'Equity'"),
        (b"code,type,line\n1310,ASSET,LoanInterest\n", "1310 cannot go to 'LoanInterest'"),
        (b"code,type,line\n4910,INCOME,Bank\n", "4910 cannot go to 'Bank'"),
        (b"code,type,activity\n1310,ASSET,gambling\n", "1310 cannot go to 'gambling'"),
        (b"code,type,received\n1310,ASSET,Wishes\n", "1310 cannot go to 'Wishes'"),
        (b"code,type,indirect\n1310,ASSET,Wishes\n", "1310 cannot go to 'Wishes'"),
        (b"type,code\nASSET\n", "cannot be read"),
        (b"code,type\n1310,ASSET,more\n", "cannot be read"),
        (b'code,type,name\n1310,ASSET,"' + b"x" * 200_000 + b'"\n', "cannot be read"),
        (b"code,type,name\n1310,ASSET,a\x07b\n", "cannot be read"),
        (b'code,type,name\n1310,ASSET,"a\nb"\n', "cannot be read"),
        (b"code,type,name\n1310,ASSET,a\xe2\x80\xaeb\n", "cannot be read"),
        (b'code,type,name\n1310,ASSET,"a\n', "cannot be read"),
        (b"code,type\n-1310,ASSET\n", "cannot be read"),
        (b"code,type\n1_310,ASSET\n", "cannot be read"),
        ("code,type\n١٣١٠,ASSET\n".encode(), "cannot be read"),
        (b"code,type\n65536,ASSET\n", "cannot be read"),
        (b"code,type,normal_side\n1310,ASSET,LEFT\n", "cannot be read"),
        (b"code,type\n6100,EXPENSE\n", "6100 cannot go to 'EXPENSE'"),
        (b"code,type\n4900,LIABILITY\n", "4900 cannot go to 'LIABILITY'"),
        (b"code,type\n1110,INCOME\n", "1110 cannot go to 'INCOME'"),
    ],
)
def test_own_chart__that_cannot_be__says_why(content: bytes, english: str) -> None:
    with pytest.raises(ChartError, match="Bagan akun") as told:
        read_chart(content)
    assert english in told.value.english


def test_own_chart__as_a_spreadsheet_writes_it__is_read() -> None:
    """With a byte order mark and CRLF; an account on which a line separator of Unicode is no end of a row."""
    made = read_chart(b"\xef\xbb\xbf" + OWN.replace(b"\n", b"\r\n"))
    assert made == read_chart(OWN)
    assert read_chart(OWN.replace(b"Sewa gedung", b'"=1+1, Sewa"'))[4910].label.id == "=1+1, Sewa"


def test_option__whose_key_is_no_text__is_told_as_bytes(book: Book) -> None:
    """A workbook and a terminal take no control characters."""
    key = b"\x1b[2K\xff".ljust(32, b"\0")
    connection = book(("2025-01-20", [("Books", ev.OptionAdopted(key, word(7), parse_day("2025-01-01")))]))
    assert list(options_on(connection, DAY)) == [f"0x{key.hex()}"]


def test_member_shares__as_a_liability__from_the_day_of_the_option(book: Book) -> None:
    connection = book(("2025-01-20", [option("member-shares", "liability", "2025-02-01")]))
    before, after = (
        (position(books, year), equity(books, year))
        for year in map(year_to, (DAY, parse_day("2025-02-28")))
        for books in [BookAmounts.on(connection, year.to_day)]
    )
    assert (before[0].amount("Equity"), before[0].amount("Liabilities")) == (150_000, 0)
    assert (after[0].amount("Equity"), after[0].amount("Liabilities")) == (0, 150_000)
    assert "ShareSavings" in [column.component for column in before[1].columns]
    assert after[1].amount("EquityAtEnd", -1) == 0
    words = notes(BookAmounts.on(connection, parse_day("2025-02-28")), year_to(parse_day("2025-02-28")))
    told = [each.en for each in words.notes[1].paragraphs]
    assert "Share and mandatory savings are presented as a liability." in told
    assert "Adopted option: member-shares = liability, since 2025-02-01." in told


def test_promotion__rates_of_the_market__by_hand(book: Book) -> None:
    """Savings of 3,650,000 stand from 11 January to the 20th, 10 days: at 10% a year that is 10,000; 12,000
    were credited. Nothing was lent, so that borrowing shows no benefit."""
    saved = parse_day("2025-01-11")
    logs: Logs = [
        ("SavingsSukarela", mint(2, 3_650_000)),
        ("TellerDesk", ev.Deposited(2, 2, 1 << 56 | 3, 2, 3_650_000, saved)),
    ]
    paid: Logs = [
        ("SavingsSukarela", mint(2, 12_000)),
        ("SavingsSukarela", ev.InterestCredited(2, 24_300, 12_000, 0, parse_day("2025-01-21"))),
    ]
    rates = [option("market-savings-rate", 1_000, "2025-01-01")]
    loans = [option("market-loan-rate", 2_400, "2025-01-21")]
    connection = book(("2025-01-11", [*logs, *rates]), ("2025-01-21", [*paid, *loans]))
    week = span("2025-01-11", "2025-01-20")
    told = promotion(BookAmounts.on(connection, week.to_day), week)
    assert told.amount("BenefitOfSaving") == -10_000
    assert [row.amounts[0] for row in told.rows if row.element == "BenefitOfBorrowing"] == [None]
    assert any("not computed" in remark.en for remark in told.remarks)
    both = span("2025-01-11", "2025-01-21")
    told = promotion(BookAmounts.on(connection, both.to_day), both)
    assert told.amount("BenefitOfSaving") == 12_000 - 11_003
    assert told.amount("BenefitOfBorrowing") == 0
    assert told.amount("TotalBenefit") == 997


@pytest.mark.parametrize(
    ("first", "last", "before"),
    [
        ("2025-01-01", "2025-12-31", ["2024-01-01 2024-12-31"]),
        ("2025-03-01", "2025-03-31", ["2025-02-01 2025-02-28", "2024-03-01 2024-03-31"]),
        ("2025-01-01", "2025-01-31", ["2024-12-01 2024-12-31", "2024-01-01 2024-01-31"]),
        ("2025-04-01", "2025-06-30", ["2025-01-01 2025-03-31", "2024-04-01 2024-06-30"]),
        ("2025-01-01", "2025-06-15", ["2024-01-01 2024-06-15"]),
        ("2025-03-10", "2025-03-16", ["2025-03-03 2025-03-09", "2024-03-10 2024-03-16"]),
        ("2024-02-29", "2024-02-29", ["2024-02-28 2024-02-28", "2023-02-28 2023-02-28"]),
    ],
)
def test_compared_with__the_period_before_and_the_year_before(
    first: str, last: str, before: list[str]
) -> None:
    found = compared_with(span(first, last))
    assert [f"{day_text(each.from_day)} {day_text(each.to_day)}" for each in found] == before


def test_words__of_a_year_a_month_and_days() -> None:
    assert words_of(span("2025-01-01", "2025-12-31")) == Words("Tahun 2025", "Year 2025")
    assert words_of(span("2025-05-01", "2025-05-31")) == Words("Mei 2025", "May 2025")
    assert words_of(span("2025-05-02", "2025-05-31")).id == "2 Mei 2025 - 31 Mei 2025"


def test_reports__what_there_is_not__is_refused_in_both_languages(book: Book) -> None:
    books = BookAmounts.on(book(), DAY)
    turned = Span(DAY, WibDay(DAY - 1))
    for name in ("position", "surplus", "equity", "notes", "promotion", "cash-flows-direct"):
        with pytest.raises(PeriodError, match=r"terbalik.*ends before it begins"):
            report(books, Wanted(name, turned))
    for text in ("0001-01-01", "1899-12-31", "3000-01-01", "9999-12-31"):
        day = parse_day(text)
        for name in ("position", "surplus", "equity", "notes", "teller-report", "loans"):
            with pytest.raises(PeriodError, match=r"di luar.*outside 1900-01-01 - 2999-12-31"):
                report(books, Wanted(name, Span(day, day)))
    with pytest.raises(UnknownStatementError, match=r"tidak ada.*no statement 'wishes'"):
        report(books, Wanted("wishes", YEAR_OF_DAY))


def test_empty_books__every_report__is_made_of_nothing(another: Callable[[], Engine]) -> None:
    engine = another()
    Ledger(engine)
    with engine.connect() as connection:
        books = BookAmounts.on(connection, DAY)
        for name in NAMES:
            wanted = Wanted(name, YEAR_OF_DAY, account=1110, channel=Channel.KAS)
            assert report(books, wanted).stand.entries == 0


def test_notes__numbered__name_office_holders_and_members(book: Book) -> None:
    chair = account_of(2)
    term = ev.OfficeGranted(1, chair, 2, 2_000_000_000)  # type: ignore[arg-type]
    connection = book(("2025-01-10", [("Authority", term)]))
    found = notes(BookAmounts.on(connection, DAY), YEAR_OF_DAY)
    assert [note.number for note in found.notes] == [str(at) for at in range(1, 12)]
    assert (
        "Members at 31 January 2025: 1 active, 0 suspended; 0 have left." in found.notes[0].paragraphs[0].en
    )
    (related,) = found.notes[9].tables
    assert related.rows == (("KETUA", "KETUA", 2, 150_000, 0),)
    earlier = notes(BookAmounts.on(connection, parse_day("2025-01-09")), year_to(parse_day("2025-01-09")))
    assert earlier.notes[9].tables[0].rows == ()


def test_reports__in_either_database__are_the_same(engine: Engine, another: Callable[[], Engine]) -> None:
    """Two years in SQLite and PostgreSQL: the same rows, column by column."""
    other = another()
    for each in (engine, other):
        book_two_years("ksp-kecil", each)
    with engine.connect() as one, other.connect() as two:
        for span_of in (year_to(parse_day("2026-05-17")), span("2025-12-01", "2025-12-31")):
            for name in NAMES:
                wanted = Wanted(name, span_of, account=3900, channel=Channel.BANK)
                found = report(BookAmounts.on(one, span_of.to_day), wanted)
                assert found == report(BookAmounts.on(two, span_of.to_day), wanted), name


def test_notes__more_loans_than_are_computed__say_so(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    book_two_years("ksp-kecil", engine)
    with engine.connect() as connection:
        books = BookAmounts.on(connection, parse_day("2025-06-30"))
        told = notes(books, year_to(parse_day("2025-06-30"))).notes[10].paragraphs[0].en
        assert "loans as if paid when due" in told
        monkeypatch.setattr("indexer.reports.statements.notes.MOST_EFFECTIVE", 1)
        told = notes(books, year_to(parse_day("2025-06-30"))).notes[10].paragraphs[0].en
        assert told.startswith("Not computed: ")
