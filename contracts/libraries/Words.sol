// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Lists and sets of words in memory, of a size known beforehand
library Words {
    /// @dev 2^256 over the golden ratio, odd: spreads keys over a table.
    uint256 private constant SPREAD = 0x9e3779b97f4a7c15f39cc0605cedc8341082276bf3a27251f86c6a11d0c18e95;

    /// @notice An empty list for up to `capacity` words.
    function list(uint256 capacity) internal pure returns (uint256[] memory words) {
        words = new uint256[](capacity);
        assembly ("memory-safe") {
            mstore(words, 0)
        }
    }

    /// @notice Adds `word` to a list that has room for it.
    function push(uint256[] memory words, uint256 word) internal pure {
        assembly ("memory-safe") {
            let length := add(mload(words), 1)
            mstore(words, length)
            mstore(add(words, shl(5, length)), word)
        }
    }

    /// @notice The word at `index`, which must be below the length: nothing checks it.
    function get(uint256[] memory words, uint256 index) internal pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(add(words, 0x20), shl(5, index)))
        }
    }

    /// @notice The same memory as bytes, 32 a word, which the ABI copies whole instead of word by word. The list is gone.
    function toBytes(uint256[] memory words) internal pure returns (bytes memory data) {
        assembly ("memory-safe") {
            data := words
            mstore(data, shl(5, mload(words)))
        }
    }

    /// @notice The list that `toBytes` was given. The bytes are gone.
    function fromBytes(bytes memory data) internal pure returns (uint256[] memory words) {
        assembly ("memory-safe") {
            words := data
            mstore(words, shr(5, mload(data)))
        }
    }

    /// @notice An empty set for up to `capacity` words, none of them zero: at least half of its places stay free.
    function set(uint256 capacity) internal pure returns (uint256[] memory table) {
        uint256 size = 4;
        while (size < 2 * capacity) size <<= 1;
        return new uint256[](size);
    }

    /// @notice Adds `word`, which is not zero, to a set that has room for it.
    /// @return fresh false if it was there already
    function add(uint256[] memory table, uint256 word) internal pure returns (bool fresh) {
        assembly ("memory-safe") {
            let start := add(table, 0x20)
            let mask := sub(shl(5, mload(table)), 0x20)
            for { let at := and(shr(128, mul(word, SPREAD)), mask) } 1 { at := and(add(at, 0x20), mask) } {
                let found := mload(add(start, at))
                if eq(found, word) { break }
                if iszero(found) {
                    mstore(add(start, at), word)
                    fresh := 1
                    break
                }
            }
        }
    }

    /// @notice Takes back the word that was added last.
    function removeLast(uint256[] memory table, uint256 word) internal pure {
        assembly ("memory-safe") {
            let start := add(table, 0x20)
            let mask := sub(shl(5, mload(table)), 0x20)
            let at := and(shr(128, mul(word, SPREAD)), mask)
            for {} iszero(eq(mload(add(start, at)), word)) { at := and(add(at, 0x20), mask) } {}
            mstore(add(start, at), 0)
        }
    }
}
