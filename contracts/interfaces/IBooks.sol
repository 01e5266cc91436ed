// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JournalLine} from "../libraries/JournalLines.sol";
import {Countersignature, MemberNumber, ReceiptNumber, WibDay} from "../libraries/Types.sol";

/// @title The office's own journals: income, expense, grants, payments of payables and funds
/// @notice Accounts that other contracts keep cannot be posted here, but for the payables and funds that are paid out
/// here. What a chart, an accounting option or the posting rules are from a day on is an event.
interface IBooks {
    /// @param receipt of the series of journals (3)
    /// @param lines a word each, from the top: zeros 160 | account 16 | side 8 (0 debit, 1 credit) | channel 8 (0: none) |
    /// amount 64 bits (1 to 2^63 - 1 rupiah). A line with a channel (KAS or BANK) is the cash leg and carries that channel's
    /// account (1110 or 1120); every other account is one that the chart lets be posted here.
    struct Journal {
        ReceiptNumber receipt;
        WibDay bookDay;
        JournalLine[] lines;
    }

    /// @notice What BENDAHARA and PENGAWAS attest of a period when they close it: the ledger at its first `entries` entries,
    /// which are all that are dated in the period or before, and the entries of its month's end.
    /// @param through last day of a month
    /// @param entries how many
    /// @param ledgerRoot root of the tree over them (RFC 9162)
    /// @param trialBalanceHash sha256 of the canonical trial balance of them at the end of `through`
    /// @param claimsRoot root of the Merkle-sum tree of the members' claims then; zero: none was made
    /// @param claimsTotal their sum, rupiah
    struct Close {
        WibDay through;
        uint64 entries;
        bytes32 ledgerRoot;
        bytes32 trialBalanceHash;
        bytes32 claimsRoot;
        uint64 claimsTotal;
    }

    /// @dev DEPRECIATION of a fixed asset, or SPREAD of a prepayment or an accrual over months.
    enum ScheduleKind {
        DEPRECIATION,
        SPREAD
    }

    /// @dev How it falls on the months: the same each month, or twice the straight-line rate of what is left, by year.
    enum ScheduleMethod {
        STRAIGHT_LINE,
        DECLINING
    }

    /// @notice What is posted at the end of each month, of itself (rules/schedules.py).
    /// @param id as the office numbers it, used once
    /// @param debit account that is debited each month: an expense, or what is accrued
    /// @param credit account that is credited: accumulated depreciation, a prepayment
    /// @param amount rupiah in all, with `residual`
    /// @param residual rupiah that are not posted: what an asset is worth at the end
    /// @param months over how many, 1 to 600; whole years if DECLINING
    /// @param firstMonth year * 12 + month - 1
    struct Schedule {
        uint32 id;
        ScheduleKind kind;
        ScheduleMethod method;
        uint16 debit;
        uint16 credit;
        uint64 amount;
        uint64 residual;
        uint16 months;
        uint32 firstMonth;
    }

    event JournalPosted(
        ReceiptNumber indexed receipt,
        WibDay indexed bookDay,
        MemberNumber maker,
        MemberNumber checker,
        JournalLine[] lines
    );
    /// @notice The journal `receipt` corrects what was booked under `corrected`.
    event JournalCorrects(ReceiptNumber indexed receipt, ReceiptNumber indexed corrected);
    /// @notice A chart of accounts holds from `effectiveOn` on. `hash` is sha256 of its file.
    /// @param accounts the accounts that can be posted here
    event ChartAdopted(bytes32 indexed hash, WibDay indexed effectiveOn, uint16[] accounts);
    /// @notice An accounting option or a version of the posting rules holds from `effectiveOn` on.
    event OptionAdopted(bytes32 indexed key, bytes32 value, WibDay indexed effectiveOn);

    /// @notice A month ended: from here follow the entries that no event of its own makes (interest that is due on loans,
    /// allowance by collectibility), each with the month's last day as its book day.
    /// @param month year * 12 + month - 1
    event MonthEnded(uint32 indexed month, WibDay lastDay);

    /// @notice Nothing is dated `through` or before any more. See `Close`.
    event BooksClosed(
        WibDay indexed through,
        uint64 entries,
        bytes32 ledgerRoot,
        bytes32 trialBalanceHash,
        bytes32 claimsRoot,
        uint64 claimsTotal,
        MemberNumber maker,
        MemberNumber checker
    );

