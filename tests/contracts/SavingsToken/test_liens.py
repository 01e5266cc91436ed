"""Liens: held on the member's signed order, claimed after notice, stopped by PENGAWAS, released."""

import brownie
import pytest

from tests.contracts.actors import DAY, House, account_at, now, person, refused, travel
from tests.contracts.SavingsToken.savings import PAYABLE_KIND, deposit, lien, recover, transfers, withdrawal

LOAN = 7
BALANCE = 1_000


@pytest.fixture(scope="module")
def saved(house: House) -> House:
    for token in (house.SavingsWajib, house.SavingsSukarela):
        deposit(house, token, house.alice, BALANCE)
        deposit(house, token, house.budi, BALANCE)
    return house


@pytest.fixture(scope="module")
def token(saved: House):
    return saved.SavingsSukarela


@pytest.fixture
def held(saved: House, token) -> House:
    """Alice pledged 600 for the loan."""
    token.placeLien(*lien(token, saved.alice, LOAN, 600), {"from": saved.writer})
    return saved


@pytest.fixture
def noticed(held: House, token) -> House:
    """... and 500 of it will be claimed."""
    token.noticeLienClaim(held.alice.number, LOAN, 500, {"from": held.writer})
    return held


def lien_of(house: House, token) -> tuple[int, ...]:
    return tuple(map(int, token.lienOf(house.alice.number, LOAN)))


def claim(house: House, token, amount: int = 500):
    return token.claimLien(house.alice.number, LOAN, amount, {"from": house.writer})


def test_place__signed__held_but_still_the_members(held: House, token) -> None:
    assert lien_of(held, token) == (600, 0, 0)
    assert token.availableOf(held.alice.number) == 400
    assert token.balanceOfMember(held.alice.number) == BALANCE
    with refused("SavingsInsufficient", held.alice.number, 400, 401):
        token.withdraw(*withdrawal(token, held.alice, 401, nonce=2), {"from": held.writer})
    token.withdraw(*withdrawal(token, held.alice, 400, nonce=2), {"from": held.writer})
    assert token.availableOf(held.alice.number) == 0


def test_place__wajib__held_too(saved: House) -> None:
    wajib = saved.SavingsWajib
    tx = wajib.placeLien(*lien(wajib, saved.alice, LOAN, BALANCE), {"from": saved.writer})
    assert tx.events["LienPlaced"] == {"member": saved.alice.number, "loan": LOAN, "amount": BALANCE}
    assert wajib.availableOf(saved.alice.number) == 0


def test_place__no_writer__refused(saved: House, token) -> None:
    for sender in (saved.alice.account, saved.ketua.account, saved.admin):
        with refused("WriterRefused", sender.address):
            token.placeLien(*lien(token, saved.alice, LOAN, 1), {"from": sender})


def test_place__amount__above_zero_and_all_that_is_free(saved: House, token) -> None:
    with refused("SavingsZeroAmount"):
        token.placeLien(*lien(token, saved.alice, LOAN, 0), {"from": saved.writer})
    with refused("SavingsInsufficient", saved.alice.number, BALANCE, BALANCE + 1):
        token.placeLien(*lien(token, saved.alice, LOAN, BALANCE + 1), {"from": saved.writer})
    token.placeLien(*lien(token, saved.alice, LOAN, BALANCE), {"from": saved.writer})


@pytest.mark.parametrize("changed", range(5))
def test_place__one_field_changed_after_signing__refused(saved: House, token, changed: int) -> None:
    order = list(lien(token, saved.alice, LOAN, 500, nonce=5, deadline=2**40))
    order[changed] = {0: saved.budi.number, 1: LOAN + 1, 2: 501, 3: 6, 4: 2**40 + 1}[changed]
    with refused("SavingsOrderInvalid"):
        token.placeLien(*order, {"from": saved.writer})


def test_place__withdrawal_order_or_other_token__refused(saved: House, token) -> None:
    order = withdrawal(token, saved.alice, 500)
    with refused("SavingsOrderInvalid"):
        token.placeLien(saved.alice.number, LOAN, 500, 1, order[4], order[5], {"from": saved.writer})
    with refused("SavingsOrderInvalid"):
        saved.SavingsWajib.placeLien(*lien(token, saved.alice, LOAN, 500), {"from": saved.writer})


def test_place__signed_by_officers__refused(saved: House, token) -> None:
    for signer in (saved.ketua, saved.budi):
        with refused("SavingsOrderInvalid"):
            token.placeLien(*lien(token, saved.alice, LOAN, 1, signer=signer), {"from": saved.writer})


