"""Every public endpoint: what anybody may see, that it is right, and what is refused in words."""

import re

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from indexer.ledger.accounts import CHART
from indexer.ledger.merkle import leaf_hash, verify_consistency, verify_inclusion
from tests.backend.books import Books
from tests.backend.test_app import assert_problem

ALL = (
    "/summary",
    "/accounts",
    "/entries?limit=200",
    "/entries/4",
    "/consistency?old=3&new=9",
    "/trial-balance",
    "/members/3/passbook",
    "/meetings",
    "/meetings/1",
    "/meetings/1/members/2",
    "/offices",
    "/schedule?principal=12000000&rate_bps=1200&months=12&method=ANNUITY&from=2025-01-31",
)


def get(client: TestClient, path: str) -> dict:
    response = client.get(f"/api/v1{path}")
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/json"
    return response.json()


def every_entry(client: TestClient) -> list[dict]:
    """All entries, page by page, newest first."""
    found, before = [], None
    while True:
        page = get(client, f"/entries?limit=50{f'&before={before}' if before else ''}")
        found += page["entries"]
        before = page["next_before"]
        if before is None:
            return found


def floats_in(value: object) -> bool:
    if isinstance(value, dict):
        return any(map(floats_in, value.values()))
    if isinstance(value, list):
        return any(map(floats_in, value))
    return isinstance(value, float)


@pytest.mark.parametrize("path", ALL)
def test_anonymous__reads__amounts_only(client: TestClient, books: Books, path: str) -> None:
    body = client.get(f"/api/v1{path}").text
    with books.engine.connect() as connection:
        accounts = connection.execute(text("SELECT account FROM member")).scalars().all()
    assert accounts
    assert not any(account.hex() in body for account in accounts), "a member's address is nobody's business"
    assert not re.search(r'"(name_of|nik|npwp|phone|email|address|signer)"', body)
    assert not floats_in(client.get(f"/api/v1{path}").json())


def test_summary__adds_up_with_the_trial_balance(client: TestClient) -> None:
    summary, balance = get(client, "/summary"), get(client, "/trial-balance")
    sides = {row["account"]: int(row["debit"]) - int(row["credit"]) for row in balance["rows"]}
    for each in summary["savings"]:
        assert int(each["balance"]) == -sides.get(each["account"], 0)
    for each in summary["cash"]:
        assert int(each["balance"]) == sides.get(each["account"], 0)
    assert int(summary["loans"]["outstanding"]) == sides[1210]
    assert [each["kind"] for each in summary["savings"]] == ["POKOK", "WAJIB", "SUKARELA", "PAYABLE"]
    assert [each["channel"] for each in summary["cash"]] == ["KAS", "BANK", "STABLECOIN"]


def test_summary__says_where_the_books_stand(client: TestClient, books: Books) -> None:
    summary = get(client, "/summary")
    cursor = books.ledger.cursor()
    assert cursor is not None
    assert summary["entries"] == {"total": cursor.entries, "final": cursor.final_entries}
    assert summary["tree_head"]["size"] == cursor.final_entries
    assert summary["last_block"]["hash"] == books.blocks[-1].hash.hex()
    assert summary["last_block"]["time"] == books.blocks[-1].time
    assert summary["final_block"] == 70
    members = summary["members"]
    assert sum(members.values()) == len(books.cooperative.members)


def test_accounts__are_the_chart(client: TestClient) -> None:
    accounts = get(client, "/accounts")["accounts"]
    assert [account["code"] for account in accounts] == list(CHART)
    assert accounts[0] == {
        "code": 1110,
        "name": {"id": "Kas", "en": "Cash in till"},
        "type": "ASSET",
        "normal_side": "DEBIT",
    }


def test_entries__paged__come_once_each_newest_first(client: TestClient, books: Books) -> None:
    entries = every_entry(client)
    cursor = books.ledger.cursor()
    assert cursor is not None
    assert [entry["number"] for entry in entries] == list(range(cursor.entries, 0, -1))
    for entry in entries:
        assert sum(int(line["amount"]) for line in entry["lines"]) == 0
        assert entry["final"] == (entry["number"] <= cursor.final_entries)


