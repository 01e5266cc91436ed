// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IAuthority} from "./interfaces/IAuthority.sol";

/// @title A contract whose functions officers call
/// @notice Which office may call a function is said in its code. Another desk, which a RAT puts in its place, may say otherwise.
abstract contract Desk is AccessManaged {
    IAuthority internal immutable AUTHORITY;

    /// @dev Whoever holds `office` now. Where two persons are needed, `IAuthority.requireTwoPersons` asks for both offices.
    modifier onlyOffice(uint64 office) {
        (bool holds,) = AUTHORITY.hasRole(office, msg.sender);
        if (!holds) revert AccessManagedUnauthorized(msg.sender);
        _;
    }

    constructor(IAuthority authority_) AccessManaged(address(authority_)) {
        AUTHORITY = authority_;
    }

    /// @notice Fixed at deployment: Authority never hands its contracts to another manager.
    function authority() public view override returns (address) {
        return address(AUTHORITY);
    }

    /// @dev For `restricted`. Authority knows no delays: it allows or refuses.
    function _checkCanCall(address caller, bytes calldata) internal view override {
        (bool allowed,) = AUTHORITY.canCall(caller, address(this), msg.sig);
        if (!allowed) revert AccessManagedUnauthorized(caller);
    }
}
