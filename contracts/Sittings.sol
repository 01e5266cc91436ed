// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BallotRecords} from "./BallotRecords.sol";
import {BallotForm} from "./libraries/BallotForm.sol";
import {Papers} from "./libraries/Papers.sol";
import {MemberNumber} from "./libraries/Types.sol";
import {Words} from "./libraries/Words.sol";

/// @title How papers are taken in an open call
abstract contract Sittings is BallotRecords {
    using Papers for bytes;
    using Words for uint256[];

    /// @dev What a transaction works with while it takes papers of one call: whole words, since every paper reads them.
    /// `here` is meeting and call as they stand in a head; `states` the word of `statesKey`, written back when another is
    /// needed; `cameFrom` counts who was admitted by the state before, 64 bits each; `accepted` is the event's data so far;
    /// `frame` of `Papers.ballotFrame`; `state` a CallState as it is stored.
    struct Sitting {
        uint256 here;
        uint256 form;
        uint256 baseKey;
        uint256 statesKey;
        uint256 states;
        uint256 cameFrom;
        bytes frame;
        bytes accepted;
        uint256 state;
        bool proxies;
        uint32 meeting;
        uint8 call;
        uint40 noticedAt;
    }

    bytes32 internal constant BALLOT_TYPEHASH =
        keccak256("Ballot(uint32 member,uint32 meeting,uint8 call,uint256 choices,uint40 deadline)");
    bytes32 private constant CHECK_IN_TYPEHASH =
        keccak256("CheckIn(uint32 member,uint32 meeting,uint8 call,uint40 deadline)");

    /// @dev Of an entry in the events.
    uint256 internal constant CHECK_IN_BYTES = 4;
    uint256 private constant NONE = uint256(Refusal.NONE);
    uint256 internal constant ABSENT = uint256(Attendance.ABSENT);
    uint256 internal constant ON_PAPER = uint256(Attendance.PAPER);
    uint256 internal constant PRESENT = uint256(Attendance.PRESENT);
    uint256 private constant VOTED = uint256(Attendance.VOTED);

    /// @dev Where the fields of CallState begin in its word.
    uint256 internal constant CLOSES_AT = 40;
    uint256 private constant PRESENT_COUNT = 80;
    uint256 private constant BALLOTS_COUNT = 112;
    uint256 internal constant PAPER_COUNT = 144;

    mapping(uint32 meeting => mapping(MemberNumber member => MemberNumber holder)) internal _proxies;

    /// @dev The call that is open now: the second only if the first had no quorum without the paper list.
    function _sit(uint32 meeting) internal view returns (Sitting memory sitting) {
        Rules memory rules = _requireRules(meeting);
        sitting.meeting = meeting;
        (sitting.noticedAt, sitting.form) = (rules.noticedAt, rules.form);
        sitting.proxies = rules.proxiesPerHolder != 0;
        for (uint8 call = 1; call <= 2; ++call) {
            uint256 state = _stateWord(meeting, call);
            if (block.timestamp < uint40(state)) break;
            if (block.timestamp < uint40(state >> CLOSES_AT)) {
                (sitting.call, sitting.state) = (call, state);
                sitting.baseKey = _key(meeting, call, 0);
                sitting.here = uint256(meeting) << 8 | call;
                return sitting;
            }
            if (uint32(state >> PRESENT_COUNT) >= rules.firstQuorum) break;
        }
        revert BoxNoOpenCall(meeting);
    }

    /// @dev Written for gas: hundreds of papers go through this loop.
    function _takeBallots(Sitting memory sitting, uint256[] memory records) internal {
        uint256[] memory words = _votersOf(records, sitting.noticedAt);
        sitting.accepted = _room(records.length, BallotForm.BALLOT_BYTES);
        sitting.frame = Papers.ballotFrame(_domainSeparatorV4(), BALLOT_TYPEHASH);
        for (uint256 i = 0; i < records.length;) {
            (uint256 record, uint256 voter) = (records.get(i), words.get(i));
            (uint256 head, uint256 choices) = Papers.read(record);
            uint256 state = _turnTo(sitting, head >> 224);
            uint256 reason = _refusalOfBallot(sitting, voter, state, choices);
            if (reason == NONE) reason = _refusalOfSigned(sitting, record, head, choices, voter);
            if (reason == NONE) {
                _admitBallot(sitting, head, choices, state);
            } else {
                emit BallotRefused(sitting.meeting, sitting.call, _member(head), uint32(i), Refusal(reason));
            }
            unchecked {
                ++i;
            }
        }
        _riseFromBallots(sitting, true);
    }

    function _takeCheckIns(Sitting memory sitting, bytes calldata papers) internal {
        uint256[] memory records = papers.index();
        uint256[] memory words = _votersOf(records, sitting.noticedAt);
        sitting.accepted = _room(records.length, CHECK_IN_BYTES);
        for (uint256 i = 0; i < records.length; ++i) {
            (uint256 head,) = Papers.read(records[i]);
            Refusal reason = _checkInReason(sitting, head, words[i], Papers.signatureOf(records[i], head));
            if (reason == Refusal.NONE) _admit(sitting, head >> 224);
            else emit CheckInRefused(sitting.meeting, sitting.call, _member(head), uint32(i), reason);
        }
        _riseFromCheckIns(sitting);
    }

    /// @param voter of `MemberRegistry.voters`
    /// @param own whether it is the member's own paper, and no proxy's
    function _castOne(Sitting memory sitting, MemberNumber member, uint256 voter, uint256 choices, bool own) internal {
        uint256 number = MemberNumber.unwrap(member);
        uint256 state = _turnTo(sitting, number);
        uint256 reason = _refusalOfBallot(sitting, voter, state, choices);
        if (reason != NONE) revert BoxPaperRefused(member, Refusal(reason));
        sitting.accepted = _room(1, BallotForm.BALLOT_BYTES);
        _admitBallot(sitting, number << 224, choices, state);
        _riseFromBallots(sitting, own);
    }

    /// @dev After `_turnTo(sitting, member)`: a member who is ABSENT or on the paper list.
    function _admit(Sitting memory sitting, uint256 member) internal {
        uint256 shift = _shift(member);
        sitting.cameFrom += 1 << ((sitting.states >> shift & STATE_MASK) << 6);
        sitting.states = sitting.states & ~(STATE_MASK << shift) | PRESENT << shift;
        _append(sitting.accepted, member);
    }

    function _riseFromCheckIns(Sitting memory sitting) internal {
        if (sitting.cameFrom == 0) return;
        _store(sitting, false);
        if (sitting.proxies) _endProxies(sitting, CHECK_IN_BYTES);
        emit CheckedIn(sitting.meeting, sitting.call, sitting.accepted);
    }

    /// @dev Who came is present now, whether from nowhere or from the paper list. No field overflows: nobody is counted twice.
    function _store(Sitting memory sitting, bool ballots) internal {
        if (sitting.statesKey != 0) _states[sitting.statesKey] = sitting.states;
        uint256 cameFrom = sitting.cameFrom;
        uint256 state = sitting.state;
        unchecked {
            uint256 fromPaper = uint64(cameFrom >> (ON_PAPER << 6));
            uint256 came = uint64(cameFrom) + fromPaper;
            state += (came << PRESENT_COUNT) - (fromPaper << PAPER_COUNT);
            if (ballots) state += (came + uint64(cameFrom >> (PRESENT << 6))) << BALLOTS_COUNT;
        }
        CallState storage stored = _calls[sitting.meeting][sitting.call];
        assembly ("memory-safe") {
            sstore(stored.slot, state)
        }
    }

    /// @notice The state of `member`, with `sitting.states` the word that it is in.
    function _turnTo(Sitting memory sitting, uint256 member) internal returns (uint256) {
        uint256 key = sitting.baseKey | member >> STATES_A_WORD_LOG;
        if (key != sitting.statesKey) {
            if (sitting.statesKey != 0) _states[sitting.statesKey] = sitting.states;
            (sitting.statesKey, sitting.states) = (key, _states[key]);
        }
        return sitting.states >> _shift(member) & STATE_MASK;
    }

    /// @dev A CallState as it is stored.
    function _stateWord(uint32 meeting, uint8 call) private view returns (uint256 word) {
        CallState storage stored = _calls[meeting][call];
        assembly ("memory-safe") {
            word := sload(stored.slot)
        }
    }

    /// @notice Empty bytes with room for `count` entries of `width` bytes.
    function _room(uint256 count, uint256 width) internal pure returns (bytes memory packed) {
        packed = new bytes(count * width + 32);
        assembly ("memory-safe") {
            mstore(packed, 0)
        }
    }

    /// @notice Adds a member's number to bytes that have room for it.
    function _append(bytes memory packed, uint256 member) internal pure {
        assembly ("memory-safe") {
            let length := mload(packed)
            mstore(add(add(packed, 0x20), length), shl(224, member))
            mstore(packed, add(length, CHECK_IN_BYTES))
        }
    }

    /// @notice Why a member cannot check in, whatever was signed. `voter` is of `MemberRegistry.voters`.
    function _refusalOfCheckIn(Sitting memory sitting, uint256 member, uint256 voter) internal returns (Refusal) {
        if (voter & ELIGIBLE == 0) return Refusal.NOT_ELIGIBLE;
        return _turnTo(sitting, member) >= PRESENT ? Refusal.ALREADY_PRESENT : Refusal.NONE;
    }

    function _checkInReason(Sitting memory sitting, uint256 head, uint256 voter, bytes calldata signature)
        private
        returns (Refusal)
    {
        Refusal reason = _refusalOfCheckIn(sitting, head >> 224, voter);
        if (reason != Refusal.NONE) return reason;
        uint256 place = Papers.placeIn(head);
        uint256 deadline = Papers.deadlineIn(head);
        bytes32 order = keccak256(abi.encode(CHECK_IN_TYPEHASH, head >> 224, place >> 8, place & 0xff, deadline));
        if (!_isSigned(head >> 224, _hashTypedDataV4(order), signature, voter)) return Refusal.BAD_SIGNATURE;
        if (block.timestamp > deadline) return Refusal.EXPIRED;
        return place == sitting.here ? Refusal.NONE : Refusal.WRONG_MEETING;
    }

    /// @notice Why a paper does not count, whatever was signed.
    /// @param voter of `MemberRegistry.voters`
    /// @param state of the member, of `_turnTo`
    /// @return reason of a Refusal
    function _refusalOfBallot(Sitting memory sitting, uint256 voter, uint256 state, uint256 choices)
        private
        pure
        returns (uint256 reason)
    {
        if (voter < ELIGIBLE) return uint256(Refusal.NOT_ELIGIBLE);
        if (state == VOTED) return uint256(Refusal.ALREADY_VOTED);
        if (BallotForm.isOvervoted(choices, sitting.form)) return uint256(Refusal.OVERVOTE);
    }

    /// @param head of `record`, which has these `choices`
    /// @param voter of `MemberRegistry.voters`, who is eligible
    /// @return reason of a Refusal
    function _refusalOfSigned(Sitting memory sitting, uint256 record, uint256 head, uint256 choices, uint256 voter)
        private
        view
        returns (uint256 reason)
    {
        if (Papers.ballotSigner(sitting.frame, record, head, choices) | ELIGIBLE != voter) {
            bytes calldata signature = Papers.signatureOf(record, head);
            bool isSigned = _isSigned(head >> 224, Papers.digestIn(sitting.frame), signature, voter);
            if (!isSigned) return uint256(Refusal.BAD_SIGNATURE);
        }
        if (block.timestamp > Papers.deadlineIn(head)) return uint256(Refusal.EXPIRED);
        if (Papers.placeIn(head) != sitting.here) return uint256(Refusal.WRONG_MEETING);
    }

    /// @param head with the member's number at its top
    /// @param state of the member, of `_turnTo`, which was asked last about this member
    function _admitBallot(Sitting memory sitting, uint256 head, uint256 choices, uint256 state) private pure {
        unchecked {
            sitting.cameFrom += 1 << (state << 6);
        }
        sitting.states |= VOTED << _shift(head >> 224);
        bytes memory accepted = sitting.accepted;
        assembly ("memory-safe") {
            let length := mload(accepted)
            let to := add(add(accepted, 0x20), length)
            mstore(to, head)
            mstore(add(to, CHECK_IN_BYTES), choices)
            mstore(accepted, add(length, add(CHECK_IN_BYTES, 0x20)))
        }
    }

    /// @dev Of members who came themselves: `sitting.accepted` has entries of `width` bytes that begin with their numbers.
    function _endProxies(Sitting memory sitting, uint256 width) private {
        bytes memory accepted = sitting.accepted;
        for (uint256 offset = 0; offset < accepted.length; offset += width) {
            uint32 member;
            assembly ("memory-safe") {
                member := shr(224, mload(add(add(accepted, 0x20), offset)))
            }
            _proxies[sitting.meeting][MemberNumber.wrap(member)] = MemberNumber.wrap(0);
        }
    }

    /// @param own whether the members came themselves, which ends their proxies
    function _riseFromBallots(Sitting memory sitting, bool own) private {
        if (sitting.cameFrom == 0) return;
        _store(sitting, true);
        if (own && sitting.proxies) _endProxies(sitting, BallotForm.BALLOT_BYTES);
        unchecked {
            uint256 columns = (BallotForm.boxesIn(sitting.form) + 7) / 8;
            for (uint256 column = 0; column < columns; column += 2) {
                (uint256 lower, uint256 upper) = BallotForm.count(sitting.accepted, column);
                if (lower != 0) _counters[sitting.baseKey | column] += lower;
                if (upper != 0) _counters[sitting.baseKey | column + 1] += upper;
            }
        }
        emit BallotsCast(sitting.meeting, sitting.call, sitting.accepted);
    }

    function _member(uint256 head) private pure returns (MemberNumber) {
        return MemberNumber.wrap(uint32(head >> 224));
    }
}
