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
        assertEq(Amortization.totalInterest(12_000_000, 1_200, 12, LoanMethod.FLAT), 1_440_000);
        assertEq(Amortization.totalInterest(12_000_000, 1_200, 12, LoanMethod.DECLINING), 780_000);
        assertEq(Amortization.totalInterest(12_000_000, 1_200, 12, LoanMethod.ANNUITY), 794_226);
    }

    function test_instalment_AnnuityLastTakesTheRest() public pure {
        uint64 annuity = Amortization.annuityPayment(12_000_000, 1_200, 12);
        assertEq(annuity, 1_066_185);
        uint64 outstanding = 12_000_000;
        for (uint16 number = 1; number <= 12; ++number) {
            (uint64 principal, uint64 interest) =
                Amortization.instalment(LoanMethod.ANNUITY, 12_000_000, 1_200, 12, annuity, number, outstanding);
            outstanding -= principal;
            assertEq(principal + interest, number < 12 ? 1_066_185 : 1_066_191);
        }
        assertEq(outstanding, 0);
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
        assertGt(Amortization.totalInterest(MAX_RUPIAH, type(uint16).max, 360, LoanMethod.FLAT), type(uint64).max);
    }

    function test_withinRateCap_FlatIsTwoNfOverNPlusOne() public pure {
        assertTrue(Amortization.withinRateCap(12_000_000, 1_300, 12, LoanMethod.FLAT, 0, 2_400));
        assertFalse(Amortization.withinRateCap(12_000_000, 1_301, 12, LoanMethod.FLAT, 0, 2_400));
        assertTrue(Amortization.withinRateCap(12_000_000, 2_400, 12, LoanMethod.DECLINING, 0, 2_400));
        assertFalse(Amortization.withinRateCap(12_000_000, 2_400, 12, LoanMethod.DECLINING, 1, 2_400));
        assertFalse(Amortization.withinRateCap(12_000_000, 2_400, 12, LoanMethod.ANNUITY, 0, 2_400));
        assertTrue(Amortization.withinRateCap(12_000_000, 1_200, 12, LoanMethod.FLAT, 120_000, 2_400));
        assertFalse(Amortization.withinRateCap(12_000_000, 1_200, 12, LoanMethod.FLAT, 120_001, 2_400));
    }

    function test_runningInstalment_AroundDueDates() public pure {
        uint32 lastOfJanuary2025 = 20_119;
        _assertRunning(lastOfJanuary2025, lastOfJanuary2025, 1);
        _assertRunning(lastOfJanuary2025, 20_146, 1); // 27 February
        _assertRunning(lastOfJanuary2025, 20_147, 2); // 28 February: the first is due today
        _assertRunning(lastOfJanuary2025, 20_177, 2); // 30 March
        _assertRunning(lastOfJanuary2025, 20_483, 12); // 30 January 2026
        _assertRunning(lastOfJanuary2025, 20_484, 12);
        _assertRunning(lastOfJanuary2025, 25_000, 12);
    }

    function test_months_RevertOutsideOneTo360() public {
        for (uint256 i = 0; i < 2; ++i) {
            uint16 months = i == 0 ? 0 : 361;
            bytes memory expected = abi.encodeWithSelector(Amortization.AmortizationMonthsOutOfRange.selector, months);
            vm.expectRevert(expected);
            harness.annuityPayment(1, 1_200, months);
            vm.expectRevert(expected);
            harness.totalInterest(1, 1_200, months, LoanMethod.FLAT);
        }
    }

    function test_instalment_RevertsOutsideTheSchedule() public {
        for (uint256 i = 0; i < 2; ++i) {
            uint16 number = i == 0 ? 0 : 13;
            vm.expectRevert(abi.encodeWithSelector(Amortization.AmortizationInstalmentOutOfRange.selector, number, 12));
            harness.instalment(LoanMethod.FLAT, 1, 1_200, 12, 0, number, 1);
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
        uint8 method,
        uint32 day
    ) public view {
        AmortizationHarness.Case memory c = AmortizationHarness.Case({
            principal: uint64(bound(principal, 1, MAX_RUPIAH)),
            rateBps: uint16(bound(rateBps, 0, 2_400)),
            months: uint16(bound(months, 1, 360)),
            method: LoanMethod(bound(method, 0, 2)),
            disbursedOn: WibDay.wrap(uint32(bound(day, 0, 60_000))),
            day: WibDay.wrap(0)
        });
        uint256[] memory words = harness.schedule(c);
        uint256 principals;
        uint256 interests;
        for (uint256 i = 0; i < words.length; i += 3) {
            if (i > 0) assertGt(words[i], words[i - 3]);
            principals += words[i + 1];
            interests += words[i + 2];
        }
        assertEq(principals, c.principal);
        assertEq(interests, Amortization.totalInterest(c.principal, c.rateBps, c.months, c.method));
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

    function testFuzz_runningInstalment_FirstDueAfterTheDay(uint32 disbursedOn, uint16 months, uint32 day) public pure {
        WibDay start = WibDay.wrap(uint32(bound(disbursedOn, 0, 60_000)));
        months = uint16(bound(months, 1, 360));
        WibDay today = WibDay.wrap(uint32(bound(day, WibDay.unwrap(start), WibDay.unwrap(start) + 12_000)));
        uint16 running = Amortization.runningInstalment(start, months, today);
        assertGe(running, 1);
        assertLe(running, months);
        if (running < months) assertTrue(WibCalendar.addMonths(start, running) > today);
        if (running > 1) assertFalse(WibCalendar.addMonths(start, running - 1) > today);
    }

    function _assertRunning(uint32 disbursedOn, uint32 day, uint16 expected) private pure {
        assertEq(Amortization.runningInstalment(WibDay.wrap(disbursedOn), 12, WibDay.wrap(day)), expected);
    }
}
