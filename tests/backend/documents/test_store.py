"""The store keeps documents by their CID, whole, once, and says when a byte changed."""

import errno
import os
from pathlib import Path

import pytest

from backend.documents import store as stores
from backend.documents.cid import CHUNK_BYTES, cid_of
from backend.documents.errors import (
    DocumentDamagedError,
    DocumentError,
    DocumentFolderError,
    DocumentMissingError,
    DocumentTooLargeError,
    DocumentTypeError,
)
from backend.documents.kinds import JPEG, JSON, PDF, PNG, PUBLIC, SEAL, SEALED, TEXT, Kind, kind_of
from backend.documents.store import DocumentStore

LIMIT = 3 * CHUNK_BYTES
DOCUMENT = b"%PDF-1.7 a document"


@pytest.fixture
def store(tmp_path: Path) -> DocumentStore:
    return DocumentStore(tmp_path / "documents", LIMIT, frozenset(kind.media_type for kind in PUBLIC))


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("content", [DOCUMENT, b"%PDF-" + bytes(2 * CHUNK_BYTES)])
def test_add__then_read__the_same_bytes_by_their_cid(store: DocumentStore, content: bytes) -> None:
    cid = store.add(content)
    assert cid == cid_of(content)
    assert store.holds(cid)
    assert store.read(cid) == content


def test_add__twice__is_one_file(store: DocumentStore, tmp_path: Path) -> None:
    assert store.add(DOCUMENT) == store.add(DOCUMENT)
    assert [path.name for path in files(tmp_path)] == [str(cid_of(DOCUMENT))]


def test_read__a_changed_byte__is_an_error_and_adding_it_again_mends_it(
    store: DocumentStore, tmp_path: Path
) -> None:
    cid = store.add(DOCUMENT)
    (path,) = files(tmp_path)
    path.write_bytes(DOCUMENT[:-1] + b"T")
    with pytest.raises(DocumentDamagedError) as damaged:
        store.read(cid)
    assert "rusak" in damaged.value.indonesian
    assert "damaged" in damaged.value.english
    store.add(DOCUMENT)
    assert store.read(cid) == DOCUMENT


def test_read__unknown__is_an_error(store: DocumentStore) -> None:
    cid = cid_of(b"nothing")
    assert not store.holds(cid)
    with pytest.raises(DocumentMissingError, match=str(cid)):
        store.read(cid)


def test_add__too_large__is_refused_and_nothing_kept(store: DocumentStore, tmp_path: Path) -> None:
    assert store.add(b"%PDF-" + bytes(LIMIT - 5))
    kept = files(tmp_path)
    with pytest.raises(DocumentTooLargeError, match=f"{LIMIT}"):
        store.add(b"%PDF-" + bytes(LIMIT - 4))
    assert files(tmp_path) == kept


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (DOCUMENT, PDF),
        (b"\x89PNG\r\n\x1a\n....", PNG),
        (b"\xff\xd8\xff\xe0....", JPEG),
        (b'{"a": 1}', JSON),
        (b" [1]", JSON),
        (b"{not json", TEXT),
        ("é\r\n\tb".encode(), TEXT),
        (SEAL + b"...", SEALED),
        (b"", None),
        (b"\x00\x01", None),
        (b"MZ\x90\x00", None),
        (b"text \x1b[0m", None),
        (b"\xe9 latin", None),
    ],
)
def test_kind_of__by_the_bytes(content: bytes, kind: Kind | None) -> None:
    assert kind_of(content) is kind


@pytest.mark.parametrize("content", [b"MZ\x90\x00", b"", SEAL + b"x" * 40, b'{"a": 1}'])
def test_add__of_a_kind_not_allowed__is_refused(tmp_path: Path, content: bytes) -> None:
    store = DocumentStore(tmp_path, LIMIT, frozenset({PDF.media_type}))
    with pytest.raises(DocumentTypeError, match="application/pdf"):
        store.add(content)
    assert files(tmp_path) == []


def test_add__stopped_while_writing__leaves_nothing(
    store: DocumentStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(stores.os, "fsync", full)
    with pytest.raises(DocumentFolderError, match="No space left"):
        store.add(DOCUMENT)
    assert files(tmp_path) == []
    assert not store.holds(cid_of(DOCUMENT))


def test_all__lists_documents_and_nothing_else(store: DocumentStore, tmp_path: Path) -> None:
    kept = {store.add(DOCUMENT + bytes([each])) for each in range(20)}
    (files(tmp_path)[0].parent / ".left").write_bytes(b"half")
    assert set(store.all()) == kept


def test_errors__are_in_both_languages() -> None:
    for error in (
        DocumentMissingError(cid_of(b"")),
        DocumentTooLargeError(2, 1),
        DocumentTypeError(None, frozenset({"a"})),
    ):
        assert isinstance(error, DocumentError)
        assert error.indonesian != error.english
