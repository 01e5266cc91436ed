// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {MemberNumber} from "./Types.sol";

/// @title Signatures and nonces of orders that anyone may relay
library SignedOrders {
    /// @dev Spent nonces of one contract: bit `nonce % 256` of word `nonce / 256` of a member.
    struct Nonces {
        mapping(MemberNumber member => mapping(uint256 word => uint256 bits)) spent;
    }

    /// @notice So little gas is left that a contract wallet could not answer: the transaction must come again with more.
    error OrderGasTooLow(uint256 gasLeft, uint256 needed);

    /// @dev Gas that an ERC-1271 wallet may use to check a signature.
    uint256 internal constant ERC1271_GAS = 100_000;

    /// @dev Half of secp256k1's order: a signature with a larger s is the other form of one that has a smaller.
    uint256 internal constant HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;

    /// @dev What must be left so that a wallet gets `ERC1271_GAS` (a call keeps back a 64th) and its answer can be read.
    uint256 private constant GAS_NEEDED = ERC1271_GAS + ERC1271_GAS / 63 + 5_000;

    /// @notice Whether `signature` is the 65 bytes with which the key of `signer`, an EOA, signed `digest`.
    /// @dev Shorter than OpenZeppelin's ECDSA in gas, with its checks: s in the lower half of the order, and a signer at all.
    /// The precompile answers a bad signature with nothing; it fails only for want of gas, which must not look like one.
    function recovers(address signer, bytes32 digest, bytes calldata signature) internal view returns (bool isSigner) {
        if (signature.length != 65) return false;
        assembly ("memory-safe") {
            let input := mload(0x40)
            mstore(input, digest)
            mstore(add(input, 0x20), byte(0, calldataload(add(signature.offset, 0x40))))
            calldatacopy(add(input, 0x40), signature.offset, 0x40)
            mstore(0x00, 0)
            if iszero(staticcall(gas(), 1, input, 0x80, 0x00, 0x20)) { revert(0x00, 0x00) }
            let found := mload(0x00)
            isSigner := and(eq(found, shr(96, shl(96, signer))), iszero(iszero(found)))
            isSigner := and(isSigner, iszero(gt(mload(add(input, 0x60)), HALF_ORDER)))
        }
    }

    /// @notice Whether `signature` over `digest` is that of `signer`: an EOA (65 bytes, low s) or an ERC-1271 wallet.
    /// @dev The wallet's answer is read to 32 bytes however much it returns.
    function isSignedByAddress(address signer, bytes32 digest, bytes calldata signature) internal view returns (bool) {
        if (recovers(signer, digest, signature)) return true;
        if (signer.code.length == 0) return false;
        if (gasleft() < GAS_NEEDED) revert OrderGasTooLow(gasleft(), GAS_NEEDED);
        bytes memory question = abi.encodeCall(IERC1271.isValidSignature, (digest, signature));
        bytes32 answer;
        bool answered;
        assembly ("memory-safe") {
            mstore(0x00, 0)
            answered := staticcall(ERC1271_GAS, signer, add(question, 0x20), mload(question), 0x00, 0x20)
            answered := and(answered, gt(returndatasize(), 0x1f))
            answer := mload(0x00)
        }
        return answered && answer == bytes32(IERC1271.isValidSignature.selector);
    }

    /// @notice Marks `nonce` of `member` as spent; false if it was spent before.
    function spend(Nonces storage nonces, MemberNumber member, uint256 nonce) internal returns (bool fresh) {
        uint256 bit = 1 << (nonce & 0xff);
        uint256 bits = nonces.spent[member][nonce >> 8];
        if (bits & bit != 0) return false;
        nonces.spent[member][nonce >> 8] = bits | bit;
        return true;
    }

    function isSpent(Nonces storage nonces, MemberNumber member, uint256 nonce) internal view returns (bool) {
        return nonces.spent[member][nonce >> 8] & (1 << (nonce & 0xff)) != 0;
    }
}
