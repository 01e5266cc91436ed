"""withdraw: only on the member's own order, once, for what it says."""

import brownie
import pytest

from rules.types import Channel
from tests.contracts.actors import DAY, House, account_at, now, person, refused, travel
from tests.contracts.MemberRegistry.orders import change_signer, leave
from tests.contracts.SavingsToken.savings import (
    POKOK_KIND,
    WAJIB_KIND,
    deposit,
    recover,
    suspend,
    transfers,
    withdrawal,
)

BALANCE = 1_000_000


@pytest.fixture(scope="module")
def saved(house: House) -> House:
    """Alice, budi and citra (who has a passkey) have sukarela."""
    for member in (house.alice, house.budi, house.citra):
        deposit(house, house.SavingsSukarela, member, BALANCE)
    return house


def test_withdraw__members_order__debited(saved: House) -> None:
    token = saved.SavingsSukarela
    tx = token.withdraw(*withdrawal(token, saved.alice, 400_000), {"from": saved.writer})
    assert transfers(tx) == [(saved.alice.signer, brownie.ZERO_ADDRESS, 400_000)]
    assert token.balanceOfMember(saved.alice.number) == BALANCE - 400_000
    assert token.totalSupply() == 3 * BALANCE - 400_000
    assert token.isOrderSpent(saved.alice.number, 1)
    assert not token.isOrderSpent(saved.budi.number, 1)


def test_withdraw__passkey__debited(saved: House) -> None:
    token = saved.SavingsSukarela
    token.withdraw(*withdrawal(token, saved.citra, BALANCE), {"from": saved.writer})
    assert token.balanceOfMember(saved.citra.number) == 0


def test_withdraw__no_writer__refused_even_with_the_order(saved: House) -> None:
    token = saved.SavingsSukarela
    for sender in (saved.alice.account, saved.admin, saved.ketua.account):
        with refused("WriterRefused", sender.address):
            token.withdraw(*withdrawal(token, saved.alice, 1), {"from": sender})


def test_withdraw__amount__all_but_not_more(saved: House) -> None:
    token = saved.SavingsSukarela
    with refused("SavingsInsufficient", saved.alice.number, BALANCE, BALANCE + 1):
        token.withdraw(*withdrawal(token, saved.alice, BALANCE + 1), {"from": saved.writer})
    with refused("SavingsZeroAmount"):
        token.withdraw(*withdrawal(token, saved.alice, 0), {"from": saved.writer})
    token.withdraw(*withdrawal(token, saved.alice, BALANCE), {"from": saved.writer})
    assert token.balanceOfMember(saved.alice.number) == 0


@pytest.mark.parametrize("changed", range(5))
def test_withdraw__one_field_changed_after_signing__refused(saved: House, changed: int) -> None:
    token = saved.SavingsSukarela
    order = list(withdrawal(token, saved.alice, 1_000, nonce=5, deadline=2**40))
    order[changed] = {0: saved.budi.number, 1: 1_001, 2: Channel.BANK, 3: 6, 4: 2**40 + 1}[changed]
    with refused("SavingsOrderInvalid"):
        token.withdraw(*order, {"from": saved.writer})


def test_withdraw__signed_by_another__refused(saved: House) -> None:
    token = saved.SavingsSukarela
    for signer in (saved.budi, saved.citra, saved.ketua, saved.teller):
        with refused("SavingsOrderInvalid"):
            token.withdraw(*withdrawal(token, saved.alice, 1, signer=signer), {"from": saved.writer})
    order = withdrawal(token, saved.alice, 1)
    for signature in (b"", order[-1][:-1], order[-1] + b"\0", bytes(65)):
        with refused("SavingsOrderInvalid"):
            token.withdraw(*order[:-1], signature, {"from": saved.writer})


def test_withdraw__same_order_twice__refused(saved: House) -> None:
    token = saved.SavingsSukarela
    order = withdrawal(token, saved.alice, 1_000, nonce=2**255)
    token.withdraw(*order, {"from": saved.writer})
    with refused("SavingsOrderSpent", saved.alice.number, 2**255):
        token.withdraw(*order, {"from": saved.writer})
    token.withdraw(*withdrawal(token, saved.alice, 1_000, nonce=0), {"from": saved.writer})
    token.withdraw(*withdrawal(token, saved.budi, 1_000, nonce=2**255), {"from": saved.writer})


def test_withdraw__failed_order__can_be_sent_again(saved: House) -> None:
    token = saved.SavingsSukarela
    order = withdrawal(token, saved.alice, BALANCE + 5)
    with refused("SavingsInsufficient"):
        token.withdraw(*order, {"from": saved.writer})
    deposit(saved, token, saved.alice, 5)
    token.withdraw(*order, {"from": saved.writer})
    assert token.balanceOfMember(saved.alice.number) == 0


