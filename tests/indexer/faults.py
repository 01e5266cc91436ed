"""Endpoints of a FakeChain that lie or fail, from a seed or on command."""

import json
from collections.abc import Callable
from random import Random
from typing import Any

import httpx

from indexer.chain.rpc import Endpoint
from tests.indexer.fake_chain import FakeChain

Answers = list[dict[str, Any]]
Fault = Callable[[httpx.Request, Answers], httpx.Response]
"""From a request and its honest answers to what is sent instead."""


def send(answers: Any) -> httpx.Response:
    return httpx.Response(200, content=json.dumps(answers).encode())


def time_out(request: httpx.Request, answers: Answers) -> httpx.Response:
    raise httpx.ReadTimeout("too slow", request=request)


def disconnect(request: httpx.Request, answers: Answers) -> httpx.Response:
    raise httpx.RemoteProtocolError("Server disconnected", request=request)


def null(request: httpx.Request, answers: Answers) -> httpx.Response:
    return send([{**answer, "result": None} for answer in answers])


def wrong_type(request: httpx.Request, answers: Answers) -> httpx.Response:
    return send([{**answer, "result": 17} for answer in answers])


def truncated(request: httpx.Request, answers: Answers) -> httpx.Response:
    text = json.dumps(answers).encode()
    return httpx.Response(200, content=text[: len(text) // 2])


def not_utf8(request: httpx.Request, answers: Answers) -> httpx.Response:
    return httpx.Response(200, content=b'[{"id":0,"result":"\xff"}]')


def html(request: httpx.Request, answers: Answers) -> httpx.Response:
    return httpx.Response(200, content=b"<html>captive portal</html>")


def http_error(request: httpx.Request, answers: Answers) -> httpx.Response:
    return httpx.Response(503)


def rate_limit(request: httpx.Request, answers: Answers) -> httpx.Response:
    return httpx.Response(429)


def error_object(request: httpx.Request, answers: Answers) -> httpx.Response:
    error = {"code": -32603, "message": "internal error"}
    return send([{"jsonrpc": "2.0", "id": answer["id"], "error": error} for answer in answers])


def one_error_for_all(request: httpx.Request, answers: Answers) -> httpx.Response:
    return send({"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": "no batches today"}})


def missing_answer(request: httpx.Request, answers: Answers) -> httpx.Response:
    return send(answers[:-1])


def wrong_id(request: httpx.Request, answers: Answers) -> httpx.Response:
    return send([{**answer, "id": answer["id"] + 1} for answer in answers])


def missing_log(request: httpx.Request, answers: Answers) -> httpx.Response:
    return send(_with_logs(answers, lambda logs: logs[:-1]))


def changed_log(request: httpx.Request, answers: Answers) -> httpx.Response:
    def change(logs: list[dict[str, Any]]) -> list[dict[str, Any]]:
        *rest, last = logs
        data = last["data"]
        return [*rest, {**last, "data": data[:-1] + ("1" if data[-1] != "1" else "2")}]

    return send(_with_logs(answers, change))


def duplicate_log(request: httpx.Request, answers: Answers) -> httpx.Response:
    return send(_with_logs(answers, lambda logs: [*logs, logs[-1]]))


def other_bloom(request: httpx.Request, answers: Answers) -> httpx.Response:
    return send(_with_headers(answers, "logsBloom", "0x" + "00" * 256))


def other_receipts_root(request: httpx.Request, answers: Answers) -> httpx.Response:
    return send(_with_headers(answers, "receiptsRoot", "0x" + "12" * 32))


def _with_headers(answers: Answers, name: str, value: str) -> Answers:
    return [
        {**answer, "result": {**answer["result"], name: value}}
        if isinstance(answer["result"], dict)
        else answer
        for answer in answers
    ]


def _with_logs(answers: Answers, change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> Answers:
    """Change the logs in answers of eth_getLogs and of eth_getBlockReceipts."""
    changed = []
    for answer in answers:
        result = answer["result"]
        if isinstance(result, list) and result:
            if "logs" in result[0]:
                result = [{**each, "logs": change(each["logs"])} if each["logs"] else each for each in result]
            else:
                result = change(result)
        changed.append({**answer, "result": result})
    return changed


FAULTS: tuple[Fault, ...] = (
    time_out,
    disconnect,
    null,
    wrong_type,
    truncated,
    not_utf8,
    html,
    http_error,
    rate_limit,
    error_object,
    one_error_for_all,
    missing_answer,
    wrong_id,
    missing_log,
    changed_log,
    duplicate_log,
    other_bloom,
    other_receipts_root,
)


class FakeNode:
    """An endpoint of `chain`. `fault` replaces answers: always, or with probability `rate` from `seed`."""

    def __init__(
        self,
        chain: FakeChain,
        *,
        fault: Fault | None = None,
        rate: float = 1.0,
        seed: int = 0,
        method: str | None = None,
        host: str = "localhost",
    ) -> None:
        self.chain = chain
        self.fault = fault
        self.method = method
        self.asked: list[str] = []
        self._rate = rate
        self._random = Random(seed)
        self._host = host

    def endpoint(self, **options: Any) -> Endpoint:
        transport = httpx.MockTransport(self._handle)
        return Endpoint(f"http://{self._host}:8545/key", transport=transport, **options)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        calls = json.loads(request.content)
        self.asked += [call["method"] for call in calls]
        answers = json.loads(self.chain.answer(request.content))
        if self._is_faulty(calls[0]["method"]):
            fault = self.fault or self._random.choice(FAULTS)
            return fault(request, answers)
        return send(answers)

    def _is_faulty(self, method: str) -> bool:
        if self.fault is None and self._rate == 1.0:  # an honest node
            return False
        return self.method in (None, method) and self._random.random() < self._rate
