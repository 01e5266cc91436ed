// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {StdUtils} from "forge-std/StdUtils.sol";
import {Channels, ReceiptNumber, WibDay} from "../../contracts/libraries/Types.sol";
import {MockStablecoin} from "../../contracts/mocks/MockStablecoin.sol";
import {SavingsHouse} from "./SavingsHouse.sol";

/// @dev Random movements of the treasury, with a second writer and a stablecoin, and what must come of them.
contract TreasuryHandler is SavingsHouse, StdUtils {
    uint64 internal constant MOST = 10 ** 12;
    uint64 internal constant LIMIT = 50_000_000;
    uint256 internal constant UNIT = 10 ** 6;

    MockStablecoin public coin = new MockStablecoin(6);
    address internal secondDesk = makeAddr("secondDesk");

    /// @dev What must not happen and did.
    string[] public breaches;
    uint256[4] public cash;
    uint256 public owed;
    mapping(uint8 channel => mapping(uint32 day => uint256)) internal movedAlone;
    mapping(uint64 receipt => bool) public used;
    uint64[] public receipts;

    constructor() {
        buildHouse();
        cash[Channels.BANK] = POKOK_AMOUNT * MEMBERS;
        coin.mint(address(this), type(uint128).max);
        coin.approve(address(treasury), type(uint256).max);
        uint40 since = uint40(START + 31 days);
        vm.prank(rat);
        treasury.setStablecoin(address(coin));
        vm.prank(rat);
        treasury.setWriter(secondDesk, since, 0);
        vm.warp(since);
    }

    function receiveCash(uint256 channelSeed, uint64 amount, uint64 receiptSeed, uint256 age, uint256 aloneSeed)
        external
    {
        (uint8 channel, bool alone) = (_fiat(channelSeed), _isAlone(aloneSeed));
        amount = uint64(_bound(amount, 1, alone ? LIMIT : MOST));
        WibDay day = _day(age);
        ReceiptNumber receipt = _receipt(receiptSeed);
        vm.prank(_desk(receiptSeed));
        treasury.receiveCash(channel, amount, receipt, day, alone);
        cash[channel] += amount;
        _note(receipt, day);
        if (alone) _countAlone(channel, amount);
    }

    function payCash(uint256 channelSeed, uint64 amount, uint64 receiptSeed, uint256 age, uint256 aloneSeed) external {
        uint8 channel = uint8(1 + channelSeed % 3);
        bool alone = _isAlone(aloneSeed);
        uint256 most = cash[channel] + 1;
        amount = uint64(_bound(amount, 1, alone && most > LIMIT ? LIMIT : most));
        WibDay day = _day(age);
        ReceiptNumber receipt = _receipt(receiptSeed);
        vm.prank(_desk(receiptSeed));
        treasury.payCash(channel, amount, receipt, day, alone, members[aloneSeed % 2].addr);
        if (amount > cash[channel]) breaches.push("more paid than the channel held");
        cash[channel] -= amount;
        if (channel == Channels.STABLECOIN) owed += amount;
        _note(receipt, day);
        if (alone) _countAlone(channel, amount);
    }

    function moveCash(uint256 fromSeed, uint256 toSeed, uint64 amount, uint64 receiptSeed) external {
        (uint8 from, uint8 to) = (_fiat(fromSeed), _fiat(toSeed));
        amount = uint64(_bound(amount, 1, cash[from] + 1));
        ReceiptNumber receipt = _receipt(receiptSeed);
        vm.prank(desk);
        treasury.moveCash(from, to, amount, receipt, today());
        if (amount > cash[from] || from == to) breaches.push("a move that could not be");
        cash[from] -= amount;
        cash[to] += amount;
        _note(receipt, today());
    }

    function settle(uint256 channelSeed, uint64 moneyIn, uint64 moneyOut) external {
        uint8 channel = _fiat(channelSeed);
        (moneyIn, moneyOut) = (uint64(_bound(moneyIn, 0, MOST)), uint64(_bound(moneyOut, 0, MOST)));
        vm.prank(desk);
        treasury.settle(channel, moneyIn, moneyOut, today());
        if (cash[channel] + moneyIn < moneyOut) breaches.push("a settlement below zero");
        cash[channel] = cash[channel] + moneyIn - moneyOut;
    }

    function useReceiptWord(uint64 receiptSeed, uint256 bits) external {
        uint256 word = ReceiptNumber.unwrap(_receipt(receiptSeed)) >> 8;
        bits &= 0xff << receiptSeed % 240;
        vm.prank(desk);
        treasury.useReceiptWord(word, bits);
        for (uint256 bit = 0; bit < 256; ++bit) {
            if (bits >> bit & 1 != 0) _note(ReceiptNumber.wrap(uint64(word << 8 | bit)), today());
        }
    }

    function receiveStablecoin(uint64 amount, uint64 receiptSeed, uint16 fee) external {
        amount = uint64(_bound(amount, 1, MOST));
        ReceiptNumber receipt = _receipt(receiptSeed);
        coin.setFee(fee % 4 == 0 ? fee % 100 : 0);
        vm.prank(desk);
        treasury.receiveStablecoin(address(this), amount, receipt, today());
        cash[Channels.STABLECOIN] += amount;
        _note(receipt, today());
    }

    function pullPayout(uint256 memberSeed) external {
        address account = members[memberSeed % 2].addr;
        coin.setFee(0);
        vm.prank(account);
        owed -= treasury.pullPayout();
    }

    function closeThrough(uint256 age) external {
        WibDay before = treasury.closedThrough();
        WibDay day = WibDay.wrap(WibDay.unwrap(today()) - uint32(age % 60));
        vm.prank(desk);
        treasury.closeThrough(day);
        if (!(day > before) || !(day < today())) breaches.push("a period closed again or too early");
    }

    function turnStablecoinOff() external {
        vm.prank(rat);
        treasury.setStablecoin(address(0));
        if (cash[Channels.STABLECOIN] + owed != 0) breaches.push("stablecoin turned off with money in it");
        vm.prank(rat);
        treasury.setStablecoin(address(coin));
    }

    function wait(uint256 time) external {
        vm.warp(vm.getBlockTimestamp() + _bound(time, 1 hours, 3 days));
    }

    /// @dev Nobody but the two desks.
    function attack(uint256 senderSeed, uint64 amount, uint64 receiptSeed) external {
        address[6] memory senders = [ketua.addr, bendahara.addr, teller.addr, pengawas.addr, rat, members[3].addr];
        vm.prank(senders[senderSeed % 6]);
        (bool success,) = address(treasury)
            .call(
                abi.encodeCall(
                    treasury.payCash, (_fiat(amount), amount, _receipt(receiptSeed), today(), false, members[3].addr)
                )
            );
        if (success) breaches.push("paid by no writer");
    }

    function breachCount() external view returns (uint256) {
        return breaches.length;
    }

    function receiptCount() external view returns (uint256) {
        return receipts.length;
    }

    function channelTotal(uint8 channel) external view returns (uint64) {
        return treasury.channelTotal(channel);
    }

    function isReceiptUsed(uint64 receipt) external view returns (bool) {
        return treasury.isReceiptUsed(ReceiptNumber.wrap(receipt));
    }

    function backing() external view returns (uint256 held, uint256 needed) {
        (,, uint64 waiting) = treasury.stablecoin();
        if (waiting != owed) return (0, type(uint256).max);
        return (coin.balanceOf(address(treasury)), (cash[Channels.STABLECOIN] + owed) * UNIT);
    }

    function _note(ReceiptNumber receipt, WibDay day) private {
        uint64 plain = ReceiptNumber.unwrap(receipt);
        if (used[plain]) breaches.push("a receipt used twice");
        used[plain] = true;
        receipts.push(plain);
        if (day > today()) breaches.push("a book day in the future");
        if (!(day > treasury.closedThrough())) breaches.push("a book day that is closed");
        if (WibDay.unwrap(day) + 7 < WibDay.unwrap(today())) breaches.push("a book day that is too old");
    }

    function _countAlone(uint8 channel, uint256 amount) private {
        movedAlone[channel][WibDay.unwrap(today())] += amount;
        if (movedAlone[channel][WibDay.unwrap(today())] > LIMIT) breaches.push("tellers alone beyond the limit");
    }

    /// @dev Few enough that they meet: two words of 256.
    function _receipt(uint64 seed) private pure returns (ReceiptNumber) {
        return ReceiptNumber.wrap(uint64(1 << 56 | seed % 512));
    }

    function _day(uint256 age) private view returns (WibDay) {
        return WibDay.wrap(WibDay.unwrap(today()) + 1 - uint32(age % 10));
    }

    function _fiat(uint256 seed) private pure returns (uint8) {
        return seed % 2 == 0 ? Channels.KAS : Channels.BANK;
    }

    function _isAlone(uint256 seed) private pure returns (bool) {
        return seed % 3 != 0;
    }

    function _desk(uint256 seed) private view returns (address) {
        return seed % 2 == 0 ? desk : secondDesk;
    }
}
