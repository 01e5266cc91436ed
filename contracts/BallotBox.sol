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
    using Papers for Papers.Paper;
    using Words for uint256[];

    /// @dev What a transaction works with while it takes papers of one call. `statesKey` is the word of `states`, which is
    /// written back when another is needed.
    struct Sitting {
        uint32 meeting;
        uint8 call;
        bool proxies;
        bool ballots;
        uint40 noticedAt;
        uint112 form;
        uint256 statesKey;
        uint256 states;
        uint256[] counters;
        uint256[] taken;
        CallState state;
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
    uint256 private constant STATE_BITS = 2;
    uint256 private constant STATE_MASK = 3;
    uint256 private constant STATES_A_WORD_LOG = 7;
    uint256 private constant ELIGIBLE = 1 << 255;

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
        Sitting memory sitting = _sit(meeting, false);
        _take(sitting, papers);
    }

    /// @inheritdoc IBallotBox
    function cast(uint32 meeting, bytes calldata papers) external nonReentrant {
        Sitting memory sitting = _sit(meeting, true);
        _take(sitting, papers);
    }

    /// @inheritdoc IBallotBox
    function checkInOwn(uint32 meeting, MemberNumber member) external nonReentrant {
        _takeOwn(_sit(meeting, false), member, 0);
    }

    /// @inheritdoc IBallotBox
    function castOwn(uint32 meeting, MemberNumber member, uint256 choices) external nonReentrant {
        _takeOwn(_sit(meeting, true), member, choices);
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
        Refusal reason = _admissible(sitting, MemberNumber.unwrap(member), _voter(member, sitting.noticedAt), choices);
        if (reason != Refusal.NONE) revert BoxPaperRefused(member, reason);
        sitting.taken = Words.list(2);
        _admit(sitting, MemberNumber.unwrap(member), choices);
        _rise(sitting);
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
        uint256[] memory words = Words.fromBytes(REGISTRY.voters(named, sitting.noticedAt));
        sitting.taken = Words.list(named.length);
        for (uint256 i = 0; i < named.length; ++i) {
            uint256 member = named[i] >> 224;
            bool listed = words[i] & ELIGIBLE != 0 && _stateIn(sitting, member) == Attendance.ABSENT;
            if (!listed) continue;
            _setState(sitting, member, Attendance.PAPER);
            ++sitting.state.paper;
            sitting.taken.push(member);
        }
        _store(sitting);
        emit PaperListEntered(meeting, sitting.call, document, _packed(sitting.taken));
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
        uint256[] memory named = Papers.membersOf(papers);
        uint256[] memory words = Words.fromBytes(REGISTRY.voters(named, petition.startedAt));
        uint256[] memory added = Words.list(named.length);
        Papers.Paper memory paper;
        for (uint256 i = 0; i < named.length; ++i) {
            paper.readInto(papers, paper.end);
            Refusal reason = _petitioner(noticeHash, paper, papers, words[i]);
            if (reason == Refusal.NONE) {
                _signatures[noticeHash][paper.member >> 8] |= 1 << (paper.member & 0xff);
                added.push(paper.member);
            } else {
                emit SignatureRefused(noticeHash, MemberNumber.wrap(uint32(paper.member)), uint32(i), reason);
            }
        }
        petition.signed += uint32(added.length);
        _petitions[noticeHash] = petition;
        emit PetitionSigned(noticeHash, _packed(added), petition.signed, petition.needed);
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
        sitting.ballots = ballots;
        (sitting.noticedAt, sitting.form) = (rules.noticedAt, rules.form);
        sitting.proxies = rules.proxiesPerHolder != 0;
        sitting.statesKey = type(uint256).max;
        if (ballots) sitting.counters = new uint256[]((BallotForm.boxesIn(rules.form) + 7) / 8);
        for (sitting.call = 1; sitting.call <= 2; ++sitting.call) {
            sitting.state = _calls[meeting][sitting.call];
            if (block.timestamp < sitting.state.opensAt) break;
            if (block.timestamp < sitting.state.closesAt) return sitting;
            if (sitting.state.present >= rules.firstQuorum) break;
        }
        revert BoxNoOpenCall(meeting);
    }

    function _take(Sitting memory sitting, bytes calldata papers) private {
        uint256[] memory named = Papers.membersOf(papers);
        uint256[] memory words = Words.fromBytes(REGISTRY.voters(named, sitting.noticedAt));
        sitting.taken = Words.list(2 * named.length);
        Papers.Paper memory paper;
        for (uint256 i = 0; i < named.length; ++i) {
            paper.readInto(papers, paper.end);
            Refusal reason = _admissible(sitting, paper.member, words[i], paper.choices);
            if (reason == Refusal.NONE) reason = _authentic(sitting, paper, papers, words[i]);
            if (reason == Refusal.NONE) {
                _admit(sitting, paper.member, paper.choices);
            } else {
                _refuse(sitting, paper.member, i, reason);
            }
        }
        _rise(sitting);
    }

    function _takeOwn(Sitting memory sitting, MemberNumber member, uint256 choices) private {
        uint256 number = MemberNumber.unwrap(member);
        uint256 word = _voter(member, sitting.noticedAt);
        if (uint168(word) != uint160(msg.sender)) revert BoxNotSigner(member, msg.sender);
        Refusal reason = _admissible(sitting, number, word, choices);
        if (reason != Refusal.NONE) revert BoxPaperRefused(member, reason);
        sitting.taken = Words.list(2);
        _admit(sitting, number, choices);
        _rise(sitting);
    }

    function _admissible(Sitting memory sitting, uint256 member, uint256 word, uint256 choices)
        private
        view
        returns (Refusal)
    {
        if (word & ELIGIBLE == 0) return Refusal.NOT_ELIGIBLE;
        Attendance state = _stateIn(sitting, member);
        if (!sitting.ballots) return state >= Attendance.PRESENT ? Refusal.ALREADY_PRESENT : Refusal.NONE;
        if (state == Attendance.VOTED) return Refusal.ALREADY_VOTED;
        return BallotForm.isOvervoted(choices, sitting.form) ? Refusal.OVERVOTE : Refusal.NONE;
    }

    function _authentic(Sitting memory sitting, Papers.Paper memory paper, bytes calldata papers, uint256 word)
        private
        view
        returns (Refusal)
    {
        bytes32 order = sitting.ballots
            ? keccak256(
                abi.encode(BALLOT_TYPEHASH, paper.member, paper.meeting, paper.call, paper.choices, paper.deadline)
            )
            : keccak256(abi.encode(CHECK_IN_TYPEHASH, paper.member, paper.meeting, paper.call, paper.deadline));
        if (!_isSigned(paper, papers, word, order)) return Refusal.BAD_SIGNATURE;
        if (block.timestamp > paper.deadline) return Refusal.EXPIRED;
        bool here = paper.meeting == sitting.meeting && paper.call == sitting.call;
        return here ? Refusal.NONE : Refusal.WRONG_MEETING;
    }

    function _petitioner(bytes32 noticeHash, Papers.Paper memory paper, bytes calldata papers, uint256 word)
        private
        view
        returns (Refusal)
    {
        if (word & ELIGIBLE == 0) return Refusal.NOT_ELIGIBLE;
        uint256 signatures = _signatures[noticeHash][paper.member >> 8];
        if (signatures >> (paper.member & 0xff) & 1 != 0) return Refusal.ALREADY_VOTED;
        bytes32 order = keccak256(abi.encode(PETITION_TYPEHASH, paper.member, noticeHash, paper.deadline));
        if (!_isSigned(paper, papers, word, order)) return Refusal.BAD_SIGNATURE;
        return block.timestamp > paper.deadline ? Refusal.EXPIRED : Refusal.NONE;
    }

    /// @param word of `MemberRegistry.voters`
    function _isSigned(Papers.Paper memory paper, bytes calldata papers, uint256 word, bytes32 order)
        private
        view
        returns (bool)
    {
        bytes32 digest = _hashTypedDataV4(order);
        bytes calldata signature = paper.signatureOf(papers);
        if (uint8(word >> 160) == uint8(IMemberRegistry.SignerKind.ADDRESS)) {
            return SignedOrders.isSignedByAddress(address(uint160(word)), digest, signature);
        }
        return REGISTRY.isSignedBy(MemberNumber.wrap(uint32(paper.member)), digest, signature);
    }

    function _admit(Sitting memory sitting, uint256 member, uint256 choices) private {
        Attendance before = _stateIn(sitting, member);
        if (before == Attendance.PAPER) --sitting.state.paper;
        if (before != Attendance.PRESENT) ++sitting.state.present;
        sitting.taken.push(member);
        if (sitting.proxies) _proxies[sitting.meeting][MemberNumber.wrap(uint32(member))] = MemberNumber.wrap(0);
        if (!sitting.ballots) return _setState(sitting, member, Attendance.PRESENT);
        sitting.taken.push(choices);
        ++sitting.state.ballots;
        BallotForm.count(sitting.counters, choices);
        _setState(sitting, member, Attendance.VOTED);
    }

    function _refuse(Sitting memory sitting, uint256 plain, uint256 index, Refusal reason) private {
        MemberNumber member = MemberNumber.wrap(uint32(plain));
        if (sitting.ballots) {
            emit BallotRefused(sitting.meeting, sitting.call, member, uint32(index), reason);
        } else {
            emit CheckInRefused(sitting.meeting, sitting.call, member, uint32(index), reason);
        }
    }

    /// @dev Stores what the papers changed and says so.
    function _rise(Sitting memory sitting) private {
        if (sitting.taken.length == 0) return;
        _store(sitting);
        for (uint256 i = 0; i < sitting.counters.length; ++i) {
            if (sitting.counters[i] == 0) continue;
            _counters[_key(sitting.meeting, sitting.call, i)] += sitting.counters[i];
        }
        if (sitting.ballots) emit BallotsCast(sitting.meeting, sitting.call, _packedBallots(sitting.taken));
        else emit CheckedIn(sitting.meeting, sitting.call, _packed(sitting.taken));
    }

    function _store(Sitting memory sitting) private {
        if (sitting.statesKey != type(uint256).max) _states[sitting.statesKey] = sitting.states;
        _calls[sitting.meeting][sitting.call] = sitting.state;
    }

    function _stateIn(Sitting memory sitting, uint256 member) private view returns (Attendance) {
        uint256 key = _key(sitting.meeting, sitting.call, member >> STATES_A_WORD_LOG);
        uint256 states = key == sitting.statesKey ? sitting.states : _states[key];
        return Attendance(states >> _shift(member) & STATE_MASK);
    }

    function _setState(Sitting memory sitting, uint256 member, Attendance state) private {
        uint256 key = _key(sitting.meeting, sitting.call, member >> STATES_A_WORD_LOG);
        if (key != sitting.statesKey) {
            if (sitting.statesKey != type(uint256).max) _states[sitting.statesKey] = sitting.states;
            (sitting.statesKey, sitting.states) = (key, _states[key]);
        }
        uint256 shift = _shift(member);
        sitting.states = sitting.states & ~(STATE_MASK << shift) | uint256(uint8(state)) << shift;
    }

    function _requireOrder(MemberNumber member, bytes32 order, uint40 deadline, bytes calldata signature) private view {
        if (block.timestamp > deadline) revert BoxOrderExpired(deadline);
        bytes32 digest = _hashTypedDataV4(order);
        if (!REGISTRY.isSignedBy(member, digest, signature)) revert BoxOrderInvalid(member, digest);
    }

    function _voter(MemberNumber member, uint40 noticedAt) private view returns (uint256) {
        uint256[] memory named = new uint256[](1);
        named[0] = uint256(MemberNumber.unwrap(member)) << 224;
        return uint256(bytes32(REGISTRY.voters(named, noticedAt)));
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

    /// @dev 4 bytes a member.
    function _packed(uint256[] memory members) private pure returns (bytes memory packed) {
        uint256 length = 4 * members.length;
        packed = new bytes(length + 28);
        for (uint256 i = 0; i < members.length; ++i) {
            uint256 member = members[i];
            assembly ("memory-safe") {
                mstore(add(add(packed, 0x20), shl(2, i)), shl(224, member))
            }
        }
        assembly ("memory-safe") {
            mstore(packed, length)
        }
    }

    /// @dev Pairs of member and choices: 4 and 32 bytes.
    function _packedBallots(uint256[] memory pairs) private pure returns (bytes memory packed) {
        packed = new bytes(18 * pairs.length);
        assembly ("memory-safe") {
            let from := add(pairs, 0x20)
            let end := add(from, shl(5, mload(pairs)))
            let to := add(packed, 0x20)
            for {} lt(from, end) { from := add(from, 0x40) } {
                mstore(to, shl(224, mload(from)))
                mstore(add(to, 4), mload(add(from, 0x20)))
                to := add(to, 36)
            }
        }
    }
}
