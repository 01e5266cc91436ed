// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Committee} from "./Committee.sol";
import {IAuthority} from "./interfaces/IAuthority.sol";
import {ILoanBook} from "./interfaces/ILoanBook.sol";
import {ILoanCare} from "./interfaces/ILoanCare.sol";
import {ILoanDesk} from "./interfaces/ILoanDesk.sol";
import {ILoanPolicy} from "./interfaces/ILoanPolicy.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {ISavingsToken} from "./interfaces/ISavingsToken.sol";
import {ITreasury} from "./interfaces/ITreasury.sol";
import {LoanExposure} from "./libraries/LoanExposure.sol";
import {Payees} from "./libraries/Payees.sol";
import {SignedOrders} from "./libraries/SignedOrders.sol";
import {
    Channels,
    Countersignature,
    LoanNumber,
    MemberNumber,
    Offices,
    Pledge,
    ReceiptNumber,
    SavingsKind,
    Series,
    WibDay
} from "./libraries/Types.sol";

/// @title From a member's application to the money: offers, the committee, acceptance, disbursement
contract LoanDesk is ILoanDesk, Committee {
    using SignedOrders for SignedOrders.Nonces;

    struct Applied {
        MemberNumber member;
        bytes32 applicationHash;
    }

    /// @param application that the offer answers, or zero
    /// @param conditions what the product said when the loan was offered
    struct Offered {
        uint32 application;
        ILoanBook.Conditions conditions;
    }

    bytes32 private constant ACCEPTANCE_TYPEHASH =
        keccak256("Acceptance(uint32 member,uint32 loan,bytes32 termsHash,uint256 deadline)");
    bytes32 private constant APPLICATION_TYPEHASH = keccak256(
        "Application(uint32 member,uint16 product,uint64 principal,uint16 months,uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant DRAWDOWN_TYPEHASH =
        keccak256("Drawdown(uint32 member,uint32 loan,uint64 amount,uint8 channel,uint256 nonce,uint256 deadline)");

    ITreasury private immutable TREASURY;

    uint32 private _lastApplication;
    mapping(uint32 application => Applied) private _applications;
    mapping(LoanNumber loan => Offered) private _offered;
    SignedOrders.Nonces private _nonces;

    constructor(IAuthority authority_, IMemberRegistry registry, ITreasury treasury)
        Committee(authority_, registry)
        EIP712("Koperasi LoanDesk", "1")
    {
        TREASURY = treasury;
    }

    /// @inheritdoc ILoanDesk
    function applyByOrder(Application calldata application, bytes calldata signature) external returns (uint32 number) {
        MemberNumber member = application.member;
        _requireActive(member);
        _policy().productOf(application.product);
        bytes32 order = keccak256(abi.encode(APPLICATION_TYPEHASH, application));
        _useOrder(member, application.nonce, order, application.deadline, signature);
        number = ++_lastApplication;
        _applications[number] = Applied(member, keccak256(abi.encode(application)));
        emit LoanApplied(number, member, application.product, application.principal, application.months);
    }

    /// @inheritdoc ILoanDesk
    function offer(ILoanBook.Terms calldata terms, uint32 application, Countersignature[] calldata approvals)
        external
        onlyOffice(Offices.PENGURUS)
    {
        ILoanBook.Conditions memory conditions = _policy().conditionsOf(terms.product);
        _checkOffered(terms, application, conditions.roundingExponent);
        uint64 exposure = _exposureWith(terms);
        bytes32 termsHash = termsHashOf(terms);
        Parties memory parties = _partiesOf(terms);
        (MemberNumber maker, uint40 expiresAt) = _propose(parties, termsHash, exposure);
        _offered[terms.loan] = Offered(application, conditions);
        emit LoanOffered(terms.loan, terms.borrower, application, termsHash, maker, expiresAt);
        _approveSigned(parties, keccak256(abi.encode("offer", termsHash)), approvals);
    }

    /// @inheritdoc ILoanDesk
    function approve(ILoanBook.Terms calldata terms) external {
        (MemberNumber person, uint16 held) = _officer(terms.loan, msg.sender);
        _checkOffer(terms);
        _approve(_partiesOf(terms), msg.sender, person, held);
    }

    /// @inheritdoc ILoanDesk
    function withdrawOffer(LoanNumber loan) external onlyOffice(Offices.PENGURUS) {
        if (_proposals[loan].expiresAt == 0) revert DeskNoOffer(loan);
        _drop(loan);
        emit LoanOfferWithdrawn(loan);
    }

    /// @inheritdoc ILoanDesk
    function disburse(
        ILoanBook.Terms calldata terms,
        Disbursement calldata disbursement,
        Acceptance[] calldata acceptances
    ) external onlyOffice(Offices.TELLER) {
        bytes32 termsHash = _checkOffer(terms);
        _requireApproved(terms.loan, terms.borrower, _exposureWith(terms));
        _checkParties(terms);
        _checkAcceptances(terms, termsHash, acceptances);
        ILoanBook.Conditions memory conditions = _offered[terms.loan].conditions;
        _answer(terms);

        ILoanBook.Payout memory payout = _payOut(terms, disbursement);
        _placeLiens(terms, acceptances);
        _book().start(terms, payout, conditions);
    }

    /// @inheritdoc ILoanDesk
    function draw(Drawdown calldata order, ReceiptNumber receipt, WibDay bookDay, bytes calldata signature)
        external
        onlyOffice(Offices.TELLER)
    {
        (ILoanBook book, MemberNumber borrower) = _useDrawdown(order, signature);
        if (Series.seriesOf(receipt) != Series.SLIP) revert DeskReceiptInvalid(receipt);
        _payCash(order.channel, order.amount, receipt, bookDay, borrower);
        book.draw(order.loan, order.amount, order.channel, receipt, bookDay);
    }

    /// @inheritdoc ILoanDesk
    function offerOf(LoanNumber loan)
        external
        view
        returns (bytes32 termsHash, MemberNumber maker, uint40 expiresAt, MemberNumber[] memory approvers)
    {
        Proposal storage offered = _proposals[loan];
        return (offered.hash, offered.maker, offered.expiresAt, _approversOf(loan));
    }

    /// @inheritdoc ILoanDesk
    function applicationOf(uint32 application) external view returns (MemberNumber member, bytes32 applicationHash) {
        Applied memory applied = _applications[application];
        return (applied.member, applied.applicationHash);
    }

    /// @inheritdoc ILoanDesk
    function termsHashOf(ILoanBook.Terms calldata terms) public pure returns (bytes32) {
        return keccak256(abi.encode(terms));
    }

    function _approved(LoanNumber loan, bytes32 hash, MemberNumber approver) internal override {
        emit LoanApproved(loan, hash, approver);
    }

    function _drop(LoanNumber loan) private {
        delete _proposals[loan];
        delete _offered[loan];
    }

    /// @dev Uses up the offer and the application that it answers.
    function _answer(ILoanBook.Terms calldata terms) private {
        uint32 application = _offered[terms.loan].application;
        _checkApplication(application, terms.borrower);
        delete _applications[application];
        _drop(terms.loan);
    }

    /// @dev Pays off what is refinanced, and pays the rest out in cash. No cash at all moves only where everything pays off.
    function _payOut(ILoanBook.Terms calldata terms, Disbursement calldata disbursement)
        private
        returns (ILoanBook.Payout memory payout)
    {
        uint64 drawn = disbursement.drawn;
        ReceiptNumber receipt = Series.number(Series.LOAN, LoanNumber.unwrap(terms.loan));
        uint64 offset = _payoffOf(terms, disbursement.bookDay);
        uint256 kept = uint256(terms.fee) + offset;
        if (drawn > terms.principal || drawn < kept || (drawn == kept && offset == 0)) {
            revert DeskDrawInvalid(terms.loan, terms.principal, drawn);
        }
        uint64 cash = drawn - uint64(kept);
        payout =
            ILoanBook.Payout(drawn, offset, cash == 0 ? Channels.OFFSET : disbursement.channel, disbursement.bookDay);
        if (cash == 0) TREASURY.useReceipt(receipt, payout.bookDay);
        else _payCash(payout.channel, cash, receipt, payout.bookDay, terms.borrower);
        if (offset != 0) _refinance(terms, offset, receipt, payout.bookDay);
    }

    function _payCash(uint8 channel, uint64 amount, ReceiptNumber receipt, WibDay bookDay, MemberNumber borrower)
        private
    {
        address payee = channel == Channels.STABLECOIN ? Payees.payeeOf(REGISTRY, borrower) : address(0);
        if (channel == Channels.STABLECOIN && payee == address(0)) revert DeskNoPayee(borrower);
        TREASURY.payCash(channel, amount, receipt, bookDay, false, payee);
    }

    /// @dev Pays the older loan off; its liens are free then, and what was not drawn of it lapses.
    function _refinance(ILoanBook.Terms calldata terms, uint64 payoff, ReceiptNumber receipt, WibDay bookDay) private {
        LoanNumber older = terms.refinances;
        ILoanBook book = _book().bookOf(older);
        book.payOff(older, terms.borrower, payoff, Channels.OFFSET, receipt, bookDay);
        Pledge[] memory pledges = book.pledgesOf(older);
        for (uint256 i = 0; i < pledges.length; ++i) {
            MemberNumber member = pledges[i].member;
            ISavingsToken savings = _savings(pledges[i].kind);
            (uint64 held,,) = savings.lienOf(member, older);
            if (held != 0) savings.releaseLien(member, older, held);
        }
    }

    function _placeLiens(ILoanBook.Terms calldata terms, Acceptance[] calldata acceptances) private {
        for (uint256 i = 0; i < terms.pledges.length; ++i) {
            Pledge calldata pledge = terms.pledges[i];
            if (pledge.amount == 0) continue;
            Acceptance calldata order = acceptances[i + 1];
            _savings(pledge.kind)
                .placeLien(
                    pledge.member, terms.loan, pledge.amount, order.lienNonce, order.lienDeadline, order.lienSignature
                );
        }
    }

    /// @dev Takes the borrower's order for a tranche of what can still be drawn.
    function _useDrawdown(Drawdown calldata order, bytes calldata signature)
        private
        returns (ILoanBook book, MemberNumber borrower)
    {
        LoanNumber loan = order.loan;
        book = _book().bookOf(loan);
        uint64 available = address(book) == address(0) ? 0 : book.undrawnOf(loan);
        if (order.amount == 0 || order.amount > available) revert DeskDrawInvalid(loan, available, order.amount);
        borrower = book.loanOf(loan).borrower;
        _requireActive(borrower);
        _checkRelated(borrower, LoanExposure.owedBy(_book(), borrower, LoanNumber.wrap(0)), 0);
        bytes32 drawdown = keccak256(
            abi.encode(DRAWDOWN_TYPEHASH, borrower, loan, order.amount, order.channel, order.nonce, order.deadline)
        );
        _useOrder(borrower, order.nonce, drawdown, order.deadline, signature);
    }

    function _useOrder(MemberNumber member, uint256 nonce, bytes32 order, uint256 deadline, bytes calldata signature)
        private
    {
        _requireAcceptance(member, order, deadline, signature);
        if (!_nonces.spend(member, nonce)) revert DeskOrderSpent(member, nonce);
    }

    function _checkOffered(ILoanBook.Terms calldata terms, uint32 application, uint8 roundingExponent) private view {
        ILoanBook book = _book();
        if (address(book.bookOf(terms.loan)) != address(0)) revert DeskLoanExists(terms.loan);
        _policy().checkTerms(terms);
        book.checkTerms(terms, roundingExponent);
        _checkApplication(application, terms.borrower);
        _checkParties(terms);
    }

    /// @dev Zero is no application.
    function _checkApplication(uint32 application, MemberNumber borrower) private view {
        if (application == 0) return;
        if (_applications[application].member != borrower) revert DeskUnknownApplication(application);
    }

    function _checkOffer(ILoanBook.Terms calldata terms) private view returns (bytes32 termsHash) {
        Proposal storage offered = _proposals[terms.loan];
        (bytes32 hash, uint40 expiresAt) = (offered.hash, offered.expiresAt);
        if (expiresAt == 0) revert DeskNoOffer(terms.loan);
        termsHash = termsHashOf(terms);
        if (hash != termsHash) revert DeskTermsChanged(terms.loan, hash, termsHash);
        if (block.timestamp > expiresAt) revert DeskOfferExpired(terms.loan, expiresAt);
    }

    /// @dev Whoever answers for the loan is a member with a vote; savings behind it are WAJIB or SUKARELA, each named once.
    function _checkParties(ILoanBook.Terms calldata terms) private view {
        _requireActive(terms.borrower);
        for (uint256 i = 0; i < terms.pledges.length; ++i) {
            Pledge calldata pledge = terms.pledges[i];
            _requireActive(pledge.member);
            bool secures = pledge.kind == SavingsKind.WAJIB || pledge.kind == SavingsKind.SUKARELA;
            bool empty = pledge.member == terms.borrower && pledge.amount == 0;
            if (!secures || empty) revert DeskPledgeInvalid(pledge.member);
            for (uint256 j = 0; j < i; ++j) {
                bool again = pledge.member == terms.pledges[j].member && pledge.kind == terms.pledges[j].kind;
                if (again) revert DeskPledgeInvalid(pledge.member);
            }
        }
    }

    /// @dev All that the borrower would owe with this loan and without the one that it pays off, rupiah: of a related party
    /// within the ceiling.
    function _exposureWith(ILoanBook.Terms calldata terms) private view returns (uint64) {
        uint256 owed = LoanExposure.owedBy(_book(), terms.borrower, terms.refinances);
        _checkRelated(terms.borrower, owed, terms.principal);
        return uint64(Math.min(owed + terms.principal, type(uint64).max));
    }

    /// @dev Requires that a related party who owes `owed` rupiah in all may owe `asked` more.
    function _checkRelated(MemberNumber borrower, uint256 owed, uint64 asked) private view {
        ILoanPolicy policy = _policy();
        if (!policy.isRelated(borrower)) return;
        uint64 ceiling = policy.relatedCeiling();
        if (owed + asked > ceiling) revert DeskRelatedLimit(borrower, uint64(owed), asked, ceiling);
    }

    function _checkAcceptances(ILoanBook.Terms calldata terms, bytes32 termsHash, Acceptance[] calldata acceptances)
        private
        view
    {
        ILoanCare.Acceptance[] memory signed = new ILoanCare.Acceptance[](acceptances.length);
        for (uint256 i = 0; i < signed.length; ++i) {
            signed[i] = ILoanCare.Acceptance(acceptances[i].deadline, acceptances[i].signature);
        }
        bytes memory about = abi.encode(terms.loan, termsHash);
        _requireAcceptances(_partiesOf(terms), terms.borrower, ACCEPTANCE_TYPEHASH, about, signed);
    }

    /// @return rupiah that pay off the loan that `terms` refinance on `day`; zero if they refinance none
    function _payoffOf(ILoanBook.Terms calldata terms, WibDay day) private view returns (uint64) {
        LoanNumber older = terms.refinances;
        if (LoanNumber.unwrap(older) == 0) return 0;
        ILoanBook book = _book().bookOf(older);
        if (address(book) == address(0)) revert ILoanBook.LoanRefused(older, ILoanBook.Refusal.UNKNOWN_LOAN);
        (uint64 principal, uint64 interest, uint64 penalty) = book.payoffOf(older, day);
        if (principal == 0) revert ILoanBook.LoanRefused(older, ILoanBook.Refusal.LOAN_CLOSED);
        return principal + interest + penalty;
    }

    function _partiesOf(ILoanBook.Terms calldata terms) private pure returns (Parties memory) {
        return Parties(terms.loan, terms.borrower, terms.pledges);
    }
}
