// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title What a user would pick instead of a savings token: OpenZeppelin's ERC-20, minted without any check
contract PeerToken is ERC20 {
    constructor() ERC20("Peer", "PEER") {}

    function mint(address holder, uint256 amount) external {
        _mint(holder, amount);
    }

    function mintBatch(address[] calldata holders, uint256[] calldata amounts) external {
        for (uint256 i; i < holders.length; ++i) {
            _mint(holders[i], amounts[i]);
        }
    }
}
