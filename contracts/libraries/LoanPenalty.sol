// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {WibDay} from "./Types.sol";

/// @dev The penalty of a loan in one word, from the top: numerator 96 | rupiah paid 56 | rupiah waived 56 | last day counted 24 |
/// rate 12 | cap 12 bits. The numerator is the sum of rupiah overdue x days x basis points a year, never rounded.
type LoanPenalty is uint256;

/// @title Simple penalty on what is overdue, actual/365
/// @dev What is overdue is below 2^58, days are below 2^24 and the rate below 2^12, so that the numerator fits.
library LoanPenalties {
    /// @dev Divides rupiah x days x basis points a year into rupiah.
    uint256 internal constant YEARLY = 3_650_000;
    /// @dev Basis points a year, and of the principal lent.
    uint16 internal constant MAX_BPS = 4_000;

    uint256 private constant NUMERATOR_AT = 160;
    uint256 private constant PAID_AT = 104;
    uint256 private constant WAIVED_AT = 48;
    uint256 private constant THROUGH_AT = 24;
    uint256 private constant RATE_AT = 12;
    uint256 private constant BPS_MASK = (1 << 12) - 1;

    /// @notice No penalty yet; it is counted for the days after `through_`.
    function pack(WibDay through_, uint256 rateBps_, uint256 capBps_) internal pure returns (LoanPenalty) {
        return LoanPenalty.wrap(uint256(WibDay.unwrap(through_)) << THROUGH_AT | rateBps_ << RATE_AT | capBps_);
    }

    /// @notice Grown by `overdueDays` (rupiah x days), which counts every day up to `through_`.
    function grown(LoanPenalty penalty, uint256 overdueDays, uint256 through_) internal pure returns (LoanPenalty) {
        uint256 word = LoanPenalty.unwrap(penalty);
        uint256 days_ = through_ - through(penalty);
        return LoanPenalty.wrap(word + (overdueDays * rateBps(penalty) << NUMERATOR_AT) + (days_ << THROUGH_AT));
    }

    function paid(LoanPenalty penalty, uint256 amount) internal pure returns (LoanPenalty) {
        return LoanPenalty.wrap(LoanPenalty.unwrap(penalty) + (amount << PAID_AT));
    }

    function waived(LoanPenalty penalty, uint256 amount) internal pure returns (LoanPenalty) {
        return LoanPenalty.wrap(LoanPenalty.unwrap(penalty) + (amount << WAIVED_AT));
    }

    /// @notice Rupiah neither paid nor waived, rounded down: for the member. In all at most the cap's share of `lent` rupiah.
    function owed(LoanPenalty penalty, uint256 lent) internal pure returns (uint256) {
        uint256 word = LoanPenalty.unwrap(penalty);
        uint256 sum = (word >> NUMERATOR_AT) / YEARLY;
        uint256 most = lent * (word & BPS_MASK) / 10_000;
        if (sum > most) sum = most;
        return sum - uint56(word >> PAID_AT) - uint56(word >> WAIVED_AT);
    }

    /// @notice The last day that is counted.
    function through(LoanPenalty penalty) internal pure returns (uint256) {
        return uint24(LoanPenalty.unwrap(penalty) >> THROUGH_AT);
    }

    function rateBps(LoanPenalty penalty) internal pure returns (uint256) {
        return LoanPenalty.unwrap(penalty) >> RATE_AT & BPS_MASK;
    }
}
