// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Stored writers of a state contract
/// @notice Only contracts named here may change the state. A change passes by ADMIN and takes effect after 30 days
/// (at once only during genesis), in both directions, so that nobody can shut withdrawals suddenly.
interface IWriters {
    /// @notice `writer` may write from `since` until `until` (unix seconds; zero: no end).
    event WriterSet(address indexed writer, uint40 since, uint40 until);

    error WriterRefused(address caller);
    error WriterTermTooSoon(uint40 time, uint40 earliest);
    /// @notice A term that already runs cannot be moved, only ended; nor does a term end before it begins.
    error WriterTermInvalid(address writer, uint40 since, uint40 until);

    /// @notice Lets `writer` write from `since` (unix seconds) on; `until` zero means no end. ADMIN only. Both must be at
    /// least 30 days ahead once genesis is over, except a `since` that is kept as it stands; an end that is nearer than
    /// that stays.
    function setWriter(address writer, uint40 since, uint40 until) external;

    /// @notice When `writer` may write (unix seconds); `until` zero: no end; both zero: never.
    function writerTerm(address writer) external view returns (uint40 since, uint40 until);

    /// @notice The Authority whose ADMIN names the writers.
    function authority() external view returns (address);
}
