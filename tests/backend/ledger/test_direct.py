"""The short way finds what FastAPI's finds, and leaves to it what it would answer otherwise."""

from collections.abc import Mapping
from typing import Any

import pytest

from backend.ledger.answers import HotPath
from backend.ledger.direct import DirectRoutes
from backend.ledger.router import router
from tests.backend.conftest import TestClient

API = "/api/v1"
MAX_NUMBER = 2**63 - 1


def scope_of(address: str) -> dict[str, Any]:
    path, _, query = address.partition("?")
    return {"type": "http", "method": "GET", "path": API + path, "query_string": query.encode()}


def found_in(address: str) -> Mapping[str, Any] | None:
    scope = scope_of(address)
    return scope if DirectRoutes(router.routes).find(scope) else None


@pytest.mark.parametrize(
    ("address", "template"),
    [
        ("/summary", "/summary"),
        ("/entries", "/entries"),
        ("/entries?before=5", "/entries"),
        ("/entries?member=4294967295&account=1110&limit=200", "/entries"),
        (f"/entries/{MAX_NUMBER}", "/entries/{number}"),
        ("/members/12/passbook?limit=1000", "/members/{number}/passbook"),
        ("/consistency?new=7&old=3", "/consistency"),
        ("/trial-balance", "/trial-balance"),
    ],
)
def test_plain_numbers__are_called_directly__under_their_route(address: str, template: str) -> None:
    scope = found_in(address)
    assert scope is not None
    assert scope["route"].path == API + template


@pytest.mark.parametrize(
    "address",
    [
        "/entries?before=0",
        f"/entries?before={MAX_NUMBER + 1}",
        "/entries?limit=201",
        "/entries?limit=",
        "/entries?limit",
        "/entries?limit=+5",
        "/entries?limit=%35",
        "/entries?limit=٥",
        "/entries?limit=5&limit=6",
        "/entries?limit=5&other=1",
        "/entries?day=2025-01-20",
        "/entries/0",
        "/entries/1a",
        "/entries/1/",
        "/members/4294967296/passbook",
        "/consistency?old=3",
        "/trial-balance?as_of=2025-12-31",
        "/events",
        "/nothing",
    ],
)
def test_anything_else__goes_fastapis_way(address: str) -> None:
    assert found_in(address) is None


@pytest.mark.parametrize(
    "path",
    [
        "/summary",
        "/entries?limit=3",
        "/entries?member=3&limit=4",
        "/entries/7",
        "/entries/999999",
        "/consistency?old=3&new=9",
        "/consistency?old=9&new=3",
        "/members/3/passbook?limit=2",
        "/members/999999/passbook",
    ],
)
def test_both_ways__answer_the_same(client: TestClient, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    directly = client.get(API + path)
    client.app.state.answers._kept.clear()
    monkeypatch.setattr(DirectRoutes, "find", lambda _self, _scope: None)
    the_long_way = client.get(API + path)
    assert directly.status_code == the_long_way.status_code
    assert directly.content == the_long_way.content
    assert dict(directly.headers) == dict(the_long_way.headers)


def test_problem__is_told_once__the_route_is_not_asked_again(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    called = HotPath._called

    async def counted(self: HotPath, scope: Any) -> Any:
        answer = await called(self, scope)
        asked.append(answer)
        return answer

    monkeypatch.setattr(HotPath, "_called", counted)
    assert client.get(f"{API}/entries/999999").status_code == 404
    assert [answer.status_code for answer in asked] == [404]
