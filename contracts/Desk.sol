// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IAuthority} from "./interfaces/IAuthority.sol";

/// @title A contract whose functions officers call
/// @notice Which office may call a function is said in its code. Another desk, which a RAT puts in its place, may say otherwise.
abstract contract Desk {
    IAuthority internal immutable AUTHORITY;

    /// @dev Whoever holds `office` now. Where two persons are needed, `IAuthority.requireTwoPersons` asks for both offices.
    modifier onlyOffice(uint64 office) {
        (bool holds,) = AUTHORITY.hasRole(office, msg.sender);
        if (!holds) revert IAccessManaged.AccessManagedUnauthorized(msg.sender);
        _;
    }

    constructor(IAuthority authority_) {
        AUTHORITY = authority_;
    }

    /// @notice The Authority that says who holds an office. Fixed at deployment.
    function authority() external view returns (address) {
        return address(AUTHORITY);
    }
}
