// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {WibDay} from "./Types.sol";

/// @title The calendar of WIB (UTC+7)
/// @notice A day is a count from 1970-01-01, a month is year * 12 + (month - 1). The same as rules/calendar.py, from 1970 on.
/// @dev Civil dates by Howard Hinnant's algorithms ("chrono-compatible low-level date algorithms"): years begin in March.
library WibCalendar {
    using SafeCast for uint256;

    uint256 private constant WIB_OFFSET_SECONDS = 25_200;
    uint256 private constant DAYS_FROM_YEAR_ZERO = 719_468;
    uint256 private constant DAYS_PER_ERA = 146_097;
    uint256 private constant MONTH_OF_EPOCH = 1970 * 12;

    error WibMonthBefore1970(uint256 month);

    /// @notice The WIB day of a unix time in seconds, of a block or below 2^255.
    function dayOf(uint256 timestamp) internal pure returns (WibDay) {
        unchecked {
            return WibDay.wrap(((timestamp + WIB_OFFSET_SECONDS) / 1 days).toUint32());
        }
    }

    /// @notice Year, month (1 to 12) and day of the month (1 to 31) of a day.
    function civilOf(WibDay day) internal pure returns (uint256 year, uint256 month, uint256 dayOfMonth) {
        unchecked {
            uint256 shifted = uint256(WibDay.unwrap(day)) + DAYS_FROM_YEAR_ZERO;
            uint256 era = shifted / DAYS_PER_ERA;
            uint256 dayOfEra = shifted % DAYS_PER_ERA;
            uint256 yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
            uint256 dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
            uint256 fromMarch = (5 * dayOfYear + 2) / 153;
            dayOfMonth = dayOfYear - (153 * fromMarch + 2) / 5 + 1;
            month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
            year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
        }
    }

    /// @notice The month a day lies in.
    function monthOf(WibDay day) internal pure returns (uint32) {
        (uint256 year, uint256 month,) = civilOf(day);
        unchecked {
            return uint32(year * 12 + month - 1);
        }
    }

    /// @notice The first day of a month. Reverts with WibMonthBefore1970.
    function firstDayOfMonth(uint32 month) internal pure returns (WibDay) {
        return WibDay.wrap(_firstDay(month).toUint32());
    }

    /// @notice The same day of the month `count` months later, or that month's last day where it has no such day.
    /// @dev Add to the original day: chained additions would drift (31 January, 28 February, 28 March).
    function addMonths(WibDay day, uint32 count) internal pure returns (WibDay) {
        (uint256 year, uint256 month, uint256 dayOfMonth) = civilOf(day);
        unchecked {
            uint256 target = year * 12 + month - 1 + count;
            if (dayOfMonth > 28) {
                uint256 length = _daysIn(target / 12, target % 12);
                if (dayOfMonth > length) dayOfMonth = length;
            }
            return WibDay.wrap((_firstDay(target) + dayOfMonth - 1).toUint32());
        }
    }

    /// @dev Nothing here overflows: a month has 33 bits at most.
    function _firstDay(uint256 month) private pure returns (uint256) {
        if (month < MONTH_OF_EPOCH) revert WibMonthBefore1970(month);
        unchecked {
            uint256 fromMarch = month + 10;
            uint256 year = fromMarch / 12 - 1;
            uint256 dayOfYear = (153 * (fromMarch % 12) + 2) / 5;
            return 365 * year + year / 4 - year / 100 + year / 400 + dayOfYear - DAYS_FROM_YEAR_ZERO;
        }
    }

    /// @dev `monthIndex` is 0 to 11. Of the others every second one is short, beginning anew in August.
    function _daysIn(uint256 year, uint256 monthIndex) private pure returns (uint256) {
        unchecked {
            if (monthIndex == 1) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
            return 31 - monthIndex % 7 % 2;
        }
    }
}
