// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Sittings} from "./Sittings.sol";
import {BallotRecords} from "./BallotRecords.sol";
import {IAuthority} from "./interfaces/IAuthority.sol";
import {Call, IBallotBox} from "./interfaces/IBallotBox.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {IRAT} from "./interfaces/IRAT.sol";
import {BallotForm} from "./libraries/BallotForm.sol";
import {Papers} from "./libraries/Papers.sol";
import {Countersignature, MemberNumber, Offices} from "./libraries/Types.sol";

/// @title Attendance and ballots of the meetings of one RAT
contract BallotBox is Sittings, ReentrancyGuardTransient {
    using Papers for bytes;

    /// @dev Of a petition for one notice.
    struct Petition {
        uint40 startedAt;
        uint32 needed;
        uint32 signed;
    }

    bytes32 private constant PROXY_TYPEHASH =
        keccak256("Proxy(uint32 member,uint32 holder,uint32 meeting,uint40 deadline)");
    bytes32 private constant OBJECTION_TYPEHASH =
        keccak256("Objection(uint32 member,uint32 meeting,uint8 motion,uint40 deadline)");
    bytes32 private constant PETITION_TYPEHASH =
        keccak256("Petition(uint32 member,bytes32 noticeHash,uint40 deadline)");

    IAuthority private immutable AUTHORITY;
    IRAT private immutable MEETINGS;

    mapping(bytes32 noticeHash => Petition) private _petitions;
    mapping(bytes32 noticeHash => mapping(uint256 word => uint256)) private _signatures;
    mapping(uint32 meeting => mapping(MemberNumber holder => uint8)) private _proxiesHeld;

    modifier onlyRAT() {
        if (msg.sender != address(MEETINGS)) revert BoxNotRAT(msg.sender);
        _;
    }

    constructor(IAuthority authority, IMemberRegistry registry, IRAT meetings) BallotRecords(registry) {
        (AUTHORITY, MEETINGS) = (authority, meetings);
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
        _takeCheckIns(_sit(meeting), papers);
    }

    /// @inheritdoc IBallotBox
    function cast(uint32 meeting, bytes calldata papers) external nonReentrant {
        _takeBallots(_sit(meeting), papers.index());
    }

    /// @inheritdoc IBallotBox
    function checkInOwn(uint32 meeting, MemberNumber member) external nonReentrant {
        Sitting memory sitting = _sit(meeting);
        uint256 voter = _voter(member, sitting.noticedAt);
        _requireSender(member, voter);
        uint256 number = MemberNumber.unwrap(member);
        Refusal reason = _refusalOfCheckIn(sitting, number, voter);
        if (reason != Refusal.NONE) revert BoxPaperRefused(member, reason);
        sitting.accepted = _room(1, CHECK_IN_BYTES);
        _admit(sitting, number);
        _riseFromCheckIns(sitting);
    }

    /// @inheritdoc IBallotBox
    function castOwn(uint32 meeting, MemberNumber member, uint256 choices) external nonReentrant {
        Sitting memory sitting = _sit(meeting);
        uint256 voter = _voter(member, sitting.noticedAt);
        _requireSender(member, voter);
        _castOne(sitting, member, voter, choices, true);
    }

    /// @inheritdoc IBallotBox
    function castByProxy(
        uint32 meeting,
        MemberNumber member,
        uint256 choices,
        uint40 deadline,
        bytes calldata signature
    ) external nonReentrant {
        Sitting memory sitting = _sit(meeting);
        MemberNumber holder = _proxies[meeting][member];
        bool present = attendanceOf(meeting, sitting.call, holder) >= Attendance.PRESENT;
        if (MemberNumber.unwrap(holder) == 0 || !present) revert BoxProxyInvalid(member, holder);
        _requireOrder(
            holder,
            keccak256(abi.encode(BALLOT_TYPEHASH, member, meeting, sitting.call, choices, deadline)),
            deadline,
            signature
        );
        _castOne(sitting, member, _voter(member, sitting.noticedAt), choices, false);
    }

    /// @inheritdoc IBallotBox
    function enterPaperList(
        uint32 meeting,
        bytes32 document,
        bytes calldata members,
        Countersignature calldata countersignature
    ) external nonReentrant {
        Sitting memory sitting = _sit(meeting);
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
            sitting.state += 1 << PAPER_COUNT;
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
        Sitting memory sitting = _sit(meeting);
        uint40 until = uint40(block.timestamp) + _rules[meeting].objectionPeriod;
        Consensus storage consensus = _consensus[meeting][motion];
        bool allowed = !mark.weighty && !mark.withdrawn && until <= uint40(sitting.state >> CLOSES_AT)
            && consensus.call != sitting.call;
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
        if (block.timestamp >= consensus.objectionsUntil) revert BoxTooLate(consensus.objectionsUntil);
        _requireOrder(
            member, keccak256(abi.encode(OBJECTION_TYPEHASH, member, meeting, motion, deadline)), deadline, signature
        );
        if (_voter(member, noticedAt) & ELIGIBLE == 0) revert BoxPaperRefused(member, Refusal.NOT_ELIGIBLE);
        consensus.objected = true;
        emit ObjectionRaised(meeting, motion, member);
    }

    /// @inheritdoc IBallotBox
    function signPetition(bytes32 noticeHash, bytes calldata papers) external {
        if (papers.length == 0) revert BoxNoPapers();
        Petition memory petition = _petitions[noticeHash];
        if (petition.startedAt == 0) {
            petition.startedAt = uint40(block.timestamp);
            uint256 active = REGISTRY.activeCountAt(block.timestamp);
            petition.needed = uint32(Math.ceilDiv(active * MEETINGS.currentBylaws().petitionBps, 10_000));
        }
        uint256[] memory records = papers.index();
        uint256[] memory words = _votersOf(records, petition.startedAt);
        bytes memory added = _room(records.length, CHECK_IN_BYTES);
        for (uint256 i = 0; i < records.length; ++i) {
            uint256 member = records[i] >> 224;
            Refusal reason = _petitioner(noticeHash, records[i], words[i]);
            if (reason == Refusal.NONE) {
                _signatures[noticeHash][member >> 8] |= 1 << (member & 0xff);
                _append(added, member);
                ++petition.signed;
            } else {
                emit SignatureRefused(noticeHash, MemberNumber.wrap(uint32(member)), uint32(i), reason);
            }
        }
        if (added.length == 0) return;
        _petitions[noticeHash] = petition;
        emit PetitionSigned(noticeHash, added, petition.signed, petition.needed);
    }

    /// @inheritdoc IBallotBox
    function petitionOf(bytes32 noticeHash) external view returns (uint32, uint32, uint40) {
        Petition memory petition = _petitions[noticeHash];
        return (petition.signed, petition.needed, petition.startedAt);
    }

    /// @inheritdoc IBallotBox
    function rat() external view returns (address) {
        return address(MEETINGS);
    }

    /// @dev The signer, an address, sends for itself.
    function _requireSender(MemberNumber member, uint256 voter) private view {
        if (uint168(voter) != uint160(msg.sender)) revert BoxNotSigner(member, msg.sender);
    }

    function _petitioner(bytes32 noticeHash, uint256 record, uint256 voter) private view returns (Refusal) {
        if (voter & ELIGIBLE == 0) return Refusal.NOT_ELIGIBLE;
        (uint256 head,) = Papers.read(record);
        uint256 member = head >> 224;
        if (_signatures[noticeHash][member >> 8] >> (member & 0xff) & 1 != 0) return Refusal.ALREADY_VOTED;
        bytes32 order = keccak256(abi.encode(PETITION_TYPEHASH, member, noticeHash, Papers.deadlineIn(head)));
        bool isSigned = _isSigned(member, _hashTypedDataV4(order), Papers.signatureOf(record, head), voter);
        if (!isSigned) return Refusal.BAD_SIGNATURE;
        return block.timestamp > Papers.deadlineIn(head) ? Refusal.EXPIRED : Refusal.NONE;
    }

    function _isFree(MemberNumber holder) private pure returns (bool) {
        return MemberNumber.unwrap(holder) == 0;
    }
}
