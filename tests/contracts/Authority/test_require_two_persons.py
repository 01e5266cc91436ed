"""requireTwoPersons: two persons by number, a signature bound to one act, used once."""

import brownie
import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils import keccak

from tests.contracts.actors import (
    BENDAHARA,
    CHAIN_ID,
    DAY,
    KETUA,
    NEVER,
    PENGURUS,
    TELLER,
    House,
    action,
    now,
    person,
    refused,
    travel,
)
from tests.contracts.wallets import Mode, deploy_wallet

POST = action("post")
SECP256K1_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


@pytest.fixture(scope="module")
def desk():
    """Whoever calls is the target of the act."""
    return brownie.accounts[7]


def ask(house: House, desk, signed, maker=None, maker_office=TELLER, checker_office=PENGURUS, act=POST):
    return house.Authority.requireTwoPersons(
        (maker or house.teller).signer, maker_office, checker_office, act, signed, {"from": desk}
    )


def test_require_two_persons__right__names_both(house: House, desk) -> None:
    tx = ask(house, desk, house.countersign(house.sekretaris, desk, POST))
    assert tuple(tx.return_value) == (house.teller.number, house.sekretaris.number)
    assert tx.events["Countersigned"] == {
        "target": desk,
        "action": "0x" + POST.hex(),
        "maker": house.teller.number,
        "checker": house.sekretaris.number,
    }


def test_require_two_persons__twice__refused(house: House, desk) -> None:
    signed = house.countersign(house.ketua, desk, POST)
    ask(house, desk, signed)
    with refused("AuthorityActionSpent", house.countersignature_digest(desk, POST)):
        ask(house, desk, signed)
    ask(house, desk, house.countersign(house.ketua, desk, POST, deadline=now() + DAY))


def test_require_two_persons__maker_without_office__refused(house: House, desk) -> None:
    with refused("AuthorityNotHeld", TELLER, house.alice.signer):
        ask(house, desk, house.countersign(house.ketua, desk, POST), maker=house.alice)


@pytest.mark.parametrize("checker", ["teller", "registrar", "pengawas", "alice"])
def test_require_two_persons__checker_without_office__refused(house: House, desk, checker: str) -> None:
    signer = getattr(house, checker)
    with refused("AuthorityNotHeld", PENGURUS, signer.signer):
        ask(house, desk, house.countersign(signer, desk, POST))


def test_require_two_persons__lapsed_checker__refused(house: House, desk) -> None:
    signed = house.countersign(house.ketua, desk, POST)
    house.Authority.grantOffice(
        TELLER, house.teller.signer, house.teller.number, now() + 900 * DAY, {"from": house.admin}
    )
    travel(541 * DAY)
    with refused("AuthorityNotHeld", PENGURUS, house.ketua.signer):
        ask(house, desk, signed)


def test_require_two_persons__same_account__refused(house: House, desk) -> None:
    with refused("AuthoritySamePerson", house.ketua.number):
        ask(house, desk, house.countersign(house.ketua, desk, POST), house.ketua, KETUA, PENGURUS)


def test_require_two_persons__same_person_other_account__refused(house: House, desk) -> None:
    second = person("second account", 778, "office")
    house.Authority.grantOffice(
        BENDAHARA, second.signer, house.ketua.number, now() + 100, {"from": house.admin}
    )
    with refused("AuthoritySamePerson", house.ketua.number):
        ask(house, desk, house.countersign(second, desk, POST), house.ketua, KETUA, BENDAHARA)


def test_require_two_persons__expired__refused(house: House, desk) -> None:
    deadline = now() - 1
    with refused("AuthoritySignatureExpired", deadline):
        ask(house, desk, house.countersign(house.ketua, desk, POST, deadline))


def test_require_two_persons__signature_for_something_else__refused(house: House, desk) -> None:
    for signed in (
        house.countersign(house.ketua, brownie.accounts[6], POST),
        house.countersign(house.ketua, desk, action("payroll")),
        house.countersign(house.ketua, desk, POST, authority=brownie.accounts[6]),
        (house.ketua.signer, NEVER - 1, house.countersign(house.ketua, desk, POST)[2]),
        (house.sekretaris.signer, NEVER, house.countersign(house.ketua, desk, POST)[2]),
    ):
        with refused("AuthoritySignatureInvalid"):
            ask(house, desk, signed)


def test_require_two_persons__signature_for_another_chain__refused(house: House, desk) -> None:
    types = {
        "Countersignature": [
            {"name": "target", "type": "address"},
            {"name": "action", "type": "bytes32"},
            {"name": "deadline", "type": "uint256"},
        ]
    }
    message = {"target": str(desk), "action": POST, "deadline": NEVER}
    for chain_id, accepted in ((137, False), (CHAIN_ID, True)):
        domain = {
            "name": "Koperasi Authority", "version": "1", "chainId": chain_id,
            "verifyingContract": house.Authority.address,
        }  # fmt: skip
        signable = encode_typed_data(domain, types, message)
        digest = keccak(b"\x19" + signable.version + signable.header + signable.body)
        signed = (house.ketua.signer, NEVER, house.ketua.sign(digest))
        if accepted:
            ask(house, desk, signed)
        else:
            with refused("AuthoritySignatureInvalid"):
                ask(house, desk, signed)


def test_require_two_persons__malleated_signature__refused(house: House, desk) -> None:
    signer, deadline, signature = house.countersign(house.ketua, desk, POST)
    r, s, v = signature[:32], int.from_bytes(signature[32:64]), signature[64]
    twin = r + (SECP256K1_ORDER - s).to_bytes(32) + bytes([55 - v])
    digest = house.countersignature_digest(desk, POST)
    assert Account._recover_hash(digest, signature=twin) == signer
    for bad in (twin, signature[:64], signature + b"\0", b"", bytes(65)):
        with refused("AuthoritySignatureInvalid", signer, digest):
            ask(house, desk, (signer, deadline, bad))


def test_require_two_persons__contract_wallet__accepted(house: House, desk) -> None:
    wallet = deploy_wallet(house.dewi.signer)
    house.Authority.grantOffice(KETUA, wallet, 104, now() + 100, {"from": house.admin})
    signature = house.dewi.sign(house.countersignature_digest(desk, POST))
    tx = ask(house, desk, (wallet.address, NEVER, signature))
    assert tuple(tx.return_value) == (house.teller.number, 104)


@pytest.mark.parametrize("mode", [mode for mode in Mode if mode not in (Mode.OWNED, Mode.LONG_ANSWER)])
def test_require_two_persons__bad_wallet__refused(house: House, desk, mode: Mode) -> None:
    wallet = deploy_wallet(house.dewi.signer, mode)
    house.Authority.grantOffice(KETUA, wallet, 104, now() + 100, {"from": house.admin})
    with refused("AuthoritySignatureInvalid", wallet.address, house.countersignature_digest(desk, POST)):
        ask(house, desk, (wallet.address, NEVER, bytes(64)))
