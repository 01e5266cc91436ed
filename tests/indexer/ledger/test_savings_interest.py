"""Interest on sukarela at the end of months as ledgers that can be read, and random savers held against the
token's own rule.

At 6% a year Rp 3,650,000 earn Rp 600 a day: 18,600 in January 2025, 16,800 in February.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import count

import pytest
from sqlalchemy import Engine, select

from indexer.chain import events as ev
from indexer.chain.events import DecodedBlock, Event
from indexer.ledger import schema
from indexer.ledger.batch import Batch
from indexer.ledger.canonical import GENESIS_HASH
from indexer.ledger.checks import check_books
from indexer.ledger.journal import Ledger
from indexer.ledger.loans import KnownLoans
from indexer.ledger.schema import joined
from rules.calendar import day_text, last_day, month_of_day, parse_day, parse_month
from rules.interest import InterestCredit, InterestRules, RateHistory, SukarelaAccount
from rules.types import BasisPoints, Month, Rupiah, WibDay
from tests.indexer.ledger.fake_chain import block, burn, installed, mint
from tests.indexer.ledger.test_month_end import chain_of, ended

Logs = list[tuple[str, Event]]
RULES = ("savings-interest-accrual", "interest")
TOKEN = "SavingsSukarela"
_PAPERS = count(1 << 56 | 1)


def begun(rate_bps: int = 600, *, since: str = "2025-01-01") -> tuple[str, Logs]:
    """Contracts, cash in the till, and the first rate."""
    names = ("Books", "TellerDesk", TOKEN, "SavingsPayable")
    grant = (3300 << 80 | 1 << 72 | 10**15, 1110 << 80 | 1 << 64 | 10**15)
    logs: Logs = [
        *(("Authority", installed(name)) for name in names),
        ("Books", ev.JournalPosted(3 << 56 | 1, parse_day("2024-12-30"), 1, 2, grant)),
        rate(rate_bps, since),
    ]
    return "2024-12-30", logs


def rate(bps: int, since: str) -> tuple[str, Event]:
    return TOKEN, ev.InterestRateSet(parse_day(since), bps)


def saved(day: str, amount: int, member: int = 12, *, booked: str | None = None) -> tuple[str, Logs]:
    """A deposit in a block of `day`, under the book date `booked`."""
    event = ev.Deposited(member, 2, next(_PAPERS), 1, amount, parse_day(booked or day))
    return day, [(TOKEN, mint(member, amount)), ("TellerDesk", event)]


def taken(day: str, amount: int, member: int = 12) -> tuple[str, Logs]:
    event = ev.Withdrawn(member, 2, next(_PAPERS), 1, amount, parse_day(day))
    return day, [(TOKEN, burn(member, amount)), ("TellerDesk", event)]


def credited(day: str, *months: tuple[str, int, int], member: int = 12) -> tuple[str, Logs]:
    """Month, gross and tax of each credit, by one touch."""
    net = sum(gross - tax for _, gross, tax in months)
    events = [
        (TOKEN, ev.InterestCredited(member, parse_month(month), gross, tax, parse_day(day)))
        for month, gross, tax in months
    ]
    return day, [*events, (TOKEN, mint(member, net))]


def month_ended(day: str, month: str) -> tuple[str, Logs]:
    return day, ended(month)


def ledger_of(*blocks: tuple[str, Logs]) -> str:
    """Every entry of interest on savings, a line each: day, rule, member, account and rupiah."""
    batch = Batch(1, 0, GENESIS_HASH, KnownLoans())
    for each in chain_of(*blocks):
        batch.add(each)
    return "\n".join(_texts(batch))


def _texts(batch: Batch) -> Iterator[str]:
    lines = batch.rows[schema.line]
    for _, number, _, _, rule, _, day, *_ in batch.rows[schema.entry]:
        if rule in RULES:
            mine = [line for line in lines if line[1] == number]
            amounts = " ".join(f"{account} {amount:+,}" for _, _, _, _, account, amount, *_ in mine)
            yield f"{day_text(WibDay(day))} {rule} {mine[0][6]}: {amounts}"  # type: ignore[arg-type]


SAVED = saved("2025-01-01", 3_650_000)
CASES: list[tuple[str, list[tuple[str, Logs]], str]] = [
    (
        "credited after the month's end was run: out of 2120, in February",
        [SAVED, month_ended("2025-02-01", "2025-01"), credited("2025-02-03", ("2025-01", 18_600, 0))],
        """2025-01-31 savings-interest-accrual 12: 5010 +18,600 2120 -18,600
