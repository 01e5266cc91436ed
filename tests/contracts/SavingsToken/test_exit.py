"""moveToPayable: exit moves savings only into what is payable to the same member."""

import brownie
import pytest

from tests.contracts.actors import DAY, House, refused, today, travel
from tests.contracts.MemberRegistry.orders import leave
from tests.contracts.SavingsToken.savings import (
    ACTIVE,
    LEFT,
    PAYABLE_KIND,
    SUKARELA_KIND,
    SUSPENDED,
    deposit,
    lien,
    suspend,
    transfers,
    withdrawal,
)


@pytest.fixture(scope="module")
def saved(house: House) -> House:
    house.SavingsSukarela.setInterestRate(today() + 1, 600, {"from": house.admin})
    deposit(house, house.SavingsWajib, house.alice, 50_000)
    deposit(house, house.SavingsSukarela, house.alice, 1_000_000)
    deposit(house, house.SavingsSukarela, house.budi, 2_000_000)
    return house


def move(house: House, token, member):
    return token.moveToPayable(member.number, {"from": house.writer})


def test_move__member_left__all_is_payable_to_the_same(saved: House) -> None:
    token, payable, alice = saved.SavingsSukarela, saved.SavingsPayable, saved.alice
    leave(saved, alice)
    tx = move(saved, token, alice)
    assert transfers(tx) == [
        (alice.signer, brownie.ZERO_ADDRESS, 1_000_000),
        (brownie.ZERO_ADDRESS, alice.signer, 1_000_000),
    ]
    move(saved, saved.SavingsWajib, alice)
    assert payable.balanceOfMember(alice.number) == payable.totalSupply() == 1_050_000
    assert token.balanceOfMember(alice.number) == saved.SavingsWajib.balanceOfMember(alice.number) == 0
    assert token.totalSupply() == token.balanceOfMember(saved.budi.number) == 2_000_000


def test_move__still_a_member__refused(saved: House) -> None:
    with refused("SavingsMemberStatus", saved.alice.number, ACTIVE):
        move(saved, saved.SavingsSukarela, saved.alice)
    suspend(saved, saved.alice)
    with refused("SavingsMemberStatus", saved.alice.number, SUSPENDED):
        move(saved, saved.SavingsSukarela, saved.alice)


def test_move__no_writer_or_payable_itself__refused(saved: House) -> None:
    leave(saved, saved.alice)
    for sender in (saved.teller.account, saved.admin, saved.alice.account):
        with refused("WriterRefused", sender.address):
            saved.SavingsSukarela.moveToPayable(saved.alice.number, {"from": sender})
    with refused("SavingsWrongKind", PAYABLE_KIND):
        move(saved, saved.SavingsPayable, saved.alice)


def test_move__nothing_there__nothing_happens(saved: House) -> None:
    leave(saved, saved.alice)
    assert transfers(move(saved, saved.SavingsPokok, saved.alice)) == []


def test_move__lien__stays_until_released(saved: House) -> None:
    token, payable, alice = saved.SavingsSukarela, saved.SavingsPayable, saved.alice
    token.placeLien(*lien(token, alice, 7, 300_000), {"from": saved.writer})
    leave(saved, alice)
    move(saved, token, alice)
    assert (token.balanceOfMember(alice.number), payable.balanceOfMember(alice.number)) == (300_000, 700_000)
    token.releaseLien(alice.number, 7, 300_000, {"from": saved.writer})
    move(saved, token, alice)
    assert (token.balanceOfMember(alice.number), payable.balanceOfMember(alice.number)) == (0, 1_000_000)


def test_move__last_months_interest__follows_later(saved: House) -> None:
    token, payable, alice = saved.SavingsSukarela, saved.SavingsPayable, saved.alice
    travel(10 * DAY)
    leave(saved, alice)
    move(saved, token, alice)
    already = payable.balanceOfMember(alice.number)
    assert token.balanceOfMember(alice.number) == 0
    assert token.accruedOf(alice.number)[0] > 0
    travel(31 * DAY)
    token.creditInterest([alice.number], {"from": saved.deployer})
    interest = token.balanceOfMember(alice.number)
    assert interest > 0
    move(saved, token, alice)
    assert payable.balanceOfMember(alice.number) == already + interest


def test_payable__paid_out_on_the_members_order_only(saved: House) -> None:
    payable, alice = saved.SavingsPayable, saved.alice
    leave(saved, alice)
    move(saved, saved.SavingsWajib, alice)
    with refused("SavingsOrderInvalid"):
        payable.withdraw(*withdrawal(payable, alice, 1, signer=saved.ketua), {"from": saved.writer})
    payable.withdraw(*withdrawal(payable, alice, 50_000), {"from": saved.writer})
    assert payable.totalSupply() == 0


def test_receive_payable__sister_tokens_only(saved: House) -> None:
    for sender in (saved.alice.account, saved.admin):
        with refused("WriterRefused", sender.address):
            saved.SavingsPayable.receivePayable(saved.alice.number, 1, {"from": sender})
    with refused("SavingsWrongKind", SUKARELA_KIND):
        saved.SavingsSukarela.receivePayable(saved.alice.number, 1, {"from": saved.writer})


def test_move__left__no_deposit_any_more(saved: House) -> None:
    leave(saved, saved.alice)
    with refused("SavingsMemberStatus", saved.alice.number, LEFT):
        deposit(saved, saved.SavingsSukarela, saved.alice, 1)
