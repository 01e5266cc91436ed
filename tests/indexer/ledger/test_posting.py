"""Posting rules as ledgers that can be read: an event, and the entries it makes."""

import re
from itertools import chain
from pathlib import Path

import pytest

from indexer.chain import events as ev
from indexer.chain.events import EVENTS, Event, LogRef
from indexer.ledger.accounts import CHART
from indexer.ledger.errors import PostingError
from indexer.ledger.loans import KnownLoans
from indexer.ledger.posting import RULE_OF, RULES
from indexer.ledger.posting_table import markdown
from indexer.ledger.readmodels import ACKNOWLEDGED, ROWS
from indexer.ledger.rule import Entry
from rules.calendar import day_text, parse_day, timestamp_of_day
from rules.receipts import payroll_receipt
from rules.types import Month, WibDay
from tests.indexer.ledger.loan_cases import LOAN_CASES
from tests.indexer.ledger.surplus_cases import SURPLUS_CASES, allocated, in_cash
from tests.indexer.ledger.written_cases import Written, posted, written_cases
from tests.indexer.loan_events import opened, paid, started

ROOT = Path(__file__).parents[3]
WRITTEN = written_cases()
DAY = parse_day("2025-03-05")
NOON = timestamp_of_day(parse_day("2025-04-01")) + 43_200
FIRST_SLIP = 1 << 56 | 2025 << 40 | 1


def at(contract: str, time: int = NOON) -> LogRef:
    return LogRef(7, b"\x01" * 32, time, b"\x02" * 32, 0, 3, b"\x03" * 20, contract)


def post(ref: LogRef, event: Event) -> tuple[Entry, ...]:
    """After loan 44 of member 12 was paid out, 1220 of which holds 100,000 and 1290 of which 5,000,000.

    4110 holds 300,000 and 5110 450,000 at the end of 2025, of which 1120 holds the difference.
    """
    known = KnownLoans()
    known.apply(ref, started(44, 12, 25_000_000, DAY, rate_bps=600, months=18))
    known.post(44, 1220, 100_000)
    known.post(44, 1290, -5_000_000)
    for account, amount in ((4110, -300_000), (5110, 450_000), (1120, -150_000)):
        known.books.days.add((account, parse_day("2025-11-28")), amount)
    known.books.days.add((4110, parse_day("2026-01-01")), -7)
    return RULE_OF[type(event)].post(ref, event, known)


def closed(day: str) -> ev.BooksClosed:
    return ev.BooksClosed(parse_day(day), 1, bytes(32), bytes(32), bytes(32), 0, 3, 4)


def text_of(entry: Entry) -> str:
    """An entry as text: day, rule, receipt; then account, rupiah (debit positive), whose."""
    head = f"{day_text(WibDay(entry.book_day))} {entry.rule}"
    head += "" if entry.receipt is None else f" ^{entry.receipt:x}"
    head += f" #{entry.subject:x}" if entry.subject else ""
    lines = [head]
    for account, amount, member, loan, channel in entry.lines:
        whose = [f"anggota {member}"] * bool(member) + [f"pinjaman {loan}"] * bool(loan)
        whose += [f"saluran {channel}"] * bool(channel)
        lines.append(f"  {account} {amount:+,} {' '.join(whose)}".rstrip())
    return "\n".join(lines)


def word(account: int, side: int, channel: int, amount: int) -> int:
    return account << 80 | side << 72 | channel << 64 | amount


def row(member: int, wajib: int, sukarela: int, loan: int, angsuran: int, number: int) -> int:
    return member << 224 | wajib << 168 | sukarela << 112 | loan << 80 | angsuran << 24 | number


