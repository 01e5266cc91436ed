"""Officers alone, all of them, a RAT with them, new contracts of theirs: none gets a member's savings.

Law 2: savings leave only on the member's order, but for the bounded ways of tests/INVARIANTS.md.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from brownie.exceptions import VirtualMachineError
from eth_account.messages import encode_typed_data
from eth_utils import keccak

from tests.contracts.actors import DAY, TELLER, House, account_at, now, person, refused, today, travel
from tests.contracts.MemberRegistry.orders import exit_order, leave
from tests.contracts.SavingsToken.savings import (
    UNSIGNED,
    deposit,
    lien,
    receipt_number,
    recover,
    signed_storno,
    storno,
    withdrawal,
    word,
)

BALANCE = 1_000_000
OFFICERS = ("ketua", "sekretaris", "bendahara", "pengawas", "teller", "registrar")


@pytest.fixture(scope="module")
def saved(house: House) -> House:
    for token in (house.SavingsWajib, house.SavingsSukarela):
        deposit(house, token, house.alice, BALANCE)
    travel(10 * DAY)
    return house


@pytest.fixture(scope="module")
def evil(saved: House) -> Any:
    """A contract that a RAT made a writer of every token, after its 30 days."""
    evil = account_at("0x00000000000000000000000000000000000e0011")
    since = now() + 30 * DAY + 60
    for name in ("SavingsPokok", "SavingsWajib", "SavingsSukarela", "SavingsPayable", "MemberRegistry"):
        saved.contracts[name].setWriter(evil, since, 0, {"from": saved.admin})
    travel(30 * DAY + 120)
    return evil


@pytest.fixture(autouse=True)
def nothing_lost(saved: House) -> Iterator[None]:
    """Whatever a test here tried: what alice has, payable included, is not less."""
    yield
    tokens = ("SavingsWajib", "SavingsSukarela", "SavingsPayable")
    assert sum(saved.contracts[name].balanceOfMember(saved.alice.number) for name in tokens) >= 2 * BALANCE


def calls(house: House, token: Any) -> dict[str, tuple[Any, ...]]:
    """Every function that changes the token, with arguments that would suit a thief."""
    alice, ketua = house.alice, house.ketua
    return {
        "deposit": (house.budi.number, 1, receipt_number()),
        "depositBatch": ([word(house.budi.number, 1)],),
        "withdraw": withdrawal(token, alice, 1, signer=ketua),
        "reverse": (storno(alice.number, 1, 1 << 56 | 1), UNSIGNED, UNSIGNED),
        "moveToPayable": (alice.number,),
        "receivePayable": (house.budi.number, 1),
        "placeLien": lien(token, alice, 7, 1, signer=ketua),
        "releaseLien": (alice.number, 7, 1),
        "noticeLienClaim": (alice.number, 7, 1),
        "claimLien": (alice.number, 7, 1),
        "takeStanding": (alice.number, 7, 1),
        "transfer": (ketua.signer, 1),
        "transferFrom": (alice.signer, ketua.signer, 1),
        "approve": (ketua.signer, 1),
    }


ADMIN_ONLY = {"setWriter", "setInterestRate", "setInterestTax", "open", "seal"}
ANYONE = {"creditInterest"}
# Anyone relays it, and only the member's signature counts: test_standing_order.py.
MEMBERS_ORDER = {"setStandingOrder"}
PENGAWAS_ONLY = {"stopLienClaim"}


def test_attack__every_function_that_changes_anything_is_tried(saved: House) -> None:
    """A new function of the token must be put into one of the lists here."""
    token = saved.SavingsSukarela
    changing = {
        entry["name"]
        for entry in token.abi
        if entry["type"] == "function" and entry["stateMutability"] not in ("view", "pure")
    }
    pure = {"transfer", "transferFrom", "approve"}
    listed = set(calls(saved, token)) | ADMIN_ONLY | ANYONE | MEMBERS_ORDER | PENGAWAS_ONLY
    assert changing | pure == listed


@pytest.mark.parametrize("officer", OFFICERS)
def test_attack__each_officer_alone__refused(saved: House, officer: str) -> None:
    sender = saved.officers[officer].account
    for token in (saved.SavingsWajib, saved.SavingsSukarela):
        for function, arguments in calls(saved, token).items():
            with pytest.raises(VirtualMachineError):
                getattr(token, function)(*arguments, {"from": sender})


def test_attack__the_rat_itself__refused(saved: House) -> None:
    """ADMIN is no writer; and it cannot become one, or end the desk's term, before 30 days."""
    token = saved.SavingsSukarela
    for function, arguments in calls(saved, token).items():
        with pytest.raises(VirtualMachineError):
            getattr(token, function)(*arguments, {"from": saved.admin})
    soon = now() + 29 * DAY
    with refused("WriterTermTooSoon"):
        token.setWriter(saved.ketua.signer, soon, 0, {"from": saved.admin})
    since = token.writerTerm(saved.writer.address)[0]
    with refused("WriterTermTooSoon"):
        token.setWriter(saved.writer, since, soon, {"from": saved.admin})


