"""requireSigned, officesOf and officesOfPerson: what a committee asks about those who approve."""

import brownie
import pytest

from tests.contracts.actors import (
    BENDAHARA,
    DAY,
    KETUA,
    NEVER,
    PENGAWAS,
    PENGURUS,
    SEKRETARIS,
    TELLER,
    House,
    action,
    now,
    person,
    refused,
    travel,
)
from tests.contracts.wallets import deploy_wallet

OFFER = action("offer")
BOARD = 1 << PENGURUS


@pytest.fixture(scope="module")
def desk():
    """Whoever calls is the target of the act."""
    return brownie.accounts[7]


def ask(house: House, desk, signatures, act=OFFER):
    return house.Authority.requireSigned(act, signatures, {"from": desk})


def signatures(house: House, desk, *names: str, deadline: int = NEVER, act=OFFER):
    return [house.countersign(house.officers[name], desk, act, deadline) for name in names]


def test_require_signed__one_deadline__each_counts_and_none_twice(house: House, desk) -> None:
    signed = signatures(house, desk, "ketua", "bendahara", "teller")
    ask(house, desk, signed)
    spent = house.countersignature_digest(desk, OFFER)
    for again in (signed, signed[:1], signed[2:]):
        with refused("AuthorityActionSpent", spent):
            ask(house, desk, again)
    ask(house, desk, signatures(house, desk, "ketua", deadline=now() + DAY))


def test_require_signed__nobody__passes(house: House, desk) -> None:
    ask(house, desk, [])


def test_require_signed__spent_as_countersignature__refused(house: House, desk) -> None:
    """One memory for all ways: what a person signed once stands behind one act."""
    (signed,) = signatures(house, desk, "ketua")
    house.Authority.requireTwoPersons(house.teller.signer, TELLER, PENGURUS, OFFER, signed, {"from": desk})
    with refused("AuthorityActionSpent", house.countersignature_digest(desk, OFFER)):
        ask(house, desk, [signed])


def test_require_signed__one_signature_wrong__none_is_used_up(house: House, desk) -> None:
    good, other = signatures(house, desk, "ketua", "bendahara")
    forged = (other[0], other[1], good[2])
    with refused("AuthoritySignatureInvalid"):
        ask(house, desk, [good, forged])
    ask(house, desk, [good, other])


def test_require_signed__other_act_target_or_time__refused(house: House, desk) -> None:
    with refused("AuthoritySignatureInvalid"):
        ask(house, desk, signatures(house, desk, "ketua"), act=action("other"))
    with refused("AuthoritySignatureInvalid"):
        ask(house, desk, signatures(house, house.LoanDesk, "ketua"))
    deadline = now() - 1
    with refused("AuthoritySignatureExpired", deadline):
        ask(house, desk, signatures(house, desk, "ketua", deadline=deadline))


def test_require_signed__wallet__asked(house: House, desk) -> None:
    wallet = deploy_wallet(house.ketua.signer)
    signature = house.ketua.sign(house.countersignature_digest(desk, OFFER))
    ask(house, desk, [(wallet.address, NEVER, signature)])


@pytest.mark.parametrize(
    ("who", "number", "offices"),
    [
        ("ketua", 1, 1 << KETUA | BOARD),
        ("sekretaris", 2, 1 << SEKRETARIS | BOARD),
        ("bendahara", 3, 1 << BENDAHARA | BOARD),
        ("pengawas", 4, 1 << PENGAWAS),
    ],
)
def test_offices__of_account_and_person__while_the_term_runs(
    house: House, who: str, number: int, offices: int
) -> None:
    account = house.officers[who].signer
    assert tuple(house.Authority.officesOf(account)) == (number, offices)
    assert house.Authority.officesOfPerson(number) == offices
    travel(541 * DAY)
    assert tuple(house.Authority.officesOf(account)) == (number, 0)
    assert house.Authority.officesOfPerson(number) == 0


def test_offices__of_nobody__none(house: House) -> None:
    assert tuple(house.Authority.officesOf(house.alice.signer)) == (0, 0)
    for number in (0, 101):
        assert house.Authority.officesOfPerson(number) == 0


def test_offices__two_accounts_of_a_person__together(house: House) -> None:
    other = person("second account", 1, "second")
    house.Authority.grantOffice(PENGAWAS, other.signer, 1, now() + DAY, {"from": house.admin})
    assert tuple(house.Authority.officesOf(other.signer)) == (1, 1 << PENGAWAS)
    assert house.Authority.officesOfPerson(1) == 1 << KETUA | 1 << PENGAWAS | BOARD


def test_offices__account_passed_on_to_another__not_the_first_ones(house: House) -> None:
    """ADMIN may grant an account to another person: what the first held with it ends."""
    house.Authority.grantOffice(PENGAWAS, house.ketua.signer, 9, now() + DAY, {"from": house.admin})
    assert house.Authority.officesOfPerson(1) == 0
    assert house.Authority.officesOfPerson(9) == 1 << PENGAWAS
