// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IFoundingAssembly} from "./interfaces/IFoundingAssembly.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {MemberNumber} from "./libraries/Types.sol";

/// @title The first ADMIN: written decisions of the founding members
contract FoundingAssembly is IFoundingAssembly, EIP712 {
    struct Announcement {
        uint40 announcedAt;
        uint32 roll;
    }

    uint16 private constant LEAST_NOTICE_DAYS = 14;
    uint16 private constant MOST_NOTICE_DAYS = 90;
    uint40 private constant VALIDITY = 180 days;
    bytes32 private constant DECISION_TYPEHASH =
        keccak256("Decision(bytes32 actionsHash,uint256 nonce,uint256 deadline)");

    IMemberRegistry private immutable REGISTRY;
    uint32 private immutable MINIMUM_MEMBERS;
    uint40 private immutable NOTICE;

    /// @inheritdoc IFoundingAssembly
    mapping(uint256 nonce => bool) public isNonceUsed;
    /// @inheritdoc IFoundingAssembly
    mapping(bytes32 actionsHash => mapping(uint256 nonce => Announcement)) public announcementOf;

    /// @param noticeDays 14 to 90
    constructor(IMemberRegistry registry, uint32 minimumMembers_, uint16 noticeDays)
        EIP712("Koperasi FoundingAssembly", "1")
    {
        if (noticeDays < LEAST_NOTICE_DAYS || noticeDays > MOST_NOTICE_DAYS) {
            revert AssemblyNoticeInvalid(noticeDays, LEAST_NOTICE_DAYS, MOST_NOTICE_DAYS);
        }
        REGISTRY = registry;
        MINIMUM_MEMBERS = minimumMembers_;
        NOTICE = uint40(noticeDays) * 1 days;
    }

    /// @inheritdoc IFoundingAssembly
    function announce(bytes32 actionsHash, uint256 nonce) external {
        uint40 before = announcementOf[actionsHash][nonce].announcedAt;
        if (before != 0) revert AssemblyAlreadyAnnounced(actionsHash, nonce, before);
        uint40 announcedAt = uint40(block.timestamp);
        uint32 roll = REGISTRY.activeCountAt(announcedAt);
        if (roll < MINIMUM_MEMBERS) revert AssemblyTooFewMembers(roll, MINIMUM_MEMBERS);
        announcementOf[actionsHash][nonce] = Announcement(announcedAt, roll);
        emit DecisionAnnounced(nonce, actionsHash, roll, announcedAt + NOTICE);
    }

    /// @inheritdoc IFoundingAssembly
    function decide(Action[] calldata actions, uint256 nonce, uint256 deadline, Consent[] calldata consents) external {
        if (block.timestamp > deadline) revert AssemblyExpired(deadline);
        if (isNonceUsed[nonce]) revert AssemblyNonceUsed(nonce);
        isNonceUsed[nonce] = true;
        bytes32 actionsHash = keccak256(abi.encode(actions));
        Announcement memory announced = announcementOf[actionsHash][nonce];
        _requireTime(announced, actionsHash, nonce);
        uint256 needed = (uint256(announced.roll) * 3 + 3) / 4;
        if (consents.length < needed) revert AssemblyConsentsMissing(consents.length, needed);
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(DECISION_TYPEHASH, actionsHash, nonce, deadline)));
        _requireConsents(consents, digest, announced.announcedAt);
        emit DecisionCarriedOut(nonce, actionsHash, uint32(consents.length), announced.roll);
        for (uint256 i = 0; i < actions.length; ++i) {
            _carryOut(i, actions[i]);
        }
    }

    /// @inheritdoc IFoundingAssembly
    function minimumMembers() external view returns (uint32) {
        return MINIMUM_MEMBERS;
    }

    /// @inheritdoc IFoundingAssembly
    function notice() external view returns (uint40) {
        return NOTICE;
    }

    function _requireTime(Announcement memory announced, bytes32 actionsHash, uint256 nonce) private view {
        if (announced.announcedAt == 0) revert AssemblyNotAnnounced(actionsHash, nonce);
        uint40 earliest = announced.announcedAt + NOTICE;
        if (block.timestamp < earliest) revert AssemblyTooEarly(earliest);
        uint40 latest = announced.announcedAt + VALIDITY;
        if (block.timestamp > latest) revert AssemblyTooLate(latest);
    }

    /// @dev Every consent given must be good; ascending numbers keep a member from being counted twice.
    function _requireConsents(Consent[] calldata consents, bytes32 digest, uint40 announcedAt) private view {
        uint32 previous = 0;
        for (uint256 i = 0; i < consents.length; ++i) {
            MemberNumber member = consents[i].member;
            uint32 number = MemberNumber.unwrap(member);
            if (number <= previous) revert AssemblyNotAscending(MemberNumber.wrap(previous), member);
            previous = number;
            if (!REGISTRY.wasActiveAt(member, announcedAt)) revert AssemblyNotOnRoll(member);
            uint40 recoveredAt = REGISTRY.recoveredAt(member);
            if (recoveredAt >= announcedAt) revert AssemblyRecovered(member, recoveredAt);
            if (!REGISTRY.isSignedBy(member, digest, consents[i].signature)) revert AssemblySignatureInvalid(member);
        }
    }

    /// @dev A target without code would seem to succeed.
    function _carryOut(uint256 index, Action calldata action) private {
        (bool succeeded, bytes memory answer) = action.target.call(action.data);
        if (!succeeded || action.target.code.length == 0) revert AssemblyActionFailed(index, answer);
    }
}
