"""What officers and members sign: EIP-712 countersignatures, withdrawal orders, acceptances.

Digests follow contracts/interfaces; the contracts check them.
"""

from collections.abc import Sequence
from typing import Any, Final

from eth_abi.abi import encode
from eth_account.signers.local import LocalAccount
from eth_utils.crypto import keccak

from backend.typed_data import typed_digest

SLIP: Final = "(uint64,uint32,uint32,uint8,uint8,uint8,uint64,uint32)"
REGISTRATION: Final = "(uint32,address,uint8,uint32)"
JOURNAL: Final = "(uint64,uint32,uint256[])"

_TYPES: Final = {
    "Countersignature": (("target", "address"), ("action", "bytes32"), ("deadline", "uint256")),
    "Withdrawal": (
        ("member", "uint32"),
        ("amount", "uint64"),
        ("channel", "uint8"),
        ("nonce", "uint256"),
        ("deadline", "uint256"),
    ),
    "Lien": (
        ("member", "uint32"),
        ("loan", "uint32"),
        ("amount", "uint64"),
        ("nonce", "uint256"),
        ("deadline", "uint256"),
    ),
    "Acceptance": (
        ("member", "uint32"),
        ("loan", "uint32"),
        ("termsHash", "bytes32"),
        ("deadline", "uint256"),
    ),
}


def action_hash(types: Sequence[str], values: Sequence[Any]) -> bytes:
    """keccak256(abi.encode(...)) as a contract computes the action that a second person signs."""
    return keccak(encode(list(types), list(values)))


def sign(
    signer: LocalAccount,
    struct: str,
    domain_name: str,
    chain_id: int,
    contract: str,
    message: dict[str, Any],
) -> bytes:
    """The 65 bytes of `signer` over an EIP-712 struct of `contract`."""
    digest = typed_digest((domain_name, chain_id, contract), struct, _TYPES[struct], message)
    return bytes(signer.unsafe_sign_hash(digest).signature)