def test_place__nonce_and_deadline(held: House, token) -> None:
    with refused("SavingsOrderSpent", held.alice.number, 1):
        token.placeLien(*lien(token, held.alice, LOAN + 1, 1), {"from": held.writer})
    with refused("SavingsOrderSpent", held.alice.number, 1):
        token.withdraw(*withdrawal(token, held.alice, 1), {"from": held.writer})
    past = now() - 1
    with refused("SavingsOrderExpired", past):
        token.placeLien(*lien(token, held.alice, LOAN + 1, 1, 2, past), {"from": held.writer})


def test_place__same_loan_twice__refused_until_released(held: House, token) -> None:
    again = lien(token, held.alice, LOAN, 100, nonce=2)
    with refused("SavingsLienExists", held.alice.number, LOAN):
        token.placeLien(*again, {"from": held.writer})
    token.placeLien(*lien(token, held.alice, LOAN + 1, 400, nonce=3), {"from": held.writer})
    token.releaseLien(held.alice.number, LOAN, 600, {"from": held.writer})
    token.placeLien(*again, {"from": held.writer})
    assert token.availableOf(held.alice.number) == 500


def test_place__payable__refused(saved: House) -> None:
    payable = saved.SavingsPayable
    with refused("SavingsWrongKind", PAYABLE_KIND):
        payable.placeLien(*lien(payable, saved.alice, LOAN, 1), {"from": saved.writer})


def test_place__recovered_signer__waits_thirty_days(saved: House, token) -> None:
    thief = person("thief", 902)
    until = recover(saved, saved.alice, thief).timestamp + 30 * DAY
    order = lien(token, saved.alice, LOAN, 500, signer=thief)
    with refused("SavingsRecentlyRecovered", saved.alice.number, until):
        token.placeLien(*order, {"from": saved.writer})
    brownie.chain.sleep(until - now())
    token.placeLien(*order, {"from": saved.writer})


def test_release__part_and_rest(held: House, token) -> None:
    tx = token.releaseLien(held.alice.number, LOAN, 200, {"from": held.writer})
    assert tx.events["LienReleased"] == {"member": held.alice.number, "loan": LOAN, "amount": 200}
    assert token.availableOf(held.alice.number) == 600
    with refused("SavingsLienInsufficient", held.alice.number, LOAN, 400, 401):
        token.releaseLien(held.alice.number, LOAN, 401, {"from": held.writer})
    with refused("SavingsZeroAmount"):
        token.releaseLien(held.alice.number, LOAN, 0, {"from": held.writer})
    with refused("WriterRefused", held.alice.signer):
        token.releaseLien(held.alice.number, LOAN, 1, {"from": held.alice.account})
    token.releaseLien(held.alice.number, LOAN, 400, {"from": held.writer})
    assert token.availableOf(held.alice.number) == BALANCE


def test_notice__amount__above_zero_and_at_most_the_lien(held: House, token) -> None:
    with refused("SavingsZeroAmount"):
        token.noticeLienClaim(held.alice.number, LOAN, 0, {"from": held.writer})
    with refused("SavingsLienInsufficient", held.alice.number, LOAN, 600, 601):
        token.noticeLienClaim(held.alice.number, LOAN, 601, {"from": held.writer})
    with refused("SavingsLienInsufficient", held.budi.number, LOAN, 0, 1):
        token.noticeLienClaim(held.budi.number, LOAN, 1, {"from": held.writer})
    with refused("WriterRefused", held.ketua.signer):
        token.noticeLienClaim(held.alice.number, LOAN, 600, {"from": held.ketua.account})
    tx = token.noticeLienClaim(held.alice.number, LOAN, 600, {"from": held.writer})
    assert tx.events["LienClaimNoticed"]["claimableAt"] == tx.timestamp + 30 * DAY


def test_claim__after_thirty_days__not_before(noticed: House, token) -> None:
    due = token.lienOf(noticed.alice.number, LOAN)[2]
    with refused("SavingsClaimNotDue", noticed.alice.number, LOAN, due):
        claim(noticed, token)
    brownie.chain.sleep(due - now() - 60)
    with refused("SavingsClaimNotDue", noticed.alice.number, LOAN, due):
        claim(noticed, token)
    travel(60)
    with refused("WriterRefused", noticed.ketua.signer):
        token.claimLien(noticed.alice.number, LOAN, 500, {"from": noticed.ketua.account})
    tx = claim(noticed, token)
    assert tx.events["LienClaimed"] == {"member": noticed.alice.number, "loan": LOAN, "amount": 500}
    assert transfers(tx) == [(noticed.alice.signer, brownie.ZERO_ADDRESS, 500)]
    assert lien_of(noticed, token) == (100, 0, 0)
    assert token.balanceOfMember(noticed.alice.number) == BALANCE - 500
    assert token.availableOf(noticed.alice.number) == 400
    with refused("SavingsClaimNotDue", noticed.alice.number, LOAN, 0):
        claim(noticed, token)


