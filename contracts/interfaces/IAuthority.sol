// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {Countersignature, MemberNumber} from "../libraries/Types.sol";

/// @title Roles and offices of the cooperative, with terms
/// @notice Offices (KETUA, SEKRETARIS, BENDAHARA, PENGAWAS, TELLER, REGISTRAR) are granted to an account of a person
/// until a time, and lapse by themselves. There is exactly one ADMIN, a RAT. It is also the directory from which the
/// public learns which contracts belong to the cooperative.
/// @dev Closed against AccessManager's own ways around the laws: of its functions those that change anything revert, and
/// `multicall`. So do `getAccess` (an office has a term: `termOf`), `canCall` and `getTargetFunctionRole` (a function
/// names its office in code).
interface IAuthority is IAccessManager {
    /// @notice `account` holds `office` as person `holder` until `until` (unix seconds).
    event OfficeGranted(uint64 indexed office, address indexed account, MemberNumber indexed holder, uint40 until);
    /// @notice `account` does not hold `office` any more.
    event OfficeEnded(uint64 indexed office, address indexed account, MemberNumber indexed holder);
    /// @notice `contractAddress` acts as `name` (for example "TellerDesk") from now on; `replaced` did before, or zero.
    event ContractInstalled(bytes32 indexed name, address indexed contractAddress, address indexed replaced);
    /// @notice `contractAddress` can take the name `name` once `effectiveAt` (unix seconds) has passed.
    event ContractScheduled(bytes32 indexed name, address indexed contractAddress, uint40 effectiveAt);
    /// @notice `newAdmin` becomes the only ADMIN once `effectiveAt` (unix seconds) has passed.
    event AdminChangeScheduled(address indexed newAdmin, uint40 effectiveAt);
    /// @notice `newAdmin` is the only ADMIN; `oldAdmin` is none any more.
    event AdminChanged(address indexed oldAdmin, address indexed newAdmin);
    /// @notice The deployment is over: `firstAdmin` is ADMIN and every guarded change waits from now on.
    event GenesisEnded(address indexed firstAdmin);
    /// @notice `target` may be named for the house from now on.
    event TargetGuarded(address indexed target);
    /// @notice `maker` and `checker`, two persons, stand behind `action` on `target`.
    event Countersigned(address indexed target, bytes32 indexed action, MemberNumber maker, MemberNumber checker);

    error AuthorityFunctionDisabled(bytes4 selector);
    error AuthorityUnknownOffice(uint64 office);
    error AuthorityTermInvalid(uint40 until, uint40 latest);
    error AuthorityAccountInvalid(address account);
    error AuthorityHolderInvalid(MemberNumber holder);
    /// @notice The account already acts for another person.
    error AuthorityAccountOfAnother(address account, MemberNumber holder);
    error AuthorityNotHeld(uint64 office, address account);
    error AuthoritySamePerson(MemberNumber person);
    error AuthoritySignatureExpired(uint256 deadline);
    error AuthoritySignatureInvalid(address signer, bytes32 digest);
    error AuthorityActionSpent(bytes32 digest);
    error AuthorityNotYet(uint40 effectiveAt);
    error AuthorityNothingScheduled();
    error AuthorityGenesisOver();
    error AuthorityGenesisOpen();
    error AuthorityNotAContract(address account);
    /// @notice A contract of the house must be guarded before it is named.
    error AuthorityNotGuarded(address account);

    /// @notice Grants `office` to `account` of person `holder` until `until`. ADMIN only; KETUA, SEKRETARIS, BENDAHARA
    /// and PENGAWAS come only this way. An account acts for one person; if KETUA and BENDAHARA appointed it for another,
    /// those offices end here, so that nobody can shut an elected officer out by appointing their account first. A person holds
    /// an office with one account: the term of the same office with another account of theirs ends.
    /// @param until unix seconds, in the future, at most 5 years ahead (18 months during genesis)
    function grantOffice(uint64 office, address account, MemberNumber holder, uint40 until) external;

    /// @notice Ends a term early, or one that lapsed (who holds no office any more may still convene a meeting). ADMIN only.
    function revokeOffice(uint64 office, address account) external;

