"""What the API and the commands say of ratios, limits and health scores."""

import csv
import io
import json
from hashlib import sha256
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from indexer.reports.statements.amounts import BookAmounts
from indexer.reports.supervision.limits import limits
from indexer.reports.supervision.ratios import ratios
from koperasi.cli import app
from rules.calendar import parse_day
from tests.backend.books import Books
from tests.backend.ledger.test_router import floats_in, get
from tests.indexer.reports.score_files import OLD, answers, content, table

DAY = "2025-02-20"


@pytest.mark.parametrize("path", ["/ratios", "/limits", "/health-scores"])
def test_every_address__anybody__is_answered_without_floats_and_with_an_etag(
    client: TestClient, path: str
) -> None:
    body = get(client, f"{path}?as_of={DAY}")
    assert not floats_in(body)
    answer = client.get(f"/api/v1{path}?as_of={DAY}")
    again = client.get(f"/api/v1{path}?as_of={DAY}", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    assert (body["as_of"], body["stated_on"]["block"] > 0) == (DAY, True)


def test_ratios__of_the_api__are_those_of_the_report(client: TestClient, books: Books) -> None:
    body, day = get(client, f"/ratios?as_of={DAY}"), parse_day(DAY)
    with books.engine.connect() as connection:
        found = ratios(BookAmounts.on(connection, day), day)
    assert body["definitions"] == found.definitions
    assert [(each["name"], each["bps"]) for each in body["ratios"]] == [
        (each.name, each.bps) for each in found.ratios
    ]
    assert any(each["bps"] for each in body["ratios"])
    sides = [each[side] for each in body["ratios"] for side in ("numerator", "denominator")]
    for side in sides:
        assert int(side["amount"]) == sum(int(part["amount"]) for part in side["parts"])


def test_limits__of_the_api__are_those_of_the_report(client: TestClient, books: Books) -> None:
    body, day = get(client, f"/limits?as_of={DAY}"), parse_day(DAY)
    with books.engine.connect() as connection:
        found = limits(BookAmounts.on(connection, day), day)
    assert body["equity"]["amount"] == str(found.equity.amount)
    assert [(each["member"], int(each["exposure"])) for each in body["largest"]] == [
        (each.member, each.exposure) for each in found.largest
    ]
    assert body["largest"]


@pytest.fixture
def run(books: Books, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """Commands over the books of the tests."""
    for name, value in (
        ("LEDGER_URL", books.url),
        ("HOME", str(tmp_path)),
        ("AUTHORITY", "0x" + "11" * 20),
        ("AUTHORITY_BLOCK", "0"),
    ):
        monkeypatch.setenv(f"KOPERASI_{name}", value)
    return CliRunner()


@pytest.mark.parametrize("command", ["ratios", "limits", "health"])
def test_commands__every_form__tells_the_same(run: CliRunner, tmp_path: Path, command: str) -> None:
    asked = [command, "--as-of", DAY]
    shown, told, facts, table = (
        run.invoke(app, [*asked, *form]) for form in ([], ["--json"], ["--facts"], ["--csv"])
    )
    assert {each.exit_code for each in (shown, told, facts, table)} == {0}
    found = json.loads(told.stdout)
    assert json.loads(facts.stdout)["report"] == command
    rows = list(csv.reader(io.StringIO(table.stdout)))
    if command == "ratios":
        names = [each["name"] for each in found["ratios"]]
        assert [row[0] for row in rows if row and row[0] in names][: len(names)] == names
        assert "Ekuitas terhadap aset" in shown.stdout
    elif command == "health":
        assert {each["state"] for each in found["scores"]} == {"not-configured"}
        assert "not configured" in shown.stdout
    else:
        assert str(found["largest"][0]["exposure"]) in table.stdout
    book = tmp_path / "book.xlsx"
    assert run.invoke(app, [*asked, "--xlsx", str(book)]).exit_code == 0
    assert book.read_bytes().startswith(b"PK")


def test_health_table__sound_files__are_told_with_key_hash_and_score(run: CliRunner, tmp_path: Path) -> None:
    """Without loans NPL has no value, and of the ratio of its own the table says nothing: no total."""
    files = {"table": content(table()), "answers": content(answers())}
    for name, file in files.items():
        (tmp_path / f"{name}.json").write_bytes(file)
    asked = ["health-table", str(tmp_path / "table.json"), "--answers", str(tmp_path / "answers.json")]
    told = json.loads(run.invoke(app, [*asked, "--as-of", DAY, "--json"]).stdout)
    hashes = {name: sha256(file).hexdigest() for name, file in files.items()}
    assert told["adopt"] == {f"health-{OLD}": hashes["table"], f"answers-{OLD}": hashes["answers"]}
    points = {each["aspect"]: each["points"] for each in told["score"]["scores"][0]["aspects"]}
    assert points["management"] == 1_500
    shown = run.invoke(app, asked)
    assert hashes["table"] in shown.stdout


def test_health_table__wrong_file__is_refused_in_both_languages(run: CliRunner, tmp_path: Path) -> None:
    wrong = tmp_path / "table.json"
    wrong.write_bytes(content({**table(), "aspects": []}))
    result = run.invoke(app, ["health-table", str(wrong)])
    assert result.exit_code == 1
    assert "Aspek" in result.stderr
    assert "each exactly once" in result.stderr


def test_calendar__cash_to_be_reported__is_told_by_no_address(client: TestClient) -> None:
    """What an LTKT is owed for is the office's alone."""
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    assert not [path for path in paths if "calendar" in path or "cash-report" in path]
    assert client.get("/api/v1/calendar").status_code == 404


def test_calendar__command__tells_months_and_what_has_no_source(run: CliRunner, tmp_path: Path) -> None:
    holidays = tmp_path / "libur.csv"
    holidays.write_text("day,name\n2025-01-01,Tahun baru\n", "utf-8")
    asked = ["calendar", "--year", "2025", "--holidays", str(holidays)]
    told = json.loads(run.invoke(app, [*asked, "--json"]).stdout)
    assert (told["year"], told["tax_day"], told["holidays"]) == (2025, None, True)
    months = [each["subject"] for each in told["duties"] if each["kind"] == "month-close"]
    assert months == [f"2025-{month:02}" for month in range(1, 13)]
    shown = run.invoke(app, asked).stdout
    assert "has no source: not set" in shown
    assert "no tipping-off" in shown
    holidays.write_text("date\n", "utf-8")
    refused = run.invoke(app, asked)
    assert refused.exit_code == 1
    assert "a column day" in refused.stderr


def test_report_package__command__writes_both_files_and_their_hashes(run: CliRunner, tmp_path: Path) -> None:
    out = tmp_path / "to" / "ojk"
    asked = ["report-package", "--month", "2025-02", "--out", str(out), "--json"]
    first, again = (run.invoke(app, asked) for _ in range(2))
    assert first.exit_code == 0, first.output
    assert first.stdout == again.stdout
    assert "no official form" in first.stderr
    files = json.loads(first.stdout)["files"]
    assert files == {path.name: sha256(path.read_bytes()).hexdigest() for path in out.iterdir()}
    told = json.loads((out / "report-package-2025-02.json").read_text("utf-8"))
    assert told["month"] == "2025-02"
    refused = run.invoke(app, ["report-package", "--month", "2031-02", "--out", str(out)])
    assert refused.exit_code == 1
    assert "have not reached" in refused.stderr
