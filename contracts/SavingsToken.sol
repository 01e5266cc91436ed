// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ShortString, ShortStrings} from "@openzeppelin/contracts/utils/ShortStrings.sol";
import {SavingsLedger} from "./SavingsLedger.sol";
import {Writers} from "./Writers.sol";
import {IAuthority} from "./interfaces/IAuthority.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {ISavingsToken} from "./interfaces/ISavingsToken.sol";
import {RecentSlips} from "./libraries/RecentSlips.sol";
import {RecoveryWait} from "./libraries/RecoveryWait.sol";
import {SignedOrders} from "./libraries/SignedOrders.sol";
import {
    Countersignature,
    LoanNumber,
    MemberNumber,
    Offices,
    ReceiptNumber,
    SavingsKind,
    WibDay
} from "./libraries/Types.sol";
import {WibCalendar} from "./libraries/WibCalendar.sol";
import {Words} from "./libraries/Words.sol";

/// @title One kind of savings of the members
contract SavingsToken is SavingsLedger, EIP712 {
    using SignedOrders for SignedOrders.Nonces;

    struct Lien {
        uint64 amount;
        uint64 noticed;
        uint40 claimableAt;
    }

    /// @param taken rupiah taken in `month` (as WibCalendar counts them)
    struct StandingOrder {
        uint64 monthlyLimit;
        uint40 until;
        uint32 month;
        uint64 taken;
    }

    uint40 private constant CLAIM_NOTICE = 30 days;
    /// @dev Of the status in a word of `IMemberRegistry.lookup`.
    uint256 private constant STATUS_SHIFT = 160;
    uint256 private constant SINCE_SHIFT = 200;
    bytes32 private constant WITHDRAWAL_TYPEHASH =
        keccak256("Withdrawal(uint32 member,uint64 amount,uint8 channel,uint256 nonce,uint256 deadline)");
    bytes32 private constant LIEN_TYPEHASH =
        keccak256("Lien(uint32 member,uint32 loan,uint64 amount,uint256 nonce,uint256 deadline)");

    bytes32 private constant STANDING_ORDER_TYPEHASH = keccak256(
        "StandingOrder(uint32 member,uint32 loan,uint64 monthlyLimit,uint40 until,uint256 nonce,uint256 deadline)"
    );

    ISavingsToken private immutable PAYABLE_TOKEN;
    ShortString private immutable SYMBOL;
    /// @dev Bit i: members with status i may deposit.
    uint256 private immutable DEPOSITORS;

    mapping(MemberNumber member => uint256 slips) private _recentSlips;
    mapping(MemberNumber member => mapping(LoanNumber loan => Lien)) private _liens;
    mapping(MemberNumber member => mapping(LoanNumber loan => StandingOrder)) private _standing;
    SignedOrders.Nonces private _nonces;

    /// @param payableToken_ the PAYABLE token, or zero in that token itself
    constructor(
        SavingsKind kind_,
        IAuthority authority_,
        IMemberRegistry registry_,
        string memory name_,
        string memory symbol_,
        ISavingsToken payableToken_
    ) Writers(authority_) SavingsLedger(kind_, registry_) EIP712(name_, "1") {
        PAYABLE_TOKEN = payableToken_;
        SYMBOL = ShortStrings.toShortString(symbol_);
        DEPOSITORS = kind_ == SavingsKind.POKOK
            ? 1 << uint8(IMemberRegistry.Status.REGISTERED)
            : 1 << uint8(IMemberRegistry.Status.ACTIVE) | 1 << uint8(IMemberRegistry.Status.SUSPENDED);
    }

    /// @inheritdoc ISavingsToken
    function deposit(MemberNumber member, uint64 amount, ReceiptNumber receipt)
        external
        onlyWriter
        notKind(SavingsKind.PAYABLE)
    {
        (IMemberRegistry.Status status, address account) = REGISTRY.lookup(member);
        _requireDepositor(member, uint8(status));
        Run memory run = _begin();
        WibDay today = WibDay.wrap(uint32(run.today));
        _recentSlips[member] = RecentSlips.push(_recentSlips[member], amount, today, receipt);
        _credit(run, member, account, amount);
        _end(run);
    }

    /// @inheritdoc ISavingsToken
    function depositBatch(uint256[] calldata credits) external onlyWriter notKind(SavingsKind.PAYABLE) {
        uint256[] memory found = Words.fromBytes(REGISTRY.lookup(credits));
        Run memory run = _begin();
        for (uint256 i = 0; i < credits.length; ++i) {
            (MemberNumber member, uint256 amount) = _unpack(credits[i]);
            uint256 owner = found[i];
            _requireDepositor(member, owner >> STATUS_SHIFT);
            _credit(run, member, _accountIn(owner), amount);
        }
        _end(run);
    }

    /// @inheritdoc ISavingsToken
    function withdraw(
        MemberNumber member,
        uint64 amount,
        uint8 channel,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) external onlyWriter {
        if (KIND != SavingsKind.SUKARELA && KIND != SavingsKind.PAYABLE) {
            revert SavingsWrongKind(KIND);
        }
        bytes32 order = keccak256(abi.encode(WITHDRAWAL_TYPEHASH, member, amount, channel, nonce, deadline));
        _useOrder(member, nonce, deadline, order, signature);
        _debitOnce(member, amount);
    }

    /// @inheritdoc ISavingsToken
    function reverse(
        Storno calldata storno,
        Countersignature calldata tellerSignature,
        Countersignature calldata pengurusSignature
    ) external onlyWriter {
        bytes32 action = keccak256(abi.encode("storno", storno));
        AUTHORITY.requireTwoSigners(Offices.TELLER, tellerSignature, Offices.PENGURUS, pengurusSignature, action);
        (MemberNumber member, uint64 amount) = (storno.member, storno.amount);
        uint256 slips = _recentSlips[member];
        WibDay today = WibCalendar.dayOf(block.timestamp);
        (uint256 shift, uint64 reversible) = RecentSlips.find(slips, storno.original, today);
        if (amount > reversible) revert SavingsNotReversible(member, storno.original, reversible, amount);
        _recentSlips[member] = RecentSlips.reduce(slips, shift, amount);
        _debitOnce(member, amount);
    }

    /// @inheritdoc ISavingsToken
    function moveToPayable(MemberNumber member)
        external
        onlyWriter
        notKind(SavingsKind.PAYABLE)
        returns (uint64 amount)
    {
        (IMemberRegistry.Status status, address account) = REGISTRY.lookup(member);
        if (status != IMemberRegistry.Status.LEFT) revert SavingsMemberStatus(member, uint8(status));
        Run memory run = _begin();
        _touch(run, member, account);
        amount = availableOf(member);
        if (amount != 0) _debit(run, member, account, amount);
        _end(run);
        if (amount != 0) PAYABLE_TOKEN.receivePayable(member, amount);
    }

    /// @inheritdoc ISavingsToken
    function receivePayable(MemberNumber member, uint64 amount) external onlyWriter onlyKind(SavingsKind.PAYABLE) {
        (, address account) = REGISTRY.lookup(member);
        Run memory run = _begin();
        _credit(run, member, account, amount);
        _end(run);
    }

    /// @inheritdoc ISavingsToken
    function placeLien(
        MemberNumber member,
        LoanNumber loan,
        uint64 amount,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) external onlyWriter notKind(SavingsKind.PAYABLE) {
        if (amount == 0) revert SavingsZeroAmount();
        if (_liens[member][loan].amount != 0) revert SavingsLienExists(member, loan);
        _hold(member, amount);
        bytes32 order = keccak256(abi.encode(LIEN_TYPEHASH, member, loan, amount, nonce, deadline));
        _useOrder(member, nonce, deadline, order, signature);
        _liens[member][loan] = Lien(amount, 0, 0);
        emit LienPlaced(member, loan, amount);
    }

    /// @inheritdoc ISavingsToken
    function releaseLien(MemberNumber member, LoanNumber loan, uint64 amount) external onlyWriter {
        if (amount == 0) revert SavingsZeroAmount();
        _reduceLien(member, loan, amount);
        emit LienReleased(member, loan, amount);
    }

    /// @inheritdoc ISavingsToken
    function noticeLienClaim(MemberNumber member, LoanNumber loan, uint64 amount) external onlyWriter {
        if (amount == 0) revert SavingsZeroAmount();
        Lien storage lien = _liens[member][loan];
        if (amount > lien.amount) revert SavingsLienInsufficient(member, loan, lien.amount, amount);
        uint40 claimableAt = uint40(block.timestamp) + CLAIM_NOTICE;
        (lien.noticed, lien.claimableAt) = (amount, claimableAt);
        emit LienClaimNoticed(member, loan, amount, claimableAt);
    }

    /// @inheritdoc ISavingsToken
    function stopLienClaim(MemberNumber member, LoanNumber loan) external {
        (bool isSupervisor,) = AUTHORITY.hasRole(Offices.PENGAWAS, msg.sender);
        if (!isSupervisor) revert IAccessManaged.AccessManagedUnauthorized(msg.sender);
        Lien storage lien = _liens[member][loan];
        if (block.timestamp >= lien.claimableAt) revert SavingsClaimNotStoppable(member, loan, lien.claimableAt);
        (lien.noticed, lien.claimableAt) = (0, 0);
        emit LienClaimStopped(member, loan);
    }

    /// @inheritdoc ISavingsToken
    function claimLien(MemberNumber member, LoanNumber loan, uint64 amount) external onlyWriter {
        Lien storage lien = _liens[member][loan];
        (uint64 noticed, uint40 claimableAt) = (lien.noticed, lien.claimableAt);
        if (claimableAt == 0 || block.timestamp < claimableAt) revert SavingsClaimNotDue(member, loan, claimableAt);
        if (amount > noticed) revert SavingsLienInsufficient(member, loan, noticed, amount);
        (lien.noticed, lien.claimableAt) = (0, 0);
        _reduceLien(member, loan, amount);
        _debitOnce(member, amount);
        emit LienClaimed(member, loan, amount);
    }

    /// @inheritdoc ISavingsToken
    function setStandingOrder(
        MemberNumber member,
        LoanNumber loan,
        uint64 monthlyLimit,
        uint40 until,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) external onlyKind(SavingsKind.SUKARELA) {
        bytes32 order = keccak256(
            abi.encode(STANDING_ORDER_TYPEHASH, member, loan, monthlyLimit, until, nonce, deadline)
        );
        _useOrder(member, nonce, deadline, order, signature);
        StandingOrder storage standing = _standing[member][loan];
        (standing.monthlyLimit, standing.until) = (monthlyLimit, until);
        emit StandingOrderSet(member, loan, monthlyLimit, until);
    }

    /// @inheritdoc ISavingsToken
    function takeStanding(MemberNumber member, LoanNumber loan, uint64 amount) external onlyWriter {
        _checkNotRecovered(member);
        (,, uint64 left) = standingOrderOf(member, loan);
        if (amount > left) revert SavingsStandingOrderExceeded(member, loan, left, amount);
        StandingOrder storage standing = _standing[member][loan];
        uint32 month = _monthNow();
        (standing.taken, standing.month) = (standing.month == month ? standing.taken + amount : amount, month);
        _debitOnce(member, amount);
        emit StandingOrderTaken(member, loan, amount);
    }

    /// @inheritdoc ISavingsToken
    function open(uint256[] calldata credits) external onlyAdmin notKind(SavingsKind.PAYABLE) {
        Run memory run = _begin();
        if (isSealed()) revert SavingsIsSealed();
        uint256[] memory found = Words.fromBytes(REGISTRY.lookup(credits));
        for (uint256 i = 0; i < credits.length; ++i) {
            uint256 since = uint24(credits[i] >> SINCE_SHIFT);
            (MemberNumber member, uint256 amount) = _unpack(credits[i] ^ since << SINCE_SHIFT);
            uint256 status = found[i] >> STATUS_SHIFT;
            if (status != uint8(IMemberRegistry.Status.ACTIVE)) revert SavingsMemberStatus(member, uint8(status));
            if (balanceOfMember(member) != 0) revert SavingsAlreadyOpen(member);
            if (since == 0) _credit(run, member, _accountIn(found[i]), amount);
            else _creditSince(run, member, _accountIn(found[i]), amount, since);
            emit SavingsOpened(member, uint64(amount));
        }
        _end(run);
    }

    /// @dev ERC-20's ways to move or to approve are closed.
    function transfer(address, uint256) external pure returns (bool) {
        revert SavingsNotTransferable();
    }

    function transferFrom(address, address, uint256) external pure returns (bool) {
        revert SavingsNotTransferable();
    }

    function approve(address, uint256) external pure returns (bool) {
        revert SavingsNotTransferable();
    }

    function allowance(address, address) external pure returns (uint256) {
        return 0;
    }

    function name() external view returns (string memory) {
        return _EIP712Name();
    }

    function symbol() external view returns (string memory) {
        return ShortStrings.toString(SYMBOL);
    }

    function decimals() external pure returns (uint8) {
        return 0;
    }

    /// @inheritdoc ISavingsToken
    function payableToken() external view returns (ISavingsToken) {
        return PAYABLE_TOKEN;
    }

    /// @inheritdoc ISavingsToken
    function lienOf(MemberNumber member, LoanNumber loan)
        external
        view
        returns (uint64 amount, uint64 noticed, uint40 claimableAt)
    {
        Lien memory lien = _liens[member][loan];
        return (lien.amount, lien.noticed, lien.claimableAt);
    }

    /// @inheritdoc ISavingsToken
    function standingOrderOf(MemberNumber member, LoanNumber loan)
        public
        view
        returns (uint64 monthlyLimit, uint40 until, uint64 leftThisMonth)
    {
        StandingOrder memory standing = _standing[member][loan];
        (monthlyLimit, until) = (standing.monthlyLimit, standing.until);
        uint64 taken = standing.month == _monthNow() ? standing.taken : 0;
        if (block.timestamp <= until && monthlyLimit > taken) leftThisMonth = monthlyLimit - taken;
    }

    /// @inheritdoc ISavingsToken
    function isOrderSpent(MemberNumber member, uint256 nonce) external view returns (bool) {
        return _nonces.isSpent(member, nonce);
    }

    function _debitOnce(MemberNumber member, uint64 amount) private {
        (, address account) = REGISTRY.lookup(member);
        Run memory run = _begin();
        _debit(run, member, account, amount);
        _end(run);
    }

    function _reduceLien(MemberNumber member, LoanNumber loan, uint64 amount) private {
        Lien storage lien = _liens[member][loan];
        if (amount > lien.amount) revert SavingsLienInsufficient(member, loan, lien.amount, amount);
        lien.amount -= amount;
        _free(member, amount);
    }

    /// @dev Takes a member's signed order once. Whoever sends it, only the member's signature lets it pass.
    function _useOrder(MemberNumber member, uint256 nonce, uint256 deadline, bytes32 order, bytes calldata signature)
        private
    {
        if (block.timestamp > deadline) revert SavingsOrderExpired(deadline);
        if (!_nonces.spend(member, nonce)) revert SavingsOrderSpent(member, nonce);
        _checkNotRecovered(member);
        bytes32 digest = _hashTypedDataV4(order);
        if (!REGISTRY.isSignedBy(member, digest, signature)) revert SavingsOrderInvalid(member, digest);
    }

    function _checkNotRecovered(MemberNumber member) private view {
        uint40 until = RecoveryWait.endOf(REGISTRY.recoveredAt(member));
        if (until != 0) revert SavingsRecentlyRecovered(member, until);
    }

    function _monthNow() private view returns (uint32) {
        return WibCalendar.monthOf(WibCalendar.dayOf(block.timestamp));
    }

    function _requireDepositor(MemberNumber member, uint256 status) private view {
        if (DEPOSITORS >> status & 1 == 0) revert SavingsMemberStatus(member, uint8(status));
    }

    /// @dev The bits between number and amount count as amount, so that a malformed word overflows.
    function _unpack(uint256 word) private pure returns (MemberNumber member, uint256 amount) {
        return (MemberNumber.wrap(uint32(word >> 224)), uint224(word));
    }
}
