"""Perubahan perjanjian: new terms of a running loan beside the old ones, as the document that its
parties sign.

It names members by number only. Its SHA-256 is `documentHash` of ILoanBook.Amendment.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from backend.documents.indonesian import long_date, percent, rupiah
from backend.documents.words import Words, words
from backend.loans.clauses import LANGUAGE, PERSONAL
from backend.loans.paper import ELECTRONIC, Frame, facts
from backend.loans.tables import schedule_rows, schedule_total, signature_boxes
from backend.loans.words import KINDS, METHODS, REASONS, Reason
from backend.terms import NO_DOCUMENT
from indexer.reports.loan_position import LoanPosition
from rules.amortization import Instalment, LoanTerms, schedule, unpaid_parts
from rules.calendar import date_of_day
from rules.effective_rate import effective_rate_bps
from rules.loans import Amendment, Loan, amend, outstanding, penalty_owed
from rules.types import AmendmentKind, LoanNumber, WibDay

_AMENDMENT: Final = "(uint32,uint8,uint16,uint16,uint16,uint16,uint8,uint64,bytes32)"
_HEAD: Final = (words("Syarat", "Term"), words("Lama", "Old"), words("Baru", "New"))
_CLAUSES: Final = (
    words(
        "Perubahan ini berlaku sejak dijalankan di rantai, mulai angsuran pertama yang jatuh tempo "
        "sesudah hari "
        "itu. Bila dijalankan pada hari lain atau setelah pembayaran lain, syaratnya tetap dan dihitung dari "
        "sisa pokok pada hari itu.",
        "This amendment holds from when it is carried out on the chain, from the first instalment due "
        "after that "
        "day. If that is another day, or after another payment, the terms stay and are counted from what is "
        "outstanding on that day.",
    ),
    words(
        "Jasa yang sudah jatuh tempo dan tidak dibebaskan tetap dibayar seketika dan tidak ditambahkan "
        "ke pokok. "
        "Denda yang terutang tetap terutang; ketentuan denda tidak berubah.",
        "Interest that is due and not waived stays payable at once and is never added to principal. "
        "Penalty owed "
        "stays owed; the conditions of penalty do not change.",
    ),
    words(
        "Ikatan simpanan dan tanggungan penjamin tetap berlaku. Syarat lama tetap tersimpan, dan ketentuan "
        "perjanjian yang tidak disebut di sini tetap berlaku.",
        "Pledged savings and guarantees stay in force. The old terms are kept, and all of the agreement "
        "that is "
        "not named here stays as it is.",
    ),
    words(
        "Perubahan sah dengan persetujuan komite pinjaman dan tanda tangan Peminjam serta semua "
        "penjamin atas "
        "hash yang sama; tanda tangan tidak dapat dipakai untuk perubahan lain.",
        "It is valid by the loan committee's approval and the signatures of the Borrower and all "
        "guarantors over "
        "one hash; they serve no other amendment.",
    ),
    PERSONAL,
    LANGUAGE,
)


@dataclass(frozen=True, slots=True)
class AmendedTerms:
    """ILoanBook.Amendment before it has a document."""

    loan: LoanNumber
    kind: AmendmentKind
    terms: Amendment

    def fields(self, document_hash: bytes) -> tuple[Any, ...]:
        """The fields of ILoanBook.Amendment in their order."""
        return (
            int(self.loan),
            int(self.kind),
            int(self.terms.annual_rate_bps),
            self.terms.months,
            self.terms.grace_months,
            self.terms.freeze_months,
            int(self.terms.method),
            int(self.terms.interest_waived),
            document_hash,
        )

    def hash_with(self, document_hash: bytes) -> bytes:
        """keccak256(abi.encode(amendment)) with that document: what committee and parties sign."""
        return keccak(encode([_AMENDMENT], [self.fields(document_hash)]))


@dataclass(frozen=True, slots=True)
class Addendum:
    """The amendment of a loan as it stands on `day`. LoanChangeError, ValueError where it cannot be."""

    agreed: AmendedTerms
    position: LoanPosition
    day: WibDay
    reason: Reason

    @property
    def after(self) -> Loan:
        """The loan, if the amendment comes into force on `day`."""
        return amend(self.position.loan, self.agreed.terms, self.day)

    def content(self, cooperative: str) -> Mapping[str, Any]:
        """What the template prints."""
        name = "Perubahan perjanjian pinjaman"
        heading = words("PERUBAHAN PERJANJIAN PINJAMAN", "Amendment of a loan agreement")
        new = self.after.terms
        instalments = schedule(new)
        note = words(
            f"Untuk sisa pokok pada {long_date(self.day)}, dalam rupiah; nomor dihitung sejak pinjaman cair.",
            f"For what is outstanding on {date_of_day(self.day).isoformat()}, in rupiah; numbers count "
            f"from the "
            "payout.",
        )
        frame = Frame(self.position, self.day, name, heading)
        body = {
            "opening": self._opening(cooperative),
            "facts": facts(self._facts()),
            "compared_head": _HEAD,
            "compared": self._compared(new, instalments),
            "clauses": _CLAUSES,
            "schedule_note": note,
            "schedule": schedule_rows(new.principal, instalments, new.instalments_before),
            "schedule_total": schedule_total(instalments),
            "signing": ELECTRONIC,
            "signatures": signature_boxes(self.position.borrower, self.position.pledges, cooperative),
        }
        whole = frame.around(cooperative, body)
        own = f"0x{self.agreed.hash_with(NO_DOCUMENT).hex()}"
        return {
            **whole,
            "hashes": [*whole["hashes"], f"Perubahan tanpa dokumen / amendment without document: {own}"],
        }

    def _opening(self, cooperative: str) -> Words:
        kind, reason = KINDS[self.agreed.kind], REASONS[self.reason]
        borrower = self.position.borrower
        return words(
            f"{cooperative} (Koperasi) dan anggota nomor {borrower} (Peminjam) menyepakati {kind['id']} "
            f"pinjaman "
            f"ini {reason['id']}. Angka di bawah adalah keadaan pada {long_date(self.day)}.",
            f"{cooperative} (the Cooperative) and member number {borrower} (the Borrower) agree on a "
            f"{kind['en']} of this loan {reason['en']}. Figures are as of "
            f"{date_of_day(self.day).isoformat()}.",
        )

    def _facts(self) -> Sequence[tuple[Words, str]]:
        waived = self.agreed.terms.interest_waived
        carried = self.after.carried
        return (
            (words("Peminjam", "Borrower"), f"Anggota nomor {self.position.borrower}"),
            (words("Cair pertama", "First payout"), long_date(self.position.loan.terms.disbursed_on)),
            (words("Pokok yang dicairkan", "Principal lent"), rupiah(self.position.loan.drawn)),
            (words("Sisa pokok", "Outstanding"), rupiah(outstanding(self.position.loan))),
            (words("Jasa jatuh tempo belum dibayar", "Interest due and unpaid"), rupiah(carried + waived)),
            (words("Jasa dibebaskan", "Interest waived"), rupiah(waived)),
            (words("Jasa tetap terutang", "Interest still due"), rupiah(carried)),
            (words("Denda terutang", "Penalty owed"), rupiah(penalty_owed(self.position.loan, self.day))),
        )

    def _compared(self, new: LoanTerms, instalments: Sequence[Instalment]) -> list[Mapping[str, Any]]:
        gone = new.instalments_before - self.position.loan.terms.instalments_before
        old = self.position.loan.terms
        parts = [each for each in unpaid_parts(old, self.position.loan.state) if each.number > gone]
        left = max(old.months - gone, 0)
        rows = (
            (words("Versi", "Version"), str(self.after.version - 1), str(self.after.version)),
            (words("Metode jasa", "Method of interest"), METHODS[old.method], METHODS[new.method]),
            (
                words("Jasa setahun", "Interest a year"),
                percent(old.annual_rate_bps),
                percent(new.annual_rate_bps),
            ),
            (words("Angsuran yang tersisa", "Instalments left"), f"{left}", f"{new.months}"),
            (
                words("Masa tenggang pokok", "Grace on principal"),
                f"{max(old.grace_months - gone, 0)} bulan",
                f"{new.grace_months} bulan",
            ),
            (
                words("Bulan tanpa jasa", "Months without interest"),
                f"{max(old.freeze_months - gone, 0)} bulan",
                f"{new.freeze_months} bulan",
            ),
            (words("Angsuran berikut", "Next instalment"), _next(parts), _next(instalments)),
            (words("Angsuran terakhir", "Last instalment"), _last(parts), _last(instalments)),
            (words("Angsuran tertinggi", "Highest instalment"), _highest(parts), _highest(instalments)),
            (
                words("Seluruh jasa yang akan datang", "All interest to come"),
                _interest(parts),
                _interest(instalments),
            ),
            (words("Jasa efektif setahun", "Effective rate a year"), "–", percent(effective_rate_bps(new))),
        )
        return [{"label": label, "old": before, "new": after} for label, before, after in rows]


def _next(parts: Sequence[Instalment]) -> str:
    if not parts:
        return "–"
    return f"{long_date(parts[0].due_on)}, {rupiah(parts[0].principal + parts[0].interest)}"


def _last(parts: Sequence[Instalment]) -> str:
    return long_date(parts[-1].due_on) if parts else "–"


def _highest(parts: Sequence[Instalment]) -> str:
    return rupiah(max((each.principal + each.interest for each in parts), default=0))


def _interest(parts: Sequence[Instalment]) -> str:
    return rupiah(sum(each.interest for each in parts))
