// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";
import {SavingsToken} from "../../contracts/SavingsToken.sol";
import {Channels, LoanNumber, MemberNumber} from "../../contracts/libraries/Types.sol";
import {SavingsHandler} from "./SavingsHandler.sol";

/// @dev Numbers as in tests/INVARIANTS.md.
contract SavingsInvariants is Test {
    uint256 private constant MEMBERS = 6;

    SavingsHandler private handler;

    function setUp() public {
        handler = new SavingsHandler();
        targetContract(address(handler));
    }

    function invariant_lawsHold() public view {
        _checkSupplyIsTheSumOfBalances();
        _checkRupiahAreConserved();
        _checkSavingsLeaveOnlyByTheLaw();
        _checkLiensAreWithinBalances();
        _checkNothingForbiddenHappened();
        _checkTaxIsAtMostATenth();
        _checkWalletsSeeTheBalance();
        _checkChannelsAreWhatCameLessWhatWent();
    }

    /// @dev Every step of the handler works: the invariants above are not held by steps that always fail.
    function test_handler_EachStepCanHappen() public {
        handler.deposit(0, 1, 500_000, true);
        handler.deposit(1, 0, 10 ** 11, false);
        handler.payroll(0, 50_000);
        handler.payroll(1, 10 ** 10);
        handler.withdraw(0, false, 1_000);
        handler.reverse(1, 1_000);
        handler.pledge(2, 2, 0, 10 ** 9);
        handler.pledge(3, 2, 1, 10 ** 9);
        handler.release(1, 1_000);
        handler.notice(0, 5_000);
        handler.notice(1, 5_000);
        handler.stop(1);
        handler.claim(0, true);
        handler.wait(40 days);
        handler.creditInterest();
        handler.setTerms(900, 0, 1_000);
        handler.exit(4, 0);
        handler.withdraw(4, true, 1_000);
        handler.exit(3, 1);
        handler.forge(2, 0, 1_000, false);
        handler.forge(2, 0, 1_000, true);
        handler.replay(0, 2);
        handler.reuseReceipt(0, true);
        for (uint256 call = 0; call < 280; ++call) {
            handler.attack(call, call, call, 1_000);
        }
        assertEq(handler.breachCount(), 0);
        assertGt(handler.grossInterest(), 0);
        assertGt(handler.taxes(), 0);
        invariant_lawsHold();
    }

    function _checkSupplyIsTheSumOfBalances() private view {
        for (uint256 kind = 0; kind < 4; ++kind) {
            uint256 sum;
            for (uint256 i = 0; i < MEMBERS; ++i) {
                sum += handler.tokenOf(kind).balanceOfMember(_number(i));
            }
            assertEq(handler.tokenOf(kind).totalSupply(), sum, "S1: supply = sum of balances");
        }
    }

    function _checkRupiahAreConserved() private view {
        uint256 supplies;
        uint256 interest;
        uint256 claimed;
        for (uint256 kind = 0; kind < 4; ++kind) {
            supplies += handler.tokenOf(kind).totalSupply();
        }
        for (uint256 i = 0; i < MEMBERS; ++i) {
            interest += handler.interest(i);
            claimed += handler.claimed(i);
        }
        uint256 cash = uint256(handler.channelTotal(Channels.KAS)) + handler.channelTotal(Channels.BANK);
        assertEq(cash + interest, supplies + claimed, "S2: cash + interest = savings + claimed");
    }

    function _checkSavingsLeaveOnlyByTheLaw() private view {
        for (uint256 i = 0; i < MEMBERS; ++i) {
            uint256 balances;
            for (uint256 kind = 0; kind < 4; ++kind) {
                balances += handler.tokenOf(kind).balanceOfMember(_number(i));
            }
            uint256 came = handler.deposited(i) + handler.interest(i);
            uint256 went = handler.withdrawn(i) + handler.reversed(i) + handler.claimed(i);
            assertEq(balances, came - went, "S3: savings leave only by the law");
        }
    }

    function _checkLiensAreWithinBalances() private view {
        for (uint256 kind = 0; kind < 4; ++kind) {
            SavingsToken token = handler.tokenOf(kind);
            for (uint256 i = 0; i < MEMBERS; ++i) {
                uint256 held;
                for (uint32 loan = 1; loan <= 3; ++loan) {
                    (uint64 amount,,) = token.lienOf(_number(i), LoanNumber.wrap(loan));
                    held += amount;
                }
                assertEq(
                    token.availableOf(_number(i)) + held,
                    token.balanceOfMember(_number(i)),
                    "S4: liens are within balances"
                );
            }
        }
    }

    function _checkNothingForbiddenHappened() private view {
        if (handler.breachCount() != 0) assertEq(handler.breaches(0), "nothing", "S5 to S7, T2");
    }

    function _checkTaxIsAtMostATenth() private view {
        assertLe(handler.taxes() * 10, handler.grossInterest(), "S8: tax is at most a tenth");
    }

    function _checkWalletsSeeTheBalance() private view {
        for (uint256 i = 0; i < MEMBERS; ++i) {
            SavingsToken token = handler.tokenOf(2);
            assertEq(token.balanceOf(handler.accountOf(i)), token.balanceOfMember(_number(i)), "S9: what wallets see");
        }
    }

    function _checkChannelsAreWhatCameLessWhatWent() private view {
        for (uint8 channel = Channels.KAS; channel <= Channels.STABLECOIN; ++channel) {
            assertEq(handler.channelTotal(channel), handler.cash(channel), "T1: channel = in - out");
        }
    }

    function _number(uint256 index) private pure returns (MemberNumber) {
        return MemberNumber.wrap(uint32(index + 1));
    }
}
