"""LoanBook against rules.amortization: payments in any partition, payoffs on any day, loans in mid-life."""

from collections.abc import Sequence
from functools import cache
from random import Random
from typing import Any

import brownie
import pytest
from eth_abi import decode
from eth_utils.abi import collapse_if_tuple

from rules.amortization import (
    LoanState,
    LoanTerms,
    annuity_payment,
    apply_payment,
    apply_payoff,
    is_closed,
    payoff,
    total_interest,
    within_rate_cap,
)
from rules.types import LoanMethod, Rupiah, WibDay
from tests.contracts.actors import House, now, today
from tests.contracts.office import BANK, NO_PENALTY, Terms, error
from tests.nightly import DEEP

LOANS = 400 if DEEP else 40
BORROWER = 101
CALLER = """
    // SPDX-License-Identifier: Apache-2.0
    pragma solidity 0.8.37;
    contract Caller {
        function run(address to, bytes[] calldata calls)
            external
            returns (bool[] memory done, bytes[] memory answers)
        {
            done = new bool[](calls.length);
            answers = new bytes[](calls.length);
            for (uint256 i = 0; i < calls.length; ++i) (done[i], answers[i]) = to.call(calls[i]);
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
    """Calls of the loan book, run in one eth_call, and what each should answer."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.calls: list[str] = []
        self.checks: list[tuple[Any, Any]] = []

    def expect(self, answer: Any, function: Any, *arguments: Any) -> None:
        self.calls.append(function.encode_input(*arguments))
        self.checks.append((answer, function))

    def run(self, caller: Any) -> None:
        done, answers = caller.run.call(self.book, self.calls, {"gas_limit": 30_000_000})
        for passed, raw, (expected, function) in zip(done, answers, self.checks, strict=True):
            if not passed:
                assert error(self.book, raw) == expected, function
            elif expected is not None:
                types = [collapse_if_tuple(output) for output in function.abi["outputs"]]
                answer = decode(types, bytes(raw))
                assert (answer[0] if len(answer) == 1 else answer) == expected


def random_terms(random: Random) -> Terms:
    while True:
        terms = Terms(
            loan=7,
            borrower=BORROWER,
            principal=random.choice((1, 9, 359, random.randint(10**3, 10**5), random.randint(10**6, 10**9))),
            rate_bps=random.choice((0, 1, 600, 900, 1_200, random.randint(0, 2_400))),
            months=random.choice((1, 2, random.randint(3, 24), random.randint(24, 60), 360)),
            method=random.choice(list(LoanMethod)),
        )
        terms = terms.but(grace_months=random.choice((0, 0, random.randrange(terms.months))))
        if within_rate_cap(terms.model(0)):
            return terms


def loan_tuple(terms: Terms, model: LoanTerms, state: LoanState, annuity: int) -> tuple[Any, ...]:
    return (
        terms.borrower,
        terms.word[2],
        1,
        terms.principal,
        terms.rate_bps,
        terms.months,
        terms.grace_months,
        0,
        0,
        0,
        int(terms.method),
        model.disbursed_on,
        annuity,
        is_closed(model, state),
        False,
        0,
        state.principal_paid,
        state.interest_paid,
        state.next_instalment,
        state.next_principal_paid,
        state.next_interest_paid,
    )


def annuity_of(terms: Terms) -> int:
    """The constant payment that the book should keep."""
    if terms.method is not LoanMethod.ANNUITY:
        return 0
    return annuity_payment(terms.principal, terms.rate_bps, terms.months - terms.grace_months)


def amounts(model: LoanTerms, random: Random) -> Sequence[int]:
    """A partition of all that the schedule asks for, at most 40 payments."""
    total = model.principal + total_interest(model)
    cuts = sorted({random.randint(1, total) for _ in range(random.randint(0, 39))} | {total})
    return [here - before for before, here in zip([0, *cuts], cuts, strict=False)]


@pytest.mark.parametrize("seed", range(LOANS))
def test_pay__any_partition__as_the_model(genesis: House, caller: Any, seed: int) -> None:
    random = Random(seed)
    book, terms = genesis.LoanBook, random_terms(random)
    day = today() - 3_000
    model = terms.model(day)
    state, annuity = LoanState(), annuity_of(terms)
    script = Script(book)
    script.expect(None, book.start, terms.word, terms.payout(BANK, day), NO_PENALTY)
    total = model.principal + total_interest(model)
    script.expect("LoanRefused: 7, 4", book.pay, 7, BORROWER, total + 1, BANK, 1, day)
    for amount in amounts(model, random):
        on = WibDay(day + random.randint(0, 40 * terms.months))
        due = payoff(model, state, on)
        script.expect((due.principal, due.interest, 0), book.payoffOf, 7, on)
        state, _ = apply_payment(model, state, Rupiah(amount))
        script.expect(None, book.pay, 7, BORROWER, amount, BANK, 1, on)
        script.expect(loan_tuple(terms, model, state, annuity), book.loanOf, 7)
        script.expect(terms.principal - state.principal_paid, book.totalOutstanding)
    assert is_closed(model, state)
    script.expect(0, book.runningLoansOf, BORROWER)
    script.expect("LoanRefused: 7, 3", book.pay, 7, BORROWER, 1, BANK, 1, day)
    script.run(caller)


@pytest.mark.parametrize("seed", range(LOANS))
def test_pay_off__any_day_after_any_payments__as_the_model(genesis: House, caller: Any, seed: int) -> None:
    random = Random(10_000 + seed)
    book, terms = genesis.LoanBook, random_terms(random)
    day = today() - 3_000
    model, state = terms.model(day), LoanState()
    script = Script(book)
    script.expect(None, book.start, terms.word, terms.payout(BANK, day), NO_PENALTY)
    for amount in amounts(model, random)[: random.randint(0, 5)]:
        if amount + state.principal_paid + state.interest_paid == model.principal + total_interest(model):
            break
        state, _ = apply_payment(model, state, Rupiah(amount))
        script.expect(None, book.pay, 7, BORROWER, amount, BANK, 1, day)
    on = WibDay(day + random.randint(0, 40 * terms.months))
    due = payoff(model, state, on)
    script.expect("LoanRefused: 7, 5", book.payOff, 7, BORROWER, due.total + 1, BANK, 1, on)
    script.expect(None, book.payOff, 7, BORROWER, due.total, BANK, 1, on)
    state, _ = apply_payoff(model, state, on)
    script.expect(loan_tuple(terms, model, state, annuity_of(terms)), book.loanOf, 7)
    script.expect(0, book.totalOutstanding)
    script.run(caller)


@pytest.mark.parametrize("seed", range(LOANS // 2))
def test_open__mid_life__goes_on_as_if_paid_here(genesis: House, caller: Any, seed: int) -> None:
    """ADMIN opens what the model says was paid; anything else is refused."""
    random = Random(20_000 + seed)
    book, terms = genesis.LoanBook, random_terms(random)
    day = today() - 400
    model, state = terms.model(day), LoanState()
    for amount in amounts(model, random)[: random.randint(0, 5)]:
        after, _ = apply_payment(model, state, Rupiah(amount))
        if not is_closed(model, after):
            state = after
    send = {"from": genesis.deployer}
    book.open(terms.word, NO_PENALTY, day, state.principal_paid, state.interest_paid, send)
    script = Script(book)
    script.expect(loan_tuple(terms, model, state, annuity_of(terms)), book.loanOf, 7)
    script.expect(terms.principal - state.principal_paid, book.totalOutstanding)
    due = payoff(model, state, WibDay(today()))
    script.expect((due.principal, due.interest, 0), book.payoffOf, 7, today())
    script.run(caller)
