"""The gas bars of savings and loans, on the whole house.

In the steady state: receipt word, channel and member's savings are not empty. Figures are the
receipts'; for a batch the whole transaction over its rows.
"""

from typing import Any

import pytest

from rules.types import LoanMethod, SlipKind
from tests.contracts.actors import DAY, POKOK, House, person, today, travel
from tests.contracts.office import Slip, Terms, events, payroll, post, receive, row, start_loan

ROWS = 100
FIRST = 1001
WAJIB = 50_000
INSTALMENT = 93_333
BARS = {
    "deposit": 80_000,
    "payroll row, wajib": 10_000,
    "loan payment": 95_000,
    "payroll row, instalment": 22_000,
}
"""Gas, from the design's table of bars."""


@pytest.fixture
def staff(office: House) -> list[int]:
    """100 members in a row, pokok and a first wajib paid, with a loan each: 1,000,000 FLAT, 12 months."""
    people = [person(f"worker {number}", FIRST + number) for number in range(ROWS)]
    for start in range(0, ROWS, 25):
        some = people[start : start + 25]
        office.register(some)
        post(office, [Slip(worker.number, SlipKind.SETOR_POKOK, POKOK) for worker in some])
    numbers = [worker.number for worker in people]
    payroll(office, 202412, [row(1 + at, number, wajib=WAJIB) for at, number in enumerate(numbers)])
    for number in numbers:
        terms = Terms(number, number, principal=1_000_000, method=LoanMethod.FLAT)
        start_loan(office, terms)
    return numbers


def last_of(runs: int, send: Any) -> int:
    """Gas of the last of some runs: the first ones fill what was empty."""
    return [send(run) for run in range(runs)][-1].gas_used


def test_deposit__known_member__within_bar(office: House) -> None:
    gas = last_of(4, lambda _: receive(office, Slip(101, SlipKind.SETOR_WAJIB, WAJIB)))
    within("deposit", gas)


def test_deposit__sukarela_that_earns__within_bar(office: House) -> None:
    """A slip a day, at a rate that is in force: of the last two at most one is a month's first."""
    office.SavingsSukarela.setInterestRate(today() + 1, 600, {"from": office.admin})
    gas = []
    for _ in range(5):
        travel(DAY)
        gas.append(receive(office, Slip(101, SlipKind.SETOR_SUKARELA, WAJIB)).gas_used)
    assert office.SavingsSukarela.accruedOf(101)[0] > 0
    within("deposit", min(gas[-2:]))


def test_loan_payment__single__within_bar(office: House) -> None:
    start_loan(office, Terms(7, 101))
    gas = last_of(3, lambda _: receive(office, Slip(101, SlipKind.ANGSURAN, 1_120_000, loan=7)))
    within("loan payment", gas)


def test_payroll__wajib_only__within_bar(office: House, staff: list[int]) -> None:
    def send(run: int) -> Any:
        rows = [row(1 + run * ROWS + at, number, wajib=WAJIB) for at, number in enumerate(staff)]
        receipt = payroll(office, 202501, rows)
        assert not events(receipt, "PayrollRowRefused")
        return receipt

    within("payroll row, wajib", last_of(2, send) / ROWS)


def test_payroll__instalments__within_bar(office: House, staff: list[int]) -> None:
    def send(run: int) -> Any:
        rows = [
            row(1 + run * ROWS + at, number, loan=number, angsuran=INSTALMENT)
            for at, number in enumerate(staff)
        ]
        receipt = payroll(office, 202501, rows)
        assert len(events(receipt, "LoanPaid")) == ROWS
        return receipt

    within("payroll row, instalment", last_of(2, send) / ROWS)


def within(what: str, gas: float) -> None:
    assert gas <= BARS[what], f"{what}: {gas:,.0f} gas, the bar is {BARS[what]:,}"
