// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Countersignature, MemberNumber, WibDay} from "../libraries/Types.sol";
import {IWriters} from "./IWriters.sol";

/// @title Register of members: number <-> signer, status, rolls frozen in time
/// @notice No personal data, not even a hash of it. A member's account (the address that wallets and explorers show) is
/// fixed at registration: the first signer's address, or for a passkey an address that follows from the number and that
/// nobody has a key to. The signer behind it can change. An address that is or was the signer or account of a member is
/// never another member's.
interface IMemberRegistry is IWriters {
    /// @notice NONE: unknown number. REGISTERED: simpanan pokok not paid yet. ACTIVE: a member. SUSPENDED: decided by a
    /// RAT, keeps savings and withdrawals but no vote. LEFT: by their own order, collects what is payable.
    enum Status {
        NONE,
        REGISTERED,
        ACTIVE,
        SUSPENDED,
        LEFT
    }

    /// @notice ADDRESS: `signer` is an EOA or an ERC-1271 wallet. PASSKEY: `signer` is the last 20 bytes of
    /// keccak256(abi.encode(qx, qy)) of a P-256 key.
    enum SignerKind {
        ADDRESS,
        PASSKEY
    }

    /// @param joinedOn book date of joining, not after the block's own WIB day
    struct Registration {
        MemberNumber member;
        address signer;
        SignerKind kind;
        WibDay joinedOn;
    }

    /// @param activeSince unix seconds of the last activation, zero if never
    /// @param changedAt unix seconds of the last change of signer or status
    struct Member {
        address signer;
        SignerKind kind;
        Status status;
        bool recovered;
        uint40 activeSince;
        uint40 changedAt;
        address account;
    }

    event MemberRegistered(
        MemberNumber indexed member, address indexed account, address signer, SignerKind kind, WibDay joinedOn
    );
    event MemberActivated(MemberNumber indexed member, WibDay bookDay);
    event MemberSuspended(MemberNumber indexed member);
    event MemberReinstated(MemberNumber indexed member);
    event MemberLeft(MemberNumber indexed member, WibDay bookDay);
    event SignerChanged(MemberNumber indexed member, address indexed signer, SignerKind kind, bool recovered);
    event RecoveryProposed(MemberNumber indexed member, address indexed signer, SignerKind kind, uint40 effectiveAt);
    event RecoveryStopped(MemberNumber indexed member, address indexed stoppedBy);
    /// @notice The register taken over from paper books is complete; `open` is closed for ever.
    event RegistrySealed(uint32 activeCount);

    error RegistryNumberInvalid(MemberNumber member);
    error RegistryNumberTaken(MemberNumber member);
    /// @notice Zero, an account that follows from a number, or the signer that the member has already.
    error RegistrySignerInvalid(address signer);
    error RegistrySignerTaken(address signer, MemberNumber member);
    error RegistryDayInFuture(WibDay day, WibDay today);
    error RegistryWrongStatus(MemberNumber member, Status status);
    error RegistryNotPast(uint256 time);
    error RegistryOrderExpired(uint256 deadline);
    error RegistryOrderSpent(MemberNumber member, uint256 nonce);
    error RegistryOrderInvalid(MemberNumber member, bytes32 digest);
    /// @notice The signer was recovered less than 30 days ago.
    error RegistryRecentlyRecovered(MemberNumber member, uint40 until);
    error RegistryNoRecovery(MemberNumber member);
    error RegistryRecoveryPending(uint40 effectiveAt);
    error RegistryIsSealed();

    /// @notice Registers members. REGISTRAR sends, a PENGURUS countersigns
    /// keccak256(abi.encode("register", registrations)).
    function register(Registration[] calldata registrations, Countersignature calldata countersignature) external;

    /// @notice Takes over members from paper books as ACTIVE. ADMIN, until sealed.
    function open(Registration[] calldata registrations) external;

    /// @notice Closes `open` for ever. ADMIN.
    function seal() external;

    /// @notice A member whose simpanan pokok is paid becomes ACTIVE. Writers only.
    function activate(MemberNumber member, WibDay bookDay) external;