2025-02-03 interest 12: 2120 +18,600 2110 -18,600""",
    ),
    (
        "credited before it was run: the credit accrues, the month's end finds nothing",
        [SAVED, credited("2025-02-01", ("2025-01", 18_600, 0)), month_ended("2025-02-02", "2025-01")],
        """2025-01-31 savings-interest-accrual 12: 5010 +18,600 2120 -18,600
2025-02-01 interest 12: 2120 +18,600 2110 -18,600""",
    ),
    (
        "taxed: Rp 365,000,000 earn 60,000 a day, 1,860,000 in the month, 10% of it is tax",
        [
            saved("2025-01-01", 365_000_000),
            month_ended("2025-02-01", "2025-01"),
            credited("2025-02-03", ("2025-01", 1_860_000, 186_000)),
        ],
        """2025-01-31 savings-interest-accrual 12: 5010 +1,860,000 2120 -1,860,000
2025-02-03 interest 12: 2120 +1,860,000 2110 -1,674,000 2210 -186,000""",
    ),
    (
        "the rate rises to 9% on 16 January: 15 x 600 + 16 x 900 = 23,400",
        [SAVED, ("2025-01-10", [rate(900, "2025-01-16")]), month_ended("2025-02-01", "2025-01")],
        "2025-01-31 savings-interest-accrual 12: 5010 +23,400 2120 -23,400",
    ),
    (
        "a rate set in February, before January is ended, changes nothing of January",
        [SAVED, ("2025-02-01", [rate(0, "2025-02-02")]), month_ended("2025-02-05", "2025-01")],
        "2025-01-31 savings-interest-accrual 12: 5010 +18,600 2120 -18,600",
    ),
    (
        "fractions are carried: 100,000 earn 509.589 in January; 100,509 earn 462.617 in February, with the "
        "0.589 463.206",
        [
            saved("2025-01-01", 100_000),
            credited("2025-02-01", ("2025-01", 509, 0)),
            month_ended("2025-02-01", "2025-01"),
            month_ended("2025-03-01", "2025-02"),
        ],
        """2025-01-31 savings-interest-accrual 12: 5010 +509 2120 -509
2025-02-01 interest 12: 2120 +509 2110 -509
2025-02-28 savings-interest-accrual 12: 5010 +463 2120 -463""",
    ),
    (
        "two months that nobody credited, then both at once",
        [
            SAVED,
            month_ended("2025-02-01", "2025-01"),
            month_ended("2025-03-01", "2025-02"),
            credited("2025-03-02", ("2025-01", 18_600, 0), ("2025-02", 16_800, 0)),
        ],
        """2025-01-31 savings-interest-accrual 12: 5010 +18,600 2120 -18,600
2025-02-28 savings-interest-accrual 12: 5010 +16,800 2120 -16,800
2025-03-02 interest 12: 2120 +18,600 2110 -18,600
2025-03-02 interest 12: 2120 +16,800 2110 -16,800""",
    ),
    (
        "a member who left on 11 January earned ten days; what is credited of them earns 18.74 in 19 days",
        [
            SAVED,
            (
                "2025-01-11",
                [
                    (TOKEN, burn(12, 3_650_000)),
                    ("SavingsPayable", mint(12, 3_650_000)),
                    ("TellerDesk", ev.MemberExited(12, 0, 0, 3_650_000, parse_day("2025-01-11"))),
                ],
            ),
            month_ended("2025-02-01", "2025-01"),
            credited("2025-02-10", ("2025-01", 6_000, 0)),
            month_ended("2025-03-01", "2025-02"),
        ],
        """2025-01-31 savings-interest-accrual 12: 5010 +6,000 2120 -6,000
2025-02-10 interest 12: 2120 +6,000 2110 -6,000
2025-02-28 savings-interest-accrual 12: 5010 +18 2120 -18""",
    ),
    (
        "a storno: 7,300,000 for five days, then half of it: 5 x 1,200 + 26 x 600",
        [
            saved("2025-01-01", 7_300_000),
            (
                "2025-01-06",
                [
                    (TOKEN, burn(12, 3_650_000)),
                    (
                        "TellerDesk",
                        ev.DepositReversed(
                            12, 2, next(_PAPERS), 1 << 56, 1, 3_650_000, parse_day("2025-01-06")
                        ),
                    ),
                ],
            ),
            month_ended("2025-02-01", "2025-01"),
        ],
        "2025-01-31 savings-interest-accrual 12: 5010 +21,600 2120 -21,600",
    ),
    (
        "days are those of the blocks: a slip of January sent in February earned nothing in January, and "
        "what moved before the month's end was run is not of the month",
        [
            SAVED,
            saved("2025-02-01", 900_000_000, booked="2025-01-02"),
            taken("2025-02-02", 3_000_000),
            month_ended("2025-02-05", "2025-01"),
        ],
        "2025-01-31 savings-interest-accrual 12: 5010 +18,600 2120 -18,600",
    ),
    (
        "a touch in the month after credits some, the month's end accrues the rest of the members",
        [
            SAVED,
            saved("2025-01-22", 3_650_000, 7),
            credited("2025-02-01", ("2025-01", 18_600, 0)),
            month_ended("2025-02-01", "2025-01"),
            credited("2025-02-02", ("2025-01", 6_000, 0), member=7),
        ],
        """2025-01-31 savings-interest-accrual 12: 5010 +18,600 2120 -18,600
