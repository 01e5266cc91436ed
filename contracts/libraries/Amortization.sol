// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {LoanMethod, WibDay} from "./Types.sol";
import {WibCalendar} from "./WibCalendar.sol";

/// @title Loan schedules, the same to the rupiah as rules/amortization.py
/// @notice Amounts are whole rupiah, rates basis points a year; a month's rate is `rateBps / 120000`. Every rounding is to
/// the nearest rupiah, halves up: neither side is favoured but for the half itself, which goes to the lender.
library Amortization {
    using SafeCast for uint256;

    /// @dev Divides basis points a year into a month's rate.
    uint256 internal constant MONTHLY = 120_000;
    uint16 internal constant MAX_MONTHS = 360;

    uint256 private constant ONE_Q128 = 1 << 128;

    /// @notice The annuity payment is so near to half a rupiah that 128 bits do not tell which way it rounds: choose
    /// another principal.
    error AnnuityAmbiguous(uint64 principal, uint16 rateBps, uint16 months);
    error AmortizationMonthsOutOfRange(uint16 months);

    /// @param principal rupiah
    /// @param rateBps basis points a year
    /// @param graceMonths instalments at the start that ask for interest only, below `months`
    /// @param freezeMonths instalments at the start without interest
    /// @param step rupiah, of `Amortization.step`
    struct Schedule {
        LoanMethod method;
        uint256 principal;
        uint256 rateBps;
        uint256 months;
        uint256 graceMonths;
        uint256 freezeMonths;
        uint256 step;
    }

    /// @notice The constant payment P * i * (1 + i)^n / ((1 + i)^n - 1) in rupiah; `principal / months` at rate 0.
    /// @dev Exact integers where the powers fit into 256 bits (at 24% up to 41 months), above that bounds from fixed point.
    /// @param principal rupiah
    /// @param rateBps basis points a year
    /// @param months 1 to 360
    function annuityPayment(uint64 principal, uint16 rateBps, uint16 months) internal pure returns (uint64) {
        _checkMonths(months);
        if (rateBps == 0) return principal / months;
        uint256 divisor = _gcd(MONTHLY, rateBps);
        uint256 numerator = rateBps / divisor;
        uint256 denominator = MONTHLY / divisor;
        uint256 bits = months * (Math.log2(numerator + denominator) + 1) + Math.log2(denominator) + 1;
        if (bits <= 256) return _exactPayment(principal, numerator, denominator, months).toUint64();
        (uint256 low, uint256 high) = _paymentBounds(principal, numerator, denominator, months);
        if (low != high) revert AnnuityAmbiguous(principal, rateBps, months);
        return low.toUint64();
    }

    /// @notice What an instalment after the grace pays by its method, in rupiah: of principal for FLAT and DECLINING, rounded
    /// down to the unit; principal and interest of an ANNUITY, rounded up to it; nothing for BULLET.
    /// @param instalments months without those of grace, at least 1
    /// @param roundingExponent the unit is 10^roundingExponent rupiah
    function step(LoanMethod method, uint64 principal, uint16 rateBps, uint16 instalments, uint8 roundingExponent)
        internal
        pure
        returns (uint64)
    {
        if (method == LoanMethod.BULLET) return 0;
        uint256 unit = 10 ** roundingExponent;
        if (method != LoanMethod.ANNUITY || rateBps == 0) return (principal / instalments / unit * unit).toUint64();
        uint256 payment = annuityPayment(principal, rateBps, instalments);
        return ((payment + unit - 1) / unit * unit).toUint64();
    }

    /// @notice What instalment `number` asks for, in rupiah.
    /// @param number of the instalment, 1 to `months`
    /// @param outstanding principal outstanding by schedule before this instalment, rupiah
    /// @dev No overflow: a month's interest is at most the first one's, to which the payment of an ANNUITY is never below.
    function instalment(Schedule memory schedule, uint256 number, uint256 outstanding)
        internal
        pure
        returns (uint256 principalPart, uint256 interestPart)
    {
        LoanMethod method = schedule.method;
        interestPart = interestHalfUp(method == LoanMethod.FLAT ? schedule.principal : outstanding, schedule.rateBps);
        unchecked {
            if (number == schedule.months) {
                principalPart = outstanding;
            } else if (number > schedule.graceMonths) {
                principalPart = schedule.step;
                if (method == LoanMethod.ANNUITY) {
                    principalPart -= interestPart;
                    if (principalPart > outstanding) principalPart = outstanding;
                }
            }
            if (number <= schedule.freezeMonths) interestPart = 0;
        }
    }

    /// @notice The interest of all instalments, in rupiah. Costs gas by the month.
    function totalInterest(Schedule memory schedule) internal pure returns (uint256 interest) {
        uint256 outstanding = schedule.principal;
        for (uint256 number = 1; outstanding != 0; ++number) {
            (uint256 principalPart, uint256 interestPart) = instalment(schedule, number, outstanding);
            outstanding -= principalPart;
            interest += interestPart;
        }
    }

    /// @notice Whether interest and fees are within the cap, declining equivalent: at most the interest of the DECLINING
    /// schedule at `capBps` on the same principal and months, without grace and unit. A rate above the cap never is.
    /// @param fees rupiah
    /// @param capBps basis points a year
    function withinRateCap(Schedule memory schedule, uint64 fees, uint16 capBps) internal pure returns (bool) {
        if (schedule.rateBps > capBps) return false;
        uint256 monthly = schedule.principal / schedule.months;
        Schedule memory capped =
            Schedule(LoanMethod.DECLINING, schedule.principal, capBps, schedule.months, 0, 0, monthly);
        return totalInterest(schedule) + fees <= totalInterest(capped);
    }

    /// @notice How many months after `disbursedOn` something can be due on or before `day`: 0 within the first month.
    function monthsGone(WibDay disbursedOn, WibDay day) internal pure returns (uint256) {
        uint32 from = WibCalendar.monthOf(disbursedOn);
        uint32 to = WibCalendar.monthOf(day);
        if (to <= from) return 0;
        uint32 gone = to - from;
        return WibCalendar.addMonths(disbursedOn, gone) > day ? gone - 1 : gone;
    }

    /// @dev A month's interest, rupiah; below `amount` for every rate a uint16 holds.
    function interestHalfUp(uint256 amount, uint256 rateBps) internal pure returns (uint256) {
        unchecked {
            return (amount * rateBps + MONTHLY / 2) / MONTHLY;
        }
    }

    /// @dev With a month's rate a/b: P * a * (a+b)^n / (b * ((a+b)^n - b^n)). The caller knows that the powers fit.
    function _exactPayment(uint256 principal, uint256 a, uint256 b, uint256 months)
        private
        pure
        returns (uint256 payment)
    {
        unchecked {
            uint256 growth = (a + b) ** months;
            uint256 divisor = b * (growth - b ** months);
            payment = Math.mulDiv(principal * a, growth, divisor);
            uint256 rest = mulmod(principal * a, growth, divisor);
            if (rest >= divisor - rest) ++payment;
        }
    }

    /// @dev P * i / (1 - v^n) grows with v = b / (a + b), so v^n rounded down and up bounds the payment.
    function _paymentBounds(uint256 principal, uint256 a, uint256 b, uint256 months)
        private
        pure
        returns (uint256 low, uint256 high)
    {
        uint256 interest = principal * a * ONE_Q128;
        uint256 discount = b * ONE_Q128;
        low = _divHalfUp(interest, b * (ONE_Q128 - _power(discount / (a + b), months, 0)));
        uint256 discountUp = (discount + a + b - 1) / (a + b);
        high = _divHalfUp(interest, b * (ONE_Q128 - _power(discountUp, months, ONE_Q128 - 1)));
    }

    /// @dev base^exponent in Q128 for a base below one; `roundUp` is 0 to round down, 2^128 - 1 to round up.
    function _power(uint256 base, uint256 exponent, uint256 roundUp) private pure returns (uint256 result) {
        unchecked {
            result = exponent & 1 == 1 ? base : ONE_Q128;
            while ((exponent >>= 1) > 0) {
                base = (base * base + roundUp) >> 128;
                if (exponent & 1 == 1) result = (result * base + roundUp) >> 128;
            }
        }
    }

    function _divHalfUp(uint256 numerator, uint256 denominator) private pure returns (uint256) {
        return (2 * numerator + denominator) / (2 * denominator);
    }

    function _gcd(uint256 a, uint256 b) private pure returns (uint256) {
        unchecked {
            while (b > 0) (a, b) = (b, a % b);
        }
        return a;
    }

    function _checkMonths(uint16 months) private pure {
        if (months == 0 || months > MAX_MONTHS) revert AmortizationMonthsOutOfRange(months);
    }
}
