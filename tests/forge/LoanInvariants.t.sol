// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";
import {ILoanBook} from "../../contracts/interfaces/ILoanBook.sol";
import {LoanProgress, LoanTerms, LoanWords} from "../../contracts/libraries/LoanWords.sol";
import {LoanNumber, MemberNumber, WibDay} from "../../contracts/libraries/Types.sol";
import {LoanHandler} from "./LoanHandler.sol";

/// @dev Numbers as in tests/INVARIANTS.md.
contract LoanInvariants is Test {
    using LoanWords for LoanTerms;
    using LoanWords for LoanProgress;

    uint32 private constant MEMBERS = 6;

    LoanHandler private handler;
    ILoanBook private book;

    function setUp() public {
        handler = new LoanHandler();
        book = handler.book();
        bytes4[] memory selectors = new bytes4[](4);
        selectors[0] = handler.lendOne.selector;
        selectors[1] = handler.pay.selector;
        selectors[2] = handler.payOff.selector;
        selectors[3] = handler.payroll.selector;
        targetSelector(FuzzSelector(address(handler), selectors));
        targetContract(address(handler));
    }

    /// @dev All in one, so that a run of calls is made once for them.
    function invariant_L1_to_L7() public view {
        _principalPaidAndOutstandingIsWhatWasLent();
        _totalIsTheSumOfLoans();
        _runningLoansAreThoseNotClosed();
        _everyRupiahPaidIsPrincipalOrInterest();
        _bankIsWhatCameInLessWhatWasLent();
        _stateDependsOnTheSumPaidAlone();
        _paymentsPassWhenTheyShouldAndOnlyThen();
    }

    function test_handler_EachStepCanHappen() public {
        handler.lendOne(0, 12_000_000, 1_201, 12, 0);
        handler.lendOne(1, 12_000_000, 1_201, 12, 2);
        assertEq(handler.loans(), 2);
        handler.pay(0, 1_000_001, 0);
        assertGt(handler.paid(1), 0);
        handler.payroll([uint256(0), 1, 1], [uint256(50_001), 50_001, 50_001]);
        assertGt(handler.paid(2), 0);
        handler.payOff(1, 2);
        assertTrue(handler.paidOff(2) && _loan(2).closed);
        invariant_L1_to_L7();
    }

    /// L1
    function _principalPaidAndOutstandingIsWhatWasLent() private view {
        uint256 sum = 0;
        for (uint32 loan = 1; loan <= handler.loans(); ++loan) {
            ILoanBook.Loan memory state = _loan(loan);
            uint256 outstanding = book.outstandingOf(LoanNumber.wrap(loan));
            assertEq(state.principalPaid + outstanding, state.principal);
            sum += state.principalPaid + outstanding;
        }
        assertEq(sum, handler.lent());
    }

    /// L2
    function _totalIsTheSumOfLoans() private view {
        uint256 sum = 0;
        for (uint32 loan = 1; loan <= handler.loans(); ++loan) {
            sum += book.outstandingOf(LoanNumber.wrap(loan));
        }
        assertEq(book.totalOutstanding(), sum);
    }

    /// L3
    function _runningLoansAreThoseNotClosed() private view {
        uint32[MEMBERS] memory running;
        for (uint32 loan = 1; loan <= handler.loans(); ++loan) {
            ILoanBook.Loan memory state = _loan(loan);
            assertEq(state.closed, state.principalPaid == state.principal);
            if (!state.closed) ++running[MemberNumber.unwrap(state.borrower) - 1];
        }
        for (uint32 i = 0; i < MEMBERS; ++i) {
            assertEq(book.runningLoansOf(MemberNumber.wrap(i + 1)), running[i]);
        }
    }

    /// L4
    function _everyRupiahPaidIsPrincipalOrInterest() private view {
        for (uint32 loan = 1; loan <= handler.loans(); ++loan) {
            ILoanBook.Loan memory state = _loan(loan);
            assertEq(uint256(state.principalPaid) + state.interestPaid, handler.paid(loan));
        }
    }

    /// L5
    function _bankIsWhatCameInLessWhatWasLent() private view {
        assertEq(handler.bank(), handler.cash());
    }

    /// L6
    function _stateDependsOnTheSumPaidAlone() private view {
        for (uint32 loan = 1; loan <= handler.loans(); ++loan) {
            if (handler.paidOff(loan)) continue;
            ILoanBook.Loan memory state = _loan(loan);
            LoanProgress nothing = LoanWords.packProgress(0, 0, 1, 0, 0);
            (LoanProgress progress, bool fits) = _terms(state).pay(nothing, handler.paid(loan));
            assertTrue(fits);
            assertEq(progress.principalPaid(), state.principalPaid);
            assertEq(progress.instalment(), state.instalment);
            assertEq(progress.principalWithin(), state.instalmentPrincipalPaid);
            assertEq(progress.interestWithin(), state.instalmentInterestPaid);
        }
    }

    /// L7
    function _paymentsPassWhenTheyShouldAndOnlyThen() private view {
        assertEq(handler.surprises(), 0);
    }

    function _loan(uint32 loan) private view returns (ILoanBook.Loan memory) {
        return book.loanOf(LoanNumber.wrap(loan));
    }

    function _terms(ILoanBook.Loan memory state) private pure returns (LoanTerms) {
        return LoanWords.packTerms(
            MemberNumber.unwrap(state.borrower),
            0,
            state.principal,
            state.rateBps,
            state.months,
            state.method,
            uint24(WibDay.unwrap(state.disbursedOn)),
            state.annuityPayment
        );
    }
}
