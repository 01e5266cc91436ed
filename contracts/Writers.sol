// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IAuthority} from "./interfaces/IAuthority.sol";
import {IWriters} from "./interfaces/IWriters.sol";

/// @title Stored writers of a state contract, and its ADMIN
abstract contract Writers is IWriters {
    struct Term {
        uint40 since;
        uint40 until;
    }

    IAuthority internal immutable AUTHORITY;

    mapping(address writer => Term) private _terms;

    modifier onlyWriter() {
        if (!_runs(_terms[msg.sender])) revert WriterRefused(msg.sender);
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
        _terms[writer] = Term(since, until);
        emit WriterSet(writer, since, until);
    }

    /// @inheritdoc IWriters
    function writerTerm(address writer) external view returns (uint40 since, uint40 until) {
        Term memory term = _terms[writer];
        return (term.since, term.until);
    }

    /// @inheritdoc IWriters
    function authority() public view virtual returns (address) {
        return address(AUTHORITY);
    }

    function _checkNotice(address writer, uint40 since, uint40 until) private view {
        Term memory old = _terms[writer];
        uint40 earliest = uint40(block.timestamp) + AUTHORITY.GUARDED_DELAY();
        if (_runs(old)) {
            if (since != old.since) revert WriterTermInvalid(writer, since, until);
            if (old.until != 0 && old.until < earliest) revert WriterTermTooSoon(old.until, earliest);
        } else {
            bool kept = since == old.since && since > block.timestamp;
            if (!kept && since < earliest) revert WriterTermTooSoon(since, earliest);
        }
        if (until != 0 && until < earliest) revert WriterTermTooSoon(until, earliest);
    }

    function _runs(Term memory term) private view returns (bool) {
        return term.since != 0 && term.since <= block.timestamp && (term.until == 0 || block.timestamp < term.until);
    }
}
