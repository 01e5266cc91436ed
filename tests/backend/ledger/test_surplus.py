"""What the API says of the year's surplus."""

from pathlib import Path

from starlette.testclient import TestClient

from backend.app import create_app
from indexer.ledger.database import open_engine
from indexer.ledger.journal import Ledger
from tests.backend.books import sqlite_url
from tests.backend.conftest import settings_for
from tests.backend.ledger.test_router import get
from tests.indexer.ledger.fake_chain import Logs, installed, mint
from tests.indexer.ledger.surplus_cases import DOCUMENT, ROOT, allocated, in_cash, share
from tests.indexer.ledger.test_month_end import chain_of


def served(tmp_path: Path, logs: Logs) -> TestClient:
    url = sqlite_url(tmp_path)
    engine = open_engine(url)
    names = ("Books", "SurplusDistributor", "SavingsSukarela")
    first: Logs = [("Authority", installed(name)) for name in names]
    Ledger(engine).append(chain_of(("2026-02-14", [*first, *logs])), floor=-1)
    engine.dispose()
    return TestClient(create_app(settings_for(url)), raise_server_exceptions=False)


def test_surplus__none_allocated__no_years(tmp_path: Path) -> None:
    with served(tmp_path, []) as client:
        assert get(client, "/surplus") == {"years": []}


def test_surplus__two_years__newest_first_with_what_is_paid(tmp_path: Path) -> None:
    logs: Logs = [
        ("SurplusDistributor", allocated(2024, (3200, 9))),
        ("SurplusDistributor", allocated(2025, (2310, 600), (3200, 150))),
        ("SavingsSukarela", mint(1, 200)),
        ("SurplusDistributor", share(2025, 1, 200)),
        ("SurplusDistributor", in_cash(2025, 2, 30)),
    ]
    with served(tmp_path, logs) as client:
        newest, oldest = get(client, "/surplus")["years"]
    assert (oldest["year"], oldest["members_total"], oldest["unpaid"]) == (2024, "0", "0")
    assert newest == {
        "year": 2025,
        "allocated_on": "2026-02-14",
        "total": "750",
        "pots": [{"account": 2310, "amount": "600"}, {"account": 3200, "amount": "150"}],
        "members_total": "600",
        "paid_into_savings": "200",
        "paid_to_left": "0",
        "paid_in_cash": "30",
        "unpaid": "370",
        "shares_paid": 2,
        "shares_root": ROOT.hex(),
        "document": DOCUMENT.hex(),
    }
