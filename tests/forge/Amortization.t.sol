// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";
import {Amortization} from "../../contracts/libraries/Amortization.sol";
import {LoanMethod, WibDay} from "../../contracts/libraries/Types.sol";
import {WibCalendar} from "../../contracts/libraries/WibCalendar.sol";
import {AmortizationHarness} from "./AmortizationHarness.sol";

contract AmortizationTest is Test {
    uint64 private constant MAX_RUPIAH = 2 ** 63 - 1;

    AmortizationHarness private harness = new AmortizationHarness();

    function test_totalInterest_TwelveMillionAtOnePercentAMonth() public pure {
        assertEq(Amortization.totalInterest(_twelveMillion(LoanMethod.FLAT, 1_200)), 1_440_000);
        assertEq(Amortization.totalInterest(_twelveMillion(LoanMethod.DECLINING, 1_200)), 780_000);
        assertEq(Amortization.totalInterest(_twelveMillion(LoanMethod.ANNUITY, 1_200)), 794_226);
        assertEq(Amortization.totalInterest(_twelveMillion(LoanMethod.BULLET, 1_200)), 1_440_000);
    }

    function test_instalment_AnnuityLastTakesTheRest() public pure {
        Amortization.Schedule memory schedule = _twelveMillion(LoanMethod.ANNUITY, 1_200);
        assertEq(schedule.step, 1_066_185);
        uint256 outstanding = 12_000_000;
        for (uint256 number = 1; number <= 12; ++number) {
            (uint256 principal, uint256 interest) = Amortization.instalment(schedule, number, outstanding);
            outstanding -= principal;
            assertEq(principal + interest, number < 12 ? 1_066_185 : 1_066_191);
        }
        assertEq(outstanding, 0);
    }

    function test_instalment_GraceAsksForInterestFreezeForNone() public pure {
        Amortization.Schedule memory schedule = _twelveMillion(LoanMethod.DECLINING, 1_200);
        schedule.graceMonths = 2;
        schedule.freezeMonths = 1;
        _assertInstalment(schedule, 1, 0, 0);
        _assertInstalment(schedule, 2, 0, 120_000);
        _assertInstalment(schedule, 3, 1_000_000, 120_000);
        _assertInstalment(schedule, 12, 12_000_000, 120_000);
    }

    function test_step_IsCutToTheUnit() public pure {
        assertEq(Amortization.step(LoanMethod.FLAT, 1_000_000, 1_200, 7, 3), 142_000);
        assertEq(Amortization.step(LoanMethod.DECLINING, 1_000_000, 1_200, 7, 0), 142_857);
        assertEq(Amortization.step(LoanMethod.ANNUITY, 12_000_000, 1_200, 12, 3), 1_067_000);
        assertEq(Amortization.step(LoanMethod.ANNUITY, 1_000_000, 0, 7, 3), 142_000);
        assertEq(Amortization.step(LoanMethod.BULLET, 1_000_000, 1_200, 7, 0), 0);
    }

    function test_annuityPayment_Edges() public pure {
        assertEq(Amortization.annuityPayment(12_000_000, 0, 7), 1_714_285);
        assertEq(Amortization.annuityPayment(1, 2_400, 360), 0);
        assertEq(Amortization.annuityPayment(25, 2_400, 360), 1);
        assertEq(Amortization.annuityPayment(1_000_000, 2_400, 1), 1_020_000);
        assertEq(Amortization.annuityPayment(MAX_RUPIAH, 2_400, 1), 9_407_839_477_591_871_323);
        // One month at 60%: 10 * 1.05 = 10.5, a half, goes up; 9 * 1.05 = 9.45 goes down.
        assertEq(Amortization.annuityPayment(10, 6_000, 1), 11);
        assertEq(Amortization.annuityPayment(9, 6_000, 1), 9);
    }

    /// @dev Over 360 months at the largest rate a uint16 holds the payment is the first month's interest.
    function test_annuityPayment_LargestTermsDoNotOverflow() public pure {
        uint256 interest = (uint256(MAX_RUPIAH) * type(uint16).max + 60_000) / 120_000;
        assertEq(Amortization.annuityPayment(MAX_RUPIAH, type(uint16).max, 360), interest);
    }

    function test_withinRateCap_FlatIsTwoNfOverNPlusOne() public pure {
        assertTrue(Amortization.withinRateCap(_twelveMillion(LoanMethod.FLAT, 1_300), 0, 2_400));
        assertFalse(Amortization.withinRateCap(_twelveMillion(LoanMethod.FLAT, 1_301), 0, 2_400));
        assertTrue(Amortization.withinRateCap(_twelveMillion(LoanMethod.DECLINING, 2_400), 0, 2_400));
        assertFalse(Amortization.withinRateCap(_twelveMillion(LoanMethod.DECLINING, 2_400), 1, 2_400));
        assertFalse(Amortization.withinRateCap(_twelveMillion(LoanMethod.ANNUITY, 2_400), 0, 2_400));
        assertTrue(Amortization.withinRateCap(_twelveMillion(LoanMethod.BULLET, 1_300), 0, 2_400));
        assertFalse(Amortization.withinRateCap(_twelveMillion(LoanMethod.BULLET, 1_301), 0, 2_400));
        assertTrue(Amortization.withinRateCap(_twelveMillion(LoanMethod.FLAT, 1_200), 120_000, 2_400));
        assertFalse(Amortization.withinRateCap(_twelveMillion(LoanMethod.FLAT, 1_200), 120_001, 2_400));
    }

    /// @dev One rupiah bears no interest that rounding leaves, but its rate is above the cap all the same.
    function test_withinRateCap_ARateAboveTheCapNeverIs() public pure {
        Amortization.Schedule memory one = Amortization.Schedule(LoanMethod.DECLINING, 1, 2_401, 1, 0, 0, 1);
        assertFalse(Amortization.withinRateCap(one, 0, 2_400));
        one.rateBps = 2_400;
        assertTrue(Amortization.withinRateCap(one, 0, 2_400));
    }

    function test_monthsGone_AroundDueDates() public pure {
        uint32 lastOfJanuary2025 = 20_119;
        _assertGone(lastOfJanuary2025, lastOfJanuary2025, 0);
        _assertGone(lastOfJanuary2025, lastOfJanuary2025 - 400, 0);
        _assertGone(lastOfJanuary2025, 20_146, 0); // 27 February
        _assertGone(lastOfJanuary2025, 20_147, 1); // 28 February: the first is due today
        _assertGone(lastOfJanuary2025, 20_177, 1); // 30 March
        _assertGone(lastOfJanuary2025, 20_483, 11); // 30 January 2026
        _assertGone(lastOfJanuary2025, 20_484, 12);
    }

    function test_months_RevertOutsideOneTo360() public {
        for (uint256 i = 0; i < 2; ++i) {
            uint16 months = i == 0 ? 0 : 361;
            vm.expectRevert(abi.encodeWithSelector(Amortization.AmortizationMonthsOutOfRange.selector, months));
            harness.annuityPayment(1, 1_200, months);
        }
    }

    function test_annuityPayment_RevertsAboveUint64() public {
        vm.expectRevert();
        harness.annuityPayment(type(uint64).max, 2_400, 1);
    }

    function testFuzz_schedule_AddsUpAndAgreesWithTotalInterest(
        uint64 principal,
        uint16 rateBps,
        uint16 months,
        uint16 graceMonths,
        uint16 freezeMonths,
        uint8 method,
        uint8 roundingExponent
    ) public view {
        AmortizationHarness.Case memory c;
        c.principal = uint64(bound(principal, 1, type(uint56).max));
        c.rateBps = uint16(bound(rateBps, 0, 2_400));
        c.months = uint16(bound(months, 1, 360));
        c.graceMonths = uint16(bound(graceMonths, 0, c.months - 1));
        c.freezeMonths = uint16(bound(freezeMonths, 0, c.months));
        c.method = LoanMethod(bound(method, 0, 3));
        c.roundingExponent = uint8(bound(roundingExponent, 0, 6));
        c.disbursedOn = WibDay.wrap(20_119);
        uint256[] memory words = harness.schedule(c);
        uint256 principals;
        uint256 interests;
        for (uint256 i = 0; i < words.length; i += 3) {
            if (i > 0) assertGt(words[i], words[i - 3]);
            principals += words[i + 1];
            interests += words[i + 2];
        }
        assertEq(principals, c.principal);
        assertEq(interests, Amortization.totalInterest(harness.scheduleOf(c)));
    }

    /// @dev The payment P satisfies |P - exact| <= 1/2, seen as the balance that payments of P - 1/2 and P + 1/2 leave.
    function testFuzz_annuityPayment_HalfARupiahMoreOrLessPaysTooMuchOrTooLittle(
        uint64 principal,
        uint16 rateBps,
        uint16 months
    ) public pure {
        principal = uint64(bound(principal, 1, 10 ** 12));
        rateBps = uint16(bound(rateBps, 1, 2_400));
        months = uint16(bound(months, 1, 360));
        uint256 twice = 2 * uint256(Amortization.annuityPayment(principal, rateBps, months));
        assertGe(_balanceAfter(principal, rateBps, months, twice > 0 ? twice - 1 : 0, false), -1);
        assertLe(_balanceAfter(principal, rateBps, months, twice + 1, true), 1);
    }

    /// @dev Balance after all payments of `halves` half rupiah, in 2^-96 rupiah rounded one way each month.
    function _balanceAfter(uint256 principal, uint256 rateBps, uint256 months, uint256 halves, bool down)
        private
        pure
        returns (int256 balance)
    {
        balance = int256(principal << 96);
        int256 payment = int256(halves << 95);
        for (uint256 i = 0; i < months; ++i) {
            int256 grown = balance * int256(120_000 + rateBps);
            balance = grown / 120_000 - payment + (grown % 120_000 == 0 ? int256(0) : down ? int256(-1) : int256(1));
        }
    }

    function testFuzz_monthsGone_LastDueOnTheDayOrBefore(uint32 disbursedOn, uint32 day) public pure {
        WibDay start = WibDay.wrap(uint32(bound(disbursedOn, 0, 60_000)));
        WibDay today = WibDay.wrap(uint32(bound(day, WibDay.unwrap(start), WibDay.unwrap(start) + 12_000)));
        uint256 gone = Amortization.monthsGone(start, today);
        assertFalse(WibCalendar.addMonths(start, uint32(gone)) > today);
        assertTrue(WibCalendar.addMonths(start, uint32(gone + 1)) > today);
    }

    function _assertGone(uint32 disbursedOn, uint32 day, uint256 expected) private pure {
        assertEq(Amortization.monthsGone(WibDay.wrap(disbursedOn), WibDay.wrap(day)), expected);
    }

    function _assertInstalment(
        Amortization.Schedule memory schedule,
        uint256 number,
        uint256 expectedPrincipal,
        uint256 expectedInterest
    ) private pure {
        (uint256 principal, uint256 interest) = Amortization.instalment(schedule, number, 12_000_000);
        assertEq(principal, expectedPrincipal);
        assertEq(interest, expectedInterest);
    }

    function _twelveMillion(LoanMethod method, uint16 rateBps) private pure returns (Amortization.Schedule memory) {
        uint64 step = Amortization.step(method, 12_000_000, rateBps, 12, 0);
        return Amortization.Schedule(method, 12_000_000, rateBps, 12, 0, 0, step);
    }
}
