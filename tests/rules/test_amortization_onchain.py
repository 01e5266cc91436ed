"""The Solidity libraries against these rules: 1,000 random loans, 20,000 with KOPERASI_DEEP set."""

import os
from collections.abc import Iterator
from hashlib import sha256
from random import Random

import pytest
from evm import Harness, running_harness

from rules.amortization import (
    LoanTerms,
    annuity_payment,
    first_due_after,
    schedule,
    total_interest,
    within_rate_cap,
)
from rules.types import ZERO, BasisPoints, LoanMethod, Rupiah, WibDay

MAX_PRINCIPAL = 2**56 - 1
LOANS = 20_000 if os.environ.get("KOPERASI_DEEP") else 1_000
BATCH = 25
EDGES = [
    (principal, rate, months)
    for principal in (1, 2, 25, 359, 360, 361, 10**12, MAX_PRINCIPAL)
    for rate in (0, 1, 600, 1_199, 1_200, 2_400)
    for months in (1, 2, 12, 35, 36, 41, 42, 360)
]


@pytest.fixture(scope="module")
def harness() -> Iterator[Harness]:
    with running_harness() as harness:
        yield harness


def test_libraries__edges_of_all_methods__answer_as_the_rules(harness: Harness) -> None:
    random = Random(1)
    loans = [
        terms(principal, rate, months, method, random)
        for principal, rate, months in EDGES
        for method in LoanMethod
    ]
    compare(harness, loans, random)


def test_libraries__random_loans__answer_as_the_rules(harness: Harness) -> None:
    random = Random(2)
    loans = [
        terms(
            random.randint(1, 10 ** random.randint(1, 12)),
            random.choice((random.randint(0, 2_400), 100 * random.randint(0, 24))),
            random.randint(1, random.choice((12, 60, 360))),
            random.choice(list(LoanMethod)),
            random,
        )
        for _ in range(LOANS)
    ]
    compare(harness, loans, random)


def terms(principal: int, rate: int, months: int, method: LoanMethod, random: Random) -> LoanTerms:
    """Half of the loans are plain; the others have grace, freeze and a rounding unit."""
    plain = random.random() < 0.5
    return LoanTerms(
        Rupiah(principal),
        BasisPoints(rate),
        months,
        method,
        WibDay(random.randint(0, 40_000)),
        0 if plain else random.randint(0, months - 1),
        0 if plain else random.randint(0, 6),
        0 if plain else random.choice((0, random.randint(0, months))),
    )


def compare(harness: Harness, loans: list[LoanTerms], random: Random) -> None:
    for start in range(0, len(loans), BATCH):
        batch = [
            (
                loan,
                Rupiah(random.choice((0, loan.principal // 50))),
                WibDay(loan.disbursed_on + random.randint(0, 6_000)),
            )
            for loan in loans[start : start + BATCH]
        ]
        found = harness.answers([question(*each) for each in batch])
        for each, answer in zip(batch, found, strict=True):
            assert answer == by_rules(*each), each


def question(loan: LoanTerms, fee: Rupiah, day: WibDay) -> list[int]:
    return [
        loan.principal,
        loan.annual_rate_bps,
        loan.months,
        loan.grace_months,
        loan.freeze_months,
        loan.method,
        loan.rounding_exponent,
        fee,
        loan.disbursed_on,
        day,
    ]


def by_rules(loan: LoanTerms, fee: Rupiah, day: WibDay) -> list[int]:
    instalments = schedule(loan)
    assert sum(due.principal for due in instalments) == loan.principal
    assert min(min(due.principal, due.interest) for due in instalments) >= 0
    words = [word for due in instalments for word in (due.due_on, due.principal, due.interest)]
    digest = sha256(b"".join(word.to_bytes(32, "big") for word in words)).digest()
    return [
        step(loan),
        total_interest(loan),
        int(within_rate_cap(loan, fees=fee)),
        first_due_after(loan, day) - 1,
        int.from_bytes(digest, "big"),
    ]


def step(loan: LoanTerms) -> int:
    """What an instalment after the grace pays by its method."""
    if loan.method is LoanMethod.BULLET:
        return ZERO
    rate = loan.annual_rate_bps if loan.method is LoanMethod.ANNUITY else 0
    return annuity_payment(loan.principal, rate, loan.months - loan.grace_months, loan.rounding_exponent)
