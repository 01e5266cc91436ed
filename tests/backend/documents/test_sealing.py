"""Documents with personal data: nothing readable on disk, nothing to guess by, nothing without the key."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from backend.database import connect
from backend.documents.cid import cid_of
from backend.documents.errors import (
    DocumentDamagedError,
    DocumentKeyMissingError,
    DocumentTooLargeError,
)
from backend.documents.kinds import SEAL
from backend.documents.repository import KeyRepository
from backend.documents.sealing import SealedDocuments
from backend.documents.store import DocumentStore
from backend.schema import DOCUMENT_KEY

SECRET = b"%PDF-1.7 Nama: Tiur boru Sinaga, NIK 1271014107850003"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    url = f"sqlite:///{tmp_path / 'office.sqlite'}"
    engine = connect(url if request.param == "sqlite" else request.getfixturevalue("postgres_database"))
    yield engine
    engine.dispose()


@pytest.fixture
def store(tmp_path: Path) -> DocumentStore:
    return DocumentStore(tmp_path / "documents", 1000, frozenset())


@pytest.fixture
def sealed(store: DocumentStore, engine: Engine) -> SealedDocuments:
    return SealedDocuments(store, KeyRepository(engine, 1))


def key_of(engine: Engine) -> bytes:
    with engine.connect() as connection:
        return bytes(connection.execute(select(DOCUMENT_KEY.c.key)).scalar_one())


def test_add__then_read__the_document_and_nothing_readable_on_disk(
    sealed: SealedDocuments, store: DocumentStore, tmp_path: Path
) -> None:
    cid = sealed.add(SECRET)
    assert sealed.read(cid) == SECRET
    kept = store.read(cid)
    assert cid == cid_of(kept) != cid_of(SECRET)
    for part in (SECRET, b"Sinaga", b"1271014107850003"):
        assert part not in kept
    assert list(tmp_path.rglob(str(cid_of(SECRET)))) == []


def test_add__twice__two_cids(sealed: SealedDocuments) -> None:
    assert sealed.add(SECRET) != sealed.add(SECRET)


def test_destroy__nobody_reads_it_any_more(sealed: SealedDocuments, store: DocumentStore) -> None:
    cid, other = sealed.add(SECRET), sealed.add(SECRET)
    sealed.destroy(cid)
    assert store.holds(cid)
    with pytest.raises(DocumentKeyMissingError, match="was destroyed"):
        sealed.read(cid)
    assert sealed.read(other) == SECRET
    with pytest.raises(DocumentKeyMissingError, match="was destroyed"):
        sealed.destroy(cid)


def test_destroy__the_key__is_in_no_file_of_the_database(tmp_path: Path, store: DocumentStore) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'office.sqlite'}")
    sealed = SealedDocuments(store, KeyRepository(engine, 1))
    cid = sealed.add(SECRET)
    key = key_of(engine)

    def holding() -> list[str]:
        return [path.name for path in tmp_path.glob("office.sqlite*") if key in path.read_bytes()]

    assert holding()
    sealed.destroy(cid)
    assert holding() == []


def test_read__a_document_that_is_not_encrypted__as_it_is(tmp_path: Path, engine: Engine) -> None:
    store = DocumentStore(tmp_path / "documents", 1000, frozenset({"text/plain"}))
    cid = store.add(b"public")
    sealed = SealedDocuments(store, KeyRepository(engine, 1))
    assert sealed.read(cid) == b"public"
    with pytest.raises(DocumentKeyMissingError, match="not in the office database"):
        sealed.destroy(cid)


def test_read__another_cooperative__has_no_key(
    sealed: SealedDocuments, store: DocumentStore, engine: Engine
) -> None:
    cid = sealed.add(SECRET)
    with pytest.raises(DocumentKeyMissingError, match="not in the office database"):
        SealedDocuments(store, KeyRepository(engine, 2)).read(cid)


def test_read__with_the_key_of_another_document__is_damage(
    store: DocumentStore, sealed: SealedDocuments, engine: Engine
) -> None:
    cid, other = sealed.add(SECRET), sealed.add(b"other")
    keys = KeyRepository(engine, 3)
    found = KeyRepository(engine, 1).find(other)
    assert found is not None
    assert found.key is not None
    keys.save(cid, found.key)
    with pytest.raises(DocumentDamagedError):
        SealedDocuments(store, keys).read(cid)


def test_add__too_large__is_refused_before_a_key_is_kept(sealed: SealedDocuments, engine: Engine) -> None:
    most = 1000 - len(SEAL) - 12 - 16
    assert sealed.read(sealed.add(bytes(most))) == bytes(most)
    with pytest.raises(DocumentTooLargeError):
        sealed.add(bytes(most + 1))
    with engine.connect() as connection:
        assert len(connection.execute(select(DOCUMENT_KEY)).all()) == 1
