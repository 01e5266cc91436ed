// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {Writers} from "./Writers.sol";
import {PasskeyVerifier} from "./PasskeyVerifier.sol";
import {IAuthority} from "./interfaces/IAuthority.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {RecoveryWait} from "./libraries/RecoveryWait.sol";
import {SignedOrders} from "./libraries/SignedOrders.sol";
import {Countersignature, MemberNumber, Offices, STAFF_FLOOR, WibDay} from "./libraries/Types.sol";
import {WibCalendar} from "./libraries/WibCalendar.sol";
import {Words} from "./libraries/Words.sol";

/// @title Register of members
contract MemberRegistry is IMemberRegistry, Writers, EIP712 {
    using Checkpoints for Checkpoints.Trace208;
    using SignedOrders for SignedOrders.Nonces;
    using Words for uint256[];

    /// @dev How a member's account is found: it is the signer, it follows from the number, or it is stored.
    enum AccountForm {
        SIGNER,
        DERIVED,
        STORED
    }

    /// @dev One word. `marks`: bit 0 passkey, bit 1 recovered at least once, bits 2 and 3 the AccountForm.
    struct Slot {
        address signer;
        uint40 activeSince;
        uint40 changedAt;
        Status status;
        uint8 marks;
    }

    /// @dev One word. `effectiveAt` is zero when no recovery is pending.
    struct Recovery {
        address signer;
        SignerKind kind;
        uint40 effectiveAt;
        uint40 recoveredAt;
    }

    uint40 private constant RECOVERY_DELAY = 14 days;

    uint8 private constant PASSKEY = 1;
    uint8 private constant RECOVERED = 2;
    uint8 private constant ACCOUNT_SHIFT = 2;
    /// @dev Of a Slot as it is stored: the status and the mark RECOVERED, and the status ACTIVE without it.
    uint256 private constant STATUS_AND_RECOVERED = 0x02ff << 240;
    uint256 private constant ACTIVE = 2 << 240;
    uint256 private constant ADDRESS_MASK = (1 << 160) - 1;
    /// @dev Of a word of `voters`: the signer's kind.
    uint256 private constant PASSKEY_SIGNER = 1 << 160;

    bytes32 private constant SIGNER_CHANGE_TYPEHASH =
        keccak256("SignerChange(uint32 member,address signer,uint8 kind,uint256 nonce,uint256 deadline)");
    bytes32 private constant RECOVERY_STOP_TYPEHASH =
        keccak256("RecoveryStop(uint32 member,address signer,uint256 nonce,uint256 deadline)");
    bytes32 private constant EXIT_TYPEHASH = keccak256("Exit(uint32 member,uint256 nonce,uint256 deadline)");

    /// @dev The account of a member with a passkey: these 16 bytes, then the number. Nobody has a key to it.
    uint128 private constant DERIVED_PREFIX = uint128(uint256(keccak256("koperasi.member.account")));

    bytes32 private immutable RP_ID_HASH;

    bool public isSealed;
    mapping(MemberNumber member => Slot) private _members;
    /// @dev Whose signer or account an address is or ever was: it can never be another member's.
    mapping(address claimed => MemberNumber member) private _claims;
    mapping(MemberNumber member => address account) private _accounts;
    mapping(MemberNumber member => Recovery) private _recoveries;
    /// @dev Spells of membership that are over: key their end, value their beginning (unix seconds).
    mapping(MemberNumber member => Checkpoints.Trace208) private _spells;
    /// @dev Number of active members since a second.
    Checkpoints.Trace208 private _activeCounts;
    SignedOrders.Nonces private _nonces;

    /// @param rpIdHash sha256 of the domain that members' passkeys are bound to
    constructor(IAuthority authority_, bytes32 rpIdHash) Writers(authority_) EIP712("Koperasi MemberRegistry", "1") {
        RP_ID_HASH = rpIdHash;
    }

    /// @inheritdoc IMemberRegistry
    function register(Registration[] calldata registrations, Countersignature calldata countersignature) external {
        _requireTwoPersons(keccak256(abi.encode("register", registrations)), countersignature);
        for (uint256 i = 0; i < registrations.length; ++i) {
            _register(registrations[i], Status.REGISTERED, 0);
        }
    }

    /// @inheritdoc IMemberRegistry
    function open(Registration[] calldata registrations) external onlyAdmin {
        if (isSealed) revert RegistryIsSealed();
        uint40 time = uint40(block.timestamp);
        for (uint256 i = 0; i < registrations.length; ++i) {
            _register(registrations[i], Status.ACTIVE, time);
            emit MemberActivated(registrations[i].member, registrations[i].joinedOn);
        }
        _setActiveCount(activeCount() + uint32(registrations.length));
    }

    /// @inheritdoc IMemberRegistry
    function seal() external onlyAdmin {
        if (isSealed) revert RegistryIsSealed();
        isSealed = true;
        emit RegistrySealed(activeCount());
    }

    /// @inheritdoc IMemberRegistry
    function activate(MemberNumber member, WibDay bookDay) external onlyWriter {
        _startSpell(member, Status.REGISTERED);
        emit MemberActivated(member, bookDay);
    }

    /// @inheritdoc IMemberRegistry
    function leaveByOrder(
        MemberNumber member,
        WibDay bookDay,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) external onlyWriter {
        Slot storage slot = _members[member];
        Status status = slot.status;
        if (status == Status.NONE || status == Status.LEFT) revert RegistryWrongStatus(member, status);
        uint40 until = RecoveryWait.endOf(recoveredAt(member));
        if (until != 0) revert RegistryRecentlyRecovered(member, until);
        bytes32 order = keccak256(abi.encode(EXIT_TYPEHASH, member, nonce, deadline));
        _useOrder(member, order, nonce, deadline, signature);
        if (status == Status.ACTIVE) _endSpell(member, slot.activeSince);
        slot.status = Status.LEFT;
        slot.changedAt = uint40(block.timestamp);
        emit MemberLeft(member, bookDay);
    }

    /// @inheritdoc IMemberRegistry
    function suspend(MemberNumber member) external onlyAdmin {
        Slot storage slot = _members[member];
        if (slot.status != Status.ACTIVE) revert RegistryWrongStatus(member, slot.status);
        _endSpell(member, slot.activeSince);
        slot.status = Status.SUSPENDED;
        slot.changedAt = uint40(block.timestamp);
        emit MemberSuspended(member);
    }

    /// @inheritdoc IMemberRegistry
    function reinstate(MemberNumber member) external onlyAdmin {
        _startSpell(member, Status.SUSPENDED);
        emit MemberReinstated(member);
    }

    /// @inheritdoc IMemberRegistry
    function changeSigner(
        MemberNumber member,
        address signer,
        SignerKind kind,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) external {
        bytes32 order = keccak256(abi.encode(SIGNER_CHANGE_TYPEHASH, member, signer, kind, nonce, deadline));
        _useOrder(member, order, nonce, deadline, signature);
        if (_recoveries[member].effectiveAt != 0) _stopRecovery(member, _members[member].signer);
        _replaceSigner(member, signer, kind, false);
    }

    /// @inheritdoc IMemberRegistry
    function proposeRecovery(
        MemberNumber member,
        address signer,
        SignerKind kind,
        Countersignature calldata countersignature
    ) external {
        _requireTwoPersons(keccak256(abi.encode("recover", member, signer, kind)), countersignature);
        if (_members[member].status == Status.NONE) revert RegistryWrongStatus(member, Status.NONE);
        Recovery storage recovery = _recoveries[member];
        if (recovery.effectiveAt != 0) revert RegistryRecoveryPending(recovery.effectiveAt);
        _checkClaimable(member, signer);
        uint40 effectiveAt = uint40(block.timestamp) + RECOVERY_DELAY;
        (recovery.signer, recovery.kind, recovery.effectiveAt) = (signer, kind, effectiveAt);
        emit RecoveryProposed(member, signer, kind, effectiveAt);
    }

    /// @inheritdoc IMemberRegistry
    function stopRecovery(MemberNumber member) external {
        (bool isPengawas,) = AUTHORITY.hasRole(Offices.PENGAWAS, msg.sender);
        if (!isPengawas) revert IAccessManaged.AccessManagedUnauthorized(msg.sender);
        _stopRecovery(member, msg.sender);
    }

    /// @inheritdoc IMemberRegistry
    function stopRecoveryByOrder(MemberNumber member, uint256 nonce, uint256 deadline, bytes calldata signature)
        external
    {
        address proposed = _recoveries[member].signer;
        bytes32 order = keccak256(abi.encode(RECOVERY_STOP_TYPEHASH, member, proposed, nonce, deadline));
        _useOrder(member, order, nonce, deadline, signature);
        _stopRecovery(member, _members[member].signer);
    }

    /// @inheritdoc IMemberRegistry
    function completeRecovery(MemberNumber member) external {
        Recovery memory recovery = _recoveries[member];
        if (recovery.effectiveAt == 0) revert RegistryNoRecovery(member);
        if (block.timestamp < recovery.effectiveAt) revert RegistryRecoveryPending(recovery.effectiveAt);
        _recoveries[member] = Recovery(address(0), SignerKind.ADDRESS, 0, uint40(block.timestamp));
        _replaceSigner(member, recovery.signer, recovery.kind, true);
    }

    /// @inheritdoc IMemberRegistry
    function memberOf(MemberNumber member) external view returns (Member memory) {
        Slot memory slot = _members[member];
        return Member({
            signer: slot.signer,
            kind: _kindOf(slot),
            status: slot.status,
            recovered: slot.marks & RECOVERED != 0,
            activeSince: slot.activeSince,
            changedAt: slot.changedAt,
            account: _accountOf(member, slot)
        });
    }

    /// @inheritdoc IMemberRegistry
    function numberOf(address account) external view returns (MemberNumber) {
        MemberNumber member = _isDerived(account) ? MemberNumber.wrap(uint32(uint160(account))) : _claims[account];
        return account != address(0) && _accountOf(member, _members[member]) == account ? member : MemberNumber.wrap(0);
    }

    /// @inheritdoc IMemberRegistry
    function lookup(uint256[] calldata named) external view returns (bytes memory) {
        uint256[] memory words = Words.list(named.length);
        for (uint256 i = 0; i < named.length; ++i) {
            words.push(_ownerWord(named[i] >> 224));
        }
        return words.toBytes();
    }

    /// @inheritdoc IMemberRegistry
    function lookup(MemberNumber member) public view returns (Status status, address account) {
        uint256 word = _ownerWord(MemberNumber.unwrap(member));
        return (Status(word >> 160), address(uint160(word)));
    }

    /// @inheritdoc IMemberRegistry
    function voters(bytes calldata named, uint256 time) external view returns (bytes memory words) {
        _checkPast(time);
        words = new bytes(named.length & ~uint256(0x1f));
        uint256 offset = 0;
        while ((offset = _readVoters(named, time, words, offset)) < words.length) {
            MemberNumber member = MemberNumber.wrap(uint32(bytes4(named[offset:offset + 4])));
            offset += 0x20;
            if (!_wasActiveAt(member, _members[member], time) || recoveredAt(member) >= time) continue;
            assembly ("memory-safe") {
                let at := add(words, offset)
                mstore(at, or(mload(at), shl(255, 1)))
            }
        }
    }

    /// @inheritdoc IMemberRegistry
    function isSignedBy(MemberNumber member, bytes32 digest, bytes calldata signature) public view returns (bool) {
        Slot storage slot = _members[member];
        (address signer, uint8 marks) = (slot.signer, slot.marks);
        if (signer == address(0)) return false;
        return marks & PASSKEY != 0
            ? PasskeyVerifier.isSignedByPasskey(signer, RP_ID_HASH, digest, signature)
            : SignedOrders.isSignedByAddress(signer, digest, signature);
    }

    /// @inheritdoc IMemberRegistry
    function recoveredAt(MemberNumber member) public view returns (uint40) {
        return _members[member].marks & RECOVERED == 0 ? 0 : _recoveries[member].recoveredAt;
    }

    /// @inheritdoc IMemberRegistry
    function recoveryOf(MemberNumber member)
        external
        view
        returns (address signer, SignerKind kind, uint40 effectiveAt)
    {
        Recovery memory recovery = _recoveries[member];
        return (recovery.signer, recovery.kind, recovery.effectiveAt);
    }

    /// @inheritdoc IMemberRegistry
    function isOrderSpent(MemberNumber member, uint256 nonce) external view returns (bool) {
        return _nonces.isSpent(member, nonce);
    }

    /// @inheritdoc IMemberRegistry
    function activeCount() public view returns (uint32) {
        return uint32(_activeCounts.latest());
    }

    /// @inheritdoc IMemberRegistry
    function activeCountAt(uint256 time) external view returns (uint32) {
        _checkPast(time);
        return time == 0 ? 0 : uint32(_activeCounts.upperLookupRecent(uint48(time - 1)));
    }

    /// @inheritdoc IMemberRegistry
    function wasActiveAt(MemberNumber member, uint256 time) external view returns (bool) {
        _checkPast(time);
        return _wasActiveAt(member, _members[member], time);
    }

    function _register(Registration calldata registration, Status status, uint40 activeSince) private {
        MemberNumber member = registration.member;
        uint32 number = MemberNumber.unwrap(member);
        if (number == 0 || number >= STAFF_FLOOR) revert RegistryNumberInvalid(member);
        if (_members[member].status != Status.NONE) revert RegistryNumberTaken(member);
        WibDay today = WibCalendar.dayOf(block.timestamp);
        if (registration.joinedOn > today) revert RegistryDayInFuture(registration.joinedOn, today);
        address signer = registration.signer;
        _claim(member, signer);
        bool isPasskey = registration.kind == SignerKind.PASSKEY;
        uint8 marks = isPasskey ? PASSKEY | _formMark(AccountForm.DERIVED) : _formMark(AccountForm.SIGNER);
        _members[member] = Slot(signer, activeSince, uint40(block.timestamp), status, marks);
        address account = isPasskey ? _derivedAccount(member) : signer;
        emit MemberRegistered(member, account, signer, registration.kind, registration.joinedOn);
    }

    function _requireTwoPersons(bytes32 action, Countersignature calldata countersignature) private {
        AUTHORITY.requireTwoPersons(msg.sender, Offices.REGISTRAR, Offices.PENGURUS, action, countersignature);
    }

    function _useOrder(MemberNumber member, bytes32 order, uint256 nonce, uint256 deadline, bytes calldata signature)
        private
    {
        if (block.timestamp > deadline) revert RegistryOrderExpired(deadline);
        if (!_nonces.spend(member, nonce)) revert RegistryOrderSpent(member, nonce);
        bytes32 digest = _hashTypedDataV4(order);
        if (!isSignedBy(member, digest, signature)) revert RegistryOrderInvalid(member, digest);
    }

    function _stopRecovery(MemberNumber member, address stoppedBy) private {
        Recovery storage recovery = _recoveries[member];
        if (recovery.effectiveAt == 0) revert RegistryNoRecovery(member);
        (recovery.signer, recovery.kind, recovery.effectiveAt) = (address(0), SignerKind.ADDRESS, 0);
        emit RecoveryStopped(member, stoppedBy);
    }

    function _replaceSigner(MemberNumber member, address signer, SignerKind kind, bool recovered) private {
        _claim(member, signer);
        Slot memory slot = _members[member];
        if (_formOf(slot) == AccountForm.SIGNER) {
            _accounts[member] = slot.signer;
            slot.marks |= _formMark(AccountForm.STORED);
        }
        slot.marks = kind == SignerKind.PASSKEY ? slot.marks | PASSKEY : slot.marks & ~PASSKEY;
        if (recovered) slot.marks |= RECOVERED;
        slot.signer = signer;
        slot.changedAt = uint40(block.timestamp);
        _members[member] = slot;
        emit SignerChanged(member, signer, kind, recovered);
    }

    function _claim(MemberNumber member, address signer) private {
        _checkClaimable(member, signer);
        if (MemberNumber.unwrap(_claims[signer]) == 0) _claims[signer] = member;
    }

    function _checkClaimable(MemberNumber member, address signer) private view {
        if (signer == _members[member].signer || signer == address(0) || _isDerived(signer)) {
            revert RegistrySignerInvalid(signer);
        }
        MemberNumber owner = _claims[signer];
        if (MemberNumber.unwrap(owner) != 0 && owner != member) revert RegistrySignerTaken(signer, owner);
    }

    function _startSpell(MemberNumber member, Status from) private {
        Slot storage slot = _members[member];
        if (slot.status != from) revert RegistryWrongStatus(member, slot.status);
        slot.status = Status.ACTIVE;
        (slot.activeSince, slot.changedAt) = (uint40(block.timestamp), uint40(block.timestamp));
        _setActiveCount(activeCount() + 1);
    }

    /// @dev A spell that began in this very second was never seen "just before" any second.
    function _endSpell(MemberNumber member, uint40 activeSince) private {
        if (activeSince != block.timestamp) _spells[member].push(uint48(block.timestamp), activeSince);
        _setActiveCount(activeCount() - 1);
    }

    function _setActiveCount(uint32 count) private {
        _activeCounts.push(uint48(block.timestamp), count);
    }

    function _wasActiveAt(MemberNumber member, Slot memory slot, uint256 time) private view returns (bool) {
        if (slot.status == Status.ACTIVE && slot.activeSince < time) return true;
        if (slot.changedAt < time) return false;
        uint208 start = _spells[member].lowerLookup(uint48(time));
        return start != 0 && start < time;
    }

    function _checkPast(uint256 time) private view {
        if (time > block.timestamp) revert RegistryNotPast(time);
    }

    function _accountOf(MemberNumber member, Slot memory slot) private view returns (address) {
        if (slot.status == Status.NONE) return address(0);
        AccountForm form = _formOf(slot);
        if (form == AccountForm.SIGNER) return slot.signer;
        return form == AccountForm.DERIVED ? _derivedAccount(member) : _accounts[member];
    }

    /// @dev The word of `lookup`, made from the bits of a Slot: from 250 up the AccountForm, zero where the signer is the
    /// account; from 240 up the status.
    function _ownerWord(uint256 plain) private view returns (uint256) {
        uint256 slot;
        assembly ("memory-safe") {
            mstore(0x00, plain)
            mstore(0x20, _members.slot)
            slot := sload(keccak256(0x00, 0x40))
        }
        uint256 account = uint160(slot);
        if (slot >> 250 != 0) {
            MemberNumber member = MemberNumber.wrap(uint32(plain));
            account = uint160(_accountOf(member, _members[member]));
        }
        return (slot << 8 >> 248) << 160 | account;
    }

    /// @dev Writes the words of `voters` from `offset` on, up to one who is not plainly on the roll: ACTIVE since before
    /// `time`, never recovered. Where that one is, its word written without the topmost bit, or the length. Written for gas:
    /// of a ballot's 10,000 this may take few.
    function _readVoters(bytes calldata named, uint256 time, bytes memory words, uint256 offset)
        private
        view
        returns (uint256)
    {
        assembly ("memory-safe") {
            let to := add(add(words, 0x20), offset)
            let from := add(named.offset, offset)
            mstore(0x20, _members.slot)
            for { let end := add(add(words, 0x20), mload(words)) } lt(to, end) {} {
                mstore(0x00, shr(224, calldataload(from)))
                let slot := sload(keccak256(0x00, 0x40))
                let plainly := and(eq(and(slot, STATUS_AND_RECOVERED), ACTIVE), lt(shr(216, shl(56, slot)), time))
                let signer := or(and(shr(88, slot), PASSKEY_SIGNER), and(slot, ADDRESS_MASK))
                mstore(to, or(shl(255, plainly), signer))
                if iszero(plainly) { break }
                to := add(to, 0x20)
                from := add(from, 0x20)
            }
            offset := sub(from, named.offset)
        }
        return offset;
    }

    function _derivedAccount(MemberNumber member) private pure returns (address) {
        return address(uint160((uint256(DERIVED_PREFIX) << 32) | MemberNumber.unwrap(member)));
    }

    function _isDerived(address account) private pure returns (bool) {
        return uint160(account) >> 32 == DERIVED_PREFIX;
    }

    function _kindOf(Slot memory slot) private pure returns (SignerKind) {
        return slot.marks & PASSKEY != 0 ? SignerKind.PASSKEY : SignerKind.ADDRESS;
    }

    function _formOf(Slot memory slot) private pure returns (AccountForm) {
        return AccountForm(slot.marks >> ACCOUNT_SHIFT);
    }

    function _formMark(AccountForm form) private pure returns (uint8) {
        return uint8(form) << ACCOUNT_SHIFT;
    }
}