def test_claim__without_notice__refused(held: House, token) -> None:
    with refused("SavingsClaimNotDue", held.alice.number, LOAN, 0):
        claim(held, token)


def test_claim__mostly_released__only_what_is_left(noticed: House, token) -> None:
    token.releaseLien(noticed.alice.number, LOAN, 450, {"from": noticed.writer})
    travel(30 * DAY)
    with refused("SavingsLienInsufficient", noticed.alice.number, LOAN, 150, 151):
        claim(noticed, token, 151)
    assert claim(noticed, token, 150).events["LienClaimed"]["amount"] == 150
    assert (
        token.balanceOfMember(noticed.alice.number)
        == token.availableOf(noticed.alice.number)
        == BALANCE - 150
    )


def test_claim__all_released__nothing_to_take(noticed: House, token) -> None:
    token.releaseLien(noticed.alice.number, LOAN, 600, {"from": noticed.writer})
    travel(30 * DAY)
    with refused("SavingsLienInsufficient", noticed.alice.number, LOAN, 0, 1):
        claim(noticed, token, 1)
    with refused("SavingsZeroAmount"):
        claim(noticed, token, 0)


def test_claim__more_than_noticed__refused(noticed: House, token) -> None:
    travel(30 * DAY)
    with refused("SavingsLienInsufficient", noticed.alice.number, LOAN, 500, 501):
        claim(noticed, token, 501)


def test_claim__less_than_noticed__uses_the_notice_up(noticed: House, token) -> None:
    travel(30 * DAY)
    claim(noticed, token, 200)
    assert lien_of(noticed, token) == (400, 0, 0)
    with refused("SavingsClaimNotDue", noticed.alice.number, LOAN, 0):
        claim(noticed, token, 1)


def test_claim__released_and_pledged_anew__needs_a_new_notice(noticed: House, token) -> None:
    token.releaseLien(noticed.alice.number, LOAN, 600, {"from": noticed.writer})
    token.placeLien(*lien(token, noticed.alice, LOAN, 300, nonce=2), {"from": noticed.writer})
    travel(30 * DAY)
    with refused("SavingsClaimNotDue", noticed.alice.number, LOAN, 0):
        claim(noticed, token)


def test_claim__new_notice__starts_the_days_again(noticed: House, token) -> None:
    travel(20 * DAY)
    token.noticeLienClaim(noticed.alice.number, LOAN, 600, {"from": noticed.writer})
    travel(20 * DAY)
    with refused("SavingsClaimNotDue"):
        claim(noticed, token)
    travel(10 * DAY)
    assert claim(noticed, token, 600).events["LienClaimed"]["amount"] == 600


def test_stop__by_pengawas__only_in_the_notice(noticed: House, token) -> None:
    member = noticed.alice.number
    for sender in (noticed.ketua.account, noticed.writer, noticed.alice.account, noticed.admin):
        with refused("AccessManagedUnauthorized", sender.address):
            token.stopLienClaim(member, LOAN, {"from": sender})
    tx = token.stopLienClaim(member, LOAN, {"from": noticed.pengawas.account})
    assert tx.events["LienClaimStopped"] == {"member": member, "loan": LOAN}
    assert lien_of(noticed, token) == (600, 0, 0)
    travel(30 * DAY)
    with refused("SavingsClaimNotDue", member, LOAN, 0):
        claim(noticed, token)
    with refused("SavingsClaimNotStoppable", member, LOAN, 0):
        token.stopLienClaim(member, LOAN, {"from": noticed.pengawas.account})


def test_stop__notice_is_over__refused(noticed: House, token) -> None:
    due = token.lienOf(noticed.alice.number, LOAN)[2]
    travel(30 * DAY)
    with refused("SavingsClaimNotStoppable", noticed.alice.number, LOAN, due):
        token.stopLienClaim(noticed.alice.number, LOAN, {"from": noticed.pengawas.account})


def test_liens__another_writer_after_thirty_days__takes_them_over(noticed: House, token) -> None:
    desk = account_at(noticed.budi.signer)
    since = now() + 30 * DAY + 60
    token.setWriter(desk, since, 0, {"from": noticed.admin})
    brownie.chain.sleep(since - now())
    tx = token.claimLien(noticed.alice.number, LOAN, 500, {"from": desk})
    assert tx.events["LienClaimed"]["amount"] == 500
    with refused("SavingsClaimNotDue", noticed.alice.number, LOAN, 0):
        claim(noticed, token)
    token.releaseLien(noticed.alice.number, LOAN, 100, {"from": desk})
    assert token.availableOf(noticed.alice.number) == BALANCE - 500
