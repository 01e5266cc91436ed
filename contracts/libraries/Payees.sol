// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMemberRegistry} from "../interfaces/IMemberRegistry.sol";
import {MemberNumber} from "./Types.sol";

/// @title Members who can be paid on the chain
library Payees {
    /// @notice The account of `member`, if their signer of now is that address; zero if not: nobody has a key to a passkey's
    /// account, and after a change of signer perhaps nobody to the first one.
    function payeeOf(IMemberRegistry registry, MemberNumber member) internal view returns (address) {
        IMemberRegistry.Member memory found = registry.memberOf(member);
        bool reachable = found.kind == IMemberRegistry.SignerKind.ADDRESS && found.signer == found.account;
        return reachable ? found.account : address(0);
    }
}
