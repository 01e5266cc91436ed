// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {StdUtils} from "forge-std/StdUtils.sol";
import {Vm} from "forge-std/Vm.sol";
import {ILoanBook} from "../../contracts/interfaces/ILoanBook.sol";
import {ITellerDesk} from "../../contracts/interfaces/ITellerDesk.sol";
import {Amortization} from "../../contracts/libraries/Amortization.sol";
import {
    Countersignature,
    LoanMethod,
    LoanNumber,
    MemberNumber,
    SlipKind,
    Waterfall,
    WibDay
} from "../../contracts/libraries/Types.sol";
import {LoanHouse} from "./LoanHouse.sol";

/// @dev Lends, takes slips and payrolls, good and bad, and keeps what a cashier would know: what went in and out, and what
/// the book's events said of it.
abstract contract LoanHandler is LoanHouse, StdUtils {
    /// @dev Rupiah by the events of payments.
    struct Booked {
        uint256 principal;
        uint256 interest;
        uint256 penalty;
    }

    uint32 internal constant PERIOD = 202501;
    uint256 private constant MOST_LOANS = 40;
    /// @dev The offices' terms end a day later.
    uint256 private constant LAST_TIME = START + 539 days;

    uint32 public loans;
    uint256 public cash;
    uint256 public lent;
    mapping(uint32 loan => uint256) public agreed;
    mapping(uint32 loan => uint256) public paid;
    mapping(uint32 loan => bool) public paidOff;
    mapping(uint32 loan => Booked) public booked;
    /// @dev Payments or changes that went through though they should not have, or the other way round.
    uint256 public surprises;

    uint256 private rowNumber;
    uint256 private wajibCounted;

    constructor() {
        buildLoanHouse();
        vm.prank(rat);
        treasury.setTellerLimit(type(uint64).max);
        vm.prank(address(tellerDesk));
        treasury.receiveCash(2, 10 ** 12, slipNumber(), today(), false);
        cash = treasury.channelTotal(2);
        vm.recordLogs();
    }

    function book() external view returns (ILoanBook) {
        return loanBook;
    }

    function bank() external view returns (uint256) {
        return treasury.channelTotal(2);
    }

    function day() external view returns (WibDay) {
        return today();
    }

    /// @dev A third of the loans bears no penalty, a third pays it last, a third first.
    function conditionsOf(uint32 loan) public pure returns (ILoanBook.Conditions memory) {
        if (loan % 3 == 1) return ILoanBook.Conditions(0, 0, Waterfall.INSTALMENT_FIRST, 0);
        if (loan % 3 == 2) return ILoanBook.Conditions(1_000, 1_000, Waterfall.INSTALMENT_FIRST, uint8(loan % 4));
        return ILoanBook.Conditions(4_000, 500, Waterfall.PENALTY_FIRST, 0);
    }

    function lendOne(uint256 member, uint64 principal, uint16 rateBps, uint16 months, uint8 method) external {
        if (loans == MOST_LOANS) return;
        member = _bound(member, 0, MEMBERS - 1);
        principal = uint64(_bound(principal, 1, rateBps % 3 == 0 ? 500 : 50_000_000));
        months = uint16(_bound(months, 1, rateBps % 5 == 0 ? 360 : 24));
        LoanMethod chosen = LoanMethod(method % 4);
        ILoanBook.Terms memory wanted =
            terms(loans + 1, member, principal, uint16(_bound(rateBps, 0, 2_400)), months, chosen);
        if (method % 3 == 0) wanted.graceMonths = uint16(_bound(method, 0, months - 1));
        ILoanBook.Conditions memory conditions = conditionsOf(loans + 1);
        try loanBook.checkTerms(wanted, conditions.roundingExponent) {}
        catch {
            return;
        }
        uint64 drawn = method % 2 == 0 ? principal : principal / 2 + 1;
        lend(wanted, drawn, conditions);
        ++loans;
        agreed[loans] = principal;
        lent += drawn;
        cash -= drawn;
    }

    /// @dev A slip of one teller: any part of what is owed, all of it, or one rupiah too many.
    function pay(uint256 seed, uint256 part, uint256 wait) external {
        if (loans == 0) return;
        _pass(_bound(wait, 0, 12 hours));
        uint32 loan = _pick(seed);
        ILoanBook.Loan memory state = _loan(loan);
        uint256 owed = owedOf(loan);
        uint64 amount = uint64(_bound(part, 1, part % 4 == 0 ? owed + 1 : owed / 7 + 1));
        _hand(slip(SlipKind.ANGSURAN, _index(state), amount, loan), !state.closed && amount <= owed, amount);
    }

    /// @dev More than is owed goes to sukarela.
    function payAndSave(uint256 seed, uint256 part) external {
        if (loans == 0) return;
        uint32 loan = _pick(seed);
        ILoanBook.Loan memory state = _loan(loan);
        uint256 owed = owedOf(loan);
        uint64 amount = uint64(_bound(part, 1, 2 * owed + 1));
        uint256 rest = amount > owed ? amount - owed : 0;
        if (_hand(slip(SlipKind.ANGSURAN_LEBIH, _index(state), amount, loan), !state.closed, amount - rest)) {
            cash += rest;
        }
    }

    function payOff(uint256 seed, uint256 change) external {
        if (loans == 0) return;
        uint32 loan = _pick(seed);
        ILoanBook.Loan memory state = _loan(loan);
        (uint64 principal, uint64 interest, uint64 penalty) = loanBook.payoffOf(LoanNumber.wrap(loan), today());
        uint64 amount = principal + interest + penalty + uint64(change % 2);
        bool good = !state.closed && change % 2 == 0;
        if (_hand(slip(SlipKind.PELUNASAN, _index(state), amount, loan), good, amount)) paidOff[loan] = true;
    }

    /// @dev Three rows with simpanan wajib and an instalment each; some name a closed loan or the wrong member.
    function payroll(uint256[3] calldata seeds, uint256[3] calldata parts) external {
        if (loans == 0) return;
        uint256[] memory rows = new uint256[](3);
        for (uint256 i = 0; i < 3; ++i) {
            uint32 loan = _pick(seeds[i]);
            uint256 member = parts[i] % 5 == 0 ? 1 + seeds[i] % MEMBERS : _index(_loan(loan)) + 1;
            uint256 amount = _bound(parts[i], 1, owedOf(loan) / 3 + 1);
            rows[i] = member << 224 | 50_000 << 168 | uint256(loan) << 80 | amount << 24 | ++rowNumber;
        }
        bytes32 action = keccak256(abi.encode("payroll", PERIOD, uint8(2), today(), rows));
        Countersignature memory signed = countersigned(ketua.key, address(tellerDesk), action);
        vm.prank(teller.addr);
        tellerDesk.payroll(PERIOD, 2, today(), rows, signed);
        cash += _readBooked();
        uint256 wajib = tokens[1].totalSupply() - wajibCounted;
        wajibCounted += wajib;
        cash += wajib;
    }

    /// @dev All that is owed today, instalments to come included, by the schedule and what the book says was paid.
    function owedOf(uint32 loan) public view returns (uint256 owed) {
        ILoanBook.Loan memory state = _loan(loan);
        if (state.closed) return 0;
        Amortization.Schedule memory schedule = scheduleOf(state);
        uint256 scheduled = state.principal - state.principalPaid + state.instalmentPrincipalPaid;
        owed = state.principal - state.principalPaid + state.interestCarried;
        owed += loanBook.arrearsOf(LoanNumber.wrap(loan), today()).penalty;
        owed -= state.instalmentInterestPaid;
        for (uint256 number = state.instalment; number <= state.months && scheduled != 0; ++number) {
            (uint256 principal, uint256 interest) = Amortization.instalment(schedule, number, scheduled);
            scheduled -= principal;
            owed += interest;
        }
    }

    function scheduleOf(ILoanBook.Loan memory state) public pure returns (Amortization.Schedule memory schedule) {
        schedule = Amortization.Schedule(
            state.method, state.principal, state.rateBps, state.months, state.graceMonths, state.freezeMonths, 0
        );
        uint16 instalments = state.months - state.graceMonths;
        schedule.step =
            Amortization.step(state.method, state.principal, state.rateBps, instalments, state.roundingExponent);
    }

    /// @dev A teller takes a slip of which `amount` is the loan's.
    function _hand(ITellerDesk.Slip memory paper, bool good, uint256 amount) private returns (bool done) {
        vm.prank(teller.addr);
        try tellerDesk.receiveSlip(paper) {
            done = true;
        } catch {}
        if (done != good) ++surprises;
        if (_readBooked() != (done ? amount : 0)) ++surprises;
        if (done) cash += amount;
    }

    /// @dev Counts what the book's events since the last look say was paid.
    function _readBooked() internal returns (uint256 sum) {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].emitter != address(loanBook)) continue;
            bytes32 topic = logs[i].topics[0];
            if (topic != ILoanBook.LoanPaid.selector && topic != ILoanBook.LoanRecovered.selector) continue;
            uint32 loan = uint32(uint256(logs[i].topics[1]));
            (uint256 principal, uint256 interest, uint256 penalty,,) =
                abi.decode(logs[i].data, (uint256, uint256, uint256, uint8, uint32));
            booked[loan].principal += principal;
            booked[loan].interest += interest;
            booked[loan].penalty += penalty;
            paid[loan] += principal + interest + penalty;
            sum += principal + interest + penalty;
        }
    }

    /// @dev Time passes, as long as the offices' terms run.
    function _pass(uint256 time) internal {
        uint256 then = vm.getBlockTimestamp() + time;
        vm.warp(then < LAST_TIME ? then : LAST_TIME);
    }

    function _pick(uint256 seed) internal view returns (uint32) {
        return uint32(1 + seed % loans);
    }

    function _loan(uint32 loan) internal view returns (ILoanBook.Loan memory) {
        return loanBook.loanOf(LoanNumber.wrap(loan));
    }

    function _index(ILoanBook.Loan memory state) private pure returns (uint256) {
        return MemberNumber.unwrap(state.borrower) - 1;
    }
}
