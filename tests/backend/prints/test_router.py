"""Documents over HTTP, and the address that a document's QR code leads to."""

import io
import re

import pytest
from pypdf import PdfReader
from starlette.testclient import TestClient

from backend.app import create_app
from backend.http import SECURITY_HEADERS
from backend.prints.html import POLICY
from indexer.ledger.merkle import verify_consistency
from indexer.reports.proofs import books_root
from tests.backend.books import Books
from tests.backend.conftest import settings_for
from tests.backend.test_app import assert_problem

DAY = "2025-02-20"
PATHS = (
    f"/statements/position.{{}}?as_of={DAY}",
    f"/statements/teller-report.{{}}?as_of={DAY}",
    f"/notes.{{}}?as_of={DAY}",
    f"/accounts/1110/lines.{{}}?as_of={DAY}",
    f"/channels/KAS/lines.{{}}?as_of={DAY}&limit=5",
    f"/trial-balance.{{}}?as_of={DAY}",
    f"/ratios.{{}}?as_of={DAY}",
    f"/limits.{{}}?as_of={DAY}",
    f"/health-scores.{{}}?as_of={DAY}",
    "/members/1/passbook.{}",
)
URL = "https://buku.example/koperasi"


@pytest.mark.parametrize("path", PATHS)
def test_documents__anybody__gets_pdf_and_html_with_an_etag(client: TestClient, path: str) -> None:
    pdf, html = (client.get("/api/v1" + path.format(form)) for form in ("pdf", "html"))
    assert pdf.status_code == html.status_code == 200
    assert pdf.headers["content-type"] == "application/pdf"
    assert len(PdfReader(io.BytesIO(pdf.content)).pages) >= 1
    assert html.headers["content-type"] == "text/html; charset=utf-8"
    assert html.headers["content-security-policy"] == POLICY
    assert pdf.headers["content-security-policy"] == SECURITY_HEADERS["Content-Security-Policy"]
    again = client.get("/api/v1" + path.format("pdf"), headers={"If-None-Match": pdf.headers["etag"]})
    assert again.status_code == 304
    assert not again.content


def test_documents__json_of_the_same_address__is_as_before(client: TestClient) -> None:
    for path in ("/statements/position", "/trial-balance", "/members/1/passbook"):
        assert client.get(f"/api/v1{path}").headers["content-type"] == "application/json"


def test_documents__of_what_is_not_there__are_problems(client: TestClient) -> None:
    for path, status, code in (
        ("/members/999999/passbook.pdf", 404, "UNKNOWN_MEMBER"),
        ("/loans/999999/card.html", 404, "UNKNOWN_LOAN"),
        ("/accounts/9876/lines.pdf", 404, "UNKNOWN_ACCOUNT"),
        ("/statements/position.pdf?from=2025-03-01&to=2025-02-01", 422, "PERIOD_ORDER"),
        ("/statements/position.doc", 422, "INVALID_INPUT"),
        ("/statements/nothing.pdf", 422, "INVALID_INPUT"),
        ("/tree-heads/5/xyz.html", 422, "INVALID_INPUT"),
    ):
        assert_problem(client.get(f"/api/v1{path}"), status, code)


def test_card__of_a_loan__is_printed(client: TestClient) -> None:
    loans = client.get("/api/v1/ageing/loans?limit=1").json()["loans"]
    page = client.get(f"/api/v1/loans/{loans[0]['loan']}/card.html")
    assert page.status_code == 200
    assert "Kartu angsuran" in page.text


def test_address__of_a_document__says_that_it_matches(books: Books) -> None:
    """As a reader does: the address off the paper, then the page it leads to."""
    with TestClient(create_app(settings_for(books.url, public_url=URL))) as client:
        page = client.get(f"/api/v1/statements/surplus.html?as_of={DAY}").text
        address = re.findall(r'href="([^"]+)"', page)[0]
        assert address.startswith(f"{URL}/api/v1/tree-heads/")
        answer = client.get(address.removeprefix(URL))
    assert answer.status_code == 200
    assert "Cocok" in answer.text
    assert answer.headers["content-security-policy"] == POLICY


def test_tree_head__verdicts__and_a_proof_that_holds(client: TestClient, books: Books) -> None:
    with books.engine.connect() as connection:
        final = client.get("/api/v1/summary").json()["tree_head"]["size"]
        entries = client.get("/api/v1/summary").json()["entries"]["total"]
        assert 10 < final < entries
        roots = {size: books_root(connection, size).hex() for size in (10, final, entries)}
    for size, root in roots.items():
        answer = client.get(f"/api/v1/tree-heads/{size}/{root}").json()
        assert (answer["verdict"], answer["final"]) == ("matches", size <= final)
        if size <= final:
            path = [bytes.fromhex(node) for node in answer["path"]]
            head = bytes.fromhex(answer["head"]["root"])
            assert verify_consistency(size, final, bytes.fromhex(root), head, path)
        wrong = client.get(f"/api/v1/tree-heads/{size}/{'0' * 64}")
        assert wrong.json()["verdict"] == "differs"
    assert "TIDAK cocok" in client.get(f"/api/v1/tree-heads/{final}/{'0' * 64}.html").text
    far = client.get(f"/api/v1/tree-heads/{entries + 1}/{'0' * 64}")
    assert far.json()["verdict"] == "not-yet"
