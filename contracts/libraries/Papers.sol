// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Packed papers of members: ballots, check-ins, signatures of a petition
/// @dev A record: member 4 | meeting 4 | call 1 | deadline 5 | length of choices 1 | choices | length of signature 2 | signature.
library Papers {
    struct Paper {
        uint256 member;
        uint256 meeting;
        uint256 call;
        uint256 deadline;
        uint256 choices;
        uint256 signatureStart;
        uint256 end;
    }

    /// @notice The record at `offset` is cut short, or says that its choices have more than 32 bytes.
    error PaperMalformed(uint256 offset);

    uint256 private constant HEAD = 15;

    /// @notice Reads the record at `offset` into `paper`.
    function readInto(Paper memory paper, bytes calldata papers, uint256 offset) internal pure {
        unchecked {
            if (offset + HEAD > papers.length) revert PaperMalformed(offset);
            uint256 head = _word(papers, offset);
            uint256 length = head >> 136 & 0xff;
            uint256 tail = offset + HEAD + length;
            if (length > 32 || tail + 2 > papers.length) revert PaperMalformed(offset);
            paper.member = head >> 224;
            paper.meeting = head >> 192 & 0xffffffff;
            paper.call = head >> 184 & 0xff;
            paper.deadline = head >> 144 & 0xffffffffff;
            paper.choices = length == 0 ? 0 : _word(papers, offset + HEAD) >> (256 - 8 * length);
            paper.signatureStart = tail + 2;
            paper.end = tail + 2 + (_word(papers, tail) >> 240);
            if (paper.end > papers.length) revert PaperMalformed(offset);
        }
    }

    /// @notice The members of all records as words, the number in the top 32 bits; each record is checked to be whole.
    function membersOf(bytes calldata papers) internal pure returns (uint256[] memory named) {
        named = new uint256[](papers.length / (HEAD + 2));
        uint256 count;
        unchecked {
            for (uint256 offset = 0; offset < papers.length;) {
                if (offset + HEAD > papers.length) revert PaperMalformed(offset);
                uint256 head = _word(papers, offset);
                uint256 next = offset + HEAD + (head >> 136 & 0xff) + 2;
                if (next > papers.length) revert PaperMalformed(offset);
                next += _word(papers, next - 2) >> 240;
                if (next > papers.length) revert PaperMalformed(offset);
                named[count++] = head >> 224 << 224;
                offset = next;
            }
        }
        assembly ("memory-safe") {
            mstore(named, count)
        }
    }

    function signatureOf(Paper memory paper, bytes calldata papers) internal pure returns (bytes calldata) {
        return papers[paper.signatureStart:paper.end];
    }

    /// @dev The 32 bytes at `offset`, zeros where the calldata ends.
    function _word(bytes calldata papers, uint256 offset) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := calldataload(add(papers.offset, offset))
        }
    }
}
