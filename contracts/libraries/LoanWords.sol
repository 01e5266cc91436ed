// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Amortization} from "./Amortization.sol";
import {LoanMethod, WibDay} from "./Types.sol";

/// @dev Terms of a loan in one word, from the top: borrower 32 | guarantor 32 | principal 64 | rate 16 | months 16 | method 8 |
/// day of disbursement 24 | annuity payment 64 bits. Zero for an unknown loan.
type LoanTerms is uint256;

/// @dev All that a payment changes, in one word, from the top: principal paid 64 | interest paid 64 | oldest instalment not
/// wholly paid 16 | principal paid of it 56 | interest paid of it 56 bits.
type LoanProgress is uint256;

/// @title A loan in two words, and how a payment moves it on
/// @dev Principal is below 2^56 and a month's interest below the principal, so that every figure fits its bits and no sum
/// here overflows.
library LoanWords {
    function packTerms(
        uint32 borrower_,
        uint32 guarantor_,
        uint64 principal_,
        uint16 rateBps_,
        uint16 months_,
        LoanMethod method_,
        uint24 disbursedOn_,
        uint64 annuity_
    ) internal pure returns (LoanTerms) {
        uint256 parties = uint256(borrower_) << 224 | uint256(guarantor_) << 192;
        uint256 cost = uint256(principal_) << 128 | uint256(rateBps_) << 112 | uint256(months_) << 96;
        return LoanTerms.wrap(parties | cost | uint256(method_) << 88 | uint256(disbursedOn_) << 64 | annuity_);
    }

    function borrower(LoanTerms terms) internal pure returns (uint256) {
        return LoanTerms.unwrap(terms) >> 224;
    }

    function guarantor(LoanTerms terms) internal pure returns (uint256) {
        return LoanTerms.unwrap(terms) << 32 >> 224;
    }

    /// @notice Rupiah lent.
    function principal(LoanTerms terms) internal pure returns (uint256) {
        return LoanTerms.unwrap(terms) << 64 >> 192;
    }

    /// @notice Basis points a year.
    function rateBps(LoanTerms terms) internal pure returns (uint256) {
        return LoanTerms.unwrap(terms) << 128 >> 240;
    }

    function months(LoanTerms terms) internal pure returns (uint256) {
        return LoanTerms.unwrap(terms) << 144 >> 240;
    }

    function method(LoanTerms terms) internal pure returns (LoanMethod) {
        return LoanMethod(uint8(LoanTerms.unwrap(terms) >> 88));
    }

    function disbursedOn(LoanTerms terms) internal pure returns (WibDay) {
        return WibDay.wrap(uint24(LoanTerms.unwrap(terms) >> 64));
    }

    /// @notice The constant payment of an ANNUITY, rupiah; zero for other methods.
    function annuity(LoanTerms terms) internal pure returns (uint256) {
        return LoanTerms.unwrap(terms) << 192 >> 192;
    }

    function isKnown(LoanTerms terms) internal pure returns (bool) {
        return LoanTerms.unwrap(terms) != 0;
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

    /// @notice Rupiah of principal paid in all.
    function principalPaid(LoanProgress progress) internal pure returns (uint256) {
        return LoanProgress.unwrap(progress) >> 192;
    }

    /// @notice Rupiah of interest paid in all.
    function interestPaid(LoanProgress progress) internal pure returns (uint256) {
        return LoanProgress.unwrap(progress) << 64 >> 192;
    }

    /// @notice The oldest instalment that is not wholly paid, from 1.
    function instalment(LoanProgress progress) internal pure returns (uint256) {
        return LoanProgress.unwrap(progress) << 128 >> 240;
    }

    /// @notice Rupiah of principal paid of that instalment.
    function principalWithin(LoanProgress progress) internal pure returns (uint256) {
        return LoanProgress.unwrap(progress) << 144 >> 200;
    }

    /// @notice Rupiah of interest paid of that instalment.
    function interestWithin(LoanProgress progress) internal pure returns (uint256) {
        return LoanProgress.unwrap(progress) << 200 >> 200;
    }

    /// @notice What instalment `number` asks for, where `outstanding` is the principal outstanding by schedule before it.
    function due(LoanTerms terms, uint256 number, uint256 outstanding)
        internal
        pure
        returns (uint64 principalPart, uint64 interestPart)
    {
        return Amortization.instalment(
            method(terms),
            uint64(principal(terms)),
            uint16(rateBps(terms)),
            uint16(months(terms)),
            uint64(annuity(terms)),
            uint16(number),
            uint64(outstanding)
        );
    }

    /// @notice Moves on by a payment of `amount` rupiah: the oldest unpaid instalment first, in it interest before principal.
    /// @return moved where the loan is then
    /// @return fits false if `amount` is above all that is unpaid; `moved` says nothing then
    function pay(LoanTerms terms, LoanProgress progress, uint256 amount)
        internal
        pure
        returns (LoanProgress moved, bool fits)
    {
        unchecked {
            uint256 unpaid = principal(terms) - principalPaid(progress);
            uint256 left = amount;
            uint256 number = instalment(progress);
            uint256 ofPrincipal = principalWithin(progress);
            uint256 ofInterest = interestWithin(progress);
            while (left != 0) {
                if (unpaid == 0) return (progress, false);
                (uint256 duePrincipal, uint256 dueInterest) = due(terms, number, unpaid + ofPrincipal);
                if (left < duePrincipal + dueInterest - ofPrincipal - ofInterest) {
                    uint256 interest = dueInterest - ofInterest;
                    if (interest > left) interest = left;
                    ofInterest += interest;
                    ofPrincipal += left - interest;
                    unpaid -= left - interest;
                    break;
                }
                left -= duePrincipal + dueInterest - ofPrincipal - ofInterest;
                unpaid -= duePrincipal - ofPrincipal;
                (number, ofPrincipal, ofInterest) = (number + 1, 0, 0);
            }
            uint256 paid = principal(terms) - unpaid;
            uint256 interestSum = amount - (paid - principalPaid(progress)) + interestPaid(progress);
            return (packProgress(paid, interestSum, number, ofPrincipal, ofInterest), true);
        }
    }

    /// @notice What pays the loan off on `day`, in rupiah: the outstanding principal, and what is unpaid of the interest of
    /// all instalments up to the running one.
    function payoff(LoanTerms terms, LoanProgress progress, WibDay day)
        internal
        pure
        returns (uint256 principalPart, uint256 interestPart)
    {
        principalPart = principal(terms) - principalPaid(progress);
        if (principalPart == 0) return (0, 0);
        uint256 running = Amortization.runningInstalment(disbursedOn(terms), uint16(months(terms)), day);
        uint256 scheduled = principalPart + principalWithin(progress);
        uint256 interest = 0;
        for (uint256 number = instalment(progress); number <= running; ++number) {
            (uint64 duePrincipal, uint64 dueInterest) = due(terms, number, scheduled);
            scheduled -= duePrincipal;
            interest += dueInterest;
        }
        uint256 paid = interestWithin(progress);
        interestPart = interest > paid ? interest - paid : 0;
    }
}
