"""Books of any size without a chain: what the reports are measured on."""

from collections.abc import Iterator
from hashlib import sha256
from random import Random
from typing import Final

from indexer.chain import events as ev
from indexer.chain.events import DecodedBlock, Event, LogRef, RawLog
from indexer.ledger.journal import Ledger
from rules.calendar import parse_day, timestamp_of_day
from rules.types import WibDay
from tests.indexer import loan_events

FIRST_DAY: Final = parse_day("2023-01-02")
DAYS: Final = 1_095
PAYROLL_ROWS: Final = 100
_NO_ADDRESS: Final = bytes(20)
_ADDRESSES: Final = {name: sha256(name.encode()).digest()[:20] for name in sorted(ev.CONTRACTS)}

Logs = list[tuple[str, Event]]


def fill(ledger: Ledger, entries: int, members: int) -> Iterator[int]:
    """Append blocks until there are at least `entries` entries; gives how many there are after each batch.

    Members join with their pokok; then payrolls of 100 rows, deposits, withdrawals of what was deposited, and
    payments on loans, spread evenly over three years.
    """
    maker = _Maker(entries, members)
    batch: list[DecodedBlock] = []
    while maker.entries < entries:
        batch.append(maker.block())
        if sum(len(block.events) for block in batch) >= 8_192:
            ledger.append(batch, batch[-1].number)
            batch = []
            yield maker.entries
    if batch:
        ledger.append(batch, batch[-1].number)
        yield maker.entries


class _Maker:
    def __init__(self, target: int, members: int) -> None:
        self.random = Random(20_250_101)
        self.target = target
        self.members = members
        self.entries = 0
        self.joined = 0
        self.loans = 0
        self.papers = 1 << 56
        self.number = 0
        self.hash = bytes(32)

    @property
    def day(self) -> WibDay:
        return WibDay(FIRST_DAY + DAYS * self.entries // (self.target + 1))

    def block(self) -> DecodedBlock:
        self.number += 1
        logs: Logs = self.founding() if self.number == 1 else []
        if self.joined < self.members:
            for _ in range(min(500, self.members - self.joined)):
                logs += self.join()
        else:
            logs += self.payroll()
            for _ in range(100):
                logs += self.random.choice((self.deposit, self.deposit, self.loan))()
        return self.sealed(logs)

    def sealed(self, logs: Logs) -> DecodedBlock:
        parent, self.hash = self.hash, sha256(b"%d" % self.number).digest()
        time = timestamp_of_day(self.day) + self.number % 86_400
        raws, events = [], []
        for index, (contract, event) in enumerate(logs):
            tx_hash = sha256(b"%d %d" % (self.number, index)).digest()
            address = _ADDRESSES[contract]
            raws.append(RawLog(index, index, tx_hash, address, tx_hash * 4, tx_hash * 3))
            place = (self.number, self.hash, time, tx_hash, index, index)
            events.append((LogRef(*place, address, contract), event))
        return DecodedBlock(self.number, self.hash, parent, time, True, tuple(raws), tuple(events))

    def founding(self) -> Logs:
        amount = 1 << 50
        lines = (3300 << 80 | 1 << 72 | amount, 1120 << 80 | 2 << 64 | amount)
        self.entries += 1
        return [("Books", ev.JournalPosted(self.paper(), self.day, 1, 2, lines))]

    def paper(self) -> int:
        self.papers += 1
        return self.papers

    def join(self) -> Logs:
        self.joined += 1
        self.entries += 1
        account = self.joined.to_bytes(20, "big")
        return [
            ("MemberRegistry", ev.MemberRegistered(self.joined, account, account, 0, self.day)),
            ("SavingsPokok", ev.Transfer(_NO_ADDRESS, account, 100_000)),
            ("TellerDesk", ev.Deposited(self.joined, 0, self.paper(), 1, 100_000, self.day)),
            ("MemberRegistry", ev.MemberActivated(self.joined, self.day)),
        ]

    def payroll(self) -> Logs:
        start = self.random.randrange(1, max(2, self.members - PAYROLL_ROWS))
        rows = range(start, start + min(PAYROLL_ROWS, self.members))
        moves: Logs = [("SavingsWajib", ev.Transfer(_NO_ADDRESS, b"m" * 20, 50_000)) for _ in rows]
        words = tuple(member << 224 | 50_000 << 168 | member - start + 1 for member in rows)
        self.entries += len(rows)
        total = 50_000 * len(rows)
        return [*moves, ("TellerDesk", ev.PayrollPosted(self.number, 2, self.day, total, words))]

    def deposit(self) -> Logs:
        member, amount = self.random.randrange(1, self.members + 1), self.random.randrange(1, 1_000_000)
        self.entries += 1
        return [
            ("SavingsSukarela", ev.Transfer(_NO_ADDRESS, b"m" * 20, amount)),
            ("TellerDesk", ev.Deposited(member, 2, self.paper(), 1, amount, self.day)),
        ]

    def loan(self) -> Logs:
        self.loans += 1
        self.entries += 2
        member = self.random.randrange(1, self.members + 1)
        started = loan_events.started(self.loans, member, 12_000_000, self.day, channel=2)
        paid = loan_events.paid(self.loans, member, self.paper(), 1_000_000, 120_000, 1, self.day)
        return [("LoanBook", started), ("LoanBook", paid)]
