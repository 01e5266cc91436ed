"""Documents on disk, each a file named by its CID: written whole or not at all, checked when read."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from backend.documents.cid import Cid, MalformedCidError, cid_of
from backend.documents.errors import (
    DocumentDamagedError,
    DocumentFolderError,
    DocumentMissingError,
    DocumentTooLargeError,
    DocumentTypeError,
)
from backend.documents.kinds import SEALED, kind_of

_SHARD: Final = slice(-3, -1)
"""Letters of a CID that name the subfolder; its last letter has few values."""


class DocumentStore:
    """A folder of documents. `max_bytes` of one, `types` that may be kept unencrypted."""

    def __init__(self, folder: Path, max_bytes: int, types: frozenset[str]) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._types = types

    def add(self, content: bytes) -> Cid:
        """Keep a document as it is, without personal data; twice is once.

        DocumentTooLargeError, DocumentTypeError, DocumentFolderError.
        """
        kind = kind_of(content)
        if kind is None or kind is SEALED or kind.media_type not in self._types:
            raise DocumentTypeError(kind and kind.media_type, self._types)
        return self.keep(content)

    def keep(self, content: bytes) -> Cid:
        """Keep bytes of any kind: what `add` has checked, or what is encrypted."""
        self.check_size(content)
        cid = cid_of(content)
        path = self._path(cid)
        try:
            if not (path.exists() and path.read_bytes() == content):
                _write(path, content)
        except OSError as error:
            raise DocumentFolderError(self._folder, error) from error
        return cid

    def check_size(self, content: bytes) -> None:
        """DocumentTooLargeError if `keep` would refuse it."""
        if len(content) > self._max_bytes:
            raise DocumentTooLargeError(len(content), self._max_bytes)

    def read(self, cid: Cid) -> bytes:
        """The document's bytes. DocumentMissingError, DocumentDamagedError, DocumentFolderError."""
        try:
            content = self._path(cid).read_bytes()
        except FileNotFoundError:
            raise DocumentMissingError(cid) from None
        except OSError as error:
            raise DocumentFolderError(self._folder, error) from error
        if cid_of(content) != cid:
            raise DocumentDamagedError(cid)
        return content

    def holds(self, cid: Cid) -> bool:
        """Whether there is a file for it, looked at or not."""
        return self._path(cid).is_file()

    def all(self) -> Iterator[Cid]:
        """The CIDs of all documents, in order."""
        for path in sorted(self._folder.glob("*/*")):
            try:
                yield Cid.parse(path.name)
            except MalformedCidError:
                continue  # what a stopped write left

    def _path(self, cid: Cid) -> Path:
        name = str(cid)
        return self._folder / name[_SHARD] / name


def _write(path: Path, content: bytes) -> None:
    """The whole file or none of it, also if the power fails."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, written = tempfile.mkstemp(dir=path.parent, prefix=".")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(written).replace(path)
    except BaseException:
        Path(written).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