CASES: list[tuple[str, str, Event, str]] = [
    (
        "deposit of pokok into the till",
        "TellerDesk",
        ev.Deposited(12, 0, FIRST_SLIP, 1, 100_000, DAY),
        """2025-03-05 deposit ^107e90000000001
             1110 +100,000 saluran 1
             3110 -100,000 anggota 12""",
    ),
    (
        "deposit of sukarela at the bank",
        "TellerDesk",
        ev.Deposited(12, 2, FIRST_SLIP, 2, 1, DAY),
        """2025-03-05 deposit ^107e90000000001
             1120 +1 saluran 2
             2110 -1 anggota 12""",
    ),
    (
        "deposit of wajib in stablecoin, a receipt of the top half",
        "TellerDesk",
        ev.Deposited(4_294_967_295, 1, 2**64 - 1, 3, 2**62, DAY),
        """2025-03-05 deposit ^ffffffffffffffff
             1130 +4,611,686,018,427,387,904 saluran 3
             3120 -4,611,686,018,427,387,904 anggota 4294967295""",
    ),
    (
        "withdrawal of sukarela",
        "TellerDesk",
        ev.Withdrawn(12, 2, FIRST_SLIP, 1, 75_000, DAY),
        """2025-03-05 withdrawal ^107e90000000001
             2110 +75,000 anggota 12
             1110 -75,000 saluran 1""",
    ),
    (
        "a member who left collects",
        "TellerDesk",
        ev.Withdrawn(12, 3, FIRST_SLIP, 2, 275_000, DAY),
        """2025-03-05 withdrawal ^107e90000000001
             2130 +275,000 anggota 12
             1120 -275,000 saluran 2""",
    ),
    (
        "storno has the day and paper of its own slip",
        "TellerDesk",
        ev.DepositReversed(12, 1, FIRST_SLIP + 8, FIRST_SLIP, 1, 50_000, DAY),
        """2025-03-05 storno ^107e90000000009
             3120 +50,000 anggota 12
             1110 -50,000 saluran 1""",
    ),
    (
        "storno of sukarela",
        "TellerDesk",
        ev.DepositReversed(3, 2, FIRST_SLIP + 8, FIRST_SLIP, 2, 9, DAY),
        """2025-03-05 storno ^107e90000000009
             2110 +9 anggota 3
             1120 -9 saluran 2""",
    ),
    (
        "cash to the bank",
        "TellerDesk",
        ev.CashMoved(FIRST_SLIP, 1, 2, 4_000_000, DAY),
        """2025-03-05 cash-move ^107e90000000001
             1120 +4,000,000 saluran 2
             1110 -4,000,000 saluran 1""",
    ),
    (
        "cash to the till",
        "TellerDesk",
        ev.CashMoved(FIRST_SLIP, 2, 1, 5, DAY),
        """2025-03-05 cash-move ^107e90000000001
             1110 +5 saluran 1
             1120 -5 saluran 2""",
    ),
    (
        "payroll: both kinds, one kind, only an instalment, only sukarela",
        "TellerDesk",
        ev.PayrollPosted(
            202503,
            2,
            DAY,
            735_000,
            (
                row(1, 50_000, 25_000, 0, 0, 1),
                row(2, 50_000, 0, 7, 500_000, 2),
                row(3, 0, 0, 8, 100_000, 3),
                row(2**32 - 1, 0, 10_000, 0, 0, 2**24 - 1),
            ),
        ),
        """2025-03-05 payroll ^203170700000001 #203170700000001
             1120 +75,000 saluran 2
             3120 -50,000 anggota 1
             2110 -25,000 anggota 1
           2025-03-05 payroll ^203170700000002 #203170700000002
             1120 +50,000 saluran 2
             3120 -50,000 anggota 2
           2025-03-05 payroll ^203170700ffffff #203170700ffffff
             1120 +10,000 saluran 2
             2110 -10,000 anggota 4294967295""",
    ),
    ("payroll without rows", "TellerDesk", ev.PayrollPosted(202503, 2, DAY, 0, ()), ""),
    *LOAN_CASES,
    *SURPLUS_CASES,
    (
        "interest below the tax-free gross",
        "SavingsSukarela",
        ev.InterestCredited(12, 2025 * 12 + 1, 240_000, 0, DAY),
        """2025-02-28 savings-interest-accrual #c
             5010 +240,000 anggota 12
             2120 -240,000 anggota 12
           2025-03-05 interest
             2120 +240,000 anggota 12
             2110 -240,000 anggota 12""",
    ),
    (
        "interest above it: the whole gross is taxed",
        "SavingsSukarela",
        ev.InterestCredited(12, 2025 * 12 + 1, 245_000, 24_500, DAY),
        """2025-02-28 savings-interest-accrual #c
             5010 +245,000 anggota 12
             2120 -245,000 anggota 12
           2025-03-05 interest
             2120 +245,000 anggota 12
             2110 -220,500 anggota 12
             2210 -24,500 anggota 12""",
    ),
    (
        "exit",
        "TellerDesk",
        ev.MemberExited(12, 100_000, 150_000, 25_000, DAY),
        """2025-03-05 exit
             3110 +100,000 anggota 12
             3120 +150,000 anggota 12
             2110 +25,000 anggota 12
             2130 -275,000 anggota 12""",
    ),
    (
        "exit without voluntary savings",
        "TellerDesk",
        ev.MemberExited(12, 100_000, 0, 0, DAY),
        """2025-03-05 exit
             3110 +100,000 anggota 12
             2130 -100,000 anggota 12""",
    ),
    ("exit with nothing", "TellerDesk", ev.MemberExited(12, 0, 0, 0, DAY), ""),
    (
        "a lien is claimed, on the day of the block",
        "SavingsSukarela",
        ev.LienClaimed(12, 44, 300_000),
        """2025-04-01 lien-claim
             2110 +300,000 anggota 12 pinjaman 44
             2140 -300,000 anggota 12 pinjaman 44""",
    ),
    (
        "a lien on wajib is claimed",
        "SavingsWajib",
        ev.LienClaimed(12, 44, 5),
        """2025-04-01 lien-claim
             3120 +5 anggota 12 pinjaman 44
             2140 -5 anggota 12 pinjaman 44""",
    ),
    (
        "a standing order pays",
        "SavingsSukarela",
        ev.StandingOrderTaken(12, 44, 300_000),
        """2025-04-01 standing-order
             2110 +300,000 anggota 12 pinjaman 44
             2140 -300,000 anggota 12 pinjaman 44""",
    ),
    (
        "a standing order pays one rupiah",
        "SavingsSukarela",
        ev.StandingOrderTaken(3, 5, 1),
        """2025-04-01 standing-order
             2110 +1 anggota 3 pinjaman 5
             2140 -1 anggota 3 pinjaman 5""",
    ),
    (
        "grant into the bank",
        "Books",
        ev.JournalPosted(3 << 56 | 1, DAY, 1, 2, (word(3300, 1, 0, 900), word(1120, 0, 2, 900))),
        """2025-03-05 journal ^300000000000001
             3300 -900
             1120 +900 saluran 2""",
    ),
    (
        "expense of two accounts, one paid later",
        "Books",
        ev.JournalPosted(
            3 << 56 | 2,
            DAY,
            1,
            2,
            (word(5110, 0, 0, 700), word(5120, 0, 0, 50), word(1110, 1, 1, 600), word(2410, 1, 0, 150)),
        ),
        """2025-03-05 journal ^300000000000002
             5110 +700
             5120 +50
             1110 -600 saluran 1
             2410 -150""",
    ),
    (
        "opening savings",
        "SavingsWajib",
        ev.SavingsOpened(12, 600_000),
        """2025-04-01 savings-opening
             3990 +600,000 anggota 12
             3120 -600,000 anggota 12""",
    ),
    (
        "opening payable",
        "SavingsPayable",
        ev.SavingsOpened(9, 1),
        """2025-04-01 savings-opening
             3990 +1 anggota 9
             2130 -1 anggota 9""",
    ),
    (
        "opening cash",
        "Treasury",
        ev.ChannelOpened(2, 77),
        """2025-04-01 channel-opening
             1120 +77 saluran 2
             3990 -77""",
    ),
    (
        "opening till",
        "Treasury",
        ev.ChannelOpened(1, 2**63 - 1),
        """2025-04-01 channel-opening
             1110 +9,223,372,036,854,775,807 saluran 1
             3990 -9,223,372,036,854,775,807""",
    ),
    (
        "opening loan: what is outstanding",
        "LoanBook",
        opened(44, 12, 1_000, 400, 30, DAY),
        """2025-04-01 loan-opening
             1210 +600 anggota 12 pinjaman 44
             3990 -600 anggota 12 pinjaman 44""",
    ),
    (
        "close of a year",
        "Books",
        closed("2025-12-31"),
        """2025-12-31 year-closing #100e
             4110 +300,000
             3900 -300,000
           2025-12-31 year-closing #13f6
             5110 -450,000
             3900 +450,000""",
    ),
    ("close of a month that ends no year", "Books", closed("2025-11-30"), ""),
    ("close of a year in which nothing was earned", "Books", closed("2023-12-31"), ""),
    ("opening loan, paid back", "LoanBook", opened(44, 12, 1_000, 1_000, 30, DAY), ""),
]


