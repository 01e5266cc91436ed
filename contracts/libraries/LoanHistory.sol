// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {WibDay} from "./Types.sol";

/// @dev What later versions of a loan bring with them, in one word, from the top: zeros 72 | version 8 | day the version began
/// 24 | rupiah drawn in all 64 | interest carried and unpaid 64 | due day of the oldest of it 24 bits.
type LoanHistory is uint256;

/// @title The word of a loan that has had earlier versions
library LoanHistories {
    function pack(uint256 version_, WibDay began_, uint256 drawn_, uint256 carried_, WibDay since_)
        internal
        pure
        returns (LoanHistory)
    {
        uint256 upper = version_ << 176 | uint256(WibDay.unwrap(began_)) << 152 | drawn_ << 88;
        return LoanHistory.wrap(upper | carried_ << 24 | WibDay.unwrap(since_));
    }

    /// @notice Less interest carried by `amount` rupiah, which is at most that.
    function settled(LoanHistory history, uint256 amount) internal pure returns (LoanHistory) {
        return LoanHistory.wrap(LoanHistory.unwrap(history) - (amount << 24));
    }

    function version(LoanHistory history) internal pure returns (uint256) {
        return uint8(LoanHistory.unwrap(history) >> 176);
    }

    /// @notice The day the version in force began.
    function began(LoanHistory history) internal pure returns (WibDay) {
        return WibDay.wrap(uint24(LoanHistory.unwrap(history) >> 152));
    }

    /// @notice Rupiah lent by every tranche.
    function drawn(LoanHistory history) internal pure returns (uint256) {
        return uint64(LoanHistory.unwrap(history) >> 88);
    }

    /// @notice Rupiah of interest of earlier versions that is due and unpaid.
    function carried(LoanHistory history) internal pure returns (uint256) {
        return uint64(LoanHistory.unwrap(history) >> 24);
    }

    /// @notice Due day of the oldest instalment that left interest to carry.
    function carriedSince(LoanHistory history) internal pure returns (WibDay) {
        return WibDay.wrap(uint24(LoanHistory.unwrap(history)));
    }
}