def test_withdraw__deadline__that_second_but_not_later(saved: House) -> None:
    token = saved.SavingsSukarela
    past = now() - 1
    with refused("SavingsOrderExpired", past):
        token.withdraw(*withdrawal(token, saved.alice, 1, deadline=past), {"from": saved.writer})
    token.withdraw(*withdrawal(token, saved.alice, 1, deadline=now() + 60), {"from": saved.writer})


def test_withdraw__order_for_another_token__refused(saved: House) -> None:
    """The domain has the token's name and address: an order for SUKARELA is none for what is payable."""
    order = withdrawal(saved.SavingsSukarela, saved.alice, 1)
    with refused("SavingsOrderInvalid"):
        saved.SavingsPayable.withdraw(*order, {"from": saved.writer})


def test_withdraw__pokok_and_wajib__never(saved: House) -> None:
    deposit(saved, saved.SavingsWajib, saved.alice, 1_000)
    for token, kind in ((saved.SavingsPokok, POKOK_KIND), (saved.SavingsWajib, WAJIB_KIND)):
        with refused("SavingsWrongKind", kind):
            token.withdraw(*withdrawal(token, saved.alice, 1_000), {"from": saved.writer})


def test_withdraw__suspended__keeps_the_right(saved: House) -> None:
    suspend(saved, saved.alice)
    token = saved.SavingsSukarela
    token.withdraw(*withdrawal(token, saved.alice, BALANCE), {"from": saved.writer})
    assert token.balanceOfMember(saved.alice.number) == 0


def test_withdraw__left__sukarela_that_is_still_there(saved: House) -> None:
    leave(saved, saved.alice)
    token = saved.SavingsSukarela
    token.withdraw(*withdrawal(token, saved.alice, BALANCE), {"from": saved.writer})
    assert token.balanceOfMember(saved.alice.number) == 0


def test_withdraw__signer_changed__old_orders_are_void(saved: House) -> None:
    token, new = saved.SavingsSukarela, person("alice's new key", 901)
    order = withdrawal(token, saved.alice, 1_000)
    change_signer(saved, saved.alice.number, saved.alice, new)
    with refused("SavingsOrderInvalid"):
        token.withdraw(*order, {"from": saved.writer})
    tx = token.withdraw(*withdrawal(token, saved.alice, 1_000, signer=new), {"from": saved.writer})
    assert transfers(tx) == [(saved.alice.signer, brownie.ZERO_ADDRESS, 1_000)]


def test_withdraw__recovered_signer__waits_thirty_days(saved: House) -> None:
    token, thief = saved.SavingsSukarela, person("thief", 902)
    until = recover(saved, saved.alice, thief).timestamp + 30 * DAY
    order = withdrawal(token, saved.alice, BALANCE, signer=thief)
    with refused("SavingsRecentlyRecovered", saved.alice.number, until):
        token.withdraw(*order, {"from": saved.writer})
    brownie.chain.sleep(until - now() - 60)
    with refused("SavingsRecentlyRecovered", saved.alice.number, until):
        token.withdraw(*order, {"from": saved.writer})
    travel(120)
    token.withdraw(*order, {"from": saved.writer})
    assert token.balanceOfMember(saved.alice.number) == 0


def test_withdraw__recovered_signer_hands_on__still_waits(saved: House) -> None:
    """Changing the signer by the recovered one's order does not shorten the wait."""
    token, thief, other = saved.SavingsSukarela, person("thief", 902), person("other", 903)
    until = recover(saved, saved.alice, thief).timestamp + 30 * DAY
    change_signer(saved, saved.alice.number, thief, other)
    with refused("SavingsRecentlyRecovered", saved.alice.number, until):
        token.withdraw(*withdrawal(token, saved.alice, 1, signer=other), {"from": saved.writer})


def test_withdraw__another_writer_after_thirty_days__orders_and_balances_stay(saved: House) -> None:
    token, desk = saved.SavingsSukarela, account_at(saved.budi.signer)
    spent = withdrawal(token, saved.alice, 1_000, nonce=1)
    token.withdraw(*spent, {"from": saved.writer})
    with refused("WriterTermTooSoon"):
        token.setWriter(desk, now(), 0, {"from": saved.admin})
    since = now() + 30 * DAY + 60
    token.setWriter(desk, since, 0, {"from": saved.admin})
    old_since = token.writerTerm(saved.writer.address)[0]
    token.setWriter(saved.writer, old_since, since, {"from": saved.admin})
    fresh = withdrawal(token, saved.alice, 1_000, nonce=2)
    with refused("WriterRefused", desk.address):
        token.withdraw(*fresh, {"from": desk})
    brownie.chain.sleep(since - now())
    brownie.chain.mine()
    with refused("WriterRefused", saved.writer.address):
        token.withdraw(*fresh, {"from": saved.writer})
    with refused("SavingsOrderSpent", saved.alice.number, 1):
        token.withdraw(*spent, {"from": desk})
    token.withdraw(*fresh, {"from": desk})
    assert token.balanceOfMember(saved.alice.number) == BALANCE - 2_000
