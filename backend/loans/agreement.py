"""Surat perjanjian pinjaman: the terms of a loan as the document that member, guarantors and committee read.

It names members by number only, so that it may be public (docs/decisions/0013-documents.md).
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from backend.documents.cid import CHUNK_BYTES
from backend.documents.indonesian import long_date, percent, rupiah
from backend.documents.typesetting import Typesetter
from backend.documents.words import Words, words
from backend.loans.clauses import clauses
from backend.loans.tables import (
    PLEDGES_HEAD,
    SCHEDULE_HEAD,
    pledge_rows,
    schedule_rows,
    schedule_total,
    signature_boxes,
)
from backend.loans.words import METHODS
from backend.terms import AgreedTerms
from rules.amortization import Instalment, schedule
from rules.calendar import date_of_day
from rules.effective_rate import effective_rate_bps

TEMPLATE: Final = "agreement"


class AgreementTooLongError(ValueError):
    """An agreement that is more than one block: its hash on the chain would not be that of its bytes."""

    def __init__(self, size: int) -> None:
        self.indonesian = f"Surat perjanjian {size} byte, paling banyak {CHUNK_BYTES}."
        self.english = f"An agreement of {size} bytes, at most {CHUNK_BYTES}."
        super().__init__(f"{self.indonesian} / {self.english}")


class AgreementMaker:
    """Makes agreements of one cooperative, whose name heads them."""

    def __init__(self, cooperative: str) -> None:
        self._cooperative = cooperative
        self._typesetter = Typesetter(TEMPLATE)

    def pdf(self, terms: AgreedTerms) -> bytes:
        """The document; the same terms give the same bytes. AgreementTooLongError, TypesettingError."""
        made = self._typesetter.pdf(content(terms, self._cooperative))
        if len(made) > CHUNK_BYTES:
            raise AgreementTooLongError(len(made))
        return made

    def pages(self, terms: AgreedTerms) -> list[bytes]:
        """Its pages as pictures (PNG)."""
        return self._typesetter.pages(content(terms, self._cooperative))


def content(terms: AgreedTerms, cooperative: str) -> Mapping[str, Any]:
    """Everything that the template prints, in words."""
    date = date_of_day(terms.payout_on)
    instalments = schedule(terms.schedule_terms)
    fields_hash = terms.fields_hash.hex()
    return {
        "title": f"Surat perjanjian pinjaman {terms.loan}",
        "keywords": [f"pinjaman {terms.loan}", fields_hash],
        "date": [date.year, date.month, date.day],
        "footer": f"Pinjaman {terms.loan} · syarat {fields_hash[:16]}…",
        "cooperative": cooperative,
        "subtitle": "Koperasi simpan pinjam · Savings-and-loan cooperative",
        "number": f"Pinjaman nomor {terms.loan}",
        "opening": _opening(terms, cooperative),
        "terms": _facts(terms, instalments),
        "pledges": pledge_rows(terms.borrower, terms.pledges),
        "pledges_head": PLEDGES_HEAD,
        "clauses": clauses(terms),
        "schedule_note": words(
            f"Untuk seluruh pokok yang cair pada {long_date(terms.payout_on)}, dalam rupiah.",
            f"For the whole principal paid out on {date.isoformat()}, in rupiah.",
        ),
        "schedule_head": SCHEDULE_HEAD,
        "schedule": schedule_rows(terms.principal, instalments),
        "schedule_total": schedule_total(instalments),
        "signing": words(
            "Para pihak menandatangani secara elektronik, dengan kunci yang terdaftar pada nomor "
            "anggotanya, hash syarat yang memuat hash dokumen ini. Kolom di bawah hanya untuk cetakan di "
            "atas kertas.",
            "The parties sign electronically, with the key registered under their member number, the hash of "
            "terms that contain the hash of this document. The boxes below serve a copy on paper only.",
        ),
        "signatures": signature_boxes(terms.borrower, terms.pledges, cooperative),
        "fields_note": words(
            "Hash syarat tanpa dokumen: keccak256 dari syarat dengan hash dokumen nol. Hash dokumen adalah "
            "SHA-256 dari berkas ini; yang ditandatangani adalah hash syarat dengan hash dokumen itu.",
            "Hash of the terms without document: keccak256 of the terms with a document hash of zero. The "
            "document hash is SHA-256 of this file; what is signed is the hash of the terms with that "
            "document hash.",
        ),
        "fields_hash": fields_hash,
    }


def _opening(terms: AgreedTerms, cooperative: str) -> Words:
    return words(
        f"{cooperative} (Koperasi) dan anggota nomor {terms.borrower} (Peminjam) menyepakati pinjaman dengan "
        "syarat berikut.",
        f"{cooperative} (the Cooperative) and member number {terms.borrower} (the Borrower) agree on a "
        "loan on these terms.",
    )


def _facts(terms: AgreedTerms, instalments: Sequence[Instalment]) -> list[Mapping[str, Any]]:
    interest = sum(each.interest for each in instalments)
    effective = effective_rate_bps(terms.schedule_terms, terms.fee)
    rows = [
        (words("Peminjam", "Borrower"), f"Anggota nomor {terms.borrower}"),
        (words("Produk", "Product"), f"{terms.product}"),
        (words("Pokok pinjaman", "Principal"), rupiah(terms.principal)),
        (words("Metode jasa", "Method of interest"), METHODS[terms.method]),
        (words("Jasa setahun", "Interest a year"), percent(terms.rate_bps)),
        (words("Jangka waktu", "Term"), f"{terms.months} bulan"),
        (words("Masa tenggang pokok", "Grace on principal"), f"{terms.grace_months} bulan"),
        (words("Potongan saat cair", "Fee kept at payout"), rupiah(terms.fee)),
        (words("Seluruh jasa", "All interest"), rupiah(interest)),
        (words("Biaya efektif setahun", "Effective cost a year"), percent(effective)),
        (words("Rencana cair", "Planned payout"), long_date(terms.payout_on)),
    ]
    if terms.refinances:
        rows.append((words("Melunasi pinjaman", "Pays off the loan"), f"Nomor {terms.refinances}"))
    return [{"label": label, "value": value} for label, value in rows]
