// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";
import {ILoanBook} from "../../contracts/interfaces/ILoanBook.sol";
import {LoanMoves} from "../../contracts/libraries/LoanMoves.sol";
import {LoanProgress, LoanTerms, LoanWords} from "../../contracts/libraries/LoanWords.sol";
import {LoanNumber, MemberNumber} from "../../contracts/libraries/Types.sol";
import {LoanLifeHandler} from "./LoanLifeHandler.sol";

/// @dev Numbers as in tests/INVARIANTS.md.
contract LoanInvariants is Test {
    using LoanMoves for LoanTerms;
    using LoanWords for LoanProgress;

    uint32 private constant MEMBERS = 6;

    LoanLifeHandler private handler;
    ILoanBook private book;

    function setUp() public {
        handler = new LoanLifeHandler();
        book = handler.book();
        bytes4[] memory selectors = new bytes4[](11);
        selectors[0] = handler.lendOne.selector;
        selectors[1] = handler.pay.selector;
        selectors[2] = handler.payOff.selector;
        selectors[3] = handler.payroll.selector;
        selectors[4] = handler.payAndSave.selector;
        selectors[5] = handler.passTime.selector;
        selectors[6] = handler.amend.selector;
        selectors[7] = handler.draw.selector;
        selectors[8] = handler.waive.selector;
        selectors[9] = handler.writeOff.selector;
        selectors[10] = handler.assume.selector;
        targetSelector(FuzzSelector(address(handler), selectors));
        targetContract(address(handler));
    }

    /// @dev All in one, so that a run of calls is made once for them.
    function invariant_L1_to_L11() public view {
        _principalPaidAndOutstandingIsWhatWasLent();
        _totalsAreTheSumsOfLoans();
        _runningLoansAreThoseNotClosed();
        _everyRupiahPaidIsPrincipalInterestOrPenalty();
        _bankIsWhatCameInLessWhatWasLent();
        _stateDependsOnTheSumPaidAlone();
        _whatIsAllowedPassesAndNothingElse();
        _newVersionsKeepWhatIsOwed();
        _penaltyStaysBelowItsCap();
        _loansAreListedWithWhoeverOwesThem();
        _noMoreIsDrawnThanWasAgreed();
    }

    function test_handler_EachStepCanHappen() public {
        handler.lendOne(0, 12_000_000, 1_201, 12, 0);
        handler.lendOne(1, 12_000_000, 1_201, 12, 2);
        handler.lendOne(2, 12_000_000, 1_201, 12, 1);
        assertEq(handler.loans(), 3);
        handler.pay(0, 1_000_001, 0);
        assertGt(handler.paid(1), 0);
        handler.passTime(70 days);
        uint64 owed = book.arrearsOf(LoanNumber.wrap(2), handler.day()).penalty;
        assertGt(owed, 0);
        handler.waive(1, owed / 2);
        assertGt(handler.waived(2), 0);
        handler.payroll([uint256(0), 1, 1], [uint256(50_001), 50_001, 50_001]);
        assertGt(handler.paid(2), 0);
        handler.amend(1, 1_200, 18, 4, 1);
        assertEq(handler.amendments(), 1);
        handler.draw(2, 1_000_000);
        assertEq(handler.tranches(), 1);
        handler.assume(2, 5);
        assertEq(MemberNumber.unwrap(_loan(3).borrower), 6);
        handler.writeOff(2, 0);
        assertTrue(handler.writtenOff(3));
        handler.payAndSave(2, 1_000_000);
        assertGt(handler.paid(3), 0);
        handler.payOff(1, 2);
        assertTrue(handler.paidOff(2) && _loan(2).closed);
        invariant_L1_to_L11();
    }

    /// L1
    function _principalPaidAndOutstandingIsWhatWasLent() private view {
        uint256 sum = 0;
        for (uint32 loan = 1; loan <= handler.loans(); ++loan) {
            (uint256 principal,,) = handler.booked(loan);
            uint256 drawn = book.drawnOf(LoanNumber.wrap(loan));
            assertEq(principal + book.outstandingOf(LoanNumber.wrap(loan)), drawn);
            sum += drawn;
        }
        assertEq(sum, handler.lent());
    }

    /// L2
    function _totalsAreTheSumsOfLoans() private view {
        uint256 running = 0;
        uint256 lost = 0;
        for (uint32 loan = 1; loan <= handler.loans(); ++loan) {
            uint256 outstanding = book.outstandingOf(LoanNumber.wrap(loan));
            assertEq(_loan(loan).writtenOff, handler.writtenOff(loan));
            if (handler.writtenOff(loan)) lost += outstanding;
            else running += outstanding;
        }
        assertEq(book.totalOutstanding(), running);
        assertEq(book.totalWrittenOff(), lost);
    }

    /// L3
    function _runningLoansAreThoseNotClosed() private view {
        uint32[MEMBERS] memory running;
        for (uint32 loan = 1; loan <= handler.loans(); ++loan) {
            ILoanBook.Loan memory state = _loan(loan);
            uint64 penalty = book.arrearsOf(LoanNumber.wrap(loan), handler.day()).penalty;
            assertEq(state.closed, book.outstandingOf(LoanNumber.wrap(loan)) == 0 && penalty == 0);
            if (!state.closed) ++running[MemberNumber.unwrap(state.borrower) - 1];
            else assertEq(state.interestCarried, 0);
        }
        for (uint32 i = 0; i < MEMBERS; ++i) {
            assertEq(book.runningLoansOf(MemberNumber.wrap(i + 1)), running[i]);
        }
    }

    /// L4
    function _everyRupiahPaidIsPrincipalInterestOrPenalty() private view {
        for (uint32 loan = 1; loan <= handler.loans(); ++loan) {
            ILoanBook.Loan memory state = _loan(loan);
            if (state.version != 1) continue;
            (uint256 principal, uint256 interest, uint256 penalty) = handler.booked(loan);
            assertEq(state.principalPaid, principal);
            assertEq(state.interestPaid, interest);
            assertEq(principal + interest + penalty, handler.paid(loan));
        }
    }

    /// L5
    function _bankIsWhatCameInLessWhatWasLent() private view {
        assertEq(handler.bank(), handler.cash());
    }

    /// L6
    function _stateDependsOnTheSumPaidAlone() private view {
        for (uint32 loan = 1; loan <= handler.loans(); ++loan) {
            ILoanBook.Loan memory state = _loan(loan);
            if (handler.paidOff(loan) || state.version != 1) continue;
            (,, uint256 penalty) = handler.booked(loan);
            LoanProgress nothing = LoanWords.packProgress(0, 0, 1, 0, 0);
            (LoanProgress progress, bool fits) = _terms(state).pay(nothing, handler.paid(loan) - penalty);
            assertTrue(fits);
            assertEq(progress.principalPaid(), state.principalPaid);
            assertEq(progress.instalment(), state.instalment);
            assertEq(progress.principalWithin(), state.instalmentPrincipalPaid);
            assertEq(progress.interestWithin(), state.instalmentInterestPaid);
        }
    }

    /// L7
    function _whatIsAllowedPassesAndNothingElse() private view {
        assertEq(handler.surprises(), 0);
    }

    /// L8
    function _newVersionsKeepWhatIsOwed() private view {
        assertEq(handler.leaks(), 0);
    }

    /// L9
    function _penaltyStaysBelowItsCap() private view {
        for (uint32 loan = 1; loan <= handler.loans(); ++loan) {
            (,, uint256 penalty) = handler.booked(loan);
            uint256 owed = book.arrearsOf(LoanNumber.wrap(loan), handler.day()).penalty;
            uint256 cap = handler.conditionsOf(loan).penaltyCapBps;
            uint256 most = uint256(book.drawnOf(LoanNumber.wrap(loan))) * cap / 10_000;
            assertLe(penalty + handler.waived(loan) + owed, most);
        }
    }

    /// L10
    function _loansAreListedWithWhoeverOwesThem() private view {
        for (uint32 loan = 1; loan <= handler.loans(); ++loan) {
            LoanNumber[] memory listed = book.loansOf(_loan(loan).borrower);
            uint256 times = 0;
            for (uint256 i = 0; i < listed.length; ++i) {
                if (LoanNumber.unwrap(listed[i]) == loan) ++times;
            }
            assertEq(times, 1);
        }
    }

    /// L11
    function _noMoreIsDrawnThanWasAgreed() private view {
        for (uint32 loan = 1; loan <= handler.loans(); ++loan) {
            uint256 drawn = book.drawnOf(LoanNumber.wrap(loan));
            assertLe(drawn + book.undrawnOf(LoanNumber.wrap(loan)), handler.agreed(loan));
        }
    }

    function _loan(uint32 loan) private view returns (ILoanBook.Loan memory) {
        return book.loanOf(LoanNumber.wrap(loan));
    }

    function _terms(ILoanBook.Loan memory state) private view returns (LoanTerms) {
        return LoanWords.packTerms(
            handler.scheduleOf(state),
            MemberNumber.unwrap(state.borrower),
            state.product,
            0,
            state.disbursedOn,
            state.instalmentsBefore,
            state.roundingExponent
        );
    }
}
