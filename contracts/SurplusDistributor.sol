// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {Desk} from "./Desk.sol";
import {IAuthority} from "./interfaces/IAuthority.sol";
import {IBooks} from "./interfaces/IBooks.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {ISavingsToken} from "./interfaces/ISavingsToken.sol";
import {ISurplusDistributor} from "./interfaces/ISurplusDistributor.sol";
import {ITreasury} from "./interfaces/ITreasury.sol";
import {RecoveryWait} from "./libraries/RecoveryWait.sol";
import {
    Countersignature,
    MemberNumber,
    Offices,
    ReceiptNumber,
    SavingsKind,
    Series,
    WibDay
} from "./libraries/Types.sol";
import {WibCalendar} from "./libraries/WibCalendar.sol";
import {Words} from "./libraries/Words.sol";

/// @title SHU over its pots, and the members' shares paid out
contract SurplusDistributor is ISurplusDistributor, Desk, EIP712 {
    using Words for uint256[];

    struct Allocation {
        bytes32 sharesRoot;
        uint64 membersTotal;
        uint64 unpaid;
        WibDay allocatedOn;
    }

    /// @dev A batch while it is worked on. `word`, `used` and `taken` are 256 receipts as Treasury keeps them: which, those used
    /// before, and those used up here. `sukarela` and `payable_` are credits as ISavingsToken.depositBatch takes them.
    struct Batch {
        uint16 year;
        Allocation allocation;
        WibDay today;
        uint256 word;
        uint256 used;
        uint256 taken;
        uint256[] sukarela;
        uint256[] payable_;
    }

    uint64 private constant MAX_RUPIAH = 2 ** 63 - 1;
    uint16 private constant MEMBERS_POT = 2310;
    uint16 private constant LAST_FUND = 2399;
    uint16 private constant RESERVES = 3200;
    uint256 private constant STATUS_SHIFT = 160;
    bytes32 private constant BOOKS = "Books";
    bytes32 private constant SHARE_TYPEHASH = keccak256("SurplusShare(uint16 year,uint32 member,uint64 amount)");
    bytes32 private constant CASH_TYPEHASH =
        keccak256("ShareInCash(uint16 year,uint32 member,uint64 amount,uint8 channel,uint256 deadline)");

    IMemberRegistry private immutable REGISTRY;
    ITreasury private immutable TREASURY;
    ISavingsToken private immutable SUKARELA;
    ISavingsToken private immutable PAYABLE;

    /// @inheritdoc ISurplusDistributor
    uint64 public override unpaidTotal;
    mapping(uint16 year => Allocation) private _allocations;

    modifier onlyAdmin() {
        if (msg.sender != AUTHORITY.admin()) revert IAccessManaged.AccessManagedUnauthorized(msg.sender);
        _;
    }

    constructor(
        IAuthority authority_,
        IMemberRegistry registry,
        ITreasury treasury,
        ISavingsToken sukarela,
        ISavingsToken payable_
    ) Desk(authority_) EIP712("Koperasi SurplusDistributor", "1") {
        REGISTRY = registry;
        TREASURY = treasury;
        SUKARELA = sukarela;
        PAYABLE = payable_;
    }

    /// @inheritdoc ISurplusDistributor
    function allocate(uint16 year, uint64 total, Pot[] calldata pots, bytes32 sharesRoot, bytes32 document)
        external
        onlyAdmin
    {
        if (total == 0 || total > MAX_RUPIAH) revert SurplusTotalInvalid(total);
        _requireClosed(year);
        ReceiptNumber mark = _markOf(year, MemberNumber.wrap(0));
        if (TREASURY.isReceiptUsed(mark)) revert SurplusYearAllocated(year);
        uint64 membersTotal = _membersPot(total, pots);
        if ((membersTotal == 0) != (sharesRoot == 0)) revert SurplusRootInvalid(sharesRoot, membersTotal);
        WibDay today = _today();
        _allocations[year] = Allocation(sharesRoot, membersTotal, membersTotal, today);
        unpaidTotal += membersTotal;
        TREASURY.useReceipt(mark, today);
        emit SurplusAllocated(year, total, pots, sharesRoot, document, today);
    }

    /// @inheritdoc ISurplusDistributor
    function payOut(uint16 year, Share[] calldata shares) external {
        Batch memory batch = _open(year, shares.length);
        uint64 unpaid = batch.allocation.unpaid;
        uint256[] memory found = _lookup(shares);
        for (uint256 i = 0; i < shares.length; ++i) {
            Refusal reason = _take(batch, shares[i], found[i] >> STATUS_SHIFT);
            if (reason != Refusal.NONE) emit ShareRefused(year, shares[i].member, uint32(i), reason);
        }
        _setUnpaid(year, unpaid, batch.allocation.unpaid);
        _credit(batch);
    }

    /// @inheritdoc ISurplusDistributor
    function payCash(
        uint16 year,
        Share calldata share,
        CashSlip calldata slip,
        uint256 deadline,
        bytes calldata signature
    ) external onlyOffice(Offices.TELLER) {
        _requireOrder(year, share, slip.channel, deadline, signature);
        _payCash(year, share, slip, true);
    }

    /// @inheritdoc ISurplusDistributor
    function payCashByTwo(
        uint16 year,
        Share calldata share,
        CashSlip calldata slip,
        uint256 deadline,
        bytes calldata signature,
        Countersignature calldata countersignature
    ) external onlyOffice(Offices.TELLER) {
        bytes32 action = keccak256(abi.encode("shareInCash", year, share.member, share.amount, slip));
        AUTHORITY.requireTwoPersons(msg.sender, Offices.TELLER, Offices.PENGURUS, action, countersignature);
        _requireOrder(year, share, slip.channel, deadline, signature);
        _payCash(year, share, slip, false);
    }

    /// @inheritdoc ISurplusDistributor
    function allocationOf(uint16 year)
        external
        view
        returns (bytes32 sharesRoot, uint64 membersTotal, uint64 unpaid, WibDay allocatedOn)
    {
        Allocation memory allocation = _allocations[year];
        return (allocation.sharesRoot, allocation.membersTotal, allocation.unpaid, allocation.allocatedOn);
    }

    /// @inheritdoc ISurplusDistributor
    function isPaid(uint16 year, MemberNumber member) public view returns (bool) {
        return TREASURY.isReceiptUsed(_markOf(year, member));
    }

    /// @inheritdoc ISurplusDistributor
    function isShare(uint16 year, Share calldata share) external view returns (bool) {
        return _isIn(_allocation(year).sharesRoot, year, share);
    }

    /// @inheritdoc ISurplusDistributor
    function leafOf(uint16 year, MemberNumber member, uint64 amount) public pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(SHARE_TYPEHASH, year, member, amount))));
    }

    /// @dev Puts a share down for `_credit`, or says why not.
    /// @param status the member's, as IMemberRegistry.Status
    function _take(Batch memory batch, Share calldata share, uint256 status) private returns (Refusal reason) {
        uint256 mark = ReceiptNumber.unwrap(_markOf(batch.year, share.member));
        _turnTo(batch, mark >> 8);
        uint256 bit = 1 << (mark & 0xff);
        bool paid = (batch.used | batch.taken) & bit != 0;
        reason = _refusalOf(batch.allocation, batch.year, share, status, paid);
        if (reason != Refusal.NONE) return reason;
        batch.taken |= bit;
        batch.allocation.unpaid -= share.amount;
        _putDown(batch, share.member, share.amount, status == uint8(IMemberRegistry.Status.LEFT));
    }

    function _putDown(Batch memory batch, MemberNumber member, uint64 amount, bool left) private {
        uint256 credit = uint256(MemberNumber.unwrap(member)) << 224 | amount;
        (left ? batch.payable_ : batch.sukarela).push(credit);
        SavingsKind kind = left ? SavingsKind.PAYABLE : SavingsKind.SUKARELA;
        emit SharePaid(batch.year, member, _markOf(batch.year, member), kind, amount, batch.today);
    }

    /// @dev Turns to another word of 256 receipts; what was taken of the one before is used up.
    function _turnTo(Batch memory batch, uint256 word) private {
        if (word == batch.word) return;
        _useReceipts(batch);
        (batch.word, batch.used) = (word, TREASURY.receiptWord(word));
    }

    function _useReceipts(Batch memory batch) private {
        if (batch.taken != 0) TREASURY.useReceiptWord(batch.word, batch.taken);
        batch.taken = 0;
    }

    function _credit(Batch memory batch) private {
        _useReceipts(batch);
        if (batch.sukarela.length != 0) SUKARELA.depositBatch(batch.sukarela);
        for (uint256 i = 0; i < batch.payable_.length; ++i) {
            uint256 credit = batch.payable_[i];
            PAYABLE.receivePayable(MemberNumber.wrap(uint32(credit >> 224)), uint64(credit));
        }
    }

    function _payCash(uint16 year, Share calldata share, CashSlip calldata slip, bool alone) private {
        if (Series.seriesOf(slip.receipt) != Series.SLIP) revert SurplusReceiptInvalid(slip.receipt);
        Allocation memory allocation = _allocation(year);
        if (slip.bookDay < allocation.allocatedOn) revert SurplusDayInvalid(slip.bookDay, allocation.allocatedOn);
        (MemberNumber member, uint64 amount) = (share.member, share.amount);
        (IMemberRegistry.Status status,) = REGISTRY.lookup(member);
        Refusal reason = _refusalOf(allocation, year, share, uint8(status), isPaid(year, member));
        if (reason != Refusal.NONE) revert SurplusShareRefused(year, member, reason);
        _setUnpaid(year, allocation.unpaid, allocation.unpaid - amount);
        TREASURY.useReceipt(_markOf(year, member), slip.bookDay);
        TREASURY.payCash(slip.channel, amount, slip.receipt, slip.bookDay, alone, address(0));
        emit SharePaidInCash(year, member, slip.receipt, slip.channel, amount, slip.bookDay);
    }

    function _setUnpaid(uint16 year, uint64 before, uint64 unpaid) private {
        _allocations[year].unpaid = unpaid;
        unpaidTotal -= before - unpaid;
    }

    /// @return membersTotal rupiah of the pot 2310
    function _membersPot(uint64 total, Pot[] calldata pots) private view returns (uint64 membersTotal) {
        uint256 sum;
        uint16 previous;
        for (uint256 i = 0; i < pots.length; ++i) {
            (uint16 account, uint64 amount) = (pots[i].account, pots[i].amount);
            if (account <= previous || amount == 0 || !_isPot(account)) revert SurplusPotInvalid(account, amount);
            if (account == MEMBERS_POT) membersTotal = amount;
            previous = account;
            sum += amount;
        }
        if (sum != total) revert SurplusUnbalanced(total, sum);
    }

    /// @dev A fund is what the chart that the meeting adopted lets Books spend.
    function _isPot(uint16 account) private view returns (bool) {
        if (account == MEMBERS_POT || account == RESERVES) return true;
        if (account < MEMBERS_POT || account > LAST_FUND) return false;
        return IBooks(AUTHORITY.contractOf(BOOKS)).isPostable(account);
    }

    function _requireClosed(uint16 year) private view {
        WibDay nextYear = WibCalendar.firstDayOfMonth((uint32(year) + 1) * 12);
        WibDay lastDay = WibDay.wrap(WibDay.unwrap(nextYear) - 1);
        WibDay closed = TREASURY.closedThrough();
        if (closed < lastDay) revert SurplusYearOpen(year, lastDay, closed);
    }

    /// @dev Whoever sends it, only the member's signature lets cash out.
    function _requireOrder(uint16 year, Share calldata share, uint8 channel, uint256 deadline, bytes calldata signature)
        private
        view
    {
        if (block.timestamp > deadline) revert SurplusOrderExpired(deadline);
        MemberNumber member = share.member;
        uint40 until = RecoveryWait.endOf(REGISTRY.recoveredAt(member));
        if (until != 0) revert SurplusRecentlyRecovered(member, until);
        bytes32 order = keccak256(abi.encode(CASH_TYPEHASH, year, member, share.amount, channel, deadline));
        bytes32 digest = _hashTypedDataV4(order);
        if (!REGISTRY.isSignedBy(member, digest, signature)) revert SurplusOrderInvalid(member, digest);
    }

    function _allocation(uint16 year) private view returns (Allocation memory allocation) {
        allocation = _allocations[year];
        if (WibDay.unwrap(allocation.allocatedOn) == 0) revert SurplusYearUnknown(year);
    }

    function _lookup(Share[] calldata shares) private view returns (uint256[] memory found) {
        uint256[] memory named = new uint256[](shares.length);
        for (uint256 i = 0; i < shares.length; ++i) {
            named[i] = uint256(MemberNumber.unwrap(shares[i].member)) << 224;
        }
        return Words.fromBytes(REGISTRY.lookup(named));
    }

    function _open(uint16 year, uint256 shares) private view returns (Batch memory batch) {
        batch.year = year;
        batch.allocation = _allocation(year);
        batch.today = _today();
        batch.sukarela = Words.list(shares);
        batch.payable_ = Words.list(shares);
    }

    function _refusalOf(Allocation memory allocation, uint16 year, Share calldata share, uint256 status, bool paid)
        private
        pure
        returns (Refusal)
    {
        if (share.amount == 0) return Refusal.ZERO_AMOUNT;
        if (!_isIn(allocation.sharesRoot, year, share)) return Refusal.WRONG_PROOF;
        if (paid) return Refusal.ALREADY_PAID;
        if (status < uint8(IMemberRegistry.Status.ACTIVE)) return Refusal.NO_MEMBER;
        return share.amount > allocation.unpaid ? Refusal.ABOVE_UNPAID : Refusal.NONE;
    }

    function _isIn(bytes32 root, uint16 year, Share calldata share) private pure returns (bool) {
        return MerkleProof.verifyCalldata(share.proof, root, leafOf(year, share.member, share.amount));
    }

    /// @dev Treasury's receipt of a share, and with member 0 of the allocation.
    function _markOf(uint16 year, MemberNumber member) private pure returns (ReceiptNumber) {
        return Series.number(Series.SURPLUS, uint256(year) << 32 | MemberNumber.unwrap(member));
    }

    function _today() private view returns (WibDay) {
        return WibCalendar.dayOf(block.timestamp);
    }
}
