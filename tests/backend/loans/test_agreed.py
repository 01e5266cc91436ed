"""Agreements are kept when their hash is told; a lost one is made again from the books, or is missing."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from backend.documents.cid import Cid
from backend.documents.errors import DocumentDamagedError, DocumentMissingError
from backend.documents.store import DocumentStore
from backend.loans.agreed import Agreements, terms_in_books
from backend.terms import AgreedTerms
from indexer.ledger.database import open_engine
from indexer.reports.agreements import agreed_documents
from indexer.reports.loans import UnknownLoanError
from rules.types import LoanNumber
from tests.backend.loans.agreed_books import AMENDMENT, PAPER_LOAN, keep
from tests.backend.loans.samples import SAMPLE

KSP = "KSP Samosir Sejahtera"


@pytest.fixture
def store(tmp_path: Path) -> DocumentStore:
    return DocumentStore(tmp_path / "documents", 1 << 20, frozenset({"application/pdf"}))


def only_file(folder: Path) -> Path:
    (path,) = [path for path in folder.rglob("*") if path.is_file()]
    return path


def test_hash_of__the_document_is_kept_and_its_sha256_is_the_hash(store: DocumentStore) -> None:
    agreements = Agreements(store, KSP)
    document_hash = agreements.hash_of(SAMPLE)
    kept = store.read(Cid.of_block(document_hash))
    assert sha256(kept).digest() == document_hash
    assert agreements.hash_of(SAMPLE) == document_hash == Agreements(store, KSP).hash_of(SAMPLE)


def test_read__lost__made_again(store: DocumentStore, tmp_path: Path) -> None:
    agreements = Agreements(store, KSP)
    document_hash = agreements.hash_of(SAMPLE)
    first = agreements.read(document_hash, SAMPLE)
    only_file(tmp_path).unlink()
    assert Agreements(store, KSP).read(document_hash, SAMPLE) == first
    assert store.holds(Cid.of_block(document_hash))


def test_read__lost_and_of_other_terms__missing_and_nothing_kept(
    store: DocumentStore, tmp_path: Path
) -> None:
    other = replace(SAMPLE, months=24)
    document_hash = Agreements(store, KSP).hash_of(other)
    only_file(tmp_path).unlink()
    with pytest.raises(DocumentMissingError):
        Agreements(store, KSP).read(document_hash, SAMPLE)
    with pytest.raises(DocumentMissingError):
        Agreements(store, "Another name").read(document_hash, other)
    assert list(store.all()) == []


def test_read__damaged__is_told(store: DocumentStore, tmp_path: Path) -> None:
    agreements = Agreements(store, KSP)
    document_hash = agreements.hash_of(SAMPLE)
    path = only_file(tmp_path)
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(DocumentDamagedError):
        agreements.read(document_hash, SAMPLE)


def test_terms_in_books__are_those_that_were_signed(tmp_path: Path) -> None:
    """Every field comes back from the ledger, the pledges in their order, and no later ones."""
    engine = open_engine(keep(tmp_path, b"\x01" * 32))
    with engine.connect() as connection:
        assert terms_in_books(connection, SAMPLE.loan, 1) == SAMPLE
        with pytest.raises(UnknownLoanError):
            terms_in_books(connection, LoanNumber(77), 1)
        with pytest.raises(UnknownLoanError):
            terms_in_books(connection, SAMPLE.loan, 2)
    engine.dispose()


def test_agreed_documents__one_a_version__none_without_a_document(tmp_path: Path) -> None:
    engine = open_engine(keep(tmp_path, b"\x01" * 32))
    with engine.connect() as connection:
        found = agreed_documents(connection, SAMPLE.loan)
        assert [(each.version, each.cause, each.document_hash) for each in found] == [
            (1, "STARTED", b"\x01" * 32),
            (2, "RESCHEDULE", AMENDMENT),
        ]
        assert agreed_documents(connection, LoanNumber(PAPER_LOAN)) == ()
        with pytest.raises(UnknownLoanError):
            agreed_documents(connection, LoanNumber(77))
    engine.dispose()


def made_by(agreements: Agreements, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The months of each document that is made, as it is made."""
    made: list[int] = []
    pdf = agreements._pdf

    def noted(terms: AgreedTerms) -> bytes:
        made.append(terms.months)
        return pdf(terms)

    monkeypatch.setattr(agreements, "_pdf", noted)
    return made


def test_foresee__asked_for_in_order__each_is_made_once_and_the_same(
    store: DocumentStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    agreements = Agreements(store, KSP)
    made = made_by(agreements, monkeypatch)
    terms = [replace(SAMPLE, months=months) for months in range(1, 31)]
    agreements.foresee(terms)
    hashes = [agreements.hash_of(each) for each in terms]
    assert made == list(range(1, 31))
    assert hashes == [Agreements(store, KSP).hash_of(each) for each in terms]
    assert len(list(store.all())) == 30


def test_foresee__some_refused_or_on_other_terms__made_when_asked_and_none_kept_unasked(
    store: DocumentStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only what is asked for is kept; what cannot be made is an error only for who asks."""
    agreements = Agreements(store, KSP)
    made = made_by(agreements, monkeypatch)
    terms = [replace(SAMPLE, months=months) for months in range(1, 41)]
    terms[4] = replace(SAMPLE, months=0)
    agreements.foresee(terms)
    asked = [terms[0], terms[7], replace(SAMPLE, months=360), terms[3], *terms[20:40]]
    hashes = [agreements.hash_of(each) for each in asked]
    assert {each.digest for each in store.all()} == set(hashes)
    assert hashes == [Agreements(store, KSP).hash_of(each) for each in asked]
    assert len(made) <= 40 + 2
    with pytest.raises(ValueError, match="term of 0 months"):
        agreements.hash_of(terms[4])
