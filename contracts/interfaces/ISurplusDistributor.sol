// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Countersignature, MemberNumber, ReceiptNumber, SavingsKind, WibDay} from "../libraries/Types.sol";

/// @title SHU: the surplus of a book year over its pots, and the members' shares paid out
/// @notice A members' meeting allocates the surplus of a closed year once. What is the members' is kept as the root of a
/// Merkle tree over their shares, so that each share is paid on its own proof: into savings by anyone, in cash by a teller
/// on the member's order. What nobody was paid stays owed to the members, without an end.
/// @dev That a year was allocated and that a share was paid are receipts in Treasury (series 6: year << 32 | member, member 0
/// for the allocation), so that no other distributor does either again. A replaced distributor pays its own years to the
/// end. The tree is `backend/surplus/tree.py`: leaves of `leafOf`, pairs hashed in ascending order, an odd one moves up.
interface ISurplusDistributor {
    /// @notice Part of the surplus, by the account of the chart that it goes to.
    /// @param account 2310 (owed to the members), 3200 (reserves), or a fund from 2311 to 2399 that Books may spend
    /// @param amount rupiah, not zero
    struct Pot {
        uint16 account;
        uint64 amount;
    }

    /// @notice A member's share of a year, and that it is in the tree.
    /// @param amount rupiah, all of it
    /// @param proof the siblings from the leaf up
    struct Share {
        MemberNumber member;
        uint64 amount;
        bytes32[] proof;
    }

    /// @notice The teller's slip for a share in cash.
    /// @param receipt of the series of slips (1)
    /// @param channel KAS or BANK
    struct CashSlip {
        ReceiptNumber receipt;
        WibDay bookDay;
        uint8 channel;
    }

    /// @notice Why a share is not paid. WRONG_PROOF: not in the tree of that year with that amount. ALREADY_PAID: by any
    /// distributor. NO_MEMBER: the number was never a member's. ABOVE_UNPAID: the tree holds more than the members' pot.
    enum Refusal {
        NONE,
        ZERO_AMOUNT,
        WRONG_PROOF,
        ALREADY_PAID,
        NO_MEMBER,
        ABOVE_UNPAID
    }

    /// @notice The surplus of `year` was allocated by a members' meeting.
    /// @param total rupiah, the sum of `pots`
    /// @param sharesRoot zero if no pot is the members'
    /// @param document sha256 of the file with every member's share
    event SurplusAllocated(
        uint16 indexed year, uint64 total, Pot[] pots, bytes32 sharesRoot, bytes32 document, WibDay bookDay
    );
    /// @notice A share was credited: to SUKARELA, or for a member who left to PAYABLE.
    /// @param receipt the share's own (series 6)
    event SharePaid(
        uint16 indexed year,
        MemberNumber indexed member,
        ReceiptNumber indexed receipt,
        SavingsKind kind,
        uint64 amount,
        WibDay bookDay
    );
    /// @notice A share was paid in cash.
    /// @param receipt the teller's slip
    event SharePaidInCash(
        uint16 indexed year,
        MemberNumber indexed member,
        ReceiptNumber indexed receipt,
        uint8 channel,
        uint64 amount,
        WibDay bookDay
    );
    /// @notice A share of a batch, the one at `index`, was skipped.
    event ShareRefused(uint16 indexed year, MemberNumber indexed member, uint32 index, Refusal reason);

    /// @notice Not above zero, or more than 2^63 - 1 rupiah.
    error SurplusTotalInvalid(uint64 total);
    /// @notice The books are closed through `closedThrough` only, and the year ends on `lastDay`.
    error SurplusYearOpen(uint16 year, WibDay lastDay, WibDay closedThrough);
    error SurplusYearAllocated(uint16 year);
    error SurplusYearUnknown(uint16 year);
    /// @notice The account takes no surplus, does not follow on the one before in ascending order, or gets nothing.
    error SurplusPotInvalid(uint16 account, uint64 amount);
    error SurplusUnbalanced(uint64 total, uint256 ofPots);
    /// @notice A root without a members' pot, or the other way round.
    error SurplusRootInvalid(bytes32 sharesRoot, uint64 membersTotal);
    error SurplusShareRefused(uint16 year, MemberNumber member, Refusal reason);
    error SurplusReceiptInvalid(ReceiptNumber receipt);
    /// @notice Nothing is paid before it was allocated.
    error SurplusDayInvalid(WibDay bookDay, WibDay allocatedOn);
    error SurplusOrderExpired(uint256 deadline);
    error SurplusOrderInvalid(MemberNumber member, bytes32 digest);
    /// @notice The signer was recovered less than 30 days ago.
    error SurplusRecentlyRecovered(MemberNumber member, uint40 until);

    /// @notice Allocates the surplus of a book year, once. ADMIN only. The books must be closed through 31 December of that year.
    /// @param total rupiah
    /// @param pots in ascending order of their accounts; together `total`
    /// @param sharesRoot of the tree over what the pot 2310 holds; zero if there is no such pot
    /// @param document sha256 of the file with every member's share
    function allocate(uint16 year, uint64 total, Pot[] calldata pots, bytes32 sharesRoot, bytes32 document) external;

    /// @notice Pays shares of a year into the members' sukarela, or for who left into what is payable to them. Anyone. A share that
    /// cannot be paid is skipped with ShareRefused.
    /// @dev Cheapest in ascending order of the members' numbers: 256 of them are one word in Treasury.
    function payOut(uint16 year, Share[] calldata shares) external;

    /// @notice Pays a share in cash by one TELLER alone, up to the daily limit, on the member's order. KAS and BANK.
    /// EIP-712: ShareInCash(uint16 year,uint32 member,uint64 amount,uint8 channel,uint256 deadline); no nonce, for a share is
    /// paid once. Not within 30 days after a recovery.
    function payCash(
        uint16 year,
        Share calldata share,
        CashSlip calldata slip,
        uint256 deadline,
        bytes calldata signature
    ) external;

    /// @notice The same above the limit: a TELLER sends, a PENGURUS countersigns
    /// keccak256(abi.encode("shareInCash", year, share.member, share.amount, slip)).
    function payCashByTwo(
        uint16 year,
        Share calldata share,
        CashSlip calldata slip,
        uint256 deadline,
        bytes calldata signature,
        Countersignature calldata countersignature
    ) external;

    /// @notice What was allocated here for `year`; zeroes if nothing was.
    /// @param membersTotal rupiah of the pot 2310
    /// @param unpaid rupiah of it not paid yet
    function allocationOf(uint16 year)
        external
        view
        returns (bytes32 sharesRoot, uint64 membersTotal, uint64 unpaid, WibDay allocatedOn);

    /// @notice What is owed to members of every year that was allocated here, rupiah: the control total of 2310.
    function unpaidTotal() external view returns (uint64);

    /// @notice Whether a member's share of `year` was paid, by this distributor or another.
    function isPaid(uint16 year, MemberNumber member) external view returns (bool);

    /// @notice Whether `share` is in the tree of `year`, paid or not.
    function isShare(uint16 year, Share calldata share) external view returns (bool);

    /// @notice keccak256(bytes.concat(keccak256(abi.encode(keccak256("SurplusShare(uint16 year,uint32 member,uint64 amount)"),
    /// year, member, amount)))): hashed twice, so that no pair of the tree can pass for a leaf.
    function leafOf(uint16 year, MemberNumber member, uint64 amount) external pure returns (bytes32);
}
