"""Contract wallets (ERC-1271) as members and officers may have them, good and bad."""

from enum import IntEnum
from functools import cache
from typing import Any, Final

import brownie

_SOURCE: Final = """
// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

interface ITarget { function poke() external; }

contract Wallet {
    bytes4 private constant MAGIC = 0x1626ba7e;
    address private immutable OWNER;
    uint256 public mode;
    uint256 public pokes;

    constructor(address owner, uint256 mode_) { OWNER = owner; mode = mode_; }

    function poke() external { ++pokes; }

    function call(address target, bytes calldata data) external {
        (bool done, bytes memory answer) = target.call(data);
        if (!done) assembly { revert(add(answer, 0x20), mload(answer)) }
    }

    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes32) {
        if (mode == 0) {
            (bytes32 r, bytes32 s, uint8 v) =
                (bytes32(signature[:32]), bytes32(signature[32:64]), uint8(signature[64]));
            return ecrecover(digest, v, r, s) == OWNER ? bytes32(MAGIC) : bytes32(0);
        }
        if (mode == 1) { while (true) {} }
        if (mode == 2) assembly { mstore(0, shl(224, 0x1626ba7e)) return(0, 30000) }
        if (mode == 3) assembly { mstore(0, shl(224, 0x1626ba7e)) return(0, 31) }
        if (mode == 4) return bytes32(uint256(uint32(MAGIC)));
        if (mode == 5) revert("no");
        if (mode == 6) return bytes32(MAGIC) | bytes32(uint256(1));
        (bool done,) = address(this).staticcall(abi.encodeCall(ITarget.poke, ()));
        return done ? bytes32(MAGIC) : bytes32(0);
    }
}
"""


class Mode(IntEnum):
    """What a wallet does when it is asked: OWNED checks its owner's 65 bytes; the others only harm."""

    OWNED = 0
    BURNS_GAS = 1
    LONG_ANSWER = 2
    SHORT_ANSWER = 3
    WRONG_END = 4
    REVERTS = 5
    DIRTY = 6
    CHANGES_STATE = 7


@cache
def _wallet_type() -> Any:
    return brownie.compile_source(_SOURCE, solc_version="0.8.37", evm_version="prague").Wallet


def deploy_wallet(owner: str, mode: Mode = Mode.OWNED) -> Any:
    return _wallet_type().deploy(owner, mode, {"from": brownie.accounts[8]})
