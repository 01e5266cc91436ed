// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Base64} from "@openzeppelin/contracts/utils/Base64.sol";
import {Test} from "forge-std/Test.sol";
import {Base64Words} from "../../contracts/libraries/Base64Words.sol";

/// @title Base64 in words against OpenZeppelin's, character by character
contract Base64WordsTest is Test {
    function testFuzz_encode_anyBytes_asOpenZeppelin(uint192 bits) public pure {
        string memory expected = Base64.encodeURL(abi.encodePacked(bits));
        assertEq(string(abi.encodePacked(Base64Words.encode(bits))), expected);
    }

    /// @dev All 64 values, each in every place.
    function test_encode_everyValueInEveryPlace_asOpenZeppelin() public pure {
        for (uint256 value = 0; value < 64; ++value) {
            for (uint256 place = 0; place < 32; ++place) {
                testFuzz_encode_anyBytes_asOpenZeppelin(uint192(value << (6 * place)));
            }
        }
    }
}
