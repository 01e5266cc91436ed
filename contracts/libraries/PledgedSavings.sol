// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAuthority} from "../interfaces/IAuthority.sol";
import {ILoanBook} from "../interfaces/ILoanBook.sol";
import {ISavingsToken} from "../interfaces/ISavingsToken.sol";
import {LoanNumber, Pledge, SavingsKind} from "./Types.sol";

/// @title The savings behind a loan
library PledgedSavings {
    bytes32 private constant SAVINGS_WAJIB = "SavingsWajib";
    bytes32 private constant SAVINGS_SUKARELA = "SavingsSukarela";

    /// @notice The savings that a pledge's lien holds: WAJIB, and SUKARELA for every other kind.
    function tokenOf(IAuthority authority, SavingsKind kind) internal view returns (ISavingsToken) {
        return ISavingsToken(authority.contractOf(kind == SavingsKind.WAJIB ? SAVINGS_WAJIB : SAVINGS_SUKARELA));
    }

    /// @notice Rupiah that liens hold for `loan` of `book` now.
    function heldFor(IAuthority authority, ILoanBook book, LoanNumber loan) internal view returns (uint256 held) {
        Pledge[] memory pledges = book.pledgesOf(loan);
        for (uint256 i = 0; i < pledges.length; ++i) {
            if (pledges[i].amount == 0) continue;
            (uint64 amount,,) = tokenOf(authority, pledges[i].kind).lienOf(pledges[i].member, loan);
            held += amount;
        }
    }
}
