// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ShortString, ShortStrings} from "@openzeppelin/contracts/utils/ShortStrings.sol";
import {Writers} from "./Writers.sol";
import {IAuthority} from "./interfaces/IAuthority.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {ISavingsToken} from "./interfaces/ISavingsToken.sol";
import {RecentSlips} from "./libraries/RecentSlips.sol";
import {SavingsInterest} from "./libraries/SavingsInterest.sol";
import {SignedOrders} from "./libraries/SignedOrders.sol";
import {LoanNumber, MemberNumber, Offices, ReceiptNumber, SavingsKind, WibDay} from "./libraries/Types.sol";
import {WibCalendar} from "./libraries/WibCalendar.sol";

/// @title One kind of savings of the members
contract SavingsToken is ISavingsToken, Writers, EIP712 {
    using SafeCast for uint256;
    using SignedOrders for SignedOrders.Nonces;
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

    struct Lien {
        uint64 amount;
        uint64 noticed;
        uint40 claimableAt;
    }

    uint64 private constant MAX_RUPIAH = 2 ** 63 - 1;
    uint16 private constant RATE_CAP_BPS = 900;
    uint16 private constant TAX_CAP_BPS = 1_000;
    uint32 private constant RATE_NOTICE_CAP_DAYS = 366;
    uint40 private constant RECOVERY_WAIT = 30 days;
    uint40 private constant CLAIM_NOTICE = 30 days;
    bytes32 private constant WITHDRAWAL_TYPEHASH =
        keccak256("Withdrawal(uint32 member,uint64 amount,uint8 channel,uint256 nonce,uint256 deadline)");
    bytes32 private constant LIEN_TYPEHASH =
        keccak256("Lien(uint32 member,uint32 loan,uint64 amount,uint256 nonce,uint256 deadline)");

    SavingsKind private immutable KIND;
    IMemberRegistry private immutable REGISTRY;
    ISavingsToken private immutable PAYABLE_TOKEN;
    ShortString private immutable SYMBOL;

    Totals private _totals;
    SavingsInterest.RateChange[] private _rates;
    mapping(MemberNumber => Savings) private _savings;
    mapping(MemberNumber => uint256) private _recentSlips;
    mapping(MemberNumber => mapping(LoanNumber => Lien)) private _liens;
    SignedOrders.Nonces private _nonces;

    modifier onlyKind(SavingsKind kind_) {
        if (KIND != kind_) revert SavingsWrongKind(KIND);
        _;
    }

    modifier notKind(SavingsKind kind_) {
        if (KIND == kind_) revert SavingsWrongKind(KIND);
        _;
    }

    /// @param payableToken_ the PAYABLE token, or zero in that token itself
    constructor(
        SavingsKind kind_,
        IAuthority authority_,
        IMemberRegistry registry_,
        string memory name_,
        string memory symbol_,
        ISavingsToken payableToken_
    ) Writers(authority_) EIP712(name_, "1") {
        KIND = kind_;
        REGISTRY = registry_;
        PAYABLE_TOKEN = payableToken_;
        SYMBOL = ShortStrings.toShortString(symbol_);
    }

    /// @inheritdoc ISavingsToken
    function deposit(MemberNumber member, uint64 amount, ReceiptNumber receipt)
        external
        onlyWriter
        notKind(SavingsKind.PAYABLE)
    {
        (IMemberRegistry.Status status, address account) = REGISTRY.lookup(member);
        _requireDepositor(member, status);
        WibDay today = WibCalendar.dayOf(block.timestamp);
        _recentSlips[member] = RecentSlips.push(_recentSlips[member], amount, today, receipt);
        Run memory run = _begin();
        _credit(run, member, account, amount);
        _end(run);
    }

    /// @inheritdoc ISavingsToken
    function depositBatch(uint256[] calldata credits) external onlyWriter notKind(SavingsKind.PAYABLE) {
        (IMemberRegistry.Status[] memory statuses, address[] memory accounts) = _lookup(credits);
        Run memory run = _begin();
        for (uint256 i = 0; i < credits.length; ++i) {
            (MemberNumber member, uint256 amount) = _unpack(credits[i]);
            _requireDepositor(member, statuses[i]);
            _credit(run, member, accounts[i], amount);
        }
        _end(run);
    }

    /// @inheritdoc ISavingsToken
    function withdraw(
        MemberNumber member,
        uint64 amount,
        uint8 channel,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) external onlyWriter {
        if (KIND != SavingsKind.SUKARELA && KIND != SavingsKind.PAYABLE) {
            revert SavingsWrongKind(KIND);
        }
        bytes32 order = keccak256(abi.encode(WITHDRAWAL_TYPEHASH, member, amount, channel, nonce, deadline));
        _useOrder(member, nonce, deadline, order, signature);
        _debitOnce(member, amount);
    }

    /// @inheritdoc ISavingsToken
    function reverse(MemberNumber member, uint64 amount, ReceiptNumber receipt) external onlyWriter {
        uint256 slips = _recentSlips[member];
        (uint256 shift, uint64 reversible) = RecentSlips.find(slips, receipt, WibCalendar.dayOf(block.timestamp));
        if (amount > reversible) revert SavingsNotReversible(member, receipt, reversible, amount);
        _recentSlips[member] = RecentSlips.reduce(slips, shift, amount);
        _debitOnce(member, amount);
    }

    /// @inheritdoc ISavingsToken
    function moveToPayable(MemberNumber member)
        external
        onlyWriter
        notKind(SavingsKind.PAYABLE)
        returns (uint64 amount)
    {
        (IMemberRegistry.Status status, address account) = REGISTRY.lookup(member);
        if (status != IMemberRegistry.Status.LEFT) revert SavingsMemberStatus(member, uint8(status));
        Run memory run = _begin();
        _update(run, member, account, 0, 0);
        amount = availableOf(member);
        if (amount != 0) _debit(run, member, account, amount);
        _end(run);
        if (amount != 0) PAYABLE_TOKEN.receivePayable(member, amount);
    }

    /// @inheritdoc ISavingsToken
    function receivePayable(MemberNumber member, uint64 amount) external onlyWriter onlyKind(SavingsKind.PAYABLE) {
        (, address account) = REGISTRY.lookup(member);
        Run memory run = _begin();
        _credit(run, member, account, amount);
        _end(run);
    }

    /// @inheritdoc ISavingsToken
    function creditInterest(MemberNumber[] calldata members) external onlyKind(SavingsKind.SUKARELA) {
        (, address[] memory accounts) = REGISTRY.lookup(members);
        Run memory run = _begin();
        for (uint256 i = 0; i < members.length; ++i) {
            Savings storage savings = _savings[members[i]];
            if (savings.lastDay == 0 || savings.lastDay >= run.monthStart) continue;
            _update(run, members[i], accounts[i], 0, 0);
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
    function placeLien(
        MemberNumber member,
        LoanNumber loan,
        uint64 amount,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) external onlyWriter notKind(SavingsKind.PAYABLE) {
        if (amount == 0) revert SavingsZeroAmount();
        if (_liens[member][loan].amount != 0) revert SavingsLienExists(member, loan);
        uint64 available = availableOf(member);
        if (amount > available) revert SavingsInsufficient(member, available, amount);
        bytes32 order = keccak256(abi.encode(LIEN_TYPEHASH, member, loan, amount, nonce, deadline));
        _useOrder(member, nonce, deadline, order, signature);
        _liens[member][loan] = Lien(amount, 0, 0);
        _savings[member].lien += amount;
        emit LienPlaced(member, loan, amount);
    }

    /// @inheritdoc ISavingsToken
    function releaseLien(MemberNumber member, LoanNumber loan, uint64 amount) external onlyWriter {
        if (amount == 0) revert SavingsZeroAmount();
        _reduceLien(member, loan, amount);
        emit LienReleased(member, loan, amount);
    }

    /// @inheritdoc ISavingsToken
    function noticeLienClaim(MemberNumber member, LoanNumber loan, uint64 amount) external onlyWriter {
        if (amount == 0) revert SavingsZeroAmount();
        Lien storage lien = _liens[member][loan];
        if (amount > lien.amount) revert SavingsLienInsufficient(member, loan, lien.amount, amount);
        uint40 claimableAt = uint40(block.timestamp) + CLAIM_NOTICE;
        (lien.noticed, lien.claimableAt) = (amount, claimableAt);
        emit LienClaimNoticed(member, loan, amount, claimableAt);
    }

    /// @inheritdoc ISavingsToken
    function stopLienClaim(MemberNumber member, LoanNumber loan) external {
        (bool isSupervisor,) = AUTHORITY.hasRole(Offices.PENGAWAS, msg.sender);
        if (!isSupervisor) revert IAccessManaged.AccessManagedUnauthorized(msg.sender);
        Lien storage lien = _liens[member][loan];
        if (block.timestamp >= lien.claimableAt) revert SavingsClaimNotStoppable(member, loan, lien.claimableAt);
        (lien.noticed, lien.claimableAt) = (0, 0);
        emit LienClaimStopped(member, loan);
    }

    /// @inheritdoc ISavingsToken
    function claimLien(MemberNumber member, LoanNumber loan) external onlyWriter returns (uint64 amount) {
        Lien storage lien = _liens[member][loan];
        (uint64 noticed, uint40 claimableAt) = (lien.noticed, lien.claimableAt);
        if (claimableAt == 0 || block.timestamp < claimableAt) revert SavingsClaimNotDue(member, loan, claimableAt);
        amount = noticed < lien.amount ? noticed : lien.amount;
        (lien.noticed, lien.claimableAt) = (0, 0);
        _reduceLien(member, loan, amount);
        _debitOnce(member, amount);
        emit LienClaimed(member, loan, amount);
    }

    /// @inheritdoc ISavingsToken
    function open(uint256[] calldata credits) external onlyAdmin notKind(SavingsKind.PAYABLE) {
        Run memory run = _begin();
        if (run.totals.isSealed) revert SavingsIsSealed();
        (IMemberRegistry.Status[] memory statuses, address[] memory accounts) = _lookup(credits);
        for (uint256 i = 0; i < credits.length; ++i) {
            (MemberNumber member, uint256 amount) = _unpack(credits[i]);
            if (statuses[i] != IMemberRegistry.Status.ACTIVE) revert SavingsMemberStatus(member, uint8(statuses[i]));
            if (_savings[member].balance != 0) revert SavingsAlreadyOpen(member);
            _credit(run, member, accounts[i], amount);
            emit SavingsOpened(member, uint64(amount));
        }
        _end(run);
    }

    /// @inheritdoc ISavingsToken
    function seal() external onlyAdmin {
        if (_totals.isSealed) revert SavingsIsSealed();
        _totals.isSealed = true;
        emit SavingsSealed(_totals.supply);
    }

    /// @dev ERC-20's ways to move or to approve are closed.
    function transfer(address, uint256) external pure returns (bool) {
        revert SavingsNotTransferable();
    }

    function transferFrom(address, address, uint256) external pure returns (bool) {
        revert SavingsNotTransferable();
    }

    function approve(address, uint256) external pure returns (bool) {
        revert SavingsNotTransferable();
    }

    function allowance(address, address) external pure returns (uint256) {
        return 0;
    }

    function balanceOf(address account) external view returns (uint256) {
        return _savings[REGISTRY.numberOf(account)].balance;
    }

    function totalSupply() external view returns (uint256) {
        return _totals.supply;
    }

    function name() external view returns (string memory) {
        return _EIP712Name();
    }

    function symbol() external view returns (string memory) {
        return ShortStrings.toString(SYMBOL);
    }

    function decimals() external pure returns (uint8) {
        return 0;
    }

    /// @inheritdoc ISavingsToken
    function kind() external view returns (SavingsKind) {
        return KIND;
    }

    /// @inheritdoc ISavingsToken
    function payableToken() external view returns (ISavingsToken) {
        return PAYABLE_TOKEN;
    }

    /// @inheritdoc ISavingsToken
    function isSealed() external view returns (bool) {
        return _totals.isSealed;
    }

    /// @inheritdoc ISavingsToken
    function balanceOfMember(MemberNumber member) external view returns (uint64) {
        return _savings[member].balance;
    }

    /// @inheritdoc ISavingsToken
    function availableOf(MemberNumber member) public view returns (uint64) {
        return _savings[member].balance - _savings[member].lien;
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
    function lienOf(MemberNumber member, LoanNumber loan)
        external
        view
        returns (uint64 amount, uint64 noticed, uint40 claimableAt)
    {
        Lien memory lien = _liens[member][loan];
        return (lien.amount, lien.noticed, lien.claimableAt);
    }

    /// @inheritdoc ISavingsToken
    function isOrderSpent(MemberNumber member, uint256 nonce) external view returns (bool) {
        return _nonces.isSpent(member, nonce);
    }

    function _begin() private view returns (Run memory run) {
        run.totals = _totals;
        if (KIND != SavingsKind.SUKARELA) return run;
        WibDay today = WibCalendar.dayOf(block.timestamp);
        uint32 month = WibCalendar.monthOf(today);
        run.today = WibDay.unwrap(today);
        run.month = month;
        run.monthStart = WibDay.unwrap(WibCalendar.firstDayOfMonth(month));
        run.indexToday = _indexAt(run.totals, run.today);
    }

    function _end(Run memory run) private {
        _totals = run.totals;
    }

    function _credit(Run memory run, MemberNumber member, address account, uint256 amount) private {
        if (amount == 0) revert SavingsZeroAmount();
        _update(run, member, account, amount, 0);
    }

    function _debit(Run memory run, MemberNumber member, address account, uint256 amount) private {
        if (amount == 0) revert SavingsZeroAmount();
        _update(run, member, account, 0, amount);
    }

    function _debitOnce(MemberNumber member, uint64 amount) private {
        (, address account) = REGISTRY.lookup(member);
        Run memory run = _begin();
        _debit(run, member, account, amount);
        _end(run);
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

    function _reduceLien(MemberNumber member, LoanNumber loan, uint64 amount) private {
        Lien storage lien = _liens[member][loan];
        if (amount > lien.amount) revert SavingsLienInsufficient(member, loan, lien.amount, amount);
        lien.amount -= amount;
        _savings[member].lien -= amount;
    }

    /// @dev Takes a member's signed order once. Whoever sends it, only the member's signature lets it pass.
    function _useOrder(MemberNumber member, uint256 nonce, uint256 deadline, bytes32 order, bytes calldata signature)
        private
    {
        if (block.timestamp > deadline) revert SavingsOrderExpired(deadline);
        if (!_nonces.spend(member, nonce)) revert SavingsOrderSpent(member, nonce);
        uint40 recoveredAt = REGISTRY.recoveredAt(member);
        if (recoveredAt != 0 && block.timestamp < recoveredAt + RECOVERY_WAIT) {
            revert SavingsRecentlyRecovered(member, recoveredAt + RECOVERY_WAIT);
        }
        bytes32 digest = _hashTypedDataV4(order);
        if (!REGISTRY.isSignedBy(member, digest, signature)) revert SavingsOrderInvalid(member, digest);
    }

    function _requireDepositor(MemberNumber member, IMemberRegistry.Status status) private view {
        bool isDepositor = KIND == SavingsKind.POKOK
            ? status == IMemberRegistry.Status.REGISTERED
            : status == IMemberRegistry.Status.ACTIVE || status == IMemberRegistry.Status.SUSPENDED;
        if (!isDepositor) revert SavingsMemberStatus(member, uint8(status));
    }

    function _lookup(uint256[] calldata credits)
        private
        view
        returns (IMemberRegistry.Status[] memory, address[] memory)
    {
        MemberNumber[] memory members = new MemberNumber[](credits.length);
        for (uint256 i = 0; i < credits.length; ++i) {
            (members[i],) = _unpack(credits[i]);
        }
        return REGISTRY.lookup(members);
    }

    /// @dev The bits between number and amount count as amount, so that a malformed word overflows.
    function _unpack(uint256 word) private pure returns (MemberNumber member, uint256 amount) {
        return (MemberNumber.wrap(uint32(word >> 224)), uint224(word));
    }
}
