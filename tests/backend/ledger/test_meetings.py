"""Meetings and offices over the API: right, in both languages, and refused where they must be."""

import pytest

from backend.documents.cid import Cid
from rules.calendar import parse_day, timestamp_of_day
from tests.backend.books import Books
from tests.backend.conftest import TestClient
from tests.backend.ledger.test_router import get
from tests.backend.test_app import assert_problem


def first_meeting(client: TestClient) -> dict:
    number = get(client, "/meetings?limit=100")["meetings"][-1]["meeting"]
    return get(client, f"/meetings/{number}")


def test_meetings__paged__come_once_each_newest_first(client: TestClient) -> None:
    found, before = [], None
    while True:
        page = get(client, f"/meetings?limit=2{f'&before={before}' if before else ''}")
        found += [each["meeting"] for each in page["meetings"]]
        before = page["next_before"]
        if before is None:
            break
    assert found == [5, 4, 3, 2, 1]
    last = get(client, "/meetings?before=1")
    assert (last["meetings"], last["next_before"]) == ([], None)


def test_meetings__annual__says_which_book_years_had_theirs(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None before a book year ended; the meetings of these books are all on 2025."""
    assert get(client, "/meetings?limit=1")["annual"] == []
    later = timestamp_of_day(parse_day("2027-07-01"))
    monkeypatch.setattr("backend.ledger.meetings._now", lambda _books: later)
    overdue, held = get(client, "/meetings?limit=2")["annual"]
    assert overdue == {
        "book_year": 2026,
        "last_day": "2027-06-30",
        "state": "OVERDUE",
        "meeting": None,
        "held_on": None,
    }
    assert (held["book_year"], held["last_day"], held["state"]) == (2025, "2026-06-30", "HELD")
    assert (held["meeting"], held["held_on"] <= held["last_day"]) == (1, True)


def test_meeting__agenda__is_named_by_its_cid(client: TestClient) -> None:
    head = first_meeting(client)["head"]
    assert head["documents_cid"] == str(Cid.of_block(bytes.fromhex(head["documents"])))


def test_meeting__second_call__decides_by_those_present(client: TestClient) -> None:
    """Eight on the roll: two checked in and one on paper in the first call, seven ballots in the second."""
    body = first_meeting(client)
    head = body["head"]
    assert (head["meeting"], head["kind"], head["book_year"], head["final"]) == (1, "TAHUNAN", 2025, True)
    roll, first, second = head["roll"], *body["calls"]
    assert (first["present"], first["ballots"], first["paper"], first["quorate"]) == (2, 0, 1, False)
    assert first["needed"] == -(-roll * 3 // 4)
    assert second["takes_place"] is second["quorate"] is True
    assert second["ballots"] == second["present"] >= second["needed"]
    resolution, election = body["motions"]
    assert resolution["title"] == "Pengesahan laporan"
    assert resolution["votes"] == {"in_favour": second["ballots"], "against": 0, "abstain": 0}
    assert (resolution["outcome"], resolution["decided_by"], resolution["carried_out"]) == ("PASSED", 2, True)
    assert resolution["candidates"] == []
    assert election["votes"] is None
    assert [each["votes"] for each in election["candidates"]] == [second["ballots"], 0, 0]
    assert [each["elected"] for each in election["candidates"]] == [True, False, False]
    assert (election["offices"], election["tie_rule"]) == (["KETUA"], "LOWEST_MEMBER_NO")


def test_meeting__refused_papers__have_their_row_and_reason(client: TestClient) -> None:
    body = first_meeting(client)
    assert body["refused_total"] == 3
    assert body["refused"][0] == {"row": 1, "call": 2, "member": 99_999, "reason": "NOT_ELIGIBLE"}
    assert [each["reason"] for each in body["refused"][1:]] == ["ALREADY_VOTED", "ALREADY_VOTED"]
    rows = [each["row"] for each in body["refused"]]
    assert rows == sorted(set(rows))


def test_ballot__of_a_member__is_found_again_on_the_chain(client: TestClient, books: Books) -> None:
    body = get(client, "/meetings/1/members/2")
    first, second = body["calls"]
    assert (first["attendance"], first["ballot"]) == ("PRESENT", None)
    ballot = second["ballot"]
    assert second["attendance"] == "VOTED"
    assert ballot["votes"] == [
        {"motion": 1, "choice": "FOR", "candidates": []},
        {"motion": 2, "choice": None, "candidates": [1]},
    ]
    assert int(ballot["choices"], 16) == 0b101
    block = books.blocks[ballot["block"]["number"] - 1]
    assert ballot["block"]["hash"] == block.hash.hex()
    raw, (_, event) = block.raw_logs[ballot["log_index"]], block.events[ballot["log_index"]]
    assert ballot["transaction"] == raw.tx_hash.hex()
    row = event.cast[36 * ballot["position"] :][:36]
    assert row == (2).to_bytes(4, "big") + int(ballot["choices"], 16).to_bytes(32, "big")


def test_ballot__on_paper_or_refused__says_so(client: TestClient) -> None:
    assert get(client, "/meetings/1/members/4")["calls"][0]["attendance"] == "PAPER"
    refused = get(client, "/meetings/1/members/1")["refused"]
    assert {each["reason"] for each in refused} == {"ALREADY_VOTED"}


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/meetings/99", 404, "UNKNOWN_MEETING"),
        ("/meetings/99/members/1", 404, "UNKNOWN_MEETING"),
        ("/meetings/1/members/99999", 404, "UNKNOWN_MEMBER"),
        ("/meetings/0", 422, "INVALID_INPUT"),
        ("/meetings/4294967296", 422, "INVALID_INPUT"),
        ("/meetings/satu", 422, "INVALID_INPUT"),
        ("/meetings?limit=101", 422, "INVALID_INPUT"),
        ("/meetings?before=0", 422, "INVALID_INPUT"),
        ("/meetings/1/members/0", 422, "INVALID_INPUT"),
    ],
)
def test_refused__in_both_languages(client: TestClient, path: str, status: int, code: str) -> None:
    body = assert_problem(client.get(f"/api/v1{path}"), status, code)
    assert body["messages"]["id"] != body["messages"]["en"]


@pytest.mark.parametrize("path", ["/meetings", "/meetings/1", "/meetings/1/members/1", "/offices"])
def test_meetings__are_only_read(client: TestClient, path: str) -> None:
    for method in ("POST", "PUT", "DELETE"):
        assert_problem(client.request(method, f"/api/v1{path}"), 405, "METHOD_NOT_ALLOWED")


def test_offices__who_holds_what(client: TestClient, books: Books) -> None:
    body = get(client, "/offices")
    assert body["as_of"] == books.blocks[-1].time
    assert body["offices"] == [
        {
            "office": "BENDAHARA",
            "holder": 1,
            "account": f"0x{(900).to_bytes(20, 'big').hex()}",
            "since": books.blocks[0].time,
            "until": 2_000_000_000,
            "lapsed": False,
        }
    ]


def test_meetings__served_from_both_databases(own_client: TestClient) -> None:
    assert [each["meeting"] for each in get(own_client, "/meetings")["meetings"]] == [1]
    assert get(own_client, "/meetings/1")["refused_total"] == 3
    assert get(own_client, "/meetings/1/members/2")["calls"][1]["attendance"] == "VOTED"
