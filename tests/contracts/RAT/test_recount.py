"""A real meeting, counted again from its raw transactions: the same, and the same as the contract's views."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import brownie
import pytest

from indexer.chain.rpc import Endpoint
from recount.bundle import Bundle
from recount.fetch import Reader, Where
from recount.recount import Recounted, recount
from recount.views import compare_views
from rules.ballots import Paper, Vote, pack_papers
from tests.contracts.actors import (
    CHAIN_ID,
    DAY,
    KETUA,
    RP_ID,
    TELLER,
    House,
    now,
    person,
)
from tests.contracts.meeting_orders import appoint_proxy, cast_by_proxy, enter_paper_list
from tests.contracts.meetings import (
    AGAINST,
    FOR,
    Held,
    Notice,
    call_of,
    convene,
    decide,
    everybody,
    relay,
    resolution,
)
from tests.contracts.MemberRegistry.orders import change_signer, propose
from tests.contracts.wallets import deploy_wallet


@pytest.fixture
def reader() -> Iterator[Reader]:
    reader = Reader([Endpoint(brownie.web3.provider.endpoint_uri)], CHAIN_ID)
    yield reader
    reader.close()


def bundle_of(house: House, reader: Reader, meeting: int) -> Bundle:
    where = Where(
        chain_id=CHAIN_ID,
        rat=house.RAT.address.lower(),
        box=house.BallotBox.address.lower(),
        registry=house.MemberRegistry.address.lower(),
        authority=house.Authority.address.lower(),
        rp_id=RP_ID,
        first_block=0,
    )
    return reader.bundle(where, meeting)


def recounted(house: House, reader: Reader, meeting: int) -> Recounted:
    return recount(bundle_of(house, reader, meeting), wallets=reader.wallets)


def expect_equal(house: House, reader: Reader, meeting: int) -> dict[str, Any]:
    """No difference from the events, nor from the views; the report."""
    counted = recounted(house, reader, meeting)
    assert counted.report["differences"] == []
    assert compare_views(reader, counted.bundle, counted.report) == []
    return counted.report


def test_recount__two_calls_with_all_that_can_be_done__is_what_the_contracts_say(
    house: House, reader: Reader
) -> None:
    meeting = prepared(house)
    first_call(meeting)
    second_call(meeting)
    meeting.close(2).wait().carry_out(5)
    report = expect_equal(house, reader, meeting.number)
    assert report["eligible"] == 17
    assert report["first_call"] | {"present": 4, "paper": 1, "ballots": 2} == report["first_call"]
    assert report["second_call"]["quorate"]
    assert [each["reason"] for each in report["rejected"]] == [
        "OVERVOTE",
        "NOT_ELIGIBLE",
        "NOT_ELIGIBLE",
        "NOT_ELIGIBLE",
        "ALREADY_VOTED",
        "OVERVOTE",
        "BAD_SIGNATURE",
        "BAD_SIGNATURE",
        "EXPIRED",
        "WRONG_MEETING",
        "WRONG_MEETING",
    ]
    outcomes = {number: each["outcome"] for number, each in report["motions"].items()}
    assert outcomes == {"1": "PASSED", "2": "CONSENSUS", "3": "REJECTED", "4": "WITHDRAWN"}
    assert report["elections"]["5"]["elected"] == [106]
    by_contract = {each["member"] for each in report["by_contract"]}
    assert by_contract == {house.eko.number, house.dewi.number}


def prepared(house: House) -> Held:
    """A meeting of four resolutions and an election, with proxies.

    Eko has a contract wallet, Budi was recovered after the notice, Fitri changed her signer.
    """
    laws = list(house.RAT.currentBylaws())
    laws[10] = 1
    decide(house, [call_of(house.RAT, "setBylaws", laws)])
    house.contracts["wallet"] = deploy_wallet(house.eko.signer)
    change_signer(house, house.eko.number, house.eko, Wallet(house.wallet.address))
    notice = Notice(house, [resolution(), resolution(), resolution(granted(house), 6_667), resolution()])
    notice.motions.append(notice.election([house.fitri, house.gilang, house.hasan], (KETUA,)))
    propose(house, house.budi.number, person("new budi", 202))
    meeting = convene(house, notice)
    change_signer(house, house.fitri.number, house.fitri, person("new fitri", 206))
    house.RAT.withdrawMotion(meeting.number, 4, {"from": house.ketua.account})
    meeting.open()
    house.MemberRegistry.completeRecovery(house.budi.number, {"from": house.deployer})
    return meeting


@dataclass(frozen=True)
class Wallet:
    """A contract wallet as a signer."""

    signer: str
    kind: int = 0


def granted(house: House) -> list[tuple[str, bytes]]:
    clerk = person("clerk", 60, "office")
    return [call_of(house.Authority, "grantOffice", TELLER, clerk.signer, 60, now() + 200 * DAY)]


def first_call(meeting: Held) -> None:
    """Four of seventeen come, one stands on the paper list."""
    house = meeting.house
    meeting.check_in([house.alice, house.citra, house.alice, house.budi])
    meeting.cast([meeting.ballot(house.citra, {1: FOR}), meeting.ballot(house.dewi, 0b11)])
    house.BallotBox.checkInOwn(meeting.number, house.hasan.number, {"from": house.hasan.account})
    house.BallotBox.castOwn(meeting.number, house.joko.number, 1, {"from": house.joko.account})
    enter_paper_list(meeting, [house.kartika, house.alice], call=1)
    appoint_proxy(meeting, house.lestari, house.kartika)
    meeting.close(1)


def second_call(meeting: Held) -> None:
    """Papers of every kind, good and bad."""
    house, box = meeting.house, meeting.house.BallotBox
    meeting.open(2)
    box.declareConsensus(meeting.number, 2, {"from": house.ketua.account})
    votes: dict[int, Vote] = {1: FOR, 3: AGAINST, 5: frozenset({house.fitri.number})}
    meeting.cast(
        [
            *(meeting.ballot(member, votes, call=2) for member in everybody(house)[:5]),
            meeting.ballot(house.intan, votes, call=2),
            meeting.ballot(person("new budi", 202), votes, call=2, number=house.budi.number),
            meeting.ballot(house.budi, votes, call=2),
            meeting.ballot(house.alice, votes, call=2, number=999),
            meeting.ballot(house.intan, {1: AGAINST}, call=2),
            meeting.ballot(house.gilang, 1 << 40, call=2),
            meeting.ballot(house.gilang, votes, call=2, number=house.hasan.number),
            meeting.ballot(house.fitri, votes, call=2),
            meeting.ballot(house.gilang, votes, call=2, deadline=now() - 1),
            meeting.ballot(house.gilang, votes, call=1),
            meeting.ballot(house.gilang, votes, call=2, meeting=meeting.number - 1),
            meeting.ballot(house.gilang, {5: frozenset({house.fitri.number})}, call=2),
            meeting.ballot(house.eko, votes, call=2),
            meeting.ballot(person("new fitri", 206), votes, call=2, number=house.fitri.number),
        ]
    )
    meeting.check_in([house.kartika], call=2)
    cast_by_proxy(meeting, house.lestari, house.kartika, call=2)
    through_wallet(meeting, meeting.ballot(house.dewi, votes, call=2))
    enter_paper_list(meeting, [house.alice, house.kartika], call=2)


def through_wallet(meeting: Held, paper: Paper) -> None:
    """A batch that a contract relays: its calldata is not that of the transaction."""
    box = meeting.house.BallotBox
    data = box.cast.encode_input(meeting.number, pack_papers([paper]))
    meeting.house.wallet.call(box, data, {"from": relay()})


def test_recount__quorate_first_call__has_no_second(house: House, reader: Reader) -> None:
    meeting = convene(house, Notice(house)).open()
    meeting.all_vote(everybody(house)[:13], {1: FOR})
    meeting.close()
    report = expect_equal(house, reader, meeting.number)
    assert report["second_call"] is None
    assert report["motions"]["1"]["FOR"] == 13


def test_recount__while_a_call_is_open__is_pending(house: House, reader: Reader) -> None:
    meeting = convene(house, Notice(house)).open()
    meeting.all_vote(everybody(house), {1: FOR})
    assert expect_equal(house, reader, meeting.number)["motions"]["1"]["outcome"] == "PENDING"
