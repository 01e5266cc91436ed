"""Interest on sukarela: who sets rate and tax, and the sums exactly as rules/interest.py has them."""

import random
from dataclasses import dataclass, field
from typing import Any

import brownie
import pytest

from rules.calendar import day_of_timestamp, first_day, month_of, month_of_day, timestamp_of_day
from rules.interest import InterestRules, RateHistory, SukarelaAccount
from rules.types import BasisPoints, Rupiah, WibDay
from tests.contracts.actors import DAY, House, now, refused, today, travel
from tests.contracts.SavingsToken.savings import (
    MAX,
    WAJIB_KIND,
    deposit,
    events_of,
    transfers,
    withdrawal,
    word,
)
from tests.nightly import DEEP

STEPS = 600 if DEEP else 80
SEEDS = range(6) if DEEP else range(2)


@pytest.fixture
def token(house: House) -> Any:
    return house.SavingsSukarela


def go_to(day: int) -> None:
    """To the middle of a WIB day."""
    brownie.chain.sleep(timestamp_of_day(WibDay(day)) + DAY // 2 - now())
    brownie.chain.mine()


def next_month() -> int:
    """The first day of the month after this one."""
    return first_day(month_of_day(WibDay(today())) + 1)


def credited_in(tx: Any) -> list[tuple[int, ...]]:
    """Member, month, gross, tax and book day of every credit."""
    names = ("member", "month", "gross", "tax", "bookDay")
    return [tuple(event[name] for name in names) for event in events_of(tx, "InterestCredited")]


def credit(house: House, token: Any, *members: Any) -> Any:
    return token.creditInterest([member.number for member in members], {"from": house.deployer})


def test_credit__a_whole_month__worked_by_hand(house: House, token) -> None:
    """6% of Rp 60,000,000 over n days is 60,000,000 x 0.06 x n / 365; above Rp 240,000 a tenth is tax."""
    start = next_month()
    token.setInterestRate(start, 600, {"from": house.admin})
    token.setInterestTax(240_000, 1_000, {"from": house.admin})
    go_to(start)
    deposit(house, token, house.alice, 60_000_000)
    deposit(house, token, house.budi, 40_000_000)
    end = next_month()
    go_to(end)
    tx = credit(house, token, house.alice, house.budi)
    days, month = end - start, month_of_day(start)
    alice, budi = 60_000_000 * 6 * days // 36_500, 40_000_000 * 6 * days // 36_500
    assert alice > 240_000 >= budi
    assert credited_in(tx) == [(101, month, alice, alice // 10, end), (102, month, budi, 0, end)]
    assert transfers(tx) == [
        (brownie.ZERO_ADDRESS, house.alice.signer, alice - alice // 10),
        (brownie.ZERO_ADDRESS, house.budi.signer, budi),
    ]
    assert token.balanceOfMember(101) == 60_000_000 + alice - alice // 10
    assert token.accruedOf(101)[0] == 60_000_000 * 600 * days % 3_650_000


def test_credit__before_the_months_end__nothing(house: House, token) -> None:
    token.setInterestRate(today() + 1, 900, {"from": house.admin})
    deposit(house, token, house.alice, 10**9)
    go_to(next_month() - 1)
    tx = credit(house, token, house.alice)
    assert credited_in(tx) == transfers(tx) == []
    go_to(next_month())
    assert len(credited_in(credit(house, token, house.alice, house.alice))) == 1


def test_credit__nothing_saved_or_unknown__skipped(house: House, token) -> None:
    token.setInterestRate(today() + 1, 900, {"from": house.admin})
    deposit(house, token, house.alice, 10**9)
    go_to(next_month())
    tx = token.creditInterest([999_999, 102, 0, 101], {"from": house.deployer})
    assert [row[0] for row in credited_in(tx)] == [101]


def test_credit__other_kinds__refused(house: House) -> None:
    with refused("SavingsWrongKind", WAJIB_KIND):
        house.SavingsWajib.creditInterest([101], {"from": house.deployer})


def test_credit__supply_at_its_bound__carried_and_withdrawals_go_on(house: House, token) -> None:
    """Whoever fills the token to its bound cannot stop others from withdrawing: their interest waits."""
    token.setInterestRate(today() + 1, 600, {"from": house.admin})
    deposit(house, token, house.alice, 10**9)
    deposit(house, token, house.budi, MAX - 10**9)
    go_to(next_month())
    tx = token.withdraw(*withdrawal(token, house.alice, 10**6), {"from": house.writer})
    assert credited_in(tx) == []
    owed = token.accruedOf(101)[0] // 3_650_000
    assert owed > 0
    token.withdraw(*withdrawal(token, house.budi, 10**15), {"from": house.writer})
    go_to(next_month())
    tx = credit(house, token, house.alice)
    assert credited_in(tx)[0][2] > owed
    token.withdraw(
        *withdrawal(token, house.alice, token.balanceOfMember(101), nonce=2), {"from": house.writer}
    )


def test_rate__who_and_when(house: House, token) -> None:
    tomorrow = today() + 1
    for sender in (house.ketua.account, house.writer, house.deployer):
        with refused("AccessManagedUnauthorized", sender.address):
            token.setInterestRate(tomorrow, 600, {"from": sender})
        with refused("AccessManagedUnauthorized", sender.address):
            token.setInterestTax(0, 0, {"from": sender})
    with refused("SavingsRateInvalid", 901, 900):
        token.setInterestRate(tomorrow, 901, {"from": house.admin})
    for day in (0, today() - 1, today(), today() + 367):
        with refused("SavingsDayInvalid", day, tomorrow, today() + 366):
            token.setInterestRate(day, 600, {"from": house.admin})
    token.setInterestRate(tomorrow + 4, 900, {"from": house.admin})
    for day in (tomorrow, tomorrow + 4):
        with refused("SavingsDayInvalid", day, tomorrow + 5, today() + 366):
            token.setInterestRate(day, 600, {"from": house.admin})
    tx = token.setInterestRate(tomorrow + 5, 0, {"from": house.admin})
    assert tx.events["InterestRateSet"] == {"fromDay": tomorrow + 5, "rateBps": 0}
    rates = [token.interestRateOn(tomorrow + day) for day in (-1, 0, 3, 4, 5, 1_000)]
    assert rates == [0, 0, 0, 900, 0, 0]
    with refused("SavingsWrongKind", WAJIB_KIND):
        house.SavingsWajib.setInterestRate(tomorrow, 600, {"from": house.admin})


def test_rate__supply_writer_seal_of_the_same_word__kept(house: House, token) -> None:
    deposit(house, token, house.alice, 36_500)
    supply = token.totalSupply()
    for days, rate in ((366, 900), (1, 0)):
        token.setInterestRate(today() + days, rate, {"from": house.admin})
        assert token.totalSupply() == supply
        assert not token.isSealed()
        go_to(today() + 366)
        deposit(house, token, house.alice, 500)
        supply = token.totalSupply()
    token.seal({"from": house.admin})
    assert token.totalSupply() == supply
    assert token.isSealed()
    token.setInterestRate(today() + 1, 899, {"from": house.admin})
    assert token.isSealed()
    since, _ = token.writerTerm(house.writer)
    token.setWriter(house.writer, since, now() + 31 * DAY, {"from": house.admin})
    travel(32 * DAY)
    assert token.totalSupply() == supply
    assert token.interestRateOn(today()) == 899
    with refused("WriterRefused", house.writer.address):
        deposit(house, token, house.alice, 500)


def test_tax__at_most_a_tenth(house: House, token) -> None:
    with refused("SavingsTaxInvalid", 1_001, 1_000):
        token.setInterestTax(0, 1_001, {"from": house.admin})
    tx = token.setInterestTax(0, 1_000, {"from": house.admin})
    assert tx.events["InterestTaxSet"] == {"threshold": 0, "taxBps": 1_000}
    with refused("SavingsWrongKind", WAJIB_KIND):
        house.SavingsWajib.setInterestTax(0, 0, {"from": house.admin})


def test_rate__many_changes__a_withdrawal_stays_payable(house: House, token) -> None:
    """A RAT that changes the rate day after day cannot make a withdrawal too dear."""
    token.setInterestRate(today() + 1, 600, {"from": house.admin})
    deposit(house, token, house.alice, 10**9)
    last = today() + 1
    for change in range(60):
        token.setInterestRate(last + 1 + change, 600 + change % 2, {"from": house.admin})
    travel(30 * DAY)
    tx = token.withdraw(*withdrawal(token, house.alice, 1), {"from": house.writer})
    assert tx.gas_used < 250_000


@dataclass
class Shadow:
    """The model beside the token, member by member."""

    accounts: dict[int, SukarelaAccount]
    changes: list[tuple[WibDay, BasisPoints]] = field(default_factory=list)
    tax_bps: int = 0
    tax_free: int = 0

    @property
    def rules(self) -> InterestRules:
        return InterestRules(
            RateHistory(tuple(self.changes)), BasisPoints(self.tax_bps), Rupiah(self.tax_free)
        )

    def apply(self, number: int, day: int, deposited: int = 0, withdrawn: int = 0) -> list[tuple[int, ...]]:
        """What the token's events must say of it."""
        account, rules = self.accounts[number], self.rules
        if deposited:
            account, credited = account.deposit(rules, WibDay(day), Rupiah(deposited))
        elif withdrawn:
            account, credited = account.withdraw(rules, WibDay(day), Rupiah(withdrawn))
        elif account.last_day is None or account.last_day >= first_day(month_of_day(WibDay(day))):
            return []
        else:
            account, credited = account.credit(rules, WibDay(day))
        self.accounts[number] = account
        return [(number, c.month, c.gross, c.tax, day) for c in credited]


@dataclass
class Walk:
    """Random movements over years, checked one by one."""

    house: House
    rng: random.Random
    shadow: Shadow
    nonce: int = 0

    @property
    def token(self) -> Any:
        return self.house.SavingsSukarela

    def step(self) -> None:
        self._wait()
        chosen = self.rng.choices(
            (self._deposit, self._batch, self._withdraw, self._credit, self._set_rate, self._set_tax),
            (30, 10, 30, 15, 8, 4),
        )[0]
        chosen()

    def _wait(self) -> None:
        days = self.rng.choice((0, 0, 1, 2, 5, 20, 35, 70, 400 if self.rng.random() < 0.2 else 1))
        brownie.chain.sleep(days * DAY + self.rng.randrange(DAY // 2))

    def _member(self) -> Any:
        return self.house.member(self.rng.choice(list(self.shadow.accounts)))

    def _amount(self) -> int:
        return self.rng.randrange(1, 10 ** self.rng.randrange(1, 12))

    def _check(self, tx: Any, expected: list[tuple[int, ...]], numbers: set[int]) -> None:
        assert credited_in(tx) == expected
        for number in numbers:
            account = self.shadow.accounts[number]
            assert self.token.balanceOfMember(number) == account.balance
            accrued, last_day = self.token.accruedOf(number)
            assert (accrued, last_day) == (account.accrued, account.last_day or 0)
        assert self.token.totalSupply() == sum(a.balance for a in self.shadow.accounts.values())

    def _deposit(self) -> None:
        member, amount = self._member(), self._amount()
        tx = deposit(self.house, self.token, member, amount)
        expected = self.shadow.apply(member.number, day_of_timestamp(tx.timestamp), deposited=amount)
        self._check(tx, expected, {member.number})

    def _batch(self) -> None:
        rows = [(self._member().number, self._amount()) for _ in range(self.rng.randrange(1, 6))]
        tx = self.token.depositBatch([word(*row) for row in rows], {"from": self.house.writer})
        day = day_of_timestamp(tx.timestamp)
        expected = [event for number, amount in rows for event in self.shadow.apply(number, day, amount)]
        self._check(tx, expected, {number for number, _ in rows})

    def _withdraw(self) -> None:
        member = self._member()
        balance = self.token.balanceOfMember(member.number)
        if not balance:
            return
        amount = balance if self.rng.random() < 0.1 else self.rng.randrange(1, balance + 1)
        self.nonce += 1
        order = withdrawal(self.token, member, amount, nonce=self.nonce)
        tx = self.token.withdraw(*order, {"from": self.house.writer})
        expected = self.shadow.apply(member.number, day_of_timestamp(tx.timestamp), withdrawn=amount)
        self._check(tx, expected, {member.number})

    def _credit(self) -> None:
        numbers = self.rng.sample(sorted(self.shadow.accounts), self.rng.randrange(1, 4))
        tx = self.token.creditInterest(numbers, {"from": self.house.deployer})
        day = day_of_timestamp(tx.timestamp)
        expected = [event for number in numbers for event in self.shadow.apply(number, day)]
        self._check(tx, expected, set(numbers))

    def _set_rate(self) -> None:
        brownie.chain.mine()
        last = self.shadow.changes[-1][0] if self.shadow.changes else 0
        earliest = max(today(), last) + 1
        if earliest > today() + 366:
            return
        day = self.rng.randint(earliest, min(today() + 366, earliest + self.rng.choice((0, 3, 40, 365))))
        rate = self.rng.choice((0, 1, 450, 600, 899, 900))
        self.token.setInterestRate(day, rate, {"from": self.house.admin})
        self.shadow.changes.append((WibDay(day), BasisPoints(rate)))

    def _set_tax(self) -> None:
        threshold, bps = self.rng.choice((0, 1, 1_000, 240_000)), self.rng.choice((0, 1, 500, 999, 1_000))
        self.token.setInterestTax(threshold, bps, {"from": self.house.admin})
        self.shadow.tax_free, self.shadow.tax_bps = threshold, bps


@pytest.mark.parametrize("seed", SEEDS)
def test_interest__years_of_random_movements__exactly_the_model(house: House, seed: int) -> None:
    shadow = Shadow({number: SukarelaAccount() for number in (101, 102, 104, 105)})
    walk = Walk(house, random.Random(seed), shadow)
    walk._set_rate()
    for _ in range(STEPS):
        walk.step()
    assert any(account.balance for account in shadow.accounts.values())
    assert len(shadow.changes) > 2


def test_interest__a_rate_set_today__earns_from_its_day(house: House, token) -> None:
    start = first_day(month_of(2030, 3))
    go_to(start - 2)
    deposit(house, token, house.alice, 36_500)
    token.setInterestRate(start, 100, {"from": house.admin})
    go_to(start + 10)
    deposit(house, token, house.alice, 1)
    assert tuple(map(int, token.accruedOf(101))) == (36_500 * 100 * 10, start + 10)
