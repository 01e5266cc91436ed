// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {Countersignature, LoanNumber, MemberNumber, ReceiptNumber, SavingsKind, WibDay} from "../libraries/Types.sol";
import {IWriters} from "./IWriters.sol";

/// @title One kind of savings of the cooperative's members, in whole rupiah
/// @notice A record of savings that wallets and explorers can read as an ERC-20 (0 decimals). It cannot be transferred or
/// approved. Savings leave a member only on that member's signed order, checked here, but for these bounded exceptions: a
/// lien the member signed, tax on interest just credited, exit into what is payable to the same member, and storno of a
/// teller's slip within 7 days.
/// @dev One choke point moves every rupiah. Interest is earned by SUKARELA only: simple, actual/365, on each WIB day's
/// closing balance; what a month earned is credited after its end, rounded down (for the cooperative; the rest is
/// carried), net of tax. Only credited interest is in the balance. The model is `rules/interest.py`.
interface ISavingsToken is IERC20Metadata, IWriters {
    /// @notice What two persons sign who take a slip's deposit back.
    /// @param amount rupiah taken back
    /// @param original receipt of the deposit's slip
    /// @param receipt of the storno's own slip
    /// @param channel the cash channel that the amount goes out of
    /// @param bookDay of the storno's own slip
    struct Storno {
        MemberNumber member;
        uint64 amount;
        ReceiptNumber original;
        ReceiptNumber receipt;
        uint8 channel;
        WibDay bookDay;
    }

    event SavingsOpened(MemberNumber indexed member, uint64 amount);
    event SavingsSealed(uint64 total);
    /// @notice The interest that `member` earned in `month` (year * 12 + month - 1).
    /// @param gross rupiah earned, before tax
    /// @param tax rupiah of it withheld for the state; `gross - tax` was credited
    event InterestCredited(MemberNumber indexed member, uint32 indexed month, uint64 gross, uint64 tax, WibDay bookDay);
    event InterestRateSet(WibDay indexed fromDay, uint16 rateBps);
    event InterestTaxSet(uint64 threshold, uint16 taxBps);
    event LienPlaced(MemberNumber indexed member, LoanNumber indexed loan, uint64 amount);
    event LienReleased(MemberNumber indexed member, LoanNumber indexed loan, uint64 amount);
    /// @notice `amount` of the lien can be claimed from `claimableAt` (unix seconds) on.
    event LienClaimNoticed(MemberNumber indexed member, LoanNumber indexed loan, uint64 amount, uint40 claimableAt);
    event LienClaimStopped(MemberNumber indexed member, LoanNumber indexed loan);
    event LienClaimed(MemberNumber indexed member, LoanNumber indexed loan, uint64 amount);

    event StandingOrderSet(MemberNumber indexed member, LoanNumber indexed loan, uint64 monthlyLimit, uint40 until);
    event StandingOrderTaken(MemberNumber indexed member, LoanNumber indexed loan, uint64 amount);

    error SavingsNotTransferable();
    error SavingsStandingOrderExceeded(MemberNumber member, LoanNumber loan, uint64 left, uint64 amount);
    error SavingsZeroAmount();
    error SavingsWrongKind(SavingsKind kind);
    error SavingsMemberStatus(MemberNumber member, uint8 status);
    error SavingsInsufficient(MemberNumber member, uint64 available, uint64 amount);
    error SavingsOverflow(MemberNumber member, uint256 amount);
    error SavingsOrderExpired(uint256 deadline);
    error SavingsOrderSpent(MemberNumber member, uint256 nonce);
    error SavingsOrderInvalid(MemberNumber member, bytes32 digest);
    /// @notice The signer was recovered less than 30 days ago.
    error SavingsRecentlyRecovered(MemberNumber member, uint40 until);
    /// @notice `reversible` of that slip can still be reversed; zero if it is older than 7 days or unknown.
    error SavingsNotReversible(MemberNumber member, ReceiptNumber receipt, uint64 reversible, uint64 amount);
    error SavingsRateInvalid(uint16 rateBps, uint16 cap);
    error SavingsTaxInvalid(uint16 taxBps, uint16 cap);
    error SavingsDayInvalid(WibDay day, WibDay earliest, WibDay latest);
    error SavingsLienExists(MemberNumber member, LoanNumber loan);
    error SavingsLienInsufficient(MemberNumber member, LoanNumber loan, uint64 lien, uint64 amount);
    error SavingsClaimNotDue(MemberNumber member, LoanNumber loan, uint40 claimableAt);
    /// @notice There is no notice, or its 30 days are over.
    error SavingsClaimNotStoppable(MemberNumber member, LoanNumber loan, uint40 claimableAt);
    /// @notice The member has a balance already: an opening is not added to it.
    error SavingsAlreadyOpen(MemberNumber member);
    error SavingsIsSealed();

    function kind() external view returns (SavingsKind);

    /// @notice Rupiah of `member`, credited interest included.
    function balanceOfMember(MemberNumber member) external view returns (uint64);

    /// @notice Rupiah of `member` that no lien holds.
    function availableOf(MemberNumber member) external view returns (uint64);

    /// @notice A slip's deposit, which two persons may reverse within 7 days. Writers only.
    /// @dev POKOK takes members that are REGISTERED, every other kind ACTIVE (or SUSPENDED) ones.
    function deposit(MemberNumber member, uint64 amount, ReceiptNumber receipt) external;

    /// @notice Credits many members; none of it can be reversed. Writers only. Reverts as a whole: the caller checked every row.
    /// @param credits one word a member: member number in the top 32 bits, rupiah in the low 64, zeros between
    function depositBatch(uint256[] calldata credits) external;

