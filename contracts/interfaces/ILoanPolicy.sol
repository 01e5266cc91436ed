// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {LoanMethod, MemberNumber, Waterfall} from "../libraries/Types.sol";
import {ILoanBook} from "./ILoanBook.sol";

/// @title What the members' meeting decided about lending: products, the committee's tiers, the limits
/// @notice By-law tables that the loan desks read. Every change is ADMIN's (the RAT) and holds for what is offered from then
/// on: a running loan keeps the conditions that it started with.
interface ILoanPolicy {
    /// @param minRateBps basis points a year, as maxRateBps
    /// @param minPrincipal rupiah, as maxPrincipal
    /// @param maxGraceMonths instalments at the start that ask for interest only
    /// @param maxFeeBps fee at the start, basis points of the principal
    /// @param penaltyBps penalty on what is overdue, basis points a year, actual/365, from the day after the due day; at most
    /// 4,000
    /// @param penaltyCapBps all penalty of a loan is at most that many basis points of the principal lent; at most 4,000
    /// @param roundingExponent instalments are cut to multiples of 10^roundingExponent rupiah, 0 to 6: principal parts of FLAT
    /// and DECLINING down, the payment of an ANNUITY up; the last instalment takes the rest
    /// @param collateral bits of what may secure it: 1 none, 2 a guarantor, 4 a lien on savings, 8 other, by document
    struct Product {
        LoanMethod method;
        uint16 minRateBps;
        uint16 maxRateBps;
        uint64 minPrincipal;
        uint64 maxPrincipal;
        uint16 minMonths;
        uint16 maxMonths;
        uint16 maxGraceMonths;
        uint16 maxFeeBps;
        uint16 penaltyBps;
        uint16 penaltyCapBps;
        Waterfall waterfall;
        uint8 roundingExponent;
        uint8 collateral;
        bool offered;
    }

    /// @param upTo the most that a borrower may owe in all for the tier to decide, rupiah; the last tier's is 2^64 - 1
    /// @param approvals how many persons must approve besides the maker, at least 1
    /// @param offices bit i: who holds office i may approve
    /// @param required bit i: one of those who approve must hold office i
    struct Tier {
        uint64 upTo;
        uint8 approvals;
        uint16 offices;
        uint16 required;
    }

    event ProductSet(uint16 indexed product, Product conditions);
    event TiersSet(Tier[] tiers);
    event RelatedLimitSet(uint16 bps);
    event ClaimDelaySet(uint16 numDays);

    error PolicyProductInvalid(uint16 product);
    error PolicyTiersInvalid();
    error PolicyLimitInvalid(uint16 bps);
    error PolicyUnknownProduct(uint16 product);
    /// @notice The product does not allow what `field` (ASCII, e.g. "months") says.
    error PolicyTermsRefused(uint16 product, bytes32 field, uint256 value);

    /// @notice Sets or replaces a product. ADMIN.
    function setProduct(uint16 product, Product calldata conditions) external;

    /// @notice Sets the committee's tiers, by rising `upTo`. ADMIN.
    function setTiers(Tier[] calldata tiers) external;

    /// @notice All loans of one related party (pengurus, pengawas) together: at most `bps` of the equity. At most 1,000
    /// (Permenkop 8/2023). ADMIN.
    function setRelatedLimit(uint16 bps) external;

    /// @notice How many days a loan must be overdue before a lien may be claimed. ADMIN.
    function setClaimDelay(uint16 numDays) external;

    /// @notice Reverts with PolicyUnknownProduct or PolicyTermsRefused unless a loan may be offered on `terms`.
    function checkTerms(ILoanBook.Terms calldata terms) external view;

    /// @notice What the book keeps of the product when a loan starts.
    function conditionsOf(uint16 product) external view returns (ILoanBook.Conditions memory);

    function productOf(uint16 product) external view returns (Product memory);

    /// @notice The tier that decides about a borrower who would owe `amount` rupiah in all.
    function tierFor(uint64 amount) external view returns (Tier memory);

    /// @notice Whether `member` holds an office of pengurus or pengawas now.
    function isRelated(MemberNumber member) external view returns (bool);

    /// @notice What one related party may owe in all, rupiah: the limit's share of the equity as signed at the last close,
    /// before the first of simpanan pokok and wajib.
    function relatedCeiling() external view returns (uint64);

    function relatedLimitBps() external view returns (uint16);

    function claimDelay() external view returns (uint16);
}
