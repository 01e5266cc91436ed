// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAuthority} from "./interfaces/IAuthority.sol";
import {ILoanBook} from "./interfaces/ILoanBook.sol";
import {ILoanLens} from "./interfaces/ILoanLens.sol";
import {Amortization} from "./libraries/Amortization.sol";
import {Kolektibilitas} from "./libraries/Kolektibilitas.sol";
import {LoanExposure} from "./libraries/LoanExposure.sol";
import {PledgedSavings} from "./libraries/PledgedSavings.sol";
import {LoanNumber, MemberNumber, WibDay} from "./libraries/Types.sol";
import {WibCalendar} from "./libraries/WibCalendar.sol";

/// @title What can be known of loans without moving anything
contract LoanLens is ILoanLens {
    bytes32 private constant LOAN_BOOK = "LoanBook";
    uint8 private constant MAX_EXPONENT = 6;

    IAuthority private immutable AUTHORITY;

    constructor(IAuthority authority_) {
        AUTHORITY = authority_;
    }

    /// @inheritdoc ILoanLens
    function preview(Draft calldata draft)
        external
        pure
        returns (WibDay[] memory dueOn, uint64[] memory principal, uint64[] memory interest)
    {
        return _layOut(_scheduleOf(draft), draft.disbursedOn, 0);
    }

    /// @inheritdoc ILoanLens
    function scheduleOf(LoanNumber loan)
        public
        view
        returns (WibDay[] memory dueOn, uint64[] memory principal, uint64[] memory interest)
    {
        ILoanBook.Loan memory found = _bookOf(loan).loanOf(loan);
        uint16 instalments = found.months - found.graceMonths;
        Amortization.Schedule memory schedule = Amortization.Schedule({
            method: found.method,
            principal: found.principal,
            rateBps: found.rateBps,
            months: found.months,
            graceMonths: found.graceMonths,
            freezeMonths: found.freezeMonths,
            step: Amortization.step(found.method, found.principal, found.rateBps, instalments, found.roundingExponent)
        });
        return _layOut(schedule, found.disbursedOn, found.instalmentsBefore);
    }

    /// @inheritdoc ILoanLens
    function scheduledOutstandingOn(LoanNumber loan, WibDay day) external view returns (uint64 outstanding) {
        (WibDay[] memory dueOn, uint64[] memory principal,) = scheduleOf(loan);
        for (uint256 i = 0; i < dueOn.length; ++i) {
            if (dueOn[i] > day) outstanding += principal[i];
        }
    }

    /// @inheritdoc ILoanLens
    function daysLateOf(LoanNumber loan, WibDay day) external view returns (uint32) {
        WibDay since = _bookOf(loan).arrearsOf(loan, day).dueSince;
        return WibDay.unwrap(since) == 0 ? 0 : WibDay.unwrap(day) - WibDay.unwrap(since);
    }

    /// @inheritdoc ILoanLens
    function collectibilityOf(LoanNumber loan, WibDay day) external view returns (Collectibility) {
        ILoanBook book = _bookOf(loan);
        return _classOf(book, loan, book.arrearsOf(loan, day), day);
    }

    /// @inheritdoc ILoanLens
    function ageing(LoanNumber[] calldata loans, WibDay day) external view returns (AgeingRow[4] memory rows) {
        for (uint256 i = 0; i < loans.length; ++i) {
            ILoanBook book = _bookOf(loans[i]);
            ILoanBook.Loan memory loan = book.loanOf(loans[i]);
            if (loan.closed || loan.writtenOff) continue;
            ILoanBook.Arrears memory arrears = book.arrearsOf(loans[i], day);
            AgeingRow memory row = rows[uint8(_classOf(book, loans[i], arrears, day))];
            ++row.loans;
            row.outstanding += book.outstandingOf(loans[i]);
            row.overdue += arrears.principal;
        }
    }

    /// @inheritdoc ILoanLens
    function exposureOfGroup(MemberNumber[] calldata members) external view returns (uint64 exposure) {
        for (uint256 i = 0; i < members.length; ++i) {
            exposure += exposureOf(members[i]);
        }
    }

    /// @inheritdoc ILoanLens
    function exposureOf(MemberNumber member) public view returns (uint64 exposure) {
        for (ILoanBook book = _currentBook(); address(book) != address(0); book = book.predecessor()) {
            LoanNumber[] memory loans = book.loansOf(member);
            for (uint256 i = 0; i < loans.length; ++i) {
                if (book.loanOf(loans[i]).borrower == member) exposure += book.outstandingOf(loans[i]);
            }
        }
    }

    /// @inheritdoc ILoanLens
    function commitmentOf(MemberNumber member, LoanNumber paidOff) external view returns (uint64) {
        return uint64(LoanExposure.owedBy(_currentBook(), member, paidOff));
    }

    function _scheduleOf(Draft calldata draft) private pure returns (Amortization.Schedule memory) {
        uint16 months = draft.months;
        if (months == 0 || months > Amortization.MAX_MONTHS) revert Amortization.AmortizationMonthsOutOfRange(months);
        bool valid = draft.principal != 0 && draft.principal <= type(uint56).max && draft.graceMonths < months
            && draft.roundingExponent <= MAX_EXPONENT;
        if (!valid) revert LensDraftInvalid();
        uint64 step = Amortization.step(
            draft.method, draft.principal, draft.rateBps, months - draft.graceMonths, draft.roundingExponent
        );
        return Amortization.Schedule(draft.method, draft.principal, draft.rateBps, months, draft.graceMonths, 0, step);
    }

    /// @param before instalments of earlier versions
    function _layOut(Amortization.Schedule memory schedule, WibDay disbursedOn, uint256 before)
        private
        pure
        returns (WibDay[] memory dueOn, uint64[] memory principal, uint64[] memory interest)
    {
        uint256 months = schedule.months;
        dueOn = new WibDay[](months);
        principal = new uint64[](months);
        interest = new uint64[](months);
        uint256 outstanding = schedule.principal;
        for (uint256 i = 0; i < months; ++i) {
            (uint256 ofPrincipal, uint256 ofInterest) = Amortization.instalment(schedule, i + 1, outstanding);
            outstanding -= ofPrincipal;
            dueOn[i] = WibCalendar.addMonths(disbursedOn, uint32(before + i + 1));
            (principal[i], interest[i]) = (uint64(ofPrincipal), uint64(ofInterest));
        }
    }

    function _classOf(ILoanBook book, LoanNumber loan, ILoanBook.Arrears memory arrears, WibDay day)
        private
        view
        returns (Collectibility)
    {
        uint256 secured = PledgedSavings.heldFor(AUTHORITY, book, loan);
        return Kolektibilitas.classOf(arrears.principalDueSince, day, secured, book.outstandingOf(loan));
    }

    function _currentBook() private view returns (ILoanBook) {
        return ILoanBook(AUTHORITY.contractOf(LOAN_BOOK));
    }

    function _bookOf(LoanNumber loan) private view returns (ILoanBook book) {
        book = _currentBook().bookOf(loan);
        if (address(book) == address(0)) revert LensUnknownLoan(loan);
    }
}
