// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IAuthority} from "./interfaces/IAuthority.sol";
import {Call, IBallotBox} from "./interfaces/IBallotBox.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {IRAT} from "./interfaces/IRAT.sol";
import {IWriters} from "./interfaces/IWriters.sol";
import {BallotForm} from "./libraries/BallotForm.sol";
import {MemberNumber, Offices} from "./libraries/Types.sol";

/// @title Notices of meetings, and what they froze
abstract contract Meetings is IRAT, EIP712 {
    /// @dev Two words.
    struct Convened {
        uint40 noticedAt;
        uint32 roll;
        MemberNumber convener;
        MeetingKind kind;
        uint16 bookYear;
        uint8 motions;
        uint112 form;
        Bylaws bylaws;
    }

    uint256 private constant MOST_MOTIONS = BallotForm.MOST_RESOLUTIONS + BallotForm.MOST_ELECTIONS;
    uint256 private constant MOST_CANDIDATES = 64;
    uint40 private constant PETITION_LIFE = 180 days;
    uint40 private constant LONGEST_CALL = 31 days;
    uint40 private constant LONGEST_NOTICE = 180 days;
    uint16 private constant SIMPLE_MAJORITY = 5_000;
    uint16 private constant ALL = 10_000;
    uint16 private constant SHORTEST_TERM_DAYS = 181;
    uint16 private constant LONGEST_TERM_DAYS = 1_826;

    bytes32 private constant CANDIDACY_TYPEHASH =
        keccak256("Candidacy(uint32 member,bytes32 election,address account,uint40 deadline)");

    IAuthority internal immutable AUTHORITY;
    IMemberRegistry internal immutable REGISTRY;
    IBallotBox internal immutable BOX;
    IRAT internal immutable PREDECESSOR;

    uint32 private _lastMeeting;
    Bylaws private _bylaws;
    mapping(uint32 meeting => Convened) private _meetings;
    mapping(uint32 meeting => bytes32) private _contentsHashes;
    mapping(bytes32 noticeHash => bool) private _petitionUsed;

    constructor(IAuthority authority, IMemberRegistry registry, IBallotBox box, IRAT predecessor_)
        EIP712("Koperasi RAT", "1")
    {
        (AUTHORITY, REGISTRY, BOX, PREDECESSOR) = (authority, registry, box, predecessor_);
    }

    /// @inheritdoc IRAT
    function convene(Notice calldata notice) external returns (uint32) {
        bytes32 noticeHash = keccak256(abi.encode(notice));
        (uint32 signatures, uint32 needed, uint40 startedAt) = BOX.petitionOf(noticeHash);
        bool used = _petitionUsed[noticeHash];
        uint40 latest = startedAt + PETITION_LIFE;
        if (needed != 0 && signatures >= needed && block.timestamp <= latest && !used) {
            _petitionUsed[noticeHash] = true;
            return _convene(notice, noticeHash, MemberNumber.wrap(0));
        }
        if (_mayConvene(msg.sender)) return _convene(notice, noticeHash, AUTHORITY.personOf(msg.sender));
        if (used) revert RATNoticeUsed(noticeHash);
        if (needed == 0) revert RATNotConvener(msg.sender);
        if (signatures < needed) revert RATPetitionTooSmall(signatures, needed);
        revert RATTooLate(latest);
    }

    /// @inheritdoc IRAT
    function withdrawMotion(uint32 meeting, uint8 motion) external {
        MemberNumber convener = _requireMeeting(meeting).convener;
        if (MemberNumber.unwrap(convener) == 0 || AUTHORITY.personOf(msg.sender) != convener) {
            revert RATNotConvener(msg.sender);
        }
        BOX.withdraw(meeting, motion);
        emit MotionWithdrawn(meeting, motion, msg.sender);
    }

    /// @inheritdoc IRAT
    function bylawsOf(uint32 meeting) external view returns (Bylaws memory) {
        return _requireMeeting(meeting).bylaws;
    }

    /// @inheritdoc IRAT
    function currentBylaws() external view returns (Bylaws memory) {
        return _bylaws;
    }

    /// @inheritdoc IRAT
    function lastMeeting() public view returns (uint32) {
        if (_lastMeeting != 0 || address(PREDECESSOR) == address(0)) return _lastMeeting;
        return PREDECESSOR.lastMeeting();
    }

    /// @inheritdoc IRAT
    function meetingOf(uint32 meeting) external view returns (Meeting memory) {
        Convened storage convened = _requireMeeting(meeting);
        return Meeting({
            kind: convened.kind,
            bookYear: convened.bookYear,
            noticedAt: convened.noticedAt,
            roll: convened.roll,
            motions: convened.motions,
            resolutions: uint8(BallotForm.resolutionsIn(convened.form)),
            boxes: uint16(BallotForm.boxesIn(convened.form)),
            convener: convened.convener
        });
    }

    /// @inheritdoc IRAT
    function electionOf(Notice calldata notice, uint8 motion) public pure returns (bytes32) {
        Election calldata election = notice.motions[motion - 1].election;
        return keccak256(abi.encode(notice.documents, notice.salt, notice.first, election.offices, election.termDays));
    }

    /// @inheritdoc IRAT
    function ballotBox() external view returns (IBallotBox) {
        return BOX;
    }

    /// @inheritdoc IRAT
    function contentsHashOf(uint32 meeting) external view returns (bytes32) {
        _requireMeeting(meeting);
        return _contentsHashes[meeting];
    }

    /// @inheritdoc IRAT
    function predecessor() external view returns (address) {
        return address(PREDECESSOR);
    }

    /// @param convener zero for a petition
    function _convene(Notice calldata notice, bytes32 noticeHash, MemberNumber convener)
        private
        returns (uint32 meeting)
    {
        address admin = AUTHORITY.admin();
        if (admin != address(this)) revert RATReplaced(admin);
        Bylaws memory laws = _bylaws;
        _requireTimes(notice.first, notice.second, laws);
        uint32 roll = REGISTRY.activeCountAt(block.timestamp);
        if (roll < laws.minimumMembers) revert RATTooFewMembers(roll, laws.minimumMembers);
        if ((notice.kind == MeetingKind.TAHUNAN) != (notice.bookYear != 0)) revert RATMotionInvalid(0);
        meeting = lastMeeting() + 1;
        _lastMeeting = meeting;
        emit MeetingConvened(
            meeting,
            notice.kind,
            notice.bookYear,
            msg.sender,
            noticeHash,
            notice.documents,
            roll,
            notice.first,
            notice.second,
            laws
        );
        (uint112 form, uint256[] memory marks) = _put(meeting, notice, laws.specialMajorityBps);
        _meetings[meeting] = Convened({
            noticedAt: uint40(block.timestamp),
            roll: roll,
            convener: convener,
            kind: notice.kind,
            bookYear: notice.bookYear,
            motions: uint8(notice.motions.length),
            form: form,
            bylaws: laws
        });
        IBallotBox.Rules memory rules = IBallotBox.Rules({
            noticedAt: uint40(block.timestamp),
            form: form,
            firstQuorum: _quorum(roll, laws.firstQuorumBps),
            secondQuorum: _quorum(roll, laws.secondQuorumBps),
            objectionPeriod: laws.objectionPeriod,
            proxiesPerHolder: laws.proxiesPerHolder
        });
        BOX.open(meeting, rules, marks, notice.first, notice.second);
    }

    function _requireMeeting(uint32 meeting) private view returns (Convened storage convened) {
        convened = _meetings[meeting];
        if (convened.noticedAt == 0) revert RATUnknownMeeting(meeting);
    }

    /// @notice Members that must be present: rounded up.
    function _quorum(uint256 roll, uint256 bps) private pure returns (uint32) {
        return uint32(Math.ceilDiv(roll * bps, ALL));
    }

    /// @notice The by-laws of the next notice.
    function _adopt(Bylaws memory laws) internal {
        _requireBylaws(laws);
        _bylaws = laws;
        emit BylawsChanged(laws);
    }

    function _requireBylaws(Bylaws memory laws) private pure {
        bool wellFormed = laws.noticeDays >= 14 && laws.noticeDays <= 90 && laws.firstQuorumBps <= ALL
            && laws.firstQuorumBps >= laws.secondQuorumBps && laws.secondQuorumBps > 0 && laws.secondAfterDays > 0
            && laws.secondWithinDays >= laws.secondAfterDays && laws.secondWithinDays <= 90
            && laws.specialMajorityBps >= SIMPLE_MAJORITY && laws.specialMajorityBps <= ALL && laws.petitionBps > 0
            && laws.petitionBps <= 5_000 && laws.minimumMembers >= 9 && laws.executionDelay <= 30 days
            && laws.objectionPeriod >= 10 minutes && laws.objectionPeriod <= 7 days;
        if (!wellFormed) revert RATBylawsInvalid();
    }

    /// @dev KETUA and SEKRETARIS whose term lapsed can still convene, if nobody ended it: else nobody could elect.
    function _mayConvene(address account) private view returns (bool) {
        for (uint64 office = Offices.KETUA; office <= Offices.PENGAWAS; ++office) {
            (uint40 until,) = AUTHORITY.termOf(office, account);
            if (office != Offices.BENDAHARA && until != 0) return true;
        }
        return false;
    }

    function _requireTimes(Call calldata first, Call calldata second, Bylaws memory laws) private view {
        uint40 current = uint40(block.timestamp);
        _requireCall(first, current + uint40(laws.noticeDays) * 1 days, current + LONGEST_NOTICE);
        uint40 earliest = first.opensAt + uint40(laws.secondAfterDays) * 1 days;
        uint40 latest = first.opensAt + uint40(laws.secondWithinDays) * 1 days;
        _requireCall(second, earliest < first.closesAt ? first.closesAt : earliest, latest);
    }

    function _requireCall(Call calldata call, uint40 earliest, uint40 latest) private pure {
        if (call.opensAt < earliest || call.opensAt > latest) revert RATTimeInvalid(call.opensAt, earliest, latest);
        uint40 longest = call.opensAt + LONGEST_CALL;
        if (call.closesAt <= call.opensAt || call.closesAt > longest) {
            revert RATTimeInvalid(call.closesAt, call.opensAt + 1, longest);
        }
    }

    function _put(uint32 meeting, Notice calldata notice, uint16 specialMajorityBps)
        private
        returns (uint112, uint256[] memory marks)
    {
        uint256 length = notice.motions.length;
        if (length == 0 || length > MOST_MOTIONS) revert RATMotionInvalid(uint8(length));
        marks = new uint256[]((length + 7) / 8);
        bytes32[] memory contents = new bytes32[](length);
        uint256 elections;
        uint256 form;
        uint256[] memory taken;
        for (uint8 number = 1; number <= length; ++number) {
            Motion calldata motion = notice.motions[number - 1];
            BallotForm.Mark memory mark;
            if (motion.kind == MotionKind.RESOLUTION) {
                mark.weighty = _requireResolution(motion, number, specialMajorityBps);
                mark.majorityBps = motion.majorityBps;
                mark.place = uint8(BallotForm.resolutionsIn(form));
                ++form;
            } else {
                if (elections == BallotForm.MOST_ELECTIONS) revert RATMotionInvalid(number);
                taken = _requireElection(notice, number, taken);
                (mark.isElection, mark.weighty, mark.place) = (true, true, uint8(elections));
                form = BallotForm.withElection(
                    form, elections++, motion.election.candidates.length, motion.election.offices.length
                );
            }
            BallotForm.withMark(marks, number, mark);
            contents[number - 1] = keccak256(abi.encode(motion));
            emit MotionPut(meeting, number, motion);
        }
        bool fits = BallotForm.resolutionsIn(form) <= BallotForm.MOST_RESOLUTIONS
            && BallotForm.boxesIn(form) <= BallotForm.MOST_BOXES;
        if (!fits) revert RATMotionInvalid(uint8(length));
        _contentsHashes[meeting] = keccak256(abi.encodePacked(contents));
        return (uint112(form), marks);
    }

    /// @return weighty whether it carries something out
    function _requireResolution(Motion calldata motion, uint8 number, uint16 specialMajorityBps)
        private
        view
        returns (bool weighty)
    {
        weighty = motion.actions.length != 0;
        uint16 least = SIMPLE_MAJORITY;
        for (uint256 i = 0; i < motion.actions.length; ++i) {
            if (_isConstitutional(motion.actions[i])) least = specialMajorityBps;
        }
        if (motion.majorityBps < least || motion.majorityBps > ALL) {
            revert RATMajorityTooLow(number, motion.majorityBps, least);
        }
        Election calldata election = motion.election;
        if (election.offices.length + election.candidates.length + election.outgoing.length != 0) {
            revert RATMotionInvalid(number);
        }
    }

    /// @dev What changes roles, contracts or by-laws.
    function _isConstitutional(Action calldata action) internal view returns (bool) {
        if (action.target == address(AUTHORITY) || action.target == address(this)) return true;
        bytes4 selector = bytes4(action.data);
        return selector == IWriters.setWriter.selector || selector == IMemberRegistry.suspend.selector
            || selector == IMemberRegistry.reinstate.selector;
    }

    /// @param taken member numbers and accounts of the candidates of earlier elections
    /// @return with those of this one
    function _requireElection(Notice calldata notice, uint8 number, uint256[] memory taken)
        private
        view
        returns (uint256[] memory)
    {
        Motion calldata motion = notice.motions[number - 1];
        Election calldata election = motion.election;
        uint256 seats = election.offices.length;
        bool wellFormed = motion.actions.length == 0 && motion.majorityBps == 0 && seats != 0
            && seats <= MOST_CANDIDATES && election.candidates.length != 0
            && election.candidates.length <= MOST_CANDIDATES && election.termDays >= SHORTEST_TERM_DAYS
            && election.termDays <= LONGEST_TERM_DAYS;
        for (uint256 i = 0; i < seats; ++i) {
            uint64 office = election.offices[i];
            if (office < Offices.KETUA || office > Offices.PENGAWAS) wellFormed = false;
        }
        if (!wellFormed) revert RATMotionInvalid(number);
        uint256 before = taken.length;
        uint256[] memory all = new uint256[](before + 2 * election.candidates.length);
        for (uint256 i = 0; i < before; ++i) {
            all[i] = taken[i];
        }
        bytes32 electionHash = electionOf(notice, number);
        for (uint256 i = 0; i < election.candidates.length; ++i) {
            uint256 place = before + 2 * i;
            Candidate calldata candidate = election.candidates[i];
            if (i != 0 && election.tieRule == TieRule.LOWEST_MEMBER_NO) {
                _requireAscending(election.candidates[i - 1], candidate, number);
            }
            _requireCandidate(candidate, number, electionHash);
            (all[place], all[place + 1]) = (MemberNumber.unwrap(candidate.member), uint160(candidate.account));
            for (uint256 j = 0; j < place; ++j) {
                if (all[j] == all[place + (j & 1)]) revert RATCandidateInvalid(number, candidate.member);
            }
        }
        return all;
    }

    function _requireAscending(Candidate calldata a, Candidate calldata b, uint8 number) private pure {
        if (MemberNumber.unwrap(a.member) >= MemberNumber.unwrap(b.member)) {
            revert RATCandidateInvalid(number, b.member);
        }
    }

    /// @dev Who stands is a member, consents, and brings an account that nobody else acts with.
    function _requireCandidate(Candidate calldata candidate, uint8 number, bytes32 electionHash) private view {
        MemberNumber member = candidate.member;
        address account = candidate.account;
        MemberNumber person = AUTHORITY.personOf(account);
        bool free = account != address(0) && account != address(this) && account != address(AUTHORITY)
            && (MemberNumber.unwrap(person) == 0 || person == member);
        if (!free || !REGISTRY.wasActiveAt(member, block.timestamp)) revert RATCandidateInvalid(number, member);
        bytes32 order = keccak256(abi.encode(CANDIDACY_TYPEHASH, member, electionHash, account, candidate.deadline));
        bool consents = block.timestamp <= candidate.deadline
            && REGISTRY.isSignedBy(member, _hashTypedDataV4(order), candidate.consent);
        if (!consents) revert RATConsentInvalid(number, member);
    }
}
