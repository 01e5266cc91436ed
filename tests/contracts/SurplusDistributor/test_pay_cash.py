"""payCash and payCashByTwo: a teller's slip on the member's signed order."""

from typing import Any

import pytest

from rules.receipts import Series
from tests.contracts.actors import House, now, person, refused, today
from tests.contracts.office import BANK, KAS, STABLECOIN, TELLER_LIMIT, exit_member, slip_number
from tests.contracts.SavingsToken.savings import recover
from tests.contracts.SurplusDistributor.surplus import (
    ABOVE_UNPAID,
    ALREADY_PAID,
    NO_MEMBER,
    SHARES,
    WRONG_PROOF,
    YEAR,
    ZERO_AMOUNT,
    Cash,
    Surplus,
    allocate,
    mark,
    pay_out,
    saved,
    unpaid,
)


@pytest.fixture
def surplus(office: House) -> Surplus:
    surplus = Surplus()
    allocate(office, surplus)
    return surplus


@pytest.fixture
def cash(office: House, surplus: Surplus) -> Cash:
    """Alice's share, over the counter."""
    return Cash(office, surplus, office.alice)


@pytest.mark.parametrize("by_two", [False, True])
@pytest.mark.parametrize("who", ["alice", "citra"])
def test_pay_cash__members_order__out_of_the_till(office: House, cash: Cash, who: str, by_two: bool) -> None:
    kas, savings = office.Treasury.channelTotal(KAS), saved(office, 101)
    cash = cash.but(member=office.members[who])
    amount = SHARES[cash.member.number]

    receipt = cash.pay(by_two)

    assert office.Treasury.channelTotal(KAS) == kas - amount
    assert office.Treasury.movedAlone(KAS, today()) == (0 if by_two else amount)
    assert saved(office, 101) == savings
    assert unpaid(office) == office.SurplusDistributor.unpaidTotal() == 1_000_000 - amount
    assert office.Treasury.isReceiptUsed(cash.receipt)
    assert office.SurplusDistributor.isPaid(YEAR, cash.member.number)
    assert dict(receipt.events["SharePaidInCash"]) == {
        "year": YEAR,
        "member": cash.member.number,
        "receipt": cash.receipt,
        "channel": KAS,
        "amount": amount,
        "bookDay": today(),
    }


def test_pay_cash__bank__by_transfer(office: House, cash: Cash) -> None:
    bank = office.Treasury.channelTotal(BANK)
    cash.but(channel=BANK).pay()
    assert office.Treasury.channelTotal(BANK) == bank - SHARES[101]


def test_pay_cash__member_who_left__paid(office: House, cash: Cash) -> None:
    exit_member(office, office.dewi)
    cash.but(member=office.dewi).pay()
    assert unpaid(office) == 900_000


def test_pay_cash__twice_and_after_savings__refused(office: House, cash: Cash, surplus: Surplus) -> None:
    cash.pay()
    with refused("SurplusShareRefused", YEAR, 101, ALREADY_PAID):
        cash.but(receipt=slip_number()).pay()
    assert len(pay_out(office, [surplus.share(101)]).events["ShareRefused"]) == 1
    pay_out(office, [surplus.share(102)])
    with refused("SurplusShareRefused", YEAR, 102, ALREADY_PAID):
        cash.but(member=office.budi, receipt=slip_number()).pay()


@pytest.mark.parametrize(("amount", "reason"), [(0, ZERO_AMOUNT), (300_001, WRONG_PROOF)])
def test_pay_cash__not_the_share__refused(cash: Cash, amount: int, reason: int) -> None:
    with refused("SurplusShareRefused", YEAR, 101, reason):
        cash.but(amount=amount).pay()


def test_pay_cash__tree_of_more_than_the_pot__refused(office: House) -> None:
    surplus = Surplus(shares={101: 1_000_001})
    allocate(office, surplus)
    with refused("SurplusShareRefused", YEAR, 101, ABOVE_UNPAID):
        Cash(office, surplus, office.alice).pay()


def test_pay_cash__registered_only__no_member_yet(office: House) -> None:
    newcomer = person("newcomer", 150)
    office.register([newcomer])
    surplus = Surplus(shares={150: 1_000_000})
    allocate(office, surplus)
    with refused("SurplusShareRefused", YEAR, 150, NO_MEMBER):
        Cash(office, surplus, newcomer).pay()