    /// @notice KETUA (the sender) and BENDAHARA (countersigning, or the other way round) appoint a TELLER or REGISTRAR.
    /// The action is keccak256(abi.encode("appoint", office, account, holder, until)). The term of the same office with
    /// another account of that person ends.
    function appoint(
        uint64 office,
        address account,
        MemberNumber holder,
        uint40 until,
        Countersignature calldata countersignature
    ) external;

    /// @notice KETUA and BENDAHARA end the term of a TELLER or REGISTRAR.
    /// The action is keccak256(abi.encode("dismiss", office, account)).
    function dismiss(uint64 office, address account, Countersignature calldata countersignature) external;

    /// @notice An officer resigns.
    function resign(uint64 office) external;

    /// @notice Who holds `office` with `account`, and until when (unix seconds). Zeroes if never granted or ended.
    function termOf(uint64 office, address account) external view returns (uint40 until, MemberNumber holder);

    /// @notice The person who acts with `account`; zero if it holds no office and never did.
    function personOf(address account) external view returns (MemberNumber);

    /// @notice Requires that `maker` holds `makerOffice`, that the countersigner holds `checkerOffice`, that they are two
    /// persons, and that the countersigner signed `action` for the calling contract. Marks the signature as spent.
    /// @dev Called by the contract in which the act happens; the signature binds that contract, this chain and `action`.
    function requireTwoPersons(
        address maker,
        uint64 makerOffice,
        uint64 checkerOffice,
        bytes32 action,
        Countersignature calldata countersignature
    ) external returns (MemberNumber makerPerson, MemberNumber checkerPerson);

    /// @notice Requires that both signers hold their offices, are two persons, and signed `action` for the calling contract.
    /// Marks both signatures as spent. Whoever calls that contract is not looked at.
    /// @dev For what a state contract must see itself, whatever its writers are. The two may have one deadline.
    function requireTwoSigners(
        uint64 makerOffice,
        Countersignature calldata makerSignature,
        uint64 checkerOffice,
        Countersignature calldata checkerSignature,
        bytes32 action
    ) external returns (MemberNumber makerPerson, MemberNumber checkerPerson);

    /// @notice Requires that every signer signed `action` for the calling contract, and marks the signatures as spent. Which
    /// offices they hold the caller asks (`officesOf`). They may have one deadline.
    function requireSigned(bytes32 action, Countersignature[] calldata signatures) external;

    /// @notice The person who acts with `account`, and the offices that the account holds now: bit i is office i, PENGURUS
    /// among them.
    function officesOf(address account) external view returns (MemberNumber holder, uint16 offices);

    /// @notice The offices that `person` holds now, with whatever account: bits as in `officesOf`.
    function officesOfPerson(MemberNumber person) external view returns (uint16 offices);

    /// @notice With which account `person` was last granted `office`; zero if never. Whether the term runs says `termOf`.
    function accountOf(uint64 office, MemberNumber person) external view returns (address);

    /// @notice Names `contractAddress` as the cooperative's `name`: at once during genesis, afterwards a guarded contract, 30
    /// days later by `enactContract`, in place of one scheduled before. ADMIN only. Grants nothing.
    function installContract(bytes32 name, address contractAddress) external;

    /// @notice Carries out a scheduled change of the directory. Anyone, once its time has come.
    function enactContract(bytes32 name) external;

    /// @notice The contract that acts as `name` now, or zero.
    function contractOf(bytes32 name) external view returns (address);

    /// @notice Says that `target` is of the house, for ever: only such a contract can be named once genesis is over, and what
    /// it is named for changes after 30 days. ADMIN only.
    function guard(address target) external;

    /// @notice Whether `guard` was called for `target`; this Authority always is.
    function isGuarded(address target) external view returns (bool);

    /// @notice Schedules the change to another RAT, in place of one scheduled before. ADMIN only, after genesis.
    function scheduleAdmin(address newAdmin) external;

    /// @notice Carries out the change of RAT. Anyone, once its time has come. Offices of the new ADMIN's account end.
    function enactAdmin() external;

    /// @notice Ends the deployment: the deployer gives ADMIN to `firstAdmin` and keeps nothing.
    function endGenesis(address firstAdmin) external;

    /// @notice Whether the deployment still goes on (guarded changes take effect at once).
    function genesisOpen() external view returns (bool);

    /// @notice The only ADMIN.
    function admin() external view returns (address);

    /// @notice Delay of guarded changes: 30 days, in seconds.
    function GUARDED_DELAY() external view returns (uint40);
}