    /// @notice The member's own order to withdraw. Writers only, and only with the member's signature. SUKARELA and PAYABLE.
    /// EIP-712: Withdrawal(uint32 member,uint64 amount,uint8 channel,uint256 nonce,uint256 deadline)
    /// @param channel the cash channel the member asked for
    /// @param nonce any number the member has not used here
    function withdraw(
        MemberNumber member,
        uint64 amount,
        uint8 channel,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) external;

    /// @notice Storno: takes back at most what the slip `storno.original` credited in the last 7 days, never below what is
    /// free of liens. Writers only, and only with the signatures of two persons, a TELLER and a PENGURUS, for this token over
    /// keccak256(abi.encode("storno", storno)) (`IAuthority.requireTwoSigners`).
    /// @dev Through the 7th WIB day of block time after the deposit, for the last three slips of a member, and of one of
    /// them at most 2^48 - 1 rupiah.
    function reverse(
        Storno calldata storno,
        Countersignature calldata tellerSignature,
        Countersignature calldata pengurusSignature
    ) external;

    /// @notice Exit: moves all that is free of liens into `payableToken` for the same member, who must have LEFT
    /// in the register. Again once a lien is released or interest of the last month is credited. Writers only.
    /// @return amount rupiah moved, zero if there was nothing
    function moveToPayable(MemberNumber member) external returns (uint64 amount);

    /// @notice Receives from a sister token what is payable to a member who left (PAYABLE kind). Writers only: the sister
    /// tokens are writers of the PAYABLE token.
    function receivePayable(MemberNumber member, uint64 amount) external;

    /// @notice Credits interest of ended months to the members given; skips those for whom no month has ended. Anyone.
    function creditInterest(MemberNumber[] calldata members) external;

    /// @notice Interest earned but not credited: numerator in rupiah x basis points x days; divide by 3,650,000.
    function accruedOf(MemberNumber member) external view returns (uint256 numerator, WibDay accruedThrough);

    /// @notice Interest rate from `fromDay` (tomorrow or later, after every earlier change, at most 366 days ahead) on, at
    /// most 900 bps a year. ADMIN only.
    function setInterestRate(WibDay fromDay, uint16 rateBps) external;

    /// @notice Tax on interest: `taxBps` (at most 1,000) of the whole gross of a month above `threshold` rupiah, in force
    /// for credits from now on. ADMIN only.
    function setInterestTax(uint64 threshold, uint16 taxBps) external;

    function interestRateOn(WibDay day) external view returns (uint16 rateBps);

    /// @notice Holds `amount` for `loan` on the member's signed order. Writers only. Not on PAYABLE; not within 30 days
    /// after a recovery.
    /// EIP-712: Lien(uint32 member,uint32 loan,uint64 amount,uint256 nonce,uint256 deadline)
    function placeLien(
        MemberNumber member,
        LoanNumber loan,
        uint64 amount,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) external;

    /// @notice Frees part of a lien. Writers only.
    function releaseLien(MemberNumber member, LoanNumber loan, uint64 amount) external;

    /// @notice Gives notice of 30 days that `amount` of a lien will be claimed. Writers only.
    function noticeLienClaim(MemberNumber member, LoanNumber loan, uint64 amount) external;

    /// @notice PENGAWAS stops a claim in its notice.
    function stopLienClaim(MemberNumber member, LoanNumber loan) external;

    /// @notice Takes `amount` of what a notice named, at most the lien; the notice is used up. Writers only. The loan it pays is
    /// the caller's to book.
    function claimLien(MemberNumber member, LoanNumber loan, uint64 amount) external;

    /// @notice The member lets instalments of `loan` be taken from these savings: at most `monthlyLimit` rupiah in a calendar
    /// month (WIB), until `until` (unix seconds). A limit of zero ends it. Replaces what was allowed for the loan before. Anyone
    /// relays; only the member's signature counts. SUKARELA; not within 30 days after a recovery.
    /// EIP-712: StandingOrder(uint32 member,uint32 loan,uint64 monthlyLimit,uint40 until,uint256 nonce,uint256 deadline)
    function setStandingOrder(
        MemberNumber member,
        LoanNumber loan,
        uint64 monthlyLimit,
        uint40 until,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) external;

    /// @notice Takes `amount` by a standing order, for an instalment that the caller books. Writers only. Reverts with
    /// SavingsStandingOrderExceeded, SavingsInsufficient; not within 30 days after a recovery.
    function takeStanding(MemberNumber member, LoanNumber loan, uint64 amount) external;

    /// @notice What `takeStanding` could take now by the order alone, rupiah.
    function standingOrderOf(MemberNumber member, LoanNumber loan)
        external
        view
        returns (uint64 monthlyLimit, uint40 until, uint64 leftThisMonth);

    function lienOf(MemberNumber member, LoanNumber loan)
        external
        view
        returns (uint64 amount, uint64 noticed, uint40 claimableAt);

    function isOrderSpent(MemberNumber member, uint256 nonce) external view returns (bool);

    /// @notice Balances from paper books of ACTIVE members. ADMIN, until sealed. One word a member, from the top: member 32 |
    /// since 24 | zeros 136 | rupiah 64; one opening a member. `since`, of SUKARELA only: the first day (at most 366 before
    /// today) of which the balance earns interest, as if it had stood here since; zero: from today on.
    function open(uint256[] calldata credits) external;

    /// @notice Closes `open` for ever. ADMIN.
    function seal() external;

    function isSealed() external view returns (bool);

    /// @notice The token that `moveToPayable` moves into; zero in that token itself.
    function payableToken() external view returns (ISavingsToken);
}
