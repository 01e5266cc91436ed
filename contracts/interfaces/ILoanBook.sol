// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    AmendmentKind,
    LoanMethod,
    LoanNumber,
    MemberNumber,
    Pledge,
    ReceiptNumber,
    SavingsKind,
    Waterfall,
    WibDay
} from "../libraries/Types.sol";
import {IWriters} from "./IWriters.sol";

/// @title Running loans and their payments
/// @notice Figures are whole rupiah. The schedule follows from the terms (rules/amortization.py); a payment goes to the
/// oldest unpaid instalment first, in it to interest before principal, and to penalty as the product's waterfall says.
/// Outstanding principal rises by disbursement only. An amendment starts a new version of the terms on what is outstanding
/// then; due days never move from the day of the month the loan was paid out on. Nothing here stops a payment.
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

    /// @notice What member, guarantors and committee agree on. Its hash is what they sign.
    /// @param loan from 1
    /// @param product of `ILoanPolicy`
    /// @param principal rupiah, from 1 to 2^56 - 1: what may be drawn in all
    /// @param fee rupiah, taken out of the first cash that is paid out
    /// @param rateBps interest in basis points a year
    /// @param months 1 to 360
    /// @param graceMonths instalments at the start that ask for interest only, below `months`
    /// @param refinances an older loan of the same borrower that this one pays off, or zero
    /// @param pledges guarantors, and whose savings secure the loan
    /// @param documentHash sha2-256 of the agreement's document (PDF), which is the digest of its CIDv1 (raw, one block)
    struct Terms {
        LoanNumber loan;
        MemberNumber borrower;
        uint16 product;
        uint64 principal;
        uint64 fee;
        uint16 rateBps;
        uint16 months;
        uint16 graceMonths;
        LoanMethod method;
        LoanNumber refinances;
        Pledge[] pledges;
        bytes32 documentHash;
    }

    /// @notice What a product says that the book must know as long as the loan runs (`ILoanPolicy.Product`).
    struct Conditions {
        uint16 penaltyBps;
        uint16 penaltyCapBps;
        Waterfall waterfall;
        uint8 roundingExponent;
    }

    /// @notice How a loan is paid out.
    /// @param drawn rupiah of principal that is lent now, at most the terms' principal
    /// @param offset rupiah of `drawn` that pays off the loan it refinances
    /// @param channel where `drawn` less `offset` and fee was paid out of
    struct Payout {
        uint64 drawn;
        uint64 offset;
        uint8 channel;
        WibDay bookDay;
    }

    /// @notice New terms of a running loan, from the first instalment that is due after `bookDay` on.
    /// @param months from there, so that all months of the loan are at most 360
    /// @param freezeMonths instalments from there without interest
    /// @param interestWaived rupiah of the interest that is due and unpaid by then; the rest stays due at once
    struct Amendment {
        LoanNumber loan;
        AmendmentKind kind;
        uint16 rateBps;
        uint16 months;
        uint16 graceMonths;
        uint16 freezeMonths;
        LoanMethod method;
        uint64 interestWaived;
        bytes32 documentHash;
    }

    /// @notice The version of a loan's terms that is in force, and how far it is paid.
    /// @param version from 1
    /// @param principal rupiah outstanding when the version began
    /// @param disbursedOn the day the loan was first paid out, from which all due days follow
    /// @param instalmentsBefore instalments of earlier versions: instalment k of this one is due
    /// `instalmentsBefore + k` months after `disbursedOn`
    /// @param interestCarried rupiah of interest of earlier versions that is due and unpaid
    /// @param principalPaid rupiah, of this version, as interestPaid (which counts `interestCarried` too)
    /// @param instalment the oldest instalment that is not wholly paid, from 1; months + 1 when all are
    struct Loan {
        MemberNumber borrower;
        uint16 product;
        uint8 version;
        uint64 principal;
        uint16 rateBps;
        uint16 months;
        uint16 graceMonths;
        uint16 freezeMonths;
        uint16 instalmentsBefore;
        uint8 roundingExponent;
        LoanMethod method;
        WibDay disbursedOn;
        uint64 annuityPayment;
        bool closed;
        bool writtenOff;
        uint64 interestCarried;
        uint64 principalPaid;
        uint64 interestPaid;
        uint16 instalment;
        uint64 instalmentPrincipalPaid;
        uint64 instalmentInterestPaid;
    }

    /// @notice What is overdue on a day: due before it and unpaid.
    /// @param dueSince due day of the oldest instalment of which something is unpaid; zero if nothing is overdue
    /// @param principalDueSince the same, of principal; zero if no principal is overdue
    /// @param penalty rupiah of penalty that is neither paid nor waived
    struct Arrears {
        WibDay dueSince;
        WibDay principalDueSince;
        uint64 principal;
        uint64 interest;
        uint64 penalty;
    }

    /// @notice A loan started: `payout.drawn` is owed from its book day on.
    event LoanStarted(
        LoanNumber indexed loan,
        MemberNumber indexed borrower,
        uint16 product,
        uint64 principal,
        uint64 fee,
        uint16 rateBps,
        uint16 months,
        uint16 graceMonths,
        LoanMethod method,
        LoanNumber refinances,
        Payout payout,
        Conditions conditions,
        bytes32 documentHash
    );
    /// @notice `member` answers for the loan, with a lien of `amount` rupiah (zero: with a signature only).
    event LoanPledged(LoanNumber indexed loan, MemberNumber indexed member, SavingsKind kind, uint64 amount);
    /// @notice A further tranche: a new version of the terms begins on what is outstanding with it.
    event LoanDrawn(
        LoanNumber indexed loan,
        MemberNumber indexed borrower,
        ReceiptNumber indexed receipt,
        uint8 version,
        uint64 amount,
        uint64 principal,
        uint16 months,
        uint16 graceMonths,
        uint16 instalmentsBefore,
        uint64 interestCarried,
        uint8 channel,
        WibDay bookDay
    );
    /// @notice A payment came in through `channel` (zero: no cash moved), split as said.
    event LoanPaid(
        LoanNumber indexed loan,
        MemberNumber indexed borrower,
        ReceiptNumber indexed receipt,
        uint64 principal,
        uint64 interest,
        uint64 penalty,
        uint8 channel,
        WibDay bookDay
    );
    /// @notice A payment on a loan that had been written off.
    event LoanRecovered(
        LoanNumber indexed loan,
        MemberNumber indexed borrower,
        ReceiptNumber indexed receipt,
        uint64 principal,
        uint64 interest,
        uint64 penalty,
        uint8 channel,
        WibDay bookDay
    );
    /// @notice Nothing is owed any more.
    event LoanClosed(LoanNumber indexed loan, WibDay bookDay);
    /// @notice New terms hold: version `version` on `principal` rupiah.
    /// @param interestCarried rupiah of interest that stays due from before; `amendment.interestWaived` of it fell away
    event LoanAmended(
        LoanNumber indexed loan,
        uint8 version,
        Amendment amendment,
        uint64 principal,
        uint16 instalmentsBefore,
        uint64 interestCarried,
        WibDay bookDay
    );
    /// @notice `penalty` rupiah of penalty fell away. `reason` is a code or a document's hash.
    event LoanPenaltyWaived(LoanNumber indexed loan, uint64 penalty, WibDay bookDay, bytes32 reason);
    /// @notice `to` owes the loan from now on (an heir).
    event LoanAssumed(
        LoanNumber indexed loan, MemberNumber indexed from, MemberNumber indexed to, bytes32 documentHash
    );
    /// @notice The books give `principal` rupiah up; the borrower owes them still.
    event LoanWrittenOff(
        LoanNumber indexed loan, MemberNumber indexed borrower, uint64 principal, WibDay bookDay, bytes32 documentHash
    );
    /// @notice A running loan taken over from paper books.
    event LoanOpened(
        LoanNumber indexed loan,
        MemberNumber indexed borrower,
        uint16 product,
        uint64 principal,
        uint64 principalPaid,
        uint64 interestPaid,
        uint16 rateBps,
        uint16 months,
        uint16 graceMonths,
        LoanMethod method,
        Conditions conditions,
        WibDay disbursedOn
    );
    event LoanBookSealed();

    error LoanExists(LoanNumber loan);
    error LoanRefused(LoanNumber loan, Refusal reason);
    error LoanTermsInvalid(LoanNumber loan);
    error LoanRateAboveCap(uint16 rateBps, uint16 months, LoanMethod method);
    /// @notice The loan is unknown here, closed or written off.
    error LoanNotRunning(LoanNumber loan);
    /// @notice Only `available` rupiah are left of what was asked about (penalty or interest to waive, principal to draw).
    error LoanAmountTooHigh(LoanNumber loan, uint64 available, uint64 amount);
    /// @notice The book day lies in the future, or before the version began that an amendment or a tranche would replace, or (of
    /// a waiver, a write-off) before the loan was paid out.
    error LoanDayInvalid(LoanNumber loan, WibDay day);
    /// @notice A newer LoanBook takes new loans.
    error LoanBookReplaced(address current);
    error LoanBookIsSealed();
    /// @notice The by-law's cap may be at most `legalBps` basis points a year.
    error LoanBookCapInvalid(uint16 rateCapBps, uint16 legalBps);

    /// @notice Reverts with LoanTermsInvalid or LoanRateAboveCap unless a loan could start on `terms` (rounded to
    /// 10^roundingExponent rupiah): interest of the whole principal and the fee are within the cap, declining equivalent.
    function checkTerms(Terms calldata terms, uint8 roundingExponent) external view;

    /// @notice What interest may cost at most: basis points a year, declining equivalent (a by-law).
    function rateCapBps() external view returns (uint16);

    /// @notice Starts a loan whose cash was paid out. Writers only (the desk).
    function start(Terms calldata terms, Payout calldata payout, Conditions calldata conditions) external;

    /// @notice A further tranche whose cash was paid out of `channel`. The new version keeps rate, method and the months that
    /// are left; the instalment that runs on `bookDay` bears a whole month's interest on it (for the cooperative, named in the
    /// agreement). Writers only. Reverts with LoanNotRunning, LoanTermsInvalid if no instalment is left, LoanAmountTooHigh above
    /// `undrawnOf`, LoanDayInvalid; Amortization.AnnuityAmbiguous of an annuity that a rupiah more or less makes certain.
    function draw(LoanNumber loan, uint64 amount, uint8 channel, ReceiptNumber receipt, WibDay bookDay) external;

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

    /// @notice Books of `amount` what is owed at most, all instalments to come included. Reverts with LoanRefused but for
    /// OVERPAYMENT. Writers only.
    /// @return taken rupiah booked; the rest is the caller's to give back
    function payUpTo(
        LoanNumber loan,
        MemberNumber payer,
        uint64 amount,
        uint8 channel,
        ReceiptNumber receipt,
        WibDay bookDay
    ) external returns (uint64 taken);

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

    /// @notice Starts a new version of a running loan's terms. Writers only. Reverts with LoanNotRunning,
    /// LoanTermsInvalid, LoanRateAboveCap, LoanAmountTooHigh (more interest waived than is due), LoanDayInvalid.
    function amend(Amendment calldata amendment, WibDay bookDay) external;

    /// @notice Lets go of `penalty` rupiah of penalty. Writers only. Reverts with LoanNotRunning (of a loan written off it may be
    /// waived), LoanDayInvalid, LoanAmountTooHigh.
    function waivePenalty(LoanNumber loan, uint64 penalty, WibDay bookDay, bytes32 reason) external;

    /// @notice Another member owes the loan from now on; what was not drawn of it lapses. Writers only. Reverts with
    /// LoanNotRunning, LoanTermsInvalid.
    function assume(LoanNumber loan, MemberNumber to, bytes32 documentHash) external;

    /// @notice Takes a loan out of the books; payments on it are recoveries from then on. Writers only. Reverts with
    /// LoanNotRunning, LoanDayInvalid.
    function writeOff(LoanNumber loan, WibDay bookDay, bytes32 documentHash) external;

    /// @notice Loans in mid-life from paper books, wholly drawn and without amendments. ADMIN, until sealed. Penalty counts for
    /// the days after the block's: what the paper books asked for until then is not charged again.
    /// @param principalPaid rupiah of principal paid so far; the instalment follows from it and `interestPaid`
    function open(
        Terms calldata terms,
        Conditions calldata conditions,
        WibDay disbursedOn,
        uint64 principalPaid,
        uint64 interestPaid
    ) external;

    /// @notice Closes `open` for ever. ADMIN.
    function seal() external;

    function isSealed() external view returns (bool);

    /// @notice The LoanBook before this one, which still holds its loans; zero if none.
    function predecessor() external view returns (ILoanBook);

    /// @notice This book or an earlier one that holds `loan`; zero if none does.
    function bookOf(LoanNumber loan) external view returns (ILoanBook);

    function loanOf(LoanNumber loan) external view returns (Loan memory);

    /// @notice The terms of an earlier version of `loan`, as they were agreed on; nothing of payments. Zeros if there was none.
    function versionOf(LoanNumber loan, uint8 version) external view returns (Loan memory);

    /// @notice Whose signature and whose savings secure the loan, as when it started.
    function pledgesOf(LoanNumber loan) external view returns (Pledge[] memory);

    /// @notice Rupiah lent in all, by every tranche.
    function drawnOf(LoanNumber loan) external view returns (uint64);

    /// @notice Rupiah of the agreed principal that can still be drawn: by the borrower who agreed on it, while the loan runs.
    function undrawnOf(LoanNumber loan) external view returns (uint64);

    /// @notice What is outstanding of principal, rupiah, also of a loan that was written off.
    function outstandingOf(LoanNumber loan) external view returns (uint64);

    /// @notice Sum of what is outstanding of principal of all loans of this book that are not written off, rupiah.
    function totalOutstanding() external view returns (uint64);

    /// @notice Sum of what is outstanding of principal of all loans of this book that are written off, rupiah.
    function totalWrittenOff() external view returns (uint64);

    /// @notice Loans of `borrower` in this book that are not closed.
    function runningLoansOf(MemberNumber borrower) external view returns (uint32);

    /// @notice All loans that `borrower` ever owed in this book, by order of time.
    function loansOf(MemberNumber borrower) external view returns (LoanNumber[] memory);

    /// @notice What pays the loan off on `day`: outstanding principal, unpaid interest up to the running instalment, penalty.
    function payoffOf(LoanNumber loan, WibDay day)
        external
        view
        returns (uint64 principal, uint64 interest, uint64 penalty);

    /// @notice What is overdue on `day`.
    function arrearsOf(LoanNumber loan, WibDay day) external view returns (Arrears memory);
}
