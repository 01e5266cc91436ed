"""LoanBook against rules.loans: random lives with penalty, tranches, amendments, waivers, write-offs."""

from random import Random
from typing import Any

import pytest

from rules import loans
from rules.amortization import LoanTerms, OverpaymentError
from rules.types import BasisPoints, LoanMethod, Rupiah, Waterfall, WibDay
from tests.contracts.actors import House, today
from tests.contracts.care import Amendment
from tests.contracts.LoanBook.test_model import BORROWER, LOANS, Script, caller
from tests.contracts.office import BANK, DOCUMENT, Terms

__all__ = ["caller"]

STEPS = 25


class Life:
    """One loan in the book and in the model."""

    def __init__(self, book: Any, seed: int) -> None:
        self.book, self.random = book, Random(seed)
        self.script = Script(book)
        self.day = today() - self.random.randint(1_500, 3_000)
        self.unit = self.random.choice((0, 0, 2, 3))
        self.penalty = self.random.choice((0, 0, 600, 2_400))
        self.cap = self.random.choice((100, 1_000, 4_000))
        self.waterfall = self.random.choice(list(Waterfall))
        self.loan = self.start()
        self.paid = 0

    def start(self) -> loans.Loan:
        random = self.random
        while True:
            terms = Terms(
                7,
                BORROWER,
                principal=random.choice((random.randint(1, 10**5), random.randint(10**6, 10**9))),
                rate_bps=random.choice((0, 600, 1_200, random.randint(0, 2_400))),
                months=random.randint(1, 48),
                method=random.choice(list(LoanMethod)),
            )
            terms = terms.but(grace_months=random.choice((0, random.randrange(terms.months))))
            drawn = random.choice((terms.principal, random.randint(1, terms.principal)))
            model = self.model(terms, drawn)
            if loans.within_rate_cap(self.model(terms, terms.principal)):
                break
        conditions = (self.penalty, self.cap, int(self.waterfall), self.unit)
        payout = (drawn, 0, int(BANK), self.day)
        self.script.expect(None, self.book.start, terms.word, payout, conditions)
        kept = loans.Conditions(BasisPoints(self.penalty), BasisPoints(self.cap), self.waterfall)
        return loans.start(model, kept)

    def model(self, terms: Terms, principal: int) -> LoanTerms:
        return LoanTerms(
            Rupiah(principal),
            BasisPoints(terms.rate_bps),
            terms.months,
            terms.method,
            WibDay(self.day),
            terms.grace_months,
            self.unit,
        )

    def live(self) -> None:
        acts = (self.pay, self.pay, self.pay, self.pay_off, self.draw, self.amend, self.waive, self.write_off)
        weights = (5, 5, 5, 1, 2, 2, 2, 0.3)
        for _ in range(STEPS):
            if self.loan.closed:
                break
            self.day = min(self.day + self.random.choice((0, 1, 17, 31, 95)), today())
            self.random.choices(acts, weights)[0]()
            self.check()

    def pay(self) -> None:
        most = loans.owed(self.loan, WibDay(self.day)).total
        amount = self.random.choice(
            (1, self.random.randint(1, most), self.random.randint(1, most // 4 + 1), most)
        )
        try:
            self.loan, _ = loans.pay(self.loan, Rupiah(amount), WibDay(self.day))
        except OverpaymentError:
            self.script.expect("LoanRefused: 7, 4", self.book.pay, 7, BORROWER, amount, BANK, 1, self.day)
            return
        self.script.expect(None, self.book.pay, 7, BORROWER, amount, BANK, 1, self.day)

    def pay_off(self) -> None:
        due = loans.payoff_of(self.loan, WibDay(self.day))
        self.script.expect(tuple(due), self.book.payoffOf, 7, self.day)
        if due.total == 0 or self.random.random() < 0.5:
            return
        self.loan, _ = loans.pay_off(self.loan, WibDay(self.day))
        self.script.expect(None, self.book.payOff, 7, BORROWER, due.total, BANK, 1, self.day)

    def draw(self) -> None:
        amount = self.random.randint(1, 10**6)
        try:
            self.loan = loans.draw(self.loan, Rupiah(amount), WibDay(self.day))
            expected = None
        except (loans.LoanChangeError, ValueError):
            expected = REFUSED
        self.expect_change(expected, self.book.draw, 7, amount, BANK, 1, self.day)

    def amend(self) -> None:
        months = self.random.randint(1, 36)
        wanted = Amendment(
            7,
            rate_bps=self.random.choice((0, 600, 1_200)),
            months=months,
            grace_months=self.random.randrange(months),
            freeze_months=self.random.choice((0, self.random.randint(0, months))),
            method=self.random.choice(list(LoanMethod)),
            interest_waived=self.random.choice((0, 0, 5)),
        )
        change = loans.Amendment(
            BasisPoints(wanted.rate_bps),
            wanted.months,
            wanted.method,
            wanted.grace_months,
            wanted.freeze_months,
            Rupiah(wanted.interest_waived),
        )
        try:
            self.loan = loans.amend(self.loan, change, WibDay(self.day))
            expected = None
        except (loans.LoanChangeError, ValueError):
            expected = REFUSED
        self.expect_change(expected, self.book.amend, wanted.word, self.day)

    def waive(self) -> None:
        owed = loans.penalty_owed(self.loan, WibDay(self.day))
        if owed == 0:
            return
        amount = self.random.randint(1, owed)
        self.loan = loans.waive_penalty(self.loan, Rupiah(amount), WibDay(self.day))
        self.script.expect(None, self.book.waivePenalty, 7, amount, self.day, DOCUMENT)

    def write_off(self) -> None:
        if self.loan.written_off:
            return
        self.loan = loans.write_off(self.loan)
        self.script.expect(None, self.book.writeOff, 7, self.day, DOCUMENT)

    def expect_change(self, expected: Any, function: Any, *arguments: Any) -> None:
        self.script.expect(expected, function, *arguments)

    def check(self) -> None:
        """Everything that can be asked about the loan."""
        loan, terms, state, day = self.loan, self.loan.terms, self.loan.state, WibDay(self.day)
        outstanding = loans.outstanding(loan)
        self.script.expect(outstanding, self.book.outstandingOf, 7)
        self.script.expect(loan.drawn, self.book.drawnOf, 7)
        self.script.expect(0 if loan.written_off else outstanding, self.book.totalOutstanding)
        self.script.expect(outstanding if loan.written_off else 0, self.book.totalWrittenOff)
        self.script.expect(0 if loan.closed else 1, self.book.runningLoansOf, BORROWER)
        arrears = loans.arrears(loan, day)
        self.script.expect(
            (
                arrears.due_since or 0,
                arrears.principal_due_since or 0,
                arrears.principal,
                arrears.interest,
                arrears.penalty,
            ),
            self.book.arrearsOf,
            7,
            day,
        )
        described = self.described(loan, terms, state)
        self.script.expect(described, self.book.loanOf, 7)

    def described(self, loan: loans.Loan, terms: LoanTerms, state: Any) -> Any:
        """ILoanBook.Loan without the constant payment, which the schedule shows."""
        return Partial(
            {
                0: BORROWER,
                2: loan.version,
                3: terms.principal,
                4: terms.annual_rate_bps,
                5: terms.months,
                6: terms.grace_months,
                7: terms.freeze_months,
                8: terms.instalments_before,
                9: self.unit,
                10: int(terms.method),
                13: loan.closed,
                14: loan.written_off,
                15: loan.carried,
                16: state.principal_paid,
                17: state.interest_paid,
                18: state.next_instalment,
                19: state.next_principal_paid,
                20: state.next_interest_paid,
            }
        )


class Partial:
    """Equals a tuple that has these values at these places."""

    def __init__(self, values: dict[int, Any]) -> None:
        self.values = values

    def __eq__(self, other: object) -> bool:
        return isinstance(other, tuple) and all(other[at] == value for at, value in self.values.items())

    def __hash__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return repr(self.values)


class AnyRefusal:
    """Equals every custom error."""

    def __eq__(self, other: object) -> bool:
        names = (
            "LoanTermsInvalid",
            "LoanRateAboveCap",
            "LoanNotRunning",
            "LoanAmountTooHigh",
            "LoanDayInvalid",
        )
        return isinstance(other, str) and other.startswith(names)

    def __hash__(self) -> int:
        return 0


REFUSED = AnyRefusal()


@pytest.mark.parametrize("seed", range(LOANS * 3))
def test_life__anything_that_can_happen__as_the_model(genesis: House, caller: Any, seed: int) -> None:
    life = Life(genesis.LoanBook, seed)
    life.live()
    life.script.run(caller)
