"""reverse (storno): at most what the slip credited, within 7 days, never what a lien holds."""

import brownie
import pytest

from rules.calendar import day_of_timestamp, timestamp_of_day
from tests.contracts.actors import DAY, House, now, refused, travel
from tests.contracts.SavingsToken.savings import (
    deposit,
    lien,
    receipt_number,
    transfers,
    withdrawal,
    word,
)

SLIP = 1 << 56 | 2025 << 40 | 44


@pytest.fixture
def sukarela(house: House):
    return house.SavingsSukarela


def reverse(house: House, token, member, amount: int, receipt: int = SLIP):
    return token.reverse(member.number, amount, receipt, {"from": house.writer})


def test_reverse__whole_slip__taken_back(house: House) -> None:
    for token in (house.SavingsWajib, house.SavingsSukarela):
        deposit(house, token, house.alice, 50_000, SLIP)
        tx = reverse(house, token, house.alice, 50_000)
        assert transfers(tx) == [(house.alice.signer, brownie.ZERO_ADDRESS, 50_000)]
        assert token.balanceOfMember(house.alice.number) == token.totalSupply() == 0


def test_reverse__in_parts__at_most_what_it_credited(house: House, sukarela) -> None:
    deposit(house, sukarela, house.alice, 700)
    deposit(house, sukarela, house.alice, 1_000, SLIP)
    with refused("SavingsNotReversible", house.alice.number, SLIP, 1_000, 1_001):
        reverse(house, sukarela, house.alice, 1_001)
    reverse(house, sukarela, house.alice, 400)
    with refused("SavingsNotReversible", house.alice.number, SLIP, 600, 601):
        reverse(house, sukarela, house.alice, 601)
    reverse(house, sukarela, house.alice, 600)
    with refused("SavingsNotReversible", house.alice.number, SLIP, 0, 1):
        reverse(house, sukarela, house.alice, 1)
    assert sukarela.balanceOfMember(house.alice.number) == 700


def test_reverse__zero__refused(house: House, sukarela) -> None:
    deposit(house, sukarela, house.alice, 1_000, SLIP)
    with refused("SavingsZeroAmount"):
        reverse(house, sukarela, house.alice, 0)


def test_reverse__no_writer__refused(house: House, sukarela) -> None:
    deposit(house, sukarela, house.alice, 1_000, SLIP)
    for sender in (house.teller.account, house.ketua.account, house.admin):
        with refused("WriterRefused", sender.address):
            sukarela.reverse(house.alice.number, 1_000, SLIP, {"from": sender})


def test_reverse__another_members_slip__refused(house: House, sukarela) -> None:
    deposit(house, sukarela, house.alice, 1_000, SLIP)
    deposit(house, sukarela, house.budi, 1_000)
    with refused("SavingsNotReversible", house.budi.number, SLIP, 0, 1):
        reverse(house, sukarela, house.budi, 1)


def test_reverse__another_receipt_or_token__refused(house: House, sukarela) -> None:
    deposit(house, sukarela, house.alice, 1_000, SLIP)
    deposit(house, house.SavingsWajib, house.alice, 1_000)
    with refused("SavingsNotReversible", house.alice.number, SLIP + 1, 0, 1):
        reverse(house, sukarela, house.alice, 1, SLIP + 1)
    with refused("SavingsNotReversible", house.alice.number, SLIP, 0, 1):
        reverse(house, house.SavingsWajib, house.alice, 1)


def test_reverse__payroll_credit__refused(house: House, sukarela) -> None:
    sukarela.depositBatch([word(house.alice.number, 1_000)], {"from": house.writer})
    for receipt in (0, SLIP):
        with refused("SavingsNotReversible"):
            reverse(house, sukarela, house.alice, 1, receipt)


def test_reverse__seventh_day__last_chance(house: House, sukarela) -> None:
    day = day_of_timestamp(deposit(house, sukarela, house.alice, 1_000, SLIP).timestamp)
    brownie.chain.sleep(timestamp_of_day(day + 8) - now() - 60)
    reverse(house, sukarela, house.alice, 400)
    travel(120)
    with refused("SavingsNotReversible", house.alice.number, SLIP, 0, 600):
        reverse(house, sukarela, house.alice, 600)
    assert sukarela.balanceOfMember(house.alice.number) == 600


def test_reverse__last_three_slips_only(house: House, sukarela) -> None:
    slips = [receipt_number() for _ in range(4)]
    for amount, slip in enumerate(slips, 1):
        deposit(house, sukarela, house.alice, amount * 1_000, slip)
    with refused("SavingsNotReversible", house.alice.number, slips[0], 0, 1_000):
        reverse(house, sukarela, house.alice, 1_000, slips[0])
    for amount, slip in enumerate(slips[1:], 2):
        reverse(house, sukarela, house.alice, amount * 1_000, slip)
    assert sukarela.balanceOfMember(house.alice.number) == 1_000


def test_reverse__withdrawn_meanwhile__never_below_zero(house: House, sukarela) -> None:
    deposit(house, sukarela, house.alice, 1_000, SLIP)
    sukarela.withdraw(*withdrawal(sukarela, house.alice, 700), {"from": house.writer})
    with refused("SavingsInsufficient", house.alice.number, 300, 301):
        reverse(house, sukarela, house.alice, 301)
    reverse(house, sukarela, house.alice, 300)
    assert sukarela.balanceOfMember(house.alice.number) == 0


def test_reverse__lien__never_below(house: House, sukarela) -> None:
    deposit(house, sukarela, house.alice, 1_000, SLIP)
    sukarela.placeLien(*lien(sukarela, house.alice, 7, 800), {"from": house.writer})
    with refused("SavingsInsufficient", house.alice.number, 200, 201):
        reverse(house, sukarela, house.alice, 201)
    reverse(house, sukarela, house.alice, 200)
    assert sukarela.balanceOfMember(house.alice.number) == 800


def test_reverse__greater_than_a_slip_can_remember__in_part(house: House, sukarela) -> None:
    deposit(house, sukarela, house.alice, 2**48, SLIP)
    with refused("SavingsNotReversible", house.alice.number, SLIP, 2**48 - 1, 2**48):
        reverse(house, sukarela, house.alice, 2**48)
    reverse(house, sukarela, house.alice, 2**48 - 1)
    assert sukarela.balanceOfMember(house.alice.number) == 1


def test_reverse__after_months__earlier_slips_stay_closed(house: House, sukarela) -> None:
    """The day of a slip is kept in 16 bits: it does not come back within any time that matters."""
    deposit(house, sukarela, house.alice, 1_000, SLIP)
    for _ in range(20):
        travel(113 * DAY)
        with refused("SavingsNotReversible", house.alice.number, SLIP, 0, 1):
            reverse(house, sukarela, house.alice, 1)
