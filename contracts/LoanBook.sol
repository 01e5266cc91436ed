// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Writers} from "./Writers.sol";
import {IAuthority} from "./interfaces/IAuthority.sol";
import {ILoanBook} from "./interfaces/ILoanBook.sol";
import {Amortization} from "./libraries/Amortization.sol";
import {LoanProgress, LoanTerms, LoanWords} from "./libraries/LoanWords.sol";
import {LoanMethod, LoanNumber, MemberNumber, ReceiptNumber, WibDay} from "./libraries/Types.sol";
import {WibCalendar} from "./libraries/WibCalendar.sol";

/// @title Running loans and their payments
contract LoanBook is ILoanBook, Writers {
    using LoanWords for LoanTerms;
    using LoanWords for LoanProgress;

    uint16 private constant LEGAL_CAP_BPS = 2_400;
    bytes32 private constant NAME = "LoanBook";

    ILoanBook private immutable PREDECESSOR;
    uint16 private immutable RATE_CAP_BPS;

    /// @inheritdoc ILoanBook
    uint64 public override totalOutstanding;
    /// @inheritdoc ILoanBook
    bool public override isSealed;

    mapping(LoanNumber loan => LoanTerms) private _terms;
    mapping(LoanNumber loan => LoanProgress) private _progress;
    mapping(MemberNumber borrower => uint32) private _running;

    constructor(IAuthority authority_, ILoanBook predecessor_, uint16 rateCapBps_) Writers(authority_) {
        if (rateCapBps_ > LEGAL_CAP_BPS) revert LoanBookCapInvalid(rateCapBps_, LEGAL_CAP_BPS);
        PREDECESSOR = predecessor_;
        RATE_CAP_BPS = rateCapBps_;
    }

    /// @inheritdoc ILoanBook
    function start(Terms calldata terms, uint8 channel, WibDay bookDay) external onlyWriter {
        _create(terms, bookDay, 0);
        _progress[terms.loan] = LoanWords.packProgress(0, 0, 1, 0, 0);
        emit LoanStarted(
            terms.loan,
            terms.borrower,
            terms.guarantor,
            terms.principal,
            terms.rateBps,
            terms.months,
            terms.method,
            channel,
            bookDay,
            terms.documentHash
        );
    }

    /// @inheritdoc ILoanBook
    function open(Terms calldata terms, WibDay disbursedOn, uint64 principalPaid, uint64 interestPaid)
        external
        onlyAdmin
    {
        if (isSealed) revert LoanBookIsSealed();
        if (principalPaid >= terms.principal) revert LoanTermsInvalid(terms.loan);
        LoanTerms stored = _create(terms, disbursedOn, principalPaid);
        LoanProgress atStart = LoanWords.packProgress(0, 0, 1, 0, 0);
        (LoanProgress progress, bool fits) = stored.pay(atStart, uint256(principalPaid) + interestPaid);
        if (!fits || progress.principalPaid() != principalPaid) revert LoanTermsInvalid(terms.loan);
        _progress[terms.loan] = progress;
        emit LoanOpened(
            terms.loan,
            terms.borrower,
            terms.principal,
            principalPaid,
            interestPaid,
            terms.rateBps,
            terms.months,
            terms.method,
            disbursedOn
        );
    }

    /// @inheritdoc ILoanBook
    function seal() external onlyAdmin {
        if (isSealed) revert LoanBookIsSealed();
        isSealed = true;
        emit LoanBookSealed();
    }

    /// @inheritdoc ILoanBook
    function pay(
        LoanNumber loan,
        MemberNumber payer,
        uint64 amount,
        uint8 channel,
        ReceiptNumber receipt,
        WibDay bookDay
    ) external onlyWriter {
        Refusal reason = _pay(loan, payer, amount, channel, receipt, bookDay);
        if (reason != Refusal.NONE) revert LoanRefused(loan, reason);
    }

    /// @inheritdoc ILoanBook
    function tryPay(
        LoanNumber loan,
        MemberNumber payer,
        uint64 amount,
        uint8 channel,
        ReceiptNumber receipt,
        WibDay bookDay
    ) external onlyWriter returns (Refusal) {
        return _pay(loan, payer, amount, channel, receipt, bookDay);
    }

    /// @inheritdoc ILoanBook
    function payOff(
        LoanNumber loan,
        MemberNumber payer,
        uint64 amount,
        uint8 channel,
        ReceiptNumber receipt,
        WibDay bookDay
    ) external onlyWriter {
        LoanTerms terms = _terms[loan];
        LoanProgress progress = _progress[loan];
        Refusal reason = _refusal(terms, progress, payer, amount, bookDay);
        if (reason != Refusal.NONE) revert LoanRefused(loan, reason);
        (uint256 principal, uint256 interest) = terms.payoff(progress, bookDay);
        if (amount != principal + interest) revert LoanRefused(loan, Refusal.WRONG_PAYOFF);

        _progress[loan] =
            LoanWords.packProgress(terms.principal(), progress.interestPaid() + interest, terms.months() + 1, 0, 0);
        totalOutstanding -= uint64(principal);
        emit LoanPaid(loan, payer, receipt, uint64(principal), uint64(interest), channel, bookDay);
        _close(loan, payer, bookDay);
    }

    /// @inheritdoc ILoanBook
    function checkTerms(Terms calldata terms) public view {
        bool valid = LoanNumber.unwrap(terms.loan) != 0 && MemberNumber.unwrap(terms.borrower) != 0
            && terms.guarantor != terms.borrower && terms.principal != 0 && terms.principal <= type(uint56).max
            && terms.months != 0 && terms.months <= Amortization.MAX_MONTHS;
        if (!valid) revert LoanTermsInvalid(terms.loan);
        bool capped =
            Amortization.withinRateCap(terms.principal, terms.rateBps, terms.months, terms.method, 0, RATE_CAP_BPS);
        if (!capped) revert LoanRateAboveCap(terms.rateBps, terms.months, terms.method);
    }

    /// @inheritdoc ILoanBook
    function rateCapBps() external view returns (uint16) {
        return RATE_CAP_BPS;
    }

    /// @inheritdoc ILoanBook
    function predecessor() external view returns (ILoanBook) {
        return PREDECESSOR;
    }

    /// @inheritdoc ILoanBook
    function bookOf(LoanNumber loan) public view returns (ILoanBook) {
        if (_terms[loan].isKnown()) return this;
        return address(PREDECESSOR) == address(0) ? PREDECESSOR : PREDECESSOR.bookOf(loan);
    }

    /// @inheritdoc ILoanBook
    function loanOf(LoanNumber loan) external view returns (Loan memory) {
        LoanTerms terms = _terms[loan];
        LoanProgress progress = _progress[loan];
        return Loan({
            borrower: MemberNumber.wrap(uint32(terms.borrower())),
            guarantor: MemberNumber.wrap(uint32(terms.guarantor())),
            principal: uint64(terms.principal()),
            rateBps: uint16(terms.rateBps()),
            months: uint16(terms.months()),
            method: terms.method(),
            disbursedOn: terms.disbursedOn(),
            annuityPayment: uint64(terms.annuity()),
            closed: terms.isKnown() && progress.principalPaid() == terms.principal(),
            principalPaid: uint64(progress.principalPaid()),
            interestPaid: uint64(progress.interestPaid()),
            instalment: uint16(progress.instalment()),
            instalmentPrincipalPaid: uint64(progress.principalWithin()),
            instalmentInterestPaid: uint64(progress.interestWithin())
        });
    }

    /// @inheritdoc ILoanBook
    function outstandingOf(LoanNumber loan) external view returns (uint64) {
        return uint64(_terms[loan].principal() - _progress[loan].principalPaid());
    }

    /// @inheritdoc ILoanBook
    function runningLoansOf(MemberNumber borrower) external view returns (uint32) {
        return _running[borrower];
    }

    /// @inheritdoc ILoanBook
    function payoffOf(LoanNumber loan, WibDay day) external view returns (uint64 principal, uint64 interest) {
        (uint256 principalPart, uint256 interestPart) = _terms[loan].payoff(_progress[loan], day);
        return (uint64(principalPart), uint64(interestPart));
    }

    /// @inheritdoc ILoanBook
    function scheduleOf(LoanNumber loan)
        external
        view
        returns (WibDay[] memory dueOn, uint64[] memory principal, uint64[] memory interest)
    {
        LoanTerms terms = _terms[loan];
        uint256 months = terms.months();
        dueOn = new WibDay[](months);
        principal = new uint64[](months);
        interest = new uint64[](months);
        uint256 outstanding = terms.principal();
        for (uint256 i = 0; i < months; ++i) {
            dueOn[i] = WibCalendar.addMonths(terms.disbursedOn(), uint32(i + 1));
            (principal[i], interest[i]) = terms.due(i + 1, outstanding);
            outstanding -= principal[i];
        }
    }

    function _create(Terms calldata terms, WibDay disbursedOn, uint64 principalPaid)
        private
        returns (LoanTerms stored)
    {
        address current = AUTHORITY.contractOf(NAME);
        if (current != address(this)) revert LoanBookReplaced(current);
        checkTerms(terms);
        if (disbursedOn > WibCalendar.dayOf(block.timestamp)) revert LoanTermsInvalid(terms.loan);
        if (address(bookOf(terms.loan)) != address(0)) revert LoanExists(terms.loan);
        uint64 annuity = terms.method == LoanMethod.ANNUITY
            ? Amortization.annuityPayment(terms.principal, terms.rateBps, terms.months)
            : 0;
        stored = LoanWords.packTerms(
            MemberNumber.unwrap(terms.borrower),
            MemberNumber.unwrap(terms.guarantor),
            terms.principal,
            terms.rateBps,
            terms.months,
            terms.method,
            uint24(WibDay.unwrap(disbursedOn)),
            annuity
        );
        _terms[terms.loan] = stored;
        totalOutstanding += terms.principal - principalPaid;
        ++_running[terms.borrower];
    }

    function _pay(
        LoanNumber loan,
        MemberNumber payer,
        uint64 amount,
        uint8 channel,
        ReceiptNumber receipt,
        WibDay bookDay
    ) private returns (Refusal reason) {
        LoanTerms terms = _terms[loan];
        LoanProgress progress = _progress[loan];
        reason = _refusal(terms, progress, payer, amount, bookDay);
        if (reason != Refusal.NONE) return reason;
        (LoanProgress moved, bool fits) = terms.pay(progress, amount);
        if (!fits) return Refusal.OVERPAYMENT;

        _progress[loan] = moved;
        uint64 principal = uint64(moved.principalPaid() - progress.principalPaid());
        totalOutstanding -= principal;
        emit LoanPaid(loan, payer, receipt, principal, amount - principal, channel, bookDay);
        if (moved.principalPaid() == terms.principal()) _close(loan, payer, bookDay);
    }

    function _close(LoanNumber loan, MemberNumber borrower, WibDay bookDay) private {
        --_running[borrower];
        emit LoanClosed(loan, bookDay);
    }

    /// @dev Every refusal that does not depend on how much is unpaid. A loan is unknown before the day it was paid out.
    function _refusal(LoanTerms terms, LoanProgress progress, MemberNumber payer, uint64 amount, WibDay bookDay)
        private
        pure
        returns (Refusal)
    {
        if (amount == 0) return Refusal.ZERO_AMOUNT;
        if (!terms.isKnown() || bookDay < terms.disbursedOn()) return Refusal.UNKNOWN_LOAN;
        if (terms.borrower() != MemberNumber.unwrap(payer)) return Refusal.NOT_BORROWER;
        return progress.principalPaid() == terms.principal() ? Refusal.LOAN_CLOSED : Refusal.NONE;
    }
}
