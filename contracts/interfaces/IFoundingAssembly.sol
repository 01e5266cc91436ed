// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MemberNumber} from "../libraries/Types.sol";

/// @title The first ADMIN: written decisions of the founding members, until a RAT contract takes its place
/// @notice A decision is announced, and its roll is frozen with that: whoever was an active member just before. It needs the
/// signatures of at least three quarters of that roll (rounded up), which holds at least the by-law minimum of members,
/// and is carried out after the notice and within 180 days. No officer has any part in it.
interface IFoundingAssembly {
    struct Action {
        address target;
        bytes data;
    }

    struct Consent {
        MemberNumber member;
        bytes signature;
    }

    /// @notice `roll` members may decide `actionsHash`, none before `earliest` (unix seconds).
    event DecisionAnnounced(uint256 indexed nonce, bytes32 indexed actionsHash, uint32 roll, uint40 earliest);
    event DecisionCarriedOut(uint256 indexed nonce, bytes32 indexed actionsHash, uint32 consents, uint32 roll);

    error AssemblyTooFewMembers(uint32 roll, uint32 minimum);
    error AssemblyAlreadyAnnounced(bytes32 actionsHash, uint256 nonce, uint40 announcedAt);
    error AssemblyNotAnnounced(bytes32 actionsHash, uint256 nonce);
    error AssemblyTooEarly(uint40 earliest);
    error AssemblyTooLate(uint40 latest);
    error AssemblyConsentsMissing(uint256 consents, uint256 needed);
    error AssemblyNotAscending(MemberNumber previous, MemberNumber next);
    /// @notice The member was not active just before the announcement.
    error AssemblyNotOnRoll(MemberNumber member);
    /// @notice The member's signer was recovered since the announcement.
    error AssemblyRecovered(MemberNumber member, uint40 recoveredAt);
    error AssemblySignatureInvalid(MemberNumber member);
    error AssemblyExpired(uint256 deadline);
    error AssemblyNonceUsed(uint256 nonce);
    error AssemblyActionFailed(uint256 index, bytes reason);
    error AssemblyNoticeInvalid(uint16 numDays, uint16 least, uint16 most);

    /// @notice Announces a decision and freezes its roll. Anyone, once for `actionsHash` with `nonce`. The actions themselves
    /// are made known beside it.
    /// @param actionsHash keccak256(abi.encode(actions)) of `decide`
    function announce(bytes32 actionsHash, uint256 nonce) external;

    /// @notice Carries out announced `actions`, all or none, from the end of the notice to 180 days after the announcement.
    /// Anyone sends it; consents are in ascending order of member numbers. A consent counts of a member of the roll,
    /// whatever became of their membership since, whose signer was not recovered since.
    /// EIP-712: Decision(bytes32 actionsHash,uint256 nonce,uint256 deadline), actionsHash = keccak256(abi.encode(actions))
    function decide(Action[] calldata actions, uint256 nonce, uint256 deadline, Consent[] calldata consents) external;

    /// @notice When a decision was announced (unix seconds) and how many members are on its roll; zeroes if it was not.
    function announcementOf(bytes32 actionsHash, uint256 nonce) external view returns (uint40 announcedAt, uint32 roll);

    /// @notice Members that the roll of any decision must have (a by-law).
    function minimumMembers() external view returns (uint32);

    /// @notice How long before it is carried out a decision must be announced, seconds (a by-law, 14 days at least).
    function notice() external view returns (uint40);

    function isNonceUsed(uint256 nonce) external view returns (bool);
}
