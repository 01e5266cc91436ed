// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {LoanNumber, MemberNumber, ReceiptNumber, Series} from "./Types.sol";

/// @dev A row of a payroll file in one word: member 32 | wajib 56 | sukarela 56 | loan 32 | angsuran 56 | row 24 bits.
type PayrollRow is uint256;

/// @title Rows of payroll files
library PayrollRows {
    function member(PayrollRow row) internal pure returns (MemberNumber) {
        return MemberNumber.wrap(uint32(PayrollRow.unwrap(row) >> 224));
    }

    /// @notice Rupiah for simpanan wajib.
    function wajib(PayrollRow row) internal pure returns (uint256) {
        return PayrollRow.unwrap(row) << 32 >> 200;
    }

    /// @notice Rupiah for simpanan sukarela.
    function sukarela(PayrollRow row) internal pure returns (uint256) {
        return PayrollRow.unwrap(row) << 88 >> 200;
    }

    function loan(PayrollRow row) internal pure returns (LoanNumber) {
        return LoanNumber.wrap(uint32(PayrollRow.unwrap(row) >> 80));
    }

    /// @notice Rupiah for the loan.
    function angsuran(PayrollRow row) internal pure returns (uint256) {
        return PayrollRow.unwrap(row) << 176 >> 200;
    }

    /// @notice The row's number in the file.
    function number(PayrollRow row) internal pure returns (uint256) {
        return PayrollRow.unwrap(row) & 0xffffff;
    }

    /// @notice Whether a loan is named or something paid to one.
    function hasLoan(PayrollRow row) internal pure returns (bool) {
        return PayrollRow.unwrap(row) << 144 >> 168 != 0;
    }

    /// @notice Member and loan, of which a file has one accepted row.
    function subject(PayrollRow row) internal pure returns (uint256) {
        return PayrollRow.unwrap(row) >> 224 << 32 | PayrollRow.unwrap(row) << 144 >> 224;
    }

    /// @param period year * 100 + month, below 2^24
    function receipt(PayrollRow row, uint32 period) internal pure returns (ReceiptNumber) {
        return Series.number(Series.PAYROLL, uint256(period) << 32 | number(row));
    }

    /// @notice What to credit the row's member with, as ISavingsToken.depositBatch takes it.
    function credit(PayrollRow row, uint256 amount) internal pure returns (uint256) {
        return PayrollRow.unwrap(row) >> 224 << 224 | amount;
    }
}
