"""Members' signatures checked: EOAs by ecrecover, passkeys by P-256 with this house's WebAuthn rules."""

import os
from base64 import urlsafe_b64encode
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from enum import IntEnum
from functools import partial
from hashlib import sha256
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from eth_keys.datatypes import Signature
from eth_keys.exceptions import BadSignature
from eth_utils.exceptions import ValidationError

from indexer.chain.hashing import keccak

_SECP_ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
_P256_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_SHA256: Final = ec.ECDSA(utils.Prehashed(hashes.SHA256()))
_PRESENT_AND_VERIFIED: Final = 0x05
_ELIGIBLE_FOR_BACKUP: Final = 0x08
_BACKED_UP: Final = 0x10
_CHUNK: Final = 1_000
"""Signatures that a process checks at a time."""


class Verdict(IntEnum):
    """ASK: no EOA's signature; only if the signer is a contract wallet can the wallet itself tell."""

    BAD = 0
    GOOD = 1
    ASK = 2


class Signed(NamedTuple):
    """An EIP-712 struct (its members as numbers) and who is said to have signed it."""

    type: str
    values: tuple[int, ...]
    signer: str
    is_passkey: bool
    signature: bytes


BALLOT: Final = "Ballot(uint32 member,uint32 meeting,uint8 call,uint256 choices,uint40 deadline)"
CHECK_IN: Final = "CheckIn(uint32 member,uint32 meeting,uint8 call,uint40 deadline)"
PROXY: Final = "Proxy(uint32 member,uint32 holder,uint32 meeting,uint40 deadline)"
OBJECTION: Final = "Objection(uint32 member,uint32 meeting,uint8 motion,uint40 deadline)"
CANDIDACY: Final = "Candidacy(uint32 member,bytes32 election,address account,uint40 deadline)"
BOX_DOMAIN: Final = "Koperasi BallotBox"
RAT_DOMAIN: Final = "Koperasi RAT"
_DOMAIN: Final = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
_TYPEHASHES: Final = {each: keccak(each.encode()) for each in (BALLOT, CHECK_IN, PROXY, OBJECTION, CANDIDACY)}


def domain_separator(chain_id: int, contract: str, name: str = BOX_DOMAIN) -> bytes:
    """EIP-712 domain (its name, version "1") of a ballot box or a RAT."""
    words = (
        keccak(_DOMAIN.encode()),
        keccak(name.encode()),
        keccak(b"1"),
        chain_id.to_bytes(32),
        bytes.fromhex(contract[2:]).rjust(32, b"\0"),
    )
    return keccak(b"".join(words))


def digest_of(domain: bytes, type_: str, values: Sequence[int]) -> bytes:
    """What is signed."""
    struct = keccak(_TYPEHASHES[type_] + b"".join(value.to_bytes(32) for value in values))
    return keccak(b"\x19\x01" + domain + struct)


def check(domain: bytes, rp_id_hash: bytes, signed: Signed) -> Verdict:
    """Whether the signature is the signer's."""
    digest = digest_of(domain, signed.type, signed.values)
    signer = bytes.fromhex(signed.signer[2:])
    if signed.is_passkey:
        return Verdict(is_by_passkey(signer, rp_id_hash, digest, signed.signature))
    return Verdict.GOOD if _recovered(digest, signed.signature) == signer else Verdict.ASK


def check_all(
    domain: bytes,
    rp_id_hash: bytes,
    all_signed: Sequence[Signed],
    tell: Callable[[int], None] = lambda _: None,
) -> list[Verdict]:
    """A verdict each, in the same order, on all processors. `tell` hears how many are done."""
    one = partial(_check_chunk, domain, rp_id_hash)
    if len(all_signed) <= _CHUNK:
        verdicts = one(all_signed)
        tell(len(verdicts))
        return verdicts
    chunks = [all_signed[at : at + _CHUNK] for at in range(0, len(all_signed), _CHUNK)]
    verdicts = []
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for found in pool.map(one, chunks):
            verdicts += found
            tell(len(verdicts))
    return verdicts


