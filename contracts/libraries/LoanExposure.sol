// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILoanBook} from "../interfaces/ILoanBook.sol";
import {LoanNumber, MemberNumber} from "./Types.sol";

/// @title What one member owes in all
library LoanExposure {
    /// @notice Principal that `member` owes, written off or not, and can still draw, in rupiah: by all loans of `newest` and of
    /// the books before it but for `paidOff` (zero: no loan).
    function owedBy(ILoanBook newest, MemberNumber member, LoanNumber paidOff) internal view returns (uint256 owed) {
        for (ILoanBook book = newest; address(book) != address(0); book = book.predecessor()) {
            LoanNumber[] memory loans = book.loansOf(member);
            for (uint256 i = 0; i < loans.length; ++i) {
                if (LoanNumber.unwrap(loans[i]) == LoanNumber.unwrap(paidOff)) continue;
                uint256 amount = uint256(book.outstandingOf(loans[i])) + book.undrawnOf(loans[i]);
                if (amount != 0 && book.loanOf(loans[i]).borrower == member) owed += amount;
            }
        }
    }
}
