"""Month's ends as ledgers that can be read, and the books of random histories against themselves.

Loans of 12,000,000 at 12% a year over 12 months, DECLINING, paid out on 15 January 2025: 1,000,000 a month,
and interest of 120,000 in February, 10,000 less each month.
"""

import time
from collections.abc import Sequence

import pytest
from sqlalchemy import Engine, func, select

from indexer.chain import events as ev
from indexer.chain.events import DecodedBlock, Event
from indexer.ledger import schema
from indexer.ledger.batch import Batch
from indexer.ledger.canonical import GENESIS_HASH
from indexer.ledger.checks import check_books
from indexer.ledger.journal import Ledger
from indexer.ledger.loans import KnownLoans
from rules.calendar import day_text, last_day, parse_day, parse_month
from rules.types import WibDay
from tests.indexer.ledger.fake_chain import Cooperative, block, installed
from tests.indexer.loan_events import amended, paid, started

LENT = parse_day("2025-01-15")
INTEREST = {1: 120_000, 2: 110_000, 3: 100_000, 4: 90_000, 5: 80_000, 6: 70_000, 7: 60_000}
Logs = list[tuple[str, Event]]


def ended(month: str) -> Logs:
    number = parse_month(month)
    return [("Books", ev.MonthEnded(number, last_day(number)))]


def instalments(loan: int, first: int, last: int) -> Logs:
    """Instalments `first` to `last` by member `loan`, each on its day."""
    return [
        ("LoanBook", paid(loan, loan, 1 << 56 | loan << 8 | number, 1_000_000, INTEREST[number], 1, LENT))
        for number in range(first, last + 1)
    ]


def chain_of(*blocks: tuple[str, Logs]) -> list[DecodedBlock]:
    made: list[DecodedBlock] = []
    parent = bytes(32)
    for number, (day, logs) in enumerate(blocks, 1):
        made.append(block(number, parent, parse_day(day), logs))
        parent = made[-1].hash
    return made


def lent() -> Logs:
    """Five loans, the cash for them, and a lien of 9,000,000 behind the fifth."""
    names = ("Books", "LoanBook", "SavingsSukarela")
    grant = (3300 << 80 | 1 << 72 | 90_000_000, 1110 << 80 | 1 << 64 | 90_000_000)
    return [
        *(("Authority", installed(name)) for name in names),
        ("Books", ev.JournalPosted(3 << 56 | 1, LENT, 1, 2, grant)),
        *(("LoanBook", started(loan, loan, 12_000_000, LENT)) for loan in range(1, 6)),
        ("SavingsSukarela", ev.LienPlaced(5, 5, 9_000_000)),
    ]


def entries_of(blocks: Sequence[DecodedBlock], rules: Sequence[str]) -> str:
    """Entries of these rules by the last block, a line each: day, rule, loan, account and rupiah."""
    known = KnownLoans()
    batch = Batch(1, 0, GENESIS_HASH, known)
    for each in blocks:
        batch.add(each)
    texts = []
    for entry in batch.rows[schema.entry]:
        _, number, at, _, rule, subject, day, *_ = entry
        if at == blocks[-1].number and rule in rules:
            lines = [line for line in batch.rows[schema.line] if line[1] == number]
            amounts = " ".join(f"{account} {amount:+,}" for _, _, _, _, account, amount, *_ in lines)
            texts.append(f"{day_text(WibDay(day))} {rule} {subject or lines[-1][7]}: {amounts}")  # type: ignore[arg-type]
    return "\n".join(texts)


MONTHLY = ("interest-accrual", "loan-allowance")
JULY = [
    ("2025-01-15", lent()),
    ("2025-07-16", [*instalments(1, 1, 6), *instalments(2, 1, 2)]),
    ("2025-08-01", ended("2025-07")),
]
AUGUST = [*JULY, ("2025-08-15", instalments(1, 7, 7)), ("2025-09-01", ended("2025-08"))]


