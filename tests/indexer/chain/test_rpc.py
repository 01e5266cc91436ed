"""Endpoints: what is wrong at the door, failover, back-off, limits that adapt."""

import time

import httpx
import pytest

from indexer.chain.rpc import (
    Adaptive,
    BadAnswerError,
    EndpointError,
    Endpoints,
    NoEndpointError,
    RefusedError,
    RpcError,
    StoppedError,
    TooMuchError,
    UnreachableError,
    WrongChainError,
)
from indexer.chain.rpc import Endpoint as RealEndpoint
from indexer.chain.wire import HEADERS
from tests.indexer import faults
from tests.indexer.fake_chain import CHAIN_ID, FakeChain
from tests.indexer.faults import Answers, FakeNode, Fault

CALL = ("eth_getBlockByNumber", ["0x1", False])


@pytest.fixture
def chain() -> FakeChain:
    chain = FakeChain()
    for _ in range(20):
        chain.mine([])
    return chain


def endpoints(*nodes: FakeNode, rounds: int = 3) -> Endpoints:
    return Endpoints([node.endpoint() for node in nodes], CHAIN_ID, rounds=rounds, pause=0.001)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (faults.time_out, UnreachableError),
        (faults.disconnect, UnreachableError),
        (faults.http_error, UnreachableError),
        (faults.rate_limit, UnreachableError),
        (faults.wrong_type, BadAnswerError),
        (faults.truncated, BadAnswerError),
        (faults.not_utf8, BadAnswerError),
        (faults.html, BadAnswerError),
        (faults.missing_answer, BadAnswerError),
        (faults.wrong_id, BadAnswerError),
        (faults.error_object, RefusedError),
        (faults.one_error_for_all, TooMuchError),
    ],
)
def test_ask__faulty_answer__is_an_error_that_names_the_endpoint(
    chain: FakeChain, fault: Fault, error: type[EndpointError]
) -> None:
    endpoint = FakeNode(chain, fault=fault).endpoint()
    with pytest.raises(error, match="http://localhost:8545: ") as caught:
        endpoint.ask([CALL, CALL], HEADERS)
    assert "key" not in str(caught.value)


def test_some__null__is_an_error(chain: FakeChain) -> None:
    endpoint = FakeNode(chain, fault=faults.null).endpoint()
    with pytest.raises(BadAnswerError, match="null"):
        endpoint.some([CALL], HEADERS, endpoint.headers)


def test_ask__answers_in_another_order__are_sorted_by_id(chain: FakeChain) -> None:
    def backwards(request: httpx.Request, answers: Answers) -> httpx.Response:
        return faults.send(answers[::-1])

    endpoint = FakeNode(chain, fault=backwards).endpoint()
    found = endpoint.ask([("eth_getBlockByNumber", [hex(at), False]) for at in range(5)], HEADERS)
    assert [header.number for header in found if header] == ["0x0", "0x1", "0x2", "0x3", "0x4"]


@pytest.mark.parametrize("url", ["", "localhost:8545", "ftp://host", "http://"])
def test_endpoint__no_url__says_what_to_write(url: str) -> None:
    with pytest.raises(RpcError, match="write http"):
        RealEndpoint(url)


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:1", True),
        ("http://localhost", True),
        ("http://[::1]:5", True),
        ("https://rpc.example", False),
    ],
)
def test_endpoint__host__is_local_only_on_this_machine(url: str, local: bool) -> None:
    assert RealEndpoint(url).is_local is local


@pytest.mark.parametrize(
    "refusal",
    [
        {"code": -32005, "message": "query returned more than 10000 results"},
        {"code": -32600, "message": "too many requests in batch"},
        {"code": -32000, "message": "response size exceeded"},
        400,
        413,
    ],
    ids=str,
)
def test_some__too_much__halves_the_batch_and_goes_on(
    chain: FakeChain, refusal: int | dict[str, object]
) -> None:
    def at_most_three(request: httpx.Request, answers: Answers) -> httpx.Response:
        if len(answers) <= 3:
            return faults.send(answers)
        if isinstance(refusal, int):
            return httpx.Response(refusal)
        return faults.send([{"id": answer["id"], "error": refusal} for answer in answers])

    endpoint = FakeNode(chain, fault=at_most_three).endpoint()
    calls = [("eth_getBlockByNumber", [hex(at), False]) for at in range(16)]
    assert len(endpoint.some(calls, HEADERS, endpoint.headers)) == 2
    assert endpoint.headers.value <= 3


