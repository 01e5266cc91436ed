// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MemberNumber, ReceiptNumber, WibDay} from "../libraries/Types.sol";
import {IWriters} from "./IWriters.sol";

/// @title Cash channels of the cooperative, and receipt numbers used once
/// @notice KAS and BANK are the office's record of the till and of the bank account, which PENGAWAS attests each month
/// against till count and bank statement. STABLECOIN, off by default, is backed by tokens held here. No channel is ever
/// below zero. All amounts are whole rupiah.
interface ITreasury is IWriters {
    event ChannelOpened(uint8 indexed channel, uint64 total);
    event TreasurySealed();
    /// @notice PENGAWAS counted the till or read the statement of `channel` for the end of `day`.
    /// @param counted rupiah by count or statement
    /// @param documentHash hash of the encrypted document
    event ChannelAttested(
        uint8 indexed channel, WibDay indexed day, uint64 counted, bytes32 documentHash, MemberNumber attestedBy
    );
    event StablecoinSet(address indexed token, uint256 unit);
    event StablecoinReceived(address indexed from, uint64 amount);
    event PayoutPulled(address indexed account, uint64 amount);
    event TellerLimitSet(uint64 limit);
    event BackdatingLimitSet(uint16 numDays);
    event ClosedThrough(WibDay day);
    /// @notice The days after `day` were closed and are open again.
    event ReopenedAfter(WibDay day);

    error TreasuryUnknownChannel(uint8 channel);
    error TreasuryInsufficientCash(uint8 channel, uint64 total, uint64 amount);
    error TreasuryReceiptUsed(ReceiptNumber receipt);
    error TreasuryZeroAmount();
    error TreasuryOverflow(uint8 channel, uint64 total, uint64 amount);
    /// @param today what tellers alone moved through `channel` today, all of them together
    error TreasuryTellerLimit(uint8 channel, uint64 today, uint64 amount, uint64 limit);
    error TreasuryDayInFuture(WibDay day, WibDay today);
    error TreasuryDayTooOld(WibDay day, WibDay oldest);
    /// @notice Only what is closed can be opened again.
    error TreasuryDayNotClosed(WibDay day, WibDay closedThrough);
    error TreasuryDayClosed(WibDay day, WibDay closedThrough);
    error TreasuryStablecoinOff();
    error TreasuryStablecoinInvalid(address token);
    error TreasuryStablecoinHeld(uint64 total);
    error TreasuryTransferInexact(uint256 expected, uint256 received);
    error TreasuryNothingToPull(address account);
    error TreasuryPayeeMissing();
    /// @notice Stablecoin comes in by `receiveStablecoin` and goes out by `payCash` only.
    error TreasuryFiatOnly(uint8 channel);
    error TreasurySameChannel(uint8 channel);
    /// @notice A period is closed after its last day.
    error TreasuryDayNotOver(WibDay day, WibDay today);
    /// @notice The channel holds money already: an opening is not added to it.
    error TreasuryAlreadyOpen(uint8 channel, uint64 total);
    error TreasuryIsSealed();

    /// @notice Uses up `receipt` and puts `amount` into `channel`. Not for STABLECOIN. Writers only.
    /// @param alone whether a teller acts alone and is held to the daily limit, or two persons act
    function receiveCash(uint8 channel, uint64 amount, ReceiptNumber receipt, WibDay bookDay, bool alone) external;

    /// @notice Uses up `receipt` and pays `amount` out of `channel`. For STABLECOIN the amount becomes payable to
    /// `payee`, who pulls it. Writers only.
    function payCash(uint8 channel, uint64 amount, ReceiptNumber receipt, WibDay bookDay, bool alone, address payee)
        external;

    /// @notice Cash moved from one channel to another. Not for STABLECOIN. Writers only.
    function moveCash(uint8 from, uint8 to, uint64 amount, ReceiptNumber receipt, WibDay bookDay) external;