def test_month_end__lancar_and_kurang_lancar__by_hand() -> None:
    """On 31 July, 16 of the 31 days to 15 August: 60,000 x 16 / 31 = 30,967.74 run on every loan.

    Loan 1 paid all: 0.5% of 6,000,000. Loan 2 is late since 15 April, 3 months: April to July are 340,000,
    10% of 10,000,000. Loans 3 to 5 paid nothing and are late since 15 February, 5 months: 570,000, 10%
    of 12,000,000.
    """
    assert entries_of(chain_of(*JULY), MONTHLY) == (
        """2025-07-31 interest-accrual 1: 1220 +30,968 4110 -30,968
2025-07-31 loan-allowance 1: 5020 +30,000 1290 -30,000
2025-07-31 interest-accrual 2: 1220 +370,968 4110 -370,968
2025-07-31 loan-allowance 2: 5020 +1,000,000 1290 -1,000,000
2025-07-31 interest-accrual 3: 1220 +600,968 4110 -600,968
2025-07-31 loan-allowance 3: 5020 +1,200,000 1290 -1,200,000
2025-07-31 interest-accrual 4: 1220 +600,968 4110 -600,968
2025-07-31 loan-allowance 4: 5020 +1,200,000 1290 -1,200,000
2025-07-31 interest-accrual 5: 1220 +600,968 4110 -600,968
2025-07-31 loan-allowance 5: 5020 +1,200,000 1290 -1,200,000"""
    )


def test_month_end__macet_and_diragukan__interest_goes_back_or_grows() -> None:
    """On 31 August, 50,000 x 16 / 31 = 25,806.45 run; loans 3 to 5 are more than 6 months late.

    Loan 1 paid August: 30,968 of it out of 1220. Loan 2: 400,000 are due. Loans 3 and 4 are macet: no
    interest, all of 12,000,000. Loan 5 has 75% in a lien: 630,000 are due, half of 12,000,000.
    """
    assert entries_of(chain_of(*AUGUST), MONTHLY) == (
        """2025-08-31 interest-accrual 1: 1220 +25,806 4110 -25,806
2025-08-31 loan-allowance 1: 5020 -5,000 1290 +5,000
2025-08-31 interest-accrual 2: 1220 +54,838 4110 -54,838
2025-08-31 interest-accrual 3: 1220 -600,968 4110 +600,968
2025-08-31 loan-allowance 3: 5020 +10,800,000 1290 -10,800,000
2025-08-31 interest-accrual 4: 1220 -600,968 4110 +600,968
2025-08-31 loan-allowance 4: 5020 +10,800,000 1290 -10,800,000
2025-08-31 interest-accrual 5: 1220 +54,838 4110 -54,838
2025-08-31 loan-allowance 5: 5020 +4,800,000 1290 -4,800,000"""
    )


def test_month_end__payment_after_it__recognised_interest_first() -> None:
    blocks = chain_of(*AUGUST[:-1])
    assert entries_of(blocks, ["loan-payment"]) == (
        "2025-01-15 loan-payment 1: 1110 +1,060,000 1210 -1,000,000 1220 -30,968 4110 -29,032"
    )


def test_month_end__written_off_and_closed__let_go_of_what_is_held() -> None:
    """Loan 2 is written off on its allowance of 1,000,000, loan 1 is paid off: 30,000 come back."""
    off: Logs = [
        ("LoanBook", ev.LoanWrittenOff(2, 2, 10_000_000, parse_day("2025-08-02"), bytes(32))),
        ("LoanBook", paid(1, 1, 1 << 56 | 9, 6_000_000, 60_000, 1, parse_day("2025-08-02"))),
        ("LoanBook", ev.LoanClosed(1, parse_day("2025-08-02"))),
    ]
    blocks = [*JULY, ("2025-08-02", off)]
    assert entries_of(chain_of(*blocks), ["loan-write-off"]) == (
        "2025-08-02 loan-write-off 2: 1290 +1,000,000 5020 +9,000,000 4110 +370,968 "
        "1210 -10,000,000 1220 -370,968"
    )
    told = entries_of(chain_of(*blocks, ("2025-09-01", ended("2025-08"))), MONTHLY).splitlines()
    assert told[:2] == [
        "2025-08-31 loan-allowance 1: 5020 -30,000 1290 +30,000",
        "2025-08-31 interest-accrual 3: 1220 -600,968 4110 +600,968",
    ]


