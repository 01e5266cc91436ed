// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ITreasury} from "../interfaces/ITreasury.sol";
import {IListener} from "./MockStablecoin.sol";

/// @title A payee that pulls again while it is being paid
contract GreedyPayee is IListener {
    ITreasury private immutable TREASURY;

    /// @notice What the pull from within was answered with.
    bytes public answer;

    constructor(ITreasury treasury) {
        TREASURY = treasury;
    }

    function pull() external {
        TREASURY.pullPayout();
    }

    function moneyMoves() external {
        try TREASURY.pullPayout() {
            answer = "paid twice";
        } catch (bytes memory reason) {
            answer = reason;
        }
    }
}
