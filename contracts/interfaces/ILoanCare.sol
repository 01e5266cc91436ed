// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Countersignature, LoanNumber, MemberNumber, SavingsKind, WibDay} from "../libraries/Types.sol";
import {ILoanBook} from "./ILoanBook.sol";

/// @title A running loan's care: liens, amendments, arrears, standing orders, write-off, heirs
/// @notice Two offices are always a PENGURUS who sends and a PENGAWAS who countersigns, unless a tier asks for more. Releases,
/// claims after their notice and standing orders may be carried out by anyone: nobody can stop a payment.
interface ILoanCare {
    /// @notice What borrower and guarantors sign under an amendment: EIP-712
    /// AmendmentAcceptance(uint32 member,uint32 loan,bytes32 amendmentHash,uint256 deadline).
    struct Acceptance {
        uint256 deadline;
        bytes signature;
    }

    event AmendmentProposed(LoanNumber indexed loan, bytes32 amendmentHash, MemberNumber maker, uint40 expiresAt);
    event AmendmentApproved(LoanNumber indexed loan, bytes32 amendmentHash, MemberNumber approver);
    /// @notice A standing order or a lien's claim paid `amount` rupiah out of the savings of `member`.
    event LoanPaidFromSavings(LoanNumber indexed loan, MemberNumber indexed member, SavingsKind kind, uint64 amount);

    error CareNoProposal(LoanNumber loan);
    error CareProposalExpired(LoanNumber loan, uint40 expiresAt);
    /// @notice The same amendment, or the same heir by the same document, was in force before: its signatures do not serve
    /// twice. A further one needs a document of its own.
    error CareAlreadyEnacted(LoanNumber loan, bytes32 agreement);
    error CareAmendmentChanged(LoanNumber loan, bytes32 proposed, bytes32 given);
    /// @notice Overdue for `numDays` days only: a claim or a write-off needs `needed`.
    error CareNotInDefault(LoanNumber loan, uint32 numDays, uint32 needed);
    error CareNothingToDo(LoanNumber loan);
    /// @notice A claim is at most what is owed.
    error CareClaimTooHigh(LoanNumber loan, uint64 owed, uint64 amount);
    error CareUnknownPledge(LoanNumber loan, uint256 index);
    /// @notice A loan is written off only when it is macet.
    error CareNotMacet(LoanNumber loan);
    error CareUnknownLoan(LoanNumber loan);
    error CareHeirInvalid(LoanNumber loan, MemberNumber heir);

    /// @notice Frees of each lien what exceeds its share: pledged x outstanding / drawn, rounded up (for the cooperative), where
    /// what can still be drawn counts on both sides. All of it once the loan is closed. Anyone; CareNothingToDo if nothing is free.
    function releaseLiens(LoanNumber loan) external;

    /// @notice Gives the 30 days' notice of a claim on the lien of pledge `index`: `amount` rupiah, at most what is owed. The loan
    /// must be overdue for `ILoanPolicy.claimDelay` days. PENGURUS, countersigned by PENGAWAS over
    /// keccak256(abi.encode("claim", loan, index, amount)).
    function noticeClaim(LoanNumber loan, uint256 index, uint64 amount, Countersignature calldata countersignature)
        external;

    /// @notice Carries out a noticed claim: at most what pays the loan off on the day, the rest of the lien stays. Anyone.
    function claim(LoanNumber loan, uint256 index) external;

    /// @notice Pays what is due today or overdue out of the borrower's sukarela by their standing order, as far as the order and
    /// the savings reach. Anyone; CareNothingToDo if nothing is due or nothing can be taken.
    function payStanding(LoanNumber loan) external;

    /// @notice Proposes new terms. PENGURUS; `approvals` are signatures over
    /// keccak256(abi.encode("amendment", amendmentHash)). The tier is that of all that the borrower owes and can
    /// still draw, then and when the amendment comes into force. 30 days.
    function proposeAmendment(ILoanBook.Amendment calldata amendment, Countersignature[] calldata approvals) external;

    function approveAmendment(ILoanBook.Amendment calldata amendment) external;

    /// @notice Puts an approved amendment into force on the signatures of the borrower, then of every pledge in order (the
    /// borrower's own is passed over). Anyone.
    function amend(ILoanBook.Amendment calldata amendment, WibDay bookDay, Acceptance[] calldata acceptances) external;

    /// @notice Waives penalty, with a reason (a code or a document's hash). PENGURUS, countersigned by PENGAWAS over
    /// keccak256(abi.encode("waive", loan, penalty, bookDay, reason)).
    function waivePenalty(
        LoanNumber loan,
        uint64 penalty,
        WibDay bookDay,
        bytes32 reason,
        Countersignature calldata countersignature
    ) external;

    /// @notice Writes a loan off that is macet (overdue by the rule of `ILoanLens.collectibilityOf`). PENGURUS, countersigned by
    /// PENGAWAS over keccak256(abi.encode("writeOff", loan, bookDay, documentHash)).
    function writeOff(LoanNumber loan, WibDay bookDay, bytes32 documentHash, Countersignature calldata countersignature)
        external;

    /// @notice An heir takes a member's loan over, who owes nothing of it from then on. PENGURUS, countersigned by PENGAWAS over
    /// keccak256(abi.encode("assume", loan, heir, documentHash)); neither is the heir. The heir signs first, then every pledge in
    /// order (the borrower's own and the heir's are passed over), EIP-712
    /// Assumption(uint32 member,uint32 loan,uint32 heir,bytes32 documentHash,uint256 deadline).
    function assume(
        LoanNumber loan,
        MemberNumber heir,
        bytes32 documentHash,
        Acceptance[] calldata acceptances,
        Countersignature calldata countersignature
    ) external;

    /// @notice keccak256(abi.encode(amendment)).
    function amendmentHashOf(ILoanBook.Amendment calldata amendment) external pure returns (bytes32);

    function proposalOf(LoanNumber loan)
        external
        view
        returns (bytes32 amendmentHash, MemberNumber maker, uint40 expiresAt, MemberNumber[] memory approvers);
}
