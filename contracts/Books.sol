// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Desk} from "./Desk.sol";
import {IAuthority} from "./interfaces/IAuthority.sol";
import {IBooks} from "./interfaces/IBooks.sol";
import {ITreasury} from "./interfaces/ITreasury.sol";
import {JournalLine, JournalLines} from "./libraries/JournalLines.sol";
import {Channels, Countersignature, MemberNumber, Offices, ReceiptNumber, Series, WibDay} from "./libraries/Types.sol";
import {WibCalendar} from "./libraries/WibCalendar.sol";

/// @title The office's own journals
contract Books is IBooks, Desk {
    using JournalLines for JournalLine;
    using SafeCast for uint256;

    enum ScheduleState {
        UNUSED,
        RUNNING,
        ENDED
    }

    uint16 private constant MAX_MONTHS = 600;
    uint64 private constant MAX_RUPIAH = 2 ** 63 - 1;

    ITreasury private immutable TREASURY;

    /// @inheritdoc IBooks
    bytes32 public override chartHash;
    /// @dev The month that this contract ended last.
    uint32 private _lastEnded;
    /// @dev Charts adopted so far. An account can be posted if the last of them names it.
    uint32 private _chart;
    mapping(uint16 account => uint32 chart) private _chartOf;
    mapping(uint32 id => ScheduleState state) private _schedules;

    modifier onlyAdmin() {
        if (msg.sender != AUTHORITY.admin()) revert IAccessManaged.AccessManagedUnauthorized(msg.sender);
        _;
    }

    constructor(IAuthority authority_, ITreasury treasury) Desk(authority_) {
        TREASURY = treasury;
        _lastEnded = WibCalendar.monthOf(WibCalendar.dayOf(block.timestamp)) - 1;
    }

    /// @inheritdoc IBooks
    function post(Journal[] calldata journals, Countersignature calldata countersignature)
        external
        onlyOffice(Offices.BENDAHARA)
    {
        (MemberNumber maker, MemberNumber checker) =
            _requireTwo(Offices.PENGURUS, keccak256(abi.encode("journal", journals)), countersignature);
        for (uint256 i = 0; i < journals.length; ++i) {
            _post(journals[i], maker, checker, false);
        }
    }

    /// @inheritdoc IBooks
    function open(Journal calldata journal) external onlyAdmin {
        if (TREASURY.isSealed()) revert BooksIsSealed();
        for (uint256 i = 0; i < journal.lines.length; ++i) {
            if (journal.lines[i].channel() != 0) revert BooksLineInvalid(i);
        }
        MemberNumber nobody = MemberNumber.wrap(0);
        _post(journal, nobody, nobody, true);
    }

    /// @inheritdoc IBooks
    function correct(Journal calldata journal, ReceiptNumber corrected, Countersignature calldata countersignature)
        external
        onlyOffice(Offices.BENDAHARA)
    {
        (MemberNumber maker, MemberNumber checker) =
            _requireTwo(Offices.PENGURUS, keccak256(abi.encode("correction", journal, corrected)), countersignature);
        if (!TREASURY.isReceiptUsed(corrected)) revert BooksNothingToCorrect(corrected);
        _post(journal, maker, checker, false);
        emit JournalCorrects(journal.receipt, corrected);
    }

    /// @inheritdoc IBooks
    function adoptChart(bytes32 hash, WibDay effectiveOn, uint16[] calldata accounts) external onlyAdmin {
        _checkEffective(effectiveOn);
        uint32 chart = ++_chart;
        chartHash = hash;
        for (uint256 i = 0; i < accounts.length; ++i) {
            if (JournalLines.isCash(accounts[i])) revert BooksAccountRefused(accounts[i]);
            _chartOf[accounts[i]] = chart;
        }
        emit ChartAdopted(hash, effectiveOn, accounts);
    }

    /// @inheritdoc IBooks
    function adoptOption(bytes32 key, bytes32 value, WibDay effectiveOn) external onlyAdmin {
        _checkEffective(effectiveOn);
        emit OptionAdopted(key, value, effectiveOn);
    }

    /// @inheritdoc IBooks
    function endMonth(uint32 month) external {
        uint32 expected = lastEndedMonth() + 1;
        if (month != expected) revert BooksMonthInvalid(month, expected);
        WibDay next = WibCalendar.firstDayOfMonth(month + 1);
        if (WibCalendar.dayOf(block.timestamp) < next) revert BooksMonthNotOver(month);
        _lastEnded = month;
        emit MonthEnded(month, WibDay.wrap(WibDay.unwrap(next) - 1));
    }

    /// @inheritdoc IBooks
    function close(Close calldata period, Countersignature calldata countersignature)
        external
        onlyOffice(Offices.BENDAHARA)
    {
        (MemberNumber maker, MemberNumber checker) =
            _requireTwo(Offices.PENGAWAS, keccak256(abi.encode("close", period)), countersignature);
        WibDay closed = TREASURY.closedThrough();
        uint32 month = WibCalendar.monthOf(WibDay.unwrap(closed) == 0 ? period.through : _dayAfter(closed));
        if (month > lastEndedMonth()) revert BooksMonthNotEnded(month);
        WibDay last = WibDay.wrap(WibDay.unwrap(WibCalendar.firstDayOfMonth(month + 1)) - 1);
        if (!(period.through == last)) revert BooksCloseInvalid(period.through, last);
        TREASURY.closeThrough(last);
        emit BooksClosed(
            last,
            period.entries,
            period.ledgerRoot,
            period.trialBalanceHash,
            period.claimsRoot,
            period.claimsTotal,
            maker,
            checker
        );
    }

    /// @inheritdoc IBooks
    function adoptSchedule(Schedule calldata schedule, Countersignature calldata countersignature)
        external
        onlyOffice(Offices.BENDAHARA)
    {
        (MemberNumber maker, MemberNumber checker) =
            _requireTwo(Offices.PENGURUS, keccak256(abi.encode("schedule", schedule)), countersignature);
        _checkSchedule(schedule);
        _schedules[schedule.id] = ScheduleState.RUNNING;
        emit ScheduleAdopted(schedule.id, schedule, maker, checker);
    }

    /// @inheritdoc IBooks
    function endSchedule(uint32 id, Countersignature calldata countersignature) external onlyOffice(Offices.BENDAHARA) {
        (MemberNumber maker, MemberNumber checker) =
            _requireTwo(Offices.PENGURUS, keccak256(abi.encode("end schedule", id)), countersignature);
        if (_schedules[id] != ScheduleState.RUNNING) revert BooksScheduleUnknown(id);
        _schedules[id] = ScheduleState.ENDED;
        emit ScheduleEnded(id, maker, checker);
    }

    /// @inheritdoc IBooks
    function lastEndedMonth() public view returns (uint32) {
        uint32 closed = WibCalendar.monthOf(_dayAfter(TREASURY.closedThrough())) - 1;
        return closed > _lastEnded ? closed : _lastEnded;
    }

    /// @inheritdoc IBooks
    function isPostable(uint16 account) public view returns (bool) {
        uint32 chart = _chartOf[account];
        return chart != 0 && chart == _chart;
    }

    function _requireTwo(uint64 checkerOffice, bytes32 action, Countersignature calldata countersignature)
        private
        returns (MemberNumber maker, MemberNumber checker)
    {
        return AUTHORITY.requireTwoPersons(msg.sender, Offices.BENDAHARA, checkerOffice, action, countersignature);
    }

    /// @param opens whether it may be on any account that is not cash
    function _post(Journal calldata journal, MemberNumber maker, MemberNumber checker, bool opens) private {
        if (Series.seriesOf(journal.receipt) != Series.JOURNAL) {
            revert BooksReceiptInvalid(journal.receipt);
        }
        if (journal.lines.length < 2) revert BooksTooFewLines(journal.lines.length);
        uint256[2] memory totals;
        uint256[2][3] memory cash; // by channel and side
        for (uint256 i = 0; i < journal.lines.length; ++i) {
            JournalLine line = journal.lines[i];
            if (!line.isValid()) revert BooksLineInvalid(i);
            if (line.channel() != 0) {
                cash[line.channel()][line.side()] += line.amount();
            } else if (opens ? JournalLines.isCash(line.account()) : !isPostable(line.account())) {
                revert BooksAccountRefused(line.account());
            }
            totals[line.side()] += line.amount();
        }
        if (totals[JournalLines.DEBIT] != totals[JournalLines.CREDIT]) {
            revert BooksUnbalanced(totals[JournalLines.DEBIT], totals[JournalLines.CREDIT]);
        }
        TREASURY.useReceipt(journal.receipt, journal.bookDay);
        _settle(Channels.KAS, cash, journal.bookDay);
        _settle(Channels.BANK, cash, journal.bookDay);
        emit JournalPosted(journal.receipt, journal.bookDay, maker, checker, journal.lines);
    }

    function _checkSchedule(Schedule calldata schedule) private view {
        if (_schedules[schedule.id] != ScheduleState.UNUSED) revert BooksScheduleUnknown(schedule.id);
        if (!isPostable(schedule.debit)) revert BooksAccountRefused(schedule.debit);
        if (!isPostable(schedule.credit)) revert BooksAccountRefused(schedule.credit);
        uint32 expected = lastEndedMonth() + 1;
        if (schedule.firstMonth < expected) revert BooksMonthInvalid(schedule.firstMonth, expected);
        bool depreciates = schedule.kind == ScheduleKind.DEPRECIATION;
        bool declines = schedule.method == ScheduleMethod.DECLINING;
        if (
            schedule.debit == schedule.credit || schedule.amount > MAX_RUPIAH || schedule.residual >= schedule.amount
                || schedule.months == 0 || schedule.months > MAX_MONTHS || (declines && schedule.months % 12 != 0)
                || (!depreciates && (declines || schedule.residual != 0))
        ) revert BooksScheduleInvalid(schedule.id);
    }

    /// @dev Cash is an asset: a debit comes in, a credit goes out.
    function _settle(uint8 channel, uint256[2][3] memory cash, WibDay bookDay) private {
        uint64 moneyIn = cash[channel][JournalLines.DEBIT].toUint64();
        uint64 moneyOut = cash[channel][JournalLines.CREDIT].toUint64();
        if (moneyIn | moneyOut != 0) TREASURY.settle(channel, moneyIn, moneyOut, bookDay);
    }

    /// @dev What is closed stays as it was closed.
    function _checkEffective(WibDay effectiveOn) private view {
        if (!(effectiveOn > TREASURY.closedThrough())) revert BooksDayInvalid(effectiveOn);
    }

    function _dayAfter(WibDay day) private pure returns (WibDay) {
        return WibDay.wrap(WibDay.unwrap(day) + 1);
    }
}
