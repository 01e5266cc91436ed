// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Countersignature, MemberNumber} from "../libraries/Types.sol";
import {Call, IBallotBox} from "./IBallotBox.sol";

/// @title The members' meeting (rapat anggota): notice, attendance, ballots, elections, and decisions that carry themselves out
/// @notice A meeting is convened with all it will decide. The roll is frozen at the state before the notice's second, and all
/// by-laws with it. A first and a second call are part of the notice: the second takes place by itself for the motions that
/// had no quorum in the first. One ballot paper, signed once, covers all motions of a call.
///
/// Attendance and ballots are kept by the `IBallotBox` of this RAT.
///
/// EIP-712, domain ("Koperasi RAT", "1"): Candidacy(uint32 member,bytes32 election,address account,uint40 deadline)
interface IRAT {
    /// @notice TAHUNAN: the annual meeting (RAT). LUAR_BIASA: an extraordinary one (RALB).
    enum MeetingKind {
        TAHUNAN,
        LUAR_BIASA
    }

    enum MotionKind {
        RESOLUTION,
        ELECTION
    }

    /// @notice LOWEST_MEMBER_NO: candidates stand in the notice by ascending number. LIST_ORDER: the order of the notice's list
    /// (drawn by lot, for example). Of equal votes the one earlier on the list is elected.
    enum TieRule {
        LOWEST_MEMBER_NO,
        LIST_ORDER
    }

    /// @notice By-laws of meetings: changed by a decision of this RAT alone; a meeting keeps those of its notice.
    /// @param noticeDays least days from notice to the first call
    /// @param firstQuorumBps members present of the roll, basis points, rounded up
    /// @param secondQuorumBps not above the first
    /// @param secondAfterDays least days from the first call to the second, opening to opening
    /// @param secondWithinDays most days for the same
    /// @param specialMajorityBps least majority of a motion that changes roles, contracts or by-laws
    /// @param petitionBps share of the active members that can convene, basis points, rounded up
    /// @param minimumMembers a smaller roll cannot meet
    /// @param executionDelay seconds from the deciding call's close until a decision can be carried out
    /// @param objectionPeriod seconds in which a declared consensus can be objected to
    /// @param proxiesPerHolder zero: proxies are off
    struct Bylaws {
        uint16 noticeDays;
        uint16 firstQuorumBps;
        uint16 secondQuorumBps;
        uint16 secondAfterDays;
        uint16 secondWithinDays;
        uint16 specialMajorityBps;
        uint16 petitionBps;
        uint32 minimumMembers;
        uint32 executionDelay;
        uint32 objectionPeriod;
        uint8 proxiesPerHolder;
    }

    struct Action {
        address target;
        bytes data;
    }

    /// @param account holds the office if elected: an EOA or a contract wallet
    /// @param consent of `member`'s signer over Candidacy; `election` is `electionOf`
    struct Candidate {
        MemberNumber member;
        address account;
        uint40 deadline;
        bytes consent;
    }

    /// @notice An office that ends when an election's winners are installed.
    struct Outgoing {
        uint64 office;
        address account;
    }

    /// @param offices one for each seat, filled in the order of votes: KETUA, SEKRETARIS, BENDAHARA or PENGAWAS
    /// @param termDays from the deciding call's close; 181 to 1,826
    struct Election {
        uint64[] offices;
        uint16 termDays;
        TieRule tieRule;
        Candidate[] candidates;
        Outgoing[] outgoing;
    }

    /// @param title as the ballot paper shows it; no personal data
    /// @param text sha2-256 of the motion's document, or zero
    /// @param majorityBps of FOR + AGAINST. 5000: FOR must be more than half; any other: FOR must be at least that share
    /// @param actions of a RESOLUTION, carried out in order, all or none
    /// @param election of an ELECTION; empty in a RESOLUTION
    struct Motion {
        MotionKind kind;
        uint16 majorityBps;
        string title;
        bytes32 text;
        Action[] actions;
        Election election;
    }

    /// @param bookYear of a TAHUNAN: the year reported on; zero in a LUAR_BIASA
    /// @param documents sha2-256 of the agenda and documents (their CID, raw or dag-pb, follows from it)
    /// @param salt any word: tells two like notices apart
    struct Notice {
        MeetingKind kind;
        uint16 bookYear;
        bytes32 documents;
        bytes32 salt;
        Call first;
        Call second;
        Motion[] motions;
    }

    /// @param roll active members just before `noticedAt`
    /// @param resolutions motions with two boxes; the paper's first 2 * resolutions boxes
    /// @param convener the person; zero if convened by petition
    struct Meeting {
        MeetingKind kind;
        uint16 bookYear;
        uint40 noticedAt;
        uint32 roll;
        uint8 motions;
        uint8 resolutions;
        uint16 boxes;
        MemberNumber convener;
    }

    event MeetingConvened(
        uint32 indexed meeting,
        MeetingKind kind,
        uint16 bookYear,
        address indexed convener,
        bytes32 noticeHash,
        bytes32 documents,
        uint32 roll,
        Call first,
        Call second,
        Bylaws bylaws
    );
    /// @notice `motion` counts from 1 in the order of the notice.
    event MotionPut(uint32 indexed meeting, uint8 indexed motion, Motion content);
    event MotionWithdrawn(uint32 indexed meeting, uint8 indexed motion, address by);
    /// @notice A decision of `source` (this RAT or one before it) was carried out.
    event DecisionCarriedOut(address indexed source, uint32 indexed meeting, uint8 indexed motion);
    /// @notice Seat `seat` (from 0) of an election. A seat stays vacant (`member` zero) if nobody with a vote is left for it.
    event SeatFilled(
        uint32 indexed meeting,
        uint8 indexed motion,
        uint8 seat,
        uint64 office,
        MemberNumber member,
        address account,
        uint40 until
    );
    event MinutesRecorded(uint32 indexed meeting, bytes32 document, MemberNumber chair, MemberNumber secretary);
    event BylawsChanged(Bylaws bylaws);
    /// @notice A decision adopted a sequence: the hash of its first step, which commits to all. Zero: none is left to do.
    event SequenceAdopted(bytes32 sequence, uint40 until);
    /// @notice The step `done` of the sequence was carried out; `rest` is the hash of the next one, zero after the last.
    event SequenceAdvanced(bytes32 indexed done, bytes32 rest);

