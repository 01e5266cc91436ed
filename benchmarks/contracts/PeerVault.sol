// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title What a user would pick instead of a savings account: OpenZeppelin's ERC-4626 vault
contract PeerVault is ERC4626 {
    constructor(IERC20 asset) ERC20("Peer vault", "PEERV") ERC4626(asset) {}
}
