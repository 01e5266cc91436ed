// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Packed papers of members: ballots, check-ins, signatures of a petition
/// @dev A record: member 4 | meeting 4 | call 1 | deadline 5 | length of choices 1 | choices | length of signature 2 | signature.
/// Its first 32 bytes, as a word, are its head.
library Papers {
    /// @notice The record at `offset` is cut short, or says that its choices have more than 32 bytes.
    error PaperMalformed(uint256 offset);

    uint256 private constant HEAD = 15;
    uint256 private constant OFFSET_MASK = (1 << 224) - 1;

    /// @notice A word a record, the member number in the top 32 bits and below it where the record begins; all are whole.
    function index(bytes calldata papers) internal pure returns (uint256[] memory records) {
        records = new uint256[](papers.length / (HEAD + 2));
        uint256 offset;
        bool whole = true;
        assembly ("memory-safe") {
            let to := add(records, 0x20)
            let end := papers.length
            for {} lt(offset, end) {} {
                let head := calldataload(add(papers.offset, offset))
                let width := and(shr(136, head), 0xff)
                let next := add(add(offset, add(HEAD, 2)), width)
                next := add(next, shr(240, calldataload(add(papers.offset, sub(next, 2)))))
                if or(gt(width, 32), gt(next, end)) {
                    whole := 0
                    break
                }
                mstore(to, or(shl(224, shr(224, head)), offset))
                to := add(to, 0x20)
                offset := next
            }
            mstore(records, shr(5, sub(sub(to, records), 0x20)))
        }
        if (!whole) revert PaperMalformed(offset);
    }

    /// @param record of `index`
    function read(bytes calldata papers, uint256 record)
        internal
        pure
        returns (uint256 head, uint256 choices, bytes calldata signature)
    {
        assembly ("memory-safe") {
            let start := add(papers.offset, and(record, OFFSET_MASK))
            head := calldataload(start)
            let width := and(shr(136, head), 0xff)
            start := add(start, HEAD)
            choices := shr(sub(256, shl(3, width)), calldataload(start))
            start := add(start, width)
            signature.offset := add(start, 2)
            signature.length := shr(240, calldataload(start))
        }
    }

    /// @notice Meeting and call: meeting << 8 | call.
    function placeIn(uint256 head) internal pure returns (uint256) {
        return head >> 184 & 0xffffffffff;
    }

    function deadlineIn(uint256 head) internal pure returns (uint40) {
        return uint40(head >> 144);
    }

    /// @notice What `ballotDigest` writes the papers of one contract into, with all that is the same in each: Ballot's six
    /// words, then 0x1901, the domain and room for their hash.
    function ballotFrame(bytes32 domain, bytes32 typehash) internal pure returns (bytes memory frame) {
        frame = new bytes(0x102);
        assembly ("memory-safe") {
            mstore(add(frame, 0x20), typehash)
            mstore(add(frame, 0xe0), shl(240, 0x1901))
            mstore(add(frame, 0xe2), domain)
        }
    }

    /// @notice The EIP-712 digest of Ballot(uint32 member,uint32 meeting,uint8 call,uint256 choices,uint40 deadline).
    function ballotDigest(bytes memory frame, uint256 head, uint256 choices) internal pure returns (bytes32 digest) {
        assembly ("memory-safe") {
            mstore(add(frame, 0x40), shr(224, head))
            mstore(add(frame, 0x60), and(shr(192, head), 0xffffffff))
            mstore(add(frame, 0x80), and(shr(184, head), 0xff))
            mstore(add(frame, 0xa0), choices)
            mstore(add(frame, 0xc0), and(shr(144, head), 0xffffffffff))
            mstore(add(frame, 0x102), keccak256(add(frame, 0x20), 0xc0))
            digest := keccak256(add(frame, 0xe0), 0x42)
        }
    }
}
