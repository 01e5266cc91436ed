// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILoanLens} from "../interfaces/ILoanLens.sol";
import {WibDay} from "./Types.sol";
import {WibCalendar} from "./WibCalendar.sol";

/// @title Collectibility (kolektibilitas), the same as rules/collectibility.py
library Kolektibilitas {
    uint32 private constant LANCAR_MONTHS = 3;
    uint32 private constant KURANG_LANCAR_MONTHS = 6;
    uint32 private constant DIRAGUKAN_MONTHS = 21;
    /// @dev Liens that cover at least COVER / COVER_OF of what is outstanding keep a loan doubtful.
    uint256 private constant COVER = 3;
    uint256 private constant COVER_OF = 4;

    /// @notice The class on `day` of a loan whose oldest unpaid principal was due on `since` (zero: none is overdue).
    /// @param secured rupiah that liens hold for it
    /// @param outstanding rupiah of principal
    function classOf(WibDay since, WibDay day, uint256 secured, uint256 outstanding)
        internal
        pure
        returns (ILoanLens.Collectibility)
    {
        if (WibDay.unwrap(since) == 0 || day < WibCalendar.addMonths(since, LANCAR_MONTHS)) {
            return ILoanLens.Collectibility.LANCAR;
        }
        if (!(day > WibCalendar.addMonths(since, KURANG_LANCAR_MONTHS))) return ILoanLens.Collectibility.KURANG_LANCAR;
        bool covered = secured * COVER_OF >= outstanding * COVER;
        bool inTime = !(day > WibCalendar.addMonths(since, KURANG_LANCAR_MONTHS + DIRAGUKAN_MONTHS));
        return covered && inTime ? ILoanLens.Collectibility.DIRAGUKAN : ILoanLens.Collectibility.MACET;
    }
}
