"""A folder of day books as the logs that contracts would send: a block a day, interest at a month's start."""

from itertools import groupby

from day_books import EXAMPLES, Cooperative, Loan, Row

from indexer.chain import events as ev
from indexer.chain.events import DecodedBlock, Event
from rules.calendar import date_of_day, month_of_day
from rules.receipts import journal_receipt, payroll_receipt, slip_receipt
from rules.types import Channel, LoanMethod, LoanNumber, SavingsKind, WibDay
from tests.indexer import loan_events
from tests.indexer.ledger.fake_chain import account_of, block, burn, installed, mint

INTEREST = 321_123
"""Gross interest of every holder of sukarela in every month, made up: above the tax-free amount."""
TAX = 32_112


class OnChain(Cooperative):
    """Imports as the model does, and says every accepted act as an event."""

    def __init__(self, name: str) -> None:
        super().__init__(EXAMPLES / name)
        self.logs: list[tuple[str, Event]] = [("Authority", installed(name)) for name in sorted(ev.CONTRACTS)]
        self.days: list[tuple[int, list[tuple[str, Event]]]] = []
        self.earned: dict[int, int] = dict.fromkeys(self.joined, 0)
        self.rows: list[int] = []
        self.instalments: list[Event] = []

    def blocks(self) -> list[DecodedBlock]:
        """A block for every day of the year, in order."""
        self.run()
        made: list[DecodedBlock] = []
        for number, (day, logs) in enumerate(self.days, 1):
            made.append(block(number, made[-1].hash if made else bytes(32), day, logs))
        return made

    def say(self, contract: str, event: Event) -> None:
        self.logs.append((contract, event))

    def import_day(self, day: WibDay, books: dict[str, dict[WibDay, list[Row]]]) -> None:
        for member, joined in self.joined.items():
            if joined == day:
                account = account_of(member)
                self.say("MemberRegistry", ev.MemberRegistered(member, account, account, 0, day))
        if date_of_day(day).day == 1:
            self.credit_interest(day)
        super().import_day(day, books)
        for ref, rows in groupby(books["journal"].get(day, []), key=lambda row: row["ref"]):
            self.say("Books", ev.JournalPosted(journal_receipt(ref), day, 1, 2, journal_words(list(rows))))
        self.days.append((day, self.logs))
        self.logs = []

    def credit_interest(self, day: WibDay) -> None:
        for member, savings in self.savings.items():
            if savings[SavingsKind.SUKARELA]:
                self.earned[member] += INTEREST - TAX
                self.say("SavingsSukarela", mint(member, INTEREST - TAX))
                month = month_of_day(day) - 1
                self.say("SavingsSukarela", ev.InterestCredited(member, month, INTEREST, TAX, day))

    def disburse(self, day: WibDay, row: Row) -> None:
        super().disburse(day, row)
        terms = self.loans[int(row["loan_no"])].terms
        method, channel = int(LoanMethod[row["method"]]), int(Channel[row["channel"]])
        begun = loan_events.started(
            int(row["loan_no"]),
            int(row["member_no"]),
            terms.principal,
            day,
            rate_bps=terms.annual_rate_bps,
            months=terms.months,
            method=method,
            channel=channel,
        )
        self.say("LoanBook", begun)

    def slip(self, day: WibDay, row: Row) -> None:
        loan = self.loans.get(int(row["loan_no"] or 0))
        before = loan.state if loan else None
        super().slip(day, row)
        kind, amount, paper = row["kind"], int(row["amount"]), slip_receipt(row["ref"])
        if kind == "PINDAH":
            source, target = (int(Channel[name]) for name in row["channel"].split(">"))
            self.say("TellerDesk", ev.CashMoved(paper, source, target, amount, day))
            return
        member, channel = int(row["member_no"]), int(Channel[row["channel"]])
        if kind.startswith("SETOR_"):
            which = SavingsKind[kind.removeprefix("SETOR_")]
            self.say(ev.TOKENS[which], mint(member, amount))
            self.say("TellerDesk", ev.Deposited(member, int(which), paper, channel, amount, day))
            if which is SavingsKind.POKOK:
                self.say("MemberRegistry", ev.MemberActivated(member, day))
        elif kind == "TARIK_SUKARELA":
            self.say("SavingsSukarela", burn(member, amount))
            self.say("TellerDesk", ev.Withdrawn(member, 2, paper, channel, amount, day))
        else:
            assert loan is not None
            for event in paid(int(row["loan_no"]), loan, before, paper, channel, day):
                self.say("LoanBook", event)

    def payroll(self, day: WibDay) -> None:
        self.rows, self.instalments = [], []
        super().payroll(day)
        when = date_of_day(day)
        for event in self.instalments:
            self.say("LoanBook", event)
        for word in self.rows:
            member, wajib, sukarela = word >> 224, word >> 168 & (1 << 56) - 1, word >> 112 & (1 << 56) - 1
            if wajib:
                self.say("SavingsWajib", mint(member, wajib))
            if sukarela:
                self.say("SavingsSukarela", mint(member, sukarela))
        period = when.year * 100 + when.month
        self.say("TellerDesk", ev.PayrollPosted(period, 2, day, 0, tuple(self.rows)))

    def payroll_row(self, day: WibDay, row: Row, accepted: set[tuple[str, str]]) -> int:
        number = int(row["loan_no"] or 0)
        loan = self.loans.get(number)
        before = loan.state if loan else None
        total = super().payroll_row(day, row, accepted)
        place = len(self.rows) + 1
        member, wajib, sukarela, angsuran = (
            int(row[name]) for name in ("member_no", "wajib", "sukarela", "angsuran")
        )
        word = member << 224 | wajib << 168 | sukarela << 112 | number << 80 | angsuran << 24 | place
        self.rows.append(word)
        if loan:
            paper = payroll_receipt(month_of_day(day), place)
            self.instalments += paid(number, loan, before, paper, 2, day)
        return total


def paid(number: int, loan: Loan, before: object, paper: int, channel: int, day: WibDay) -> list[Event]:
    """What LoanBook says of the payment that led from the state `before` to the loan's state."""
    principal = loan.state.principal_paid - before.principal_paid  # type: ignore[attr-defined]
    interest = loan.state.interest_paid - before.interest_paid  # type: ignore[attr-defined]
    events: list[Event] = [loan_events.paid(number, loan.member, paper, principal, interest, channel, day)]
    if loan.state.principal_paid == loan.terms.principal:
        events.append(ev.LoanClosed(LoanNumber(number), day))
    return events


def journal_words(rows: list[Row]) -> tuple[int, ...]:
    """Each row and its channel's leg."""
    words = []
    for row in rows:
        side, amount, channel = (0 if row["side"] == "DR" else 1), int(row["amount"]), Channel[row["channel"]]
        words.append(int(row["account"]) << 80 | side << 72 | amount)
        words.append((1100 + 10 * channel) << 80 | (1 - side) << 72 | channel << 64 | amount)
    return tuple(words)
