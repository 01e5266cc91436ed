"""LoanBook against rules.loans: whole lives of loans in any order of events, and loans in mid-life."""

from dataclasses import replace
from functools import cache
from random import Random
from typing import Any

import brownie
import pytest
from eth_abi import decode
from eth_utils.abi import collapse_if_tuple

from rules.amortization import LoanState, LoanTerms, annuity_payment, apply_payment, schedule, within_rate_cap
from rules.loans import (
    Amendment,
    Conditions,
    Loan,
    amend,
    arrears,
    draw,
    outstanding,
    owed,
    pay,
    pay_off,
    pay_up_to,
    payoff_of,
    penalty_owed,
    start,
    take_over,
    waive_penalty,
    write_off,
)
from rules.types import BasisPoints, LoanMethod, Rupiah, Waterfall, WibDay
from tests.contracts.actors import House, now, today
from tests.contracts.office import BANK, DOCUMENT, Terms, error
from tests.nightly import DEEP

LOANS = 400 if DEEP else 40
BORROWER = 101
PRODUCT = 3
EVENTS = 12
CALLER = """
    // SPDX-License-Identifier: Apache-2.0
    pragma solidity 0.8.37;
    contract Caller {
        function run(address[] calldata to, bytes[] calldata calls)
            external
            returns (bool[] memory done, bytes[] memory answers)
        {
            done = new bool[](calls.length);
            answers = new bytes[](calls.length);
            for (uint256 i = 0; i < calls.length; ++i) (done[i], answers[i]) = to[i].call(calls[i]);
        }
    }
"""


@cache
def caller_type() -> Any:
    return brownie.compile_source(CALLER, solc_version="0.8.37", evm_version="prague").Caller


@pytest.fixture(scope="module")
def caller(genesis: House) -> Any:
    """A writer of the loan book that makes many calls in one."""
    contract = caller_type().deploy({"from": genesis.deployer})
    genesis.LoanBook.setWriter(contract, now(), 0, {"from": genesis.deployer})
    return contract


