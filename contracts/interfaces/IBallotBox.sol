// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Countersignature, MemberNumber} from "../libraries/Types.sol";

/// @param opensAt unix seconds
/// @param closesAt unix seconds, after `opensAt`: papers are taken from `opensAt` until before `closesAt`
struct Call {
    uint40 opensAt;
    uint40 closesAt;
}

/// @title Attendance and ballots of the meetings of one RAT
/// @notice Anyone relays what members signed; one ballot paper, signed once, covers all motions of a call.
///
/// Boxes. A paper's choices are one word of up to 256 boxes. The resolutions come first, in the order of their motions, two
/// boxes each: FOR, then AGAINST; neither is ABSTAIN. The elections follow in their order, a box for each candidate in the
/// order of the notice. FOR and AGAINST both, more candidates than seats, or a mark outside the boxes is OVERVOTE.
///
/// Papers. Batches are packed bytes, one record after another: member 4 | meeting 4 | call 1 | deadline 5 | length of
/// choices 1 | choices, big-endian (none in a check-in) | length of signature 2 | signature. A record that is cut short
/// reverts the batch; a bad one is skipped with its reason.
///
/// EIP-712, domain ("Koperasi BallotBox", "1"):
///   Ballot(uint32 member,uint32 meeting,uint8 call,uint256 choices,uint40 deadline)
///   CheckIn(uint32 member,uint32 meeting,uint8 call,uint40 deadline)
///   Proxy(uint32 member,uint32 holder,uint32 meeting,uint40 deadline)
///   Objection(uint32 member,uint32 meeting,uint8 motion,uint40 deadline)
///   Petition(uint32 member,bytes32 noticeHash,uint40 deadline)
interface IBallotBox {
    /// @notice Of a member in a call. PAPER: on the hybrid meeting's paper list only.
    enum Attendance {
        ABSENT,
        PAPER,
        PRESENT,
        VOTED
    }

    /// @notice Why a paper was skipped: the first that holds, in this order. ALREADY_PRESENT: of a check-in only, in the place of
    /// ALREADY_VOTED.
    enum Refusal {
        NONE,
        NOT_ELIGIBLE,
        ALREADY_VOTED,
        OVERVOTE,
        BAD_SIGNATURE,
        EXPIRED,
        WRONG_MEETING,
        ALREADY_PRESENT
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

    /// @notice What a meeting's notice froze for the box.
    /// @param form of the paper: `BallotForm`
    /// @param firstQuorum members that must be present in the first call, and if they are without the paper list, there is no second
    /// @param objectionPeriod seconds
    /// @param proxiesPerHolder zero: proxies are off
    struct Rules {
        uint40 noticedAt;
        uint112 form;
        uint32 firstQuorum;
        uint32 secondQuorum;
        uint32 objectionPeriod;
        uint8 proxiesPerHolder;
    }

    /// @param outcome an election is PASSED when a call decided it
    /// @param call that decided, or zero
    /// @param closedAt when the deciding call closed (unix seconds), or zero
    /// @param votes FOR, AGAINST, ABSTAIN, or one count a candidate; empty if no call decided
    /// @param ranking of an election's candidates by votes, ties by the notice's rule: indices into its list. The first
    /// are elected if they have a vote; the rest is the order of succession
    struct Decision {
        Outcome outcome;
        uint8 call;
        uint40 closedAt;
        uint32[] votes;
        uint8[] ranking;
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
    /// @notice No call of the meeting is open now.
    error BoxNoOpenCall(uint32 meeting);
    error BoxPaperRefused(MemberNumber member, Refusal reason);
    error BoxOrderExpired(uint256 deadline);
    error BoxOrderInvalid(MemberNumber member, bytes32 digest);
    error BoxNotSigner(MemberNumber member, address account);
    error BoxProxiesOff();
    error BoxProxyInvalid(MemberNumber member, MemberNumber holder);
    error BoxConsensusInvalid(uint32 meeting, uint8 motion);
    error BoxUnknownMeeting(uint32 meeting);
    error BoxUnknownMotion(uint32 meeting, uint8 motion);
    error BoxMotionWithdrawn(uint32 meeting, uint8 motion);
    error BoxNotRAT(address sender);
    error BoxNoPapers();
    error BoxNotChair(address sender);
    error BoxTooLate(uint40 until);

