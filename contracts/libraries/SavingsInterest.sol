// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Arithmetic of interest on savings
/// @notice Simple interest, actual/365: a balance earns balance x rate (basis points a year) every day, and 3,650,000 of that
/// is a rupiah. The model is rules/interest.py.
library SavingsInterest {
    /// @dev Divides rupiah x basis points x days into rupiah.
    uint256 internal constant YEAR_BPS = 365 * 10_000;
    uint256 internal constant BPS = 10_000;

    /// @param fromDay WIB day from which the rate holds
    /// @param rateBps basis points a year
    /// @param index sum of the rates of all days before `fromDay`, in basis points x days
    struct RateChange {
        uint24 fromDay;
        uint16 rateBps;
        uint64 index;
    }

    /// @notice The sum of the rates of all days before `day`, in basis points x days.
    function indexAt(RateChange[] storage history, uint256 day) internal view returns (uint256) {
        RateChange memory change = changeOn(history, day);
        return indexSince(change, day);
    }

    /// @notice As `indexAt`, for a day on or after the change that holds on it.
    function indexSince(RateChange memory change, uint256 day) internal pure returns (uint256) {
        return change.index + change.rateBps * (day - change.fromDay);
    }

    /// @notice The change that holds on `day`; zeroes (a rate of 0) before the first.
    function changeOn(RateChange[] storage history, uint256 day) internal view returns (RateChange memory change) {
        uint256 low = 0;
        uint256 high = history.length;
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (history[middle].fromDay > day) high = middle;
            else low = middle + 1;
        }
        if (low != 0) change = history[low - 1];
    }

    /// @notice Tax in rupiah on a month's `gross` interest: of the whole of it if above `threshold`, rounded down for the
    /// member (PP 15/2009).
    function taxDown(uint256 gross, uint256 threshold, uint256 taxBps) internal pure returns (uint256) {
        return gross > threshold ? gross * taxBps / BPS : 0;
    }
}