2025-02-01 interest 12: 2120 +18,600 2110 -18,600
2025-01-31 savings-interest-accrual 7: 5010 +6,000 2120 -6,000
2025-02-02 interest 7: 2120 +6,000 2110 -6,000""",
    ),
    (
        "a month that is ended twice, by a contract in another's place, posts once",
        [SAVED, month_ended("2025-02-01", "2025-01"), month_ended("2025-02-03", "2025-01")],
        "2025-01-31 savings-interest-accrual 12: 5010 +18,600 2120 -18,600",
    ),
    (
        "less than a rupiah is carried",
        [saved("2025-01-31", 6_000), month_ended("2025-02-01", "2025-01")],
        "",
    ),
    (
        "a month that was closed without it: the expense falls into the day of the credit; 18,600 earn "
        "79.496 in 26 days",
        [
            SAVED,
            (
                "2025-02-01",
                [
                    (
                        "Books",
                        ev.BooksClosed(parse_day("2025-01-31"), 1, bytes(32), bytes(32), bytes(32), 0, 3, 4),
                    )
                ],
            ),
            credited("2025-02-03", ("2025-01", 18_600, 0)),
            month_ended("2025-03-01", "2025-02"),
        ],
        """2025-02-03 interest 12: 5010 +18,600 2110 -18,600
2025-02-28 savings-interest-accrual 12: 5010 +16,879 2120 -16,879""",
    ),
]


@pytest.mark.parametrize(
    ("blocks", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_interest__worked_by_hand(blocks: list[tuple[str, Logs]], expected: str) -> None:
    assert ledger_of(begun(), *blocks) == expected


class Savers:
    """A token after `rules/interest.py`: random movements, touches and month's ends, with what it credits."""

    def __init__(self, seed: int, members: int, days: int) -> None:
        self.random = random.Random(seed)
        self.rates = [(WibDay(parse_day("2025-01-01")), BasisPoints(600))]
        self.accounts = {member: SukarelaAccount() for member in range(1, members + 1)}
        self.blocks = [begun(600, since="2025-01-01")]
        self.ended = Month(parse_month("2024-12"))
        for day in range(parse_day("2025-01-01"), parse_day("2025-01-01") + days):
            self._live(WibDay(day))

    def credit_all(self) -> None:
        """All members are touched a day after the last one."""
        day = WibDay(parse_day(self.blocks[-1][0]) + 1)
        self._say(day, [log for member in self.accounts for log in self._touch(member, day)])

    def _live(self, day: WibDay) -> None:
        logs: Logs = []
        for member in self.random.sample(sorted(self.accounts), 2):
            logs += self._move(member, day)
        if self.random.random() < 0.15:
            logs += self._end_month(day)
        if self.random.random() < 0.03:
            self.rates.append((WibDay(day + 1), BasisPoints(self.random.randrange(901))))
            logs.append((TOKEN, ev.InterestRateSet(day + 1, self.rates[-1][1])))
        self._say(day, logs)

    def end_months(self) -> None:
        """On the last day."""
        day = WibDay(parse_day(self.blocks[-1][0]))
        while logs := self._end_month(day):
            self._say(day, logs)

    def _end_month(self, day: WibDay) -> Logs:
        if self.ended >= month_of_day(day) - 1:
            return []
        self.ended = Month(self.ended + 1)
        return [("Books", ev.MonthEnded(self.ended, last_day(self.ended)))]

    def _say(self, day: WibDay, logs: Logs) -> None:
        self.blocks.append((day_text(day), logs))

    def _move(self, member: int, day: WibDay) -> Logs:
        logs = self._touch(member, day)
        account = self.accounts[member]
        if account.balance and self.random.random() < 0.4:
            amount = self.random.randrange(1, account.balance + 1)
            self.accounts[member], _ = account.withdraw(self._rules(), day, Rupiah(amount))
            return [*logs, *taken(day_text(day), amount, member)[1]]
        amount = self.random.choice((1, 999, 100_000, 87_654_321))
        self.accounts[member], _ = account.deposit(self._rules(), day, Rupiah(amount))
        return [*logs, *saved(day_text(day), amount, member)[1]]

    def _touch(self, member: int, day: WibDay) -> Logs:
        self.accounts[member], told = self.accounts[member].credit(self._rules(), day)
        events: Logs = [
            (TOKEN, ev.InterestCredited(member, each.month, each.gross, each.tax, day)) for each in told
        ]
        net = sum(map(_net, told))
        return [*events, (TOKEN, mint(member, net))] if net else []

    def _rules(self) -> InterestRules:
        return InterestRules(RateHistory(tuple(self.rates)))


