// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    Countersignature,
    LoanNumber,
    MemberNumber,
    ReceiptNumber,
    SavingsKind,
    SlipKind,
    WibDay
} from "../libraries/Types.sol";

/// @title Teller: cash in and out of savings and loans, payroll batches
/// @notice Keeps no state: balances, nonces, receipts and totals live in the state contracts.
interface ITellerDesk {
    /// @param receipt of the series of slips (1)
    /// @param channel where the cash comes in or goes out; for PINDAH where it comes from
    /// @param toChannel for PINDAH only, where the cash goes to
    /// @param amount whole rupiah
    /// @param loan for ANGSURAN, PELUNASAN and ANGSURAN_LEBIH only
    struct Slip {
        ReceiptNumber receipt;
        WibDay bookDay;
        MemberNumber member;
        SlipKind kind;
        uint8 channel;
        uint8 toChannel;
        uint64 amount;
        LoanNumber loan;
    }

    /// @notice A member's order as signed (see ISavingsToken.withdraw, IMemberRegistry.leaveByOrder).
    struct Order {
        uint256 nonce;
        uint256 deadline;
        bytes signature;
    }

    event Deposited(
        MemberNumber indexed member,
        SavingsKind indexed kind,
        ReceiptNumber indexed receipt,
        uint8 channel,
        uint64 amount,
        WibDay bookDay
    );
    event Withdrawn(
        MemberNumber indexed member,
        SavingsKind indexed kind,
        ReceiptNumber indexed receipt,
        uint8 channel,
        uint64 amount,
        WibDay bookDay
    );
    /// @notice Cash moved between channels.
    event CashMoved(ReceiptNumber indexed receipt, uint8 fromChannel, uint8 toChannel, uint64 amount, WibDay bookDay);
    /// @notice Storno of the deposit `original`; `receipt` is the storno slip's own number.
    event DepositReversed(
        MemberNumber indexed member,
        SavingsKind indexed kind,
        ReceiptNumber indexed receipt,
        ReceiptNumber original,
        uint8 channel,
        uint64 amount,
        WibDay bookDay
    );
    /// @notice One payroll batch. Loan instalments of the rows have their own LoanPaid events.
    /// @param period year * 100 + month
    /// @param rows accepted rows; a word each: member 32 | wajib 56 | sukarela 56 | loan 32 | angsuran 56 | row 24 bits
    event PayrollPosted(uint32 indexed period, uint8 indexed channel, WibDay bookDay, uint64 total, uint256[] rows);
    event PayrollRowRefused(uint32 indexed period, uint32 indexed row, bytes reason);
    /// @notice A slip of a batch was skipped; `reason` is the ABI-encoded error of the contract that refused it, cut off
    /// after 260 bytes.
    event SlipRefused(ReceiptNumber indexed receipt, bytes reason);
    /// @notice Exit: what the member had in each kind is payable now.
    event MemberExited(MemberNumber indexed member, uint64 pokok, uint64 wajib, uint64 sukarela, WibDay bookDay);

    error TellerWrongKind(SlipKind kind);
    error TellerWrongPokok(uint64 required, uint64 amount);
    error TellerPokokPaid(MemberNumber member);
    error TellerOrdersMissing(uint256 orders, uint256 needed);
    error TellerGasTooLow(uint256 gasLeft, uint256 needed);
    error TellerSelfOnly(address caller);
    error TellerReceiptInvalid(ReceiptNumber receipt);
    error TellerWrongChannel(uint8 channel);
    error TellerMemberStatus(MemberNumber member, uint8 status);
    error TellerPeriodInvalid(uint32 period);
    /// @notice Row number `row` is not above the one before it (or above zero).
    error TellerRowInvalid(uint32 row);
    error TellerRowEmpty(uint32 row);
    error TellerRowDuplicate(uint32 row);
    error TellerWrongAccount(address caller, MemberNumber member);
    /// @notice The member's signer is not the account that would have to collect the stablecoin: a passkey, or changed since.
    error TellerNoPayee(MemberNumber member);
    error TellerHasLoans(MemberNumber member);
    /// @notice A lien still holds `amount` of the member's savings.
    error TellerSavingsHeld(MemberNumber member, SavingsKind kind, uint64 amount);

