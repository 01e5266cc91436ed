// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ReceiptNumber, WibDay} from "./Types.sol";

/// @title The last three slips of a member in one word, so that each can be reversed within 7 days
/// @dev Newest in the low bits, 85 bits each: rupiah still reversible 48 | WIB day 16 | receipt 21. Of the day and the receipt
/// only the low bits are kept: days repeat after 179 years, and slips of a member whose receipts differ by a multiple of
/// 2,097,152 are taken for one another. What a slip credited above 2^48 - 1 rupiah cannot be reversed.
library RecentSlips {
    uint256 internal constant REVERSIBLE_DAYS = 7;

    /// @dev Literals: what is made of other constants is worked out, and checked, at every use.
    uint256 private constant SLIP_BITS = 85;
    uint256 private constant TAG_BITS = 21;
    uint256 private constant TAG_MASK = 2 ** 21 - 1;
    uint256 private constant DAY_BITS = 16;
    uint256 private constant AMOUNT_SHIFT = 37;
    uint256 private constant AMOUNT_MASK = 2 ** 48 - 1;
    uint256 private constant ALL_MASK = 2 ** 255 - 1;

    /// @notice `slips` with a new slip of `amount` rupiah; the oldest of three drops out.
    function push(uint256 slips, uint64 amount, WibDay day, ReceiptNumber receipt) internal pure returns (uint256) {
        uint256 kept = amount > AMOUNT_MASK ? AMOUNT_MASK : amount;
        return (slips << SLIP_BITS & ALL_MASK) | kept << AMOUNT_SHIFT | _dayBits(day) << TAG_BITS | _tag(receipt);
    }

    /// @notice Where the slip of `receipt` that can still be reversed on `today` lies, and how much of it can; 0 if none.
    /// Through the 7th WIB day after the slip.
    function find(uint256 slips, ReceiptNumber receipt, WibDay today)
        internal
        pure
        returns (uint256 shift, uint64 reversible)
    {
        for (; shift < 3 * SLIP_BITS; shift += SLIP_BITS) {
            uint256 slip = slips >> shift;
            uint256 day = slip >> TAG_BITS & (2 ** DAY_BITS - 1);
            uint256 age = (_dayBits(today) + 2 ** DAY_BITS - day) % 2 ** DAY_BITS;
            reversible = uint64(slip >> AMOUNT_SHIFT & AMOUNT_MASK);
            if (reversible != 0 && age <= REVERSIBLE_DAYS && slip & TAG_MASK == _tag(receipt)) {
                return (shift, reversible);
            }
        }
        return (0, 0);
    }

    /// @notice `slips` with `amount` less reversible in the slip at `shift`.
    function reduce(uint256 slips, uint256 shift, uint64 amount) internal pure returns (uint256) {
        return slips - (uint256(amount) << shift + AMOUNT_SHIFT);
    }

    function _dayBits(WibDay day) private pure returns (uint256) {
        return uint16(WibDay.unwrap(day));
    }

    function _tag(ReceiptNumber receipt) private pure returns (uint256) {
        return ReceiptNumber.unwrap(receipt) & TAG_MASK;
    }
}
