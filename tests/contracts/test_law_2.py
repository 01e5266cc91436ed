"""Law 2: officers, all of them together, and a RAT with them try to take alice's savings, and fail.

The worst case: a RAT made a desk of its own the writer of every state contract, and its 30 days are over.
"""

from collections.abc import Callable
from dataclasses import replace

import brownie
import pytest

from rules.types import SlipKind
from tests.contracts.actors import (
    BENDAHARA,
    DAY,
    NEVER,
    PENGAWAS,
    REGISTRAR,
    House,
    now,
    person,
    refused,
    travel,
)
from tests.contracts.MemberRegistry.orders import change_signer, exit_order, leave, propose, stop_by_order
from tests.contracts.office import (
    KAS,
    Slip,
    deposit,
    exit_member,
    furnish,
    order,
    receive,
    storno,
    withdrawal,
)
from tests.contracts.SavingsToken.savings import UNSIGNED, signed_storno
from tests.contracts.SavingsToken.savings import storno as signed_for

SAVED = 1_000_000
STATE = ("MemberRegistry", "Treasury", "SavingsPokok", "SavingsWajib", "SavingsSukarela", "SavingsPayable")
ALICE = 101
LEFT = 4


@pytest.fixture(scope="module")
def captured(new_house: Callable[[], House]) -> House:
    """A house at work with a hostile writer everywhere, and officers whose terms go on."""
    office = new_house()
    furnish(office, sukarela=SAVED)
    office.Authority.endGenesis(office.RAT, {"from": office.deployer})
    for name in STATE:
        office.contracts[name].setWriter(
            brownie.accounts[6], now() + 30 * DAY + 60, 0, {"from": office.admin}
        )
    until = now() + 1_000 * DAY
    for name, officer in office.officers.items():
        role = {"ketua": 1, "sekretaris": 2, "bendahara": BENDAHARA, "pengawas": PENGAWAS, "teller": 5}
        office.Authority.grantOffice(
            role.get(name, REGISTRAR), officer.signer, officer.number, until, {"from": office.admin}
        )
    travel(31 * DAY)
    return office


@pytest.fixture(scope="module")
def villain():
    """The hostile writer, as a sender."""
    return {"from": brownie.accounts[6]}


def saved(house: House) -> int:
    return int(house.SavingsSukarela.balanceOfMember(ALICE))


def test_law_2__writer_without_an_order__refused(captured: House, villain) -> None:
    token, slip = captured.SavingsSukarela, withdrawal(captured.alice, SAVED)
    forged = order(captured.ketua, token, slip)
    for signature in (b"", bytes(65), forged[2]):
        with refused("SavingsOrderInvalid"):
            token.withdraw(ALICE, SAVED, KAS, slip.receipt, NEVER, signature, villain)
    assert saved(captured) == SAVED


def test_law_2__order_for_something_else__refused(captured: House, villain) -> None:
    """A small order does not open the account: amount, channel, nonce, member, token and chain are in it."""
    token, slip = captured.SavingsSukarela, withdrawal(captured.alice, 10)
    nonce, deadline, signature = order(captured.alice, token, slip)
    for changed in (
        (ALICE, SAVED, KAS, nonce, deadline),
        (ALICE, 10, KAS + 1, nonce, deadline),
        (ALICE, 10, KAS, nonce + 1, deadline),
        (ALICE, 10, KAS, nonce, deadline - 1),
        (captured.budi.number, 10, KAS, nonce, deadline),
    ):
        with refused("SavingsOrderInvalid"):
            token.withdraw(*changed, signature, villain)
    with refused("SavingsOrderInvalid"):
        captured.SavingsPayable.withdraw(ALICE, 10, KAS, nonce, deadline, signature, villain)
    token.withdraw(ALICE, 10, KAS, nonce, deadline, signature, villain)
    with refused("SavingsOrderSpent", ALICE, nonce):
        token.withdraw(ALICE, 10, KAS, nonce, deadline, signature, villain)
    assert saved(captured) >= SAVED - 10


@pytest.mark.parametrize("kind", ["SavingsPokok", "SavingsWajib"])
def test_law_2__pokok_and_wajib__not_even_by_order(captured: House, villain, kind: str) -> None:
    token, slip = captured.contracts[kind], withdrawal(captured.alice, 1_000)
    with refused("SavingsWrongKind"):
        token.withdraw(ALICE, 1_000, KAS, *order(captured.alice, token, slip), villain)


def reverse(house: House, token, amount: int, receipt: int, sender):
    """With the signatures of two persons."""
    wanted = signed_for(ALICE, amount, receipt)
    return token.reverse(wanted, *signed_storno(house, token, wanted), sender)


