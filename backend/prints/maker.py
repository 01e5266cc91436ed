"""Makes the documents of one cooperative: the same content as PDF, as pictures, and as HTML."""

from typing import Any, Final, Literal

import msgspec
from sqlalchemy import Connection

from backend.documents.typesetting import Typesetter
from backend.prints.content import Body, Document
from backend.prints.html import html_of
from backend.prints.source import signed_by, source_of
from indexer.reports.statements.structs import Words
from rules.calendar import date_of_day

Form = Literal["pdf", "html"]
TEMPLATE: Final = "statement"
MAX_LINES: Final = 600
"""The most lines of a PDF: typst takes about half a second and 100 MiB for as many."""
SUBTITLE: Final = Words("Koperasi simpan pinjam", "Savings-and-loan cooperative")
UNIT: Final = Words("dalam rupiah penuh", "in whole rupiah")


class PrintTooLongError(ValueError):
    """A document of more lines than a PDF may have."""

    def __init__(self, lines: int) -> None:
        self.indonesian = (
            f"Dokumen {lines} baris, PDF paling banyak {MAX_LINES}: minta periode yang lebih pendek, "
            "atau HTML atau CSV."
        )
        self.english = (
            f"A document of {lines} lines, a PDF has at most {MAX_LINES}: ask for a shorter period, or for "
            "HTML or CSV."
        )
        super().__init__(f"{self.indonesian} / {self.english}")


class Printer:
    """Makes documents headed by the cooperative's name, with addresses of proofs under `public_url`."""

    def __init__(self, cooperative: str, public_url: str) -> None:
        self._cooperative = cooperative
        self._public_url = public_url
        self._typesetter = Typesetter(TEMPLATE)

    def document(self, connection: Connection, body: Body, cooperative_id: int = 1) -> Document:
        """A body with all that is printed around it, from the books in the same transaction."""
        date = date_of_day(body.day)
        own = body.signers if body.member is None else (body.member, *body.signers)
        return Document(
            self._cooperative,
            SUBTITLE,
            UNIT,
            body,
            (date.year, date.month, date.day),
            (*own, *signed_by(connection, body.offices, body.day, cooperative_id)),
            source_of(connection, self._public_url, cooperative_id),
        )

    def made(self, document: Document, form: Form) -> bytes:
        """The document in a form: same content, same bytes. PrintTooLongError, TypesettingError."""
        return self.pdf(document) if form == "pdf" else html_of(document).encode()

    def pdf(self, document: Document) -> bytes:
        """The document as PDF. PrintTooLongError, TypesettingError."""
        return self._typesetter.pdf(_data(document))

    def pages(self, document: Document, ppi: float = 96.0) -> list[bytes]:
        """Its pages as pictures (PNG). PrintTooLongError, TypesettingError."""
        return self._typesetter.pages(_data(document), ppi)


def _data(document: Document) -> dict[str, Any]:
    lines = sum(len(table.lines) for section in document.body.sections for table in section.tables)
    if lines > MAX_LINES:
        raise PrintTooLongError(lines)
    data: dict[str, Any] = msgspec.to_builtins(document)
    return data
