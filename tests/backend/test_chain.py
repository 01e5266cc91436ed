"""What a node may answer, and the words in which the office says that it cannot go on."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from web3 import Web3

from backend.chain import Call, Chain, ChainError
from rules.types import SlipKind

ABIS = Path(__file__).parents[2] / "indexer" / "chain" / "abis"
CONTRACTS = {"Treasury": ("0x" + "11" * 20, json.loads((ABIS / "Treasury.json").read_text()))}
TOTAL = Call("Treasury", "channelTotal", (1,))
BLOCK = {"timestamp": "0x67753000"}
Answer = Callable[[dict[str, Any]], Any]


class Node:
    """A JSON-RPC node whose answers a test decides: `answers[method]`, or `body` instead of all."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {
            "eth_chainId": lambda _: {"result": "0x7a69"},
            "evm_setAutomine": lambda _: {"result": True},
            "eth_getBlockByNumber": lambda _: {"result": BLOCK},
            "eth_call": lambda _: {"result": "0x" + "0" * 63 + "7"},
        }
        self.body: bytes | None = None
        self.delay = 0.0
        node = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
                time.sleep(node.delay)
                body = node.body if node.body is not None else json.dumps(node.answer(asked)).encode()
                self.send_response(200)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, asked: Any) -> Any:
        if isinstance(asked, list):
            return [self.answer(each) for each in asked]
        return {"jsonrpc": "2.0", "id": asked["id"], **self.answers[asked["method"]](asked)}


@pytest.fixture
def node() -> Iterator[Node]:
    running = Node()
    yield running
    running.server.shutdown()


def chain(node: Node) -> Chain:
    return Chain(node.url, CONTRACTS, 31337, is_local=True, timeout=0.5)


def test_call__node_answers__gives_the_value(node: Node) -> None:
    assert chain(node).call_many([TOTAL, TOTAL]) == [7, 7]


def test_chain__of_another_id__is_refused(node: Node) -> None:
    node.answers["eth_chainId"] = lambda _: {"result": "0x89"}
    with pytest.raises(ChainError, match="chain 137, not 31337"):
        chain(node)


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        ({"result": None}, "answered null"),
        ({"error": {"code": -32000, "message": "no such thing"}}, "no such thing"),
        ({}, "refused"),
        ({"result": "0x"}, "not deployed"),
        ({"result": "0x07"}, "not deployed"),
        ({"result": "nonsense"}, "not deployed"),
    ],
)
def test_call__answer_makes_no_sense__is_said(node: Node, answer: dict[str, Any], word: str) -> None:
    office = chain(node)
    node.answers["eth_call"] = lambda _: answer
    with pytest.raises(ChainError, match=word):
        office.call_many([TOTAL])


@pytest.mark.parametrize("body", [b"", b"[", b'[{"id": 1, "resu', b"[]", b"{}", b"<html>502</html>", b"null"])
def test_call__answer_cut_short__is_said_in_both_languages(node: Node, body: bytes) -> None:
    office = chain(node)
    node.body = body
    with pytest.raises(ChainError) as error:
        office.call_many([TOTAL, TOTAL])
    assert " / " in str(error.value)


def test_call__node_too_slow__is_said(node: Node) -> None:
    office = chain(node)
    node.delay = 1.0
    with pytest.raises(ChainError, match="cannot be reached"):
        office.call_many([TOTAL])


def test_call__node_gone__is_said(node: Node) -> None:
    office = chain(node)
    node.server.shutdown()
    node.server.server_close()
    with pytest.raises(ChainError, match="cannot be reached"):
        office.call_many([TOTAL])


def test_encode__a_call_with_structs__is_what_web3_makes_of_it(node: Node) -> None:
    abi = json.loads((ABIS / "TellerDesk.json").read_text())
    chain = Chain(node.url, {"TellerDesk": ("0x" + "22" * 20, abi)}, 31337, is_local=True)
    slips = [(1, 20_000, 7, 1, 1, 0, 50_000, 0), (2, 20_000, 8, SlipKind.SETOR_WAJIB, 2, 0, 1, 3)]
    arguments = (slips, [(1, 2, b"\x01" * 65)], ("0x" + "33" * 20, 9, b"\x02" * 65))
    contract = Web3().eth.contract(abi=abi)
    assert chain.encode("TellerDesk", "post", arguments) == contract.encode_abi("post", list(arguments))
