"""What the API says of statements, notes and books of accounts."""

import json

import pytest
from starlette.testclient import TestClient

from backend.app import create_app
from indexer.reports.statements.amounts import BookAmounts
from indexer.reports.statements.catalogue import STATEMENTS
from indexer.reports.statements.periods import year_to
from indexer.reports.trial_balance import trial_balance
from rules.calendar import parse_day
from tests.backend.books import Books
from tests.backend.conftest import settings_for
from tests.backend.ledger.test_router import floats_in, get
from tests.backend.test_app import assert_problem

DAY = "2025-02-20"
NAMES = (*STATEMENTS, "teller-report")
PATHS = (
    *(f"/statements/{name}?as_of={DAY}" for name in NAMES),
    f"/notes?as_of={DAY}",
    f"/accounts/1110/lines?as_of={DAY}",
    f"/channels/KAS/lines?as_of={DAY}",
)


@pytest.mark.parametrize("path", PATHS)
def test_every_address__anybody__is_answered_without_floats_and_with_an_etag(
    client: TestClient, path: str
) -> None:
    body = get(client, path)
    assert not floats_in(body)
    answer = client.get(f"/api/v1{path}")
    again = client.get(f"/api/v1{path}", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    assert body["stated_on"]["block"] > 0


@pytest.mark.parametrize("path", [each.partition("?")[0] for each in PATHS])
@pytest.mark.parametrize(
    "days",
    ["to=1900-01-01", "to=2999-12-31", "from=1900-01-01&to=2999-12-31", "from=2024-02-29&to=2024-02-29"],
)
def test_every_address__days_at_the_ends_of_what_may_be_asked__is_answered(
    client: TestClient, path: str, days: str
) -> None:
    get(client, f"{path}?{days}")


@pytest.mark.parametrize("name", NAMES)
def test_statement__amounts__are_those_of_the_report(client: TestClient, books: Books, name: str) -> None:
    body = get(client, f"/statements/{name}?as_of={DAY}")
    day = parse_day(DAY)
    with books.engine.connect() as connection:
        own = BookAmounts.on(connection, day)
        found = STATEMENTS.get(name, STATEMENTS["position"])(own, year_to(day))
    if name in STATEMENTS:
        told = [[None if each is None else int(each) for each in row["amounts"]] for row in body["rows"]]
        assert told == [list(row.amounts) for row in found.rows]
        assert any(any(row) for row in told)
    ends = {row["element"]: row["amounts"] for row in body["rows"] if row["kind"] == "total"}
    if name == "teller-report":
        assert ends["CashAtEnd"][-1] == str(found.amount("CashAndBank"))


def test_statement__no_day__is_of_the_last_block(client: TestClient, books: Books) -> None:
    body = get(client, "/statements/position")
    balance = get(client, "/trial-balance")
    assert body["columns"][0]["to_day"] == balance["as_of"]


def test_statement__period__is_between_both_days(client: TestClient) -> None:
    body = get(client, "/statements/surplus?from=2025-02-01&to=2025-02-28")
    assert [(each["from_day"], each["to_day"]) for each in body["columns"]] == [
        ("2025-02-01", "2025-02-28"),
        ("2025-01-01", "2025-01-31"),
        ("2024-02-01", "2024-02-29"),
    ]


def test_general_ledger__limit__cuts_and_says_so(client: TestClient, books: Books) -> None:
    whole = get(client, f"/accounts/1110/lines?as_of={DAY}&limit=1000")
    assert not whole["more"]
    cut = get(client, f"/accounts/1110/lines?as_of={DAY}&limit=2")
    assert cut["more"]
    assert cut["rows"] == whole["rows"][:2]
    with books.engine.connect() as connection:
        rows = trial_balance(connection, parse_day(DAY)).rows
    (cash,) = (row.debit - row.credit for row in rows if row.account == 1110)
    assert whole["totals"][-1] == whole["rows"][-1][-1] == str(cash)
    assert get(client, f"/channels/KAS/lines?as_of={DAY}&limit=1000")["rows"] == whole["rows"]


def test_refusals__each__says_why(client: TestClient) -> None:
    turned = client.get("/api/v1/statements/surplus?from=2025-03-01&to=2025-02-01")
    assert_problem(turned, 422, "PERIOD_ORDER")
    assert_problem(client.get("/api/v1/accounts/9998/lines"), 404, "UNKNOWN_ACCOUNT")
    assert_problem(client.get("/api/v1/statements/wishes"), 422, "INVALID_INPUT")
    assert_problem(client.get("/api/v1/channels/SAFE/lines"), 422, "INVALID_INPUT")


def test_description__of_a_statement__is_what_is_answered(books: Books) -> None:
    with TestClient(create_app(settings_for(books.url))) as client:
        described = client.get("/api/v1/openapi.json").json()["components"]["schemas"]
        body = get(client, f"/statements/position?as_of={DAY}")
    assert set(described["Statement"]["properties"]) == set(body)
    assert set(described["StatementRow"]["properties"]) == set(body["rows"][0])
    assert "full_name" not in json.dumps(body)
