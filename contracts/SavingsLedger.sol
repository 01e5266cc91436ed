// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Writers} from "./Writers.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {ISavingsToken} from "./interfaces/ISavingsToken.sol";
import {SavingsInterest} from "./libraries/SavingsInterest.sol";
import {MemberNumber, SavingsKind, WibDay} from "./libraries/Types.sol";
import {WibCalendar} from "./libraries/WibCalendar.sol";

/// @title Balances, supply and interest of one kind of savings
/// @notice Who may move what is SavingsToken's; here is how it moves, in one place.
abstract contract SavingsLedger is ISavingsToken, Writers {
    using SafeCast for uint256;
    using SavingsInterest for SavingsInterest.RateChange[];

    /// @dev One slot. `accrued`: interest of the days before `lastDay` not yet credited, in rupiah x basis points x days.
    struct Savings {
        uint64 balance;
        uint96 accrued;
        uint24 lastDay;
        uint64 lien;
    }

    /// @dev One slot. The rate is the last change of `_rates`, here to be read with the supply.
    struct Totals {
        uint64 supply;
        uint64 taxThreshold;
        uint16 taxBps;
        uint24 rateFrom;
        uint16 rateBps;
        uint64 rateIndex;
        bool isSealed;
    }

    /// @dev What every movement of a transaction shares: read at its start, `totals` written at its end.
    struct Run {
        Totals totals;
        uint256 today;
        uint256 month;
        uint256 monthStart;
        uint256 indexToday;
    }

    uint64 private constant MAX_RUPIAH = 2 ** 63 - 1;
    uint16 private constant RATE_CAP_BPS = 900;
    uint16 private constant TAX_CAP_BPS = 1_000;
    uint32 private constant RATE_NOTICE_CAP_DAYS = 366;

    SavingsKind internal immutable KIND;
    IMemberRegistry internal immutable REGISTRY;

    Totals private _totals;
    SavingsInterest.RateChange[] private _rates;
    mapping(MemberNumber member => Savings) private _savings;

    modifier onlyKind(SavingsKind kind_) {
        if (KIND != kind_) revert SavingsWrongKind(KIND);
        _;
    }

    modifier notKind(SavingsKind kind_) {
        if (KIND == kind_) revert SavingsWrongKind(KIND);
        _;
    }

    constructor(SavingsKind kind_, IMemberRegistry registry_) {
        KIND = kind_;
        REGISTRY = registry_;
    }

    /// @inheritdoc ISavingsToken
    function creditInterest(MemberNumber[] calldata members) external onlyKind(SavingsKind.SUKARELA) {
        (, address[] memory accounts) = REGISTRY.lookup(members);
        Run memory run = _begin();
        for (uint256 i = 0; i < members.length; ++i) {
            uint256 lastDay = _savings[members[i]].lastDay;
            if (lastDay != 0 && lastDay < run.monthStart) _update(run, members[i], accounts[i], 0, 0);
        }
        _end(run);
    }

    /// @inheritdoc ISavingsToken
    function setInterestRate(WibDay fromDay, uint16 rateBps) external onlyAdmin onlyKind(SavingsKind.SUKARELA) {
        if (rateBps > RATE_CAP_BPS) revert SavingsRateInvalid(rateBps, RATE_CAP_BPS);
        Totals memory totals = _totals;
        uint32 day = WibDay.unwrap(fromDay);
        uint32 today = WibDay.unwrap(WibCalendar.dayOf(block.timestamp));
        uint32 earliest = (totals.rateFrom > today ? totals.rateFrom : today) + 1;
        uint32 latest = today + RATE_NOTICE_CAP_DAYS;
        if (day < earliest || day > latest) {
            revert SavingsDayInvalid(fromDay, WibDay.wrap(earliest), WibDay.wrap(latest));
        }
        totals.rateIndex += uint64(totals.rateBps) * (day - totals.rateFrom);
        totals.rateFrom = uint24(day);
        totals.rateBps = rateBps;
        _totals = totals;
        _rates.push(SavingsInterest.RateChange(totals.rateFrom, rateBps, totals.rateIndex));
        emit InterestRateSet(fromDay, rateBps);
    }

    /// @inheritdoc ISavingsToken
    function setInterestTax(uint64 threshold, uint16 taxBps) external onlyAdmin onlyKind(SavingsKind.SUKARELA) {
        if (taxBps > TAX_CAP_BPS) revert SavingsTaxInvalid(taxBps, TAX_CAP_BPS);
        _totals.taxThreshold = threshold;
        _totals.taxBps = taxBps;
        emit InterestTaxSet(threshold, taxBps);
    }

    /// @inheritdoc ISavingsToken
    function seal() external onlyAdmin {
        if (_totals.isSealed) revert SavingsIsSealed();
        _totals.isSealed = true;
        emit SavingsSealed(_totals.supply);
    }

    function totalSupply() external view returns (uint256) {
        return _totals.supply;
    }

    function balanceOf(address account) external view returns (uint256) {
        return _savings[REGISTRY.numberOf(account)].balance;
    }

    /// @inheritdoc ISavingsToken
    function kind() external view returns (SavingsKind) {
        return KIND;
    }

    /// @inheritdoc ISavingsToken
    function isSealed() external view returns (bool) {
        return _totals.isSealed;
    }

    /// @inheritdoc ISavingsToken
    function balanceOfMember(MemberNumber member) public view returns (uint64) {
        return _savings[member].balance;
    }

    /// @inheritdoc ISavingsToken
    function accruedOf(MemberNumber member) external view returns (uint256 numerator, WibDay accruedThrough) {
        Savings memory savings = _savings[member];
        return (savings.accrued, WibDay.wrap(savings.lastDay));
    }

    /// @inheritdoc ISavingsToken
    function interestRateOn(WibDay day) external view returns (uint16 rateBps) {
        return _rates.changeOn(WibDay.unwrap(day)).rateBps;
    }

    /// @inheritdoc ISavingsToken
    function availableOf(MemberNumber member) public view returns (uint64) {
        return _savings[member].balance - _savings[member].lien;
    }

    function _begin() internal view returns (Run memory run) {
        run.totals = _totals;
        if (KIND != SavingsKind.SUKARELA) return run;
        WibDay today = WibCalendar.dayOf(block.timestamp);
        uint32 month = WibCalendar.monthOf(today);
        run.today = WibDay.unwrap(today);
        run.month = month;
        run.monthStart = WibDay.unwrap(WibCalendar.firstDayOfMonth(month));
        run.indexToday = _indexAt(run.totals, run.today);
    }

    function _end(Run memory run) internal {
        _totals = run.totals;
    }

    function _credit(Run memory run, MemberNumber member, address account, uint256 amount) internal {
        if (amount == 0) revert SavingsZeroAmount();
        _update(run, member, account, amount, 0);
    }

    function _debit(Run memory run, MemberNumber member, address account, uint256 amount) internal {
        if (amount == 0) revert SavingsZeroAmount();
        _update(run, member, account, 0, amount);
    }

    /// @dev Interest of ended months and nothing else.
    function _touch(Run memory run, MemberNumber member, address account) internal {
        _update(run, member, account, 0, 0);
    }

    /// @dev Holds `amount` of what is free for a lien.
    function _hold(MemberNumber member, uint64 amount) internal {
        uint64 available = availableOf(member);
        if (amount > available) revert SavingsInsufficient(member, available, amount);
        _savings[member].lien += amount;
    }

    function _free(MemberNumber member, uint64 amount) internal {
        _savings[member].lien -= amount;
    }

    /// @dev The one place where a balance or the supply changes. Interest first, then what comes in or goes out. The supply
    /// bounds every balance, so it alone is held against the most there may be.
    function _update(Run memory run, MemberNumber member, address account, uint256 moneyIn, uint256 moneyOut) private {
        Totals memory totals = run.totals;
        Savings memory savings = _savings[member];
        uint256 interest = KIND == SavingsKind.SUKARELA ? _accrue(run, member, savings) : 0;
        uint256 balance = savings.balance + interest;
        if (moneyIn > MAX_RUPIAH - totals.supply) revert SavingsOverflow(member, moneyIn);
        if (moneyOut > balance - savings.lien) {
            revert SavingsInsufficient(member, uint64(balance - savings.lien), uint64(moneyOut));
        }
        savings.balance = uint64(balance + moneyIn - moneyOut);
        totals.supply = uint64(totals.supply + moneyIn - moneyOut);
        _savings[member] = savings;
        if (interest != 0) emit Transfer(address(0), account, interest);
        if (moneyIn != 0) emit Transfer(address(0), account, moneyIn);
        if (moneyOut != 0) emit Transfer(account, address(0), moneyOut);
    }

    /// @dev Brings `savings` to today: what ended months earned is credited, what the running one earned so far is kept.
    /// @return net rupiah credited after tax, already in the supply, not yet in `savings.balance`
    function _accrue(Run memory run, MemberNumber member, Savings memory savings) private returns (uint256 net) {
        uint256 since = savings.lastDay;
        if (since == run.today) return 0;
        savings.lastDay = uint24(run.today);
        if (since == 0) return 0;
        uint256 index = _indexAt(run.totals, since);
        if (since < run.monthStart) {
            (net, index) = _creditMonths(run, member, savings, WibCalendar.monthOf(WibDay.wrap(uint32(since))), index);
        }
        savings.accrued += (savings.balance * (run.indexToday - index)).toUint96();
    }

    /// @dev A month whose interest would lift the supply above its bound is carried, so that it stops no withdrawal.
    /// @param index of the day from which on nothing is accrued
    function _creditMonths(Run memory run, MemberNumber member, Savings memory savings, uint32 month, uint256 index)
        private
        returns (uint256 net, uint256 indexAtEnd)
    {
        uint256 accrued = savings.accrued;
        Totals memory totals = run.totals;
        for (; month < run.month; ++month) {
            indexAtEnd = _indexAt(totals, WibDay.unwrap(WibCalendar.firstDayOfMonth(month + 1)));
            accrued += savings.balance * (indexAtEnd - index);
            index = indexAtEnd;
            uint256 gross = accrued / SavingsInterest.YEAR_BPS;
            if (gross == 0 || gross > MAX_RUPIAH - totals.supply) continue;
            accrued %= SavingsInterest.YEAR_BPS;
            uint256 tax = SavingsInterest.taxDown(gross, totals.taxThreshold, totals.taxBps);
            net += gross - tax;
            totals.supply += uint64(gross - tax);
            emit InterestCredited(member, month, uint64(gross), uint64(tax), WibDay.wrap(uint32(run.today)));
        }
        savings.accrued = accrued.toUint96();
    }

    /// @dev The index before `day`; from the last change on without reading the history.
    function _indexAt(Totals memory totals, uint256 day) private view returns (uint256) {
        if (day < totals.rateFrom) return _rates.indexAt(day);
        return totals.rateIndex + totals.rateBps * (day - totals.rateFrom);
    }
}
