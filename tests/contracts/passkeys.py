"""A passkey made in Python: what an authenticator and a browser would sign."""

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from eth_abi import encode
from eth_utils import keccak, to_checksum_address

CURVE_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
USER_PRESENT, USER_VERIFIED = 0x01, 0x04


@dataclass(frozen=True)
class Passkey:
    private_key: ec.EllipticCurvePrivateKey
    rp_id: str

    @property
    def point(self) -> tuple[bytes, bytes]:
        numbers = self.private_key.public_key().public_numbers()
        return numbers.x.to_bytes(32), numbers.y.to_bytes(32)

    @property
    def key_hash(self) -> str:
        """The member's signer: last 20 bytes of keccak256(abi.encode(qx, qy))."""
        return str(to_checksum_address(keccak(b"".join(self.point))[-20:]))

    def sign(
        self,
        digest: bytes,
        *,
        rp_id: str | None = None,
        flags: int = USER_PRESENT | USER_VERIFIED,
        type_: str = "webauthn.get",
        high_s: bool = False,
    ) -> bytes:
        """abi.encode(qx, qy, WebAuthnAuth), `digest` as challenge; the keywords make what must be refused."""
        origin = rp_id or self.rp_id
        challenge = urlsafe_b64encode(digest).rstrip(b"=").decode()
        client_data = json.dumps(
            {"type": type_, "challenge": challenge, "origin": f"https://{origin}", "crossOrigin": False},
            separators=(",", ":"),
        )
        authenticator_data = sha256(origin.encode()).digest() + bytes([flags]) + bytes(4)
        message = authenticator_data + sha256(client_data.encode()).digest()
        r, s = decode_dss_signature(self.private_key.sign(message, ec.ECDSA(hashes.SHA256())))
        if (s > CURVE_ORDER // 2) != high_s:
            s = CURVE_ORDER - s
        auth = (
            r.to_bytes(32),
            s.to_bytes(32),
            client_data.index('"challenge"'),
            client_data.index('"type"'),
            authenticator_data,
            client_data,
        )
        qx, qy = self.point
        return encode(
            ["bytes32", "bytes32", "(bytes32,bytes32,uint256,uint256,bytes,string)"], [qx, qy, auth]
        )