    error RATNotConvener(address account);
    /// @notice This RAT is not the ADMIN (any more): it convenes nothing.
    error RATReplaced(address admin);
    error RATTimeInvalid(uint40 time, uint40 earliest, uint40 latest);
    error RATTooFewMembers(uint32 roll, uint32 minimum);
    error RATBylawsInvalid();
    /// @notice `motion` (from 1) of the notice cannot be put.
    error RATMotionInvalid(uint8 motion);
    error RATMajorityTooLow(uint8 motion, uint16 majorityBps, uint16 leastBps);
    error RATCandidateInvalid(uint8 motion, MemberNumber member);
    error RATConsentInvalid(uint8 motion, MemberNumber member);
    error RATNoticeUsed(bytes32 noticeHash);
    error RATPetitionTooSmall(uint32 signatures, uint32 needed);
    error RATUnknownMeeting(uint32 meeting);
    error RATContentDiffers(uint32 meeting, uint8 motion);
    error RATNotDecided(uint32 meeting, uint8 motion, IBallotBox.Outcome outcome);
    error RATNotYet(uint40 from);
    error RATTooLate(uint40 until);
    error RATCarriedOut(uint32 meeting, uint8 motion);
    error RATUnknownSource(address source);
    /// @notice No decision acts on a ballot box, nor one of an earlier RAT on this one.
    error RATTargetClosed(address target);
    error RATActionFailed(uint256 index, bytes answer);
    error RATOnlySelf(address sender);
    /// @notice `given` is not the next step of the sequence that was adopted.
    error RATSequenceDiffers(bytes32 expected, bytes32 given);
    error RATMinutesTooEarly(uint40 closesAt);

    /// @notice Convenes a meeting: KETUA, SEKRETARIS or PENGAWAS sends (their term may have lapsed, if nobody ended it); or
    /// anyone, once enough members signed a petition for the notice (`IBallotBox.signPetition`). Such a notice is the
    /// petition's whoever sends it, once: an officer cannot convene it first to withdraw its motions.
    /// @return meeting its number, counting on from the RATs before this one
    function convene(Notice calldata notice) external returns (uint32 meeting);

    /// @notice Withdraws a motion before the first call opens: the account that convened. A petition's motions stay.
    function withdrawMotion(uint32 meeting, uint8 motion) external;

    /// @notice Carries out a decision once: after its delay, within 180 days of the deciding call's close, all of its actions
    /// or none. Anyone. An election installs its winners.
    /// @param source this RAT, or one that it replaced
    /// @param content the motion as it was put
    /// @param contents keccak256(abi.encode(motion)) of every motion of the notice, in its order
    function carryOut(
        address source,
        uint32 meeting,
        uint8 motion,
        Motion calldata content,
        bytes32[] calldata contents
    ) external;

    /// @notice Records the minutes of a meeting that is over, in place of any recorded before: KETUA sends, SEKRETARIS
    /// countersigns keccak256(abi.encode("minutes", meeting, document)).
    function recordMinutes(uint32 meeting, bytes32 document, Countersignature calldata countersignature) external;

    /// @notice Changes the by-laws of later meetings. Only this contract, by a decision.
    function setBylaws(Bylaws calldata bylaws) external;

    /// @notice Adopts a decision of more actions than one transaction holds, instead of what is left of one before. Only this
    /// contract, by a decision; its steps can be carried out for 180 days.
    /// @param sequence hash of the first step: keccak256(abi.encode(rest, actions)), where `rest` is the hash of the next step
    /// and zero in the last one. Zero: nothing more is to be carried out.
    function adoptSequence(bytes32 sequence) external;

    /// @notice Carries out the next step of the sequence, all of its actions or none. Anyone. What changes roles, contracts,
    /// by-laws or who is a member is no part of a sequence: it is put to a meeting in words.
    function carryOutNext(Action[] calldata actions, bytes32 rest) external;

    /// @notice Hash of the step that comes next, zero if there is none, and until when it can be carried out (unix seconds).
    function nextStep() external view returns (bytes32 step, uint40 until);

    function bylawsOf(uint32 meeting) external view returns (Bylaws memory);

    /// @notice The by-laws of the next notice.
    function currentBylaws() external view returns (Bylaws memory);

    function lastMeeting() external view returns (uint32);

    function meetingOf(uint32 meeting) external view returns (Meeting memory);

    /// @notice keccak256 of keccak256(abi.encode(motion)) of every motion as it was put, one after another.
    function contentsHashOf(uint32 meeting) external view returns (bytes32);

    /// @notice What a candidate consents to: keccak256(abi.encode(documents, salt, first, offices, termDays)) of the notice.
    function electionOf(Notice calldata notice, uint8 motion) external pure returns (bytes32);

    function isCarriedOut(address source, uint32 meeting, uint8 motion) external view returns (bool);

    /// @notice Where attendance and ballots of this RAT's meetings are.
    function ballotBox() external view returns (IBallotBox);

    /// @notice The RAT before this one, or zero.
    function predecessor() external view returns (address);
}
