"""What holds for the whole application: headers, errors in words, limits, health, metrics, the page."""

import json
import sqlite3
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from backend.app import create_app, openapi_text
from backend.config import Settings, SettingsError
from backend.http import SECURITY_HEADERS
from tests.backend.books import Books, sqlite_url
from tests.backend.conftest import settings_for

PROBLEM = "application/problem+json"
OPENAPI = Path(__file__).parents[2] / "frontend" / "src" / "api" / "openapi.json"


def assert_problem(response: httpx.Response, status: int, code: str) -> dict:
    """A problem+json of this kind, with words in both languages and nothing of our insides."""
    assert response.status_code == status
    assert response.headers["content-type"] == PROBLEM
    body = response.json()
    assert (body["status"], body["code"]) == (status, code)
    assert body["messages"]["id"]
    assert body["messages"]["en"]
    assert body["messages"]["id"] != body["messages"]["en"]
    assert "Traceback" not in response.text
    assert "sqlalchemy" not in response.text.lower()
    return body


def test_every_answer__has_security_headers(client: TestClient) -> None:
    for path in ("/api/v1/summary", "/api/v1/nowhere", "/api/v1/members/0/passbook", "/metrics", "/"):
        response = client.get(path)
        for name, value in SECURITY_HEADERS.items():
            assert response.headers[name] == value, path