    /// @notice A meeting was convened. Only the RAT.
    /// @param marks of the motions, eight a word of 32 bits each: `BallotForm.Mark`
    function open(
        uint32 meeting,
        Rules calldata rules,
        uint256[] calldata marks,
        Call calldata first,
        Call calldata second
    ) external;

    /// @notice A motion was withdrawn, before the first call opened. Only the RAT.
    function withdraw(uint32 meeting, uint8 motion) external;

    /// @notice Adds signatures to a petition for the RAT's notice that hashes to `noticeHash` (keccak256(abi.encode(notice))). Anyone
    /// relays. Who signs must have been active at the first signature, as the members that the share is of. Papers of the
    /// form above with meeting and call zero and no choices; a bad one is skipped. Without a good one no petition begins.
    function signPetition(bytes32 noticeHash, bytes calldata papers) external;

    /// @notice Relays check-ins of the open call. Anyone.
    function checkIn(uint32 meeting, bytes calldata papers) external;

    /// @notice The signer of `member` (an EOA or contract wallet) checks in by its own transaction.
    function checkInOwn(uint32 meeting, MemberNumber member) external;

    /// @notice Relays ballot papers of the open call. Anyone; cheapest in the order of member numbers.
    function cast(uint32 meeting, bytes calldata papers) external;

    /// @notice The signer of `member` casts by its own transaction; reverts with `BoxPaperRefused` where a batch would skip.
    function castOwn(uint32 meeting, MemberNumber member, uint256 choices) external;

    /// @notice Enters the paper list of a hybrid meeting while a call is open: SEKRETARIS sends, PENGAWAS countersigns
    /// keccak256(abi.encode("paper list", meeting, call, document, members)). Counts for the quorum of motions that
    /// carry nothing out. Members that are not on the roll, or there already, are skipped.
    /// @param members 4 bytes each
    function enterPaperList(
        uint32 meeting,
        bytes32 document,
        bytes calldata members,
        Countersignature calldata countersignature
    ) external;

    /// @notice Registers a proxy, before the member is present in a call. It lasts for the meeting: only the member's own
    /// check-in or ballot ends it, not the holder's ballot in a call without quorum. Anyone relays.
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
    /// ends with the call at the latest. It stands if the call has the motion's quorum, nobody objects and no ballot
    /// is AGAINST. What carries something out is always voted, and what the first call decided stays decided.
    function declareConsensus(uint32 meeting, uint8 motion) external;

    /// @notice A member on the roll objects: the ballots decide. Anyone relays.
    function objectTo(uint32 meeting, uint8 motion, MemberNumber member, uint40 deadline, bytes calldata signature)
        external;

    /// @param call 1 or 2
    function callOf(uint32 meeting, uint8 call) external view returns (Call memory, Count memory);

    function attendanceOf(uint32 meeting, uint8 call, MemberNumber member) external view returns (Attendance);

    /// @notice Members that must be present for a quorum in a call.
    function quorumOf(uint32 meeting, uint8 call) external view returns (uint32);

    /// @notice Votes by box of a motion in a call: FOR, AGAINST, ABSTAIN; or one count a candidate.
    function tallyOf(uint32 meeting, uint8 call, uint8 motion) external view returns (uint32[] memory);

    /// @notice What became of a motion.
    function decisionOf(uint32 meeting, uint8 motion) external view returns (Decision memory);

    /// @notice When the last call that takes place closes (unix seconds), as far as is known now.
    function lastCloseOf(uint32 meeting) external view returns (uint40);

    /// @notice Signatures of a petition, how many it needs, and when it began (unix seconds; it lasts 180 days).
    function petitionOf(bytes32 noticeHash) external view returns (uint32 signatures, uint32 needed, uint40 startedAt);

    /// @notice The RAT whose meetings these are.
    function rat() external view returns (address);
}