@pytest.mark.parametrize(
    "ordered",
    [{"year": YEAR - 1}, {"member": 102}, {"amount": 299_999}, {"channel": BANK}, {"deadline": 1}],
    ids=lambda ordered: next(iter(ordered)),
)
def test_pay_cash__order_for_something_else__refused(cash: Cash, ordered: dict[str, int]) -> None:
    with refused("SurplusOrderInvalid"):
        cash.but(ordered=ordered).pay()


@pytest.mark.parametrize("by_two", [False, True])
def test_pay_cash__order_of_another__refused(office: House, cash: Cash, by_two: bool) -> None:
    for other in (office.budi, office.teller):
        with refused("SurplusOrderInvalid"):
            cash.but(signer=other).pay(by_two)


def test_pay_cash__order_expired__refused(cash: Cash) -> None:
    deadline = now() - 1
    with refused("SurplusOrderExpired", deadline):
        cash.but(deadline=deadline).pay()


def test_pay_cash__signer_just_recovered__refused(office: House, cash: Cash) -> None:
    new = person("alice anew", 101, "recovered")
    recover(office, office.alice, new)
    with refused("SurplusRecentlyRecovered"):
        cash.but(signer=new).pay()


def test_pay_cash__year_not_allocated__refused(cash: Cash) -> None:
    with refused("SurplusYearUnknown", YEAR - 1):
        cash.but(surplus=Surplus(year=YEAR - 1)).pay()


@pytest.mark.parametrize("series", [Series.PAYROLL, Series.JOURNAL, Series.SURPLUS])
def test_pay_cash__no_slip__refused(cash: Cash, series: Series) -> None:
    number = series << 56 | 9
    with refused("SurplusReceiptInvalid", number):
        cash.but(receipt=number).pay()


def test_pay_cash__slip_twice__refused(office: House, cash: Cash) -> None:
    cash.pay()
    with refused("TreasuryReceiptUsed", cash.receipt):
        cash.but(member=office.budi).pay()


def test_pay_cash__before_it_was_allocated__refused(cash: Cash) -> None:
    with refused("SurplusDayInvalid", today() - 1, today()):
        cash.but(day=today() - 1).pay()


def test_pay_cash__tomorrow__refused(cash: Cash) -> None:
    with refused("TreasuryDayInFuture"):
        cash.but(day=today() + 1).pay()


@pytest.mark.parametrize("channel", [0, 4])
def test_pay_cash__no_channel__refused(cash: Cash, channel: int) -> None:
    with refused("TreasuryUnknownChannel", channel):
        cash.but(channel=channel).pay()


def test_pay_cash__stablecoin__refused(cash: Cash) -> None:
    """Treasury pays no stablecoin without a payee; the channel is empty here besides."""
    with refused("TreasuryInsufficientCash"):
        cash.but(channel=STABLECOIN).pay()


def test_pay_cash__above_the_tellers_limit__two_persons(office: House) -> None:
    amount = TELLER_LIMIT + 1
    surplus = Surplus(total=amount, pots=((2310, amount),), shares={101: amount})
    allocate(office, surplus)
    cash = Cash(office, surplus, office.alice, channel=BANK)
    with refused("TreasuryTellerLimit"):
        cash.pay()
    cash.pay(by_two=True)
    assert unpaid(office) == 0


@pytest.mark.parametrize("who", ["ketua", "bendahara", "pengawas", "registrar"])
@pytest.mark.parametrize("by_two", [False, True])
def test_pay_cash__not_a_teller__refused(office: House, cash: Cash, who: str, by_two: bool) -> None:
    with refused("AccessManagedUnauthorized"):
        cash.but(teller=office.officers[who]).pay(by_two)


@pytest.mark.parametrize("who", ["teller", "pengawas", "registrar"])
def test_pay_cash_by_two__countersigned_by_no_pengurus__refused(office: House, cash: Cash, who: str) -> None:
    with refused("AuthorityNotHeld"):
        cash.but(checker=office.officers[who]).pay(by_two=True)


def test_pay_cash_by_two__another_act_countersigned__refused(office: House, cash: Cash) -> None:
    desk, share = office.SurplusDistributor, cash.surplus.share(101)
    slip = (cash.receipt, cash.day, KAS)
    given: tuple[Any, ...] = (YEAR, share, slip, cash.deadline, cash.signature(desk, share[1]))
    signed = office.countersign(office.ketua, desk, b"\x07" * 32)
    with refused("AuthoritySignatureInvalid"):
        desk.payCashByTwo(*given, signed, {"from": office.teller.account})
    assert not office.Treasury.isReceiptUsed(mark(101))
