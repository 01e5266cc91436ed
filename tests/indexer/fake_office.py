"""A made-up cooperative: the events of its work, from a seed, as transactions of a FakeChain."""

from collections.abc import Callable
from random import Random

from indexer.chain import events as ev
from indexer.chain.events import Address, Event
from rules.calendar import month_of_day
from rules.types import LoanNumber, MemberNumber, Month, Receipt, WibDay
from tests.indexer import meeting_events as said
from tests.indexer.fake_chain import FakeLog, FakeTx
from tests.indexer.loan_events import paid, started

NAMES = (
    "MemberRegistry",
    "Treasury",
    *ev.TOKENS,
    "TellerDesk",
    "LoanBook",
    "LoanDesk",
    "Books",
    "RAT",
    "BallotBox",
    "SurplusDistributor",
)
ZERO = bytes(20)
DAY = WibDay(20_089)


def address_of(name: str, version: int = 0) -> Address:
    return name.encode().ljust(19, b"-")[:19] + bytes((version,))


AUTHORITY = address_of("Authority")


def account_of(member: int) -> Address:
    return b"member".ljust(16, b"-") + member.to_bytes(4, "big")


class FakeOffice:
    """Transactions of an office, consistent in themselves: supplies and entries agree in each of them."""

    def __init__(self, seed: int, members: int = 30) -> None:
        self._random = Random(seed)
        self._nonce = 0
        self._receipt = 1 << 56
        self._loans = 0
        self._meetings = 0
        self._schedules = 0
        self.members = members
        self._acts: tuple[Callable[[], FakeTx], ...] = (
            self.deposit,
            self.deposit,
            self.deposit,
            self.withdrawal,
            self.move_cash,
            self.journal,
            self.payroll,
            self.interest,
            self.loan,
            self.month_end,
            self.year_closed,
            self.schedule,
            self.surplus,
            self.refused,
            self.meeting,
            self.papers,
        )

    def tx(self, *pairs: tuple[str, Event]) -> FakeTx:
        """A transaction in which contracts (by name) emit events."""
        self._nonce += 1
        return FakeTx(self._nonce, tuple(FakeLog.of(address_of(name), event) for name, event in pairs))

    def genesis(self) -> list[list[FakeTx]]:
        """Blocks that install the contracts and register the members, all of whom pay their pokok."""
        install = [self.install(name) for name in NAMES]
        teller = ev.OfficeGranted(5, account_of(7), MemberNumber(7), 2_000_000_000)
        members = [self.member(number) for number in range(1, self.members + 1)]
        # One block installs several contracts that speak in the same block.
        return [install[:1], [*install[1:7], self.tx(("Authority", teller))], install[7:], members]

    def install(self, name: str, version: int = 0, replaced: Address = ZERO) -> FakeTx:
        event = ev.ContractInstalled(name.encode().ljust(32, b"\0"), address_of(name, version), replaced)
        return self.tx(("Authority", event))

    def member(self, number: int) -> FakeTx:
        member, account = MemberNumber(number), account_of(number)
        registered = ev.MemberRegistered(member, account, account, 0, DAY)
        paid = ev.Deposited(member, 0, self.receipt(), 1, 100_000, DAY)
        return self.tx(
            ("MemberRegistry", registered),
            ("SavingsPokok", ev.Transfer(ZERO, account, 100_000)),
            ("MemberRegistry", ev.MemberActivated(member, DAY)),
            ("TellerDesk", paid),
        )

    def receipt(self) -> Receipt:
        self._receipt += 1
        return Receipt(self._receipt)

    def block(self, size: int) -> list[FakeTx]:
        """Transactions of an ordinary day; their order does not matter."""
        return [self._random.choice(self._acts)() for _ in range(size)]

    def _member(self) -> MemberNumber:
        return MemberNumber(self._random.randrange(1, self.members + 1))

    def _amount(self) -> int:
        return self._random.randrange(1, 5_000) * 1_000

    def deposit(self) -> FakeTx:
        member, amount, kind = self._member(), self._amount(), self._random.choice((1, 2))
        return self.tx(
            (ev.TOKENS[kind], ev.Transfer(ZERO, account_of(member), amount)),
            ("TellerDesk", ev.Deposited(member, kind, self.receipt(), 1, amount, DAY)),
        )

    def withdrawal(self) -> FakeTx:
        member, amount = self._member(), self._amount()
        return self.tx(
            ("SavingsSukarela", ev.Transfer(account_of(member), ZERO, amount)),
            ("TellerDesk", ev.Withdrawn(member, 2, self.receipt(), 1, amount, DAY)),
        )

    def move_cash(self) -> FakeTx:
        return self.tx(("TellerDesk", ev.CashMoved(self.receipt(), 1, 2, self._amount(), DAY)))

    def journal(self) -> FakeTx:
        amount = self._amount()
        lines = (5110 << 80 | amount, 1110 << 80 | 1 << 72 | 1 << 64 | amount)
        event = ev.JournalPosted(self.receipt(), DAY, MemberNumber(2), MemberNumber(3), lines)
        return self.tx(("Books", event))

    def payroll(self) -> FakeTx:
        rows, moves, total = [], [], 0
        self._receipt += 1
        row = self._receipt & 0xFFFFFF
        for member in self._random.sample(range(1, self.members + 1), min(5, self.members)):
            amount = self._amount()
            rows.append(member << 224 | 50_000 << 168 | amount << 112 | row)
            row += 1
            moves.append(("SavingsWajib", ev.Transfer(ZERO, account_of(member), 50_000)))
            moves.append(("SavingsSukarela", ev.Transfer(ZERO, account_of(member), amount)))
            total += 50_000 + amount
        self._receipt += len(rows)
        return self.tx(*moves, ("TellerDesk", ev.PayrollPosted(202_501, 2, DAY, total, tuple(rows))))

    def interest(self) -> FakeTx:
        member, gross = self._member(), self._amount()
        return self.tx(
            ("SavingsSukarela", ev.Transfer(ZERO, account_of(member), gross - gross // 10)),
            (
                "SavingsSukarela",
                ev.InterestCredited(member, Month(2025 * 12), gross, gross // 10, DAY),
            ),
        )

    def loan(self) -> FakeTx:
        self._loans += 1
        loan, member = LoanNumber(self._loans), self._member()
        document = self._loans.to_bytes(32, "big")
        begun = started(loan, member, 12_000_000, DAY, method=2, document=document)
        payment = paid(loan, member, self.receipt(), 946_185, 120_000, 1, DAY)
        return self.tx(("LoanBook", begun), ("LoanBook", payment))

    def month_end(self) -> FakeTx:
        """Interest on what runs by then, a month after every loan's day."""
        day = WibDay(DAY + 31)
        return self.tx(("Books", ev.MonthEnded(month_of_day(day), day)))

    def schedule(self) -> FakeTx:
        """Depreciation from the month that `month_end` ends, and one that is ended at once."""
        self._schedules += 2
        first, amount = month_of_day(WibDay(DAY + 31)), self._amount()
        runs, gone = (
            ev.ScheduleAdopted(
                number,
                ev.ScheduleTerms(number, 0, 0, 5160, 1590, amount, 0, 12, first),
                MemberNumber(3),
                MemberNumber(1),
            )
            for number in (self._schedules - 1, self._schedules)
        )
        ended = ev.ScheduleEnded(self._schedules, MemberNumber(3), MemberNumber(1))
        return self.tx(*(("Books", event) for event in (runs, gone, ended)))

    def surplus(self) -> FakeTx:
        """A surplus goes to reserves and members, one of whom is paid in cash."""
        member, amount = self._member(), self._amount()
        pots = (ev.Pot(3200, amount), ev.Pot(2310, 2 * amount))
        return self.tx(
            ("SurplusDistributor", ev.SurplusAllocated(2024, 3 * amount, pots, bytes(32), bytes(32), DAY)),
            ("SurplusDistributor", ev.SharePaidInCash(2024, member, self.receipt(), 1, amount, DAY)),
        )

    def year_closed(self) -> FakeTx:
        """The year before is opened, corrected and closed again: in any order, by itself."""
        last, old, new = WibDay(DAY - 1), self.receipt(), self.receipt()
        amount = self._amount()
        lines = (5110 << 80 | amount, 4900 << 80 | 1 << 72 | 2 * amount, 2410 << 80 | amount)
        return self.tx(
            ("Treasury", ev.ReopenedAfter(WibDay(0))),
            ("Books", ev.JournalPosted(new, last, MemberNumber(2), MemberNumber(3), lines)),
            ("Books", ev.JournalCorrects(new, old)),
            ("Treasury", ev.ClosedThrough(last)),
            (
                "Books",
                ev.BooksClosed(last, 1, bytes(32), bytes(32), bytes(32), 0, MemberNumber(3), MemberNumber(4)),
            ),
        )

    def meeting(self) -> FakeTx:
        self._meetings += 1
        meeting = self._meetings
        notice = said.convened(meeting, self.members, (1, 2), (3, 4))
        return self.tx(
            notice, said.resolution(meeting, 1, "Usul"), said.election(meeting, 2, (3, 1, 2), (1, 2))
        )

    def papers(self) -> FakeTx:
        """A batch of a meeting, before or after its notice as blocks may fall."""
        meeting, call = self._random.randrange(1, self._meetings + 2), self._random.choice((1, 2))
        members = self._random.sample(range(1, self.members + 1), 6)
        cast = said.cast(meeting, call, [(member, self._random.randrange(4)) for member in members[:4]])
        refused = said.refused(meeting, call, members[4], 2, 3)
        return self.tx(refused, cast, said.checked_in(meeting, call, members[5:]))

    def refused(self) -> FakeTx:
        return self.tx(("TellerDesk", ev.SlipRefused(self.receipt(), b"\x12\x34\x56\x78" + bytes(33))))

    def noise(self, logs: int) -> FakeTx:
        """A transaction of somebody else."""
        self._nonce += 1
        stranger = FakeLog(
            self._random.randbytes(20), (self._random.randbytes(32),), self._random.randbytes(40)
        )
        return FakeTx(self._nonce, (stranger,) * logs)
