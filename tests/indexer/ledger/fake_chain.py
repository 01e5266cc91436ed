"""Blocks of decoded logs without a chain, and a random but sound cooperative to fill them."""

import random
from collections.abc import Sequence
from hashlib import sha256

from indexer.chain import events as ev
from indexer.chain.events import DecodedBlock, Event, LogRef, RawLog
from rules.calendar import last_day, month_of_day, parse_day, timestamp_of_day
from rules.types import Month, WibDay
from tests.indexer import meeting_events as said
from tests.indexer.loan_events import amended, paid, started

NO_ADDRESS = bytes(20)
FOR_ALL = 0b101
"""Choices: for the first motion and the first candidate."""
ADDRESSES = {name: sha256(name.encode()).digest()[:20] for name in sorted(ev.CONTRACTS)}
START = parse_day("2025-01-02")
TRANSFER = bytes.fromhex("ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef")


def account_of(member: int) -> bytes:
    return member.to_bytes(20, "big")


def mint(member: int, amount: int) -> ev.Transfer:
    return ev.Transfer(NO_ADDRESS, account_of(member), amount)


def burn(member: int, amount: int) -> ev.Transfer:
    return ev.Transfer(account_of(member), NO_ADDRESS, amount)


def installed(name: str) -> ev.ContractInstalled:
    return ev.ContractInstalled(name.encode().ljust(32, b"\0"), ADDRESSES[name], NO_ADDRESS)


def raw(event: Event, log_index: int, contract: str, seed: bytes) -> RawLog:
    """A raw log; only Transfer has its true bytes, since the books read nothing else of them."""
    topics, data = sha256(type(event).__name__.encode()).digest(), sha256(seed).digest()
    if isinstance(event, ev.Transfer):
        topics = TRANSFER + event.from_.rjust(32, b"\0") + event.to.rjust(32, b"\0")
        data = event.value.to_bytes(32, "big")
    return RawLog(log_index, log_index, sha256(seed + b"tx").digest(), ADDRESSES[contract], topics, data)


Logs = Sequence[tuple[str, Event]]
"""Contract and event."""


def block(number: int, parent: bytes, day: int, logs: Logs, salt: str = "") -> DecodedBlock:
    """A block on `day` with these logs; `salt` makes another hash."""
    block_hash = sha256(f"{number}{salt}".encode() + parent).digest()
    time = timestamp_of_day(WibDay(day)) + 43_200
    raws, events = [], []
    for index, (contract, event) in enumerate(logs):
        log = raw(event, index, contract, block_hash + bytes([index % 256]))
        raws.append(log)
        place = (number, block_hash, time, log.tx_hash, log.tx_index, index)
        events.append((LogRef(*place, ADDRESSES[contract], contract), event))
    return DecodedBlock(number, block_hash, parent, time, False, tuple(raws), tuple(events))


