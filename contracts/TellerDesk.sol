// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Desk} from "./Desk.sol";
import {IAuthority} from "./interfaces/IAuthority.sol";
import {ILoanBook} from "./interfaces/ILoanBook.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {ISavingsToken} from "./interfaces/ISavingsToken.sol";
import {ITellerDesk} from "./interfaces/ITellerDesk.sol";
import {ITreasury} from "./interfaces/ITreasury.sol";
import {PayrollRow, PayrollRows} from "./libraries/PayrollRows.sol";
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
import {Words} from "./libraries/Words.sol";

/// @title Teller: cash in and out of savings and loans, payroll batches
contract TellerDesk is ITellerDesk, Desk {
    using PayrollRows for PayrollRow;
    using SafeCast for uint256;
    using Words for uint256[];

    /// @dev A payroll batch while it is worked on.
    struct Batch {
        uint32 period;
        uint8 channel;
        WibDay bookDay;
        ILoanBook book;
        /// @dev 256 receipt numbers, as Treasury keeps them: those used before, and those used up here. The file's first are
        /// in `firstWord`.
        uint256 firstWord;
        uint256 word;
        uint256 used;
        uint256 taken;
        /// @dev Members with loans (PayrollRows.subject) that have an accepted row.
        uint256[] subjects;
        uint256[] accepted;
        uint256[] wajib;
        uint256[] sukarela;
        uint256 total;
    }

    bytes32 private constant LOAN_BOOK = "LoanBook";
    /// @dev What must be left before each slip of a batch, so that one that fails did not fail for want of gas.
    uint256 private constant SLIP_GAS = 1_000_000;
    /// @dev A slip that fails and leaves less than this part of the gas it could use may have failed for want of gas.
    uint256 private constant GAS_LEFT_PART = 16;
    uint256 private constant REASON_BYTES = 260;

    uint64 private immutable POKOK_AMOUNT;
    IMemberRegistry private immutable REGISTRY;
    ITreasury private immutable TREASURY;
    ISavingsToken private immutable POKOK;
    ISavingsToken private immutable WAJIB;
    ISavingsToken private immutable SUKARELA;
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
    ) Desk(authority_) {
        REGISTRY = registry;
        TREASURY = treasury;
        POKOK = tokens[uint256(SavingsKind.POKOK)];
        WAJIB = tokens[uint256(SavingsKind.WAJIB)];
        SUKARELA = tokens[uint256(SavingsKind.SUKARELA)];
        PAYABLE = tokens[uint256(SavingsKind.PAYABLE)];
        POKOK_AMOUNT = pokokAmount_;
    }

    /// @inheritdoc ITellerDesk
    function receiveSlip(Slip calldata slip) external restricted {
        _receive(slip, msg.sender);
    }

    /// @inheritdoc ITellerDesk
    function paySlip(Slip calldata slip, Order calldata order) external restricted {
        _pay(slip, order, SUKARELA, SavingsKind.SUKARELA, msg.sender);
    }

    /// @inheritdoc ITellerDesk
    function payPayable(Slip calldata slip, Order calldata order) external restricted {
        _pay(slip, order, PAYABLE, SavingsKind.PAYABLE, msg.sender);
    }

    /// @inheritdoc ITellerDesk
    function post(Slip[] calldata slips, Order[] calldata orders, Countersignature calldata countersignature)
        external
        restricted
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
        else _receive(slip, address(0));
    }

    /// @inheritdoc ITellerDesk
    function payOne(Slip calldata slip, Order calldata order) external onlySelf {
        _pay(slip, order, SUKARELA, SavingsKind.SUKARELA, address(0));
    }

    /// @inheritdoc ITellerDesk
    function payroll(
        uint32 period,
        uint8 channel,
        WibDay bookDay,
        uint256[] calldata rows,
        Countersignature calldata countersignature
    ) external restricted {
        _requireTwoPersons(keccak256(abi.encode("payroll", period, channel, bookDay, rows)), countersignature);
        if (period % 100 == 0 || period % 100 > 12 || period > 999_912) revert TellerPeriodInvalid(period);
        _checkPaperChannel(channel);
        Batch memory batch = _open(period, channel, bookDay, rows.length);
        uint256[] memory found = REGISTRY.lookup(rows);
        uint256 previous = 0;
        for (uint256 i = 0; i < rows.length; ++i) {
            PayrollRow row = PayrollRow.wrap(rows[i]);
            uint256 number = row.number();
            if (number <= previous) revert TellerRowInvalid(uint32(number));
            previous = number;
            bytes memory reason = _postRow(batch, row, found[i] >> 160);
            if (reason.length != 0) emit PayrollRowRefused(period, uint32(number), reason);
        }
        _close(batch);
    }

    /// @inheritdoc ITellerDesk
    function reverse(Slip calldata slip, ReceiptNumber original, Countersignature calldata countersignature)
        external
        restricted
    {
        _requireTwoPersons(keccak256(abi.encode("storno", slip, original)), countersignature);
        if (slip.kind != SlipKind.SETOR_WAJIB && slip.kind != SlipKind.SETOR_SUKARELA) {
            revert TellerWrongKind(slip.kind);
        }
        _checkPaper(slip);
        SavingsKind kind = SavingsKind(uint8(slip.kind));
        _token(kind).reverse(slip.member, slip.amount, original);
        TREASURY.payCash(slip.channel, slip.amount, slip.receipt, slip.bookDay, address(0), address(0));
        emit DepositReversed(slip.member, kind, slip.receipt, original, slip.channel, slip.amount, slip.bookDay);
    }

    /// @inheritdoc ITellerDesk
    function exitMember(MemberNumber member, WibDay bookDay, Countersignature calldata countersignature)
        external
        restricted
    {
        _requireTwoPersons(keccak256(abi.encode("exit", member, bookDay)), countersignature);
        TREASURY.checkBookDay(bookDay);
        for (ILoanBook book = _currentBook(); address(book) != address(0); book = book.predecessor()) {
            if (book.runningLoansOf(member) != 0) revert TellerHasLoans(member);
        }
        REGISTRY.leave(member, bookDay);
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
        _credit(slip, Channels.STABLECOIN, receipt, today);
    }

    /// @inheritdoc ITellerDesk
    function withdrawStablecoin(Slip calldata slip, Order calldata order) external {
        if (slip.kind != SlipKind.TARIK_SUKARELA) revert TellerWrongKind(slip.kind);
        ReceiptNumber receipt = _ownReceipt("withdrawal", slip.member, order.nonce);
        WibDay today = WibCalendar.dayOf(block.timestamp);
        _withdraw(slip, order, SUKARELA, Channels.STABLECOIN);
        TREASURY.payCash(Channels.STABLECOIN, slip.amount, receipt, today, address(0), _accountOf(slip.member));
        emit Withdrawn(slip.member, SavingsKind.SUKARELA, receipt, Channels.STABLECOIN, slip.amount, today);
    }

    /// @inheritdoc ITellerDesk
    function pokokAmount() external view returns (uint64) {
        return POKOK_AMOUNT;
    }

    function _receive(Slip calldata slip, address teller) private {
        _checkPaper(slip);
        TREASURY.receiveCash(slip.channel, slip.amount, slip.receipt, slip.bookDay, teller);
        _credit(slip, slip.channel, slip.receipt, slip.bookDay);
    }

    function _credit(Slip calldata slip, uint8 channel, ReceiptNumber receipt, WibDay bookDay) private {
        if (slip.kind <= SlipKind.SETOR_SUKARELA) {
            SavingsKind kind = SavingsKind(uint8(slip.kind));
            if (kind == SavingsKind.POKOK) _checkPokok(slip);
            _token(kind).deposit(slip.member, slip.amount, receipt);
            if (kind == SavingsKind.POKOK) REGISTRY.activate(slip.member, bookDay);
            emit Deposited(slip.member, kind, receipt, channel, slip.amount, bookDay);
        } else if (slip.kind == SlipKind.ANGSURAN) {
            _bookOf(slip.loan).pay(slip.loan, slip.member, slip.amount, channel, receipt, bookDay);
        } else if (slip.kind == SlipKind.PELUNASAN) {
            _bookOf(slip.loan).payOff(slip.loan, slip.member, slip.amount, channel, receipt, bookDay);
        } else {
            revert TellerWrongKind(slip.kind);
        }
    }

    function _checkPokok(Slip calldata slip) private view {
        if (slip.amount != POKOK_AMOUNT) revert TellerWrongPokok(POKOK_AMOUNT, slip.amount);
        (IMemberRegistry.Status status,) = REGISTRY.lookup(slip.member);
        if (status == IMemberRegistry.Status.ACTIVE) revert TellerPokokPaid(slip.member);
        if (status != IMemberRegistry.Status.REGISTERED) revert TellerMemberStatus(slip.member, uint8(status));
    }

    function _pay(Slip calldata slip, Order calldata order, ISavingsToken token, SavingsKind kind, address teller)
        private
    {
        if (slip.kind != SlipKind.TARIK_SUKARELA) revert TellerWrongKind(slip.kind);
        _checkPaper(slip);
        _withdraw(slip, order, token, slip.channel);
        TREASURY.payCash(slip.channel, slip.amount, slip.receipt, slip.bookDay, teller, address(0));
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

    function _open(uint32 period, uint8 channel, WibDay bookDay, uint256 rows)
        private
        pure
        returns (Batch memory batch)
    {
        batch.period = period;
        batch.channel = channel;
        batch.bookDay = bookDay;
        batch.firstWord = ReceiptNumber.unwrap(Series.number(Series.PAYROLL, uint256(period) << 32)) >> 8;
        batch.subjects = Words.set(rows);
        batch.accepted = Words.list(rows);
        batch.wajib = Words.list(rows);
        batch.sukarela = Words.list(rows);
    }

    /// @dev Books the row's loan payment and puts down the rest for `_close`. No sum of rows comes near 2^256.
    /// @param status the member's, as IMemberRegistry.Status
    /// @return reason why the row is refused; empty if it is not
    function _postRow(Batch memory batch, PayrollRow row, uint256 status) private returns (bytes memory reason) {
        if (status != uint8(IMemberRegistry.Status.ACTIVE) && status != uint8(IMemberRegistry.Status.SUSPENDED)) {
            return abi.encodeWithSelector(TellerMemberStatus.selector, row.member(), status);
        }
        unchecked {
            uint256 bit = 1 << (row.number() & 0xff);
            if (batch.firstWord + (row.number() >> 8) != batch.word) _turnTo(batch, row);
            (uint256 wajib, uint256 sukarela) = (row.wajib(), row.sukarela());
            uint256 sum = wajib + sukarela + row.angsuran();
            if (sum == 0) return abi.encodeWithSelector(TellerRowEmpty.selector, row.number());
            bool fresh = batch.subjects.add(row.subject());
            if (batch.used & bit != 0) {
                return abi.encodeWithSelector(ITreasury.TreasuryReceiptUsed.selector, row.receipt(batch.period));
            }
            if (!fresh) return abi.encodeWithSelector(TellerRowDuplicate.selector, row.number());
            if (row.hasLoan()) {
                reason = _payLoan(batch, row);
                if (reason.length != 0) {
                    batch.subjects.removeLast(row.subject());
                    return reason;
                }
            }
            batch.taken |= bit;
            batch.total += sum;
            batch.accepted.push(PayrollRow.unwrap(row));
            if (wajib != 0) batch.wajib.push(row.credit(wajib));
            if (sukarela != 0) batch.sukarela.push(row.credit(sukarela));
        }
    }

    /// @dev Turns to the word of 256 receipt numbers in which the row's lies. Rows ascend, so each is turned to once.
    function _turnTo(Batch memory batch, PayrollRow row) private {
        _useReceipts(batch);
        batch.word = batch.firstWord + (row.number() >> 8);
        batch.used = TREASURY.receiptWord(batch.word);
    }

    function _useReceipts(Batch memory batch) private {
        if (batch.taken != 0) TREASURY.useReceiptWord(batch.word, batch.taken);
        batch.taken = 0;
    }

    function _payLoan(Batch memory batch, PayrollRow row) private returns (bytes memory reason) {
        if (address(batch.book) == address(0)) batch.book = _currentBook();
        ILoanBook.Refusal refusal = _tryPay(batch, batch.book, row);
        if (refusal == ILoanBook.Refusal.UNKNOWN_LOAN) {
            ILoanBook book = batch.book.bookOf(row.loan());
            if (address(book) != address(0)) refusal = _tryPay(batch, book, row);
        }
        if (refusal == ILoanBook.Refusal.NONE) return reason;
        return abi.encodeWithSelector(ILoanBook.LoanRefused.selector, row.loan(), refusal);
    }

    function _tryPay(Batch memory batch, ILoanBook book, PayrollRow row) private returns (ILoanBook.Refusal) {
        ReceiptNumber receipt = row.receipt(batch.period);
        return book.tryPay(row.loan(), row.member(), uint64(row.angsuran()), batch.channel, receipt, batch.bookDay);
    }

    function _close(Batch memory batch) private {
        if (batch.accepted.length == 0) return;
        _useReceipts(batch);
        if (batch.wajib.length != 0) WAJIB.depositBatch(batch.wajib);
        if (batch.sukarela.length != 0) SUKARELA.depositBatch(batch.sukarela);
        uint64 total = batch.total.toUint64();
        TREASURY.receiveBatch(batch.channel, total, batch.bookDay);
        emit PayrollPosted(batch.period, batch.channel, batch.bookDay, total, batch.accepted);
    }

    function _requireTwoPersons(bytes32 action, Countersignature calldata countersignature) private {
        AUTHORITY.requireTwoPersons(msg.sender, Offices.TELLER, Offices.PENGURUS, action, countersignature);
    }

    /// @dev A slip of the office: its number is of the slips' series, its channel takes cash by the office's hand.
    function _checkPaper(Slip calldata slip) private pure {
        if (Series.seriesOf(slip.receipt) != Series.SLIP) revert TellerReceiptInvalid(slip.receipt);
        _checkPaperChannel(slip.channel);
    }

    function _checkPaperChannel(uint8 channel) private pure {
        if (channel == Channels.STABLECOIN) revert TellerWrongChannel(channel);
    }

    function _ownReceipt(string memory what, MemberNumber member, uint256 nonce) private pure returns (ReceiptNumber) {
        return Series.number(Series.MEMBER, uint256(keccak256(abi.encode(what, member, nonce))));
    }

    function _accountOf(MemberNumber member) private view returns (address account) {
        (, account) = REGISTRY.lookup(member);
    }

    function _currentBook() private view returns (ILoanBook) {
        return ILoanBook(AUTHORITY.contractOf(LOAN_BOOK));
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