def test_law_2__storno_without_two_persons__refused(captured: House, villain) -> None:
    """The token asks for both signatures, also when a RAT's own desk is the writer."""
    token = captured.SavingsSukarela
    slip = deposit(captured.alice, SlipKind.SETOR_SUKARELA, 300_000)
    receive(captured, slip)
    before = saved(captured)
    wanted = signed_for(ALICE, 300_000, slip.receipt)
    by_teller, by_ketua = signed_storno(captured, token, wanted)
    for signatures in ((UNSIGNED, UNSIGNED), (by_teller, UNSIGNED), (UNSIGNED, by_ketua)):
        with refused("AuthorityNotHeld"):
            token.reverse(wanted, *signatures, villain)
    with refused("AuthoritySignatureInvalid"):
        token.reverse(wanted, by_teller, (*by_ketua[:2], by_teller[2]), villain)
    with refused("AuthoritySignatureInvalid"):
        token.reverse(signed_for(ALICE, 300_000, slip.receipt), by_teller, by_ketua, villain)
    assert saved(captured) == before


def test_law_2__storno_of_nothing_recent__refused(captured: House, villain) -> None:
    token = captured.SavingsSukarela
    for receipt in (0, 1, 2**64 - 1):
        with refused("SavingsNotReversible"):
            reverse(captured, token, 1, receipt, villain)
    assert saved(captured) == SAVED


def test_law_2__storno_of_ones_own_deposit__takes_only_that(captured: House, villain) -> None:
    """A writer that credits in order to reverse is where it began, however often it tries."""
    token = captured.SavingsSukarela
    before = saved(captured)
    for receipt in range(77, 83):
        token.deposit(ALICE, 500_000, receipt, villain)
        with refused("SavingsNotReversible"):
            reverse(captured, token, 500_001, receipt, villain)
        reverse(captured, token, 500_000, receipt, villain)
        with refused("SavingsNotReversible"):
            reverse(captured, token, 1, receipt, villain)
    assert saved(captured) == before


def test_law_2__storno_after_8_days__refused_for_officers_and_writer(captured: House, villain) -> None:
    slip = deposit(captured.alice, SlipKind.SETOR_SUKARELA, 300_000)
    receive(captured, slip)
    before = saved(captured)
    travel(8 * DAY)
    with refused("SavingsNotReversible"):
        reverse(captured, captured.SavingsSukarela, 300_000, slip.receipt, villain)
    with refused("SavingsNotReversible"):
        storno(captured, Slip(ALICE, SlipKind.SETOR_SUKARELA, 300_000), slip.receipt)
    assert saved(captured) >= before


def test_law_2__lien_without_the_members_order__refused(captured: House, villain) -> None:
    token = captured.SavingsSukarela
    with refused("SavingsOrderInvalid"):
        token.placeLien(ALICE, 9, SAVED, 1, NEVER, captured.ketua.sign(bytes(32)), villain)
    with refused("SavingsLienInsufficient"):
        token.noticeLienClaim(ALICE, 9, 1, villain)
    with refused("SavingsClaimNotDue"):
        token.claimLien(ALICE, 9, 1, villain)
    with refused("SavingsStandingOrderExceeded", ALICE, 9, 0, 1):
        token.takeStanding(ALICE, 9, 1, villain)
    with refused("SavingsOrderInvalid"):
        token.setStandingOrder(ALICE, 9, SAVED, 2**40 - 1, 2, NEVER, captured.ketua.sign(bytes(32)), villain)
    assert saved(captured) == SAVED


def test_law_2__thrown_out__still_hers(captured: House, villain) -> None:
    """Not without her order; and once she left, everything is payable to her, on her order alone."""
    for signer in (captured.ketua, captured.teller):
        with refused("RegistryOrderInvalid"):
            order_of_exit = exit_order(captured, captured.alice, signer=signer)
            captured.MemberRegistry.leaveByOrder(ALICE, 20_000, *order_of_exit, villain)
    with refused("SavingsMemberStatus"):
        captured.SavingsSukarela.moveToPayable(ALICE, villain)
    leave(captured, captured.alice, sender=brownie.accounts[6])
    for name in ("SavingsPokok", "SavingsWajib", "SavingsSukarela"):
        captured.contracts[name].moveToPayable(ALICE, villain)
    payable = captured.SavingsPayable
    due = payable.balanceOfMember(ALICE)
    assert due >= SAVED + 100_000 + 50_000
    slip = replace(withdrawal(captured.alice, due), channel=KAS)
    with refused("SavingsOrderInvalid"):
        payable.withdraw(ALICE, due, KAS, *order(captured.ketua, payable, slip), villain)
    with refused("SavingsWrongKind"):
        payable.moveToPayable(ALICE, villain)
    payable.withdraw(ALICE, due, KAS, *order(captured.alice, payable, slip), villain)
    assert payable.balanceOfMember(ALICE) == 0


