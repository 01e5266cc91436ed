"""Passkeys of made-up members, for local chains only: what an authenticator and a browser would sign."""

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from eth_abi.abi import encode
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from rules.dev_keys import development_key

_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_PRESENT_AND_VERIFIED: Final = 0x05
_COUNTER: Final = bytes(4)
_ASSERTION: Final = ("bytes32", "bytes32", "(bytes32,bytes32,uint256,uint256,bytes,string)")
"""A passkey's signature as contracts/PasskeyVerifier.sol reads it."""


@dataclass(frozen=True, slots=True)
class Passkey:
    """A P-256 key that signs for the site `rp_id`, with user verification."""

    key: ec.EllipticCurvePrivateKey
    rp_id: str

    @property
    def point(self) -> tuple[bytes, bytes]:
        """qx and qy."""
        numbers = self.key.public_key().public_numbers()
        return numbers.x.to_bytes(32), numbers.y.to_bytes(32)

    @property
    def address(self) -> str:
        """The member's signer in the register: last 20 bytes of keccak256(abi.encode(qx, qy))."""
        return to_checksum_address(keccak(b"".join(self.point))[-20:])

    def sign(self, digest: bytes) -> bytes:
        """abi.encode(qx, qy, WebAuthnAuth) with `digest` as the challenge; always the same for one digest."""
        challenge = urlsafe_b64encode(digest).rstrip(b"=").decode()
        client = {"type": "webauthn.get", "challenge": challenge, "origin": f"https://{self.rp_id}"}
        client_data = json.dumps(client | {"crossOrigin": False}, separators=(",", ":"))
        authenticator = sha256(self.rp_id.encode()).digest() + bytes([_PRESENT_AND_VERIFIED]) + _COUNTER
        message = authenticator + sha256(client_data.encode()).digest()
        algorithm = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
        r, s = decode_dss_signature(self.key.sign(message, algorithm))
        places = client_data.index('"challenge"'), client_data.index('"type"')
        low = min(s, _ORDER - s)
        assertion = (r.to_bytes(32), low.to_bytes(32), *places, authenticator, client_data)
        return encode(_ASSERTION, (*self.point, assertion))


def development_passkey(number: int, chain_id: int, rp_id: str) -> Passkey:
    """The passkey of member `number`; DevelopmentKeyRefused on any chain that is not local."""
    secret = int.from_bytes(development_key("passkey", number, chain_id))
    return Passkey(ec.derive_private_key(secret % (_ORDER - 1) + 1, ec.SECP256R1()), rp_id)
