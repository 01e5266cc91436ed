"""What may be wrong with a document, in Indonesian and English."""

from pathlib import Path

from backend.documents.cid import Cid


class DocumentError(RuntimeError):
    """A document that cannot be kept or given."""

    def __init__(self, indonesian: str, english: str) -> None:
        self.indonesian = indonesian
        self.english = english
        super().__init__(f"{indonesian} / {english}")


class DocumentMissingError(DocumentError):
    """No such document is kept here."""

    def __init__(self, cid: Cid) -> None:
        super().__init__(
            f"Dokumen {cid} tidak ada di sini. Periksa CID-nya.",
            f"There is no document {cid} here. Check the CID.",
        )


class DocumentDamagedError(DocumentError):
    """The bytes on disk are not those of the CID, or were not encrypted with the key kept for it."""

    def __init__(self, cid: Cid) -> None:
        super().__init__(
            f"Dokumen {cid} rusak: isinya bukan isi CID itu. Pulihkan berkasnya dari cadangan.",
            f"The document {cid} is damaged: its bytes are not those of the CID. Restore the file from a "
            "backup.",
        )


class DocumentTooLargeError(DocumentError):
    """More bytes than the setting allows."""

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(
            f"Dokumen {size} byte, paling banyak {limit} (KOPERASI_DOCUMENT_MAX_BYTES).",
            f"A document of {size} bytes, at most {limit} (KOPERASI_DOCUMENT_MAX_BYTES).",
        )


class DocumentTypeError(DocumentError):
    """Bytes of a kind that is not kept."""

    def __init__(self, found: str | None, allowed: frozenset[str]) -> None:
        listed = ", ".join(sorted(allowed))
        super().__init__(
            f"Jenis dokumen {found or 'tidak dikenal'}; yang disimpan: {listed} (KOPERASI_DOCUMENT_TYPES).",
            f"A document of type {found or 'unknown'}; kept are: {listed} (KOPERASI_DOCUMENT_TYPES).",
        )


class DocumentKeyMissingError(DocumentError):
    """An encrypted document whose key is not in the office database."""

    def __init__(self, cid: Cid, destroyed: bool) -> None:
        indonesian = "sudah dimusnahkan" if destroyed else "tidak ada di basis data kantor"
        english = "was destroyed" if destroyed else "is not in the office database"
        super().__init__(
            f"Dokumen {cid} terenkripsi dan kuncinya {indonesian}.",
            f"The document {cid} is encrypted and its key {english}.",
        )


class DocumentFolderError(DocumentError):
    """The folder of documents cannot be read or written."""

    def __init__(self, folder: Path, error: OSError) -> None:
        super().__init__(
            f"Folder dokumen {folder} tidak dapat dipakai: {error.strerror}.",
            f"The folder of documents {folder} cannot be used: {error.strerror}.",
        )
