// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SignedOrders} from "./SignedOrders.sol";

/// @title Packed papers of members: ballots, check-ins, signatures of a petition
/// @dev A record: member 4 | meeting 4 | call 1 | deadline 5 | length of choices 1 | choices | length of signature 2 | signature.
/// Its first 32 bytes, as a word, are its head.
library Papers {
    /// @notice The record at `offset` is cut short, or says that its choices have more than 32 bytes.
    error PaperMalformed(uint256 offset);

    uint256 private constant HEAD = 15;
    /// @dev The byte of a head that has the length of choices.
    uint256 private constant WIDTH_AT = 14;
    uint256 private constant AT_MASK = 0xffffffff;
    /// @dev In a frame.
    uint256 private constant DIGEST_AT = 0x102;

    /// @notice A word a record, the member number in the top 32 bits and below it where in calldata the record begins; all
    /// are whole.
    /// @dev Memory is taken word by word: how many there are is known at the end.
    function index(bytes calldata papers) internal pure returns (uint256[] memory records) {
        uint256 place;
        bool whole = true;
        assembly ("memory-safe") {
            records := mload(0x40)
            let to := add(records, 0x20)
            place := papers.offset
            for { let end := add(place, papers.length) } lt(place, end) {} {
                let head := calldataload(place)
                let width := byte(WIDTH_AT, head)
                let length := add(add(place, HEAD), width)
                let next := add(add(length, 2), shr(240, calldataload(length)))
                if or(gt(width, 32), gt(next, end)) {
                    whole := 0
                    break
                }
                mstore(to, or(shl(224, shr(224, head)), place))
                to := add(to, 0x20)
                place := next
            }
            mstore(records, shr(5, sub(sub(to, records), 0x20)))
            mstore(0x40, to)
            place := sub(place, papers.offset)
        }
        if (!whole) revert PaperMalformed(place);
    }

    /// @param record of `index`
    function read(uint256 record) internal pure returns (uint256 head, uint256 choices) {
        assembly ("memory-safe") {
            let at := and(record, AT_MASK)
            head := calldataload(at)
            choices := shr(sub(256, shl(3, byte(WIDTH_AT, head))), calldataload(add(at, HEAD)))
        }
    }

    /// @param head of `record`
    function signatureOf(uint256 record, uint256 head) internal pure returns (bytes calldata signature) {
        assembly ("memory-safe") {
            let at := add(and(record, AT_MASK), add(HEAD, byte(WIDTH_AT, head)))
            signature.offset := add(at, 2)
            signature.length := shr(240, calldataload(at))
        }
    }

    /// @notice Meeting and call: meeting << 8 | call.
    function placeIn(uint256 head) internal pure returns (uint256) {
        return head << 32 >> 216;
    }

    function deadlineIn(uint256 head) internal pure returns (uint256 deadline) {
        assembly ("memory-safe") {
            deadline := shr(216, shl(72, head))
        }
    }

    /// @notice What `ballotSigner` writes the papers of one contract into, with all that is the same in each.
    /// @dev The six words of Ballot; from 0xc0 on 0x1901, the domain and the six words' hash; from `DIGEST_AT` on the four
    /// words of a signature to recover: the digest, v, r, s.
    function ballotFrame(bytes32 domain, bytes32 typehash) internal pure returns (bytes memory frame) {
        frame = new bytes(DIGEST_AT + 0x80);
        assembly ("memory-safe") {
            mstore(add(frame, 0x20), typehash)
            mstore(add(frame, 0xe0), shl(240, 0x1901))
            mstore(add(frame, 0xe2), domain)
        }
    }

    /// @notice Whose key signed Ballot(uint32 member,uint32 meeting,uint8 call,uint256 choices,uint40 deadline), as 65 bytes
    /// with a low s; all bits are set if nobody's. `digestIn` tells its EIP-712 digest then.
    /// @param record with that `head` and these `choices`, of `read`
    /// @dev As `SignedOrders.recovers`, on words that are there already. Each field of the head is copied to the end of its
    /// word, which is zero before it.
    function ballotSigner(bytes memory frame, uint256 record, uint256 head, uint256 choices)
        internal
        view
        returns (uint256 signer)
    {
        uint256 halfOrder = SignedOrders.HALF_ORDER;
        assembly ("memory-safe") {
            let at := and(record, AT_MASK)
            calldatacopy(add(frame, 0x5c), at, 4)
            calldatacopy(add(frame, 0x7c), add(at, 4), 4)
            mstore8(add(frame, 0x9f), byte(8, head))
            mstore(add(frame, 0xa0), choices)
            calldatacopy(add(frame, 0xdb), add(at, 9), 5)
            mstore(add(frame, 0x102), keccak256(add(frame, 0x20), 0xc0))
            let input := add(frame, add(0x20, DIGEST_AT))
            mstore(input, keccak256(add(frame, 0xe0), 0x42))

            at := add(at, add(HEAD, byte(WIDTH_AT, head)))
            signer := not(0)
            if eq(shr(240, calldataload(at)), 65) {
                at := add(at, 2)
                calldatacopy(add(input, 0x3f), add(at, 0x40), 1)
                calldatacopy(add(input, 0x40), at, 0x40)
                mstore(0x00, signer)
                if iszero(staticcall(gas(), 1, input, 0x80, 0x00, 0x20)) { revert(0x00, 0x00) }
                if iszero(gt(mload(add(input, 0x60)), halfOrder)) { signer := mload(0x00) }
            }
        }
    }

    /// @notice The digest of the paper that `ballotSigner` was asked about last.
    function digestIn(bytes memory frame) internal pure returns (bytes32 digest) {
        assembly ("memory-safe") {
            digest := mload(add(frame, add(0x20, DIGEST_AT)))
        }
    }
}