@pytest.mark.parametrize(
    ("query", "matches"),
    [
        ("member=3", lambda entry: any(line["member"] == 3 for line in entry["lines"])),
        ("account=4110", lambda entry: any(line["account"] == 4110 for line in entry["lines"])),
        ("day=2025-02-20", lambda entry: entry["book_day"] == "2025-02-20"),
        (
            "member=6&account=1210",
            lambda entry: any(line["member"] == 6 and line["account"] == 1210 for line in entry["lines"]),
        ),
    ],
)
def test_entries__filtered__are_exactly_those(client: TestClient, query: str, matches) -> None:
    expected = [entry for entry in every_entry(client) if matches(entry)]
    assert expected
    found, before = [], None
    while True:
        page = get(client, f"/entries?limit=3&{query}{f'&before={before}' if before else ''}")
        found += page["entries"]
        before = page["next_before"]
        if before is None:
            break
    assert found == expected


def test_entries__searched_in_windows__go_on_until_found(client: TestClient, monkeypatch) -> None:
    expected = get(client, "/entries?limit=199&account=5110")["entries"]
    monkeypatch.setattr("backend.ledger.repository.SEARCHED", 40)
    found, before, pages = [], None, 0
    while pages == 0 or before is not None:
        page = get(client, f"/entries?limit=200&account=5110{f'&before={before}' if before else ''}")
        found += page["entries"]
        before, pages = page["next_before"], pages + 1
    assert pages > 3
    assert found == expected


def test_entries__before_the_first__are_none(client: TestClient) -> None:
    assert get(client, "/entries?before=1") == {"entries": [], "next_before": None}
    assert get(client, "/entries?before=1&member=3") == {"entries": [], "next_before": None}


