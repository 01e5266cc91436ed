"""The penalty that follows from the books is that of rules/loans.py, and the contract's, to a fraction."""

import random
from pathlib import Path

import msgspec
import pytest

from indexer.chain import events as ev
from indexer.ledger.database import open_engine
from indexer.ledger.journal import Ledger
from indexer.ledger.penalties import penalties_at
from rules import loans
from rules.amortization import LoanTerms
from rules.calendar import day_text, parse_day
from rules.loans import Amendment, Conditions, Loan, LoanChangeError
from rules.types import BasisPoints, LoanMethod, Rupiah, WibDay
from tests.indexer.ledger.fake_chain import installed
from tests.indexer.ledger.test_month_end import Logs, chain_of
from tests.indexer.loan_events import amended, opened, paid, started
from tests.nightly import DEEP

LENT = parse_day("2025-01-31")
CONDITIONS = Conditions(BasisPoints(1_000), BasisPoints(40))
TOLD = ev.Conditions(1_000, 40, 0, 0)
LOAN = 7
SEEDS = 500 if DEEP else 25


class History:
    """A loan's life from a seed: as the rules have it, and as logs, a block for each act."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.day = LENT
        method = self.random.choice((LoanMethod.DECLINING, LoanMethod.FLAT, LoanMethod.BULLET))
        terms = LoanTerms(Rupiah(1_200_000), BasisPoints(1_200), 12, method, LENT, grace_months=seed % 3)
        self.loan = loans.start(terms, CONDITIONS)
        begun = started(LOAN, 1, 1_200_000, LENT, method=int(method), grace=seed % 3, conditions=TOLD)
        grant = (3300 << 80 | 1 << 72 | 90_000_000, 1110 << 80 | 1 << 64 | 90_000_000)
        self.blocks: list[tuple[str, Logs]] = [
            (
                day_text(LENT),
                [
                    *(("Authority", installed(name)) for name in ("Books", "LoanBook")),
                    ("Books", ev.JournalPosted(3 << 56 | 1, LENT, 1, 2, grant)),
                    ("LoanBook", begun),
                ],
            )
        ]

    def live(self, acts: int) -> None:
        """Until it is closed, or `acts` were done; each some days after the one before."""
        for at in range(acts):
            if self.loan.closed:
                return
            self.day = WibDay(self.day + self.random.randrange(1, 45))
            act = self.random.choice((self.pay, self.pay, self.pay, self.waive, self.amend, self.pay_off))
            logs = act(at)
            if logs:
                self.blocks.append((day_text(self.day), logs))

    def told(self, before: Loan, log: tuple[str, ev.Event]) -> Logs:
        closed: Logs = [("LoanBook", ev.LoanClosed(LOAN, self.day))]
        return [log, *(closed if self.loan.closed and not before.closed else [])]

    def pay(self, at: int) -> Logs:
        before = self.loan
        amount = min(self.random.randrange(1, 300_000), loans.owed(before, self.day).total)
        self.loan, split = loans.pay(before, Rupiah(amount), self.day)
        log = paid(LOAN, 1, 1 << 56 | at, split.principal, split.interest, 1, self.day, split.penalty)
        return self.told(before, ("LoanBook", log))

    def pay_off(self, at: int) -> Logs:
        before = self.loan
        if self.random.random() < 0.7:
            return []
        self.loan, split = loans.pay_off(before, self.day)
        log = paid(LOAN, 1, 1 << 56 | at, split.principal, split.interest, 1, self.day, split.penalty)
        return self.told(before, ("LoanBook", log))

    def waive(self, _at: int) -> Logs:
        owed = loans.penalty_owed(self.loan, self.day)
        if not owed:
            return []
        before, amount = self.loan, self.random.randrange(1, owed + 1)
        self.loan = loans.waive_penalty(before, Rupiah(amount), self.day)
        return self.told(before, ("LoanBook", ev.LoanPenaltyWaived(LOAN, amount, self.day, bytes(32))))

    def amend(self, _at: int) -> Logs:
        agreed = Amendment(
            BasisPoints(1_200), 18, LoanMethod.DECLINING, freeze_months=self.random.randrange(2)
        )
        try:
            self.loan = loans.amend(self.loan, agreed, self.day)
        except (LoanChangeError, ValueError):
            return []
        log = amended(
            LOAN,
            self.loan.version,
            self.loan.terms.principal,
            self.day,
            months=18,
            freeze=agreed.freeze_months,
            before=self.loan.terms.instalments_before,
            carried=self.loan.carried,
        )
        return [("LoanBook", log)]


@pytest.mark.parametrize("seed", range(SEEDS))
def test_penalties_at__any_history__the_fraction_of_the_rules(seed: int, tmp_path: Path) -> None:
    history = History(seed)
    history.live(20)
    engine = open_engine(f"sqlite:///{tmp_path / 'books.sqlite'}")
    chain = chain_of(*history.blocks)
    Ledger(engine).append(chain, floor=-1)
    with engine.connect() as connection:
        found = penalties_at(connection, 1, chain[-1].number)[LOAN]
        began = penalties_at(connection, 1, 1)[LOAN]
    engine.dispose()
    assert found.penalty == history.loan.penalty
    later = WibDay(history.day + 100)
    assert found.owed(later) == loans.penalty_owed(history.loan, later)
    assert (began.penalty.numerator, began.penalty.counted_to) == (0, LENT)


def test_penalties_at__opened_from_paper_books__counts_from_that_day(tmp_path: Path) -> None:
    """100,000 and 12,000 were due on 28 February; opened on 10 March, asked for on 20 March: 9 days."""
    day = parse_day("2025-03-10")
    begun = opened(LOAN, 1, 1_200_000, 0, 0, LENT)
    logs: Logs = [
        ("Authority", installed("LoanBook")),
        ("LoanBook", msgspec.structs.replace(begun, conditions=TOLD)),
    ]
    engine = open_engine(f"sqlite:///{tmp_path / 'books.sqlite'}")
    Ledger(engine).append(chain_of((day_text(day), logs)), floor=-1)
    with engine.connect() as connection:
        found = penalties_at(connection, 1, 1)[LOAN]
    engine.dispose()
    assert found.penalty.counted_to == day
    assert found.accrued(parse_day("2025-03-20")).numerator == 112_000 * 9 * 1_000


def test_histories__reach_what_they_must() -> None:
    """Penalty paid, waived and capped, carried interest with penalty, loans that close."""
    ends = []
    for seed in range(SEEDS):
        history = History(seed)
        history.live(20)
        ends.append(history.loan)
    assert any(loan.penalty.paid for loan in ends)
    assert any(loan.penalty.waived for loan in ends)
    assert any(loan.penalty.numerator // 3_650_000 > loans.penalty_cap(loan) for loan in ends)
    assert any(loan.version > 2 for loan in ends)
    assert sum(loan.closed for loan in ends) > 5
