"""Documents by the API: public ones for ever and checked, nothing else; a loan's agreement leads to them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from backend.app import create_app
from backend.database import connect
from backend.documents.cid import Cid, cid_of
from backend.documents.repository import KeyRepository
from backend.documents.sealing import SealedDocuments
from backend.documents.store import DocumentStore
from backend.loans.agreed import Agreements
from tests.backend.conftest import settings_for
from tests.backend.loans.agreed_books import AMENDMENT, DAYS, PAPER_LOAN, RECORD, keep
from tests.backend.loans.samples import SAMPLE
from tests.backend.test_app import assert_problem

DOCUMENTS = "/api/v1/documents"
TEXT = b"Hasil rapat anggota"


@pytest.fixture
def store(tmp_path: Path) -> DocumentStore:
    return DocumentStore(tmp_path / "documents", 1 << 20, frozenset({"application/pdf", "text/plain"}))


@pytest.fixture
def document_hash(store: DocumentStore) -> bytes:
    return Agreements(store, "KSP").hash_of(SAMPLE)


@pytest.fixture
def client(tmp_path: Path, document_hash: bytes) -> Iterator[TestClient]:
    url = keep(tmp_path, document_hash)
    app = create_app(settings_for(url, documents=tmp_path / "documents"))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def test_document__pdf__bytes_type_and_kept_for_ever(
    client: TestClient, store: DocumentStore, document_hash: bytes
) -> None:
    cid = Cid.of_block(document_hash)
    response = client.get(f"{DOCUMENTS}/{cid}")
    assert response.status_code == 200
    assert response.content == store.read(cid)
    assert response.headers["content-type"] == "application/pdf"
    assert response.headers["etag"] == f'"{cid}"'
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert response.headers["content-disposition"] == f'inline; filename="{cid}.pdf"'
    assert response.headers["x-content-type-options"] == "nosniff"


def test_document__text__as_text(client: TestClient, store: DocumentStore) -> None:
    response = client.get(f"{DOCUMENTS}/{store.add(TEXT)}")
    assert (response.content, response.headers["content-type"]) == (TEXT, "text/plain; charset=utf-8")


@pytest.mark.parametrize("form", ['"{cid}"', '"other", "{cid}"'])
def test_document__known_to_the_client__is_304(client: TestClient, document_hash: bytes, form: str) -> None:
    cid = Cid.of_block(document_hash)
    response = client.get(f"{DOCUMENTS}/{cid}", headers={"If-None-Match": form.format(cid=cid)})
    assert (response.status_code, response.content) == (304, b"")
    assert response.headers["etag"] == f'"{cid}"'


def test_document__unknown__is_404(client: TestClient) -> None:
    assert_problem(client.get(f"{DOCUMENTS}/{cid_of(b'nothing')}"), 404, "UNKNOWN_DOCUMENT")


def test_document__encrypted__is_as_unknown(client: TestClient, store: DocumentStore, tmp_path: Path) -> None:
    """With and without its key: the same answer as for a document that is not there."""
    engine = connect(f"sqlite:///{tmp_path / 'office.sqlite'}")
    cid = SealedDocuments(store, KeyRepository(engine, 1)).add(b"%PDF- Nama: Tiur")
    assert store.holds(cid)
    assert_problem(client.get(f"{DOCUMENTS}/{cid}"), 404, "UNKNOWN_DOCUMENT")
    engine.dispose()


def test_document__damaged__is_told_and_not_given(
    client: TestClient, store: DocumentStore, tmp_path: Path
) -> None:
    cid = store.add(TEXT)
    (path,) = tmp_path.rglob(str(cid))
    path.write_bytes(TEXT + b"!")
    assert_problem(client.get(f"{DOCUMENTS}/{cid}"), 500, "DAMAGED_DOCUMENT")


@pytest.mark.parametrize("text", ["x", "bafkrei", "..%2F..%2Foffice.sqlite", "B" + "A" * 58, "%00"])
def test_document__malformed_cid__is_refused_in_both_languages(client: TestClient, text: str) -> None:
    response = client.get(f"{DOCUMENTS}/{text}")
    if response.status_code == 404:  # a slash is no part of a CID's address
        assert_problem(response, 404, "NOT_FOUND")
        return
    body = assert_problem(response, 422, "INVALID_INPUT")
    assert body["fields"][0]["field"] == "cid"
    assert "bukan CID" in body["messages"]["id"]
    assert "no document's CID" in body["messages"]["en"]


def test_agreement__every_version__with_hash_and_cid(client: TestClient, document_hash: bytes) -> None:
    response = client.get(f"/api/v1/loans/{SAMPLE.loan}/agreement")
    assert response.status_code == 200
    assert response.json() == {
        "loan": SAMPLE.loan,
        "documents": [
            {
                "version": version,
                "cause": cause,
                "book_day": day,
                "hash": each.hex(),
                "cid": str(Cid.of_block(each)),
            }
            for version, cause, day, each in (
                (1, "STARTED", DAYS[0], document_hash),
                (2, "RESCHEDULE", DAYS[1], AMENDMENT),
            )
        ],
        "acts": [
            {
                "cause": "WRITTEN_OFF",
                "book_day": "2025-09-04",
                "hash": RECORD.hex(),
                "cid": str(Cid.of_block(RECORD)),
            }
        ],
    }
    first = response.json()["documents"][0]
    assert client.get(f"{DOCUMENTS}/{first['cid']}").status_code == 200


def test_agreement__loan_without_a_document__has_none(client: TestClient) -> None:
    told = client.get(f"/api/v1/loans/{PAPER_LOAN}/agreement").json()
    assert told == {"loan": PAPER_LOAN, "documents": [], "acts": []}


def test_agreement__unknown_loan__is_404(client: TestClient) -> None:
    assert_problem(client.get("/api/v1/loans/77/agreement"), 404, "UNKNOWN_LOAN")
    assert_problem(client.get("/api/v1/loans/0/agreement"), 422, "INVALID_INPUT")
