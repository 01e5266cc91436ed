// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {StdUtils} from "forge-std/StdUtils.sol";
import {ILoanBook} from "../../contracts/interfaces/ILoanBook.sol";
import {ITellerDesk} from "../../contracts/interfaces/ITellerDesk.sol";
import {Countersignature, LoanMethod, LoanNumber, MemberNumber, SlipKind} from "../../contracts/libraries/Types.sol";
import {LoanHouse} from "./LoanHouse.sol";

/// @dev Lends, takes slips and payrolls, good and bad, and keeps what a cashier would know: what went in and out.
contract LoanHandler is LoanHouse, StdUtils {
    uint32 private constant PERIOD = 202501;
    uint256 private constant MOST_LOANS = 40;

    uint32 public loans;
    uint256 public cash;
    uint256 public lent;
    mapping(uint32 loan => uint256) public paid;
    mapping(uint32 loan => bool) public paidOff;
    /// @dev Payments that went through though they should not have, or the other way round.
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
    }

    function book() external view returns (ILoanBook) {
        return loanBook;
    }

    function bank() external view returns (uint256) {
        return treasury.channelTotal(2);
    }

    function lendOne(uint256 member, uint64 principal, uint16 rateBps, uint16 months, uint8 method) external {
        if (loans == MOST_LOANS) return;
        member = _bound(member, 0, MEMBERS - 1);
        principal = uint64(_bound(principal, 1, rateBps % 3 == 0 ? 500 : 50_000_000));
        months = uint16(_bound(months, 1, rateBps % 5 == 0 ? 360 : 24));
        LoanMethod chosen = LoanMethod(method % 3);
        ILoanBook.Terms memory wanted =
            terms(loans + 1, member, principal, uint16(_bound(rateBps, 0, 2_400)), months, chosen);
        try loanBook.checkTerms(wanted) {}
        catch {
            return;
        }
        lend(wanted);
        ++loans;
        lent += principal;
        cash -= principal;
    }

    /// @dev A slip of one teller: any part of what is owed, all of it, or one rupiah too many.
    function pay(uint256 seed, uint256 part, uint256 wait) external {
        if (loans == 0) return;
        vm.warp(vm.getBlockTimestamp() + _bound(wait, 0, 12 hours));
        uint32 loan = _pick(seed);
        ILoanBook.Loan memory state = loanBook.loanOf(LoanNumber.wrap(loan));
        uint256 owed = _owed(loan, state);
        uint64 amount = uint64(_bound(part, 1, part % 4 == 0 ? owed + 1 : owed / 7 + 1));
        bool good = !state.closed && amount <= owed;
        ITellerDesk.Slip memory paper = slip(SlipKind.ANGSURAN, _index(state), amount, loan);
        vm.prank(teller.addr);
        try tellerDesk.receiveSlip(paper) {
            _count(loan, amount);
            if (!good) ++surprises;
        } catch {
            if (good) ++surprises;
        }
    }

    function payOff(uint256 seed, uint256 change) external {
        if (loans == 0) return;
        uint32 loan = _pick(seed);
        ILoanBook.Loan memory state = loanBook.loanOf(LoanNumber.wrap(loan));
        (uint64 principal, uint64 interest) = loanBook.payoffOf(LoanNumber.wrap(loan), today());
        uint64 amount = principal + interest + uint64(change % 2);
        bool good = !state.closed && change % 2 == 0;
        ITellerDesk.Slip memory paper = slip(SlipKind.PELUNASAN, _index(state), amount, loan);
        vm.prank(teller.addr);
        try tellerDesk.receiveSlip(paper) {
            _count(loan, amount);
            paidOff[loan] = true;
            if (!good) ++surprises;
        } catch {
            if (good) ++surprises;
        }
    }

    /// @dev Three rows with simpanan wajib and an instalment each; some name a closed loan or the wrong member.
    function payroll(uint256[3] calldata seeds, uint256[3] calldata parts) external {
        if (loans == 0) return;
        uint256[] memory rows = new uint256[](3);
        for (uint256 i = 0; i < 3; ++i) {
            uint32 loan = _pick(seeds[i]);
            ILoanBook.Loan memory state = loanBook.loanOf(LoanNumber.wrap(loan));
            uint256 member = parts[i] % 5 == 0 ? 1 + seeds[i] % MEMBERS : _index(state) + 1;
            uint256 amount = _bound(parts[i], 1, _owed(loan, state) / 3 + 1);
            rows[i] = member << 224 | 50_000 << 168 | uint256(loan) << 80 | amount << 24 | ++rowNumber;
        }
        bytes32 action = keccak256(abi.encode("payroll", PERIOD, uint8(2), today(), rows));
        Countersignature memory signed = countersigned(ketua.key, address(tellerDesk), action);
        uint256[3] memory before = _paidOf(rows);
        vm.prank(teller.addr);
        tellerDesk.payroll(PERIOD, 2, today(), rows, signed);
        _countRows(rows, before);
    }

    function _countRows(uint256[] memory rows, uint256[3] memory before) private {
        uint256[3] memory afterwards = _paidOf(rows);
        for (uint256 i = 0; i < 3; ++i) {
            uint32 loan = uint32(rows[i] >> 80);
            bool counted = false;
            for (uint256 j = 0; j < i; ++j) {
                counted = counted || uint32(rows[j] >> 80) == loan;
            }
            if (!counted) _count(loan, afterwards[i] - before[i]);
        }
        uint256 wajib = tokens[1].totalSupply() - wajibCounted;
        wajibCounted += wajib;
        cash += wajib;
    }

    function _paidOf(uint256[] memory rows) private view returns (uint256[3] memory sums) {
        for (uint256 i = 0; i < 3; ++i) {
            ILoanBook.Loan memory state = loanBook.loanOf(LoanNumber.wrap(uint32(rows[i] >> 80)));
            sums[i] = uint256(state.principalPaid) + state.interestPaid;
        }
    }

    function _count(uint32 loan, uint256 amount) private {
        paid[loan] += amount;
        cash += amount;
    }

    function _pick(uint256 seed) private view returns (uint32) {
        return uint32(1 + seed % loans);
    }

    function _index(ILoanBook.Loan memory state) private pure returns (uint256) {
        return MemberNumber.unwrap(state.borrower) - 1;
    }

    /// @dev All that is unpaid of the schedule.
    function _owed(uint32 loan, ILoanBook.Loan memory state) private view returns (uint256 owed) {
        (, uint64[] memory principal, uint64[] memory interest) = loanBook.scheduleOf(LoanNumber.wrap(loan));
        for (uint256 i = 0; i < principal.length; ++i) {
            owed += uint256(principal[i]) + interest[i];
        }
        return paidOff[loan] ? 0 : owed - state.principalPaid - state.interestPaid;
    }
}
