// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Governor} from "@openzeppelin/contracts/governance/Governor.sol";
import {GovernorCountingSimple} from "@openzeppelin/contracts/governance/extensions/GovernorCountingSimple.sol";
import {GovernorVotes} from "@openzeppelin/contracts/governance/extensions/GovernorVotes.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {Votes} from "@openzeppelin/contracts/governance/utils/Votes.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

/// @title One vote a member, as OpenZeppelin's Votes count it
contract PeerVotes is Votes {
    constructor() EIP712("Peer", "1") {}

    /// @notice Gives each of `members` a vote, delegated to itself.
    function enroll(address[] calldata members) external {
        for (uint256 i = 0; i < members.length; ++i) {
            _delegate(members[i], members[i]);
            _transferVotingUnits(address(0), members[i], 1);
        }
    }

    function _getVotingUnits(address) internal pure override returns (uint256) {
        return 0;
    }
}

/// @title OpenZeppelin's Governor with its simplest counting: FOR, AGAINST, ABSTAIN of one motion a proposal
contract PeerGovernor is Governor, GovernorCountingSimple, GovernorVotes {
    constructor(IVotes votes) Governor("Peer") GovernorVotes(votes) {}

    function votingDelay() public pure override returns (uint256) {
        return 1;
    }

    function votingPeriod() public pure override returns (uint256) {
        return 100_000;
    }

    function quorum(uint256) public pure override returns (uint256) {
        return 1;
    }
}
