// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Amortization} from "./Amortization.sol";
import {LoanProgress, LoanTerms, LoanWords} from "./LoanWords.sol";
import {WibDay} from "./Types.sol";
import {WibCalendar} from "./WibCalendar.sol";

/// @title How a loan moves on, and what is unpaid of it
/// @dev The same as rules/loans.py. Figures are rupiah; instalments are numbered from 1 in each version.
library LoanMoves {
    using LoanWords for LoanTerms;
    using LoanWords for LoanProgress;

    /// @param principal rupiah unpaid of the instalments that were asked about, as interest
    /// @param overdueDays rupiah x days
    /// @param since the first of them of which something is unpaid, zero if none, as principalSince and interestSince
    struct Unpaid {
        uint256 principal;
        uint256 interest;
        uint256 since;
        uint256 principalSince;
        uint256 interestSince;
        uint256 overdueDays;
    }

    /// @notice Moves on by a payment of `amount` rupiah: the oldest unpaid instalment first, in it interest before principal.
    /// @return moved where the loan is then
    /// @return fits false if `amount` is above all that is unpaid; `moved` says nothing then
    function pay(LoanTerms terms, LoanProgress progress, uint256 amount)
        internal
        pure
        returns (LoanProgress moved, bool fits)
    {
        Amortization.Schedule memory schedule = terms.schedule();
        unchecked {
            uint256 unpaid = schedule.principal - progress.principalPaid();
            uint256 left = amount;
            uint256 number = progress.instalment();
            uint256 ofPrincipal = progress.principalWithin();
            uint256 ofInterest = progress.interestWithin();
            while (left != 0) {
                if (unpaid == 0) return (progress, false);
                (uint256 duePrincipal, uint256 dueInterest) =
                    Amortization.instalment(schedule, number, unpaid + ofPrincipal);
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
            uint256 paid = schedule.principal - unpaid;
            uint256 interestSum = amount - (paid - progress.principalPaid()) + progress.interestPaid();
            return (LoanWords.packProgress(paid, interestSum, number, ofPrincipal, ofInterest), true);
        }
    }

    /// @notice What is unpaid of the instalments up to number `last`.
    function unpaidUntil(LoanTerms terms, LoanProgress progress, uint256 last)
        internal
        pure
        returns (Unpaid memory unpaid)
    {
        return _walk(terms, progress, last, 0, 0);
    }

    /// @notice What is overdue, times the days from `from` (exclusive) to `to` (inclusive) that it is: rupiah x days.
    function overdueDays(LoanTerms terms, LoanProgress progress, uint256 from, uint256 to)
        internal
        pure
        returns (uint256)
    {
        return _walk(terms, progress, lastDue(terms, WibDay.wrap(uint32(to))), from, to).overdueDays;
    }

    /// @notice Days after `due` that lie after `from`, up to `to`.
    function daysAfter(uint256 due, uint256 from, uint256 to) internal pure returns (uint256) {
        uint256 start = due > from ? due : from;
        return to > start ? to - start : 0;
    }

    /// @notice The day instalment `number` of the version in force is due.
    function dueDay(LoanTerms terms, uint256 number) internal pure returns (WibDay) {
        return WibCalendar.addMonths(terms.disbursedOn(), uint32(terms.instalmentsBefore() + number));
    }

    /// @notice The number of the last instalment that is due on `day` or before; zero if none is.
    function lastDue(LoanTerms terms, WibDay day) internal pure returns (uint256) {
        uint256 gone = Amortization.monthsGone(terms.disbursedOn(), day);
        uint256 before = terms.instalmentsBefore();
        if (gone <= before) return 0;
        uint256 months = terms.months();
        return gone - before > months ? months : gone - before;
    }

    /// @notice The first instalment that is due after `day`; the last if none is.
    function running(LoanTerms terms, WibDay day) internal pure returns (uint256) {
        uint256 last = lastDue(terms, day);
        return last < terms.months() ? last + 1 : last;
    }

    /// @dev No overflow: every sum is below 360 x 2^58 rupiah, and what was paid within an instalment is at most its part.
    function _walk(LoanTerms terms, LoanProgress progress, uint256 last, uint256 from, uint256 to)
        private
        pure
        returns (Unpaid memory unpaid)
    {
        Amortization.Schedule memory schedule = terms.schedule();
        uint256 number = progress.instalment();
        uint256 scheduled = schedule.principal - progress.principalPaid() + progress.principalWithin();
        uint256 ofPrincipal = progress.principalWithin();
        uint256 ofInterest = progress.interestWithin();
        unchecked {
            for (; number <= last && scheduled != 0; ++number) {
                (uint256 principal, uint256 interest) = Amortization.instalment(schedule, number, scheduled);
                scheduled -= principal;
                principal -= ofPrincipal;
                interest -= ofInterest;
                (ofPrincipal, ofInterest) = (0, 0);
                if (unpaid.since == 0 && principal | interest != 0) unpaid.since = number;
                if (unpaid.principalSince == 0 && principal != 0) unpaid.principalSince = number;
                if (unpaid.interestSince == 0 && interest != 0) unpaid.interestSince = number;
                unpaid.principal += principal;
                unpaid.interest += interest;
                if (to == 0) continue;
                uint256 due = WibDay.unwrap(dueDay(terms, number));
                unpaid.overdueDays += (principal + interest) * daysAfter(due, from, to);
            }
        }
    }
}