def test_entry__final__is_proven(client: TestClient) -> None:
    size = get(client, "/summary")["entries"]["final"]
    for number in (1, 2, size // 2, size):
        body = get(client, f"/entries/{number}")
        proof = body["proof"]
        assert proof["tree_head"] == get(client, "/summary")["tree_head"]
        assert verify_inclusion(
            leaf_hash(bytes.fromhex(body["entry"]["hash"])),
            proof["leaf_index"],
            proof["tree_head"]["size"],
            [bytes.fromhex(node) for node in proof["path"]],
            bytes.fromhex(proof["tree_head"]["root"]),
        )


def test_entry__provisional__has_no_proof_yet(client: TestClient) -> None:
    number = get(client, "/summary")["entries"]["total"]
    body = get(client, f"/entries/{number}")
    assert body["entry"]["final"] is False
    assert body["proof"] is None


def test_entry__unknown__is_refused_in_words(client: TestClient) -> None:
    body = assert_problem(client.get("/api/v1/entries/99999"), 404, "UNKNOWN_ENTRY")
    assert "99999" in body["messages"]["id"]


def test_consistency__of_any_two_heads__is_proven(client: TestClient) -> None:
    size = get(client, "/summary")["entries"]["final"]
    for old, new in ((1, size), (size // 2, size), (size, size), (8, 9), (7, 100)):
        body = get(client, f"/consistency?old={old}&new={new}")
        roots = (bytes.fromhex(body[side]["root"]) for side in ("old", "new"))
        assert verify_consistency(old, new, *roots, [bytes.fromhex(node) for node in body["path"]])


def test_consistency__impossible__is_refused_in_words(client: TestClient) -> None:
    totals = get(client, "/summary")["entries"]
    assert_problem(client.get("/api/v1/consistency?old=9&new=8"), 422, "SIZE_ORDER")
    assert_problem(client.get(f"/api/v1/consistency?old=1&new={totals['final'] + 1}"), 409, "NOT_FINAL")
    assert_problem(client.get("/api/v1/consistency?old=1"), 422, "INVALID_INPUT")


def test_trial_balance__at_any_day__is_the_sum_of_the_lines(client: TestClient) -> None:
    entries = every_entry(client)
    for day in ("2025-01-02", "2025-01-31", "2025-02-14"):
        expected: dict[int, int] = {}
        for entry in entries:
            for line in entry["lines"] if entry["book_day"] <= day else ():
                expected[line["account"]] = expected.get(line["account"], 0) + int(line["amount"])
        body = get(client, f"/trial-balance?as_of={day}")
        assert {row["account"]: int(row["debit"]) - int(row["credit"]) for row in body["rows"]} == expected
        assert body["debit"] == body["credit"]
        assert body["as_of"] == day


def test_trial_balance__without_a_day__is_of_the_last_blocks_day(client: TestClient, books: Books) -> None:
    from rules.calendar import day_of_timestamp, day_text

    assert get(client, "/trial-balance")["as_of"] == day_text(day_of_timestamp(books.blocks[-1].time))
    assert get(client, "/trial-balance?as_of=1999-12-31")["rows"] == []


def test_passbook__balances__follow_from_its_movements(client: TestClient, books: Books) -> None:
    for member, (pokok, wajib, sukarela) in books.cooperative.members.items():
        body = get(client, f"/members/{member}/passbook?limit=1000")
        held = {each["kind"]: int(each["balance"]) for each in body["savings"]}
        assert (held["POKOK"], held["WAJIB"], held["SUKARELA"]) == (pokok, wajib, sukarela)
        for account, kind in ((3110, "POKOK"), (3120, "WAJIB"), (2110, "SUKARELA")):
            moves = [each for each in body["movements"] if each["account"] == account]
            assert sum(int(each["amount"]) for each in moves) == held[kind]
            if moves:
                assert int(moves[0]["balance"]) == held[kind], "the newest comes first"
        assert body["more"] is False


def test_passbook__of_many_movements__says_that_there_are_more(client: TestClient) -> None:
    whole = get(client, "/members/3/passbook?limit=1000")["movements"]
    part = get(client, "/members/3/passbook?limit=2")
    assert part["movements"] == whole[:2]
    assert part["more"] is True
    assert get(client, f"/members/3/passbook?limit={len(whole)}")["more"] is False


def test_passbook__unknown_member__is_refused_in_words(client: TestClient) -> None:
    body = assert_problem(client.get("/api/v1/members/999/passbook"), 404, "UNKNOWN_MEMBER")
    assert body["messages"]["id"].startswith("Tidak ada anggota nomor 999")
    assert body["messages"]["en"].startswith("There is no member number 999")


SCHEDULE = "/schedule?principal={principal}&rate_bps=1200&months=12&method=ANNUITY&from=2025-01-31"


def test_schedule__of_an_annuity__the_worked_example(client: TestClient) -> None:
    """Rp 12,000,000 over a year at 1% a month: 794,226 of interest, the last instalment 1,066,191."""
    body = get(client, SCHEDULE.format(principal=12_000_000))
    parts = [int(each["principal"]) + int(each["interest"]) for each in body["instalments"]]
    assert parts == [1_066_185] * 11 + [1_066_191]
    assert (body["total_interest"], body["effective_rate_bps"]) == ("794226", 1_268)
    assert body["within_rate_cap"] is True
    assert [each["due_on"] for each in body["instalments"]][:2] == ["2025-02-28", "2025-03-31"]


def test_schedule__grace_unit_and_fee__are_heeded(client: TestClient) -> None:
    terms = "/schedule?principal=12000000&rate_bps=2400&months=12&method=FLAT&from=2025-01-31"
    body = get(client, terms + "&grace=2&unit=100000&fee=120000")
    parts = [int(each["principal"]) for each in body["instalments"]]
    assert parts == [0, 0, *[1_200_000] * 10]
    assert body["within_rate_cap"] is False
    assert body["effective_rate_bps"] > get(client, terms + "&grace=2&unit=100000")["effective_rate_bps"]


@pytest.mark.parametrize("changes", ["&grace=12", "&unit=5", "&unit=10000000", "&fee=12000000"])
def test_schedule__terms_that_cannot_be__are_refused_in_words(client: TestClient, changes: str) -> None:
    path = "/api/v1" + SCHEDULE.format(principal=12_000_000) + changes
    body = assert_problem(client.get(path), 422, "TERMS_REFUSED")
    assert body["messages"]["id"].startswith("Syarat ini tidak dapat menjadi pinjaman")
    assert changes.partition("=")[2] in body["messages"]["en"]


@pytest.mark.parametrize(
    ("path", "field", "indonesian"),
    [
        ("/trial-balance?as_of=2025-02-30", "as_of", "bukan tanggal"),
        ("/trial-balance?as_of=31-12-2025", "as_of", "bukan tanggal"),
        ("/trial-balance?as_of=", "as_of", "bukan tanggal"),
        ("/trial-balance?as_of=0001-01-01", "as_of", "1900 sampai 2999"),
        ("/statements/position?to=9999-12-31", "to", "1900 sampai 2999"),
        ("/statements/surplus?from=1899-12-31", "from", "1900 sampai 2999"),
        ("/entries?day=yesterday", "day", "bukan tanggal"),
        ("/entries?limit=0", "limit", "paling sedikit 1"),
        ("/entries?limit=201", "limit", "paling banyak 200"),
        ("/entries?member=1.5", "member", "harus bilangan bulat"),
        ("/entries?before=99999999999999999999", "before", "paling banyak"),
        ("/entries/0", "number", "paling sedikit 1"),
        ("/entries/one", "number", "harus bilangan bulat"),
        ("/members/4294967296/passbook", "number", "paling banyak"),
        ("/members/-1/passbook", "number", "paling sedikit 1"),
        ("/consistency?new=4", "old", "wajib diisi"),
        (SCHEDULE.removesuffix("&from=2025-01-31").format(principal=1), "from", "wajib diisi"),
        (SCHEDULE.format(principal=0), "principal", "paling sedikit 1"),
        (SCHEDULE.format(principal=2**56), "principal", "paling banyak"),
        (SCHEDULE.format(principal=1) + "&fee=-1", "fee", "paling sedikit 0"),
        (SCHEDULE.format(principal=1) + "&grace=360", "grace", "paling banyak 359"),
        (SCHEDULE.format(principal=1) + "&method=ISLAMIC", "method", "harus salah satu"),
        (SCHEDULE.format(principal=1) + "&from=2025-02-30", "from", "bukan tanggal"),
        (SCHEDULE.format(principal=1) + "&months=361", "months", "paling banyak"),
    ],
)
def test_bad_input__is_named_in_words(client: TestClient, path: str, field: str, indonesian: str) -> None:
    body = assert_problem(client.get(f"/api/v1{path}"), 422, "INVALID_INPUT")
    assert [each["field"] for each in body["fields"]] == [field]
    assert indonesian in body["fields"][0]["messages"]["id"]
    assert indonesian in body["messages"]["id"]


def test_answer__known_already__is_not_sent_again(own_client: TestClient, own_books: Books) -> None:
    first = own_client.get("/api/v1/summary")
    etag = {"If-None-Match": first.headers["etag"]}
    second = own_client.get("/api/v1/summary", headers=etag)
    assert (second.status_code, second.content) == (304, b"")
    own_books.deposit()
    third = own_client.get("/api/v1/summary", headers=etag)
    assert third.status_code == 200
    assert third.json()["entries"]["total"] == first.json()["entries"]["total"] + 1


def test_answers__in_both_databases__follow_the_books(own_client: TestClient, own_books: Books) -> None:
    for path in ALL:
        assert get(own_client, path) == get(own_client, path)
    own_books.reorganize(3, 5)
    entries = every_entry(own_client)
    cursor = own_books.ledger.cursor()
    assert cursor is not None
    assert len(entries) == cursor.entries
    assert entries[0]["block"]["hash"] in {block.hash.hex() for block in own_books.blocks}
    assert get(own_client, "/summary")["last_block"]["hash"] == own_books.blocks[-1].hash.hex()
