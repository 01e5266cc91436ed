// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {LoanRecords} from "./LoanRecords.sol";
import {LoanVersions} from "./LoanVersions.sol";
import {Writers} from "./Writers.sol";
import {IAuthority} from "./interfaces/IAuthority.sol";
import {ILoanBook} from "./interfaces/ILoanBook.sol";
import {Amortization} from "./libraries/Amortization.sol";
import {LoanHistories, LoanHistory} from "./libraries/LoanHistory.sol";
import {LoanMoves} from "./libraries/LoanMoves.sol";
import {LoanPenalties, LoanPenalty} from "./libraries/LoanPenalty.sol";
import {LoanProgress, LoanTerms, LoanWords} from "./libraries/LoanWords.sol";
import {LoanNumber, MemberNumber, Pledge, ReceiptNumber, Waterfall, WibDay} from "./libraries/Types.sol";
import {WibCalendar} from "./libraries/WibCalendar.sol";

/// @title Running loans and their payments
contract LoanBook is LoanVersions {
    using LoanHistories for LoanHistory;
    using LoanMoves for LoanTerms;
    using LoanPenalties for LoanPenalty;
    using LoanWords for LoanTerms;
    using LoanWords for LoanProgress;

    uint8 private constant MAX_EXPONENT = 6;
    bytes32 private constant NAME = "LoanBook";
    /// @dev Loans that a payment or a closing looks at more closely.
    uint256 private constant SPECIAL = LoanWords.PENALTY | LoanWords.HISTORY | LoanWords.WRITTEN_OFF;

    constructor(IAuthority authority_, ILoanBook predecessor_, uint16 rateCapBps_)
        Writers(authority_)
        LoanRecords(predecessor_)
        LoanVersions(rateCapBps_)
    {}

    /// @inheritdoc ILoanBook
    function start(Terms calldata terms, Payout calldata payout, Conditions calldata conditions) external onlyWriter {
        if (payout.drawn == 0 || payout.drawn > terms.principal) revert LoanTermsInvalid(terms.loan);
        _create(terms, conditions, payout.drawn, payout.bookDay, payout.bookDay);
        if (payout.drawn != terms.principal) _undrawn[terms.loan] = terms.principal - payout.drawn;
        _progress[terms.loan] = LoanWords.packProgress(0, 0, 1, 0, 0);
        totalOutstanding += payout.drawn;
        _tellStarted(terms, payout, conditions);
        _keepPledges(terms);
    }

    /// @inheritdoc ILoanBook
    function open(
        Terms calldata terms,
        Conditions calldata conditions,
        WibDay disbursedOn,
        uint64 principalPaid,
        uint64 interestPaid
    ) external onlyAdmin {
        if (isSealed) revert LoanBookIsSealed();
        if (principalPaid >= terms.principal) revert LoanTermsInvalid(terms.loan);
        WibDay today = WibCalendar.dayOf(block.timestamp);
        LoanTerms stored = _create(terms, conditions, terms.principal, disbursedOn, today);
        LoanProgress atStart = LoanWords.packProgress(0, 0, 1, 0, 0);
        (LoanProgress progress, bool fits) = stored.pay(atStart, uint256(principalPaid) + interestPaid);
        if (!fits || progress.principalPaid() != principalPaid) revert LoanTermsInvalid(terms.loan);
        _progress[terms.loan] = progress;
        totalOutstanding += terms.principal - principalPaid;
        _tellOpened(terms, conditions, disbursedOn, principalPaid, interestPaid);
        _keepPledges(terms);
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
        Refusal reason = _pay(Payment(loan, payer, amount, channel, receipt, bookDay));
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
        return _pay(Payment(loan, payer, amount, channel, receipt, bookDay));
    }

    /// @inheritdoc ILoanBook
    function payUpTo(
        LoanNumber loan,
        MemberNumber payer,
        uint64 amount,
        uint8 channel,
        ReceiptNumber receipt,
        WibDay bookDay
    ) external onlyWriter returns (uint64 taken) {
        LoanTerms terms = _terms[loan];
        LoanProgress progress = _progress[loan];
        LoanMoves.Unpaid memory unpaid = terms.unpaidUntil(progress, terms.months());
        uint256 owed = unpaid.principal + unpaid.interest + _historyOf(loan, terms).carried();
        owed += _penaltyOwed(loan, terms, _accrued(loan, terms, progress, bookDay));
        taken = owed != 0 && owed < amount ? uint64(owed) : amount;
        Refusal reason = _pay(Payment(loan, payer, taken, channel, receipt, bookDay));
        if (reason != Refusal.NONE) revert LoanRefused(loan, reason);
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
        _payOff(Payment(loan, payer, amount, channel, receipt, bookDay));
    }

    /// @inheritdoc ILoanBook
    function waivePenalty(LoanNumber loan, uint64 penalty, WibDay bookDay, bytes32 reason) external onlyWriter {
        LoanTerms terms = _terms[loan];
        LoanProgress progress = _progress[loan];
        if (!terms.isKnown() || _isClosed(loan, terms, progress)) revert LoanNotRunning(loan);
        _requireDay(loan, terms.disbursedOn(), bookDay);
        LoanPenalty accrued = _accrued(loan, terms, progress, bookDay);
        uint256 owed = _penaltyOwed(loan, terms, accrued);
        if (penalty == 0 || penalty > owed) revert LoanAmountTooHigh(loan, uint64(owed), penalty);
        _penalties[loan] = accrued.waived(penalty);
        emit LoanPenaltyWaived(loan, penalty, bookDay, reason);
        if (_isClosed(loan, terms, progress)) _close(loan, MemberNumber.wrap(terms.borrower()), bookDay);
    }

    /// @inheritdoc ILoanBook
    function assume(LoanNumber loan, MemberNumber to, bytes32 documentHash) external onlyWriter {
        (LoanTerms terms,) = _requireRunning(loan);
        MemberNumber from = MemberNumber.wrap(terms.borrower());
        if (MemberNumber.unwrap(to) == 0 || to == from) revert LoanTermsInvalid(loan);
        _terms[loan] = terms.withBorrower(MemberNumber.unwrap(to));
        delete _undrawn[loan];
        --_running[from];
        ++_running[to];
        _list(to, loan);
        emit LoanAssumed(loan, from, to, documentHash);
    }

    /// @inheritdoc ILoanBook
    function writeOff(LoanNumber loan, WibDay bookDay, bytes32 documentHash) external onlyWriter {
        (LoanTerms terms, LoanProgress progress) = _requireRunning(loan);
        _requireDay(loan, terms.disbursedOn(), bookDay);
        uint64 principal = _outstanding(terms, progress);
        _terms[loan] = terms.withFlag(LoanWords.WRITTEN_OFF);
        totalOutstanding -= principal;
        totalWrittenOff += principal;
        emit LoanWrittenOff(loan, MemberNumber.wrap(terms.borrower()), principal, bookDay, documentHash);
    }

    /// @inheritdoc ILoanBook
    function checkTerms(Terms calldata terms, uint8 roundingExponent) public view {
        bool valid = LoanNumber.unwrap(terms.loan) != 0 && MemberNumber.unwrap(terms.borrower) != 0
            && terms.fee < terms.principal && roundingExponent <= MAX_EXPONENT;
        if (!valid) revert LoanTermsInvalid(terms.loan);
        _checkSchedule(terms.loan, _scheduleOf(terms, terms.principal), terms.fee, roundingExponent);
    }

    /// @param penaltyFrom penalty counts for the days after it
    function _create(
        Terms calldata terms,
        Conditions calldata conditions,
        uint64 drawn,
        WibDay disbursedOn,
        WibDay penaltyFrom
    ) private returns (LoanTerms stored) {
        address current = AUTHORITY.contractOf(NAME);
        if (current != address(this)) revert LoanBookReplaced(current);
        checkTerms(terms, conditions.roundingExponent);
        WibDay today = WibCalendar.dayOf(block.timestamp);
        bool valid = !(disbursedOn > today) && conditions.penaltyBps <= LoanPenalties.MAX_BPS
            && conditions.penaltyCapBps <= LoanPenalties.MAX_BPS;
        if (!valid) revert LoanTermsInvalid(terms.loan);
        if (address(bookOf(terms.loan)) != address(0)) revert LoanExists(terms.loan);
        Amortization.Schedule memory schedule = _scheduleOf(terms, drawn);
        _setStep(schedule, conditions.roundingExponent);
        stored = LoanWords.packTerms(
            schedule,
            MemberNumber.unwrap(terms.borrower),
            terms.product,
            _flagsOf(conditions),
            disbursedOn,
            0,
            conditions.roundingExponent
        );
        _terms[terms.loan] = stored;
        if (conditions.penaltyBps != 0) {
            _penalties[terms.loan] = LoanPenalties.pack(penaltyFrom, conditions.penaltyBps, conditions.penaltyCapBps);
        }
        ++_running[terms.borrower];
        _list(terms.borrower, terms.loan);
    }

    function _keepPledges(Terms calldata terms) private {
        for (uint256 i = 0; i < terms.pledges.length; ++i) {
            Pledge calldata pledge = terms.pledges[i];
            uint256 member = MemberNumber.unwrap(pledge.member);
            _pledges[terms.loan].push(member << 72 | uint256(pledge.kind) << 64 | pledge.amount);
            emit LoanPledged(terms.loan, pledge.member, pledge.kind, pledge.amount);
        }
    }

    /// @dev Lists the loan among those of `borrower`, once.
    function _list(MemberNumber borrower, LoanNumber loan) private {
        LoanNumber[] storage loans = _loans[borrower];
        for (uint256 i = 0; i < loans.length; ++i) {
            if (LoanNumber.unwrap(loans[i]) == LoanNumber.unwrap(loan)) return;
        }
        loans.push(loan);
    }

    function _pay(Payment memory payment) private returns (Refusal reason) {
        LoanTerms terms = _terms[payment.loan];
        LoanProgress progress = _progress[payment.loan];
        reason = _refusal(terms, progress, payment);
        if (reason != Refusal.NONE) return reason;
        if (terms.flags() & SPECIAL != 0) return _paySpecial(terms, progress, payment);
        (LoanProgress moved, bool fits) = terms.pay(progress, payment.amount);
        if (!fits) return Refusal.OVERPAYMENT;
        _progress[payment.loan] = moved;
        uint64 principal = uint64(moved.principalPaid() - progress.principalPaid());
        _book(payment, terms, principal, payment.amount - principal, 0);
        if (moved.principalPaid() == terms.principal()) _close(payment.loan, payment.payer, payment.bookDay);
    }

    /// @dev Of a loan with penalty, earlier versions, or written off.
    function _paySpecial(LoanTerms terms, LoanProgress progress, Payment memory payment) private returns (Refusal) {
        LoanNumber loan = payment.loan;
        LoanHistory history = _historyOf(loan, terms);
        LoanPenalty accrued = _accrued(loan, terms, progress, payment.bookDay);
        uint256 fine = _fineOf(terms, progress, history, payment, _penaltyOwed(loan, terms, accrued));
        uint256 rest = payment.amount - fine;
        uint256 carried = history.carried() < rest ? history.carried() : rest;
        (LoanProgress moved, bool fits) = terms.pay(progress, rest - carried);
        if (!fits) return Refusal.OVERPAYMENT;

        _progress[loan] = moved.withInterest(carried);
        if (carried != 0) _histories[loan] = history.settled(carried);
        if (terms.has(LoanWords.PENALTY)) _penalties[loan] = accrued.paid(fine);
        uint64 principal = uint64(moved.principalPaid() - progress.principalPaid());
        _book(payment, terms, principal, uint64(rest) - principal, uint64(fine));
        if (_isClosed(loan, terms, moved)) _close(loan, payment.payer, payment.bookDay);
        return Refusal.NONE;
    }

    /// @dev What of a payment goes to penalty, of which `owed` rupiah are owed.
    function _fineOf(LoanTerms terms, LoanProgress progress, LoanHistory history, Payment memory payment, uint256 owed)
        private
        pure
        returns (uint256 fine)
    {
        if (owed == 0) return 0;
        fine = payment.amount;
        if (!terms.has(LoanWords.PENALTY_FIRST)) {
            LoanMoves.Unpaid memory due = terms.unpaidUntil(progress, terms.lastDue(payment.bookDay));
            fine = _less(fine, due.principal + due.interest + history.carried());
        }
        if (fine > owed) fine = owed;
    }

    function _payOff(Payment memory payment) private {
        LoanNumber loan = payment.loan;
        LoanTerms terms = _terms[loan];
        LoanProgress progress = _progress[loan];
        Refusal reason = _refusal(terms, progress, payment);
        if (reason != Refusal.NONE) revert LoanRefused(loan, reason);
        (uint64 principal, uint64 interest, uint64 penalty) = _payoff(loan, terms, progress, payment.bookDay);
        if (payment.amount != uint256(principal) + interest + penalty) revert LoanRefused(loan, Refusal.WRONG_PAYOFF);

        if (terms.has(LoanWords.PENALTY)) {
            _penalties[loan] = _accrued(loan, terms, progress, payment.bookDay).paid(penalty);
        }
        if (terms.has(LoanWords.HISTORY)) {
            LoanHistory history = _histories[loan];
            _histories[loan] = history.settled(history.carried());
        }
        _progress[loan] =
            LoanWords.packProgress(terms.principal(), progress.interestPaid() + interest, terms.months() + 1, 0, 0);
        _book(payment, terms, principal, interest, penalty);
        _close(loan, payment.payer, payment.bookDay);
    }

    /// @dev Takes what was paid of principal off the totals, and tells.
    function _book(Payment memory payment, LoanTerms terms, uint64 principal, uint64 interest, uint64 penalty) private {
        (LoanNumber loan, MemberNumber payer, ReceiptNumber receipt) = (payment.loan, payment.payer, payment.receipt);
        (uint8 channel, WibDay bookDay) = (payment.channel, payment.bookDay);
        if (terms.has(LoanWords.WRITTEN_OFF)) {
            totalWrittenOff -= principal;
            emit LoanRecovered(loan, payer, receipt, principal, interest, penalty, channel, bookDay);
        } else {
            totalOutstanding -= principal;
            emit LoanPaid(loan, payer, receipt, principal, interest, penalty, channel, bookDay);
        }
    }

    function _close(LoanNumber loan, MemberNumber borrower, WibDay bookDay) private {
        --_running[borrower];
        emit LoanClosed(loan, bookDay);
    }

    /// @dev Every refusal that does not depend on how much is unpaid. A loan is unknown before the day it was paid out.
    function _refusal(LoanTerms terms, LoanProgress progress, Payment memory payment) private view returns (Refusal) {
        if (payment.amount == 0) return Refusal.ZERO_AMOUNT;
        if (!terms.isKnown() || payment.bookDay < terms.disbursedOn()) return Refusal.UNKNOWN_LOAN;
        if (terms.borrower() != MemberNumber.unwrap(payment.payer)) return Refusal.NOT_BORROWER;
        return _isClosed(payment.loan, terms, progress) ? Refusal.LOAN_CLOSED : Refusal.NONE;
    }

    function _scheduleOf(Terms calldata terms, uint64 principal) private pure returns (Amortization.Schedule memory) {
        return Amortization.Schedule(terms.method, principal, terms.rateBps, terms.months, terms.graceMonths, 0, 0);
    }

    function _flagsOf(Conditions calldata conditions) private pure returns (uint256 flags) {
        if (conditions.penaltyBps == 0) return 0;
        return LoanWords.PENALTY | (conditions.waterfall == Waterfall.PENALTY_FIRST ? LoanWords.PENALTY_FIRST : 0);
    }

    function _tellStarted(Terms calldata terms, Payout calldata payout, Conditions calldata conditions) private {
        emit LoanStarted(
            terms.loan,
            terms.borrower,
            terms.product,
            terms.principal,
            terms.fee,
            terms.rateBps,
            terms.months,
            terms.graceMonths,
            terms.method,
            terms.refinances,
            payout,
            conditions,
            terms.documentHash
        );
    }

    function _tellOpened(
        Terms calldata terms,
        Conditions calldata conditions,
        WibDay disbursedOn,
        uint64 principalPaid,
        uint64 interestPaid
    ) private {
        emit LoanOpened(
            terms.loan,
            terms.borrower,
            terms.product,
            terms.principal,
            principalPaid,
            interestPaid,
            terms.rateBps,
            terms.months,
            terms.graceMonths,
            terms.method,
            conditions,
            disbursedOn
        );
    }
}
