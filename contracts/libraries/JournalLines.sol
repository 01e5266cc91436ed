// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Channels} from "./Types.sol";

/// @dev A line of a journal in one word, from the top: zeros 160 | account 16 | side 8 | channel 8 | amount 64 bits.
type JournalLine is uint256;

/// @title Lines of journals
library JournalLines {
    uint8 internal constant DEBIT = 0;
    uint8 internal constant CREDIT = 1;

    /// @dev Accounts of the chart that channels carry: kas, bank, stablecoin.
    uint16 private constant KAS_ACCOUNT = 1110;
    uint16 private constant BANK_ACCOUNT = 1120;
    uint16 private constant STABLECOIN_ACCOUNT = 1130;

    function account(JournalLine line) internal pure returns (uint16) {
        return uint16(JournalLine.unwrap(line) >> 80);
    }

    /// @notice 0 debit, 1 credit.
    function side(JournalLine line) internal pure returns (uint8) {
        return uint8(JournalLine.unwrap(line) >> 72);
    }

    /// @notice The channel of a cash leg, zero for any other line.
    function channel(JournalLine line) internal pure returns (uint8) {
        return uint8(JournalLine.unwrap(line) >> 64);
    }

    /// @notice Rupiah.
    function amount(JournalLine line) internal pure returns (uint64) {
        return uint64(JournalLine.unwrap(line));
    }

    /// @notice Whether the word is well formed: nothing above the account, a side, 1 to 2^63 - 1 rupiah, and with a channel
    /// (KAS or BANK) that channel's account.
    function isValid(JournalLine line) internal pure returns (bool) {
        if (JournalLine.unwrap(line) >> 96 != 0 || side(line) > CREDIT) return false;
        if (amount(line) == 0 || amount(line) >> 63 != 0) return false;
        uint8 through = channel(line);
        if (through == Channels.KAS) return account(line) == KAS_ACCOUNT;
        if (through == Channels.BANK) return account(line) == BANK_ACCOUNT;
        return through == 0;
    }

    /// @notice Whether cash stands on `number`: it is posted with its channel only.
    function isCash(uint16 number) internal pure returns (bool) {
        return number == KAS_ACCOUNT || number == BANK_ACCOUNT || number == STABLECOIN_ACCOUNT;
    }
}
