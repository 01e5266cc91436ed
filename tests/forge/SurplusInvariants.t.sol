// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";
import {SurplusHandler} from "./SurplusHandler.sol";

/// @dev Numbers as in tests/INVARIANTS.md.
contract SurplusInvariants is Test {
    uint16 private constant FIRST_YEAR = 2021;
    uint16 private constant YEARS = 5;

    SurplusHandler private handler;

    function setUp() public {
        handler = new SurplusHandler();
        targetContract(address(handler));
    }

    function invariant_lawsHold() public view {
        (uint256 unpaidTotal, uint256 paidTotal) = (0, 0);
        for (uint16 year = FIRST_YEAR; year < FIRST_YEAR + YEARS; ++year) {
            (uint256 unpaid, uint256 elsewhere) = handler.unpaidOf(year);
            assertEq(handler.paid(year) + unpaid, handler.total(year), "D1: paid and unpaid are the members' pot");
            assertEq(elsewhere, 0, "D3: a year is of one distributor");
            assertTrue(handler.marksAgree(year), "D2: paid is what is marked as paid");
            (unpaidTotal, paidTotal) = (unpaidTotal + unpaid, paidTotal + handler.paid(year));
        }
        assertEq(handler.unpaidTotals(), unpaidTotal, "D1: the total is the sum of the years");
        (uint256 sukarela, uint256 owedToLeft, uint256 till) = handler.supplies();
        assertEq(sukarela, handler.credited(2), "D4: savings are the shares credited");
        assertEq(owedToLeft, handler.credited(3), "D4: payable is the shares of who left");
        assertEq(till, handler.cashPaid(), "D4: cash went out for shares only");
        assertEq(sukarela + owedToLeft + till, paidTotal, "D4: what was paid arrived");
        if (handler.breachCount() != 0) assertEq(handler.breaches(0), "nothing", "D2, D3");
    }

    /// @dev Every step of the handler works: the invariants are not held by steps that always fail.
    function test_handler_EachStepCanHappen() public {
        uint64[6] memory amounts = [uint64(5), 1_000, 7, 30_000_000, 1, 99];
        handler.allocate(0, 0, amounts, 10, true);
        handler.allocate(1, 1, amounts, 10, true);
        handler.payOut(0, 0, [uint256(0), 3], [uint256(0), 3], 2);
        handler.payOut(0, 0, [uint256(0), 4], [uint256(0), 4], 2);
        handler.payCash(0, 0, 5, 1, false, 1);
        handler.payCash(1, 1, 1, 1, true, 1);
        handler.exit(2);
        handler.payOut(1, 1, [uint256(2), 4], [uint256(2), 4], 2);
        handler.wait(1 hours);
        handler.payCash(0, 0, 2, 1, false, 1);
        assertEq(handler.steps(), 6);
        (uint256 sukarela, uint256 owedToLeft, uint256 till) = handler.supplies();
        assertEq(sukarela, 5 + 30_000_000 + 1 + 1);
        assertEq(owedToLeft, 7);
        assertEq(till, 99 + 1_000 + 7);
        vm.expectRevert();
        handler.allocate(0, 1, amounts, 10, true);
        vm.expectRevert();
        handler.allocate(2, 1, amounts, 10, false);
        vm.expectRevert();
        handler.allocate(4, 0, amounts, 10, true);
        vm.expectRevert();
        handler.payCash(0, 1, 1, 1, false, 1);
        invariant_lawsHold();
    }
}
