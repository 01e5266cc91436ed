"""What officers and members sign: EIP-712 countersignatures, withdrawal orders, acceptances.

Digests follow contracts/interfaces; the contracts check them.
"""

from collections.abc import Sequence
from typing import Any, Final

from eth_abi.abi import encode
from eth_account.messages import encode_typed_data
from eth_account.signers.local import LocalAccount
from eth_utils.crypto import keccak

SLIP: Final = "(uint64,uint32,uint32,uint8,uint8,uint8,uint64,uint32)"
REGISTRATION: Final = "(uint32,address,uint8,uint32)"
JOURNAL: Final = "(uint64,uint32,uint256[])"

_DOMAIN: Final = {"version": "1"}
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
    fields = [{"name": name, "type": kind} for name, kind in _TYPES[struct]]
    domain = {"name": domain_name, "chainId": chain_id, "verifyingContract": contract, **_DOMAIN}
    signable = encode_typed_data(domain, {struct: fields}, message)
    return bytes(signer.sign_message(signable).signature)
