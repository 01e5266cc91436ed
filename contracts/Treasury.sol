// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Writers} from "./Writers.sol";
import {IAuthority} from "./interfaces/IAuthority.sol";
import {ITreasury} from "./interfaces/ITreasury.sol";
import {Channels, Offices, ReceiptNumber, WibDay} from "./libraries/Types.sol";
import {WibCalendar} from "./libraries/WibCalendar.sol";

/// @title Cash channels and used receipts
contract Treasury is ITreasury, Writers, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @dev One slot. `owed`: rupiah paid out of the channel and not pulled yet.
    struct Stablecoin {
        IERC20 token;
        uint8 decimals;
        uint64 owed;
    }

    /// @dev 256 receipt numbers, in a struct so that their place is worked out once for reading and writing.
    struct Receipts {
        uint256 bits;
    }

    uint64 private constant MAX_RUPIAH = 2 ** 63 - 1;
    uint8 private constant MAX_DECIMALS = 18;

    uint256 private constant LIMIT_SHIFT = 64;
    uint256 private constant BACKDATING_SHIFT = 128;
    uint256 private constant CLOSED_SHIFT = 144;
    uint256 private constant ALONE_SHIFT = 168;
    uint256 private constant ALONE_MASK = (2 ** 87 - 1) << ALONE_SHIFT;
    uint256 private constant SEALED_SHIFT = 255;

    /// @dev A word a channel, from the top: sealed 1 | what tellers alone moved, in and out together, on the last WIB day they
    /// did: day 23, rupiah 64 | closed through 24 | days of backdating 16 | limit of tellers alone 64 | total 64. Marks, days and
    /// limits are the same in every channel: who moves cash reads and writes them with the total, in one word.
    mapping(uint8 channel => uint256 word) private _channels;
    mapping(uint256 word => Receipts) private _usedReceipts;
    mapping(address account => uint64 amount) private _payouts;
    Stablecoin private _stablecoin;

    constructor(IAuthority authority_) Writers(authority_) {}

    /// @inheritdoc ITreasury
    function receiveCash(uint8 channel, uint64 amount, ReceiptNumber receipt, WibDay bookDay, bool alone)
        external
        onlyWriter
    {
        uint256 word = _fiat(channel);
        uint256 today = _checkDay(word, bookDay);
        _useReceipt(receipt);
        if (alone) word = _countAlone(channel, word, amount, today);
        _put(channel, word, amount);
    }

    /// @inheritdoc ITreasury
    function payCash(uint8 channel, uint64 amount, ReceiptNumber receipt, WibDay bookDay, bool alone, address payee)
        external
        onlyWriter
    {
        uint256 word = _known(channel);
        uint256 today = _checkDay(word, bookDay);
        _useReceipt(receipt);
        if (alone) word = _countAlone(channel, word, amount, today);
        _take(channel, word, amount);
        if (channel == Channels.STABLECOIN) _owe(payee, amount);
    }

    /// @inheritdoc ITreasury
    function moveCash(uint8 from, uint8 to, uint64 amount, ReceiptNumber receipt, WibDay bookDay) external onlyWriter {
        if (from == to) revert TreasurySameChannel(from);
        uint256 source = _fiat(from);
        uint256 target = _fiat(to);
        _checkDay(source, bookDay);
        _useReceipt(receipt);
        _take(from, source, amount);
        _put(to, target, amount);
    }

    /// @inheritdoc ITreasury
    function useReceiptWord(uint256 word, uint256 bits) external onlyWriter {
        Receipts storage receipts = _usedReceipts[word];
        uint256 used = receipts.bits;
        uint256 twice = used & bits;
        if (twice != 0) revert TreasuryReceiptUsed(ReceiptNumber.wrap(uint64(word << 8 | Math.log2(twice))));
        receipts.bits = used | bits;
    }

    /// @inheritdoc ITreasury
    function useReceipt(ReceiptNumber receipt, WibDay bookDay) external onlyWriter {
        checkBookDay(bookDay);
        _useReceipt(receipt);
    }

    /// @inheritdoc ITreasury
    function receiveBatch(uint8 channel, uint64 total, WibDay bookDay) external onlyWriter {
        uint256 word = _fiat(channel);
        _checkDay(word, bookDay);
        _put(channel, word, total);
    }

    /// @inheritdoc ITreasury
    function settle(uint8 channel, uint64 moneyIn, uint64 moneyOut, WibDay bookDay) external onlyWriter {
        uint256 word = _fiat(channel);
        _checkDay(word, bookDay);
        if (moneyIn == 0 && moneyOut == 0) revert TreasuryZeroAmount();
        if (moneyIn != 0) word = _put(channel, word, moneyIn);
        if (moneyOut != 0) _take(channel, word, moneyOut);
    }

    /// @inheritdoc ITreasury
    function receiveStablecoin(address from, uint64 amount, ReceiptNumber receipt, WibDay bookDay)
        external
        onlyWriter
        nonReentrant
    {
        uint256 word = _known(Channels.STABLECOIN);
        _checkDay(word, bookDay);
        Stablecoin memory coin = _requireStablecoin();
        _useReceipt(receipt);
        _put(Channels.STABLECOIN, word, amount);
        uint256 expected = amount * 10 ** uint256(coin.decimals);
        uint256 before = coin.token.balanceOf(address(this));
        coin.token.safeTransferFrom(from, address(this), expected);
        uint256 received = coin.token.balanceOf(address(this)) - before;
        if (received != expected) revert TreasuryTransferInexact(expected, received);
        emit StablecoinReceived(from, amount);
    }

    /// @inheritdoc ITreasury
    function pullPayout() external nonReentrant returns (uint64 amount) {
        amount = _payouts[msg.sender];
        if (amount == 0) revert TreasuryNothingToPull(msg.sender);
        Stablecoin memory coin = _requireStablecoin();
        delete _payouts[msg.sender];
        _stablecoin.owed = coin.owed - amount;
        coin.token.safeTransfer(msg.sender, amount * 10 ** uint256(coin.decimals));
        emit PayoutPulled(msg.sender, amount);
    }

    /// @inheritdoc ITreasury
    function open(uint8 channel, uint64 total) external onlyAdmin {
        uint256 word = _fiat(channel);
        if (isSealed()) revert TreasuryIsSealed();
        if (uint64(word) != 0) revert TreasuryAlreadyOpen(channel, uint64(word));
        _put(channel, word, total);
        emit ChannelOpened(channel, total);
    }

    /// @inheritdoc ITreasury
    function seal() external onlyAdmin {
        if (isSealed()) revert TreasuryIsSealed();
        _setInEveryChannel(SEALED_SHIFT, 1, 1);
        emit TreasurySealed();
    }

    /// @inheritdoc ITreasury
    function attest(uint8 channel, WibDay day, uint64 counted, bytes32 documentHash) external {
        (bool isSupervisor,) = AUTHORITY.hasRole(Offices.PENGAWAS, msg.sender);
        if (!isSupervisor) revert IAccessManaged.AccessManagedUnauthorized(msg.sender);
        _known(channel);
        WibDay today = WibCalendar.dayOf(block.timestamp);
        if (day > today) revert TreasuryDayInFuture(day, today);
        emit ChannelAttested(channel, day, counted, documentHash, AUTHORITY.personOf(msg.sender));
    }

    /// @inheritdoc ITreasury
    function setStablecoin(address token) external onlyAdmin {
        uint64 held = channelTotal(Channels.STABLECOIN) + _stablecoin.owed;
        if (held != 0) revert TreasuryStablecoinHeld(held);
        uint8 decimals = token == address(0) ? 0 : _decimalsOf(token);
        _stablecoin = Stablecoin(IERC20(token), decimals, 0);
        emit StablecoinSet(token, 10 ** uint256(decimals));
    }

    /// @inheritdoc ITreasury
    function setTellerLimit(uint64 limit) external onlyAdmin {
        _setInEveryChannel(LIMIT_SHIFT, type(uint64).max, limit);
        emit TellerLimitSet(limit);
    }

    /// @inheritdoc ITreasury
    function setBackdatingLimit(uint16 numDays) external onlyAdmin {
        _setInEveryChannel(BACKDATING_SHIFT, type(uint16).max, numDays);
        emit BackdatingLimitSet(numDays);
    }

    /// @inheritdoc ITreasury
    function closeThrough(WibDay day) external onlyWriter {
        WibDay today = WibCalendar.dayOf(block.timestamp);
        if (!(day < today)) revert TreasuryDayNotOver(day, today);
        WibDay closed = closedThrough();
        if (!(day > closed)) revert TreasuryDayClosed(day, closed);
        _setInEveryChannel(CLOSED_SHIFT, type(uint24).max, WibDay.unwrap(day));
        emit ClosedThrough(day);
    }

    /// @inheritdoc ITreasury
    function reopenAfter(WibDay day) external onlyAdmin {
        WibDay closed = closedThrough();
        if (!(day < closed)) revert TreasuryDayNotClosed(day, closed);
        _setInEveryChannel(CLOSED_SHIFT, type(uint24).max, WibDay.unwrap(day));
        emit ReopenedAfter(day);
    }

    /// @inheritdoc ITreasury
    function stablecoin() external view returns (address token, uint8 decimals, uint64 owed) {
        Stablecoin memory coin = _stablecoin;
        return (address(coin.token), coin.decimals, coin.owed);
    }

    /// @inheritdoc ITreasury
    function payoutOf(address account) external view returns (uint64) {
        return _payouts[account];
    }

    /// @inheritdoc ITreasury
    function channelTotal(uint8 channel) public view returns (uint64) {
        return uint64(_known(channel));
    }

    /// @inheritdoc ITreasury
    function isReceiptUsed(ReceiptNumber receipt) external view returns (bool) {
        uint256 number = ReceiptNumber.unwrap(receipt);
        return _usedReceipts[number >> 8].bits & (1 << (number & 0xff)) != 0;
    }

    /// @inheritdoc ITreasury
    function receiptWord(uint256 word) external view returns (uint256 bits) {
        return _usedReceipts[word].bits;
    }

    /// @inheritdoc ITreasury
    function movedAlone(uint8 channel, WibDay day) external view returns (uint64) {
        return _movedAlone(_known(channel), WibDay.unwrap(day));
    }

    /// @inheritdoc ITreasury
    function tellerLimit() external view returns (uint64) {
        return uint64(_channels[Channels.KAS] >> LIMIT_SHIFT);
    }

    /// @inheritdoc ITreasury
    function backdatingLimit() external view returns (uint16) {
        return uint16(_channels[Channels.KAS] >> BACKDATING_SHIFT);
    }

    /// @inheritdoc ITreasury
    function closedThrough() public view returns (WibDay) {
        return _closedIn(_channels[Channels.KAS]);
    }

    /// @inheritdoc ITreasury
    function isSealed() public view returns (bool) {
        return _channels[Channels.KAS] >> SEALED_SHIFT & 1 != 0;
    }

    /// @inheritdoc ITreasury
    function checkBookDay(WibDay bookDay) public view {
        _checkDay(_channels[Channels.KAS], bookDay);
    }

    /// @dev The word of a channel.
    function _known(uint8 channel) private view returns (uint256) {
        if (channel < Channels.KAS || channel > Channels.STABLECOIN) revert TreasuryUnknownChannel(channel);
        return _channels[channel];
    }

    function _fiat(uint8 channel) private view returns (uint256) {
        if (channel == Channels.STABLECOIN) revert TreasuryFiatOnly(channel);
        return _known(channel);
    }

    function _closedIn(uint256 word) private pure returns (WibDay) {
        return WibDay.wrap(uint24(word >> CLOSED_SHIFT));
    }

    function _setInEveryChannel(uint256 shift, uint256 mask, uint256 value) private {
        for (uint8 channel = Channels.KAS; channel <= Channels.STABLECOIN; ++channel) {
            _channels[channel] = _channels[channel] & ~(mask << shift) | value << shift;
        }
    }

    /// @dev Older days than the by-law's are for the opening from paper books: until it is sealed.
    function _checkDay(uint256 word, WibDay bookDay) private view returns (uint256) {
        WibDay today = WibCalendar.dayOf(block.timestamp);
        if (bookDay > today) revert TreasuryDayInFuture(bookDay, today);
        if (!(bookDay > _closedIn(word))) revert TreasuryDayClosed(bookDay, _closedIn(word));
        uint32 limit = uint16(word >> BACKDATING_SHIFT);
        if (word >> SEALED_SHIFT & 1 != 0 && WibDay.unwrap(today) - WibDay.unwrap(bookDay) > limit) {
            revert TreasuryDayTooOld(bookDay, WibDay.wrap(WibDay.unwrap(today) - limit));
        }
        return WibDay.unwrap(today);
    }

    function _useReceipt(ReceiptNumber receipt) private {
        uint256 number = ReceiptNumber.unwrap(receipt);
        uint256 bit = 1 << (number & 0xff);
        Receipts storage receipts = _usedReceipts[number >> 8];
        uint256 used = receipts.bits;
        if (used & bit != 0) revert TreasuryReceiptUsed(receipt);
        receipts.bits = used | bit;
    }

    /// @return the channel's word with `amount` counted to what tellers alone moved `today`
    function _countAlone(uint8 channel, uint256 word, uint64 amount, uint256 today) private pure returns (uint256) {
        uint64 limit = uint64(word >> LIMIT_SHIFT);
        uint64 moved = _movedAlone(word, today);
        unchecked {
            if (moved > limit || amount > limit - moved) revert TreasuryTellerLimit(channel, moved, amount, limit);
            return word & ~ALONE_MASK | (today << 64 | moved + amount) << ALONE_SHIFT;
        }
    }

    function _movedAlone(uint256 word, uint256 day) private pure returns (uint64) {
        uint256 last = (word & ALONE_MASK) >> ALONE_SHIFT;
        return last >> 64 == day ? uint64(last) : 0;
    }

    /// @dev A total is never above MAX_RUPIAH, so that it stays in its 64 bits.
    /// @return the channel's word afterwards
    function _put(uint8 channel, uint256 word, uint64 amount) private returns (uint256) {
        if (amount == 0) revert TreasuryZeroAmount();
        uint64 total = uint64(word);
        unchecked {
            if (amount > MAX_RUPIAH - total) revert TreasuryOverflow(channel, total, amount);
            return _channels[channel] = word + amount;
        }
    }

    function _take(uint8 channel, uint256 word, uint64 amount) private {
        if (amount == 0) revert TreasuryZeroAmount();
        uint64 total = uint64(word);
        if (amount > total) revert TreasuryInsufficientCash(channel, total, amount);
        _channels[channel] = word - amount;
    }

    function _owe(address payee, uint64 amount) private {
        if (payee == address(0)) revert TreasuryPayeeMissing();
        _payouts[payee] += amount;
        _stablecoin.owed += amount;
    }

    function _requireStablecoin() private view returns (Stablecoin memory coin) {
        coin = _stablecoin;
        if (address(coin.token) == address(0)) revert TreasuryStablecoinOff();
    }

    function _decimalsOf(address token) private view returns (uint8) {
        if (token.code.length == 0) revert TreasuryStablecoinInvalid(token);
        try IERC20Metadata(token).decimals() returns (uint8 decimals) {
            if (decimals <= MAX_DECIMALS) return decimals;
        } catch {}
        revert TreasuryStablecoinInvalid(token);
    }
}
