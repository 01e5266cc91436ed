"""Berita acara of two offices about a running loan: write-off, waiver of penalty, an heir who takes it
over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from backend.documents.indonesian import long_date, percent, rupiah
from backend.documents.words import Words, words
from backend.loans.clauses import LANGUAGE, PERSONAL
from backend.loans.paper import ELECTRONIC, OFFICERS, Frame, facts
from backend.loans.tables import schedule_rows, schedule_total, signature_boxes
from backend.loans.words import GRADES, METHODS, REASONS, Reason
from indexer.reports.loan_position import LoanPosition
from rules.amortization import Instalment, unpaid_parts
from rules.calendar import date_of_day
from rules.collectibility import collectibility
from rules.loans import LoanChangeError, arrears, due, outstanding, penalty_owed
from rules.types import Collectibility, MemberNumber, Rupiah, WibDay

_TWO_OFFICES: Final = words(
    "Diputuskan oleh seorang pengurus dan seorang pengawas, dua orang, masing-masing dengan kuncinya "
    "sendiri; "
    "hash dokumen ini tercatat di rantai bersama keputusannya. Kolom di bawah hanya untuk cetakan di "
    "atas kertas.",
    "Decided by one of the board and one of the supervisors, two persons, each with their own key; the "
    "hash of this "
    "document is on the chain with the decision. The boxes below serve a copy on paper only.",
)
_WRITE_OFF: Final = (
    words(
        "Sisa pokok keluar dari aset koperasi: cadangan kerugian dipakai lebih dulu, kekurangannya "
        "menjadi beban. "
        "Jasa yang sudah diakui dan belum dibayar dibatalkan dari pendapatan.",
        "What is outstanding leaves the cooperative's assets: the allowance is used first, what it "
        "lacks is expense. "
        "Interest that was recognised and is unpaid is taken back from income.",
    ),
    words(
        "Hak tagih tetap ada: Peminjam tetap berutang seluruh pokok, jasa, dan denda, dan penjamin tetap "
        "menanggung. Penghapusbukuan bukan penghapusan utang.",
        "The legal claim remains: the Borrower still owes all principal, interest and penalty, and "
        "guarantors still "
        "answer for it. A write-off forgives no debt.",
    ),
    words(
        "Yang dibayar kemudian dicatat sebagai penerimaan kembali pinjaman yang dihapus. Simpanan yang "
        "diikat masih "
        "dapat dipakai menurut perjanjian.",
        "What is paid later is booked as recovery of loans written off. Pledged savings may still be "
        "claimed as the "
        "agreement says.",
    ),
    PERSONAL,
    LANGUAGE,
)
_WAIVER: Final = (
    words(
        "Yang dibebaskan hanya denda yang disebut di atas. Pokok dan jasa tetap terutang, dan denda "
        "yang timbul "
        "sesudah hari itu tetap dihitung.",
        "Only the penalty named above is waived. Principal and interest stay owed, and penalty that "
        "accrues after "
        "that day is still counted.",
    ),
    PERSONAL,
    LANGUAGE,
)
_ASSUMPTION: Final = (
    words(
        "Sejak dijalankan di rantai, ahli waris berutang seluruh pinjaman dengan syarat yang sama, dan "
        "peminjam "
        "sebelumnya tidak berutang lagi. Pinjaman yang belum dicairkan gugur.",
        "From when this is carried out on the chain the heir owes the whole loan on the same terms, and "
        "the borrower "
        "until then owes nothing of it. What was not drawn lapses.",
    ),
    words(
        "Simpanan peminjam sebelumnya hanya dapat dipakai sejauh terikat untuk pinjaman ini; sisanya "
        "menjadi hak "
        "ahli warisnya.",
        "Savings of the borrower until then pay the loan only as far as they are pledged for it; the "
        "rest is for "
        "their heirs.",
    ),
    words(
        "Ahli waris dan semua penjamin menandatangani hash dokumen ini. Angka yang berubah karena "
        "pembayaran sesudah "
        "hari di atas mengikuti buku koperasi.",
        "The heir and all guarantors sign the hash of this document. Figures that a payment after the "
        "day above "
        "changes follow the cooperative's books.",
    ),
    PERSONAL,
    LANGUAGE,
)


@dataclass(frozen=True, slots=True)
class WriteOffRecord:
    """The write-off of a loan as it stands on `day`."""

    position: LoanPosition
    day: WibDay

    @property
    def grade(self) -> Collectibility:
        """The class on the day, as LoanCare asks for it."""
        late = arrears(self.position.loan, self.day).principal_due_since
        return collectibility(late, self.day, outstanding(self.position.loan), self.position.liens)

    def content(self, cooperative: str) -> Mapping[str, Any]:
        """What the template prints."""
        heading = words("BERITA ACARA PENGHAPUSBUKUAN PINJAMAN", "Record of a loan's write-off")
        frame = Frame(self.position, self.day, "Berita acara penghapusbukuan pinjaman", heading)
        day = date_of_day(self.day).isoformat()
        opening = words(
            f"{cooperative} menghapusbukukan pinjaman anggota nomor {self.position.borrower} ini pada "
            f"{long_date(self.day)}, karena digolongkan macet.",
            f"{cooperative} writes this loan of member number {self.position.borrower} off on {day}, as "
            f"its class "
            "is loss (macet).",
        )
        body = {"opening": opening, "facts": facts(self._facts()), "clauses": _WRITE_OFF}
        return frame.around(cooperative, {**body, "signing": _TWO_OFFICES, "signatures": OFFICERS})

    def _facts(self) -> Sequence[tuple[Words, str]]:
        late, left = arrears(self.position.loan, self.day), outstanding(self.position.loan)
        since = late.principal_due_since
        return (
            *_parties(self.position),
            (words("Sisa pokok yang dihapus", "Principal written off"), rupiah(left)),
            (words("Jasa jatuh tempo belum dibayar", "Interest due and unpaid"), rupiah(late.interest)),
            (words("Denda terutang", "Penalty owed"), rupiah(late.penalty)),
            (words("Cadangan kerugian", "Allowance"), rupiah(self.position.allowance)),
            (
                words("Kekurangan, menjadi beban", "Short of it, expense"),
                rupiah(max(left - self.position.allowance, 0)),
            ),
            (words("Simpanan terikat", "Savings held"), rupiah(self.position.liens)),
            (words("Kolektibilitas", "Collectibility"), GRADES[self.grade]),
            (words("Pokok menunggak sejak", "Principal overdue since"), long_date(since) if since else "–"),
            (words("Hari terlambat", "Days late"), str(self.day - since) if since else "0"),
        )


@dataclass(frozen=True, slots=True)
class WaiverRecord:
    """`amount` rupiah of penalty waived on `day`. LoanChangeError if less is owed."""

    position: LoanPosition
    day: WibDay
    amount: Rupiah
    reason: Reason

    def content(self, cooperative: str) -> Mapping[str, Any]:
        """What the template prints."""
        owed, why = penalty_owed(self.position.loan, self.day), REASONS[self.reason]
        if not 0 < self.amount <= owed:
            raise LoanChangeError(f"cannot waive {self.amount}: {owed} rupiah of penalty are owed")
        heading = words("BERITA ACARA PEMBEBASAN DENDA", "Record of a waiver of penalty")
        frame = Frame(self.position, self.day, "Berita acara pembebasan denda pinjaman", heading)
        day = date_of_day(self.day).isoformat()
        opening = words(
            f"{cooperative} membebaskan denda keterlambatan pinjaman ini pada {long_date(self.day)}, "
            f"{why['id']}.",
            f"{cooperative} waives penalty for lateness of this loan on {day}, {why['en']}.",
        )
        rows = (
            *_parties(self.position),
            (words("Denda terutang", "Penalty owed"), rupiah(owed)),
            (words("Denda dibebaskan", "Penalty waived"), rupiah(self.amount)),
            (words("Denda tetap terutang", "Penalty still owed"), rupiah(owed - self.amount)),
            (words("Sisa pokok", "Outstanding"), rupiah(outstanding(self.position.loan))),
        )
        body = {"opening": opening, "facts": facts(rows), "clauses": _WAIVER}
        return frame.around(cooperative, {**body, "signing": _TWO_OFFICES, "signatures": OFFICERS})


@dataclass(frozen=True, slots=True)
class AssumptionRecord:
    """`heir` takes the loan over as it stands on `day`."""

    position: LoanPosition
    day: WibDay
    heir: MemberNumber

    def content(self, cooperative: str) -> Mapping[str, Any]:
        """What the template prints."""
        heading = words("PENGALIHAN PINJAMAN KEPADA AHLI WARIS", "An heir takes a loan over")
        frame = Frame(self.position, self.day, "Pengalihan pinjaman kepada ahli waris", heading)
        day, old = date_of_day(self.day).isoformat(), self.position.borrower
        opening = words(
            f"Anggota nomor {self.heir} (ahli waris) mengambil alih pinjaman anggota nomor {old} pada "
            f"{cooperative}. "
            f"Angka di bawah adalah keadaan pada {long_date(self.day)}.",
            f"Member number {self.heir} (the heir) takes over the loan of member number {old} at "
            f"{cooperative}. "
            f"Figures are as of {day}.",
        )
        loan = self.position.loan
        parts = [each for each in unpaid_parts(loan.terms, loan.state) if each.principal or each.interest]
        body = {
            "opening": opening,
            "facts": facts(self._facts(parts)),
            "clauses": _ASSUMPTION,
            "schedule_note": words(
                "Yang belum dibayar dari tiap angsuran, dalam rupiah.",
                "What is unpaid of each instalment, in rupiah.",
            ),
            "schedule": schedule_rows(outstanding(loan), parts, loan.terms.instalments_before),
            "schedule_total": schedule_total(parts),
            "signing": ELECTRONIC,
            "signatures": signature_boxes(
                self.heir, self._guarantors(), cooperative, words("Ahli waris", "Heir")
            ),
        }
        return frame.around(cooperative, body)

    def _guarantors(self) -> list[Any]:
        return [each for each in self.position.pledges if each.member != self.position.borrower]

    def _facts(self, parts: Sequence[Instalment]) -> Sequence[tuple[Words, str]]:
        loan = self.position.loan
        owed = due(loan, self.day)
        return (
            *_parties(self.position),
            (words("Ahli waris", "Heir"), f"Anggota nomor {self.heir}"),
            (words("Sisa pokok", "Outstanding"), rupiah(outstanding(loan))),
            (words("Pokok jatuh tempo", "Principal due"), rupiah(owed.principal)),
            (words("Jasa jatuh tempo", "Interest due"), rupiah(owed.interest)),
            (words("Denda terutang", "Penalty owed"), rupiah(owed.penalty)),
            (words("Angsuran yang tersisa", "Instalments left"), str(len(parts))),
            (words("Jasa setahun", "Interest a year"), percent(loan.terms.annual_rate_bps)),
            (words("Metode jasa", "Method of interest"), METHODS[loan.terms.method]),
        )


def _parties(position: LoanPosition) -> tuple[tuple[Words, str], ...]:
    return (
        (words("Peminjam", "Borrower"), f"Anggota nomor {position.borrower}"),
        (words("Produk", "Product"), str(position.product)),
        (words("Cair pertama", "First payout"), long_date(position.loan.terms.disbursed_on)),
        (words("Pokok yang dicairkan", "Principal lent"), rupiah(position.loan.drawn)),
    )
