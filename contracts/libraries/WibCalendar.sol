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

    /// @notice The WIB day of a unix time in seconds.
    function dayOf(uint256 timestamp) internal pure returns (WibDay) {
        return WibDay.wrap(((timestamp + WIB_OFFSET_SECONDS) / 1 days).toUint32());
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
        return uint32(year * 12 + month - 1);
    }

    /// @notice The first day of a month. Reverts (panic 0x11) before 1970.
    function firstDayOfMonth(uint32 month) internal pure returns (WibDay) {
        return _firstDay(month);
    }

    /// @notice The same day of the month `count` months later, or that month's last day where it has no such day.
    /// @dev Add to the original day: chained additions would drift (31 January, 28 February, 28 March).
    function addMonths(WibDay day, uint32 count) internal pure returns (WibDay) {
        (uint256 year, uint256 month, uint256 dayOfMonth) = civilOf(day);
        uint256 target = year * 12 + month - 1 + count;
        uint256 result = WibDay.unwrap(_firstDay(target)) + dayOfMonth - 1;
        if (dayOfMonth > 28) {
            uint256 next = WibDay.unwrap(_firstDay(target + 1));
            if (result >= next) result = next - 1;
        }
        return WibDay.wrap(result.toUint32());
    }

    function _firstDay(uint256 month) private pure returns (WibDay) {
        uint256 fromMarch = month + 10;
        uint256 year = fromMarch / 12 - 1;
        uint256 dayOfYear = (153 * (fromMarch % 12) + 2) / 5;
        uint256 yearOfEra = year % 400;
        uint256 dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
        return WibDay.wrap((year / 400 * DAYS_PER_ERA + dayOfEra - DAYS_FROM_YEAR_ZERO).toUint32());
    }
}
