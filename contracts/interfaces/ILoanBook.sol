// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {LoanMethod, LoanNumber, MemberNumber, ReceiptNumber, WibDay} from "../libraries/Types.sol";
import {IWriters} from "./IWriters.sol";

/// @title Running loans and their payments
/// @notice Figures are whole rupiah. The schedule follows from the terms (rules/amortization.py); a payment goes to the
/// oldest unpaid instalment first, and in it to interest before principal.
interface ILoanBook is IWriters {
    /// @notice Why a payment is refused. NONE: it is not.
    enum Refusal {
        NONE,
        UNKNOWN_LOAN,
        NOT_BORROWER,
        LOAN_CLOSED,
        OVERPAYMENT,
        WRONG_PAYOFF,
        ZERO_AMOUNT
    }

    /// @param loan from 1
    /// @param guarantor a member who signed too, or zero
    /// @param principal rupiah, from 1 to 2^56 - 1
    /// @param months 1 to 360
    /// @param rateBps interest in basis points a year
    /// @param documentHash hash of the agreement document
    struct Terms {
        LoanNumber loan;
        MemberNumber borrower;
        MemberNumber guarantor;
        uint64 principal;
        uint16 rateBps;
        uint16 months;
        LoanMethod method;
        bytes32 documentHash;
    }

    /// @param instalment the oldest instalment that is not wholly paid, from 1; months + 1 when all are
    struct Loan {
        MemberNumber borrower;
        MemberNumber guarantor;
        uint64 principal;
        uint16 rateBps;
        uint16 months;
        LoanMethod method;
        WibDay disbursedOn;
        uint64 annuityPayment;
        bool closed;
        uint64 principalPaid;
        uint64 interestPaid;
        uint16 instalment;
        uint64 instalmentPrincipalPaid;
        uint64 instalmentInterestPaid;
    }

    /// @notice A loan started: `principal` is owed from `bookDay` on.
    event LoanStarted(
        LoanNumber indexed loan,
        MemberNumber indexed borrower,
        MemberNumber guarantor,
        uint64 principal,
        uint16 rateBps,
        uint16 months,
        LoanMethod method,
        uint8 channel,
        WibDay bookDay,
        bytes32 documentHash
    );
    /// @notice A payment came in through `channel`, split as said.
    event LoanPaid(
        LoanNumber indexed loan,
        MemberNumber indexed borrower,
        ReceiptNumber indexed receipt,
        uint64 principal,
        uint64 interest,
        uint8 channel,
        WibDay bookDay
    );
    /// @notice Nothing is owed any more.
    event LoanClosed(LoanNumber indexed loan, WibDay bookDay);
    /// @notice A running loan taken over from paper books.
    event LoanOpened(
        LoanNumber indexed loan,
        MemberNumber indexed borrower,
        uint64 principal,
        uint64 principalPaid,
        uint64 interestPaid,
        uint16 rateBps,
        uint16 months,
        LoanMethod method,
        WibDay disbursedOn
    );
    event LoanBookSealed();

    error LoanExists(LoanNumber loan);
    error LoanRefused(LoanNumber loan, Refusal reason);
    error LoanTermsInvalid(LoanNumber loan);
    error LoanRateAboveCap(uint16 rateBps, uint16 months, LoanMethod method);
    /// @notice A newer LoanBook takes new loans.
    error LoanBookReplaced(address current);
    error LoanBookIsSealed();
    /// @notice The by-law's cap may be at most `legalBps` basis points a year.
    error LoanBookCapInvalid(uint16 rateCapBps, uint16 legalBps);

    /// @notice Reverts with LoanTermsInvalid or LoanRateAboveCap unless a loan could start on `terms`.
    function checkTerms(Terms calldata terms) external view;

    /// @notice What interest may cost at most: basis points a year, declining equivalent (a by-law).
    function rateCapBps() external view returns (uint16);

    /// @notice Starts a loan whose cash was paid out of `channel`. Writers only (the desk).
    function start(Terms calldata terms, uint8 channel, WibDay bookDay) external;

    /// @notice Books a payment whose cash came in. Reverts with LoanRefused. Writers only.
    /// @dev A loan is unknown on a day before it was paid out. ZERO_AMOUNT comes first, then the order of `Refusal`.
    function pay(
        LoanNumber loan,
        MemberNumber payer,
        uint64 amount,
        uint8 channel,
        ReceiptNumber receipt,
        WibDay bookDay
    ) external;

    /// @notice Books an early payoff of exactly `amount`. Reverts with LoanRefused. Writers only.
    function payOff(
        LoanNumber loan,
        MemberNumber payer,
        uint64 amount,
        uint8 channel,
        ReceiptNumber receipt,
        WibDay bookDay
    ) external;

    /// @notice One payment of a batch: as `pay`, but answers with the reason instead of reverting. Writers only.
    function tryPay(
        LoanNumber loan,
        MemberNumber payer,
        uint64 amount,
        uint8 channel,
        ReceiptNumber receipt,
        WibDay bookDay
    ) external returns (Refusal);

    /// @notice Loans in mid-life from paper books. ADMIN, until sealed.
    /// @param principalPaid rupiah of principal paid so far; the instalment follows from it and `interestPaid`
    function open(Terms calldata terms, WibDay disbursedOn, uint64 principalPaid, uint64 interestPaid) external;

    /// @notice Closes `open` for ever. ADMIN.
    function seal() external;

    function isSealed() external view returns (bool);

    /// @notice The LoanBook before this one, which still holds its loans; zero if none.
    function predecessor() external view returns (ILoanBook);

    /// @notice This book or an earlier one that holds `loan`; zero if none does.
    function bookOf(LoanNumber loan) external view returns (ILoanBook);

    function loanOf(LoanNumber loan) external view returns (Loan memory);

    /// @notice What is outstanding of principal, rupiah.
    function outstandingOf(LoanNumber loan) external view returns (uint64);

    /// @notice Sum of what is outstanding of principal of all loans of this book, rupiah.
    function totalOutstanding() external view returns (uint64);

    /// @notice Loans of `borrower` in this book that are not closed.
    function runningLoansOf(MemberNumber borrower) external view returns (uint32);

    /// @notice What pays the loan off on `day`: outstanding principal, and unpaid interest up to the running instalment.
    function payoffOf(LoanNumber loan, WibDay day) external view returns (uint64 principal, uint64 interest);

    /// @notice The schedule as of the terms: due days, principal and interest of every instalment.
    function scheduleOf(LoanNumber loan)
        external
        view
        returns (WibDay[] memory dueOn, uint64[] memory principal, uint64[] memory interest);
}
