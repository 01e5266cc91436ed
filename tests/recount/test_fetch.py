"""What a node says, checked at the door."""

from typing import Any

import pytest

from recount import wire
from recount.errors import RecountError
from recount.fetch import Reader
from recount.recount import recount
from tests.recount.node import WHERE, FakeNode
from tests.recount.vectors import MEETINGS
from tests.recount.village import CHAIN_ID, Village


def read(node: FakeNode, range_limit: int = 2) -> Any:
    reader = Reader([node.endpoint(range_limit)], CHAIN_ID)
    try:
        bundle = reader.bundle(WHERE, node.village.meeting)
        return recount(bundle, wallets=reader.wallets)
    finally:
        reader.close()


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.chain.rpc.Endpoints._wait", lambda *_: None)


@pytest.mark.parametrize(("name", "range_limit"), [("every kind of act", 2), ("every reason", 1_000)])
def test_bundle__from_a_node__is_the_meeting(name: str, range_limit: int) -> None:
    village = MEETINGS[name]()
    # The head's time is the end of the meeting.
    village.block += 1
    counted = read(FakeNode(village), range_limit)
    expected = village.bundle()
    assert counted.bundle.logs == expected.logs
    assert counted.bundle.transactions == {
        hash_: sent for hash_, sent in expected.transactions.items() if hash_ in counted.bundle.transactions
    }
    assert counted.report == recount(expected).report
    assert counted.report["differences"] == []


def test_bundle__too_many_logs__asks_for_shorter_ranges() -> None:
    village = MEETINGS["every kind of act"]()
    village.block += 1
    node = FakeNode(village, most=6)
    assert read(node, 1_000).report == recount(village.bundle()).report


def test_reader__another_chain__is_refused_in_both_languages() -> None:
    node = FakeNode(Village(size=8))
    node.chain_id = 137
    with pytest.raises(RecountError) as caught:
        Reader([node.endpoint()], CHAIN_ID)
    assert "melayani chain 137" in caught.value.indonesian
    assert "serves chain 137" in caught.value.english


def test_bundle__no_such_meeting__is_refused() -> None:
    node = FakeNode(Village(size=8))
    reader = Reader([node.endpoint()], CHAIN_ID)
    with pytest.raises(RecountError, match="no meeting 4"):
        recount(reader.bundle(WHERE, 4))


class Lying(FakeNode):
    """Changes what it is asked for by `method`."""

    def __init__(self, village: Village, method: str, change: Any) -> None:
        super().__init__(village)
        self._method, self._change = method, change

    def call(self, method: str, params: list[Any]) -> Any:
        answer = super().call(method, params)
        return self._change(answer) if method == self._method else answer


def first(answer: Any, **changes: Any) -> Any:
    """The first log of an answer changed."""
    return [{**answer[0], **changes}, *answer[1:]] if answer else answer


@pytest.mark.parametrize(
    ("method", "change", "message"),
    [
        ("eth_getLogs", lambda logs: first(logs, blockNumber="0x1"), "not asked for"),
        ("eth_getLogs", lambda logs: first(logs, address="0x" + "12" * 20), "not asked for"),
        ("eth_getLogs", lambda logs: first(logs, removed=True), "not asked for"),
        ("eth_getLogs", lambda logs: first(logs, topics=["0x" + "12" * 32]), "of another kind"),
        ("eth_getLogs", lambda logs: first(logs, blockHash="0x" + "12" * 32), "changed while"),
        ("eth_getLogs", lambda logs: logs[:1] + logs, "twice or out of order"),
        ("eth_getLogs", lambda logs: logs[::-1], "out of order"),
        ("eth_getLogs", lambda logs: None, "null"),
        ("eth_getLogs", lambda logs: {"code": -32000, "message": "boom"}, "boom"),
        ("eth_getTransactionByHash", lambda sent: None, "null"),
        ("eth_getTransactionByHash", lambda sent: {**sent, "hash": "0x" + "12" * 32}, "was given for"),
        ("eth_getBlockByNumber", lambda header: {**header, "timestamp": "0x1"}, "hash to"),
    ],
)
def test_bundle__what_cannot_be__stops(method: str, change: Any, message: str) -> None:
    village = MEETINGS["objection"]()
    with pytest.raises(RecountError, match=message):
        read(Lying(village, method, change), 1_000)


def test_bundle__log_of_a_batch_withheld__is_a_difference() -> None:
    village = MEETINGS["every reason"]()
    village.block += 1
    node = Lying(village, "eth_getLogs", lambda logs: [log for log in logs if log["topics"][0] != wire.CAST])
    kinds = [(each["kind"], each["member"]) for each in read(node, 1_000).report["differences"]]
    assert kinds == [("MISSING", 1), ("MISSING", 9)]
