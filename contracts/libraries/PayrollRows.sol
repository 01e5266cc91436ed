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
    function wajib(PayrollRow row) internal pure returns (uint64) {
        return uint56(PayrollRow.unwrap(row) >> 168);
    }

    /// @notice Rupiah for simpanan sukarela.
    function sukarela(PayrollRow row) internal pure returns (uint64) {
        return uint56(PayrollRow.unwrap(row) >> 112);
    }

    function loan(PayrollRow row) internal pure returns (LoanNumber) {
        return LoanNumber.wrap(uint32(PayrollRow.unwrap(row) >> 80));
    }

    /// @notice Rupiah for the loan.
    function angsuran(PayrollRow row) internal pure returns (uint64) {
        return uint56(PayrollRow.unwrap(row) >> 24);
    }

    /// @notice The row's number in the file.
    function number(PayrollRow row) internal pure returns (uint32) {
        return uint24(PayrollRow.unwrap(row));
    }

    /// @notice Whether a loan is named or something paid to one.
    function hasLoan(PayrollRow row) internal pure returns (bool) {
        return uint88(PayrollRow.unwrap(row) >> 24) != 0;
    }

    /// @notice Whether the row pays nothing at all.
    function isEmpty(PayrollRow row) internal pure returns (bool) {
        return (uint112(PayrollRow.unwrap(row) >> 112) | uint56(PayrollRow.unwrap(row) >> 24)) == 0;
    }

    /// @notice Member and loan, of which a file has one accepted row.
    function subject(PayrollRow row) internal pure returns (uint256) {
        return (PayrollRow.unwrap(row) >> 224) << 32 | uint32(PayrollRow.unwrap(row) >> 80);
    }

    /// @notice Member, loan, row: by which a batch is sorted.
    function order(PayrollRow row) internal pure returns (uint256) {
        return subject(row) << 24 | number(row);
    }

    /// @param period year * 100 + month, below 2^24
    function receipt(PayrollRow row, uint32 period) internal pure returns (ReceiptNumber) {
        return Series.number(Series.PAYROLL, uint256(period) << 32 | number(row));
    }

    function members(PayrollRow[] calldata rows) internal pure returns (MemberNumber[] memory result) {
        result = new MemberNumber[](rows.length);
        for (uint256 i; i < rows.length; ++i) {
            result[i] = member(rows[i]);
        }
    }

    function receipts(PayrollRow[] memory rows, uint32 period) internal pure returns (ReceiptNumber[] memory result) {
        result = new ReceiptNumber[](rows.length);
        for (uint256 i; i < rows.length; ++i) {
            result[i] = receipt(rows[i], period);
        }
    }

    /// @notice What to credit, as ISavingsToken.depositBatch takes it, and the sum of all the rows pay, loans included.
    function credits(PayrollRow[] memory rows)
        internal
        pure
        returns (uint256[] memory toWajib, uint256[] memory toSukarela, uint256 sum)
    {
        toWajib = new uint256[](rows.length);
        toSukarela = new uint256[](rows.length);
        uint256 wajibCount;
        uint256 sukarelaCount;
        for (uint256 i; i < rows.length; ++i) {
            PayrollRow row = rows[i];
            uint256 holder = PayrollRow.unwrap(row) >> 224 << 224;
            uint256 amount = wajib(row);
            sum += amount + sukarela(row) + angsuran(row);
            if (amount != 0) toWajib[wajibCount++] = holder | amount;
            amount = sukarela(row);
            if (amount != 0) toSukarela[sukarelaCount++] = holder | amount;
        }
        _cut(toWajib, wajibCount);
        _cut(toSukarela, sukarelaCount);
    }

    /// @notice Shortens `rows` to its first `count`.
    function cut(PayrollRow[] memory rows, uint256 count) internal pure {
        assembly ("memory-safe") {
            mstore(rows, count)
        }
    }

    function _cut(uint256[] memory words, uint256 count) private pure {
        assembly ("memory-safe") {
            mstore(words, count)
        }
    }
}
