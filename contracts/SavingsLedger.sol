// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Writers} from "./Writers.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {ISavingsToken} from "./interfaces/ISavingsToken.sol";
import {SavingsInterest} from "./libraries/SavingsInterest.sol";
import {MemberNumber, SavingsKind, WibDay} from "./libraries/Types.sol";
import {WibCalendar} from "./libraries/WibCalendar.sol";
import {Words} from "./libraries/Words.sol";

/// @title Balances, supply and interest of one kind of savings
/// @notice Who may move what is SavingsToken's; here is how it moves, in one place.
abstract contract SavingsLedger is ISavingsToken, Writers {
    using SafeCast for uint256;
    using SavingsInterest for SavingsInterest.RateChange[];

    /// @dev One slot, written by every movement. `writer`: one of the writers, whose term has begun and has no end, so that the
    /// word with the supply says that it may write; zero if none is known here.
    struct Totals {
        uint64 supply;
        address writer;
        bool isSealed;
    }

    /// @dev One slot, of SUKARELA. The rate is the last change of `_rates`.
    struct Interest {
        uint64 taxThreshold;
        uint16 taxBps;
        uint24 rateFrom;
        uint16 rateBps;
        uint64 rateIndex;
    }

    /// @dev One word, in a struct so that its place is worked out once for reading and writing.
    struct Savings {
        uint256 word;
    }

    /// @dev A month, from its first day to before `end`.
    struct Month {
        uint256 number;
        uint256 start;
        uint256 end;
        uint256 indexAtEnd;
    }

    /// @dev What the movements of a transaction share: read at its start; `supply` is written at its end. The rest is for
    /// interest.
    /// @param asked the month that was asked for last: members of a batch mostly ask for the same
    struct Run {
        uint256 supply;
        uint256 today;
        uint256 monthStart;
        uint256 indexToday;
        SavingsInterest.RateChange rate;
        Month asked;
    }

    uint64 private constant MAX_RUPIAH = 2 ** 63 - 1;
    uint16 private constant RATE_CAP_BPS = 900;
    uint16 private constant TAX_CAP_BPS = 1_000;
    uint32 private constant RATE_NOTICE_CAP_DAYS = 366;
    uint256 private constant ACCRUED_SHIFT = 64;
    uint256 private constant LAST_DAY_SHIFT = 160;

    SavingsKind internal immutable KIND;
    IMemberRegistry internal immutable REGISTRY;
    /// @dev Whether members earn interest here.
    bool private immutable EARNS;

    Totals private _totals;
    Interest private _interest;
    SavingsInterest.RateChange[] private _rates;
    /// @dev SUKARELA: a word a member, from the top: zeros 72 | last day 24 | accrued 96 | balance 64. `accrued` is interest of
    /// the days before the last day, not yet credited, in rupiah x basis points x days. Other kinds: the balances of four
    /// members whose numbers follow one another, lowest in the low bits, so that a payroll writes few words.
    mapping(uint256 key => Savings) private _savings;
    mapping(MemberNumber member => uint64 amount) private _held;

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
        EARNS = kind_ == SavingsKind.SUKARELA;
    }

    /// @inheritdoc ISavingsToken
    function creditInterest(MemberNumber[] calldata members) external onlyKind(SavingsKind.SUKARELA) {
        uint256[] memory named = new uint256[](members.length);
        for (uint256 i = 0; i < members.length; ++i) {
            named[i] = uint256(MemberNumber.unwrap(members[i])) << 224;
        }
        uint256[] memory found = Words.fromBytes(REGISTRY.lookup(named));
        Run memory run = _begin();
        for (uint256 i = 0; i < members.length; ++i) {
            uint256 lastDay = _savings[MemberNumber.unwrap(members[i])].word >> LAST_DAY_SHIFT;
            if (lastDay != 0 && lastDay < run.monthStart) _touch(run, members[i], _accountIn(found[i]));
        }
        _end(run);
    }

    /// @inheritdoc ISavingsToken
    function setInterestRate(WibDay fromDay, uint16 rateBps) external onlyAdmin onlyKind(SavingsKind.SUKARELA) {
        if (rateBps > RATE_CAP_BPS) revert SavingsRateInvalid(rateBps, RATE_CAP_BPS);
        Interest memory interest = _interest;
        uint32 day = WibDay.unwrap(fromDay);
        uint32 today = WibDay.unwrap(WibCalendar.dayOf(block.timestamp));
        uint32 earliest = (interest.rateFrom > today ? interest.rateFrom : today) + 1;
        uint32 latest = today + RATE_NOTICE_CAP_DAYS;
        if (day < earliest || day > latest) {
            revert SavingsDayInvalid(fromDay, WibDay.wrap(earliest), WibDay.wrap(latest));
        }
        interest.rateIndex += uint64(interest.rateBps) * (day - interest.rateFrom);
        interest.rateFrom = uint24(day);
        interest.rateBps = rateBps;
        _interest = interest;
        _rates.push(SavingsInterest.RateChange(interest.rateFrom, rateBps, interest.rateIndex));
        emit InterestRateSet(fromDay, rateBps);
    }

    /// @inheritdoc ISavingsToken
    function setInterestTax(uint64 threshold, uint16 taxBps) external onlyAdmin onlyKind(SavingsKind.SUKARELA) {
        if (taxBps > TAX_CAP_BPS) revert SavingsTaxInvalid(taxBps, TAX_CAP_BPS);
        _interest.taxThreshold = threshold;
        _interest.taxBps = taxBps;
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
        return balanceOfMember(REGISTRY.numberOf(account));
    }

    /// @inheritdoc ISavingsToken
    function kind() external view returns (SavingsKind) {
        return KIND;
    }

    /// @inheritdoc ISavingsToken
    function isSealed() public view returns (bool) {
        return _totals.isSealed;
    }

    /// @inheritdoc ISavingsToken
    function balanceOfMember(MemberNumber member) public view returns (uint64) {
        (Savings storage savings, uint256 shift) = _placeOf(member);
        return uint64(savings.word >> shift);
    }

    /// @inheritdoc ISavingsToken
    function accruedOf(MemberNumber member) external view returns (uint256 numerator, WibDay accruedThrough) {
        if (!EARNS) return (0, WibDay.wrap(0));
        uint256 word = _savings[MemberNumber.unwrap(member)].word;
        return (uint96(word >> ACCRUED_SHIFT), WibDay.wrap(uint32(word >> LAST_DAY_SHIFT)));
    }

    /// @inheritdoc ISavingsToken
    function interestRateOn(WibDay day) external view returns (uint16 rateBps) {
        return _rates.changeOn(WibDay.unwrap(day)).rateBps;
    }

    /// @inheritdoc ISavingsToken
    function availableOf(MemberNumber member) public view returns (uint64) {
        return balanceOfMember(member) - _held[member];
    }

    function _begin() internal view returns (Run memory run) {
        run.supply = _totals.supply;
        if (!EARNS) return run;
        WibDay today = WibCalendar.dayOf(block.timestamp);
        run.today = WibDay.unwrap(today);
        run.monthStart = WibDay.unwrap(WibCalendar.firstDayOfMonth(WibCalendar.monthOf(today)));
        run.rate = SavingsInterest.RateChange(_interest.rateFrom, _interest.rateBps, _interest.rateIndex);
        run.indexToday = _indexAt(run.rate, run.today);
    }

    function _end(Run memory run) internal {
        _totals.supply = uint64(run.supply);
        if (_totals.writer == address(0) && _writesOn(msg.sender)) _totals.writer = msg.sender;
    }

    function _checkWriter() internal view override {
        if (msg.sender != _totals.writer) super._checkWriter();
    }

    function _forgetWriter(address writer) internal override {
        if (writer == _totals.writer) _totals.writer = address(0);
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
        _held[member] += amount;
    }

    function _free(MemberNumber member, uint64 amount) internal {
        _held[member] -= amount;
    }

    /// @dev The one place where a balance or the supply changes. Interest first, then what comes in or goes out. The supply
    /// bounds every balance: held against the most there may be, it keeps each in its 64 bits.
    function _update(Run memory run, MemberNumber member, address account, uint256 moneyIn, uint256 moneyOut) private {
        (Savings storage savings, uint256 shift) = _placeOf(member);
        uint256 word = savings.word;
        if (EARNS) word = _accrue(run, member, account, word);
        uint256 supply = run.supply;
        unchecked {
            if (moneyIn > MAX_RUPIAH - supply) revert SavingsOverflow(member, moneyIn);
        }
        if (moneyOut != 0) {
            uint64 available = uint64(word >> shift) - _held[member];
            if (moneyOut > available) revert SavingsInsufficient(member, available, uint64(moneyOut));
        }
        unchecked {
            savings.word = word + (moneyIn << shift) - (moneyOut << shift);
            run.supply = supply + moneyIn - moneyOut;
        }
        if (moneyIn != 0) emit Transfer(address(0), account, moneyIn);
        if (moneyOut != 0) emit Transfer(account, address(0), moneyOut);
    }

    /// @dev Brings a SUKARELA word to today: what ended months earned is credited, what the running one earned is kept. A month
    /// whose interest would lift the supply above its bound is carried, so that it stops no withdrawal.
    function _accrue(Run memory run, MemberNumber member, address account, uint256 word) private returns (uint256) {
        uint256 since = word >> LAST_DAY_SHIFT;
        if (since == run.today) return word;
        if (since == 0) return run.today << LAST_DAY_SHIFT;
        uint256 balance = uint64(word);
        uint256 accrued = uint96(word >> ACCRUED_SHIFT);
        uint256 index = _indexAt(run.rate, since);
        uint256 net;
        while (since < run.monthStart) {
            Month memory month = _monthOf(run, since);
            accrued += balance * (month.indexAtEnd - index);
            index = month.indexAtEnd;
            since = month.end;
            uint256 gross = accrued / SavingsInterest.YEAR_BPS;
            if (gross == 0 || gross > MAX_RUPIAH - run.supply) continue;
            accrued %= SavingsInterest.YEAR_BPS;
            net += _creditMonth(run, member, month.number, gross);
        }
        accrued += balance * (run.indexToday - index);
        if (net != 0) emit Transfer(address(0), account, net);
        return run.today << LAST_DAY_SHIFT | uint256(accrued.toUint96()) << ACCRUED_SHIFT | balance + net;
    }

    /// @dev Takes the tax off and the rest into the supply.
    function _creditMonth(Run memory run, MemberNumber member, uint256 month, uint256 gross)
        private
        returns (uint256 net)
    {
        uint256 tax = SavingsInterest.taxDown(gross, _interest.taxThreshold, _interest.taxBps);
        net = gross - tax;
        run.supply += net;
        emit InterestCredited(member, uint32(month), uint64(gross), uint64(tax), WibDay.wrap(uint32(run.today)));
    }

    /// @dev The month of `day`, found in `run.asked` or put there.
    function _monthOf(Run memory run, uint256 day) private view returns (Month memory month) {
        month = run.asked;
        if (day >= month.start && day < month.end) return month;
        uint32 number = WibCalendar.monthOf(WibDay.wrap(uint32(day)));
        month.number = number;
        month.start = WibDay.unwrap(WibCalendar.firstDayOfMonth(number));
        month.end = WibDay.unwrap(WibCalendar.firstDayOfMonth(number + 1));
        month.indexAtEnd = _indexAt(run.rate, month.end);
    }

    /// @dev The account in a word of `IMemberRegistry.lookup`.
    function _accountIn(uint256 found) internal pure returns (address) {
        return address(uint160(found));
    }

    /// @dev Where a balance lies: its word, and how far from the low end.
    function _placeOf(MemberNumber member) private view returns (Savings storage savings, uint256 shift) {
        uint256 number = MemberNumber.unwrap(member);
        if (EARNS) return (_savings[number], 0);
        return (_savings[number >> 2], (number & 3) << 6);
    }

    /// @dev The index before `day`; from the `last` change on without reading the history.
    function _indexAt(SavingsInterest.RateChange memory last, uint256 day) private view returns (uint256) {
        return day < last.fromDay ? _rates.indexAt(day) : SavingsInterest.indexSince(last, day);
    }
}