class Cooperative:
    """Makes sound logs from a seed: members, savings, loans, payroll, interest, exits, journals."""

    def __init__(self, seed: int, base: int = 0) -> None:
        """Members and loans are numbered above `base`."""
        self.base = base
        self.random = random.Random(seed)
        self.members: dict[int, list[int]] = {}
        self.loans: dict[int, list[int]] = {}
        self.versions: dict[int, tuple[int, int]] = {}
        self.written_off: set[int] = set()
        self.papers = 1
        self.day: int = START

    def paper(self, series: int = 1) -> int:
        self.papers += 1
        return series << 56 | self.papers

    def founding(self) -> Logs:
        names = [("Authority", installed(name)) for name in ADDRESSES]
        grant = ev.OfficeGranted(3, account_of(900), 1, 2_000_000_000)
        cash = self.journal(3300, 1, 50_000_000_000)
        return [*names, ("Authority", grant), *cash]

    def join(self) -> Logs:
        member = self.base + len(self.members) + 1
        self.members[member] = [100_000, 0, 0]
        account = account_of(member)
        return [
            ("MemberRegistry", ev.MemberRegistered(member, account, account, 0, self.day)),
            ("SavingsPokok", mint(member, 100_000)),
            ("TellerDesk", ev.Deposited(member, 0, self.paper(), 1, 100_000, self.day)),
            ("MemberRegistry", ev.MemberActivated(member, self.day)),
        ]

    def deposit(self) -> Logs:
        member, kind = self.random.choice(list(self.members)), self.random.choice((1, 2))
        amount = self.random.randrange(1, 500_000)
        self.members[member][kind] += amount
        token = ev.TOKENS[kind]
        channel = self.random.choice((1, 2))
        deposited = ev.Deposited(member, kind, self.paper(), channel, amount, self.day)
        return [(token, mint(member, amount)), ("TellerDesk", deposited)]

    def withdraw(self) -> Logs:
        owners = [member for member, savings in self.members.items() if savings[2]]
        if not owners:
            return self.deposit()
        member = self.random.choice(owners)
        amount = self.random.randrange(1, self.members[member][2] + 1)
        self.members[member][2] -= amount
        withdrawn = ev.Withdrawn(member, 2, self.paper(), 1, amount, self.day)
        return [("SavingsSukarela", burn(member, amount)), ("TellerDesk", withdrawn)]

    def interest(self) -> Logs:
        owners = [member for member, savings in self.members.items() if savings[2] > 1_000]
        if not owners:
            return self.deposit()
        member = self.random.choice(owners)
        gross = self.random.randrange(1, 300_000)
        tax = gross // 10 if gross > 240_000 else 0
        self.members[member][2] += gross - tax
        month = month_of_day(WibDay(self.day))
        credited = ev.InterestCredited(member, month, gross, tax, self.day)
        return [("SavingsSukarela", mint(member, gross - tax)), ("SavingsSukarela", credited)]

    def lend(self) -> Logs:
        member, loan = self.random.choice(list(self.members)), self.base + len(self.loans) + 1
        principal = self.random.randrange(1_000_000, 20_000_000)
        self.loans[loan] = [member, principal]
        self.versions[loan] = (1, 0)
        begun = started(loan, member, principal, self.day, channel=2)
        return [("LoanBook", begun)]

    def repay(self) -> Logs:
        running = [loan for loan, (_, left) in self.loans.items() if left]
        if not running:
            return self.lend()
        loan = self.random.choice(running)
        member, left = self.loans[loan]
        interest = self.random.randrange(50_000)
        principal = left if self.random.random() < 0.2 else self.random.randrange(1, left + 1)
        self.loans[loan][1] -= principal
        payment = paid(loan, member, self.paper(), principal, interest, 1, self.day, 7)
        if loan in self.written_off:
            split = (principal, interest, 7)
            payment = ev.LoanRecovered(loan, member, self.paper(), *split, 1, self.day)
        closed = [] if self.loans[loan][1] else [("LoanBook", ev.LoanClosed(loan, self.day))]
        return [("LoanBook", payment), *closed]

    def _running(self) -> int | None:
        running = [loan for loan, (_, left) in self.loans.items() if left and loan not in self.written_off]
        return self.random.choice(running) if running else None

    def _next_version(self, loan: int) -> tuple[int, int]:
        version, before = self.versions[loan]
        self.versions[loan] = (version + 1, before + self.random.randrange(3))
        return self.versions[loan]

    def amend(self) -> Logs:
        loan = self._running()
        if loan is None or self.versions[loan][0] > 100:
            return self.lend()
        version, before = self._next_version(loan)
        terms = {"kind": version % 3, "months": 12, "before": before, "carried": self.random.randrange(9_000)}
        return [("LoanBook", amended(loan, version, self.loans[loan][1], self.day, **terms))]

    def draw(self) -> Logs:
        loan = self._running()
        if loan is None or self.versions[loan][0] > 100:
            return self.lend()
        version, before = self._next_version(loan)
        self.loans[loan][1] += 500_000
        member, left = self.loans[loan]
        terms = (version, 500_000, left, 12, 0, before, 0, 1, self.day)
        return [("LoanBook", ev.LoanDrawn(loan, member, self.paper(), *terms))]

    def write_off(self) -> Logs:
        loan = self._running()
        if loan is None:
            return self.lend()
        self.written_off.add(loan)
        member, left = self.loans[loan]
        return [("LoanBook", ev.LoanWrittenOff(loan, member, left, self.day, bytes(32)))]

    def assume(self) -> Logs:
        loan = self._running()
        if loan is None:
            return self.lend()
        heir, member = self.random.choice(list(self.members)), self.loans[loan][0]
        if heir == member:
            return self.deposit()
        self.loans[loan][0] = heir
        return [("LoanBook", ev.LoanAssumed(loan, member, heir, bytes(32)))]

    def claim(self) -> Logs:
        """A lien on sukarela is claimed and pays the loan."""
        loan = self._running()
        if loan is None:
            return self.lend()
        member, left = self.loans[loan]
        amount = min(self.members[member][2], left - 1)
        if not amount:
            return self.deposit()
        self.members[member][2] -= amount
        self.loans[loan][1] -= amount
        return [
            ("SavingsSukarela", ev.LienPlaced(member, loan, amount)),
            ("SavingsSukarela", burn(member, amount)),
            ("SavingsSukarela", ev.LienClaimed(member, loan, amount)),
            ("LoanBook", paid(loan, member, self.paper(), amount, 0, 0, self.day)),
        ]

    def month_end(self) -> Logs:
        month = Month(month_of_day(WibDay(self.day)) - 1)
        return [("Books", ev.MonthEnded(month, last_day(month)))]

    def payroll(self) -> Logs:
        words, transfers = [], []
        total = 0
        for row, member in enumerate(self.members, 1):
            sukarela = self.random.choice((0, 25_000))
            words.append(member << 224 | 50_000 << 168 | sukarela << 112 | row)
            self.members[member][1] += 50_000
            self.members[member][2] += sukarela
            total += 50_000 + sukarela
            transfers.append(("SavingsWajib", mint(member, 50_000)))
            if sukarela:
                transfers.append(("SavingsSukarela", mint(member, sukarela)))
        period = 200_000 + self.papers
        self.papers += 1
        return [*transfers, ("TellerDesk", ev.PayrollPosted(period, 2, self.day, total, tuple(words)))]

    def leave(self) -> Logs:
        free = [member for member in self.members if not any(who == member for who, _ in self.loans.values())]
        if len(free) < 3:
            return self.deposit()
        member = self.random.choice(free)
        pokok, wajib, sukarela = self.members.pop(member)
        self.members[member] = [0, 0, 0]
        burns = [
            (token, burn(member, amount))
            for token, amount in zip(ev.TOKENS, (pokok, wajib, sukarela), strict=False)
            if amount
        ]
        total = pokok + wajib + sukarela
        if not total:
            return self.deposit()
        return [
            *burns,
            ("SavingsPayable", mint(member, total)),
            ("TellerDesk", ev.MemberExited(member, pokok, wajib, sukarela, self.day)),
            ("MemberRegistry", ev.MemberLeft(member, self.day)),
        ]

    def journal(self, account: int = 5110, side: int = 0, amount: int | None = None) -> Logs:
        """`side` 1: the account is credited and the bank debited."""
        rupiah = amount or self.random.randrange(1, 100_000)
        lines = (account << 80 | side << 72 | rupiah, 1120 << 80 | (1 - side) << 72 | 2 << 64 | rupiah)
        return [("Books", ev.JournalPosted(self.paper(3), self.day, 1, 2, lines))]

    def rate(self) -> Logs:
        return [("SavingsSukarela", ev.InterestRateSet(self.day, self.random.randrange(0, 900)))]

    def meet(self, number: int) -> Logs:
        """A meeting every 16 blocks, whose first call has no quorum: what happens of it in this block."""
        meeting, members = self.base + number // 16 + 1, sorted(self.members)
        noon = timestamp_of_day(WibDay(self.day)) + 43_200
        again = [(1, 1), (members[0], FOR_ALL)]
        acts: dict[int, Logs] = {
            2: [
                said.convened(meeting, len(members), (noon + 1, noon + 2), (noon + 3, noon + 4)),
                said.resolution(meeting, 1, "Pengesahan laporan"),
                said.election(meeting, 2, members[:3], (1,)),
            ],
            3: [said.checked_in(meeting, 1, members[1:3]), said.on_paper(meeting, 1, members[3:4])],
            4: [
                said.refused(meeting, 2, 99_999, 0, 1),
                said.cast(meeting, 2, [(member, FOR_ALL) for member in members[:-1]]),
            ],
            5: [said.refused(meeting, 2, member, place, 2) for place, (member, _) in enumerate(again)],
            6: [("RAT", ev.DecisionCarriedOut(ADDRESSES["RAT"], meeting, 1))],
        }
        return acts.get(number % 16, [])

    def share_out(self, number: int) -> Logs:
        """A year's surplus every 24 blocks; two members are paid into savings, one in cash, the rest not."""
        year, step = 2_000 + self.base + number // 24, number % 24
        members = sorted(self.members)[:6]
        if step == 8:
            pots = (ev.Pot(2310, 6_000), ev.Pot(2320, 500), ev.Pot(3200, 1_500))
            told = ev.SurplusAllocated(year, 8_000, pots, bytes(32), bytes(32), self.day)
            return [("SurplusDistributor", told)]
        if step not in (9, 11) or len(members) < 6 or number < 24:
            return []
        if step == 11:
            cash = ev.SharePaidInCash(year, members[2], self.paper(), 2, 1_000, self.day)
            return [("SurplusDistributor", cash)]
        logs: list[tuple[str, Event]] = []
        for member in members[:2]:
            self.members[member][2] += 1_000
            receipt = 6 << 56 | year << 32 | member
            paid_in = ev.SharePaid(year, member, receipt, 2, 1_000, self.day)
            logs += [("SavingsSukarela", mint(member, 1_000)), ("SurplusDistributor", paid_in)]
        return logs

    def some(self) -> Logs:
        """The logs of one act."""
        acts = [self.deposit] * 6 + [self.withdraw, self.interest, self.lend, self.repay, self.repay]
        acts += [self.join, self.journal, self.leave, self.payroll, self.rate]
        acts += [self.amend, self.draw, self.write_off, self.assume, self.claim, self.month_end]
        return self.random.choice(acts)()

    def blocks(
        self, count: int, first: int = 1, parent: bytes = bytes(32), salt: str = ""
    ) -> list[DecodedBlock]:
        """Blocks of a few acts each; some are empty."""
        made = []
        for number in range(first, first + count):
            logs: list[tuple[str, Event]] = []
            if not self.members:
                logs += self.founding()
                for _ in range(8):
                    logs += self.join()
            else:
                for _ in range(self.random.choice((0, 1, 2, 5))):
                    logs += self.some()
                logs += self.meet(number)
                logs += self.share_out(number)
            made.append(block(number, parent, self.day, logs, salt))
            parent = made[-1].hash
            self.day += self.random.choice((0, 0, 1, 3))
        return made
