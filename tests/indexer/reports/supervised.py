"""Hand-made books for ratios, limits, scores and dated duties.

Sukarela 40,000,000, wajib 20,000,000, hibah 40,000,000, all in bank. On 15 January 2025 loans of 12,000,000
to members 1 (KETUA) and 2, of 24,000,000 to member 3, each over 12 months at 1% a month, DECLINING. By 31
August member 1 paid seven instalments, 2 none (late since 15 February, above six months, no collateral:
macet), 3 two (late since 15 April: kurang lancar). Salaries 2,000,000. Interest is booked when paid.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from indexer.chain import events as ev
from indexer.ledger.database import open_engine
from indexer.ledger.journal import Ledger
from indexer.reports.statements.amounts import BookAmounts
from rules.calendar import parse_day, timestamp_of_day
from rules.types import WibDay
from tests.indexer.ledger.fake_chain import account_of, installed, mint
from tests.indexer.ledger.test_month_end import INTEREST, LENT, Logs, chain_of, ended
from tests.indexer.loan_events import paid, started
from tests.indexer.reports.statement_years import journal

AUGUST: Final = parse_day("2025-08-31")
KETUA, PENGAWAS, TELLER = 1, 4, 5
TERM_ENDS: Final = parse_day("2025-11-30")


def word(text: str) -> bytes:
    """Text as an option's key or value."""
    return text.encode().ljust(32, b"\0")


def option(key: str, value: bytes | int, day: WibDay = LENT) -> tuple[str, ev.OptionAdopted]:
    """An option that was adopted; a number as 32 bytes."""
    told = value if isinstance(value, bytes) else value.to_bytes(32, "big")
    return "Books", ev.OptionAdopted(word(key), told, day)


def founding() -> Logs:
    """Contracts, members 1 to 5, the offices of three, the related limit, options, the money."""
    names = ("Authority", "MemberRegistry", "Books", "LoanBook", "LoanPolicy", "TellerDesk", *ev.TOKENS)
    until = timestamp_of_day(TERM_ENDS)
    offices = ((KETUA, 1), (PENGAWAS, 4), (TELLER, 5))
    return [
        *(("Authority", installed(name)) for name in names),
        *(
            ("MemberRegistry", ev.MemberRegistered(each, account_of(each), account_of(each), 0, LENT))
            for each in range(1, 6)
        ),
        *(("Authority", ev.OfficeGranted(office, account_of(each), each, until)) for each, office in offices),
        ("LoanPolicy", ev.RelatedLimitSet(1_000)),
        option("interest-basis", word("cash")),
        *saved(3, 1, 20_000_000),
        *saved(5, 2, 40_000_000),
        journal("GIFT-1", LENT, (1120, 40_000_000, 2), (3300, -40_000_000, 0)),
    ]


def saved(member: int, kind: int, amount: int, day: WibDay = LENT, channel: int = 2) -> Logs:
    """Savings that a member brings: wajib is 1, sukarela 2."""
    receipt = 1 << 56 | day << 16 | member << 8 | kind
    return [
        (ev.TOKENS[kind], mint(member, amount)),
        ("TellerDesk", ev.Deposited(member, kind, receipt, channel, amount, day)),
    ]


def lent() -> Logs:
    """Three loans, in bank."""
    amounts = ((1, 12_000_000), (2, 12_000_000), (3, 24_000_000))
    return [("LoanBook", started(each, each, amount, LENT, channel=2)) for each, amount in amounts]


def repaid(loan: int, times: int, share: int = 1) -> Logs:
    """So many instalments of a loan that is `share` times 12,000,000."""
    return [
        (
            "LoanBook",
            paid(loan, loan, 1 << 56 | loan << 8 | n, share * 1_000_000, share * INTEREST[n], 2, LENT),
        )
        for n in range(1, times + 1)
    ]


YEAR: Final = (
    ("2025-01-15", [*founding(), *lent()]),
    ("2025-08-15", [*repaid(1, 7), *repaid(3, 2, share=2)]),
    ("2025-08-20", [journal("PAY-1", "2025-08-20", (5110, 2_000_000, 0), (1120, -2_000_000, 2))]),
    ("2025-09-01", ended("2025-08")),
)


@contextmanager
def supervised(folder: Path, *later: tuple[str, Logs]) -> Iterator[Connection]:
    """The books above, and blocks after them."""
    engine = open_engine(f"sqlite:///{folder / 'supervised.sqlite'}")
    Ledger(engine).append(chain_of(*YEAR, *later), floor=-1)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def on(connection: Connection, day: WibDay = AUGUST) -> BookAmounts:
    """The books of a day."""
    return BookAmounts.on(connection, day)