def test_month_end__amended__carried_interest_stays_due() -> None:
    """Loan 2 is rescheduled on 2 August: 340,000 less 40,000 waived are carried, nothing is late any more."""
    terms = {"months": 24, "before": 6, "carried": 300_000, "waived": 40_000}
    change: Logs = [("LoanBook", amended(2, 2, 10_000_000, parse_day("2025-08-02"), **terms))]
    told = entries_of(chain_of(*JULY, ("2025-08-02", change), ("2025-09-01", ended("2025-08"))), MONTHLY)
    # 10,000,000 at 1% are due in August; 95,833 run to 15 September: x 16 / 31 = 49,462.19. 449,462 less
    # 370,968.
    assert "2025-08-31 interest-accrual 2: 1220 +78,494 4110 -78,494" in told
    assert "2025-08-31 loan-allowance 2: 5020 -950,000 1290 +950,000" in told


def option(key: str, value: bytes, day: str) -> tuple[str, Event]:
    return "Books", ev.OptionAdopted(key.encode().ljust(32, b"\0"), value, parse_day(day))


@pytest.mark.parametrize(
    ("options", "interest", "allowance"),
    [
        ([option("interest-basis", b"cash".ljust(32, b"\0"), "2025-07-31")], 0, 30_000),
        ([option("interest-basis", b"cash".ljust(32, b"\0"), "2025-08-01")], 30_968, 30_000),
        ([option("interest-basis", b"tunai".ljust(32, b"\0"), "2025-01-01")], 30_968, 30_000),
        ([option("allowance-lancar", (100).to_bytes(32, "big"), "2025-07-01")], 30_968, 60_000),
        ([option("allowance-lancar", (10_001).to_bytes(32, "big"), "2025-07-01")], 30_968, 30_000),
        (
            [
                option("allowance-lancar", (200).to_bytes(32, "big"), "2025-07-02"),
                option("allowance-lancar", (100).to_bytes(32, "big"), "2025-07-01"),
            ],
            30_968,
            120_000,
        ),
    ],
    ids=["cash", "cash a day later", "no basis", "rate", "no rate", "the later day holds"],
)
def test_month_end__options__hold_from_their_day(
    options: Logs, interest: int, allowance: int, engine: Engine
) -> None:
    """Also when they were written in an earlier batch."""
    chain = chain_of(JULY[0], JULY[1], ("2025-07-20", options), JULY[2])
    told = entries_of(chain, MONTHLY)
    assert (f"accrual 1: 1220 {interest:+,} " in told) is bool(interest)
    assert f"allowance 1: 5020 {allowance:+,} " in told
    ledger = Ledger(engine)
    for each in chain:
        ledger.append([each], floor=-1)
    assert held(engine, 1) == (interest, -allowance)


EXPECTED = (
    option("allowance-basis", b"expected".ljust(32, b"\0"), "2025-07-01"),
    option("ecl-default-12-months", (200).to_bytes(32, "big"), "2025-07-01"),
    option("ecl-default-lifetime", (2_500).to_bytes(32, "big"), "2025-07-01"),
    option("ecl-loss-given-default", (4_500).to_bytes(32, "big"), "2025-07-01"),
)
"""2% default within 12 months, 25% within the life of a loan that is late; 45% are lost then."""


