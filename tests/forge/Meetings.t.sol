// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MeetingHouse} from "./MeetingHouse.sol";
import {IBallotBox} from "../../contracts/interfaces/IBallotBox.sol";
import {BallotForm} from "../../contracts/libraries/BallotForm.sol";
import {MemberNumber} from "../../contracts/libraries/Types.sol";

/// @title Ballot boxes against a count without packing, and what a meeting always keeps
contract MeetingsTest is MeetingHouse {
    uint256 private constant MEMBERS = 40;
    uint256 private constant MOTIONS = 8;

    function setUp() public {
        buildMeetingHouse(MEMBERS);
    }

    /// @dev M1: FOR + AGAINST + ABSTAIN of each motion are the accepted ballots. M2: a member counts once. M3: who is not
    /// on the roll does not count.
    function testFuzz_cast_anyPapers_talliesAreThoseOfAcceptedOnes(uint256 seed) public {
        uint32 meeting = holdMeeting(MOTIONS);
        bool[] memory voted = new bool[](MEMBERS + 1);
        uint32[3][MOTIONS] memory expected;
        uint32 accepted;
        for (uint256 batch = 0; batch < 3; ++batch) {
            bytes memory papers;
            for (uint256 i = 0; i < 20; ++i) {
                uint256 random = uint256(keccak256(abi.encode(seed, batch, i)));
                uint256 index = random % MEMBERS;
                uint256 choices = uint16(random >> 32) & (random >> 64 & 1 == 0 ? 0x5555 : 0xffff);
                papers = bytes.concat(papers, paper(index, meeting, choices, 2));
                if (voted[index] || _overvoted(choices)) continue;
                voted[index] = true;
                ++accepted;
                for (uint256 motion = 0; motion < MOTIONS; ++motion) {
                    uint256 mark = choices >> (2 * motion) & 3;
                    ++expected[motion][mark == 1 ? 0 : mark == 2 ? 1 : 2];
                }
            }
            box.cast(meeting, papers);
        }
        (, IBallotBox.Count memory count) = box.callOf(meeting, 1);
        assertEq(count.ballots, accepted);
        assertEq(count.present, accepted);
        for (uint8 motion = 1; motion <= MOTIONS; ++motion) {
            uint32[] memory votes = box.tallyOf(meeting, 1, motion);
            for (uint256 i = 0; i < 3; ++i) {
                assertEq(votes[i], expected[motion - 1][i]);
            }
            assertEq(votes[0] + votes[1] + votes[2], accepted);
        }
        for (uint256 i = 0; i < MEMBERS; ++i) {
            IBallotBox.Attendance state = box.attendanceOf(meeting, 1, MemberNumber.wrap(uint32(i + 1)));
            assertEq(uint8(state), uint8(voted[i] ? IBallotBox.Attendance.VOTED : IBallotBox.Attendance.ABSENT));
        }
    }

    /// @dev Each box is counted in a lane of its own, whatever the others hold.
    function testFuzz_count_anyChoices_eachBoxByItself(uint256[8] memory papers) public pure {
        bytes memory ballots;
        for (uint256 i = 0; i < papers.length; ++i) {
            ballots = abi.encodePacked(ballots, type(uint32).max, papers[i]);
        }
        for (uint256 box_ = 0; box_ < 256; ++box_) {
            uint32 marks;
            for (uint256 i = 0; i < papers.length; ++i) {
                marks += uint32(papers[i] >> box_ & 1);
            }
            (uint256 lower, uint256 upper) = BallotForm.count(ballots, box_ >> 4 << 1);
            assertEq(uint32((box_ & 8 == 0 ? lower : upper) >> ((box_ & 7) * 32)), marks);
        }
    }

    /// @dev isOvervoted against the rule in words: two resolutions, then 5 candidates for 2 seats, then 3 for 1.
    function testFuzz_isOvervoted_anyChoices_byTheRule(uint256 choices, bool small) public pure {
        if (small) choices &= 0xfff;
        uint256 form = BallotForm.withElection(BallotForm.withElection(2, 0, 5, 2), 1, 3, 1);
        bool over = choices & 3 == 3 || choices >> 2 & 3 == 3 || _marks(choices >> 4 & 0x1f) > 2
            || _marks(choices >> 9 & 7) > 1 || choices >> 12 != 0;
        assertEq(BallotForm.isOvervoted(choices, form), over);
        assertEq(BallotForm.boxesIn(form), 12);
    }

    /// @dev Ranking: nobody stands before somebody with more votes, and of equals the earlier on the list comes first.
    function testFuzz_rank_anyVotes_ordered(uint32[] memory votes) public pure {
        vm.assume(votes.length <= 64);
        for (uint256 i = 0; i < votes.length; ++i) {
            votes[i] %= 5;
        }
        uint8[] memory order = BallotForm.rank(votes);
        for (uint256 i = 1; i < order.length; ++i) {
            bool more = votes[order[i - 1]] > votes[order[i]];
            assertTrue(more || votes[order[i - 1]] == votes[order[i]] && order[i - 1] < order[i]);
        }
    }

    function _overvoted(uint256 choices) private pure returns (bool) {
        for (uint256 motion = 0; motion < MOTIONS; ++motion) {
            if (choices >> (2 * motion) & 3 == 3) return true;
        }
        return false;
    }

    function _marks(uint256 bits) private pure returns (uint256 marks) {
        for (; bits != 0; bits &= bits - 1) {
            ++marks;
        }
    }
}