def test_law_3__exit_without_her_order__refused(captured: House) -> None:
    """Only a RAT takes a vote away: all officers together book no exit that she did not sign."""
    for signer in captured.officers.values():
        with refused("RegistryOrderInvalid"):
            exit_member(captured, captured.alice, signer=signer)
    assert captured.MemberRegistry.wasActiveAt(ALICE, now())


def test_law_2__exit_on_her_order__payable_to_her(captured: House) -> None:
    exit_member(captured, captured.alice)
    assert captured.MemberRegistry.memberOf(ALICE).dict()["status"] == LEFT
    assert captured.SavingsPayable.balanceOfMember(ALICE) >= SAVED + 100_000 + 50_000


def test_law_2__number_registered_again__refused(captured: House, villain) -> None:
    """Nobody can take over the savings of a number by registering it anew, after an exit either."""
    for _ in range(2):
        with refused("RegistryNumberTaken", ALICE):
            captured.register([person("thief", ALICE)])
        with refused("RegistryNumberTaken", ALICE):
            captured.MemberRegistry.open(
                [(ALICE, person("thief", 999).signer, 0, 1)], {"from": captured.admin}
            )
        if captured.MemberRegistry.memberOf(ALICE).dict()["status"] != LEFT:
            leave(captured, captured.alice, sender=brownie.accounts[6])


def test_law_2__recovery__stopped_by_her_alone(captured: House) -> None:
    thief = person("thief", 999)
    propose(captured, ALICE, thief)
    travel(13 * DAY)
    stop_by_order(captured, ALICE, captured.alice, thief)
    travel(2 * DAY)
    with refused("RegistryNoRecovery", ALICE):
        captured.MemberRegistry.completeRecovery(ALICE, {"from": captured.ketua.account})


def test_law_2__recovered_signer__nothing_for_30_days(captured: House, villain) -> None:
    """Nor by handing over to a fresh signer at once."""
    thief, fresh = person("thief", 999), person("thief's other key", 998)
    propose(captured, ALICE, thief)
    travel(14 * DAY)
    at = captured.MemberRegistry.completeRecovery(ALICE, {"from": captured.ketua.account}).timestamp
    token = captured.SavingsSukarela
    until = at + 30 * DAY
    slip = withdrawal(captured.alice, 1_000)
    with refused("SavingsRecentlyRecovered", ALICE, until):
        token.withdraw(ALICE, 1_000, KAS, *order(replace(thief, number=ALICE), token, slip), villain)
    change_signer(captured, ALICE, thief, fresh)
    travel(29 * DAY)
    with refused("SavingsRecentlyRecovered", ALICE, until):
        token.withdraw(ALICE, 1_000, KAS, *order(replace(fresh, number=ALICE), token, slip), villain)


def test_law_2__roles__no_door_to_savings(captured: House) -> None:
    """No role lets anybody write to a token: a RAT cannot give one a function, and writers take 30 days."""
    token = captured.SavingsSukarela
    for name in ("withdraw", "reverse", "moveToPayable", "claimLien", "deposit"):
        selector = getattr(token, name).signature
        with refused("AuthorityFunctionDisabled"):
            captured.Authority.setTargetFunctionRole.call(
                token, [selector], BENDAHARA, {"from": captured.admin}
            )
    thief = {"from": captured.bendahara.account}
    with refused("WriterRefused", captured.bendahara.signer):
        reverse(captured, token, 1, 1, thief)
    with refused("WriterRefused", captured.bendahara.signer):
        token.moveToPayable(ALICE, thief)
    with refused("WriterRefused", captured.bendahara.signer):
        token.claimLien(ALICE, 1, 1, thief)


def test_law_2__erc20__nothing_moves(captured: House) -> None:
    token = captured.SavingsSukarela
    hers = captured.alice.signer
    assert token.balanceOf(hers) == saved(captured)
    for attempt in (
        lambda: token.transfer(captured.ketua.signer, 1, {"from": captured.alice.account}),
        lambda: token.transferFrom(hers, captured.ketua.signer, 1, {"from": captured.ketua.account}),
        lambda: token.approve(captured.ketua.signer, 1, {"from": captured.alice.account}),
    ):
        with refused("SavingsNotTransferable"):
            attempt()
