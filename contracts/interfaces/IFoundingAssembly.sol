// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MemberNumber} from "../libraries/Types.sol";

/// @title The first ADMIN: written decisions of the founding members, until a RAT contract takes its place
/// @notice A decision needs the signatures of at least three quarters of all active members (rounded up), and at least
/// the by-law minimum of active members must exist. No officer has any part in it.
interface IFoundingAssembly {
    struct Action {
        address target;
        bytes data;
    }

    struct Consent {
        MemberNumber member;
        bytes signature;
    }

    event DecisionCarriedOut(uint256 indexed nonce, bytes32 indexed actionsHash, uint32 consents, uint32 roll);

    error AssemblyTooFewMembers(uint32 active, uint32 minimum);
    error AssemblyConsentsMissing(uint256 consents, uint256 needed);
    error AssemblyNotAscending(MemberNumber previous, MemberNumber next);
    error AssemblyNotActive(MemberNumber member);
    error AssemblySignatureInvalid(MemberNumber member);
    error AssemblyExpired(uint256 deadline);
    error AssemblyNonceUsed(uint256 nonce);
    error AssemblyActionFailed(uint256 index, bytes reason);

    /// @notice Carries out `actions`, all or none. Anyone sends it; consents are in ascending order of member numbers.
    /// EIP-712: Decision(bytes32 actionsHash,uint256 nonce,uint256 deadline), actionsHash = keccak256(abi.encode(actions))
    function decide(Action[] calldata actions, uint256 nonce, uint256 deadline, Consent[] calldata consents) external;

    /// @notice Active members that must exist for any decision (a by-law).
    function minimumMembers() external view returns (uint32);

    function isNonceUsed(uint256 nonce) external view returns (bool);
}
