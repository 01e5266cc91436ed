// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILoanBook} from "../../contracts/interfaces/ILoanBook.sol";
import {
    AmendmentKind,
    LoanMethod,
    LoanNumber,
    MemberNumber,
    ReceiptNumber,
    WibDay
} from "../../contracts/libraries/Types.sol";
import {LoanHandler} from "./LoanHandler.sol";

/// @dev What happens to a loan besides payments: time, amendments, tranches, waivers, write-offs, heirs; as the desks would.
contract LoanLifeHandler is LoanHandler {
    mapping(uint32 loan => uint256) public waived;
    mapping(uint32 loan => bool) public writtenOff;
    /// @dev Changes that lost or made interest that was due, or raised what is outstanding without a disbursement.
    uint256 public leaks;
    uint256 public amendments;
    uint256 public tranches;

    function passTime(uint256 wait) external {
        _pass(_bound(wait, 1 days, 70 days));
    }

    /// @dev Any terms; the rate is kept half of the time. Most are refused where the loan is paid ahead.
    function amend(uint256 seed, uint16 rateBps, uint16 months, uint16 shape, uint256 part) external {
        if (loans == 0) return;
        uint32 loan = _pick(seed);
        ILoanBook.Loan memory state = _loan(loan);
        uint256 due = _interestDue(loan);
        months = uint16(_bound(months, 1, 36));
        ILoanBook.Amendment memory wanted = ILoanBook.Amendment({
            loan: LoanNumber.wrap(loan),
            kind: AmendmentKind(shape % 3),
            rateBps: shape % 2 == 0 ? state.rateBps : uint16(_bound(rateBps, 0, 2_400)),
            months: months,
            graceMonths: shape % 5 == 0 ? months / 2 : 0,
            freezeMonths: shape % 3 == 2 ? months / 3 : 0,
            method: shape % 2 == 0 ? state.method : LoanMethod(shape % 4),
            interestWaived: uint64(_bound(part, 0, part % 3 == 0 ? due + 1 : 0)),
            documentHash: bytes32(0)
        });
        uint256 outstanding = loanBook.outstandingOf(LoanNumber.wrap(loan));
        vm.prank(address(loanDesk));
        try loanBook.amend(wanted, today()) {
            ++amendments;
            if (state.closed || state.writtenOff || wanted.interestWaived > due) ++surprises;
            _checkNewVersion(loan, state.version, outstanding, due - wanted.interestWaived);
        } catch {}
    }

    function draw(uint256 seed, uint64 amount) external {
        if (loans == 0) return;
        uint32 loan = _pick(seed);
        ILoanBook.Loan memory state = _loan(loan);
        uint64 undrawn = loanBook.undrawnOf(LoanNumber.wrap(loan));
        amount = uint64(_bound(amount, 1, uint256(undrawn) / (1 + amount % 3) + 1));
        uint256 due = _interestDue(loan);
        uint256 outstanding = loanBook.outstandingOf(LoanNumber.wrap(loan));
        ReceiptNumber receipt = slipNumber();
        vm.prank(address(loanDesk));
        try loanBook.draw(LoanNumber.wrap(loan), amount, 2, receipt, today()) {
            ++tranches;
            if (state.closed || state.writtenOff || amount > undrawn) ++surprises;
            _checkNewVersion(loan, state.version, outstanding + amount, due);
            lent += amount;
            cash -= amount;
            vm.prank(address(loanDesk));
            treasury.payCash(2, amount, receipt, today(), false, address(0));
        } catch {}
    }

    /// @dev Any part of the penalty, or a rupiah too many.
    function waive(uint256 seed, uint256 part) external {
        if (loans == 0) return;
        uint32 loan = _pick(seed);
        uint64 owed = loanBook.arrearsOf(LoanNumber.wrap(loan), today()).penalty;
        uint64 amount = uint64(_bound(part, 1, uint256(owed) + 1));
        bool done;
        vm.prank(address(loanDesk));
        try loanBook.waivePenalty(LoanNumber.wrap(loan), amount, today(), bytes32(0)) {
            done = true;
        } catch {}
        if (done != (amount <= owed)) ++surprises;
        if (done) waived[loan] += amount;
    }

    /// @dev Only one in four of those picked, so that enough is left to go on.
    function writeOff(uint256 seed, uint256 choice) external {
        if (loans == 0 || choice % 4 != 0) return;
        uint32 loan = _pick(seed);
        ILoanBook.Loan memory state = _loan(loan);
        bool done;
        vm.prank(address(loanDesk));
        try loanBook.writeOff(LoanNumber.wrap(loan), today(), bytes32(0)) {
            done = true;
        } catch {}
        if (done != (!state.closed && !state.writtenOff)) ++surprises;
        if (done) writtenOff[loan] = true;
    }

    function assume(uint256 seed, uint256 heir) external {
        if (loans == 0) return;
        uint32 loan = _pick(seed);
        ILoanBook.Loan memory state = _loan(loan);
        MemberNumber to = number(heir % MEMBERS);
        bool done;
        vm.prank(address(loanDesk));
        try loanBook.assume(LoanNumber.wrap(loan), to, bytes32(0)) {
            done = true;
        } catch {}
        if (done != (!state.closed && !state.writtenOff && to != state.borrower)) ++surprises;
        if (done && _loan(loan).borrower != to) ++surprises;
    }

    /// @dev Interest that is due by today and unpaid.
    function _interestDue(uint32 loan) private view returns (uint256) {
        WibDay tomorrow = WibDay.wrap(WibDay.unwrap(today()) + 1);
        return loanBook.arrearsOf(LoanNumber.wrap(loan), tomorrow).interest;
    }

    function _checkNewVersion(uint32 loan, uint8 version, uint256 outstanding, uint256 carried) private {
        ILoanBook.Loan memory state = _loan(loan);
        if (state.version != version + 1) ++surprises;
        if (state.instalmentsBefore + state.months > 360) ++surprises;
        if (state.principal != outstanding || state.principalPaid != 0) ++leaks;
        if (state.interestCarried != carried) ++leaks;
    }
}
