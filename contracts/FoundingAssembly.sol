// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IFoundingAssembly} from "./interfaces/IFoundingAssembly.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {MemberNumber} from "./libraries/Types.sol";

/// @title The first ADMIN: written decisions of the founding members
contract FoundingAssembly is IFoundingAssembly, EIP712 {
    bytes32 private constant DECISION_TYPEHASH =
        keccak256("Decision(bytes32 actionsHash,uint256 nonce,uint256 deadline)");

    IMemberRegistry private immutable REGISTRY;
    uint32 private immutable MINIMUM_MEMBERS;

    /// @inheritdoc IFoundingAssembly
    mapping(uint256 nonce => bool) public isNonceUsed;

    constructor(IMemberRegistry registry, uint32 minimumMembers_) EIP712("Koperasi FoundingAssembly", "1") {
        REGISTRY = registry;
        MINIMUM_MEMBERS = minimumMembers_;
    }

    /// @inheritdoc IFoundingAssembly
    function decide(Action[] calldata actions, uint256 nonce, uint256 deadline, Consent[] calldata consents) external {
        if (block.timestamp > deadline) revert AssemblyExpired(deadline);
        if (isNonceUsed[nonce]) revert AssemblyNonceUsed(nonce);
        isNonceUsed[nonce] = true;
        bytes32 actionsHash = keccak256(abi.encode(actions));
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(DECISION_TYPEHASH, actionsHash, nonce, deadline)));
        uint32 roll = _requireThreeQuarters(consents.length);
        _requireConsents(consents, digest);
        emit DecisionCarriedOut(nonce, actionsHash, uint32(consents.length), roll);
        for (uint256 i = 0; i < actions.length; ++i) {
            _carryOut(i, actions[i]);
        }
    }

    /// @inheritdoc IFoundingAssembly
    function minimumMembers() external view returns (uint32) {
        return MINIMUM_MEMBERS;
    }

    function _requireThreeQuarters(uint256 consents) private view returns (uint32 roll) {
        roll = REGISTRY.activeCount();
        if (roll < MINIMUM_MEMBERS) revert AssemblyTooFewMembers(roll, MINIMUM_MEMBERS);
        uint256 needed = (uint256(roll) * 3 + 3) / 4;
        if (consents < needed) revert AssemblyConsentsMissing(consents, needed);
    }

    /// @dev Every consent given must be good; ascending numbers keep a member from being counted twice.
    function _requireConsents(Consent[] calldata consents, bytes32 digest) private view {
        uint32 previous = 0;
        for (uint256 i = 0; i < consents.length; ++i) {
            MemberNumber member = consents[i].member;
            uint32 number = MemberNumber.unwrap(member);
            if (number <= previous) revert AssemblyNotAscending(MemberNumber.wrap(previous), member);
            previous = number;
            (IMemberRegistry.Status status,) = REGISTRY.lookup(member);
            if (status != IMemberRegistry.Status.ACTIVE) revert AssemblyNotActive(member);
            if (!REGISTRY.isSignedBy(member, digest, consents[i].signature)) revert AssemblySignatureInvalid(member);
        }
    }

    /// @dev A target without code would seem to succeed.
    function _carryOut(uint256 index, Action calldata action) private {
        (bool succeeded, bytes memory answer) = action.target.call(action.data);
        if (!succeeded || action.target.code.length == 0) revert AssemblyActionFailed(index, answer);
    }
}
