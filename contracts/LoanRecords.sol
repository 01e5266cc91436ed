// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Writers} from "./Writers.sol";
import {ILoanBook} from "./interfaces/ILoanBook.sol";
import {LoanHistories, LoanHistory} from "./libraries/LoanHistory.sol";
import {LoanMoves} from "./libraries/LoanMoves.sol";
import {LoanPenalties, LoanPenalty} from "./libraries/LoanPenalty.sol";
import {LoanProgress, LoanTerms, LoanWords} from "./libraries/LoanWords.sol";
import {LoanMethod, LoanNumber, MemberNumber, Pledge, SavingsKind, WibDay} from "./libraries/Types.sol";

/// @title What is kept of every loan, and what can be known of it
/// @notice What may change it is LoanBook's.
/// @dev A plain loan is two words. Penalty and earlier versions have a word each, read only where the terms' flags say so.
abstract contract LoanRecords is ILoanBook, Writers {
    using LoanHistories for LoanHistory;
    using LoanMoves for LoanTerms;
    using LoanPenalties for LoanPenalty;
    using LoanWords for LoanTerms;
    using LoanWords for LoanProgress;

    ILoanBook internal immutable PREDECESSOR;

    /// @inheritdoc ILoanBook
    uint64 public override totalOutstanding;
    /// @inheritdoc ILoanBook
    uint64 public override totalWrittenOff;
    /// @inheritdoc ILoanBook
    bool public override isSealed;

    mapping(LoanNumber loan => LoanTerms) internal _terms;
    mapping(LoanNumber loan => LoanProgress) internal _progress;
    mapping(LoanNumber loan => LoanPenalty) internal _penalties;
    mapping(LoanNumber loan => LoanHistory) internal _histories;
    /// @dev Earlier versions, as they were agreed on.
    mapping(LoanNumber loan => mapping(uint256 version => LoanTerms)) internal _pastTerms;
    /// @dev A word a pledge, from the top: zeros 152 | member 32 | kind 8 | rupiah 64.
    mapping(LoanNumber loan => uint256[]) internal _pledges;
    /// @dev Rupiah of the agreed principal that was not paid out yet; says nothing once the loan runs no more.
    mapping(LoanNumber loan => uint64) internal _undrawn;
    mapping(MemberNumber borrower => uint32) internal _running;
    mapping(MemberNumber borrower => LoanNumber[]) internal _loans;

    constructor(ILoanBook predecessor_) {
        PREDECESSOR = predecessor_;
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
    function loanOf(LoanNumber loan) external view returns (Loan memory found) {
        LoanTerms terms = _terms[loan];
        LoanProgress progress = _progress[loan];
        LoanHistory history = _historyOf(loan, terms);
        found = _describe(terms, uint8(history.version()));
        found.closed = terms.isKnown() && _isClosed(loan, terms, progress);
        found.writtenOff = terms.has(LoanWords.WRITTEN_OFF);
        found.interestCarried = uint64(history.carried());
        found.principalPaid = uint64(progress.principalPaid());
        found.interestPaid = uint64(progress.interestPaid());
        found.instalment = uint16(progress.instalment());
        found.instalmentPrincipalPaid = uint64(progress.principalWithin());
        found.instalmentInterestPaid = uint64(progress.interestWithin());
    }

    /// @inheritdoc ILoanBook
    function versionOf(LoanNumber loan, uint8 version) external view returns (Loan memory) {
        return _describe(_pastTerms[loan][version], version);
    }

    /// @inheritdoc ILoanBook
    function pledgesOf(LoanNumber loan) external view returns (Pledge[] memory pledges) {
        uint256[] memory words = _pledges[loan];
        pledges = new Pledge[](words.length);
        for (uint256 i = 0; i < words.length; ++i) {
            (uint256 member, uint256 kind) = (words[i] >> 72, uint8(words[i] >> 64));
            pledges[i] = Pledge(MemberNumber.wrap(uint32(member)), SavingsKind(kind), uint64(words[i]));
        }
    }

    /// @inheritdoc ILoanBook
    function drawnOf(LoanNumber loan) external view returns (uint64) {
        return uint64(_historyOf(loan, _terms[loan]).drawn());
    }

    /// @inheritdoc ILoanBook
    function undrawnOf(LoanNumber loan) external view returns (uint64) {
        return _runs(loan, _terms[loan], _progress[loan]) ? _undrawn[loan] : 0;
    }

    /// @inheritdoc ILoanBook
    function outstandingOf(LoanNumber loan) external view returns (uint64) {
        return _outstanding(_terms[loan], _progress[loan]);
    }

    /// @inheritdoc ILoanBook
    function runningLoansOf(MemberNumber borrower) external view returns (uint32) {
        return _running[borrower];
    }

    /// @inheritdoc ILoanBook
    function loansOf(MemberNumber borrower) external view returns (LoanNumber[] memory) {
        return _loans[borrower];
    }

    /// @inheritdoc ILoanBook
    function payoffOf(LoanNumber loan, WibDay day)
        external
        view
        returns (uint64 principal, uint64 interest, uint64 penalty)
    {
        LoanTerms terms = _terms[loan];
        if (!terms.isKnown()) return (0, 0, 0);
        return _payoff(loan, terms, _progress[loan], day);
    }

    /// @inheritdoc ILoanBook
    function arrearsOf(LoanNumber loan, WibDay day) external view returns (Arrears memory arrears) {
        LoanTerms terms = _terms[loan];
        if (!terms.isKnown() || WibDay.unwrap(day) == 0) return arrears;
        LoanProgress progress = _progress[loan];
        uint256 last = terms.lastDue(WibDay.wrap(WibDay.unwrap(day) - 1));
        LoanMoves.Unpaid memory unpaid = terms.unpaidUntil(progress, last);
        LoanHistory history = _historyOf(loan, terms);
        if (unpaid.since != 0) arrears.dueSince = terms.dueDay(unpaid.since);
        if (unpaid.principalSince != 0) arrears.principalDueSince = terms.dueDay(unpaid.principalSince);
        (arrears.principal, arrears.interest) = (uint64(unpaid.principal), uint64(unpaid.interest));
        if (history.carried() != 0 && history.carriedSince() < day) {
            arrears.interest += uint64(history.carried());
            arrears.dueSince = history.carriedSince();
        }
        arrears.penalty = uint64(_penaltyOwed(loan, terms, _accrued(loan, terms, progress, day)));
    }

    function _describe(LoanTerms terms, uint8 version) private pure returns (Loan memory found) {
        found.borrower = MemberNumber.wrap(terms.borrower());
        found.product = terms.product();
        found.version = version;
        found.principal = uint64(terms.principal());
        found.rateBps = uint16(terms.rateBps());
        found.months = uint16(terms.months());
        found.graceMonths = uint16(terms.graceMonths());
        found.freezeMonths = uint16(terms.freezeMonths());
        found.instalmentsBefore = uint16(terms.instalmentsBefore());
        found.roundingExponent = terms.roundingExponent();
        found.method = terms.method();
        found.disbursedOn = terms.disbursedOn();
        found.annuityPayment = terms.method() == LoanMethod.ANNUITY ? uint64(terms.step()) : 0;
    }

    /// @dev Outstanding principal, unpaid interest up to the running instalment, penalty.
    function _payoff(LoanNumber loan, LoanTerms terms, LoanProgress progress, WibDay day)
        internal
        view
        returns (uint64 principal, uint64 interest, uint64 penalty)
    {
        principal = _outstanding(terms, progress);
        uint256 ofInstalments = terms.unpaidUntil(progress, terms.running(day)).interest;
        interest = uint64(ofInstalments + _historyOf(loan, terms).carried());
        penalty = uint64(_penaltyOwed(loan, terms, _accrued(loan, terms, progress, day)));
    }

    /// @dev The penalty as it stands when `day` begins: a day before the last one counted changes nothing.
    function _accrued(LoanNumber loan, LoanTerms terms, LoanProgress progress, WibDay day)
        internal
        view
        returns (LoanPenalty penalty)
    {
        if (!terms.has(LoanWords.PENALTY)) return penalty;
        penalty = _penalties[loan];
        uint256 from = penalty.through();
        uint256 today = WibDay.unwrap(day);
        if (today <= from + 1) return penalty;
        uint256 sum = terms.overdueDays(progress, from, today - 1);
        LoanHistory history = _historyOf(loan, terms);
        uint256 since = WibDay.unwrap(history.carriedSince());
        sum += history.carried() * LoanMoves.daysAfter(since, from, today - 1);
        return penalty.grown(sum, today - 1);
    }

    function _penaltyOwed(LoanNumber loan, LoanTerms terms, LoanPenalty penalty) internal view returns (uint256) {
        return terms.has(LoanWords.PENALTY) ? penalty.owed(_historyOf(loan, terms).drawn()) : 0;
    }

    /// @dev A loan without earlier versions is in its first since it was paid out.
    function _historyOf(LoanNumber loan, LoanTerms terms) internal view returns (LoanHistory) {
        if (terms.has(LoanWords.HISTORY)) return _histories[loan];
        uint256 version = terms.isKnown() ? 1 : 0;
        return LoanHistories.pack(version, terms.disbursedOn(), terms.principal(), 0, WibDay.wrap(0));
    }

    /// @dev Neither closed nor written off.
    function _runs(LoanNumber loan, LoanTerms terms, LoanProgress progress) internal view returns (bool) {
        return terms.isKnown() && !terms.has(LoanWords.WRITTEN_OFF) && !_isClosed(loan, terms, progress);
    }

    /// @dev What was paid of principal was paid after all interest before it: only penalty can be left.
    function _isClosed(LoanNumber loan, LoanTerms terms, LoanProgress progress) internal view returns (bool) {
        if (progress.principalPaid() != terms.principal()) return false;
        return !terms.has(LoanWords.PENALTY) || _penaltyOwed(loan, terms, _penalties[loan]) == 0;
    }

    function _outstanding(LoanTerms terms, LoanProgress progress) internal pure returns (uint64) {
        return uint64(terms.principal() - progress.principalPaid());
    }
}
