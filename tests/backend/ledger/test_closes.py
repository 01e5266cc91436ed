"""What the API says of closed periods, and of papers that correct others."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from backend.app import create_app
from indexer.ledger.database import open_engine
from tests.backend.books import sqlite_url
from tests.backend.conftest import settings_for
from tests.backend.ledger.test_router import get
from tests.indexer.ledger.test_closes import Office, correction, ended, founded, journal, reopened


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Office, TestClient]]:
    url = sqlite_url(tmp_path)
    office = founded(open_engine(url))
    with TestClient(create_app(settings_for(url)), raise_server_exceptions=False) as client:
        yield office, client
    office.engine.dispose()


def test_closes__none__nothing_is_closed(served: tuple[Office, TestClient]) -> None:
    _, client = served
    assert get(client, "/closes") == {"closed_through": None, "closes": []}


def test_closes__a_year_reopened_and_closed_again__newest_first(served: tuple[Office, TestClient]) -> None:
    office, client = served
    office.say("2026-01-02", ended("2025-12"))
    told = office.figures("2025-12-31")
    office.close("2026-01-05", "2025-12-31", told)
    office.say("2026-02-01", reopened("2025-11-30"))
    office.say("2026-02-02", journal("2025-12-31", 5140, 1110, 50_000, 7))
    office.close("2026-02-03", "2025-12-31", told)
    body = get(client, "/closes")
    assert body["closed_through"] == "2025-12-31"
    assert [(each["change"], each["through"], each["stands"], each["agrees"]) for each in body["closes"]] == [
        ("CLOSED", "2025-12-31", True, False),
        ("REOPENED", "2025-11-30", False, True),
        ("CLOSED", "2025-12-31", False, True),
    ]
    newest, reopening, oldest = body["closes"]
    assert reopening["figures"] is None
    assert oldest["year_end"]
    assert oldest["figures"] == {
        "entries": 4,
        "ledger_root": told.ledger_root.hex(),
        "trial_balance_hash": told.trial_balance_hash.hex(),
        "claims_root": "00" * 32,
        "claims_total": "0",
        "maker": 3,
        "checker": 4,
    }
    assert newest["differences"][0] == {"figure": "entries", "attested": "4", "found": "8"}


def test_entry__that_corrects__says_which(served: tuple[Office, TestClient]) -> None:
    office, client = served
    office.say("2026-01-02", [*journal("2026-01-02", 5130, 5120, 100_000, 8), correction(8, 4)])
    right, wrong = (get(client, f"/entries/{number}") for number in (5, 4))
    assert (right["corrects"], right["corrected_by"]) == (str(3 << 56 | 4), [])
    assert (wrong["corrects"], wrong["corrected_by"]) == (None, [str(3 << 56 | 8)])
