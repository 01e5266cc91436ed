// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {LoanMethod, LoanNumber, MemberNumber, WibDay} from "../libraries/Types.sol";

/// @title What can be known of loans without moving anything
/// @notice The same figures as rules/amortization.py, rules/collectibility.py and the page's own schedule.
interface ILoanLens {
    /// @notice Kolektibilitas. By months that the oldest unpaid principal is late: below 3 LANCAR, 3 to 6 KURANG_LANCAR, above 6
    /// DIRAGUKAN while liens cover 75% of what is outstanding, for 21 months at most, MACET otherwise. A month late is complete
    /// on the same day of a later month (or that month's last day); 6 months to the day are still KURANG_LANCAR.
    enum Collectibility {
        LANCAR,
        KURANG_LANCAR,
        DIRAGUKAN,
        MACET
    }

    /// @notice Terms not yet agreed.
    struct Draft {
        uint64 principal;
        uint16 rateBps;
        uint16 months;
        uint16 graceMonths;
        LoanMethod method;
        uint8 roundingExponent;
        WibDay disbursedOn;
    }

    /// @param outstanding rupiah of principal, as `overdue`
    struct AgeingRow {
        uint32 loans;
        uint64 outstanding;
        uint64 overdue;
    }

    /// @notice No principal, or grace as long as the loan, or a unit above 10^6.
    error LensDraftInvalid();
    error LensUnknownLoan(LoanNumber loan);

    /// @notice The schedule that `draft` would give: due days, principal and interest of every instalment.
    /// Reverts with AmortizationMonthsOutOfRange, AnnuityAmbiguous, LensDraftInvalid.
    function preview(Draft calldata draft)
        external
        pure
        returns (WibDay[] memory dueOn, uint64[] memory principal, uint64[] memory interest);

    /// @notice The schedule of the version in force: due days, principal and interest of every instalment.
    function scheduleOf(LoanNumber loan)
        external
        view
        returns (WibDay[] memory dueOn, uint64[] memory principal, uint64[] memory interest);

    /// @notice Principal that is outstanding at the end of `day` if every instalment of the version in force is paid when due,
    /// rupiah.
    function scheduledOutstandingOn(LoanNumber loan, WibDay day) external view returns (uint64);

    /// @notice Days since the oldest instalment was due of which something is unpaid; zero if nothing is overdue.
    function daysLateOf(LoanNumber loan, WibDay day) external view returns (uint32);

    function collectibilityOf(LoanNumber loan, WibDay day) external view returns (Collectibility);

    /// @notice Loans by class on `day`; closed and written-off loans are left out.
    function ageing(LoanNumber[] calldata loans, WibDay day) external view returns (AgeingRow[4] memory rows);

    /// @notice Principal that `member` owes in all loans of this and earlier books, written off or not, rupiah. What they answer
    /// for as a guarantor is not counted.
    function exposureOf(MemberNumber member) external view returns (uint64);

    /// @notice The same with what can still be drawn, without the loan `paidOff` (zero: with all): with the principal of a new
    /// loan it is what the committee's tier goes by.
    function commitmentOf(MemberNumber member, LoanNumber paidOff) external view returns (uint64);

    /// @notice The same of several members together.
    function exposureOfGroup(MemberNumber[] calldata members) external view returns (uint64);
}