def test_attack__writer_of_the_rat__cannot_take(saved: House, evil: Any) -> None:
    token, alice = saved.SavingsSukarela, saved.alice
    for signer in (saved.ketua, saved.teller, saved.budi):
        with refused("SavingsOrderInvalid"):
            token.withdraw(*withdrawal(token, alice, BALANCE, signer=signer), {"from": evil})
        with refused("SavingsOrderInvalid"):
            token.placeLien(*lien(token, alice, 7, BALANCE, signer=signer), {"from": evil})
    with refused("SavingsLienInsufficient"):
        token.noticeLienClaim(alice.number, 7, 1, {"from": evil})
    with refused("SavingsClaimNotDue"):
        token.claimLien(alice.number, 7, 1, {"from": evil})
    with refused("AuthorityNotHeld", TELLER, UNSIGNED[0]):
        token.reverse(storno(alice.number, 1, 1 << 56 | 1), UNSIGNED, UNSIGNED, {"from": evil})
    with refused("SavingsMemberStatus"):
        token.moveToPayable(alice.number, {"from": evil})


def test_attack__storno_of_what_the_writer_itself_credited__no_more_than_that(
    saved: House, evil: Any
) -> None:
    token, alice, receipt = saved.SavingsSukarela, saved.alice.number, 1 << 56 | 999_999

    def reverse(amount: int) -> None:
        wanted = storno(alice, amount, receipt)
        token.reverse(wanted, *signed_storno(saved, token, wanted), {"from": evil})

    token.deposit(alice, 500, receipt, {"from": evil})
    reverse(500)
    for _ in range(3):
        with refused("SavingsNotReversible", alice, receipt, 0, 1):
            reverse(1)
    token.deposit(alice, 500, receipt, {"from": evil})
    with refused("SavingsNotReversible", alice, receipt, 500, 501):
        reverse(501)


def test_attack__storno_of_a_tellers_slip_by_the_writer_alone__refused(saved: House, evil: Any) -> None:
    """Neither without signatures nor with those of one person."""
    token, alice, receipt = saved.SavingsSukarela, saved.alice, receipt_number()
    deposit(saved, token, alice, 700, receipt)
    wanted = storno(alice.number, 700, receipt)
    by_teller, by_ketua = signed_storno(saved, token, wanted)
    for signatures in ((UNSIGNED, UNSIGNED), (by_teller, UNSIGNED), (UNSIGNED, by_ketua), (by_teller,) * 2):
        with refused("AuthorityNotHeld"):
            token.reverse(wanted, *signatures, {"from": evil})
    token.reverse(wanted, by_teller, by_ketua, {"from": evil})
    deposit(saved, token, alice, 700, receipt)
    with refused("AuthorityActionSpent"):
        token.reverse(wanted, by_teller, by_ketua, {"from": evil})


