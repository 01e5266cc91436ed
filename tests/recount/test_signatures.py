"""Signatures as the register takes them, each rule broken once."""

from hashlib import sha256
from typing import Any

import pytest
from eth_abi.abi import decode, encode

from recount.signatures import (
    BALLOT,
    CHECK_IN,
    OBJECTION,
    PROXY,
    Signed,
    Verdict,
    check,
    check_all,
    digest_of,
    domain_separator,
    is_by_passkey,
)
from tests.contracts.passkeys import CURVE_ORDER, Passkey
from tests.recount.village import BOX, CHAIN_ID, RP_ID, account, digest, passkey, sign

DOMAIN = domain_separator(CHAIN_ID, BOX)
RP_ID_HASH = sha256(RP_ID.encode()).digest()
VALUES = (1, 3, 1, 0b1101, 1_900_000_000)
SECP_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
AUTH = ["bytes32", "bytes32", "(bytes32,bytes32,uint256,uint256,bytes,string)"]


@pytest.mark.parametrize(
    ("type_", "values"),
    [(BALLOT, VALUES), (CHECK_IN, (1, 3, 2, 9)), (PROXY, (1, 2, 3, 9)), (OBJECTION, (1, 3, 4, 9))],
)
def test_digest__every_type__is_eip_712(type_: str, values: tuple[int, ...]) -> None:
    assert digest_of(DOMAIN, type_, values) == digest(type_.partition("(")[0], values)


def by_key(signature: bytes, signer: int = 1) -> Verdict:
    return check(
        DOMAIN, RP_ID_HASH, Signed(BALLOT, VALUES, account(signer).address.lower(), False, signature)
    )


def test_check__key__is_good_for_its_own_order_alone() -> None:
    signature = sign(1, "Ballot", VALUES)
    assert by_key(signature) is Verdict.GOOD
    assert by_key(signature, signer=2) is Verdict.ASK
    assert by_key(sign(1, "Ballot", (*VALUES[:3], 0b1110, VALUES[4]))) is Verdict.ASK
    other = domain_separator(137, BOX)
    signed = Signed(BALLOT, VALUES, account(1).address.lower(), False, signature)
    assert check(other, RP_ID_HASH, signed) is Verdict.ASK


@pytest.mark.parametrize("change", ["high s", "v", "short", "long", "zero", "empty"])
def test_check__key_with_a_malformed_signature__is_not_good(change: str) -> None:
    good = sign(1, "Ballot", VALUES)
    high = SECP_ORDER - int.from_bytes(good[32:64])
    changed = {
        "high s": good[:32] + high.to_bytes(32) + bytes([55 - good[64]]),
        "v": good[:64] + bytes([good[64] - 27]),
        "short": good[:64],
        "long": good + b"\0",
        "zero": bytes(64) + good[64:],
        "empty": b"",
    }
    assert by_key(changed[change]) is Verdict.ASK


def by_passkey(signature: bytes, key: Passkey = passkey(3)) -> bool:  # noqa: B008
    what = digest("Ballot", VALUES)
    return is_by_passkey(bytes.fromhex(key.key_hash[2:]), RP_ID_HASH, what, signature)


def test_passkey__good__is_good_for_its_own_key_and_order_alone() -> None:
    signature = passkey(3).sign(digest("Ballot", VALUES))
    assert by_passkey(signature)
    assert not by_passkey(signature, passkey(6))
    assert not by_passkey(passkey(3).sign(digest("Ballot", (2, *VALUES[1:]))))


@pytest.mark.parametrize(
    ("keywords", "good"),
    [
        ({}, True),
        ({"rp_id": "elsewhere.example.id"}, False),
        ({"type_": "webauthn.create"}, False),
        ({"high_s": True}, False),
        ({"flags": 0x01}, False),
        ({"flags": 0x04}, False),
        ({"flags": 0x1D}, True),
        ({"flags": 0x15}, False),
    ],
)
def test_passkey__each_rule__is_checked(keywords: dict[str, Any], good: bool) -> None:
    assert by_passkey(passkey(3).sign(digest("Ballot", VALUES), **keywords)) is good


@pytest.mark.parametrize(
    ("place", "value"),
    [(0, 0), (0, CURVE_ORDER), (1, 0), (2, 0), (2, 2**256 - 1), (3, 2**256 - 1), (4, b"\0" * 36), (5, "{}")],
)
def test_passkey__each_field_changed__is_refused(place: int, value: Any) -> None:
    qx, qy, auth = decode(AUTH, passkey(3).sign(digest("Ballot", VALUES)))
    fields = list(auth)
    fields[place] = value.to_bytes(32) if place < 2 else value
    assert not by_passkey(encode(AUTH, [qx, qy, tuple(fields)]))


def test_passkey__cut_or_shifted_encoding__is_refused() -> None:
    signature = passkey(3).sign(digest("Ballot", VALUES))
    for size in (0, 64, 95, 96, 200, 300, 400):
        assert not by_passkey(signature[:size])
    assert not by_passkey(signature[:95] + b"\x80" + signature[96:])
    for offset in (4, 5):
        at = 96 + 32 * offset
        assert not by_passkey(signature[:at] + b"\xff" * 32 + signature[at + 32 :])


def test_passkey__key_off_the_curve__is_refused() -> None:
    from recount.signatures import keccak

    signature = bytes(31) + b"\1" + passkey(3).sign(digest("Ballot", VALUES))[32:]
    assert not is_by_passkey(keccak(signature[:64])[-20:], RP_ID_HASH, digest("Ballot", VALUES), signature)


def test_check_all__many__are_in_order() -> None:
    good = Signed(BALLOT, VALUES, account(1).address.lower(), False, sign(1, "Ballot", VALUES))
    bad = good._replace(signer=account(2).address.lower())
    many = [good if index % 3 else bad for index in range(2_100)]
    expected = [Verdict.GOOD if index % 3 else Verdict.ASK for index in range(2_100)]
    heard: list[int] = []
    assert check_all(DOMAIN, RP_ID_HASH, many, heard.append) == expected
    assert heard == [1_000, 2_000, 2_100]
