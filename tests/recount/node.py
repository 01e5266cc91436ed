"""A node in Python that answers with a made-up meeting: honest headers, logs and transactions."""

import json
from typing import Any

import httpx

from indexer.chain.rpc import Endpoint
from recount.fetch import Where
from tests.indexer.fake_chain import FakeChain, header_hash, hex_of
from tests.recount.village import AUTHORITY, BOX, CHAIN_ID, RAT, REGISTRY, RP_ID, Village

WHERE = Where(CHAIN_ID, RAT, BOX, REGISTRY, AUTHORITY, RP_ID, 100)


class FakeNode:
    """`calls` counts what was asked; `most` is how many logs it gives at a time."""

    def __init__(self, village: Village, most: int = 10_000) -> None:
        self.village = village
        self.most = most
        self.chain_id = CHAIN_ID
        self.calls: list[str] = []
        self._template = FakeChain().blocks[0].header

    def endpoint(self, range_limit: int = 2) -> Endpoint:
        transport = httpx.MockTransport(lambda request: self.answer(request))
        return Endpoint("http://127.0.0.1:1", transport=transport, range_limit=range_limit)

    def answer(self, request: httpx.Request) -> httpx.Response:
        """The answers to a batch."""
        answers = []
        for call in json.loads(request.content):
            self.calls.append(call["method"])
            answer = self.call(call["method"], call["params"])
            kind = "error" if isinstance(answer, dict) and "code" in answer else "result"
            answers.append({"jsonrpc": "2.0", "id": call["id"], kind: answer})
        return httpx.Response(200, json=answers)

    def call(self, method: str, params: list[Any]) -> Any:
        """The answer to one call."""
        if method == "eth_chainId":
            return hex(self.chain_id)
        if method == "eth_blockNumber":
            return hex(self.village.block)
        if method == "eth_getBlockByNumber":
            return self.header(params[0])
        if method == "eth_getLogs":
            return self.logs(params[0])
        if method == "eth_getTransactionByHash":
            return self.transaction(params[0])
        assert method == "eth_getCode"
        return "0x60" if params[0] in self.village.contracts else "0x"

    def header(self, text: str) -> dict[str, Any]:
        number = self.village.block if text == "latest" else int(text, 16)
        time = self.village.until if number == self.village.block else self.village.times.get(number, 0)
        header = {**self._template, "number": hex(number), "timestamp": hex(time)}
        return {**header, "hash": hex_of(header_hash(header))}

    def logs(self, asked: dict[str, Any]) -> Any:
        first, last = int(asked["fromBlock"], 16), int(asked["toBlock"], 16)
        found = [
            {
                "address": log.address,
                "topics": list(log.topics),
                "data": log.data,
                "blockHash": self.header(hex(log.block))["hash"],
                "blockNumber": hex(log.block),
                "transactionHash": log.transaction or "0x" + "00" * 32,
                "logIndex": hex(log.index),
                "removed": False,
            }
            for log in self.village.logs
            if first <= log.block <= last
            and log.address == asked["address"]
            and all(topic in one for topic, one in zip(log.topics, asked["topics"], strict=False))
        ]
        if len(found) > self.most and first != last:
            return {"code": -32005, "message": "query returned more than 10000 results"}
        return found

    def transaction(self, hash_: str) -> dict[str, Any] | None:
        sent = self.village.transactions.get(hash_)
        if sent is None:
            return None
        return {"hash": hash_, "blockNumber": "0x1", "from": sent.sender, "to": sent.to, "input": sent.input}