def _check_chunk(domain: bytes, rp_id_hash: bytes, chunk: Sequence[Signed]) -> list[Verdict]:
    return [check(domain, rp_id_hash, signed) for signed in chunk]


def _recovered(digest: bytes, signature: bytes) -> bytes | None:
    """The address of an EOA's 65 bytes with low s and v of 27 or 28; None if it is no such signature."""
    if len(signature) != 65 or signature[64] not in (27, 28):
        return None
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:64])
    if not (0 < r < _SECP_ORDER and 0 < s <= _SECP_ORDER // 2):
        return None
    try:
        key = Signature(vrs=(signature[64] - 27, r, s)).recover_public_key_from_msg_hash(digest)
    except (BadSignature, ValidationError):
        return None
    return key.to_canonical_address()


class _Assertion(NamedTuple):
    """WebAuthnAuth of an ABI-encoded passkey signature."""

    r: int
    s: int
    challenge_at: int
    type_at: int
    authenticator: bytes
    client: bytes


def is_by_passkey(key_hash: bytes, rp_id_hash: bytes, digest: bytes, signature: bytes) -> bool:
    """Whether `signature` is a user-verified WebAuthn assertion over `digest` by the P-256 key of that hash.

    key_hash: last 20 bytes of keccak256(qx, qy). signature: abi.encode(qx, qy, WebAuthnAuth). The rules are
    those of the register (contracts/PasskeyVerifier.sol), the origin bound by `rp_id_hash`.
    """
    if len(signature) < 96 or keccak(signature[:64])[-20:] != key_hash or _word(signature, 64) != 96:
        return False
    found = _assertion(signature[96:])
    if found is None or not _holds(found, rp_id_hash, digest):
        return False
    if not (0 < found.r < _P256_ORDER and 0 < found.s <= _P256_ORDER // 2):
        return False
    hashed = sha256(found.authenticator + sha256(found.client).digest()).digest()
    try:
        key = ec.EllipticCurvePublicNumbers(
            _word(signature, 0), _word(signature, 32), ec.SECP256R1()
        ).public_key()
        key.verify(utils.encode_dss_signature(found.r, found.s), hashed, _SHA256)
    except (InvalidSignature, ValueError):
        return False
    return True


def _holds(found: _Assertion, rp_id_hash: bytes, digest: bytes) -> bool:
    """Origin, type, challenge and flags."""
    challenge = b'"challenge":"' + urlsafe_b64encode(digest).rstrip(b"=") + b'"'
    kind = b'"type":"webauthn.get"'
    if len(found.authenticator) < 37 or found.authenticator[:32] != rp_id_hash:
        return False
    flags = found.authenticator[32]
    return (
        found.client[found.type_at : found.type_at + len(kind)] == kind
        and found.client[found.challenge_at : found.challenge_at + len(challenge)] == challenge
        and flags & _PRESENT_AND_VERIFIED == _PRESENT_AND_VERIFIED
        and (bool(flags & _ELIGIBLE_FOR_BACKUP) or not flags & _BACKED_UP)
    )


def _assertion(data: bytes) -> _Assertion | None:
    if len(data) < 192:
        return None
    authenticator, client = _tail(data, _word(data, 128)), _tail(data, _word(data, 160))
    if authenticator is None or client is None:
        return None
    return _Assertion(
        _word(data, 0), _word(data, 32), _word(data, 64), _word(data, 96), authenticator, client
    )


def _tail(data: bytes, offset: int) -> bytes | None:
    """The bytes of dynamic length at `offset`; None if they do not fit."""
    if offset > len(data) - 32:
        return None
    length = _word(data, offset)
    return data[offset + 32 : offset + 32 + length] if length <= len(data) - offset - 32 else None


def _word(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 32])