    /// @notice Uses up many receipts at once, for a batch: number `word * 256 + i` for every bit i of `bits`. Reverts if one
    /// of them was used before: see `receiptWord`. Writers only.
    function useReceiptWord(uint256 word, uint256 bits) external;

    /// @notice Uses up one receipt without moving cash (a journal without a cash line). Writers only.
    function useReceipt(ReceiptNumber receipt, WibDay bookDay) external;

    /// @notice Puts the total of a batch whose receipts are used up already into `channel`. Not for STABLECOIN. Writers only.
    function receiveBatch(uint8 channel, uint64 total, WibDay bookDay) external;

    /// @notice Cash legs of a journal whose receipt is used up already: in first, then out; one of them may be zero. Not for
    /// STABLECOIN. Writers only.
    function settle(uint8 channel, uint64 moneyIn, uint64 moneyOut, WibDay bookDay) external;

    /// @notice Reverts if `bookDay` is after the block's WIB day, closed, or (once sealed) older than the by-law's number of
    /// days.
    function checkBookDay(WibDay bookDay) external view;

    /// @notice Takes stablecoin from `from` (who approved it) into the STABLECOIN channel; exactly `amount` must arrive.
    /// Uses up `receipt`. Writers only.
    function receiveStablecoin(address from, uint64 amount, ReceiptNumber receipt, WibDay bookDay) external;

    /// @notice Sends the caller the stablecoin payable to them.
    function pullPayout() external returns (uint64 amount);

    function payoutOf(address account) external view returns (uint64);

    /// @notice Opening total of KAS or BANK from paper books, once a channel. ADMIN, until sealed.
    function open(uint8 channel, uint64 total) external;

    /// @notice Closes `open` for ever. ADMIN.
    function seal() external;

    /// @notice PENGAWAS attests a channel at the end of a day.
    function attest(uint8 channel, WibDay day, uint64 counted, bytes32 documentHash) external;

    /// @notice Turns the stablecoin channel on with `token` (18 decimals or fewer), or off with zero. ADMIN only; not while
    /// the channel holds anything or a payout waits to be pulled. A token that takes fees or changes balances by itself
    /// must not be chosen.
    function setStablecoin(address token) external;

    /// @notice The token of the STABLECOIN channel (zero: off), its decimals (a rupiah is 10^decimals), and the rupiah paid
    /// out that wait to be pulled.
    function stablecoin() external view returns (address token, uint8 decimals, uint64 owed);

    /// @notice What tellers who act alone may take in and pay out through a channel, all of them and both ways together, in a
    /// WIB day of block time, rupiah. What is above it two persons move. ADMIN only.
    function setTellerLimit(uint64 limit) external;

    /// @notice How many days back a book date may lie. ADMIN only.
    function setBackdatingLimit(uint16 numDays) external;

    /// @notice No entry may be dated on or before `day` any more, a day before today. Writers only (Books closes periods).
    function closeThrough(WibDay day) external;

    /// @notice Opens the closed days after `day` again, within the by-law's number of days for book dates. ADMIN only.
    /// @param day before `closedThrough`; zero: nothing stays closed
    function reopenAfter(WibDay day) external;

    function closedThrough() external view returns (WibDay);

    /// @notice What `channel` holds, rupiah.
    function channelTotal(uint8 channel) external view returns (uint64);

    function isReceiptUsed(ReceiptNumber receipt) external view returns (bool);

    /// @notice Which of 256 receipts are used: bit i is number `word * 256 + i`.
    function receiptWord(uint256 word) external view returns (uint256 bits);

    /// @notice What tellers alone moved through `channel` on `day`, rupiah; known for the last such day only.
    function movedAlone(uint8 channel, WibDay day) external view returns (uint64);

    function tellerLimit() external view returns (uint64);

    function backdatingLimit() external view returns (uint16);

    function isSealed() external view returns (bool);
}
