// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IAuthority} from "./interfaces/IAuthority.sol";
import {SignedOrders} from "./libraries/SignedOrders.sol";
import {Countersignature, MemberNumber, Offices} from "./libraries/Types.sol";

/// @title Roles and offices of the cooperative, with terms
contract Authority is AccessManager, EIP712, IAuthority {
    /// @dev `effectiveAt` is zero when nothing is scheduled.
    struct ScheduledAccount {
        address account;
        uint40 effectiveAt;
    }

    /// @inheritdoc IAuthority
    uint40 public constant GUARDED_DELAY = 30 days;

    uint40 private constant LONGEST_TERM = 1_826 days;
    uint40 private constant LONGEST_GENESIS_TERM = 549 days;

    bytes32 private constant COUNTERSIGNATURE_TYPEHASH =
        keccak256("Countersignature(address target,bytes32 action,uint256 deadline)");

    uint256 private constant HOLDER_BITS = 32;
    uint256 private constant UNTIL_BITS = 36;
    uint256 private constant UNTIL_MASK = (1 << UNTIL_BITS) - 1;

    address public admin;
    bool public genesisOpen = true;
    ScheduledAccount private _nextAdmin;

    /// @dev A word an account: person in the low 32 bits, above it the end of each office's term in 36 bits, KETUA first.
    mapping(address account => uint256 word) private _terms;
    /// @dev With which account a person was last granted an office.
    mapping(MemberNumber holder => mapping(uint64 office => address)) private _accounts;
    mapping(address target => bool) private _guarded;
    mapping(bytes32 name => address) private _contracts;
    mapping(bytes32 name => ScheduledAccount) private _nextContracts;
    mapping(bytes32 digest => bool) private _spent;

    modifier onlyAdmin() {
        if (msg.sender != admin) revert AccessManagerUnauthorizedAccount(msg.sender, ADMIN_ROLE);
        _;
    }

    modifier onlyGenesis() {
        if (!genesisOpen) revert AuthorityGenesisOver();
        _;
    }

    constructor(address deployer) AccessManager(deployer) EIP712("Koperasi Authority", "1") {
        admin = deployer;
    }

    /// @inheritdoc IAuthority
    function grantOffice(uint64 office, address account, MemberNumber holder, uint40 until) external onlyAdmin {
        if (office < Offices.KETUA || office > Offices.REGISTRAR) revert AuthorityUnknownOffice(office);
        if (_holderIn(_terms[account]) != holder) {
            _endOffices(account);
            delete _terms[account];
        }
        _grantOffice(office, account, holder, until);
    }

    /// @inheritdoc IAuthority
    function revokeOffice(uint64 office, address account) external onlyAdmin {
        _endOffice(office, account);
    }

    /// @inheritdoc IAuthority
    function appoint(
        uint64 office,
        address account,
        MemberNumber holder,
        uint40 until,
        Countersignature calldata countersignature
    ) external {
        _requireAppointers(office, keccak256(abi.encode("appoint", office, account, holder, until)), countersignature);
        _grantOffice(office, account, holder, until);
    }

    /// @inheritdoc IAuthority
    function dismiss(uint64 office, address account, Countersignature calldata countersignature) external {
        _requireAppointers(office, keccak256(abi.encode("dismiss", office, account)), countersignature);
        _endOffice(office, account);
    }

    /// @inheritdoc IAuthority
    function resign(uint64 office) external {
        _endOffice(office, msg.sender);
    }

    /// @inheritdoc IAuthority
    function termOf(uint64 office, address account) external view returns (uint40 until, MemberNumber holder) {
        uint256 word = _terms[account];
        until = _untilIn(word, office);
        holder = until == 0 ? MemberNumber.wrap(0) : _holderIn(word);
    }

    /// @inheritdoc IAuthority
    function personOf(address account) external view returns (MemberNumber) {
        return _holderIn(_terms[account]);
    }

    /// @inheritdoc IAccessManager
    /// @dev ADMIN is `admin` alone, every office ends with its term, PENGURUS is any of three, PUBLIC does not exist.
    function hasRole(uint64 roleId, address account)
        public
        view
        override(AccessManager, IAccessManager)
        returns (bool isMember, uint32 executionDelay)
    {
        if (roleId == Offices.ADMIN) return (account == admin, 0);
        return (_holds(_terms[account], roleId), 0);
    }

    /// @inheritdoc IAuthority
    function requireTwoPersons(
        address maker,
        uint64 makerOffice,
        uint64 checkerOffice,
        bytes32 action,
        Countersignature calldata countersignature
    ) external returns (MemberNumber makerPerson, MemberNumber checkerPerson) {
        return _requireTwoPersons(msg.sender, maker, makerOffice, checkerOffice, action, countersignature);
    }

    /// @inheritdoc IAuthority
    function requireTwoSigners(
        uint64 makerOffice,
        Countersignature calldata makerSignature,
        uint64 checkerOffice,
        Countersignature calldata checkerSignature,
        bytes32 action
    ) external returns (MemberNumber makerPerson, MemberNumber checkerPerson) {
        makerPerson = _personWith(makerOffice, makerSignature.signer);
        checkerPerson = _personWith(checkerOffice, checkerSignature.signer);
        if (makerPerson == checkerPerson) revert AuthoritySamePerson(makerPerson);
        bytes32 made = _requireSigned(msg.sender, action, makerSignature);
        bytes32 checked = _requireSigned(msg.sender, action, checkerSignature);
        (_spent[made], _spent[checked]) = (true, true);
        emit Countersigned(msg.sender, action, makerPerson, checkerPerson);
    }

    /// @inheritdoc IAuthority
    function requireSigned(bytes32 action, Countersignature[] calldata signatures) external {
        bytes32[] memory digests = new bytes32[](signatures.length);
        for (uint256 i = 0; i < signatures.length; ++i) {
            digests[i] = _requireSigned(msg.sender, action, signatures[i]);
        }
        for (uint256 i = 0; i < digests.length; ++i) {
            _spent[digests[i]] = true;
        }
    }

    /// @inheritdoc IAuthority
    function officesOf(address account) external view returns (MemberNumber holder, uint16 offices) {
        uint256 word = _terms[account];
        holder = _holderIn(word);
        for (uint64 office = Offices.KETUA; office <= Offices.PENGURUS; ++office) {
            if (_holds(word, office)) offices |= uint16(1 << office);
        }
    }

    /// @inheritdoc IAuthority
    function officesOfPerson(MemberNumber person) external view returns (uint16 offices) {
        for (uint64 office = Offices.KETUA; office <= Offices.REGISTRAR; ++office) {
            uint256 word = _terms[_accounts[person][office]];
            if (_holderIn(word) != person || !_holds(word, office)) continue;
            offices |= uint16(1 << office);
            if (office <= Offices.BENDAHARA) offices |= uint16(1 << Offices.PENGURUS);
        }
    }

    /// @inheritdoc IAuthority
    function accountOf(uint64 office, MemberNumber person) external view returns (address) {
        return _accounts[person][office];
    }

    /// @inheritdoc IAuthority
    function installContract(bytes32 name, address contractAddress) external onlyAdmin {
        if (contractAddress.code.length == 0) revert AuthorityNotAContract(contractAddress);
        if (genesisOpen) return _install(name, contractAddress);
        if (!isGuarded(contractAddress)) revert AuthorityNotGuarded(contractAddress);
        emit ContractScheduled(name, contractAddress, _schedule(_nextContracts[name], contractAddress));
    }

    /// @inheritdoc IAuthority
    function enactContract(bytes32 name) external {
        _install(name, _takeDue(_nextContracts[name]));
    }

    /// @inheritdoc IAuthority
    function contractOf(bytes32 name) external view returns (address) {
        return _contracts[name];
    }

    /// @inheritdoc IAuthority
    function guard(address target) external onlyAdmin {
        _guarded[target] = true;
        emit TargetGuarded(target);
    }

    /// @inheritdoc IAuthority
    function isGuarded(address target) public view returns (bool) {
        return target == address(this) || _guarded[target];
    }

    /// @inheritdoc IAuthority
    function scheduleAdmin(address newAdmin) external onlyAdmin {
        if (genesisOpen) revert AuthorityGenesisOpen();
        _checkAdmin(newAdmin);
        emit AdminChangeScheduled(newAdmin, _schedule(_nextAdmin, newAdmin));
    }

    /// @inheritdoc IAuthority
    function enactAdmin() external {
        _changeAdmin(_takeDue(_nextAdmin));
    }

    /// @inheritdoc IAuthority
    function endGenesis(address firstAdmin) external onlyAdmin onlyGenesis {
        genesisOpen = false;
        _changeAdmin(firstAdmin);
        emit GenesisEnded(firstAdmin);
    }

    /// @inheritdoc IAccessManager
    function isTargetClosed(address) public pure override(AccessManager, IAccessManager) returns (bool) {
        return false;
    }

    /// @dev Offices have terms, which this view cannot tell: `termOf` does.
    function getAccess(uint64, address)
        public
        pure
        override(AccessManager, IAccessManager)
        returns (uint48, uint32, uint32, uint48)
    {
        _disabled();
    }

    /// @dev Which office may call a function is in that function's code, and nowhere else.
    function canCall(address, address, bytes4)
        public
        pure
        override(AccessManager, IAccessManager)
        returns (bool, uint32)
    {
        _disabled();
    }

    function getTargetFunctionRole(address, bytes4)
        public
        pure
        override(AccessManager, IAccessManager)
        returns (uint64)
    {
        _disabled();
    }

    function setTargetFunctionRole(address, bytes4[] calldata, uint64)
        public
        pure
        override(AccessManager, IAccessManager)
    {
        _disabled();
    }

    function labelRole(uint64, string calldata) public pure override(AccessManager, IAccessManager) {
        _disabled();
    }

    function grantRole(uint64, address, uint32) public pure override(AccessManager, IAccessManager) {
        _disabled();
    }

    function revokeRole(uint64, address) public pure override(AccessManager, IAccessManager) {
        _disabled();
    }

    function renounceRole(uint64, address) public pure override(AccessManager, IAccessManager) {
        _disabled();
    }

    function setRoleAdmin(uint64, uint64) public pure override(AccessManager, IAccessManager) {
        _disabled();
    }

    function setRoleGuardian(uint64, uint64) public pure override(AccessManager, IAccessManager) {
        _disabled();
    }

    function setGrantDelay(uint64, uint32) public pure override(AccessManager, IAccessManager) {
        _disabled();
    }

    function setTargetAdminDelay(address, uint32) public pure override(AccessManager, IAccessManager) {
        _disabled();
    }

    function setTargetClosed(address, bool) public pure override(AccessManager, IAccessManager) {
        _disabled();
    }

    function updateAuthority(address, address) public pure override(AccessManager, IAccessManager) {
        _disabled();
    }

    function schedule(address, bytes calldata, uint48)
        public
        pure
        override(AccessManager, IAccessManager)
        returns (bytes32, uint32)
    {
        _disabled();
    }

    function execute(address, bytes calldata) public payable override(AccessManager, IAccessManager) returns (uint32) {
        _disabled();
    }

    function cancel(address, address, bytes calldata)
        public
        pure
        override(AccessManager, IAccessManager)
        returns (uint32)
    {
        _disabled();
    }

    function consumeScheduledOp(address, bytes calldata) public pure override(AccessManager, IAccessManager) {
        _disabled();
    }

    function multicall(bytes[] calldata) public pure override returns (bytes[] memory) {
        _disabled();
    }

    function _disabled() private pure {
        revert AuthorityFunctionDisabled(msg.sig);
    }

    function _grantOffice(uint64 office, address account, MemberNumber holder, uint40 until) private {
        uint40 latest = uint40(block.timestamp) + (genesisOpen ? LONGEST_GENESIS_TERM : LONGEST_TERM);
        if (until <= block.timestamp || until > latest) revert AuthorityTermInvalid(until, latest);
        if (account == address(0) || account == address(this) || account == admin) {
            revert AuthorityAccountInvalid(account);
        }
        if (MemberNumber.unwrap(holder) == 0) revert AuthorityHolderInvalid(holder);
        uint256 word = _terms[account];
        if (word != 0 && _holderIn(word) != holder) revert AuthorityAccountOfAnother(account, _holderIn(word));
        _endElsewhere(office, account, holder);
        _terms[account] = _withUntil(word | MemberNumber.unwrap(holder), office, until);
        emit OfficeGranted(office, account, holder, until);
    }

    /// @dev A person holds an office with one account: the one before is passed on only if it still is that person's.
    function _endElsewhere(uint64 office, address account, MemberNumber holder) private {
        address before = _accounts[holder][office];
        if (before == account) return;
        _accounts[holder][office] = account;
        uint256 word = _terms[before];
        if (_holderIn(word) == holder && _holds(word, office)) _endOffice(office, before);
    }

    function _endOffice(uint64 office, address account) private {
        uint256 word = _terms[account];
        if (_untilIn(word, office) == 0) revert AuthorityNotHeld(office, account);
        _terms[account] = _withUntil(word, office, 0);
        emit OfficeEnded(office, account, _holderIn(word));
    }

    function _endOffices(address account) private {
        for (uint64 office = Offices.KETUA; office <= Offices.REGISTRAR; ++office) {
            if (_untilIn(_terms[account], office) > block.timestamp) _endOffice(office, account);
        }
    }

    function _requireAppointers(uint64 office, bytes32 action, Countersignature calldata countersignature) private {
        if (office != Offices.TELLER && office != Offices.REGISTRAR) revert AuthorityUnknownOffice(office);
        bool byKetua = _holds(_terms[msg.sender], Offices.KETUA);
        (uint64 makerOffice, uint64 checkerOffice) =
            byKetua ? (Offices.KETUA, Offices.BENDAHARA) : (Offices.BENDAHARA, Offices.KETUA);
        _requireTwoPersons(address(this), msg.sender, makerOffice, checkerOffice, action, countersignature);
    }

    function _requireTwoPersons(
        address target,
        address maker,
        uint64 makerOffice,
        uint64 checkerOffice,
        bytes32 action,
        Countersignature calldata countersignature
    ) private returns (MemberNumber makerPerson, MemberNumber checkerPerson) {
        makerPerson = _personWith(makerOffice, maker);
        checkerPerson = _personWith(checkerOffice, countersignature.signer);
        if (makerPerson == checkerPerson) revert AuthoritySamePerson(makerPerson);
        _spent[_requireSigned(target, action, countersignature)] = true;
        emit Countersigned(target, action, makerPerson, checkerPerson);
    }

    /// @return digest of what was signed, not spent before
    function _requireSigned(address target, bytes32 action, Countersignature calldata countersignature)
        private
        view
        returns (bytes32 digest)
    {
        uint256 deadline = countersignature.deadline;
        if (block.timestamp > deadline) revert AuthoritySignatureExpired(deadline);
        digest = _hashTypedDataV4(keccak256(abi.encode(COUNTERSIGNATURE_TYPEHASH, target, action, deadline)));
        if (_spent[digest]) revert AuthorityActionSpent(digest);
        address signer = countersignature.signer;
        if (!SignedOrders.isSignedByAddress(signer, digest, countersignature.signature)) {
            revert AuthoritySignatureInvalid(signer, digest);
        }
    }

    function _install(bytes32 name, address contractAddress) private {
        emit ContractInstalled(name, contractAddress, _contracts[name]);
        _contracts[name] = contractAddress;
    }

    function _changeAdmin(address newAdmin) private {
        _checkAdmin(newAdmin);
        address oldAdmin = admin;
        admin = newAdmin;
        _endOffices(newAdmin);
        _revokeRole(ADMIN_ROLE, oldAdmin);
        _grantRole(ADMIN_ROLE, newAdmin, 0, 0);
        emit AdminChanged(oldAdmin, newAdmin);
    }

    function _schedule(ScheduledAccount storage next, address account) private returns (uint40 effectiveAt) {
        effectiveAt = uint40(block.timestamp) + GUARDED_DELAY;
        (next.account, next.effectiveAt) = (account, effectiveAt);
    }

    /// @return account what was scheduled, which is scheduled no more
    function _takeDue(ScheduledAccount storage next) private returns (address account) {
        uint40 effectiveAt = next.effectiveAt;
        if (effectiveAt == 0) revert AuthorityNothingScheduled();
        if (block.timestamp < effectiveAt) revert AuthorityNotYet(effectiveAt);
        account = next.account;
        (next.account, next.effectiveAt) = (address(0), 0);
    }

    function _checkAdmin(address newAdmin) private view {
        if (newAdmin.code.length == 0) revert AuthorityNotAContract(newAdmin);
        if (newAdmin == address(this)) revert AuthorityAccountInvalid(newAdmin);
    }

    function _personWith(uint64 office, address account) private view returns (MemberNumber) {
        uint256 word = _terms[account];
        if (!_holds(word, office)) revert AuthorityNotHeld(office, account);
        return _holderIn(word);
    }

    function _holds(uint256 word, uint64 office) private view returns (bool) {
        if (office != Offices.PENGURUS) return _untilIn(word, office) > block.timestamp;
        return _untilIn(word, Offices.KETUA) > block.timestamp || _untilIn(word, Offices.SEKRETARIS) > block.timestamp
            || _untilIn(word, Offices.BENDAHARA) > block.timestamp;
    }

    function _holderIn(uint256 word) private pure returns (MemberNumber) {
        return MemberNumber.wrap(uint32(word));
    }

    /// @dev Zero for what is no office.
    function _untilIn(uint256 word, uint64 office) private pure returns (uint40) {
        if (office < Offices.KETUA || office > Offices.REGISTRAR) return 0;
        return uint40((word >> _shiftOf(office)) & UNTIL_MASK);
    }

    function _withUntil(uint256 word, uint64 office, uint40 until) private pure returns (uint256) {
        return (word & ~(UNTIL_MASK << _shiftOf(office))) | (uint256(until) << _shiftOf(office));
    }

    /// @dev Of an office from KETUA to REGISTRAR.
    function _shiftOf(uint64 office) private pure returns (uint256) {
        unchecked {
            return HOLDER_BITS + UNTIL_BITS * (office - 1);
        }
    }
}
