"""An example year and the one after it, in books: month's ends, a fixed asset, an exit, closes, SHU."""

from sqlalchemy import Engine

from indexer.chain import events as ev
from indexer.chain.events import Event
from indexer.ledger.closes import figures
from indexer.ledger.journal import Ledger
from indexer.ledger.turnovers import turnovers
from rules.calendar import date_of_day, last_day, month_of, month_of_day, parse_day
from rules.receipts import journal_receipt
from rules.types import Month, SavingsKind, WibDay
from tests.indexer.ledger.fake_chain import block, burn, mint
from tests.indexer.reports.day_books_on_chain import OnChain

Leg = tuple[int, int, int]
"""Account, rupiah (debit positive), channel (0: none)."""


def journal(ref: str, day: str | int, *legs: Leg) -> tuple[str, Event]:
    """A journal of the office."""
    words = [
        account << 80 | (amount < 0) << 72 | channel << 64 | abs(amount) for account, amount, channel in legs
    ]
    when = WibDay(day) if isinstance(day, int) else parse_day(day)
    return "Books", ev.JournalPosted(journal_receipt(ref), when, 1, 2, tuple(words))


class Office(OnChain):
    """The day books of a folder, with interest of 6% a year, month's ends, and acts of its own."""

    ACTS = (
        ("2025-03-10", "ASSET", ((1510, 12_000_000, 0), (1120, -12_000_000, 2))),
        ("2025-06-30", "WEAR", ((5160, 500_000, 0), (1590, -500_000, 0))),
        ("2025-11-28", "LATER", ((5140, 300_000, 0), (2410, -300_000, 0))),
        ("2025-12-05", "PAID", ((2410, 200_000, 0), (1120, -200_000, 2))),
        ("2025-12-08", "TAX", ((2210, 1, 0), (1120, -1, 2))),
        ("2025-12-09", "RENT", ((1110, 750_000, 1), (4900, -750_000, 0))),
    )

    def credit_interest(self, day: WibDay) -> None:
        for member, savings in self.savings.items():
            gross = (savings[SavingsKind.SUKARELA] + self.earned[member]) * 5 // 1000
            tax = gross // 10 if gross > 24_000 else 0
            if gross:
                self.earned[member] += gross - tax
                self.say("SavingsSukarela", mint(member, gross - tax))
                month = Month(month_of_day(day) - 1)
                self.say("SavingsSukarela", ev.InterestCredited(member, month, gross, tax, day))

    def import_day(self, day: WibDay, books: object) -> None:
        for when, ref, legs in self.ACTS:
            if parse_day(when) == day:
                self.say(*journal(ref, day, *legs))
        if date_of_day(day).isoformat() == "2025-12-30":
            self.let_go(day)
        super().import_day(day, books)  # type: ignore[arg-type]

    def let_go(self, day: WibDay) -> None:
        """The member without loans who has the least leaves; half is paid out at once."""
        borrowers = {loan.member for loan in self.loans.values()}
        able = [m for m, savings in self.savings.items() if savings[0] and m not in borrowers]
        member = min(able, key=lambda each: (sum(self.savings[each].values()), each))
        pokok, wajib, sukarela = (self.savings[member][kind] for kind in list(SavingsKind)[:3])
        sukarela += self.earned[member]
        for token, amount in zip(ev.TOKENS, (pokok, wajib, sukarela), strict=False):
            if amount:
                self.say(token, burn(member, amount))
        total = pokok + wajib + sukarela
        self.say("SavingsPayable", mint(member, total))
        self.say("TellerDesk", ev.MemberExited(member, pokok, wajib, sukarela, day))
        self.say("SavingsPayable", burn(member, total // 2))
        self.say("TellerDesk", ev.Withdrawn(member, 3, 1 << 56 | 99_999_999, 2, total // 2, day))
        self.savings[member] = dict.fromkeys(SavingsKind, 0)
        self.earned[member] = 0

    def close_month(self, month: Month) -> None:
        super().close_month(month)
        day, logs = self.days[-1]
        assert day == last_day(month)
        logs.append(("Books", ev.MonthEnded(month, day)))


def book_two_years(name: str, engine: Engine) -> Office:
    """The example year, closed on a day of the next; then the next year, closed in itself."""
    office = Office(name)
    blocks = office.blocks()
    ledger = Ledger(engine)
    ledger.append(blocks, floor=blocks[-30].number)
    last = blocks[-1]

    def book(day: str, *logs: tuple[str, Event]) -> None:
        nonlocal last
        last = block(last.number + 1, last.hash, parse_day(day), logs)
        ledger.append([last], floor=blocks[-30].number)

    january = last_day(month_of(2026, 1))
    book(
        "2026-01-31",
        journal("PAY-01", "2026-01-31", (5110, 1_000_000, 0), (1120, -1_000_000, 2)),
        ("Books", ev.MonthEnded(month_of(2026, 1), january)),
    )
    surplus = _close(engine, 2025, "2026-02-10", book)
    if surplus > 0:
        _share(surplus, book)
    book("2026-04-10", journal("GIFT", "2026-04-10", (1120, 2_500_000, 2), (3300, -2_500_000, 0)))
    book("2026-08-31", journal("RENT-26", "2026-08-31", (1110, 40_000, 1), (4900, -40_000, 0)))
    december = last_day(month_of(2026, 12))
    book("2027-01-02", ("Books", ev.MonthEnded(month_of(2026, 12), december)))
    _close(engine, 2026, "2027-01-03", book)
    book("2027-01-04", journal("INK", "2027-01-04", (5130, 33_000, 0), (1110, -33_000, 1)))
    return office


def _close(engine: Engine, year: int, on: str, book: object) -> int:
    """Close a year as bendahara and pengawas do; its surplus."""
    end = last_day(month_of(year, 12))
    with engine.connect() as connection:
        attested = figures(connection, end)
        earned = [d - c for code, (d, c) in turnovers(connection, end).items() if code >= 4000]
    closed = ev.BooksClosed(end, *attested, bytes(32), 0, 3, 4)
    book(on, ("Treasury", ev.ClosedThrough(end)), ("Books", closed))  # type: ignore[operator]
    return -sum(earned)


def _share(surplus: int, book: object) -> None:
    reserves, school, workers = surplus // 4, surplus // 20, surplus // 10
    members = surplus - reserves - school - workers
    day = "2026-03-20"
    book(  # type: ignore[operator]
        day,
        journal(
            "SHU", day, (3900, surplus, 0), (3200, -reserves, 0), (2320, -school, 0), (2350, -workers, 0),
            (2310, -members, 0),
        ),
        journal("SHU-PAID", day, (2310, members // 3, 0), (1120, -(members // 3), 2)),
        journal("COURSE", day, (2320, school // 2, 0), (1110, -(school // 2), 1)),
    )  # fmt: skip