def test_some__too_much_for_one_call__is_an_error(chain: FakeChain) -> None:
    def never(request: httpx.Request, answers: Answers) -> httpx.Response:
        return httpx.Response(413)

    endpoint = FakeNode(chain, fault=never).endpoint()
    with pytest.raises(TooMuchError):
        endpoint.some([CALL, CALL], HEADERS, endpoint.headers)


def test_adaptive__shrinks_by_half_and_grows_slowly() -> None:
    limit = Adaptive(1000, 1000)
    assert limit.shrink()
    assert limit.value == 500
    limit.grow()
    assert limit.value == 562
    for _ in range(20):
        limit.grow()
    assert limit.value == 1000
    limit.value = 1
    assert not limit.shrink()


def test_attempt__first_endpoint_fails__the_second_answers(chain: FakeChain) -> None:
    good = FakeNode(chain)
    group = endpoints(FakeNode(chain, fault=faults.time_out), good)
    assert group.attempt(lambda endpoint: endpoint.quantity("eth_blockNumber")) == 20
    assert good.asked


def test_attempt__a_failed_endpoint__is_left_alone_for_a_while(chain: FakeChain) -> None:
    bad = FakeNode(chain, fault=faults.time_out)
    group = Endpoints([bad.endpoint(), FakeNode(chain).endpoint()], CHAIN_ID, pause=60.0)
    for _ in range(5):
        group.attempt(lambda endpoint: endpoint.quantity("eth_blockNumber"))
    assert len(bad.asked) == 1


def test_attempt__all_fail__says_why_and_what_to_do(chain: FakeChain) -> None:
    group = endpoints(FakeNode(chain, fault=faults.truncated), FakeNode(chain, fault=faults.http_error))
    with pytest.raises(NoEndpointError) as caught:
        group.attempt(lambda endpoint: endpoint.quantity("eth_blockNumber"))
    text = str(caught.value)
    assert "HTTP 503" in text
    assert "no such answer" in text
    assert "name other endpoints" in text


def test_attempt__told_to_stop__stops_waiting(chain: FakeChain) -> None:
    group = Endpoints([FakeNode(chain, fault=faults.time_out).endpoint()], CHAIN_ID, pause=60.0)
    group.stop.set()
    with pytest.raises(StoppedError):
        group.attempt(lambda endpoint: endpoint.quantity("eth_blockNumber"))


def test_check__wrong_chain_id__names_both() -> None:
    group = endpoints(FakeNode(FakeChain(chain_id=1)))
    with pytest.raises(WrongChainError, match="serves chain 1, the network's is 31337"):
        group.check(5)


def test_check__another_genesis__is_another_chain(chain: FakeChain) -> None:
    other = FakeChain(start_time=1)
    for _ in range(20):
        other.mine([])
    with pytest.raises(WrongChainError, match="has block 0 as"):
        endpoints(FakeNode(chain), FakeNode(other)).check(5)


def test_check__same_genesis_other_history__is_another_chain(chain: FakeChain) -> None:
    other = FakeChain()
    other.fork = 1
    for _ in range(20):
        other.mine([])
    assert other.blocks[0].hash == chain.blocks[0].hash
    with pytest.raises(WrongChainError, match="differ on block 15, 5 below the head"):
        endpoints(FakeNode(chain), FakeNode(other)).check(5)


def test_check__one_endpoint_is_silent__is_checked_before_its_first_use(chain: FakeChain) -> None:
    late = FakeNode(FakeChain(chain_id=1), fault=faults.time_out)
    group = endpoints(late, FakeNode(chain))
    group.check(5)
    late.fault = None
    late.chain = FakeChain(chain_id=1)
    time.sleep(0.02)  # a failed endpoint rests
    with pytest.raises(WrongChainError):
        list(group.each(lambda endpoint: endpoint.quantity("eth_blockNumber")))


def test_check__nobody_answers__says_so(chain: FakeChain) -> None:
    with pytest.raises(NoEndpointError, match="RemoteProtocolError"):
        endpoints(FakeNode(chain, fault=faults.disconnect)).check(5)


def test_endpoints__none__says_what_to_set() -> None:
    with pytest.raises(RpcError, match="name one or more"):
        Endpoints([], CHAIN_ID)
