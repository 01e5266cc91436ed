// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

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
    using SavingsInterest for SavingsInterest.RateChange[];

    /// @dev One slot, of SUKARELA.
    struct Tax {
        uint64 threshold;
        uint16 bps;
    }

    /// @dev One word, in a struct so that its place is worked out once for reading and writing.
    struct Savings {
        uint256 word;
    }

    /// @dev What the movements of a transaction share. `totals` is read at its start and written at its end.
    /// @param month the month that was asked for last, from `monthStart` to before `monthEnd`: members of a batch mostly ask
    /// for the same
    struct Run {
        uint256 totals;
        uint256 today;
        uint256 month;
        uint256 monthStart;
        uint256 monthEnd;
    }

    uint64 private constant MAX_RUPIAH = 2 ** 63 - 1;
    uint16 private constant RATE_CAP_BPS = 900;
    uint16 private constant TAX_CAP_BPS = 1_000;
    uint32 private constant RATE_NOTICE_CAP_DAYS = 366;
    /// @dev Days before today from which an opening balance may earn at the earliest.
    uint256 private constant LONGEST_SINCE = 366;
    uint256 private constant WRITER_SHIFT = 64;
    uint256 private constant SEALED_SHIFT = 224;
    uint256 private constant RATE_SHIFT = 225;
    uint256 private constant RATE_FROM_SHIFT = 235;
    uint256 private constant RATE_MASK = 2 ** 10 - 1;
    uint256 private constant ACCRUED_SHIFT = 64;
    uint256 private constant LAST_DAY_SHIFT = 160;
    uint256 private constant MONTH_END_SHIFT = 184;

    SavingsKind internal immutable KIND;
    IMemberRegistry internal immutable REGISTRY;
    /// @dev Whether members earn interest here.
    bool private immutable EARNS;

    /// @dev Written by every movement, from the top: first day of the last rate 21 | last rate in basis points 10 | sealed 1 |
    /// writer 160 | supply 64. The rate is the last change of `_rates`, so that a movement needs no other word. The writer is
    /// one whose term has begun and has no end, so that this word says that it may write; zero if none is known here.
    uint256 private _totals;
    Tax private _tax;
    SavingsInterest.RateChange[] private _rates;
    /// @dev SUKARELA: a word a member, from the top: zeros 48 | month end 24 | last day 24 | accrued 96 | balance 64. `accrued` is
    /// interest of the days before the last day, not yet credited, in rupiah x basis points x days: at the highest balance
    /// and rate 96 bits last for 26,000 years. `month end` is the first day after the last day's month. Other kinds: the
    /// balances of four members whose numbers follow one another, lowest in the low bits, so that a payroll writes few words.
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
            uint256 monthEnd = _savings[MemberNumber.unwrap(members[i])].word >> MONTH_END_SHIFT;
            if (monthEnd != 0 && monthEnd <= run.today) _touch(run, members[i], _accountIn(found[i]));
        }
        _end(run);
    }

    /// @inheritdoc ISavingsToken
    function setInterestRate(WibDay fromDay, uint16 rateBps) external onlyAdmin onlyKind(SavingsKind.SUKARELA) {
        if (rateBps > RATE_CAP_BPS) revert SavingsRateInvalid(rateBps, RATE_CAP_BPS);
        SavingsInterest.RateChange memory last = _rates.changeOn(type(uint256).max);
        uint32 day = WibDay.unwrap(fromDay);
        uint32 today = WibDay.unwrap(WibCalendar.dayOf(block.timestamp));
        uint32 earliest = (last.fromDay > today ? last.fromDay : today) + 1;
        uint32 latest = today + RATE_NOTICE_CAP_DAYS;
        if (day < earliest || day > latest) {
            revert SavingsDayInvalid(fromDay, WibDay.wrap(earliest), WibDay.wrap(latest));
        }
        _rates.push(SavingsInterest.RateChange(uint24(day), rateBps, uint64(SavingsInterest.indexSince(last, day))));
        uint256 others = _totals & (2 ** RATE_SHIFT - 1);
        _totals = uint256(day) << RATE_FROM_SHIFT | uint256(rateBps) << RATE_SHIFT | others;
        emit InterestRateSet(fromDay, rateBps);
    }

    /// @inheritdoc ISavingsToken
    function setInterestTax(uint64 threshold, uint16 taxBps) external onlyAdmin onlyKind(SavingsKind.SUKARELA) {
        if (taxBps > TAX_CAP_BPS) revert SavingsTaxInvalid(taxBps, TAX_CAP_BPS);
        _tax = Tax(threshold, taxBps);
        emit InterestTaxSet(threshold, taxBps);
    }

    /// @inheritdoc ISavingsToken
    function seal() external onlyAdmin {
        if (isSealed()) revert SavingsIsSealed();
        _totals |= 1 << SEALED_SHIFT;
        emit SavingsSealed(uint64(_totals));
    }

    function totalSupply() external view returns (uint256) {
        return uint64(_totals);
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
        return _totals >> SEALED_SHIFT & 1 != 0;
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
        return (uint96(word >> ACCRUED_SHIFT), WibDay.wrap(uint24(word >> LAST_DAY_SHIFT)));
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
        run.totals = _totals;
        run.today = WibDay.unwrap(WibCalendar.dayOf(block.timestamp));
    }

    function _end(Run memory run) internal {
        uint256 totals = run.totals;
        if (_writerIn(totals) == address(0) && _writesOn(msg.sender)) {
            totals |= uint256(uint160(msg.sender)) << WRITER_SHIFT;
        }
        _totals = totals;
    }

    function _checkWriter() internal view override {
        if (msg.sender != _writerIn(_totals)) super._checkWriter();
    }

    function _forgetWriter(address writer) internal override {
        if (writer == _writerIn(_totals)) _totals &= ~(uint256(type(uint160).max) << WRITER_SHIFT);
    }

    function _credit(Run memory run, MemberNumber member, address account, uint256 amount) internal {
        if (amount == 0) revert SavingsZeroAmount();
        _update(run, member, account, amount, 0);
    }

    /// @dev SUKARELA that is opened as if it had stood here since a day: the member must be new to this token.
    function _creditSince(Run memory run, MemberNumber member, address account, uint256 amount, uint256 since)
        internal
        onlyKind(SavingsKind.SUKARELA)
    {
        if (since > run.today || since + LONGEST_SINCE < run.today) {
            WibDay earliest = WibDay.wrap(uint32(run.today - LONGEST_SINCE));
            revert SavingsDayInvalid(WibDay.wrap(uint32(since)), earliest, WibDay.wrap(uint32(run.today)));
        }
        Savings storage savings = _savings[MemberNumber.unwrap(member)];
        if (savings.word != 0) revert SavingsAlreadyOpen(member);
        _credit(run, member, account, amount);
        _turnToMonth(run, since);
        savings.word = run.monthEnd << MONTH_END_SHIFT | since << LAST_DAY_SHIFT | amount;
        _touch(run, member, account);
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

    /// @dev The one place where a balance or the supply changes. Interest first, then what comes in or goes out (one of them is
    /// nought). The supply bounds every balance: held against the most there may be, it keeps each in its 64 bits.
    function _update(Run memory run, MemberNumber member, address account, uint256 moneyIn, uint256 moneyOut) private {
        (Savings storage savings, uint256 shift) = _placeOf(member);
        uint256 word = savings.word;
        if (EARNS) word = _accrue(run, member, account, word);
        uint256 totals = run.totals;
        unchecked {
            if (moneyIn > MAX_RUPIAH - uint64(totals)) revert SavingsOverflow(member, moneyIn);
        }
        if (moneyOut != 0) {
            uint64 available = uint64(word >> shift) - _held[member];
            if (moneyOut > available) revert SavingsInsufficient(member, available, uint64(moneyOut));
        }
        unchecked {
            savings.word = word + (moneyIn << shift) - (moneyOut << shift);
            run.totals = totals + moneyIn - moneyOut;
        }
        if (moneyIn != 0) emit Transfer(address(0), account, moneyIn);
        else if (moneyOut != 0) emit Transfer(account, address(0), moneyOut);
    }

    /// @dev Brings a SUKARELA word to today: what ended months earned is credited, what the running one earned is kept.
    function _accrue(Run memory run, MemberNumber member, address account, uint256 word) private returns (uint256) {
        uint256 today = run.today;
        uint256 since = uint24(word >> LAST_DAY_SHIFT);
        if (since == today) return word;
        if (word >> MONTH_END_SHIFT <= today) return _endMonths(run, member, account, word);
        unchecked {
            uint256 earned = uint64(word) * _rateSum(run, since, today);
            return word + (today - since << LAST_DAY_SHIFT) + (earned << ACCRUED_SHIFT);
        }
    }

    /// @dev Brings a SUKARELA word whose month has ended, or a fresh one, to today. A month whose interest would lift the supply
    /// above its bound is carried, so that it stops no withdrawal. What is credited earns from today on.
    function _endMonths(Run memory run, MemberNumber member, address account, uint256 word) private returns (uint256) {
        uint256 end = word >> MONTH_END_SHIFT;
        if (end == 0) {
            _turnToMonth(run, run.today);
            return run.monthEnd << MONTH_END_SHIFT | run.today << LAST_DAY_SHIFT;
        }
        (uint256 balance, uint256 accrued) = (uint64(word), uint96(word >> ACCRUED_SHIFT));
        uint256 since = uint24(word >> LAST_DAY_SHIFT);
        uint256 net;
        while (end <= run.today) {
            _turnToMonth(run, end);
            accrued += balance * _rateSum(run, since, end);
            (since, end) = (end, run.monthEnd);
            uint256 gross = accrued / SavingsInterest.YEAR_BPS;
            if (gross == 0 || gross > MAX_RUPIAH - uint64(run.totals)) continue;
            accrued %= SavingsInterest.YEAR_BPS;
            net += _creditMonth(run, member, run.month - 1, gross);
        }
        accrued += balance * _rateSum(run, since, run.today);
        if (net != 0) emit Transfer(address(0), account, net);
        return end << MONTH_END_SHIFT | run.today << LAST_DAY_SHIFT | accrued << ACCRUED_SHIFT | balance + net;
    }

    /// @dev Takes the tax off and the rest into the supply.
    function _creditMonth(Run memory run, MemberNumber member, uint256 month, uint256 gross)
        private
        returns (uint256 net)
    {
        uint256 tax = SavingsInterest.taxDown(gross, _tax.threshold, _tax.bps);
        net = gross - tax;
        run.totals += net;
        emit InterestCredited(member, uint32(month), uint64(gross), uint64(tax), WibDay.wrap(uint32(run.today)));
    }

    /// @dev The month of `day` is `run.month` afterwards.
    function _turnToMonth(Run memory run, uint256 day) private pure {
        if (day >= run.monthStart && day < run.monthEnd) return;
        (uint256 year, uint256 month, uint256 dayOfMonth) = WibCalendar.civilOf(WibDay.wrap(uint32(day)));
        run.month = year * 12 + month - 1;
        run.monthStart = day + 1 - dayOfMonth;
        run.monthEnd = WibDay.unwrap(WibCalendar.firstDayOfMonth(uint32(run.month + 1)));
    }

    /// @dev The sum of the rates of the days from `from` to before `to`, in basis points x days: since the last change without
    /// reading the history.
    function _rateSum(Run memory run, uint256 from, uint256 to) private view returns (uint256) {
        uint256 totals = run.totals;
        if (from < totals >> RATE_FROM_SHIFT) return _rates.indexAt(to) - _rates.indexAt(from);
        unchecked {
            return (totals >> RATE_SHIFT & RATE_MASK) * (to - from);
        }
    }

    function _writerIn(uint256 totals) private pure returns (address) {
        return address(uint160(totals >> WRITER_SHIFT));
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
}
