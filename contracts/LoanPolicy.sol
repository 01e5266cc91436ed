// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IAuthority} from "./interfaces/IAuthority.sol";
import {ILoanBook} from "./interfaces/ILoanBook.sol";
import {ILoanPolicy} from "./interfaces/ILoanPolicy.sol";
import {ISavingsToken} from "./interfaces/ISavingsToken.sol";
import {Amortization} from "./libraries/Amortization.sol";
import {MemberNumber, Offices, Pledge} from "./libraries/Types.sol";

/// @title What the members' meeting decided about lending: products, the committee's tiers, the limits
contract LoanPolicy is ILoanPolicy {
    uint16 private constant LEGAL_RELATED_BPS = 1_000;
    uint16 private constant LEGAL_PENALTY_BPS = 4_000;
    uint256 private constant WHOLE_BPS = 10_000;
    uint8 private constant MAX_EXPONENT = 6;
    /// @dev Bits of `Product.collateral`.
    uint8 private constant NOTHING = 1;
    uint8 private constant GUARANTOR = 2;
    uint8 private constant LIEN = 4;
    uint8 private constant DOCUMENT = 8;
    uint8 private constant ALL_COLLATERAL = NOTHING | GUARANTOR | LIEN | DOCUMENT;
    uint16 private constant BOARD =
        uint16(1 << Offices.KETUA | 1 << Offices.SEKRETARIS | 1 << Offices.BENDAHARA | 1 << Offices.PENGURUS);
    /// @dev Whoever is elected: the board and the supervisors. The board appoints tellers and registrars, who approve nothing.
    uint16 private constant ELECTED = uint16(BOARD | 1 << Offices.PENGAWAS);
    bytes32 private constant SAVINGS_POKOK = "SavingsPokok";
    bytes32 private constant SAVINGS_WAJIB = "SavingsWajib";

    IAuthority private immutable AUTHORITY;

    /// @inheritdoc ILoanPolicy
    uint16 public override relatedLimitBps;
    /// @inheritdoc ILoanPolicy
    uint16 public override claimDelay;
    mapping(uint16 product => Product) private _products;
    Tier[] private _tiers;

    modifier onlyAdmin() {
        if (msg.sender != AUTHORITY.admin()) revert IAccessManaged.AccessManagedUnauthorized(msg.sender);
        _;
    }

    /// @param claimDelayDays as `setClaimDelay`, so that no lien can be claimed before a meeting said when
    constructor(IAuthority authority_, uint16 relatedBps, uint16 claimDelayDays) {
        AUTHORITY = authority_;
        _setRelatedLimit(relatedBps);
        _setClaimDelay(claimDelayDays);
    }

    /// @inheritdoc ILoanPolicy
    function setProduct(uint16 product, Product calldata conditions) external onlyAdmin {
        if (!_isValid(conditions)) revert PolicyProductInvalid(product);
        _products[product] = conditions;
        emit ProductSet(product, conditions);
    }

    /// @inheritdoc ILoanPolicy
    function setTiers(Tier[] calldata tiers) external onlyAdmin {
        delete _tiers;
        uint64 reached = 0;
        for (uint256 i = 0; i < tiers.length; ++i) {
            Tier calldata tier = tiers[i];
            bool elected = (tier.offices | tier.required) & ~ELECTED == 0;
            if (tier.upTo <= reached || tier.approvals == 0 || tier.offices == 0 || !elected) {
                revert PolicyTiersInvalid();
            }
            reached = tier.upTo;
            _tiers.push(tier);
        }
        if (reached != type(uint64).max) revert PolicyTiersInvalid();
        emit TiersSet(tiers);
    }

    /// @inheritdoc ILoanPolicy
    function setRelatedLimit(uint16 bps) external onlyAdmin {
        _setRelatedLimit(bps);
    }

    /// @inheritdoc ILoanPolicy
    function setClaimDelay(uint16 numDays) external onlyAdmin {
        _setClaimDelay(numDays);
    }

    /// @inheritdoc ILoanPolicy
    function checkTerms(ILoanBook.Terms calldata terms) external view {
        Product memory product = productOf(terms.product);
        _require(product.offered, terms, "product", terms.product);
        _require(terms.method == product.method, terms, "method", uint8(terms.method));
        _requireWithin(terms, "rateBps", terms.rateBps, product.minRateBps, product.maxRateBps);
        _requireWithin(terms, "principal", terms.principal, product.minPrincipal, product.maxPrincipal);
        _requireWithin(terms, "months", terms.months, product.minMonths, product.maxMonths);
        _requireWithin(terms, "graceMonths", terms.graceMonths, 0, product.maxGraceMonths);
        uint256 maxFee = uint256(terms.principal) * product.maxFeeBps / WHOLE_BPS;
        _requireWithin(terms, "fee", terms.fee, 0, maxFee);
        _checkCollateral(terms, product.collateral);
    }

    /// @inheritdoc ILoanPolicy
    function conditionsOf(uint16 product) external view returns (ILoanBook.Conditions memory) {
        Product memory found = productOf(product);
        return ILoanBook.Conditions(found.penaltyBps, found.penaltyCapBps, found.waterfall, found.roundingExponent);
    }

    /// @inheritdoc ILoanPolicy
    function tierFor(uint64 amount) external view returns (Tier memory) {
        for (uint256 i = 0; i < _tiers.length; ++i) {
            if (amount <= _tiers[i].upTo) return _tiers[i];
        }
        revert PolicyTiersInvalid();
    }

    /// @inheritdoc ILoanPolicy
    function isRelated(MemberNumber member) external view returns (bool) {
        return AUTHORITY.officesOfPerson(member) & ELECTED != 0;
    }

    /// @inheritdoc ILoanPolicy
    function relatedCeiling() external view returns (uint64) {
        return uint64((_supplyOf(SAVINGS_POKOK) + _supplyOf(SAVINGS_WAJIB)) * relatedLimitBps / WHOLE_BPS);
    }

    /// @inheritdoc ILoanPolicy
    function productOf(uint16 product) public view returns (Product memory found) {
        found = _products[product];
        if (found.maxMonths == 0) revert PolicyUnknownProduct(product);
    }

    function _setRelatedLimit(uint16 bps) private {
        if (bps > LEGAL_RELATED_BPS) revert PolicyLimitInvalid(bps);
        relatedLimitBps = bps;
        emit RelatedLimitSet(bps);
    }

    function _setClaimDelay(uint16 numDays) private {
        claimDelay = numDays;
        emit ClaimDelaySet(numDays);
    }

    function _supplyOf(bytes32 name) private view returns (uint256) {
        return ISavingsToken(AUTHORITY.contractOf(name)).totalSupply();
    }

    /// @dev Guarantors are members other than the borrower; no pledge at all needs a product without security, or with another
    /// that the agreement's document says.
    function _checkCollateral(ILoanBook.Terms calldata terms, uint8 allowed) private pure {
        uint8 used = 0;
        for (uint256 i = 0; i < terms.pledges.length; ++i) {
            Pledge calldata pledge = terms.pledges[i];
            if (pledge.member != terms.borrower) used |= GUARANTOR;
            if (pledge.amount != 0) used |= LIEN;
        }
        bool secured = used != 0 ? used & ~allowed == 0 : allowed & (NOTHING | DOCUMENT) != 0;
        _require(secured, terms, "collateral", used);
    }

    function _requireWithin(
        ILoanBook.Terms calldata terms,
        bytes32 field,
        uint256 value,
        uint256 lowest,
        uint256 highest
    ) private pure {
        _require(value >= lowest && value <= highest, terms, field, value);
    }

    function _require(bool allowed, ILoanBook.Terms calldata terms, bytes32 field, uint256 value) private pure {
        if (!allowed) revert PolicyTermsRefused(terms.product, field, value);
    }

    function _isValid(Product calldata product) private pure returns (bool) {
        bool ranges = product.minRateBps <= product.maxRateBps && product.minPrincipal != 0
            && product.minPrincipal <= product.maxPrincipal && product.maxPrincipal <= type(uint56).max;
        bool times = product.minMonths != 0 && product.minMonths <= product.maxMonths
            && product.maxMonths <= Amortization.MAX_MONTHS && product.maxGraceMonths < product.maxMonths;
        bool cost = product.maxFeeBps < WHOLE_BPS && product.penaltyBps <= LEGAL_PENALTY_BPS
            && product.penaltyCapBps <= LEGAL_PENALTY_BPS && product.roundingExponent <= MAX_EXPONENT;
        return ranges && times && cost && product.collateral != 0 && product.collateral <= ALL_COLLATERAL;
    }
}