def _net(credit: InterestCredit) -> int:
    return credit.net


def held(engine: Engine, account: int) -> dict[int, int]:
    """What an account has of each member, a debit positive."""
    kept = schema.member_balance.c
    query = select(schema.member_balance).where(kept.account == account)
    with engine.connect() as connection:
        rows = connection.execute(query).all()
    balances = {row[1]: joined(*row[3:5]) - joined(*row[5:7]) for row in rows}
    return {member: amount for member, amount in balances.items() if amount}


def append(engine: Engine, blocks: Sequence[DecodedBlock], size: int) -> Ledger:
    ledger = Ledger(engine)
    for first in range(0, len(blocks), size):
        ledger.append(blocks[first : first + size], 0)
    return ledger


@pytest.mark.parametrize("seed", range(4))
def test_interest__random_savers__2120_is_nought_once_all_is_credited(
    seed: int, another: Callable[[], Engine]
) -> None:
    savers = Savers(seed, 8, 182)
    savers.end_months()
    early = chain_of(*savers.blocks)
    engine = another()
    ledger = append(engine, early, 7)
    assert held(engine, 2120), "somebody's interest is due"
    savers.credit_all()
    blocks = chain_of(*savers.blocks)
    ledger.append(blocks[len(early) :], 0)
    assert held(engine, 2120) == {}
    assert held(engine, 2110) == {
        member: -account.balance for member, account in savers.accounts.items() if account.balance
    }
    assert check_books(engine) == []
    whole = another()
    assert append(whole, blocks, len(blocks)).digest() == ledger.digest()


@pytest.mark.parametrize("seed", range(2))
def test_interest__random_savers__every_expense_is_of_the_month_that_earned_it(
    seed: int, another: Callable[[], Engine]
) -> None:
    """5010 by month of book date is what the token credits for the month, whenever it does."""
    savers = Savers(100 + seed, 5, 150)
    savers.credit_all()
    earned: dict[int, int] = {}
    for _, logs in savers.blocks:
        for _, event in logs:
            if isinstance(event, ev.InterestCredited):
                earned[event.month] = earned.get(event.month, 0) + event.gross
    engine = another()
    append(engine, chain_of(*savers.blocks), 11)
    kept = schema.account_month.c
    with engine.connect() as connection:
        rows = connection.execute(select(schema.account_month).where(kept.account == 5010)).all()
    assert {row[2]: joined(*row[3:5]) - joined(*row[5:7]) for row in rows} == earned


def test_interest__blocks_that_go_away_and_come_again__same_books(engine: Engine) -> None:
    savers = Savers(9, 6, 120)
    blocks = chain_of(*savers.blocks)
    ledger = append(engine, blocks, 13)
    digest = ledger.digest()
    for back in (3, 40, 90):
        ledger.rollback(blocks[-back].number)
        assert check_books(engine) == []
        ledger.append(blocks[1 - back :], 0)
        assert ledger.digest() == digest


def test_interest__many_savers_after_years__month_end_in_seconds(another: Callable[[], Engine]) -> None:
    """The cost of a month's end is that of the members: 20,000 here, after much or little history."""
    members = 20_000

    def seconds(movements: int) -> float:
        engine = another()
        ledger = Ledger(engine)
        logs = [log for member in range(1, members + 1) for log in saved("2025-01-01", 5_000_000, member)[1]]
        more = [saved("2025-01-02", 1, 1 + at % members)[1] for at in range(movements)]
        blocks = [begun(), ("2025-01-01", logs), *(("2025-01-02", each) for each in more)]
        parent, made = bytes(32), []
        for number, (day, each) in enumerate([*blocks, month_ended("2025-02-01", "2025-01")], 1):
            made.append(block(number, parent, parse_day(day), each))
            parent = made[-1].hash
        ledger.append(made[:-1], 0)
        started = time.perf_counter()
        ledger.append(made[-1:], 0)
        assert len(held(engine, 2120)) == members
        return time.perf_counter() - started

    assert seconds(30_000) < 2 * seconds(0) + 2
