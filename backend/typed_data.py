"""EIP-712: the digest of a struct of one of our contracts."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from eth_account.messages import encode_typed_data
from eth_typing import Hash32
from eth_utils.crypto import keccak

VERSION: Final = "1"


_DOMAIN: Final = (
    ("name", "string"),
    ("version", "string"),
    ("chainId", "uint256"),
    ("verifyingContract", "address"),
)
_SAFE_BITS: Final = 53
"""Of an integer that every reader of JSON keeps."""


def typed_data(
    domain: tuple[str, int, str], struct: str, fields: Sequence[tuple[str, str]], message: Mapping[str, Any]
) -> dict[str, Any]:
    """The same as JSON for `eth_signTypedData_v4`; bytes in hex, integers above 53 bits as digits."""
    name, chain_id, contract = domain
    types = {"EIP712Domain": _DOMAIN, struct: fields}
    return {
        "types": {
            each: [{"name": field, "type": kind} for field, kind in told] for each, told in types.items()
        },
        "primaryType": struct,
        "domain": {
            "name": name,
            "version": VERSION,
            "chainId": chain_id,
            "verifyingContract": contract,
        },
        "message": {field: _plain(message[field], kind) for field, kind in fields},
    }


def _plain(value: Any, kind: str) -> Any:
    if isinstance(value, bytes):
        return f"0x{value.hex()}"
    wide = kind.startswith("uint") and int(kind[4:]) > _SAFE_BITS
    return str(value) if wide else value


def typed_digest(
    domain: tuple[str, int, str], struct: str, fields: Sequence[tuple[str, str]], message: Mapping[str, Any]
) -> Hash32:
    """What is signed: `domain` is name, chain id and contract, `fields` the names and types of `struct`."""
    name, chain_id, contract = domain
    separator = {"name": name, "version": VERSION, "chainId": chain_id, "verifyingContract": contract}
    types = {struct: [{"name": field, "type": kind} for field, kind in fields]}
    signable = encode_typed_data(separator, types, dict(message))
    return Hash32(keccak(b"\x19" + signable.version + signable.header + signable.body))
