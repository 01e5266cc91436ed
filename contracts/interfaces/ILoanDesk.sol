// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Countersignature, LoanNumber, MemberNumber, ReceiptNumber, WibDay} from "../libraries/Types.sol";
import {ILoanBook} from "./ILoanBook.sol";

/// @title From a member's application to the money: offers, the committee, acceptance, disbursement
/// @notice Who approves is the tier's of `ILoanPolicy` for all that the borrower would owe with the loan (and without the one
/// that it pays off), however it is split: distinct persons, never the maker alone, never the borrower or a guarantor. A related party (pengurus, pengawas) needs a PENGURUS and a PENGAWAS among those who approve, and all loans of one
/// related party together stay within `relatedCeiling`, when it is approved and again when it is paid out.
interface ILoanDesk {
    /// @notice A member's order. EIP-712: Application(uint32 member,uint16 product,uint64 principal,uint16 months,uint256
    /// nonce,uint256 deadline). What the money is for stays off the chain.
    struct Application {
        MemberNumber member;
        uint16 product;
        uint64 principal;
        uint16 months;
        uint256 nonce;
        uint256 deadline;
    }

    /// @notice What one who answers for the loan signs: EIP-712
    /// Acceptance(uint32 member,uint32 loan,bytes32 termsHash,uint256 deadline), and for a lien the token's own Lien order.
    /// @param lienNonce, lienDeadline, lienSignature of `ISavingsToken.placeLien`; empty without a lien
    struct Acceptance {
        uint256 deadline;
        bytes signature;
        uint256 lienNonce;
        uint256 lienDeadline;
        bytes lienSignature;
    }

    /// @notice Cash that goes out now.
    /// @param drawn rupiah of principal: the whole, or the first tranche
    struct Disbursement {
        uint64 drawn;
        uint8 channel;
        WibDay bookDay;
    }

    /// @notice A member's order to draw a further tranche. EIP-712:
    /// Drawdown(uint32 member,uint32 loan,uint64 amount,uint8 channel,uint256 nonce,uint256 deadline).
    struct Drawdown {
        LoanNumber loan;
        uint64 amount;
        uint8 channel;
        uint256 nonce;
        uint256 deadline;
    }

    /// @param application from 1, zero for an offer that answers none
    event LoanApplied(
        uint32 indexed application, MemberNumber indexed member, uint16 product, uint64 principal, uint16 months
    );
    event LoanOffered(
        LoanNumber indexed loan,
        MemberNumber indexed borrower,
        uint32 indexed application,
        bytes32 termsHash,
        MemberNumber maker,
        uint40 expiresAt
    );
    event LoanApproved(LoanNumber indexed loan, bytes32 termsHash, MemberNumber approver);
    event LoanOfferWithdrawn(LoanNumber indexed loan);

    error DeskLoanExists(LoanNumber loan);
    error DeskNoOffer(LoanNumber loan);
    error DeskTermsChanged(LoanNumber loan, bytes32 offered, bytes32 given);
    error DeskOfferExpired(LoanNumber loan, uint40 expiresAt);
    error DeskOwnLoan(LoanNumber loan, MemberNumber person);
    /// @notice The person approved already, or made the offer.
    error DeskSamePerson(LoanNumber loan, MemberNumber person);
    /// @notice `account` holds none of the offices that may approve this amount.
    error DeskMayNotApprove(LoanNumber loan, address account);
    /// @notice Persons who must still approve, and offices (bits) of which one must still be among them.
    error DeskNotApproved(LoanNumber loan, uint8 missing, uint16 missingOffices);
    /// @notice With this loan the borrower would owe `exposure` rupiah in all by now; the tier that approved decides up to `upTo`:
    /// it must be offered (an amendment: proposed) anew.
    error DeskTierExceeded(LoanNumber loan, uint64 upTo, uint64 exposure);
    error DeskRelatedLimit(MemberNumber borrower, uint64 owed, uint64 asked, uint64 ceiling);
    error DeskMemberStatus(MemberNumber member, uint8 status);
    error DeskAcceptanceExpired(uint256 deadline);
    error DeskAcceptanceInvalid(MemberNumber member, bytes32 digest);
    error DeskAcceptancesMissing(uint256 needed, uint256 given);
    /// @notice The signer was recovered less than 30 days ago.
    error DeskRecentlyRecovered(MemberNumber member, uint40 until);
    /// @notice The borrower's signer is not the account that would have to collect the stablecoin: a passkey, or changed since.
    error DeskNoPayee(MemberNumber borrower);
    error DeskPledgeInvalid(MemberNumber member);
    error DeskOrderSpent(MemberNumber member, uint256 nonce);
    /// @notice More than the terms let be drawn, or less than fee and refinanced payoff.
    error DeskDrawInvalid(LoanNumber loan, uint64 available, uint64 amount);
    error DeskUnknownApplication(uint32 application);
    /// @notice A tranche has a slip of its own: a number of the series of slips.
    error DeskReceiptInvalid(ReceiptNumber receipt);

    /// @notice A member applies. Anyone may relay. The committee answers by an offer, or not.
    function applyByOrder(Application calldata application, bytes calldata signature) external returns (uint32 number);

    /// @notice Offers `terms`: a PENGURUS sends. `approvals` are signatures of others over
    /// keccak256(abi.encode("offer", termsHash)), each counted as by `approve`; more may follow until the offer expires, after
    /// 30 days. A new offer under the same number replaces the old one and lapses its approvals.
    /// @param application the number of the application that it answers, or zero
    function offer(ILoanBook.Terms calldata terms, uint32 application, Countersignature[] calldata approvals) external;

    /// @notice The sender approves exactly these terms. Who holds an office of the tier.
    function approve(ILoanBook.Terms calldata terms) external;

    /// @notice Takes an offer back. PENGURUS.
    function withdrawOffer(LoanNumber loan) external;

    /// @notice Pays out an approved loan on the signed acceptances: the borrower's first, then one of each pledge in order (the
    /// borrower's own pledge needs no acceptance of its own: its entry carries the lien's order only). TELLER. Not within 30 days
    /// after a signer was recovered. Through the STABLECOIN channel only to a borrower whose signer is their account still.
    /// What `terms.refinances` needs for its payoff on that day is paid off without cash.
    function disburse(
        ILoanBook.Terms calldata terms,
        Disbursement calldata disbursement,
        Acceptance[] calldata acceptances
    ) external;

    /// @notice Pays out a further tranche on the borrower's order, at most what `ILoanBook.undrawnOf` says. TELLER.
    function draw(Drawdown calldata order, ReceiptNumber receipt, WibDay bookDay, bytes calldata signature) external;

    /// @notice keccak256(abi.encode(terms)), which offer, approval and acceptance speak of.
    function termsHashOf(ILoanBook.Terms calldata terms) external pure returns (bytes32);

    function offerOf(LoanNumber loan)
        external
        view
        returns (bytes32 termsHash, MemberNumber maker, uint40 expiresAt, MemberNumber[] memory approvers);

    function applicationOf(uint32 application) external view returns (MemberNumber member, bytes32 applicationHash);
}
