// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Call, IBallotBox} from "./interfaces/IBallotBox.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {BallotForm} from "./libraries/BallotForm.sol";
import {SignedOrders} from "./libraries/SignedOrders.sol";
import {MemberNumber} from "./libraries/Types.sol";
import {Words} from "./libraries/Words.sol";

/// @title What a ballot box keeps of meetings, what it follows from that, and whose signature is good
abstract contract BallotRecords is IBallotBox, EIP712 {
    using Words for uint256[];

    /// @dev One word.
    struct CallState {
        uint40 opensAt;
        uint40 closesAt;
        uint32 present;
        uint32 ballots;
        uint32 paper;
    }

    /// @dev A declared consensus.
    struct Consensus {
        uint8 call;
        uint40 objectionsUntil;
        bool objected;
    }

    uint256 private constant STATE_BITS_LOG = 1;
    uint256 internal constant STATE_MASK = 3;
    uint256 internal constant STATES_A_WORD_LOG = 7;
    uint256 private constant SHIFT_MASK = 0xfe;
    uint256 internal constant ELIGIBLE = 1 << 255;
    uint16 private constant SIMPLE_MAJORITY = 5_000;

    IMemberRegistry internal immutable REGISTRY;

    mapping(uint32 meeting => Rules) internal _rules;
    mapping(uint32 meeting => mapping(uint8 call => CallState)) internal _calls;
    /// @dev Marks of motions, eight a word.
    mapping(uint32 meeting => mapping(uint256 word => uint256)) internal _marks;
    /// @dev Attendance, 128 members a word: key meeting | call 8 | member >> 7 in 56 bits.
    mapping(uint256 key => uint256) internal _states;
    /// @dev Counters of boxes, 8 a word: key meeting | call 8 | word in 56 bits.
    mapping(uint256 key => uint256) internal _counters;
    mapping(uint32 meeting => mapping(uint8 motion => Consensus)) internal _consensus;

    constructor(IMemberRegistry registry) EIP712("Koperasi BallotBox", "1") {
        REGISTRY = registry;
    }

    /// @inheritdoc IBallotBox
    function callOf(uint32 meeting, uint8 call) external view returns (Call memory, Count memory) {
        _requireRules(meeting);
        CallState memory state = _calls[meeting][call];
        return (Call(state.opensAt, state.closesAt), Count(state.present, state.ballots, state.paper));
    }

    /// @inheritdoc IBallotBox
    function attendanceOf(uint32 meeting, uint8 call, MemberNumber member) public view returns (Attendance) {
        uint256 number = MemberNumber.unwrap(member);
        uint256 states = _states[_key(meeting, call, number >> STATES_A_WORD_LOG)];
        return Attendance(states >> _shift(number) & STATE_MASK);
    }

    /// @inheritdoc IBallotBox
    function quorumOf(uint32 meeting, uint8 call) public view returns (uint32) {
        Rules memory rules = _requireRules(meeting);
        return call == 1 ? rules.firstQuorum : rules.secondQuorum;
    }

    /// @inheritdoc IBallotBox
    function tallyOf(uint32 meeting, uint8 call, uint8 motion) public view returns (uint32[] memory votes) {
        BallotForm.Mark memory mark = _markOf(meeting, motion);
        if (!mark.isElection) {
            votes = new uint32[](3);
            votes[0] = _counterOf(meeting, call, 2 * uint256(mark.place));
            votes[1] = _counterOf(meeting, call, 2 * uint256(mark.place) + 1);
            votes[2] = _calls[meeting][call].ballots - votes[0] - votes[1];
            return votes;
        }
        (uint256 box, uint256 candidates) = BallotForm.boxesOf(_rules[meeting].form, mark.place);
        votes = new uint32[](candidates);
        for (uint256 i = 0; i < candidates; ++i) {
            votes[i] = _counterOf(meeting, call, box + i);
        }
    }

    /// @inheritdoc IBallotBox
    function decisionOf(uint32 meeting, uint8 motion) external view returns (Decision memory decision) {
        BallotForm.Mark memory mark = _markOf(meeting, motion);
        if (mark.withdrawn) {
            decision.outcome = Outcome.WITHDRAWN;
            return decision;
        }
        for (uint8 call = 1; call <= 2; ++call) {
            CallState memory state = _calls[meeting][call];
            if (block.timestamp < state.closesAt) return decision;
            uint256 counted = mark.weighty ? state.present : state.present + state.paper;
            if (counted >= quorumOf(meeting, call)) {
                (decision.call, decision.closedAt) = (call, state.closesAt);
                decision.votes = tallyOf(meeting, call, motion);
                decision.outcome = _outcome(meeting, motion, mark, decision);
                if (mark.isElection) decision.ranking = BallotForm.rank(decision.votes);
                return decision;
            }
        }
        decision.outcome = Outcome.NO_QUORUM;
    }

    /// @inheritdoc IBallotBox
    function lastCloseOf(uint32 meeting) external view returns (uint40) {
        CallState memory first = _calls[meeting][1];
        bool over = block.timestamp >= first.closesAt && first.present >= quorumOf(meeting, 1);
        return over ? first.closesAt : _calls[meeting][2].closesAt;
    }

    function _requireRules(uint32 meeting) internal view returns (Rules memory rules) {
        rules = _rules[meeting];
        if (rules.noticedAt == 0) revert BoxUnknownMeeting(meeting);
    }

    function _markOf(uint32 meeting, uint8 motion) internal view returns (BallotForm.Mark memory) {
        _requireRules(meeting);
        (bool exists, BallotForm.Mark memory mark) =
            BallotForm.markIn(_marks[meeting][BallotForm.wordOf(motion)], motion);
        if (!exists) revert BoxUnknownMotion(meeting, motion);
        return mark;
    }

    /// @param voter of `MemberRegistry.voters`
    function _isSigned(uint256 member, bytes32 digest, bytes calldata signature, uint256 voter)
        internal
        view
        returns (bool)
    {
        if (uint8(voter >> 160) == uint8(IMemberRegistry.SignerKind.ADDRESS)) {
            return SignedOrders.isSignedByAddress(address(uint160(voter)), digest, signature);
        }
        return REGISTRY.isSignedBy(MemberNumber.wrap(uint32(member)), digest, signature);
    }

    function _requireOrder(MemberNumber member, bytes32 order, uint40 deadline, bytes calldata signature)
        internal
        view
    {
        if (block.timestamp > deadline) revert BoxOrderExpired(deadline);
        bytes32 digest = _hashTypedDataV4(order);
        if (!REGISTRY.isSignedBy(member, digest, signature)) revert BoxOrderInvalid(member, digest);
    }

    function _voter(MemberNumber member, uint40 noticedAt) internal view returns (uint256) {
        return uint256(bytes32(REGISTRY.voters(abi.encode(uint256(MemberNumber.unwrap(member)) << 224), noticedAt)));
    }

    /// @notice Replaces words of member numbers by those of `MemberRegistry.voters`.
    function _votersOf(uint256[] memory named, uint40 noticedAt) internal view returns (uint256[] memory) {
        uint256 length = named.length;
        bytes memory words = REGISTRY.voters(named.toBytes(), noticedAt);
        assembly ("memory-safe") {
            mstore(named, length)
        }
        return Words.fromBytes(words);
    }

    /// @dev Whether the first call decided what is not weighty, so that nothing said in the second can touch it.
    function _firstDecided(uint32 meeting, uint8 call) internal view returns (bool) {
        CallState memory first = _calls[meeting][1];
        return call == 2 && first.present + first.paper >= _rules[meeting].firstQuorum;
    }

    function _key(uint32 meeting, uint8 call, uint256 index) internal pure returns (uint256) {
        return uint256(meeting) << 64 | uint256(call) << 56 | index;
    }

    function _shift(uint256 member) internal pure returns (uint256) {
        return member << STATE_BITS_LOG & SHIFT_MASK;
    }

    function _outcome(uint32 meeting, uint8 motion, BallotForm.Mark memory mark, Decision memory decision)
        private
        view
        returns (Outcome)
    {
        if (mark.isElection) return Outcome.PASSED;
        (uint256 inFavour, uint256 against) = (decision.votes[0], decision.votes[1]);
        Consensus memory consensus = _consensus[meeting][motion];
        if (consensus.call == decision.call && !consensus.objected && against == 0) return Outcome.CONSENSUS;
        uint256 share = inFavour * 10_000;
        uint256 needed = (inFavour + against) * mark.majorityBps;
        bool passed = mark.majorityBps == SIMPLE_MAJORITY ? share > needed : share >= needed && inFavour != 0;
        return passed ? Outcome.PASSED : Outcome.REJECTED;
    }

    function _counterOf(uint32 meeting, uint8 call, uint256 box) private view returns (uint32) {
        return uint32(_counters[_key(meeting, call, box >> 3)] >> ((box & 7) << 5));
    }
}