@pytest.mark.parametrize(
    ("contract", "event", "ledger"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_post__event__entries(contract: str, event: Event, ledger: str) -> None:
    expected = re.sub(r"\n +(\d{4}-)", r"\n\1", ledger)
    expected = re.sub(r"\n +(\d{4} )", r"\n  \1", expected)
    entries = post(at(contract), event)
    assert "\n".join(map(text_of, entries)) == expected
    assert all(sum(line[1] for line in entry.lines) == 0 for entry in entries)


@pytest.mark.parametrize("case", WRITTEN, ids=[f"{case.rule}: {case.name}" for case in WRITTEN])
def test_post__written_case__entries(case: Written) -> None:
    entries = posted(case)
    assert "\n".join(map(text_of, entries)) == case.ledger
    names = set(RULE_OF[type(case.event)].name.split(", "))
    assert case.rule in names
    assert {entry.rule for entry in entries} <= names


def test_cases__ten_of_every_rule() -> None:
    """Those of the ends of months are in test_month_end and test_schedules."""
    events = [*(event for _, _, event, _ in CASES), *(case.event for case in WRITTEN)]
    told = [RULE_OF[type(event)].name for event in events]
    few = [rule.name for rule in RULES if rule.event is not ev.MonthEnded and told.count(rule.name) < 10]
    assert few == []


def test_payroll_receipt__row__as_rules_say() -> None:
    (entry,) = post(at("TellerDesk"), ev.PayrollPosted(202512, 2, DAY, 1, (row(1, 1, 0, 0, 0, 77),)))
    assert entry.receipt == entry.subject == payroll_receipt(Month(2025 * 12 + 11), 77)


def test_surplus__fund_of_the_cooperatives_own_chart__is_posted() -> None:
    """SurplusDistributor takes it (tests/contracts/SurplusDistributor): the books must not stop there."""
    (entry,) = post(at("SurplusDistributor"), allocated(2025, (2310, 5), (2370, 6), (2399, 1)))
    assert [line[:2] for line in entry.lines] == [(3900, 12), (2310, -5), (2370, -6), (2399, -1)]


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (ev.Deposited(1, 1, 1, 4, 5, DAY), "there is no channel 4"),
        (ev.CashMoved(1, 1, 0, 5, DAY), "there is no channel 0"),
        (paid(44, 1, 1, 5, 5, 9, DAY), "there is no channel 9"),
        (paid(45, 1, 1, 5, 5, 1, DAY), "loan 45 was never started"),
        (allocated(2025, (2310, 5), (3200, 6), total=12), "pots of the surplus are not its total"),
        (allocated(2025, (2310, 5), (2400, 6)), "goes to account 2400, which is no pot"),
        (allocated(2025, (2210, 5), (2310, 6)), "goes to account 2210, which is no pot"),
        (in_cash(2025, 1, 5, channel=4), "there is no channel 4"),
        (ev.PayrollPosted(202503, 7, DAY, 1, (row(1, 1, 0, 0, 0, 1),)), "there is no channel 7"),
        (ev.JournalPosted(1, DAY, 1, 2, (word(5110, 0, 0, 7), word(1110, 1, 1, 6))), "does not balance"),
        (ev.JournalPosted(1, DAY, 1, 2, ()), "does not balance"),
        (
            ev.JournalPosted(1, DAY, 1, 2, (word(5110, 0, 1, 7), word(1110, 1, 1, 7))),
            "books channel 1 to 5110",
        ),
        (ev.JournalPosted(1, DAY, 1, 2, (word(5110, 2, 0, 7), word(1110, 1, 1, 7))), "line 1 .* malformed"),
        (ev.JournalPosted(1, DAY, 1, 2, (word(5110, 0, 0, 0), word(1110, 1, 1, 0))), "line 1 .* malformed"),
        (ev.JournalPosted(1, DAY, 1, 2, (1 << 200, word(1110, 1, 1, 7))), "line 1 .* malformed"),
        (
            ev.JournalPosted(1, DAY, 1, 2, (word(5110, 0, 0, 2**63), word(1110, 1, 1, 2**63))),
            "line 1 .* malformed",
        ),
    ],
)
def test_post__impossible_log__says_where(event: Event, reason: str) -> None:
    with pytest.raises(PostingError, match=rf"block 7, transaction 0x0202.*, log 3: .*{reason}"):
        post(at("TellerDesk"), event)


