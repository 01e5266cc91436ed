"""What the API says of loans: cards, what is outstanding, the ageing table, exposure."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from backend.app import create_app
from indexer.chain import events as ev
from indexer.ledger.database import open_engine
from indexer.ledger.journal import Ledger
from rules.calendar import parse_day
from tests.backend.books import sqlite_url
from tests.backend.conftest import settings_for
from tests.backend.ledger.test_router import floats_in, get
from tests.backend.test_app import assert_problem
from tests.indexer.ledger.test_month_end import AUGUST, Logs, chain_of
from tests.indexer.loan_events import amended

DAY = parse_day("2025-09-02")
PATHS = (
    "/loans/2/card",
    "/loans/2/outstanding",
    "/ageing",
    "/ageing/loans",
    "/exposure?member=1&member=9",
)


@contextmanager
def served(url: str) -> Iterator[TestClient]:
    """After August: loan 2 is rescheduled, 3 written off and recovered from, 4 taken over by 9, and member 9
    answers for loan 5."""
    logs: Logs = [
        *(
            ("MemberRegistry", ev.MemberRegistered(member, bytes(20), bytes(20), 0, DAY))
            for member in range(1, 10)
        ),
        ("LoanBook", amended(2, 2, 10_000_000, DAY, months=24, before=7, carried=300_000, waived=40_000)),
        ("LoanBook", ev.LoanWrittenOff(3, 3, 12_000_000, DAY, bytes(32))),
        ("LoanBook", ev.LoanRecovered(3, 3, 1 << 56 | 99, 70_000, 20_000, 5_000, 1, DAY)),
        ("LoanBook", ev.LoanAssumed(4, 4, 9, bytes(32))),
        ("LoanBook", ev.LoanPledged(5, 9, 2, 4_000_000)),
    ]
    engine = open_engine(url)
    Ledger(engine).append(chain_of(*AUGUST, ("2025-09-02", logs)), floor=1)
    with TestClient(create_app(settings_for(url)), raise_server_exceptions=False) as client:
        yield client
    engine.dispose()


@pytest.fixture(scope="module")
def lent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with served(sqlite_url(tmp_path_factory.mktemp("loans"))) as client:
        yield client


@pytest.mark.parametrize("path", PATHS)
def test_anonymous__reads__amounts_only(lent: TestClient, path: str) -> None:
    assert not floats_in(get(lent, path))


def test_card__paid_by_the_month__is_told(lent: TestClient) -> None:
    card = get(lent, "/loans/1/card")
    assert (card["member"], card["state"], card["outstanding"]) == (1, "RUNNING", "5000000")
    assert card["payments"][-1] == {
        "book_day": "2025-01-15",
        "reference": "SLIP-0000-00263",
        "principal": "1000000",
        "interest": "60000",
        "penalty": "0",
        "channel": 1,
        "recovered": False,
        "outstanding": "5000000",
    }
    assert card["instalments"][7] == {
        "number": 8,
        "due_on": "2025-09-15",
        "principal": "1000000",
        "interest": "50000",
        "principal_unpaid": "1000000",
        "interest_unpaid": "50000",
        "outstanding_after": "4000000",
    }


def test_card__amended__each_version_with_its_effective_rate(lent: TestClient) -> None:
    """1% a month DECLINING is 12.68% a year, with or without a reschedule."""
    card = get(lent, "/loans/2/card")
    told = [(each["cause"], each["months"], each["effective_rate_bps"]) for each in card["versions"]]
    assert told == [("STARTED", 12, 1_268), ("RESCHEDULE", 24, 1_268)]
    assert (card["interest_carried"], card["instalments"][0]["number"]) == ("300000", 8)


def test_card__written_off__is_owed_still(lent: TestClient) -> None:
    card = get(lent, "/loans/3/card")
    assert (card["state"], card["outstanding"], card["payments"][0]["recovered"]) == (
        "WRITTEN_OFF",
        "11930000",
        True,
    )


@pytest.mark.parametrize(
    ("path", "in_books", "written_off", "scheduled"),
    [
        ("/loans/1/outstanding?as_of=2025-01-14", 0, 0, 12_000_000),
        ("/loans/1/outstanding?as_of=2025-08-31", 5_000_000, 0, 5_000_000),
        ("/loans/3/outstanding?as_of=2025-09-01", 12_000_000, 0, 5_000_000),
        ("/loans/3/outstanding?as_of=2025-09-02", 0, 11_930_000, 5_000_000),
        ("/loans/3/outstanding", 0, 11_930_000, 5_000_000),
    ],
)
def test_outstanding__at_a_day(
    lent: TestClient, path: str, in_books: int, written_off: int, scheduled: int
) -> None:
    found = get(lent, path)
    amounts = (found["outstanding"], found["written_off"], found["scheduled"])
    assert amounts == (str(in_books), str(written_off), str(scheduled))


def test_ageing__classes_and_loans__say_the_same(lent: TestClient) -> None:
    """Loan 4 is macet and wholly provided for, loan 5 doubtful behind a lien: half of it."""
    found = get(lent, "/ageing?as_of=2025-09-30")
    assert found["as_of"] == "2025-09-30"
    told = {each["collectibility"]: each for each in found["classes"]}
    assert list(told) == ["LANCAR", "KURANG_LANCAR", "DIRAGUKAN", "MACET"]
    assert (told["MACET"]["loans"], told["MACET"]["provision"]) == (1, "12000000")
    assert (told["DIRAGUKAN"]["loans"], told["DIRAGUKAN"]["provision"]) == (1, "6000000")
    rows = get(lent, "/ageing/loans?as_of=2025-09-30")["loans"]
    assert [(row["loan"], row["member"], row["collectibility"]) for row in rows] == [
        (1, 1, "LANCAR"),
        (2, 2, "LANCAR"),
        (4, 9, "MACET"),
        (5, 5, "DIRAGUKAN"),
    ]
    for name in ("outstanding", "overdue", "provision"):
        assert sum(int(row[name]) for row in rows) == sum(int(each[name]) for each in found["classes"])
    assert rows[2]["late_since"] == "2025-02-15"


def test_ageing__paged__comes_once_each(lent: TestClient) -> None:
    found: list[dict] = []
    after: int | None = 0
    while after is not None:
        page = get(lent, f"/ageing/loans?as_of=2025-09-30&limit=1&after={after}")
        found += page["loans"]
        after = page["next_after"]
    assert found == get(lent, "/ageing/loans?as_of=2025-09-30")["loans"]


def test_exposure__of_a_group__each_and_together(lent: TestClient) -> None:
    """Member 9 owes the loan that was taken over, and answers for another; 3 owes what was written off."""
    found = get(lent, "/exposure?member=9&member=3&member=4&member=9")
    assert found["outstanding"] == "23930000"
    assert [(each["member"], each["outstanding"]) for each in found["members"]] == [
        (3, "11930000"),
        (4, "0"),
        (9, "12000000"),
    ]
    assert found["members"][0]["loans"] == [{"loan": 3, "state": "WRITTEN_OFF", "outstanding": "11930000"}]
    assert found["members"][2]["guarantees"] == [{"loan": 5, "kind": "SUKARELA", "amount": "4000000"}]


@pytest.mark.parametrize(
    ("path", "status", "code", "word"),
    [
        ("/loans/77/card", 404, "UNKNOWN_LOAN", "pinjaman nomor 77"),
        ("/loans/77/outstanding", 404, "UNKNOWN_LOAN", "pinjaman nomor 77"),
        ("/loans/0/card", 422, "INVALID_INPUT", "number paling sedikit 1"),
        ("/loans/4294967296/outstanding", 422, "INVALID_INPUT", "number paling banyak"),
        ("/loans/1/outstanding?as_of=2025-02-30", 422, "INVALID_INPUT", "as_of bukan tanggal"),
        ("/ageing?as_of=today", 422, "INVALID_INPUT", "as_of bukan tanggal"),
        ("/ageing/loans?limit=201", 422, "INVALID_INPUT", "limit paling banyak 200"),
        ("/ageing/loans?after=-1", 422, "INVALID_INPUT", "after paling sedikit 0"),
        ("/exposure", 422, "INVALID_INPUT", "member wajib diisi"),
        ("/exposure?member=0", 422, "INVALID_INPUT", "member paling sedikit 1"),
        ("/exposure?member=x", 422, "INVALID_INPUT", "member harus bilangan bulat"),
        ("/exposure?" + "&".join(["member=1"] * 51), 422, "INVALID_INPUT", "member paling banyak 50 kali"),
        ("/exposure?member=1&member=888", 404, "UNKNOWN_MEMBER", "anggota nomor 888"),
    ],
)
def test_refused__in_words(lent: TestClient, path: str, status: int, code: str, word: str) -> None:
    body = assert_problem(lent.get(f"/api/v1{path}"), status, code)
    assert word in body["messages"]["id"]


@pytest.mark.postgres
def test_answers__in_postgresql__are_the_same(lent: TestClient, postgres_database: str) -> None:
    with served(postgres_database) as client:
        for path in PATHS:
            assert get(client, path) == get(lent, path)


def test_no_books__everything_about_loans__says_so(tmp_path: Path) -> None:
    with TestClient(create_app(settings_for(sqlite_url(tmp_path))), raise_server_exceptions=False) as client:
        for path in PATHS:
            assert_problem(client.get(f"/api/v1{path}"), 503, "LEDGER_UNAVAILABLE")
