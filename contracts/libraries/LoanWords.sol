// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Amortization} from "./Amortization.sol";
import {LoanMethod, WibDay} from "./Types.sol";

/// @dev The terms in force in one word, from the top: zeros 8 | flags 8 | product 16 | borrower 32 | principal 56 | step 58 |
/// day of the first payout 24 | rate 12 | months 9 | grace 9 | freeze 9 | instalments before 9 | method 3 | rounding
/// exponent 3 bits. Zero for an unknown loan.
type LoanTerms is uint256;

/// @dev All that a payment changes of a plain loan, in one word, from the top: principal paid 64 | interest paid 64 | oldest
/// instalment not wholly paid 16 | principal paid of it 56 | interest paid of it 56 bits. All of the version in force.
type LoanProgress is uint256;

/// @title A loan in two words
/// @dev Principal is below 2^56, rates are at most the legal cap and months at most 360, so that every figure fits its bits
/// and no sum here overflows.
library LoanWords {
    /// @dev The product asks for penalty: the penalty word is kept.
    uint256 internal constant PENALTY = 1;
    /// @dev Penalty is paid before instalments.
    uint256 internal constant PENALTY_FIRST = 2;
    /// @dev There are earlier versions: the history word is kept.
    uint256 internal constant HISTORY = 4;
    uint256 internal constant WRITTEN_OFF = 8;

    uint64 internal constant MAX_PRINCIPAL = type(uint56).max;

    uint256 private constant FLAGS_AT = 240;
    uint256 private constant PRODUCT_AT = 224;
    uint256 private constant BORROWER_AT = 192;
    uint256 private constant PRINCIPAL_AT = 136;
    uint256 private constant STEP_AT = 78;
    uint256 private constant STEP_MASK = (1 << 58) - 1;
    uint256 private constant DAY_AT = 54;
    uint256 private constant RATE_AT = 42;
    uint256 private constant RATE_MASK = (1 << 12) - 1;
    uint256 private constant MONTHS_AT = 33;
    uint256 private constant GRACE_AT = 24;
    uint256 private constant FREEZE_AT = 15;
    uint256 private constant BEFORE_AT = 6;
    uint256 private constant MONTHS_MASK = (1 << 9) - 1;
    uint256 private constant METHOD_AT = 3;
    uint256 private constant EXPONENT_MASK = 7;

    /// @dev Days and the numbers above the schedule: who owes it, how it came about.
    function packTerms(
        Amortization.Schedule memory schedule_,
        uint256 borrower_,
        uint256 product_,
        uint256 flags_,
        WibDay disbursedOn_,
        uint256 instalmentsBefore_,
        uint256 roundingExponent_
    ) internal pure returns (LoanTerms) {
        uint256 upper = flags_ << FLAGS_AT | product_ << PRODUCT_AT | borrower_ << BORROWER_AT
            | uint256(WibDay.unwrap(disbursedOn_)) << DAY_AT;
        uint256 sums = schedule_.principal << PRINCIPAL_AT | schedule_.step << STEP_AT;
        uint256 months_ =
            schedule_.months << MONTHS_AT | schedule_.graceMonths << GRACE_AT | schedule_.freezeMonths << FREEZE_AT;
        uint256 lower = schedule_.rateBps << RATE_AT | instalmentsBefore_ << BEFORE_AT | uint256(schedule_.method)
            << METHOD_AT | roundingExponent_;
        return LoanTerms.wrap(upper | sums | months_ | lower);
    }

    /// @notice The same in the hands of another borrower.
    function withBorrower(LoanTerms terms, uint32 borrower_) internal pure returns (LoanTerms) {
        uint256 others = LoanTerms.unwrap(terms) & ~(uint256(type(uint32).max) << BORROWER_AT);
        return LoanTerms.wrap(others | uint256(borrower_) << BORROWER_AT);
    }

    /// @notice The same with a flag set.
    function withFlag(LoanTerms terms, uint256 flag) internal pure returns (LoanTerms) {
        return LoanTerms.wrap(LoanTerms.unwrap(terms) | flag << FLAGS_AT);
    }

    function isKnown(LoanTerms terms) internal pure returns (bool) {
        return LoanTerms.unwrap(terms) != 0;
    }

    function has(LoanTerms terms, uint256 flag) internal pure returns (bool) {
        return LoanTerms.unwrap(terms) >> FLAGS_AT & flag != 0;
    }

    function flags(LoanTerms terms) internal pure returns (uint256) {
        return LoanTerms.unwrap(terms) >> FLAGS_AT;
    }

    function product(LoanTerms terms) internal pure returns (uint16) {
        return uint16(LoanTerms.unwrap(terms) >> PRODUCT_AT);
    }

    function borrower(LoanTerms terms) internal pure returns (uint32) {
        return uint32(LoanTerms.unwrap(terms) >> BORROWER_AT);
    }

    /// @notice Rupiah outstanding when the version began.
    function principal(LoanTerms terms) internal pure returns (uint256) {
        return uint56(LoanTerms.unwrap(terms) >> PRINCIPAL_AT);
    }

    /// @notice Rupiah, of `Amortization.step`.
    function step(LoanTerms terms) internal pure returns (uint256) {
        return LoanTerms.unwrap(terms) >> STEP_AT & STEP_MASK;
    }

    /// @notice The day of the first payout.
    function disbursedOn(LoanTerms terms) internal pure returns (WibDay) {
        return WibDay.wrap(uint24(LoanTerms.unwrap(terms) >> DAY_AT));
    }

    /// @notice Basis points a year.
    function rateBps(LoanTerms terms) internal pure returns (uint256) {
        return LoanTerms.unwrap(terms) >> RATE_AT & RATE_MASK;
    }

    function months(LoanTerms terms) internal pure returns (uint256) {
        return LoanTerms.unwrap(terms) >> MONTHS_AT & MONTHS_MASK;
    }

    function graceMonths(LoanTerms terms) internal pure returns (uint256) {
        return LoanTerms.unwrap(terms) >> GRACE_AT & MONTHS_MASK;
    }

    function freezeMonths(LoanTerms terms) internal pure returns (uint256) {
        return LoanTerms.unwrap(terms) >> FREEZE_AT & MONTHS_MASK;
    }

    /// @notice Instalments of earlier versions: instalment k is due `instalmentsBefore + k` months after the first payout.
    function instalmentsBefore(LoanTerms terms) internal pure returns (uint256) {
        return LoanTerms.unwrap(terms) >> BEFORE_AT & MONTHS_MASK;
    }

    function method(LoanTerms terms) internal pure returns (LoanMethod) {
        return LoanMethod(LoanTerms.unwrap(terms) >> METHOD_AT & 7);
    }

    function roundingExponent(LoanTerms terms) internal pure returns (uint8) {
        return uint8(LoanTerms.unwrap(terms) & EXPONENT_MASK);
    }

    function schedule(LoanTerms terms) internal pure returns (Amortization.Schedule memory) {
        return Amortization.Schedule({
            method: method(terms),
            principal: principal(terms),
            rateBps: rateBps(terms),
            months: months(terms),
            graceMonths: graceMonths(terms),
            freezeMonths: freezeMonths(terms),
            step: step(terms)
        });
    }

    function packProgress(
        uint256 principalPaid_,
        uint256 interestPaid_,
        uint256 instalment_,
        uint256 principalWithin_,
        uint256 interestWithin_
    ) internal pure returns (LoanProgress) {
        return LoanProgress.wrap(
            principalPaid_ << 192 | interestPaid_ << 128 | instalment_ << 112 | principalWithin_ << 56 | interestWithin_
        );
    }

    /// @notice The same with `amount` rupiah more of interest paid.
    function withInterest(LoanProgress progress, uint256 amount) internal pure returns (LoanProgress) {
        return LoanProgress.wrap(LoanProgress.unwrap(progress) + (amount << 128));
    }

    /// @notice Rupiah of principal paid in this version.
    function principalPaid(LoanProgress progress) internal pure returns (uint256) {
        return LoanProgress.unwrap(progress) >> 192;
    }

    /// @notice Rupiah of interest paid in this version, what was carried into it included.
    function interestPaid(LoanProgress progress) internal pure returns (uint256) {
        return uint64(LoanProgress.unwrap(progress) >> 128);
    }

    /// @notice The oldest instalment that is not wholly paid, from 1.
    function instalment(LoanProgress progress) internal pure returns (uint256) {
        return uint16(LoanProgress.unwrap(progress) >> 112);
    }

    /// @notice Rupiah of principal paid of that instalment.
    function principalWithin(LoanProgress progress) internal pure returns (uint256) {
        return uint56(LoanProgress.unwrap(progress) >> 56);
    }

    /// @notice Rupiah of interest paid of that instalment.
    function interestWithin(LoanProgress progress) internal pure returns (uint256) {
        return uint56(LoanProgress.unwrap(progress));
    }
}
