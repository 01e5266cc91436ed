"""What the documents of a running loan have in common: the frame of the page, and how they are made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from backend.documents.cid import CHUNK_BYTES
from backend.documents.typesetting import Typesetter
from backend.documents.words import Words, words
from backend.loans.tables import PLEDGES_HEAD, SCHEDULE_HEAD, pledge_rows
from indexer.reports.loan_position import LoanPosition
from rules.calendar import date_of_day
from rules.types import WibDay

TEMPLATE: Final = "loan_act"
ELECTRONIC: Final = words(
    "Para pihak menandatangani secara elektronik hash dokumen ini dengan kunci yang terdaftar pada nomor "
    "anggotanya. Kolom di bawah hanya untuk cetakan di atas kertas.",
    "The parties sign the hash of this document electronically, with the key registered under their member "
    "number. The boxes below serve a copy on paper only.",
)
OFFICERS: Final[Sequence[Mapping[str, Any]]] = (
    {"role": words("Pengurus", "Board"), "who": "PENGURUS, anggota nomor ……………"},
    {"role": words("Pengawas", "Supervisor"), "who": "PENGAWAS, anggota nomor ……………"},
)
SOURCE: Final = words(
    "Dibuat dari buku koperasi; hash dokumen adalah SHA-256 dari berkas ini dan tercatat di rantai bersama "
    "keputusannya. Surat yang berlaku sebelumnya:",
    "Made from the cooperative's books; the document hash is SHA-256 of this file and is on the chain "
    "with the "
    "decision. The agreement until then:",
)


class Paper(Protocol):
    """A document of a loan: all that it says."""

    def content(self, cooperative: str) -> Mapping[str, Any]:
        """What the template prints, in words."""
        ...


class PaperTooLongError(ValueError):
    """A document of more than one block: its hash on the chain would not be that of its bytes."""

    def __init__(self, size: int) -> None:
        self.indonesian = f"Dokumen {size} byte, paling banyak {CHUNK_BYTES}."
        self.english = f"A document of {size} bytes, at most {CHUNK_BYTES}."
        super().__init__(f"{self.indonesian} / {self.english}")


class PaperMaker:
    """Makes documents of one cooperative, whose name heads them."""

    def __init__(self, cooperative: str) -> None:
        self._cooperative = cooperative
        self._typesetter = Typesetter(TEMPLATE)

    def pdf(self, paper: Paper) -> bytes:
        """The document; the same paper gives the same bytes. PaperTooLongError, TypesettingError."""
        made = self._typesetter.pdf(paper.content(self._cooperative))
        if len(made) > CHUNK_BYTES:
            raise PaperTooLongError(len(made))
        return made

    def pages(self, paper: Paper) -> list[bytes]:
        """Its pages as pictures (PNG)."""
        return self._typesetter.pages(paper.content(self._cooperative))


@dataclass(frozen=True, slots=True)
class Frame:
    """What heads a document and ends it. `name`: the file's title before the loan's number."""

    position: LoanPosition
    day: WibDay
    name: str
    heading: Words

    def around(self, cooperative: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """The whole content: `body` has opening, facts, clauses, signing, signatures, and what it likes."""
        date, loan = date_of_day(self.day), self.position.number
        before = self.position.document_hash
        hashes = [f"0x{before.hex()}" if before else "–"]
        whole: dict[str, Any] = {
            "title": f"{self.name} {loan}",
            "keywords": [f"pinjaman {loan}"],
            "date": [date.year, date.month, date.day],
            "footer": f"{self.name} {loan} · {date.isoformat()}",
            "cooperative": cooperative,
            "subtitle": "Koperasi simpan pinjam · Savings-and-loan cooperative",
            "heading": self.heading,
            "number": f"Pinjaman nomor {loan}",
            "compared_head": [],
            "compared": [],
            "pledges_head": PLEDGES_HEAD,
            "pledges": pledge_rows(self.position.borrower, self.position.pledges),
            "schedule_head": SCHEDULE_HEAD,
            "schedule": [],
            "schedule_total": [],
            "schedule_note": words("", ""),
            "source_note": SOURCE,
            "hashes": hashes,
        }
        return {**whole, **body}


def facts(rows: Sequence[tuple[Words, str]]) -> list[Mapping[str, Any]]:
    """Labels and values as the template takes them."""
    return [{"label": label, "value": value} for label, value in rows]
