// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title A rupiah stablecoin for tests
/// @notice Anyone mints. It can be told to keep a fee of every transfer, and to tell a receiving contract, as ERC-777 does.
contract MockStablecoin is ERC20 {
    uint8 private immutable DECIMALS;

    /// @notice Kept of every transfer, in basis points.
    uint256 public feeBps;
    /// @notice Told of every transfer, before the money arrives; zero: nobody.
    address public listener;

    constructor(uint8 decimals_) ERC20("Rupiah", "IDRX") {
        DECIMALS = decimals_;
    }

    function mint(address account, uint256 amount) external {
        _mint(account, amount);
    }

    function setFee(uint256 feeBps_) external {
        feeBps = feeBps_;
    }

    function setListener(address listener_) external {
        listener = listener_;
    }

    function decimals() public view override returns (uint8) {
        return DECIMALS;
    }

    function _update(address from, address to, uint256 amount) internal override {
        if (listener != address(0) && from != address(0)) IListener(listener).moneyMoves();
        uint256 fee = from == address(0) ? 0 : amount * feeBps / 10_000;
        super._update(from, to, amount - fee);
        if (fee != 0) super._update(from, address(0), fee);
    }
}

/// @title Who is told of a transfer
interface IListener {
    function moneyMoves() external;
}
