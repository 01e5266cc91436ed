// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Desk} from "./Desk.sol";
import {IAuthority} from "./interfaces/IAuthority.sol";
import {ILoanBook} from "./interfaces/ILoanBook.sol";
import {ILoanDesk} from "./interfaces/ILoanDesk.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {ITreasury} from "./interfaces/ITreasury.sol";
import {Payees} from "./libraries/Payees.sol";
import {
    Channels,
    Countersignature,
    LoanNumber,
    MemberNumber,
    Offices,
    ReceiptNumber,
    Series,
    WibDay
} from "./libraries/Types.sol";

/// @title Loan offers: terms by one officer, approval by another, acceptance by the member, disbursement
contract LoanDesk is ILoanDesk, Desk, EIP712 {
    struct Offer {
        bytes32 termsHash;
        MemberNumber maker;
        MemberNumber approver;
        uint40 expiresAt;
    }

    bytes32 private constant LOAN_BOOK = "LoanBook";
    uint40 private constant OFFER_PERIOD = 30 days;
    uint40 private constant RECOVERY_WAIT = 30 days;
    bytes32 private constant ACCEPTANCE_TYPEHASH =
        keccak256("Acceptance(uint32 member,uint32 loan,bytes32 termsHash,uint256 deadline)");

    IMemberRegistry private immutable REGISTRY;
    ITreasury private immutable TREASURY;

    /// @inheritdoc ILoanDesk
    mapping(LoanNumber loan => Offer) public override offerOf;

    constructor(IAuthority authority_, IMemberRegistry registry, ITreasury treasury)
        Desk(authority_)
        EIP712("Koperasi LoanDesk", "1")
    {
        REGISTRY = registry;
        TREASURY = treasury;
    }

    /// @inheritdoc ILoanDesk
    function offer(ILoanBook.Terms calldata terms, Countersignature calldata countersignature) external restricted {
        bytes32 termsHash = termsHashOf(terms);
        (MemberNumber maker, MemberNumber approver) = AUTHORITY.requireTwoPersons(
            msg.sender, Offices.PENGURUS, Offices.PENGURUS, keccak256(abi.encode("offer", termsHash)), countersignature
        );
        if (maker == terms.borrower || approver == terms.borrower) revert DeskOwnLoan(terms.loan, terms.borrower);
        _checkParties(terms);
        ILoanBook book = _book();
        if (address(book.bookOf(terms.loan)) != address(0)) revert DeskLoanExists(terms.loan);
        book.checkTerms(terms);

        uint40 expiresAt = uint40(block.timestamp) + OFFER_PERIOD;
        offerOf[terms.loan] = Offer(termsHash, maker, approver, expiresAt);
        emit LoanOffered(terms.loan, terms.borrower, termsHash, maker, approver, expiresAt);
    }

    /// @inheritdoc ILoanDesk
    function withdrawOffer(LoanNumber loan) external restricted {
        if (offerOf[loan].expiresAt == 0) revert DeskNoOffer(loan);
        delete offerOf[loan];
        emit LoanOfferWithdrawn(loan);
    }

    /// @inheritdoc ILoanDesk
    function disburse(
        ILoanBook.Terms calldata terms,
        uint8 channel,
        WibDay bookDay,
        uint256 deadline,
        bytes calldata borrowerSignature,
        bytes calldata guarantorSignature
    ) external restricted {
        bytes32 termsHash = _checkOffer(terms);
        _checkParties(terms);
        if (block.timestamp > deadline) revert DeskAcceptanceExpired(deadline);
        _checkAcceptance(terms.borrower, terms.loan, termsHash, deadline, borrowerSignature);
        if (MemberNumber.unwrap(terms.guarantor) != 0) {
            _checkAcceptance(terms.guarantor, terms.loan, termsHash, deadline, guarantorSignature);
        }

        delete offerOf[terms.loan];
        ReceiptNumber receipt = Series.number(Series.LOAN, LoanNumber.unwrap(terms.loan));
        address payee = channel == Channels.STABLECOIN ? _payeeOf(terms.borrower) : address(0);
        TREASURY.payCash(channel, terms.principal, receipt, bookDay, false, payee);
        _book().start(terms, channel, bookDay);
    }

    /// @inheritdoc ILoanDesk
    function termsHashOf(ILoanBook.Terms calldata terms) public pure returns (bytes32) {
        return keccak256(abi.encode(terms));
    }

    function _checkOffer(ILoanBook.Terms calldata terms) private view returns (bytes32 termsHash) {
        Offer memory offered = offerOf[terms.loan];
        if (offered.expiresAt == 0) revert DeskNoOffer(terms.loan);
        termsHash = termsHashOf(terms);
        if (offered.termsHash != termsHash) revert DeskTermsChanged(terms.loan, offered.termsHash, termsHash);
        if (block.timestamp > offered.expiresAt) revert DeskOfferExpired(terms.loan, offered.expiresAt);
    }

    function _checkParties(ILoanBook.Terms calldata terms) private view {
        _checkActive(terms.borrower);
        if (MemberNumber.unwrap(terms.guarantor) == 0) return;
        if (terms.guarantor == terms.borrower) revert DeskGuarantorInvalid(terms.guarantor);
        _checkActive(terms.guarantor);
    }

    function _checkActive(MemberNumber member) private view {
        (IMemberRegistry.Status status,) = REGISTRY.lookup(member);
        if (status != IMemberRegistry.Status.ACTIVE) revert DeskMemberStatus(member, uint8(status));
    }

    function _payeeOf(MemberNumber borrower) private view returns (address payee) {
        payee = Payees.payeeOf(REGISTRY, borrower);
        if (payee == address(0)) revert DeskNoPayee(borrower);
    }

    function _checkAcceptance(
        MemberNumber member,
        LoanNumber loan,
        bytes32 termsHash,
        uint256 deadline,
        bytes calldata signature
    ) private view {
        uint40 recoveredAt = REGISTRY.recoveredAt(member);
        if (recoveredAt != 0 && block.timestamp < recoveredAt + RECOVERY_WAIT) {
            revert DeskRecentlyRecovered(member, recoveredAt + RECOVERY_WAIT);
        }
        bytes32 acceptance = keccak256(abi.encode(ACCEPTANCE_TYPEHASH, member, loan, termsHash, deadline));
        bytes32 digest = _hashTypedDataV4(acceptance);
        if (!REGISTRY.isSignedBy(member, digest, signature)) revert DeskAcceptanceInvalid(member, digest);
    }

    function _book() private view returns (ILoanBook) {
        return ILoanBook(AUTHORITY.contractOf(LOAN_BOOK));
    }
}