def test_policy__allows_no_inline_script() -> None:
    policy = SECURITY_HEADERS["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy


def test_verifier__has_its_own_policy__and_no_other_page_has(books: Books, tmp_path: Path) -> None:
    own = "default-src 'none'; script-src 'sha256-abc='; connect-src http: https:"
    page = f'<meta http-equiv="Content-Security-Policy" content="{own}" /><script>1</script>'
    for name in ("index.html", "other.html", "verify.html"):
        (tmp_path / name).write_text(page)
    with TestClient(create_app(settings_for(books.url, frontend=tmp_path))) as client:
        policies = [
            client.get(path).headers.get_list("content-security-policy")
            for path in ("/verify.html", "/other.html", "/")
        ]
        (tmp_path / "verify.html").unlink()
        missing = client.get("/verify.html")
    house = [SECURITY_HEADERS["Content-Security-Policy"]]
    assert policies[0] == [f"{own}; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"]
    assert policies[1:] == [house, house]
    assert missing.status_code == 404
    assert missing.headers.get_list("content-security-policy") == house


def test_cors__by_default__is_off(client: TestClient) -> None:
    response = client.get("/api/v1/summary", headers={"Origin": "https://elsewhere.example"})
    assert "access-control-allow-origin" not in response.headers


def test_cors__allowed_origin__may_read(books: Books) -> None:
    settings = settings_for(books.url, allowed_origins="https://one.example, https://two.example")
    with TestClient(create_app(settings)) as client:
        allowed = client.get("/api/v1/summary", headers={"Origin": "https://two.example"})
        refused = client.get("/api/v1/summary", headers={"Origin": "https://three.example"})
    assert allowed.headers["access-control-allow-origin"] == "https://two.example"
    assert "access-control-allow-origin" not in refused.headers


def test_unknown_address__is_a_problem(client: TestClient) -> None:
    assert_problem(client.get("/api/v1/nowhere"), 404, "NOT_FOUND")
    assert_problem(client.get("/api"), 404, "NOT_FOUND")


def test_writing__is_not_answered(client: TestClient) -> None:
    response = client.post("/api/v1/entries", json={})
    assert_problem(response, 405, "METHOD_NOT_ALLOWED")
    assert "GET" in response.headers["allow"]


def test_body__larger_than_the_limit__is_refused(books: Books) -> None:
    with TestClient(create_app(settings_for(books.url, max_body_bytes=100))) as client:
        assert_problem(client.post("/api/v1/summary", content=b"x" * 101), 413, "BODY_TOO_LARGE")
        assert client.post("/api/v1/summary", content=b"x" * 100).status_code == 405


def test_body__larger_without_saying_so__is_refused(books: Books) -> None:
    app = create_app(settings_for(books.url, max_body_bytes=100))

    @app.post("/api/v1/echo")
    async def echo(body: dict) -> dict:
        return body

    app.router.routes.insert(0, app.router.routes.pop())
    with TestClient(app) as client:
        response = client.post("/api/v1/echo", content=iter([b'{"a": "', b"x" * 101, b'"}']))
    assert_problem(response, 413, "BODY_TOO_LARGE")


def test_unforeseen_error__is_told_without_its_insides(books: Books) -> None:
    app = create_app(settings_for(books.url))

    @app.get("/api/v1/broken")
    async def broken() -> None:
        raise RuntimeError("a secret of ours")

    app.router.routes.insert(0, app.router.routes.pop())
    with TestClient(app, raise_server_exceptions=False) as client:
        response = client.get("/api/v1/broken")
    assert_problem(response, 500, "INTERNAL")
    assert "secret" not in response.text
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_ledger__absent__is_told_in_words_and_comes_back(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path)
    with TestClient(create_app(settings_for(url))) as client:
        for path in ("summary", "entries", "entries/1", "trial-balance", "members/1/passbook", "events"):
            assert_problem(client.get(f"/api/v1/{path}"), 503, "LEDGER_UNAVAILABLE")
        assert client.get("/api/v1/health/live").status_code == 200
        not_ready = client.get("/api/v1/health/ready")
        assert_problem(not_ready, 503, "LEDGER_UNAVAILABLE")
        assert not_ready.headers["retry-after"] == "5"
        Books(url, blocks=3, floor=1)
        assert client.get("/api/v1/health/ready").json() == {"status": "ok"}
        assert client.get("/api/v1/summary").status_code == 200


def test_ledger__not_a_database__is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite").write_bytes(b"this is no database, whatever its name says" * 100)
    with TestClient(create_app(settings_for(sqlite_url(tmp_path)))) as client:
        assert_problem(client.get("/api/v1/summary"), 503, "LEDGER_UNAVAILABLE")


def test_ledger__locked__is_told_in_words(tmp_path: Path) -> None:
    books = Books(sqlite_url(tmp_path), blocks=3, floor=1)
    books.engine.dispose()
    file = tmp_path / "ledger.sqlite"
    with sqlite3.connect(file) as other:
        other.execute("PRAGMA journal_mode=DELETE")
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with TestClient(create_app(settings_for(books.url))) as client:
            assert_problem(client.get("/api/v1/summary"), 503, "LEDGER_BUSY")
            other.rollback()
            other.execute("PRAGMA locking_mode=NORMAL")
            other.execute("SELECT count(*) FROM head").fetchone()
            assert client.get("/api/v1/summary").status_code == 200


def test_ledger__rebuilt_in_place__is_read_again(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path)
    first = Books(url, blocks=3, floor=1)
    with TestClient(create_app(settings_for(url))) as client:
        before = client.get("/api/v1/summary").json()
        first.engine.dispose()
        for file in tmp_path.iterdir():
            file.unlink()
        Books(url, blocks=20, floor=1, seed=7)
        after = client.get("/api/v1/summary").json()
    assert after["last_block"]["number"] == 20
    assert after != before


@pytest.mark.postgres
def test_ledger__postgresql_away__is_told_in_words() -> None:
    url = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"
    with TestClient(create_app(settings_for(url))) as client:
        assert_problem(client.get("/api/v1/summary"), 503, "LEDGER_UNAVAILABLE")


def test_ledger__is_opened_for_reading_only(books: Books) -> None:
    from sqlalchemy import text

    app = create_app(settings_for(books.url))
    with TestClient(app) as client:
        reader = app.state.answers.reader

        async def write() -> None:
            await reader.read(lambda at: at.connection.execute(text("UPDATE head SET floor = floor + 1")))

        with pytest.raises(Exception, match="readonly"):
            client.portal.call(write)


def test_metrics__count_by_route_not_by_address(client: TestClient) -> None:
    client.get("/api/v1/members/4/passbook")
    client.get("/api/v1/members/999/passbook")
    lines = client.get("/metrics").text
    assert 'route="/api/v1/members/{number}/passbook",status="200"' in lines
    assert 'route="/api/v1/members/{number}/passbook",status="404"' in lines
    assert "members/999" not in lines


def test_page__not_built__says_how(books: Books, tmp_path: Path) -> None:
    with TestClient(create_app(settings_for(books.url, frontend=tmp_path))) as client:
        page = client.get("/", headers={"Accept": "text/html"})
        assert page.status_code == 503
        assert "make setup" in page.text
        assert page.headers["content-type"].startswith("text/html")
        assert_problem(client.get("/entries/4"), 503, "PAGE_NOT_BUILT")


def test_page__built__is_served_at_its_own_addresses(books: Books, tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<p>the page</p>")
    (tmp_path / "theme.js").write_text("// theme")
    (tmp_path / "assets" / "index-1234.js").write_text("// script")
    (tmp_path.parent / "outside.txt").write_text("not for you")
    with TestClient(create_app(settings_for(books.url, frontend=tmp_path))) as client:
        for path in ("/", "/entries/4", "/members"):
            page = client.get(path)
            assert (page.status_code, page.text) == (200, "<p>the page</p>")
            assert page.headers["cache-control"] == "no-cache"
        assert client.get("/theme.js").text == "// theme"
        script = client.get("/assets/index-1234.js")
        assert "immutable" in script.headers["cache-control"]
        assert client.get("/assets/gone.js").status_code == 404
        assert client.get("/favicon.ico").status_code == 404
        assert "not for you" not in client.get("/%2e%2e/outside.txt").text
        assert "not for you" not in client.get("/..%2foutside.txt").text


def test_openapi__is_the_one_the_page_was_made_with() -> None:
    assert OPENAPI.read_text("utf-8") == openapi_text(), "koperasi openapi > frontend/src/api/openapi.json"


def test_openapi__every_endpoint__is_described() -> None:
    document = json.loads(openapi_text())
    assert document["info"]["description"]
    for path, methods in document["paths"].items():
        for operation in methods.values():
            assert operation["summary"], path
            assert operation["description"], path
            for parameter in operation.get("parameters", []):
                assert parameter.get("description") or parameter["name"] in ("number", "old", "new"), path


def test_openapi__money__is_never_a_float() -> None:
    assert '"type": "number"' not in openapi_text()


def test_settings__that_cannot_be__are_named_in_both_languages() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment(
            {"KOPERASI_PORT": "99999", "KOPERASI_LEDGER_URL": "mysql://x", "PATH": "/bin"}
        )
    for words in (caught.value.indonesian, caught.value.english):
        assert "KOPERASI_PORT" in words
        assert "KOPERASI_LEDGER_URL" in words
    assert caught.value.indonesian != caught.value.english


def test_settings__from_environment__fill_in_the_rest() -> None:
    given = {"KOPERASI_HOME": "/somewhere", "KOPERASI_NETWORK": "amoy", "KOPERASI_PORT": "", "PATH": "/bin"}
    settings = Settings.from_environment(given)
    assert settings.ledger_url == "sqlite:////somewhere/ledger-amoy.sqlite"
    assert settings.port == 8000
