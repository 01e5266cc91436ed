// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";
import {WibDay} from "../../contracts/libraries/Types.sol";
import {WibCalendar} from "../../contracts/libraries/WibCalendar.sol";

contract WibCalendarTest is Test {
    /// @dev 60,000 days reach into the year 2134, past 2100, which is no leap year.
    uint32 private constant LAST_DAY = 60_000;

    function test_dayOf_BeginsAt17Utc() public pure {
        // 2025-01-01 17:00 UTC is 2025-01-02 in Jakarta.
        assertEq(WibDay.unwrap(WibCalendar.dayOf(1_735_750_800)), 20_090);
        assertEq(WibDay.unwrap(WibCalendar.dayOf(1_735_750_799)), 20_089);
        assertEq(WibDay.unwrap(WibCalendar.dayOf(0)), 0);
    }

    function test_civilOf_KnownDays() public pure {
        _assertCivil(0, 1970, 1, 1);
        _assertCivil(11_016, 2000, 2, 29);
        _assertCivil(20_090, 2025, 1, 2);
        _assertCivil(47_540, 2100, 2, 28);
        _assertCivil(47_541, 2100, 3, 1);
        _assertCivil(2_932_896, 9999, 12, 31);
    }

    /// @dev Counts every day forward by the rule of leap years alone.
    function test_civilOf_EveryDayFollowsTheOneBefore() public pure {
        uint256 year = 1970;
        uint256 month = 1;
        uint256 dayOfMonth = 1;
        for (uint32 day = 0; day < LAST_DAY; ++day) {
            _assertCivil(day, year, month, dayOfMonth);
            if (++dayOfMonth > _daysIn(year, month)) {
                dayOfMonth = 1;
                if (++month > 12) (year, month) = (year + 1, 1);
            }
        }
    }

    function test_firstDayOfMonth_EveryMonth() public pure {
        uint256 day = 0;
        for (uint32 month = 1970 * 12; month < 2200 * 12; ++month) {
            assertEq(WibDay.unwrap(WibCalendar.firstDayOfMonth(month)), day);
            assertEq(WibCalendar.monthOf(WibDay.wrap(uint32(day))), month);
            day += _daysIn(month / 12, month % 12 + 1);
        }
    }

    function test_addMonths_ClampsWithoutDrift() public pure {
        uint32 lastOfJanuary2025 = 20_119;
        _assertAdded(lastOfJanuary2025, 1, 20_147); // 28 February
        _assertAdded(lastOfJanuary2025, 2, 20_178); // 31 March
        _assertAdded(lastOfJanuary2025, 3, 20_208); // 30 April
        _assertAdded(lastOfJanuary2025, 12, 20_484); // 31 January 2026
        _assertAdded(19_753, 1, 19_782); // 31 January 2024: 29 February
        _assertAdded(19_782, 12, 20_147); // 29 February 2024: 28 February 2025
        _assertAdded(lastOfJanuary2025, 0, lastOfJanuary2025);
    }

    function testFuzz_addMonths_SameDayOrTheMonthsLast(uint32 day, uint32 count) public pure {
        day = uint32(bound(day, 0, LAST_DAY));
        count = uint32(bound(count, 0, 4_800));
        (uint256 year, uint256 month, uint256 dayOfMonth) = WibCalendar.civilOf(WibDay.wrap(day));
        uint256 target = year * 12 + month - 1 + count;
        WibDay added = WibCalendar.addMonths(WibDay.wrap(day), count);
        (uint256 addedYear, uint256 addedMonth, uint256 addedDay) = WibCalendar.civilOf(added);
        assertEq(addedYear * 12 + addedMonth - 1, target);
        uint256 length = _daysIn(addedYear, addedMonth);
        assertEq(addedDay, dayOfMonth < length ? dayOfMonth : length);
    }

    function testFuzz_monthOf_DayLiesInIt(uint32 day) public pure {
        day = uint32(bound(day, 0, 3_000_000));
        uint32 month = WibCalendar.monthOf(WibDay.wrap(day));
        assertLe(WibDay.unwrap(WibCalendar.firstDayOfMonth(month)), day);
        assertGt(WibDay.unwrap(WibCalendar.firstDayOfMonth(month + 1)), day);
    }

    function test_firstDayOfMonth_RevertsBefore1970() public {
        vm.expectRevert(abi.encodeWithSelector(WibCalendar.WibMonthBefore1970.selector, 1970 * 12 - 1));
        this.firstDayOfMonth(1970 * 12 - 1);
    }

    function test_dayOf_RevertsAboveUint32() public {
        vm.expectRevert();
        this.dayOf((uint256(type(uint32).max) + 1) * 1 days);
    }

    function firstDayOfMonth(uint32 month) external pure returns (WibDay) {
        return WibCalendar.firstDayOfMonth(month);
    }

    function dayOf(uint256 timestamp) external pure returns (WibDay) {
        return WibCalendar.dayOf(timestamp);
    }

    function _assertCivil(uint32 day, uint256 year, uint256 month, uint256 dayOfMonth) private pure {
        (uint256 foundYear, uint256 foundMonth, uint256 foundDay) = WibCalendar.civilOf(WibDay.wrap(day));
        assertEq(foundYear * 10_000 + foundMonth * 100 + foundDay, year * 10_000 + month * 100 + dayOfMonth);
    }

    function _assertAdded(uint32 day, uint32 count, uint32 expected) private pure {
        assertEq(WibDay.unwrap(WibCalendar.addMonths(WibDay.wrap(day), count)), expected);
    }

    function _daysIn(uint256 year, uint256 month) private pure returns (uint256) {
        if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
        return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
    }
}
