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
        LoanMethod method;
        WibDay disbursedOn;
        WibDay day;
    }

    /// @dev What the libraries say of a loan; `schedule` is SHA-256 of the words of `schedule`, 32 bytes each.
    struct Answer {
        uint64 annuity;
        uint256 totalInterest;
        bool withinRateCap;
        uint16 running;
        bytes32 schedule;
    }

    function answers(Case[] calldata cases) external pure returns (Answer[] memory found) {
        found = new Answer[](cases.length);
        for (uint256 i = 0; i < cases.length; ++i) {
            Case calldata c = cases[i];
            found[i] = Answer({
                annuity: annuityPayment(c.principal, c.rateBps, c.months),
                totalInterest: totalInterest(c.principal, c.rateBps, c.months, c.method),
                withinRateCap: Amortization.withinRateCap(c.principal, c.rateBps, c.months, c.method, 0, 2_400),
                running: Amortization.runningInstalment(c.disbursedOn, c.months, c.day),
                schedule: sha256(abi.encodePacked(schedule(c)))
            });
        }
    }

    /// @dev Due day, principal and interest of every instalment, one after the other.
    function schedule(Case memory c) public pure returns (uint256[] memory words) {
        words = new uint256[](3 * uint256(c.months));
        uint64 annuity = annuityPayment(c.principal, c.rateBps, c.months);
        uint64 outstanding = c.principal;
        for (uint16 number = 1; number <= c.months; ++number) {
            (uint64 principalPart, uint64 interestPart) =
                instalment(c.method, c.principal, c.rateBps, c.months, annuity, number, outstanding);
            outstanding -= principalPart;
            uint256 position = 3 * uint256(number - 1);
            words[position] = WibDay.unwrap(WibCalendar.addMonths(c.disbursedOn, number));
            words[position + 1] = principalPart;
            words[position + 2] = interestPart;
        }
        require(outstanding == 0, "principal does not add up");
    }

    function annuityPayment(uint64 principal, uint16 rateBps, uint16 months) public pure returns (uint64) {
        return Amortization.annuityPayment(principal, rateBps, months);
    }

    function totalInterest(uint64 principal, uint16 rateBps, uint16 months, LoanMethod method)
        public
        pure
        returns (uint256)
    {
        return Amortization.totalInterest(principal, rateBps, months, method);
    }

    function instalment(
        LoanMethod method,
        uint64 principal,
        uint16 rateBps,
        uint16 months,
        uint64 annuity,
        uint16 number,
        uint64 outstanding
    ) public pure returns (uint64 principalPart, uint64 interestPart) {
        return Amortization.instalment(method, principal, rateBps, months, annuity, number, outstanding);
    }
}
