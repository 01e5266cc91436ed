// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Countersignature, MemberNumber} from "../libraries/Types.sol";

/// @title The members' meeting (rapat anggota): notice, attendance, ballots, elections, and decisions that carry themselves out
/// @notice A meeting is convened with all it will decide. The roll is frozen at the state before the notice's second, and all
/// by-laws with it. A first and a second call are part of the notice: the second takes place by itself for the motions that
/// had no quorum in the first. One ballot paper, signed once, covers all motions of a call.
///
/// Boxes. A paper's choices are one word of up to 256 boxes. The resolutions come first, in the order of their motions, two
/// boxes each: FOR, then AGAINST; neither is ABSTAIN. The elections follow in their order, a box for each candidate in the
/// order of the notice. FOR and AGAINST both, more candidates than seats, or a mark outside the boxes is OVERVOTE.
///
/// Papers. Batches are packed bytes, one record after another: member 4 | meeting 4 | call 1 | deadline 5 | length of choices 1
/// | choices, big-endian (none in a check-in) | length of signature 2 | signature. A record that is cut short reverts the batch; a bad one is
/// skipped with its reason.
///
/// EIP-712, domain ("Koperasi RAT", "1"):
///   Ballot(uint32 member,uint32 meeting,uint8 call,uint256 choices,uint40 deadline)
///   CheckIn(uint32 member,uint32 meeting,uint8 call,uint40 deadline)
///   Proxy(uint32 member,uint32 holder,uint32 meeting,uint40 deadline)
///   Objection(uint32 member,uint32 meeting,uint8 motion,uint40 deadline)
///   Petition(uint32 member,bytes32 noticeHash,uint40 deadline)
///   Candidacy(uint32 member,bytes32 election,address account,uint40 deadline)
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

    /// @notice Of a member in a call. PAPER: on the hybrid meeting's paper list only.
    enum Attendance {
        ABSENT,
        PAPER,
        PRESENT,
        VOTED
    }

    /// @notice Why a paper was skipped: the first that holds, in this order.
    enum Refusal {
        NONE,
        NOT_ELIGIBLE,
        ALREADY_VOTED,
        OVERVOTE,
        BAD_SIGNATURE,
        EXPIRED,
        WRONG_MEETING
    }

    /// @notice PENDING: no call has decided yet. NO_QUORUM: neither call was quorate, nothing is decided. CONSENSUS: by mufakat.
    enum Outcome {
        PENDING,
        PASSED,
        CONSENSUS,
        REJECTED,
        NO_QUORUM,
        WITHDRAWN
    }

    /// @notice By-laws of meetings: changed by a decision of this RAT alone; a meeting keeps those of its notice.
    /// @param noticeDays least days from notice to the first call
    /// @param firstQuorumBps members present of the roll, basis points, rounded up
    /// @param secondQuorumBps not above the first
    /// @param secondAfterDays least days from the first call's close to the second call
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

    /// @param opensAt unix seconds
    /// @param closesAt unix seconds, after `opensAt`: papers are taken from `opensAt` until before `closesAt`
    struct Call {
        uint40 opensAt;
        uint40 closesAt;
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
    /// @param termDays from the deciding call's close; at most 1,826
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
    struct Meeting {
        MeetingKind kind;
        uint16 bookYear;
        uint40 noticedAt;
        uint32 roll;
        uint8 motions;
        uint8 resolutions;
        uint16 boxes;
        address convener;
    }

    /// @notice Members counted in a call. Nobody is in two of `present` and `paper`.
    /// @param present by check-in or ballot
    /// @param ballots accepted; each of them is in `present`
    /// @param paper on the paper list and not otherwise present
    struct Count {
        uint32 present;
        uint32 ballots;
        uint32 paper;
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
    /// @notice `added` members signed the petition for the notice with that hash; `total` so far of `needed`.
    event PetitionSigned(bytes32 indexed noticeHash, bytes added, uint32 total, uint32 needed);
    /// @notice `members`: 4 bytes each.
    event CheckedIn(uint32 indexed meeting, uint8 indexed call, bytes members);
    /// @notice `members`: 4 bytes each, those that were not present otherwise.
    event PaperListEntered(uint32 indexed meeting, uint8 indexed call, bytes32 document, bytes members);
    /// @notice `cast`: member 4 | choices 32 for each accepted paper, in the order of the batch.
    event BallotsCast(uint32 indexed meeting, uint8 indexed call, bytes cast);
    /// @notice A ballot paper of a batch was skipped. `index`: its place in the transaction's batch, from 0.
    event BallotRefused(
        uint32 indexed meeting, uint8 indexed call, MemberNumber indexed member, uint32 index, Refusal reason
    );
    /// @notice A check-in of a batch was skipped.
    event CheckInRefused(
        uint32 indexed meeting, uint8 indexed call, MemberNumber indexed member, uint32 index, Refusal reason
    );
    /// @notice A signature of a petition was skipped.
    event SignatureRefused(bytes32 indexed noticeHash, MemberNumber indexed member, uint32 index, Refusal reason);
    event ProxyAppointed(uint32 indexed meeting, MemberNumber indexed member, MemberNumber indexed holder);
    event ConsensusDeclared(uint32 indexed meeting, uint8 indexed motion, address by, uint40 objectionsUntil);
    event ObjectionRaised(uint32 indexed meeting, uint8 indexed motion, MemberNumber indexed member);
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
    error RATUnknownMotion(uint32 meeting, uint8 motion);
    error RATMotionWithdrawn(uint32 meeting, uint8 motion);
    /// @notice No call of the meeting is open now.
    error RATNoOpenCall(uint32 meeting);
    error RATPaperMalformed(uint256 offset);
    error RATPaperRefused(MemberNumber member, Refusal reason);
    error RATOrderExpired(uint256 deadline);
    error RATOrderInvalid(MemberNumber member, bytes32 digest);
    error RATNotSigner(MemberNumber member, address account);
    error RATProxiesOff();
    error RATProxyInvalid(MemberNumber member, MemberNumber holder);
    error RATConsensusInvalid(uint32 meeting, uint8 motion);
    error RATContentDiffers(uint32 meeting, uint8 motion);
    error RATNotDecided(uint32 meeting, uint8 motion, Outcome outcome);
    error RATNotYet(uint40 from);
    error RATTooLate(uint40 until);
    error RATCarriedOut(uint32 meeting, uint8 motion);
    error RATUnknownSource(address source);
    error RATActionFailed(uint256 index, bytes answer);
    error RATOnlySelf(address sender);
    error RATMinutesTooEarly(uint40 closesAt);

    /// @notice Convenes a meeting: KETUA or SEKRETARIS (their term may have lapsed, if nobody ended it) or PENGAWAS sends.
    /// @return meeting its number, counting on from the RATs before this one
    function convene(Notice calldata notice) external returns (uint32 meeting);

    /// @notice Adds signatures to a petition for the notice that hashes to `noticeHash` (keccak256(abi.encode(notice))). Anyone
    /// relays. Who signs must be active now; the share is of the members active at the first signature. Papers of the
    /// form above with meeting and call zero and no choices; a bad one is skipped.
    function signPetition(bytes32 noticeHash, bytes calldata papers) external;

    /// @notice Convenes by petition, once enough have signed. Anyone.
    function conveneByPetition(Notice calldata notice) external returns (uint32 meeting);

    /// @notice Withdraws a motion before the first call opens: the account that convened. A petition's motions stay.
    function withdrawMotion(uint32 meeting, uint8 motion) external;

    /// @notice Relays check-ins of the open call. Anyone.
    function checkIn(uint32 meeting, bytes calldata papers) external;

    /// @notice The signer of `member` (an EOA or contract wallet) checks in by its own transaction.
    function checkInOwn(uint32 meeting, MemberNumber member) external;

    /// @notice Relays ballot papers of the open call. Anyone; cheapest in the order of member numbers.
    function cast(uint32 meeting, bytes calldata papers) external;

    /// @notice The signer of `member` casts by its own transaction; reverts with `RATPaperRefused` where a batch would skip.
    function castOwn(uint32 meeting, MemberNumber member, uint256 choices) external;

    /// @notice Enters the paper list of a hybrid meeting for the open call, or for one closed less than 24 hours ago: SEKRETARIS sends, PENGAWAS
    /// countersigns keccak256(abi.encode("paper list", meeting, call, document, members)). Counts for the quorum of
    /// motions that change no roles, contracts or by-laws. Members that are not on the roll or present otherwise are skipped.
    /// @param members 4 bytes each
    function enterPaperList(
        uint32 meeting,
        uint8 call,
        bytes32 document,
        bytes calldata members,
        Countersignature calldata countersignature
    ) external;

    /// @notice Registers a proxy, before the member is present in a call. Anyone relays.
    function appointProxy(
        uint32 meeting,
        MemberNumber member,
        MemberNumber holder,
        uint40 deadline,
        bytes calldata signature
    ) external;

    /// @notice Casts the paper of `member` by its proxy holder, who must be present in the open call: the signature is the
    /// holder's over the Ballot of `member`.
    function castByProxy(
        uint32 meeting,
        MemberNumber member,
        uint256 choices,
        uint40 deadline,
        bytes calldata signature
    ) external;

    /// @notice The chair (KETUA) declares consensus on a motion in the open call, early enough that the time for objections
    /// ends with the call at the latest. It stands if the call is quorate, nobody objects and no ballot is AGAINST.
    function declareConsensus(uint32 meeting, uint8 motion) external;

    /// @notice A member on the roll objects: the ballots decide. Anyone relays.
    function objectTo(uint32 meeting, uint8 motion, MemberNumber member, uint40 deadline, bytes calldata signature)
        external;

    /// @notice Carries out a decision once: after its delay, within 180 days of the deciding call's close, all of its actions
    /// or none. Anyone. An election installs its winners.
    /// @param source this RAT, or one that it replaced
    /// @param content the motion as it was put
    function carryOut(address source, uint32 meeting, uint8 motion, Motion calldata content) external;

    /// @notice Records the minutes of a meeting that is over: KETUA sends, SEKRETARIS countersigns (or the other way round)
    /// keccak256(abi.encode("minutes", meeting, document)).
    function recordMinutes(uint32 meeting, bytes32 document, Countersignature calldata countersignature) external;

    /// @notice Changes the by-laws of later meetings. Only this contract, by a decision.
    function setBylaws(Bylaws calldata bylaws) external;

    function bylawsOf(uint32 meeting) external view returns (Bylaws memory);

    /// @notice The by-laws of the next notice.
    function currentBylaws() external view returns (Bylaws memory);

    function lastMeeting() external view returns (uint32);

    function meetingOf(uint32 meeting) external view returns (Meeting memory);

    /// @param call 1 or 2
    function callOf(uint32 meeting, uint8 call) external view returns (Call memory, Count memory);

    /// @notice keccak256(abi.encode(motion)) as it was put.
    function contentHashOf(uint32 meeting, uint8 motion) external view returns (bytes32);

    function attendanceOf(uint32 meeting, uint8 call, MemberNumber member) external view returns (Attendance);

    /// @notice Members that must be present for a quorum in a call.
    function quorumOf(uint32 meeting, uint8 call) external view returns (uint32);

    /// @notice Votes by box of a motion in a call: FOR, AGAINST, ABSTAIN; or one count a candidate.
    function tallyOf(uint32 meeting, uint8 call, uint8 motion) external view returns (uint32[] memory);

    /// @return outcome of the motion; an election is PASSED when a call decided it
    /// @return call that decided, or zero
    /// @return closedAt when that call closed (unix seconds), or zero
    function outcomeOf(uint32 meeting, uint8 motion)
        external
        view
        returns (Outcome outcome, uint8 call, uint40 closedAt);

    /// @notice Candidates of a decided election by votes, ties by the notice's rule: indices into its list. The first are elected
    /// if they have a vote; the rest is the order of succession.
    function rankingOf(uint32 meeting, uint8 motion) external view returns (uint8[] memory);

    /// @notice What a candidate consents to: keccak256(abi.encode(documents, salt, first, offices, termDays)) of the notice.
    function electionOf(Notice calldata notice, uint8 motion) external pure returns (bytes32);

    function isCarriedOut(address source, uint32 meeting, uint8 motion) external view returns (bool);

    /// @notice The RAT before this one, or zero.
    function predecessor() external view returns (address);
}
