"""A simulated year of loans paid by payroll batches: what a payment costs does not grow with the number of
loans, and the ledger is the chain's at every month's end."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any, Final

import pytest

from backend.office.daybooks import PayrollRow
from backend.office.outbox import Outbox
from koperasi.localchain import LocalChain
from rules.amortization import Instalment, LoanTerms, schedule
from rules.calendar import first_day, month_of, parse_day, timestamp_of_day
from rules.receipts import payroll_receipt
from rules.types import BasisPoints, LoanMethod, LoanNumber, MemberNumber, Month, Rupiah, WibDay
from scripts.deploy import deploy
from scripts.networks import load_network
from tests.year.loan_house import LoanHouse

LENT: Final = parse_day("2025-01-02")
TERMS: Final = LoanTerms(Rupiah(1_200_000), BasisPoints(1_200), 12, LoanMethod.DECLINING, LENT)
BANK_DAY: Final = 25
FEW: Final = 100
AT_ONCE: Final = 100
TIMES: Final = 1.05
"""How much more a payment may cost among many loans than among FEW."""


@dataclass
class Year:
    """What a year cost and what it left: gas of all payroll batches by month, whether the books agreed."""

    loans: int
    gas: list[int] = field(default_factory=list)
    entries: list[int] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def gas_a_loan(self) -> float:
        """Gas of one loan's payment, the mean of all months."""
        return sum(self.gas) / (self.loans * len(self.gas))


class Opened(LoanHouse):
    """A cooperative from paper books: members and running loans, opened by the members' meeting."""

    def open(self, loans: int) -> None:
        numbers = range(1, loans + 1)
        people = [(number, f"0x{number + (1 << 120):040x}", 0, LENT) for number in numbers]
        for first in range(0, loans, 5 * AT_ONCE):
            some = slice(first, first + 5 * AT_ONCE)
            calls = [("MemberRegistry", "open", (people[some],))]
            for token in ("SavingsPokok", "SavingsWajib"):
                calls.append((token, "open", ([number << 224 | 100_000 for number in numbers[some]],)))
            self.as_meeting(calls)
        self.as_meeting([("Treasury", "open", (2, loans * int(TERMS.principal)))])
        for first in range(0, loans, AT_ONCE):
            self.as_meeting([self._loan(number) for number in numbers[first : first + AT_ONCE]])
        (total,) = self.call("LoanBook", "totalOutstanding")
        assert total == loans * TERMS.principal

    def _loan(self, number: int) -> tuple[str, str, tuple[Any, ...]]:
        terms = (number, number, 2, TERMS.principal, 0, 1_200, 12, 0, 1, 0, [], bytes(32))
        return "LoanBook", "open", (terms, (0, 0, 0, 0), LENT, 0, 0)

    def as_meeting(self, calls: Sequence[tuple[str, str, tuple[Any, ...]]]) -> None:
        """Calls by the RAT's account, in one block."""
        rat = self.chain.address("RAT")
        requests = [
            {
                "from": rat,
                "to": self.chain.address(contract),
                "data": self.chain.encode(contract, function, arguments),
                "gas": hex(900_000_000 // len(calls)),
                "gasPrice": "0x0",
            }
            for contract, function, arguments in calls
        ]
        self.local.rpc("anvil_impersonateAccount", rat)
        self.local.fund([rat])
        sent = self.local.batch([("eth_sendTransaction", [request]) for request in requests])
        self.local.mine(self.local.timestamp + 1)
        receipts = self.local.batch([("eth_getTransactionReceipt", [each]) for each in sent])
        assert {receipt["status"] for receipt in receipts} == {"0x1"}

    def pay(self, outbox: Outbox, month: Month, due: Instalment, loans: int) -> int:
        """An instalment of every loan by payroll; the gas of all batches."""
        day = WibDay(first_day(month) + BANK_DAY - 1)
        amount = due.principal + due.interest
        rows = [
            PayrollRow(
                "payroll", f"row {n}", n, day, payroll_receipt(month, n), month, MemberNumber(n), 0, 0, True,
                LoanNumber(n), amount, amount,
            )
            for n in range(1, loans + 1)
        ]  # fmt: skip
        gas = 0
        for first in range(0, loans, AT_ONCE):
            self.chain.follow(day)
            for result in outbox.send(rows[first : first + AT_ONCE]):
                assert result.sent.succeeded
                assert not outbox.refusals(result)
                gas += result.sent.gas_used
        return gas

    def live(self, loans: int, months: int) -> Year:
        """Open, pay and end month by month; at each end the books are brought up and reconciled."""
        begun, year = monotonic(), Year(loans)
        self.open(loans)
        outbox = Outbox(self.chain, self.keyring, self.workspace.network.gas_cap, self.workspace.agreements())
        for at, due in enumerate(schedule(TERMS)[:months], 1):
            month = Month(month_of(2025, 1) + at)
            year.gas.append(self.pay(outbox, month, due, loans))
            self.chain.follow(first_day(Month(month + 1)))
            self.end_months(outbox, month)
            self.sync()
            result = self.reconcile()
            assert result.differences == ()
            assert result.loans == loans
            year.entries.append(result.entries)
        assert self.rebuilt() == self.sync()
        year.seconds = monotonic() - begun
        return year

    def end_months(self, outbox: Outbox, last: Month) -> None:
        """End every month up to `last` that is not ended yet."""
        (ended,) = self.call("Books", "lastEndedMonth")
        for month in range(ended + 1, last + 1):
            assert outbox.end_month(Month(month)).succeeded


def opened(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[Opened]:
    """A deployed house that still takes openings."""
    patch.setattr("scripts.deployment_plan.SEALED", ())
    patch.setattr("scripts.self_check.SEALED", ())
    patch.setenv("KOPERASI_HOME", str(folder))
    eve = timestamp_of_day(LENT) + 3600
    with LocalChain.start(timestamp=eve, slots_in_an_epoch=1) as chain:
        deploy(load_network("anvil", chain.url), folder / "deployments")
        yield Opened(chain, folder / "data")


def year_of(loans: int, months: int, folder: Path) -> Year:
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        for house in opened(folder, patch):
            return house.live(loans, months)
    raise AssertionError("no house")


@pytest.mark.parametrize(("many", "months"), [(200, 2), pytest.param(10_000, 12, marks=pytest.mark.nightly)])
def test_payroll__many_loans__a_payment_costs_what_it_does_among_few(
    many: int, months: int, tmp_path: Path
) -> None:
    few, all_ = (year_of(loans, months, tmp_path / str(loans)) for loans in (FEW, many))
    for year in (few, all_):
        sys.stdout.write(
            f"{year.loans:,} loans, {months} months: {year.gas_a_loan:,.1f} gas a payment, "
            f"{year.entries[-1]:,} entries, {year.seconds:,.0f} s\n"
        )
    assert all_.gas_a_loan <= TIMES * few.gas_a_loan
