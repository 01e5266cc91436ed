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
import {Channels, Countersignature, Offices, ReceiptNumber, Series, WibDay} from "./libraries/Types.sol";
import {Words} from "./libraries/Words.sol";

/// @title The payroll part of TellerDesk
abstract contract PayrollDesk is ITellerDesk, Desk {
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
        uint256 refused;
        uint256[] wajib;
        uint256[] sukarela;
        uint256 total;
    }

    bytes32 private constant LOAN_BOOK = "LoanBook";

    IMemberRegistry internal immutable REGISTRY;
    ITreasury internal immutable TREASURY;
    ISavingsToken internal immutable WAJIB;
    ISavingsToken internal immutable SUKARELA;

    constructor(
        IAuthority authority_,
        IMemberRegistry registry,
        ITreasury treasury,
        ISavingsToken wajib,
        ISavingsToken sukarela
    ) Desk(authority_) {
        REGISTRY = registry;
        TREASURY = treasury;
        WAJIB = wajib;
        SUKARELA = sukarela;
    }

    /// @inheritdoc ITellerDesk
    function payroll(
        uint32 period,
        uint8 channel,
        WibDay bookDay,
        uint256[] calldata rows,
        Countersignature calldata countersignature
    ) external onlyOffice(Offices.TELLER) {
        _requireTwoPersons(keccak256(abi.encode("payroll", period, channel, bookDay, rows)), countersignature);
        if (period % 100 == 0 || period % 100 > 12 || period > 999_912) revert TellerPeriodInvalid(period);
        _checkPaperChannel(channel);
        Batch memory batch = _open(period, channel, bookDay, rows.length);
        uint256[] memory found = Words.fromBytes(REGISTRY.lookup(rows));
        uint256 previous = 0;
        for (uint256 i = 0; i < rows.length; ++i) {
            PayrollRow row = PayrollRow.wrap(rows[i]);
            uint256 number = row.number();
            if (number <= previous) revert TellerRowInvalid(uint32(number));
            previous = number;
            bytes memory reason = _postRow(batch, row, found[i] >> 160);
            if (reason.length != 0) {
                emit PayrollRowRefused(period, uint32(number), reason);
                found[i] = 0;
                ++batch.refused;
            }
        }
        if (batch.refused == rows.length) return;
        _close(batch);
        if (batch.refused == 0) emit PayrollPosted(period, channel, bookDay, uint64(batch.total), rows);
        else emit PayrollPosted(period, channel, bookDay, uint64(batch.total), _accepted(rows, found));
    }

    function _requireTwoPersons(bytes32 action, Countersignature calldata countersignature) internal {
        AUTHORITY.requireTwoPersons(msg.sender, Offices.TELLER, Offices.PENGURUS, action, countersignature);
    }

    function _checkPaperChannel(uint8 channel) internal pure {
        if (channel == Channels.STABLECOIN) revert TellerWrongChannel(channel);
    }

    function _currentBook() internal view returns (ILoanBook) {
        return ILoanBook(AUTHORITY.contractOf(LOAN_BOOK));
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
        _useReceipts(batch);
        if (batch.wajib.length != 0) WAJIB.depositBatch(batch.wajib);
        if (batch.sukarela.length != 0) SUKARELA.depositBatch(batch.sukarela);
        TREASURY.receiveBatch(batch.channel, batch.total.toUint64(), batch.bookDay);
    }

    /// @dev The rows whose word in `found` was not blotted out.
    function _accepted(uint256[] calldata rows, uint256[] memory found)
        private
        pure
        returns (uint256[] memory accepted)
    {
        accepted = Words.list(rows.length);
        for (uint256 i = 0; i < rows.length; ++i) {
            if (found[i] != 0) accepted.push(rows[i]);
        }
    }
}
