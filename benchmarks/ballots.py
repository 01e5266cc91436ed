"""What a ballot costs in a meeting of 1,000 members and in one of 100,000, and how long its recount takes."""

import os
import time
from typing import TYPE_CHECKING, Any, Final

from benchmarks.figures import Figure, Section, at_most, at_most_times
from benchmarks.house import CHAIN_ID, FIRST, FIRST_PASSKEY, anvil

if TYPE_CHECKING:
    from tests.contracts.actors import House

SMALL: Final = 1_000
LARGE: Final = 100_000
BATCH: Final = 100
TIMES: Final = 1.2
MOST_SECONDS: Final = 300
MOTIONS: Final = 8
_AT_ONCE: Final = 500

Costs = dict[str, float]
"""Gas a ballot, by the signer's kind."""


def measure(scale: float = 1.0) -> Section:
    """SMALL members beside LARGE times `scale`, but never fewer than twice SMALL; three of four vote."""
    large = max(round(LARGE * scale), 2 * SMALL)
    small, _ = _meeting(SMALL)
    grown, seconds = _meeting(large)
    beside = f"ours, {SMALL:,} members"
    figures: list[Figure] = [
        at_most_times(f"ballot by {kind}, {large:,} members", cost, "gas", TIMES, beside, small[kind])
        for kind, cost in grown.items()
    ]
    voters = large * 3 // 4
    figures.append(at_most(f"recount of {voters:,} ballots, read from the node", seconds, "s", MOST_SECONDS))
    conditions = (
        f"{MOTIONS} motions; a third of the members by passkey; real signatures, relayed in batches of "
        f"{BATCH} of one kind in the order of numbers, on an anvil with the P-256 precompile; the mean of "
        f"all batches. The recount by {os.cpu_count()} processors, from the logs and calldata on."
    )
    return Section("Ballots", figures, conditions)


def _meeting(members: int) -> tuple[Costs, float]:
    """Gas a ballot by kind, and seconds of the recount, which must find no difference."""
    from tests.contracts import actors, meetings

    with anvil(hardfork="osaka") as url:
        house = actors.deploy_house()
        keys = members * 2 // 3
        people: dict[str, list[Any]] = {
            "key": [actors.person(f"{at}", at) for at in range(FIRST, FIRST + keys)],
            "passkey": [
                actors.passkey_person(f"{at}", at)
                for at in range(FIRST_PASSKEY, FIRST_PASSKEY + members - keys)
            ],
        }
        for group in people.values():
            for at in range(0, len(group), _AT_ONCE):
                rows = actors.registrations(group[at : at + _AT_ONCE], actors.today())
                house.MemberRegistry.open(rows, {"from": house.deployer})
        house.Authority.endGenesis(house.RAT, {"from": house.deployer})
        motions = [meetings.resolution(title=f"Keputusan {number}") for number in range(1, MOTIONS + 1)]
        meeting = meetings.convene(house, meetings.Notice(house, motions))
        meeting.open()
        costs = {kind: _vote(meeting, group[: len(group) * 3 // 4]) for kind, group in people.items()}
        return costs, _recount(house, url, meeting.number, sum(len(g) * 3 // 4 for g in people.values()))


def _vote(meeting: Any, voters: list[Any]) -> float:
    """Gas a ballot, all batches together."""
    from rules.ballots import Choice

    votes = {motion: Choice(motion % 3) for motion in range(1, MOTIONS + 1)}
    gas = 0
    for at in range(0, len(voters), BATCH):
        transaction = meeting.all_vote(voters[at : at + BATCH], votes)
        if "BallotRefused" in transaction.events:
            raise RuntimeError("ballots were refused: the batch measures nothing")
        gas += int(transaction.gas_used)
    return gas / len(voters)


def _recount(house: "House", url: str, meeting: int, ballots: int) -> float:
    from indexer.chain.rpc import Endpoint
    from recount.fetch import Reader, Where
    from recount.recount import recount
    from tests.contracts.actors import RP_ID

    where = Where(
        chain_id=CHAIN_ID,
        rat=house.RAT.address.lower(),
        box=house.BallotBox.address.lower(),
        registry=house.MemberRegistry.address.lower(),
        authority=house.Authority.address.lower(),
        rp_id=RP_ID,
        first_block=0,
    )
    reader = Reader([Endpoint(url)], CHAIN_ID)
    started = time.monotonic()
    bundle = reader.bundle(where, meeting)
    report = recount(bundle, wallets=reader.wallets).report
    seconds = time.monotonic() - started
    reader.close()
    if report["differences"] or report["first_call"]["ballots"] != ballots:
        raise RuntimeError(f"the recount found {report['first_call']['ballots']} ballots of {ballots}")
    return seconds
