"""A chain of deposits, built in memory and served over HTTP by a process of its own: the indexer's limit is not here.

`python -m benchmarks.chain_server BLOCKS EVENTS` prints its port once it serves.
"""

import asyncio
import json
import sys
from collections.abc import Iterator
from random import Random

from indexer.chain import events as ev
from indexer.chain.events import Event
from indexer.chain.trie import ordered_root
from rules.types import MemberNumber, Receipt, WibDay
from tests.indexer.fake_chain import FakeChain, FakeLog, FakeTx
from tests.indexer.fake_office import AUTHORITY, ZERO, FakeOffice, account_of, address_of

MEMBERS = 10_000
_DESK = address_of("TellerDesk")


def build(blocks: int, events: int) -> FakeChain:
    """`events` logs in `blocks` blocks: deposits with their ERC-20 Transfer, one a transaction, after genesis."""
    chain = FakeChain(authority=AUTHORITY, root=ordered_root)
    for txs in FakeOffice(1, members=20).genesis():
        chain.mine(txs)
    random, per_block, made = Random(1), events // blocks // 2, 0
    for _ in range(blocks):
        chain.mine([_deposit(random, made + at) for at in range(per_block)])
        made += per_block
    return chain


def _deposit(random: Random, number: int) -> FakeTx:
    member, amount = MemberNumber(random.randrange(1, MEMBERS + 1)), random.randrange(1, 5000) * 1000
    kind = random.choice((1, 2))
    moved: Event = ev.Transfer(ZERO, account_of(member), amount)
    paid = ev.Deposited(member, kind, Receipt(1 << 56 | number + 1_000_000), 1, amount, WibDay(20_089))
    token = address_of(ev.TOKENS[kind])
    return FakeTx(number, (FakeLog.of(token, moved), FakeLog.of(_DESK, paid)))


class Served:
    """The chain's answers as bytes, made once."""

    def __init__(self, chain: FakeChain) -> None:
        self.chain = chain
        self.headers = [json.dumps(block.header).encode() for block in chain.blocks]
        self.receipts = {block.hash: json.dumps(block.receipts).encode() for block in chain.blocks}
        self.logs = [
            b", ".join(json.dumps(log).encode() for receipt in block.receipts for log in receipt["logs"])
            for block in chain.blocks
        ]
        for block in chain.blocks:
            block.receipts = []

    def answer(self, body: bytes) -> bytes:
        calls = json.loads(body)
        if isinstance(calls, dict):
            return self._answer(calls)
        return b"[" + b",".join(self._answer(call) for call in calls) + b"]"

    def _answer(self, call: dict[str, object]) -> bytes:
        return b'{"jsonrpc":"2.0","id":%d,"result":%b}' % (call["id"], self._result(call))

    def _result(self, call: dict[str, object]) -> bytes:
        method, params = call["method"], call["params"]
        assert isinstance(params, list)
        if method == "eth_getBlockReceipts":
            return self.receipts[params[0]]
        if method == "eth_getBlockByNumber" and params[0].startswith("0x"):
            number = int(params[0], 16)
            return self.headers[number] if number < len(self.headers) else b"null"
        if method == "eth_getLogs":
            first, last = int(params[0]["fromBlock"], 16), int(params[0]["toBlock"], 16)
            return b"[" + b",".join(logs for logs in self.logs[first : last + 1] if logs) + b"]"
        return json.dumps(self.chain.call(str(method), params)).encode()


class Http(asyncio.Protocol):
    """As much of HTTP/1.1 as a client with keep-alive and content-length needs."""

    def __init__(self, served: Served) -> None:
        self._served = served
        self._buffer = b""
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        for body in self._bodies():
            answer = self._served.answer(body)
            assert self._transport is not None
            self._transport.write(
                b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
                % len(answer)
            )
            self._transport.write(answer)

    def _bodies(self) -> Iterator[bytes]:
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end].lower()
            size = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
            if len(self._buffer) < end + 4 + size:
                return
            yield self._buffer[end + 4 : end + 4 + size]
            self._buffer = self._buffer[end + 4 + size :]


async def serve(served: Served) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: Http(served), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(Served(build(int(sys.argv[1]), int(sys.argv[2])))))