    /// @notice The ends of `schedule.months` months post it, from `schedule.firstMonth` on.
    event ScheduleAdopted(uint32 indexed id, Schedule schedule, MemberNumber maker, MemberNumber checker);
    /// @notice Month's ends from here on post nothing of it: the asset is sold, the contract is over.
    event ScheduleEnded(uint32 indexed id, MemberNumber maker, MemberNumber checker);

    error BooksMonthInvalid(uint32 month, uint32 expected);
    error BooksMonthNotOver(uint32 month);
    /// @notice A month is closed after it was ended.
    error BooksMonthNotEnded(uint32 month);
    /// @notice Months are closed one after the other, each through its last day.
    error BooksCloseInvalid(WibDay through, WibDay expected);
    /// @notice No paper with this number was booked.
    error BooksScheduleInvalid(uint32 id);
    /// @notice The number was used before, or there is no schedule that runs under it.
    error BooksScheduleUnknown(uint32 id);
    error BooksNothingToCorrect(ReceiptNumber corrected);
    error BooksAccountRefused(uint16 account);
    error BooksLineInvalid(uint256 line);
    error BooksUnbalanced(uint256 debit, uint256 credit);
    error BooksTooFewLines(uint256 lines);
    error BooksReceiptInvalid(ReceiptNumber receipt);
    /// @notice Treasury is sealed: the opening from paper books is over.
    error BooksIsSealed();
    /// @notice The day is closed already.
    error BooksDayInvalid(WibDay day);

    /// @notice Posts journals. BENDAHARA sends, another person of PENGURUS countersigns
    /// keccak256(abi.encode("journal", journals)). All or none.
    function post(Journal[] calldata journals, Countersignature calldata countersignature) external;

    /// @notice What paper books held on accounts that no other contract keeps, against the account of opening balances. ADMIN,
    /// until Treasury is sealed. Any account but those of cash; JournalPosted names nobody as maker and checker.
    function open(Journal calldata journal) external;

    /// @notice Posts a journal that corrects what was booked under the receipt `corrected`, which stays as it is. BENDAHARA
    /// sends, another person of PENGURUS countersigns keccak256(abi.encode("correction", journal, corrected)).
    function correct(Journal calldata journal, ReceiptNumber corrected, Countersignature calldata countersignature)
        external;

    /// @notice Adopts a chart of accounts. ADMIN only. Replaces the accounts that can be posted, from now on; cash accounts
    /// are not among them.
    /// @param effectiveOn a day that is not closed
    function adoptChart(bytes32 hash, WibDay effectiveOn, uint16[] calldata accounts) external;

    /// @notice Adopts an accounting option. ADMIN only.
    /// @param effectiveOn a day that is not closed
    function adoptOption(bytes32 key, bytes32 value, WibDay effectiveOn) external;

    /// @notice Ends `month` (year * 12 + month - 1), after midnight WIB of its last day. Anyone. Months end one after the other,
    /// each once; the first is the one in which this contract was deployed.
    function endMonth(uint32 month) external;

    /// @notice Closes a month that was ended. BENDAHARA sends, another person who is PENGAWAS countersigns
    /// keccak256(abi.encode("close", period)). Months close one after the other; the first close may be of any month that was
    /// ended, and closes everything before it. Only ADMIN opens a period again (`ITreasury.reopenAfter`).
    function close(Close calldata period, Countersignature calldata countersignature) external;

    /// @notice Adopts a schedule whose first month was not ended yet. BENDAHARA sends, another person of PENGURUS countersigns
    /// keccak256(abi.encode("schedule", schedule)).
    function adoptSchedule(Schedule calldata schedule, Countersignature calldata countersignature) external;

    /// @notice Ends a schedule; what is left of it a journal posts. BENDAHARA sends, another person of PENGURUS countersigns
    /// keccak256(abi.encode("end schedule", id)).
    function endSchedule(uint32 id, Countersignature calldata countersignature) external;

    /// @notice The month that was ended last; before the first, the one before deployment. A month that is closed is ended.
    function lastEndedMonth() external view returns (uint32);

    function chartHash() external view returns (bytes32);

    /// @notice Whether the office may post to `account` here.
    function isPostable(uint16 account) external view returns (bool);
}