class Script:
    """Calls, run in one eth_call, and what each should answer."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.targets: list[str] = []
        self.calls: list[str] = []
        self.checks: list[tuple[Any, Any]] = []

    def expect(self, answer: Any, function: Any, *arguments: Any) -> None:
        self.targets.append(function._address)
        self.calls.append(function.encode_input(*arguments))
        self.checks.append((answer, function))

    def run(self, caller: Any) -> None:
        done, answers = caller.run.call(self.targets, self.calls, {"gas_limit": 30_000_000})
        for passed, raw, (expected, function) in zip(done, answers, self.checks, strict=True):
            if isinstance(expected, str):
                assert not passed, function
                assert error(self.book, raw).startswith(expected), function
                continue
            if not passed:
                pytest.fail(f"{function}: {error(self.book, raw)}")
            if expected is not None:
                types = [collapse_if_tuple(output) for output in function.abi["outputs"]]
                answer = decode(types, bytes(raw))
                assert (answer[0] if len(answer) == 1 else answer) == expected


def random_terms(random: Random) -> Terms:
    while True:
        months = random.choice((1, 2, random.randint(3, 24), random.randint(24, 60)))
        terms = Terms(
            loan=7,
            borrower=BORROWER,
            principal=random.choice((1, 9, 359, random.randint(10**3, 10**5), random.randint(10**6, 10**9))),
            rate_bps=random.choice((0, 1, 600, 900, 1_200, random.randint(0, 2_400))),
            months=months,
            method=random.choice(list(LoanMethod)),
            grace_months=random.choice((0, 0, random.randint(0, months - 1))),
        )
        if all(within_rate_cap(replace(terms.model(0), rounding_exponent=unit)) for unit in range(7)):
            return terms


def random_conditions(random: Random) -> Conditions:
    rate = random.choice((0, 0, 1, 365, 4_000))
    return Conditions(
        BasisPoints(rate), BasisPoints(random.choice((0, 500, 4_000))), random.choice(list(Waterfall))
    )


def asked(conditions: Conditions, unit: int) -> tuple[int, int, int, int]:
    """ILoanBook.Conditions."""
    return conditions.penalty_bps, conditions.penalty_cap_bps, int(conditions.waterfall), unit


def loan_tuple(loan: Loan) -> tuple[Any, ...]:
    """ILoanBook.Loan."""
    terms, state = loan.terms, loan.state
    paying = terms.months - terms.grace_months
    payment = annuity_payment(terms.principal, terms.annual_rate_bps, paying, terms.rounding_exponent)
    return (
        BORROWER,
        PRODUCT,
        loan.version,
        terms.principal,
        terms.annual_rate_bps,
        terms.months,
        terms.grace_months,
        terms.freeze_months,
        terms.instalments_before,
        terms.rounding_exponent,
        int(terms.method),
        terms.disbursed_on,
        payment if terms.method is LoanMethod.ANNUITY else 0,
        loan.closed,
        loan.written_off,
        loan.carried,
        state.principal_paid,
        state.interest_paid,
        state.next_instalment,
        state.next_principal_paid,
        state.next_interest_paid,
    )


class Life:
    """A loan on the chain and in the rules; every event happens to both."""

    def __init__(self, script: Script, random: Random, day: int, loan: Loan) -> None:
        self.script, self.random, self.day, self.loan = script, random, WibDay(day), loan
        self.check()

    @classmethod
    def started(cls, script: Script, random: Random, day: int) -> "Life":
        """A loan that is paid out on `day`, whole or in part."""
        terms, conditions = random_terms(random), random_conditions(random)
        unit = random.choice((0, 0, 2, 6))
        drawn = random.choice((terms.principal, random.randint(1, terms.principal)))
        word = terms.but(product=PRODUCT).word
        script.expect(None, script.book.start, word, (drawn, 0, BANK, day), asked(conditions, unit))
        first = replace(terms.model(day), principal=Rupiah(drawn), rounding_exponent=unit)
        return cls(script, random, day, start(first, conditions, Rupiah(terms.principal - drawn)))

    def happen(self) -> None:
        self.day = WibDay(max(self.day + self.random.randint(-15, 70), self.loan.terms.disbursed_on))
        events = (self.pays, self.pays, self.pays, self.pays_up_to, self.is_amended, self.is_drawn)
        rare = (self.is_waived, self.is_paid_off, self.is_written_off)
        self.random.choice(events if self.random.random() < 0.8 else rare)()
        self.check()

    def attempt(self, change: Any, function: Any, *arguments: Any, answer: Any = None) -> None:
        """What the rules refuse the book must refuse as well."""
        try:
            changed = change()
        except ValueError:
            self.script.expect("Loan", function, *arguments)
            return
        self.loan = changed
        self.script.expect(answer, function, *arguments)

    def amount(self) -> int:
        most = max(owed(self.loan, self.day).total, 1)
        return self.random.choice(
            (most, most + 1, self.random.randint(1, most), self.random.randint(1, most))
        )

    def pays(self) -> None:
        amount = self.amount()
        booked = (7, BORROWER, amount, BANK, 1, self.day)
        self.attempt(lambda: pay(self.loan, Rupiah(amount), self.day)[0], self.script.book.pay, *booked)

    def pays_up_to(self) -> None:
        amount = self.amount()
        booked = (7, BORROWER, amount, BANK, 1, self.day)
        taken = min(amount, owed(self.loan, self.day).total)
        paid = lambda: pay_up_to(self.loan, Rupiah(amount), self.day)[0]  # noqa: E731
        self.attempt(paid, self.script.book.payUpTo, *booked, answer=taken)

    def is_paid_off(self) -> None:
        amount = payoff_of(self.loan, self.day).total
        pay_off_, rest = self.script.book.payOff, (BANK, 1, self.day)
        self.script.expect("LoanRefused", pay_off_, 7, BORROWER, amount + 1, *rest)
        self.attempt(lambda: pay_off(self.loan, self.day)[0], pay_off_, 7, BORROWER, amount, *rest)

    def is_drawn(self) -> None:
        left = max(self.loan.undrawn, 1)
        amount = self.random.choice((1, left, left + 1, self.random.randint(1, left)))
        booked = (7, amount, BANK, 1, self.day)
        self.attempt(
            lambda: self.past(draw(self.loan, Rupiah(amount), self.day)), self.script.book.draw, *booked
        )

    def is_amended(self) -> None:
        months = self.random.randint(1, 48)
        new = Amendment(
            BasisPoints(self.random.choice((0, 600, self.random.randint(0, 2_500)))),
            months,
            self.random.choice(list(LoanMethod)),
            self.random.choice((0, self.random.randint(0, months))),
            self.random.choice((0, self.random.randint(0, months))),
            Rupiah(self.random.choice((0, 0, self.random.randint(0, 10**4)))),
        )
        word = (
            7,
            0,
            new.annual_rate_bps,
            new.months,
            new.grace_months,
            new.freeze_months,
            int(new.method),
            new.interest_waived,
            DOCUMENT,
        )
        amended = lambda: self.past(amend(self.loan, new, self.day))  # noqa: E731
        self.attempt(amended, self.script.book.amend, word, self.day)

    def is_waived(self) -> None:
        amount = self.random.choice((1, max(penalty_owed(self.loan, self.day), 1)))
        waived = lambda: self.past(waive_penalty(self.loan, Rupiah(amount), self.day))  # noqa: E731
        self.attempt(waived, self.script.book.waivePenalty, 7, amount, self.day, DOCUMENT)

    def is_written_off(self) -> None:
        written_off = lambda: self.past(write_off(self.loan))  # noqa: E731
        self.attempt(written_off, self.script.book.writeOff, 7, self.day, DOCUMENT)

    def past(self, changed: Loan) -> Loan:
        """No version begins in the future, and nothing is waived or written off in it."""
        if self.day > today():
            raise ValueError(f"day {self.day} is to come")
        return changed

    def check(self) -> None:
        """Everything that the book tells of the loan, on the day of the event and some days later."""
        book, expect, loan = self.script.book, self.script.expect, self.loan
        expect(loan_tuple(loan), book.loanOf, 7)
        expect(loan.drawn, book.drawnOf, 7)
        expect(0 if loan.closed or loan.written_off else loan.undrawn, book.undrawnOf, 7)
        expect(0 if loan.closed else 1, book.runningLoansOf, BORROWER)
        expect(0 if loan.written_off else outstanding(loan), book.totalOutstanding)
        expect(outstanding(loan) if loan.written_off else 0, book.totalWrittenOff)
        if loan.closed:
            return
        for day in (self.day, WibDay(self.day + self.random.randint(1, 400))):
            expect(tuple(payoff_of(loan, day)), book.payoffOf, 7, day)
            found = arrears(loan, day)
            expect(tuple(part or 0 for part in found), book.arrearsOf, 7, day)


@pytest.mark.parametrize("seed", range(LOANS))
def test_life__any_events__as_the_rules(genesis: House, caller: Any, seed: int) -> None:
    random, script = Random(seed), Script(genesis.LoanBook)
    life = Life.started(script, random, today() - 3_000)
    for _ in range(EVENTS):
        life.happen()
    expect_schedule(script, genesis.LoanLens, life.loan)
    script.run(caller)


def expect_schedule(script: Script, lens: Any, loan: Loan) -> None:
    rows = schedule(loan.terms)
    columns = (
        tuple(row.due_on for row in rows),
        tuple(row.principal for row in rows),
        tuple(row.interest for row in rows),
    )
    script.expect(columns, lens.scheduleOf, 7)


def paid_in_part(terms: LoanTerms, random: Random) -> LoanState:
    """What the rules say after some payments that leave the loan running."""
    state = LoanState()
    for _ in range(random.randint(0, 5)):
        amount = random.randint(1, max(terms.principal // 3, 1))
        if state.principal_paid + amount < terms.principal:
            state, _ = apply_payment(terms, state, Rupiah(amount))
    return state


@pytest.mark.parametrize("seed", range(LOANS // 2))
def test_open__mid_life__goes_on_as_if_paid_here(genesis: House, caller: Any, seed: int) -> None:
    """ADMIN opens what the rules say was paid, mostly in arrears by now; penalty counts from today on."""
    random, book = Random(20_000 + seed), genesis.LoanBook
    terms, day = random_terms(random).but(product=PRODUCT), today() - 400
    conditions, unit = random_conditions(random), random.choice((0, 0, 2, 6))
    first = replace(terms.model(day), rounding_exponent=unit)
    state = paid_in_part(first, random)
    send = {"from": genesis.deployer}
    book.open(terms.word, asked(conditions, unit), day, state.principal_paid, state.interest_paid, send)
    script = Script(book)
    taken = take_over(first, conditions, state, WibDay(today()))
    assert penalty_owed(taken, WibDay(today() + 1)) == 0
    life = Life(script, random, today(), taken)
    for _ in range(EVENTS // 2):
        life.happen()
    expect_schedule(script, genesis.LoanLens, life.loan)
    script.run(caller)
