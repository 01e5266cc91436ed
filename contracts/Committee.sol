// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Desk} from "./Desk.sol";
import {IAuthority} from "./interfaces/IAuthority.sol";
import {ILoanBook} from "./interfaces/ILoanBook.sol";
import {ILoanCare} from "./interfaces/ILoanCare.sol";
import {ILoanDesk} from "./interfaces/ILoanDesk.sol";
import {ILoanPolicy} from "./interfaces/ILoanPolicy.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {ISavingsToken} from "./interfaces/ISavingsToken.sol";
import {PledgedSavings} from "./libraries/PledgedSavings.sol";
import {RecoveryWait} from "./libraries/RecoveryWait.sol";
import {Countersignature, LoanNumber, MemberNumber, Offices, Pledge, SavingsKind} from "./libraries/Types.sol";

/// @title What is proposed about a loan, who approved it, and how those who owe it accept it
/// @notice Approvals are of one hash: other terms have another hash and no approvals. A proposal's tier is the one of the day it
/// was made, by all that the borrower would owe then; what they would owe when it is carried out must stay within that tier, and
/// whether they are a related party is asked again whenever it counts.
abstract contract Committee is Desk, EIP712 {
    /// @param offices bit i: the person held office i when they approved
    struct Approval {
        MemberNumber person;
        uint16 offices;
    }

    /// @param upTo rupiah: the most that the borrower may owe in all for this tier to decide
    /// @param needed persons who must approve besides the maker
    /// @param offices bit i: who holds office i may approve
    /// @param required bit i: one of those who approve must hold office i
    struct Proposal {
        bytes32 hash;
        MemberNumber maker;
        uint40 expiresAt;
        uint64 upTo;
        uint8 needed;
        uint16 offices;
        uint16 required;
        Approval[] approvals;
    }

    /// @dev Who answers for a loan and therefore decides nothing about it.
    struct Parties {
        LoanNumber loan;
        MemberNumber borrower;
        Pledge[] pledges;
    }

    bytes32 private constant LOAN_BOOK = "LoanBook";
    bytes32 private constant LOAN_POLICY = "LoanPolicy";
    uint40 private constant PROPOSAL_PERIOD = 30 days;
    /// @dev Offices that can be in a committee: KETUA, SEKRETARIS, BENDAHARA, PENGAWAS, and PENGURUS for the first three.
    uint16 private constant OFFICERS = uint16(
        1 << Offices.KETUA | 1 << Offices.SEKRETARIS | 1 << Offices.BENDAHARA | 1 << Offices.PENGAWAS | 1
            << Offices.PENGURUS
    );
    uint16 private constant RELATED_NEED = uint16(1 << Offices.PENGURUS | 1 << Offices.PENGAWAS);

    IMemberRegistry internal immutable REGISTRY;

    mapping(LoanNumber loan => Proposal) internal _proposals;

    constructor(IAuthority authority_, IMemberRegistry registry) Desk(authority_) {
        REGISTRY = registry;
    }

    /// @dev The sender proposes `hash`, in place of what was proposed about the loan before. The borrower would owe `exposure`
    /// rupiah in all.
    /// @return maker the sender's person, none of the parties
    function _propose(Parties memory parties, bytes32 hash, uint64 exposure)
        internal
        returns (MemberNumber maker, uint40 expiresAt)
    {
        maker = AUTHORITY.personOf(msg.sender);
        _requireNoParty(parties, maker);
        ILoanPolicy policy = _policy();
        ILoanPolicy.Tier memory tier = policy.tierFor(exposure);
        expiresAt = uint40(block.timestamp) + PROPOSAL_PERIOD;
        delete _proposals[parties.loan];
        Proposal storage proposal = _proposals[parties.loan];
        (proposal.hash, proposal.maker, proposal.expiresAt) = (hash, maker, expiresAt);
        (proposal.upTo, proposal.needed, proposal.offices) = (tier.upTo, tier.approvals, tier.offices | tier.required);
        proposal.required = tier.required | _relatedNeed(policy, parties.borrower);
    }

    /// @dev Counts the signatures of others over `action`, none of them used before.
    function _approveSigned(Parties memory parties, bytes32 action, Countersignature[] calldata signatures) internal {
        AUTHORITY.requireSigned(action, signatures);
        for (uint256 i = 0; i < signatures.length; ++i) {
            address signer = signatures[i].signer;
            (MemberNumber person, uint16 held) = _officer(parties.loan, signer);
            _approve(parties, signer, person, held);
        }
    }

    /// @dev Counts the approval of `person`, who holds the offices `held` with `account` (`_officer`).
    function _approve(Parties memory parties, address account, MemberNumber person, uint16 held) internal {
        _requireNoParty(parties, person);
        Proposal storage proposal = _proposals[parties.loan];
        uint16 offices = proposal.offices | proposal.required | _relatedNeed(_policy(), parties.borrower);
        if (held & offices == 0) revert ILoanDesk.DeskMayNotApprove(parties.loan, account);
        if (person == proposal.maker) revert ILoanDesk.DeskSamePerson(parties.loan, person);
        uint256 count = proposal.approvals.length;
        for (uint256 i = 0; i < count; ++i) {
            if (proposal.approvals[i].person == person) revert ILoanDesk.DeskSamePerson(parties.loan, person);
        }
        proposal.approvals.push(Approval(person, held));
        _approved(parties.loan, proposal.hash, person);
    }

    /// @dev Tells of an approval.
    function _approved(LoanNumber loan, bytes32 hash, MemberNumber approver) internal virtual;

    /// @dev The person of `account` and the offices it holds; one of them at least is of the board or the supervisors.
    function _officer(LoanNumber loan, address account) internal view returns (MemberNumber person, uint16 held) {
        (person, held) = AUTHORITY.officesOf(account);
        if (held & OFFICERS == 0) revert ILoanDesk.DeskMayNotApprove(loan, account);
    }

    /// @dev Requires that enough persons approved, and of every required office another one among them; that the borrower, who
    /// would owe `exposure` rupiah in all, owes no more than their tier decides about.
    function _requireApproved(LoanNumber loan, MemberNumber borrower, uint64 exposure) internal view {
        Proposal storage proposal = _proposals[loan];
        if (exposure > proposal.upTo) revert ILoanDesk.DeskTierExceeded(loan, proposal.upTo, exposure);
        Approval[] memory approvals = proposal.approvals;
        uint8 needed = proposal.needed;
        uint8 missing = approvals.length < needed ? needed - uint8(approvals.length) : 0;
        uint16 missingOffices = _missingOffices(approvals, proposal.required | _relatedNeed(_policy(), borrower));
        if (missing != 0 || missingOffices != 0) revert ILoanDesk.DeskNotApproved(loan, missing, missingOffices);
    }

    /// @dev Requires that `first`, then every pledge's member in order, accepted what `about` encodes: each over the struct of
    /// `typeHash` with the fields member, those of `about`, deadline. Pledges of the borrower and of `first` are passed over.
    function _requireAcceptances(
        Parties memory parties,
        MemberNumber first,
        bytes32 typeHash,
        bytes memory about,
        ILoanCare.Acceptance[] memory acceptances
    ) internal view {
        uint256 needed = parties.pledges.length + 1;
        if (acceptances.length != needed) revert ILoanDesk.DeskAcceptancesMissing(needed, acceptances.length);
        for (uint256 i = 0; i < needed; ++i) {
            MemberNumber member = i == 0 ? first : parties.pledges[i - 1].member;
            if (i != 0 && (member == parties.borrower || member == first)) continue;
            uint256 deadline = acceptances[i].deadline;
            bytes memory fields = bytes.concat(abi.encode(typeHash, member), about, abi.encode(deadline));
            _requireAcceptance(member, keccak256(fields), deadline, acceptances[i].signature);
        }
    }

    /// @dev Requires that `member` signed `structHash` for this contract by `deadline`, with a signer that was not recovered
    /// within the last 30 days.
    function _requireAcceptance(MemberNumber member, bytes32 structHash, uint256 deadline, bytes memory signature)
        internal
        view
    {
        if (block.timestamp > deadline) revert ILoanDesk.DeskAcceptanceExpired(deadline);
        uint40 until = RecoveryWait.endOf(REGISTRY.recoveredAt(member));
        if (until != 0) revert ILoanDesk.DeskRecentlyRecovered(member, until);
        bytes32 digest = _hashTypedDataV4(structHash);
        if (!REGISTRY.isSignedBy(member, digest, signature)) revert ILoanDesk.DeskAcceptanceInvalid(member, digest);
    }

    function _requireActive(MemberNumber member) internal view {
        (IMemberRegistry.Status status,) = REGISTRY.lookup(member);
        if (status != IMemberRegistry.Status.ACTIVE) revert ILoanDesk.DeskMemberStatus(member, uint8(status));
    }

    function _approversOf(LoanNumber loan) internal view returns (MemberNumber[] memory approvers) {
        Approval[] memory approvals = _proposals[loan].approvals;
        approvers = new MemberNumber[](approvals.length);
        for (uint256 i = 0; i < approvals.length; ++i) {
            approvers[i] = approvals[i].person;
        }
    }

    function _book() internal view returns (ILoanBook) {
        return ILoanBook(AUTHORITY.contractOf(LOAN_BOOK));
    }

    function _policy() internal view returns (ILoanPolicy) {
        return ILoanPolicy(AUTHORITY.contractOf(LOAN_POLICY));
    }

    /// @dev The savings that a pledge's lien holds: WAJIB, and SUKARELA for every other kind.
    function _savings(SavingsKind kind) internal view returns (ISavingsToken) {
        return PledgedSavings.tokenOf(AUTHORITY, kind);
    }

    function _requireNoParty(Parties memory parties, MemberNumber person) private pure {
        if (person == parties.borrower) revert ILoanDesk.DeskOwnLoan(parties.loan, person);
        for (uint256 i = 0; i < parties.pledges.length; ++i) {
            if (person == parties.pledges[i].member) revert ILoanDesk.DeskOwnLoan(parties.loan, person);
        }
    }

    function _relatedNeed(ILoanPolicy policy, MemberNumber borrower) private view returns (uint16) {
        return policy.isRelated(borrower) ? RELATED_NEED : 0;
    }

    /// @dev Offices of `required` for which not one person each can be named: by Hall's theorem one can if of every part of the
    /// offices at least as many persons hold one as it has offices.
    function _missingOffices(Approval[] memory approvals, uint16 required) private pure returns (uint16 missing) {
        missing = required;
        for (uint256 i = 0; i < approvals.length; ++i) {
            missing &= ~approvals[i].offices;
        }
        if (missing != 0) return missing;
        for (uint16 part = required; part != 0; part = (part - 1) & required) {
            if (_holdersOf(approvals, part) < _bitsIn(part)) return part;
        }
    }

    function _holdersOf(Approval[] memory approvals, uint16 offices) private pure returns (uint256 count) {
        for (uint256 i = 0; i < approvals.length; ++i) {
            if (approvals[i].offices & offices != 0) ++count;
        }
    }

    function _bitsIn(uint16 offices) private pure returns (uint256 count) {
        for (; offices != 0; offices &= offices - 1) {
            ++count;
        }
    }
}