def test_attack__exit_against_the_members_will__refused(saved: House, evil: Any) -> None:
    alice = saved.alice
    for signer in (saved.ketua, saved.teller, saved.budi):
        with refused("RegistryOrderInvalid"):
            saved.MemberRegistry.leaveByOrder(
                alice.number, today(), *exit_order(saved, alice, signer=signer), {"from": evil}
            )
    with refused("SavingsMemberStatus"):
        saved.SavingsSukarela.moveToPayable(alice.number, {"from": evil})


def test_attack__exit_through_a_hostile_writer__all_is_payable_to_the_member(saved: House, evil: Any) -> None:
    payable, alice = saved.SavingsPayable, saved.alice
    leave(saved, alice, sender=evil)
    for token in (saved.SavingsWajib, saved.SavingsSukarela):
        token.moveToPayable(alice.number, {"from": evil})
    assert payable.balanceOfMember(alice.number) == 2 * BALANCE
    with refused("SavingsOrderInvalid"):
        payable.withdraw(*withdrawal(payable, alice, 1, signer=saved.ketua), {"from": evil})
    with refused("SavingsWrongKind"):
        payable.moveToPayable(alice.number, {"from": evil})


def test_attack__tax_and_rate__at_most_a_tenth_of_new_interest(saved: House) -> None:
    token, alice = saved.SavingsSukarela, saved.alice.number
    token.setInterestRate(today() + 1, 900, {"from": saved.admin})
    travel(5 * DAY)
    token.setInterestRate(today() + 1, 0, {"from": saved.admin})
    token.setInterestTax(0, 1_000, {"from": saved.admin})
    travel(40 * DAY)
    tx = token.creditInterest([alice], {"from": saved.deployer})
    event = tx.events["InterestCredited"]
    assert event["tax"] <= event["gross"] // 10
    assert token.balanceOfMember(alice) == BALANCE + event["gross"] - event["tax"] > BALANCE


def test_attack__recovered_signer__no_order_for_thirty_days(saved: House) -> None:
    """Two offices recover the signer of a member who does not notice: withdrawing and pledging wait."""
    thief, alice = person("thief", 902), saved.alice
    leave(saved, alice)
    until = recover(saved, alice, thief).timestamp + 30 * DAY
    saved.SavingsWajib.moveToPayable(alice.number, {"from": saved.writer})
    for name in ("SavingsSukarela", "SavingsPayable"):
        token = saved.contracts[name]
        with refused("SavingsRecentlyRecovered", alice.number, until):
            token.withdraw(*withdrawal(token, alice, 1, signer=thief), {"from": saved.writer})
    token = saved.SavingsSukarela
    with refused("SavingsRecentlyRecovered", alice.number, until):
        token.placeLien(*lien(token, alice, 7, 1, signer=thief), {"from": saved.writer})


def test_attack__order_of_another_chain__refused(saved: House) -> None:
    """The chain is in the domain: the same order signed for Polygon does nothing here."""
    token, alice = saved.SavingsSukarela, saved.alice
    fields = withdrawal(token, alice, 9)[:5]
    names = ("member", "amount", "channel", "nonce", "deadline")
    kinds = ("uint32", "uint64", "uint8", "uint256", "uint256")
    types = {"Withdrawal": [{"name": name, "type": kind} for name, kind in zip(names, kinds, strict=True)]}
    domain = {"name": token.name(), "version": "1", "chainId": 137, "verifyingContract": token.address}
    order = encode_typed_data(domain, types, dict(zip(names, fields, strict=True)))
    signature = alice.sign(keccak(b"\x19" + order.version + order.header + order.body))
    with refused("SavingsOrderInvalid"):
        token.withdraw(*fields, signature, {"from": saved.writer})
