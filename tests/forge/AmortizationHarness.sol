// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Amortization} from "../../contracts/libraries/Amortization.sol";
import {LoanMethod, WibDay} from "../../contracts/libraries/Types.sol";
import {WibCalendar} from "../../contracts/libraries/WibCalendar.sol";

/// @dev The libraries behind external functions: for reverts, and for tests/rules/test_amortization_onchain.py.
contract AmortizationHarness {
    struct Case {
        uint64 principal;
        uint16 rateBps;
        uint16 months;
        uint16 graceMonths;
        uint16 freezeMonths;
        LoanMethod method;
        uint8 roundingExponent;
        uint64 fee;
        WibDay disbursedOn;
        WibDay day;
    }

    /// @dev What the libraries say of a loan; `schedule` is SHA-256 of the words of `schedule`, 32 bytes each.
    struct Answer {
        uint64 step;
        uint256 totalInterest;
        bool withinRateCap;
        uint256 monthsGone;
        bytes32 schedule;
    }

    function answers(Case[] calldata cases) external pure returns (Answer[] memory found) {
        found = new Answer[](cases.length);
        for (uint256 i = 0; i < cases.length; ++i) {
            Case calldata c = cases[i];
            Amortization.Schedule memory terms = scheduleOf(c);
            found[i] = Answer({
                step: uint64(terms.step),
                totalInterest: Amortization.totalInterest(terms),
                withinRateCap: Amortization.withinRateCap(terms, c.fee, 2_400),
                monthsGone: Amortization.monthsGone(c.disbursedOn, c.day),
                schedule: sha256(abi.encodePacked(schedule(c)))
            });
        }
    }

    /// @dev Due day, principal and interest of every instalment, one after the other.
    function schedule(Case memory c) public pure returns (uint256[] memory words) {
        words = new uint256[](3 * uint256(c.months));
        Amortization.Schedule memory terms = scheduleOf(c);
        uint256 outstanding = c.principal;
        for (uint16 number = 1; number <= c.months; ++number) {
            (uint256 principalPart, uint256 interestPart) = Amortization.instalment(terms, number, outstanding);
            outstanding -= principalPart;
            uint256 position = 3 * uint256(number - 1);
            words[position] = WibDay.unwrap(WibCalendar.addMonths(c.disbursedOn, number));
            words[position + 1] = principalPart;
            words[position + 2] = interestPart;
        }
        require(outstanding == 0, "principal does not add up");
    }

    function scheduleOf(Case memory c) public pure returns (Amortization.Schedule memory) {
        return Amortization.Schedule({
            method: c.method,
            principal: c.principal,
            rateBps: c.rateBps,
            months: c.months,
            graceMonths: c.graceMonths,
            freezeMonths: c.freezeMonths,
            step: Amortization.step(c.method, c.principal, c.rateBps, c.months - c.graceMonths, c.roundingExponent)
        });
    }

    function annuityPayment(uint64 principal, uint16 rateBps, uint16 months) public pure returns (uint64) {
        return Amortization.annuityPayment(principal, rateBps, months);
    }
}
