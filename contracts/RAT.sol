// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Meetings} from "./Meetings.sol";
import {IAuthority} from "./interfaces/IAuthority.sol";
import {IBallotBox} from "./interfaces/IBallotBox.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {IRAT} from "./interfaces/IRAT.sol";
import {Countersignature, MemberNumber, Offices} from "./libraries/Types.sol";

/// @title The members' meeting: what it decided, and how that is carried out
contract RAT is Meetings, ReentrancyGuardTransient {
    uint40 private constant VALIDITY = 180 days;

    mapping(address source => mapping(uint32 meeting => mapping(uint8 motion => bool))) private _carriedOut;
    bytes32 private _nextStep;
    uint40 private _sequenceUntil;

    /// @param predecessor_ the RAT that this one is to replace, or zero
    constructor(IAuthority authority, IMemberRegistry registry, IBallotBox box, IRAT predecessor_, Bylaws memory bylaws)
        Meetings(authority, registry, box, predecessor_)
    {
        _adopt(bylaws);
    }

    /// @inheritdoc IRAT
    function carryOut(
        address source,
        uint32 meeting,
        uint8 motion,
        Motion calldata content,
        bytes32[] calldata contents
    ) external nonReentrant {
        address admin = AUTHORITY.admin();
        if (admin != address(this)) revert RATReplaced(admin);
        _requireSource(source);
        if (isCarriedOut(source, meeting, motion)) revert RATCarriedOut(meeting, motion);
        IBallotBox.Decision memory decision = IRAT(source).ballotBox().decisionOf(meeting, motion);
        bool asPut = IRAT(source).contentsHashOf(meeting) == keccak256(abi.encodePacked(contents))
            && contents[motion - 1] == keccak256(abi.encode(content));
        if (!asPut) revert RATContentDiffers(meeting, motion);
        bool passed = decision.outcome == IBallotBox.Outcome.PASSED || decision.outcome == IBallotBox.Outcome.CONSENSUS;
        if (!passed) revert RATNotDecided(meeting, motion, decision.outcome);
        uint40 from = decision.closedAt + uint40(IRAT(source).bylawsOf(meeting).executionDelay);
        if (block.timestamp < from) revert RATNotYet(from);
        uint40 latest = decision.closedAt + VALIDITY;
        if (block.timestamp > latest) revert RATTooLate(latest);
        _carriedOut[source][meeting][motion] = true;
        emit DecisionCarriedOut(source, meeting, motion);
        if (content.kind == MotionKind.ELECTION) {
            _install(meeting, motion, content.election, decision);
        }
        for (uint256 i = 0; i < content.actions.length; ++i) {
            _act(source, i, content.actions[i]);
        }
    }

    /// @inheritdoc IRAT
    function recordMinutes(uint32 meeting, bytes32 document, Countersignature calldata countersignature) external {
        (MemberNumber chair, MemberNumber secretary) = AUTHORITY.requireTwoPersons(
            msg.sender,
            Offices.KETUA,
            Offices.SEKRETARIS,
            keccak256(abi.encode("minutes", meeting, document)),
            countersignature
        );
        uint40 closesAt = BOX.lastCloseOf(meeting);
        if (block.timestamp < closesAt) revert RATMinutesTooEarly(closesAt);
        emit MinutesRecorded(meeting, document, chair, secretary);
    }

    /// @inheritdoc IRAT
    function setBylaws(Bylaws calldata bylaws) external {
        if (msg.sender != address(this)) revert RATOnlySelf(msg.sender);
        _adopt(bylaws);
    }

    /// @inheritdoc IRAT
    function adoptSequence(bytes32 sequence) external {
        if (msg.sender != address(this)) revert RATOnlySelf(msg.sender);
        (_nextStep, _sequenceUntil) = (sequence, uint40(block.timestamp) + VALIDITY);
        emit SequenceAdopted(sequence, _sequenceUntil);
    }

    /// @inheritdoc IRAT
    function carryOutNext(Action[] calldata actions, bytes32 rest) external nonReentrant {
        address admin = AUTHORITY.admin();
        if (admin != address(this)) revert RATReplaced(admin);
        bytes32 step = keccak256(abi.encode(rest, actions));
        if (step != _nextStep) revert RATSequenceDiffers(_nextStep, step);
        if (block.timestamp > _sequenceUntil) revert RATTooLate(_sequenceUntil);
        _nextStep = rest;
        emit SequenceAdvanced(step, rest);
        for (uint256 i = 0; i < actions.length; ++i) {
            if (_isConstitutional(actions[i])) revert RATTargetClosed(actions[i].target);
            _act(address(this), i, actions[i]);
        }
    }

    /// @inheritdoc IRAT
    function nextStep() external view returns (bytes32 step, uint40 until) {
        return (_nextStep, _sequenceUntil);
    }

    /// @inheritdoc IRAT
    function isCarriedOut(address source, uint32 meeting, uint8 motion) public view returns (bool) {
        if (_carriedOut[source][meeting][motion]) return true;
        return address(PREDECESSOR) != address(0) && PREDECESSOR.isCarriedOut(source, meeting, motion);
    }

    function _requireSource(address source) private view {
        address rat = address(this);
        while (rat != source) {
            rat = IRAT(rat).predecessor();
            if (rat == address(0)) revert RATUnknownSource(source);
        }
    }

    /// @dev The ballot box takes nothing from a decision. This RAT takes what concerns itself from its own meetings only, where it is put
    /// as such. A target without code would seem to succeed.
    function _act(address source, uint256 index, Action calldata action) private {
        bool closed = action.target == address(BOX) || action.target == address(this) && source != address(this);
        if (closed) revert RATTargetClosed(action.target);
        (bool succeeded, bytes memory answer) = action.target.call(action.data);
        if (!succeeded || action.target.code.length == 0) revert RATActionFailed(index, answer);
    }

    function _install(uint32 meeting, uint8 motion, Election calldata election, IBallotBox.Decision memory decision)
        private
    {
        for (uint256 i = 0; i < election.outgoing.length; ++i) {
            _end(election.outgoing[i].office, election.outgoing[i].account);
        }
        uint8[] memory order = decision.ranking;
        uint40 until = decision.closedAt + uint40(election.termDays) * 1 days;
        for (uint8 seat = 0; seat < election.offices.length; ++seat) {
            bool elected = seat < order.length && decision.votes[order[seat]] != 0;
            MemberNumber member;
            address account;
            if (elected) {
                Candidate calldata winner = election.candidates[order[seat]];
                if (_canHold(winner)) (member, account) = (winner.member, winner.account);
            }
            if (account != address(0)) {
                _endElected(member);
                AUTHORITY.grantOffice(election.offices[seat], account, member, until);
            }
            emit SeatFilled(meeting, motion, seat, election.offices[seat], member, account, until);
        }
    }

    /// @dev Who left or was suspended since, or whose account acts for another elected officer by now, leaves the seat vacant.
    function _canHold(Candidate calldata winner) private view returns (bool) {
        (IMemberRegistry.Status status,) = REGISTRY.lookup(winner.member);
        (MemberNumber person, uint16 offices) = AUTHORITY.officesOf(winner.account);
        uint16 elected = uint16((2 << Offices.PENGAWAS) - (1 << Offices.KETUA));
        bool ofAnother = person != winner.member && offices & elected != 0;
        return status == IMemberRegistry.Status.ACTIVE && !ofAnother && winner.account != AUTHORITY.admin();
    }

    /// @dev Nobody holds two elected offices.
    function _endElected(MemberNumber member) private {
        for (uint64 office = Offices.KETUA; office <= Offices.PENGAWAS; ++office) {
            _end(office, AUTHORITY.accountOf(office, member));
        }
    }

    function _end(uint64 office, address account) private {
        (uint40 until,) = AUTHORITY.termOf(office, account);
        if (until != 0) AUTHORITY.revokeOffice(office, account);
    }
}