def test_month_end__expected_loss__three_stages_by_hand() -> None:
    """On 31 July nothing is late of loan 1: 2% x 45% of 6,000,000. Loan 2 is late since 15 April, 107 days,
    and 3 to 5 longer: 45% of 10,000,000 and of 12,000,000; of loan 5 a lien covers 9,000,000.

    On 31 August loan 1 has paid all that was due: of 5,000,000.
    """
    chain = [JULY[0], JULY[1], ("2025-07-20", [*EXPECTED])]
    told = entries_of(chain_of(*chain, *JULY[2:]), ["loan-allowance"]).splitlines()
    assert [line.partition(": ")[2] for line in told] == [
        "5020 +54,000 1290 -54,000",
        "5020 +4,500,000 1290 -4,500,000",
        "5020 +5,400,000 1290 -5,400,000",
        "5020 +5,400,000 1290 -5,400,000",
        "5020 +1,350,000 1290 -1,350,000",
    ]
    told = entries_of(chain_of(*chain, *AUGUST[2:]), ["loan-allowance"]).splitlines()
    assert told == ["2025-08-31 loan-allowance 1: 5020 -9,000 1290 +9,000"]


@pytest.mark.parametrize("missing", range(4))
def test_month_end__expected_loss_without_its_figures__the_table_of_classes_holds(missing: int) -> None:
    adopted = [each for at, each in enumerate(EXPECTED) if at != missing]
    told = entries_of(chain_of(*JULY[:2], ("2025-07-20", adopted), JULY[2]), ["loan-allowance"])
    assert "loan-allowance 1: 5020 +30,000 1290 -30,000" in told


def held(engine: Engine, loan: int) -> tuple[int, int]:
    line = schema.line.c
    with engine.connect() as connection:
        sums = select(line.account, func.sum(line.amount)).where(line.loan == loan).group_by(line.account)
        found = {account: int(amount) for account, amount in connection.execute(sums)}
    return found.get(1220, 0), found.get(1290, 0)


def test_books__any_batches_and_rollbacks__same_digest(engine: Engine) -> None:
    blocks = Cooperative(41).blocks(120)
    ledger = Ledger(engine, 1)
    ledger.append(blocks, floor=-1)
    assert check_books(engine, 1) == []
    pieces = Ledger(engine, 2)
    for each in blocks:
        pieces.append([each], floor=-1)
        if each.number % 7 == 0:
            pieces.rollback(each.number - 3)
            pieces.append([late for late in blocks if each.number - 3 < late.number <= each.number], floor=-1)
    assert pieces.digest() == ledger.digest()
    pieces.rollback(60)
    assert check_books(engine, 2) == []


def test_month_end__ten_thousand_loans__fast(engine: Engine) -> None:
    loans: Logs = [("LoanBook", started(loan, 1, 12_000_000, LENT)) for loan in range(1, 10_001)]
    grant = (3300 << 80 | 1 << 72 | 10**12, 1110 << 80 | 1 << 64 | 10**12)
    cash = ("Books", ev.JournalPosted(3 << 56 | 1, LENT, 1, 2, grant))
    installs: Logs = [("Authority", installed(name)) for name in ("Books", "LoanBook")]
    pays: Logs = [("LoanBook", paid(loan, 1, loan, 1_000_000, 120_000, 1, LENT)) for loan in range(1, 10_001)]
    chain = chain_of(
        ("2025-01-15", [*installs, cash, *loans]), ("2025-02-15", pays), ("2025-03-01", ended("2025-02"))
    )
    ledger = Ledger(engine)
    for each in chain[:2]:
        ledger.append([each], floor=-1)
    before = time.process_time()
    ledger.append(chain[2:], floor=-1)
    assert time.process_time() - before < 10
    # 11,000,000 at 1% to 15 March, 13 of 28 days; 0.5% of 11,000,000.
    assert held(engine, 10_000) == (51_071, -55_000)
