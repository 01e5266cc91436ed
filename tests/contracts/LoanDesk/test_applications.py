"""applyByOrder: a member asks, anyone relays, one paid-out loan answers."""

import pytest
from eth_abi import encode
from eth_utils import keccak

from tests.contracts.actors import NEVER, House, now, refused, travel
from tests.contracts.LoanDesk.orders import apply, recover
from tests.contracts.office import Terms, disburse, exit_member, offer

GOOD = Terms(7, 101)


@pytest.mark.parametrize("who", ["alice", "citra"])
def test_apply__signed__numbered(office: House, who: str) -> None:
    member = office.members[who]
    (applied,) = apply(office, member).events["LoanApplied"]
    assert tuple(applied.values()) == (1, member.number, 1, 12_000_000, 12)
    order = (member.number, 1, 12_000_000, 12, 1, NEVER)
    kinds = ["uint32", "uint16", "uint64", "uint16", "uint256", "uint256"]
    number, application_hash = office.LoanDesk.applicationOf(1)
    assert (number, bytes(application_hash)) == (member.number, keccak(encode(kinds, order)))
    assert apply(office, member, nonce=2).return_value == 2


def test_apply__same_order_twice__refused(office: House) -> None:
    apply(office, office.alice)
    with refused("DeskOrderSpent", 101, 1):
        apply(office, office.alice)


def test_apply__signed_by_another__refused(office: House) -> None:
    with refused("DeskAcceptanceInvalid"):
        apply(office, office.alice, signer=office.budi)


def test_apply__expired__refused(office: House) -> None:
    deadline = now() - 1
    with refused("DeskAcceptanceExpired", deadline):
        apply(office, office.alice, deadline=deadline)


def test_apply__no_member_any_more__refused(office: House) -> None:
    exit_member(office, office.alice)
    with refused("DeskMemberStatus", 101, 4):
        apply(office, office.alice)


def test_apply__unknown_product__refused(office: House) -> None:
    with refused("PolicyUnknownProduct", 99):
        apply(office, office.alice, product=99)


def test_apply__signer_recovered__not_for_30_days(office: House) -> None:
    new_key, at = recover(office, 101)
    with refused("DeskRecentlyRecovered"):
        apply(office, new_key)
    travel(at + 30 * 86_400 - now())
    apply(office, new_key)


def test_offer__answers_an_application__used_up_when_paid_out(office: House) -> None:
    apply(office, office.alice)
    (offered,) = offer(office, GOOD, application=1).events["LoanOffered"]
    assert offered["application"] == 1
    offer(office, GOOD.but(loan=8), application=1)
    disburse(office, GOOD)
    assert office.LoanDesk.applicationOf(1)[0] == 0
    with refused("DeskUnknownApplication", 1):
        disburse(office, GOOD.but(loan=8))
    with refused("DeskUnknownApplication", 1):
        offer(office, GOOD.but(loan=9), application=1)


def test_offer__application_of_another_or_none__refused(office: House) -> None:
    apply(office, office.budi)
    for application in (1, 2):
        with refused("DeskUnknownApplication", application):
            offer(office, GOOD, application=application)


def test_offer__again_without_the_application__leaves_it(office: House) -> None:
    apply(office, office.alice)
    offer(office, GOOD, application=1)
    offer(office, GOOD.but(months=11))
    disburse(office, GOOD.but(months=11))
    assert office.LoanDesk.applicationOf(1)[0] == 101
