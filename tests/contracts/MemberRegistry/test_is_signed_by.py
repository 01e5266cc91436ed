"""isSignedBy for EOAs and contract wallets (passkeys: ../Passkey)."""

import pytest

from tests.contracts.actors import House, person, refused
from tests.contracts.MemberRegistry.orders import change_signer
from tests.contracts.wallets import Mode, deploy_wallet

DIGEST = bytes(range(32))
ALICE = 101
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


class Wallet:
    """A contract as a member's signer."""

    kind = 0

    def __init__(self, signer: str) -> None:
        self.signer = signer


def is_signed(house: House, member: int, signature: bytes, digest: bytes = DIGEST, **send) -> bool:
    return bool(house.MemberRegistry.isSignedBy(member, digest, signature, send))


def test_is_signed_by__own_signature__only_own(house: House) -> None:
    signature = house.alice.sign(DIGEST)
    assert is_signed(house, ALICE, signature)
    assert not is_signed(house, ALICE, signature, bytes(32))
    assert not is_signed(house, 102, signature)
    assert not is_signed(house, 999_999, signature)
    assert not is_signed(house, 0, signature)


def test_is_signed_by__malformed_or_malleated__false(house: House) -> None:
    signature = house.alice.sign(DIGEST)
    twin = (
        signature[:32] + (ORDER - int.from_bytes(signature[32:64])).to_bytes(32) + bytes([55 - signature[64]])
    )
    compact = signature[:32] + (int.from_bytes(signature[32:64]) | ((signature[64] - 27) << 255)).to_bytes(32)
    for bad in (twin, compact, b"", signature[:64], signature + b"\0", bytes(65), b"\xff" * 65):
        assert not is_signed(house, ALICE, bad)


def test_is_signed_by__zero_address_recovered__never_a_signer(house: House) -> None:
    """ecrecover answers zero to nonsense; an unknown member's signer is zero too."""
    assert not is_signed(house, 999_999, bytes(64) + b"\x1b")


@pytest.mark.parametrize("mode", list(Mode))
def test_is_signed_by__contract_wallet__as_it_answers(house: House, mode: Mode) -> None:
    owner = person("owner of the wallet", 910)
    wallet = deploy_wallet(owner.signer, mode)
    change_signer(house, ALICE, house.alice, Wallet(wallet.address))
    expected = mode in (Mode.OWNED, Mode.LONG_ANSWER)
    assert is_signed(house, ALICE, owner.sign(DIGEST)) == expected
    assert not is_signed(house, ALICE, house.alice.sign(DIGEST)) or mode == Mode.LONG_ANSWER


def test_is_signed_by__wallet_that_burns_gas__capped(house: House) -> None:
    wallet = deploy_wallet(house.alice.signer, Mode.BURNS_GAS)
    change_signer(house, ALICE, house.alice, Wallet(wallet.address))
    send = {"from": house.deployer, "gas_limit": 10_000_000}
    tx = house.MemberRegistry.isSignedBy.transact(ALICE, DIGEST, b"", send)
    assert not tx.return_value
    assert tx.gas_used < 150_000


def test_is_signed_by__too_little_gas__reverts_and_does_not_say_no(house: House) -> None:
    """A relayer cannot make a good order look bad by sending it with little gas."""
    owner = person("owner of the wallet", 910)
    wallet = deploy_wallet(owner.signer)
    change_signer(house, ALICE, house.alice, Wallet(wallet.address))
    signature = owner.sign(DIGEST)
    with refused("OrderGasTooLow"):
        is_signed(house, ALICE, signature, gas_limit=110_000)
    assert is_signed(house, ALICE, signature, gas_limit=200_000)


def test_is_signed_by__wallet_address_before_it_is_deployed__false(house: House) -> None:
    change_signer(house, ALICE, house.alice, Wallet("0x00000000000000000000000000000000000000Ff"))
    assert not is_signed(house, ALICE, b"")
    assert not is_signed(house, ALICE, bytes(65))
