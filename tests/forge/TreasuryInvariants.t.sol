// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";
import {Channels} from "../../contracts/libraries/Types.sol";
import {TreasuryHandler} from "./TreasuryHandler.sol";

/// @dev Numbers as in tests/INVARIANTS.md.
contract TreasuryInvariants is Test {
    TreasuryHandler private handler;

    function setUp() public {
        handler = new TreasuryHandler();
        targetContract(address(handler));
    }

    function invariant_lawsHold() public view {
        for (uint8 channel = Channels.KAS; channel <= Channels.STABLECOIN; ++channel) {
            assertEq(handler.channelTotal(channel), handler.cash(channel), "T1: channel = in - out");
        }
        for (uint256 i = 0; i < handler.receiptCount(); ++i) {
            assertTrue(handler.isReceiptUsed(handler.receipts(i)), "T2: a used receipt stays used");
        }
        (uint256 held, uint256 needed) = handler.backing();
        assertEq(held, needed, "T3: stablecoin is backed");
        if (handler.breachCount() != 0) assertEq(handler.breaches(0), "nothing", "T1, T2, T4 to T7");
    }

    /// @dev Every step of the handler works: the invariants are not held by steps that always fail.
    function test_handler_EachStepCanHappen() public {
        handler.receiveCash(0, 5_000, 2, 1, 0);
        handler.receiveCash(1, 5_000, 3, 8, 1);
        handler.payCash(0, 1_000, 4, 1, 2);
        handler.moveCash(0, 1, 1_000, 5);
        handler.settle(0, 500, 100);
        handler.useReceiptWord(256, type(uint256).max);
        handler.receiveStablecoin(9_000, 7, 1);
        handler.payCash(2, 4_000, 8, 1, 0);
        handler.pullPayout(0);
        handler.closeThrough(2);
        handler.wait(1 days);
        handler.payCash(2, 5_000, 9, 1, 3);
        handler.pullPayout(1);
        handler.turnStablecoinOff();
        handler.attack(4, 1_000, 10);
        assertEq(handler.receiptCount(), 7 + 8);
        invariant_lawsHold();
    }
}
