// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Countersignature, LoanNumber, MemberNumber, WibDay} from "../libraries/Types.sol";
import {ILoanBook} from "./ILoanBook.sol";

/// @title Loan offers: terms by one officer, approval by another, acceptance by the member, disbursement
interface ILoanDesk {
    event LoanOffered(
        LoanNumber indexed loan,
        MemberNumber indexed borrower,
        bytes32 termsHash,
        MemberNumber maker,
        MemberNumber approver,
        uint40 expiresAt
    );
    event LoanOfferWithdrawn(LoanNumber indexed loan);

    error DeskLoanExists(LoanNumber loan);
    error DeskNoOffer(LoanNumber loan);
    error DeskTermsChanged(LoanNumber loan, bytes32 offered, bytes32 given);
    error DeskOfferExpired(LoanNumber loan, uint40 expiresAt);
    error DeskOwnLoan(LoanNumber loan, MemberNumber person);
    error DeskMemberStatus(MemberNumber member, uint8 status);
    error DeskAcceptanceExpired(uint256 deadline);
    error DeskAcceptanceInvalid(MemberNumber member, bytes32 digest);
    /// @notice The signer was recovered less than 30 days ago.
    error DeskRecentlyRecovered(MemberNumber member, uint40 until);
    /// @notice The borrower's signer is not the account that would have to collect the stablecoin: a passkey, or changed since.
    error DeskNoPayee(MemberNumber borrower);
    error DeskGuarantorInvalid(MemberNumber guarantor);

    /// @notice Offers `terms`: a PENGURUS sends, another PENGURUS approves by countersigning
    /// keccak256(abi.encode("offer", termsHash)). Neither is the borrower. A new offer under the same number replaces the
    /// old one and lapses its approval. Offers expire after 30 days.
    function offer(ILoanBook.Terms calldata terms, Countersignature calldata countersignature) external;

    /// @notice Takes an offer back. PENGURUS.
    function withdrawOffer(LoanNumber loan) external;

    /// @notice Pays out an offered loan on the borrower's (and guarantor's) signed acceptance. TELLER.
    /// EIP-712: Acceptance(uint32 member,uint32 loan,bytes32 termsHash,uint256 deadline); the terms hold the document's hash.
    /// Not within 30 days after the signer of either was recovered.
    /// Through the STABLECOIN channel only to a borrower whose signer is their account still.
    function disburse(
        ILoanBook.Terms calldata terms,
        uint8 channel,
        WibDay bookDay,
        uint256 deadline,
        bytes calldata borrowerSignature,
        bytes calldata guarantorSignature
    ) external;

    /// @notice keccak256(abi.encode(terms)), which offer, approval and acceptance speak of.
    function termsHashOf(ILoanBook.Terms calldata terms) external pure returns (bytes32);

    function offerOf(LoanNumber loan)
        external
        view
        returns (bytes32 termsHash, MemberNumber maker, MemberNumber approver, uint40 expiresAt);
}
