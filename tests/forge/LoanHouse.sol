// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Books} from "../../contracts/Books.sol";
import {LoanBook} from "../../contracts/LoanBook.sol";
import {LoanDesk} from "../../contracts/LoanDesk.sol";
import {TellerDesk} from "../../contracts/TellerDesk.sol";
import {Writers} from "../../contracts/Writers.sol";
import {ILoanBook} from "../../contracts/interfaces/ILoanBook.sol";
import {ISavingsToken} from "../../contracts/interfaces/ISavingsToken.sol";
import {ITellerDesk} from "../../contracts/interfaces/ITellerDesk.sol";
import {LoanMethod, LoanNumber, ReceiptNumber, Series, SlipKind} from "../../contracts/libraries/Types.sol";
import {SavingsHouse} from "./SavingsHouse.sol";

/// @dev The house with its desks at work, and loans lent by `lend`.
abstract contract LoanHouse is SavingsHouse {
    TellerDesk internal tellerDesk;
    LoanBook internal loanBook;
    LoanDesk internal loanDesk;
    Books internal books;

    uint256 private slips;

    function buildLoanHouse() internal {
        buildHouse();
        loanBook = new LoanBook(authority, ILoanBook(address(0)), 2_400);
        ISavingsToken[4] memory kinds;
        for (uint256 kind = 0; kind < 4; ++kind) {
            kinds[kind] = tokens[kind];
        }
        tellerDesk = new TellerDesk(authority, registry, treasury, kinds, POKOK_AMOUNT);
        loanDesk = new LoanDesk(authority, registry, treasury);
        books = new Books(authority, treasury);
        vm.startPrank(rat);
        _install();
        _setLoanWriters();
        vm.stopPrank();
        vm.warp(vm.getBlockTimestamp() + 31 days);
        authority.enactContract("LoanBook");
        authority.enactContract("TellerDesk");
    }

    function slipNumber() internal returns (ReceiptNumber) {
        return Series.number(Series.SLIP, ++slips);
    }

    function slip(SlipKind kind, uint256 member, uint64 amount, uint32 loan)
        internal
        returns (ITellerDesk.Slip memory)
    {
        return ITellerDesk.Slip(slipNumber(), today(), number(member), kind, 2, 0, amount, LoanNumber.wrap(loan));
    }

    /// @dev Lends past the offer and the signatures, which LoanDesk's own tests are about: the cash goes out as it would.
    function lend(ILoanBook.Terms memory wanted, uint64 drawn, ILoanBook.Conditions memory conditions) internal {
        ReceiptNumber receipt = Series.number(Series.LOAN, LoanNumber.unwrap(wanted.loan));
        vm.startPrank(address(loanDesk));
        treasury.payCash(2, drawn, receipt, today(), false, address(0));
        loanBook.start(wanted, ILoanBook.Payout(drawn, 0, 2, today()), conditions);
        vm.stopPrank();
    }

    function terms(uint32 loan, uint256 member, uint64 principal, uint16 rateBps, uint16 months, LoanMethod method)
        internal
        pure
        returns (ILoanBook.Terms memory wanted)
    {
        wanted.loan = LoanNumber.wrap(loan);
        wanted.borrower = number(member);
        wanted.principal = principal;
        wanted.rateBps = rateBps;
        wanted.months = months;
        wanted.method = method;
    }

    function _install() private {
        authority.guard(address(loanBook));
        authority.installContract("LoanBook", address(loanBook));
        authority.guard(address(tellerDesk));
        authority.installContract("TellerDesk", address(tellerDesk));
    }

    function _setLoanWriters() private {
        uint40 since = uint40(vm.getBlockTimestamp() + 30 days);
        Writers(registry).setWriter(address(tellerDesk), since, 0);
        for (uint256 kind = 0; kind < 4; ++kind) {
            tokens[kind].setWriter(address(tellerDesk), since, 0);
        }
        Writers(treasury).setWriter(address(tellerDesk), since, 0);
        Writers(treasury).setWriter(address(loanDesk), since, 0);
        Writers(treasury).setWriter(address(books), since, 0);
        loanBook.setWriter(address(tellerDesk), since, 0);
        loanBook.setWriter(address(loanDesk), since, 0);
    }
}
