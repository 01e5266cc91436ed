// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Committee} from "./Committee.sol";
import {IAuthority} from "./interfaces/IAuthority.sol";
import {ILoanBook} from "./interfaces/ILoanBook.sol";
import {ILoanCare} from "./interfaces/ILoanCare.sol";
import {ILoanLens} from "./interfaces/ILoanLens.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {ISavingsToken} from "./interfaces/ISavingsToken.sol";
import {ITreasury} from "./interfaces/ITreasury.sol";
import {Kolektibilitas} from "./libraries/Kolektibilitas.sol";
import {LoanExposure} from "./libraries/LoanExposure.sol";
import {PledgedSavings} from "./libraries/PledgedSavings.sol";
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
import {WibCalendar} from "./libraries/WibCalendar.sol";

/// @title A running loan's care: liens, amendments, arrears, standing orders, write-off, heirs
contract LoanCare is ILoanCare, Committee {
    bytes32 private constant AMENDMENT_TYPEHASH =
        keccak256("AmendmentAcceptance(uint32 member,uint32 loan,bytes32 amendmentHash,uint256 deadline)");
    bytes32 private constant ASSUMPTION_TYPEHASH =
        keccak256("Assumption(uint32 member,uint32 loan,uint32 heir,bytes32 documentHash,uint256 deadline)");

    ITreasury private immutable TREASURY;

    /// @dev Acts on a loan that no paper of the office numbers: each takes the next receipt of its own.
    mapping(LoanNumber loan => uint256 acts) private _acts;
    /// @dev Amendments and assumptions that came into force: what was signed for one of them serves no second time.
    mapping(bytes32 agreement => bool) private _enacted;

    constructor(IAuthority authority_, IMemberRegistry registry, ITreasury treasury)
        Committee(authority_, registry)
        EIP712("Koperasi LoanCare", "1")
    {
        TREASURY = treasury;
    }

    /// @inheritdoc ILoanCare
    function releaseLiens(LoanNumber loan) external {
        ILoanBook book = _bookOf(loan);
        uint256 undrawn = book.undrawnOf(loan);
        uint256 owed = book.outstandingOf(loan) + undrawn;
        uint256 lent = book.drawnOf(loan) + undrawn;
        if (book.loanOf(loan).closed) owed = 0;
        Pledge[] memory pledges = book.pledgesOf(loan);
        bool released = false;
        for (uint256 i = 0; i < pledges.length; ++i) {
            ISavingsToken savings = _savings(pledges[i].kind);
            (uint64 held,,) = savings.lienOf(pledges[i].member, loan);
            uint256 needed = Math.mulDiv(pledges[i].amount, owed, lent, Math.Rounding.Ceil);
            if (held <= needed) continue;
            savings.releaseLien(pledges[i].member, loan, held - uint64(needed));
            released = true;
        }
        if (!released) revert CareNothingToDo(loan);
    }

    /// @inheritdoc ILoanCare
    function noticeClaim(LoanNumber loan, uint256 index, uint64 amount, Countersignature calldata countersignature)
        external
    {
        _requireTwoOffices(keccak256(abi.encode("claim", loan, index, amount)), countersignature);
        ILoanBook book = _bookOf(loan);
        _requireDefault(book, loan);
        (uint64 owed,) = _owedOn(book, loan, _today());
        if (amount > owed) revert CareClaimTooHigh(loan, owed, amount);
        Pledge memory pledge = _pledge(book, loan, index);
        _savings(pledge.kind).noticeLienClaim(pledge.member, loan, amount);
    }

    /// @inheritdoc ILoanCare
    function claim(LoanNumber loan, uint256 index) external {
        ILoanBook book = _bookOf(loan);
        Pledge memory pledge = _pledge(book, loan, index);
        ISavingsToken savings = _savings(pledge.kind);
        (uint64 held, uint64 noticed,) = savings.lienOf(pledge.member, loan);
        (uint64 owed, MemberNumber borrower) = _owedOn(book, loan, _today());
        uint64 amount = uint64(Math.min(Math.min(held, noticed), owed));
        savings.claimLien(pledge.member, loan, amount);
        _bookFromSavings(book, loan, borrower, amount, amount == owed);
        emit LoanPaidFromSavings(loan, pledge.member, pledge.kind, amount);
    }

    /// @inheritdoc ILoanCare
    function payStanding(LoanNumber loan) external {
        ILoanBook book = _bookOf(loan);
        MemberNumber borrower = book.loanOf(loan).borrower;
        ISavingsToken savings = _savings(SavingsKind.SUKARELA);
        (,, uint64 allowed) = savings.standingOrderOf(borrower, loan);
        uint256 reach = Math.min(allowed, savings.availableOf(borrower));
        uint64 amount = uint64(Math.min(reach, _dueBy(book, loan, _today())));
        if (amount == 0) revert CareNothingToDo(loan);
        savings.takeStanding(borrower, loan, amount);
        _bookFromSavings(book, loan, borrower, amount, false);
        emit LoanPaidFromSavings(loan, borrower, SavingsKind.SUKARELA, amount);
    }

    /// @inheritdoc ILoanCare
    function proposeAmendment(ILoanBook.Amendment calldata amendment, Countersignature[] calldata approvals)
        external
        onlyOffice(Offices.PENGURUS)
    {
        (, Parties memory parties) = _partiesOf(amendment.loan);
        bytes32 hash = amendmentHashOf(amendment);
        if (_enacted[hash]) revert CareAlreadyEnacted(amendment.loan, hash);
        (MemberNumber maker, uint40 expiresAt) = _propose(parties, hash, _exposureOf(parties.borrower));
        emit AmendmentProposed(amendment.loan, hash, maker, expiresAt);
        _approveSigned(parties, keccak256(abi.encode("amendment", hash)), approvals);
    }

    /// @inheritdoc ILoanCare
    function approveAmendment(ILoanBook.Amendment calldata amendment) external {
        (MemberNumber person, uint16 held) = _officer(amendment.loan, msg.sender);
        _checkProposal(amendment);
        (, Parties memory parties) = _partiesOf(amendment.loan);
        _approve(parties, msg.sender, person, held);
    }

    /// @inheritdoc ILoanCare
    function amend(ILoanBook.Amendment calldata amendment, WibDay bookDay, Acceptance[] calldata acceptances) external {
        LoanNumber loan = amendment.loan;
        bytes32 hash = _checkProposal(amendment);
        (ILoanBook book, Parties memory parties) = _partiesOf(loan);
        _requireApproved(loan, parties.borrower, _exposureOf(parties.borrower));
        _requireAcceptances(parties, parties.borrower, AMENDMENT_TYPEHASH, abi.encode(loan, hash), acceptances);
        TREASURY.checkBookDay(bookDay);
        delete _proposals[loan];
        _enact(loan, hash);
        book.amend(amendment, bookDay);
    }

    /// @inheritdoc ILoanCare
    function waivePenalty(
        LoanNumber loan,
        uint64 penalty,
        WibDay bookDay,
        bytes32 reason,
        Countersignature calldata countersignature
    ) external {
        _requireTwoOffices(keccak256(abi.encode("waive", loan, penalty, bookDay, reason)), countersignature);
        TREASURY.checkBookDay(bookDay);
        _bookOf(loan).waivePenalty(loan, penalty, bookDay, reason);
    }

    /// @inheritdoc ILoanCare
    function writeOff(LoanNumber loan, WibDay bookDay, bytes32 documentHash, Countersignature calldata countersignature)
        external
    {
        _requireTwoOffices(keccak256(abi.encode("writeOff", loan, bookDay, documentHash)), countersignature);
        TREASURY.checkBookDay(bookDay);
        ILoanBook book = _bookOf(loan);
        ILoanBook.Arrears memory arrears = book.arrearsOf(loan, bookDay);
        uint256 outstanding = book.outstandingOf(loan);
        uint256 secured = PledgedSavings.heldFor(AUTHORITY, book, loan);
        ILoanLens.Collectibility class =
            Kolektibilitas.classOf(arrears.principalDueSince, bookDay, secured, outstanding);
        if (class != ILoanLens.Collectibility.MACET) revert CareNotMacet(loan);
        book.writeOff(loan, bookDay, documentHash);
    }

    /// @inheritdoc ILoanCare
    function assume(
        LoanNumber loan,
        MemberNumber heir,
        bytes32 documentHash,
        Acceptance[] calldata acceptances,
        Countersignature calldata countersignature
    ) external {
        (MemberNumber maker, MemberNumber checker) =
            _requireTwoOffices(keccak256(abi.encode("assume", loan, heir, documentHash)), countersignature);
        (ILoanBook book, Parties memory parties) = _partiesOf(loan);
        if (heir == parties.borrower || heir == maker || heir == checker) revert CareHeirInvalid(loan, heir);
        _enact(loan, keccak256(abi.encode(loan, heir, documentHash)));
        _requireActive(heir);
        _requireAcceptances(parties, heir, ASSUMPTION_TYPEHASH, abi.encode(loan, heir, documentHash), acceptances);
        delete _proposals[loan];
        book.assume(loan, heir, documentHash);
    }

    /// @inheritdoc ILoanCare
    function proposalOf(LoanNumber loan)
        external
        view
        returns (bytes32 amendmentHash, MemberNumber maker, uint40 expiresAt, MemberNumber[] memory approvers)
    {
        Proposal storage proposal = _proposals[loan];
        return (proposal.hash, proposal.maker, proposal.expiresAt, _approversOf(loan));
    }

    /// @inheritdoc ILoanCare
    function amendmentHashOf(ILoanBook.Amendment calldata amendment) public pure returns (bytes32) {
        return keccak256(abi.encode(amendment));
    }

    function _approved(LoanNumber loan, bytes32 hash, MemberNumber approver) internal override {
        emit AmendmentApproved(loan, hash, approver);
    }

    /// @dev Books what was taken out of savings just now; no cash moves. All of it is owed, or the whole act is undone.
    function _bookFromSavings(ILoanBook book, LoanNumber loan, MemberNumber borrower, uint64 amount, bool all) private {
        bytes32 act = keccak256(abi.encode("care", loan, ++_acts[loan]));
        ReceiptNumber receipt = Series.number(Series.MEMBER, uint256(act) | 1 << 55);
        WibDay day = _today();
        TREASURY.useReceipt(receipt, day);
        if (all) book.payOff(loan, borrower, amount, Channels.OFFSET, receipt, day);
        else book.pay(loan, borrower, amount, Channels.OFFSET, receipt, day);
    }

    function _requireTwoOffices(bytes32 action, Countersignature calldata countersignature)
        private
        returns (MemberNumber maker, MemberNumber checker)
    {
        return AUTHORITY.requireTwoPersons(msg.sender, Offices.PENGURUS, Offices.PENGAWAS, action, countersignature);
    }

    /// @dev Overdue for the by-law's days.
    function _requireDefault(ILoanBook book, LoanNumber loan) private view {
        WibDay today = _today();
        WibDay since = book.arrearsOf(loan, today).dueSince;
        uint32 late = WibDay.unwrap(since) == 0 ? 0 : WibDay.unwrap(today) - WibDay.unwrap(since);
        uint32 needed = _policy().claimDelay();
        if (late == 0 || late < needed) revert CareNotInDefault(loan, late, needed);
    }

    function _checkProposal(ILoanBook.Amendment calldata amendment) private view returns (bytes32 hash) {
        Proposal storage proposal = _proposals[amendment.loan];
        (bytes32 proposed, uint40 expiresAt) = (proposal.hash, proposal.expiresAt);
        if (expiresAt == 0) revert CareNoProposal(amendment.loan);
        hash = amendmentHashOf(amendment);
        if (hash != proposed) revert CareAmendmentChanged(amendment.loan, proposed, hash);
        if (block.timestamp > expiresAt) revert CareProposalExpired(amendment.loan, expiresAt);
    }

    function _enact(LoanNumber loan, bytes32 agreement) private {
        if (_enacted[agreement]) revert CareAlreadyEnacted(loan, agreement);
        _enacted[agreement] = true;
    }

    /// @dev All that `borrower` owes and can still draw, rupiah.
    function _exposureOf(MemberNumber borrower) private view returns (uint64) {
        uint256 owed = LoanExposure.owedBy(_book(), borrower, LoanNumber.wrap(0));
        return uint64(Math.min(owed, type(uint64).max));
    }

    function _partiesOf(LoanNumber loan) private view returns (ILoanBook book, Parties memory parties) {
        book = _bookOf(loan);
        parties = Parties(loan, book.loanOf(loan).borrower, book.pledgesOf(loan));
    }

    function _bookOf(LoanNumber loan) private view returns (ILoanBook book) {
        book = _book().bookOf(loan);
        if (address(book) == address(0)) revert CareUnknownLoan(loan);
    }

    function _pledge(ILoanBook book, LoanNumber loan, uint256 index) private view returns (Pledge memory) {
        Pledge[] memory pledges = book.pledgesOf(loan);
        if (index >= pledges.length) revert CareUnknownPledge(loan, index);
        return pledges[index];
    }

    /// @return owed rupiah that pay the loan off on `day`
    function _owedOn(ILoanBook book, LoanNumber loan, WibDay day)
        private
        view
        returns (uint64 owed, MemberNumber borrower)
    {
        (uint64 principal, uint64 interest, uint64 penalty) = book.payoffOf(loan, day);
        return (principal + interest + penalty, book.loanOf(loan).borrower);
    }

    /// @dev Rupiah due on `day` or before, and the penalty by then.
    function _dueBy(ILoanBook book, LoanNumber loan, WibDay day) private view returns (uint256) {
        ILoanBook.Arrears memory due = book.arrearsOf(loan, WibDay.wrap(WibDay.unwrap(day) + 1));
        return uint256(due.principal) + due.interest + book.arrearsOf(loan, day).penalty;
    }

    function _today() private view returns (WibDay) {
        return WibCalendar.dayOf(block.timestamp);
    }
}
