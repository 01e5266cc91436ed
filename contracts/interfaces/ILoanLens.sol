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

    /// @notice The schedule that `draft` would give: due days, principal and interest of every instalment.
    function preview(Draft calldata draft)
        external
        pure
        returns (WibDay[] memory dueOn, uint64[] memory principal, uint64[] memory interest);

    /// @notice What the loan costs a year: (1 + monthly internal rate of return)^12 - 1 of what the borrower gets (principal less
    /// `fee`) against the instalments, in basis points, rounded half up.
    function effectiveRateBps(Draft calldata draft, uint64 fee) external pure returns (uint32);

    /// @notice Principal that is outstanding after `day` if every instalment is paid when due, rupiah.
    function scheduledOutstandingOn(LoanNumber loan, WibDay day) external view returns (uint64);

    function daysLateOf(LoanNumber loan, WibDay day) external view returns (uint32);

    function collectibilityOf(LoanNumber loan, WibDay day) external view returns (Collectibility);

    /// @notice Loans by class on `day`; closed and written-off loans are left out.
    function ageing(LoanNumber[] calldata loans, WibDay day) external view returns (AgeingRow[4] memory rows);

    /// @notice Principal that `member` owes in all loans, and what they answer for as a guarantor is not counted, rupiah.
    function exposureOf(MemberNumber member) external view returns (uint64);

    /// @notice The same of several members together.
    function exposureOfGroup(MemberNumber[] calldata members) external view returns (uint64);
}
