// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {LoanRecords} from "./LoanRecords.sol";
import {ILoanBook} from "./interfaces/ILoanBook.sol";
import {Amortization} from "./libraries/Amortization.sol";
import {LoanHistories, LoanHistory} from "./libraries/LoanHistory.sol";
import {LoanMoves} from "./libraries/LoanMoves.sol";
import {LoanProgress, LoanTerms, LoanWords} from "./libraries/LoanWords.sol";
import {LoanNumber, MemberNumber, ReceiptNumber, WibDay} from "./libraries/Types.sol";
import {WibCalendar} from "./libraries/WibCalendar.sol";

/// @title Versions of a loan's terms: tranches and amendments
/// @notice A new version stands on what is outstanding; interest that is due stays due beside it.
abstract contract LoanVersions is LoanRecords {
    using LoanHistories for LoanHistory;
    using LoanMoves for LoanTerms;
    using LoanWords for LoanTerms;
    using LoanWords for LoanProgress;

    /// @dev Who pays (or draws) what, through which channel, on which paper.
    struct Payment {
        LoanNumber loan;
        MemberNumber payer;
        uint64 amount;
        uint8 channel;
        ReceiptNumber receipt;
        WibDay bookDay;
    }

    uint16 private constant LEGAL_CAP_BPS = 2_400;
    uint256 private constant MAX_VERSION = type(uint8).max;

    uint16 private immutable RATE_CAP_BPS;

    constructor(uint16 rateCapBps_) {
        if (rateCapBps_ > LEGAL_CAP_BPS) revert LoanBookCapInvalid(rateCapBps_, LEGAL_CAP_BPS);
        RATE_CAP_BPS = rateCapBps_;
    }

    /// @inheritdoc ILoanBook
    function draw(LoanNumber loan, uint64 amount, uint8 channel, ReceiptNumber receipt, WibDay bookDay)
        external
        onlyWriter
    {
        (LoanTerms terms, LoanProgress progress) = _requireRunning(loan);
        uint256 gone = _gone(terms, progress, bookDay);
        if (amount == 0 || gone >= terms.months()) revert LoanTermsInvalid(loan);
        uint64 available = _undrawn[loan];
        if (amount > available) revert LoanAmountTooHigh(loan, available, amount);
        _undrawn[loan] = available - amount;
        Amortization.Schedule memory schedule = terms.schedule();
        schedule.principal = _outstanding(terms, progress) + amount;
        schedule.months -= gone;
        schedule.graceMonths = _less(schedule.graceMonths, gone);
        schedule.freezeMonths = _less(schedule.freezeMonths, gone);
        LoanHistory history = _newVersion(loan, schedule, 0, bookDay, amount);
        totalOutstanding += amount;
        MemberNumber borrower = MemberNumber.wrap(terms.borrower());
        _tellDrawn(Payment(loan, borrower, amount, channel, receipt, bookDay), history);
    }

    /// @inheritdoc ILoanBook
    function amend(Amendment calldata amendment, WibDay bookDay) external onlyWriter {
        LoanNumber loan = amendment.loan;
        (LoanTerms terms, LoanProgress progress) = _requireRunning(loan);
        uint256 months = terms.instalmentsBefore() + _gone(terms, progress, bookDay) + amendment.months;
        if (months > Amortization.MAX_MONTHS || amendment.freezeMonths > amendment.months) {
            revert LoanTermsInvalid(loan);
        }
        Amortization.Schedule memory schedule = Amortization.Schedule({
            method: amendment.method,
            principal: _outstanding(terms, progress),
            rateBps: amendment.rateBps,
            months: amendment.months,
            graceMonths: amendment.graceMonths,
            freezeMonths: amendment.freezeMonths,
            step: 0
        });
        _checkSchedule(loan, schedule, 0, terms.roundingExponent());
        LoanHistory history = _newVersion(loan, schedule, amendment.interestWaived, bookDay, 0);
        _tellAmended(amendment, history, bookDay);
    }

    /// @inheritdoc ILoanBook
    function rateCapBps() external view returns (uint16) {
        return RATE_CAP_BPS;
    }

    /// @dev Puts `schedule` in the place of the version in force, as docs/decisions/0011-loans.md says.
    function _newVersion(
        LoanNumber loan,
        Amortization.Schedule memory schedule,
        uint64 waived,
        WibDay bookDay,
        uint64 drawn
    ) private returns (LoanHistory history) {
        (LoanTerms terms, LoanProgress progress) = (_terms[loan], _progress[loan]);
        if (schedule.principal > LoanWords.MAX_PRINCIPAL) revert LoanTermsInvalid(loan);
        uint256 gone = _gone(terms, progress, bookDay);
        history = _carryOn(loan, _historyOf(loan, terms), gone, waived, bookDay, drawn);
        if (terms.has(LoanWords.PENALTY)) _penalties[loan] = _accrued(loan, terms, progress, bookDay);
        _setStep(schedule, terms.roundingExponent());
        _progress[loan] = LoanWords.packProgress(0, 0, 1, 0, _paidAhead(loan, progress, schedule, gone));
        _histories[loan] = history;
        _pastTerms[loan][history.version() - 1] = terms;
        _terms[loan] = LoanWords.packTerms(
            schedule,
            terms.borrower(),
            terms.product(),
            terms.flags() | LoanWords.HISTORY,
            terms.disbursedOn(),
            terms.instalmentsBefore() + gone,
            terms.roundingExponent()
        );
    }

    /// @dev What the next version brings with it. Interest of instalments up to number `gone` that is due and unpaid stays due,
    /// less what is waived of it.
    function _carryOn(LoanNumber loan, LoanHistory before, uint256 gone, uint64 waived, WibDay bookDay, uint64 drawn)
        private
        view
        returns (LoanHistory)
    {
        LoanTerms terms = _terms[loan];
        _requireDay(loan, before.began(), bookDay);
        if (before.version() == MAX_VERSION) revert LoanTermsInvalid(loan);
        LoanMoves.Unpaid memory unpaid = terms.unpaidUntil(_progress[loan], gone);
        uint256 carried = before.carried() + unpaid.interest;
        if (waived > carried) revert LoanAmountTooHigh(loan, uint64(carried), waived);
        WibDay since = before.carriedSince();
        if (before.carried() == 0) {
            since = WibDay.wrap(0);
            if (unpaid.interestSince != 0) since = terms.dueDay(unpaid.interestSince);
        }
        return LoanHistories.pack(before.version() + 1, bookDay, before.drawn() + drawn, carried - waived, since);
    }

    function _requireRunning(LoanNumber loan) internal view returns (LoanTerms terms, LoanProgress progress) {
        (terms, progress) = (_terms[loan], _progress[loan]);
        if (!_runs(loan, terms, progress)) revert LoanNotRunning(loan);
    }

    /// @dev Requires a day from `first` to today.
    function _requireDay(LoanNumber loan, WibDay first, WibDay day) internal view {
        if (day < first || day > WibCalendar.dayOf(block.timestamp)) revert LoanDayInvalid(loan, day);
    }

    function _checkSchedule(LoanNumber loan, Amortization.Schedule memory schedule, uint64 fee, uint8 exponent)
        internal
        view
    {
        bool valid = schedule.principal != 0 && schedule.principal <= LoanWords.MAX_PRINCIPAL && schedule.months != 0
            && schedule.months <= Amortization.MAX_MONTHS && schedule.graceMonths < schedule.months;
        if (!valid) revert LoanTermsInvalid(loan);
        _setStep(schedule, exponent);
        if (!Amortization.withinRateCap(schedule, fee, RATE_CAP_BPS)) {
            revert LoanRateAboveCap(uint16(schedule.rateBps), uint16(schedule.months), schedule.method);
        }
    }

    /// @dev Interest paid ahead within the first instalment of the new version, which must ask for as much.
    function _paidAhead(LoanNumber loan, LoanProgress progress, Amortization.Schedule memory schedule, uint256 gone)
        private
        pure
        returns (uint256 ahead)
    {
        if (progress.instalment() <= gone) return 0;
        ahead = progress.interestWithin();
        (, uint256 interest) = Amortization.instalment(schedule, 1, schedule.principal);
        if (ahead > interest) revert LoanTermsInvalid(loan);
    }

    /// @dev Instalments that come before a version that begins on `day`: due by then, or wholly paid ahead. Long after the last
    /// due day they are more than the version had, so that nothing of the next one is due when it begins.
    function _gone(LoanTerms terms, LoanProgress progress, WibDay day) private pure returns (uint256) {
        uint256 due = _less(Amortization.monthsGone(terms.disbursedOn(), day), terms.instalmentsBefore());
        uint256 paid = progress.instalment() - 1;
        return due > paid ? due : paid;
    }

    function _setStep(Amortization.Schedule memory schedule, uint8 exponent) internal pure {
        schedule.step = Amortization.step(
            schedule.method,
            uint64(schedule.principal),
            uint16(schedule.rateBps),
            uint16(schedule.months - schedule.graceMonths),
            exponent
        );
    }

    /// @dev a - b, never below zero.
    function _less(uint256 a, uint256 b) internal pure returns (uint256) {
        return a > b ? a - b : 0;
    }

    function _tellDrawn(Payment memory tranche, LoanHistory history) private {
        LoanTerms terms = _terms[tranche.loan];
        emit LoanDrawn(
            tranche.loan,
            tranche.payer,
            tranche.receipt,
            uint8(history.version()),
            tranche.amount,
            uint64(terms.principal()),
            uint16(terms.months()),
            uint16(terms.graceMonths()),
            uint16(terms.instalmentsBefore()),
            uint64(history.carried()),
            tranche.channel,
            tranche.bookDay
        );
    }

    function _tellAmended(Amendment calldata amendment, LoanHistory history, WibDay bookDay) private {
        LoanTerms terms = _terms[amendment.loan];
        emit LoanAmended(
            amendment.loan,
            uint8(history.version()),
            amendment,
            uint64(terms.principal()),
            uint16(terms.instalmentsBefore()),
            uint64(history.carried()),
            bookDay
        );
    }
}
