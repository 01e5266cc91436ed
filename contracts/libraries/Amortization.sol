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
    error AmortizationInstalmentOutOfRange(uint16 number, uint16 months);

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

    /// @notice What instalment `number` asks for, in rupiah.
    /// @param principal rupiah lent
    /// @param rateBps basis points a year
    /// @param annuity `annuityPayment` of the loan, rupiah; read for ANNUITY only
    /// @param number of the instalment, 1 to `months`
    /// @param outstanding principal outstanding by schedule before this instalment, rupiah
    function instalment(
        LoanMethod method,
        uint64 principal,
        uint16 rateBps,
        uint16 months,
        uint64 annuity,
        uint16 number,
        uint64 outstanding
    ) internal pure returns (uint64 principalPart, uint64 interestPart) {
        if (number == 0 || number > months) revert AmortizationInstalmentOutOfRange(number, months);
        interestPart = uint64(_interestHalfUp(method == LoanMethod.FLAT ? principal : outstanding, rateBps));
        if (number == months) {
            principalPart = outstanding;
        } else if (method == LoanMethod.ANNUITY) {
            principalPart = annuity - interestPart;
            if (principalPart > outstanding) principalPart = outstanding;
        } else {
            principalPart = principal / months;
        }
    }

    /// @notice The interest of all instalments, in rupiah. Costs gas by the month but for FLAT.
    /// @dev No overflow: a month's interest is at most the first one's, to which the annuity payment is never below.
    function totalInterest(uint64 principal, uint16 rateBps, uint16 months, LoanMethod method)
        internal
        pure
        returns (uint256 interest)
    {
        _checkMonths(months);
        if (method == LoanMethod.FLAT) return months * _interestHalfUp(principal, rateBps);
        bool constantPayment = method == LoanMethod.ANNUITY;
        uint256 step = constantPayment ? annuityPayment(principal, rateBps, months) : principal / months;
        uint256 outstanding = principal;
        unchecked {
            for (uint256 left = months; left > 0; --left) {
                uint256 monthInterest = _interestHalfUp(outstanding, rateBps);
                interest += monthInterest;
                uint256 principalPart = constantPayment ? step - monthInterest : step;
                if (principalPart >= outstanding) break;
                outstanding -= principalPart;
            }
        }
    }

    /// @notice Whether interest and fees are within the cap, declining equivalent: at most the interest of the DECLINING
    /// schedule at `capBps` on the same principal and months.
    /// @param fees rupiah
    /// @param capBps basis points a year
    function withinRateCap(
        uint64 principal,
        uint16 rateBps,
        uint16 months,
        LoanMethod method,
        uint64 fees,
        uint16 capBps
    ) internal pure returns (bool) {
        uint256 cost = totalInterest(principal, rateBps, months, method) + fees;
        return cost <= totalInterest(principal, capBps, months, LoanMethod.DECLINING);
    }

    /// @notice The number of the first instalment due after `day`; the last if none is.
    function runningInstalment(WibDay disbursedOn, uint16 months, WibDay day) internal pure returns (uint16) {
        uint32 from = WibCalendar.monthOf(disbursedOn);
        uint32 to = WibCalendar.monthOf(day);
        uint32 number = to > from ? to - from : 1;
        if (number > months) return months;
        if (!(WibCalendar.addMonths(disbursedOn, number) > day)) ++number;
        return number > months ? months : uint16(number);
    }

    /// @dev A month's interest, rupiah; below `amount` for every rate a uint16 holds.
    function _interestHalfUp(uint256 amount, uint256 rateBps) private pure returns (uint256) {
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