    /// @notice One deposit or loan payment slip by one TELLER alone, up to the daily limit. KAS and BANK.
    function receiveSlip(Slip calldata slip) external;

    /// @notice One withdrawal by one TELLER alone on the member's order, up to the daily limit. KAS and BANK.
    function paySlip(Slip calldata slip, Order calldata order) external;

    /// @notice A batch of slips by a TELLER, countersigned by a PENGURUS over keccak256(abi.encode("post", slips)).
    /// A slip that cannot be posted is skipped with SlipRefused and leaves no trace; its receipt stays unused.
    /// @param orders one for each TARIK_SUKARELA slip, in their order
    function post(Slip[] calldata slips, Order[] calldata orders, Countersignature calldata countersignature) external;

    /// @notice A slip of a batch that is no withdrawal; this contract calls itself.
    function receiveOne(Slip calldata slip) external;

    /// @notice A withdrawal slip of a batch; this contract calls itself.
    function payOne(Slip calldata slip, Order calldata order) external;

    /// @notice A payroll file by a TELLER, countersigned by a PENGURUS over
    /// keccak256(abi.encode("payroll", period, channel, bookDay, rows)). Each row is posted whole or skipped with its reason
    /// (PayrollRowRefused), and a skipped row's receipt stays unused. A row whose member and loan are those of a row
    /// accepted in the same batch is a duplicate.
    /// @param period year * 100 + month
    /// @param channel KAS or BANK
    /// @param rows words as in PayrollPosted, in ascending order of the row's number, from 1
    function payroll(
        uint32 period,
        uint8 channel,
        WibDay bookDay,
        uint256[] calldata rows,
        Countersignature calldata countersignature
    ) external;

    /// @notice Storno of a deposit slip within 7 days. A TELLER sends; a TELLER and a PENGURUS signed it for the savings token
    /// (`ISavingsToken.reverse`), which asks for both. `slip` names member, kind, channel, amount, day and its own receipt.
    /// Kinds: SETOR_WAJIB and SETOR_SUKARELA. A simpanan pokok is not reversed here: it made the member one.
    function reverse(
        Slip calldata slip,
        ReceiptNumber original,
        Countersignature calldata tellerSignature,
        Countersignature calldata pengurusSignature
    ) external;

    /// @notice Exit of a member without running loans on their own order (`IMemberRegistry.leaveByOrder`): all savings become
    /// payable. TELLER, countersigned by a PENGURUS over keccak256(abi.encode("exit", member, bookDay)). Not for a member
    /// who died: no function of this version books that.
    function exitMember(
        MemberNumber member,
        WibDay bookDay,
        Order calldata order,
        Countersignature calldata countersignature
    ) external;

    /// @notice A member who left collects what is payable, on their order (against the PAYABLE token). TELLER alone, up to
    /// the daily limit. The slip's kind is TARIK_SUKARELA.
    function payPayable(Slip calldata slip, Order calldata order) external;

    /// @notice The member pays in stablecoin from their own account. Kinds: SETOR_WAJIB, SETOR_SUKARELA, ANGSURAN.
    /// @dev Member, kind, amount, loan and receipt of the slip are read. The receipt is any number that the member has not
    /// used here: the one that counts is derived from it, in a series of its own (5), so that it cannot clash with the
    /// office's paper. The book date is the block's.
    function depositStablecoin(Slip calldata slip) external;

    /// @notice The member's order to withdraw into the STABLECOIN channel; anyone relays, the member's account pulls. Kind:
    /// TARIK_SUKARELA. Only for a member whose signer is that account still.
    /// @dev Member, kind and amount of the slip are read. The receipt is derived from the order's nonce; the book date is
    /// the block's.
    function withdrawStablecoin(Slip calldata slip, Order calldata order) external;

    /// @notice Simpanan pokok, equal for all, rupiah (a by-law).
    function pokokAmount() external view returns (uint64);
}