    /// @notice Exit on the member's own order; the number is never used again. Writers only, and only with the member's
    /// signature; not within 30 days after a recovery. EIP-712: Exit(uint32 member,uint256 nonce,uint256 deadline)
    /// @dev Nobody else takes a vote away but ADMIN (`suspend`). A member who died signs nothing: no function of this version
    /// books that.
    function leaveByOrder(
        MemberNumber member,
        WibDay bookDay,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) external;

    /// @notice A RAT takes the vote away. ADMIN only.
    function suspend(MemberNumber member) external;

    /// @notice A RAT gives the vote back. ADMIN only.
    function reinstate(MemberNumber member) external;

    /// @notice Changes the signer by the old signer's order, and stops a pending recovery. Anyone relays.
    /// EIP-712: SignerChange(uint32 member,address signer,uint8 kind,uint256 nonce,uint256 deadline)
    function changeSigner(
        MemberNumber member,
        address signer,
        SignerKind kind,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) external;

    /// @notice A lost signer is replaced after 14 days by two offices: REGISTRAR sends, a PENGURUS countersigns
    /// keccak256(abi.encode("recover", member, signer, kind)).
    function proposeRecovery(
        MemberNumber member,
        address signer,
        SignerKind kind,
        Countersignature calldata countersignature
    ) external;

    /// @notice PENGAWAS stops a recovery.
    function stopRecovery(MemberNumber member) external;

    /// @notice The member stops a recovery with the signer it would replace. Anyone relays.
    /// EIP-712: RecoveryStop(uint32 member,address signer,uint256 nonce,uint256 deadline), signer = the one proposed
    function stopRecoveryByOrder(MemberNumber member, uint256 nonce, uint256 deadline, bytes calldata signature)
        external;

    /// @notice Carries out a recovery once its delay has passed. Anyone.
    function completeRecovery(MemberNumber member) external;

    function memberOf(MemberNumber member) external view returns (Member memory);

    /// @notice The member whose account `account` is; zero if none (a later signer is no account).
    function numberOf(address account) external view returns (MemberNumber);

    /// @notice Status and account of many members in one call, for batches. Unknown: zero.
    /// @param named words with a member number in the top 32 bits; the rest is not read
    /// @return words 32 bytes a member, from the top: zeros 88 | status 8 | account 160 (`Words.fromBytes` makes them a list)
    function lookup(uint256[] calldata named) external view returns (bytes memory words);

    function lookup(MemberNumber member) external view returns (Status status, address account);

    /// @notice Signers of many members in one call, and whether each may vote in a meeting noticed at `time`: active just
    /// before that second, and not recovered since.
    /// @param named 32 bytes a member, the number in the first 4; the rest is not read
    /// @param time unix seconds, not in the future
    /// @return words 32 bytes a member, from the top: eligible 1 | zeros 87 | SignerKind 8 | signer 160
    function voters(bytes calldata named, uint256 time) external view returns (bytes memory words);

    /// @notice Whether `signature` is the member's over `digest` now. Format: an EOA's 65 bytes, an ERC-1271 wallet's
    /// bytes, or for a passkey abi.encode(qx, qy, WebAuthn.WebAuthnAuth).
    function isSignedBy(MemberNumber member, bytes32 digest, bytes calldata signature) external view returns (bool);

    /// @notice When the signer was last replaced by recovery (unix seconds); zero if the signer was never recovered.
    function recoveredAt(MemberNumber member) external view returns (uint40);

    /// @notice The recovery that is pending, from `effectiveAt` (unix seconds) on to be completed; zeroes if none is.
    function recoveryOf(MemberNumber member) external view returns (address signer, SignerKind kind, uint40 effectiveAt);

    /// @notice Whether `nonce` of an order of `member` to this registry is used up.
    function isOrderSpent(MemberNumber member, uint256 nonce) external view returns (bool);

    function isSealed() external view returns (bool);

    function activeCount() external view returns (uint32);

    /// @notice Active members just before the second `time` (unix seconds, not in the future).
    function activeCountAt(uint256 time) external view returns (uint32);

    /// @notice Whether `member` was active just before the second `time` (unix seconds, not in the future).
    function wasActiveAt(MemberNumber member, uint256 time) external view returns (bool);
}
