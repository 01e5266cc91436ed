"""Gas of a members' meeting, beside OpenZeppelin's Governor with the same votes on the same chain."""

from typing import TYPE_CHECKING, Any, Final

from benchmarks.figures import Figure, Section, at_most
from benchmarks.house import FIRST, FIRST_PASSKEY, anvil, open_house
from benchmarks.openzeppelin import Governor
from scripts import toolchain

if TYPE_CHECKING:
    from tests.contracts.actors import House
    from tests.contracts.meetings import Held

MOTIONS: Final = 8
BATCH: Final = 100
DAY: Final = 86_400


def measure(scale: float = 1.0) -> Section:
    """The section of meetings. Scale changes nothing: the figures are exact."""
    del scale
    from tests.contracts import meetings

    with anvil(hardfork="osaka"):
        house = open_house(2 * BATCH + 2, passkeys=2 * BATCH)
        motions = [meetings.resolution(title=f"Keputusan {number}") for number in range(1, MOTIONS + 1)]
        meeting = meetings.convene(house, meetings.Notice(house, motions))
        meeting.open()
        figures = _figures(house, meeting)
    conditions = (
        f"solc {toolchain.SOLC_VERSION}, optimizer 200 runs, prague; an anvil with the P-256 precompile. "
        f"{MOTIONS} motions. Whole transactions by their receipts; in batches of {BATCH}, sorted by member "
        f"number, divided by {BATCH}: the second batch of two, so that its tallies are not empty. The "
        "Governor counts one motion a vote."
    )
    return Section("Meetings", figures, conditions)


def _figures(house: "House", meeting: "Held") -> list[Figure]:
    from tests.contracts import meetings

    votes = {motion: meetings.Choice(motion % 3) for motion in range(1, MOTIONS + 1)}
    members = [house.member(number) for number in range(FIRST, FIRST + 2 * BATCH + 2)]
    keys = [house.member(number) for number in range(FIRST_PASSKEY, FIRST_PASSKEY + 2 * BATCH)]
    peer = Governor(members)
    batches = [_batch(meeting, group, votes) for group in (members[:BATCH], members[BATCH : 2 * BATCH])]
    by_passkey = [_batch(meeting, group, votes) for group in (keys[:BATCH], keys[BATCH:])]
    choices = meeting.notice.boxes.pack(votes)
    own = [_own(house, meeting, member, choices) for member in members[2 * BATCH :]]
    sent, signed = peer.cast_vote(), peer.cast_vote_by_signature()
    return [
        at_most(
            f"convene a meeting of {MOTIONS} motions",
            int(meeting.convened.gas_used),
            "gas",
            450_000,
            "OpenZeppelin Governor, propose one",
            peer.proposed,
        ),
        at_most(
            f"ballot paper of {MOTIONS} motions, sent by the member",
            own[-1],
            "gas",
            60_000,
            f"OpenZeppelin Governor castVote, {MOTIONS} times",
            MOTIONS * sent,
        ),
        at_most(
            f"ballot paper of {MOTIONS} motions, signed, in a batch of {BATCH}",
            batches[-1],
            "gas",
            10_000,
            f"OpenZeppelin Governor castVoteBySig, {MOTIONS} times",
            MOTIONS * signed,
        ),
        at_most(
            f"ballot paper of {MOTIONS} motions, by passkey, in a batch of {BATCH}",
            by_passkey[-1],
            "gas",
            30_000,
        ),
        Figure("the same, first batch of a meeting", batches[0], "gas"),
    ]


def _batch(meeting: "Held", members: list[Any], votes: dict[int, Any]) -> float:
    """Gas of a ballot in a batch of `members`."""
    transaction = meeting.all_vote(members, votes)
    if "BallotRefused" in transaction.events:
        raise RuntimeError("ballots were refused: the batch measures nothing")
    return int(transaction.gas_used) / len(members)


def _own(house: "House", meeting: "Held", member: Any, choices: int) -> int:
    sent = house.BallotBox.castOwn(meeting.number, member.number, choices, {"from": member.account})
    return int(sent.gas_used)
