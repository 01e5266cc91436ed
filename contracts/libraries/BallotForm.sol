// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The boxes of a ballot paper: which marks are allowed, and how they are counted
/// @dev A form is one word, from the bottom: resolutions 8, then for each election candidates 8 | seats 8.
library BallotForm {
    /// @dev 32 bits: majorityBps 16, place 8, election 1, weighty 1, withdrawn 1, exists 1.
    /// @param place which resolution or which election of the paper it is, from 0
    /// @param weighty an election, or it has actions: only members present by check-in or ballot make its quorum
    struct Mark {
        uint16 majorityBps;
        uint8 place;
        bool isElection;
        bool weighty;
        bool withdrawn;
    }

    uint256 private constant ELECTION = 1 << 24;
    uint256 private constant WEIGHTY = 1 << 25;
    uint256 private constant WITHDRAWN = 1 << 26;
    uint256 private constant EXISTS = 1 << 27;

    /// @dev Of an entry of accepted ballots: member number 4 | choices 32.
    uint256 internal constant BALLOT_BYTES = 36;
    uint256 internal constant MOST_BOXES = 256;
    uint256 internal constant MOST_RESOLUTIONS = 32;
    uint256 internal constant MOST_ELECTIONS = 6;

    uint256 private constant ELECTION_BITS = 16;
    /// @dev The FOR boxes of all resolutions: AGAINST is the next above.
    uint256 private constant FOR_BOXES = 0x5555555555555555;
    /// @dev Bit 31 * i set for i from 0 to 7: times a byte, it puts bit i of the byte at 32 * i.
    uint256 private constant SPREAD = 0x02000000040000000800000010000000200000004000000080000001;
    uint256 private constant LANES = 0x0100000001000000010000000100000001000000010000000100000001;

    /// @param motion from 1
    function withMark(uint256[] memory marks, uint8 motion, Mark memory mark) internal pure {
        uint256 bits = EXISTS | uint256(mark.place) << 16 | mark.majorityBps;
        if (mark.isElection) bits |= ELECTION;
        if (mark.weighty) bits |= WEIGHTY;
        marks[wordOf(motion)] |= bits << _shiftOf(motion);
    }

    /// @param word the one of `wordOf(motion)`
    function markIn(uint256 word, uint8 motion) internal pure returns (bool exists, Mark memory mark) {
        uint256 bits = word >> _shiftOf(motion);
        mark = Mark(uint16(bits), uint8(bits >> 16), bits & ELECTION != 0, bits & WEIGHTY != 0, bits & WITHDRAWN != 0);
        exists = bits & EXISTS != 0;
    }

    function withdrawn(uint256 word, uint8 motion) internal pure returns (uint256) {
        return word | WITHDRAWN << _shiftOf(motion);
    }

    /// @notice Which word of eight marks has that of `motion`.
    function wordOf(uint8 motion) internal pure returns (uint256) {
        unchecked {
            return uint8(motion - 1) >> 3;
        }
    }

    function resolutionsIn(uint256 form) internal pure returns (uint256) {
        return form & 0xff;
    }

    /// @notice The first box of an election, and how many it has. `index` counts the elections from 0.
    function boxesOf(uint256 form, uint256 index) internal pure returns (uint256 first, uint256 candidates) {
        first = 2 * resolutionsIn(form);
        for (uint256 i = 0; i < index; ++i) {
            first += _candidatesIn(form, i);
        }
        candidates = _candidatesIn(form, index);
    }

    function withElection(uint256 form, uint256 index, uint256 candidates, uint256 seats)
        internal
        pure
        returns (uint256)
    {
        return form | (seats << 8 | candidates) << (8 + ELECTION_BITS * index);
    }

    /// @notice Boxes of the whole paper.
    function boxesIn(uint256 form) internal pure returns (uint256 boxes) {
        boxes = 2 * resolutionsIn(form);
        for (form >>= 8; form != 0; form >>= ELECTION_BITS) {
            boxes += form & 0xff;
        }
    }

    /// @notice Whether `choices` marks FOR and AGAINST of one resolution, more candidates than seats, or no box at all.
    function isOvervoted(uint256 choices, uint256 form) internal pure returns (bool) {
        if (form >> 8 != 0) return _isOvervotedWithElections(choices, form);
        uint256 faults;
        assembly ("memory-safe") {
            faults := and(and(choices, shr(1, choices)), FOR_BOXES)
            faults := or(faults, shr(shl(1, form), choices))
        }
        return faults != 0;
    }

    /// @notice How many of `ballots` mark each box of two columns of eight: 32 bits a box, a column's first lowest.
    /// @param ballots entries of `BALLOT_BYTES`: member number 4 | choices 32
    /// @param column the lower of the two: box / 8, even, below 32
    /// @dev Column by column instead of paper by paper, so that the sums stay on the stack.
    function count(bytes memory ballots, uint256 column) internal pure returns (uint256 lower, uint256 upper) {
        assembly ("memory-safe") {
            let place := sub(31, column)
            let at := add(ballots, BALLOT_BYTES)
            for { let end := add(at, mload(ballots)) } lt(at, end) { at := add(at, BALLOT_BYTES) } {
                let choices := mload(at)
                lower := add(lower, and(mul(byte(place, choices), SPREAD), LANES))
                upper := add(upper, and(mul(byte(sub(place, 1), choices), SPREAD), LANES))
            }
        }
    }

    /// @notice Indices of `votes` by number of votes; of equal ones the earlier first.
    function rank(uint32[] memory votes) internal pure returns (uint8[] memory order) {
        order = new uint8[](votes.length);
        for (uint256 i = 0; i < votes.length; ++i) {
            uint256 place = i;
            for (; place > 0 && votes[order[place - 1]] < votes[i]; --place) {
                order[place] = order[place - 1];
            }
            order[place] = uint8(i);
        }
    }

    function _isOvervotedWithElections(uint256 choices, uint256 form) private pure returns (bool) {
        unchecked {
            uint256 boxes = 2 * resolutionsIn(form);
            if (choices & choices >> 1 & FOR_BOXES & ((1 << boxes) - 1) != 0) return true;
            choices >>= boxes;
            for (form >>= 8; form != 0; form >>= ELECTION_BITS) {
                uint256 marks = choices & ((1 << (form & 0xff)) - 1);
                for (uint256 seats = form >> 8 & 0xff; marks != 0; --seats) {
                    if (seats == 0) return true;
                    marks &= marks - 1;
                }
                choices >>= form & 0xff;
            }
            return choices != 0;
        }
    }

    function _candidatesIn(uint256 form, uint256 index) private pure returns (uint256) {
        return form >> (8 + ELECTION_BITS * index) & 0xff;
    }

    function _shiftOf(uint8 motion) private pure returns (uint256) {
        unchecked {
            return uint256(uint8(motion - 1) & 7) << 5;
        }
    }
}
