"""A second officer's consent to an act of the first (IAuthority, Countersignature)."""

from typing import Any, Final

from eth_abi.abi import encode
from eth_account.signers.local import LocalAccount
from eth_utils.crypto import keccak

from backend.chain import Chain
from backend.typed_data import typed_digest

LIFETIME: Final = 7 * 86_400
"""Seconds for which a signature is good."""
_TYPE: Final = (("target", "address"), ("action", "bytes32"), ("deadline", "uint256"))


def countersignature(
    chain: Chain, signer: LocalAccount, contract: str, types: tuple[str, ...], action: tuple[Any, ...]
) -> tuple[str, int, bytes]:
    """The consent to `action`, whose values have the ABI `types`: signer, deadline, signature."""
    deadline = chain.time + LIFETIME
    message: dict[str, Any] = {"target": chain.address(contract)}
    message |= {"action": keccak(encode(types, action)), "deadline": deadline}
    domain = "Koperasi Authority", chain.chain_id, chain.address("Authority")
    digest = typed_digest(domain, "Countersignature", _TYPE, message)
    return str(signer.address), deadline, bytes(signer.unsafe_sign_hash(digest).signature)
