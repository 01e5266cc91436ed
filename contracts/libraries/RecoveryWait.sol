// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The wait after a member's signer was recovered, in which the new one binds the member to nothing
library RecoveryWait {
    uint40 private constant WAIT = 30 days;

    /// @notice When it ends, in unix seconds; zero if it is over, or if there was no recovery (`recoveredAt` is zero).
    function endOf(uint40 recoveredAt) internal view returns (uint40 end) {
        if (recoveredAt == 0) return 0;
        end = recoveredAt + WAIT;
        if (block.timestamp >= end) return 0;
    }
}
