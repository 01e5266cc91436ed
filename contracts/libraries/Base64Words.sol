// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Base64 with the alphabet of URLs, 24 bytes at a time
library Base64Words {
    uint256 private constant ONES = 0x0101010101010101010101010101010101010101010101010101010101010101;

    /// @notice The 32 characters of 24 bytes, as a word.
    /// @param bits the bytes, below 2^192
    function encode(uint256 bits) internal pure returns (uint256) {
        return _characters(_spread(bits));
    }

    /// @dev Six bits to a byte: halves move apart, then halves of the halves, five times.
    function _spread(uint256 bits) private pure returns (uint256 spread) {
        assembly ("memory-safe") {
            let high := and(bits, 0x0000000000000000ffffffffffffffffffffffff000000000000000000000000)
            spread := add(bits, mul(high, 0xffffffff))
            high := and(spread, 0x00000000ffffffffffff00000000000000000000ffffffffffff000000000000)
            spread := add(spread, mul(high, 0xffff))
            high := and(spread, 0x0000ffffff0000000000ffffff0000000000ffffff0000000000ffffff000000)
            spread := add(spread, mul(high, 0xff))
            high := and(spread, 0x00fff00000fff00000fff00000fff00000fff00000fff00000fff00000fff000)
            spread := add(spread, mul(high, 0x0f))
            high := and(spread, 0x0fc00fc00fc00fc00fc00fc00fc00fc00fc00fc00fc00fc00fc00fc00fc00fc0)
            spread := add(spread, mul(high, 0x03))
        }
    }

    /// @dev 0 to 25 are A to Z, then come a to z, 0 to 9, - and _. In each byte what is at least 26 and so on raises bit 7
    /// when 102 and so on are added; no byte carries into another.
    function _characters(uint256 values) private pure returns (uint256 characters) {
        assembly ("memory-safe") {
            let letters := and(shr(7, add(values, mul(ONES, 102))), ONES)
            let digits := and(shr(7, add(values, mul(ONES, 76))), ONES)
            let signs := and(shr(7, add(values, mul(ONES, 66))), ONES)
            let underscores := and(shr(7, add(values, mul(ONES, 65))), ONES)
            characters := add(add(values, mul(ONES, 65)), add(mul(letters, 6), mul(underscores, 49)))
            characters := sub(characters, add(mul(digits, 75), mul(signs, 13)))
        }
    }
}
