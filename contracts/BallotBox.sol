// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IAuthority} from "./interfaces/IAuthority.sol";
import {Call, IBallotBox} from "./interfaces/IBallotBox.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {IRAT} from "./interfaces/IRAT.sol";
import {BallotForm} from "./libraries/BallotForm.sol";
import {Papers} from "./libraries/Papers.sol";
import {SignedOrders} from "./libraries/SignedOrders.sol";
import {Countersignature, MemberNumber, Offices} from "./libraries/Types.sol";
import {Words} from "./libraries/Words.sol";

/// @title Who is present, and what they marked
contract BallotBox is IBallotBox, EIP712, ReentrancyGuardTransient {
    using Papers for bytes;
    using Words for uint256[];

    /// @dev What a transaction works with while it takes papers of one call: whole words, since every paper reads them.
    /// `here` is meeting and call as they stand in a head; `states` the word of `statesKey`, written back when another is
    /// needed; `cameFrom` counts who was admitted by the state before, 64 bits each; `accepted` is the event's data so far.
    struct Sitting {
        uint256 here;
        uint256 form;
        uint256 baseKey;
        uint256 statesKey;
        uint256 states;
        uint256 cameFrom;
        bytes32 domain;
        bytes accepted;
        uint256[] counters;
        CallState state;
        bool proxies;
        uint32 meeting;
        uint8 call;
        uint40 noticedAt;
    }

    /// @dev Of a petition for one notice.
    struct Petition {
        uint40 startedAt;
        uint32 needed;
        uint32 signed;
    }

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

    bytes32 private constant BALLOT_TYPEHASH =
        keccak256("Ballot(uint32 member,uint32 meeting,uint8 call,uint256 choices,uint40 deadline)");
    bytes32 private constant CHECK_IN_TYPEHASH =
        keccak256("CheckIn(uint32 member,uint32 meeting,uint8 call,uint40 deadline)");
    bytes32 private constant PROXY_TYPEHASH =
        keccak256("Proxy(uint32 member,uint32 holder,uint32 meeting,uint40 deadline)");
    bytes32 private constant OBJECTION_TYPEHASH =
        keccak256("Objection(uint32 member,uint32 meeting,uint8 motion,uint40 deadline)");
    bytes32 private constant PETITION_TYPEHASH =
        keccak256("Petition(uint32 member,bytes32 noticeHash,uint40 deadline)");

    uint16 private constant SIMPLE_MAJORITY = 5_000;
    /// @dev Of an entry in the events.
    uint256 private constant CHECK_IN_BYTES = 4;
    uint256 private constant BALLOT_BYTES = 36;
    uint256 private constant STATE_BITS = 2;
    uint256 private constant STATE_MASK = 3;
    uint256 private constant STATES_A_WORD_LOG = 7;
    uint256 private constant ELIGIBLE = 1 << 255;
    uint256 private constant NONE = uint256(Refusal.NONE);
    uint256 private constant ABSENT = uint256(Attendance.ABSENT);
    uint256 private constant ON_PAPER = uint256(Attendance.PAPER);
    uint256 private constant PRESENT = uint256(Attendance.PRESENT);
    uint256 private constant VOTED = uint256(Attendance.VOTED);

    IAuthority private immutable AUTHORITY;
    IMemberRegistry private immutable REGISTRY;
    IRAT private immutable MEETINGS;

    mapping(uint32 meeting => Rules) private _rules;
    mapping(uint32 meeting => mapping(uint8 call => CallState)) private _calls;
    /// @dev Marks of motions, eight a word.
    mapping(uint32 meeting => mapping(uint256 word => uint256)) private _marks;
    /// @dev Attendance, 128 members a word: key meeting | call 8 | member >> 7 in 56 bits.
    mapping(uint256 key => uint256) private _states;
    /// @dev Counters of boxes, 8 a word: key meeting | call 8 | word in 56 bits.
    mapping(uint256 key => uint256) private _counters;
    mapping(bytes32 noticeHash => Petition) private _petitions;
    mapping(bytes32 noticeHash => mapping(uint256 word => uint256)) private _signatures;
    mapping(uint32 meeting => mapping(MemberNumber member => MemberNumber holder)) private _proxies;
    mapping(uint32 meeting => mapping(MemberNumber holder => uint8)) private _proxiesHeld;
    mapping(uint32 meeting => mapping(uint8 motion => Consensus)) private _consensus;

    modifier onlyRAT() {
        if (msg.sender != address(MEETINGS)) revert BoxNotRAT(msg.sender);
        _;
    }

    constructor(IAuthority authority, IMemberRegistry registry, IRAT rat) EIP712("Koperasi BallotBox", "1") {
        (AUTHORITY, REGISTRY, MEETINGS) = (authority, registry, rat);
    }

    /// @inheritdoc IBallotBox
    function open(
        uint32 meeting,
        Rules calldata rules,
        uint256[] calldata marks,
        Call calldata first,
        Call calldata second
    ) external onlyRAT {
        for (uint256 i = 0; i < marks.length; ++i) {
            _marks[meeting][i] = marks[i];
        }
        _rules[meeting] = rules;
        _calls[meeting][1] = CallState(first.opensAt, first.closesAt, 0, 0, 0);
        _calls[meeting][2] = CallState(second.opensAt, second.closesAt, 0, 0, 0);
    }

    /// @inheritdoc IBallotBox
    function withdraw(uint32 meeting, uint8 motion) external onlyRAT {
        if (_markOf(meeting, motion).withdrawn) revert BoxMotionWithdrawn(meeting, motion);
        uint40 opensAt = _calls[meeting][1].opensAt;
        if (block.timestamp >= opensAt) revert BoxTooLate(opensAt);
        uint256 word = BallotForm.wordOf(motion);
        _marks[meeting][word] = BallotForm.withdrawn(_marks[meeting][word], motion);
    }

    /// @inheritdoc IBallotBox
    function checkIn(uint32 meeting, bytes calldata papers) external nonReentrant {
        _takeCheckIns(_sit(meeting, false), papers);
    }

    /// @inheritdoc IBallotBox
    function cast(uint32 meeting, bytes calldata papers) external nonReentrant {
        _takeBallots(_sit(meeting, true), papers);
    }

    /// @inheritdoc IBallotBox
    function checkInOwn(uint32 meeting, MemberNumber member) external nonReentrant {
        Sitting memory sitting = _sit(meeting, false);
        uint256 voter = _voter(member, sitting.noticedAt);
        _requireSender(member, voter);
        if (voter & ELIGIBLE == 0) revert BoxPaperRefused(member, Refusal.NOT_ELIGIBLE);
        uint256 number = MemberNumber.unwrap(member);
        if (_turnTo(sitting, number) >= PRESENT) revert BoxPaperRefused(member, Refusal.ALREADY_PRESENT);
        sitting.accepted = _room(1, CHECK_IN_BYTES);
        _admit(sitting, number);
        _riseFromCheckIns(sitting);
    }

    /// @inheritdoc IBallotBox
    function castOwn(uint32 meeting, MemberNumber member, uint256 choices) external nonReentrant {
        Sitting memory sitting = _sit(meeting, true);
        uint256 voter = _voter(member, sitting.noticedAt);
        _requireSender(member, voter);
        _castOne(sitting, member, voter, choices);
    }

    /// @inheritdoc IBallotBox
    function castByProxy(
        uint32 meeting,
        MemberNumber member,
        uint256 choices,
        uint40 deadline,
        bytes calldata signature
    ) external nonReentrant {
        Sitting memory sitting = _sit(meeting, true);
        MemberNumber holder = _proxies[meeting][member];
        bool present = attendanceOf(meeting, sitting.call, holder) >= Attendance.PRESENT;
        if (MemberNumber.unwrap(holder) == 0 || !present) revert BoxProxyInvalid(member, holder);
        _requireOrder(
            holder,
            keccak256(abi.encode(BALLOT_TYPEHASH, member, meeting, sitting.call, choices, deadline)),
            deadline,
            signature
        );
        _castOne(sitting, member, _voter(member, sitting.noticedAt), choices);
    }

    /// @inheritdoc IBallotBox
    function enterPaperList(
        uint32 meeting,
        bytes32 document,
        bytes calldata members,
        Countersignature calldata countersignature
    ) external nonReentrant {
        Sitting memory sitting = _sit(meeting, false);
        bytes32 action = keccak256(abi.encode("paper list", meeting, sitting.call, document, members));
        AUTHORITY.requireTwoPersons(msg.sender, Offices.SEKRETARIS, Offices.PENGAWAS, action, countersignature);
        uint256[] memory named = new uint256[](members.length / 4);
        for (uint256 i = 0; i < named.length; ++i) {
            named[i] = uint256(uint32(bytes4(members[4 * i:4 * i + 4]))) << 224;
        }
        uint256[] memory words = _votersOf(named, sitting.noticedAt);
        sitting.accepted = _room(named.length, CHECK_IN_BYTES);
        for (uint256 i = 0; i < named.length; ++i) {
            uint256 member = named[i] >> 224;
            bool listed = words[i] & ELIGIBLE != 0 && _turnTo(sitting, member) == ABSENT;
            if (!listed) continue;
            sitting.states |= ON_PAPER << _shift(member);
            ++sitting.state.paper;
            _append(sitting.accepted, member);
        }
        _store(sitting, false);
        emit PaperListEntered(meeting, sitting.call, document, sitting.accepted);
    }

    /// @inheritdoc IBallotBox
    function appointProxy(
        uint32 meeting,
        MemberNumber member,
        MemberNumber holder,
        uint40 deadline,
        bytes calldata signature
    ) external {
        Rules memory rules = _requireRules(meeting);
        uint8 most = rules.proxiesPerHolder;
        if (most == 0) revert BoxProxiesOff();
        _requireOrder(
            member, keccak256(abi.encode(PROXY_TYPEHASH, member, holder, meeting, deadline)), deadline, signature
        );
        uint40 noticedAt = rules.noticedAt;
        bool allowed = member != holder && _voter(member, noticedAt) & ELIGIBLE != 0
            && _voter(holder, noticedAt) & ELIGIBLE != 0 && _isFree(_proxies[meeting][member])
            && _isFree(_proxies[meeting][holder]) && _proxiesHeld[meeting][member] == 0
            && _proxiesHeld[meeting][holder] < most && attendanceOf(meeting, 1, member) < Attendance.PRESENT
            && attendanceOf(meeting, 2, member) < Attendance.PRESENT;
        if (!allowed) revert BoxProxyInvalid(member, holder);
        _proxies[meeting][member] = holder;
        ++_proxiesHeld[meeting][holder];
        emit ProxyAppointed(meeting, member, holder);
    }

    /// @inheritdoc IBallotBox
    function declareConsensus(uint32 meeting, uint8 motion) external {
        (bool isKetua,) = AUTHORITY.hasRole(Offices.KETUA, msg.sender);
        if (!isKetua) revert BoxNotChair(msg.sender);
        BallotForm.Mark memory mark = _markOf(meeting, motion);
        Sitting memory sitting = _sit(meeting, false);
        uint40 until = uint40(block.timestamp) + _rules[meeting].objectionPeriod;
        Consensus storage consensus = _consensus[meeting][motion];
        bool allowed =
            !mark.weighty && !mark.withdrawn && until <= sitting.state.closesAt && consensus.call != sitting.call;
        if (!allowed || _firstDecided(meeting, sitting.call)) revert BoxConsensusInvalid(meeting, motion);
        (consensus.call, consensus.objectionsUntil, consensus.objected) = (sitting.call, until, false);
        emit ConsensusDeclared(meeting, motion, msg.sender, until);
    }

    /// @inheritdoc IBallotBox
    function objectTo(uint32 meeting, uint8 motion, MemberNumber member, uint40 deadline, bytes calldata signature)
        external
    {
        uint40 noticedAt = _requireRules(meeting).noticedAt;
        Consensus storage consensus = _consensus[meeting][motion];
        if (block.timestamp > consensus.objectionsUntil) revert BoxTooLate(consensus.objectionsUntil);
        _requireOrder(
            member, keccak256(abi.encode(OBJECTION_TYPEHASH, member, meeting, motion, deadline)), deadline, signature
        );
        if (_voter(member, noticedAt) & ELIGIBLE == 0) revert BoxPaperRefused(member, Refusal.NOT_ELIGIBLE);
        consensus.objected = true;
        emit ObjectionRaised(meeting, motion, member);
    }

    /// @inheritdoc IBallotBox
    function signPetition(bytes32 noticeHash, bytes calldata papers) external {
        Petition memory petition = _petitions[noticeHash];
        if (petition.startedAt == 0) {
            petition.startedAt = uint40(block.timestamp);
            uint256 active = REGISTRY.activeCountAt(block.timestamp);
            petition.needed = uint32((active * MEETINGS.currentBylaws().petitionBps + 9_999) / 10_000);
        }
        uint256[] memory records = papers.index();
        uint256[] memory words = _votersOf(records, petition.startedAt);
        bytes memory added = _room(records.length, CHECK_IN_BYTES);
        for (uint256 i = 0; i < records.length; ++i) {
            uint256 member = records[i] >> 224;
            Refusal reason = _petitioner(noticeHash, papers, records[i], words[i]);
            if (reason == Refusal.NONE) {
                _signatures[noticeHash][member >> 8] |= 1 << (member & 0xff);
                _append(added, member);
                ++petition.signed;
            } else {
                emit SignatureRefused(noticeHash, MemberNumber.wrap(uint32(member)), uint32(i), reason);
            }
        }
        _petitions[noticeHash] = petition;
        emit PetitionSigned(noticeHash, added, petition.signed, petition.needed);
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

    /// @inheritdoc IBallotBox
    function petitionOf(bytes32 noticeHash) external view returns (uint32, uint32, uint40) {
        Petition memory petition = _petitions[noticeHash];
        return (petition.signed, petition.needed, petition.startedAt);
    }

    /// @inheritdoc IBallotBox
    function RAT() external view returns (address) {
        return address(MEETINGS);
    }

    function _requireRules(uint32 meeting) private view returns (Rules memory rules) {
        rules = _rules[meeting];
        if (rules.noticedAt == 0) revert BoxUnknownMeeting(meeting);
    }

    function _markOf(uint32 meeting, uint8 motion) private view returns (BallotForm.Mark memory) {
        _requireRules(meeting);
        (bool exists, BallotForm.Mark memory mark) =
            BallotForm.markIn(_marks[meeting][BallotForm.wordOf(motion)], motion);
        if (!exists) revert BoxUnknownMotion(meeting, motion);
        return mark;
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

    /// @dev Whether the first call decided what is not weighty, so that nothing said in the second can touch it.
    function _firstDecided(uint32 meeting, uint8 call) private view returns (bool) {
        CallState memory first = _calls[meeting][1];
        return call == 2 && first.present + first.paper >= _rules[meeting].firstQuorum;
    }

    function _counterOf(uint32 meeting, uint8 call, uint256 box) private view returns (uint32) {
        return uint32(_counters[_key(meeting, call, box >> 3)] >> ((box & 7) << 5));
    }

    /// @dev The call that is open now: the second only if the first had no quorum without the paper list.
    function _sit(uint32 meeting, bool ballots) private view returns (Sitting memory sitting) {
        Rules memory rules = _requireRules(meeting);
        sitting.meeting = meeting;
        sitting.domain = _domainSeparatorV4();
        (sitting.noticedAt, sitting.form) = (rules.noticedAt, rules.form);
        sitting.proxies = rules.proxiesPerHolder != 0;
        if (ballots) sitting.counters = new uint256[]((BallotForm.boxesIn(rules.form) + 7) / 8);
        for (uint8 call = 1; call <= 2; ++call) {
            CallState memory state = _calls[meeting][call];
            if (block.timestamp < state.opensAt) break;
            if (block.timestamp < state.closesAt) {
                (sitting.call, sitting.state) = (call, state);
                sitting.baseKey = _key(meeting, call, 0);
                sitting.here = uint256(meeting) << 8 | call;
                return sitting;
            }
            if (state.present >= rules.firstQuorum) break;
        }
        revert BoxNoOpenCall(meeting);
    }

    /// @dev Written for gas: hundreds of papers go through this loop.
    function _takeBallots(Sitting memory sitting, bytes calldata papers) private {
        uint256[] memory records = papers.index();
        uint256[] memory words = _votersOf(records, sitting.noticedAt);
        sitting.accepted = _room(records.length, BALLOT_BYTES);
        for (uint256 i = 0; i < records.length;) {
            (uint256 head, uint256 choices, bytes calldata signature) = papers.read(records.get(i));
            uint256 voter = words.get(i);
            uint256 state = _turnTo(sitting, head >> 224);
            uint256 reason = NONE;
            if (voter & ELIGIBLE == 0) reason = uint256(Refusal.NOT_ELIGIBLE);
            else if (state == VOTED) reason = uint256(Refusal.ALREADY_VOTED);
            else if (BallotForm.isOvervoted(choices, sitting.form)) reason = uint256(Refusal.OVERVOTE);
            else reason = _authentic(sitting, head, choices, voter, signature);
            if (reason == NONE) {
                _admitBallot(sitting, head >> 224, choices, state);
            } else {
                emit BallotRefused(sitting.meeting, sitting.call, _member(head), uint32(i), Refusal(reason));
            }
            unchecked {
                ++i;
            }
        }
        _riseFromBallots(sitting);
    }

    function _takeCheckIns(Sitting memory sitting, bytes calldata papers) private {
        uint256[] memory records = papers.index();
        uint256[] memory words = _votersOf(records, sitting.noticedAt);
        sitting.accepted = _room(records.length, CHECK_IN_BYTES);
        for (uint256 i = 0; i < records.length; ++i) {
            (uint256 head,, bytes calldata signature) = papers.read(records[i]);
            Refusal reason = _checkInReason(sitting, head, words[i], signature);
            if (reason == Refusal.NONE) _admit(sitting, head >> 224);
            else emit CheckInRefused(sitting.meeting, sitting.call, _member(head), uint32(i), reason);
        }
        _riseFromCheckIns(sitting);
    }

    function _checkInReason(Sitting memory sitting, uint256 head, uint256 voter, bytes calldata signature)
        private
        returns (Refusal)
    {
        if (voter & ELIGIBLE == 0) return Refusal.NOT_ELIGIBLE;
        if (_turnTo(sitting, head >> 224) >= PRESENT) return Refusal.ALREADY_PRESENT;
        uint256 place = Papers.placeIn(head);
        uint40 deadline = Papers.deadlineIn(head);
        bytes32 order = keccak256(abi.encode(CHECK_IN_TYPEHASH, head >> 224, place >> 8, place & 0xff, deadline));
        if (!_isSigned(head >> 224, _hashTypedDataV4(order), signature, voter)) return Refusal.BAD_SIGNATURE;
        if (block.timestamp > deadline) return Refusal.EXPIRED;
        return place == sitting.here ? Refusal.NONE : Refusal.WRONG_MEETING;
    }

    /// @param voter of `MemberRegistry.voters`
    function _castOne(Sitting memory sitting, MemberNumber member, uint256 voter, uint256 choices) private {
        uint256 number = MemberNumber.unwrap(member);
        if (voter & ELIGIBLE == 0) revert BoxPaperRefused(member, Refusal.NOT_ELIGIBLE);
        uint256 state = _turnTo(sitting, number);
        if (state == VOTED) revert BoxPaperRefused(member, Refusal.ALREADY_VOTED);
        if (BallotForm.isOvervoted(choices, sitting.form)) revert BoxPaperRefused(member, Refusal.OVERVOTE);
        sitting.accepted = _room(1, BALLOT_BYTES);
        _admitBallot(sitting, number, choices, state);
        _riseFromBallots(sitting);
    }

    /// @dev The signer, an address, sends for itself.
    function _requireSender(MemberNumber member, uint256 voter) private view {
        if (uint168(voter) != uint160(msg.sender)) revert BoxNotSigner(member, msg.sender);
    }

    /// @param voter of `MemberRegistry.voters`
    /// @return reason of a Refusal
    function _authentic(Sitting memory sitting, uint256 head, uint256 choices, uint256 voter, bytes calldata signature)
        private
        view
        returns (uint256 reason)
    {
        bytes32 digest = Papers.ballotDigest(sitting.domain, BALLOT_TYPEHASH, head, choices);
        bool isSigned = uint8(voter >> 160) == 0 && SignedOrders.recovers(address(uint160(voter)), digest, signature);
        if (!isSigned && !_isSigned(head >> 224, digest, signature, voter)) return uint256(Refusal.BAD_SIGNATURE);
        if (block.timestamp > Papers.deadlineIn(head)) return uint256(Refusal.EXPIRED);
        if (Papers.placeIn(head) != sitting.here) return uint256(Refusal.WRONG_MEETING);
    }

    function _petitioner(bytes32 noticeHash, bytes calldata papers, uint256 record, uint256 voter)
        private
        view
        returns (Refusal)
    {
        if (voter & ELIGIBLE == 0) return Refusal.NOT_ELIGIBLE;
        (uint256 head,, bytes calldata signature) = papers.read(record);
        uint256 member = head >> 224;
        if (_signatures[noticeHash][member >> 8] >> (member & 0xff) & 1 != 0) return Refusal.ALREADY_VOTED;
        bytes32 order = keccak256(abi.encode(PETITION_TYPEHASH, member, noticeHash, Papers.deadlineIn(head)));
        if (!_isSigned(member, _hashTypedDataV4(order), signature, voter)) return Refusal.BAD_SIGNATURE;
        return block.timestamp > Papers.deadlineIn(head) ? Refusal.EXPIRED : Refusal.NONE;
    }

    /// @param voter of `MemberRegistry.voters`
    function _isSigned(uint256 member, bytes32 digest, bytes calldata signature, uint256 voter)
        private
        view
        returns (bool)
    {
        if (uint8(voter >> 160) == uint8(IMemberRegistry.SignerKind.ADDRESS)) {
            return SignedOrders.isSignedByAddress(address(uint160(voter)), digest, signature);
        }
        return REGISTRY.isSignedBy(MemberNumber.wrap(uint32(member)), digest, signature);
    }

    /// @dev After `_turnTo(sitting, member)`, which told `state`.
    function _admitBallot(Sitting memory sitting, uint256 member, uint256 choices, uint256 state) private {
        unchecked {
            sitting.cameFrom += 1 << (state << 6);
            sitting.states |= VOTED << _shift(member);
        }
        if (sitting.proxies) _endProxy(sitting, member);
        bytes memory accepted = sitting.accepted;
        assembly ("memory-safe") {
            let length := mload(accepted)
            let to := add(add(accepted, 0x20), length)
            mstore(to, shl(224, member))
            mstore(add(to, CHECK_IN_BYTES), choices)
            mstore(accepted, add(length, BALLOT_BYTES))
        }
        BallotForm.count(sitting.counters, choices);
    }

    /// @dev After `_turnTo(sitting, member)`: a member who is ABSENT or on the paper list.
    function _admit(Sitting memory sitting, uint256 member) private {
        uint256 shift = _shift(member);
        sitting.cameFrom += 1 << ((sitting.states >> shift & STATE_MASK) << 6);
        sitting.states = sitting.states & ~(STATE_MASK << shift) | PRESENT << shift;
        if (sitting.proxies) _endProxy(sitting, member);
        _append(sitting.accepted, member);
    }

    function _endProxy(Sitting memory sitting, uint256 member) private {
        _proxies[sitting.meeting][MemberNumber.wrap(uint32(member))] = MemberNumber.wrap(0);
    }

    function _riseFromBallots(Sitting memory sitting) private {
        if (sitting.cameFrom == 0) return;
        _store(sitting, true);
        for (uint256 i = 0; i < sitting.counters.length; ++i) {
            if (sitting.counters[i] == 0) continue;
            _counters[sitting.baseKey | i] += sitting.counters[i];
        }
        emit BallotsCast(sitting.meeting, sitting.call, sitting.accepted);
    }

    function _riseFromCheckIns(Sitting memory sitting) private {
        if (sitting.cameFrom == 0) return;
        _store(sitting, false);
        emit CheckedIn(sitting.meeting, sitting.call, sitting.accepted);
    }

    /// @dev Who came is present now, whether from nowhere or from the paper list.
    function _store(Sitting memory sitting, bool ballots) private {
        if (sitting.statesKey != 0) _states[sitting.statesKey] = sitting.states;
        uint256 cameFrom = sitting.cameFrom;
        CallState memory state = sitting.state;
        uint32 fromPaper = uint32(cameFrom >> (ON_PAPER << 6));
        uint32 came = uint32(cameFrom) + fromPaper;
        state.present += came;
        state.paper -= fromPaper;
        if (ballots) state.ballots += came + uint32(cameFrom >> (PRESENT << 6));
        _calls[sitting.meeting][sitting.call] = state;
    }

    /// @notice The state of `member`, with `sitting.states` the word that it is in.
    function _turnTo(Sitting memory sitting, uint256 member) private returns (uint256) {
        uint256 key = sitting.baseKey | member >> STATES_A_WORD_LOG;
        if (key != sitting.statesKey) {
            if (sitting.statesKey != 0) _states[sitting.statesKey] = sitting.states;
            (sitting.statesKey, sitting.states) = (key, _states[key]);
        }
        return sitting.states >> _shift(member) & STATE_MASK;
    }

    /// @notice Empty bytes with room for `count` entries of `width` bytes.
    function _room(uint256 count, uint256 width) private pure returns (bytes memory packed) {
        packed = new bytes(count * width + 32);
        assembly ("memory-safe") {
            mstore(packed, 0)
        }
    }

    /// @notice Adds a member's number to bytes that have room for it.
    function _append(bytes memory packed, uint256 member) private pure {
        assembly ("memory-safe") {
            let length := mload(packed)
            mstore(add(add(packed, 0x20), length), shl(224, member))
            mstore(packed, add(length, CHECK_IN_BYTES))
        }
    }

    function _member(uint256 head) private pure returns (MemberNumber) {
        return MemberNumber.wrap(uint32(head >> 224));
    }

    function _requireOrder(MemberNumber member, bytes32 order, uint40 deadline, bytes calldata signature) private view {
        if (block.timestamp > deadline) revert BoxOrderExpired(deadline);
        bytes32 digest = _hashTypedDataV4(order);
        if (!REGISTRY.isSignedBy(member, digest, signature)) revert BoxOrderInvalid(member, digest);
    }

    function _voter(MemberNumber member, uint40 noticedAt) private view returns (uint256) {
        return uint256(bytes32(REGISTRY.voters(abi.encode(uint256(MemberNumber.unwrap(member)) << 224), noticedAt)));
    }

    /// @notice Replaces words of member numbers by those of `MemberRegistry.voters`.
    function _votersOf(uint256[] memory named, uint40 noticedAt) private view returns (uint256[] memory) {
        uint256 length = named.length;
        bytes memory words = REGISTRY.voters(named.toBytes(), noticedAt);
        assembly ("memory-safe") {
            mstore(named, length)
        }
        return Words.fromBytes(words);
    }

    function _key(uint32 meeting, uint8 call, uint256 index) private pure returns (uint256) {
        return uint256(meeting) << 64 | uint256(call) << 56 | index;
    }

    function _shift(uint256 member) private pure returns (uint256) {
        return (member & ((1 << STATES_A_WORD_LOG) - 1)) * STATE_BITS;
    }

    function _isFree(MemberNumber holder) private pure returns (bool) {
        return MemberNumber.unwrap(holder) == 0;
    }
}
