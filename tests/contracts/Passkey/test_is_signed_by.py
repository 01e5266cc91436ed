"""isSignedBy of a member with a passkey: user verified, this site, this challenge, this key."""

import random

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from eth_abi import decode, encode

from tests.contracts.actors import RP_ID, House
from tests.contracts.passkeys import USER_PRESENT, USER_VERIFIED, Passkey

DIGEST = bytes(range(32))
CITRA = 103
AUTH = ["bytes32", "bytes32", "(bytes32,bytes32,uint256,uint256,bytes,string)"]
BACKED_UP = 0x10
BACKUP_ELIGIBLE = 0x08


GAS = 500_000


def accepted(house: House, signature: bytes, digest: bytes = DIGEST, member: int = CITRA) -> bool:
    return bool(house.MemberRegistry.isSignedBy(member, digest, signature, {"gas_limit": GAS}))


@pytest.fixture(scope="module")
def passkey(house: House) -> Passkey:
    return house.citra.passkey


def test_passkey__right__accepted_every_time(house: House, passkey: Passkey) -> None:
    for digest in (DIGEST, bytes(32), b"\xff" * 32, DIGEST[::-1]):
        assert accepted(house, passkey.sign(digest), digest)


def test_passkey__other_digest__refused(house: House, passkey: Passkey) -> None:
    assert not accepted(house, passkey.sign(DIGEST), DIGEST[::-1])


@pytest.mark.parametrize("rp_id", ["evil.example", "example.id", "www." + RP_ID, RP_ID.upper()])
def test_passkey__other_site__refused(house: House, passkey: Passkey, rp_id: str) -> None:
    assert not accepted(house, passkey.sign(DIGEST, rp_id=rp_id))


@pytest.mark.parametrize(
    ("flags", "good"),
    [
        (USER_PRESENT | USER_VERIFIED, True),
        (USER_PRESENT | USER_VERIFIED | BACKUP_ELIGIBLE | BACKED_UP, True),
        (USER_PRESENT, False),
        (USER_VERIFIED, False),
        (0, False),
        (USER_PRESENT | USER_VERIFIED | BACKED_UP, False),
    ],
)
def test_passkey__flags__user_must_be_present_and_verified(
    house: House, passkey: Passkey, flags: int, good: bool
) -> None:
    assert accepted(house, passkey.sign(DIGEST, flags=flags)) == good


def test_passkey__registration_instead_of_signing__refused(house: House, passkey: Passkey) -> None:
    assert not accepted(house, passkey.sign(DIGEST, type_="webauthn.create"))


def test_passkey__high_s__refused(house: House, passkey: Passkey) -> None:
    assert not accepted(house, passkey.sign(DIGEST, high_s=True))


def test_passkey__another_key__refused(house: House) -> None:
    assert not accepted(house, Passkey(ec.generate_private_key(ec.SECP256R1()), RP_ID).sign(DIGEST))
    assert not accepted(house, house.intan.sign(DIGEST))
    assert not accepted(house, house.citra.sign(DIGEST), member=house.intan.number)


def test_passkey__own_point_with_anothers_signature__refused(house: House) -> None:
    (qx, qy, _), (_, _, auth) = decode(AUTH, house.citra.sign(DIGEST)), decode(AUTH, house.intan.sign(DIGEST))
    assert not accepted(house, encode(AUTH, [qx, qy, auth]))
    assert not accepted(house, encode(AUTH, [qy, qx, auth]))


def test_passkey__ecdsa_signature__refused(house: House) -> None:
    """A passkey's hash is 20 bytes like an address, but the kind decides how it is checked."""
    assert not accepted(house, house.alice.sign(DIGEST))
    assert not accepted(house, house.citra.sign(DIGEST), member=house.alice.number)


@pytest.mark.parametrize("field", range(6))
def test_passkey__one_field_changed__refused(house: House, passkey: Passkey, field: int) -> None:
    qx, qy, auth = decode(AUTH, passkey.sign(DIGEST))
    for changed in (0, 1, -1):
        parts = list(auth)
        if isinstance(parts[field], int):
            parts[field] = parts[field] + 1 if changed >= 0 else 2**256 - 1
        elif isinstance(parts[field], str):
            parts[field] = parts[field].replace("koperasi", "Koperasi") if changed == 0 else "{}"
        else:
            data = bytearray(parts[field])
            data[changed] ^= 1
            parts[field] = bytes(data)
        assert not accepted(house, encode(AUTH, [qx, qy, tuple(parts)]))


def test_passkey__cut_or_garbled__false_and_never_a_revert(house: House, passkey: Passkey) -> None:
    """A batch must be able to skip any rubbish, which must not burn its gas either."""
    dice = random.Random(7)
    whole = passkey.sign(DIGEST)
    for length in (0, 1, 64, 95, 96, 97, 128, 287, 288, 300, len(whole) - 64, len(whole) - 33):
        assert not accepted(house, whole[:length])
    for _ in range(200):
        garbled = bytearray(whole)
        word = dice.randrange(12)
        garbled[32 * word : 32 * word + 32] = dice.choice(
            (bytes(32), b"\xff" * 32, dice.randbytes(32), dice.randrange(len(whole) * 2).to_bytes(32))
        )
        if bytes(garbled) != whole:
            assert not accepted(house, bytes(garbled))
