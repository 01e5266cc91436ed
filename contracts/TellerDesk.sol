// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {PayrollDesk} from "./PayrollDesk.sol";
import {IAuthority} from "./interfaces/IAuthority.sol";
import {ILoanBook} from "./interfaces/ILoanBook.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {ISavingsToken} from "./interfaces/ISavingsToken.sol";
import {ITellerDesk} from "./interfaces/ITellerDesk.sol";
import {ITreasury} from "./interfaces/ITreasury.sol";
import {Payees} from "./libraries/Payees.sol";
import {
    Channels,
    Countersignature,
    LoanNumber,
    MemberNumber,
    Offices,
    ReceiptNumber,
    SavingsKind,
    Series,
    SlipKind,
    WibDay
} from "./libraries/Types.sol";
import {WibCalendar} from "./libraries/WibCalendar.sol";

/// @title Teller: cash in and out of savings and loans, payroll batches
contract TellerDesk is PayrollDesk {
    /// @dev What must be left before each slip of a batch, so that one that fails did not fail for want of gas.
    uint256 private constant SLIP_GAS = 1_000_000;
    /// @dev A slip that fails and leaves less than this part of the gas it could use may have failed for want of gas.
    uint256 private constant GAS_LEFT_PART = 16;
    uint256 private constant REASON_BYTES = 260;

    uint64 private immutable POKOK_AMOUNT;
    ISavingsToken private immutable POKOK;
    ISavingsToken private immutable PAYABLE;

    modifier onlySelf() {
        if (msg.sender != address(this)) revert TellerSelfOnly(msg.sender);
        _;
    }

    /// @param tokens by SavingsKind
    constructor(
        IAuthority authority_,
        IMemberRegistry registry,
        ITreasury treasury,
        ISavingsToken[4] memory tokens,
        uint64 pokokAmount_
    )
        PayrollDesk(
            authority_, registry, treasury, tokens[uint256(SavingsKind.WAJIB)], tokens[uint256(SavingsKind.SUKARELA)]
        )
    {
        POKOK = tokens[uint256(SavingsKind.POKOK)];
        PAYABLE = tokens[uint256(SavingsKind.PAYABLE)];
        POKOK_AMOUNT = pokokAmount_;
    }

    /// @inheritdoc ITellerDesk
    function receiveSlip(Slip calldata slip) external onlyOffice(Offices.TELLER) {
        _receive(slip, true);
    }

    /// @inheritdoc ITellerDesk
    function paySlip(Slip calldata slip, Order calldata order) external onlyOffice(Offices.TELLER) {
        _pay(slip, order, SUKARELA, SavingsKind.SUKARELA, true);
    }

    /// @inheritdoc ITellerDesk
    function payPayable(Slip calldata slip, Order calldata order) external onlyOffice(Offices.TELLER) {
        _pay(slip, order, PAYABLE, SavingsKind.PAYABLE, true);
    }

    /// @inheritdoc ITellerDesk
    function post(Slip[] calldata slips, Order[] calldata orders, Countersignature calldata countersignature)
        external
        onlyOffice(Offices.TELLER)
    {
        _requireTwoPersons(keccak256(abi.encode("post", slips)), countersignature);
        uint256 used = 0;
        for (uint256 i = 0; i < slips.length; ++i) {
            Slip calldata slip = slips[i];
            if (slip.kind == SlipKind.TARIK_SUKARELA) {
                if (used == orders.length) revert TellerOrdersMissing(orders.length, used + 1);
                _attempt(slip.receipt, abi.encodeCall(this.payOne, (slip, orders[used++])));
            } else {
                _attempt(slip.receipt, abi.encodeCall(this.receiveOne, (slip)));
            }
        }
        if (used != orders.length) revert TellerOrdersMissing(orders.length, used);
    }

    /// @inheritdoc ITellerDesk
    function receiveOne(Slip calldata slip) external onlySelf {
        if (slip.kind == SlipKind.PINDAH) _move(slip);
        else _receive(slip, false);
    }

    /// @inheritdoc ITellerDesk
    function payOne(Slip calldata slip, Order calldata order) external onlySelf {
        _pay(slip, order, SUKARELA, SavingsKind.SUKARELA, false);
    }

    /// @inheritdoc ITellerDesk
    function reverse(
        Slip calldata slip,
        ReceiptNumber original,
        Countersignature calldata tellerSignature,
        Countersignature calldata pengurusSignature
    ) external onlyOffice(Offices.TELLER) {
        if (slip.kind != SlipKind.SETOR_WAJIB && slip.kind != SlipKind.SETOR_SUKARELA) {
            revert TellerWrongKind(slip.kind);
        }
        _checkPaper(slip);
        SavingsKind kind = SavingsKind(uint8(slip.kind));
        ISavingsToken.Storno memory storno =
            ISavingsToken.Storno(slip.member, slip.amount, original, slip.receipt, slip.channel, slip.bookDay);
        _token(kind).reverse(storno, tellerSignature, pengurusSignature);
        TREASURY.payCash(slip.channel, slip.amount, slip.receipt, slip.bookDay, false, address(0));
        emit DepositReversed(slip.member, kind, slip.receipt, original, slip.channel, slip.amount, slip.bookDay);
    }

    /// @inheritdoc ITellerDesk
    function exitMember(
        MemberNumber member,
        WibDay bookDay,
        Order calldata order,
        Countersignature calldata countersignature
    ) external onlyOffice(Offices.TELLER) {
        _requireTwoPersons(keccak256(abi.encode("exit", member, bookDay)), countersignature);
        TREASURY.checkBookDay(bookDay);
        for (ILoanBook book = _currentBook(); address(book) != address(0); book = book.predecessor()) {
            if (book.runningLoansOf(member) != 0) revert TellerHasLoans(member);
        }
        REGISTRY.leaveByOrder(member, bookDay, order.nonce, order.deadline, order.signature);
        uint64 pokok = _moveAll(POKOK, member);
        uint64 wajib = _moveAll(WAJIB, member);
        uint64 sukarela = _moveAll(SUKARELA, member);
        emit MemberExited(member, pokok, wajib, sukarela, bookDay);
    }

    /// @inheritdoc ITellerDesk
    function depositStablecoin(Slip calldata slip) external {
        bool taken =
            slip.kind == SlipKind.SETOR_WAJIB || slip.kind == SlipKind.SETOR_SUKARELA || slip.kind == SlipKind.ANGSURAN;
        if (!taken) revert TellerWrongKind(slip.kind);
        if (_accountOf(slip.member) != msg.sender) revert TellerWrongAccount(msg.sender, slip.member);
        ReceiptNumber receipt = _ownReceipt("deposit", slip.member, ReceiptNumber.unwrap(slip.receipt));
        WibDay today = WibCalendar.dayOf(block.timestamp);
        TREASURY.receiveStablecoin(msg.sender, slip.amount, receipt, today);
        _credit(slip, slip.amount, Channels.STABLECOIN, receipt, today);
    }

    /// @inheritdoc ITellerDesk
    function withdrawStablecoin(Slip calldata slip, Order calldata order) external {
        if (slip.kind != SlipKind.TARIK_SUKARELA) revert TellerWrongKind(slip.kind);
        address payee = Payees.payeeOf(REGISTRY, slip.member);
        if (payee == address(0)) revert TellerNoPayee(slip.member);
        ReceiptNumber receipt = _ownReceipt("withdrawal", slip.member, order.nonce);
        WibDay today = WibCalendar.dayOf(block.timestamp);
        _withdraw(slip, order, SUKARELA, Channels.STABLECOIN);
        TREASURY.payCash(Channels.STABLECOIN, slip.amount, receipt, today, false, payee);
        emit Withdrawn(slip.member, SavingsKind.SUKARELA, receipt, Channels.STABLECOIN, slip.amount, today);
    }

    /// @inheritdoc ITellerDesk
    function pokokAmount() external view returns (uint64) {
        return POKOK_AMOUNT;
    }

    function _receive(Slip calldata slip, bool alone) private {
        (ReceiptNumber receipt, uint8 channel) = _checkPaper(slip);
        (uint64 amount, WibDay bookDay) = (slip.amount, slip.bookDay);
        TREASURY.receiveCash(channel, amount, receipt, bookDay, alone);
        _credit(slip, amount, channel, receipt, bookDay);
    }

    function _credit(Slip calldata slip, uint64 amount, uint8 channel, ReceiptNumber receipt, WibDay bookDay) private {
        (SlipKind slipKind, MemberNumber member) = (slip.kind, slip.member);
        if (slipKind <= SlipKind.SETOR_SUKARELA) {
            SavingsKind kind = SavingsKind(uint8(slipKind));
            if (kind == SavingsKind.POKOK) _checkPokok(member, amount);
            _token(kind).deposit(member, amount, receipt);
            if (kind == SavingsKind.POKOK) REGISTRY.activate(member, bookDay);
            emit Deposited(member, kind, receipt, channel, amount, bookDay);
        } else if (slipKind == SlipKind.ANGSURAN) {
            _bookOf(slip.loan).pay(slip.loan, member, amount, channel, receipt, bookDay);
        } else if (slipKind == SlipKind.PELUNASAN) {
            _bookOf(slip.loan).payOff(slip.loan, member, amount, channel, receipt, bookDay);
        } else if (slipKind == SlipKind.ANGSURAN_LEBIH) {
            _payAndSave(slip, channel, receipt, bookDay);
        } else {
            revert TellerWrongKind(slipKind);
        }
    }

    /// @dev The loan first; what is more than it asks for becomes sukarela of the same member.
    function _payAndSave(Slip calldata slip, uint8 channel, ReceiptNumber receipt, WibDay bookDay) private {
        uint64 taken = _bookOf(slip.loan).payUpTo(slip.loan, slip.member, slip.amount, channel, receipt, bookDay);
        uint64 rest = slip.amount - taken;
        if (rest == 0) return;
        SUKARELA.deposit(slip.member, rest, receipt);
        emit Deposited(slip.member, SavingsKind.SUKARELA, receipt, channel, rest, bookDay);
    }

    function _checkPokok(MemberNumber member, uint64 amount) private view {
        if (amount != POKOK_AMOUNT) revert TellerWrongPokok(POKOK_AMOUNT, amount);
        (IMemberRegistry.Status status,) = REGISTRY.lookup(member);
        if (status == IMemberRegistry.Status.ACTIVE) revert TellerPokokPaid(member);
        if (status != IMemberRegistry.Status.REGISTERED) revert TellerMemberStatus(member, uint8(status));
    }

    function _pay(Slip calldata slip, Order calldata order, ISavingsToken token, SavingsKind kind, bool alone) private {
        if (slip.kind != SlipKind.TARIK_SUKARELA) revert TellerWrongKind(slip.kind);
        _checkPaper(slip);
        _withdraw(slip, order, token, slip.channel);
        TREASURY.payCash(slip.channel, slip.amount, slip.receipt, slip.bookDay, alone, address(0));
        emit Withdrawn(slip.member, kind, slip.receipt, slip.channel, slip.amount, slip.bookDay);
    }

    function _withdraw(Slip calldata slip, Order calldata order, ISavingsToken token, uint8 channel) private {
        token.withdraw(slip.member, slip.amount, channel, order.nonce, order.deadline, order.signature);
    }

    function _move(Slip calldata slip) private {
        _checkPaper(slip);
        _checkPaperChannel(slip.toChannel);
        if (slip.channel == slip.toChannel) revert TellerWrongChannel(slip.toChannel);
        TREASURY.moveCash(slip.channel, slip.toChannel, slip.amount, slip.receipt, slip.bookDay);
        emit CashMoved(slip.receipt, slip.channel, slip.toChannel, slip.amount, slip.bookDay);
    }

    /// @dev Moves what is free of liens; a member whose savings a lien still holds cannot leave.
    function _moveAll(ISavingsToken token, MemberNumber member) private returns (uint64 amount) {
        amount = token.moveToPayable(member);
        uint64 held = token.balanceOfMember(member);
        if (held != 0) revert TellerSavingsHeld(member, token.kind(), held);
    }

    /// @dev Calls this contract itself, so that a slip that fails leaves no trace. At most REASON_BYTES of what it says are
    /// copied.
    function _attempt(ReceiptNumber receipt, bytes memory data) private {
        uint256 available = gasleft();
        if (available < SLIP_GAS) revert TellerGasTooLow(available, SLIP_GAS);
        bool success;
        bytes memory reason;
        uint256 limit = REASON_BYTES;
        assembly ("memory-safe") {
            success := call(gas(), address(), 0, add(data, 0x20), mload(data), 0, 0)
            if iszero(success) {
                let size := returndatasize()
                if gt(size, limit) { size := limit }
                reason := mload(0x40)
                mstore(reason, size)
                returndatacopy(add(reason, 0x20), 0, size)
                mstore(0x40, and(add(add(reason, size), 0x3f), not(0x1f)))
            }
        }
        if (success) return;
        if (gasleft() < available / GAS_LEFT_PART) revert TellerGasTooLow(gasleft(), available / GAS_LEFT_PART);
        emit SlipRefused(receipt, reason);
    }

    /// @dev A slip of the office: its number is of the slips' series, its channel takes cash by the office's hand.
    function _checkPaper(Slip calldata slip) private pure returns (ReceiptNumber receipt, uint8 channel) {
        (receipt, channel) = (slip.receipt, slip.channel);
        if (Series.seriesOf(receipt) != Series.SLIP) revert TellerReceiptInvalid(receipt);
        _checkPaperChannel(channel);
    }

    /// @dev Bit 55 marks a hashed number in every series.
    function _ownReceipt(string memory what, MemberNumber member, uint256 nonce) private pure returns (ReceiptNumber) {
        return Series.number(Series.MEMBER, uint256(keccak256(abi.encode(what, member, nonce))) | 1 << 55);
    }

    function _accountOf(MemberNumber member) private view returns (address account) {
        (, account) = REGISTRY.lookup(member);
    }

    function _bookOf(LoanNumber loan) private view returns (ILoanBook book) {
        book = _currentBook().bookOf(loan);
        if (address(book) == address(0)) revert ILoanBook.LoanRefused(loan, ILoanBook.Refusal.UNKNOWN_LOAN);
    }

    function _token(SavingsKind kind) private view returns (ISavingsToken) {
        if (kind == SavingsKind.WAJIB) return WAJIB;
        return kind == SavingsKind.SUKARELA ? SUKARELA : POKOK;
    }
}
