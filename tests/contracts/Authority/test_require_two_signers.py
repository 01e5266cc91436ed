"""requireTwoSigners: two signatures of two persons for the calling contract, whoever calls it."""

import brownie
import pytest

from tests.contracts.actors import DAY, NEVER, PENGURUS, TELLER, House, action, now, refused
from tests.contracts.wallets import deploy_wallet

STORNO = action("storno")


@pytest.fixture(scope="module")
def token():
    """Whoever calls is the target of the act."""
    return brownie.accounts[7]


def ask(house: House, token, first, second, act=STORNO, sender=None):
    return house.Authority.requireTwoSigners(TELLER, first, PENGURUS, second, act, {"from": sender or token})


def both(house: House, token, first: int = NEVER, second: int = NEVER, act=STORNO):
    """The signatures of the TELLER and KETUA with their deadlines."""
    return (
        house.countersign(house.teller, token, act, first),
        house.countersign(house.ketua, token, act, second),
    )


def test_two_signers__one_deadline__names_both(house: House, token) -> None:
    tx = ask(house, token, *both(house, token))
    assert tuple(tx.return_value) == (house.teller.number, house.ketua.number)
    assert tx.events["Countersigned"] == {
        "target": token,
        "action": "0x" + STORNO.hex(),
        "maker": house.teller.number,
        "checker": house.ketua.number,
    }


def test_two_signers__either_signature_again__refused(house: House, token) -> None:
    early, late, other = now() + DAY, now() + 2 * DAY, now() + 3 * DAY
    ask(house, token, *both(house, token, early, late))
    for first, second, spent in ((early, late, early), (early, other, early), (other, late, late)):
        with refused("AuthorityActionSpent", house.countersignature_digest(token, STORNO, spent)):
            ask(house, token, *both(house, token, first, second))
    ask(house, token, *both(house, token, other, other))


def test_two_signers__spent_as_countersignature__refused(house: House, token) -> None:
    """One memory for both ways: what a person signed once stands behind one act."""
    first, second = both(house, token)
    house.Authority.requireTwoPersons(house.teller.signer, TELLER, PENGURUS, STORNO, second, {"from": token})
    with refused("AuthorityActionSpent", house.countersignature_digest(token, STORNO)):
        ask(house, token, first, second)


def test_two_signers__offices_changed_over__refused(house: House, token) -> None:
    first, second = both(house, token)
    with refused("AuthorityNotHeld", TELLER, house.ketua.signer):
        ask(house, token, second, first)
    with refused("AuthorityNotHeld", PENGURUS, house.teller.signer):
        ask(house, token, first, first)


def test_two_signers__one_person__refused(house: House, token) -> None:
    ketua = house.ketua
    house.Authority.grantOffice(TELLER, ketua.signer, ketua.number, now() + 100, {"from": house.admin})
    _, second = both(house, token)
    with refused("AuthoritySamePerson", ketua.number):
        ask(house, token, second, second)


def test_two_signers__signed_for_something_else__refused(house: House, token) -> None:
    good_first, good_second = both(house, token)
    for first, second in (
        both(house, brownie.accounts[6]),
        both(house, token, act=action("post")),
        (good_first, (*good_second[:2], good_first[2])),
        ((*good_first[:2], good_second[2]), good_second),
    ):
        with refused("AuthoritySignatureInvalid"):
            ask(house, token, first, second)
    with refused("AuthoritySignatureInvalid"):
        ask(house, token, good_first, good_second, sender=brownie.accounts[6])


def test_two_signers__one_expired__refused(house: House, token) -> None:
    late = now() - 1
    for deadlines in ((late, NEVER), (NEVER, late)):
        with refused("AuthoritySignatureExpired", late):
            ask(house, token, *both(house, token, *deadlines))


def test_two_signers__contract_wallet__accepted(house: House, token) -> None:
    wallet = deploy_wallet(house.dewi.signer)
    house.Authority.grantOffice(1, wallet, 104, now() + 100, {"from": house.admin})
    first, _ = both(house, token)
    signature = house.dewi.sign(house.countersignature_digest(token, STORNO))
    tx = ask(house, token, first, (wallet.address, NEVER, signature))
    assert tuple(tx.return_value) == (house.teller.number, 104)
