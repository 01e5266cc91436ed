// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IAuthority} from "./interfaces/IAuthority.sol";
import {IWriters} from "./interfaces/IWriters.sol";

/// @title Stored writers of a state contract, and its ADMIN
abstract contract Writers is IWriters {
    uint256 private constant UNTIL_SHIFT = 40;

    IAuthority internal immutable AUTHORITY;

    /// @dev A word a writer, from the top: zeros 176 | until 40 | since 40.
    mapping(address writer => uint256 word) private _terms;

    modifier onlyWriter() {
        _checkWriter();
        _;
    }

    modifier onlyAdmin() {
        if (msg.sender != AUTHORITY.admin()) revert IAccessManaged.AccessManagedUnauthorized(msg.sender);
        _;
    }

    constructor(IAuthority authority_) {
        AUTHORITY = authority_;
    }

    /// @inheritdoc IWriters
    function setWriter(address writer, uint40 since, uint40 until) external onlyAdmin {
        if (writer == address(0) || since == 0 || (until != 0 && until <= since)) {
            revert WriterTermInvalid(writer, since, until);
        }
        if (!AUTHORITY.genesisOpen()) _checkNotice(writer, since, until);
        _forgetWriter(writer);
        _terms[writer] = uint256(until) << UNTIL_SHIFT | since;
        emit WriterSet(writer, since, until);
    }

    /// @inheritdoc IWriters
    function writerTerm(address writer) public view returns (uint40 since, uint40 until) {
        uint256 word = _terms[writer];
        return (uint40(word), uint40(word >> UNTIL_SHIFT));
    }

    /// @inheritdoc IWriters
    function authority() external view returns (address) {
        return address(AUTHORITY);
    }

    function _checkWriter() internal view virtual {
        if (!_runs(_terms[msg.sender])) revert WriterRefused(msg.sender);
    }

    /// @dev For contracts that keep a writer elsewhere too: `writer` gets another term.
    function _forgetWriter(address writer) internal virtual {}

    /// @dev Whether `writer` writes now and until a `setWriter` says otherwise.
    function _writesOn(address writer) internal view returns (bool) {
        uint256 word = _terms[writer];
        return word >> UNTIL_SHIFT == 0 && _runs(word);
    }

    function _checkNotice(address writer, uint40 since, uint40 until) private view {
        (uint40 oldSince, uint40 oldUntil) = writerTerm(writer);
        uint40 earliest = uint40(block.timestamp) + AUTHORITY.GUARDED_DELAY();
        if (_runs(_terms[writer])) {
            if (since != oldSince) revert WriterTermInvalid(writer, since, until);
            if (oldUntil != 0 && oldUntil < earliest) revert WriterTermTooSoon(oldUntil, earliest);
        } else {
            bool kept = since == oldSince && since > block.timestamp;
            if (!kept && since < earliest) revert WriterTermTooSoon(since, earliest);
        }
        if (until != 0 && until < earliest) revert WriterTermTooSoon(until, earliest);
    }

    function _runs(uint256 word) private view returns (bool) {
        (uint256 since, uint256 until) = (uint40(word), word >> UNTIL_SHIFT);
        return since != 0 && since <= block.timestamp && (until == 0 || block.timestamp < until);
    }
}
