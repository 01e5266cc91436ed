"""Passkeys of a development network: the bytes a contract takes, and no key for a real chain."""

import json
from base64 import urlsafe_b64decode
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from eth_abi import decode

from backend.passkeys import development_passkey
from rules.dev_keys import DevelopmentKeyRefused
from tests.contracts.passkeys import CURVE_ORDER, Passkey

DIGEST = bytes(range(32))


def test_sign__is_an_assertion_over_the_digest() -> None:
    passkey = development_passkey(3, 31337, "koperasi.example.id")
    qx, qy, auth = decode(
        ["bytes32", "bytes32", "(bytes32,bytes32,uint256,uint256,bytes,string)"], passkey.sign(DIGEST)
    )
    r, s, challenge_at, type_at, authenticator, client_data = auth
    assert (qx, qy) == passkey.point
    assert client_data[challenge_at:].startswith('"challenge"')
    assert client_data[type_at:].startswith('"type":"webauthn.get"')
    client = json.loads(client_data)
    assert urlsafe_b64decode(client["challenge"] + "=") == DIGEST
    assert authenticator == sha256(b"koperasi.example.id").digest() + bytes([5, 0, 0, 0, 0])
    assert int.from_bytes(s) <= CURVE_ORDER // 2
    signature = encode_dss_signature(int.from_bytes(r), int.from_bytes(s))
    message = authenticator + sha256(client_data.encode()).digest()
    passkey.key.public_key().verify(signature, message, ec.ECDSA(hashes.SHA256()))


def test_sign__twice__is_the_same() -> None:
    passkey = development_passkey(3, 31337, "localhost")
    assert passkey.sign(DIGEST) == passkey.sign(DIGEST) != passkey.sign(bytes(32))


def test_address__follows_from_the_key_alone() -> None:
    passkey = development_passkey(6, 31337, "localhost")
    assert passkey.address == Passkey(passkey.key, "elsewhere").key_hash
    assert passkey.address != development_passkey(9, 31337, "localhost").address


def test_development_passkey__real_chain__is_refused() -> None:
    with pytest.raises(DevelopmentKeyRefused):
        development_passkey(3, 137, "localhost")
