// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Writers} from "./Writers.sol";
import {IAuthority} from "./interfaces/IAuthority.sol";
import {ILoanBook} from "./interfaces/ILoanBook.sol";
import {Amortization} from "./libraries/Amortization.sol";
import {LoanMethod, LoanNumber, MemberNumber, ReceiptNumber, WibDay} from "./libraries/Types.sol";
import {WibCalendar} from "./libraries/WibCalendar.sol";

/// @title Running loans and their payments
contract LoanBook is ILoanBook, Writers {
    /// @dev One slot. `months` is zero for an unknown loan.
    struct StoredTerms {
        uint32 borrower;
        uint32 guarantor;
        uint64 principal;
        uint16 rateBps;
        uint16 months;
        LoanMethod method;
        uint24 disbursedOn;
        uint64 annuityPayment;
    }

    /// @dev One slot, all that a payment changes of its loan. `instalment` is the oldest one not wholly paid, of which
    /// `principalWithin` and `interestWithin` are paid.
    struct Progress {
        uint64 principalPaid;
        uint64 interestPaid;
        uint16 instalment;
        uint56 principalWithin;
        uint56 interestWithin;
    }

    bytes32 private constant NAME = "LoanBook";

    /// @inheritdoc ILoanBook
    ILoanBook public immutable override predecessor;
    /// @inheritdoc ILoanBook
    uint16 public immutable override rateCapBps;

    /// @inheritdoc ILoanBook
    uint64 public override totalOutstanding;
    /// @inheritdoc ILoanBook
    bool public override isSealed;

    mapping(LoanNumber => StoredTerms) private _terms;
    mapping(LoanNumber => Progress) private _progress;
    mapping(MemberNumber => uint32) private _running;

    constructor(IAuthority authority_, ILoanBook predecessor_, uint16 rateCapBps_) Writers(authority_) {
        predecessor = predecessor_;
        rateCapBps = rateCapBps_;
    }

    /// @inheritdoc ILoanBook
    function start(Terms calldata terms, uint8 channel, WibDay bookDay) external onlyWriter {
        _create(terms, bookDay, 0);
        _progress[terms.loan].instalment = 1;
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
        StoredTerms memory stored = _create(terms, disbursedOn, principalPaid);
        Progress memory progress = Progress(0, 0, 1, 0, 0);
        bool fits = _allocate(stored, progress, uint256(principalPaid) + interestPaid);
        if (!fits || progress.principalPaid != principalPaid) revert LoanTermsInvalid(terms.loan);
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
        StoredTerms memory terms = _terms[loan];
        Progress memory progress = _progress[loan];
        Refusal reason = _refusal(terms, progress, payer, amount, bookDay);
        if (reason != Refusal.NONE) revert LoanRefused(loan, reason);
        (uint64 principal, uint64 interest) = _payoff(terms, progress, bookDay);
        if (amount != uint256(principal) + interest) revert LoanRefused(loan, Refusal.WRONG_PAYOFF);

        _progress[loan] = Progress(terms.principal, progress.interestPaid + interest, terms.months + 1, 0, 0);
        totalOutstanding -= principal;
        emit LoanPaid(loan, payer, receipt, principal, interest, channel, bookDay);
        _close(loan, payer, bookDay);
    }

    /// @inheritdoc ILoanBook
    function checkTerms(Terms calldata terms) public view {
        bool valid = LoanNumber.unwrap(terms.loan) != 0 && MemberNumber.unwrap(terms.borrower) != 0
            && terms.guarantor != terms.borrower && terms.principal != 0 && terms.principal <= type(uint56).max
            && terms.months != 0 && terms.months <= Amortization.MAX_MONTHS;
        if (!valid) revert LoanTermsInvalid(terms.loan);
        bool capped =
            Amortization.withinRateCap(terms.principal, terms.rateBps, terms.months, terms.method, 0, rateCapBps);
        if (!capped) revert LoanRateAboveCap(terms.rateBps, terms.months, terms.method);
    }

    /// @inheritdoc ILoanBook
    function bookOf(LoanNumber loan) public view returns (ILoanBook) {
        if (_terms[loan].months != 0) return this;
        return address(predecessor) == address(0) ? predecessor : predecessor.bookOf(loan);
    }

    /// @inheritdoc ILoanBook
    function loanOf(LoanNumber loan) external view returns (Loan memory) {
        StoredTerms memory terms = _terms[loan];
        Progress memory progress = _progress[loan];
        return Loan({
            borrower: MemberNumber.wrap(terms.borrower),
            guarantor: MemberNumber.wrap(terms.guarantor),
            principal: terms.principal,
            rateBps: terms.rateBps,
            months: terms.months,
            method: terms.method,
            disbursedOn: WibDay.wrap(terms.disbursedOn),
            annuityPayment: terms.annuityPayment,
            closed: terms.months != 0 && progress.principalPaid == terms.principal,
            principalPaid: progress.principalPaid,
            interestPaid: progress.interestPaid,
            instalment: progress.instalment,
            instalmentPrincipalPaid: progress.principalWithin,
            instalmentInterestPaid: progress.interestWithin
        });
    }

    /// @inheritdoc ILoanBook
    function outstandingOf(LoanNumber loan) external view returns (uint64) {
        return _terms[loan].principal - _progress[loan].principalPaid;
    }

    /// @inheritdoc ILoanBook
    function runningLoansOf(MemberNumber borrower) external view returns (uint32) {
        return _running[borrower];
    }

    /// @inheritdoc ILoanBook
    function payoffOf(LoanNumber loan, WibDay day) external view returns (uint64 principal, uint64 interest) {
        return _payoff(_terms[loan], _progress[loan], day);
    }

    /// @inheritdoc ILoanBook
    function scheduleOf(LoanNumber loan)
        external
        view
        returns (WibDay[] memory dueOn, uint64[] memory principal, uint64[] memory interest)
    {
        StoredTerms memory terms = _terms[loan];
        dueOn = new WibDay[](terms.months);
        principal = new uint64[](terms.months);
        interest = new uint64[](terms.months);
        uint64 outstanding = terms.principal;
        for (uint16 number = 1; number <= terms.months; ++number) {
            uint256 i = number - 1;
            dueOn[i] = WibCalendar.addMonths(WibDay.wrap(terms.disbursedOn), number);
            (principal[i], interest[i]) = _due(terms, number, outstanding);
            outstanding -= principal[i];
        }
    }

    function _create(Terms calldata terms, WibDay disbursedOn, uint64 principalPaid)
        private
        returns (StoredTerms memory stored)
    {
        address current = AUTHORITY.contractOf(NAME);
        if (current != address(this)) revert LoanBookReplaced(current);
        checkTerms(terms);
        if (disbursedOn > WibCalendar.dayOf(block.timestamp)) revert LoanTermsInvalid(terms.loan);
        if (address(bookOf(terms.loan)) != address(0)) revert LoanExists(terms.loan);
        stored = StoredTerms({
            borrower: MemberNumber.unwrap(terms.borrower),
            guarantor: MemberNumber.unwrap(terms.guarantor),
            principal: terms.principal,
            rateBps: terms.rateBps,
            months: terms.months,
            method: terms.method,
            disbursedOn: uint24(WibDay.unwrap(disbursedOn)),
            annuityPayment: terms.method == LoanMethod.ANNUITY
                ? Amortization.annuityPayment(terms.principal, terms.rateBps, terms.months)
                : 0
        });
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
        StoredTerms memory terms = _terms[loan];
        Progress memory progress = _progress[loan];
        reason = _refusal(terms, progress, payer, amount, bookDay);
        if (reason != Refusal.NONE) return reason;
        uint64 principalBefore = progress.principalPaid;
        if (!_allocate(terms, progress, amount)) return Refusal.OVERPAYMENT;

        _progress[loan] = progress;
        uint64 principal = progress.principalPaid - principalBefore;
        totalOutstanding -= principal;
        emit LoanPaid(loan, payer, receipt, principal, amount - principal, channel, bookDay);
        if (progress.principalPaid == terms.principal) _close(loan, payer, bookDay);
    }

    function _close(LoanNumber loan, MemberNumber borrower, WibDay bookDay) private {
        --_running[borrower];
        emit LoanClosed(loan, bookDay);
    }

    /// @dev Every refusal that does not depend on how much is unpaid. A loan is unknown before the day it was paid out.
    function _refusal(
        StoredTerms memory terms,
        Progress memory progress,
        MemberNumber payer,
        uint64 amount,
        WibDay bookDay
    ) private pure returns (Refusal) {
        if (amount == 0) return Refusal.ZERO_AMOUNT;
        if (terms.months == 0 || WibDay.unwrap(bookDay) < terms.disbursedOn) return Refusal.UNKNOWN_LOAN;
        if (terms.borrower != MemberNumber.unwrap(payer)) return Refusal.NOT_BORROWER;
        return progress.principalPaid == terms.principal ? Refusal.LOAN_CLOSED : Refusal.NONE;
    }

    /// @dev Moves `progress` on by `amount`: the oldest unpaid instalment first, in it interest before principal. False,
    /// with `progress` spoilt, if `amount` is above all that is unpaid. Touches only the instalments that it pays.
    /// The casts fit: principal is below 2^56, a month's interest below its principal, all interest below 2^64.
    function _allocate(StoredTerms memory terms, Progress memory progress, uint256 amount) private pure returns (bool) {
        uint256 left = amount;
        uint256 principalPaid = progress.principalPaid;
        uint256 interestWithin = progress.interestWithin;
        uint256 principalWithin = progress.principalWithin;
        uint16 number = progress.instalment;
        while (left != 0) {
            if (principalPaid == terms.principal) return false;
            uint64 scheduled = uint64(terms.principal - principalPaid + principalWithin);
            (uint64 duePrincipal, uint64 dueInterest) = _due(terms, number, scheduled);
            uint256 interest = _min(left, dueInterest - interestWithin);
            uint256 principal = _min(left - interest, duePrincipal - principalWithin);
            left -= interest + principal;
            principalPaid += principal;
            interestWithin += interest;
            principalWithin += principal;
            if (interestWithin == dueInterest && principalWithin == duePrincipal) {
                (number, interestWithin, principalWithin) = (number + 1, 0, 0);
            }
        }
        progress.interestPaid += uint64(amount - (principalPaid - progress.principalPaid));
        progress.principalPaid = uint64(principalPaid);
        progress.interestWithin = uint56(interestWithin);
        progress.principalWithin = uint56(principalWithin);
        progress.instalment = number;
        return true;
    }

    function _payoff(StoredTerms memory terms, Progress memory progress, WibDay day)
        private
        pure
        returns (uint64 principal, uint64 interest)
    {
        principal = terms.principal - progress.principalPaid;
        if (principal == 0) return (0, 0);
        uint16 running = Amortization.runningInstalment(WibDay.wrap(terms.disbursedOn), terms.months, day);
        uint64 scheduled = principal + progress.principalWithin;
        for (uint16 number = progress.instalment; number <= running; ++number) {
            (uint64 duePrincipal, uint64 dueInterest) = _due(terms, number, scheduled);
            scheduled -= duePrincipal;
            interest += dueInterest;
        }
        interest = interest > progress.interestWithin ? interest - progress.interestWithin : 0;
    }

    function _due(StoredTerms memory terms, uint16 number, uint64 outstanding)
        private
        pure
        returns (uint64 principal, uint64 interest)
    {
        return Amortization.instalment(
            terms.method, terms.principal, terms.rateBps, terms.months, terms.annuityPayment, number, outstanding
        );
    }

    function _min(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }
}
