"""EIP-712: the digest of a struct of one of our contracts."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from eth_account.messages import encode_typed_data
from eth_typing import Hash32
from eth_utils.crypto import keccak

VERSION: Final = "1"


def typed_digest(
    domain: tuple[str, int, str], struct: str, fields: Sequence[tuple[str, str]], message: Mapping[str, Any]
) -> Hash32:
    """What is signed: `domain` is name, chain id and contract, `fields` the names and types of `struct`."""
    name, chain_id, contract = domain
    separator = {"name": name, "version": VERSION, "chainId": chain_id, "verifyingContract": contract}
    types = {struct: [{"name": field, "type": kind} for field, kind in fields]}
    signable = encode_typed_data(separator, types, dict(message))
    return Hash32(keccak(b"\x19" + signable.version + signable.header + signable.body))