def test_events__each__posted_or_read_or_acknowledged() -> None:
    spoken = set(RULE_OF) | set(ROWS) | set(ACKNOWLEDGED)
    assert spoken == set(EVENTS)
    assert not set(ACKNOWLEDGED) & (set(RULE_OF) | set(ROWS))


def test_posting_table__docs__equal() -> None:
    path = ROOT / "docs" / "posting.md"
    assert path.read_text() == markdown(), "run: python -m indexer.ledger.posting_table > docs/posting.md"


def test_chart__example__same_accounts() -> None:
    rows = (ROOT / "examples" / "accounts.csv").read_text().splitlines()[1:]
    given = {tuple(row.split(",")[:5]) for row in rows}
    ours = {
        (str(info.code), info.name, info.name_en, info.type.value, "DR" if info.debit else "CR")
        for info in CHART.values()
    }
    assert ours - given == {
        ("2140", "Kliring nontunai", "Non-cash clearing", "LIABILITY", "CR"),
        ("3990", "Saldo awal (perantara)", "Opening balances (clearing)", "EQUITY", "CR"),
    }
    assert given <= ours
    assert list(CHART) == sorted(CHART)
    named = chain.from_iterable(
        re.findall(r"(?<!\d)[1-5]\d{3}(?!\d)", leg.account.text) for r in RULES for leg in r.legs
    )
    assert {int(code) for code in named} <= set(CHART)
